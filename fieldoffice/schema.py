"""The shape of the database: which one it has, which one this program wants, and the way from one to the other."""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, inspect, text

from fieldoffice.engine import is_sqlite, open_engine, reading, told
from fieldoffice.models.errors import WorldFault
from fieldoffice.models.tables import metadata

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATION_LOCK = 0x66_6F  # "fo", for PostgreSQL's advisory lock
MIGRATIONS = Path(__file__).parent / "models" / "migrations"
LINK = re.compile(r'^(revision|down_revision) = (?:"(\w+)"|None)$', re.MULTILINE)
PATIENCE_S = 120  # another desk may be upgrading just now
KEPT = ("allocation", "ar_item", "charge_part", "invoice", "invoice_line", "invoice_tax", "journal_entry", "journal_line", "payment",
        "period_lock", "statement")  # fmt: skip
CLOSED = ("allocation", "journal_entry", "period_lock")
WALLS = {
    "sqlite": {"assignment_overlap_insert", "assignment_overlap_update"}
    | {f"{table}_append_only_{verb}" for table in ("event", *KEPT) for verb in ("delete", "update")}
    | {f"{table}_closed" for table in CLOSED},
    "postgresql": {"ex_assignment_overlap"}
    | {f"{table}_append_only" for table in ("event", *KEPT)}
    | {f"{table}_not_emptied" for table in KEPT}
    | {f"{table}_closed" for table in CLOSED},
}
"""What the database itself refuses: an overlap of one provider, a change of the log or of the books, an entry in a closed
period. Rebuilding a table on SQLite drops
its triggers, so they are looked for after every upgrade."""


class SchemaState(StrEnum):
    EMPTY = "empty"
    FOREIGN = "foreign"  # tables, but none of ours
    OLD = "old"
    CURRENT = "current"
    NEWER = "newer"


def state(engine: Engine) -> SchemaState:
    """How the database's shape compares with what this program wants."""
    with reading(engine).connect() as connection:
        return state_of(connection)


def revision(connection: Connection) -> str | None:
    """The revision that the database says it has."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.scalar(text("select version_num from alembic_version"))


def head() -> str:
    """The revision this program wants."""
    return history()[-1]


def history() -> tuple[str, ...]:
    """Every revision, oldest first, as the files say: most starts change no schema, and alembic is slow to import."""
    after: dict[str | None, str] = {}
    for path in (MIGRATIONS / "versions").glob("v*.py"):
        links = {name: value or None for name, value in LINK.findall(path.read_text(encoding="utf-8"))}
        after[links["down_revision"]] = str(links["revision"])
    found: list[str] = []
    while (here := after.get(found[-1] if found else None)) is not None:
        found.append(here)
    return tuple(found)


def upgrade(engine: Engine, *, to: str = "head") -> str:
    """Bring the schema up to date in one transaction, under a lock; returns the revision that it has then.

    A newer or a foreign schema is refused in words. Killed at any point, the database is as it was before.
    """
    with migrating(engine) as connection:
        refuse_unknown(state_of(connection))
        return climb(connection, to)


def refuse_unknown(found: SchemaState) -> None:
    """Refuse in words a database that this program must not touch."""
    if found is SchemaState.NEWER:
        raise WorldFault(
            "This database was written by a newer fieldoffice than this one. Please update this program; nothing was changed."
        )
    if found is SchemaState.FOREIGN:
        raise WorldFault("This database holds another program's tables. Choose an empty database for fieldoffice.")


def climb(connection: Connection, to: str = "head") -> str:
    """Run the migrations up to a revision in this connection's transaction; refuses a result that lost rows or walls."""
    from alembic import command

    command.upgrade(_config(connection), to)
    _check_links(connection)
    here = str(revision(connection))
    if here == head() and (gone := missing_walls(connection)):
        raise WorldFault(f"The upgrade was taken back: the database would no longer refuse mistakes ({', '.join(gone)}).")
    return here


def knows(revision: str) -> bool:
    """Whether this program has the migrations up to this revision."""
    return revision in history()


@cache
def tables_at(revision: str) -> frozenset[str]:
    """The tables of ours that a database at this revision has."""
    if revision == head():
        return frozenset(metadata.tables)
    engine = open_engine("sqlite://")
    with migrating(engine) as connection:
        climb(connection, revision)
        found = inspect(connection).get_table_names()
    engine.dispose()
    return frozenset(found) - {"alembic_version"}


def missing_walls(connection: Connection) -> list[str]:
    """The constraints and triggers of the last walls that the database lacks or has switched off."""
    if connection.dialect.name == "sqlite":
        query = "select name from sqlite_master where type = 'trigger'"
    else:
        query = """select conname from pg_constraint where connamespace = current_schema()::regnamespace and convalidated
        union all select tgname from pg_trigger join pg_class c on c.oid = tgrelid
        where relnamespace = current_schema()::regnamespace and tgenabled in ('O', 'A')"""
    return sorted(WALLS[connection.dialect.name] - set(connection.scalars(text(query))))


def drift(engine: Engine) -> list[Any]:
    """Differences between the migrated database and the models: empty when the migrations are complete."""
    with reading(engine).connect() as connection:
        return differences(connection)


def differences(connection: Connection) -> list[Any]:
    """As `drift`, inside a transaction."""
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    return list(compare_metadata(MigrationContext.configure(connection), metadata))


def state_of(connection: Connection) -> SchemaState:
    """As `state`, inside a transaction."""
    here = revision(connection)
    if here is None:
        tables = set(inspect(connection).get_table_names()) - {"alembic_version"}
        return SchemaState.FOREIGN if tables else SchemaState.EMPTY
    if here == head():
        return SchemaState.CURRENT
    return SchemaState.OLD if knows(here) else SchemaState.NEWER


def _config(connection: Connection | None = None) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


@contextmanager
def migrating(engine: Engine) -> Generator[Connection]:
    """One transaction that may change the schema; a second one waits, for up to two minutes."""
    with told(), engine.connect() as connection:
        raw: Any = connection.connection.dbapi_connection
        if is_sqlite(engine):
            # with foreign keys on, rebuilding a parent table would empty its children
            raw.execute("PRAGMA foreign_keys=OFF")
            raw.execute(f"PRAGMA busy_timeout={PATIENCE_S * 1000}")
        try:
            with connection.begin():
                if not is_sqlite(engine):
                    connection.execute(text(f"set local lock_timeout = '{PATIENCE_S}s'"))
                    connection.execute(text(f"set local idle_in_transaction_session_timeout = '{PATIENCE_S}s'"))
                    connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
                yield connection
        finally:
            if is_sqlite(engine):
                raw.execute("PRAGMA foreign_keys=ON")
                raw.execute("PRAGMA busy_timeout=5000")


def _check_links(connection: Connection) -> None:
    if connection.dialect.name == "sqlite" and (bad := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
        raise WorldFault(f"The upgrade was taken back: a row of {bad[0]} would have lost its {bad[2]}.")

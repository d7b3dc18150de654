"""The shape of the database: which one it has, which one this program wants, and the way from one to the other."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from fieldoffice.engine import is_sqlite
from fieldoffice.models.errors import WorldFault
from fieldoffice.models.tables import metadata

MIGRATION_LOCK = 0x66_6F  # "fo", for PostgreSQL's advisory lock
MIGRATIONS = Path(__file__).parent / "models" / "migrations"


class SchemaState(StrEnum):
    EMPTY = "empty"
    FOREIGN = "foreign"  # tables, but none of ours
    OLD = "old"
    CURRENT = "current"
    NEWER = "newer"


def state(engine: Engine) -> SchemaState:
    """How the database's shape compares with what this program wants."""
    with engine.connect() as connection:
        return _state(connection)


def revision(connection: Connection) -> str | None:
    """The revision that the database says it has."""
    return MigrationContext.configure(connection).get_current_revision()


def head() -> str:
    """The revision this program wants."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def upgrade(engine: Engine, *, to: str = "head") -> str:
    """Bring the schema up to date in one transaction, under a lock; returns the revision that it has then.

    A newer or a foreign schema is refused in words. Killed at any point, the database is as it was before.
    """
    with _migrating(engine) as connection:
        found = _state(connection)
        if found is SchemaState.NEWER:
            raise WorldFault(
                "This database was written by a newer fieldoffice than this one. Please update this program; nothing was changed."
            )
        if found is SchemaState.FOREIGN:
            raise WorldFault("This database holds another program's tables. Choose an empty database for fieldoffice.")
        command.upgrade(_config(connection), to)
        _check_links(connection)
        return str(revision(connection))


def drift(engine: Engine) -> list[Any]:
    """Differences between the migrated database and the models: empty when the migrations are complete."""
    with engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))


def _state(connection: Connection) -> SchemaState:
    here = revision(connection)
    if here is None:
        tables = set(inspect(connection).get_table_names()) - {"alembic_version"}
        return SchemaState.FOREIGN if tables else SchemaState.EMPTY
    if here == head():
        return SchemaState.CURRENT
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    return SchemaState.OLD if here in known else SchemaState.NEWER


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _migrating(engine: Engine) -> Generator[Connection]:
    with engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        if is_sqlite(engine):
            # with foreign keys on, rebuilding a parent table would empty its children
            raw.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        try:
            with connection.begin():
                if not is_sqlite(engine):
                    connection.execute(text("set local lock_timeout = '120s'"))
                    connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
                yield connection
        finally:
            if is_sqlite(engine):
                raw.execute("PRAGMA foreign_keys=ON")  # type: ignore[union-attr]


def _check_links(connection: Connection) -> None:
    if connection.dialect.name == "sqlite" and (bad := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
        raise WorldFault(f"The upgrade was taken back: a row of {bad[0]} would have lost its {bad[2]}.")

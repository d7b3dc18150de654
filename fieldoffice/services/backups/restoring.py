"""Bringing a backup back, into either engine and from any earlier schema, in one transaction: all of it or nothing."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from psycopg.sql import SQL, Identifier
from sqlalchemy import Connection, Engine, MetaData, Table, inspect, select, table, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import DropTable

from fieldoffice import schema
from fieldoffice.engine import driver, is_damaged, is_sqlite, open_engine, reading, told
from fieldoffice.models.errors import NotAllowed
from fieldoffice.services.backups import rows
from fieldoffice.services.backups.form import Backup, BackupRow, in_words, opened
from fieldoffice.services.backups.pouring import pour, refuse_newer
from fieldoffice.services.backups.sources import source_of


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back, at which schema revision it is now, and where a damaged database file was moved to, if any."""

    backup: BackupRow
    revision: str
    seconds: float
    moved_aside: Path | None = None


def restore(path: Path, engine: Engine, *, replace: bool = False) -> Restored:
    """Fill the database with a backup of either engine and bring it up to date.

    A database that holds rows is refused (NotAllowed) unless `replace`; another program's or a newer one's always.
    Killed or refused at any point, the database is as it was before. A damaged SQLite file is moved aside, not deleted.
    """
    began = time.monotonic()
    with told(), opened(path) as backup:
        refuse_newer(backup)
        aside = None
        if is_sqlite(engine) and _is_broken(engine):
            aside = _restore_beside(backup, engine, replace)
        else:
            _restore_inside(backup, engine, replace)
        seconds = time.monotonic() - began
        return Restored(backup.manifest.row(path), schema.head(), seconds, aside)


def _restore_inside(backup: Backup, engine: Engine, replace: bool) -> None:
    with (
        tempfile.TemporaryDirectory(prefix="fieldoffice-") as scratch,
        source_of(backup, Path(scratch)) as source,
        schema.migrating(engine) as connection,
    ):
        _make_room(connection, replace)
        schema.climb(connection, backup.manifest.revision)
        pour(backup, source, connection)
        schema.climb(connection)
        for name in schema.tables_at(schema.head()):
            rows.go_on_counting(connection, name)


def _make_room(connection: Connection, replace: bool) -> None:
    found = schema.state_of(connection)
    schema.refuse_unknown(found)
    if found is schema.SchemaState.EMPTY:
        return
    ours = schema.tables_at(str(schema.revision(connection))) & set(inspect(connection).get_table_names())
    if not replace and any(_has_rows(connection, name) for name in ours):
        raise _would_replace()
    _drop(connection, sorted(ours | {"alembic_version"}))


def _would_replace() -> NotAllowed:
    return NotAllowed(
        "This database already holds a company's books. Say that the backup shall replace them.", key="would_replace"
    )


def _has_rows(connection: Connection, name: str) -> bool:
    return connection.execute(select(text("1")).select_from(table(name)).limit(1)).first() is not None


def _drop(connection: Connection, names: list[str]) -> None:
    """Only our tables and what hangs on them: a view that somebody made for themselves refuses, rather than vanish."""
    if connection.dialect.name == "sqlite":
        for name in names:
            connection.execute(DropTable(Table(name, MetaData())))
        return
    functions = connection.scalars(text(TRIGGER_FUNCTIONS)).all()
    with driver(connection) as raw:
        raw.execute(SQL("DROP TABLE {}").format(SQL(", ").join(map(Identifier, names))))
        for name in functions:
            raw.execute(SQL("DROP FUNCTION {}").format(Identifier(name)))


TRIGGER_FUNCTIONS = """select distinct p.proname from pg_trigger t join pg_proc p on p.oid = t.tgfoid
join pg_class c on c.oid = t.tgrelid where not t.tgisinternal and c.relnamespace = current_schema()::regnamespace
and p.pronamespace = current_schema()::regnamespace"""


def _is_broken(engine: Engine) -> bool:
    try:
        with reading(engine).connect() as connection:
            return connection.scalar(text("PRAGMA quick_check(1)")) != "ok"
    except DBAPIError as error:
        if is_damaged(error):
            return True
        raise


def _restore_beside(backup: Backup, engine: Engine, replace: bool) -> Path:
    """Restore into a new file and put it in the broken one's place, which is kept beside it."""
    if not replace:
        raise _would_replace()
    broken = Path(str(engine.url.database))
    with _fresh_file(broken.with_name(broken.name + ".restoring")) as fresh:
        beside = open_engine(f"sqlite:///{fresh}")
        try:
            _restore_inside(backup, beside, replace=False)
        finally:
            beside.dispose()
        engine.dispose()
        return _swap(fresh, broken)


@contextmanager
def _fresh_file(path: Path) -> Generator[Path]:
    def remove() -> None:
        for end in ("", "-wal", "-shm"):
            path.with_name(path.name + end).unlink(missing_ok=True)

    remove()
    try:
        yield path
    finally:
        remove()


def _swap(fresh: Path, broken: Path) -> Path:
    """The log of the broken file goes first: beside another file it would be taken for that file's."""
    aside = broken.with_name(f"{broken.name}.damaged-{datetime.now(UTC):%Y%m%d-%H%M%S}")
    with in_words(broken.parent):
        for end in ("-wal", "-shm", ""):
            if (part := broken.with_name(broken.name + end)).exists():
                os.replace(part, aside.with_name(aside.name + end))
        os.replace(fresh, broken)
    return aside

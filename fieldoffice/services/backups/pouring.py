"""Pouring a backup's rows into empty tables, and seeing on the way that not one of them changed."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy import Connection, text
from sqlalchemy.exc import DataError, IntegrityError

from fieldoffice import schema
from fieldoffice.models.errors import WorldFault
from fieldoffice.services.backups import rows
from fieldoffice.services.backups.form import Backup, damaged
from fieldoffice.services.backups.rows import Columns
from fieldoffice.services.backups.sources import Source


def refuse_newer(backup: Backup) -> None:
    """Refuse a backup whose schema this program does not know."""
    if not schema.knows(backup.manifest.revision):
        raise WorldFault(
            f"The backup {backup.path.name} was made by a newer fieldoffice. Please update this program first."
        )


def pour(backup: Backup, source: Source, connection: Connection) -> None:
    """Store all rows of a backup in the empty tables of its own revision; a table that differs is named."""
    if lacking := set(backup.manifest.tables) - set(source.names()):
        raise damaged(backup.path, f"the table {min(lacking)} is missing")
    shape = rows.shape_of(connection, schema.tables_at(backup.manifest.revision))
    if lacking := set(backup.manifest.tables) ^ set(shape):
        raise damaged(backup.path, f"its list of tables is wrong about {min(lacking)}")
    with _links_at_the_end(backup, connection):
        for name, columns in shape.items():
            _pour_table(backup, source, connection, name, columns)


def _pour_table(backup: Backup, source: Source, connection: Connection, name: str, columns: Columns) -> None:
    tally = rows.Tally()
    try:
        said, found = source.table(name)
        if said != columns:
            raise damaged(backup.path, f"the table {name} has other columns")
        rows.write(connection, name, columns, tally.passing(found))
    except (IntegrityError, DataError) as error:
        said = str(error.orig).splitlines()[0]
        raise WorldFault(f"The database refuses a row of {name} from {backup.path.name}: {said}.") from error
    except (ValueError, TypeError, StopIteration):
        raise damaged(backup.path, f"the table {name} cannot be read") from None
    if tally.sum() != backup.manifest.tables[name]:
        raise damaged(backup.path, f"the table {name} was changed")


@contextmanager
def _links_at_the_end(backup: Backup, connection: Connection) -> Generator[None]:
    """Rows may come before those they point at; when all are there, every link is checked. Nothing stays switched off."""
    if connection.dialect.name == "sqlite":  # `schema.migrating` has put foreign keys off until the end
        yield
        if bad := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise damaged(backup.path, f"a row of {bad[0]} lacks its {bad[2]}")
        return
    _alter(connection, "deferrable initially deferred", before=False)
    yield
    try:
        connection.execute(text("set constraints all immediate"))
    except IntegrityError as error:
        raise damaged(backup.path, str(error.orig).splitlines()[0]) from None
    _alter(connection, "not deferrable", before=True)


def _alter(connection: Connection, how: str, *, before: bool) -> None:
    query = text("""select format('alter table %s alter constraint %I', conrelid::regclass, conname) from pg_constraint
    where contype = 'f' and condeferrable = :before and connamespace = current_schema()::regnamespace""")
    for statement in connection.scalars(query, {"before": before}).all():
        connection.exec_driver_sql(f"{statement} {how}")

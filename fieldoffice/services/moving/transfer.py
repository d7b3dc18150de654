"""The move itself: a proven backup of the old database poured into the new one, and every table of both compared."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, select, table, text
from sqlalchemy.engine import make_url

from fieldoffice import schema
from fieldoffice.engine import is_sqlite, mark_moved, open_engine, reading, told
from fieldoffice.models.errors import NotAllowed, WorldFault
from fieldoffice.services.backups import rows
from fieldoffice.services.backups.form import Sum
from fieldoffice.services.backups.restoring import restore
from fieldoffice.services.backups.starting import bring_up_to_date
from fieldoffice.services.backups.writing import back_up

Tell = Callable[[str, float], object]


@dataclass(frozen=True, slots=True)
class TableProof:
    """One table after the move: how many rows, and the SHA-256 over them, which is the same on both sides."""

    name: str
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved. `marked` is the file that now says that the old database has moved, None where there is none."""

    source: str
    target: str
    tables: tuple[TableProof, ...]
    backup: Path
    marked: Path | None
    seconds: float

    @property
    def rows(self) -> int:
        return sum(one.rows for one in self.tables)


def move(source: str, target: str, folder: Path, *, now: datetime, tell: Tell = lambda what, share: None) -> Moved:
    """Copy the company at the address `source` into the empty database at `target`, and prove it table by table.

    `folder` gets a backup of the source. A target that holds rows, or another program's tables, is refused (NotAllowed)
    and stays as it is. The source is not changed; an SQLite file is marked, so that nobody goes on working in the old one.
    A target whose tables differ from the source's in a single bit ends the move with a WorldFault, and nothing is marked.
    """
    began = time.monotonic()
    if make_url(source) == make_url(target):
        raise NotAllowed("The old and the new database are the same.")
    bring_up_to_date(source, folder, now=now)
    old, new = open_engine(source), open_engine(target)
    try:
        with told():
            return _move(old, new, folder, now, tell, began)
    finally:
        old.dispose()
        new.dispose()


def _move(old: Engine, new: Engine, folder: Path, now: datetime, tell: Tell, began: float) -> Moved:
    _refuse_full(new)
    tell("Backing up", 0.0)
    made = back_up(old, folder, now=now, why="before a move").path
    tell("Copying", 0.4)
    restore(made, new)
    tell("Comparing", 0.8)
    proofs = _compare(sums(old), sums(new))
    marked = mark_moved(Path(str(old.url.database)), _words(new), now) if is_sqlite(old) else None
    tell("Done", 1.0)
    return Moved(_words(old), _words(new), proofs, made, marked, time.monotonic() - began)


def sums(engine: Engine) -> dict[str, Sum]:
    """Rows and SHA-256 of each of our tables, the same on SQLite and on PostgreSQL for the same company."""
    with reading(engine).connect() as connection:
        if not is_sqlite(engine):
            connection.execute(text("set local idle_in_transaction_session_timeout = '60s'"))
        shape = rows.shape_of(connection, schema.tables_at(schema.head()))
        return {name: rows.sum_of(connection, name, columns) for name, columns in shape.items()}


def _compare(old: dict[str, Sum], new: dict[str, Sum]) -> tuple[TableProof, ...]:
    different = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    if different:
        raise WorldFault(
            f"The copy differs in {', '.join(different)}. Was somebody working meanwhile? Close every desktop, empty the new "
            "database and try again. The old one is as it was."
        )
    return tuple(TableProof(name, one.n, one.sha256) for name, one in sorted(new.items()))


def _refuse_full(new: Engine) -> None:
    with reading(new).connect() as connection:
        found = schema.state_of(connection)
        schema.refuse_unknown(found)
        if found is not schema.SchemaState.EMPTY and _holds_rows(connection):
            raise NotAllowed("The new database is not empty: it already holds a company's books. Choose an empty one.")


def _holds_rows(connection: Connection) -> bool:
    ours = schema.tables_at(str(schema.revision(connection))) & set(inspect(connection).get_table_names())
    return any(connection.execute(select(text("1")).select_from(table(name)).limit(1)).first() for name in sorted(ours))


def _words(engine: Engine) -> str:
    return engine.url.set(drivername=engine.url.get_backend_name(), password=None).render_as_string()

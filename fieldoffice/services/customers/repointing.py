"""Everything that points at a row, found from the tables themselves, so that no later table is forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Table, select, update
from sqlalchemy.exc import IntegrityError

from fieldoffice.models.errors import NotAllowed
from fieldoffice.models.tables import metadata
from fieldoffice.office import Tx

AT_ONCE = 5_000


def pointers(table: str) -> Iterator[tuple[Table, Column[Any]]]:
    """Every column of every table that is a foreign key to `table`.id, by name."""
    for other in sorted(metadata.tables.values(), key=lambda t: t.name):
        for column in other.columns:
            if any(key.column.table.name == table and key.column.name == "id" for key in column.foreign_keys):
                yield other, column


def pointing_at(tx: Tx, table: str, id: int) -> dict[str, list[int]]:
    """The ids of the rows that point at this one, by "table.column"; only columns that have any."""
    connection = tx.session.connection()
    found = {f"{t.name}.{column.name}": _ids(connection, t, column, id) for t, column in pointers(table)}
    return {name: ids for name, ids in found.items() if ids}


def repoint(tx: Tx, moved: dict[str, list[int]], old: int, new: int) -> dict[str, int]:
    """Let these rows, those of them that still point at `old`, point at `new`; how many did, by "table.column".

    Versions go up, so whoever has such a row open is told; topics ring. Refused as a whole where two things that may
    exist only once would fall together.
    """
    tx.session.flush()
    return {name: _repoint(tx, name, ids, old, new) for name, ids in moved.items()}


def _repoint(tx: Tx, name: str, ids: Sequence[int], old: int, new: int) -> int:
    table_name, column_name = name.split(".")
    table = metadata.tables[table_name]
    column = table.c[column_name]
    values: dict[str, Any] = {column_name: new} | ({"version": table.c.version + 1} if "version" in table.c else {})
    count = 0
    try:
        with tx.session.begin_nested():
            for n in range(0, len(ids), AT_ONCE):
                mine = (table.c.id.in_(ids[n : n + AT_ONCE]), column == old)
                count += tx.session.connection().execute(update(table).where(*mine).values(values)).rowcount
    except IntegrityError:
        words = table_name.replace("_", " ")
        raise NotAllowed(f"Both have a {words} of which there may be only one. Settle that first; nothing was changed.") from None
    if count:
        tx.ring(table_name)
    return count


def _ids(connection: Connection, table: Table, column: Column[Any], id: int) -> list[int]:
    return [int(found) for found in connection.execute(select(table.c.id).where(column == id).order_by(table.c.id)).scalars()]

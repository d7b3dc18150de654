"""Rows as both engines agree on them: one list of plain values a row, in the order of their ids.

A row's values are those of JSON: instants are text `2026-03-02T11:00:00.000000+00:00`, days `2026-03-02`, bytes base64,
stored JSON its exact text. So a table has the same hash on SQLite and on PostgreSQL, and a row of one fits the other.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from psycopg.sql import SQL, Composed, Identifier
from sqlalchemy import (
    ColumnClause,
    Connection,
    Result,
    Select,
    column,
    func,
    insert,
    inspect,
    select,
    table,
    text,
    types,
)

from fieldoffice.engine import driver
from fieldoffice.services.backups.form import Sum

Row = list[Any]
BATCH_ROWS, BATCH_BYTES = 500, 8 << 20
OIDS = {"instant": "timestamptz", "date": "date", "bytes": "bytea", "bool": "bool", "int": "int8", "float": "float8"}
KINDS: tuple[tuple[type[Any], str], ...] = (
    (types.Boolean, "bool"),
    (types.JSON, "json"),
    (types.DateTime, "instant"),
    (types.Date, "date"),
    (types.LargeBinary, "bytes"),
    (types.Integer, "int"),
    (types.Float, "float"),
    (types.String, "text"),
)


class Column(NamedTuple):
    name: str
    kind: str


Columns = tuple[Column, ...]


def shape_of(connection: Connection, ours: frozenset[str]) -> dict[str, Columns]:
    """Those of our tables that are there, by name, each with its columns.

    Columns are sorted by name: their order differs between a table that grew and one that was made at once.
    """
    found = inspect(connection).get_multi_columns(filter_names=sorted(ours))
    return {
        str(name): tuple(sorted(Column(c["name"], _kind(str(name), c["name"], c["type"])) for c in columns))
        for (_, name), columns in sorted(found.items(), key=lambda item: str(item[0][1]))
    }


def _kind(name: str, column_name: str, type_: Any) -> str:
    for known, kind in KINDS:
        if isinstance(type_, known):
            return kind
    raise TypeError(f"{name}.{column_name} is of a type that backups do not know: {type_!r}")


def line(values: Iterable[Any]) -> bytes:
    """A row as one line of JSON."""
    return json.dumps(list(values), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


class Tally:
    """Counts and hashes rows while they pass."""

    def __init__(self) -> None:
        self.n = 0
        self.digest = hashlib.sha256()

    def add(self, row: bytes) -> None:
        self.n += 1
        self.digest.update(row)

    def passing(self, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            self.add(line(row))
            yield row

    def sum(self) -> Sum:
        return Sum(self.n, self.digest.hexdigest())


def sum_of(connection: Connection, name: str, columns: Columns) -> Sum:
    """Rows and hash of a stored table."""
    tally = Tally()
    for row in read(connection, name, columns):
        tally.add(line(row))
    return tally.sum()


def read(connection: Connection, name: str, columns: Columns) -> Iterator[Row]:
    """All rows of a table in the order of their ids, a few at a time in memory."""
    if connection.dialect.name == "sqlite":
        wanted: Select[Any] = select(*_named(columns)).select_from(table(name)).order_by(text("id"))
        found: Result[Any] = connection.execute(wanted)
        yield from _converted(found, [FROM_SQLITE.get(c.kind) for c in columns])
        return
    with driver(connection) as raw, raw.cursor() as cursor, cursor.copy(_copy_out(name, columns)) as copy:
        copy.set_types([OIDS.get(c.kind, "text") for c in columns])
        yield from _converted(copy.rows(), [FROM_POSTGRES.get(c.kind) for c in columns])


def write(connection: Connection, name: str, columns: Columns, rows: Iterable[Row]) -> None:
    """Store rows in an empty table."""
    if connection.dialect.name == "sqlite":
        statement = str(insert(table(name, *_named(columns))).compile(dialect=connection.dialect))
        for batch in _batches(_converted(rows, [TO_SQLITE.get(c.kind) for c in columns])):
            connection.exec_driver_sql(statement, batch)
        return
    with driver(connection) as raw, raw.cursor() as cursor, cursor.copy(_copy_in(name, columns)) as copy:
        for row in _converted(rows, [TO_POSTGRES.get(c.kind) for c in columns]):
            copy.write_row(row)


def go_on_counting(connection: Connection, name: str) -> None:
    """Let PostgreSQL give the next id after the highest one."""
    if connection.dialect.name == "postgresql":
        quoted = connection.dialect.identifier_preparer.quote(name)
        highest = select(func.max(column("id", types.BigInteger()))).select_from(table(name)).scalar_subquery()
        next_id = func.coalesce(highest, 0) + 1
        connection.execute(select(func.setval(func.pg_get_serial_sequence(quoted, "id"), next_id, False)))


def _named(columns: Columns) -> list[ColumnClause[Any]]:
    return [column(c.name) for c in columns]


def _copy_out(name: str, columns: Columns) -> Composed:
    names = SQL(", ").join(Identifier(c.name) for c in columns)
    return SQL("COPY (SELECT {} FROM {} ORDER BY id) TO STDOUT").format(names, Identifier(name))


def _copy_in(name: str, columns: Columns) -> Composed:
    names = SQL(", ").join(Identifier(c.name) for c in columns)
    return SQL("COPY {} ({}) FROM STDIN").format(Identifier(name), names)


Convert = Callable[[Any], Any]


def _converted(rows: Iterable[Any], converts: list[Convert | None]) -> Iterator[Row]:
    busy = [(n, convert) for n, convert in enumerate(converts) if convert]
    for found in rows:
        row = list(found)
        for n, convert in busy:
            if row[n] is not None:
                row[n] = convert(row[n])
        yield row


def _batches(rows: Iterator[Row]) -> Iterator[list[tuple[Any, ...]]]:
    while first := next(rows, None):
        batch, weight = [tuple(first)], 0
        for row in itertools.islice(rows, BATCH_ROWS):
            batch.append(tuple(row))
            weight += sum(len(v) for v in row if isinstance(v, (bytes, str)))
            if weight > BATCH_BYTES:
                break
        yield batch


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _instant_from_text(stored: str) -> str:
    if len(stored) != 26:  # written by hand, without microseconds
        stored = datetime.fromisoformat(stored).isoformat(timespec="microseconds")
    return f"{stored[:10]}T{stored[11:]}+00:00"


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")


def _instant_as_text(instant: str) -> str:
    return instant.removesuffix("+00:00").replace("T", " ")


FROM_SQLITE: dict[str, Convert] = {"bool": bool, "instant": _instant_from_text, "bytes": _base64}
TO_SQLITE: dict[str, Convert] = {"instant": _instant_as_text, "bytes": base64.b64decode}
FROM_POSTGRES: dict[str, Convert] = {"instant": _instant, "date": date.isoformat, "bytes": _base64}
TO_POSTGRES: dict[str, Convert] = {"bytes": base64.b64decode}

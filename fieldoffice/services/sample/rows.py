"""Rows of sample companies on their way into the database, many at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Connection, TableClause, func, insert, select

from fieldoffice.models.base import Table
from fieldoffice.office import Tx
from fieldoffice.services.backups.rows import go_on_counting


@dataclass
class Ledger:
    """Rows waiting to be written, by table, with the next id of each."""

    next_id: dict[str, int]
    rows: dict[type[Table], list[dict[str, Any]]] = field(default_factory=dict[type[Table], list[dict[str, Any]]])

    def add(self, table: type[Table], **values: Any) -> int:
        name = table.__tablename__
        id = self.next_id[name] = self.next_id.get(name, 0) + 1
        self.rows.setdefault(table, []).append({"id": id, **values})
        return id

    def write(self, connection: Connection) -> None:
        for table, rows in ((table, rows) for table, rows in self.rows.items() if rows):
            connection.execute(insert(cast(TableClause, table.__table__)), rows)
            go_on_counting(connection, table.__tablename__)
        self.rows.clear()


def last_ids(tx: Tx, tables: Sequence[type[Table]]) -> dict[str, int]:
    return {t.__tablename__: int(tx.session.scalar(select(func.max(t.id))) or 0) for t in tables}

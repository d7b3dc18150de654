"""Any table as a file: its columns in sight in their order, all rows that the filter leaves, numbers as numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from fieldoffice.models.errors import Refused
from fieldoffice.services.exchange.ledger import Canceled
from fieldoffice.services.exchange.out import Head, Listing, write_list
from fieldoffice.ui import actions
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.exchange.words import counted
from fieldoffice.ui.exchange.working import Working
from fieldoffice.ui.parts.rows import Column, PagedRows
from fieldoffice.ui.parts.table import Table

AT_ONCE = 1000
NUMBER = re.compile(r"[-−]?\d{1,3}(?:,\d{3})*(?:\.\d+)?|[-−]?\d+(?:\.\d+)?")


class ListExport(QObject):
    """`ask()` for a file name, then everything happens beside the screen. One export of a table at a time."""

    def __init__(self, desk: Desk, table: Table, title: str, *, zone: Callable[[], ZoneInfo] = lambda: ZoneInfo("UTC")) -> None:
        """`title` names the list and the file; `zone` says by which wall clock instants are written."""
        super().__init__(table)
        self.desk, self.table, self.title, self.zone = desk, table, title, zone
        self.working = Working(desk, self)
        self._gathered: list[list[Any]] = []

    def ask(self) -> None:
        """Ask where to write, and write."""
        kinds = self.tr("Workbook (*.xlsx);;CSV (*.csv)")
        path, _ = QFileDialog.getSaveFileName(self.table, self.tr("Export"), f"{self.title}.xlsx", kinds)
        if path:
            self.write(Path(path if Path(path).suffix else f"{path}.xlsx"))

    def write(self, path: Path) -> None:
        """Gather the rows, then write them to `path`; a toast says how many, or why not."""
        if self.working.busy:
            self.desk.toast(self.tr("This list is being exported already."), kind="warn")
            return
        columns = self.columns()
        model = self.table.rows
        self._gathered = []
        if isinstance(model, PagedRows):
            self._gather(model, columns, path, 0, (model._by, model._down))
        else:
            found = (model.row(n) for n in range(model.rowCount()))
            self._gathered = [[typed(column, row) for column in columns] for row in found if row is not None]
            self._write(columns, path)

    def columns(self) -> list[Column[Any]]:
        """The columns in sight, in their order."""
        return [self.table.rows.columns[n] for n in self.table._in_sight()]

    def _gather(self, model: PagedRows[Any], columns: Sequence[Column[Any]], path: Path, offset: int, by: tuple[str, bool]) -> None:
        def give(total: int, rows: Sequence[Any]) -> None:
            self._gathered.extend([typed(column, row) for column in columns] for row in rows)
            if rows and offset + len(rows) < total:
                self._gather(model, columns, path, offset + len(rows), by)
            else:
                self._write(columns, path)

        model._fetch(offset, AT_ONCE, *by, give)

    def _write(self, columns: Sequence[Column[Any]], path: Path) -> None:
        rows, self._gathered = self._gathered, []
        zone = self.zone()

        def work(progress: Any) -> int:
            heads = tuple(_head(column, [row[n] for row in rows]) for n, column in enumerate(columns))
            values = [[v.astimezone(zone) if isinstance(v, datetime) and v.tzinfo else v for v in row] for row in rows]
            return write_list(Listing(self.title, heads, values), path, progress)

        def told(n: int) -> None:
            self.desk.toast(self.tr("%1 written to %2").replace("%1", counted(n, "row", "rows")).replace("%2", path.name))

        self.working.start(self.tr("Exporting %1").replace("%1", self.title), work, told, self._refused)

    def _refused(self, error: Refused) -> None:
        self.desk.toast(str(error) if not isinstance(error, Canceled) else self.tr("Canceled. No file was written."),
                        kind="plain" if isinstance(error, Canceled) else "danger")  # fmt: skip


def attach(desk: Desk, table: Table, title: str, *, zone: Callable[[], ZoneInfo] = lambda: ZoneInfo("UTC")) -> ListExport:
    """Give a table its export: the action "export_list" works while the table has the focus, and stands in `table.calls`."""
    export = ListExport(desk, table, title, zone=zone)
    table.calls |= actions.bind(table, {"export_list": export.ask})
    return export


def typed(column: Column[Any], row: Any) -> Any:
    """What a cell holds: a day or instant by which the column is sorted, a number where it stands at the right, else its text."""
    text = column.text(row)
    key = _key(column, row)
    if isinstance(key, (date, datetime)) and text not in ("", "–"):
        return key
    if column.right and NUMBER.fullmatch(text.strip()):
        plain = text.strip().replace(",", "").replace("−", "-")
        return Decimal(plain) if "." in plain else int(plain)
    return "" if text == "–" else text


def _key(column: Column[Any], row: Any) -> Any:
    """What a column is sorted by; lists that are sorted by the database have keys that cannot be asked for a row."""
    if column.sort is None:
        return None
    try:
        return column.sort(row)
    except (AttributeError, TypeError, KeyError):
        return None


def _head(column: Column[Any], values: Sequence[Any]) -> Head:
    known = [value for value in values if value not in ("", None)]
    if known and all(isinstance(value, datetime) for value in known):
        return Head(column.title, "moment")
    if known and all(isinstance(value, date) for value in known):
        return Head(column.title, "date")
    if known and all(isinstance(value, (int, Decimal)) for value in known):
        return Head(column.title, "number")
    return Head(column.title)

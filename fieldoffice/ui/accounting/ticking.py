"""Rows that can be ticked in their first column, by the mouse or with the space bar."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent

from fieldoffice.ui.parts.rows import Column, Rows
from fieldoffice.ui.parts.table import Table

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex


class TickRows(Rows[Row]):
    """`ticked` holds ids; those that leave the list are ticked no more. `can` says which rows may be ticked."""

    ticked_changed = Signal()

    def __init__(self, columns: Sequence[Column[Any]], can: Callable[[Any], bool] = lambda _row: True) -> None:
        super().__init__(columns)
        self.ticked: set[Any] = set()
        self._can = can

    def chosen(self) -> list[Any]:
        """The ticked rows in the order of the list."""
        return [row for row in self.rows if row.id in self.ticked]  # type: ignore[attr-defined]

    def tick(self, ids: Iterable[Any], on: bool = True) -> None:
        """Tick these rows, or no more; those that may not be are left alone."""
        allowed = {row.id for row in self.rows if self._can(row)}  # type: ignore[attr-defined]
        wanted = set(ids) & allowed
        now = self.ticked | wanted if on else self.ticked - wanted
        if now != self.ticked:
            self.ticked = now
            self._tell()

    def show(self, rows: Sequence[Any]) -> None:
        super().show(rows)
        kept = self.ticked & {row.id for row in rows if self._can(row)}
        if kept != self.ticked:
            self.ticked = kept
            self._tell()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.CheckStateRole and index.isValid() and index.column() == 0:
            row: Any = self.row(index.row())
            if row is None or not self._can(row):
                return None
            return Qt.CheckState.Checked if row.id in self.ticked else Qt.CheckState.Unchecked
        return super().data(index, role)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        row: Any = self.row(index.row()) if index.isValid() else None
        if role != Qt.ItemDataRole.CheckStateRole or row is None:
            return False
        self.tick([row.id], Qt.CheckState(value) == Qt.CheckState.Checked)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        row = self.row(index.row()) if index.isValid() and index.column() == 0 else None
        return flags | Qt.ItemFlag.ItemIsUserCheckable if row is not None and self._can(row) else flags

    def _tell(self) -> None:
        if self.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, 0), [Qt.ItemDataRole.CheckStateRole])
        self.ticked_changed.emit()


class TickTable(Table):
    """The space bar ticks all that is selected, or takes their ticks away when all have one."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and isinstance(self.rows, TickRows):
            ids = {row.id for row in self.selected()}
            self.rows.tick(ids, not ids <= self.rows.ticked)
            return
        super().keyPressEvent(event)

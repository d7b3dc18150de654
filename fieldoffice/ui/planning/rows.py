"""The list of moves as a model: headings and lines, ticked and folded; what is written is what is ticked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from fieldoffice.ui.planning.words import Group, Line

Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole
OPEN = Qt.ItemDataRole.UserRole + 1
OUTCOME = Qt.ItemDataRole.UserRole + 2  # after it was applied: "" where a move was written, else what kept it
Check = Qt.CheckState
FEW = 5
"""So many refused moves show all their reasons at once."""


class MoveRows(QAbstractListModel):
    """A row is a Group (its heading) or a Line. `ticked` holds the keys of ticked lines; `settled` ends the ticking."""

    ticked_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.groups: tuple[Group, ...] = ()
        self.rows: list[Group | Line] = []
        self.ticked: set[str] = set()
        self.open: set[str] = set()
        self.refused: Mapping[str, str] | None = None  # after it was applied: what kept a move from being written, by key

    def show(self, groups: Iterable[Group]) -> None:
        """Other moves, all of them ticked."""
        self.beginResetModel()
        self.groups = tuple(groups)
        self.rows = [row for group in self.groups for row in (group, *group.lines)]
        self.ticked = {line.key for group in self.groups for line in group.lines if line.ticks}
        self.open, self.refused = set(), None
        self.endResetModel()

    def settle(self, groups: Iterable[Group], refused: Mapping[str, str]) -> None:
        """What became of the ticked moves; nothing can be ticked any more."""
        self.show(groups)
        self.ticked, self.refused = set(), refused
        self.open = set(refused) if len(refused) <= FEW else set()

    def tick_all(self, on: bool) -> None:
        if self.refused is None:
            self.ticked = {row.key for row in self.rows if isinstance(row, Line) and row.ticks} if on else set()
            self._all_changed()
            self.ticked_changed.emit()

    def turn(self, index: Index) -> None:
        """Tick or untick a line, or all lines of a heading."""
        state = self.data(index, Qt.ItemDataRole.CheckStateRole)
        if state is not None:
            self.setData(index, Check.Unchecked if state == Check.Checked else Check.Checked, Qt.ItemDataRole.CheckStateRole)

    def unfold(self, index: Index, on: bool | None = None) -> bool:
        """Show or hide all reasons of a line; tells whether anything changed."""
        line = self.rows[index.row()] if index.isValid() else None
        if not isinstance(line, Line):
            return False
        wanted = line.key not in self.open if on is None else on
        if wanted == (line.key in self.open):
            return False
        self.open ^= {line.key}
        self.dataChanged.emit(index, index)
        return True

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        if role == ROW:
            return row
        if role == OPEN:
            return row.key in self.open
        if role == OUTCOME:
            return None if self.refused is None or isinstance(row, Group) or not row.ticks else self.refused.get(row.key, "")
        if role == Qt.ItemDataRole.CheckStateRole:
            return self._check(row)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._spoken(row)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or self.refused is not None:
            return False
        row = self.rows[index.row()]
        keys = {line.key for line in (row.lines if isinstance(row, Group) else (row,)) if line.ticks}
        self.ticked = self.ticked | keys if Check(value) == Check.Checked else self.ticked - keys
        self._all_changed()
        self.ticked_changed.emit()
        return True

    def _check(self, row: Group | Line) -> Check | None:
        if self.refused is not None:
            return None
        if isinstance(row, Line):
            return (Check.Checked if row.key in self.ticked else Check.Unchecked) if row.ticks else None
        ticks = [line.key in self.ticked for line in row.lines if line.ticks]
        if not ticks:
            return None
        return Check.Checked if all(ticks) else Check.PartiallyChecked if any(ticks) else Check.Unchecked

    def _spoken(self, row: Group | Line) -> str:
        if isinstance(row, Group):
            return f"{row.words}, {len(row.lines)}"
        return row.spoken

    def _all_changed(self) -> None:
        self.dataChanged.emit(self.index(0), self.index(len(self.rows) - 1))

"""The models behind a table: all rows in memory, or pages of a long list read as they are scrolled to."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from fieldoffice.ui.parts.labels import plain_tip

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


@dataclass(frozen=True)
class Column(Generic[Row]):
    """`sort` gives what rows are ordered by (None: cannot be sorted); in a paged list its name `id` goes to the query."""

    id: str
    title: str
    text: Callable[[Row], str]
    sort: Callable[[Row], Any] | None = None
    right: bool = False
    width: int = 120
    tip: Callable[[Row], str] | None = None


class Model(QAbstractTableModel, Generic[Row]):
    """What both kinds share: columns, words, alignment. Rows have an `id`."""

    def __init__(self, columns: Sequence[Column[Row]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.loaded = False  # whether an answer has come yet: an empty table is not yet an empty list

    def row(self, n: int) -> Row | None:
        """The row at `n`; None outside, or while it is still on the way."""
        raise NotImplementedError

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        column = self.columns[index.column()] if index.isValid() else None
        if column is not None and role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if column.right else None
        row = self.row(index.row()) if column is not None else None
        if row is None or column is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(row)
        if role == Qt.ItemDataRole.ToolTipRole and column.tip is not None:
            return plain_tip(column.tip(row))
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole and self.columns[section].right:
            return RIGHT
        return None


class Rows(Model[Row]):
    """All rows in memory, for lists of up to some thousands; sorting stays when the rows are read again."""

    def __init__(self, columns: Sequence[Column[Row]], parent: QObject | None = None) -> None:
        super().__init__(columns, parent)
        self.rows: list[Row] = []
        self._by: tuple[int, bool] | None = None

    def row(self, n: int) -> Row | None:
        return self.rows[n] if 0 <= n < len(self.rows) else None

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def show(self, rows: Sequence[Row]) -> None:
        """Replace the rows; one with the same id stays the same line, so selection and scroll survive."""
        first, self.loaded = not self.loaded, True
        wanted = self._sorted(rows)
        if first or not self.rows or not wanted:
            self._reset(wanted)
            return
        self._drop({_id(row) for row in wanted})
        self._append(wanted)
        self._arrange(wanted)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if 0 <= column < len(self.columns) and self.columns[column].sort is not None:
            self._by = (column, order == Qt.SortOrder.DescendingOrder)
            self._arrange(self._sorted(self.rows))

    def _sorted(self, rows: Sequence[Row]) -> list[Row]:
        if self._by is None:
            return list(rows)
        key = self.columns[self._by[0]].sort
        assert key is not None
        known = [row for row in rows if key(row) is not None]
        return [*sorted(known, key=key, reverse=self._by[1]), *(row for row in rows if key(row) is None)]

    def _reset(self, wanted: list[Row]) -> None:
        self.beginResetModel()
        self.rows = wanted
        self.endResetModel()

    def _drop(self, keep: set[Any]) -> None:
        last = len(self.rows) - 1
        while last >= 0:
            first = last
            while first >= 0 and _id(self.rows[first]) not in keep:
                first -= 1
            if first < last:
                self.beginRemoveRows(NOWHERE, first + 1, last)
                del self.rows[first + 1 : last + 1]
                self.endRemoveRows()
            last = first - 1

    def _append(self, wanted: list[Row]) -> None:
        known = {_id(row) for row in self.rows}
        new = [row for row in wanted if _id(row) not in known]
        if new:
            self.beginInsertRows(NOWHERE, len(self.rows), len(self.rows) + len(new) - 1)
            self.rows.extend(new)
            self.endInsertRows()

    def _arrange(self, wanted: list[Row]) -> None:
        """Bring the same ids into the order of `wanted`, and show what changed within a row."""
        before = self.rows
        if [_id(row) for row in before] != [_id(row) for row in wanted]:
            self.layoutAboutToBeChanged.emit()
            where = {_id(row): n for n, row in enumerate(wanted)}
            old = self.persistentIndexList()
            new = [self.index(where[_id(before[index.row()])], index.column()) for index in old]
            self.rows = wanted
            self.changePersistentIndexList(old, new)
            self.layoutChanged.emit()
        else:
            self.rows = wanted
        if wanted:
            self.dataChanged.emit(self.index(0, 0), self.index(len(wanted) - 1, len(self.columns) - 1))


Fetch = Callable[[int, int, str, bool, Callable[[int, Sequence[Any]], None]], None]
"""fetch(offset, limit, sort_id, descending, give): ask off the Qt thread, then give(total, rows)."""


class PagedRows(Model[Row]):
    """Pages of a long list: the database counts, sorts and cuts; only pages in sight are read, and few are kept."""

    PAGE, KEPT = 200, 20

    def __init__(self, columns: Sequence[Column[Row]], fetch: Fetch, parent: QObject | None = None) -> None:
        super().__init__(columns, parent)
        self._fetch, self._total, self._age = fetch, 0, 0
        self._pages: OrderedDict[int, list[Row]] = OrderedDict()
        self._asked: set[int] = set()
        self._by, self._down = "", False

    def reload(self) -> None:
        """Read again from the first page on; answers to older questions no longer count."""
        self._age += 1
        self._asked.clear()
        self._ask(0, fresh=True)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else self._total

    def row(self, n: int) -> Row | None:
        if not 0 <= n < self._total:
            return None
        page, within = divmod(n, self.PAGE)
        if page not in self._pages:
            self._ask(page)
            return None
        self._pages.move_to_end(page)
        return self._pages[page][within] if within < len(self._pages[page]) else None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if 0 <= column < len(self.columns) and self.columns[column].sort is not None:
            self._by, self._down = self.columns[column].id, order == Qt.SortOrder.DescendingOrder
            self.reload()

    def _ask(self, page: int, *, fresh: bool = False) -> None:
        if page in self._asked:
            return
        self._asked.add(page)
        age = self._age

        def give(total: int, rows: Sequence[Any]) -> None:
            if age == self._age:
                self._got(page, total, list(rows), fresh=fresh)

        self._fetch(page * self.PAGE, self.PAGE, self._by, self._down, give)

    def _got(self, page: int, total: int, rows: list[Row], *, fresh: bool) -> None:
        self._asked.discard(page)
        self.loaded = True
        if fresh or total != self._total:
            self.beginResetModel()
            self._pages.clear()
            self._total = total
            self._keep(page, rows)
            self.endResetModel()
            return
        self._keep(page, rows)
        first, last = page * self.PAGE, min((page + 1) * self.PAGE, total) - 1
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))

    def _keep(self, page: int, rows: list[Row]) -> None:
        self._pages[page] = rows
        while len(self._pages) > self.KEPT:
            self._pages.popitem(last=False)


def _id(row: Any) -> Any:
    return row.id

"""A table: the columns are data, the rows are frozen and come from a query."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from fieldoffice.ui import actions, theme
from fieldoffice.ui.memory import Memory
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.rows import Model


class Table(QTableView):
    """Sort by a click on the head, copy with Ctrl+C, columns as a person left them.

    `opened(row)` on double click or Enter, `picked(row)` when the current row changes (None when there is none).
    """

    opened = Signal(object)
    picked = Signal(object)

    def __init__(self, model: Model, name: str, empty: EmptyState | None = None, *, memory: Memory | None = None,
                 parent: QWidget | None = None) -> None:
        """`name` is said by screen readers and is the key under which the columns are remembered."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self.rows, self.name, self.memory = model, name, memory
        self.setModel(model)
        self._look()
        self.empty = empty
        if empty is not None:
            empty.cover(self)
        for changed in (model.modelReset, model.rowsInserted, model.rowsRemoved, model.layoutChanged):
            changed.connect(self._show_empty)
        self.calls = actions.bind(self, {"copy": self.copy})
        self.activated.connect(self._opened)
        self.selectionModel().currentRowChanged.connect(lambda now, _was: self.picked.emit(self.row_at(now)))
        self._show_empty()
        self._restore()

    def row_at(self, index: QModelIndex) -> Any | None:
        """The row behind an index; None outside, or while its page is still on the way."""
        return self.rows.row(index.row()) if index.isValid() else None

    def current(self) -> Any | None:
        return self.row_at(self.currentIndex())

    def selected(self) -> list[Any]:
        """The selected rows from top to bottom."""
        found = (self.row_at(index) for index in sorted(self.selectionModel().selectedRows(), key=lambda i: i.row()))
        return [row for row in found if row is not None]

    def copy(self) -> None:
        """Put the selected rows into the clipboard: the columns in sight, tab separated, heads first."""
        QGuiApplication.clipboard().setText(self.as_text())

    def as_text(self) -> str:
        shown = [self.rows.columns[n] for n in self._in_sight()]
        lines = [[column.title for column in shown], *([column.text(row) for column in shown] for row in self.selected())]
        return "\n".join("\t".join(_one_line(cell) for cell in line) for line in lines)

    def _look(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        rows = self.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(theme.ROW)
        rows.setDefaultSectionSize(theme.ROW)
        rows.hide()
        self._look_of_head()

    def _look_of_head(self) -> None:
        head = self.horizontalHeader()
        head.setSectionsMovable(True)
        head.setHighlightSections(False)
        head.setStretchLastSection(True)
        head.setMinimumSectionSize(40)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setSortIndicatorClearable(False)
        head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        head.customContextMenuRequested.connect(self._choose_columns)
        head.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)  # the query's own order until somebody clicks
        self.setSortingEnabled(any(column.sort is not None for column in self.rows.columns))
        for n, column in enumerate(self.rows.columns):
            self.setColumnWidth(n, column.width)

    def _in_sight(self) -> list[int]:
        head = self.horizontalHeader()
        order = (head.logicalIndex(n) for n in range(head.count()))
        return [n for n in order if not head.isSectionHidden(n)]

    def _show_empty(self, *_: object) -> None:
        if self.empty is not None:
            self.empty.setVisible(self.rows.rowCount() == 0 and self.rows.loaded)

    def _opened(self, index: QModelIndex) -> None:
        row = self.row_at(index)
        if row is not None:
            self.opened.emit(row)

    def _choose_columns(self, _where: object) -> None:
        menu = self.column_menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.cursor().pos())

    def column_menu(self) -> QMenu:
        """Which columns are shown; the last one in sight cannot be hidden."""
        menu, head = QMenu(self), self.horizontalHeader()
        for n, column in enumerate(self.rows.columns):
            item = QAction(column.title, menu, checkable=True, checked=not head.isSectionHidden(n))
            item.setEnabled(self._in_sight() != [n])
            item.toggled.connect(lambda on, n=n: self._set_hidden(n, not on))
            menu.addAction(item)
        return menu

    def _set_hidden(self, n: int, hidden: bool) -> None:
        self.horizontalHeader().setSectionHidden(n, hidden)
        self._remember()

    def _restore(self) -> None:
        head = self.horizontalHeader()
        kept = self.memory.get(self.name, "columns", {}) if self.memory else {}
        ids = [column.id for column in self.rows.columns]
        for place, id in enumerate(id for id in kept.get("order", []) if id in ids):
            head.moveSection(head.visualIndex(ids.index(id)), place)
        for n, id in enumerate(ids):
            self.setColumnWidth(n, kept.get("widths", {}).get(id, self.rows.columns[n].width))
            head.setSectionHidden(n, id in kept.get("hidden", []))
        if not self._in_sight():
            head.setSectionHidden(0, False)
        if self.memory is not None:
            head.sectionResized.connect(self._remember)
            head.sectionMoved.connect(self._remember)

    def _remember(self, *_: object) -> None:
        if self.memory is None:
            return
        head, columns = self.horizontalHeader(), self.rows.columns
        hidden = [column.id for n, column in enumerate(columns) if head.isSectionHidden(n)]
        self.memory.set(self.name, "columns", {
            "order": [columns[head.logicalIndex(n)].id for n in range(head.count())],
            "widths": {column.id: head.sectionSize(n) for n, column in enumerate(columns) if column.id not in hidden},
            "hidden": hidden,
        })


def _one_line(cell: str) -> str:
    return cell.replace("\t", " ").replace("\r", "").replace("\n", " ")

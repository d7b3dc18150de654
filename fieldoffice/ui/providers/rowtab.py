"""A tab with a list of rows: add, edit, remove with buttons and keys; the editing happens in the side panel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from fieldoffice.ui import actions
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.buttons import action_button
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.rows import Column, Rows
from fieldoffice.ui.parts.table import Table


class RowList(QWidget):
    """A heading with its buttons, and a table. `add()`, `edit(row)` and `remove(row)` do what they say."""

    def __init__(self, desk: Desk, name: str, title: str, columns: Sequence[Column[Any]], *, add: Callable[[], object],
                 edit: Callable[[Any], object], remove: Callable[[Any], object], empty: str, icon: str, add_words: str,
                 more: Sequence[QAction] = (), can_remove: Callable[[Any], bool] = lambda _row: True) -> None:
        """`name` is the key under which columns are remembered; `more` actions stand in the menu of a row.

        Without a `title` the page around it has the button to add.
        """
        super().__init__()
        self._edit, self._remove, self.more, self._can_remove = edit, remove, tuple(more), can_remove
        self.empty = EmptyState(empty, icon, add_words, add)
        self.rows: Rows[Any] = Rows(columns)
        self.table = Table(self.rows, name, self.empty, memory=desk.memory)
        self.calls = actions.bind(self, {"row_add": add, "row_edit": self._edit_current, "row_remove": self._remove_current})
        self.calls["row_add"].setText(add_words)
        self.hint = PlainLabel("", "muted", wrap=True)
        self.hint.hide()
        self._build(title)
        self.table.opened.connect(edit)
        self.table.picked.connect(lambda _row: self._show_what_can_be_done())
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._show_menu)
        self._show_what_can_be_done()

    def show_rows(self, rows: Sequence[Any], hint: str = "") -> None:
        """Other rows; one with the same id stays the same line."""
        self.rows.show(rows)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))
        self._show_what_can_be_done()

    def menu(self) -> QMenu:
        menu = QMenu(self)
        for action in (self.calls["row_edit"], *self.more, self.calls["row_remove"]):
            menu.addAction(action)
        return menu

    def _show_menu(self, where: QPoint) -> None:
        if self.table.current() is not None:
            menu = self.menu()
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(self.table.viewport().mapToGlobal(where))

    def _edit_current(self) -> None:
        if (row := self.table.current()) is not None:
            self._edit(row)

    def _remove_current(self) -> None:
        if (row := self.table.current()) is not None:
            self._remove(row)

    def _show_what_can_be_done(self) -> None:
        row = self.table.current()
        for action in (self.calls["row_edit"], *self.more):
            action.setEnabled(row is not None)
        self.calls["row_remove"].setEnabled(row is not None and self._can_remove(row))

    def _build(self, title: str) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        if title:
            head.addWidget(PlainLabel(title, "section"))
        head.addStretch(1)
        for id in ("row_edit", "row_remove"):
            head.addWidget(action_button(self.calls[id]))
        if title:
            head.addWidget(action_button(self.calls["row_add"]))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addLayout(head)
        box.addWidget(self.hint)
        box.addWidget(self.table, 1)

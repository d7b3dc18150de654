"""The table of customers: the name takes the room that is left, and the dots keep to themselves at the end."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHeaderView, QMenu

from fieldoffice.ui.customers.columns import FIRST_HIDDEN, MENU
from fieldoffice.ui.parts.table import Table

NARROWEST, DOTS = 180, 36


class CustomerTable(Table):
    """Columns that few look for are hidden until somebody shows them."""

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        ids = [column.id for column in self.rows.columns]
        self._name, self._menu, self._filling = ids.index("name"), ids.index(MENU), False
        head = self.horizontalHeader()
        head.setStretchLastSection(False)
        head.setSectionResizeMode(self._menu, QHeaderView.ResizeMode.Fixed)
        self.setColumnWidth(self._menu, DOTS)
        head.setSectionHidden(self._menu, False)
        if self.memory is None or not self.memory.get(self.name, "columns"):
            for id in FIRST_HIDDEN:
                head.setSectionHidden(ids.index(id), True)
        head.sectionResized.connect(lambda column, *_: column != self._name and self.fill())

    def fill(self) -> None:
        """Give the name what the other columns leave."""
        if self._filling:
            return
        others = sum(self.columnWidth(n) for n in range(len(self.rows.columns)) if n != self._name and not self.isColumnHidden(n))
        free = self.viewport().width() - others
        if free >= NARROWEST:
            self._filling = True
            self.setColumnWidth(self._name, free)
            self._filling = False

    def column_menu(self) -> QMenu:
        menu = super().column_menu()
        menu.removeAction(menu.actions()[self._menu])
        return menu

    def in_sight(self) -> list[int]:
        """The columns that say something, from left to right."""
        return [n for n in self._in_sight() if n != self._menu]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fill()

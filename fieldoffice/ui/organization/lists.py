"""A short list within the settings: a table as high as its rows, and buttons below it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from fieldoffice.ui.memory import Memory
from fieldoffice.ui.organization.sections import line_of
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.rows import Column, Rows
from fieldoffice.ui.parts.table import Table

LEAST, MOST = 4, 12


class ListPart(QWidget):
    """`opened(row)` on Enter or double click; buttons that need a row are gray without one."""

    opened = Signal(object)

    def __init__(self, columns: Sequence[Column[Any]], name: str, nothing: str, memory: Memory) -> None:
        super().__init__()
        self.model = Rows[Any](columns, self)
        self.table = Table(self.model, name, EmptyState(nothing), memory=memory)
        self.table.opened.connect(self.opened)
        self.table.setVerticalScrollMode(Table.ScrollMode.ScrollPerPixel)
        self._need_row: list[tuple[QPushButton, Callable[[Any], bool]]] = []
        self.foot = line_of()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 4, 0, 0)
        box.setSpacing(8)
        box.addWidget(self.table)
        box.addLayout(self.foot)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._follow())
        self._fit()

    def add_button(self, words: str, press: Callable[[], object], *, icon: str = "",
                   fits: Callable[[Any], bool] | None = None) -> QPushButton:  # fmt: skip
        """A button below; with `fits` it needs a selected row for which that holds."""
        made = button(words, press, icon=icon)
        self.foot.insertWidget(self.foot.count() - 1, made)
        if fits is not None:
            self._need_row.append((made, fits))
            self._follow()
        return made

    def show_rows(self, rows: Sequence[Any]) -> None:
        """Show these; the selection stays where its row still is."""
        self.model.show(rows)
        self._fit()
        self._follow()

    def current(self) -> Any:
        """The selected row; None without one."""
        found = self.table.selected()
        return found[0] if found else None

    def select(self, id: int) -> None:
        """Select the row of that id."""
        for n, row in enumerate(self.model.rows):
            if row.id == id:
                self.table.selectRow(n)

    def _follow(self) -> None:
        row = self.current()
        for made, fits in self._need_row:
            made.setEnabled(row is not None and fits(row))

    def _fit(self) -> None:
        shown = max(LEAST, min(MOST, len(self.model.rows)))
        rows = shown * self.table.verticalHeader().defaultSectionSize()
        self.table.setFixedHeight(self.table.horizontalHeader().sizeHint().height() + rows + 4)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

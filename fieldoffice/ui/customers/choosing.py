"""What is selected in the list, said with its number, and what can be done with it: a few, or all that match."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QItemSelectionModel, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from fieldoffice.services.customers.filtering import Filter
from fieldoffice.services.customers.listing import ids_at
from fieldoffice.services.customers.selection import Selection
from fieldoffice.ui.customers.rows import CustomerRows
from fieldoffice.ui.customers.words import counted, translate
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.buttons import IconButton, button
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.table import Table

WIDE = 1040
"""Pixels that the words of all acts need beside a count of six figures."""


class Chosen(QFrame):
    """A bar that is there while two or more customers are selected; `give` hands the selection to whoever acts on it."""

    wanted = Signal(str)  # copy | off | on | export | places

    def __init__(self, desk: Desk, table: Table, rows: CustomerRows, filter: Callable[[], Filter], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.table, self.rows, self._filter = desk, table, rows, filter
        self.setProperty("box", "info")
        self.words = PlainLabel("", "strong")
        self.all = button("", self.select_all, link=True)
        self.off = button(translate("Customers", "Take out of use"), lambda: self.wanted.emit("off"), icon="person_off")
        self.on = button(translate("Customers", "Take into use"), lambda: self.wanted.emit("on"), icon="person_check")
        self.copy = button(translate("Customers", "Copy"), lambda: self.wanted.emit("copy"), icon="content_copy")
        self.export = button(translate("Customers", "Export…"), lambda: self.wanted.emit("export"), icon="download")
        self.places = button(translate("Customers", "Find coordinates"), lambda: self.wanted.emit("places"), icon="pin_drop")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 4, 4)
        row.setSpacing(8)
        row.addWidget(self.words)
        row.addWidget(self.all)
        row.addStretch(1)
        self._acts = {part: part.text() for part in (self.places, self.copy, self.export, self.on, self.off)}
        for part, words in self._acts.items():
            part.setAccessibleName(words)
            part.setToolTip(words)
            row.addWidget(part)
        row.addWidget(IconButton("close", translate("Customers", "Select nothing"), table.clearSelection))
        table.selectionModel().selectionChanged.connect(lambda *_: self.show_count())
        rows.modelReset.connect(self.show_count)
        self.hide()

    def count(self) -> int:
        """How many customers are selected, also those that nobody scrolled to."""
        return sum(last - first + 1 for first, last in self.spans())

    def spans(self) -> list[tuple[int, int]]:
        """The selected positions, first to last."""
        found = sorted({(part.top(), part.bottom()) for part in list(self.table.selectionModel().selection())})  # pyright: ignore[reportArgumentType]
        return [(first, min(last, self.rows.rowCount() - 1)) for first, last in found if first < self.rows.rowCount()]

    def select_all(self) -> None:
        """Everything that matches the filter, not only what was read."""
        self.table.selectAll()
        self.table.setFocus()

    def select_ids(self, ids: set[int]) -> None:
        """Select these where they stand in what was read."""
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        self.table.clearSelection()
        for n in range(self.rows.rowCount()):
            if (known := self.rows.known(n, n)) and known[0] in ids:
                self.table.selectionModel().select(self.rows.index(n, 0), flags)

    def give(self, then: Callable[[Selection], Any]) -> None:
        """The selection as a value: all that match but some, or ids; ids of rows that were never read are asked for."""
        total, spans = self.rows.rowCount(), self.spans()
        left = self._left_out(total, spans)
        if total and not left:
            then(Selection(filter=self._filter()))
            return
        gaps = [self.rows.known(first, last) for first, last in left]
        if len(left) <= len(spans) + 1 and self.count() > total / 2 and all(gap is not None for gap in gaps):
            then(Selection(filter=self._filter(), but=frozenset(id for gap in gaps for id in gap or ())))
            return
        known = [self.rows.known(first, last) for first, last in spans]
        if all(part is not None for part in known):
            then(Selection(frozenset(id for part in known for id in part or ())))
            return
        sort, down = self.rows.order
        self.desk.see(self, ids_at, self._filter(), tuple(spans), sort=sort, descending=down,
                      then=lambda ids: then(Selection(frozenset(ids))))

    def show_count(self) -> None:
        """Say how many; the way to all stands there while it is not all."""
        n, total = self.count(), self.rows.rowCount()
        self.setVisible(n > 1)
        self.words.setText(f"{counted(n)} {translate('Customers', 'selected')}")
        self.setAccessibleName(self.words.text())
        self.all.setVisible(n < total)
        self.all.setText(f"{translate('Customers', 'Select all')} {counted(total)}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room the signs stand without their words."""
        super().resizeEvent(event)
        for part, words in self._acts.items():
            part.setText(words if self.width() >= WIDE else "")

    def _left_out(self, total: int, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """The positions between and around the selected ones."""
        found, here = list[tuple[int, int]](), 0
        for first, last in spans:
            if first > here:
                found.append((here, first - 1))
            here = max(here, last + 1)
        return [*found, (here, total - 1)] if here < total else found

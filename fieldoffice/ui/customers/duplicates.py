"""Customers that may be one and the same: pairs with their reasons at the left, compared and merged at the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from fieldoffice.models.errors import Refused
from fieldoffice.office import Tx
from fieldoffice.services.customers.duplicates import Everybody, Pair, Suspect, everybody, say_different
from fieldoffice.services.customers.merging import Merged, merge, unmerge
from fieldoffice.services.customers.profile import CustomerSheet, customer_sheet
from fieldoffice.ui.customers.compare import Compare
from fieldoffice.ui.customers.field import CustomerField
from fieldoffice.ui.customers.lists import text
from fieldoffice.ui.customers.words import counted
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.rows import Rows
from fieldoffice.ui.parts.table import Table

Both = tuple[CustomerSheet, CustomerSheet]


@dataclass(frozen=True, slots=True)
class Twins:
    """A pair as a row of the list."""

    id: tuple[int, int]
    first: Suspect
    second: Suspect
    reasons: str


class DuplicatesPage(QWidget):
    """`open(customer_id=…)` compares one customer with another that is chosen by its name."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.one, self.arrived = desk, 0, False
        self.rows: Rows[Twins] = Rows([
            text("first", "Customer", lambda t: t.first.name, 156),
            text("second", "And", lambda t: t.second.name, 156),
            text("why", "Why", lambda t: t.reasons, 120)])
        self.empty = EmptyState(self.tr("No two customers look like one."), "check_circle", self.tr("Back to the customers"),
                             lambda: desk.open("customers"))
        self.table = Table(self.rows, "Pairs of customers", self.empty, memory=desk.memory)
        self.words, self.other = PlainLabel("", "muted", wrap=True), CustomerField(desk)
        self.compare, self.hint = Compare(), EmptyState("", "compare_arrows")
        self._build()
        self.table.picked.connect(self._picked)
        self.other.value_changed.connect(self._compare_chosen)
        self.compare.merge_wanted.connect(self.merge)
        self.compare.different.connect(self.say_different)
        desk.live.watch(self, {"customer", "location", "contact"}, self.refresh)
        self._say_hint()
        self.refresh()

    # what the window asks for

    def head(self) -> Sequence[QAction | QWidget]:
        return []

    def open(self, customer_id: int = 0, **_: Any) -> None:
        """Compare this customer with another; the pairs it is in come first."""
        self.one = customer_id
        self.other.set_value(None)
        self.room.setVisible(bool(customer_id))
        self.stack.setCurrentWidget(self.hint)
        self._say_hint()
        self.refresh()
        if customer_id:
            self.other.setFocus()

    def ready(self) -> bool:
        return self.arrived

    def refresh(self) -> None:
        """Look again for pairs, and read what is compared anew."""
        self.desk.see(self, everybody, then=self._read)
        if self.stack.currentWidget() is self.compare and self.compare.pair is not None:
            left, right = self.compare.pair
            self.show_both(left.id, right.id)

    # acts

    def show_both(self, first_id: int, second_id: int) -> None:
        """Put two customers side by side."""
        self.desk.see(self, both, first_id, second_id, then=self._both_came, otherwise=self._gone)

    def merge(self, kept: CustomerSheet, gone: CustomerSheet, take: tuple[str, ...]) -> None:
        """Merge as it was chosen; the toast takes it back."""
        def done(merged: Merged) -> None:
            self.stack.setCurrentWidget(self.hint)
            words = self.tr("%1 is merged into %2").replace("%1", gone.name).replace("%2", kept.name)
            self.desk.toast(words, undo=lambda: self._take_back(merged))
            if self.one in (kept.id, gone.id):
                self.desk.open("customer", customer_id=kept.id)

        self.desk.do(self, merge, kept.id, gone.id, versions=(kept.version, gone.version), take=take, then=done, otherwise=self._refused)

    def say_different(self, left: CustomerSheet, right: CustomerSheet) -> None:
        """These two are not one; they are no longer offered."""
        def done(_none: object) -> None:
            self.stack.setCurrentWidget(self.hint)
            self.desk.toast(self.tr("%1 and %2 stay two").replace("%1", left.name).replace("%2", right.name))

        self.desk.do(self, say_different, left.id, right.id, then=done)

    # inside

    def _take_back(self, merged: Merged) -> None:
        self.desk.do(self, unmerge, merged.merged_id, then=lambda _done: self.desk.toast(self.tr("The merge is undone")))

    def _refused(self, error: Refused) -> None:
        self.desk.refuse(error)
        self.refresh()

    def _gone(self, error: Refused) -> None:
        self.stack.setCurrentWidget(self.hint)
        self.desk.refuse(error)

    def _read(self, found: Everybody) -> None:
        """Compare beside the window, after the database was let go."""
        if not self.arrived:
            self.words.setText(self.tr("Comparing %1…").replace("%1", counted(len(found.people))))
        self.desk.background.ask(self, found.pairs, self._pairs_came, series=(id(self), "pairs"))

    def _pairs_came(self, found: tuple[Pair, ...]) -> None:
        self.arrived = True
        mine = sorted(found, key=lambda p: self.one not in (p.first.id, p.second.id)) if self.one else found
        self.rows.show([Twins((p.first.id, p.second.id), p.first, p.second, ", ".join(p.reasons)) for p in mine])
        self.words.setText(self.tr("%1 that may be the same customer").replace("%1", counted(len(found), "pair")))
        self._say_hint()

    def _picked(self, row: Twins | None) -> None:
        if row is not None:
            self.show_both(*row.id)

    def _compare_chosen(self) -> None:
        other = self.other.value()
        if self.one and other and other != self.one:
            self.show_both(self.one, other)

    def _both_came(self, found: Both) -> None:
        left, right = found
        if left.merged_into is not None or right.merged_into is not None:
            self.stack.setCurrentWidget(self.hint)
            return
        self.compare.show_pair(left, right)
        self.stack.setCurrentWidget(self.compare)

    def _say_hint(self) -> None:
        pick = self.tr("Choose a pair to compare.") if self.rows.rowCount() else self.tr("Nothing to compare.")
        self.hint.say(self.tr("Choose the customer to compare with, or a pair.") if self.one else pick)

    def _build(self) -> None:
        self.room = QWidget()
        chooser = QVBoxLayout(self.room)
        chooser.setContentsMargins(0, 0, 0, 8)
        chooser.addWidget(PlainLabel(self.tr("Compare with"), "muted"))
        chooser.addWidget(self.other)
        self.room.hide()
        left, self.stack, split = QWidget(), QStackedWidget(), QSplitter(Qt.Orientation.Horizontal)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(8)
        for part in (self.room, self.words):
            column.addWidget(part)
        column.addWidget(self.table, 1)
        self.stack.addWidget(self.hint)
        self.stack.addWidget(self.compare)
        split.addWidget(left)
        split.addWidget(self.stack)
        split.setChildrenCollapsible(False)
        split.setSizes([470, 650])
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 8, 16, 16)
        box.addWidget(split)


def both(tx: Tx, first_id: int, second_id: int) -> Both:
    """Two customers in one look."""
    return customer_sheet(tx, first_id), customer_sheet(tx, second_id)

"""Tax rates with the days on which they hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from fieldoffice.services.catalog import TaxRow, drop_tax_rate, take_over
from fieldoffice.services.edits import Edit
from fieldoffice.ui import icons
from fieldoffice.ui.catalog.taxpanel import TaxPanel
from fieldoffice.ui.catalog.words import tr
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.jobs.words import shown_rate
from fieldoffice.ui.parts.reading import show_date
from fieldoffice.ui.parts.rows import Column
from fieldoffice.ui.providers.rowtab import RowList
from fieldoffice.ui.providers.words import counted

STATES = {"ahead": "not yet", "holds": "holds today", "over": "over"}


class TaxTab(QWidget):
    """Enter edits, Ins adds, Del removes; a new rate can take over the items of an old one."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.today, self.rates = desk, date.min, ()
        self.rates: tuple[TaxRow, ...]
        self.panel: TaxPanel | None = None
        self.take = QAction(self.tr("Take over the items of"), self)
        icons.dress(self.take, "call_merge")
        self.take.setMenu(QMenu(self))
        self.list = RowList(desk, "Tax rates", "", _columns(self), add=self.add, edit=self.edit, remove=self.remove,
                            empty=self.tr("No taxes yet: nothing is taxed."), icon="percent", add_words=self.tr("Add a tax rate"),
                            more=(self.take,))  # fmt: skip
        self.list.table.picked.connect(self._offer_to_take)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 12, 16, 16)
        box.addWidget(self.list)

    def show_rates(self, rates: Sequence[TaxRow], today: date) -> None:
        self.rates, self.today = tuple(rates), today
        stale = [row for row in rates if row.items and row.state(today) != "holds"]
        words = self.tr("Items of the price book take a rate that does not hold today: %1. Let another rate take them over.")
        self.list.show_rows(rates, words.replace("%1", "; ".join(_said(row) for row in stale)) if stale else "")
        self._offer_to_take(self.list.table.current())

    def take_keyboard(self) -> None:
        self.list.table.setFocus()

    def add(self) -> None:
        self._panel().open_new(self.today)

    def edit(self, row: TaxRow) -> None:
        self._panel().open_rate(self.today, row)

    def remove(self, row: TaxRow) -> None:
        label = self.tr("%1 removed").replace("%1", row.facts.name)
        self.desk.act(self, label, drop_tax_rate, row.id, version=row.version)

    def take_from(self, row: TaxRow, other: TaxRow) -> None:
        """All items that take `other` take `row` from now on."""
        def told(edit: Edit) -> None:
            if not edit.value:
                self.desk.toast(self.tr("No item takes that rate any more."))

        items = counted(other.items, self.tr("item takes %1 now"), self.tr("items take %1 now")).replace("%1", _said(row))
        self.desk.act(self, items, take_over, row.id, other.id, then=told)

    def _offer_to_take(self, row: TaxRow | None) -> None:
        menu = self.take.menu()
        assert isinstance(menu, QMenu)
        menu.clear()
        others = [other for other in self.rates if row is not None and other.id != row.id and other.items]
        for other in others:
            words = f"{_said(other)} ({counted(other.items, self.tr('item'), self.tr('items'))})".replace("&", "&&")
            menu.addAction(words, lambda other=other: self.take_from(row, other))  # type: ignore[arg-type]
        self.take.setEnabled(bool(others))

    def _panel(self) -> TaxPanel:
        if self.panel is None:
            self.panel = TaxPanel(self.desk)
        return self.panel


def _said(row: TaxRow) -> str:
    return " ".join(part for part in (row.facts.name, row.facts.region, _rate(row)) if part)


def _rate(row: TaxRow) -> str:
    return shown_rate(row.facts.ppm) if row.facts.ppm else "0 %"


def _columns(tab: TaxTab) -> list[Column[TaxRow]]:
    return [
        Column("name", tr("Name"), lambda r: r.facts.name, lambda r: r.facts.name.casefold(), width=220),
        Column("rate", tr("Rate"), _rate, lambda r: r.facts.ppm, right=True, width=96),
        Column("region", tr("Region"), lambda r: r.facts.region or tr("everywhere"), lambda r: r.facts.region.casefold(), width=140),
        Column("from", tr("Holds from"), lambda r: show_date(r.facts.valid_from), lambda r: r.facts.valid_from, width=152),
        Column("to", tr("Holds to"), lambda r: show_date(r.facts.valid_to) if r.facts.valid_to else tr("until further notice"),
               lambda r: r.facts.valid_to or date.max, width=160),
        Column("state", tr("State"), lambda r: tr(STATES[r.state(tab.today)]), lambda r: r.state(tab.today), width=108),
        Column("items", tr("Items"), lambda r: str(r.items), lambda r: r.items, right=True, width=80),
    ]  # fmt: skip

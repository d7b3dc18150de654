"""Organization → Services: the price book, taxes and skills, each a list with its form beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from fieldoffice.office import Tx
from fieldoffice.services.catalog import ItemLine, SkillRow, TaxRow, price_book, skills, tax_rates
from fieldoffice.ui import actions
from fieldoffice.ui.catalog.book import BookTab
from fieldoffice.ui.catalog.itempanel import Offer
from fieldoffice.ui.catalog.skilltab import SkillTab
from fieldoffice.ui.catalog.taxtab import TaxTab
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.exchange.gate import gate
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.labels import plain_tip

TOPICS = frozenset({"catalog_item", "item_skill", "skill", "tax_rate", "provider_skill", "provider"})
TABS = ("Price book", "Taxes", "Skills")


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything that the page shows, in one consistent look."""

    lines: tuple[ItemLine, ...]
    taxes: tuple[TaxRow, ...]
    skills: tuple[SkillRow, ...]
    exponent: int
    today: date


class ServicesPage(QWidget):
    """Alt+1 to Alt+3 lead to the tabs; `open(item_id=…)` opens an entry, `open(tab=…)` a tab."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.found, self._wanted = desk, None, 0
        self.found: Catalog | None
        self.book, self.taxes, self.skills = BookTab(desk), TaxTab(desk), SkillTab(desk)
        self.sections = (self.book, self.taxes, self.skills)
        self.tabs, self.stack = QTabBar(), QStackedWidget()
        self.calls = actions.bind(self, {"new_item": lambda: self._new(0), "new_tax_rate": lambda: self._new(1),
                                         "new_skill": lambda: self._new(2)})  # fmt: skip
        self.new = button("", lambda: self._new(self.tabs.currentIndex()), icon="add", primary=True)
        self.gate = gate(desk, self, self.book.table, "services", self.tr("Services"))
        self._build()
        desk.live.watch(self, TOPICS, self.refresh)
        self.refresh()

    def head(self) -> Sequence[QAction | QWidget]:
        return [self.gate, self.new]

    def open(self, item_id: int = 0, tab: str = "", **_: Any) -> None:
        """An entry of the price book in its form, or a tab."""
        if tab in TABS:
            self.tabs.setCurrentIndex(TABS.index(tab))
        self._wanted = item_id
        self._open_wanted()

    def ready(self) -> bool:
        return self.found is not None

    def refresh(self) -> None:
        """Ask again; selections stay."""
        self.desk.see(self, _catalog, then=self._arrived)

    def find(self) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """The search field of the price book."""
        self.tabs.setCurrentIndex(0)
        self.book.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.book.search.selectAll()

    # inside

    def _arrived(self, found: Catalog) -> None:
        self.found = found
        self.book.show_lines(found.lines, Offer(found.taxes, found.skills, found.exponent))
        self.taxes.show_rates(found.taxes, found.today)
        self.skills.show_skills(found.skills)
        for n, count in enumerate((sum(line.active for line in found.lines), len(found.taxes), len(found.skills))):
            self.tabs.setTabText(n, f"{self.tr(TABS[n])} {count}")
        self._open_wanted()

    def _open_wanted(self) -> None:
        line = next((line for line in self.found.lines if line.id == self._wanted), None) if self.found else None
        if line is not None:
            self._wanted = 0
            self.tabs.setCurrentIndex(0)
            self.book.edit(line)

    def _new(self, tab: int) -> None:
        self.tabs.setCurrentIndex(tab)
        self.sections[tab].add()

    def _show_head(self, tab: int) -> None:
        """One primary button: the one for what is in sight."""
        self.stack.setCurrentIndex(tab)
        call = list(self.calls.values())[tab]
        self.new.setText(call.text())
        self.new.setToolTip(plain_tip(call.toolTip()))

    def _go_with_keys(self, n: int) -> None:
        self.tabs.setCurrentIndex(n)
        self.sections[n].take_keyboard()

    def _build(self) -> None:
        self.tabs.setAccessibleName(self.tr("Parts of the catalog"))
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        for n, (name, section) in enumerate(zip(TABS, self.sections, strict=True), start=1):
            self.tabs.addTab(self.tr(name))
            self.tabs.setTabToolTip(n - 1, f"Alt+{n}")
            self.stack.addWidget(section)
            keys = QKeySequence(f"Alt+{n}")
            QShortcut(keys, self, lambda n=n: self._go_with_keys(n - 1), context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.tabs.currentChanged.connect(self._show_head)
        line, box = QHBoxLayout(), QVBoxLayout(self)
        line.setContentsMargins(4, 0, 16, 0)
        line.addWidget(self.tabs)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(line)
        box.addWidget(self.stack, 1)
        self._show_head(0)


def _catalog(tx: Tx) -> Catalog:
    return Catalog(price_book(tx), tax_rates(tx), skills(tx), tx.company.currency_exponent, tx.today)

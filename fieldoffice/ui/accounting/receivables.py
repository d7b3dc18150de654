"""Receivables: who owes what, by how late it is, as of any day; the items of a customer below, and what is done with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSplitter, QVBoxLayout, QWidget

from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.books.aging import Aged, AgedRow, AgedSums, aged
from fieldoffice.services.books.aging_items import AgedItem, aged_items, payer_name
from fieldoffice.services.books.reports import aged_report
from fieldoffice.ui import actions
from fieldoffice.ui.accounting.receivables_columns import aged_columns, total_texts
from fieldoffice.ui.accounting.receivables_items import ItemsPane
from fieldoffice.ui.accounting.receivables_panels import PaidPanel, SmallDebtsPanel, WriteOffPanel
from fieldoffice.ui.accounting.totals import Roomy, TotalsRow
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.exchange import exporting
from fieldoffice.ui.parts.banner import Banner
from fieldoffice.ui.parts.buttons import Segmented
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.fields import DateField, SearchField
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.liverows import LiveRows
from fieldoffice.ui.parts.table import Table
from fieldoffice.ui.printing.drawn import Drawn

TOPICS = frozenset({"ar_item", "allocation", "invoice", "customer", "setting"})
BY = (("due", "By due date"), ("issued", "By invoice date"))


@dataclass(frozen=True, slots=True)
class Ground:
    """What the page needs to know of the company and of who looks."""

    today: date
    exponent: int
    may_bill: bool


class ReceivablesPage(QWidget):
    """`open(customer_id=…, as_of=…)` shows the items of one customer, or another day."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.ground = desk, Ground(date.today(), 2, may_bill=False)
        self.arrived, self.shown_id, self._wanted_id = False, 0, 0
        self.by = "due"
        self.calls = actions.bind(self, {"collect_payment": self.collect, "mark_paid": self.pay, "write_off": self.give_up,
                                         "small_balances": self.small, "print_receivables": self.print})  # fmt: skip
        self.search = SearchField(self.tr("Customer, number, phone or street"))
        self.on = DateField(self.tr("As of"), today=lambda: self.ground.today)
        self.ways, self.count = Segmented(tuple((key, self.tr(words)) for key, words in BY), self.tr("Counted")), PlainLabel("", "muted")
        self.past = Banner("info")
        self.empty = EmptyState("", "task_alt", self.tr("Show all"), self.search.clear)
        self.rows: LiveRows[AgedRow] = LiveRows(aged_columns(lambda: self.ground.exponent), self._fetch)
        self.table = Table(self.rows, "Receivables", self.empty, memory=desk.memory)
        Roomy(self.table, "name")
        self.totals, self.pane = TotalsRow(self.table), ItemsPane(desk, self.calls, lambda: self.ground.exponent)
        self.paper = Drawn(desk, self)
        self.panels: dict[str, Any] = {}
        exporting.attach(desk, self.table, self.tr("Receivables"))
        exporting.attach(desk, self.pane.table, self.tr("Open items"))
        self._build()
        self._connect()
        self.desk.see(self, _ground, then=self._ground_came)

    # what the window asks for

    def head(self) -> Sequence[QAction | QWidget]:
        return [self.table.calls["export_list"], self.calls["print_receivables"], self.calls["small_balances"]]

    def ready(self) -> bool:
        return self.arrived and self.rows.loaded

    def refresh(self) -> None:
        """Ask again; place, selection and ticks stay."""
        self.desk.see(self, _ground, then=self._ground_came)

    def find(self) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def open(self, customer_id: int = 0, as_of: date | None = None, **_: Any) -> None:
        """The items of one customer, or the list of another day."""
        if as_of is not None:
            self.on.set_value(as_of)
            self._changed()
        if customer_id:
            self._show_items_of(customer_id)

    # acts

    def collect(self) -> None:
        """Take a payment for what is ticked."""
        items = self.pane.chosen()
        if items:
            self.desk.open("take_payment", customer_id=self.pane.customer_id, item_ids=tuple(row.id for row in items))

    def pay(self) -> None:
        self._act("paid", PaidPanel)

    def give_up(self) -> None:
        self._act("give_up", WriteOffPanel)

    def small(self) -> None:
        """Give up small balances together."""
        if "small" not in self.panels:
            self.panels["small"] = SmallDebtsPanel(self.desk)
        self.panels["small"].open_small(self.ground.today, self.ground.exponent)

    def print(self) -> None:
        """The list as it is filtered and sorted, on paper."""
        by, down = self.rows._by, self.rows._down
        kw = {"by": self.by, "search": self.search.text().strip(), "sort": by or "name", "descending": down}
        as_of = self.as_of()
        self.paper.show("report", lambda tx: aged_report(tx, as_of, **kw))

    def as_of(self) -> date:
        """The day that is asked for."""
        return self.on.value() or self.ground.today

    def close_items(self) -> None:
        """Back to the list alone."""
        self.shown_id = 0
        self.pane.hide()
        self.table.clearSelection()
        self.table.setFocus()
        self._follow()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.pane.isVisible():
            self.close_items()
            return
        super().keyPressEvent(event)

    # inside

    def _act(self, what: str, panel: Callable[[Desk], Any]) -> None:
        items = self.pane.chosen()
        if items:
            if what not in self.panels:
                self.panels[what] = panel(self.desk)
            self.panels[what].open_items(items, self.ground.today, self.ground.exponent)

    def _ground_came(self, ground: Ground) -> None:
        first, self.ground, self.arrived = not self.arrived, ground, True
        if self.on.value() is None:
            self.on.set_value(ground.today)
        self._follow()
        self.rows.reload() if first else self.rows.refresh()
        if self.shown_id:
            self._ask_items()

    def _fetch(self, offset: int, limit: int, sort: str, down: bool, give: Callable[[int, Sequence[Any]], None]) -> None:
        if not self.arrived:
            return
        text = self.search.text().strip()

        def came(found: Aged) -> None:
            give(found.count, found.rows)
            self._show_totals(found, text)

        self.desk.see(self, aged, self.as_of(), by=self.by, search=text, sort=sort or "name", descending=down, offset=offset, limit=limit,
                      then=came)  # fmt: skip

    def _show_totals(self, found: Aged, text: str) -> None:
        if (found.as_of, found.by, text) != (self.as_of(), self.by, self.search.text().strip()):
            return  # an older answer that came late
        words = self.tr("1 customer") if found.count == 1 else self.tr("%1 customers").replace("%1", f"{found.count:,}")
        self.count.setText(words)
        self.totals.setVisible(found.count > 0)
        self.totals.show_totals(total_texts(found.totals if found.count else AgedSums(), self.tr("Total"), self.ground.exponent))
        day = "" if found.as_of == self.ground.today else self.tr(" as of that day")
        self.empty.say(self.tr("No customer matches.") if text else self.tr("Nobody owes anything%1.").replace("%1", day))
        if self.empty.button is not None:
            self.empty.button.setVisible(bool(text))

    def _picked(self, row: AgedRow | None) -> None:
        if row is not None and self.table.selectionModel().hasSelection():
            self._show_items_of(row.customer_id)

    def _show_items_of(self, customer_id: int) -> None:
        self.shown_id = customer_id
        self._ask_items()

    def _ask_items(self) -> None:
        self.desk.see(self, _items, self.shown_id, self.as_of(), self.by, then=self._items_came)

    def _items_came(self, answer: tuple[int, str, tuple[AgedItem, ...]]) -> None:
        customer_id, name, items = answer
        if customer_id != self.shown_id:
            return
        self.pane.show_items(customer_id, name, items)
        self.pane.show()
        self._follow()

    def _changed(self) -> None:
        """Another day, another way to count, or other words to look for."""
        self.by = self.ways.value() or "due"
        self._follow()
        self.rows.reload()
        if self.shown_id:
            self._ask_items()

    def _follow(self) -> None:
        """What may be done, and a word where the list is not of today."""
        today, may = self.as_of() == self.ground.today, self.ground.may_bill
        for id in ("collect_payment", "mark_paid", "write_off"):
            self.calls[id].setVisible(may)
        self.pane.allowed = may and today
        self.pane.follow()
        self.calls["small_balances"].setEnabled(may)
        self.calls["small_balances"].setVisible(may)
        words = self.tr("The list as it stood at the end of that day. Payments are taken on the list of today.")
        self.past.show_words(words) if self.arrived and not today else self.past.hide()

    def _menu_wanted(self, spot: QPoint) -> None:
        row: AgedRow | None = self.table.row_at(self.table.indexAt(spot)) or self.table.current()
        if row is not None:
            self.menu_of(row).popup(self.table.viewport().mapToGlobal(spot))

    def menu_of(self, row: AgedRow) -> QMenu:
        """Where one can go from a customer's row."""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        for words, press in ((self.tr("Open items"), lambda: self._enter(row)),
                             (self.tr("Open the customer"), lambda: self.desk.open("customer", customer_id=row.customer_id))):  # fmt: skip
            item = QAction(words, menu)
            item.triggered.connect(lambda _checked=False, press=press: press())
            menu.addAction(item)
        return menu

    def _enter(self, row: AgedRow) -> None:
        """Show the items and go to them."""
        self._show_items_of(row.customer_id)
        self.pane.show()
        self.pane.table.setFocus()

    def _connect(self) -> None:
        self.search.searched.connect(lambda _text: self._changed())
        self.on.value_changed.connect(lambda: self._changed() if self.on.value() else None)
        self.ways.chosen.connect(lambda _key: self._changed())
        self.table.picked.connect(self._picked)
        self.table.clicked.connect(lambda index: self._picked(self.table.row_at(index)))
        self.table.opened.connect(self._enter)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._menu_wanted)
        self.pane.closed.connect(self.close_items)
        self.past.add_button(self.tr("Today"), self._today)
        self.desk.live.watch(self, TOPICS, self.refresh)

    def _today(self) -> None:
        self.on.set_value(self.ground.today)
        self._changed()

    def _build(self) -> None:
        self.ways.set_value("due")
        self.search.setMinimumWidth(200)
        self.on.setFixedWidth(164)
        self.past.hide()
        self.pane.hide()
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.search)
        row.addWidget(self.on)
        row.addWidget(self.ways)
        row.addStretch(1)
        row.addWidget(self.count)
        above = QWidget()
        up = QVBoxLayout(above)
        up.setContentsMargins(0, 0, 0, 0)
        up.setSpacing(0)
        up.addWidget(self.table, 1)
        up.addWidget(self.totals)
        self.parts = QSplitter(Qt.Orientation.Vertical)
        self.parts.setChildrenCollapsible(False)
        self.parts.addWidget(above)
        self.parts.addWidget(self.pane)
        self.parts.setStretchFactor(0, 3)
        self.parts.setStretchFactor(1, 2)
        self.parts.setSizes([360, 260])
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 8, 16, 16)
        box.setSpacing(8)
        box.addLayout(row)
        box.addWidget(self.past)
        box.addWidget(self.parts, 1)
        self.setTabOrder(self.search, self.table)


def _ground(tx: Tx) -> Ground:
    return Ground(tx.today, tx.company.currency_exponent, Right.BILLING in tx.actor.rights)


def _items(tx: Tx, customer_id: int, as_of: date, by: str) -> tuple[int, str, tuple[AgedItem, ...]]:
    return customer_id, payer_name(tx, customer_id), aged_items(tx, customer_id, as_of, by=by)  # type: ignore[arg-type]

"""Accounting → Payments: all money that came and went, found as you type; one is opened beside the list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldoffice.office import Tx
from fieldoffice.services.books.moneylist import PaymentFilter, PaymentPage, PaymentRow, payments
from fieldoffice.ui import actions, icons
from fieldoffice.ui.accounting.filling import Filling
from fieldoffice.ui.accounting.filters import PeriodChip
from fieldoffice.ui.accounting.markpaid import WAYS
from fieldoffice.ui.accounting.words import METHODS, MONEY_KINDS, MONEY_STATES, counted, day, money, tr
from fieldoffice.ui.customers.chips import Chip
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.exchange import exporting
from fieldoffice.ui.parts.buttons import button, menu_button
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.fields import SearchField
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.liverows import LiveRows
from fieldoffice.ui.parts.rows import Column
from fieldoffice.ui.parts.table import Table

TOPICS = frozenset({"payment", "allocation", "ar_item", "customer", "bank_deposit"})


class PaymentsPage(QWidget):
    """`open(payment_id=…)` shows one beside the list, `open(customer_id=…, name=…)` those of one customer."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.today, self.exponent, self.arrived = desk, date.today(), 2, False
        self.customer_id: int | None = None
        self.calls = actions.bind(self, {"take_payment": self.take_payment, "new_invoice": lambda: desk.open("invoice", invoice_id=0)})
        self.calls["take_payment"].setProperty("primary", True)
        self.search, self.sums = SearchField(tr("Number, reference or customer")), PlainLabel("", "muted")
        self.kind = Chip(tr("Kind"), [("", tr("All kinds"), ""), *((key, words, words) for key, words in MONEY_KINDS.items())])
        self.method = Chip(tr("Paid by"), [("", tr("Any way"), ""), *((key, words, words) for key, words in WAYS)])
        self.period = PeriodChip()
        self.left = Chip(tr("Left over"), [(False, tr("All"), ""), (True, tr("Something is left of it"), tr("Something is left"))])
        self.only = button("", lambda: self.show_customer(None), icon="close", link=True)
        self.empty = EmptyState("", "payments", tr("Take payment"), self.take_payment)
        self.rows: LiveRows[PaymentRow] = LiveRows(self._columns(), self._fetch)
        self.table = Table(self.rows, "Payments", self.empty, memory=desk.memory)
        self.export = exporting.attach(desk, self.table, tr("Payments"))
        self._build()
        desk.live.watch(self, TOPICS, self.refresh)
        self.rows.reload()

    # what the window asks for

    def head(self) -> Sequence[QAction | QWidget]:
        return [self.more, self.calls["take_payment"]]

    def open(self, payment_id: int = 0, payments_id: int = 0, customer_id: int | None = None, name: str = "", text: str | None = None,
             **_: Any) -> None:  # fmt: skip
        if customer_id is not None:
            self.show_customer(customer_id, name)
        if text is not None:
            self.search.setText(text)
        if payment_id or payments_id:  # the launcher calls an id by its page
            self.desk.open("payment", payment_id=payment_id or payments_id)

    def ready(self) -> bool:
        return self.arrived

    def refresh(self) -> None:
        self.rows.refresh()

    def find(self) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    # acts

    def filter(self) -> PaymentFilter:
        """What is asked for now."""
        since, until = self.period.span(self.today)
        return PaymentFilter(self.search.text().strip(), self.kind.value(), self.method.value(), self.customer_id, since, until,
                             self.left.value())  # fmt: skip

    def show_customer(self, customer_id: int | None, name: str = "") -> None:
        """Only the money of one customer, or that of all again."""
        self.customer_id = customer_id
        self.only.setText(tr("Only %1").replace("%1", name or f"#{customer_id}").replace("&", "&&"))
        self.only.setVisible(customer_id is not None)
        self.rows.reload()

    def take_payment(self) -> None:
        self.desk.open("take_payment", **({"customer_id": self.customer_id} if self.customer_id is not None else {}))

    def open_current(self) -> None:
        """Show the selected payment, else the first."""
        row: PaymentRow | None = self.table.current() or self.rows.row(0)
        if row is not None:
            self.desk.open("payment", payment_id=row.id)

    # inside

    def _fetch(self, offset: int, limit: int, sort: str, down: bool, give: Callable[[int, Sequence[Any]], None]) -> None:
        def came(answer: tuple[date, int, PaymentPage]) -> None:
            self.today, self.exponent, page = answer
            self.arrived = True
            self._say(page)
            give(page.total, page.rows)

        by = {"sort": sort, "descending": down} if sort else {}
        self.desk.see(self, _found, self.filter(), offset=offset, count=limit, then=came, **by)

    def _say(self, page: PaymentPage) -> None:
        came = tr("%1 received").replace("%1", money(page.received_cents, self.exponent))
        self.sums.setText(f"{counted(page.total, 'entry', 'entries')}  ·  {came}" if page.total else tr("No entries"))
        narrowed = self.filter() != PaymentFilter()
        self.empty.say(tr("No payment matches.") if narrowed else tr("No money came in yet. Take the first payment."))
        if self.empty.button is not None:
            self.empty.button.setVisible(not narrowed)

    def _columns(self) -> list[Column[PaymentRow]]:
        def column(id: str, title: str, text: Callable[[PaymentRow], str], width: int, *, right: bool = False,
                   tip: Callable[[PaymentRow], str] | None = None, sort: Callable[[PaymentRow], Any] | None = None) -> Column[PaymentRow]:
            return Column(id, tr(title), text, sort or (lambda row: row.id), right, width, tip)

        return [
            column("number", "Number", lambda r: r.number, 104),
            column("received", "Date", lambda r: day(r.received_on), 144, sort=lambda r: r.received_on),
            column("customer", "Customer", lambda r: r.customer, 256, tip=lambda r: r.customer),
            column("kind", "Kind", _kind, 120, tip=_kind),
            column("method", "Paid by", lambda r: METHODS.get(r.method, r.method), 120),
            column("reference", "Reference", lambda r: r.reference or "–", 120, tip=lambda r: r.reference),
            column("amount", "Amount", lambda r: money(r.amount_cents, self.exponent), 104, right=True),
            Column("left", tr("Left over"), lambda r: money(r.left_cents, self.exponent) if r.left_cents else "–", None, True, 104),
        ]

    def _build(self) -> None:
        Filling(self.table, "customer", 180)
        self.only.hide()
        export = QAction(tr("Export this list…"), self)
        icons.dress(export, "download")
        export.triggered.connect(lambda _checked=False: self.export.ask())
        self.more = menu_button("more_vert", tr("More about payments"), [export], self)
        row = QHBoxLayout()
        row.setSpacing(8)
        for part in (self.search, self.kind, self.method, self.period, self.left, self.only):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self.sums)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 8, 16, 16)
        box.setSpacing(8)
        box.addLayout(row)
        box.addWidget(self.table, 1)
        self.search.searched.connect(lambda _text: self.rows.reload())
        self.search.returnPressed.connect(self.open_current)
        for chip in (self.kind, self.method, self.period, self.left):
            chip.changed.connect(self.rows.reload)
        self.table.opened.connect(lambda row: self.desk.open("payment", payment_id=row.id))
        self.setTabOrder(self.search, self.table)


def _kind(row: PaymentRow) -> str:
    """ "Payment", "Payment, reversed"."""
    state = MONEY_STATES.get(row.state, row.state)
    return MONEY_KINDS.get(row.kind, row.kind) + (f", {state}" if state else "")


def _found(tx: Tx, filter: PaymentFilter, **more: Any) -> tuple[date, int, PaymentPage]:
    return tx.today, tx.company.currency_exponent, payments(tx, filter, **more)

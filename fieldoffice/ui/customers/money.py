"""The money of a customer: balance, overdue, credit, deposits; what is open, all that moved; how it is billed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from fieldoffice.services.books.ledger import OpenItem
from fieldoffice.services.books.standing import Money, Move, Moves, account_of, money_of
from fieldoffice.services.customers.profile import CustomerSheet
from fieldoffice.ui.accounting.filling import Filling
from fieldoffice.ui.accounting.words import ITEMS, day, money
from fieldoffice.ui.customers.termspanel import TermsPanel
from fieldoffice.ui.customers.words import translate
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.buttons import Segmented, button
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.rows import Column, PagedRows, Rows
from fieldoffice.ui.parts.table import Table

TOPICS = frozenset({"ar_item", "allocation", "payment", "billing_terms", "setting"})
VIEWS = (("open", "Open items"), ("all", "All that moved"))


class Figure(QWidget):
    """An amount and what it is; danger where it should worry somebody."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words, self.amount, self.name = words, PlainLabel("–", "section"), PlainLabel(words, "muted")
        self.amount.setAlignment(Qt.AlignmentFlag.AlignLeft)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 24, 0)
        box.setSpacing(0)
        box.addWidget(self.amount)
        box.addWidget(self.name)

    def show_cents(self, cents: int, exponent: int, *, bad: bool = False, shown: bool = True) -> None:
        self.amount.setText(money(cents, exponent))
        self.name.set_role("danger" if bad else "muted")
        self.setAccessibleName(f"{self.words}: {self.amount.text()}")
        self.setVisible(shown)


class MoneySection(QWidget):
    """Enter opens the paper or the payment behind an item."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.customer_id, self.name, self.exponent, self._stale = desk, 0, "", 2, True
        self.money: Money | None = None
        self.terms: TermsPanel | None = None
        self.balance, self.overdue = Figure(self.tr("Balance")), Figure(self.tr("Overdue"))
        self.credit, self.deposits = Figure(self.tr("Credit")), Figure(self.tr("Deposits"))
        self.subs = Figure(self.tr("Sub customers owe"))
        self.view = Segmented([(key, self.tr(words)) for key, words in VIEWS], self.tr("What is shown"))
        self.view.set_value("open")
        self.words = PlainLabel("", "muted", wrap=True)
        self.open_rows: Rows[OpenItem] = Rows(self._open_columns())
        self.all_rows: PagedRows[Move] = PagedRows(self._all_columns(), self._fetch)
        self.open_table = Table(self.open_rows, "Open items", EmptyState(self.tr("Nothing is open."), "done_all"), memory=desk.memory)
        nothing = EmptyState(self.tr("No invoice and no payment yet."), "receipt_long", self.tr("New invoice"), self.new_invoice)
        self.all_table = Table(self.all_rows, "Account", nothing, memory=desk.memory)
        self.pay = button(self.tr("Take payment"), self.take_payment, icon="payments")
        self.new = button(self.tr("New invoice"), self.new_invoice, icon="receipt_long")
        self.edit_terms = button(self.tr("Billing terms…"), self.show_terms, icon="tune")
        self.table = self.open_table  # what gets the keyboard
        self._build()
        desk.live.watch(self, TOPICS, self._moved)

    def show_customer(self, sheet: CustomerSheet) -> None:
        if sheet.id != self.customer_id:
            self.view.set_value("open")
            self.money = None
        self.customer_id, self.name, self._stale = sheet.id, sheet.name, True
        for part in (self.pay, self.new, self.edit_terms):
            part.setEnabled(sheet.merged_into is None)
        if self.isVisible():
            self.reload()

    def reload(self) -> None:
        """Read what the customer owes and has."""
        if self.customer_id:
            self._stale = False
            self.desk.see(self, money_of, self.customer_id, then=self._came)
            if self.view.value() == "all":
                self.all_rows.reload()

    def take_payment(self) -> None:
        self.desk.open("take_payment", customer_id=self.customer_id)

    def new_invoice(self) -> None:
        self.desk.open("invoice", invoice_id=0, customer_id=self.customer_id, back="customer")

    def show_terms(self) -> None:
        """The form of how this customer is billed, beside the page."""
        self.terms = self.terms or TermsPanel(self.desk)
        if self.money is not None and self.terms.free():
            self.terms.show_terms(self.money.terms, self.name)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.reload()

    # inside

    def _moved(self) -> None:
        self._stale = True
        if self.isVisible():
            self.reload()

    def _came(self, found: Money) -> None:
        if found.customer_id != self.customer_id:
            return
        self.money, self.exponent = found, found.exponent
        self.balance.show_cents(found.balance_cents, found.exponent)
        self.overdue.show_cents(found.overdue_cents, found.exponent, bad=bool(found.overdue_cents))
        self.credit.show_cents(found.credit_cents, found.exponent)
        self.deposits.show_cents(found.deposits_cents, found.exponent)
        self.subs.show_cents(found.subs_cents, found.exponent, shown=bool(found.subs_cents))
        self.open_rows.show(found.items)
        self._say(found)

    def _say(self, found: Money) -> None:
        days = found.terms.terms_days
        due = self.tr("Invoices are due on receipt.") if not days else self.tr("Invoices are due in %1 days.").replace("%1", str(days))
        other = self.tr("Its invoices are paid by %1. ").replace("%1", found.payer) if found.payer_id != found.customer_id else ""
        self.words.setText(other + due)

    def _show_view(self, key: str) -> None:
        self.view.set_value(key)
        self.stack.setCurrentWidget(self.all_table if key == "all" else self.open_table)
        if key == "all":
            self.all_rows.reload()

    def _fetch(self, offset: int, limit: int, _sort: str, _down: bool, give: Callable[[int, Sequence[Any]], None]) -> None:
        wanted = self.customer_id

        def came(page: Moves) -> None:
            if wanted == self.customer_id:
                give(page.total, page.rows)

        self.desk.see(self, account_of, wanted, offset=offset, count=limit, then=came)

    def _open(self, row: OpenItem | Move) -> None:
        if row.invoice_id is not None:
            self.desk.open("invoice", invoice_id=row.invoice_id, back="customer")
        elif row.payment_id is not None:
            self.desk.open("payment", payment_id=row.payment_id)

    def _open_columns(self) -> list[Column[OpenItem]]:
        tr = translate
        return [
            Column("number", tr("Customers", "Number"), lambda r: r.number, lambda r: r.number, width=112),
            Column("kind", tr("Customers", "What"), lambda r: ITEMS[r.kind], lambda r: ITEMS[r.kind], width=160),
            Column("date", tr("Customers", "Date"), lambda r: day(r.on_date), lambda r: r.on_date, width=144),
            Column("due", tr("Customers", "Due"), lambda r: day(r.due_on) if r.open_cents > 0 else "–", lambda r: r.due_on, width=144),
            Column("amount", tr("Customers", "Amount"), lambda r: money(r.amount_cents, self.exponent), lambda r: r.amount_cents,
                   True, 112),
            Column("open", tr("Customers", "Open"), lambda r: money(r.open_cents, self.exponent), lambda r: r.open_cents, True, 112),
        ]

    def _all_columns(self) -> list[Column[Move]]:
        tr = translate
        return [
            Column("date", tr("Customers", "Date"), lambda r: day(r.on_date), None, width=144),
            Column("number", tr("Customers", "Number"), lambda r: r.number, None, width=112),
            Column("kind", tr("Customers", "What"), lambda r: ITEMS.get(r.kind, r.kind), None, width=160),
            Column("amount", tr("Customers", "Amount"), lambda r: money(r.amount_cents, self.exponent), None, True, 120),
            Column("open", tr("Customers", "Open"), lambda r: money(r.open_cents, self.exponent) if r.open_cents else "–", None, True, 120),
            Column("balance", tr("Customers", "Balance"), lambda r: money(r.balance_cents, self.exponent), None, True, 120),
        ]

    def _build(self) -> None:
        self.stack = QStackedWidget()
        for table in (self.open_table, self.all_table):
            Filling(table, "kind", 120)
            self.stack.addWidget(table)
            table.opened.connect(self._open)
        figures, row = QHBoxLayout(), QHBoxLayout()
        for part in (self.balance, self.overdue, self.credit, self.deposits, self.subs):
            figures.addWidget(part)
        figures.addStretch(1)
        for part in (self.edit_terms, self.new, self.pay):
            figures.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        figures.setSpacing(8)
        row.setSpacing(12)
        row.addWidget(self.view)
        row.addWidget(self.words, 1)
        self.subs.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 8, 16, 16)
        box.setSpacing(12)
        box.addLayout(figures)
        box.addLayout(row)
        box.addWidget(self.stack, 1)
        self.view.chosen.connect(self._show_view)

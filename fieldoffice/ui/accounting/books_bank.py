"""Cash and checks that lie in the office, ticked and paid in at the bank together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from fieldoffice.services.books.banking import InHand
from fieldoffice.services.books.receipts import METHODS
from fieldoffice.services.books.settling import Booked, pay_in
from fieldoffice.ui.accounting.books_words import tr
from fieldoffice.ui.accounting.deedpanel import Deed, DeedPanel
from fieldoffice.ui.accounting.receivables_columns import MONEY, shown
from fieldoffice.ui.accounting.ticking import TickRows, TickTable
from fieldoffice.ui.accounting.totals import Roomy
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.exchange import exporting
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.fields import DateField
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.reading import show_date
from fieldoffice.ui.parts.rows import Column


class BankTab(QWidget):
    """Everything is ticked at first."""

    def __init__(self, desk: Desk, today: Callable[[], date], exponent: Callable[[], int]) -> None:
        super().__init__()
        self.desk, self.today, self.exponent = desk, today, exponent
        self.panel: PayInPanel | None = None
        self.rows: TickRows[InHand] = TickRows(_columns(exponent))
        self.table = TickTable(self.rows, "In hand", EmptyState(tr("All cash and checks are at the bank."), "account_balance"),
                               memory=desk.memory)  # fmt: skip
        Roomy(self.table, "customer")
        self.said = PlainLabel("", "muted")
        self.all, self.pay = button(tr("Tick all"), self.tick_all, link=True), button(tr("Pay in…"), self.pay_in, primary=True,
                                                                                      icon="account_balance")  # fmt: skip
        exporting.attach(desk, self.table, tr("In hand"))
        self._build()
        self.rows.ticked_changed.connect(self._follow)

    def show_rows(self, rows: Sequence[InHand]) -> None:
        """What lies in the office; what is new is ticked."""
        known = {row.id for row in self.rows.rows}
        self.rows.show(rows)
        self.rows.tick(row.id for row in rows if row.id not in known)
        self._follow()

    def tick_all(self) -> None:
        ids = {row.id for row in self.rows.rows}
        self.rows.tick(ids, not ids <= self.rows.ticked)

    def pay_in(self) -> None:
        """Ask for the day and the bank's reference."""
        chosen = self.rows.chosen()
        if chosen:
            self.panel = self.panel or PayInPanel(self.desk)
            self.panel.open_money(chosen, self.today(), self.exponent())

    def _follow(self) -> None:
        chosen, count = self.rows.chosen(), len(self.rows.rows)
        cents = shown(sum(row.amount_cents for row in chosen), self.exponent())
        words = tr("%1 of %2 ticked: %3").replace("%1", str(len(chosen))).replace("%2", str(count)).replace("%3", cents)
        self.said.setText(words if count else "")
        self.pay.setEnabled(bool(chosen))
        self.all.setText(tr("Tick none") if count and len(chosen) == count else tr("Tick all"))
        self.all.setVisible(count > 0)

    def _build(self) -> None:
        row, box = QHBoxLayout(), QVBoxLayout(self)
        row.setSpacing(8)
        row.addWidget(PlainLabel(tr("Cash and checks that were not paid in yet."), "muted"))
        row.addStretch(1)
        row.addWidget(self.said)
        row.addWidget(self.all)
        row.addSpacing(8)
        row.addWidget(self.pay)
        box.setContentsMargins(16, 8, 16, 16)
        box.setSpacing(8)
        box.addLayout(row)
        box.addWidget(self.table, 1)


class PayInPanel(DeedPanel):
    """One deposit, as the bank's statement will show it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Pay in at the bank"), tr("Pay in"))
        self.ids: tuple[int, ...] = ()
        self.day, self.exponent = date.today(), 2
        self.on, self.reference = DateField(today=lambda: self.day), QLineEdit()
        self.form.add("on", tr("Date"), self.on, required=True)
        self.form.add("reference", tr("Reference"), self.reference, hint=tr("What the bank's slip says."))

    def open_money(self, rows: Sequence[InHand], today: date, exponent: int) -> None:
        self.ids, self.day, self.exponent = tuple(row.id for row in rows), today, exponent
        self.on.set_value(today)
        self.reference.clear()
        many = tr("1 payment") if len(rows) == 1 else tr("%1 payments").replace("%1", str(len(rows)))
        words = tr("%1, %2 in all: one deposit, as the bank's statement will show it.")
        self.begin(words.replace("%1", many).replace("%2", shown(sum(row.amount_cents for row in rows), exponent)))

    def deed(self) -> Deed:
        return Deed(pay_in, (self.ids,), {"on": self.on.value(), "reference": self.reference.text()})

    def done(self, value: Booked) -> None:
        self.desk.toast(tr("Paid in: %1 by %2").replace("%1", shown(value.cents, self.exponent)).replace("%2", value.words))


def _columns(exponent: Callable[[], int]) -> list[Column[InHand]]:
    return [
        Column("number", tr("Number"), lambda r: r.number, lambda r: r.number, width=128),
        Column("received", tr("Received"), lambda r: show_date(r.received_on), lambda r: r.received_on, width=148),
        Column("customer", tr("Customer"), lambda r: r.customer, lambda r: r.customer.casefold(), width=280, tip=lambda r: r.customer),
        Column("method", tr("How"), lambda r: tr(METHODS.get(r.method, r.method)), lambda r: r.method, width=112),
        Column("reference", tr("Reference"), lambda r: r.reference or "–", lambda r: r.reference or None, width=160),
        Column("amount", tr("Amount"), lambda r: shown(r.amount_cents, exponent()), lambda r: r.amount_cents, right=True, width=MONEY + 20),
    ]

"""Take payment: from whom, how much, how, when; what it pays, oldest first, changeable; what is left, in words; or a deposit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from PySide6.QtWidgets import QLineEdit

from fieldoffice.models.errors import Invalid, Refused
from fieldoffice.services.books import deeds
from fieldoffice.services.books.deeds import Money
from fieldoffice.services.books.receipts import Receipt
from fieldoffice.services.books.taking import Payable, payable
from fieldoffice.ui.accounting.deedpanel import Deed, DeedPanel
from fieldoffice.ui.accounting.markpaid import WAYS
from fieldoffice.ui.accounting.spread import Spread
from fieldoffice.ui.accounting.words import money, tr
from fieldoffice.ui.customers.field import CustomerField
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.arranging import side_by_side
from fieldoffice.ui.parts.buttons import Segmented
from fieldoffice.ui.parts.choosing import Choice
from fieldoffice.ui.parts.fields import DateField, MoneyField
from fieldoffice.ui.parts.panel import WIDE

KINDS = (("payment", "Payment"), ("deposit", "Deposit"))


class TakePaymentPanel(DeedPanel):
    """`open(customer_id=…, item_id=…, item_ids=…, deposit=…, job_id=…)`; the items named are paid in full at first."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Take payment"), tr("Take payment"), width=WIDE)
        self.found: Payable | None = None
        self._today, self._typed = date.today(), False
        self._first: tuple[int, ...] = ()
        self.what = Segmented([(key, tr(words)) for key, words in KINDS], tr("What came in"))
        self.customer, self.amount, self.method = CustomerField(desk), MoneyField(), Choice()
        self.on, self.reference, self.job = DateField(today=lambda: self._today), QLineEdit(), Choice()
        self.notes, self.spread = QLineEdit(), Spread(desk.memory)
        self.method.set_choices(WAYS)
        add = self.form.add
        add("what", tr("What came in"), self.what)
        add("customer_id", tr("From"), self.customer)
        add("amount", tr("Amount"), self.amount, required=True)
        add("method", tr("Paid by"), self.method)
        side_by_side(self.form, ("amount", "method"), (1, 1))
        add("received_on", tr("Received on"), self.on, required=True)
        add("reference", tr("Reference"), self.reference)
        side_by_side(self.form, ("received_on", "reference"), (1, 1))
        add("job_id", tr("For the job"), self.job)
        self.form.add_widget(self.spread)
        add("notes", tr("Notes"), self.notes)
        self.what.chosen.connect(lambda _key: self._show_kind())
        self.customer.value_changed.connect(self._ask)
        self.amount.textEdited.connect(lambda _text: self._amount_typed())
        self.amount.value_changed.connect(self._respread)
        self.spread.changed.connect(self._parts_changed)
        desk.live.watch(self, {"allocation", "ar_item"}, self._ask_quietly)

    def open(self, customer_id: int | None = None, item_id: int | None = None, deposit: bool = False, job_id: int | None = None,
             item_ids: Sequence[int] = (), **_: Any) -> None:  # fmt: skip
        """A fresh form, for a customer if one is named."""
        first = (item_id,) if item_id is not None else ()
        self._first, self._typed, self.found, self._job = (*first, *item_ids), False, None, job_id
        self.what.set_value("deposit" if deposit else "payment")
        self.customer.set_value(customer_id)
        for field in (self.reference, self.notes):
            field.clear()
        self.amount.set_value(None)
        self.on.set_value(None)
        self.spread.pins = {}
        self.spread.show_debts((), 2)
        self._show_kind()
        self._ask()
        self.begin("")
        (self.amount if customer_id else self.customer).setFocus()

    def deed(self) -> Deed:
        who, cents, on = self.customer.value(), self.amount.value(), self.on.value()
        if who is None:
            raise Invalid(customer_id=tr("Choose the customer."))
        deposit = self.what.value() == "deposit"
        if not deposit and self.spread.left() < 0:
            raise Invalid(amount=tr("More is spread than was paid."))
        parts = None if deposit else self.spread.parts()
        receipt = Receipt(who, cents or 0, self.method.value(), on or self._today, self.reference.text(), self.notes.text(), parts)
        return Deed(deeds.take_payment, (receipt,), {"deposit": deposit, "job_id": self.job.value() if deposit else None})

    def done(self, value: Money) -> None:
        self.spread.pins = {}
        exponent = self.amount.exponent
        words = tr("Deposit %1 received.") if value.kind == "deposit" else tr("Payment received. Receipt %1.")
        left = tr(" %1 stays as credit.").replace("%1", money(value.left_cents, exponent)) if value.left_cents else ""
        self.desk.toast(words.replace("%1", value.number) + left)

    # inside

    def _ask(self) -> None:
        who = self.customer.value()
        if who is not None:
            self.desk.see(self, payable, who, then=self._came, otherwise=self._not_come)
        else:
            self.found = None
            self.spread.show_debts((), self.amount.exponent)
            self._say()

    def _ask_quietly(self) -> None:
        if self.isVisible():
            self._ask()

    def _not_come(self, error: Refused) -> None:
        self.form.show_errors(error)

    def _came(self, found: Payable) -> None:
        if found.customer_id != self.customer.value():
            return
        self.found, self._today = found, found.today
        self.customer.set_value(found.customer_id, found.customer)
        self.amount.exponent = found.exponent
        if self.on.value() is None and not self.on.text():
            self.on.set_value(found.today)
        self.job.set_choices([(None, tr("Whatever comes first")), *found.jobs])
        if self._job is not None:
            self.job.set_value(self._job)
            self._job = None
        self.spread.show_debts(found.debts, found.exponent)
        first, self._first = self._first, ()
        for debt in found.debts:
            if debt.id in first:
                self.spread.pin(debt.id, debt.open_cents)
        self._respread()

    def _amount_typed(self) -> None:
        self._typed = bool(self.amount.text().strip())

    def _respread(self) -> None:
        self.spread.set_amount(self.amount.value() or 0)
        self._say()

    def _parts_changed(self) -> None:
        """Where no amount was typed, it is the sum of what was set by hand."""
        if not self._typed:
            self.amount.set_value(self.spread.pinned_cents() or None)
        self._respread()

    def _show_kind(self) -> None:
        deposit = self.what.value() == "deposit"
        self.set_title(tr("Take a deposit") if deposit else tr("Take payment"))
        self.press.setText(tr("Take the deposit") if deposit else tr("Take payment"))
        self.spread.setVisible(not deposit)
        self.form.rows["job_id"].setVisible(deposit)
        self.note.setText(tr("A deposit is the customer's money until an invoice for the work takes it off by itself."))
        self.note.setVisible(deposit)

    def _say(self) -> None:
        left, exponent = self.spread.left(), self.amount.exponent
        name = self.found.customer if self.found else tr("the customer")
        if left < 0:
            self.spread.say(tr("%1 more is spread than was paid.").replace("%1", money(-left, exponent)), wrong=True)
        elif left and self.amount.value():
            self.spread.say(tr("%1 is left over and stays as credit of %2.").replace("%1", money(left, exponent)).replace("%2", name))
        elif self.found and self.found.credit_cents:
            words = tr("%1 has a credit of %2 that settles nothing yet.")
            self.spread.say(words.replace("%1", name).replace("%2", money(self.found.credit_cents, exponent)))
        else:
            self.spread.say("")

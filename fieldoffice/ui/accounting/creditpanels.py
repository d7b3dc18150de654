"""What is done with credit that settles nothing yet, of a payment or of a credit memo: let it pay something, or give it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtWidgets import QLineEdit

from fieldoffice.models.errors import Invalid, Refused
from fieldoffice.services.books import deeds
from fieldoffice.services.books.deeds import Money
from fieldoffice.services.books.sheets import CreditItem
from fieldoffice.services.books.taking import Debt, settleable
from fieldoffice.ui.accounting.deedpanel import Deed, DeedPanel
from fieldoffice.ui.accounting.markpaid import WAYS
from fieldoffice.ui.accounting.spread import Spread
from fieldoffice.ui.accounting.words import money, tr
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.choosing import Choice
from fieldoffice.ui.parts.fields import DateField, MoneyField
from fieldoffice.ui.parts.panel import WIDE


@dataclass(frozen=True, slots=True)
class Credit:
    """Something with credit left: its number, its item in the ledger, and how it was paid."""

    number: str
    item: CreditItem
    exponent: int
    today: date
    method: str = "check"


class RefundPanel(DeedPanel):
    """How much of what is left goes back, how, and why; `back()` afterwards."""

    def __init__(self, desk: Desk, back: Callable[[], object]) -> None:
        super().__init__(desk, tr("Refund"), tr("Refund"))
        self._today, self._back, self._call = date.today(), back, Deed(deeds.refund_credit)
        self.amount, self.method, self.on, self.reason = MoneyField(), Choice(), DateField(today=lambda: self._today), QLineEdit()
        self.method.set_choices(WAYS)
        self.form.add("amount", tr("Amount"), self.amount, required=True)
        self.form.add("method", tr("Given back by"), self.method)
        self.form.add("received_on", tr("On"), self.on, required=True)
        self.form.add("reason", tr("Reason"), self.reason, required=True)

    def ask(self, credit: Credit, call: Deed) -> None:
        """Come out for a credit; `call` is the service, with what it is given before the amount."""
        self._today, self._call = credit.today, call
        self.amount.exponent = credit.exponent
        self.amount.set_value(credit.item.left_cents)
        self.method.set_value(credit.method)
        self.on.set_value(credit.today)
        self.reason.clear()
        self.set_title(tr("Refund of %1").replace("%1", credit.number))
        self.begin(tr("%1 can be given back at most.").replace("%1", money(credit.item.left_cents, credit.exponent)))

    def deed(self) -> Deed:
        said = {"method": self.method.value(), "on": self.on.value(), "reason": self.reason.text().strip()}
        return Deed(self._call.service, (*self._call.args, self.amount.value() or 0), self._call.kw | said)

    def done(self, value: Money) -> None:
        self.desk.toast(tr("Refund %1 booked").replace("%1", value.number))
        self._back()


class UseCreditPanel(DeedPanel):
    """What a credit settles, the oldest due first; `back()` afterwards."""

    def __init__(self, desk: Desk, back: Callable[[], object]) -> None:
        super().__init__(desk, tr("Use credit"), tr("Let it pay these"), width=WIDE)
        self.credit: Credit | None = None
        self._back, self.spread = back, Spread(desk.memory)
        self.form.add_widget(self.spread)
        self.spread.changed.connect(self._say)

    def ask(self, credit: Credit) -> None:
        """Come out for a credit, with what is open of the same payer."""
        self.credit = credit
        self.spread.pins = {}
        self.spread.set_amount(credit.item.left_cents)
        self.set_title(tr("Use the credit of %1").replace("%1", credit.number))
        self.begin(tr("%1 is left of it.").replace("%1", money(credit.item.left_cents, credit.exponent)))
        self.desk.see(self, settleable, credit.item.bill_to_id, then=self._came, otherwise=self._not_come)

    def deed(self) -> Deed:
        assert self.credit is not None
        if self.spread.left() < 0:
            raise Invalid(amount=tr("More is spread than is left of it."))
        parts = tuple((self.credit.item.id, id, cents) for id, cents in self.spread.parts())
        if not parts:
            raise Invalid(amount=tr("Choose what it pays."))
        return Deed(deeds.settle, (parts,))

    def done(self, value: int) -> None:
        self.desk.toast(tr("%1 of the credit is used").replace("%1", money(value, self._exponent())))
        self._back()

    def _came(self, debts: Sequence[Debt]) -> None:
        self.spread.show_debts(debts, self._exponent())
        self._say()

    def _not_come(self, error: Refused) -> None:
        self.form.show_errors(error)

    def _exponent(self) -> int:
        return self.credit.exponent if self.credit else 2

    def _say(self) -> None:
        left, exponent = self.spread.left(), self._exponent()
        words = tr("%1 stays as credit.").replace("%1", money(left, exponent)) if left > 0 else ""
        wrong = tr("%1 more is spread than is left.").replace("%1", money(-left, exponent)) if left < 0 else ""
        self.spread.say(wrong or words, wrong=left < 0)

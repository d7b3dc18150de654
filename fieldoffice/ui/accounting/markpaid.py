"""Mark invoices as paid: how, when and under which reference; real payments are written for all that is open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from PySide6.QtWidgets import QLineEdit

from fieldoffice.services.books import deeds
from fieldoffice.services.books.deeds import Money
from fieldoffice.services.books.listing import InvoiceRow
from fieldoffice.ui.accounting.deedpanel import Deed, DeedPanel
from fieldoffice.ui.accounting.words import METHODS, counted, money, tr
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.choosing import Choice
from fieldoffice.ui.parts.fields import DateField

WAYS = [(key, words) for key, words in METHODS.items() if key != "none"]


class MarkPaidPanel(DeedPanel):
    """`paid(payments)` after they were written."""

    def __init__(self, desk: Desk, paid: Callable[[Sequence[Money]], object]) -> None:
        super().__init__(desk, tr("Mark as paid"), tr("Mark as paid"))
        self.rows: tuple[InvoiceRow, ...] = ()
        self.today, self._paid = date.today(), paid
        self.method, self.on, self.reference = Choice(), DateField(today=lambda: self.today), QLineEdit()
        self.method.set_choices(WAYS)
        self.form.add("method", tr("Paid by"), self.method)
        self.form.add("received_on", tr("Received on"), self.on, required=True)
        self.form.add("reference", tr("Reference"), self.reference, hint=tr("Such as the number of the check."))

    def ask(self, rows: Sequence[InvoiceRow], today: date, exponent: int) -> None:
        """Come out for these invoices."""
        self.rows, self.today = tuple(rows), today
        self.on.set_value(today)
        self.reference.clear()
        payers = len({row.bill_to_id for row in rows})
        total = money(sum(row.open_cents for row in rows), exponent)
        note = tr("A payment of %1 for %2.").replace("%1", total).replace("%2", counted(len(rows), "invoice"))
        if payers > 1:
            note = tr("%1 for %2: one payment for each of %3 customers.").replace("%1", total).replace("%2", counted(len(rows), "invoice"))
            note = note.replace("%3", str(payers))
        self.begin(note)

    def deed(self) -> Deed:
        ids = [row.item_id for row in self.rows if row.item_id is not None]
        return Deed(deeds.pay_off, (ids,), {"method": self.method.value(), "on": self.on.value(),
                                            "reference": self.reference.text().strip()})  # fmt: skip

    def done(self, value: Any) -> None:
        self._paid(value)

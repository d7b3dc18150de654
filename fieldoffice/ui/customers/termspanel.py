"""How one customer is billed, where it differs from the company's settings; beside the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QCheckBox, QLineEdit

from fieldoffice.office import Tx
from fieldoffice.services.books.agreeing import agree_terms
from fieldoffice.services.books.terms import Terms, terms_of
from fieldoffice.services.company.money_rules import DELIVERY, STATEMENTS
from fieldoffice.services.edits import Edit
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.choosing import Choice
from fieldoffice.ui.parts.rowpanel import RowPanel, Values, Wish

DAYS = (0, 7, 10, 14, 15, 21, 30, 45, 60, 90)


class TermsPanel(RowPanel):
    """`row_id` is the customer's."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "billing_terms")
        self.name = ""
        self.days, self.delivery, self.statements = Choice(), Choice(), Choice()
        self.charges, self.reminders = QCheckBox(self.tr("Finance charges may be added")), QCheckBox(self.tr("Send reminders"))
        add = self.form.add
        add("terms_days", self.tr("Invoices are due"), self.days)
        add("delivery", self.tr("Invoices and statements go"), self.delivery)
        add("statements", self.tr("Statements show"), self.statements)
        add("charges", self.tr("When it pays late"), self.charges)
        add("reminders", self.tr("Reminders"), self.reminders)
        add("tax_number", self.tr("Tax number"), QLineEdit())
        add("buyer_reference", self.tr("Buyer reference"), QLineEdit(), hint=self.tr("What the customer wants on electronic invoices."))

    def show_terms(self, terms: Terms, name: str) -> None:
        """The form of a customer's terms."""
        self.name = name
        days = sorted({*DAYS, *([terms.own_terms_days] if terms.own_terms_days is not None else [])})
        usual = self.tr("as the company's settings say")
        self.days.set_choices([(None, usual), *((n, self.tr("on receipt") if not n else self.tr("in %1 days").replace("%1", str(n)))
                                               for n in days)])  # fmt: skip
        self.delivery.set_choices([("", usual), *DELIVERY])
        self.statements.set_choices([("", usual), *STATEMENTS])
        self.show_row(self.tr("Billing terms of %1").replace("%1", name), terms.customer_id, terms.version, _values(terms))
        self.show_in(self.desk)

    def wanted(self) -> Wish:
        values: dict[str, Any] = self.form.values()
        asked = {name: values[name] or "" for name in ("delivery", "statements", "tax_number", "buyer_reference")}
        asked |= {"terms_days": self.days.value(), "charges": self.charges.isChecked(), "reminders": self.reminders.isChecked()}
        return Wish(self.tr("Billing terms of %1 changed").replace("%1", self.name), agree_terms, (self.row_id,), asked)

    def now(self, tx: Tx, row_id: int) -> tuple[int, Values]:
        terms = terms_of(tx, row_id)
        return terms.version, _values(terms)

    def _keep_version(self, edit: Edit) -> None:
        self.version = edit.value.version


def _values(terms: Terms) -> Mapping[str, Any]:
    return {"terms_days": terms.own_terms_days, "delivery": terms.own_delivery, "statements": terms.own_statements,
            "charges": terms.charges, "reminders": terms.reminders, "tax_number": terms.tax_number,
            "buyer_reference": terms.buyer_reference}  # fmt: skip

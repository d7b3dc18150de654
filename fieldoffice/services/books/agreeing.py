"""How a customer is billed, changed from a form: an answer that says what was left behind."""

from __future__ import annotations

from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.books.terms import Terms, set_terms
from fieldoffice.services.edits import Edit


def agree_terms(tx: Tx, customer_id: int, *, version: int, terms_days: int | None, delivery: str = "", statements: str = "",
                charges: bool = True, reminders: bool = True, tax_number: str = "", buyer_reference: str = "") -> Edit:  # fmt: skip
    """`set_terms` for a form beside a page; the answer's value are the terms as they hold now."""
    tx.require(Right.BILLING)
    terms: Terms = set_terms(tx, customer_id, version=version, terms_days=terms_days, delivery=delivery, statements=statements,
                             charges=charges, reminders=reminders, tax_number=tax_number, buyer_reference=buyer_reference)  # fmt: skip
    return Edit(terms, (), ())

"""How a customer is billed: the company's settings, and where this customer differs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from fieldoffice.models.billing import BillingTerms
from fieldoffice.models.customer import Customer
from fieldoffice.models.errors import Invalid
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.company.values import setting

DELIVERIES = ("email", "print", "both")
STATEMENT_KINDS = ("open", "forward", "none")


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for a customer; the `own_*` facts are None or "" where the company's setting holds."""

    customer_id: int
    version: int  # 0: the customer has nothing of its own yet
    terms_days: int
    delivery: str
    statements: str
    charges: bool
    reminders: bool
    tax_number: str
    buyer_reference: str
    own_terms_days: int | None
    own_delivery: str
    own_statements: str

    def due(self, issued_on: date) -> date:
        """When a paper of this day is due."""
        return issued_on + timedelta(days=self.terms_days)


def payer_of(tx: Tx, customer_id: int) -> int:
    """Who pays for a customer: whom it names, or itself."""
    return tx.get(Customer, customer_id).bill_to_id or customer_id


def terms_of(tx: Tx, customer_id: int) -> Terms:
    """How a customer is billed."""
    tx.require(Right.LOOK)
    row = tx.session.scalars(select(BillingTerms).where(BillingTerms.customer_id == customer_id)).first()
    own = row or BillingTerms(customer_id=customer_id, version=0, terms_days=None, delivery="", statements="", charges=True,
                              reminders=True, tax_number="", buyer_reference="")  # fmt: skip
    days = own.terms_days if own.terms_days is not None else int(setting(tx, "money.terms_days"))
    return Terms(customer_id, own.version, days, own.delivery or setting(tx, "money.delivery"),
                 own.statements or setting(tx, "money.statements"), own.charges, own.reminders, own.tax_number, own.buyer_reference,
                 own.terms_days, own.delivery, own.statements)  # fmt: skip


def set_terms(tx: Tx, customer_id: int, *, version: int, terms_days: int | None, delivery: str = "", statements: str = "",
              charges: bool = True, reminders: bool = True, tax_number: str = "", buyer_reference: str = "") -> Terms:  # fmt: skip
    """Say how a customer is billed; None or "" for what the company's settings say."""
    tx.require(Right.BILLING)
    customer = tx.get(Customer, customer_id, lock=True)
    if terms_days is not None and not 0 <= terms_days <= 365:
        raise Invalid(terms_days="Between 0 and 365 days.")
    if delivery not in ("", *DELIVERIES) or statements not in ("", *STATEMENT_KINDS):
        raise Invalid(delivery="There is no such way.")
    before = terms_of(tx, customer_id)
    if before.version == 0:
        row = BillingTerms(customer_id=customer_id)
        tx.session.add(row)
    else:
        row = tx.session.scalars(select(BillingTerms).where(BillingTerms.customer_id == customer_id)).one()
        tx.get(BillingTerms, row.id, version=version)
    row.terms_days, row.delivery, row.statements, row.charges, row.reminders = terms_days, delivery, statements, charges, reminders
    row.tax_number, row.buyer_reference = tax_number.strip(), buyer_reference.strip()
    tx.session.flush()
    tx.event("customer.terms_set", customer, customer_id=customer_id)
    return terms_of(tx, customer_id)

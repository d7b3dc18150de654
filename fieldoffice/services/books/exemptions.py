"""Certificates that free a customer from a tax: added, ended, never removed, for papers name what held on their day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from fieldoffice.models.billing import TaxExemption
from fieldoffice.models.catalog import TaxRate
from fieldoffice.models.customer import Customer
from fieldoffice.models.errors import Invalid
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx


@dataclass(frozen=True, slots=True)
class ExemptionRow:
    """One certificate; `tax_name` "" frees from every tax, `valid_to` None has no end."""

    id: int
    version: int
    tax_name: str
    certificate: str
    valid_from: date
    valid_to: date | None


def exemptions_of(tx: Tx, customer_id: int) -> tuple[ExemptionRow, ...]:
    """The certificates of a customer, newest first."""
    tx.require(Right.LOOK)
    query = select(TaxExemption).where(TaxExemption.customer_id == customer_id)
    return tuple(_row(row) for row in tx.all(query.order_by(TaxExemption.valid_from.desc(), TaxExemption.id.desc())))


def add_exemption(tx: Tx, customer_id: int, *, certificate: str, valid_from: date, valid_to: date | None = None,
                  tax_name: str = "") -> ExemptionRow:  # fmt: skip
    """Store a certificate. Drafts follow it when they are posted; what is posted stays as it is."""
    tx.require(Right.BILLING)
    customer = tx.get(Customer, customer_id, lock=True)
    wrong: dict[str, str] = {}
    if not certificate.strip():
        wrong["certificate"] = "Enter the number of the certificate."
    if valid_to is not None and valid_to < valid_from:
        wrong["valid_to"] = "It cannot end before it begins."
    if tax_name and tax_name not in tx.all(select(TaxRate.name)):
        wrong["tax_name"] = "There is no such tax."
    if not wrong and (twin := _overlapping(tx, customer_id, tax_name, valid_from, valid_to)):
        wrong["valid_from"] = f"Certificate {twin.certificate} holds in that time already. End it first."
    if wrong:
        raise Invalid(**wrong)
    row = tx.add(TaxExemption(customer_id=customer_id, tax_name=tax_name, certificate=certificate.strip(), valid_from=valid_from,
                              valid_to=valid_to))  # fmt: skip
    tx.event("customer.exempted", customer, customer_id=customer_id, note=f"{row.certificate}, {tax_name or 'all taxes'}",
             after={"from": str(valid_from), "to": str(valid_to or "")})  # fmt: skip
    return _row(row)


def end_exemption(tx: Tx, exemption_id: int, *, version: int, valid_to: date) -> ExemptionRow:
    """Let a certificate hold until a day and no longer."""
    tx.require(Right.BILLING)
    row = tx.get(TaxExemption, exemption_id, version=version)
    if valid_to < row.valid_from:
        raise Invalid(valid_to="It cannot end before it begins.")
    was, row.valid_to = row.valid_to, valid_to
    if twin := _overlapping(tx, row.customer_id, row.tax_name, row.valid_from, valid_to, row.id):
        raise Invalid(valid_to=f"Certificate {twin.certificate} holds in that time already.")
    tx.event("customer.exemption_ended", tx.get(Customer, row.customer_id), customer_id=row.customer_id, note=row.certificate,
             before={"to": str(was or "")}, after={"to": str(valid_to)})  # fmt: skip
    tx.session.flush()
    return _row(row)


def _overlapping(tx: Tx, customer_id: int, tax_name: str, start: date, end: date | None, but: int = 0) -> TaxExemption | None:
    rows = tx.all(select(TaxExemption).where(TaxExemption.customer_id == customer_id, TaxExemption.tax_name == tax_name,
                                             TaxExemption.id != but))  # fmt: skip
    return next((r for r in rows if (end is None or r.valid_from <= end) and (r.valid_to is None or start <= r.valid_to)), None)


def _row(row: TaxExemption) -> ExemptionRow:
    return ExemptionRow(row.id, row.version, row.tax_name, row.certificate, row.valid_from, row.valid_to)

"""What somebody at the desk needs to take money: what a customer owes, with whom, its credit, and the work a deposit may be for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from fieldoffice.models.billing import Invoice, InvoiceJob, PaperState
from fieldoffice.models.customer import Customer
from fieldoffice.models.job import Job
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.books.ledger import OpenItem, open_items
from fieldoffice.services.books.payments import owed_by

MOST_JOBS = 50


@dataclass(frozen=True, slots=True)
class Debt:
    """One thing that may be paid, with the name of the customer it was for."""

    id: int
    number: str
    customer: str
    bill_to_id: int
    due_on: date
    open_cents: int
    disputed: bool


@dataclass(frozen=True, slots=True)
class Payable:
    """`debts` of the customer and its sub customers, the oldest due first; `jobs` that are not billed yet, the newest first."""

    customer_id: int
    customer: str
    debts: tuple[Debt, ...]
    credit_cents: int
    jobs: tuple[tuple[int, str], ...]
    exponent: int
    today: date


def payable(tx: Tx, customer_id: int) -> Payable:
    """All that a payment or a deposit of this customer may be for."""
    tx.require(Right.BILLING)
    name = tx.get(Customer, customer_id).name
    credit = -sum(item.open_cents for item in open_items(tx, [customer_id]) if item.open_cents < 0)
    return Payable(customer_id, name, debts_of(tx, owed_by(tx, customer_id)), credit, _jobs(tx, customer_id), tx.company.currency_exponent,
                   tx.today)  # fmt: skip


def settleable(tx: Tx, bill_to_id: int) -> tuple[Debt, ...]:
    """What a credit of this customer may settle: its own debts only."""
    tx.require(Right.BILLING)
    return debts_of(tx, [item for item in open_items(tx, [bill_to_id]) if item.open_cents > 0])


def debts_of(tx: Tx, items: Iterable[OpenItem]) -> tuple[Debt, ...]:
    """Open items with the names of their customers."""
    tx.require(Right.LOOK)
    rows = tuple(items)
    names = dict(tx.session.execute(select(Customer.id, Customer.name).where(Customer.id.in_({i.customer_id for i in rows}))).all())
    papers = {item.invoice_id for item in rows if item.invoice_id is not None}
    contested = set(tx.all(select(Invoice.id).where(Invoice.id.in_(papers), Invoice.disputed_on.is_not(None))))
    return tuple(Debt(item.id, item.number, names.get(item.customer_id, ""), item.bill_to_id, item.due_on, item.open_cents,
                      item.invoice_id in contested) for item in rows)  # fmt: skip


def _jobs(tx: Tx, customer_id: int) -> tuple[tuple[int, str], ...]:
    billed = select(InvoiceJob.job_id).join(Invoice, Invoice.id == InvoiceJob.invoice_id).where(Invoice.state != PaperState.VOID.value)
    family = select(Customer.id).where((Customer.id == customer_id) | (Customer.parent_id == customer_id))
    query = select(Job).where(Job.customer_id.in_(family), Job.cancelled_at.is_(None), Job.id.not_in(billed))
    return tuple((job.id, f"{job.number} {job.title}") for job in tx.all(query.order_by(Job.id.desc()).limit(MOST_JOBS)))

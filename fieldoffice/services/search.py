"""One search over what a desk looks for by name: customers, jobs, providers, invoices and payments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, select

from fieldoffice.models.customer import Customer, Location, searchable
from fieldoffice.models.job import Job
from fieldoffice.models.provider import Provider
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services import customers
from fieldoffice.services.books.listing import InvoiceFilter, invoices
from fieldoffice.services.books.moneylist import PaymentFilter, payments
from fieldoffice.services.jobs.finding import mentions
from fieldoffice.services.jobs.money import amount

Kind = Literal["customer", "job", "provider", "invoice", "payment"]


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: what it is called, and a line that tells it from its namesakes."""

    kind: Kind
    id: int
    title: str
    detail: str


def search(tx: Tx, text: str, *, limit: int = 6) -> tuple[Hit, ...]:
    """At most `limit` of each kind, the newest first: jobs by number, title, customer or streets, money by number or customer."""
    tx.require(Right.LOOK)
    words = searchable(text).split()
    if not words:
        return ()
    people = (*_customers(tx, text, limit), *_jobs(tx, text, limit), *_providers(tx, words, limit))
    return (*people, *_invoices(tx, text, limit), *_payments(tx, text, limit))


def _customers(tx: Tx, text: str, limit: int) -> Iterable[Hit]:
    for row in customers.find(tx, text, limit=limit):
        yield Hit("customer", row.id, row.name, " · ".join(part for part in (row.number, row.city, row.phone) if part))


def _jobs(tx: Tx, text: str, limit: int) -> Iterable[Hit]:
    query = select(Job.id, Job.number, Job.title, Customer.name, Location.street)
    query = query.join(Customer, Customer.id == Job.customer_id).join(Location, Location.id == Job.location_id)
    query = query.where(*mentions(text, shared=tx.office.shared)).order_by(Job.id.desc()).limit(limit)
    for id, number, title, customer, street in tx.session.execute(query):
        yield Hit("job", id, f"{number} {title}", f"{customer} · {street}")


def _providers(tx: Tx, words: list[str], limit: int) -> Iterable[Hit]:
    query = select(Provider.id, Provider.name, Provider.kind).where(Provider.active)
    for word in words:
        query = query.where(func.lower(Provider.name).contains(word, autoescape=True))
    for id, name, kind in tx.session.execute(query.order_by(Provider.name, Provider.id).limit(limit)):
        yield Hit("provider", id, name, kind)


def _invoices(tx: Tx, text: str, limit: int) -> Iterable[Hit]:
    for row in invoices(tx, InvoiceFilter(text), count=limit).rows:
        name = {"credit": "Credit memo", "charge": "Finance charge"}.get(row.kind, "Invoice")
        total = amount(abs(row.total_cents), tx.company.currency_exponent)
        yield Hit("invoice", row.id, f"{name} {row.number or '(draft)'}", f"{row.customer} · {total} · {row.state}")


def _payments(tx: Tx, text: str, limit: int) -> Iterable[Hit]:
    for row in payments(tx, PaymentFilter(text), count=limit).rows:
        total = amount(abs(row.amount_cents), tx.company.currency_exponent)
        yield Hit("payment", row.id, f"{row.kind.replace('_', '-').capitalize()} {row.number}", f"{row.customer} · {total}")

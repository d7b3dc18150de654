"""One search over what a desk looks for by name: customers, jobs and providers."""

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
from fieldoffice.services.jobs.finding import mentions

Kind = Literal["customer", "job", "provider"]


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: what it is called, and a line that tells it from its namesakes."""

    kind: Kind
    id: int
    title: str
    detail: str


def search(tx: Tx, text: str, *, limit: int = 6) -> tuple[Hit, ...]:
    """At most `limit` of each kind: jobs by number, title, customer or streets, the newest first."""
    tx.require(Right.LOOK)
    words = searchable(text).split()
    if not words:
        return ()
    return (*_customers(tx, text, limit), *_jobs(tx, text, limit), *_providers(tx, words, limit))


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

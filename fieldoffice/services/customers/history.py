"""What ever happened to a customer and to its jobs, the newest first, page by page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select

from fieldoffice.models.customer import Customer
from fieldoffice.models.job import Job
from fieldoffice.models.log import Event
from fieldoffice.models.provider import Provider
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.customers.secrecy import shown
from fieldoffice.services.dispatch.progress import _words  # pyright: ignore[reportPrivateUsage] - a job's timeline says the same

SAID: Mapping[str, str] = {
    "customer.added": "Customer entered", "customer.edited": "Changed", "customer.activated": "Taken into use again",
    "customer.deactivated": "Taken out of use", "customer.contact_added": "Contact added",
    "customer.contact_edited": "Contact changed", "customer.contact_removed": "Contact removed",
    "customer.location_added": "Address added", "customer.location_edited": "Address changed",
    "customer.location_placed": "Placed on the map", "customer.location_retired": "Address taken out of use",
    "customer.location_restored": "Address in use again", "customer.note": "Note", "customer.file_added": "File added",
    "customer.file_removed": "File removed", "customer.merged": "Merged in", "customer.merged_away": "Merged into",
    "customer.unmerged": "Merge undone", "customer.not_duplicate": "Said to be no duplicate of",
    "job.opened": "Job opened", "job.edited": "Job changed", "job.canceled": "Job canceled", "job.note": "Note on the job",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One entry; `job` is the number of the job it was about, "" for the customer itself."""

    id: int
    at: datetime
    occurred_at: datetime
    who: str
    kind: str
    words: str
    job_id: int | None = None
    job: str = ""


@dataclass(frozen=True, slots=True)
class HistoryPage:
    total: int
    rows: tuple[HistoryRow, ...]


def history(tx: Tx, customer_id: int, *, offset: int = 0, limit: int = 200) -> HistoryPage:
    """Entries about the customer, those merged into it, and their jobs."""
    tx.require(Right.LOOK)
    ids = _ids(customer_id).subquery()
    total = int(tx.session.scalar(select(func.count()).select_from(ids)) or 0)
    page = select(ids.c.id).order_by(ids.c.id.desc()).offset(offset).limit(limit)
    events = sorted(tx.all(select(Event).where(Event.id.in_(tx.all(page)))), key=lambda e: -e.id)
    numbers = _numbers(tx, {e.job_id for e in events if e.job_id is not None})
    names = {p.id: p.name for p in tx.all(select(Provider))}
    return HistoryPage(total, tuple(_row(tx, e, names, numbers) for e in events))


def _ids(customer_id: int) -> Select[int]:
    """Each half by its own index: the log has none by customer."""
    mine = select(Customer.id).where((Customer.id == customer_id) | (Customer.merged_into_id == customer_id))
    own = select(Event.id).where(Event.entity == "customer", Event.entity_id.in_(mine))
    jobs = select(Event.id).where(Event.job_id.in_(select(Job.id).where(Job.customer_id == customer_id)))
    return select(own.union(jobs).subquery().c.id)


def _numbers(tx: Tx, ids: set[int]) -> dict[int, str]:
    return {id: number for id, number in tx.session.execute(select(Job.id, Job.number).where(Job.id.in_(ids)))}


def _row(tx: Tx, e: Event, names: dict[int, str], numbers: dict[int, str]) -> HistoryRow:
    said = SAID.get(e.kind, "")
    words = (f"{said}: {shown(tx, e.note)}" if e.note else said) if said else _words(e, names, tx)
    if e.kind.startswith("visit.") and not said:
        first, _, rest = words.partition(": ")
        words = f"Visit {first.lower()}" + (f": {rest}" if rest and rest.lower() != first.lower() else "")
    return HistoryRow(e.id, e.at, e.occurred_at, e.by_name, e.kind, words, e.job_id, numbers.get(e.job_id or 0, ""))

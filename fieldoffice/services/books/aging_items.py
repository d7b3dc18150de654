"""The open items of one bill-to behind its row of the aged list, each with its lateness and the jobs that it bills."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from fieldoffice.models.billing import Invoice, InvoiceJob
from fieldoffice.models.books import ArItem, ItemKind
from fieldoffice.models.customer import Customer
from fieldoffice.models.job import Job
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.books.aging import BUCKETS, By, edges, open_as_of


@dataclass(frozen=True, slots=True)
class AgedItem:
    """An open item as of a day: positive is owed, negative is credit left. `days` is how late it is, 0 when it is not;
    `bucket` is one of aging.BUCKETS, or "credits". `customer` was served; `jobs` are (id, number)."""

    id: int
    kind: ItemKind
    number: str
    customer_id: int
    customer: str
    invoice_id: int | None
    payment_id: int | None
    on_date: date
    due_on: date
    amount_cents: int
    open_cents: int
    days: int
    bucket: str
    disputed: bool
    jobs: tuple[tuple[int, str], ...]


def aged_items(tx: Tx, bill_to_id: int, as_of: date, *, by: By = "due") -> tuple[AgedItem, ...]:
    """What is open of a bill-to as of a day, oldest first; its sum is the row's total of the aged list."""
    tx.require(Right.LOOK)
    still = open_as_of(as_of, (bill_to_id,))
    day = still.c.due_on if by == "due" else still.c.on_date
    query = (
        select(ArItem, Customer.name, still.c.open, Invoice.disputed_on)
        .join(still, still.c.id == ArItem.id).join(Customer, Customer.id == ArItem.customer_id)
        .outerjoin(Invoice, Invoice.id == ArItem.invoice_id).order_by(day, ArItem.on_date, ArItem.id)
    )  # fmt: skip
    rows = tx.session.execute(query).all()
    jobs = _jobs(tx, {item.invoice_id for item, *_ in rows if item.invoice_id})
    return tuple(_row(item, name, int(cents), as_of, by, disputed=on is not None, jobs=jobs.get(item.invoice_id or 0, ()))
                 for item, name, cents, on in rows)  # fmt: skip


def payer_name(tx: Tx, bill_to_id: int) -> str:
    """What a bill-to is called."""
    tx.require(Right.LOOK)
    return tx.get(Customer, bill_to_id).name


def bucket_of(day: date, as_of: date) -> str:
    """The bucket of a debt that counts from this day."""
    return next((name for name, edge in zip(BUCKETS, edges(as_of), strict=False) if day >= edge), BUCKETS[-1])


def _row(item: ArItem, name: str, cents: int, as_of: date, by: By, *, disputed: bool, jobs: tuple[tuple[int, str], ...]) -> AgedItem:
    day = item.due_on if by == "due" else item.on_date
    owed = cents > 0
    return AgedItem(item.id, ItemKind(item.kind), item.number, item.customer_id, name, item.invoice_id, item.payment_id, item.on_date,
                    item.due_on, item.amount_cents, cents, max((as_of - day).days, 0) if owed else 0,
                    bucket_of(day, as_of) if owed else "credits", disputed, jobs)  # fmt: skip


def _jobs(tx: Tx, invoice_ids: Collection[int]) -> dict[int, tuple[tuple[int, str], ...]]:
    query = select(InvoiceJob.invoice_id, Job.id, Job.number).join(Job, Job.id == InvoiceJob.job_id)
    found: dict[int, tuple[tuple[int, str], ...]] = {}
    for invoice_id, id, number in tx.session.execute(query.where(InvoiceJob.invoice_id.in_(invoice_ids)).order_by(Job.id)):
        found[invoice_id] = (*found.get(invoice_id, ()), (id, number))
    return found

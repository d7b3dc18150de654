"""Finished work that nobody billed yet, and billing it: a draft for each job, or one for each payer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, cast

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import aliased

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.billing import Invoice, InvoiceJob, PaperState
from fieldoffice.models.customer import Customer
from fieldoffice.models.errors import NotAllowed
from fieldoffice.models.job import Job, Line
from fieldoffice.models.staff import Right
from fieldoffice.models.states import FINAL_STATES, AppointmentState
from fieldoffice.office import Tx
from fieldoffice.services.books.drafts import bill_jobs
from fieldoffice.services.jobs.finding import mentions
from fieldoffice.services.jobs.money import totals

Per = Literal["job", "customer"]
Payer = aliased(Customer)
LEFT_OPEN = sorted(set(AppointmentState) - FINAL_STATES)


@dataclass(frozen=True, slots=True)
class ToBill:
    """A finished job that no invoice bills. `lines` counts them; without any there is nothing to bill yet."""

    id: int
    number: str
    title: str
    customer_id: int
    customer: str
    payer_id: int
    payer: str
    finished_on: date | None
    lines: int
    total_cents: int


@dataclass(frozen=True, slots=True)
class ToBillPage:
    """`rows` from the asked offset on, of `total`."""

    total: int
    rows: tuple[ToBill, ...]


@dataclass(frozen=True, slots=True)
class Billing:
    """How a job stands with its bill: the paper that bills it, or whether it could be billed."""

    invoice_id: int | None
    number: str
    state: str
    billable: bool


def to_bill(tx: Tx, text: str = "", *, offset: int = 0, count: int = 200) -> ToBillPage:
    """Finished jobs that no living invoice bills, the longest finished first."""
    tx.require(Right.LOOK)
    where = [*_finished(), *mentions(text, shared=tx.office.shared)]
    done = _ends()
    total = int(tx.session.scalar(select(func.count()).select_from(Job).where(*where)) or 0)
    payer = func.coalesce(Job.bill_to_id, Customer.bill_to_id, Job.customer_id)
    query: Any = select(Job.id, Job.number, Job.title, Job.customer_id, Customer.name, Payer.id, Payer.name, done.c.at)
    query = query.join(Customer, Customer.id == Job.customer_id).join(Payer, Payer.id == payer)
    query = query.outerjoin(done, done.c.job_id == Job.id).where(*where).order_by(done.c.at.is_(None), done.c.at, Job.id)
    rows = cast("list[Any]", tx.session.execute(query.offset(offset).limit(count)).all())
    lines = _lines(tx, [row[0] for row in rows])
    return ToBillPage(total, tuple(_row(tx, row, lines.get(row[0], [])) for row in rows))


def bill(tx: Tx, job_ids: Sequence[int], per: Per = "job") -> tuple[int, ...]:
    """Drafts for these jobs: one for each of them, or one for each payer; their ids. All of them or none."""
    tx.require(Right.BILLING)
    if not job_ids:
        raise NotAllowed("Choose at least one job.", key="nothing_chosen")
    if per == "job":
        return tuple(bill_jobs(tx, [id]) for id in job_ids)
    payer = func.coalesce(Job.bill_to_id, Customer.bill_to_id, Job.customer_id)
    query = select(Job.id, payer).join(Customer, Customer.id == Job.customer_id).where(Job.id.in_(job_ids)).order_by(Job.id)
    groups: dict[int, list[int]] = {}
    for id, who in tx.session.execute(query):
        groups.setdefault(int(who), []).append(id)
    return tuple(bill_jobs(tx, ids) for ids in groups.values())


def billing_of(tx: Tx, job_id: int) -> Billing:
    """Which living invoice bills a job, and whether it could be billed."""
    tx.require(Right.LOOK)
    query = select(Invoice.id, Invoice.number, Invoice.state).join(InvoiceJob, InvoiceJob.invoice_id == Invoice.id)
    query = query.where(InvoiceJob.job_id == job_id, Invoice.state != PaperState.VOID.value).order_by(Invoice.id)
    paper = tx.session.execute(query).first()
    if paper is not None:
        return Billing(paper[0], paper[1] or "", paper[2], False)
    lines = select(Line.id).where(Line.job_id == Job.id).exists()
    open_job = tx.session.scalar(select(Job.id).where(Job.id == job_id, Job.cancelled_at.is_(None), lines))
    return Billing(None, "", "", open_job is not None)


def _finished() -> list[ColumnElement[bool]]:
    """`status_of` is "completed", said to the database; and no living invoice bills the job."""
    visits = select(Appointment.job_id).where(Appointment.job_id.is_not(None))  # slots that are only held have none
    undone = visits.where(Appointment.state.in_(LEFT_OPEN))
    done = visits.where(Appointment.state == AppointmentState.COMPLETED.value)
    billed = select(InvoiceJob.job_id).join(Invoice, Invoice.id == InvoiceJob.invoice_id).where(Invoice.state != PaperState.VOID.value)
    by_visits = Job.id.in_(done) & Job.id.not_in(undone)
    return [Job.cancelled_at.is_(None), Job.on_hold.is_(False), or_(Job.completed_by != "", by_visits), Job.id.not_in(billed)]


def _ends() -> Any:
    ended = case((Appointment.state == AppointmentState.COMPLETED.value, Appointment.starts_at))
    return select(Appointment.job_id, func.max(ended).label("at")).group_by(Appointment.job_id).subquery()


def _lines(tx: Tx, ids: Sequence[int]) -> dict[int, list[tuple[int, int, int]]]:
    query = select(Line.job_id, Line.quantity_milli, Line.unit_price_cents, Line.tax_ppm).where(Line.job_id.in_(ids))
    found: dict[int, list[tuple[int, int, int]]] = {}
    for job_id, *line in tx.session.execute(query):
        found.setdefault(job_id, []).append((line[0], line[1], line[2]))
    return found


def _row(tx: Tx, row: Any, lines: list[tuple[int, int, int]]) -> ToBill:
    at: datetime | None = row[7]
    on = at.astimezone(tx.zone).date() if at is not None else None
    return ToBill(row[0], row[1], row[2], row[3], row[4], row[5], row[6], on, len(lines), totals(lines).total_cents)

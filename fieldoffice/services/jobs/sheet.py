"""A job as the editor shows it: one query for everything on the form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.customer import Contact, Customer, Location
from fieldoffice.models.files import Attachment, Blob
from fieldoffice.models.job import Job, JobProvider, JobSkill, JobStatus, Line, Note, status_of
from fieldoffice.models.provider import Skill
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.customers import LocationRow, location_row
from fieldoffice.services.dispatch.cards import cards
from fieldoffice.services.dispatch.rows import Card
from fieldoffice.services.fields import FieldRow, custom_fields
from fieldoffice.services.jobs.money import Totals, net_cents, tax_cents, totals


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line of a job."""

    id: int
    version: int
    item_id: int | None
    kind: str
    name: str
    quantity_milli: int
    unit_price_cents: int
    tax_ppm: int
    duration_s: int
    net_cents: int
    tax_cents: int
    added_by: str


@dataclass(frozen=True, slots=True)
class NoteRow:
    id: int
    text: str
    by_name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file on a job; its bytes come with `files.content`."""

    id: int
    name: str
    media_type: str
    size: int
    kind: str
    by_name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class JobSheet:
    """Everything on the form of one job."""

    id: int
    version: int
    number: str
    title: str
    status: JobStatus
    priority: int
    notes: str
    customer_id: int
    customer: str
    phone: str
    email: str
    contacts: tuple[str, ...]
    location: LocationRow
    lines: tuple[LineRow, ...]
    totals: Totals
    visits: tuple[Card, ...]
    remarks: tuple[NoteRow, ...]
    files: tuple[FileRow, ...]
    skills: tuple[str, ...]
    preferred: tuple[int, ...]
    excluded: tuple[int, ...]
    fields: tuple[FieldRow, ...]
    custom: dict[str, Any]
    created_at: datetime
    cancel_reason: str
    on_hold: bool = False


def job_sheet(tx: Tx, job_id: int) -> JobSheet:
    """The whole form of a job."""
    tx.require(Right.LOOK)
    job = tx.get(Job, job_id)
    customer, location = tx.get(Customer, job.customer_id), tx.get(Location, job.location_id)
    lines = tuple(
        line_row(row) for row in tx.all(select(Line).where(Line.job_id == job_id).order_by(Line.position, Line.id))
    )
    visits = cards(tx, Appointment.job_id == job_id)
    wishes = tx.all(select(JobProvider).where(JobProvider.job_id == job_id))
    contacts = tx.all(select(Contact).where(Contact.customer_id == customer.id).order_by(Contact.id))
    return JobSheet(
        id=job.id, version=job.version, number=job.number, title=job.title,
        status=status_of(job.on_hold, job.cancelled_at is not None, job.completed_by, [v.state for v in visits]),
        priority=job.priority, notes=job.notes, customer_id=customer.id, customer=customer.name, phone=customer.phone,
        email=customer.email, contacts=tuple(" ".join(p for p in (c.name, c.role, c.phone) if p) for c in contacts),
        location=location_row(location), lines=lines,
        totals=totals((row.quantity_milli, row.unit_price_cents, row.tax_ppm) for row in lines), visits=visits,
        remarks=_remarks(tx, job_id), files=_files(tx, job_id), skills=_skills(tx, job_id),
        preferred=tuple(w.provider_id for w in wishes if w.wish == "preferred"),
        excluded=tuple(w.provider_id for w in wishes if w.wish == "excluded"), fields=custom_fields(tx, "job"), custom=job.custom,
        created_at=job.created_at, cancel_reason=job.cancel_reason, on_hold=job.on_hold,
    )  # fmt: skip


def line_row(row: Line) -> LineRow:
    net = net_cents(row.quantity_milli, row.unit_price_cents)
    return LineRow(row.id, row.version, row.item_id, row.kind, row.name, row.quantity_milli, row.unit_price_cents, row.tax_ppm,
                   row.duration_s, net, tax_cents(net, row.tax_ppm), row.added_by)  # fmt: skip


def _remarks(tx: Tx, job_id: int) -> tuple[NoteRow, ...]:
    rows = tx.all(select(Note).where(Note.job_id == job_id).order_by(Note.id.desc()))
    return tuple(NoteRow(n.id, n.text, n.by_name, n.created_at) for n in rows)


def _files(tx: Tx, job_id: int) -> tuple[FileRow, ...]:
    query = select(Attachment, Blob.size).join(Blob, Blob.id == Attachment.blob_id).where(Attachment.job_id == job_id)
    return tuple(FileRow(a.id, a.name, a.media_type, size, a.kind, a.by_name, a.created_at)
                 for a, size in tx.session.execute(query.order_by(Attachment.position, Attachment.id)))  # fmt: skip


def _skills(tx: Tx, job_id: int) -> tuple[str, ...]:
    query = select(Skill.name).join(JobSkill, JobSkill.skill_id == Skill.id).where(JobSkill.job_id == job_id)
    return tuple(tx.all(query.order_by(func.lower(Skill.name))))

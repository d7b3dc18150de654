"""Changing a job: its facts, its lines, its notes; every change leaves its before and after in the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.catalog import CatalogItem
from fieldoffice.models.customer import Location
from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.models.job import Job, JobProvider, Line, Note
from fieldoffice.models.staff import Right
from fieldoffice.models.states import MOVABLE_STATES, AppointmentState
from fieldoffice.office import Tx
from fieldoffice.services.dispatch.hands import active
from fieldoffice.services.jobs.opening import check_custom, need_skills, new_line
from fieldoffice.services.jobs.sheet import JobSheet, job_sheet

DEAREST_CENTS = 10**9


@dataclass(frozen=True, slots=True)
class JobFacts:
    """The facts of a job that the form can change."""

    title: str
    priority: int
    notes: str
    location_id: int
    preferred: tuple[int, ...]
    excluded: tuple[int, ...]
    custom: dict[str, Any]
    on_hold: bool = False


def edit_job(tx: Tx, job_id: int, *, version: int, facts: JobFacts) -> JobSheet:
    """Save the form of a job."""
    tx.require(Right.EDIT_JOBS)
    job = _open(tx, job_id, version)
    _check_facts(tx, job, facts)
    before = _facts(tx, job)
    job.title, job.priority, job.notes, job.on_hold = (
        facts.title.strip(),
        facts.priority,
        facts.notes.strip(),
        facts.on_hold,
    )
    job.location_id, job.custom = facts.location_id, dict(facts.custom)
    _set_wishes(tx, job_id, facts)
    tx.session.flush()
    after = _facts(tx, job)
    changed = {key for key in after if before[key] != after[key]}
    tx.event("job.edited", job, job_id=job_id, customer_id=job.customer_id, before={k: before[k] for k in sorted(changed)},
             after={k: after[k] for k in sorted(changed)}, note=", ".join(sorted(changed)).replace("_", " "))  # fmt: skip
    return job_sheet(tx, job_id)


def add_line(
    tx: Tx, job_id: int, *, item_id: int, quantity_milli: int = 1000, unit_price_cents: int | None = None
) -> JobSheet:
    """Add an item of the price book; a waiting visit grows by the time that a service takes."""
    tx.require(Right.EDIT_JOBS)
    job, item = _open(tx, job_id), tx.get(CatalogItem, item_id)
    last = tx.session.scalar(select(func.max(Line.position)).where(Line.job_id == job_id))
    line = new_line(tx, job_id, item, quantity_milli, position=(last or 0) + 1)
    if unit_price_cents is not None:
        line.unit_price_cents = _price(unit_price_cents)
    tx.add(line)
    need_skills(tx, job_id, [item_id])
    _stretch(tx, job_id, item.duration_s * quantity_milli // 1000)
    tx.event(
        "job.line_added", line, job_id=job_id, customer_id=job.customer_id, note=line.name, after=_line_facts(line)
    )
    return job_sheet(tx, job_id)


def edit_line(
    tx: Tx, line_id: int, *, version: int, quantity_milli: int, unit_price_cents: int, name: str = ""
) -> JobSheet:
    """Change quantity, price or words of a line."""
    tx.require(Right.EDIT_JOBS)
    line = tx.get(Line, line_id, version=version)
    job, before = _open(tx, line.job_id), _line_facts(line)
    if quantity_milli <= 0:
        raise Invalid(quantity="A quantity is greater than zero.")
    _stretch(tx, line.job_id, line.duration_s * (quantity_milli - line.quantity_milli) // 1000)
    line.quantity_milli, line.unit_price_cents = quantity_milli, _price(unit_price_cents)
    line.name = name.strip() or line.name
    tx.session.flush()
    tx.event("job.line_edited", line, job_id=job.id, customer_id=job.customer_id, note=line.name, before=before,
             after=_line_facts(line))  # fmt: skip
    return job_sheet(tx, job.id)


def remove_line(tx: Tx, line_id: int, *, version: int) -> JobSheet:
    """Take a line off a job; the log keeps it."""
    tx.require(Right.EDIT_JOBS)
    line = tx.get(Line, line_id, version=version)
    job = _open(tx, line.job_id)
    tx.event(
        "job.line_removed", line, job_id=job.id, customer_id=job.customer_id, note=line.name, before=_line_facts(line)
    )
    _stretch(tx, job.id, -line.duration_s * line.quantity_milli // 1000)
    tx.session.delete(line)
    tx.session.flush()
    return job_sheet(tx, job.id)


def add_note(tx: Tx, job_id: int, text: str) -> JobSheet:
    """Write a dated note on a job."""
    tx.require(Right.EDIT_JOBS)
    if not text.strip():
        raise Invalid(note="An empty note says nothing.")
    job = tx.get(Job, job_id)
    note = tx.add(Note(job_id=job_id, text=text.strip(), by_name=tx.actor.name, created_at=tx.now))
    tx.event("job.note", note, job_id=job_id, customer_id=job.customer_id, note=text.strip())
    return job_sheet(tx, job_id)


def cancel_job(tx: Tx, job_id: int, *, version: int, reason: str) -> JobSheet:
    """Cancel a job and all its visits that have not begun."""
    tx.require(Right.EDIT_JOBS)
    if not reason.strip():
        raise Invalid(reason="Please say why.")
    job = _open(tx, job_id, version)
    visits = tx.all(select(Appointment).where(Appointment.job_id == job_id).with_for_update(key_share=True))
    for visit in visits:
        if visit.status in MOVABLE_STATES:
            visit.become(AppointmentState.CANCELLED)
            active(tx, visit)
    job.cancelled_at, job.cancel_reason = tx.now, reason.strip()
    tx.event("job.canceled", job, job_id=job_id, customer_id=job.customer_id, note=reason.strip())
    tx.session.flush()
    return job_sheet(tx, job_id)


def _open(tx: Tx, job_id: int, version: int | None = None) -> Job:
    job = tx.get(Job, job_id, version=version, lock=True)
    if job.cancelled_at is not None:
        raise NotAllowed("This job is canceled and can no longer be changed.")
    return job


def _check_facts(tx: Tx, job: Job, facts: JobFacts) -> None:
    wrong: dict[str, str] = {}
    if not facts.title.strip():
        wrong["title"] = "Please say what is to be done."
    if facts.priority not in (1, 2, 3):
        wrong["priority"] = "Priority is normal, high or urgent."
    if tx.get(Location, facts.location_id).customer_id != job.customer_id:
        wrong["location"] = "This address belongs to another customer."
    if set(facts.preferred) & set(facts.excluded):
        wrong["preferred"] = "A provider is either preferred or excluded."
    if wrong:
        raise Invalid(**wrong)
    check_custom(tx, "job", facts.custom)


def _set_wishes(tx: Tx, job_id: int, facts: JobFacts) -> None:
    tx.session.execute(delete(JobProvider).where(JobProvider.job_id == job_id))
    for wish, ids in (("preferred", facts.preferred), ("excluded", facts.excluded)):
        tx.session.add_all(JobProvider(job_id=job_id, provider_id=id, wish=wish) for id in ids)


def _facts(tx: Tx, job: Job) -> dict[str, Any]:
    wishes: Sequence[JobProvider] = tx.all(select(JobProvider).where(JobProvider.job_id == job.id))
    return {"title": job.title, "priority": job.priority, "notes": job.notes, "location_id": job.location_id,
            "custom": dict(job.custom), "on_hold": job.on_hold,
            "preferred": sorted(w.provider_id for w in wishes if w.wish == "preferred"),
            "excluded": sorted(w.provider_id for w in wishes if w.wish == "excluded")}  # fmt: skip


def _stretch(tx: Tx, job_id: int, by_s: int) -> None:
    """A visit that nobody planned yet takes as long as its services; planned ones keep their place."""
    query = select(Appointment).where(Appointment.job_id == job_id, Appointment.state == AppointmentState.WAITING)
    waiting = tx.all(query)
    if by_s and len(waiting) == 1:
        waiting[0].duration_s = max(60, waiting[0].duration_s + by_s)


def _price(cents: int) -> int:
    if not -DEAREST_CENTS <= cents <= DEAREST_CENTS:
        raise Invalid(price="This price is out of bounds.")
    return cents


def _line_facts(line: Line) -> dict[str, Any]:
    return {"name": line.name, "quantity_milli": line.quantity_milli, "unit_price_cents": line.unit_price_cents,
            "tax_ppm": line.tax_ppm}  # fmt: skip

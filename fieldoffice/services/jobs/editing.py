"""Changing a job: its facts, its notes, its end; every change leaves its before and after in the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm.attributes import flag_modified

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.customer import Location
from fieldoffice.models.errors import Invalid
from fieldoffice.models.job import Job, JobProvider, Note
from fieldoffice.models.provider import Provider
from fieldoffice.models.staff import Right
from fieldoffice.models.states import MOVABLE_STATES, AppointmentState
from fieldoffice.office import Tx
from fieldoffice.services import fields
from fieldoffice.services.access import masked
from fieldoffice.services.dispatch.hands import active
from fieldoffice.services.jobs.fresh import open_row
from fieldoffice.services.jobs.lines import add_line, edit_line, put_line_back, remove_line
from fieldoffice.services.jobs.sheet import JobSheet, job_sheet

__all__ = ["JobFacts", "add_line", "add_note", "cancel_job", "edit_job", "edit_line", "put_line_back", "remove_line"]
LONGEST_NOTE = 20_000
WORDS = {"location_id": "address", "on_hold": "on hold", "preferred": "preferred providers", "excluded": "excluded providers"}


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
    """Save the form of a job. A job that somebody else changed since `version` is Stale, in words that say who and what."""
    tx.require(Right.EDIT_JOBS)
    job = open_row(tx, job_id, version)
    _check_facts(tx, job, facts)
    before, old_version = _facts(tx, job), job.version
    job.title, job.priority, job.notes = facts.title.strip(), facts.priority, facts.notes.strip()
    job.on_hold, job.location_id = facts.on_hold, facts.location_id
    job.custom = fields.checked(tx, "job", facts.custom, kept=job.custom)
    _set_wishes(tx, job_id, facts)
    tx.session.flush()
    after = _facts(tx, job)
    changed = sorted(key for key in after if before[key] != after[key])
    if changed:
        if job.version == old_version:  # a wish lies in a row of its own, but the job's version must move with it
            flag_modified(job, "title")
            tx.session.flush()
        tx.event("job.edited", job, job_id=job_id, customer_id=job.customer_id, before=_logged(before, changed),
                 after=_logged(after, changed), note=_named(tx, changed, before, after))  # fmt: skip
    return job_sheet(tx, job_id)


def add_note(tx: Tx, job_id: int, text: str) -> JobSheet:
    """Write a dated note on a job."""
    tx.require(Right.EDIT_JOBS)
    if not text.strip():
        raise Invalid(note="An empty note says nothing.")
    if len(text) > LONGEST_NOTE:
        raise Invalid(note="This note is too long. Put the text into a file on the job.")
    job = tx.get(Job, job_id)
    note = tx.add(Note(job_id=job_id, text=text.strip(), by_name=tx.actor.name, created_at=tx.now))
    tx.event("job.note", note, job_id=job_id, customer_id=job.customer_id, note=text.strip())
    return job_sheet(tx, job_id)


def cancel_job(tx: Tx, job_id: int, *, version: int, reason: str) -> JobSheet:
    """Cancel a job and all its visits that have not begun."""
    tx.require(Right.EDIT_JOBS)
    if not reason.strip():
        raise Invalid(reason="Please say why.")
    job = open_row(tx, job_id, version)
    visits = tx.all(select(Appointment).where(Appointment.job_id == job_id).with_for_update(key_share=True))
    going = {str(visit.id): visit.state for visit in visits if visit.status in MOVABLE_STATES}
    for visit in visits:
        if str(visit.id) in going:
            visit.become(AppointmentState.CANCELLED)
            active(tx, visit)
    job.cancelled_at, job.cancel_reason = tx.now, reason.strip()
    tx.event("job.canceled", job, job_id=job_id, customer_id=job.customer_id, note=reason.strip(), before={"visits": going})
    tx.session.flush()
    return job_sheet(tx, job_id)


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
    elif not _known(tx, {*facts.preferred, *facts.excluded}):
        wrong["preferred"] = "One of these providers no longer exists."
    wrong |= fields.problems(tx, "job", facts.custom, kept=job.custom)
    if wrong:
        raise Invalid(**wrong)


def _known(tx: Tx, ids: set[int]) -> bool:
    return set(tx.all(select(Provider.id).where(Provider.id.in_(ids)))) == ids


def _set_wishes(tx: Tx, job_id: int, facts: JobFacts) -> None:
    tx.session.execute(delete(JobProvider).where(JobProvider.job_id == job_id))
    for wish, ids in (("preferred", facts.preferred), ("excluded", facts.excluded)):
        tx.session.add_all(JobProvider(job_id=job_id, provider_id=id, wish=wish) for id in dict.fromkeys(ids))


def _facts(tx: Tx, job: Job) -> dict[str, Any]:
    wishes: Sequence[JobProvider] = tx.all(select(JobProvider).where(JobProvider.job_id == job.id))
    return {"title": job.title, "priority": job.priority, "notes": job.notes, "location_id": job.location_id,
            "custom": dict(job.custom), "on_hold": job.on_hold,
            "preferred": sorted(w.provider_id for w in wishes if w.wish == "preferred"),
            "excluded": sorted(w.provider_id for w in wishes if w.wish == "excluded")}  # fmt: skip


def _logged(facts: dict[str, Any], changed: Sequence[str]) -> dict[str, Any]:
    """What the log keeps: no access code that somebody wrote into the notes."""
    return {key: masked(facts[key]) if key == "notes" else facts[key] for key in changed}


def _named(tx: Tx, changed: Sequence[str], before: dict[str, Any], after: dict[str, Any]) -> str:
    """What changed, in the words of the form; the company's own fields by their labels."""
    words = [WORDS.get(key, key) for key in changed if key != "custom"]
    if "custom" in changed:
        old: dict[str, Any] = before["custom"]
        new: dict[str, Any] = after["custom"]
        labels = {f.key: f.label for f in fields.every_field(tx, "job")}
        words += [labels.get(key, key) for key in sorted({*old, *new}) if old.get(key) != new.get(key)]
    return ", ".join(words)

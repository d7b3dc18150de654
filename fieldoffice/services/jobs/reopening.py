"""A job canceled by mistake, or wanted after all: it comes back with the visits that were canceled with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select

from fieldoffice.models.errors import NotAllowed
from fieldoffice.models.job import Job
from fieldoffice.models.log import Event
from fieldoffice.models.staff import Right
from fieldoffice.models.states import AppointmentState
from fieldoffice.office import Tx
from fieldoffice.services.dispatch.cards import placements
from fieldoffice.services.dispatch.settle import put_back
from fieldoffice.services.jobs.fresh import fresh
from fieldoffice.services.jobs.sheet import JobSheet, job_sheet


@dataclass(frozen=True, slots=True)
class Reopened:
    """The job as it is now, and which visits could not have their old time back."""

    job: JobSheet
    warnings: tuple[str, ...]


def reopen_job(tx: Tx, job_id: int, *, version: int) -> Reopened:
    """Take back the cancellation of a job.

    Visits that were canceled with it stand where they stood; one whose time is taken by now waits in the tray.
    """
    tx.require(Right.EDIT_JOBS)
    job = fresh(tx, Job, job_id, version)
    if job.cancelled_at is None:
        raise NotAllowed("This job is not canceled.")
    job.cancelled_at, job.cancel_reason = None, ""
    tx.event("job.reopened", job, job_id=job_id, customer_id=job.customer_id)
    tx.session.flush()
    warnings = _bring_back(tx, _canceled_with(tx, job_id))
    return Reopened(job_sheet(tx, job_id), warnings)


def _canceled_with(tx: Tx, job_id: int) -> Mapping[int, AppointmentState]:
    """Visits by id with the state in which the last cancellation found them."""
    about = (Event.entity == "job", Event.entity_id == job_id, Event.kind == "job.canceled")
    last = tx.session.scalars(select(Event).where(*about).order_by(Event.id.desc()).limit(1)).one()
    return {int(id): AppointmentState(state) for id, state in last.before.get("visits", {}).items()}


def _bring_back(tx: Tx, states: Mapping[int, AppointmentState]) -> tuple[str, ...]:
    now = {id: p for id, p in placements(tx, states).items() if p.state is AppointmentState.CANCELLED}
    goals = [replace(p, state=states[id]) for id, p in now.items()]
    done = put_back(tx, goals, list(now.values()))
    left = {id for id, _ in done.refused}
    waiting = AppointmentState.WAITING
    put_back(tx, [replace(now[id], state=waiting, starts_at=None, provider_ids=()) for id in left], [now[id] for id in left])
    return tuple(f"{words.rstrip('.')}; it waits in the tray." for _, words in done.refused)

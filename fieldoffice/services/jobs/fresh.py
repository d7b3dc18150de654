"""Rows as they are now: a save against an older version is refused in words that say who changed what."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import select

from fieldoffice.models.base import Table
from fieldoffice.models.errors import NotAllowed, NotFound, Stale
from fieldoffice.models.job import Job
from fieldoffice.models.log import Event
from fieldoffice.office import Tx

T = TypeVar("T", bound=Table)
DEEDS = {"job.edited": "changed", "job.canceled": "canceled the job", "job.line_edited": "changed", "job.line_removed": "removed"}


def open_row(tx: Tx, job_id: int, version: int | None = None) -> Job:
    """The job, locked, unless it was canceled."""
    job = tx.get(Job, job_id, lock=True) if version is None else fresh(tx, Job, job_id, version)
    if job.cancelled_at is not None:
        raise NotAllowed("This job is canceled and can no longer be changed.")
    return job


def fresh(tx: Tx, table: type[T], id: int, version: int) -> T:
    """The row, locked; Stale and NotFound name the last change in the log."""
    try:
        return tx.get(table, id, version=version)
    except Stale:
        raise Stale(_told(tx, table, id, "Somebody else changed this meanwhile.")) from None
    except NotFound as gone:
        raise NotFound(_told(tx, table, id, str(gone))) from None


def _told(tx: Tx, table: type[Table], id: int, otherwise: str) -> str:
    query = select(Event).where(Event.entity == table.__tablename__, Event.entity_id == id).order_by(Event.id.desc())
    last = tx.session.scalars(query.limit(1)).first()
    if last is None or last.kind not in DEEDS:
        return f"{otherwise} Nothing was saved; what you entered is still here."
    what = "" if last.kind == "job.canceled" else f" {last.note}" if last.note else " this"
    when = last.at.astimezone(tx.zone)
    return f"{last.by_name} {DEEDS[last.kind]}{what} at {when:%H:%M}. Nothing was saved; what you entered is still here."

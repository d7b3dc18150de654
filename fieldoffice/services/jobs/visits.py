"""One more visit for a job, and how long a visit takes that nobody planned yet."""

from __future__ import annotations

from sqlalchemy import select

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.models.job import Line
from fieldoffice.models.staff import Right
from fieldoffice.models.states import AppointmentState
from fieldoffice.office import Tx
from fieldoffice.services.dispatch.cards import cards_of
from fieldoffice.services.dispatch.hands import finish, hold_still
from fieldoffice.services.dispatch.rows import Card, Change
from fieldoffice.services.jobs.fresh import open_row
from fieldoffice.services.jobs.opening import Promise, add_visit, window_words

LONGEST_S = 24 * 3600


def another_visit(tx: Tx, job_id: int, *, promise: Promise, duration_s: int | None = None) -> Card:
    """One more visit for a job; it waits in the tray, and takes as long as the job's services unless told otherwise."""
    tx.require(Right.EDIT_JOBS)
    job = open_row(tx, job_id)
    visit = add_visit(tx, job_id, _length(duration_s if duration_s is not None else _of_services(tx, job_id)), promise)
    tx.event("visit.added", visit, job_id=job_id, customer_id=job.customer_id, note=window_words(tx, visit))
    return cards_of(tx, [visit.id])[0]


def set_length(tx: Tx, appointment_id: int, *, version: int, duration_s: int) -> Change:
    """How long a visit will take that waits in the tray; a planned one is resized with `moves.place`."""
    tx.require(Right.EDIT_JOBS)
    before = hold_still(tx, [appointment_id], ())
    visit = tx.get(Appointment, appointment_id, version=version)
    if visit.status is not AppointmentState.WAITING:
        raise NotAllowed("This visit is planned; change its time and duration together.")
    visit.duration_s = _length(duration_s)
    return finish(tx, before, "visit.resized")


def _length(duration_s: int) -> int:
    if not 60 <= duration_s <= LONGEST_S:
        raise Invalid(duration="A visit lasts between one minute and 24 hours.")
    return duration_s


def _of_services(tx: Tx, job_id: int) -> int:
    lines = tx.all(select(Line).where(Line.job_id == job_id))
    return max(min(sum(row.duration_s * row.quantity_milli // 1000 for row in lines), LONGEST_S), 900)

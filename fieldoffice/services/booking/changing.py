"""What a customer may do with a booked visit through the private link: see it, move it, call it off, within the rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from fieldoffice.models.appointment import Appointment, Assignment
from fieldoffice.models.booking import BookingRequest
from fieldoffice.models.customer import Location
from fieldoffice.models.errors import NotAllowed, NotFound
from fieldoffice.models.job import Job, JobSkill
from fieldoffice.models.provider import Skill
from fieldoffice.models.staff import Right
from fieldoffice.models.states import FINAL_STATES, MOVABLE_STATES, AppointmentState
from fieldoffice.office import Tx
from fieldoffice.services.availability import Conflict, Span
from fieldoffice.services.booking import telling
from fieldoffice.services.booking.confirming import LINK, new_link
from fieldoffice.services.booking.holds import TAKEN, Taken, take
from fieldoffice.services.booking.offer import WantedVisit
from fieldoffice.services.booking.rules import Rules, booking_rules
from fieldoffice.services.booking.slots import FreeDay, free_days
from fieldoffice.services.customers.rows import one_line
from fieldoffice.services.dispatch.hands import hold_still
from fieldoffice.services.dispatch.moves import place
from fieldoffice.services.jobs.editing import cancel_job
from fieldoffice.services.links import GONE, LinkRow, revoke_links
from fieldoffice.services.words import marked

TOO_LATE = marked("This can no longer be changed online. Please call us.")
BY_CUSTOMER = "Canceled online by the customer"


@dataclass(frozen=True, slots=True)
class Visit:
    """A booked visit as its customer sees it: what was typed when it was booked, and what may still be done.

    `window` is None while the office looks for another time.
    """

    number: str
    services: tuple[str, ...]
    window: Span | None
    exact: bool
    work_s: int
    address: str
    version: int
    may_move: bool
    may_cancel: bool
    move_until: datetime | None
    cancel_until: datetime | None


def booked_visit(tx: Tx, link: LinkRow) -> Visit:
    """The visit of a private link; NotFound once it is over."""
    tx.require(Right.ONLINE)
    visit, job, request = _of(tx, link)
    rules, planned = booking_rules(tx), visit.starts_at is not None
    first = telling.window_of(visit).start if planned else None
    a = request.address
    return Visit(
        job.number, tuple(request.details["services"]), telling.window_of(visit) if planned else None, visit.window_kind == "exact",
        request.details["work_s"], one_line(a["street"], a["city"], a["region"], a["postal_code"]), visit.version,
        _may_move(tx, visit, rules), _may_cancel(tx, visit, rules), first and first - rules.change, first and first - rules.cancel,
    )  # fmt: skip


def other_times(tx: Tx, link: LinkRow) -> tuple[FreeDay, ...]:
    """The free times to which the visit could move; the provider who has it now comes first where he can."""
    tx.require(Right.ONLINE)
    visit, job, _ = _of(tx, link)
    _refuse_late(_may_move(tx, visit, booking_rules(tx)))
    return free_days(tx, _wanted(tx, visit, job))


def calendar_of(tx: Tx, link: LinkRow, token: str) -> bytes:
    """The visit as a calendar file, as it stands now."""
    tx.require(Right.ONLINE)
    visit, _, request = _of(tx, link)
    if visit.starts_at is None:
        raise NotFound(GONE, key="no_link")
    return telling.calendar(tx, visit, request, token)


def move_visit(tx: Tx, link: LinkRow, starts_at: datetime, *, version: int) -> None:
    """Move the visit to another free time; Taken where it is none any more. The same time again changes nothing."""
    tx.require(Right.ONLINE)
    visit, job, request = _of(tx, link)
    if visit.starts_at == starts_at:
        return
    _refuse_late(_may_move(tx, visit, booking_rules(tx)))
    slot = take(tx, _wanted(tx, visit, job), starts_at, booking_rules(tx))
    visit = tx.get(Appointment, visit.id, version=version)
    _refuse_late(_may_move(tx, visit, booking_rules(tx)))
    with tx.as_office():
        try:
            place(tx, visit.id, version=visit.version, provider_ids=(slot.provider_id,), starts_at=starts_at, promise=True)
        except Conflict:
            raise Taken(TAKEN, key="taken") from None
        request.wished_on = [starts_at.astimezone(tx.zone).date().isoformat()]
        telling.moved(tx, visit, request, new_link(tx, visit))


def cancel_visit(tx: Tx, link: LinkRow) -> None:
    """Call the visit off, and its job with it where nothing else of it was planned or done; the link ends."""
    tx.require(Right.ONLINE)
    visit, job, request = _of(tx, link)
    job = tx.get(Job, job.id, lock=True)
    hold_still(tx, [visit.id], ())
    _refuse_late(_may_cancel(tx, visit, booking_rules(tx)))
    with tx.as_office():
        visit.ical_sequence += 1
        tx.session.flush()
        telling.canceled(tx, visit, request)
        cancel_job(tx, job.id, version=job.version, reason=BY_CUSTOMER)
        request.answer = BY_CUSTOMER
        revoke_links(tx, visit, purpose=LINK)


def _of(tx: Tx, link: LinkRow) -> tuple[Appointment, Job, BookingRequest]:
    """What the link leads to, only for its own customer; neutral where it is over."""
    query = (
        select(Appointment, Job, BookingRequest)
        .join(Job, Job.id == Appointment.job_id)
        .join(BookingRequest, BookingRequest.appointment_id == Appointment.id)
        .where(Appointment.id == link.entity_id, BookingRequest.kind == "booking")
    )
    row = tx.session.execute(query).first() if link.entity == "appointment" else None
    if row is None or row[0].status in FINAL_STATES or row[1].cancelled_at is not None:
        raise NotFound(GONE, key="no_link")
    return row[0], row[1], row[2]


def _may_move(tx: Tx, visit: Appointment, rules: Rules) -> bool:
    if visit.status not in MOVABLE_STATES - {AppointmentState.WAITING} or visit.locked or visit.starts_at is None:
        return False
    crew = tx.session.scalar(select(func.count()).where(Assignment.appointment_id == visit.id))
    return crew == 1 and tx.now <= telling.window_of(visit).start - rules.change


def _may_cancel(tx: Tx, visit: Appointment, rules: Rules) -> bool:
    """One visit of several, or one that the office has begun to work on, is not the customer's alone to call off."""
    others = select(func.count()).where(Appointment.job_id == visit.job_id, Appointment.id != visit.id,
                                        Appointment.state != AppointmentState.CANCELLED)  # fmt: skip
    if visit.status not in MOVABLE_STATES or visit.locked or tx.session.scalar(others):
        return False
    return visit.starts_at is None or tx.now <= telling.window_of(visit).start - rules.cancel


def _refuse_late(may: bool) -> None:
    if not may:
        raise NotAllowed(TOO_LATE)


def _wanted(tx: Tx, visit: Appointment, job: Job) -> WantedVisit:
    skills = tx.all(select(Skill.name).join(JobSkill, JobSkill.skill_id == Skill.id).where(JobSkill.job_id == job.id))
    where = tx.get(Location, job.location_id)
    place = None if where.lat is None or where.lon is None else (where.lat, where.lon)
    now = tx.all(select(Assignment.provider_id).where(Assignment.appointment_id == visit.id))
    return WantedVisit(visit.duration_s, frozenset(skills), place, preferred=frozenset(now), appointment_id=visit.id)

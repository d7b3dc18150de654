"""The visits of one customer: past and upcoming as a list, and by day for its calendar; both from the same rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, and_, func, or_, select

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.job import Job
from fieldoffice.models.staff import Right
from fieldoffice.models.states import FINAL_STATES, AppointmentState
from fieldoffice.office import Tx
from fieldoffice.services.calendar import day_span
from fieldoffice.services.customers.filtering import UNDONE
from fieldoffice.services.dispatch.cards import cards_of
from fieldoffice.services.dispatch.rows import Card

Which = Literal["upcoming", "past", "all"]


@dataclass(frozen=True, slots=True)
class Bookings:
    """One page of visits, the number of all that match, and of those how many have no day yet."""

    total: int
    unplanned: int
    rows: tuple[Card, ...]


def bookings(tx: Tx, customer_id: int, which: Which = "upcoming", *, offset: int = 0, limit: int = 200) -> Bookings:
    """Visits of a customer. Upcoming ones come in the order of their days, those without a day last; others newest first.

    Upcoming: still owed, also those that should have been done by now. Past: all that is over, canceled ones included.
    """
    tx.require(Right.LOOK)
    mine = _mine(tx, customer_id, which)
    joined = select(func.count(), func.count(Appointment.starts_at)).select_from(Appointment).join(Job, Job.id == Appointment.job_id)
    total, planned = tx.session.execute(joined.where(*mine)).one()
    at = func.coalesce(Appointment.starts_at, Appointment.window_from_at)
    order = (Appointment.starts_at.is_(None), at.is_(None), at, Appointment.id)
    if which != "upcoming":
        order = (at.is_(None), at.desc(), Appointment.id.desc())
    page = select(Appointment.id).join(Job, Job.id == Appointment.job_id).where(*mine).order_by(*order)
    ids = tx.all(page.offset(offset).limit(limit))
    known = {card.id: card for card in cards_of(tx, ids)} if ids else {}
    return Bookings(int(total), int(total) - int(planned), tuple(known[id] for id in ids if id in known))


def booked_days(tx: Tx, customer_id: int, first_on: date, days: int) -> dict[date, tuple[Card, ...]]:
    """The planned visits of a customer by civil day, canceled ones left out; days without a visit are not named."""
    tx.require(Right.LOOK)
    span = day_span(first_on, tx.zone, days)
    within = (Appointment.starts_at >= span.start, Appointment.starts_at < span.end)
    query = select(Appointment.id).join(Job, Job.id == Appointment.job_id)
    ids = tx.all(query.where(Job.customer_id == customer_id, Appointment.state != AppointmentState.CANCELLED, *within))
    found: dict[date, list[Card]] = {}
    for card in cards_of(tx, ids) if ids else ():
        found.setdefault(_day(tx, card.starts_at), []).append(card)
    return {on: tuple(cards) for on, cards in sorted(found.items())}


@dataclass(frozen=True, slots=True)
class BookedMonth:
    """What a calendar shows: the visits by day, and how many are upcoming in all, as the list counts them."""

    days: dict[date, tuple[Card, ...]]
    upcoming: int
    unplanned: int
    zone: str
    today: date


def booked_month(tx: Tx, customer_id: int, first_on: date, days: int) -> BookedMonth:
    """See `BookedMonth`: one look for the calendar and its count."""
    listed = bookings(tx, customer_id, "upcoming", limit=1)
    shown = booked_days(tx, customer_id, first_on, days)
    return BookedMonth(shown, listed.total, listed.unplanned, tx.company.zone, tx.today)


def _mine(tx: Tx, customer_id: int, which: Which) -> list[ColumnElement[bool]]:
    owed = and_(Appointment.state.in_(UNDONE), Job.cancelled_at.is_(None))
    mine: list[ColumnElement[bool]] = [Job.customer_id == customer_id]
    if which == "upcoming":
        mine.append(owed)
    elif which == "past":
        mine.append(or_(Appointment.state.in_(sorted(FINAL_STATES)), Job.cancelled_at.is_not(None)))
    return mine


def _day(tx: Tx, at: datetime | None) -> date:
    assert at is not None
    return at.astimezone(tx.zone).date()


def month_span(on: date) -> tuple[date, int]:
    """The Monday on or before the first of the month of `on`, and the days of all weeks that touch it."""
    first = on.replace(day=1)
    start = first - timedelta(days=first.weekday())
    following = (first + timedelta(days=32)).replace(day=1)
    return start, -(-(following - start).days // 7) * 7

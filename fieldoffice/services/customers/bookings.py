"""The visits of one customer, past or upcoming, as a list; its calendar is that of `services.calendars` with the customer named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, and_, func, or_, select

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.job import Job
from fieldoffice.models.staff import Right
from fieldoffice.models.states import FINAL_STATES
from fieldoffice.office import Tx
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


def _mine(tx: Tx, customer_id: int, which: Which) -> list[ColumnElement[bool]]:
    owed = and_(Appointment.state.in_(UNDONE), Job.cancelled_at.is_(None))
    mine: list[ColumnElement[bool]] = [Job.customer_id == customer_id]
    if which == "upcoming":
        mine.append(owed)
    elif which == "past":
        mine.append(or_(Appointment.state.in_(sorted(FINAL_STATES)), Job.cancelled_at.is_not(None)))
    return mine

"""What the board shows of people outside: times that are held for them at this moment, as cards without a job.

Such a time is a stranger's who fills in the booking form, or one that was proposed for a request. It takes the provider's time
like any visit; nobody moves or opens it, and it goes by itself when it is confirmed, let go or over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select

from fieldoffice.models.appointment import Appointment, Assignment
from fieldoffice.models.booking import BookingRequest
from fieldoffice.models.customer import Customer
from fieldoffice.models.staff import Right
from fieldoffice.models.states import AppointmentState, RequestState
from fieldoffice.office import Tx
from fieldoffice.services.availability import Span
from fieldoffice.services.calendar import day_span
from fieldoffice.services.dispatch.board import board, drives_of
from fieldoffice.services.dispatch.diaries import expired_hold
from fieldoffice.services.dispatch.rows import Board, Card

BEING_BOOKED, HELD, PROPOSED = "Being booked online", "Held online", "Time proposed"
NOT_YET = "not a visit yet"


def shown_board(tx: Tx, first_on: date, days: int = 1) -> Board:
    """The board as a dispatcher looks at it: with the times that are held for people outside among its cards."""
    found = board(tx, first_on, days)
    held = being_booked(tx, day_span(first_on, tx.zone, days))
    if not held:
        return found
    cards = found.cards + held
    return replace(found, cards=cards, drives=drives_of(tx, found.providers, cards, found.tray))


def being_booked(tx: Tx, span: Span) -> tuple[Card, ...]:
    """The times that begin within a span and are held for people outside, by their start."""
    tx.require(Right.LOOK)
    columns = (Appointment.id, Appointment.version, Appointment.starts_at, Appointment.duration_s, Appointment.held_until,
               Appointment.hold_hash, Appointment.hold_lat, Appointment.hold_lon)  # fmt: skip
    where = (Appointment.job_id.is_(None), Appointment.state == AppointmentState.HELD, Appointment.starts_at >= span.start,
             Appointment.starts_at < span.end, ~expired_hold(tx))  # fmt: skip
    rows = tx.session.execute(select(*columns).where(*where).order_by(Appointment.starts_at, Appointment.id)).all()
    if not rows:
        return ()
    team, whose = _team(tx, [row.id for row in rows]), _proposed(tx)
    return tuple(_card(row, team[row.id], whose.get(row.hold_hash, "")) for row in rows)


def _team(tx: Tx, ids: Sequence[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    query = select(Assignment.appointment_id, Assignment.provider_id).where(Assignment.appointment_id.in_(ids))
    for id, provider_id in tx.session.execute(query.order_by(Assignment.id)):
        found[id].append(provider_id)
    return found


def _proposed(tx: Tx) -> dict[str, str]:
    """The customers to whom a time is proposed, by the mark of the time that is held for them."""
    query = select(BookingRequest.details, Customer.name).join(Customer, Customer.id == BookingRequest.customer_id)
    rows = tx.session.execute(query.where(BookingRequest.state == RequestState.COUNTER_PROPOSED))
    return {details["hold"]: name for details, name in rows if details.get("hold")}


def _card(row: Any, provider_ids: Sequence[int], customer: str) -> Card:
    return Card(
        id=row.id, version=row.version, job_id=0, job_number="", customer_id=0, customer=customer or BEING_BOOKED,
        service=PROPOSED if customer else HELD, street=NOT_YET, city="",
        place=None if row.hold_lat is None or row.hold_lon is None else (row.hold_lat, row.hold_lon),
        state=AppointmentState.HELD, starts_at=row.starts_at, duration_s=row.duration_s, provider_ids=tuple(provider_ids),
        locked=True, held_until=row.held_until,
    )  # fmt: skip

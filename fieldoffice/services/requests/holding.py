"""A proposed time is held: a visit without a job that takes the provider's time until the customer has answered.

The one availability rule decides, under the provider's lock; the overlap constraint is the last wall.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from fieldoffice.models.appointment import Appointment, Assignment
from fieldoffice.models.booking import BookingRequest
from fieldoffice.models.catalog import CatalogItem
from fieldoffice.models.customer import Customer, Location
from fieldoffice.models.states import AppointmentState
from fieldoffice.office import Tx
from fieldoffice.services.availability import Conflict, Span, blocking, why_not
from fieldoffice.services.booking.holds import keep
from fieldoffice.services.booking.offer import WantedVisit, wanted_visit
from fieldoffice.services.booking.slots import Slot
from fieldoffice.services.booking.spots import near
from fieldoffice.services.calendar import promised
from fieldoffice.services.customers.rows import place_of
from fieldoffice.services.dispatch.diaries import diaries
from fieldoffice.services.dispatch.hands import hold_still
from fieldoffice.services.geo import Point
from fieldoffice.services.geocoding.words import Address

USUAL_S = 3600
"""How long a visit takes that the customer asked for in their own words."""


def visit_of(tx: Tx, row: BookingRequest) -> WantedVisit:
    """What the visit of a request needs: time, skills, place."""
    return wanted_visit(tx, [row.item_id] if row.item_id and tx.session.get(CatalogItem, row.item_id) else [], place(tx, row))


def place(tx: Tx, row: BookingRequest) -> Point | None:
    """Where it would be: the pin of the address on file; of another one, as far as the office knows it."""
    location = tx.session.get(Location, row.location_id) if row.location_id else None
    if location is not None:
        return place_of(location)
    typed = row.address
    if not typed:
        return None
    words = Address(
        typed.get("street", ""), typed.get("city", ""), typed.get("region", ""), typed.get("postal_code", ""), tx.company.country
    )
    found = near(tx, words)
    return None if found is None else found[0]


def window_of(tx: Tx, starts_at: datetime) -> Span:
    """The arrival window that goes with an agreed start: two hours from it."""
    here = starts_at.astimezone(tx.zone)
    return promised("two_hours", here.date(), tx.zone, at_min=here.hour * 60 + here.minute)


def hold_time(tx: Tx, row: BookingRequest, provider_id: int, starts_at: datetime, until: datetime) -> None:
    """Take a provider's time until an instant; Conflict says in words what stands against it."""
    hold_still(tx, (), [provider_id])
    wanted = visit_of(tx, row)
    ends_at = starts_at + timedelta(seconds=wanted.duration_s)
    against = blocking(why_not(diaries(tx, [provider_id], (starts_at, ends_at))[provider_id], wanted.wanted, starts_at))
    if against:
        raise Conflict(against, tx.get(Customer, row.customer_id).name)
    unknown = hashlib.sha256(secrets.token_bytes(32)).hexdigest()  # nobody outside carries a secret of this hold
    held = keep(tx, wanted, Slot(provider_id, starts_at, window_of(tx, starts_at), 0), "two_hours", until, unknown)
    row.details = {**row.details, "hold": held.hold_hash}


def provider_of(tx: Tx, row: BookingRequest) -> int | None:
    """Whose time is held for a request; None when nobody's."""
    held = _held(tx, row)
    return None if held is None else tx.session.scalar(select(Assignment.provider_id).where(Assignment.appointment_id == held.id))


def let_go(tx: Tx, row: BookingRequest) -> None:
    """Give the held time back; does nothing where none is held any more."""
    held = _held(tx, row)
    row.details = {name: value for name, value in row.details.items() if name != "hold"}
    if held is not None:
        tx.session.execute(delete(Assignment).where(Assignment.appointment_id == held.id))
        tx.session.delete(held)
        tx.session.flush()


def _held(tx: Tx, row: BookingRequest) -> Appointment | None:
    """The hold of a request, by its hash: whoever comes after its end may sweep it away, so nothing refers to its row."""
    known = row.details.get("hold")
    mine = (Appointment.hold_hash == known, Appointment.state == AppointmentState.HELD, Appointment.job_id.is_(None))
    return tx.session.scalar(select(Appointment).where(*mine)) if known else None

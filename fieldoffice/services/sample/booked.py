"""The sample's instant bookings: strangers, and one customer, who took a free time online in the last days."""

from __future__ import annotations

import random
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import delete, func, select

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.booking import BookingRequest
from fieldoffice.models.catalog import CatalogItem
from fieldoffice.models.customer import Customer
from fieldoffice.models.message import OutboxMessage
from fieldoffice.models.web import PrivateLink
from fieldoffice.office import Actor, Tx
from fieldoffice.services.booking.confirming import LINK, confirm
from fieldoffice.services.booking.holds import hold
from fieldoffice.services.booking.offer import AT_ONCE, wanted_visit
from fieldoffice.services.booking.people import checked_person
from fieldoffice.services.booking.slots import free_days
from fieldoffice.services.booking.spots import find_site
from fieldoffice.services.calendar import local
from fieldoffice.services.sample.people import person, real_addresses
from fieldoffice.transaction import OUTSIDE

EVENING_MIN = 21 * 60 + 30
"""After the requests of that evening."""
FIRST_PLACE = 40


@dataclass(frozen=True)
class Booking:
    """One booking: how many evenings ago, which services of those on offer, from which day on."""

    came: int
    services: tuple[int, ...]
    day: int
    known: bool = False
    notes: str = ""


STORY = (
    Booking(2, (0,), 2, notes="Second floor, the bell is broken. Please knock."),
    Booking(1, (1, 2), 3),
    Booking(1, (1,), 1, known=True),
)


class Bookings:
    """Lives with the sample: `evening` after each working day."""

    def __init__(self, dice: random.Random, today: date) -> None:
        self.dice, self.today = dice, today

    def evening(self, tx: Tx, on: date) -> None:
        """What was booked on a day, through the very services of the booking page; nothing of it is sent to anybody."""
        ago = (self.today - on).days
        for n, one in ((n, one) for n, one in enumerate(STORY) if one.came == ago):
            tx.now = local(on, EVENING_MIN + 7 * n, tx.zone)
            with _outside(tx):
                self._book(tx, n, one)

    def end(self, tx: Tx) -> None:
        """No message waits for customers who do not exist, and no link opens anything. Deleting comes last of all."""
        booked = select(BookingRequest.appointment_id).where(BookingRequest.kind == "booking")
        tx.session.execute(delete(OutboxMessage).where(OutboxMessage.appointment_id.in_(booked)))
        tx.session.execute(delete(PrivateLink).where(PrivateLink.purpose == LINK, PrivateLink.entity_id.in_(booked)))

    def _book(self, tx: Tx, n: int, one: Booking) -> None:
        at = real_addresses()[FIRST_PLACE + 17 * n]
        site = find_site(tx, street=at.street, city=at.city, region=at.region, postal_code=at.postal_code)
        wanted = wanted_visit(tx, [_on_offer(tx)[which] for which in one.services], site.place)
        found = free_days(tx, wanted, self.today + timedelta(days=one.day), most=1)
        if found:
            slot, secret = self.dice.choice(found[0].slots), f"sample booking {n:04d}"
            hold(tx, secret, wanted, slot.starts_at)
            name, email = self._who(tx, one)
            who = checked_person(name=name, email=email, phone="", notes=one.notes, country=tx.company.country)
            confirm(tx, secret, wanted.item_ids, site, who, "en")
            _ids_alike(tx)

    def _who(self, tx: Tx, one: Booking) -> tuple[str, str]:
        if one.known:
            query = select(Customer.name, Customer.email).where(Customer.active, Customer.email != "").order_by(Customer.id)
            known = tx.session.execute(query.limit(30)).all()
            return tuple(self.dice.choice(known))  # type: ignore[return-value]
        name = person(self.dice)
        return name, f"{name.casefold().replace(' ', '.')}@example.com"


def _on_offer(tx: Tx) -> list[int]:
    query = select(CatalogItem.id).where(CatalogItem.active, CatalogItem.bookable.in_(AT_ONCE))
    return tx.all(query.order_by(CatalogItem.position, CatalogItem.id))


@contextmanager
def _outside(tx: Tx) -> Generator[None]:
    """A stranger acts, and the log says so."""
    before, tx.actor = tx.actor, Actor(None, "online booking", OUTSIDE)
    try:
        yield
    finally:
        tx.actor = before


def _ids_alike(tx: Tx) -> None:
    """A booking deletes the newest visit: SQLite gives its id again, and PostgreSQL is made to, so that both tell one story."""
    tx.session.flush()
    if tx.office.shared:
        newest = select(func.max(Appointment.id)).scalar_subquery()
        tx.session.execute(select(func.setval(func.pg_get_serial_sequence("appointment", "id"), newest)))

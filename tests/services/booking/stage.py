"""A small company that takes bookings, and how a stranger walks through them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from fieldoffice.models.catalog import CatalogItem
from fieldoffice.models.provider import Provider
from fieldoffice.office import Office, Seat, Tx
from fieldoffice.services import catalog, company
from fieldoffice.services.booking.confirming import Booked, confirm
from fieldoffice.services.booking.holds import Held, hold
from fieldoffice.services.booking.offer import wanted_visit
from fieldoffice.services.booking.people import checked_person
from fieldoffice.services.booking.slots import Slot, free_days
from fieldoffice.services.booking.spots import Site, find_site
from tests import make
from tests.make import Made

Opened = tuple[Made, int]
STREET = {"street": "5 Fifth Street NW", "city": "Washington", "region": "DC", "postal_code": "20001"}


@dataclass(frozen=True)
class Stage:
    """The office, a stranger's door to it, and two services: a repair of an hour, an inspection of half an hour."""

    office: Office
    made: Made
    check: int
    door: Seat

    def free(self, *items: int, days: int = 5, **site: str) -> list[Slot]:
        """The free times of the next days, in order."""

        def ask(tx: Tx) -> list[Slot]:
            place = find_site(tx, **(site or STREET)).place
            return [slot for day in free_days(tx, wanted_visit(tx, items or (self.made.repair,), place), days=days) for slot in day.slots]

        return self.door.see(ask)

    def hold(self, secret: str, at: datetime, *items: int, **site: str) -> Held:
        def held(tx: Tx) -> Held:
            place = find_site(tx, **(site or STREET)).place
            return hold(tx, secret, wanted_visit(tx, items or (self.made.repair,), place), at)

        return self.door.do(held)

    def confirm(self, secret: str, *items: int, name: str = "Nina New", email: str = "nina@example.com", phone: str = "",
                notes: str = "", site: dict[str, str] | None = None, language: str = "en") -> Booked:  # fmt: skip
        def confirmed(tx: Tx) -> Booked:
            person = checked_person(name=name, email=email, phone=phone, notes=notes, country="US")
            return confirm(tx, secret, items or (self.made.repair,), self.site(tx, site), person, language)

        return self.door.do(confirmed)

    @staticmethod
    def site(tx: Tx, site: dict[str, str] | None) -> Site:
        return find_site(tx, **(site or STREET))

    def book(self, secret: str, at: datetime | None = None, *items: int, **who: str) -> Booked:
        """Hold and confirm in one go."""
        self.hold(secret, at or self.free(*items)[0].starts_at, *items)
        return self.confirm(secret, *items, **who)  # type: ignore[arg-type]


def stage_of(office: Office, **settings: object) -> Stage:
    """Repairs and inspections can be booked; the company's rules are without notice, buffer and reserve unless given."""
    return stage_on(office, opened(office, **settings))


def stage_on(office: Office, ids: Opened) -> Stage:
    """The stage of an office that `opened` prepared."""
    return Stage(office, *ids, office.outside("online booking"))


def opened(office: Office, **settings: object) -> Opened:
    """The ids of the company and of the inspection."""
    made = make.small(office)
    plain = {"booking.notice_h": 0, "booking.buffer_min": 0, "booking.kept_percent": 0} | settings

    def open_up(tx: Tx) -> int:
        tx.get(CatalogItem, made.repair).bookable = "both"
        for key, value in plain.items():
            company.set_setting(tx, key, value)
        return catalog.add_item(tx, kind="service", code="CHK", name="Inspection", price_cents=5_000, duration_s=1800, buffer_s=600,
                                bookable="instant")  # fmt: skip

    return made, office.do(open_up)


def alone(office: Office, provider_id: int) -> None:
    """Only this provider is booked online."""

    def only(tx: Tx) -> None:
        for row in tx.all(select(Provider)):
            row.booked_online = row.id == provider_id

    office.do(only)

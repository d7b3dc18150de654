"""Things for tests, made through the services with plain defaults."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from fieldoffice.office import Office, Tx
from fieldoffice.services import catalog, company, customers, providers
from fieldoffice.services.dispatch.cards import cards_of
from fieldoffice.services.dispatch.rows import Card
from fieldoffice.services.jobs.opening import NewJob, Opened, Promise, open_job
from tests import copies

ZONE = ZoneInfo("America/New_York")
DEPOT = (38.9072, -77.0369)
TODAY = date(2026, 3, 2)  # a Monday
FOUNDED = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)  # when the clocks of tests begin
PLACES = [(38.9072 + 0.01 * n, -77.0369 - 0.013 * n) for n in range(10)]


def at(hour: int, minute: int = 0, on: date = TODAY) -> datetime:
    """A local time in Washington."""
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=ZONE)


@dataclass(frozen=True)
class Made:
    """Ids of a small company: an owner, two providers, a service, a customer with a place."""

    owner: int
    ana: int
    bo: int
    plumbing: int
    repair: int
    customer: int
    location: int


def small(office: Office) -> Made:
    """Ana and Bo work 8 to 5 on weekdays with a break; Ana has plumbing, Bo has it until the end of March 2026."""
    if office.clock is None or office.clock() != FOUNDED or not copies.fresh(office):
        return office.do(_small)
    kind = office.engine.dialect.name
    if kind in _made:
        copies.put(office, _made[kind][0])
    else:
        answer = office.do(_small)
        _made[kind] = copies.take(office), answer
    return _made[kind][1]


_made: dict[str, tuple[Any, Made]] = {}
"""The small company of each engine as it was first made in this process, and its ids: a copy takes a tenth of the work."""


def _small(tx: Tx) -> Made:
    owner = company.found(tx, name="Potomac Plumbing", country="US", zone="America/New_York", currency="USD", paper="Letter",
                          owner="Olive Owner", place=DEPOT)  # fmt: skip
    plumbing = catalog.add_skill(tx, "plumbing", certified=True)
    tax = catalog.add_tax_rate(tx, "DC", 60_000, valid_from=date(2020, 1, 1))
    repair = catalog.add_item(tx, kind="service", code="REP", name="Leak repair", price_cents=12_000, duration_s=3600,
                              tax_rate_id=tax, skill_ids=[plumbing])  # fmt: skip
    ids = [provider(tx, name) for name in ("Ana", "Bo")]
    providers.give_skill(tx, ids[0], plumbing)
    providers.give_skill(tx, ids[1], plumbing, certificate="P-77", expires_on=date(2026, 3, 31))
    customer = customers.add_customer(tx, name="Carol Customer", email="carol@example.com", phone="+12025550101")
    location = customers.add_location(tx, customer, street="1 First Street NW", city="Washington", region="DC",
                                      postal_code="20001", place=PLACES[1])  # fmt: skip
    return Made(owner.id, ids[0], ids[1], plumbing, repair, customer, location)


def provider(tx: Tx, name: str, *, overtime_s: int = 0) -> int:
    """A provider who works 8 to 5 on weekdays, with half an hour for lunch."""
    id = providers.add_provider(tx, name=name, max_overtime_s=overtime_s)
    for weekday in range(5):
        providers.set_shift(tx, id, weekday, 8 * 60, 17 * 60, lunch_min=30, lunch_from_min=11 * 60 + 30, lunch_to_min=13 * 60)
    return id


def job(office: Office, made: Made, *, on: date | None = TODAY, kind: str = "all_day", at_min: int | None = None,
        location: int | None = None, **more: object) -> Opened:  # fmt: skip
    """A leak repair of one hour for Carol, promised for a day."""
    new = NewJob(made.customer, location or made.location, ((made.repair, 1000),), Promise(kind, on, at_min), **more)  # type: ignore[arg-type]
    return office.do(open_job, new)


def card(office: Office, appointment_id: int) -> Card:
    return office.see(lambda tx: cards_of(tx, [appointment_id])[0])


def customer(office: Office, name: str, n: int) -> tuple[int, int]:
    """Another customer with a place: (customer id, location id)."""

    def new(tx: Tx) -> tuple[int, int]:
        id = customers.add_customer(tx, name=name)
        return id, customers.add_location(tx, id, street=f"{n} Main Street", city="Washington", place=PLACES[n % 10])

    return office.do(new)

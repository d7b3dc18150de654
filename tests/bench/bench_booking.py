"""The free times of a month for 25 providers and 3 services, as the booking page asks for them.

Processor time, told as a ratio to the plain SELECT of all visits of that month (no joins, no objects) in the same run; beside
it what asking the one rule for every provider and every time would take. The company is made in a folder of its own: five
visits a day for each.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from fieldoffice import schema
from fieldoffice.engine import open_engine
from fieldoffice.models.appointment import Appointment, Assignment
from fieldoffice.models.base import new_public_id
from fieldoffice.models.customer import Location
from fieldoffice.models.job import Job
from fieldoffice.office import Office, Tx
from fieldoffice.services import catalog, company, customers, providers
from fieldoffice.services.availability import why_not
from fieldoffice.services.booking.daybooks import day_books
from fieldoffice.services.booking.offer import wanted_visit
from fieldoffice.services.booking.rules import booking_rules
from fieldoffice.services.booking.slots import free_days, moments
from fieldoffice.services.calendar import local

ROUNDS, PEOPLE, DAYS, VISITS, PLACES = 9, 25, 31, 5, 400
NOW = datetime(2026, 3, 2, 11, tzinfo=UTC)
FIRST = date(2026, 3, 2)


def measures() -> Iterator[tuple[str, float, str]]:
    """(name, ratio, words) of each measure."""
    with tempfile.TemporaryDirectory(prefix="fieldoffice-bench-") as folder:
        address = f"sqlite:///{Path(folder) / 'booking.db'}"
        engine = open_engine(address)
        schema.upgrade(engine)
        engine.dispose()
        office = Office(address, clock=lambda: NOW)
        try:
            ids = office.do(_company)
            yield from _measured(office, ids)
        finally:
            office.close()


def _measured(office: Office, ids: list[int]) -> Iterator[tuple[str, float, str]]:
    door = office.outside("online booking")
    visits = office.see(_plain)
    plain = _median(lambda: office.see(_plain))
    yield "plain SELECT of the month", 1.0, f"{plain * 1000:.0f} ms for {visits:,} visits of {PEOPLE} providers"
    place = (38.93, -77.03)
    shown = door.see(lambda tx: sum(len(day.slots) for day in free_days(tx, wanted_visit(tx, ids[:1], place))))
    single = _median(lambda: door.see(lambda tx: free_days(tx, wanted_visit(tx, ids[:1], place))))
    yield "a month, one service", single / plain, f"{single * 1000:.0f} ms, {shown} free times"
    page = _median(lambda: door.see(lambda tx: free_days(tx, wanted_visit(tx, ids[:1], place), most=6)))
    yield "the page's first days, one service", page / plain, f"{page * 1000:.0f} ms"
    three = _median(lambda: door.see(lambda tx: [free_days(tx, wanted_visit(tx, [id], place)) for id in ids]))
    yield "a month, each of three services", three / plain, f"{three * 1000:.0f} ms for the three lists (limit 300)"
    every = _median(lambda: door.see(_brute, ids[:1], place), rounds=1)
    yield "the rule for every time, one service", every / plain, f"{every * 1000:.0f} ms of processor time"


def _brute(tx: Tx, ids: list[int], place: tuple[float, float]) -> int:
    wanted, rules, found = wanted_visit(tx, ids, place), booking_rules(tx), 0
    for on, books in day_books(tx, rules, FIRST, DAYS).items():
        for at in moments(tx, wanted, rules, on):
            found += any(not why_not(book.diary, wanted.wanted, at) for book in books)
    return found


def _company(tx: Tx) -> list[int]:
    dice = random.Random(5)
    company.found(tx, name="Bench", country="US", zone="America/New_York", currency="USD", paper="Letter", owner="B", place=(38.9, -77.03))
    skills = [catalog.add_skill(tx, name) for name in ("plumbing", "drains", "gas")]
    ids = [catalog.add_item(tx, kind="service", code=f"S{n}", name=f"Service {n}", price_cents=10_000, duration_s=3600 + 900 * n,
                            bookable="instant", skill_ids=[skills[n]]) for n in range(3)]  # fmt: skip
    tx.session.flush()
    people = [providers.add_provider(tx, name=f"P{n}") for n in range(PEOPLE)]
    for n, id in enumerate(people):
        for skill in (skills[n % 3], skills[(n + 1) % 3]):
            providers.give_skill(tx, id, skill)
        for weekday in range(5):
            providers.set_shift(tx, id, weekday, 8 * 60, 17 * 60, lunch_min=30, lunch_from_min=690, lunch_to_min=780)
    _visits(tx, dice, people)
    return ids


def _visits(tx: Tx, dice: random.Random, people: list[int]) -> None:
    customer = customers.add_customer(tx, name="C")
    tx.session.execute(insert(Location), [
        {"public_id": new_public_id(), "customer_id": customer, "street": f"{n} Street", "lat": 38.9 + dice.uniform(-0.1, 0.1),
         "lon": -77.03 + dice.uniform(-0.1, 0.1), "version": 1} for n in range(PLACES)])  # fmt: skip
    places = tx.all(select(Location.id))
    tx.session.execute(insert(Job), [{"public_id": new_public_id(), "number": f"J{n}", "customer_id": customer, "location_id": id,
                                      "title": "Work", "created_at": NOW, "version": 1} for n, id in enumerate(places)])  # fmt: skip
    jobs, appointments, taken = tx.all(select(Job.id)), list[dict[str, Any]](), list[tuple[int, datetime, datetime]]()
    for day in (FIRST + timedelta(days=n) for n in range(DAYS)):
        for provider in people if day.weekday() < 5 else ():
            for start in dice.sample(range(8 * 60, 16 * 60, 75), VISITS):
                at = local(day, start, tx.zone)
                taken.append((provider, at, at + timedelta(minutes=45)))
                appointments.append({"public_id": new_public_id(), "job_id": dice.choice(jobs), "state": "scheduled", "starts_at": at,
                                     "duration_s": 2700, "created_at": NOW, "version": 1})  # fmt: skip
    tx.session.execute(insert(Appointment), appointments)
    rows = zip(tx.all(select(Appointment.id).order_by(Appointment.id)), taken, strict=True)
    tx.session.execute(insert(Assignment), [{"appointment_id": id, "provider_id": who, "starts_at": start, "ends_at": end}
                                            for id, (who, start, end) in rows])  # fmt: skip


def _plain(tx: Tx) -> int:
    columns = (Appointment.id, Appointment.job_id, Appointment.state, Appointment.starts_at, Appointment.duration_s)
    return len(tx.session.execute(select(*columns).order_by(Appointment.starts_at)).all())


def _median(work: Callable[[], Any], *, rounds: int = ROUNDS) -> float:
    work()
    took: list[float] = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        took.append(time.process_time() - began)
    return statistics.median(took)

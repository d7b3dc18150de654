"""Larger sample companies, written by the thousand: the same shapes of rows, a faster way in.

Points are strewn round the real addresses and marked as generated. Every provider's day is laid out visit by visit with
its drives and a break, so the past keeps the rules as the small sample's does.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update

from fieldoffice.models.appointment import Appointment, Assignment
from fieldoffice.models.base import new_public_id
from fieldoffice.models.catalog import CatalogItem, ItemSkill
from fieldoffice.models.customer import Customer, Location, searchable
from fieldoffice.models.job import Job, JobSkill, Line
from fieldoffice.models.log import Counter, Event
from fieldoffice.models.provider import Skill as SkillRow
from fieldoffice.models.states import AppointmentState as S
from fieldoffice.office import Office, Tx
from fieldoffice.services.availability import Span
from fieldoffice.services.calendar import day_span, local, promised
from fieldoffice.services.dispatch.diaries import provider_rows
from fieldoffice.services.dispatch.rows import ProviderRow
from fieldoffice.services.geo import Point, drive_s
from fieldoffice.services.sample.debts import old_debts, troubles
from fieldoffice.services.sample.make import LATE_MIN, Tell, sample_now, set_clock
from fieldoffice.services.sample.money import Bookkeeper
from fieldoffice.services.sample.people import ZONE, Address, assemble, person, real_addresses
from fieldoffice.services.sample.rows import Ledger, last_ids

STEP = timedelta(minutes=5)


@dataclass(frozen=True)
class Size:
    """How large a company is: customers with those at the real addresses, and days on both sides of today.

    `billed` is how many days back the jobs are billed; `pace` is how long a visit takes beside the price book's time: a large
    company lives from many short visits.
    """

    providers: int
    customers: int
    per_day: int
    back: int
    ahead: int
    pace: float = 1.0
    billed: int = 91


OFFICE = Size(25, 3_000, 120, 91, 28, billed=45)
LARGE = Size(100, 50_000, 1_000, 290, 28, pace=0.4, billed=14)


@dataclass(frozen=True)
class Service:
    id: int
    name: str
    price: int
    duration_s: int
    skills: frozenset[str]
    skill_ids: tuple[int, ...]
    outdoor: bool


@dataclass(frozen=True)
class Spot:
    customer_id: int
    location_id: int
    point: Point


def make_office(office: Office, now: datetime, tell: Tell = lambda what, share: None) -> datetime:
    """25 providers, 120 jobs a day, a quarter of history."""
    return _make(office, now, tell, OFFICE)


def make_large(office: Office, now: datetime, tell: Tell = lambda what, share: None) -> datetime:
    """100 providers, 50,000 customers, 1,000 jobs a day, 300,000 appointments."""
    return _make(office, now, tell, LARGE)


def _make(office: Office, now: datetime, tell: Tell, size: Size) -> datetime:
    then = sample_now(now)
    today = then.astimezone(ZoneInfo(ZONE)).date()
    dice = random.Random(today.toordinal())
    tell("People and customers", 0.0)
    office.do(_people, dice, today, size)
    keeper = Bookkeeper(random.Random(today.toordinal() + 2), today - timedelta(days=size.billed))
    for n in range(-size.back, size.ahead + 1, 7):
        tell("Working days", (n + size.back) / (size.back + size.ahead + 1))
        days = [today + timedelta(days=n + k) for k in range(min(7, size.ahead + 1 - n))]
        office.do(_week, dice, days, then, size)
        office.do(_evenings, keeper, [day for day in days if day < today], today, first=n == -size.back)
    office.do(_counters)
    office.do(_troubles, then, today)
    office.do(set_clock, then, then - now)
    tell("Done", 1.0)
    return then


def _people(tx: Tx, dice: random.Random, today: date, size: Size) -> None:
    tx.now = local(today - timedelta(days=size.back + 1), 6 * 60, ZoneInfo(ZONE))
    real = real_addresses()
    assemble(tx, dice, real, today, team=size.providers)
    ledger = Ledger(last_ids(tx, (Customer, Location)))
    for n in range(size.customers - len(real)):
        _customer(ledger, dice, tx.now, _strewn(dice, dice.choice(real)), len(real) + n)
    ledger.write(tx.session.connection())


def _customer(ledger: Ledger, dice: random.Random, at: datetime, address: Address, n: int) -> None:
    number, name, email, phone = f"C{1001 + n}", person(dice), f"customer{n + 1}@example.com", f"(202) 555-{dice.randrange(10_000):04d}"
    words = searchable(name, number, email, phone, *dict.fromkeys((address.street, address.city)))
    id = ledger.add(Customer, public_id=new_public_id(), number=number, name=name, email=email, phone=phone, kind="residential",
                    channel="email", language="en", notes="", custom={}, active=True, requests_allowed=True, created_at=at,
                    search=words, version=1)  # fmt: skip
    ledger.add(Location, public_id=new_public_id(), customer_id=id, kind="service", label="", street=address.street,
               city=address.city, region=address.region, postal_code=address.postal_code, country="US", lat=address.point[0],
               lon=address.point[1], placed_by="generated", notes="", active=True, version=1)  # fmt: skip


def _strewn(dice: random.Random, near: Address) -> Address:
    point = (near.point[0] + dice.gauss(0, 0.006), near.point[1] + dice.gauss(0, 0.008))
    number, _, street = near.street.partition(" ")
    new = int(number) + dice.randrange(2, 400, 2) if number.isdigit() else dice.randrange(100, 999)
    return Address(f"{new} {street}", near.city, near.region, near.postal_code, point, generated=True)


def _week(tx: Tx, dice: random.Random, days: Sequence[date], now: datetime, size: Size) -> None:
    services, spots = _services(tx, size.pace), _spots(tx)
    ledger = Ledger(last_ids(tx, (Job, Line, JobSkill, Appointment, Assignment, Event)))
    for on in days:
        thin = (
            1.0
            if on <= now.astimezone(tx.zone).date()
            else max(0.1, 0.9 - 0.04 * (on - now.astimezone(tx.zone).date()).days)
        )
        _one_day(ledger, dice, tx, on, now, services, spots, round(size.per_day * thin))
    ledger.write(tx.session.connection())
    for table in (Job, Appointment, Assignment):
        tx.ring(table.__tablename__)


def _evenings(tx: Tx, keeper: Bookkeeper, days: Sequence[date], today: date, *, first: bool) -> None:
    """The bookkeeper's hours of a week."""
    for n, on in enumerate(days):
        tx.now = local(on, LATE_MIN, tx.zone)
        old_debts(tx, on, today, first=first and n == 0)
        keeper.evening(tx, on)


def _troubles(tx: Tx, then: datetime, today: date) -> None:
    tx.now = then
    troubles(tx, today)


def _one_day(ledger: Ledger, dice: random.Random, tx: Tx, on: date, now: datetime, services: Sequence[Service],
             spots: Sequence[Spot], jobs: int) -> None:  # fmt: skip
    working = [row for row in provider_rows(tx, on, 1) if row.shifts and row.start_place]
    dice.shuffle(working)
    left = jobs
    for n, row in enumerate(working):
        share = -(-left // (len(working) - n))
        for spot, service, start in _layout(dice, row, services, spots, share, tx, on):
            _visit(ledger, dice, row, spot, service, start, now, tx, on)
            left -= 1
    for _ in range(max(2, jobs // 40) if day_span(on, tx.zone).end > now else 0):
        _job(ledger, dice, dice.choice(spots), dice.choice(services), None, now, tx, on)


def _layout(dice: random.Random, row: ProviderRow, services: Sequence[Service], spots: Sequence[Spot], share: int, tx: Tx,
            on: date) -> Iterator[tuple[Spot, Service, datetime]]:  # fmt: skip
    """Visits one after the other, each as near as a handful of tries finds, until the share or the shift is used up."""
    has = {s.name for s in row.skills if s.expires_on is None or s.expires_on >= on}
    able = [s for s in services if s.skills <= has]
    free = max(row.shifts[0].start, promised("all_day", on, tx.zone).start)
    here, lunch_due = row.start_place, bool(row.lunches)
    for _ in range(share if able else 0):
        service = min((dice.choice(able) for _ in range(2)), key=lambda s: s.duration_s)
        spot = min((dice.choice(spots) for _ in range(6)), key=lambda s: drive_s(here, s.point))
        if lunch_due and free + timedelta(seconds=service.duration_s + 900) > row.lunches[0].span.end:
            free = max(free, row.lunches[0].span.start) + timedelta(seconds=row.lunches[0].duration_s)
            lunch_due = False
        start = _on_step(free + timedelta(seconds=drive_s(here, spot.point)))
        end = start + timedelta(seconds=service.duration_s)
        if end + timedelta(seconds=drive_s(spot.point, row.end_place)) > row.shifts[0].end or not _promisable(
            start, on, tx
        ):
            return
        yield spot, service, start
        free, here = end, spot.point


def _promisable(start: datetime, on: date, tx: Tx) -> bool:
    return promised("all_day", on, tx.zone).end >= start


def _on_step(at: datetime) -> datetime:
    over = timedelta(seconds=at.timestamp() % STEP.total_seconds())
    return at if not over else at + STEP - over


def _visit(ledger: Ledger, dice: random.Random, row: ProviderRow, spot: Spot, service: Service, start: datetime, now: datetime,
           tx: Tx, on: date) -> None:  # fmt: skip
    end = start + timedelta(seconds=service.duration_s)
    done = end < now
    job, visit = _job(ledger, dice, spot, service, start, now, tx, on, S.COMPLETED if done else S.SCHEDULED)
    ledger.add(
        Assignment, appointment_id=visit, provider_id=row.id, role="lead", starts_at=start, ends_at=end, active=not done
    )
    if done:
        ledger.add(Event, at=end, occurred_at=end, by_name="fieldoffice", kind="visit.completed", entity="appointment", entity_id=visit,
                   job_id=job, customer_id=spot.customer_id, before={"state": "working"}, after={"state": "completed"}, note="",
                   no_fix="desktop", op_id=tx.op_id)  # fmt: skip


def _job(ledger: Ledger, dice: random.Random, spot: Spot, service: Service, start: datetime | None, now: datetime, tx: Tx, on: date,
         state: S = S.WAITING) -> tuple[int, int]:  # fmt: skip
    window = _window(dice, start, on, tx)
    made = min(now, window.start - timedelta(days=dice.randint(1, 9)))
    job = ledger.add(Job, public_id=new_public_id(), number=f"J{1001 + ledger.next_id.get('job', 0)}", customer_id=spot.customer_id,
                     location_id=spot.location_id, title=service.name, priority=dice.choices((1, 2, 3), (76, 19, 5))[0], notes="",
                     source="office", custom={}, on_hold=False, cancel_reason="", completed_by="", created_at=made, version=1)  # fmt: skip
    ledger.add(Line, job_id=job, item_id=service.id, kind="service", name=service.name, quantity_milli=1000,
               unit_price_cents=service.price, tax_ppm=60_000, duration_s=service.duration_s, outdoor=service.outdoor, position=0,
               added_by="fieldoffice", version=1)  # fmt: skip
    for skill in service.skill_ids:
        ledger.add(JobSkill, job_id=job, skill_id=skill)
    visit = ledger.add(Appointment, public_id=new_public_id(), job_id=job, state=state.value, starts_at=start,
                       duration_s=service.duration_s, window_kind=_kind(window), window_from_at=window.start,
                       window_to_at=window.end, locked=False, ical_sequence=0, created_at=made, version=1,
                       entered_at=start if state is S.COMPLETED else None)  # fmt: skip
    return job, visit


def _window(dice: random.Random, start: datetime | None, on: date, tx: Tx) -> Span:
    if start is None:
        return promised(dice.choice(("all_day", "am", "pm")), on, tx.zone)
    whole = promised("all_day", on, tx.zone)
    halves = [w for kind in ("am", "pm") if (w := promised(kind, on, tx.zone)).start <= start <= w.end]
    return halves[0] if (halves and dice.random() < 0.55) or not whole.start <= start <= whole.end else whole


def _kind(window: Span) -> str:
    hours = (window.end - window.start).total_seconds() / 3600
    return "all_day" if hours > 6 else "am" if hours < 4.5 else "pm"


def _services(tx: Tx, pace: float) -> list[Service]:
    names = {row.id: row.name for row in tx.all(select(SkillRow))}
    needs: dict[int, list[int]] = {}
    for item_id, skill_id in tx.session.execute(select(ItemSkill.item_id, ItemSkill.skill_id)):
        needs.setdefault(item_id, []).append(skill_id)
    return [
        Service(i.id, i.name, i.price_cents, round(i.duration_s * pace / 300) * 300, frozenset(names[s] for s in needs.get(i.id, ())),
                tuple(needs.get(i.id, ())), i.outdoor)
        for i in tx.all(select(CatalogItem).where(CatalogItem.kind == "service"))
    ]  # fmt: skip


def _spots(tx: Tx) -> list[Spot]:
    query = select(Location.customer_id, Location.id, Location.lat, Location.lon).where(Location.lat.is_not(None))
    return [Spot(customer, id, (lat or 0.0, lon or 0.0)) for customer, id, lat, lon in tx.session.execute(query)]


def _counters(tx: Tx) -> None:
    """Let the numbers of customers and jobs go on where the rows that were written by hand end."""
    for name, table in (("customer", Customer), ("job", Job)):
        count = int(tx.session.scalar(select(func.count()).select_from(table)) or 0)
        found = tx.session.execute(
            update(Counter).where(Counter.name == name).values(last=1000 + count).returning(Counter.id)
        )
        if found.first() is None:
            tx.add(Counter(name=name, last=1000 + count))

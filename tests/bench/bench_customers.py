"""Customers: the list of 100,000 and its filters beside plain SELECTs of the same rows, a profile, duplicates, a merge."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any, cast

from sqlalchemy import TableClause, insert, select, text

from fieldoffice import schema
from fieldoffice.models.appointment import Appointment
from fieldoffice.models.base import Table, new_public_id
from fieldoffice.models.customer import Customer, Location, searchable
from fieldoffice.models.job import Job
from fieldoffice.office import Office, Tx
from fieldoffice.services.backups.rows import go_on_counting
from fieldoffice.services.customers import find
from fieldoffice.services.customers.duplicates import everybody
from fieldoffice.services.customers.filtering import Filter
from fieldoffice.services.customers.history import history
from fieldoffice.services.customers.listing import customer_page
from fieldoffice.services.customers.profile import customer_sheet
from fieldoffice.services.customers.selection import Selection, selected_ids
from tests import make
from tests.bench.bench_office import _folder, _server

Measure = tuple[str, float, str]
MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
CUSTOMERS = int(os.environ.get("BENCH_CUSTOMERS", "100000"))
ROUNDS = 5
STREETS = ("Elm Street", "Oak Avenue", "First Street NW", "Birch Court", "Main Street", "Maple Drive")
CITIES = ("Washington", "Arlington", "Bethesda", "Alexandria")
FIRST = ("Ann", "Bob", "Carol", "Dan", "Eve", "Frank", "Grace", "Hal", "Ivy", "Jack", "Änne", "José")
LAST = ("Smith", "Jones", "Müller", "Garcia", "Khan", "Lee", "Novak", "Rossi", "Silva", "Weber", "Young", "Zhou")


def measures() -> Iterator[Measure]:
    """(name, ratio, words), smaller is better; each SELECT beside a page asks for the same rows of `customer` alone."""
    with _folder() as folder:
        yield from _of("SQLite", f"sqlite:///{folder / 'customers.db'}")
    with _server() as where:
        yield from _of("PostgreSQL", where)


ACTIVE = "from customer where active"
ROWS = "select * {0} order by search limit 200 offset {1}"
OWED = """id in (select job.customer_id from job join appointment a on a.job_id = job.id
          where a.state in ('waiting', 'scheduled', 'dispatched', 'en_route', 'arrived', 'working', 'paused', 'held'))"""
BARE = "id in (select customer_id from location where active and lat is null)"
LAST = """select c.id from customer c left join (
            select j.customer_id, max(a.starts_at) m from appointment a join job j on j.id = a.job_id
            where a.state in ('completed', 'partly_done') group by 1) v on v.customer_id = c.id
          where c.active order by v.m desc limit 200"""


def _of(kind: str, address: str) -> Iterator[Measure]:
    office = Office(address, clock=lambda: MONDAY)
    schema.upgrade(office.engine)
    make.small(office)
    _fill(office, _rows())
    _settle(office)
    word = "instr(search, 'mull') > 0" if kind == "SQLite" else "strpos(search, 'mull') > 0"
    for name, filter, where in (
        ("first rows", Filter(), ""),
        ("search 'mull'", Filter("mull"), f" and {word}"),
        ("open work", Filter(open_work=True), f" and {OWED}"),
        ("unplaced", Filter(unplaced=True), f" and {BARE}"),
    ):
        yield _page(office, f"list, {name}, {kind}", filter, f"{ACTIVE}{where}")
    yield _page(office, f"list, last page, {kind}", Filter(), ACTIVE, offset=CUSTOMERS - 250)
    yield _beside(office, f"list, by last visit, {kind}", lambda tx: customer_page(tx, Filter(), sort="last", descending=True),
                  LAST, f"select count(*) {ACTIVE}")  # fmt: skip
    everyone = Selection(filter=Filter())
    for name, query, plain in (
        ("quick search", lambda tx: find(tx, "mull", limit=20), f"select * {ACTIVE} and {word} order by search limit 20"),
        ("select all", lambda tx: selected_ids(tx, everyone), f"select id {ACTIVE} order by search"),
        ("profile", lambda tx: customer_sheet(tx, 500), "select * from customer where id = 500"),
        ("history", lambda tx: history(tx, 500), "select * from event where entity = 'customer' and entity_id = 500"),
    ):
        yield _beside(office, f"{name}, {kind}", query, plain)
    yield _duplicates(office, kind)
    office.close()


def _duplicates(office: Office, kind: str) -> Measure:
    """Finding pairs among all, beside reading what is compared."""
    base, found = _median(lambda: office.see(everybody)), office.see(everybody)
    began = time.perf_counter()
    pairs = len(found.pairs())
    took = base + time.perf_counter() - began
    return f"duplicates, {kind}", took / base, f"{took * 1000:.0f} ms to find {pairs:,} pairs; reading alone {base * 1000:.0f} ms"


def _page(office: Office, name: str, filter: Filter, rows: str, *, offset: int = 0) -> Measure:
    """A page with its total and all that its columns show, beside the two SELECTs of the rows and of their number."""
    return _beside(office, name, lambda tx: customer_page(tx, filter, offset=offset), ROWS.format(rows, offset), f"select count(*) {rows}")


def _beside(office: Office, name: str, query: Callable[[Tx], object], *plain: str) -> Measure:
    def bare(tx: Tx) -> object:
        return [tx.session.connection().execute(text(one)).all() for one in plain]

    took, base = (_median(lambda what=what: office.see(what)) for what in (query, bare))
    return name, took / base, f"{took * 1000:.1f} ms; the plain SELECT {base * 1000:.1f} ms"


def _median(once: Callable[[], object]) -> float:
    once()
    took: list[float] = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        once()
        took.append(time.perf_counter() - began)
    return median(took)


Rows = tuple[tuple[type[Table], list[dict[str, Any]]], ...]


def _fill(office: Office, written: Rows) -> None:
    """Table by table, since a server ends a transaction that idles while Python thinks."""

    def write(tx: Tx, table: type[Table], rows: list[dict[str, Any]]) -> None:
        tx.session.connection().execute(insert(cast(TableClause, table.__table__)), rows)
        go_on_counting(tx.session.connection(), table.__tablename__)

    for table, rows in written:
        for n in range(0, len(rows), 5_000):
            office.do(write, table, rows[n : n + 5_000])


def _rows() -> Rows:
    """Customers with an address each, every second one with a job; every tenth visit is still ahead."""
    dice = random.Random(7)
    ids = range(100, 100 + CUSTOMERS)
    places = [_place(id, dice) for id in ids]
    people = [_person(id, dice, place) for id, place in zip(ids, places, strict=True)]
    jobs = [_job(id) for id in ids if id % 2 == 0]
    visits = [_visit(id, ahead=id % 20 == 0) for id in ids if id % 2 == 0]
    return (Customer, people), (Location, places), (Job, jobs), (Appointment, visits)


def _place(id: int, dice: random.Random) -> dict[str, Any]:
    lat, lon = (None, None) if id % 50 == 0 else (38.9, -77.0)
    return {"id": id, "public_id": new_public_id(), "customer_id": id, "kind": "service", "label": "", "placed_by": "", "notes": "",
            "street": f"{dice.randrange(1, 9000)} {dice.choice(STREETS)}", "city": dice.choice(CITIES), "region": "DC",
            "postal_code": f"200{id % 40:02d}", "country": "US", "lat": lat, "lon": lon, "active": True, "version": 1}  # fmt: skip


def _person(id: int, dice: random.Random, place: dict[str, Any]) -> dict[str, Any]:
    name, number, email = f"{dice.choice(FIRST)} {dice.choice(LAST)}", f"C{900_000 + id}", f"c{id}@example.com"
    phone = f"(202) {dice.randrange(200, 999)}-{dice.randrange(10_000):04d}"
    return {"id": id, "public_id": new_public_id(), "number": number, "name": name, "email": email, "phone": phone, "kind": "residential",
            "channel": "email", "language": "en", "notes": "", "custom": {}, "active": True, "requests_allowed": True, "version": 1,
            "created_at": MONDAY, "search": searchable(name, number, email, phone, place["street"], place["city"])}  # fmt: skip


def _job(id: int) -> dict[str, Any]:
    return {"id": id, "public_id": new_public_id(), "number": f"J{900_000 + id}", "customer_id": id, "location_id": id, "title": "Leak",
            "priority": 1, "notes": "", "source": "office", "custom": {}, "on_hold": False, "cancel_reason": "", "completed_by": "",
            "created_at": MONDAY, "version": 1}  # fmt: skip


def _visit(id: int, *, ahead: bool) -> dict[str, Any]:
    at = MONDAY + timedelta(days=id % 30 + 1) if ahead else MONDAY - timedelta(days=id % 300 + 1)
    return {"id": id, "public_id": new_public_id(), "job_id": id, "state": "scheduled" if ahead else "completed", "starts_at": at,
            "duration_s": 3600, "window_kind": "all_day", "locked": False, "ical_sequence": 0, "crew": 1, "created_at": MONDAY,
            "version": 1}  # fmt: skip


def _settle(office: Office) -> None:
    """Let both engines know their tables, as they do after some hours of work."""
    with office.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("analyze"))
    assert office.see(lambda tx: len(tx.all(select(Customer.id).limit(5)))) == 5


if __name__ == "__main__":
    for measure, ratio, words in measures():
        print(f"{measure:<38} {ratio:>10.2f}   {words}", flush=True)

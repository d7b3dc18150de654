"""The sample companies: every past day keeps the rules, every state occurs, and the same day gives the same company."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from fieldoffice.models.appointment import Appointment, Assignment
from fieldoffice.models.billing import Invoice, Payment
from fieldoffice.models.booking import BookingRequest
from fieldoffice.models.customer import Customer, Location
from fieldoffice.models.errors import NotAllowed
from fieldoffice.models.job import Job
from fieldoffice.models.log import Event
from fieldoffice.models.message import OutboxMessage
from fieldoffice.models.states import AppointmentState
from fieldoffice.models.tables import metadata
from fieldoffice.models.web import PrivateLink
from fieldoffice.office import Office, Tx
from fieldoffice.services import customers
from fieldoffice.services.backups import check_books
from fieldoffice.services.books.freezing import frozen_invoice, frozen_receipt, frozen_sender
from fieldoffice.services.books.ledger import open_items
from fieldoffice.services.books.periods import closed
from fieldoffice.services.books.verifying import prove_books
from fieldoffice.services.dispatch.board import board
from fieldoffice.services.jobs.finding import job_page
from fieldoffice.services.jobs.opening import NewJob, Promise, open_job
from fieldoffice.services.planning.apply import violations
from fieldoffice.services.planning.day import as_planned, day_plan
from fieldoffice.services.sample import bulk, opening
from fieldoffice.services.sample.debts import old_debts
from fieldoffice.services.sample.make import make_small, sample_now
from fieldoffice.settings import Settings
from tests.conftest import Clock

pytestmark = pytest.mark.xdist_group("sample")  # one process makes the company that most of these look at
ELEVEN = datetime(2026, 3, 12, 15, 0, tzinfo=UTC)  # 11 in the morning in Washington, a Thursday after the clocks changed
TODAY = date(2026, 3, 12)
NEVER_ALIKE = {("company", "number"), ("event", "op_id"), ("operation", "op_id"), ("invoice_line", "id"), ("invoice_tax", "id")}
"""Columns drawn at random in every company, beside the public ids; and ids that a draft used up which was written anew."""


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A small sample with nine days behind it, on SQLite; the tests only look at it."""
    path = tmp_path_factory.mktemp("sample") / "lived.db"
    office = _empty(f"sqlite:///{path}")
    make_small(office, ELEVEN, back=9, ahead=3)
    yield office
    office.close()


def _empty(address: str) -> Office:
    from fieldoffice import schema

    office = Office(address, clock=lambda: ELEVEN)
    schema.upgrade(office.engine)
    return office


def _count(office: Office, table: Any) -> int:
    return office.see(lambda tx: int(tx.session.scalar(select(func.count()).select_from(table)) or 0))


def _broken_days(office: Office, first: date, days: int) -> dict[date, list[str]]:
    """What the plan check says against each day as it was planned."""
    each = (first + timedelta(days=n) for n in range(days))
    said = {on: list(violations(day_plan(as_planned(office.see(board, on))))) for on in each}
    return {on: words for on, words in said.items() if words}


def test_every_past_day_passes_the_plan_check(lived: Office) -> None:
    assert len(lived.see(board, TODAY - timedelta(days=1)).cards) >= 15
    assert _broken_days(lived, TODAY - timedelta(days=9), 9) == {}


def test_every_state_of_a_visit_occurs(lived: Office) -> None:
    def seen(tx: Tx) -> set[str]:
        entered = {event.after.get("state", "") for event in tx.all(select(Event).where(Event.entity == "appointment"))}
        return entered | set(tx.all(select(Appointment.state).distinct()))

    assert set(AppointmentState) - lived.see(seen) == set()


def test_what_stands_on_its_boards_shows_each_kind_of_thing(lived: Office) -> None:
    now = set(lived.see(lambda tx: tx.all(select(Appointment.state).distinct())))
    assert {"waiting", "held", "scheduled", "completed", "partly_done", "not_done", "cancelled"} <= now
    assert now & {"en_route", "arrived", "working", "paused"}
    cards = lived.see(board, TODAY + timedelta(days=1)).cards
    assert [any(c.locked for c in cards), any(c.overridden for c in cards), any(len(c.provider_ids) > 1 for c in cards)] == [True] * 3
    assert [c.photos for c in lived.see(board, TODAY).cards[:4]] == [1] * 4
    on_hold = lived.see(lambda tx: tx.all(select(Job.number).where(Job.on_hold)))
    assert len(on_hold) == 1


def test_the_log_is_in_the_order_of_time_and_the_books_agree(lived: Office) -> None:
    moments = lived.see(lambda tx: tx.all(select(Event.at).order_by(Event.id)))
    assert [(a, b) for a, b in zip(moments, moments[1:], strict=False) if b < a] == []
    assert (moments[-1] <= ELEVEN, len(moments) > 1000) == (True, True)
    assert check_books(lived.engine) == []


def test_nothing_is_entered_ahead_of_its_time(lived: Office) -> None:
    """What is over or running has begun before now; what is planned for later has not."""
    begun = {"en_route", "arrived", "working", "paused", "completed", "partly_done", "not_done"}
    late = lived.see(lambda tx: tx.all(select(Appointment.entered_at).where(Appointment.state.in_(begun))))
    assert all(at is not None and at <= ELEVEN for at in late)
    ahead = lived.see(board, TODAY + timedelta(days=1), 3).cards
    assert {c.state for c in ahead} <= {AppointmentState.SCHEDULED, AppointmentState.HELD}


def test_the_same_day_gives_the_same_company_on_both_engines(new_address: Callable[..., str]) -> None:
    """Made twice, and the second time on the other engine."""
    made = {}
    for kind in ("sqlite", "postgres"):
        office = Office(new_address(kind), clock=lambda: ELEVEN)
        make_small(office, ELEVEN, back=3, ahead=1)
        made[kind] = office.see(_rows)
        assert (check_books(office.engine), _broken_days(office, TODAY - timedelta(days=3), 3)) == ([], {})
        office.close()
    assert len(made["sqlite"]["event"]) > 300
    assert {name: made["postgres"][name] == rows for name, rows in made["sqlite"].items()} == dict.fromkeys(made["sqlite"], True)


def _rows(tx: Tx) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, without what is drawn at random. The topics count transactions, whose retries may differ."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for name, table in metadata.tables.items():
        if name != "topic":
            kept = [c for c in table.c if c.name != "public_id" and (name, c.name) not in NEVER_ALIKE]
            found[name] = [tuple(row) for row in tx.session.execute(select(*kept).order_by(table.c.id))]
    return found


SIZE = bulk.Size(providers=3, customers=300, per_day=14, back=9, ahead=3)


def test_a_larger_company_keeps_the_rules_and_goes_on_counting(office: Office, clock: Clock) -> None:
    clock.at = ELEVEN
    bulk._make(office, ELEVEN, lambda what, share: None, SIZE)
    assert check_books(office.engine) == []
    assert _broken_days(office, TODAY - timedelta(days=9), 9) == {}
    assert _count(office, Customer) == 300
    assert 80 <= _count(office, Assignment) <= 14 * 13
    marked = office.see(lambda tx: tx.all(select(Location.placed_by).distinct().order_by(Location.placed_by)))
    assert set(marked) == {"", "generated", "public data"}
    opened = office.do(_one_more)
    assert opened == f"J{1001 + _count(office, Job) - 1}"
    assert len(office.see(board, TODAY).cards) > 0


def test_a_large_day_has_a_thousand_visits_for_a_hundred_providers(sqlite_office: Office) -> None:
    bulk._make(sqlite_office, ELEVEN, lambda what, share: None, replace(bulk.LARGE, customers=400, back=1, ahead=0))
    seen = sqlite_office.see(board, TODAY - timedelta(days=1))
    assert (len(seen.providers), len(seen.cards) >= 950) == (100, True)
    assert _broken_days(sqlite_office, TODAY - timedelta(days=1), 1) == {}
    assert (bulk.LARGE.back + 1 + 10) * bulk.LARGE.per_day >= 300_000  # the days ahead are planned in part


def _one_more(tx: Tx) -> str:
    """A customer, a place and a job after the rows that were written by hand."""
    customer = customers.add_customer(tx, name="Nadia Next")
    place = customers.add_location(tx, customer, street="9 Ninth Street NW")
    return open_job(tx, NewJob(customer, place, (), Promise(), title="Look at a leak")).number


@pytest.mark.parametrize(
    ("at", "then"),
    [
        (datetime(2026, 3, 12, 15, 0, tzinfo=UTC), datetime(2026, 3, 12, 15, 0, tzinfo=UTC)),
        (datetime(2026, 3, 12, 3, 0, tzinfo=UTC), datetime(2026, 3, 11, 15, 0, tzinfo=UTC)),  # 23:00 of the 11th there
        (datetime(2026, 3, 8, 9, 0, tzinfo=UTC), datetime(2026, 3, 8, 15, 0, tzinfo=UTC)),  # clocks changed at 2
        (datetime(2026, 1, 5, 22, 0, tzinfo=UTC), datetime(2026, 1, 5, 16, 0, tzinfo=UTC)),  # winter time
    ],
)
def test_the_sample_lives_at_office_hours(at: datetime, then: datetime) -> None:
    assert sample_now(at) == then


def tiny(office: Office, now: datetime, tell: Any) -> datetime:
    """A maker for tests of how a sample is kept."""
    return bulk._make(office, now, tell, bulk.Size(providers=2, customers=1, per_day=2, back=0, ahead=1))


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(opening, "_maker", lambda size: tiny)
    return Settings(tmp_path / "home")


def test_a_sample_is_made_once_a_day_and_never_left_half_made(kept: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime.now(UTC)
    address = opening.open_sample(kept, now, lambda what, share: None)
    path = kept.sample_file("small")
    assert (address, path.exists()) == (f"sqlite:///{path}", True)
    first = path.stat().st_ino
    opening.open_sample(kept, now, lambda what, share: None)
    assert path.stat().st_ino == first

    def broken(office: Office, now: datetime, tell: Any) -> datetime:
        tiny(office, now, tell)
        raise RuntimeError("interrupted")

    monkeypatch.setattr(opening, "_maker", lambda size: broken)
    with pytest.raises(RuntimeError):
        opening.open_sample(kept, now + timedelta(days=1), lambda what, share: None)
    assert (path.stat().st_ino, [p.name for p in kept.home.iterdir()]) == (first, [path.name])


def test_the_clock_of_a_sample_is_ahead_and_that_of_a_company_is_not(kept: Settings, office: Office) -> None:
    from tests import make

    night = datetime(2026, 3, 12, 6, 0, tzinfo=UTC)  # two in the morning there
    address = opening.make(kept, "small", night).address
    sample = Office(address)
    assert opening.clock_of(sample) == timedelta(hours=9)
    sample.close()
    make.small(office)
    assert opening.clock_of(office) == timedelta(0)


def test_a_sample_is_not_poured_into_a_company(kept: Settings, address: str, office: Office) -> None:
    from tests import make

    made = make.small(office)
    make.job(office, made)
    with pytest.raises(NotAllowed, match="already holds a company"):
        opening.make(kept, "small", ELEVEN, address=address)
    assert len(office.see(job_page).rows) == 1


def test_some_visits_were_booked_online_in_the_last_days(lived: Office) -> None:
    rows = lived.see(lambda tx: tx.all(select(BookingRequest).where(BookingRequest.kind == "booking").order_by(BookingRequest.id)))
    assert [row.state for row in rows] == ["confirmed"] * 3
    assert all(ELEVEN - timedelta(days=3) < row.created_at < ELEVEN for row in rows)
    assert len({row.customer_id for row in rows}) == 3
    visits = lived.see(lambda tx: tx.all(select(Appointment).where(Appointment.id.in_([row.appointment_id for row in rows]))))
    assert all(visit.starts_at is not None and visit.starts_at > ELEVEN and visit.state == "scheduled" for visit in visits)
    ids, jobs = [visit.id for visit in visits], [visit.job_id for visit in visits]
    assert lived.see(lambda tx: tx.all(select(OutboxMessage.id).where(OutboxMessage.job_id.in_(jobs)))) == []
    assert lived.see(lambda tx: tx.all(select(PrivateLink.id).where(PrivateLink.entity_id.in_(ids)))) == []


# -- money


def _proven(office: Office) -> dict[str, int]:
    """The proof of the books finds nothing; how much it looked at."""
    proof = office.see(prove_books)
    assert proof.findings == ()
    return dict(proof.counts)


def test_the_books_of_the_small_sample_are_proven_and_show_each_kind_of_thing(lived: Office) -> None:
    assert _proven(lived)["sums of papers"] > 50

    def look(tx: Tx) -> tuple[set[str], set[str], Any]:
        papers = set(tx.all(select(Invoice.kind).distinct()))
        money = {f"{kind} {state}" for kind, state in tx.session.execute(select(Payment.kind, Payment.state))}
        return papers, money, closed(tx).closed_on

    papers, money, shut = lived.see(look)
    assert papers == {"invoice", "credit", "charge"}
    assert {"payment received", "payment reversed", "deposit received", "write_off received"} <= money
    assert shut == date(2026, 2, 28)


def test_old_debts_fill_the_ages(sqlite_office: Office, clock: Clock) -> None:
    from tests import make

    made, first = make.small(sqlite_office), date(2026, 3, 2) - timedelta(days=91)
    sqlite_office.do(lambda tx: setattr(tx.get(Customer, made.customer), "kind", "commercial"))
    for n in range(92):
        sqlite_office.do(old_debts, first + timedelta(days=n), date(2026, 3, 2), first=n == 0)
    late = [(date(2026, 3, 2) - item.due_on).days for item in sqlite_office.see(open_items)]
    assert sorted(late) == [10, 40, 70, 91]  # nothing lies before the first day
    assert _proven(sqlite_office)["sums of papers"] == 4


def test_papers_that_were_written_by_the_thousand_say_what_a_posted_one_says(lived: Office) -> None:
    def look(tx: Tx) -> None:
        paper = tx.all(select(Invoice).where(Invoice.kind == "invoice", Invoice.location_id.is_not(None)).order_by(Invoice.id).limit(1))[0]
        named = {"sender": frozen_sender(tx)}  # the company may have changed since
        assert frozen_invoice(tx, paper, []) == paper.frozen | named
        paid = tx.all(select(Payment).where(Payment.kind == "payment", Payment.state == "received").order_by(Payment.id).limit(1))[0]
        assert frozen_receipt(tx, paid, [(part["number"], part["cents"]) for part in paid.frozen["parts"]]) == paid.frozen | named
        assert set(paper.frozen["sender"]) == set(named["sender"])

    lived.see(look)


def test_the_books_of_a_larger_company_are_proven(sqlite_office: Office) -> None:
    bulk._make(sqlite_office, ELEVEN, lambda what, share: None, SIZE)
    assert _proven(sqlite_office)["sums of papers"] > 50

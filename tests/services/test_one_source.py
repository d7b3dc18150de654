"""One source of drives: whoever shows a drive takes it from the office's choice, so all of them tell the same minutes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import delete, select

from fieldoffice.integrations.roads import RoadClient
from fieldoffice.models.log import Task
from fieldoffice.office import Office, Tx
from fieldoffice.services import providers, tasks
from fieldoffice.services.availability import why_not
from fieldoffice.services.booking.offer import WantedVisit
from fieldoffice.services.booking.slots import best_slots
from fieldoffice.services.calendar import day_span
from fieldoffice.services.daysheets import day_sheets
from fieldoffice.services.dispatch import moves
from fieldoffice.services.dispatch.board import board
from fieldoffice.services.dispatch.fitting import STEP, best_start, on_step
from fieldoffice.services.dispatch.rows import Board
from fieldoffice.services.geo import Point, drive_m, drive_s
from fieldoffice.services.overview.plain import plain_board
from fieldoffice.services.planning.day import plan_day
from fieldoffice.services.travel import known
from fieldoffice.services.travel.choice import LOOK_AHEAD, choose_travel
from fieldoffice.services.travel.drives import Drives, Pairs, key_of
from fieldoffice.services.travel.filling import look_ahead
from fieldoffice.ui.schedule.carry import Carry, Kind
from fieldoffice.ui.schedule.fits import Judge
from fieldoffice.ui.schedule.layout import figures
from fieldoffice.ui.schedule.legs import board_legs
from fieldoffice.ui.schedule.scenes import scene_of
from tests import make
from tests.conftest import Clock
from tests.integrations.peer import Peer, peer
from tests.make import DEPOT, PLACES, TODAY, at
from tests.services.osrm import drive, table

STOPS = (PLACES[1], PLACES[4], PLACES[8])
NEW = PLACES[6]
"""Where one more visit is wanted."""


@dataclass(frozen=True)
class Told:
    """An office with a choice of its own, Ana's three visits of today, one visit in the tray, and how long drives take there."""

    office: Office
    made: make.Made
    seconds: Callable[[Point, Point], int]
    meters: Callable[[Point, Point], int]
    waiting: int

    @property
    def route(self) -> list[tuple[Point, Point]]:
        return list(pairwise((DEPOT, *STOPS, DEPOT)))

    @property
    def drives(self) -> list[int]:
        return [self.seconds(a, b) for a, b in self.route]

    def added(self, before: Point, place: Point, after: Point) -> int:
        return self.seconds(before, place) + self.seconds(place, after) - self.seconds(before, after)


@pytest.fixture
def server() -> Iterator[Peer]:
    with peer(table) as running:
        yield running


@pytest.fixture(params=["speed", "roads"])
def told(request: Any, office: Office, server: Peer) -> Told:
    made = make.small(office)
    for n, (hour, place) in enumerate(zip((9, 11, 14), STOPS, strict=True)):
        visit(office, made, f"Customer {n}", place, hour)
    waiting = visit(office, made, "Wanda Waiting", NEW, None)
    if request.param == "speed":
        office.do(choose_travel, kmh=17, detour_percent=180)
        return Told(office, made, lambda a, b: drive_s(a, b, 1.8, 17), lambda a, b: drive_m(a, b, detour=1.8), waiting)
    office.do(choose_travel, source="osrm", url=server.url)
    work_off(office)
    return Told(office, made, lambda a, b: drive(a[::-1], b[::-1]), lambda a, b: 2 * drive(a[::-1], b[::-1]), waiting)


def visit(office: Office, made: make.Made, name: str, place: Point, hour: int | None) -> int:
    customer, location = make.customer(office, name, PLACES.index(place))
    job = make.job(office, replace(made, customer=customer), location=location)
    if hour is not None:
        office.do(moves.place, job.appointment_id, version=1, provider_ids=(made.ana,), starts_at=at(hour), override="a test")
    return job.appointment_id


def work_off(office: Office) -> None:
    """The background work that is due now."""
    while tasks.run_one(office, None, RoadClient):
        pass


def day(told: Told) -> Board:
    return told.office.see(board, TODAY)


# -- each surface tells the drives of the choice


def test_the_estimate_of_an_office_that_chose_none_is_another(told: Told) -> None:
    assert all(abs(seconds - drive_s(a, b)) > 60 for seconds, (a, b) in zip(told.drives, told.route, strict=True))


@pytest.mark.requirement("0.16")
def test_the_legs_the_load_and_the_map_of_the_board(told: Told) -> None:
    seen = day(told)
    assert [leg.drive_s for leg in board_legs(seen)[told.made.ana]] == told.drives
    assert figures(seen).loads[told.made.ana][0].drive_s == sum(told.drives)
    plain = told.office.see(plain_board, TODAY)
    assert figures(plain).loads[told.made.ana][0].drive_s == sum(told.drives)
    minutes, meters = round(sum(told.drives) / 60), sum(told.meters(a, b) for a, b in told.route)
    assert scene_of(seen).routes[0].summary == f"3 stops · {minutes} min · {meters / 1000:.0f} km"


@pytest.mark.requirement("0.16")
def test_a_visit_in_the_hand_is_judged_by_the_same_drives(told: Told) -> None:
    seen, ana = day(told), told.made.ana
    card = next(card for card in seen.tray if card.id == told.waiting)
    verdict = Judge(seen, [card.id]).verdict(ana, card.wanted, at(12, 30))
    assert verdict.added_s == told.added(STOPS[1], NEW, STOPS[2])
    soon = at(12) + timedelta(seconds=told.seconds(STOPS[1], NEW))
    judge = Judge(seen, [card.id])
    assert late(judge.verdict(ana, card.wanted, soon).reasons) == []
    assert late(judge.verdict(ana, card.wanted, soon - timedelta(seconds=1)).reasons) == ["Late by 1 min coming from Customer 1"]
    stands = next(card for card in seen.cards if card.place == STOPS[0])
    hand = Carry(seen, (stands, card), Kind.PLACE)
    hand.aim(0, at(12))
    gap = hand.moves()[1].starts_at - at(13)
    assert gap == timedelta(seconds=-(-told.seconds(STOPS[0], NEW) // 300) * 300)


@pytest.mark.requirement("0.16")
def test_putting_it_there_warns_in_the_same_words(told: Told) -> None:
    seen, ana = day(told), told.made.ana
    card = next(card for card in seen.tray if card.id == told.waiting)
    when = at(12) + timedelta(seconds=told.seconds(STOPS[1], NEW) - 60)
    on_board = [f"Wanda Waiting: {words}" for words in late(Judge(seen, [card.id]).verdict(ana, card.wanted, when).reasons)]
    change = told.office.do(moves.place, card.id, version=card.version, provider_ids=(ana,), starts_at=when, override="a test")
    assert [words for words in change.warnings if "ate by" in words] == on_board == ["Wanda Waiting: Late by 1 min coming from Customer 1"]


@pytest.mark.requirement("0.16")
def test_the_place_that_the_map_finds_for_it(told: Told) -> None:
    seen = day(told)
    card = next(card for card in seen.tray if card.id == told.waiting)
    row = next(row for row in seen.providers if row.id == told.made.ana)
    diary = row.diary(seen.cards, seen.drives)
    found = best_start(diary, card.wanted, day_span(TODAY, make.ZONE))
    stops = [*zip((9, 11, 14), STOPS, strict=True)]
    behind = {on_step(at(hour + 1) + timedelta(seconds=told.seconds(stop, NEW))) for hour, stop in stops}
    before = {on_step(at(hour - 1) - STEP - timedelta(seconds=told.seconds(NEW, stop))) for hour, stop in stops}
    assert found in behind | before | {on_step(at(8) + timedelta(seconds=told.seconds(DEPOT, NEW)))}
    assert why_not(diary, card.wanted, found) == ()


@pytest.mark.requirement("0.19")
def test_the_day_sheet(told: Told) -> None:
    sheet = told.office.see(day_sheets, TODAY, (told.made.ana,))[0]
    assert [stop.drive_s for stop in sheet.stops] + [sheet.drive_back_s] == told.drives
    assert [stop.drive_m for stop in sheet.stops] + [sheet.drive_back_m] == [told.meters(a, b) for a, b in told.route]


def test_the_load_of_providers(told: Told) -> None:
    line = next(one for one in told.office.see(providers.providers).lines if one.name == "Ana")
    assert line.load.drive_s == sum(told.drives)


@pytest.mark.requirement("0.4")
def test_the_free_times(told: Told) -> None:
    wanted = WantedVisit(3600, frozenset({"plumbing"}), NEW, excluded=frozenset({told.made.bo}))
    slots = told.office.see(best_slots, wanted, TODAY, 1, 99)
    assert slots
    stops = [(at(0), at(0), DEPOT), *((at(h), at(h + 1), place) for h, place in zip((9, 11, 14), STOPS, strict=True))]
    for slot in slots:
        before = max((stop for stop in stops if stop[1] <= slot.starts_at), key=lambda stop: stop[0])
        after = min((stop for stop in stops if stop[0] > slot.starts_at), key=lambda stop: stop[0], default=(at(17), at(17), DEPOT))
        assert slot.added_drive_s == max(0, told.added(before[2], NEW, after[2]))
        assert slot.starts_at >= before[1] + timedelta(seconds=told.seconds(before[2], NEW) if before[2] != DEPOT else 0)
        assert slot.starts_at + timedelta(seconds=3600 + told.seconds(NEW, after[2])) <= after[0]


@pytest.mark.requirement("0.16")
def test_the_plan(told: Told) -> None:
    plan = told.office.see(plan_day, TODAY)
    where = {point: n for n, point in enumerate(plan.problem.places)}
    assert [int(plan.problem.travel.seconds[where[a], where[b]]) for a, b in told.route] == told.drives
    assert [plan.given.drives.seconds(a, b) for a, b in told.route] == told.drives


# -- what is read, and what is asked


@pytest.mark.parametrize("few", [0, known.FEW])
def test_a_large_board_reads_only_the_drives_of_its_days(office: Office, server: Peer, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr(known, "FEW", few)
    made = make.small(office)
    for n, (hour, place) in enumerate(zip((9, 11, 14), STOPS, strict=True)):
        visit(office, made, f"Customer {n}", place, hour)
    office.do(choose_travel, source="osrm", url=server.url)
    work_off(office)
    seen = office.see(board, TODAY)
    assert isinstance(seen.drives.roads, Pairs)
    assert len(seen.drives.roads.known) == (12 if few else 4)
    assert [leg.drive_s for leg in board_legs(seen)[made.ana]] == [drive(a[::-1], b[::-1]) for a, b in pairwise((DEPOT, *STOPS, DEPOT))]


@pytest.mark.requirement("0.16")
def test_looking_asks_no_server_and_the_background_asks_once(office: Office, server: Peer, clock: Clock) -> None:
    made = make.small(office)
    visit(office, made, "Customer 0", STOPS[0], 9)
    office.do(choose_travel, source="osrm", url=server.url)
    seen = office.see(board, TODAY)
    assert [leg.drive_s for leg in board_legs(seen)[made.ana]] == [drive_s(DEPOT, STOPS[0]), drive_s(STOPS[0], DEPOT)]
    assert server.asked == []
    topics = office.topics()
    work_off(office)
    clock.forward(seconds=1)
    work_off(office)
    assert len(server.asked) == 1
    assert office.topics()["travel_time"] == topics.get("travel_time", 0) + 1
    due = task(office).due_at
    assert due == clock.at + timedelta(minutes=10)
    visit(office, made, "Customer 1", STOPS[1], 12)
    clock.forward(minutes=10)
    work_off(office)
    assert len(server.asked) == 2
    legs = board_legs(office.see(board, TODAY))[made.ana]
    assert [leg.drive_s for leg in legs] == [drive(a[::-1], b[::-1]) for a, b in pairwise((DEPOT, *STOPS[:2], DEPOT))]


def test_a_road_server_that_is_away_is_asked_less_and_less_and_the_estimate_stays(office: Office, clock: Clock) -> None:
    made = make.small(office)
    visit(office, made, "Customer 0", STOPS[0], 9)
    with peer(lambda path, body: (503, {"message": "busy"})) as server:
        office.do(choose_travel, source="osrm", url=server.url, kmh=50)
        work_off(office)
        assert task(office).last_error == "The road server 127.0.0.1 gave no usable answer: busy."
        waits = []
        for _ in range(3):
            waits.append(task(office).due_at - clock.at)
            clock.at = task(office).due_at
            work_off(office)
        assert waits == [timedelta(minutes=2), timedelta(minutes=4), timedelta(minutes=8)]
        assert len(server.asked) == 4
    seen = office.see(board, TODAY)
    assert board_legs(seen)[made.ana][0].drive_s == drive_s(DEPOT, STOPS[0], 1.3, 50)


def test_a_runner_looks_ahead_in_an_office_that_chose_its_server_before(sqlite_office: Office, server: Peer) -> None:
    made = make.small(sqlite_office)
    visit(sqlite_office, made, "Customer 0", STOPS[0], 9)
    sqlite_office.do(choose_travel, source="osrm", url=server.url)
    sqlite_office.do(lambda tx: tx.session.execute(delete(Task).where(Task.key == LOOK_AHEAD)))
    runner = tasks.Runner(sqlite_office, every_s=0.05, roads=RoadClient)
    runner.start()
    end = time.monotonic() + 20
    while not sqlite_office.see(board, TODAY).drives.by_roads and time.monotonic() < end:
        time.sleep(0.05)
    runner.stop()
    assert [leg.drive_s for leg in board_legs(sqlite_office.see(board, TODAY))[made.ana]] == [
        drive(a[::-1], b[::-1]) for a, b in ((DEPOT, STOPS[0]), (STOPS[0], DEPOT))]  # fmt: skip
    assert sqlite_office.do(look_ahead) is False


def test_an_office_without_a_road_server_asks_nobody(office: Office) -> None:
    make.small(office)
    office.do(choose_travel, kmh=50)
    work_off(office)
    assert task(office).done_at is not None


def test_a_detour_is_told_by_one_source() -> None:
    a, b, c = STOPS
    roads = {(key_of(a), key_of(b)): (100, 1000), (key_of(b), key_of(c)): (200, 2000)}
    assert Drives(roads=Pairs(roads)).added_s(a, b, c) == drive_s(a, b) + drive_s(b, c) - drive_s(a, c)
    roads[key_of(a), key_of(c)] = (250, 2500)
    assert Drives(roads=Pairs(roads)).added_s(a, b, c) == 50
    assert Drives(roads=Pairs(roads)).added_s(None, b, c) == 200


def late(reasons: Any) -> list[str]:
    return [reason.words for reason in reasons if reason.code == "late_by_drive"]


def task(office: Office) -> Task:
    def found(tx: Tx) -> Task:
        return tx.all(select(Task).where(Task.key == LOOK_AHEAD))[0]

    return office.see(found)

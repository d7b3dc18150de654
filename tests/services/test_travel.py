"""Drive times of an office: chosen, asked over real HTTP, kept, used in a plan, and estimated where nobody answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from fieldoffice.integrations.roads import RoadClient
from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.models.staff import Role
from fieldoffice.office import Office
from fieldoffice.services import company
from fieldoffice.services.edits import put_rows_back
from fieldoffice.services.geo import drive_m, drive_s
from fieldoffice.services.planning.day import plan_day
from fieldoffice.services.planning.given import points_of
from fieldoffice.services.routing.check import score_of
from fieldoffice.services.routing.solve import solve
from fieldoffice.services.travel import gather as gathering
from fieldoffice.services.travel.cache import FRESH, drives, keep_answers, missing
from fieldoffice.services.travel.choice import choose_travel, travel_choice
from fieldoffice.services.travel.drives import Drives, key_of
from fieldoffice.services.travel.gather import gather
from fieldoffice.services.travel.roads import Roads
from tests import make
from tests.integrations.peer import Peer, peer
from tests.make import TODAY
from tests.services.osrm import drive, table

POINTS = tuple(make.PLACES[:4])


@pytest.fixture
def server() -> Iterator[Peer]:
    with peer(table) as running:
        yield running


def asked_office(office: Office, url: str) -> make.Made:
    made = make.small(office)
    office.do(choose_travel, source="osrm", url=url)
    return made


@pytest.mark.requirement("0.16")
def test_road_times_are_asked_kept_and_planned_with(office: Office, server: Peer) -> None:
    made = asked_office(office, server.url)
    for n in range(4):
        customer, place = make.customer(office, f"Customer {n}", n + 2)
        make.job(office, replace(made, customer=customer), location=place)
    day = office.see(plan_day, TODAY)
    assert "has not answered" in day.problem.travel.source
    assert day.given.unknown is not None
    assert gather(office.seat(None), day.given.unknown, RoadClient("osrm", server.url)).failed == ""
    day = office.see(plan_day, TODAY)
    assert (day.given.unknown, day.problem.travel.source) == (None, "roads: OSRM at 127.0.0.1")
    for a, here in enumerate(day.problem.places):
        for b, there in enumerate(day.problem.places):
            expected = drive(here[::-1], there[::-1])
            assert abs(int(day.problem.travel.seconds[a, b]) - expected) <= 1
            assert abs(int(day.problem.travel.meters[a, b]) - 2 * expected) <= 2
    plan = solve(day.problem, seconds=1, iterations=300).plan
    legs = [day.problem.places[day.problem.visit(stop.visit_id).place or 0] for _, stop in plan]
    assert len(legs) == 4
    assert score_of(day.problem, plan).meters == pytest.approx(2 * score_of(day.problem, plan).drive_s, abs=20)
    before = len(server.asked)
    office.see(plan_day, TODAY)
    assert len(server.asked) == before


def test_only_what_is_missing_is_asked_and_in_blocks(office: Office, server: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "BLOCK", 2)
    asked_office(office, server.url)
    _, unknown = office.see(drives, POINTS)
    assert unknown is not None
    assert (unknown.pairs, len(office.see(missing, unknown))) == (12, 12)
    steps: list[tuple[int, int]] = []
    done = gather(office.seat(None), unknown, RoadClient("osrm", server.url), step=lambda n, of: not steps.append((n, of)))
    assert (done.kept, steps) == (12, [(1, 4), (2, 4), (3, 4), (4, 4)])
    known, unknown = office.see(drives, POINTS)
    assert unknown is None
    assert known.seconds(POINTS[0], POINTS[1]) != known.seconds(POINTS[1], POINTS[0])
    _, unknown = office.see(drives, (*POINTS, make.PLACES[7]))
    assert unknown is not None
    assert unknown.pairs == 8
    asked = len(server.asked)
    gather(office.seat(None), unknown, RoadClient("osrm", server.url))
    assert len(server.asked) - asked == 4  # of nine blocks those between the new place and the old ones


def test_a_server_that_stops_answering_leaves_what_it_said_and_the_estimate(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "BLOCK", 2)
    count: list[str] = []

    def twice(path: str, body: Any) -> tuple[int, Any]:
        count.append(path)
        return table(path, body) if len(count) < 3 else (503, {"message": "busy"})

    with peer(twice) as server:
        asked_office(office, server.url)
        _, unknown = office.see(drives, POINTS)
        assert unknown is not None
        done = gather(office.seat(None), unknown, RoadClient("osrm", server.url))
    assert (done.kept, done.failed) == (6, "The road server 127.0.0.1 gave no usable answer: busy.")
    known, _ = office.see(drives, POINTS)
    made = known.matrix(POINTS)
    assert made.source == "roads: OSRM at 127.0.0.1; 6 of 12 drives by estimate: straight line × 1.3 at 35 km/h"
    assert int(made.seconds[2, 0]) == drive_s(POINTS[2], POINTS[0])
    assert int(made.meters[2, 0]) == drive_m(POINTS[2], POINTS[0])
    assert int(made.seconds[0, 1]) == pytest.approx(drive(POINTS[0][::-1], POINTS[1][::-1]), abs=1)


def test_answers_grow_old_and_belong_to_their_server(office: Office, clock: Any) -> None:
    asked_office(office, "http://roads.example:5000")
    choice = office.see(travel_choice)
    rows = [(key_of(a), key_of(b), 300, 4000) for a in POINTS for b in POINTS if a != b]
    assert office.do(keep_answers, choice, rows) == office.do(keep_answers, choice, rows) == 12
    assert office.see(drives, POINTS)[1] is None
    office.do(choose_travel, url="http://other.example:5000")
    assert office.see(drives, POINTS)[1] is not None
    office.do(choose_travel, url="http://roads.example:5000")
    clock.at += FRESH + timedelta(minutes=1)
    assert office.see(drives, POINTS)[1] is not None


def test_detour_and_speed_of_the_estimate_are_the_offices(office: Office) -> None:
    make.small(office)
    office.do(choose_travel, detour_percent=150, kmh=50)
    known, unknown = office.see(drives, POINTS)
    assert unknown is None
    travel = known.matrix(POINTS)
    assert travel.source == "estimate: straight line × 1.5 at 50 km/h"
    assert int(travel.seconds[0, 3]) == drive_s(POINTS[0], POINTS[3], detour=1.5, kmh=50) == known.seconds(POINTS[0], POINTS[3])


def test_a_choice_is_checked_by_the_field_and_undone_in_one(office: Office) -> None:
    made = make.small(office)
    with pytest.raises(Invalid) as error:
        office.do(choose_travel, source="osrm", url="roads", detour_percent=10, kmh=500, rush="8 to 9")
    assert sorted(error.value.fields) == ["detour_percent", "kmh", "rush", "url"]
    before = office.see(travel_choice)
    edit = office.do(choose_travel, source="valhalla", url="https://roads.example", rush="07:00-09:00 130%, 16:00-18:30 140%")
    after = office.see(travel_choice)
    assert (after.source, after.server, [r.percent for r in after.rush]) == ("valhalla", "roads.example", [130, 140])
    office.do(put_rows_back, edit.before, edit.after)
    assert office.see(travel_choice) == before
    keeper = office.do(company.add_user, login="books", name="Bea", roles=(Role.BOOKKEEPER,), password="")
    with pytest.raises(NotAllowed):
        office.seat(keeper.id).do(choose_travel, kmh=40)
    assert made.owner


def test_rush_hours_reach_the_plan(office: Office) -> None:
    make.small(office)
    office.do(choose_travel, rush="07:00-09:00 130%")
    day = office.see(plan_day, TODAY)
    assert [(t.window, t.percent) for t in day.problem.traffic] == [((7 * 3600, 9 * 3600 - 1), 130)]


def test_the_same_place_to_a_meter_is_one_place() -> None:
    near = (POINTS[0][0] + 1e-7, POINTS[0][1])
    roads = Roads.of((POINTS[0], POINTS[1], near), [(key_of(POINTS[0]), key_of(POINTS[1]), 77, 900)])
    known = Drives(roads=roads, name="OSRM")
    assert (known.seconds(near, POINTS[1]), known.seconds(near, POINTS[0])) == (77, 0)
    assert known.matrix([near, POINTS[1]]).seconds[0, 1] == 77


def test_a_plan_asks_for_every_place_it_may_drive_to(office: Office) -> None:
    made = make.small(office)
    make.job(office, made)
    day = office.see(plan_day, TODAY)
    assert day.seen is not None
    assert {*day.problem.places} <= {*points_of(day.seen)}

"""A proposal as lists, figures and a map: pure functions, on boards without a database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fieldoffice.services.dispatch.rows import Board
from fieldoffice.services.geo import drive_m
from fieldoffice.services.planning.day import Scope, day_plan
from fieldoffice.services.planning.proposal import Proposal, propose
from fieldoffice.services.routing.solve import solve
from fieldoffice.ui.planning.scene import scene_of, signature
from fieldoffice.ui.planning.words import Line, budget_for, facts, figures, finding, groups, notes, settled
from tests.ui.boards import at, board, card, provider

HOME, NEAR, FAR = (38.9072, -77.0369), (38.93, -77.05), (38.99, -77.2)
NAMES = {"1": "Ada", "2": "Ben"}


def a_board() -> Board:
    """Ada is far out in the morning although Ben begins there; one visit waits, one nobody may do, one has no place."""
    ada = provider(1, start_place=HOME, end_place=HOME)
    ben = provider(2, start_place=FAR, end_place=FAR, skills=["gas"])
    stands = [card(1, start=at(9), provider_ids=(1,), place=FAR, customer="Okafor"),
              card(2, start=at(14), provider_ids=(2,), place=FAR, customer="Nguyen", locked=True)]  # fmt: skip
    waits = [card(3, place=NEAR, customer="Patel", priority=3), card(4, place=None, customer="Lost"),
             card(5, place=NEAR, customer="Steam", skills=frozenset({"steam"}))]  # fmt: skip
    return board([ada, ben], stands, waits)


@pytest.fixture(scope="module")
def proposal() -> Proposal:
    day = day_plan(a_board())
    return propose(day, solve(day.problem, seconds=1, iterations=200, start=day.today))


def line(proposal: Proposal, title: str) -> tuple[str, Line]:
    return next((g.key, each) for g in groups(proposal, NAMES) for each in g.lines if each.title == title)


def test_moves_are_grouped_with_from_and_to_and_the_first_reason(proposal: Proposal) -> None:
    assert [group.key for group in groups(proposal, NAMES)] == ["served", "provider", "left"]
    kind, moved = line(proposal, "Okafor")
    assert kind == "provider"
    assert moved.way[0] == "Ada 09:00"
    assert moved.way[1].startswith("Ben ")
    assert moved.reasons[0].startswith("Saves ")
    assert moved.reasons[0].endswith("of driving.")
    assert line(proposal, "Patel")[1].way[0] == ""
    assert line(proposal, "Patel")[1].sign == "priority_high"
    assert "Ada" in line(proposal, "Patel")[1].spoken


def test_unserved_visits_say_why(proposal: Proposal) -> None:
    kind, lost = line(proposal, "Lost")
    assert (kind, lost.ticks, lost.reasons[0]) == ("left", False, "The coordinates of Lost are unknown.")
    steam = line(proposal, "Steam")[1]
    assert steam.reasons[0] == "Nobody who works on this day has steam."
    assert "Ada lacks steam." in steam.reasons
    assert any(words.startswith("Fits if") for words in steam.reasons)


def test_figures_add_up_by_eye(proposal: Proposal) -> None:
    rows = {figure.words: figure for figure in figures(proposal, proposal.after)}
    assert (rows["Urgent visits"].before, rows["Urgent visits"].after, rows["Urgent visits"].better) == ("0 of 1", "1 of 1", True)
    km = rows["Distance"]
    shown = float(km.after.split()[0]) - float(km.before.split()[0])
    assert km.change == f"{shown:+.1f} km".replace("-", "−")
    assert rows["Wishes missed"].better is None
    assert finding(proposal, proposal.after).startswith("1 more visit served, ")
    assert finding(proposal, proposal.before) == "About the same day in another order"


def test_the_day_in_words() -> None:
    day = day_plan(a_board())
    assert facts(day) == "5 visits, 2 providers; 1 stays as it is."
    lost = board([provider(1)], [card(n, start=at(8 + n), provider_ids=(1,)) for n in range(1, 3)])
    assert notes(day_plan(lost)) == ("Ada has no start place, so the plan leaves this row as it is.",)
    away = board([provider(1, start_place=HOME, absent=[(at(0), at(23), "sick")])],
                 [card(n, start=at(8 + n), provider_ids=(1,)) for n in range(1, 8)])  # fmt: skip
    said = notes(day_plan(away, Scope.KEEP_PROVIDER))
    assert (len(said), said[-1]) == (5, "… and 3 more")


def test_larger_days_are_searched_longer() -> None:
    assert [budget_for(n) for n in (0, 100, 101, 300, 301, 1000, 1001)] == [2, 2, 10, 10, 30, 30, 60]


def test_what_became_of_a_plan_begins_with_what_was_left_alone(proposal: Proposal) -> None:
    okafor, patel = line(proposal, "Okafor")[1].key, line(proposal, "Patel")[1].key
    after = settled(groups(proposal, NAMES), {okafor: "The visit at Okafor was changed since; it stays as it is."}, {patel})
    assert [(group.key, [each.title for each in group.lines]) for group in after] == [
        ("refused", ["Okafor"]), ("served", ["Patel"]), ("left", ["Lost", "Steam"])]  # fmt: skip
    assert after[0].lines[0].reasons[0] == "Was changed since; it stays as it is."


@pytest.mark.requirement("0.19")
def test_the_map_has_the_plan_in_order_and_the_present_dashed(proposal: Proposal) -> None:
    scene = scene_of(proposal)
    assert {(mark.id, mark.number, mark.provider_id, mark.hollow) for mark in scene.markers} >= {(5, None, None, True)}
    for route in scene.routes:
        stops = [proposal.day.cards[id].place for id in proposal.plan.sequence(str(route.provider_id))]
        row = next(row for row in proposal.day.providers if row.id == route.provider_id)
        assert route.points == (row.start_place, *stops, row.end_place)
        meters = sum(drive_m(a, b) for a, b in zip(route.points, route.points[1:], strict=False))
        assert route.summary.endswith(f"{meters / 1000:.0f} km")
        numbers = {mark.number for mark in scene.markers if mark.provider_id == route.provider_id}
        assert numbers == set(range(1, len(stops) + 1))
    assert [route.provider_id for route in scene.before if route.dashed] == [1, 2]
    depot = (38.9, -77.03)
    known = replace(proposal.day, given=replace(proposal.day.given, depot=depot))
    assert scene_of(replace(proposal, day=known)).depot == depot
    assert scene_of(proposal, ()).routes == tuple(replace(route, dashed=False) for route in scene.before)


def test_boards_differ_for_a_plan_only_in_what_it_looks_at() -> None:
    seen, day = a_board(), day_plan(a_board())
    same = replace(seen, now=at(12))
    newer = replace(seen, cards=(replace(seen.cards[0], version=2), *seen.cards[1:]))
    other_day = replace(seen, tray=(*seen.tray, replace(card(9), latest_on=at(9).date().replace(day=1))))
    assert signature(same, day) == signature(seen, day) == signature(other_day, day)
    assert signature(newer, day) != signature(seen, day)

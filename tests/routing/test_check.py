"""The verifier catches every kind of damage, and its score is the sum of what stands in the plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from fieldoffice.services.routing.check import check
from fieldoffice.services.routing.problem import Lunch, Plan, Problem, ProviderShift, Route, Stop, Visit
from fieldoffice.services.routing.schedule import plan_of
from fieldoffice.services.routing.travel import straight_line
from tests.routing.days import H

PLACES = ((39.0, -77.0), (39.02, -77.02), (39.05, -77.0), (39.0, -77.06), (38.97, -77.03))
LUNCH = Lunch(1800, (11 * H + 1800, 13 * H))


def problem() -> Problem:
    """Two providers, six visits of every kind."""
    providers = (
        ProviderShift("A", 0, 0, (8 * H, 17 * H), LUNCH, frozenset({"gas"}), name="Ana"),
        ProviderShift("B", 0, 0, (8 * H, 17 * H), LUNCH, frozenset({"gas", "power"}), 1800, name="Bo"),
    )
    visits = (
        Visit("V0", 1, H, ((8 * H, 12 * H),), frozenset({"gas"})),
        Visit("V1", 2, H, ((8 * H, 10 * H), (14 * H, 16 * H)), preferred="B"),
        Visit("V2", 3, H, ((8 * H, 17 * H),), frozenset({"power"}), pinned="B"),
        Visit("V3", 4, H, ((8 * H, 17 * H),), excluded=frozenset({"A"})),
        Visit("V4", 1, H, ((8 * H, 17 * H),), outdoor=True, priority=2),
        Visit("V5", 2, H, ((8 * H, 9 * H),), pinned="A", fixed_start=15 * H),
    )
    return Problem(PLACES, providers, visits, straight_line(PLACES), rain=((13 * H + 1800, 15 * H),))


def good(day: Problem) -> Plan:
    plan = plan_of(day, {"A": ["V0", "V1", "V5"], "B": ["V4", "V2", "V3"]})
    assert plan is not None
    return plan


def route_of(plan: Plan, provider: str, **changes: object) -> Plan:
    return Plan({**plan.routes, provider: replace(plan.routes[provider], **changes)})


def stops(plan: Plan, provider: str, **starts: int) -> Plan:
    """The plan with other starts of work."""
    moved = tuple(Stop(stop.visit_id, starts.get(stop.visit_id, stop.start)) for stop in plan.routes[provider].stops)
    return route_of(plan, provider, stops=moved)


def swapped(plan: Plan, visit_id: str, to: str, start: int) -> Plan:
    """The visit as the only stop of a provider's second life: taken from its route and given to `to` at `start`."""
    routes = {k: replace(r, stops=tuple(s for s in r.stops if s.visit_id != visit_id)) for k, r in plan.routes.items()}
    kept = routes[to]
    routes[to] = replace(kept, stops=tuple(sorted([*kept.stops, Stop(visit_id, start)], key=lambda stop: stop.start)))
    return Plan(routes)


DAMAGES: dict[str, Callable[[Plan], Plan]] = {
    "unknown_provider": lambda p: Plan({**p.routes, "C": p.routes["A"]}),
    "unknown_visit": lambda p: route_of(p, "A", stops=(*p.routes["A"].stops, Stop("V9", 16 * H))),
    "twice": lambda p: route_of(p, "A", stops=(*p.routes["A"].stops, p.routes["B"].stops[0])),
    "not_whole": lambda p: stops(p, "A", V0=8.5 * H),
    "skill": lambda p: swapped(p, "V2", "A", 13 * H),
    "pinned": lambda p: swapped(p, "V2", "A", 13 * H),
    "excluded": lambda p: swapped(p, "V3", "A", 13 * H),
    "window": lambda p: stops(p, "A", V1=12 * H),
    "rain": lambda p: swapped(p, "V4", "B", 14 * H),
    "fixed_start": lambda p: stops(p, "A", V5=15 * H + 60),
    "shift_start": lambda p: route_of(p, "A", start=8 * H - 1),
    "shift_end": lambda p: route_of(p, "B", end=17 * H + 1801),
    "lunch_window": lambda p: route_of(p, "A", lunch=None),
    "lunch_at_work": lambda p: route_of(stops(p, "A", V0=11 * H + 1800), "A", lunch=12 * H),
    "no_time": lambda p: stops(p, "B", V3=p.routes["B"].stops[1].start + H),
    "pin_unserved": lambda p: Plan({"A": p.routes["A"]}),
}


def test_a_good_plan_is_accepted() -> None:
    day = problem()
    assert check(day, good(day)).violations == ()


@pytest.mark.requirement("0.15")
@pytest.mark.parametrize("kind", DAMAGES)
def test_each_kind_of_damage_is_caught(kind: str) -> None:
    day = problem()
    verdict = check(day, DAMAGES[kind](good(day)))
    assert kind in {violation.kind for violation in verdict.violations}
    assert not verdict.accepted


def test_a_lunch_outside_its_window_is_caught() -> None:
    day = problem()
    early = route_of(good(day), "A", lunch=11 * H + 1799)
    assert "lunch_window" in {violation.kind for violation in check(day, early).violations}


def test_a_drive_that_is_one_second_short_is_caught() -> None:
    day = problem()
    plan = good(day)
    assert check(day, route_of(plan, "A", end=plan.routes["A"].end - 1)).violations[0].kind == "no_time"


def test_a_pin_that_nobody_can_serve_may_be_excused() -> None:
    day = problem()
    plan = Plan({"A": good(day).routes["A"]})
    assert check(day, plan, excused=frozenset({"V2"})).accepted


@pytest.mark.requirement("0.16")
def test_the_score_is_the_sum_of_what_is_driven() -> None:
    day = problem()
    plan = Plan({"B": Route(8 * H, 17 * H + 600, 12 * H, (Stop("V3", 9 * H),))})
    score = check(day, plan, excused=frozenset({"V2", "V5"})).score
    there_and_back = int(day.travel.seconds[0, 4]) + int(day.travel.seconds[4, 0])
    assert (score.drive_s, score.overtime_s, score.unserved, score.W) == (there_and_back, 600, 5, 7)
    assert score.km == 2 * int(day.travel.meters[0, 4]) / 1000
    assert score.total == 7 * 20_000 + there_and_back + 2 * 600
    assert check(day, good(day)).score.preferences_missed == 1

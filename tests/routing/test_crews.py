"""Visits for several providers: the first plan serves them where it can, and what would bring a crew together is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fieldoffice.services.routing.check import check
from fieldoffice.services.routing.explain import Unserved, explain, explain_visit
from fieldoffice.services.routing.insertion import insert_all
from fieldoffice.services.routing.problem import Plan, Problem, ProviderShift, Visit, Weather
from fieldoffice.services.routing.relax import fitted, relaxed, single
from fieldoffice.services.routing.solve import solve
from fieldoffice.services.routing.travel import straight_line
from tests.routing.days import H, town

PLACES = tuple((39.0 + 0.01 * n, -77.0) for n in range(6))


def crew_day(**rules: object) -> Problem:
    """Two providers, a visit for both of them ("C") and a short one ("S")."""
    providers = tuple(ProviderShift(f"P{k}", 0, 0, (8 * H, 12 * H), name=name) for k, name in enumerate(("Ana", "Bo")))
    crew = Visit("C", 1, H, ((8 * H, 11 * H),), crew=2)
    return Problem(PLACES, providers, (replace(crew, **rules), Visit("S", 2, 1800, ((8 * H, 11 * H),))), straight_line(PLACES))


@pytest.mark.parametrize("seed", range(6))
def test_the_first_plan_serves_crews_and_keeps_every_rule(seed: int) -> None:
    base = town(seed, visits=14, providers=5)
    visits = [
        replace(v, crew=2 + (i == 2), skills=frozenset(), pinned=None, outdoor=False, excluded=frozenset()) if i < 3 else v
        for i, v in enumerate(base.visits)
    ]
    problem = replace(base, visits=tuple(visits))
    plan = insert_all(problem)
    pins = frozenset(v.id for v in problem.visits if v.pinned and v.id not in plan.place_of)
    assert check(problem, plan, excused=pins).violations == ()
    met = [visit for visit in problem.visits[:3] if visit.id in plan.place_of]
    assert met
    assert all(len(plan.crew_of[visit.id]) == visit.crew for visit in met)
    searched = solve(problem, seconds=60, iterations=400)
    assert searched.score.total <= solve(problem, seconds=1, engine="greedy").score.total


def test_the_pinned_member_is_in_the_crew_and_nobody_twice() -> None:
    problem = crew_day(pinned="P1")
    twice = replace(problem.providers[0], id="P0b", person="P0")
    problem = replace(problem, providers=(replace(problem.providers[0], person="P0"), twice, problem.providers[1]))
    assert set(insert_all(problem).crew_of["C"]) in ({"P1", "P0"}, {"P1", "P0b"})


def hindered(kind: str) -> Problem:
    """A day on which one rule keeps the crew from meeting."""
    problem = crew_day()
    ana, bo = problem.providers
    crew, short = problem.visits
    skilled, gas = replace(ana, skills=frozenset({"gas"})), frozenset({"gas"})
    long = replace(short, duration_s=3 * H, windows=((8 * H, 10 * H),), skills=gas)
    storm = Weather((0, 24 * H), "storm", 100, "blocked")
    changes: dict[str, tuple[ProviderShift, ProviderShift, Visit, Visit]] = {
        "closes_later": (ana, replace(bo, shift=(10 * H, 14 * H)), replace(crew, windows=((8 * H, 9 * H),)), short),
        "opens_earlier": (ana, replace(bo, shift=(8 * H, 10 * H)), replace(crew, windows=((10 * H, 11 * H),)), short),
        "overtime": (ana, bo, replace(crew, windows=((11 * H, 11 * H + 1800),)), short),
        "skill": (skilled, bo, replace(crew, skills=gas), short),
        "allow": (ana, bo, replace(crew, excluded=frozenset({"P1"})), short),
        "dry": (ana, bo, replace(crew, outdoor=True), short),
        "postpone": (skilled, bo, crew, long),
    }
    first, second, one, other = changes[kind]
    weather = (storm,) if kind == "dry" else ()
    return replace(problem, providers=(first, second), visits=(one, other), weather=weather)


KINDS = ("closes_later", "opens_earlier", "overtime", "skill", "allow", "dry", "postpone")


@pytest.mark.requirement("0.18")
@pytest.mark.parametrize("kind", KINDS)
def test_what_would_bring_a_crew_together_does_so_and_the_checker_accepts(kind: str) -> None:
    problem = hindered(kind)
    others = replace(problem, visits=problem.visits[1:])
    plan = insert_all(others)
    assert plan.place_of.keys() == {"S"}
    told = explain_visit(problem, plan, "C")
    assert isinstance(told, Unserved)
    assert kind in {part.kind for way in told.relaxations for part in single(way)}
    for way in told.relaxations:
        changed, better = relaxed(problem, way), fitted(problem, plan, way)
        assert better is not None
        assert check(changed, better).violations == ()
        assert len(better.crew_of["C"]) == 2
    names = {part.provider_id for way in told.relaxations for part in single(way) if part.kind == kind}
    assert names <= {"P0", "P1"}


def test_the_price_of_a_meeting_is_what_the_checker_adds() -> None:
    problem = hindered("closes_later")
    plan = insert_all(replace(problem, visits=problem.visits[1:]))
    told = explain_visit(problem, plan, "C")
    assert isinstance(told, Unserved)
    way = next(each for each in told.relaxations if each.kind == "closes_later")
    better = fitted(problem, plan, way)
    assert better is not None
    before, after = check(problem, plan).score, check(relaxed(problem, way), better).score
    assert after.total - before.total == way.cost_s - problem.weights.penalty * problem.weight_of(problem.visit("C"))


def test_a_crew_that_has_room_is_told_when() -> None:
    problem = crew_day()
    told = explain(problem, Plan()).unserved["C"]
    assert told.reason.code == "room"
    assert told.reason.words.startswith("Ana and Bo have room: they could start together at 08:0")
    assert told.relaxations == ()

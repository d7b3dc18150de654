"""The rules beyond the usual day: each one broken by a plan that does not know it, kept by the search, known to the verifier."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldoffice.services.routing.check import check, score_of
from fieldoffice.services.routing.draft import Draft
from fieldoffice.services.routing.ground import field_of
from fieldoffice.services.routing.kernel.anneal import open_lanes
from fieldoffice.services.routing.kernel.arrays import FINISH, KNOWN_COST, NEVER
from fieldoffice.services.routing.kernel.places import find_position
from fieldoffice.services.routing.problem import (
    SPEED,
    Lunch,
    Plan,
    Precedence,
    Problem,
    ProviderShift,
    Route,
    Stop,
    Traffic,
    Visit,
    Weather,
    Weights,
)
from fieldoffice.services.routing.schedule import schedule
from fieldoffice.services.routing.servable import unservable
from fieldoffice.services.routing.solve import Solved, solve
from fieldoffice.services.routing.travel import Travel
from tests.faults.processes import rounds
from tests.routing.days import H, tiny, town

many = settings(max_examples=rounds(40, 400), deadline=None, suppress_health_check=[HealthCheck.too_slow])


def line(count: int, *, step: int = 600, **rules: object) -> Problem:
    """Places on a straight road, ten minutes apart; one visit of half an hour at each, two providers from place 0."""
    seconds = np.array([[abs(a - b) * step for b in range(count + 1)] for a in range(count + 1)], np.int32)
    providers = tuple(ProviderShift(id, 0, 0, (8 * H, 16 * H), name=id) for id in ("A", "B"))
    visits = tuple(Visit(f"V{n}", n, 1800, ((8 * H, 16 * H),)) for n in range(1, count + 1))
    places = tuple((0.0, float(n)) for n in range(count + 1))
    return replace(Problem(places, providers, visits, Travel(seconds, seconds * 10, "a road")), **rules)


def changed(problem: Problem, visit_id: str, **changes: object) -> Problem:
    return replace(problem, visits=tuple(replace(v, **changes) if v.id == visit_id else v for v in problem.visits))


def staffed(problem: Problem, provider_id: str, **changes: object) -> Problem:
    shifts = tuple(replace(p, **changes) if p.id == provider_id else p for p in problem.providers)
    return replace(problem, providers=shifts)


def kinds(problem: Problem, plan: Plan) -> set[str]:
    return {violation.kind for violation in check(problem, plan).violations}


def solved(problem: Problem, *, iterations: int = 600, seed: int = 1) -> Solved:
    found = solve(problem, seconds=60, iterations=iterations, seed=seed, engine="sisr")
    assert found.rejected == ()
    assert check(problem, found.plan, excused=frozenset(found.pins_missed)).accepted
    return found


COFFEE = (Lunch(900, (9 * H, 10 * H)), Lunch(900, (14 * H, 15 * H)))
"""Rules by name: the problem with the rule, and what the verifier calls a plan made without it."""
RULES: dict[str, tuple[Problem, str]] = {
    "breaks": (staffed(staffed(line(6), "A", more_breaks=COFFEE), "B", more_breaks=COFFEE), "lunch_window"),
    "crew": (changed(line(4), "V2", crew=2), "crew"),
    "first": (changed(line(4, weights=Weights()), "V4", position="first"), "not_first"),
    "last": (changed(line(4), "V1", position="last"), "not_last"),
    "first within": (staffed(staffed(line(4), "A", first_within_s=900), "B", first_within_s=900), "first_too_far"),
    "last within": (staffed(staffed(line(4), "A", last_within_s=900), "B", last_within_s=900), "last_too_far"),
    "order": (line(4, precedences=(Precedence("V3", "V1", 2 * H),)), "order"),
    "same day": (changed(line(3, same_day=(("V1", "V2"),)), "V2", duration_s=9 * H), "same_day"),
    "experience": (staffed(staffed(line(6), "A", experience_percent=150), "B", experience_percent=150), "no_time"),
    "traffic": (line(4, traffic=(Traffic((7 * H, 17 * H), 250),)), "no_time"),
    "slow van": (staffed(staffed(line(4), "A", travel_percent=200), "B", travel_percent=200), "no_time"),
    "storm": (changed(line(3, weather=(Weather((8 * H, 12 * H), "storm", 150, "blocked"),)), "V1", outdoor=True), "weather"),
    "heat": (
        changed(line(3, weather=(Weather((8 * H, 12 * H), "heat", 100, "limited", 1200),)), "V1", outdoor=True), "weather"
    ),
}  # fmt: skip


def naive(problem: Problem) -> Plan:
    """What a planner would do that knows none of the rules: everything with the first provider, in the order of the road."""
    if problem.visits[0].position or problem.visits[-1].position:
        ids = [visit.id for visit in problem.visits]
    else:
        ids = [visit.id for visit in reversed(problem.visits)]
    provider = next(provider for provider in problem.providers)
    stops, clock, place = [], provider.shift[0], provider.start
    for visit_id in ids:
        visit = problem.visit(visit_id)
        clock += int(problem.travel.seconds[place, visit.place])
        stops.append(Stop(visit_id, clock))
        clock, place = clock + visit.duration_s, visit.place
    end = clock + int(problem.travel.seconds[place, provider.end])
    return Plan({provider.id: Route(provider.shift[0], end, None, tuple(stops))})


@pytest.mark.requirement("0.14")
@pytest.mark.requirement("0.15")
@pytest.mark.parametrize("name", RULES)
def test_a_plan_that_does_not_know_the_rule_breaks_it_and_the_search_keeps_it(name: str) -> None:
    problem, kind = RULES[name]
    plan = naive(problem)
    if kind == "same_day":
        plan = Plan({"A": replace(plan.routes["A"], stops=tuple(s for s in plan.routes["A"].stops if s.visit_id != "V2"))})
    if name == "last within":  # the first of the road is driven to first, the farthest last
        stops = naive(replace(problem, visits=tuple(reversed(problem.visits)))).routes["A"]
        plan = Plan({"A": stops})
    assert kind in kinds(problem, plan)
    found = solved(problem)
    assert found.score.unserved == (2 if kind == "same_day" else 0)


def test_several_breaks_are_taken_in_order_and_in_their_windows() -> None:
    problem = staffed(staffed(line(8), "A", lunch=Lunch(1800, (12 * H, 13 * H)), more_breaks=COFFEE[1:]), "B", more_breaks=COFFEE)
    for provider_id, route in solved(problem).plan.routes.items():
        provider = problem.provider(provider_id)
        assert len(route.breaks) == len(provider.breaks)
        assert all(p.window[0] <= at <= p.window[1] for p, at in zip(provider.breaks, route.breaks, strict=True))


def test_a_crew_starts_together_and_its_pinned_member_is_in_it() -> None:
    problem = changed(town(3, visits=16, providers=4), "V0", crew=2, skills=frozenset(), pinned="P2", excluded=frozenset())
    found = solved(problem, iterations=1_500)
    members = found.plan.crew_of["V0"]
    assert len(members) == 2
    assert "P2" in members
    assert len({stop.start for _, stop in found.plan if stop.visit_id == "V0"}) == 1


def test_a_crew_that_cannot_be_had_costs_only_its_own_visit() -> None:
    problem = changed(line(4), "V2", crew=3)
    found = solved(problem)
    assert [visit.id for visit in problem.visits if visit.id not in found.plan.place_of] == ["V2"]
    assert [bad.visit_id for bad in found.unservable] == ["V2"]


def test_what_waits_for_a_visit_that_nobody_can_do_is_left_out_too() -> None:
    problem = changed(line(4, precedences=(Precedence("V1", "V2"),)), "V1", skills=frozenset({"diving"}))
    assert set(solved(problem).plan.place_of) == {"V3", "V4"}
    circle = line(4, precedences=(Precedence("V1", "V2"), Precedence("V2", "V1")))
    assert set(solved(circle).plan.place_of) == {"V3", "V4"}


def two_days() -> Problem:
    """Two persons on two days; pins and preferences name the person."""
    problem = line(6)
    shifts = tuple(
        ProviderShift(f"{who}{day}", 0, 0, (day * 24 * H + 8 * H, day * 24 * H + 11 * H), person=who)
        for day in range(2)
        for who in ("A", "B")
    )
    visits = tuple(replace(v, windows=((8 * H, 10 * H), (32 * H, 34 * H))) for v in problem.visits)
    return replace(problem, providers=shifts, visits=visits)


@pytest.mark.requirement("0.14")
def test_several_days_are_planned_at_once_and_pins_name_the_person() -> None:
    problem = changed(changed(two_days(), "V1", pinned="A", windows=((32 * H, 34 * H),)), "V5", pinned="B")
    found = solved(problem)
    assert found.score.unserved == 0
    assert found.plan.place_of["V1"][0] == "A1"
    assert found.plan.place_of["V5"][0] in ("B0", "B1")


def test_visits_of_one_day_stay_together_over_several_days() -> None:
    problem = replace(two_days(), same_day=(("V1", "V6"), ("V2", "V3", "V4")))
    found = solved(problem, iterations=1_500)
    day = {visit_id: problem.provider(k).day for visit_id, (k, _) in found.plan.place_of.items()}
    assert day.get("V1") == day.get("V6")
    assert len({day.get(visit_id) for visit_id in ("V2", "V3", "V4")}) == 1
    assert found.score.unserved == 0


def test_a_moved_visit_has_its_price() -> None:
    base = line(4)
    away = replace(base, visits=tuple(replace(v, current="A" if n % 2 else "B") for n, v in enumerate(base.visits)))
    free, dear = solved(away), solved(replace(away, weights=Weights(moved_s=5_000)))
    assert free.score.moved > 0 == dear.score.moved
    assert dear.score.drive_s > free.score.drive_s
    priced = score_of(replace(away, weights=Weights(moved_s=5_000)), free.plan)
    assert priced.total == free.score.total + 5_000 * free.score.moved


def test_fairness_shares_the_work_out() -> None:
    problem = line(6)
    fair = replace(problem, weights=Weights(fairness_percent=1000))
    alone, shared = solved(problem), solved(fair)
    assert len(alone.plan.routes) == 1
    assert sorted(len(route.stops) for route in shared.plan.routes.values()) == [3, 3]
    assert shared.score.fairness_s == 2 * (1000 * 5400**2 // (100 * 8 * H))


def test_an_experienced_provider_is_faster() -> None:
    problem = staffed(line(3), "B", experience_percent=50)
    route = schedule(problem, "B", ["V1", "V2"])
    assert route is not None
    assert route.stops[1].start - route.stops[0].start == 900 + 600


@pytest.mark.requirement("0.17")
def test_bad_weather_slows_the_way_and_the_plan_still_holds() -> None:
    wet = line(3, weather=(Weather((8 * H, 12 * H), "snow", 200, "free"),))
    route = schedule(wet, "A", ["V1"])
    assert route is not None
    assert (route.start, route.end - route.stops[0].start) == (route.stops[0].start - 1200, 1800 + 1200)
    assert wet.speed_at(wet.providers[0], 9 * H) == SPEED // 2


# the same times everywhere


def full_day(dice: random.Random, visits: int) -> Problem:
    """A tiny day with several breaks, hours of slow traffic, and work at one's own speed."""
    problem = tiny(dice, visits=visits, providers=1, horizon=44)
    base = problem.providers[0]
    first = base.lunch or Lunch(dice.randint(1, 4), (base.shift[0] + 3, base.shift[0] + 12))
    opens = first.window[0] + dice.randint(0, 8)
    second = Lunch(dice.randint(1, 4), (opens, max(opens, first.window[1] + dice.randint(0, 12))))
    traffic = (Traffic((dice.randint(2, 9), dice.randint(10, 20)), dice.choice([150, 200, 300])),) if dice.random() < 0.6 else ()
    shift = replace(
        base, lunch=first, more_breaks=(second,), experience_percent=dice.choice([50, 100, 150]),
        first_within_s=dice.choice([None, 4]), shift=(base.shift[0], base.shift[1] + 12),
    )  # fmt: skip
    jobs = tuple(replace(v, position=dice.choice(["", "", "", "first", "last"])) for v in problem.visits)
    return replace(problem, providers=(shift,), visits=jobs, traffic=traffic)


def ends(problem: Problem, order: list[Visit]) -> int | None:
    """The earliest end by trying every start of work and every start of every break in its order; None when nothing fits."""
    provider = problem.providers[0]
    rate = [problem.speed_at(provider, t) for t in range(200)]
    states = {(provider.shift[0], 0)}
    place = provider.start
    for visit in [*order, None]:
        units = int(problem.travel.seconds[place, visit.place if visit else provider.end]) * SPEED
        arrivals = {(t, taken) for start in states for t, taken in ways(provider, rate, start, units)}
        if visit is None:
            fits = {t for t, taken in arrivals if t <= provider.last_end and rest_fits(provider, t, taken)}
            return min(fits, default=None)
        starts = {s for first, last in visit.windows for s in range(first, last + 1)}
        states = {(s + problem.work_s(visit, provider), taken) for t, taken in arrivals for s in starts if s >= t}
        place = visit.place
    return None


def ways(provider: ProviderShift, rate: list[int], start: tuple[int, int], units: int) -> set[tuple[int, int]]:
    """Every (arrival, breaks taken): second by second one drives, or a break begins."""
    done: set[tuple[int, int]] = set()
    todo = {(*start, units)}
    seen = set(todo)
    while todo:
        t, taken, left = todo.pop()
        if left <= 0:
            done.add((t, taken))
        nexts = [(t + 1, taken, max(0, left - rate[t]))] if t < 90 else []
        if taken < len(provider.breaks):
            pause = provider.breaks[taken]
            if pause.window[0] <= t <= pause.window[1]:
                nexts.append((t + pause.duration_s, taken + 1, left))
        todo |= {state for state in nexts if state not in seen}
        seen |= set(nexts)
    return done


def rest_fits(provider: ProviderShift, t: int, taken: int) -> bool:
    for pause in provider.breaks[taken:]:
        t = max(t, pause.window[0])
        if t > pause.window[1]:
            return False
        t += pause.duration_s
    return True


@many
@given(seed=st.integers(0, 10**9), visits=st.integers(1, 3))
def test_a_full_day_is_timed_as_early_as_can_be(seed: int, visits: int) -> None:
    dice = random.Random(seed)
    problem = full_day(dice, visits)
    steady = replace(problem, traffic=())
    free = replace(steady, visits=tuple(replace(v, position="") for v in steady.visits))
    free = replace(free, providers=(replace(free.providers[0], first_within_s=None),))
    route = schedule(free, "P0", [visit.id for visit in free.visits])
    assert (route.end if route else None) == ends(free, list(free.visits))
    if route:
        assert kinds(free, Plan({"P0": route})) == set()


@many
@given(seed=st.integers(0, 10**9), visits=st.integers(1, 3))
def test_in_slow_traffic_the_times_hold_and_are_never_too_early(seed: int, visits: int) -> None:
    """Breaks are taken as early as they may be: with traffic a later break may be better, never is an impossible one taken."""
    problem = full_day(random.Random(seed), visits)
    route = schedule(problem, "P0", [visit.id for visit in problem.visits])
    if route:
        assert kinds(problem, Plan({"P0": route})) == set()
        assert route.end >= (ends(problem, list(problem.visits)) or 0)


@many
@given(seed=st.integers(0, 10**9))
def test_the_kernel_times_a_full_day_as_python_does(seed: int) -> None:
    problem = full_day(random.Random(seed), 5)
    draft = Draft.empty(problem)
    for i in range(4):
        best = min(draft.places(i), default=None)
        if best:
            draft.insert(i, best.k, best.position)
    field = field_of(problem)
    lanes = field.lanes(draft.plan())
    open_lanes(field.ground, lanes, field.more)
    assert lanes.route[0, FINISH] == draft.lanes[0].end
    for row, i in enumerate(field.visits):
        if lanes.at[row, 0] < 0:
            find_position(field.more, *field.ground[:3], lanes.known, lanes.lane, lanes.route, lanes.book, row, 0)
            cheapest = min((place.cost for place in draft.places_with(i, 0)), default=NEVER)
            assert lanes.known[row, 0, KNOWN_COST] == cheapest


@pytest.mark.parametrize("seed", range(8))
def test_the_search_finds_the_best_of_all_plans_of_a_full_day(seed: int) -> None:
    problem = full_day(random.Random(seed), 4)
    second = replace(problem.providers[0], id="P1", experience_percent=100, lunch=None, more_breaks=())
    problem = replace(problem, providers=(*problem.providers, second))
    assert solved(problem, iterations=1_200).score.total == best_total(problem)


def best_total(problem: Problem) -> int:
    lanes = [p.id for p in problem.providers]
    best = score_of(problem, Plan()).total
    for owners in product([None, *lanes], repeat=len(problem.visits)):
        shares = [[v.id for v, owner in zip(problem.visits, owners, strict=True) if owner == lane] for lane in lanes]
        for orders in product(*(permutations(share) for share in shares)):
            routes = {lane: schedule(problem, lane, order) for lane, order in zip(lanes, orders, strict=True)}
            if all(routes.values()):
                best = min(best, score_of(problem, Plan({k: r for k, r in routes.items() if r and r.stops})).total)
    return best


@pytest.mark.parametrize("seed", range(10))
def test_every_rule_at_once_holds_on_any_town(seed: int) -> None:
    dice = random.Random(seed)
    problem = town(seed, visits=24, providers=5)
    ids = [visit.id for visit in problem.visits]
    a, b, c, d, e, f = dice.sample(ids, 6)
    problem = replace(
        problem,
        precedences=(Precedence(a, b, 600), Precedence(c, a)),
        same_day=((d, e),),
        traffic=(Traffic((8 * H, 9 * H), 160), Traffic((16 * H, 18 * H), 140)),
        weather=(Weather((12 * H, 18 * H), "rain", 120, "limited", 2400),),
        weights=Weights(fairness_percent=20, moved_s=200),
    )
    problem = changed(changed(problem, f, crew=2, skills=frozenset()), ids[0], position="first", current="P1")
    shifts = [replace(p, more_breaks=(Lunch(600, (14 * H, 16 * H)),)) if k % 2 else p for k, p in enumerate(problem.providers)]
    shifts[0] = replace(shifts[0], experience_percent=80, travel_percent=110, last_within_s=2 * H)
    problem = replace(problem, providers=tuple(shifts))
    first, again = (solved(problem, iterations=1_500, seed=seed) for _ in range(2))
    assert first.plan == again.plan
    warm = solve(problem, seconds=60, iterations=300, start=first.plan, engine="sisr")
    assert warm.rejected == ()
    assert warm.score.total <= first.score.total


def test_who_cannot_be_served_is_told_why() -> None:
    short = changed(line(4), "V2", crew=3)
    waiting = changed(line(4, precedences=(Precedence("V1", "V2"),)), "V1", skills=frozenset({"diving"}))
    heavy = changed(staffed(staffed(line(2), "A", capacity=3), "B", capacity=3), "V1", load=4)
    codes = [{bad.visit_id: bad.reason.code for bad in unservable(problem)} for problem in (short, waiting, heavy)]
    assert codes == [{"V2": "crew"}, {"V1": "skill", "V2": "bound"}, {"V1": "load"}]


def test_the_weather_that_leaves_no_time_is_named_with_its_hours() -> None:
    outdoor = changed(line(3), "V1", outdoor=True, windows=((9 * H, 14 * H),))
    storm, rain = Weather((8 * H, 12 * H), "storm", 150, "blocked"), (12 * H, 16 * H)
    mild = Weather((0, 24 * H), "heat", 100, "limited", 2 * H)
    both = replace(outdoor, weather=(storm, mild), rain=(rain,))
    alone = replace(outdoor, weather=(replace(storm, window=(8 * H, 15 * H)),))
    words = [unservable(problem)[0].reason.words for problem in (both, alone)]
    assert words == [
        "Weather: V1 is outdoors, and rain (12:00 to 16:00) and storm (08:00 to 12:00) leave no time for it.",
        "Weather: V1 is outdoors, and storm (08:00 to 15:00) leaves no time for it.",
    ]

"""The exact earliest schedule, against trying every time there is."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldoffice.services.routing.check import check
from fieldoffice.services.routing.draft import Draft
from fieldoffice.services.routing.ground import field_of
from fieldoffice.services.routing.kernel.anneal import open_lanes
from fieldoffice.services.routing.kernel.arrays import FINISH, KNOWN_COST, NEVER, Ground, Lanes
from fieldoffice.services.routing.kernel.places import find_position
from fieldoffice.services.routing.problem import Lunch, Plan, Problem, ProviderShift, Visit
from fieldoffice.services.routing.schedule import schedule, timed
from fieldoffice.services.routing.tables import tables_of
from fieldoffice.services.routing.travel import straight_line
from tests.faults.processes import rounds
from tests.routing.days import H, tiny

HORIZON = 60
many = settings(max_examples=rounds(60, 500), deadline=None, suppress_health_check=[HealthCheck.too_slow])


def earliest_end(problem: Problem, provider: ProviderShift, order: list[Visit]) -> int | None:
    """The earliest end by trying every start of work and every start of lunch; None when nothing fits."""
    states = {(provider.shift[0], provider.lunch is None)}
    place = provider.start
    for visit in order:
        drive = int(problem.travel.seconds[place, visit.place])
        starts = [s for first, last in visit.windows for s in range(first, last + 1)]
        states = {(s + visit.duration_s, fed) for s, fed in arrivals(provider, states, drive, starts)}
        place = visit.place
    drive = int(problem.travel.seconds[place, provider.end])
    ends = arrivals(provider, states, drive, range(provider.shift[1] + provider.max_overtime_s + 1))
    return min((end for end, fed in ends if fed or (provider.lunch and provider.lunch.window[1] >= end)), default=None)


def arrivals(provider, states, drive, times):
    lunch = provider.lunch
    for ready, fed in states:
        for at in times:
            if at - ready >= drive:
                yield at, fed
            if (
                not fed
                and at - ready >= drive + lunch.duration_s
                and any(
                    ready <= pause and pause + lunch.duration_s <= at
                    for pause in range(lunch.window[0], lunch.window[1] + 1)
                )
            ):
                yield at, True


@many
@given(seed=st.integers(0, 10**9), visits=st.integers(1, 4))
def test_the_earliest_end_is_exact(seed: int, visits: int) -> None:
    problem = tiny(random.Random(seed), visits=visits, providers=1)
    provider = problem.providers[0]
    route = schedule(problem, provider.id, [visit.id for visit in problem.visits])
    expected = earliest_end(problem, provider, list(problem.visits))
    assert (route.end if route else None) == expected
    if route:
        assert check(problem, Plan({provider.id: route})).accepted


@many
@given(seed=st.integers(0, 10**9))
def test_trying_a_place_says_what_timing_the_whole_route_says(seed: int) -> None:
    problem = tiny(random.Random(seed), visits=5, providers=2)
    tables = tables_of(problem)
    draft = Draft.empty(problem)
    for i in range(4):
        best = min(draft.places(i), default=None)
        if best:
            draft.insert(i, best.k, best.position)
    tried = {(place.k, place.position): place for place in draft.places(4)}
    for lane in draft.lanes:
        before = timed(tables, lane.k, lane.sequence)
        for position in range(len(lane.sequence) + 1):
            after = timed(tables, lane.k, [*lane.sequence[:position], 4, *lane.sequence[position:]])
            assert ((lane.k, position) in tried) == (after is not None)
            if after is not None and before is not None:
                both = [check(problem, Plan({problem.providers[lane.k].id: route})).score for route in (before, after)]
                saved = problem.weights.penalty * (both[0].W - both[1].W)
                assert tried[lane.k, position].cost == both[1].total - both[0].total + saved


@many
@given(seed=st.integers(0, 10**9))
def test_the_compiled_times_are_those_of_the_schedule(seed: int) -> None:
    problem = tiny(random.Random(seed), visits=5, providers=2)
    field = field_of(problem)
    draft = Draft.empty(problem)
    for i in field.visits[:-1]:
        best = min(draft.places(i), default=None)
        if best:
            draft.insert(i, best.k, best.position)
    if not field.visits:
        return
    lanes = opened(field.ground, field.lanes(draft.plan()))
    last = field.visits[-1]
    for k, lane in enumerate(draft.lanes):
        assert int(lanes.route[k, FINISH]) == lane.end
        g, s = field.ground, lanes
        find_position(None, g.travel, g.visit, g.shift, s.known, s.lane, s.route, s.book, len(field.visits) - 1, k)
        best = min(draft.places_with(last, k), default=None)
        assert int(lanes.known[len(field.visits) - 1, k, KNOWN_COST]) == (best.cost if best else NEVER)


def opened(ground: Ground, lanes: Lanes) -> Lanes:
    open_lanes(ground, lanes, None)
    return lanes


PLACES = ((39.0, -77.0), (39.0, -77.1))
LUNCH = Lunch(1800, (11 * H + 1800, 13 * H))


def one(visit: Visit, *, lunch: Lunch | None = LUNCH, overtime: int = 0) -> Problem:
    provider = ProviderShift("P", 0, 0, (8 * H, 17 * H), lunch, max_overtime_s=overtime)
    return Problem(PLACES, (provider,), (visit,), straight_line(PLACES))


def test_lunch_interrupts_a_drive_but_never_a_visit() -> None:
    problem = one(Visit("V", 1, 4 * H, ((9 * H, 16 * H),)))
    drive = int(problem.travel.seconds[0, 1])
    route = schedule(problem, "P", ["V"])
    assert route is not None
    assert (route.stops[0].start, route.lunch) == (9 * H, 13 * H)  # lunch at the last allowed moment, after the visit
    assert route.end == 13 * H + 1800 + drive
    late = one(Visit("V", 1, 4 * H, ((9 * H + 60, 9 * H + 60), (12 * H, 16 * H))))
    route = schedule(late, "P", ["V"])
    assert route is not None
    assert (route.lunch, route.stops[0].start) == (11 * H + 1800, 12 * H)


def test_a_provider_leaves_as_late_as_the_first_visit_allows() -> None:
    problem = one(Visit("V", 1, H, ((10 * H, 11 * H),)))
    route = schedule(problem, "P", ["V"])
    assert route is not None
    assert route.start == 10 * H - int(problem.travel.seconds[0, 1])


@pytest.mark.requirement("0.15")
def test_overtime_is_allowed_up_to_its_limit_only() -> None:
    late = Visit("V", 1, 2 * H, ((15 * H, 16 * H),))
    assert schedule(one(late), "P", ["V"]) is None
    back_s = int(one(late).travel.seconds[0, 1])
    assert schedule(one(late, overtime=back_s - 1), "P", ["V"]) is None
    route = schedule(one(late, overtime=back_s), "P", ["V"])
    assert route is not None
    assert route.end == 17 * H + back_s


def test_an_empty_order_is_an_empty_route() -> None:
    route = schedule(one(Visit("V", 1, H, ((9 * H, 10 * H),))), "P", [])
    assert route is not None
    assert route.stops == ()


def test_a_visit_with_a_fixed_start_has_that_start_only() -> None:
    problem = one(Visit("V", 1, H, ((9 * H, 10 * H),), pinned="P", fixed_start=14 * H))
    route = schedule(problem, "P", ["V"])
    assert route is not None
    assert route.stops[0].start == 14 * H
    too_early = replace(problem.visits[0], fixed_start=8 * H)
    assert schedule(one(too_early), "P", ["V"]) is None

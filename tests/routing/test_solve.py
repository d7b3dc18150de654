"""Solving days: never a broken rule, better than the first plan, the same plan for the same seed."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import permutations, product
from pathlib import Path

import pytest

from fieldoffice.models.errors import Invalid
from fieldoffice.services.routing.check import check, score_of
from fieldoffice.services.routing.insertion import insert_all
from fieldoffice.services.routing.problem import Plan, Problem, Visit
from fieldoffice.services.routing.schedule import schedule
from fieldoffice.services.routing.solve import SECOND_OPINION_VISITS, solve
from fieldoffice.services.routing.watch import Progress
from tests.routing.days import H, checked_outside, day, needs_bench, tiny, town


@needs_bench
@pytest.mark.requirement("0.15")
@pytest.mark.parametrize(("name", "seconds"), [("n30", 0.5), ("n100", 0.7), ("n100t", 0.7), ("n300", 1.5)])
def test_a_benchmark_day_passes_its_own_checker(name: str, seconds: float, tmp_path: Path) -> None:
    problem = day(name)
    solved = solve(problem, seconds=seconds, seed=1)
    outside = checked_outside(name, solved.plan, tmp_path)
    assert (outside["violations"], outside["exit"]) == (0, 0)
    score = solved.score
    expected = (
        outside["total"],
        outside["W"],
        outside["drive_s"],
        outside["overtime_s"],
        outside["preferences_missed"],
    )
    assert (score.total, score.W, score.drive_s, score.overtime_s, score.preferences_missed) == expected
    assert score.total < 0.8 * score_of(problem, insert_all(problem)).total


@needs_bench
def test_the_greedy_plan_of_300_visits_passes_too(tmp_path: Path) -> None:
    solved = solve(day("n300"), seconds=1, engine="greedy")
    assert solved.engine == "greedy"
    assert checked_outside("n300", solved.plan, tmp_path)["violations"] == 0


@needs_bench
def test_the_second_opinion_passes_the_checker_and_beats_the_first_plan(tmp_path: Path) -> None:
    solved = solve(day("n30"), seconds=0.8, engine="ortools")
    assert (solved.engine, solved.rejected) == ("ortools", ())
    assert checked_outside("n30", solved.plan, tmp_path)["violations"] == 0


def test_the_same_seed_and_iterations_give_the_same_plan() -> None:
    first, again, other = (
        solve(town(5, visits=40, providers=5), seconds=60, seed=seed, iterations=3_000) for seed in (7, 7, 8)
    )
    assert first.plan == again.plan
    assert first.score == again.score
    assert other.plan != first.plan


@pytest.mark.parametrize("seed", range(12))
def test_every_rule_holds_on_any_town(seed: int) -> None:
    problem = town(seed, visits=10 + 4 * seed, providers=2 + seed % 5)
    solved = solve(problem, seconds=60, seed=seed, iterations=2_000)
    assert solved.rejected == ()
    assert check(problem, solved.plan, excused=frozenset(solved.pins_missed)).accepted
    assert solved.score.total <= score_of(problem, insert_all(problem)).total


def best_by_trying_all(problem: Problem) -> int:
    """The lowest total over every way to share the visits out, every order."""
    lanes = [p.id for p in problem.providers]
    best = score_of(problem, Plan()).total
    for owners in product([None, *lanes], repeat=len(problem.visits)):
        shares = [[v.id for v, owner in zip(problem.visits, owners, strict=True) if owner == lane] for lane in lanes]
        for orders in product(*(permutations(share) for share in shares)):
            routes = {lane: schedule(problem, lane, order) for lane, order in zip(lanes, orders, strict=True)}
            if all(routes.values()):
                best = min(best, score_of(problem, Plan({k: r for k, r in routes.items() if r and r.stops})).total)
    return best


@pytest.mark.parametrize("seed", range(15))
def test_the_search_finds_the_best_of_all_plans_where_one_can_try_them_all(seed: int) -> None:
    problem = tiny(random.Random(seed), visits=4, providers=2)
    assert solve(problem, seconds=60, iterations=1_000).score.total == best_by_trying_all(problem)


def bad_visits() -> dict[str, Visit]:
    usual = Visit("bad", 1, 1800, ((9 * H, 12 * H),), frozenset({"gas"}))
    return {
        "skill": replace(usual, skills=frozenset({"diving"})),
        "no_window": replace(usual, windows=((12 * H, 9 * H),)),
        "no_place": replace(usual, place=None),
        "duration": replace(usual, duration_s=-60),
        "pin_absent": replace(usual, pinned="nobody"),
        "too_late": replace(usual, windows=((18 * H - 600, 18 * H),)),
        "too_early": replace(usual, windows=((5 * H, 6 * H),)),
        "weather": replace(usual, outdoor=True, windows=((14 * H, 15 * H),)),
        "excluded": replace(usual, excluded=frozenset(f"P{k}" for k in range(4))),
    }


@pytest.mark.requirement("0.14")
@pytest.mark.parametrize("kind", bad_visits())
def test_a_bad_visit_costs_only_itself(kind: str) -> None:
    sound = town(3, visits=20)
    problem = replace(sound, visits=(*sound.visits, bad_visits()[kind]))
    alone, together = (solve(each, seconds=60, iterations=1_500) for each in (sound, problem))
    assert [(bad.visit_id, bad.reason.code) for bad in together.unservable if bad.visit_id == "bad"] == [("bad", kind)]
    assert together.plan == alone.plan
    assert together.score.unserved == alone.score.unserved + 1


@pytest.mark.requirement("0.17")
def test_rain_leaves_outdoor_visits_out_with_the_reason_weather() -> None:
    dry = replace(town(4, visits=12), rain=())
    outdoor = replace(dry.visits[0], outdoor=True, windows=((13 * H, 15 * H),), pinned=None)
    dry = replace(dry, visits=(outdoor, *dry.visits[1:]))
    wet = replace(dry, rain=((12 * H, 18 * H),))
    assert outdoor.id in solve(dry, seconds=60, iterations=800).plan.place_of
    solved = solve(wet, seconds=60, iterations=800)
    assert outdoor.id not in solved.plan.place_of
    assert {bad.visit_id: bad.reason.code for bad in solved.unservable}[outdoor.id] == "weather"


def test_locked_visits_keep_provider_and_time() -> None:
    problem = town(6, visits=20)
    before = solve(problem, seconds=60, iterations=800).plan
    visit_id, (provider, start) = next(iter(before.place_of.items()))
    locked = replace(problem.visit(visit_id), pinned=provider, fixed_start=start)
    day_ = replace(problem, visits=tuple(locked if v.id == visit_id else v for v in problem.visits))
    assert solve(day_, seconds=60, seed=9, iterations=800).plan.place_of[visit_id] == (provider, start)


def test_pins_that_contradict_each_other_are_named_and_the_rest_is_planned() -> None:
    problem = town(2, visits=10)
    clash = tuple(Visit(f"clash{n}", 1, H, ((10 * H, 10 * H),), pinned="P0") for n in range(2))
    solved = solve(replace(problem, visits=(*problem.visits, *clash)), seconds=60, iterations=500)
    missed = [visit_id for visit_id in solved.pins_missed if visit_id.startswith("clash")]
    assert len(missed) == 1
    assert len(solved.plan.place_of) >= 8


def test_nothing_to_plan_is_an_empty_plan() -> None:
    problem = town(1, visits=3)
    assert solve(replace(problem, visits=()), seconds=1).plan == Plan()
    nobody = solve(replace(problem, providers=()), seconds=1)
    assert nobody.plan == Plan()
    assert len(nobody.unservable) == 3


def test_todays_plan_is_never_made_worse() -> None:
    problem = town(8, visits=30)
    today = solve(problem, seconds=60, iterations=4_000)
    again = solve(problem, seconds=60, iterations=50, start=today.plan)
    assert again.score.total <= today.score.total


@pytest.mark.requirement("0.14")
def test_progress_comes_while_it_solves_and_a_stop_keeps_the_best() -> None:
    seen: list[Progress] = []
    solved = solve(
        town(9, visits=60, providers=6), seconds=30, on_progress=seen.append, should_stop=lambda: len(seen) >= 4
    )
    assert len(seen) >= 4
    totals = [progress.score.total for progress in seen]
    assert totals == sorted(totals, reverse=True)
    assert solved.score.total <= totals[-1]
    assert seen[-1].elapsed_s < 10
    assert [total for _, total in solved.history] == sorted({total for _, total in solved.history}, reverse=True)


def test_an_unknown_engine_is_refused_in_words() -> None:
    with pytest.raises(Invalid, match="There is no engine magic"):
        solve(town(1), seconds=1, engine="magic")


def test_the_second_opinion_leaves_large_days_alone() -> None:
    problem = town(1, visits=SECOND_OPINION_VISITS + 1, providers=12)
    assert solve(problem, seconds=1, engine="ortools").engine == "greedy"


@pytest.mark.requirement("0.19")
def test_stops_are_in_the_order_of_their_times_and_the_legs_sum_up_to_the_total() -> None:
    problem = town(12, visits=40, providers=5)
    solved = solve(problem, seconds=60, iterations=1_000)
    driven = meters = 0
    for provider_id, route in solved.plan.routes.items():
        starts = [stop.start for stop in route.stops]
        assert [route.start, *starts, route.end] == sorted([route.start, *starts, route.end])
        provider = problem.provider(provider_id)
        places = [provider.start, *(problem.visit(stop.visit_id).place for stop in route.stops), provider.end]
        legs = [(a, b) for a, b in zip(places, places[1:], strict=False) if a is not None and b is not None]
        driven += sum(int(problem.travel.seconds[leg]) for leg in legs)
        meters += sum(int(problem.travel.meters[leg]) for leg in legs)
    assert (solved.score.drive_s, solved.score.meters) == (driven, meters)

"""Reasons: each figure equals taking the visit out and timing the rest again; each relaxation, applied, is accepted."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from fieldoffice.services.routing.changes import drive_added, explain_changes
from fieldoffice.services.routing.check import check, score_of
from fieldoffice.services.routing.compare import compare
from fieldoffice.services.routing.explain import Explanation, Served, explain, explain_visit
from fieldoffice.services.routing.insertion import insert_all
from fieldoffice.services.routing.problem import Plan, Problem, Score
from fieldoffice.services.routing.relax import Relaxation, fitted, relaxed
from fieldoffice.services.routing.schedule import plan_of
from fieldoffice.services.routing.solve import solve
from tests.routing.days import H, day, needs_bench, town


def orders_without(plan: Plan, visit_id: str) -> dict[str, list[str]]:
    return {k: [other for other in plan.sequence(k) if other != visit_id] for k in plan.routes}


def score_with(problem: Problem, orders: dict[str, list[str]]) -> Score | None:
    plan = plan_of(problem, orders)
    return score_of(problem, plan) if plan else None


def cheapest_elsewhere(problem: Problem, plan: Plan, visit_id: str) -> tuple[int, str] | None:
    """The lowest total with the visit at any place of another provider, by timing every plan anew."""
    visit, orders = problem.visit(visit_id), orders_without(plan, visit_id)
    found = []
    for provider in problem.providers:
        allowed = visit.skills <= provider.skills and provider.id not in visit.excluded
        if provider.id == plan.place_of[visit_id][0] or not allowed or visit.pinned not in (None, provider.id):
            continue
        order = orders.get(provider.id, [])
        for position in range(len(order) + 1):
            tried = {**orders, provider.id: [*order[:position], visit_id, *order[position:]]}
            score = score_with(problem, tried)
            if score:
                found.append((score.total, provider.id))
    return min(found, default=None)


def assert_figures(problem: Problem, plan: Plan, why: Served) -> None:
    now, without = score_of(problem, plan), score_with(problem, orders_without(plan, why.visit_id))
    assert without is not None
    weight = problem.weights.penalty * problem.weight_of(problem.visit(why.visit_id))
    assert now.drive_s - without.drive_s == why.drive_added_s
    assert now.overtime_s - without.overtime_s == why.overtime_added_s
    assert now.total - without.total == why.cost_s - weight
    assert drive_added(problem, plan, why.visit_id) == why.drive_added_s
    other = cheapest_elsewhere(problem, plan, why.visit_id)
    assert (other[0] - now.total if other else None) == (why.next_best.extra_s if why.next_best else None)


def assert_relaxations(problem: Problem, plan: Plan, explanation: Explanation) -> int:
    """Each relaxation, applied, lets the visit in at its stated price; a minute less does not. Returns their number."""
    found = [each for why in explanation.unserved.values() for each in why.relaxations]
    for each in found:
        assert_accepted(problem, plan, each)
        if each.kind in ("opens_earlier", "closes_later", "overtime") and each.minutes > 1:
            less = relaxed(problem, replace(each, minutes=each.minutes - 1))
            assert put_in(less, plan, each.visit_id, each.provider_id) is None
    return len(found)


def assert_accepted(problem: Problem, plan: Plan, relaxation: Relaxation) -> None:
    """One click: the visit stands in the plan, the verifier accepts it, and it costs what was said."""
    changed, after = relaxed(problem, relaxation), fitted(problem, plan, relaxation)
    assert after is not None
    assert after.place_of[relaxation.visit_id][0] == relaxation.provider_id
    assert {*plan.place_of} - {*after.place_of} == ({relaxation.other} if relaxation.other else set())
    missed = frozenset(v.id for v in changed.visits if v.pinned and v.id not in after.place_of)
    assert check(changed, after, excused=missed).violations == ()
    was, now = score_of(changed if not relaxation.other else problem, plan), score_of(changed, after)
    assert cost_of(problem, now) - cost_of(problem, was) == relaxation.cost_s


def cost_of(problem: Problem, score: Score) -> int:
    """All of the objective but what is unserved."""
    return score.total - problem.weights.penalty * score.W


def put_in(problem: Problem, plan: Plan, visit_id: str, provider_id: str) -> int | None:
    """The cheapest price at which the verifier accepts the visit in this provider's day; None when it never does."""
    orders = orders_without(plan, visit_id)
    order, prices = orders.get(provider_id, []), []
    weight = problem.weights.penalty * problem.weight_of(problem.visit(visit_id))
    for position in range(len(order) + 1):
        tried = plan_of(problem, {**orders, provider_id: [*order[:position], visit_id, *order[position:]]})
        missed = frozenset(v.id for v in problem.visits if v.pinned and v.id != visit_id)
        if tried and check(problem, tried, excused=missed).accepted:
            prices.append(score_of(problem, tried).total - score_of(problem, plan).total + weight)
    return min(prices, default=None)


@needs_bench
@pytest.mark.requirement("0.18")
@pytest.mark.parametrize("name", ["n100", "n100t"])
def test_every_figure_of_a_day_equals_its_recomputation(name: str) -> None:
    problem = day(name)
    plan = solve(problem, seconds=60, iterations=3_000).plan
    explanation = explain(problem, plan)
    assert {*explanation.served} | {*explanation.unserved} == {visit.id for visit in problem.visits}
    for why in explanation.served.values():
        assert why.provider_id == plan.place_of[why.visit_id][0]
        assert_figures(problem, plan, why)


@needs_bench
@pytest.mark.requirement("0.18")
def test_every_unserved_visit_of_n100_has_a_way_in_and_the_checker_accepts_it() -> None:
    problem = day("n100")
    few = replace(problem, providers=problem.providers[::3])
    gone = {p.id for p in problem.providers} - {p.id for p in few.providers}
    free = tuple(replace(v, pinned=None if v.pinned in gone else v.pinned) for v in few.visits)
    few = replace(few, visits=tuple(replace(v, preferred=None if v.preferred in gone else v.preferred) for v in free))
    plan = insert_all(few)
    explanation = explain(few, plan)
    assert len(explanation.unserved) > 30
    assert_relaxations(few, plan, explanation)
    kinds = {each.kind for why in explanation.unserved.values() for each in why.relaxations}
    assert kinds >= {"overtime", "postpone", "skill"}
    assert [why.visit_id for why in explanation.unserved.values() if why.cheapest is None] == []


@needs_bench
@pytest.mark.requirement("0.18")
def test_every_relaxation_of_a_full_day_is_accepted_when_applied() -> None:
    problem = day("n100t")
    plan = insert_all(problem)
    explanation = explain(problem, plan)
    assert len(explanation.unserved) > 10
    assert assert_relaxations(problem, plan, explanation) > 10


@pytest.mark.parametrize("seed", range(6))
def test_reasons_of_towns_hold_too(seed: int) -> None:
    problem = town(seed, visits=45, providers=4)
    plan = solve(problem, seconds=60, iterations=500).plan
    explanation = explain(problem, plan)
    for why in explanation.served.values():
        assert_figures(problem, plan, why)
    assert_relaxations(problem, plan, explanation)
    for why in explanation.unserved.values():
        assert [block.provider_id for block in why.blocks] == [provider.id for provider in problem.providers]


def test_a_skill_that_only_few_have_is_named() -> None:
    problem = town(1, visits=12, providers=4)
    visit = problem.visits[0]
    skilled = [replace(p, skills=p.skills | ({"laser"} if k < 2 else set())) for k, p in enumerate(problem.providers)]
    laser = replace(visit, skills=frozenset({"laser"}), pinned=None, excluded=frozenset(), windows=((8 * H, 16 * H),))
    problem = replace(problem, providers=tuple(skilled), visits=(laser, *problem.visits[1:]))
    why = explain_visit(problem, solve(problem, seconds=60, iterations=300).plan, laser.id)
    assert "Only Pat 0 and Pat 1 have laser." in [reason.words for reason in why.reasons]


def test_the_words_hold_the_figures() -> None:
    problem = town(2, visits=20, providers=4)
    plan = solve(problem, seconds=60, iterations=500).plan
    for why in explain(problem, plan).served.values():
        cost = why.reasons[-1]
        assert cost.values["drive_s"] == why.drive_added_s
        minutes = -(-why.drive_added_s // 60)
        assert f"dds {minutes} min of driving" in cost.words or minutes >= 60
        if cost.code == "nearest":
            assert why.next_best
            assert problem.provider(why.next_best.provider_id).label in cost.words
            assert why.drive_added_s <= why.next_best.drive_added_s


def test_why_nobody_can_is_said_provider_by_provider() -> None:
    problem = town(3, visits=10, providers=3)
    lost = replace(problem.visits[0], skills=frozenset({"diving"}), pinned=None, excluded=frozenset())
    problem = replace(problem, visits=(lost, *problem.visits[1:]))
    why = explain(problem, insert_all(problem)).unserved[lost.id]
    assert why.reason.words == "Nobody who works on this day has diving."
    assert [block.reason.words for block in why.blocks] == [f"Pat {k} lacks diving." for k in range(3)]
    assert why.cheapest is not None
    assert (why.cheapest.kind, why.cheapest.skills) == ("skill", ("diving",))


@pytest.mark.requirement("0.18")
def test_each_move_between_two_plans_has_its_figures() -> None:
    problem = town(5, visits=50, providers=4)
    before, after = insert_all(problem), solve(problem, seconds=60, iterations=2_000).plan
    difference = compare(problem, before, after)
    moves = explain_changes(problem, difference, before, after)
    assert [move.change for move in moves] == list(difference.moved)
    assert {move.change.kind for move in moves} >= {"provider", "time", "served"}
    for move in moves:
        for plan, figure in ((before, move.drive_before_s), (after, move.drive_after_s)):
            if move.change.visit_id in plan.place_of:
                without = score_with(problem, orders_without(plan, move.change.visit_id))
                assert without is not None
                assert score_of(problem, plan).drive_s - without.drive_s == figure
            else:
                assert figure is None
        assert move.reason.words.endswith(".")


def test_the_difference_counts_every_visit_once() -> None:
    problem = town(5, visits=50, providers=4)
    before, after = insert_all(problem), solve(problem, seconds=60, iterations=2_000).plan
    difference = compare(problem, before, after)
    assert [change.visit_id for change in difference.changes] == [visit.id for visit in problem.visits]
    assert len(difference.newly_served) - len(difference.newly_unserved) == len(after.place_of) - len(before.place_of)
    assert (difference.before, difference.after) == (score_of(problem, before), score_of(problem, after))
    assert compare(problem, after, after).moved == ()


@needs_bench
def test_explaining_300_visits_takes_a_moment() -> None:
    problem = day("n300t")
    plan = solve(problem, seconds=60, iterations=8_000).plan
    began = time.thread_time()
    explain(problem, plan)
    assert time.thread_time() - began < 2.0


def test_a_crew_is_named_and_stands_for_the_others_like_a_locked_visit() -> None:
    problem = town(4, visits=12, providers=3)
    pair = replace(problem.visits[0], id="pair", crew=2, skills=frozenset(), pinned=None, excluded=frozenset(), windows=((9 * H, 9 * H),))
    rest = tuple(replace(visit, crew=1) for visit in problem.visits[1:])
    problem = replace(problem, visits=(pair, *rest))
    alone = insert_all(replace(problem, visits=rest))
    fixed = [replace(pair, id=f"pair{n}", crew=1, pinned=f"P{n}", fixed_start=9 * H) for n in range(2)]
    apart = insert_all(replace(problem, visits=(*fixed, *rest)))
    assert {"pair0", "pair1"} <= {*apart.place_of}
    routes = {
        id: replace(route, stops=tuple(replace(s, visit_id="pair") if s.visit_id.startswith("pair") else s for s in route.stops))
        for id, route in apart.routes.items()
    }
    why = explain(problem, Plan(routes))
    assert {*why.served} | {*why.unserved} == {visit.id for visit in problem.visits}
    assert why.served["pair"].reasons[0].words == "Needs 2 providers at once: Pat 0 and Pat 1."
    assert why.served["pair"].next_best is None
    missing = explain(problem, alone).unserved["pair"]
    assert (missing.reason.code, missing.relaxations) == ("room", ())
    assert "could start together at 09:00" in missing.reason.words

"""First plans and the best places for one visit."""

from __future__ import annotations

import time

import pytest

from fieldoffice.services.routing.check import check, score_of
from fieldoffice.services.routing.draft import Draft
from fieldoffice.services.routing.insertion import best_places, insert_all
from fieldoffice.services.routing.problem import Plan
from fieldoffice.services.routing.schedule import plan_of
from fieldoffice.services.routing.solve import solve
from tests.routing.days import day, needs_bench, town


@pytest.mark.parametrize("seed", range(10))
def test_the_first_plan_keeps_every_rule(seed: int) -> None:
    problem = town(seed, visits=40, providers=5)
    plan = insert_all(problem)
    missed = frozenset(v.id for v in problem.visits if v.pinned and v.id not in plan.place_of)
    assert check(problem, plan, excused=missed).violations == ()
    assert len(plan.place_of) > 25


def test_the_heaviest_visits_come_first() -> None:
    problem = town(3, visits=60, providers=3)
    plan = insert_all(problem)
    left_out = [visit.priority for visit in problem.visits if visit.id not in plan.place_of]
    assert left_out.count(1) > left_out.count(3)


def test_a_kept_plan_is_only_added_to() -> None:
    problem = town(4, visits=30)
    part = insert_all(problem)
    provider = next(iter(part.routes))
    kept = Plan({provider: part.routes[provider]})
    plan = insert_all(problem, start=kept)
    order = [visit_id for visit_id in plan.sequence(provider) if visit_id in kept.place_of]
    assert order == list(kept.sequence(provider))
    assert all(plan.place_of[visit_id][0] == provider for visit_id in kept.place_of)


@pytest.mark.requirement("0.18")
def test_the_best_places_are_what_putting_the_visit_there_costs() -> None:
    problem = town(7, visits=25, providers=5)
    plan = solve(problem, seconds=60, iterations=500).plan
    visit_id = next(iter(plan.place_of))
    without = Draft.of(problem, plan)
    without.remove(problem.visit_index[visit_id])
    before = score_of(problem, without.plan())
    offers = best_places(problem, plan, visit_id, count=99, per_provider=False)
    assert offers
    assert [offer.cost_s for offer in offers] == sorted(offer.cost_s for offer in offers)
    weight = problem.weights.penalty * problem.weight_of(problem.visit(visit_id))
    for offer in offers:
        orders = {k: without.plan().sequence(k) for k in without.plan().routes}
        order = [*orders.get(offer.provider_id, ())]
        order.insert(offer.position, visit_id)
        there = plan_of(problem, {**orders, offer.provider_id: order})
        assert there is not None
        after = score_of(problem, there)
        assert there.place_of[visit_id] == (offer.provider_id, offer.start)
        assert after.total - before.total == offer.cost_s - weight
        assert after.drive_s - before.drive_s == offer.drive_added_s
        assert after.overtime_s - before.overtime_s == offer.overtime_added_s


def test_one_offer_per_provider() -> None:
    problem = town(7, visits=25, providers=5)
    plan = insert_all(problem)
    visit_id = next(iter(plan.place_of))
    providers = [offer.provider_id for offer in best_places(problem, plan, visit_id)]
    assert len(providers) == len(set(providers))


@needs_bench
def test_300_visits_are_placed_within_a_second() -> None:
    problem = day("n300")
    began = time.thread_time()
    insert_all(problem)
    assert time.thread_time() - began < 1.0

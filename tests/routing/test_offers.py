"""Offers of one more visit: the same places, starts and prices as trying everything and timing it anew."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from fieldoffice.services.routing.check import check, score_of
from fieldoffice.services.routing.insertion import insert_all
from fieldoffice.services.routing.offers import OpenDay
from fieldoffice.services.routing.problem import Plan, Problem, Visit
from fieldoffice.services.routing.schedule import plan_of
from tests.routing.days import H, day, needs_bench, town


def tried(problem: Problem, plan: Plan, visit: Visit) -> dict[str, int]:
    """The lowest price of the visit with each provider, by timing every order anew."""
    weight = problem.weights.penalty * problem.weight_of(visit)
    now, found = score_of(problem, plan).total, dict[str, int]()
    for provider in problem.providers:
        order = plan.sequence(provider.id)
        for position in range(len(order) + 1):
            orders = {k: plan.sequence(k) for k in plan.routes}
            made = plan_of(problem, {**orders, provider.id: (*order[:position], visit.id, *order[position:])})
            excused = frozenset(v.id for v in problem.visits if v.pinned)
            if made and check(problem, made, excused=excused).accepted:
                price = score_of(problem, made).total - now + weight
                found[provider.id] = min(price, found.get(provider.id, price))
    return found


@pytest.mark.parametrize("seed", range(8))
def test_offers_are_the_cheapest_places_there_are(seed: int) -> None:
    problem = town(seed, visits=30, providers=6)
    *known, new = problem.visits
    new = replace(new, pinned=None)
    problem, before = replace(problem, visits=(*known, new)), replace(problem, visits=tuple(known))
    plan = insert_all(before)
    assert new.place is not None
    offers = OpenDay(before, plan).offers(
        new, problem.travel.seconds[:, new.place], problem.travel.seconds[new.place], count=10
    )
    prices = tried(problem, plan, new)
    assert {offer.provider_id: offer.cost_s for offer in offers} == prices
    assert [offer.cost_s for offer in offers] == sorted(prices.values())


def test_an_offer_names_the_start_and_what_it_adds() -> None:
    problem = town(3, visits=12, providers=3)
    new = replace(problem.visits[0], id="new", windows=((8 * H, 17 * H),), skills=frozenset(), pinned=None, excluded=frozenset())
    assert new.place is not None
    opened = OpenDay(problem, insert_all(problem))
    there, back = problem.travel.seconds[:, new.place], problem.travel.seconds[new.place]
    best = opened.offers(new, there, back, count=1)[0]
    assert best == opened.offers(new, there, back, count=3)[0]
    assert 8 * H <= best.start <= 17 * H
    missed = problem.weights.preferred_miss_s if new.preferred not in (None, best.provider_id) else 0
    assert best.cost_s == best.drive_added_s + problem.weights.overtime_factor * best.overtime_added_s + missed
    every = opened.offers(new, there, back, count=50, per_provider=False)
    assert len({(offer.provider_id, offer.position) for offer in every}) == len(every)
    assert opened.offers(replace(new, skills=frozenset({"diving"})), there, back) == ()


@needs_bench
def test_offers_over_360_providers_take_milliseconds() -> None:
    problem = day("n2000")
    ids = {f"J{n}" for n in range(0, 2000, 3)}
    few = replace(problem, visits=tuple(v for v in problem.visits if v.id not in ids))
    opened = OpenDay(few, insert_all(few))
    spent = []
    for visit in [v for v in problem.visits if v.id in ids][:40]:
        there, back = problem.travel.seconds[:, visit.place], problem.travel.seconds[visit.place]
        began = time.thread_time()
        offers = opened.offers(replace(visit, pinned=None), there, back)
        spent.append(time.thread_time() - began)
        assert len(offers) <= 5
    assert np.median(spent) < 0.2

"""How the search judges its steps: lenient about unserved visits at first, where not all of them fit, and strict in the end."""

from __future__ import annotations

from dataclasses import replace

from fieldoffice.services.routing.check import score_of
from fieldoffice.services.routing.ground import field_of
from fieldoffice.services.routing.kernel.arrays import LENIENT, PENALTY
from fieldoffice.services.routing.kernel.dice import dice_of
from fieldoffice.services.routing.problem import Plan, Problem
from fieldoffice.services.routing.search import FIRM, _Search
from fieldoffice.services.routing.watch import Watch
from tests.routing.days import town

CROWDED = town(21, visits=60, providers=3)
ROOMY = replace(town(5, visits=6, providers=4), rain=())


def ended(problem: Problem) -> _Search:
    """A search that has come to its end."""
    field = field_of(problem)
    found = _Search(field, field.lanes(Plan()), dice_of(1), Watch(60, iterations=400))
    found.best_plan(Plan())
    return found


def test_leaving_out_is_cheap_at_first_on_a_crowded_day_and_costs_all_of_its_penalty_later() -> None:
    found = ended(CROWDED)
    full = int(found.lanes.book[PENALTY])
    prices = [found._lenient(share / 20) for share in range(21)]
    assert prices == sorted(prices)
    assert 0 < prices[0] < full // 4
    assert {price for share, price in enumerate(prices) if share / 20 >= FIRM} == {full}
    assert found.lanes.book[LENIENT] == full


def test_on_a_day_with_room_for_all_it_costs_its_penalty_from_the_start() -> None:
    found = ended(ROOMY)
    assert {found._lenient(share / 4) for share in range(5)} == {int(found.lanes.book[PENALTY])}


def test_the_best_plan_counts_by_the_full_penalty_whatever_was_accepted_on_the_way() -> None:
    found = ended(CROWDED)
    plan = found.field.plan(found.lanes)
    assert plan is not None
    assert found._total() == score_of(replace(CROWDED, visits=tuple(CROWDED.visits[i] for i in found.field.visits)), plan).total

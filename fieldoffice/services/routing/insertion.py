"""Cheapest insertion: a first plan at once, and the best places for one more visit."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import nsmallest

from fieldoffice.services.routing.draft import Draft, Insertion
from fieldoffice.services.routing.problem import Plan, Problem
from fieldoffice.services.routing.schedule import timed
from fieldoffice.services.routing.tables import tables_of
from fieldoffice.services.routing.teams import lone_crews, meet, meeting


@dataclass(frozen=True)
class Offer:
    """One place for a visit: the provider, the position in the route, the start of work, and what it adds."""

    provider_id: str
    position: int
    start: int
    drive_added_s: int
    overtime_added_s: int
    cost_s: int


def insert_all(problem: Problem, *, start: Plan | None = None) -> Plan:
    """Every visit once, in order of importance, each at its cheapest place; those that fit nowhere stay unserved.

    Locked visits come first, then pinned ones, then by weight; among equals crews, then the ones with the
    fewest choices.
    `start`: keep these routes (as far as the rules allow) and only add. A crew meets where it is cheapest; visits that wait for
    others, or for the same day, are left to the search.
    """
    draft = Draft.of(problem, start) if start else Draft.empty(problem)
    crews = lone_crews(problem)
    alone = [i for i in draft.unserved() if problem.visits[i].id not in problem.bound or problem.visits[i].id in crews]
    for i in sorted(alone, key=lambda i: _urgency(draft, i)):
        if problem.visits[i].crew > 1:
            together = meeting(draft, i)
            if together is not None:
                meet(draft, i, together)
            continue
        best = min(draft.places(i), default=None)
        if best is not None:
            draft.insert(i, best.k, best.position)
    return draft.plan()


def best_places(
    problem: Problem, plan: Plan, visit_id: str, *, count: int = 5, per_provider: bool = True
) -> tuple[Offer, ...]:
    """The cheapest places where this visit fits into the plan without moving another visit to another provider or order.

    At most `count`, cheapest first; with `per_provider` only the best one of each provider. A visit that the plan already
    serves is looked at as if it were taken out first.
    """
    i = problem.visit_index[visit_id]
    draft = Draft.of(problem, plan)
    if visit_id in plan.place_of:
        draft.remove(i)
    best: dict[tuple[int, int], Insertion] = {}
    for place in draft.places(i):
        key = (place.k, -1 if per_provider else place.position)
        best[key] = min(best.get(key, place), place)
    return tuple(_offer(draft, i, place) for place in nsmallest(count, best.values()))


def _offer(draft: Draft, i: int, place: Insertion) -> Offer:
    sequence = [*draft.lanes[place.k].sequence]
    sequence.insert(place.position, i)
    route = timed(draft.tables, place.k, sequence)
    assert route is not None, "an insertion that was found to fit can be timed"
    provider = draft.tables.problem.providers[place.k]
    return Offer(
        provider.id, place.position, route.stops[place.position].start, place.drive_s, place.overtime_s, place.cost
    )


def _urgency(draft: Draft, i: int) -> tuple[bool, bool, int, int, int, int]:
    visit = draft.tables.problem.visits[i]
    locked, pinned = visit.fixed_start is not None, visit.pinned is not None
    return not locked, not pinned, -draft.tables.weight[i], -visit.crew, len(draft.tables.allowed[i]), -visit.duration_s


def fits_alone(problem: Problem, i: int, k: int) -> bool:
    """Whether provider k could do visit i if it were the only one of the day (time rules only)."""
    return timed(tables_of(problem), k, [i]) is not None

"""Where a crew can meet: a moment at which enough providers can start one visit together, timed exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from fieldoffice.services.routing.draft import Draft, Insertion
from fieldoffice.services.routing.problem import Problem, Visit
from fieldoffice.services.routing.schedule import after
from fieldoffice.services.routing.tables import NEVER, Tables

MOST_LOOKS = 20_000
"""So many places are timed for one crew at most; on larger days fewer moments are tried."""
FEWEST_MOMENTS = 6
Price = Callable[[Insertion], int]


@dataclass(frozen=True)
class Meeting:
    """A moment and a place with each member; `cost_s` is what they add to the objective together."""

    cost_s: int
    start: int
    places: tuple[Insertion, ...]


def lone_crews(problem: Problem) -> frozenset[str]:
    """The visits for several providers that wait for no other visit."""
    pairs = {id for rule in problem.precedences for id in (rule.before, rule.after)}
    tied = pairs.union(*problem.same_day)
    return frozenset(visit.id for visit in problem.visits if visit.crew > 1 and visit.id not in tied)


def meeting(draft: Draft, i: int, price: Price | None = None) -> Meeting | None:
    """The cheapest meeting for visit i that fits into the draft as it stands; None when no moment suits so many.

    `price` overrules what a place costs when members are chosen. Of many moments only some are tried, spread over the day.
    """
    rank = price or _cost_of
    found = ((sum(map(rank, each.places)), each) for each in _meetings(draft, i, rank))
    best = min(found, key=lambda pair: (pair[0], pair[1].start), default=None)
    return best[1] if best else None


def _cost_of(place: Insertion) -> int:
    return place.cost


def meet(draft: Draft, i: int, at: Meeting) -> None:
    """Put the visit into its members' lanes, at the moment on which they agreed."""
    draft.tables = held_at(draft, i, at.start)
    for place in at.places:
        draft.insert(i, place.k, place.position)


def _meetings(draft: Draft, i: int, rank: Price) -> Iterator[Meeting]:
    visit = draft.tables.problem.visits[i]
    for start in _moments(draft, i):
        held = Draft(held_at(draft, i, start), draft.lanes)
        best = (min(held.places_with(i, k), key=rank, default=None) for k in held.tables.allowed[i])
        members = _members(held, visit, sorted((place for place in best if place is not None), key=rank))
        if len(members) == visit.crew:
            yield Meeting(_cost(held, visit, i, members), start, members)


def _members(draft: Draft, visit: Visit, places: list[Insertion]) -> tuple[Insertion, ...]:
    """The pinned person first, then the cheapest; nobody twice."""
    providers = draft.tables.problem.providers
    pinned = [place for place in places if providers[place.k].who == visit.pinned]
    if visit.pinned is not None and not pinned:
        return ()
    chosen: dict[str, Insertion] = {}
    for place in [*pinned, *places]:
        chosen.setdefault(providers[place.k].who, place)
    return tuple(chosen.values())[: visit.crew]


def _cost(draft: Draft, visit: Visit, i: int, members: tuple[Insertion, ...]) -> int:
    """Drives and overtime of all; preference and change of plan once for the whole crew."""
    problem = draft.tables.problem
    who = {problem.providers[place.k].who for place in members}
    missed = problem.weights.preferred_miss_s if visit.preferred and visit.preferred not in who else 0
    moved = problem.weights.moved_s if visit.current and visit.current not in who else 0
    return missed + moved + sum(place.cost - int(draft.tables.surcharge[i, place.k]) for place in members)


def _moments(draft: Draft, i: int) -> list[int]:
    """The earliest starts at the members' places: whoever can start earlier can wait."""
    looks, starts = 0, set[int]()
    for k in draft.tables.allowed[i]:
        lane = draft.lanes[k]
        for position in range(len(lane.sequence) + 1):
            looks += 1
            drive_s = draft.tables.seconds[draft.place_at(lane, position - 1)][draft.tables.place[i]]
            done = min(after(draft.tables, k, lane.ready[position], drive_s, i))
            if done < NEVER:
                starts.add(done - draft.tables.work_s(i, k))
    return _spread(sorted(starts), max(FEWEST_MOMENTS, MOST_LOOKS // max(1, looks)))


def _spread(moments: list[int], most: int) -> list[int]:
    if len(moments) <= most:
        return moments
    return [moments[n * (len(moments) - 1) // (most - 1)] for n in range(most)]


def held_at(draft: Draft, i: int, start: int) -> Tables:
    """Tables in which visit i may only start at this moment."""
    starts = [*draft.tables.starts]
    starts[i] = ((start, start),)
    return replace(draft.tables, starts=starts)

"""Which visits stand or fall together, and in which order: crews, one after the other, all on the same day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from fieldoffice.services.routing.problem import Problem


@dataclass
class Bond:
    """Visits (by index) in an order in which nothing comes before what it waits for; `strict`: all of them or none."""

    visits: list[int]
    strict: bool


@dataclass(frozen=True)
class Bonds:
    """`before[i]`: what must be done before visit i, with gaps in seconds; `same_day`: visits tied to one day."""

    groups: list[Bond]
    before: dict[int, list[tuple[int, int]]]
    same_day: set[int]
    hopeless: set[int] = field(default_factory=set[int])


def bonds_of(problem: Problem, possible: Iterable[int]) -> Bonds:
    """The groups among the visits that could be served; `hopeless` are those whose partners can never be served."""
    left = set(possible)
    known = problem.visit_index
    pairs = [
        (known[r.before], known[r.after], r.gap_s)
        for r in problem.precedences
        if r.before in known and r.after in known
    ]
    days = [[known[id] for id in ids if id in known] for ids in problem.same_day]
    hopeless = _hopeless(left, pairs, days)
    left -= hopeless
    before: dict[int, list[tuple[int, int]]] = {}
    for first, then, gap_s in pairs:
        if then in left:
            before.setdefault(then, []).append((first, gap_s))
    tied = [day for day in days if len(day) > 1 and set(day) <= left]
    crews = [[i] for i in sorted(left) if problem.visits[i].crew > 1]
    order = _order(left, before)
    groups = [
        Bond(sorted(members, key=order.__getitem__), strict)
        for members, strict in _joined(
            [*crews, *tied, *([first, then] for then in before for first, _ in before[then])], tied
        )
    ]
    return Bonds(groups, before, {i for day in tied for i in day}, hopeless)


def _hopeless(left: set[int], pairs: list[tuple[int, int, int]], days: list[list[int]]) -> set[int]:
    """Visits whose partners are not there, or that wait for each other in a circle."""
    gone: set[int] = set()
    while True:
        there = left - gone
        more = {then for first, then, _ in pairs if then in there and first not in there}
        more |= {i for day in days for i in day if i in there and not set(day) <= there}
        if not more:
            waits = {i: [(first, 0) for first, then, _ in pairs if then == i] for i in there}
            more = there - _order(there, waits).keys()
        if not more:
            return gone
        gone |= more


def _order(visits: set[int], before: dict[int, list[tuple[int, int]]]) -> dict[int, int]:
    """A rank for each visit, after all that it waits for; visits in a circle get none."""
    ranks: dict[int, int] = {}
    while True:
        ready = [i for i in sorted(visits) if i not in ranks and all(first in ranks for first, _ in before.get(i, ()))]
        if not ready:
            return ranks
        for i in ready:
            ranks[i] = len(ranks)


def _joined(sets: list[list[int]], tied: list[list[int]]) -> list[tuple[list[int], bool]]:
    """Sets that share a visit become one; strict where a day ties them."""
    found: list[tuple[set[int], bool]] = []
    for one in sets:
        members, strict = set(one), one in tied
        apart: list[tuple[set[int], bool]] = []
        for other, other_strict in found:
            if other & members:
                members, strict = members | other, strict or other_strict
            else:
                apart.append((other, other_strict))
        found = [*apart, (members, strict)]
    return [(sorted(members), strict) for members, strict in found]

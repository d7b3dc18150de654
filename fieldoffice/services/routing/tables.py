"""A problem turned into plain lists by index: what timing, insertion and the engines calculate on.

Built once per problem (`tables_of`). Provider k and visit i are positions in `problem.providers` and `problem.visits`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fieldoffice.services.routing.problem import Problem, ProviderShift, Visit, Window

NEVER = 1_000_000_000
"""A time that never comes; larger than any second of a day."""
NOT_ALLOWED = -1
PINNED_WEIGHT = 1_000
"""Search weight of leaving out a pinned visit: before any sum of ordinary weights that could be saved by it."""


@dataclass(frozen=True, eq=False)
class Tables:
    """`surcharge[i, k]` is the seconds that provider k costs on visit i (missed preference), or `NOT_ALLOWED`.

    `starts` are the allowed starts of each visit, `allowed` the providers who may do it at all. `seconds` is the travel
    as nested Python ints: several times faster to read one by one than an array.
    """

    problem: Problem
    starts: list[tuple[Window, ...]]
    surcharge: NDArray[np.int32]
    allowed: list[list[int]]
    place: list[int]
    duration: list[int]
    weight: list[int]
    seconds: list[list[int]]


@lru_cache(maxsize=8)
def tables_of(problem: Problem) -> Tables:
    """The tables of this problem; made at the first call and kept for the last few problems."""
    return _make(problem)


def allowed_starts(problem: Problem, visit: Visit) -> tuple[Window, ...]:
    """The times at which work may start: the windows without the rain for outdoor visits, in order, none overlapping.

    A visit with a fixed start has exactly that one.
    """
    if visit.fixed_start is not None:
        return ((visit.fixed_start, visit.fixed_start),)
    windows = _merged(visit.windows)
    for rain in problem.rain if visit.outdoor else ():
        windows = [part for window in windows for part in _outside(window, rain, visit.duration_s)]
    return tuple(windows)


def blocking_rules(problem: Problem, visit: Visit, provider: ProviderShift) -> tuple[str, ...]:
    """The standing rules (not the time) that keep this provider from this visit, as codes; empty when none does."""
    if visit.place is None:
        return ("no_place",)
    if visit.duration_s < 0:
        return ("duration",)
    if visit.pinned is not None and visit.pinned != provider.id:
        return ("pinned",)
    if visit.fixed_start is not None:
        return ()
    rules = [] if visit.skills <= provider.skills else ["skill"]
    return tuple(rules + (["excluded"] if provider.id in visit.excluded else []))


def _make(problem: Problem) -> Tables:
    surcharge = np.full((len(problem.visits), len(problem.providers)), NOT_ALLOWED, dtype=np.int32)
    for i, visit in enumerate(problem.visits):
        for k, provider in enumerate(problem.providers):
            if not blocking_rules(problem, visit, provider):
                surcharge[i, k] = preference_miss(problem, visit, provider)
    seconds: Any = problem.travel.seconds.tolist()
    return Tables(
        problem=problem,
        starts=[allowed_starts(problem, visit) for visit in problem.visits],
        surcharge=surcharge,
        allowed=[np.flatnonzero(row != NOT_ALLOWED).tolist() for row in surcharge],
        place=[visit.place or 0 for visit in problem.visits],
        duration=[visit.duration_s for visit in problem.visits],
        weight=[PINNED_WEIGHT if visit.pinned else problem.weight_of(visit) for visit in problem.visits],
        seconds=seconds,
    )


def preference_miss(problem: Problem, visit: Visit, provider: ProviderShift) -> int:
    """Seconds of the objective for sending this provider instead of the preferred one."""
    return problem.weights.preferred_miss_s if visit.preferred and visit.preferred != provider.id else 0


def _merged(windows: Iterable[Window]) -> list[Window]:
    """Sorted, empty ones dropped, overlapping ones joined."""
    joined: list[Window] = []
    for first, last in sorted(window for window in windows if window[0] <= window[1]):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined


def _outside(window: Window, rain: Window, duration_s: int) -> list[Window]:
    """The part of a start window whose work ends before the rain or starts after it."""
    before = (window[0], min(window[1], rain[0] - duration_s))
    after = (max(window[0], rain[1]), window[1])
    return [part for part in dict.fromkeys((before, after)) if part[0] <= part[1]]

"""A problem turned into plain lists by index: what timing, insertion and the engines calculate on.

Built once per problem (`tables_of`). Provider k and visit i are positions in `problem.providers` and `problem.visits`.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from fieldoffice.services.routing.pace import Pace
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
    as rows of Python's own arrays: several times faster to read one by one than numpy's, and small. `paces` are None for
    providers of the usual kind of day.
    """

    problem: Problem
    starts: list[tuple[Window, ...]]
    surcharge: NDArray[np.int32]
    allowed: list[list[int]]
    place: list[int]
    duration: list[int]
    weight: list[int]
    seconds: Sequence[Sequence[int]]
    paces: Sequence[Pace | None]

    def work_s(self, i: int, k: int) -> int:
        """How long provider k works on visit i."""
        percent = self.problem.providers[k].experience_percent
        return self.duration[i] if percent == 100 else -(-self.duration[i] * percent // 100)


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
    slowest = max((provider.experience_percent for provider in problem.providers), default=100)
    longest = -(-visit.duration_s * max(100, slowest) // 100)
    for wet in blocked_times(problem, visit):
        windows = [part for window in windows for part in _outside(window, wet, longest)]
    return tuple(windows)


def blocked_times(problem: Problem, visit: Visit) -> tuple[Window, ...]:
    """The times in which the weather lets nobody work on this visit."""
    if not visit.outdoor:
        return ()
    spells = [each for each in problem.weather if each.outdoor != "free"]
    hard = [each.window for each in spells if each.outdoor == "blocked" or visit.duration_s > each.outdoor_most_s]
    return (*problem.rain, *hard)


def blocking_rules(problem: Problem, visit: Visit, provider: ProviderShift) -> tuple[str, ...]:
    """The standing rules (not the time) that keep this provider from this visit, as codes; empty when none does."""
    if visit.place is None:
        return ("no_place",)
    if visit.duration_s < 0:
        return ("duration",)
    if visit.pinned is not None and visit.pinned != provider.who and visit.crew == 1:
        return ("pinned",)
    if visit.fixed_start is not None:
        return ()
    rules = [] if visit.skills <= provider.skills else ["skill"]
    return tuple(rules + (["excluded"] if provider.who in visit.excluded else []))


def _make(problem: Problem) -> Tables:
    surcharge = _surcharges(problem)
    return Tables(
        problem=problem,
        starts=[allowed_starts(problem, visit) for visit in problem.visits],
        surcharge=surcharge,
        allowed=[np.flatnonzero(row != NOT_ALLOWED).tolist() for row in surcharge],
        place=[visit.place or 0 for visit in problem.visits],
        duration=[visit.duration_s for visit in problem.visits],
        weight=[PINNED_WEIGHT if visit.pinned else problem.weight_of(visit) for visit in problem.visits],
        seconds=[array("i", row.tobytes()) for row in problem.travel.seconds.astype(np.int32)],
        paces=[Pace.of(problem, provider) for provider in problem.providers],
    )


def _surcharges(problem: Problem) -> NDArray[np.int32]:
    """The whole table at once: the rules of `blocking_rules` and the price of `preference_miss`."""
    surcharge = np.full((len(problem.visits), len(problem.providers)), NOT_ALLOWED, dtype=np.int32)
    who = np.array([provider.who for provider in problem.providers], dtype=object)
    able: dict[frozenset[str], NDArray[np.bool_]] = {}
    for i, visit in enumerate(problem.visits):
        if visit.skills not in able:
            able[visit.skills] = np.array(
                [visit.skills <= provider.skills for provider in problem.providers], dtype=bool
            )
        allowed = able[visit.skills] if visit.fixed_start is None else np.ones(len(who), dtype=bool)
        if visit.place is None or visit.duration_s < 0:
            continue
        for person in visit.excluded if visit.fixed_start is None else ():
            allowed = allowed & (who != person)
        if visit.pinned is not None and visit.crew == 1:
            allowed = allowed & (who == visit.pinned)
        surcharge[i, allowed] = 0
        _add_prices(problem, visit, surcharge[i], allowed, who)
    return surcharge


def _add_prices(
    problem: Problem, visit: Visit, row: NDArray[np.int32], allowed: NDArray[np.bool_], who: NDArray[np.object_]
) -> None:
    """Preference and change of today's plan, for everybody who is not the preferred or current one."""
    for person, price in (
        (visit.preferred, problem.weights.preferred_miss_s),
        (visit.current, problem.weights.moved_s),
    ):
        if person is not None and price:
            row[allowed & (who != person)] += price


def preference_miss(problem: Problem, visit: Visit, provider: ProviderShift) -> int:
    """Seconds of the objective for sending this provider instead of the preferred one or of the one who has the visit."""
    missed = problem.weights.preferred_miss_s if visit.preferred and visit.preferred != provider.who else 0
    return missed + (problem.weights.moved_s if visit.current and visit.current != provider.who else 0)


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

"""Where a plan may have room for one more visit: every position of every route as arrays, so that a look costs microseconds.

It only rules out what can never fit and says what a place would cost at least; what is left is timed exactly by `Draft`.
So the answers are exact, and few routes are timed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from fieldoffice.services.routing.draft import Draft, Insertion
from fieldoffice.services.routing.problem import Weather
from fieldoffice.services.routing.tables import NEVER, Tables

Array = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Gaps:
    """One row per position (or per visit that could be swapped out), the rows of one provider together.

    `ready` is the earliest moment at which one could leave `before`, `latest` the latest at which one must be at `behind`
    (both without regard to the break, so they promise too much, never too little); `saved` is the drive that falls away.
    """

    k: Array
    before: Array
    behind: Array
    ready: Array
    latest: Array
    saved: Array
    position: Array


@dataclass(frozen=True, eq=False)
class Room:
    """The room in a draft as it is now; make a new one after the draft changed."""

    draft: Draft

    @cached_property
    def seconds(self) -> Array:
        return np.asarray(self.draft.tables.problem.travel.seconds, dtype=np.int64)

    @cached_property
    def works(self) -> Array:
        """Percent of its usual duration that work takes, by provider."""
        return np.array([each.experience_percent for each in self.draft.tables.problem.providers], dtype=np.int64)

    @cached_property
    def quickest(self) -> Array:
        """Percent of its seconds that a drive takes at least, by provider, whatever the hour."""
        problem, least = self.draft.tables.problem, 100.0
        for each in (*problem.weather, *problem.traffic):
            least *= min(100, each.travel_percent if isinstance(each, Weather) else each.percent) / 100
        drives = [min(100, each.travel_percent) * least / 100 for each in problem.providers]
        return np.array(drives, dtype=np.float64).astype(np.int64)

    @cached_property
    def gaps(self) -> Gaps:
        """Every position of every provider."""
        return self._gaps(0)

    @cached_property
    def swaps(self) -> Gaps:
        """Every served visit as the place of another one."""
        return self._gaps(1)

    def cheapest(self, i: int, *, tables: Tables | None = None, but: int = -1) -> Insertion | None:
        """The cheapest place for visit i with any provider other than `but`; `tables` may hold changed rules for it."""
        draft = self.draft if tables is None else Draft(tables, self.draft.lanes)
        best: Insertion | None = None
        for least, k in self.lanes(i, draft.tables):
            if best is not None and least > best.cost:
                break
            if k != but:
                found = min(draft.places_with(i, k), default=None)
                best = found if best is None or (found is not None and found < best) else best
        return best

    def lanes(self, i: int, tables: Tables | None = None) -> list[tuple[int, int]]:
        """(what visit i would cost at least, provider) for the providers who may have room for it, the cheapest first."""
        gaps = self.gaps
        if not len(gaps.k):
            return []
        costs = self.least(gaps, i, tables or self.draft.tables)
        firsts = np.flatnonzero(np.diff(gaps.k, prepend=-1))
        least = np.minimum.reduceat(costs, firsts)
        found = np.flatnonzero(least < NEVER)
        return sorted(zip(least[found].tolist(), gaps.k[firsts[found]].tolist(), strict=True))

    def least(self, gaps: Gaps, i: int, tables: Tables) -> Array:
        """What visit i would cost at least in each of these gaps; NEVER where it cannot fit or is not allowed."""
        here, surcharge = tables.place[i], tables.surcharge[i][gaps.k].astype(np.int64)
        there, onward = self.seconds[gaps.before, here], self.seconds[here, gaps.behind]
        quickest, works_s = self.quickest[gaps.k], -(-tables.duration[i] * self.works[gaps.k] // 100)
        start = _starts(gaps.ready + there * quickest // 100, tables.starts[i])
        fits = (surcharge >= 0) & (start + works_s + onward * quickest // 100 <= gaps.latest)
        return np.where(fits, there + onward - gaps.saved + surcharge, NEVER)

    def _gaps(self, over: int) -> Gaps:
        rows = [row for lane in self.draft.lanes for row in self._of(lane.k, over)]
        columns = np.array(rows, dtype=np.int64).reshape(-1, 7).T
        return Gaps(*columns)

    def _of(self, k: int, over: int) -> Iterator[tuple[int, ...]]:
        """The gaps of one provider; with `over` each one spans so many visits, which fall away."""
        lane, tables = self.draft.lanes[k], self.draft.tables
        provider = tables.problem.providers[k]
        places = [provider.start, *(tables.place[i] for i in lane.sequence), provider.end]
        drives = [tables.seconds[a][b] for a, b in pairwise(places)]
        for at in range(len(lane.sequence) + 1 - over):
            behind = at + 1 + over
            saved = sum(drives[at:behind]) if lane.sequence else 0
            yield k, places[at], places[behind], min(lane.ready[at]), max(lane.latest[at + over]), saved, at


def _starts(arrival: Array, windows: tuple[tuple[int, int], ...]) -> Array:
    """The first allowed start at or after each arrival, or NEVER."""
    start = np.full(len(arrival), NEVER, dtype=np.int64)
    for first, last in reversed(windows):
        start = np.where(arrival <= last, np.maximum(arrival, first), start)
    return start

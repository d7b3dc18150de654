"""Drives between points: what a road server answered, and the estimate wherever it did not. Pure.

Road times are asymmetric and stay so. The same coordinates (to about a meter) are the same place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fieldoffice.services.geo import DETOUR, KMH, Point, drive_m, drive_s
from fieldoffice.services.routing.travel import Travel, straight_line

Answer = tuple[str, str, int, int]
"""Origin, destination, seconds, meters."""
UNKNOWN = -1


def key_of(point: Point) -> str:
    """A point as the cache names it: five decimals."""
    return f"{point[0]:.5f},{point[1]:.5f}"


@dataclass(frozen=True, eq=False)
class Roads:
    """What is known of a road server's drives: `seconds[a, b]` is UNKNOWN where it was never asked or knew no way."""

    index: Mapping[str, int]
    seconds: NDArray[np.int32]
    meters: NDArray[np.int32]

    @classmethod
    def of(cls, points: Iterable[Point], answers: Iterable[Answer]) -> Roads:
        """The drives between these points, from rows of answers."""
        index = {key: n for n, key in enumerate(dict.fromkeys(key_of(point) for point in points))}
        seconds, meters = (np.full((len(index), len(index)), UNKNOWN, dtype=np.int32) for _ in range(2))
        np.fill_diagonal(seconds, 0)
        np.fill_diagonal(meters, 0)
        for origin, destination, s, m in answers:
            if origin in index and destination in index:
                seconds[index[origin], index[destination]], meters[index[origin], index[destination]] = s, m
        return cls(index, seconds, meters)

    def rows(self, points: Sequence[Point]) -> NDArray[np.intp]:
        """The row of each point, -1 for one that is not known."""
        return np.array([self.index.get(key_of(point), -1) for point in points], dtype=np.intp)


@dataclass(frozen=True, eq=False)
class Drives:
    """Drive times and lengths: `seconds` for one pair, `matrix` for many points at once; `why` says why there are no roads."""

    detour: float = DETOUR
    kmh: float = KMH
    roads: Roads | None = None
    name: str = ""
    why: str = ""

    def seconds(self, a: Point, b: Point) -> int:
        """Whole seconds from a to b."""
        found = self._known(a, b)
        return drive_s(a, b, detour=self.detour, kmh=self.kmh) if found is None else found[0]

    def meters(self, a: Point, b: Point) -> int:
        """Whole meters from a to b."""
        found = self._known(a, b)
        return drive_m(a, b, detour=self.detour) if found is None else found[1]

    def matrix(self, points: Sequence[Point]) -> Travel:
        """All drives between these points; the source says what they are made of."""
        base = straight_line(points, detour=self.detour, kmh=self.kmh)
        if self.roads is None:
            return base if not self.why else Travel(base.seconds, base.meters, f"{base.source} ({self.why})")
        rows = self.roads.rows(points)
        grid = np.ix_(rows, rows)
        known = (self.roads.seconds[grid] >= 0) & (rows[:, None] >= 0) & (rows[None] >= 0)
        seconds = np.where(known, self.roads.seconds[grid], base.seconds).astype(np.int32)
        meters = np.where(known, self.roads.meters[grid], base.meters).astype(np.int32)
        for made in (seconds, meters):
            made.setflags(write=False)
        return Travel(seconds, meters, self._source(int(known.size - known.sum()), known.size - len(points), base.source))

    def _source(self, missing: int, pairs: int, estimate: str) -> str:
        if missing == 0:
            return f"roads: {self.name}"
        if missing >= pairs:
            return f"{estimate} ({self.why or f'{self.name} knows none of these drives'})"
        return f"roads: {self.name}; {missing} of {pairs} drives by {estimate}"

    def _known(self, a: Point, b: Point) -> tuple[int, int] | None:
        if self.roads is None:
            return None
        here, there = self.roads.index.get(key_of(a), -1), self.roads.index.get(key_of(b), -1)
        if here < 0 or there < 0 or self.roads.seconds[here, there] < 0:
            return None
        return int(self.roads.seconds[here, there]), int(self.roads.meters[here, there])

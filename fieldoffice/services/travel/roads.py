"""All drives between the places of a plan at once: what a road server answered, over the estimate. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fieldoffice.services.geo import Point
from fieldoffice.services.routing.travel import Travel, straight_line
from fieldoffice.services.travel.drives import Answer, Drive, Drives, key_of

UNKNOWN = -1


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

    def drive(self, origin: str, destination: str) -> Drive | None:
        """Seconds and meters of one drive, None where it is not known."""
        here, there = self.index.get(origin, -1), self.index.get(destination, -1)
        if here < 0 or there < 0 or self.seconds[here, there] < 0:
            return None
        return int(self.seconds[here, there]), int(self.meters[here, there])

    def answers(self) -> Iterable[Answer]:
        """Every drive that is known between two different places."""
        keys = [*self.index]
        for a, b in zip(*np.nonzero(self.seconds >= 0), strict=True):
            if a != b:
                yield keys[a], keys[b], int(self.seconds[a, b]), int(self.meters[a, b])


def matrix(drives: Drives, points: Sequence[Point]) -> Travel:
    """All drives between these points; the source says what they are made of."""
    base = straight_line(points, detour=drives.detour, kmh=drives.kmh)
    if drives.roads is None:
        return base if not drives.why else Travel(base.seconds, base.meters, f"{base.source} ({drives.why})")
    roads = drives.roads if isinstance(drives.roads, Roads) else Roads.of(points, drives.roads.answers())
    rows = roads.rows(points)
    grid = np.ix_(rows, rows)
    known = (roads.seconds[grid] >= 0) & (rows[:, None] >= 0) & (rows[None] >= 0)
    seconds = np.where(known, roads.seconds[grid], base.seconds).astype(np.int32)
    meters = np.where(known, roads.meters[grid], base.meters).astype(np.int32)
    for made in (seconds, meters):
        made.setflags(write=False)
    return Travel(seconds, meters, _source(drives, int(known.size - known.sum()), known.size - len(points), base.source))


def _source(drives: Drives, missing: int, pairs: int, estimate: str) -> str:
    if missing == 0:
        return f"roads: {drives.name}"
    if missing >= pairs:
        return f"{estimate} ({drives.why or f'{drives.name} knows none of these drives'})"
    return f"roads: {drives.name}; {missing} of {pairs} drives by {estimate}"

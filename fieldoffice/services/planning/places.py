"""The places of a day's problem and the travel between them, with room for what stands although it should not.

A place may be entered at one point and left at another (two overlapping visits that stay are one stop), and a drive for
which the board leaves too little time counts as long as the board leaves it: nobody will move what stays.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from fieldoffice.services.geo import Point
from fieldoffice.services.routing.travel import Travel
from fieldoffice.services.travel.drives import Drives


@dataclass
class Places:
    """Numbers places as they are asked for; `travel()` comes last."""

    drives: Drives = field(default_factory=Drives)
    points: list[Point] = field(default_factory=list[Point])
    _known: dict[Point, int] = field(default_factory=dict[Point, int])
    _at: dict[Point, int] = field(default_factory=dict[Point, int])
    _ways: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    _inner_m: dict[int, int] = field(default_factory=dict[int, int])
    _cut: dict[tuple[int, int], int] = field(default_factory=dict[tuple[int, int], int])
    _free: set[tuple[int, str]] = field(default_factory=set[tuple[int, str]])

    def at(self, point: Point) -> int:
        """The number of a point."""
        if point not in self._at:
            self._at[point] = self._add(point, point)
        return self._at[point]

    def own(self, arrive: Point, leave: Point) -> int:
        """A place that nobody else shares."""
        made = self._add(arrive, leave)
        self._inner_m[made] = self.drives.meters(arrive, leave)
        return made

    def cut(self, before: int, after: int, seconds: int) -> None:
        """Let the drive between two places take no longer than this."""
        self._cut[before, after] = max(0, seconds)

    def unpaid(self, point: Point, way: str) -> int:
        """A place of its own from which ("out") or to which ("back") the way takes none of the day's time."""
        made = self._add(point, point)
        self._free.add((made, way))
        return made

    def all(self) -> tuple[Point, ...]:
        """Every place in order, by the point at which it is entered."""
        return tuple(self.points[arrive] for arrive, _ in self._ways)

    def travel(self) -> Travel:
        """Travel between all places; the way within an own place counts in kilometers, its time is in the visit."""
        base = self.drives.matrix(self.points or [(0.0, 0.0)])
        if len(self._ways) == len(self._at):
            return base
        enter, leave = [a for a, _ in self._ways], [b for _, b in self._ways]
        seconds, meters = base.seconds[np.ix_(leave, enter)], base.meters[np.ix_(leave, enter)]
        for (before, after), most in self._cut.items():
            seconds[before, after] = min(int(seconds[before, after]), most)
        for place, inner in self._inner_m.items():
            meters[place] += inner
        for place, way in self._free:
            seconds[(place, slice(None)) if way == "out" else (slice(None), place)] = 0
        for matrix in (seconds, meters):
            matrix.setflags(write=False)
        return Travel(seconds, meters, base.source)

    def _add(self, arrive: Point, leave: Point) -> int:
        self._ways.append((self._point(arrive), self._point(leave)))
        return len(self._ways) - 1

    def _point(self, point: Point) -> int:
        if point not in self._known:
            self._known[point] = len(self.points)
            self.points.append(point)
        return self._known[point]

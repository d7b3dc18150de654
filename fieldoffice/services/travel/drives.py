"""Drives between points: what a road server answered, and the estimate wherever it did not. Pure.

Road times are asymmetric and stay so. The same coordinates (to about a meter) are the same place. A place that is not known
is not driven to: 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, Protocol

from fieldoffice.services.geo import DETOUR, KMH, Point, drive_m, drive_s

if TYPE_CHECKING:
    from fieldoffice.services.routing.travel import Travel

Answer = tuple[str, str, int, int]
"""Origin, destination, seconds, meters."""
Drive = tuple[int, int]
"""Whole seconds and meters."""
Pair = tuple[Point | None, Point | None]
"""From where to where."""


@lru_cache(maxsize=65_536)
def key_of(point: Point) -> str:
    """A point as the cache names it: five decimals."""
    return f"{point[0]:.5f},{point[1]:.5f}"


class Known(Protocol):
    """What is known of a road server's drives, by the keys of two places; None where it was never asked or knew no way."""

    def drive(self, origin: str, destination: str) -> Drive | None: ...

    def answers(self) -> Iterable[Answer]: ...


@dataclass(frozen=True)
class Pairs:
    """Some drives of many places, such as those from one visit to the next."""

    known: Mapping[tuple[str, str], Drive] = field(hash=False)

    @classmethod
    def of(cls, answers: Iterable[Answer]) -> Pairs:
        """From rows of answers."""
        return cls({(a, b): (s, m) for a, b, s, m in answers})

    def drive(self, origin: str, destination: str) -> Drive | None:
        return (0, 0) if origin == destination else self.known.get((origin, destination))

    def answers(self) -> Iterable[Answer]:
        return ((a, b, s, m) for (a, b), (s, m) in self.known.items())


@dataclass(frozen=True)
class Drives:
    """Drive times and lengths: `seconds` for one pair, `matrix` for many points at once; `why` says why there are no roads."""

    detour: float = DETOUR
    kmh: float = KMH
    roads: Known | None = None
    name: str = ""
    why: str = ""

    @property
    def by_roads(self) -> bool:
        """Whether any road time is known."""
        return self.roads is not None and any(True for _ in self.roads.answers())

    def seconds(self, a: Point | None, b: Point | None) -> int:
        """Whole seconds from a to b; 0 where a place is unknown."""
        found = self._known(a, b) if self.roads is not None else None
        return drive_s(a, b, self.detour, self.kmh) if found is None else found[0]

    def meters(self, a: Point | None, b: Point | None) -> int:
        """Whole meters from a to b; 0 where a place is unknown."""
        found = self._known(a, b) if self.roads is not None else None
        return drive_m(a, b, detour=self.detour) if found is None else found[1]

    def added_s(self, before: Point | None, place: Point | None, after: Point | None) -> int:
        """Seconds that the way over `place` takes longer than the way without it; roads may make that negative.

        One source tells all three: a road beside an estimate would make a detour of the difference between the two.
        """
        one = self if self.roads is None or self._by_road(before, place, after) else Drives(self.detour, self.kmh)
        return one.seconds(before, place) + one.seconds(place, after) - one.seconds(before, after)

    def matrix(self, points: Sequence[Point]) -> Travel:
        """All drives between these points; the source says what they are made of."""
        from fieldoffice.services.travel.roads import matrix  # brings numpy, which boards do not need

        return matrix(self, points)

    def _by_road(self, *points: Point | None) -> bool:
        there = [point for point in points if point is not None]
        return all(self._known(a, b) is not None for a, b in combinations(there, 2))

    def _known(self, a: Point | None, b: Point | None) -> Drive | None:
        if self.roads is None or a is None or b is None:
            return None
        return self.roads.drive(key_of(a), key_of(b))


ESTIMATE = Drives()
"""The estimate with the detour and the speed of an office that has chosen none."""

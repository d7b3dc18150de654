"""The answer to a route problem, frozen: who drives where at what time, and what it is worth.

Times are whole seconds from the (first) day's midnight, as in `problem`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class Stop:
    """One visit in a route; `start` is the start of work."""

    visit_id: str
    start: int


@dataclass(frozen=True)
class Route:
    """One provider's day: leaves the start place at `start`, is at the end place at `end`.

    `lunch` is the start of that break, `more_breaks` the starts of the ones after it.
    """

    start: int
    end: int
    lunch: int | None
    stops: tuple[Stop, ...]
    more_breaks: tuple[int, ...] = ()

    @property
    def breaks(self) -> tuple[int, ...]:
        """The starts of all breaks, in order."""
        return (() if self.lunch is None else (self.lunch,)) + self.more_breaks


@dataclass(frozen=True)
class Plan:
    """Routes by provider id; providers without visits are absent."""

    routes: Mapping[str, Route] = field(default_factory=dict[str, Route])

    def __iter__(self) -> Iterator[tuple[str, Stop]]:
        """Every stop with its provider's id."""
        return ((provider_id, stop) for provider_id, route in self.routes.items() for stop in route.stops)

    @cached_property
    def place_of(self) -> dict[str, tuple[str, int]]:
        """Visit id -> (provider id, start of work) of every served visit; of a crew, one member."""
        return {stop.visit_id: (provider_id, stop.start) for provider_id, stop in self}

    @cached_property
    def crew_of(self) -> dict[str, tuple[str, ...]]:
        """Visit id -> the ids of all providers who serve it."""
        found: dict[str, tuple[str, ...]] = {}
        for provider_id, stop in self:
            found[stop.visit_id] = (*found.get(stop.visit_id, ()), provider_id)
        return found

    def sequence(self, provider_id: str) -> tuple[str, ...]:
        """The visit ids of one provider in order."""
        route = self.routes.get(provider_id)
        return tuple(stop.visit_id for stop in route.stops) if route else ()


@dataclass(frozen=True)
class Score:
    """What a plan is worth. `W` is the summed weight of the unserved visits; `total` orders plans, lower is better."""

    W: int
    unserved: int
    drive_s: int
    meters: int
    overtime_s: int
    preferences_missed: int
    total: int
    moved: int = 0
    fairness_s: int = 0

    @property
    def km(self) -> float:
        return self.meters / 1000

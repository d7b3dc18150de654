"""One day's route problem and its answer, frozen: what goes into the engines and what comes out of them.

Times are whole seconds from the day's midnight (int), travel is whole seconds and whole meters, places are indices into
`Problem.places`. Everything here pickles, so a problem can be sent to the planner's own process.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from fieldoffice.services.routing.travel import Travel

Window = tuple[int, int]
"""From and to, both included: a work start (or lunch start) at either end is allowed."""


@dataclass(frozen=True)
class Weights:
    """The objective, declared in this one place; lower is better.

    total = `penalty` x (sum of the weights of unserved visits) + drive seconds + `overtime_factor` x overtime seconds
    + `preferred_miss_s` x missed preferences. `penalty` is large, so that serving a visit comes before saving a drive.
    """

    unserved: Mapping[int, int] = field(default_factory=lambda: {1: 1, 2: 3, 3: 10})
    """Weight of an unserved visit by its priority (3 is the most urgent)."""
    overtime_factor: int = 2
    preferred_miss_s: int = 300
    penalty: int = 20_000


@dataclass(frozen=True)
class Lunch:
    """A break that starts inside `window`; it may interrupt a drive, never a visit."""

    duration_s: int
    window: Window


@dataclass(frozen=True)
class ProviderShift:
    """One provider on this day. Overtime runs from the end of the shift for at most `max_overtime_s`."""

    id: str
    start: int
    end: int
    shift: Window
    lunch: Lunch | None = None
    skills: frozenset[str] = frozenset()
    max_overtime_s: int = 0
    name: str = ""

    @property
    def label(self) -> str:
        """What a dispatcher calls this provider."""
        return self.name or self.id

    @property
    def last_end(self) -> int:
        """The latest time to be back at the end place."""
        return self.shift[1] + self.max_overtime_s


@dataclass(frozen=True)
class Visit:
    """One visit to place on this day; `windows` hold the allowed starts of work.

    `place` None: the coordinates are unknown, so nobody can be sent. `pinned`: only this provider. `fixed_start` (with
    `pinned`): started or locked, so it keeps its provider and its time whatever windows, skills and weather say.
    `weight` overrules the weight of its priority.
    """

    id: str
    place: int | None
    duration_s: int
    windows: tuple[Window, ...]
    skills: frozenset[str] = frozenset()
    priority: int = 1
    weight: int | None = None
    pinned: str | None = None
    preferred: str | None = None
    excluded: frozenset[str] = frozenset()
    outdoor: bool = False
    fixed_start: int | None = None
    name: str = ""

    @property
    def label(self) -> str:
        """What a dispatcher calls this visit."""
        return self.name or self.id


@dataclass(frozen=True, eq=False)
class Problem:
    """A whole day. Ids are unique among providers and among visits; `travel` covers `places` both ways.

    `rain` holds the times in which no outdoor visit may be worked on.
    """

    places: tuple[tuple[float, float], ...]
    providers: tuple[ProviderShift, ...]
    visits: tuple[Visit, ...]
    travel: Travel
    weights: Weights = field(default_factory=Weights)
    rain: tuple[Window, ...] = ()

    @cached_property
    def provider_index(self) -> dict[str, int]:
        return {provider.id: k for k, provider in enumerate(self.providers)}

    @cached_property
    def visit_index(self) -> dict[str, int]:
        return {visit.id: i for i, visit in enumerate(self.visits)}

    def provider(self, provider_id: str) -> ProviderShift:
        return self.providers[self.provider_index[provider_id]]

    def visit(self, visit_id: str) -> Visit:
        return self.visits[self.visit_index[visit_id]]

    def weight_of(self, visit: Visit) -> int:
        """What leaving this visit out costs, in units of `Weights.penalty`."""
        return visit.weight if visit.weight is not None else self.weights.unserved.get(visit.priority, 1)


@dataclass(frozen=True)
class Stop:
    """One visit in a route; `start` is the start of work."""

    visit_id: str
    start: int


@dataclass(frozen=True)
class Route:
    """One provider's day: leaves the start place at `start`, is at the end place at `end`; `lunch` is the break's start."""

    start: int
    end: int
    lunch: int | None
    stops: tuple[Stop, ...]


@dataclass(frozen=True)
class Plan:
    """Routes by provider id; providers without visits are absent."""

    routes: Mapping[str, Route] = field(default_factory=dict[str, Route])

    def __iter__(self) -> Iterator[tuple[str, Stop]]:
        """Every stop with its provider's id."""
        return ((provider_id, stop) for provider_id, route in self.routes.items() for stop in route.stops)

    @cached_property
    def place_of(self) -> dict[str, tuple[str, int]]:
        """Visit id -> (provider id, start of work) of every served visit."""
        return {stop.visit_id: (provider_id, stop.start) for provider_id, stop in self}

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

    @property
    def km(self) -> float:
        return self.meters / 1000

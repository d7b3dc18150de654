"""A route problem of one day or several, frozen: what goes into the engines. `plan` is what comes out of them.

Times are whole seconds from the (first) day's midnight (int), travel is whole seconds and whole meters, places are indices
into `Problem.places`. Everything here pickles, so a problem can be sent to the planner's own process.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from fieldoffice.services.routing.plan import Plan, Route, Score, Stop
from fieldoffice.services.routing.travel import Travel

__all__ = ["DAY_S", "SPEED", "Lunch", "Plan", "Precedence", "Problem", "ProviderShift", "Route", "Score", "Stop", "Traffic", "Visit",
           "Weather", "Weights", "Window"]  # fmt: skip

Window = tuple[int, int]
"""From and to, both included: a work start (or lunch start) at either end is allowed."""
DAY_S = 86_400
SPEED = 1_000
"""Units of way driven in a second at the matrix's own speed."""


@dataclass(frozen=True)
class Weights:
    """The objective, declared in this one place; lower is better.

    total = `penalty` x (sum of the weights of unserved visits) + drive seconds + `overtime_factor` x overtime seconds
    + `preferred_miss_s` x missed preferences + `moved_s` x visits taken from the provider who has them
    + `fairness_percent` of each provider's working seconds squared by the length of the shift.
    `penalty` is large, so that serving a visit comes before saving a drive. Drive counts with the seconds of the matrix:
    traffic and weather make a day later, not dearer, as long as it fits.
    """

    unserved: Mapping[int, int] = field(default_factory=lambda: {1: 1, 2: 3, 3: 10})
    """Weight of an unserved visit by its priority (3 is the most urgent)."""
    overtime_factor: int = 2
    preferred_miss_s: int = 300
    penalty: int = 20_000
    moved_s: int = 0
    """For each visit with a `Visit.current` provider that another person gets: the price of changing today's plan."""
    fairness_percent: int = 0
    """0: load is shared out as it falls. At 100 a shift full of work costs its own length, half a shift a quarter of it."""


@dataclass(frozen=True)
class Lunch:
    """A break that starts inside `window`; it may interrupt a drive, never a visit."""

    duration_s: int
    window: Window


@dataclass(frozen=True)
class ProviderShift:
    """One provider on one day. Overtime runs from the end of the shift for at most `max_overtime_s`.

    With several days a person has one shift a day: each with its own `id` and the same `person`, times running on from the
    first midnight. `more_breaks` follow `lunch`, in order. `experience_percent`: how long work takes, of its usual duration;
    `travel_percent`: how long drives take, of the matrix's seconds. `first_within_s` and `last_within_s`: the first visit
    lies at most so many matrix seconds from the start place, the last one from the end place.
    """

    id: str
    start: int
    end: int
    shift: Window
    lunch: Lunch | None = None
    skills: frozenset[str] = frozenset()
    max_overtime_s: int = 0
    name: str = ""
    person: str = ""
    more_breaks: tuple[Lunch, ...] = ()
    experience_percent: int = 100
    travel_percent: int = 100
    first_within_s: int | None = None
    last_within_s: int | None = None
    capacity: int | None = None
    """The most that the visits of this shift may load together; None: no limit."""

    @property
    def label(self) -> str:
        """What a dispatcher calls this provider."""
        return self.name or self.id

    @property
    def who(self) -> str:
        """The person behind the shift: what pins, preferences and exclusions name."""
        return self.person or self.id

    @property
    def day(self) -> int:
        """The day of the shift, 0 for the first."""
        return self.shift[0] // DAY_S

    @property
    def breaks(self) -> tuple[Lunch, ...]:
        """Every break, in order."""
        return ((self.lunch,) if self.lunch else ()) + self.more_breaks

    @property
    def last_end(self) -> int:
        """The latest time to be back at the end place."""
        return self.shift[1] + self.max_overtime_s


@dataclass(frozen=True)
class Visit:
    """One visit to place on this day; `windows` hold the allowed starts of work.

    `place` None: the coordinates are unknown, so nobody can be sent. `pinned`: only this person. `fixed_start` (with
    `pinned`): started or locked, so it keeps its provider and its time whatever windows, skills and weather say.
    `weight` overrules the weight of its priority. `pinned`, `preferred`, `excluded` and `current` (who has the visit today)
    name persons (`ProviderShift.who`).

    `crew`: so many providers at once, each with the skills, who start together; the pinned one is among them, and the
    preferred one should be. `position` "first" or "last": nothing comes before (after) it on its provider's route.
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
    crew: int = 1
    position: Literal["", "first", "last"] = ""
    current: str | None = None
    load: int = 0

    @property
    def label(self) -> str:
        """What a dispatcher calls this visit."""
        return self.name or self.id


@dataclass(frozen=True)
class Weather:
    """What the weather is in `window`: usually half a day.

    Drives take `travel_percent` of their time. No outdoor visit may be worked on when `outdoor` is "blocked"; when it is
    "limited", none that takes longer than `outdoor_most_s`.
    """

    window: Window
    kind: str
    travel_percent: int = 100
    outdoor: Literal["free", "limited", "blocked"] = "free"
    outdoor_most_s: int = 3_600


@dataclass(frozen=True)
class Traffic:
    """In `window` drives take `percent` of the matrix's seconds, as in a rush hour."""

    window: Window
    percent: int


@dataclass(frozen=True)
class Precedence:
    """`after` may start at the earliest `gap_s` after the end of `before`, and only if `before` is served."""

    before: str
    after: str
    gap_s: int = 0


@dataclass(frozen=True, eq=False)
class Problem:
    """A whole day, or several. Ids are unique among shifts and among visits; `travel` covers `places` both ways.

    `rain` holds the times in which no outdoor visit may be worked on; `weather` and `traffic` say more and may overlap
    (their percents multiply). The visits of each entry of `same_day` are served on the same day, or none of them.
    """

    places: tuple[tuple[float, float], ...]
    providers: tuple[ProviderShift, ...]
    visits: tuple[Visit, ...]
    travel: Travel
    weights: Weights = field(default_factory=Weights)
    rain: tuple[Window, ...] = ()
    weather: tuple[Weather, ...] = ()
    traffic: tuple[Traffic, ...] = ()
    precedences: tuple[Precedence, ...] = ()
    same_day: tuple[tuple[str, ...], ...] = ()

    def speed_at(self, provider: ProviderShift, t: int) -> int:
        """How fast this provider drives at second t: `SPEED` is the matrix's speed. Traffic and weather multiply."""
        percent = provider.travel_percent
        for window, other in self.slow_times:
            if window[0] <= t < window[1]:
                percent = (percent * other + 50) // 100
        return max(1, 100 * SPEED // max(1, percent))

    @cached_property
    def slow_times(self) -> tuple[tuple[Window, int], ...]:
        """The windows in which drives take another percentage of the matrix's seconds."""
        by_weather = [(each.window, each.travel_percent) for each in self.weather]
        found = by_weather + [(each.window, each.percent) for each in self.traffic]
        return tuple((window, percent) for window, percent in found if percent != 100 and window[0] < window[1])

    def steady(self, provider: ProviderShift) -> bool:
        """Whether this provider's drives take the matrix's seconds at any time."""
        return provider.travel_percent == 100 and not self.slow_times

    @cached_property
    def bound(self) -> frozenset[str]:
        """The visits that depend on others or on several providers at once: they cannot be placed one by one."""
        pairs = [visit_id for rule in self.precedences for visit_id in (rule.before, rule.after)]
        crews = [visit.id for visit in self.visits if visit.crew > 1]
        return frozenset([*pairs, *crews, *(visit_id for ids in self.same_day for visit_id in ids)])

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

    def work_s(self, visit: Visit, provider: ProviderShift) -> int:
        """How long this provider works on this visit, rounded up to a second."""
        return (
            visit.duration_s
            if provider.experience_percent == 100
            else -(-visit.duration_s * provider.experience_percent // 100)
        )

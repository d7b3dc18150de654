"""What weather does to a day: declared here once for every kind. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from fieldoffice.services.routing.problem import Weather

Half = Literal["am", "pm"]
Kind = Literal["dry", "rain", "storm", "heat", "snow"]
NOON = 12 * 3600
HALVES: Mapping[Half, tuple[int, int]] = {"am": (0, NOON - 1), "pm": (NOON, 2 * NOON)}
"""Seconds of the day; noon belongs to the afternoon."""
HALF_WORDS: Mapping[Half, str] = {"am": "morning", "pm": "afternoon"}


@dataclass(frozen=True)
class Effect:
    """Drives take `travel_percent`; outdoor work is free, limited to `most_s` at a time, or blocked."""

    words: str
    travel_percent: int
    outdoor: Literal["free", "limited", "blocked"]
    most_s: int = 3600

    @property
    def told(self) -> str:
        """The effect in words: "drives take 15 % longer, no outdoor work"."""
        slower = f"drives take {self.travel_percent - 100} % longer" if self.travel_percent > 100 else ""
        limit = f"outdoor work up to {self.most_s // 60} min a visit"
        outdoor = {"free": "", "limited": limit, "blocked": "no outdoor work"}[self.outdoor]
        return ", ".join(part for part in (slower, outdoor) if part) or "no effect"


EFFECTS: Mapping[Kind, Effect] = {
    "dry": Effect("Dry", 100, "free"),
    "rain": Effect("Rain", 115, "blocked"),
    "storm": Effect("Storm", 130, "blocked"),
    "heat": Effect("Heat", 100, "limited"),
    "snow": Effect("Snow", 150, "blocked"),
}


def weather_for(declared: Mapping[Half, Kind]) -> tuple[Weather, ...]:
    """The weather of a day as the planner takes it; dry halves say nothing."""
    from fieldoffice.services.routing.problem import Weather  # brings numpy, which settings do not need

    return tuple(
        Weather(HALVES[half], kind, EFFECTS[kind].travel_percent, EFFECTS[kind].outdoor, EFFECTS[kind].most_s)
        for half, kind in declared.items()
        if kind != "dry"
    )


def in_words(declared: Mapping[Half, Kind]) -> tuple[str, ...]:
    """One sentence for each half with an effect: "Rain in the morning: drives take 15 % longer, no outdoor work."."""
    return tuple(
        f"{EFFECTS[kind].words} in the {HALF_WORDS[half]}: {EFFECTS[kind].told}."
        for half, kind in declared.items()
        if kind != "dry"
    )


def blocked(declared: Mapping[Half, Kind]) -> tuple[tuple[int, int], ...]:
    """The times of day without outdoor work."""
    return tuple(HALVES[half] for half, kind in declared.items() if EFFECTS[kind].outdoor == "blocked")


def meets(spans: Iterable[tuple[int, int]], start: int, end: int) -> bool:
    """Whether work from start to end falls into one of these times."""
    return any(start <= last and first < end for first, last in spans)

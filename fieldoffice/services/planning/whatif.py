"""What if somebody were ill, there were one more van, or it rained: a day made anew from its board, never written. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from fieldoffice.models.errors import Invalid
from fieldoffice.services.dispatch.rows import Board, ProviderRow
from fieldoffice.services.planning.day import DayPlan, day_plan
from fieldoffice.services.planning.given import Given
from fieldoffice.services.weather.effects import EFFECTS, HALF_WORDS, Half, Kind

MOST_NAME = 60
EXTRA_ID = -1
"""Providers whom a scenario invents have ids below zero: nothing is ever written for them."""


@dataclass(frozen=True)
class Away:
    """A provider who does not come."""

    provider_id: int


@dataclass(frozen=True)
class OneMore:
    """One more provider with a van, with the hours, skills and start place of `like`."""

    like: int


@dataclass(frozen=True)
class Sky:
    """Another weather in half of the day."""

    half: Half
    kind: Kind


Turn = Away | OneMore | Sky


@dataclass(frozen=True)
class Scenario:
    """A named "what if"; without turns it is the day as it is."""

    name: str
    turns: tuple[Turn, ...] = ()

    @property
    def invents(self) -> bool:
        """Whether it counts on somebody who does not exist."""
        return any(isinstance(turn, OneMore) for turn in self.turns)


def named(name: str, turns: Iterable[Turn], others: Iterable[Scenario] = ()) -> Scenario:
    """A scenario with a name of its own; refused by the field."""
    wanted, made = name.strip(), tuple(turns)
    if not wanted:
        raise Invalid(name="Please give the scenario a name.")
    if len(wanted) > MOST_NAME:
        raise Invalid(name=f"A name has at most {MOST_NAME} characters.")
    if wanted.casefold() in {other.name.casefold() for other in others}:
        raise Invalid(name="There is a scenario of this name already.")
    if not made:
        raise Invalid(turns="Choose what should be different.")
    return Scenario(wanted, made)


def varied(day: DayPlan, scenario: Scenario) -> DayPlan:
    """The day as it would be; what stands on the board and who may be moved is worked out anew."""
    seen, given = day.seen, day.given
    if seen is None:
        raise Invalid(day="This day cannot be varied: its board is not at hand.")
    for n, turn in enumerate(scenario.turns):
        seen, given = _turned(seen, given, turn, EXTRA_ID - n)
    return day_plan(seen, day.scope, given)


def in_words(turn: Turn, providers: Iterable[ProviderRow]) -> str:
    """A turn in words: "Ana is away", "One more provider like Bo", "Rain in the morning"."""
    names = {row.id: row.name for row in providers}
    if isinstance(turn, Away):
        return f"{names.get(turn.provider_id, 'A provider')} is away"
    if isinstance(turn, OneMore):
        return f"One more provider like {names.get(turn.like, 'the others')}"
    return f"{EFFECTS[turn.kind].words} in the {HALF_WORDS[turn.half]}"


def _turned(seen: Board, given: Given, turn: Turn, new_id: int) -> tuple[Board, Given]:
    if isinstance(turn, Sky):
        return seen, replace(given, weather={**given.weather, turn.half: turn.kind})
    if isinstance(turn, Away):
        rows = tuple(replace(row, shifts=()) if row.id == turn.provider_id else row for row in seen.providers)
        return replace(seen, providers=rows), given
    like = next((row for row in seen.providers if row.id == turn.like), None)
    if like is None:
        raise Invalid(like="This provider does not work on this day.")
    extra = replace(like, id=new_id, name=f"Extra van (like {like.name})", absences=())
    people = {**given.people, **({new_id: given.people[like.id]} if like.id in given.people else {})}
    return replace(seen, providers=(*seen.providers, extra)), replace(given, people=people)

"""How well words typed match words shown; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from fieldoffice.models.customer import searchable

T = TypeVar("T")
START, WORD, INSIDE = 3, 2, 1


def best(things: Iterable[T], typed: str, words_of: Callable[[T], str]) -> list[T]:
    """The things that match every typed word, the best match first; in their own order where they match alike."""
    scored = [(score(typed, words_of(thing)), thing) for thing in things]
    return [thing for points, thing in sorted(scored, key=lambda pair: -pair[0]) if points]


def score(typed: str, shown: str) -> int:
    """0 when a typed word is nowhere; more for the start of the text or of a word than for the middle of one.

    A few first letters stand for their words: "nj" finds "New job".
    """
    wanted, hay = searchable(typed).split(), searchable(shown)
    if not wanted:
        return 1
    points = [_one(word, hay) for word in wanted]
    if all(points):
        return 1 + sum(points)
    return 1 if "".join(wanted) == "".join(word[0] for word in hay.split())[: len("".join(wanted))] else 0


def _one(word: str, hay: str) -> int:
    if hay.startswith(word):
        return START
    if f" {word}" in hay:
        return WORD
    return INSIDE if word in hay else 0

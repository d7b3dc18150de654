"""Reasons as data: a code for programs, words for a dispatcher, and the figures that stand in the words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Value = int | str


@dataclass(frozen=True)
class Reason:
    """`code` names the kind, `words` say it, `values` hold the figures (seconds, ids) that the words were made of."""

    code: str
    words: str
    values: Mapping[str, Value] = field(default_factory=dict[str, Value])


def minutes(seconds: int) -> str:
    """A length of time in words, rounded up to whole minutes: "6 min", "1 h 05"."""
    whole = -(-seconds // 60)
    return f"{whole} min" if whole < 60 else f"{whole // 60} h {whole % 60:02d}"


def clock(seconds: int) -> str:
    """A time of day: "13:30"."""
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"


def listing(words: Iterable[str]) -> str:
    """ "Ana", "Ana and Bo", "Ana, Bo and Cy"."""
    names = list(words)
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))

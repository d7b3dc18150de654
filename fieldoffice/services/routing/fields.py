"""Fields of a parsed JSON file, each with its path, so that a refusal can say where: "technicians[3].shift must be …"."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, TypeGuard, cast

from fieldoffice.models.errors import Invalid
from fieldoffice.services.routing.problem import Window

MOST = 10**6


class Field:
    """One object of the file. What is asked of it with a default may be missing; everything else is refused then."""

    def __init__(self, value: object, path: str) -> None:
        if not isinstance(value, dict):
            raise Invalid(**{path: f"{path} must be an object."})
        self.record = cast("dict[str, Any]", value)
        self.path = path

    def at(self, name: str) -> str:
        return name if self.path == "day" else f"{self.path}.{name}"

    def wrong(self, name: str, words: str) -> Invalid:
        return Invalid(**{self.at(name): f"{self.at(name)} {words}."})

    def value(self, name: str, *default: object) -> Any:
        if name not in self.record and not default:
            raise self.wrong(name, "is missing")
        return self.record.get(name, *default)

    def has(self, name: str) -> bool:
        """Whether the field is there and says something."""
        return self.record.get(name) is not None

    def list(self, name: str, *, optional: bool = False) -> list[tuple[Any, str]]:
        """The entries with their paths; none where an optional list is missing."""
        if optional and not self.has(name):
            return []
        value = self.value(name)
        if not isinstance(value, list):
            raise self.wrong(name, "must be a list")
        return [(entry, f"{self.at(name)}[{i}]") for i, entry in enumerate(cast("list[Any]", value))]

    def number(self, name: str, *, above: float) -> float:
        value = self.value(name)
        if not is_number(value) or not above < value < 1e9:
            raise self.wrong(name, f"must be a number above {above:g}")
        return value

    def whole(self, name: str, *default: int, least: int = 0, most: int = MOST) -> int:
        """A whole number; the default where the field is missing or null."""
        value = default[0] if default and not self.has(name) else self.value(name)
        if type(value) is not int or not least <= value <= most:
            raise self.wrong(name, f"must be a whole number from {least} to {most}")
        return value

    def whole_or_none(self, name: str, *, most: int = MOST) -> int | None:
        return self.whole(name, most=most) if self.has(name) else None

    def text(self, name: str, *default: str) -> str:
        value = self.value(name, *default)
        if not isinstance(value, str) or not (value or default):
            raise self.wrong(name, "must be a text")
        return value

    def choice(self, name: str, choices: Collection[str], default: str) -> Any:
        value = self.value(name, default)
        if value not in choices:
            raise self.wrong(name, f"must be one of {', '.join(each or '(nothing)' for each in choices)}")
        return value

    def known(self, name: str, ids: frozenset[str], what: str = "technician") -> str | None:
        """One of these ids, or None where the field is missing or null."""
        value = self.value(name, None)
        if value is not None and (not isinstance(value, str) or value not in ids):
            raise self.wrong(name, f"names no {what} of this day")
        return value

    def texts(self, name: str, *, optional: bool = False) -> frozenset[str]:
        entries = [entry for entry, _ in self.list(name, optional=optional)]
        if not all(isinstance(entry, str) for entry in entries):
            raise self.wrong(name, "must be a list of texts")
        return frozenset(entries)

    def window(self, name: str) -> Window:
        return window_of((self.value(name), self.at(name)))

    def index(self, name: str, places: int) -> int:
        """The number of a place."""
        value = self.whole(name)
        if value >= places:
            raise self.wrong(name, f"points at place {value}, but there are only {places}")
        return value


def window_of(entry: tuple[Any, str]) -> Window:
    """Two seconds from midnight, in order."""
    value, path = pair(entry[0]), entry[1]
    if value is None or not all(type(part) is int and 0 <= part <= MOST for part in value):
        raise Invalid(**{path: f"{path} must be two whole numbers of seconds from midnight."})
    if value[0] > value[1]:
        raise Invalid(**{path: f"{path} ends before it begins."})
    return value


def pair(value: object) -> tuple[Any, Any] | None:
    """The two entries of a list of two, else None."""
    entries = cast("list[Any]", value) if isinstance(value, list) else []
    return (entries[0], entries[1]) if len(entries) == 2 else None


def is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value

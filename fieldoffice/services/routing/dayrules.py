"""What a day file may say beyond the usual day: weather, traffic, order of visits, and the price of changing today's plan.

Every key is optional; `dayfile` names them all. A file without them is read as if they did not exist.
"""

from __future__ import annotations

from typing import Any, cast

from fieldoffice.models.errors import Invalid
from fieldoffice.services.routing.fields import Field
from fieldoffice.services.routing.problem import Lunch, Precedence, Traffic, Weather

PERCENT = {"least": 1, "most": 1_000}
OUTDOOR = ("free", "limited", "blocked")
POSITIONS = ("", "first", "last")


def traffic_of(root: Field) -> tuple[Traffic, ...]:
    """The hours in which drives take another percentage of their seconds."""
    fields = [Field(*entry) for entry in root.list("traffic", optional=True)]
    return tuple(Traffic(field.window("window"), field.whole("percent", **PERCENT)) for field in fields)


def weather_of(root: Field) -> tuple[Weather, ...]:
    """The spells of weather, with what they do to drives and to work outdoors."""
    return tuple(_spell(Field(*entry)) for entry in root.list("weather", optional=True))


def _spell(field: Field) -> Weather:
    return Weather(
        window=field.window("window"),
        kind=field.text("kind"),
        travel_percent=field.whole("travel_percent", 100, **PERCENT),
        outdoor=field.choice("outdoor", OUTDOOR, "free"),
        outdoor_most_s=field.whole("outdoor_most", 3_600),
    )


def precedences_of(root: Field, jobs: frozenset[str]) -> tuple[Precedence, ...]:
    """Which job comes after which."""
    return tuple(_order(Field(*entry), jobs) for entry in root.list("precedences", optional=True))


def _order(field: Field, jobs: frozenset[str]) -> Precedence:
    before, after = _job(field, "before", jobs), _job(field, "after", jobs)
    if before == after:
        raise field.wrong("after", "names the same job as before")
    return Precedence(before, after, field.whole("gap", 0))


def _job(field: Field, name: str, jobs: frozenset[str]) -> str:
    found = field.known(name, jobs, "job")
    if found is None:
        raise field.wrong(name, "is missing")
    return found


def same_day_of(root: Field, jobs: frozenset[str]) -> tuple[tuple[str, ...], ...]:
    """Jobs that are done on one day, or none of them."""
    return tuple(_together(entry, jobs) for entry in root.list("same_day", optional=True))


def _together(entry: tuple[Any, str], jobs: frozenset[str]) -> tuple[str, ...]:
    ids, path = cast("list[Any]", entry[0]), entry[1]
    if not isinstance(entry[0], list) or not all(isinstance(each, str) for each in ids):
        raise Invalid(**{path: f"{path} must be a list of job ids."})
    unknown = [each for each in ids if each not in jobs]
    if unknown:
        raise Invalid(**{path: f"{path} names {unknown[0]}, which is no job of this day."})
    if len(set(ids)) < max(2, len(ids)):
        raise Invalid(**{path: f"{path} must name at least two different jobs."})
    return tuple(ids)


def more_breaks_of(technician: Field) -> tuple[Lunch, ...]:
    """The breaks after the first one."""
    return tuple(break_of(Field(*entry)) for entry in technician.list("more_breaks", optional=True))


def break_of(field: Field) -> Lunch:
    return Lunch(field.whole("duration"), field.window("start_window"))

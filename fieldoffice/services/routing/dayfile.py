"""Day files and plan files: JSON in, a frozen problem out; a plan in, JSON out.

A bad file is refused (`Invalid`) with the place of the fault, as in "technicians[3].shift", and a sentence.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any, TypeGuard, cast

from fieldoffice.models.errors import Invalid, Refused
from fieldoffice.services.routing.jsonfile import parsed, read_text, with_line
from fieldoffice.services.routing.problem import Lunch, Plan, Problem, ProviderShift, Visit, Weights, Window
from fieldoffice.services.routing.travel import straight_line

Record = dict[str, Any]


def read_day(path: str | Path) -> Problem:
    """The problem in a day file; a fault in it is refused with its line and field."""
    text = read_text(path, "day file")
    try:
        return problem_of(parsed(text, path, "day file"))
    except Invalid as refusal:
        raise with_line(refusal, text) from None


def problem_of(day: object) -> Problem:
    """The problem in a parsed day file; `Invalid` names the field that is wrong."""
    root = _Field(day, "day")
    places = tuple(_place(place) for place in root.list("locations"))
    providers = tuple(_provider(technician, len(places)) for technician in root.list("technicians"))
    ids = _unique([provider.id for provider in providers], "technicians")
    visits = tuple(_visit(job, len(places), ids) for job in root.list("jobs"))
    _unique([visit.id for visit in visits], "jobs")
    travel = straight_line(
        places,
        detour=root.number("detour", above=0),
        kmh=root.number("kmh", above=0),
        earth_km=root.number("earth_km", above=0),
    )
    rain = root.value("rain", None)
    return Problem(
        places, providers, visits, travel, _weights(root), (root.window("rain"),) if rain is not None else ()
    )


def write_plan(plan: Plan, path: str | Path) -> None:
    """Write a plan file whole or not at all."""
    write_whole(json.dumps(plan_record(plan), separators=(",", ":")), path)


def write_whole(text: str, path: str | Path) -> None:
    """Write a file in one step: what stood there before stays until the new text is complete."""
    target = Path(path)
    try:
        handle, draft = tempfile.mkstemp(dir=target.parent, prefix=target.name, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(draft, target)
    except OSError as fault:
        raise Refused(f"The plan cannot be written to {path}: {_why(fault)}.") from fault


def plan_record(plan: Plan) -> Record:
    """The plan as plan files hold it."""
    return {
        "routes": {
            provider_id: {
                "start": route.start,
                "end": route.end,
                "break": route.lunch,
                "stops": [[stop.visit_id, stop.start] for stop in route.stops],
            }
            for provider_id, route in plan.routes.items()
        }
    }


class _Field:
    """One object of the file with its path, so that a refusal can say where."""

    def __init__(self, value: object, path: str) -> None:
        if not isinstance(value, dict):
            raise Invalid(**{path: f"{path} must be an object."})
        self.record: Record = value
        self.path = path

    def at(self, name: str) -> str:
        return name if self.path == "day" else f"{self.path}.{name}"

    def wrong(self, name: str, words: str) -> Invalid:
        return Invalid(**{self.at(name): f"{self.at(name)} {words}."})

    def value(self, name: str, *default: object) -> Any:
        if name not in self.record and not default:
            raise self.wrong(name, "is missing")
        return self.record.get(name, *default)

    def list(self, name: str) -> list[tuple[Any, str]]:
        """The entries with their paths."""
        value = self.value(name)
        if not isinstance(value, list):
            raise self.wrong(name, "must be a list")
        return [(entry, f"{self.at(name)}[{i}]") for i, entry in enumerate(cast("list[Any]", value))]

    def number(self, name: str, *, above: float) -> float:
        value = self.value(name)
        if not _is_number(value) or not above < value < 1e9:
            raise self.wrong(name, f"must be a number above {above:g}")
        return value

    def whole(self, name: str, *, most: int = 10**6) -> int:
        value = self.value(name)
        if type(value) is not int or not 0 <= value <= most:
            raise self.wrong(name, f"must be a whole number from 0 to {most}")
        return value

    def text(self, name: str) -> str:
        value = self.value(name)
        if not isinstance(value, str) or not value:
            raise self.wrong(name, "must be a text")
        return value

    def known(self, name: str, ids: frozenset[str]) -> str | None:
        value = self.value(name, None)
        if value is not None and (not isinstance(value, str) or value not in ids):
            raise self.wrong(name, "names no technician of this day")
        return value

    def texts(self, name: str) -> frozenset[str]:
        if not all(isinstance(entry, str) for entry, _ in self.list(name)):
            raise self.wrong(name, "must be a list of texts")
        return frozenset(entry for entry, _ in self.list(name))

    def window(self, name: str) -> Window:
        return _window((self.value(name), self.at(name)))


def _place(entry: tuple[Any, str]) -> tuple[float, float]:
    value, path = _pair(entry[0]), entry[1]
    if value is None or not all(_is_number(part) for part in value):
        raise Invalid(**{path: f"{path} must be [latitude, longitude]."})
    latitude, longitude = value
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise Invalid(**{path: f"{path} lies outside the world: latitude -90 to 90, longitude -180 to 180."})
    return float(latitude), float(longitude)


def _provider(entry: tuple[Any, str], places: int) -> ProviderShift:
    field = _Field(*entry)
    return ProviderShift(
        id=field.text("id"),
        start=_index(field, "start_loc", places),
        end=_index(field, "end_loc", places),
        shift=field.window("shift"),
        lunch=_lunch(field),
        skills=field.texts("skills"),
        max_overtime_s=field.whole("max_overtime"),
    )


def _lunch(field: _Field) -> Lunch | None:
    if field.value("break_", None) is None:
        return None
    pause = _Field(field.value("break_"), field.at("break_"))
    return Lunch(pause.whole("duration"), pause.window("start_window"))


def _visit(entry: tuple[Any, str], places: int, providers: frozenset[str]) -> Visit:
    field = _Field(*entry)
    return Visit(
        id=field.text("id"),
        place=_index(field, "loc", places),
        duration_s=field.whole("duration"),
        windows=tuple(_window(window) for window in field.list("windows")),
        skills=field.texts("skills"),
        priority=field.whole("priority"),
        pinned=field.known("pinned", providers),
        preferred=field.known("preferred", providers),
        outdoor=bool(field.value("outdoor", False)),
    )


def _weights(root: _Field) -> Weights:
    table = _Field(root.value("weights"), "weights")
    if not all(key.isdecimal() for key in table.record):
        raise Invalid(weights="weights must have whole numbers as keys.")
    return Weights(
        unserved={int(key): table.whole(key) for key in table.record},
        overtime_factor=root.whole("overtime_factor"),
        preferred_miss_s=root.whole("preferred_miss_s"),
    )


def _index(field: _Field, name: str, places: int) -> int:
    value = field.whole(name)
    if value >= places:
        raise field.wrong(name, f"points at place {value}, but there are only {places}")
    return value


def _window(entry: tuple[Any, str]) -> Window:
    value, path = _pair(entry[0]), entry[1]
    if value is None or not all(type(part) is int and 0 <= part <= 10**6 for part in value):
        raise Invalid(**{path: f"{path} must be two whole numbers of seconds from midnight."})
    if value[0] > value[1]:
        raise Invalid(**{path: f"{path} ends before it begins."})
    return value


def _pair(value: object) -> tuple[Any, Any] | None:
    """The two entries of a list of two, else None."""
    entries = cast("list[Any]", value) if isinstance(value, list) else []
    return (entries[0], entries[1]) if len(entries) == 2 else None


def _unique(ids: list[str], path: str) -> frozenset[str]:
    seen: set[str] = set()
    for i, name in enumerate(ids):
        if name in seen:
            raise Invalid(**{f"{path}[{i}].id": f"{path}[{i}].id {name} stands twice."})
        seen.add(name)
    return frozenset(seen)


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value


def _why(fault: Exception) -> str:
    return (fault.strerror if isinstance(fault, OSError) else None) or str(fault)

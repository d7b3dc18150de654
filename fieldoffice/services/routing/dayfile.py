"""Day files and plan files: JSON in, a frozen problem out; a plan in, JSON out.

A bad file is refused (`Invalid`) with the place of the fault, as in "technicians[3].shift", and a sentence.

A day has `locations`, `technicians`, `jobs`, `kmh`, `detour`, `earth_km`, `weights`, `overtime_factor`, `preferred_miss_s` and
may have `rain`. Beyond that it may say, each key on its own and none of them needed:

    traffic          [{window, percent}]: drives in the window take this percentage of their seconds
    weather          [{window, kind, travel_percent, outdoor: free | limited | blocked, outdoor_most}]
    precedences      [{before, after, gap}]: a job starts at the earliest `gap` seconds after the end of another
    same_day         [[job, job, ...]]: all on one day, or none of them
    moved_s          price of each job that another person than its `current` one gets
    fairness_percent how much an even load counts
    technicians      more_breaks [{duration, start_window}], experience_percent, travel_percent, person (several shifts of
                     one), capacity, first_within, last_within (seconds of the first and of the last drive at most)
    jobs             crew, position (first | last), current, excluded [technicians], fixed_start (with pinned), load

Times are seconds from the first midnight. Routes with further breaks have `more_breaks` in the plan; of a crew each member's
route has the stop.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from fieldoffice.models.errors import Invalid, Refused
from fieldoffice.services.routing.dayrules import (
    PERCENT,
    POSITIONS,
    break_of,
    more_breaks_of,
    precedences_of,
    same_day_of,
    traffic_of,
    weather_of,
)
from fieldoffice.services.routing.fields import Field, is_number, pair, window_of
from fieldoffice.services.routing.jsonfile import parsed, read_text, with_line
from fieldoffice.services.routing.problem import Plan, Problem, ProviderShift, Route, Visit, Weights
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
    root = Field(day, "day")
    places = tuple(_place(place) for place in root.list("locations"))
    providers = tuple(_provider(technician, len(places)) for technician in root.list("technicians"))
    _unique([provider.id for provider in providers], "technicians")
    people = frozenset(provider.who for provider in providers)
    visits = tuple(_visit(job, len(places), people) for job in root.list("jobs"))
    jobs = _unique([visit.id for visit in visits], "jobs")
    travel = straight_line(
        places,
        detour=root.number("detour", above=0),
        kmh=root.number("kmh", above=0),
        earth_km=root.number("earth_km", above=0),
    )
    return Problem(
        places,
        providers,
        visits,
        travel,
        _weights(root),
        rain=(root.window("rain"),) if root.has("rain") else (),
        weather=weather_of(root),
        traffic=traffic_of(root),
        precedences=precedences_of(root, jobs),
        same_day=same_day_of(root, jobs),
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
    return {"routes": {provider_id: _route(route) for provider_id, route in plan.routes.items()}}


def _route(route: Route) -> Record:
    stops = [[stop.visit_id, stop.start] for stop in route.stops]
    record = {"start": route.start, "end": route.end, "break": route.lunch, "stops": stops}
    return record | ({"more_breaks": [*route.more_breaks]} if route.more_breaks else {})


def _place(entry: tuple[Any, str]) -> tuple[float, float]:
    value, path = pair(entry[0]), entry[1]
    if value is None or not all(is_number(part) for part in value):
        raise Invalid(**{path: f"{path} must be [latitude, longitude]."})
    latitude, longitude = value
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise Invalid(**{path: f"{path} lies outside the world: latitude -90 to 90, longitude -180 to 180."})
    return float(latitude), float(longitude)


def _provider(entry: tuple[Any, str], places: int) -> ProviderShift:
    field = Field(*entry)
    return ProviderShift(
        id=field.text("id"),
        start=field.index("start_loc", places),
        end=field.index("end_loc", places),
        shift=field.window("shift"),
        lunch=break_of(Field(field.value("break_"), field.at("break_"))) if field.has("break_") else None,
        skills=field.texts("skills"),
        max_overtime_s=field.whole("max_overtime"),
        person=field.text("person", ""),
        more_breaks=more_breaks_of(field),
        experience_percent=field.whole("experience_percent", 100, **PERCENT),
        travel_percent=field.whole("travel_percent", 100, **PERCENT),
        first_within_s=field.whole_or_none("first_within"),
        last_within_s=field.whole_or_none("last_within"),
        capacity=field.whole_or_none("capacity"),
    )


def _visit(entry: tuple[Any, str], places: int, people: frozenset[str]) -> Visit:
    field = Field(*entry)
    visit = Visit(
        id=field.text("id"),
        place=field.index("loc", places),
        duration_s=field.whole("duration"),
        windows=tuple(window_of(window) for window in field.list("windows")),
        skills=field.texts("skills"),
        priority=field.whole("priority"),
        pinned=field.known("pinned", people),
        preferred=field.known("preferred", people),
        excluded=field.texts("excluded", optional=True),
        outdoor=bool(field.value("outdoor", False)),
        fixed_start=field.whole_or_none("fixed_start"),
        crew=field.whole("crew", 1, least=1, most=20),
        position=field.choice("position", POSITIONS, ""),
        current=field.known("current", people),
        load=field.whole("load", 0),
    )
    if not visit.excluded <= people:
        raise field.wrong("excluded", "names no technician of this day")
    if visit.fixed_start is not None and visit.pinned is None:
        raise field.wrong("fixed_start", "needs a pinned technician")
    return visit


def _weights(root: Field) -> Weights:
    table = Field(root.value("weights"), "weights")
    if not all(key.isdecimal() for key in table.record):
        raise Invalid(weights="weights must have whole numbers as keys.")
    return Weights(
        unserved={int(key): table.whole(key) for key in table.record},
        overtime_factor=root.whole("overtime_factor"),
        preferred_miss_s=root.whole("preferred_miss_s"),
        moved_s=root.whole("moved_s", 0),
        fairness_percent=root.whole("fairness_percent", 0, most=10_000),
    )


def _unique(ids: list[str], path: str) -> frozenset[str]:
    seen: set[str] = set()
    for i, name in enumerate(ids):
        if name in seen:
            raise Invalid(**{f"{path}[{i}].id": f"{path}[{i}].id {name} stands twice."})
        seen.add(name)
    return frozenset(seen)


def _why(fault: Exception) -> str:
    return (fault.strerror if isinstance(fault, OSError) else None) or str(fault)

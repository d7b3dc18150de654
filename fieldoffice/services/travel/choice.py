"""Where the office takes its drive times from: a straight-line estimate, or a road server that it names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

from sqlalchemy import Connection, event, select
from sqlalchemy import Table as SqlTable
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapper, object_session

from fieldoffice.models.company import Setting
from fieldoffice.models.errors import Invalid
from fieldoffice.models.log import Task
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.edits import Edit, Keeper

ESTIMATE = "estimate"
SOURCES: Mapping[str, str] = {ESTIMATE: "Straight-line estimate", "osrm": "OSRM server", "valhalla": "Valhalla server"}
DEFAULTS: Mapping[str, Any] = {
    "travel.source": ESTIMATE, "travel.url": "", "travel.detour_percent": 130, "travel.kmh": 35, "travel.rush": "",
}  # fmt: skip
"""Every setting of travel with its default; detour and speed are what the public day files of the planner are made with."""
LOOK_AHEAD = "find_drives"
"""The task that asks the road server for the drives of the coming days."""
RUSH = re.compile(r"\s*(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})\s+(\d{2,3})\s*%\s*")
RUSH_HINT = "Write hours and percent, such as 07:00-09:00 130%, several with a comma between them."


@dataclass(frozen=True)
class Rush:
    """In these minutes of the day drives take `percent` of their usual time."""

    from_min: int
    to_min: int
    percent: int


@dataclass(frozen=True)
class TravelChoice:
    """The office's choice. `url` names the road server, "" for the estimate."""

    source: str = ESTIMATE
    url: str = ""
    detour_percent: int = 130
    kmh: int = 35
    rush: tuple[Rush, ...] = ()

    @property
    def asks_roads(self) -> bool:
        return self.source != ESTIMATE

    @property
    def server(self) -> str:
        """The host that is asked, for the screen."""
        return urlsplit(self.url).hostname or self.url

    @property
    def detour(self) -> float:
        return self.detour_percent / 100


def travel_choice(tx: Tx) -> TravelChoice:
    """What the office chose."""
    rows = {row.key: row.value for row in tx.all(select(Setting).where(Setting.key.in_(DEFAULTS)))}
    value = {key.partition(".")[2]: rows.get(key, default) for key, default in DEFAULTS.items()}
    return TravelChoice(value["source"], value["url"], int(value["detour_percent"]), int(value["kmh"]), rush_of(value["rush"]))


def choose_travel(tx: Tx, **values: Any) -> Edit:
    """Change settings of travel, named without "travel."; one undo takes them back. Refused by the field."""
    tx.require(Right.ORGANIZATION)
    after = {key.partition(".")[2]: values.get(key.partition(".")[2], _stored(tx, key)) for key in DEFAULTS}
    if wrong := {field: words for field, words in faults(after).items() if words}:
        raise Invalid(**wrong)
    keep = Keeper(tx)
    for name in values:
        put_setting(tx, keep, f"travel.{name}", after[name].strip() if isinstance(after[name], str) else after[name])
    return keep.edit(travel_choice(tx))


def faults(value: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with each field, "" where nothing is."""
    return {
        "source": "" if value["source"] in SOURCES else "Please choose one of the list.",
        "url": address_fault(value["url"]) if value["source"] != ESTIMATE else "",
        "detour_percent": _between(value["detour_percent"], 100, 300, "A way is 100 to 300 percent of the straight line."),
        "kmh": _between(value["kmh"], 5, 130, "The speed lies between 5 and 130 km/h."),
        "rush": rush_fault(value["rush"]),
    }


def address_fault(url: str) -> str:
    """What is wrong with the address of a server."""
    try:
        parts = urlsplit(str(url).strip())
        host, secret = parts.hostname, parts.username or parts.password
    except ValueError:
        return "This is not a web address."
    if parts.scheme not in ("http", "https") or not host:
        return "The address begins with http:// or https:// and names a server."
    return "Leave name and password out of the address." if secret else ""


def rush_fault(text: str) -> str:
    """What is wrong with the hours of a rush."""
    try:
        rush_of(text)
    except ValueError:
        return RUSH_HINT
    return ""


def rush_of(text: str) -> tuple[Rush, ...]:
    """Rush hours as people type them: "07:00-09:00 130%, 16:00-18:30 140%"; ValueError where they cannot be read."""
    return tuple(_rush(part) for part in str(text).split(",") if part.strip())


def put_setting(tx: Tx, keep: Keeper, key: str, value: Any) -> None:
    """Store one setting so that it can be put back."""
    row = tx.session.scalar(select(Setting).where(Setting.key == key).with_for_update())
    if row is None:
        keep.new(tx.add(Setting(key=key, value=value)))
    else:
        keep.before(row)
        row.value = value


def _ask_ahead(_mapper: Mapper[Any], connection: Connection, row: Setting) -> None:
    """Whoever changes a setting of travel, in whichever way, has the drives of the coming days looked for."""
    session = object_session(row)
    tx = session.info.get("tx") if session is not None else None
    if row.key in DEFAULTS and tx is not None:
        make = postgresql.insert if tx.office.shared else sqlite.insert
        wake: dict[str, Any] = {"done_at": None, "due_at": tx.now, "about": {}, "tries": 0, "last_error": ""}
        task = make(cast(SqlTable, Task.__table__)).values(kind=LOOK_AHEAD, key=LOOK_AHEAD, **wake)
        connection.execute(task.on_conflict_do_update(index_elements=["key"], set_=wake))


for _what in ("after_insert", "after_update"):
    event.listen(Setting, _what, _ask_ahead)


def _stored(tx: Tx, key: str) -> Any:
    row = tx.session.scalar(select(Setting).where(Setting.key == key))
    return DEFAULTS[key] if row is None else row.value


def _rush(part: str) -> Rush:
    found = RUSH.fullmatch(part)
    if found is None:
        raise ValueError(part)
    h1, m1, h2, m2, percent = (int(group) for group in found.groups())
    start, end = 60 * h1 + m1, 60 * h2 + m2
    if not (0 <= start < end <= 24 * 60 and m1 < 60 and m2 < 60 and 50 <= percent <= 300):
        raise ValueError(part)
    return Rush(start, end, percent)


def _between(value: Any, least: int, most: int, words: str) -> str:
    return "" if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most else words

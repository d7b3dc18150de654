"""Which addresses still need a place: one task for the whole office works them off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, delete, event, func, or_, select, update
from sqlalchemy import Table as SqlTable
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapper, object_session

from fieldoffice.models.customer import Location
from fieldoffice.models.log import Task
from fieldoffice.models.outside import GeocodeAnswer
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.company.values import setting
from fieldoffice.services.geocoding.words import Address

KIND = "find_places"
ASKED_ANEW = "asked anew"  # in `last_error`: somebody added an address while the task was at work
PAGE = 500
SOURCES = {"nominatim": "Nominatim", "census": "US Census"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A location whose place is looked for, in the version that was seen."""

    id: int
    version: int
    customer_id: int
    address: Address
    placed_by: str
    known: bool


@dataclass(frozen=True, slots=True)
class State:
    """How the search for places stands. `source` is "" while nobody is asked."""

    source: str
    without: int
    rough: int
    waiting: bool
    last_error: str


def want_places(tx: Tx, *, due_at: datetime | None = None) -> None:
    """Have the missing places looked for in the background."""
    ask(tx.session.connection(), due_at or tx.now, shared=tx.office.shared)


def find_coordinates(tx: Tx, location_ids: Sequence[int] | None = None) -> int:
    """Look for the places of these locations (all without one, where none are named) again; how many will be looked for.

    What a service did not know before is asked once more. Pins set by hand stay.
    """
    tx.require(Right.EDIT_CUSTOMERS)
    found = [row for some in pages(tx, location_ids) for row in some]
    lines = sorted({row.address.line for row in found})
    for n in range(0, len(lines), PAGE):
        again = GeocodeAnswer.lat.is_(None), GeocodeAnswer.address.in_(lines[n : n + PAGE])
        tx.session.execute(delete(GeocodeAnswer).where(*again))
    if found:
        want_places(tx)
        tx.ring("location")
        tx.write_event("location.search", "location", 0, note=f"{len(found)} addresses")
        tx.events += 1
    return len(found)


def state(tx: Tx) -> State:
    """What a page says about the search for places."""
    tx.require(Right.LOOK)
    without = tx.session.scalar(select(func.count()).select_from(Location).where(*_used(), Location.lat.is_(None)))
    about = Location.placed_by.in_(("postal_code", "city"))
    rough = tx.session.scalar(select(func.count()).select_from(Location).where(*_used(), Location.lat.is_not(None), about))
    task = tx.session.scalars(select(Task).where(Task.key == KIND, Task.done_at.is_(None))).first()
    source, error = str(setting(tx, "geocoder.source") or ""), task.last_error if task and task.last_error != ASKED_ANEW else ""
    return State(source, int(without or 0), int(rough or 0), task is not None, error)


def pages(tx: Tx, location_ids: Sequence[int] | None = None) -> Iterable[list[Wanted]]:
    """The locations without a good place, some at a time."""
    last = 0
    while rows := page(tx, last, location_ids=location_ids):
        yield rows
        last = rows[-1].id


def page(tx: Tx, after: int, *, location_ids: Sequence[int] | None = None, rough: bool = True) -> list[Wanted]:
    """The next locations after an id that have no good place; only those without any, unless `rough` ones count too."""
    missing = _rough() if rough else Location.lat.is_(None)
    query = select(Location).where(*_used(), missing, Location.id > after).order_by(Location.id).limit(PAGE)
    if location_ids is not None:
        query = query.where(Location.id.in_(list(location_ids)))
    return [_wanted(row) for row in tx.all(query)]


def unasked(tx: Tx, source: str) -> Wanted | None:
    """The next location whose address this source was never asked for."""
    for some in pages(tx):
        known = answered(tx, source, [row.address.line for row in some])
        for row in some:
            if row.address.line not in known:
                return row
    return None


def answered(tx: Tx, source: str, lines: Sequence[str]) -> dict[str, GeocodeAnswer]:
    """What the source said of these addresses before, by line."""
    query = select(GeocodeAnswer).where(GeocodeAnswer.source == source, GeocodeAnswer.address.in_(list(lines)))
    return {answer.address: answer for answer in tx.all(query)}


def ask(connection: Connection, due_at: datetime, *, shared: bool) -> None:
    """Write the task, or wake it where it was done; one that waits or is being worked on is told to look once more."""
    task = cast(SqlTable, Task.__table__)
    connection.execute(update(task).where(task.c.key == KIND, task.c.done_at.is_(None)).values(last_error=ASKED_ANEW))
    make = postgresql.insert if shared else sqlite.insert
    row = make(task).values(kind=KIND, key=KIND, about={}, due_at=due_at, tries=0, last_error="")
    wake: dict[str, Any] = {"done_at": None, "due_at": due_at, "about": {}, "tries": 0, "last_error": ""}
    connection.execute(row.on_conflict_do_update(index_elements=["key"], set_=wake, where=task.c.done_at.is_not(None)))


def _used() -> tuple[ColumnElement[bool], ...]:
    return Location.active.is_(True), Location.kind != "billing", Location.street != ""


def _rough() -> ColumnElement[bool]:
    return or_(Location.lat.is_(None), Location.placed_by.in_(("postal_code", "city")))


def _wanted(row: Location) -> Wanted:
    address = Address(row.street, row.city, row.region, row.postal_code, row.country)
    return Wanted(row.id, row.version, row.customer_id, address, row.placed_by, row.lat is not None)


def _stored(_mapper: Mapper[Any], connection: Connection, row: Location) -> None:
    """A new or changed address without a place asks for one by itself, whichever service stored it."""
    session = object_session(row)
    tx = session.info.get("tx") if session is not None else None
    if row.lat is None and row.active is not False and row.kind != "billing" and tx is not None:
        ask(connection, tx.now, shared=tx.office.shared)


for _what in ("after_insert", "after_update"):
    event.listen(Location, _what, _stored)

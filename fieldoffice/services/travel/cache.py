"""What a road server answered is kept by pairs of places, so that tomorrow's plan needs no server."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from sqlalchemy import ColumnElement, TableClause, func, select
from sqlalchemy.dialects import postgresql, sqlite

from fieldoffice.models.outside import TravelTime
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.geo import Point
from fieldoffice.services.travel.choice import SOURCES, TravelChoice, travel_choice
from fieldoffice.services.travel.drives import Answer, Drives, key_of

FRESH = timedelta(days=60)
"""Roads change slowly: an answer is asked for again after this."""
MOST_PLACES = 600
"""A day with more places is planned by the estimate: its pairs would be more than a database should keep."""
AT_ONCE = 2_000
NO_WAY = -1


@dataclass(frozen=True)
class Unknown:
    """What a server should be asked: the drives between these points that nobody knows yet."""

    choice: TravelChoice
    points: tuple[Point, ...]
    pairs: int


def source_key(choice: TravelChoice) -> str:
    """A short name of the server that changes with its address."""
    return f"{choice.source}:{hashlib.sha256(choice.url.encode()).hexdigest()[:16]}"


def named(choice: TravelChoice) -> str:
    """The server in words: "OSRM at roads.example"."""
    return f"{SOURCES[choice.source].removesuffix(' server')} at {choice.server}"


def drives(tx: Tx, points: Sequence[Point], *, choice: TravelChoice | None = None) -> tuple[Drives, Unknown | None]:
    """The drives between these points as far as they are known, and what should be asked of the office's road server."""
    choice = choice or travel_choice(tx)
    plain = Drives(choice.detour, choice.kmh)
    if not choice.asks_roads:
        return plain, None
    name, keys = named(choice), {key_of(point) for point in points}
    if len(keys) > MOST_PLACES:
        return Drives(choice.detour, choice.kmh, None, name, f"more than {MOST_PLACES} places for {name}"), None
    from fieldoffice.services.travel.roads import Roads  # brings numpy, which boards do not need

    answers = answers_among(tx, choice, keys)
    known = Roads.of(points, (a for a in answers if a[2] != NO_WAY))
    size = len(known.index)
    missing = size * (size - 1) - len(answers)
    made = Drives(choice.detour, choice.kmh, known, name, f"{name} has not answered" if not answers else "")
    return made, Unknown(choice, _distinct(points), missing) if missing > 0 else None


def holes(tx: Tx, points: Sequence[Point]) -> bool:
    """Whether the office's server should be asked for any drive between these points."""
    choice, keys = travel_choice(tx), list({key_of(point) for point in points})
    known = select(func.count()).select_from(TravelTime).where(*_among(tx, choice, keys))
    return choice.asks_roads and (tx.session.scalar(known) or 0) < len(keys) * (len(keys) - 1)


def missing(tx: Tx, unknown: Unknown) -> set[tuple[str, str]]:
    """The pairs of places that are not known or too old."""
    keys = [key_of(point) for point in unknown.points]
    known = {(origin, destination) for origin, destination, _, _ in answers_among(tx, unknown.choice, keys)}
    return {(a, b) for a in keys for b in keys if a != b} - known


def keep_answers(tx: Tx, choice: TravelChoice, answers: Sequence[Answer]) -> int:
    """Store what a server answered (seconds -1: there is no way); returns how many."""
    tx.require(Right.DISPATCH)
    make = postgresql.insert if tx.office.shared else sqlite.insert
    table = cast(TableClause, TravelTime.__table__)
    fixed = {"source": source_key(choice), "asked_at": tx.now}
    rows = [{**fixed, "origin": a, "destination": b, "seconds": s, "meters": m} for a, b, s, m in answers]
    for start in range(0, len(rows), AT_ONCE):
        insert = make(table)
        changed = {name: insert.excluded[name] for name in ("seconds", "meters", "asked_at")}
        whole = insert.on_conflict_do_update(index_elements=["source", "origin", "destination"], set_=changed)
        tx.session.connection().execute(whole, rows[start : start + AT_ONCE])
    return len(rows)


def answers_among(tx: Tx, choice: TravelChoice, places: Iterable[str]) -> list[Answer]:
    """What the server answered between these places, named by their keys (seconds -1: there is no way)."""
    keys = list(dict.fromkeys(places))
    query = select(TravelTime.origin, TravelTime.destination, TravelTime.seconds, TravelTime.meters)
    return [(a, b, s, m) for a, b, s, m in tx.session.execute(query.where(*_among(tx, choice, keys)))]


def _among(tx: Tx, choice: TravelChoice, keys: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    """Fresh answers of this server from any of these places to any other."""
    return (
        TravelTime.source == source_key(choice), TravelTime.asked_at > tx.now - FRESH,
        TravelTime.origin.in_(keys), TravelTime.destination.in_(keys),
    )  # fmt: skip


def _distinct(points: Sequence[Point]) -> tuple[Point, ...]:
    return tuple({key_of(point): point for point in points}.values())

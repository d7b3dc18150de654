"""Working the queue off: from what is known already, by postal code, and by asking the chosen service once a second."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from sqlalchemy import select, update

from fieldoffice.models.customer import Location
from fieldoffice.models.errors import Refused
from fieldoffice.models.exchange import ImportedRow
from fieldoffice.models.log import Counter
from fieldoffice.models.outside import GeocodeAnswer
from fieldoffice.office import Office, Tx
from fieldoffice.services.company.values import setting
from fieldoffice.services.exchange.ledger import event_row, write_events
from fieldoffice.services.geocoding.offline import by_postal_code, read_codes
from fieldoffice.services.geocoding.queue import PAGE, Wanted, answered, page, unasked
from fieldoffice.services.geocoding.words import RANK, Spot

EVERY_S = 1.0
"""One question a second for the whole office, whichever desk asks."""
AT_ONCE = 8
"""Questions in one go; then other tasks have their turn."""
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
TURN = "geocoder_turn"


class Geocoder(Protocol):
    """A service that knows where addresses lie. It answers (lat, lon, precision), None for an address it does not know,
    and raises a WorldFault where it cannot answer now; its values may hold `retry_after` in seconds."""

    def find(self, *, street: str, city: str, region: str, postal_code: str, country: str) -> tuple[float, float, str] | None: ...


Connect = Callable[[str, str], Geocoder]
"""connect(source, url): the client of a chosen service."""


@dataclass(frozen=True, slots=True)
class Again:
    """The task comes again: when, with what it needs to know, and what went wrong."""

    wait: timedelta
    about: dict[str, Any]
    error: str = ""


def find_places(office: Office, connect: Connect | None, *, failures: int = 0, asking: bool = False,
                pause: Callable[[float], object] = time.sleep) -> Again | None:  # fmt: skip
    """One go at the queue; `asking` when it goes on with one. None when nothing is left until somebody adds an address."""
    if office.see(page, 0, rough=not asking):
        read_codes()  # takes a second the first time, and not while the database waits
    after: int | None = 0
    while after is not None:
        after = office.do(place_known, after, rough=not asking)
    source, url = office.see(_chosen)
    if not source or connect is None:
        return None
    client = connect(source, url)
    for _ in range(AT_ONCE):
        wanted = office.see(unasked, source)
        if wanted is None:
            return None
        pause(office.do(take_turn))
        try:
            spot = _asked(client, wanted)
        except Refused as refusal:
            return _later(refusal, failures)
        office.do(keep_answer, source, wanted, spot)
    return Again(timedelta(seconds=EVERY_S), {"asking": True})


def _later(refusal: Refused, failures: int) -> Again:
    """Twice as long each time, and at least as long as the service asks for."""
    wait = min(FIRST_WAIT * 2**failures, LONGEST_WAIT)
    if told := refusal.values.get("retry_after"):
        wait = max(wait, timedelta(seconds=min(float(told), 86_400.0)))
    return Again(wait, {"failures": min(failures + 1, 10), "asking": True}, str(refusal))


def _asked(client: Geocoder, wanted: Wanted) -> Spot | None:
    a = wanted.address
    found = client.find(street=a.street, city=a.city, region=a.region, postal_code=a.postal_code, country=a.country)
    if found is None or not (-90 <= found[0] <= 90 and -180 <= found[1] <= 180):
        return None
    return Spot(found[0], found[1], found[2] if found[2] in RANK else "city")


def take_turn(tx: Tx) -> float:
    """Reserve the next free second for a question to the service; how long to wait for it."""
    ms = int(tx.now.timestamp() * 1000)
    row = tx.session.scalars(select(Counter).where(Counter.name == TURN).with_for_update()).first()
    if row is None:
        tx.number(TURN, first=1)
        row = tx.session.scalars(select(Counter).where(Counter.name == TURN).with_for_update()).one()
    turn = max(ms, min(row.last + int(EVERY_S * 1000), ms + 60_000))
    row.last = turn
    return (turn - ms) / 1000


def _chosen(tx: Tx) -> tuple[str, str]:
    return str(setting(tx, "geocoder.source") or ""), str(setting(tx, "geocoder.url") or "")


def place_known(tx: Tx, after: int = 0, *, rough: bool = True) -> int | None:
    """Place the next locations after an id by answers that were kept, else by postal code; the id to go on after, None at
    the end. A page at a time, so that nobody waits long for the database."""
    source, offline = _chosen(tx)[0], bool(setting(tx, "geocoder.offline"))
    rows = page(tx, after, rough=rough)
    known = answered(tx, source, [row.address.line for row in rows]) if source else {}
    found: list[tuple[Wanted, Spot, str]] = []
    for row in rows:
        kept = _kept(known.get(row.address.line))
        spot = kept or (by_postal_code(row.address) if offline and not row.known else None)
        if spot is not None and _better(row, spot):
            found.append((row, spot, source if kept else ""))
    _place(tx, found)
    return rows[-1].id if rows else None


def _kept(answer: GeocodeAnswer | None) -> Spot | None:
    if answer is None or answer.lat is None or answer.lon is None:
        return None
    return Spot(answer.lat, answer.lon, answer.precision)


def keep_answer(tx: Tx, source: str, wanted: Wanted, spot: Spot | None) -> int:
    """Remember what the source said of an address, and place every location there that has nothing better."""
    row = answered(tx, source, [wanted.address.line]).get(wanted.address.line)
    if row is None:
        row = GeocodeAnswer(source=source, address=wanted.address.line, precision="", asked_at=tx.now)
        tx.session.add(row)
    row.lat, row.lon = (spot.lat, spot.lon) if spot else (None, None)
    row.precision, row.asked_at = spot.precision if spot else "", tx.now
    tx.session.flush()
    return _place(tx, [(wanted, spot, source)] if spot and _better(wanted, spot) else [])


def _better(row: Wanted, spot: Spot) -> bool:
    return not row.known or row.placed_by not in RANK or RANK.index(spot.precision) > RANK.index(row.placed_by)


def _place(tx: Tx, found: Sequence[tuple[Wanted, Spot, str]]) -> int:
    """Write places where nobody changed the location since; an import that made it can still be taken back."""
    placed: list[tuple[Wanted, Spot, str]] = []
    for row, spot, source in found:
        change = update(Location).where(Location.id == row.id, Location.version == row.version)
        values = {"lat": spot.lat, "lon": spot.lon, "placed_by": spot.precision, "version": row.version + 1}
        done: Any = tx.session.execute(change.values(values).execution_options(synchronize_session=False))
        if done.rowcount:
            placed.append((row, spot, source))
    for n in range(0, len(placed), PAGE):
        _keep_undoable(tx, [row for row, _, _ in placed[n : n + PAGE]])
    write_events(tx, [event_row(tx, "customer.location_placed", "customer", row.customer_id, customer_id=row.customer_id,
                                note=f"{row.address.street}: {spot.precision.replace('_', ' ')}",
                                after={"location": row.id, "lat": spot.lat, "lon": spot.lon, "source": source or "postal code"})
                      for row, spot, source in placed])  # fmt: skip
    return len(placed)


def _keep_undoable(tx: Tx, rows: Sequence[Wanted]) -> None:
    ids = [row.id for row in rows]
    query = select(ImportedRow).where(ImportedRow.entity == "location", ImportedRow.entity_id.in_(ids))
    versions = {row.id: row.version for row in rows}
    for kept in tx.all(query):
        if kept.left_version == versions[kept.entity_id]:
            kept.left_version += 1


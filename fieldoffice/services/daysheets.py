"""The day sheets of providers: what stands on the board, as frozen sheets for the printer. No access code is on them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from fieldoffice.models.customer import AccessCode, Customer, Location
from fieldoffice.models.job import Job, Line
from fieldoffice.models.provider import Provider
from fieldoffice.models.staff import Right
from fieldoffice.models.states import AppointmentState
from fieldoffice.office import Tx
from fieldoffice.services.company import CompanyRow, company
from fieldoffice.services.dispatch.board import board
from fieldoffice.services.dispatch.rows import Board, Card, ProviderRow
from fieldoffice.services.documents.daysheet import DaySheet, SheetBreak, SheetCompany, SheetStop
from fieldoffice.services.documents.maplink import map_url
from fieldoffice.services.geo import Point

TWELVE_HOURS = frozenset({"US", "CA", "AU", "NZ", "PH", "IN"})
MILES = frozenset({"US", "GB"})


def day_sheets(tx: Tx, on: date, provider_ids: Iterable[int] = ()) -> tuple[DaySheet, ...]:
    """One sheet for each provider named, or for everybody who works or has visits that day, in board order."""
    tx.require(Right.LOOK)
    seen, wanted = board(tx, on), set(provider_ids)
    rows = [r for r in seen.providers if (r.id in wanted if wanted else r.shifts or _visits(seen, r))]
    facts = _Facts(tx, [c for c in seen.cards if any(r.id in c.provider_ids for r in rows)], [r.id for r in rows])
    return tuple(_sheet(tx, on, seen, row, facts) for row in rows)


class _Facts:
    """What the board does not carry, read for all sheets at once."""

    def __init__(self, tx: Tx, cards: list[Card], provider_ids: list[int]) -> None:
        self.providers = {p.id: p for p in tx.all(select(Provider).where(Provider.id.in_(provider_ids)))}
        ids = [c.job_id for c in cards]
        query = select(Job.id, Job.notes, Customer.phone, Location).join(Customer, Customer.id == Job.customer_id)
        rows = tx.session.execute(query.join(Location, Location.id == Job.location_id).where(Job.id.in_(ids))).all()
        self.notes = {id: "\n".join(n for n in (place.notes, notes) if n) for id, notes, _, place in rows}
        self.phones = {id: phone for id, _, phone, _ in rows}
        self.places = {id: place for id, _, _, place in rows}
        self.lines: dict[int, list[str]] = {}
        for line in tx.all(select(Line).where(Line.job_id.in_(ids)).order_by(Line.position, Line.id)):
            count = "" if line.quantity_milli == 1000 else f"{line.quantity_milli / 1000:g} × "
            self.lines.setdefault(line.job_id, []).append(count + line.name)
        places = [place.id for place in self.places.values()]
        self.coded = set(tx.all(select(AccessCode.location_id).where(AccessCode.location_id.in_(places))))


def _visits(seen: Board, row: ProviderRow) -> list[Card]:
    mine = [
        c for c in seen.cards if row.id in c.provider_ids and c.starts_at and c.state is not AppointmentState.NOT_DONE
    ]
    return sorted(mine, key=lambda c: (c.starts_at or seen.now, c.id))


def _sheet(tx: Tx, on: date, seen: Board, row: ProviderRow, facts: _Facts) -> DaySheet:
    about, provider = company(tx), facts.providers[row.id]
    cards = _visits(seen, row)
    places = [row.start_place, *(c.place for c in cards)]
    stops = tuple(
        _stop(n, card, places[n], seen, facts, row, about.country in TWELVE_HOURS) for n, card in enumerate(cards)
    )
    last = places[-1] if cards else None
    return DaySheet(
        company=SheetCompany(about.name, about.phone), provider=row.name, on=on,
        printed_at=tx.now, zone=about.zone, stops=stops, breaks=_breaks(row, cards),
        start_place=provider.start_label or _street(about), end_place=provider.end_label or _street(about),
        drive_back_s=seen.drives.seconds(last, row.end_place), drive_back_m=seen.drives.meters(last, row.end_place),
        paper="letter" if about.paper == "Letter" else "a4", clock="12" if about.country in TWELVE_HOURS else "24",
        unit="mi" if about.country in MILES else "km",
    )  # fmt: skip


def _stop(
    n: int, card: Card, before: Point | None, seen: Board, facts: _Facts, row: ProviderRow, twelve: bool
) -> SheetStop:
    assert card.starts_at is not None
    assert card.ends_at is not None
    place = facts.places[card.job_id]
    lines = (place.street, " ".join(p for p in (place.city, place.region, place.postal_code) if p))
    names = {r.id: r.name for r in seen.providers}
    return SheetStop(
        number=n + 1, customer=card.customer, starts_at=card.starts_at, ends_at=card.ends_at, phone=facts.phones[card.job_id],
        address=tuple(line for line in lines if line), services=tuple(facts.lines.get(card.job_id, [card.service])),
        window=_promised(card, row.zone, twelve), drive_s=seen.drives.seconds(before, card.place),
        drive_m=seen.drives.meters(before, card.place), notes=facts.notes[card.job_id], job_number=card.job_number,
        team=tuple(names[i] for i in card.provider_ids if i != row.id and i in names),
        map_url=map_url(*(card.place or (None, None)), address=", ".join(lines)), access_code_hint=place.id in facts.coded,
    )  # fmt: skip


def _promised(card: Card, zone: str, twelve: bool) -> str:
    """The arrival window as the wall clock of the place shows it."""
    if card.window is None:
        return ""
    ends = [at.astimezone(ZoneInfo(zone)) for at in (card.window.start, card.window.end)]
    return "–".join(f"{at:%I:%M %p}".lstrip("0") if twelve else f"{at:%H:%M}" for at in ends)


def _street(about: CompanyRow) -> str:
    return about.address.partition("\n")[0] or about.name


def _breaks(row: ProviderRow, cards: list[Card]) -> tuple[SheetBreak, ...]:
    """The break in the first gap of its time that is long enough."""
    found: list[SheetBreak] = []
    for lunch in row.lunches:
        need, free = timedelta(seconds=lunch.duration_s), lunch.span.start
        for card in cards:
            start, end = card.starts_at, card.ends_at
            if start is None or end is None or end <= free:
                continue
            if start - free >= need:
                break
            free = max(free, end)
        if free <= lunch.span.end:
            found.append(SheetBreak(free, free + need))
    return tuple(found)

"""The best answers to a request: free times around the wished days, by how little driving they add."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select

from fieldoffice.models.booking import BookingRequest
from fieldoffice.models.provider import Provider
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.availability import Span
from fieldoffice.services.booking.offer import WantedVisit
from fieldoffice.services.booking.slots import Slot, best_slots
from fieldoffice.services.company.values import window_hours
from fieldoffice.services.requests.holding import visit_of, window_of
from fieldoffice.services.requests.rules import DAY_PARTS
from fieldoffice.services.requests.telling import wished_days

NEAR_DAYS = 7
"""How far from the wished days other times are looked for."""
SAME_S = 300


@dataclass(frozen=True, slots=True)
class Answer:
    """A free time: who comes, when, and how much driving it adds. `wished` says that it lies on a day and in a part that were asked for."""

    provider_id: int
    provider: str
    starts_at: datetime
    window: Span
    added_drive_s: int
    wished: bool
    rank: int  # of the wished day, from 0; the count of wished days for others


def best_answers(tx: Tx, request_id: int, *, count: int = 3) -> tuple[Answer, ...]:
    """The best free times: on the wished days first, each with as little added driving as there is; else the days around them."""
    tx.require(Right.DISPATCH)
    row = tx.get(BookingRequest, request_id)
    wanted, days = visit_of(tx, row), [on for on in wished_days(row) if on >= tx.today]
    found = [answer for n, on in enumerate(days) for answer in _on(tx, row, wanted, on, n, count)]
    found.sort(key=lambda a: (a.added_drive_s // SAME_S, a.rank, a.starts_at, a.provider_id))
    best = found[:count]
    return (*best, *_around(tx, row, wanted, days, count - len(best))) if len(best) < count else tuple(best)


def other_times(tx: Tx, request_id: int, *, count: int = 6, from_on: date | None = None) -> tuple[Answer, ...]:
    """Free times to propose instead: around the wished days, or from a given day on, at any time of day."""
    tx.require(Right.DISPATCH)
    row = tx.get(BookingRequest, request_id)
    wanted, days = visit_of(tx, row), wished_days(row)
    first = from_on or max(tx.today, min(days, default=tx.today))
    return _answers(tx, row, best_slots(tx, wanted, max(first, tx.today), NEAR_DAYS, count))


def _on(tx: Tx, row: BookingRequest, wanted: WantedVisit, on: date, rank: int, count: int) -> tuple[Answer, ...]:
    between = window_hours(tx)[DAY_PARTS[row.day_part]]
    return _answers(tx, row, best_slots(tx, replace(wanted, between_min=between), on, 1, count), rank)


def _around(tx: Tx, row: BookingRequest, wanted: WantedVisit, days: list[date], count: int) -> tuple[Answer, ...]:
    first = max(tx.today, min(days, default=tx.today) - timedelta(days=2))
    length = (max(days, default=first) - first).days + NEAR_DAYS
    near = _answers(tx, row, best_slots(tx, wanted, first, length, count + 3 * len(days) + 3))
    return tuple(answer for answer in near if not answer.wished)[:count]


def _answers(tx: Tx, row: BookingRequest, slots: tuple[Slot, ...], rank: int | None = None) -> tuple[Answer, ...]:
    names = {
        id: name
        for id, name in tx.session.execute(select(Provider.id, Provider.name).where(Provider.id.in_({s.provider_id for s in slots})))
    }
    days, between = wished_days(row), window_hours(tx)[DAY_PARTS[row.day_part]]
    made: list[Answer] = []
    for slot in slots:
        here = slot.starts_at.astimezone(tx.zone)
        on, minute = here.date(), here.hour * 60 + here.minute
        wished = on in days and between[0] <= minute <= between[1]
        n = rank if rank is not None else days.index(on) if on in days else len(days)
        made.append(
            Answer(
                slot.provider_id, names[slot.provider_id], slot.starts_at, window_of(tx, slot.starts_at), slot.added_drive_s, wished, n
            )
        )
    return tuple(made)

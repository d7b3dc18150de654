"""Rain delay: the outdoor visits that fall into bad weather, moved to the next dry working day as one action."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from fieldoffice.models.errors import NotAllowed
from fieldoffice.models.staff import Right
from fieldoffice.models.states import MOVABLE_STATES
from fieldoffice.office import Tx
from fieldoffice.services.availability import Span
from fieldoffice.services.calendar import local
from fieldoffice.services.dispatch.board import board
from fieldoffice.services.dispatch.moves import Placing, place_many, unassign
from fieldoffice.services.dispatch.rows import Board, Card, Change
from fieldoffice.services.planning.day import DayPlan, Scope, day_plan
from fieldoffice.services.planning.given import given
from fieldoffice.services.planning.standing import rounded
from fieldoffice.services.routing.insertion import insert_all
from fieldoffice.services.weather.days import declared
from fieldoffice.services.weather.effects import Half, Kind, blocked, meets

DAYS = 7
"""So far ahead a dry place is looked for; what finds none goes back into the tray."""


def affected(tx: Tx, on: date) -> tuple[Card, ...]:
    """The outdoor visits of a day that its weather forbids and that may still be moved, in order of time."""
    return wet(board(tx, on), declared(tx, on))


def wet(seen: Board, weather: Mapping[Half, Kind]) -> tuple[Card, ...]:
    """The same for the first day of a board that is at hand. Pure."""
    spans, midnight = blocked(weather), local(seen.first_on, 0, ZoneInfo(seen.zone))
    cards = (card for card in seen.cards if card.outdoor and not card.locked and card.state in MOVABLE_STATES)
    return tuple(sorted((c for c in cards if _meets(spans, c, midnight, seen.now)), key=lambda c: (c.starts_at or seen.now, c.id)))


def rain_delay(tx: Tx, on: date) -> Change:
    """Move the affected visits of a day to the nearest dry working days, at the time of day that was promised.

    Each goes to the provider and place that cost least there; what stands on those days stays. One undo takes all of it
    back. Visits for which no room is found go into the tray and are told in the warnings.
    """
    tx.require(Right.DISPATCH)
    cards = wet(board(tx, on), declared(tx, on))
    if not cards:
        raise NotAllowed("No outdoor visit of this day falls into bad weather.", key="nothing_affected")
    left, items = list(cards), list[Placing]()
    for ahead in range(1, DAYS + 1):
        if left:
            found = _placed(tx, on, on + timedelta(days=ahead), left)
            items += found.values()
            left = [card for card in left if card.id not in found]
    moved = place_many(tx, items, promise=True) if items else Change((), (), ())
    return _together(moved, unassign(tx, [(card.id, card.version) for card in left]), left) if left else moved


def _meets(spans: Sequence[tuple[int, int]], card: Card, midnight: datetime, now: datetime) -> bool:
    if card.starts_at is None or card.starts_at < now:
        return False
    start = int((card.starts_at - midnight).total_seconds())
    return meets(spans, start, start + card.duration_s)


def _placed(tx: Tx, on: date, to: date, cards: Iterable[Card]) -> Mapping[int, Placing]:
    """Where these visits fit on another day, beside what stands there."""
    seen = board(tx, to)
    if not any(row.shifts for row in seen.providers):
        return {}
    moved = tuple(_on_day(card, to - on) for card in cards if card.latest_on is None or to <= card.latest_on)
    there = replace(seen, tray=moved)
    day = day_plan(there, Scope.UNASSIGNED, given(tx, there))
    plan = rounded(day.problem, insert_all(day.problem, start=day.today), day.today)
    return {card.id: item for card in moved if (item := _item(day, card, plan.place_of.get(str(card.id)))) is not None}


def _on_day(card: Card, by: timedelta) -> Card:
    """The visit as it would wait for another day: the same hours are promised."""
    window = card.window and Span(card.window.start + by, card.window.end + by)
    return replace(card, starts_at=None, provider_ids=(), window=window, preferred=card.preferred or frozenset(card.provider_ids))


def _item(day: DayPlan, card: Card, spot: tuple[str, int] | None) -> Placing | None:
    if spot is None or not day.movable(str(card.id)):
        return None
    return Placing(card.id, card.version, (int(spot[0]),), day.moment(spot[1]), card.duration_s)


def _together(moved: Change, waiting: Change, left: Sequence[Card]) -> Change:
    names = ", ".join(card.customer for card in left[:3]) + (" …" if len(left) > 3 else "")
    count = f"{len(left)} {'visit' if len(left) == 1 else 'visits'}"
    words = f"No dry day within a week has room for {count}, now unscheduled: {names}."
    return Change(moved.cards + waiting.cards, moved.before + waiting.before, moved.after + waiting.after,
                  moved.refused + waiting.refused, tuple(chain(moved.warnings, waiting.warnings, (words,))))  # fmt: skip

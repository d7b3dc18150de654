"""What lies between two visits of one provider: the drive, the wait, and by how much the next one is late."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

from fieldoffice.models.states import RUNNING_STATES, AppointmentState
from fieldoffice.services.dispatch.rows import Board, Card, ProviderRow
from fieldoffice.services.travel.drives import ESTIMATE, Drives

OFF_THE_ROAD = frozenset({AppointmentState.CANCELLED, AppointmentState.WAITING})
STILL_TO_COME = frozenset({AppointmentState.HELD, AppointmentState.SCHEDULED, AppointmentState.DISPATCHED})


@dataclass(frozen=True, slots=True)
class Leg:
    """One drive: it starts at `leaves` and takes `drive_s`; `wait_s` is left over, `late_s` is lacking.

    `before_id` is None for the way from the start place, `after_id` for the way to the end place.
    """

    leaves: datetime
    drive_s: int
    wait_s: int = 0
    late_s: int = 0
    before_id: int | None = None
    after_id: int | None = None

    @property
    def arrives(self) -> datetime:
        return self.leaves + timedelta(seconds=self.drive_s)


def legs(row: ProviderRow, cards: Iterable[Card], now: datetime, zone: ZoneInfo, drives: Drives = ESTIMATE) -> tuple[Leg, ...]:
    """All drives of one provider, day by day, in order of time."""
    visits = sorted((c for c in cards if _on_the_road(c)), key=lambda c: (_start(c), c.id))
    found: list[Leg] = []
    for _, group in groupby(visits, key=lambda c: _day(c, zone)):
        found += _day_legs(row, list(group), now, drives)
    return tuple(found)


def late_s(leg: Leg | None, card: Card, now: datetime) -> int:
    """Seconds by which a visit still to come is late: the drive to it does not fit, or its time has passed."""
    if card.state not in STILL_TO_COME or card.starts_at is None:
        return 0
    overdue = int((now - card.starts_at).total_seconds())
    return max(0, overdue if overdue >= 60 else 0, leg.late_s if leg else 0)


def board_legs(board: Board) -> dict[int, tuple[Leg, ...]]:
    """The drives of every provider on the board, by provider id."""
    zone, mine = ZoneInfo(board.zone), cards_of(board)
    return {row.id: legs(row, mine[row.id], board.now, zone, board.drives) for row in board.providers}


def cards_of(board: Board) -> dict[int, list[Card]]:
    """The cards in each provider's row; a team's card stands in each member's."""
    found: dict[int, list[Card]] = {row.id: [] for row in board.providers}
    for card in board.cards:
        for provider_id in card.provider_ids:
            if provider_id in found:
                found[provider_id].append(card)
    return found


def _day_legs(row: ProviderRow, visits: list[Card], now: datetime, drives: Drives) -> list[Leg]:
    first, last = visits[0], visits[-1]
    out, home = drives.seconds(row.start_place, first.place), drives.seconds(last.place, row.end_place)
    found = [Leg(_start(first) - timedelta(seconds=out), out, after_id=first.id)] if out else []
    found += [_between(a, b, now, drives) for a, b in pairwise(visits)]
    return found + ([Leg(_end(last), home, before_id=last.id)] if home else [])


def _between(a: Card, b: Card, now: datetime, drives: Drives) -> Leg:
    leaves = max(_end(a), now) if a.state in RUNNING_STATES else _end(a)
    drive = drives.seconds(a.place, b.place)
    spare = int((_start(b) - leaves).total_seconds()) - drive
    return Leg(leaves, drive, max(0, spare), max(0, -spare), a.id, b.id)


def _on_the_road(card: Card) -> bool:
    return card.starts_at is not None and card.state not in OFF_THE_ROAD


def _start(card: Card) -> datetime:
    assert card.starts_at is not None
    return card.starts_at


def _end(card: Card) -> datetime:
    return _start(card) + timedelta(seconds=card.duration_s)


def _day(card: Card, zone: ZoneInfo) -> date:
    return _start(card).astimezone(zone).date()

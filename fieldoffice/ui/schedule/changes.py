"""A board with some cards as they are expected or known to be: what makes a drop show at once. Plain rows, no Qt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from fieldoffice.models.states import AppointmentState
from fieldoffice.services.dispatch.rows import Board, Card
from fieldoffice.ui.schedule.hours import moment

GONE = frozenset({AppointmentState.CANCELLED})


def merged(board: Board, cards: Iterable[Card]) -> Board:
    """`board` with these cards in place of the ones with their ids: on the board, in the tray, or on neither."""
    newer = {card.id: card for card in cards}
    if not newer:
        return board
    placed = tuple(c for c in newer.values() if c.starts_at is not None and c.state not in GONE and _within(board, c))
    waits = tuple(c for c in newer.values() if c.starts_at is None and c.state not in GONE)
    return replace(
        board,
        cards=tuple(c for c in board.cards if c.id not in newer) + placed,
        tray=tuple(c for c in board.tray if c.id not in newer) + waits,
    )


def known(board: Board, appointment_id: int) -> Card | None:
    """The card of that id on the board or in its tray."""
    return next((c for c in (*board.cards, *board.tray) if c.id == appointment_id), None)


def _within(board: Board, card: Card) -> bool:
    zone = ZoneInfo(board.zone)
    start, end = moment(board.first_on, 0, zone), moment(board.first_on + timedelta(days=board.days), 0, zone)
    return card.starts_at is not None and start <= card.starts_at < end

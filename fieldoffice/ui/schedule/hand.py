"""Taking cards in the hand: which may be moved, which go along, and where the keyboard begins to aim."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from fieldoffice.models.states import MOVABLE_STATES, RUNNING_STATES
from fieldoffice.services.dispatch.rows import Card
from fieldoffice.ui.schedule.carry import Carry, Kind
from fieldoffice.ui.schedule.hours import snapped
from fieldoffice.ui.schedule.layout import Box
from fieldoffice.ui.schedule.words import translate

if TYPE_CHECKING:
    from fieldoffice.ui.schedule.canvas import Canvas


def why_fixed(card: Card) -> str:
    """Why time and provider of a card cannot be changed by hand; empty when they can."""
    if card.outside:
        return translate("Board", "This time is held for somebody outside. It comes free by itself, or becomes a visit.")
    if card.locked:
        return translate("Board", "%1 is locked. Press L to unlock it first.").replace("%1", card.customer)
    if card.state not in MOVABLE_STATES:
        words = translate("Board", "%1 is %2: its time and provider are facts now.")
        return words.replace("%1", card.customer).replace("%2", card.state.word)
    return ""


def take(canvas: Canvas, box: Box) -> Carry | None:
    """The card of `box`, and with it the rest of the selection as far as it may be moved."""
    words = why_fixed(box.card)
    if words:
        canvas.noted.emit(words)
        return None
    others = [c for c in canvas.selected_cards() if c.id != box.card.id] if box.card.id in canvas.look.selected else []
    free = [c for c in others if not why_fixed(c)]
    if len(free) < len(others):
        words = translate("Board", "%1 of the selected visits cannot move: locked or under way.")
        canvas.noted.emit(words.replace("%1", str(len(others) - len(free))))
    sources = {c.id: _source(c, box.provider_id) for c in free} | {box.card.id: box.provider_id}
    return Carry(canvas.board, (box.card, *free), Kind.MOVE, box.provider_id, sources)


def why_fixed_length(card: Card) -> str:
    """Why a card cannot be made longer or shorter; a visit under way may."""
    return "" if card.state in RUNNING_STATES else why_fixed(card)


def take_edge(canvas: Canvas, box: Box) -> Carry | None:
    """The right edge of a card, to give it another length."""
    words = why_fixed_length(box.card)
    if words:
        canvas.noted.emit(words)
        return None
    return Carry(canvas.board, (box.card,), Kind.RESIZE, box.provider_id, {box.card.id: box.provider_id})


def take_waiting(canvas: Canvas, cards: Iterable[Card]) -> Carry | None:
    """Cards from the tray; the locked ones stay there."""
    found = tuple(cards)
    free = tuple(c for c in found if not why_fixed(c))
    if not free or not canvas.board.providers:
        canvas.noted.emit(
            why_fixed(found[0]) if found and not free else translate("Board", "There is no provider to give it to.")
        )
        return None
    return Carry(canvas.board, free, Kind.PLACE)


def aim_first(canvas: Canvas, carry: Carry) -> None:
    """Where the keyboard begins: in its own row, or for a card from the tray at the best row of the first fitting time."""
    card = carry.anchor
    if card.starts_at is not None and carry.source_id is not None:
        row = canvas.layout_.row_of(carry.source_id)
        canvas.aimed(carry.aim(row.index if row else 0, card.starts_at))
        return
    carry.aim(0, _first_moment(canvas, card))
    if carry.best_id is not None:
        row = canvas.layout_.row_of(carry.best_id)
        carry.aim(row.index if row else 0, carry.at or canvas.board.now)
    canvas.aimed(True)


def _first_moment(canvas: Canvas, card: Card) -> datetime:
    """The start of the window, else of the first shift; never in the past of today."""
    hours, now = canvas.layout_.hours, canvas.board.now
    starts = [s.start for row in canvas.board.providers for s in row.shifts]
    first = card.window.start if card.window is not None else min(starts, default=hours.stretches[0].start)
    if hours.stretches[0].start <= now < hours.stretches[-1].end:
        first = max(first, snapped(now + timedelta(minutes=canvas.step / 2), canvas.step))
    return min(max(first, hours.stretches[0].start), hours.stretches[-1].end)


def _source(card: Card, anchors_provider: int) -> int:
    return anchors_provider if anchors_provider in card.provider_ids else card.provider_ids[0]

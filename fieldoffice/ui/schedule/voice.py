"""What assistive technology is told of the board: the card in focus, and while dragging where it would land."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

from fieldoffice.ui.schedule.carry import Carry
from fieldoffice.ui.schedule.words import from_to, spoken, translate

if TYPE_CHECKING:
    from fieldoffice.ui.schedule.canvas import Canvas


def describe(canvas: Canvas) -> None:
    """Make the board's accessible description the sentence of what is in focus, and announce it."""
    words = _carried(canvas, canvas.carry) if canvas.carry is not None else _focused(canvas)
    if words == canvas.accessibleDescription():
        return
    canvas.setAccessibleDescription(words)
    if words and canvas.hasFocus():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(canvas, words))


def _focused(canvas: Canvas) -> str:
    box = canvas.focus_box()
    if box is None:
        return (
            translate("Board", "%1 visits for %2 providers")
            .replace("%1", str(len(canvas.board.cards)))
            .replace("%2", str(len(canvas.board.providers)))
        )
    words = spoken(box.card, canvas.team(box.card), canvas.look.zone, box.late_s, box.clash)
    return f"{words}, {translate('Board', 'selected')}" if box.card.id in canvas.look.selected else words


def _carried(canvas: Canvas, carry: Carry) -> str:
    move = next(iter(carry.moves()), None)
    if move is None:
        return ""
    row, verdict = canvas.board.providers[carry.landing_row(move.card)], carry.verdict_here()
    times = from_to(move.starts_at, move.done.ends_at or move.starts_at, canvas.look.zone)
    first = verdict.first.words if verdict is not None and verdict.first is not None else translate("Board", "fits")
    return f"{move.card.customer}, {row.name}, {times}: {first}"

"""What lies over the cards: the now-line, and while dragging the faded rows, the best row, the ghost with its times."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from fieldoffice.ui.schedule.carry import Carry, Move
from fieldoffice.ui.schedule.ink import SMALL_ICON, Ink
from fieldoffice.ui.schedule.layout import GAP, Layout, Row
from fieldoffice.ui.schedule.paint_cards import RADIUS, Look, paint_face
from fieldoffice.ui.schedule.words import at_the_head, from_to

FADE = 0.62
LEAST_GHOST = 8.0


def paint_now(painter: QPainter, ink: Ink, layout: Layout, area: QRectF, alpha: float) -> None:
    """The line of the present moment; what is left of it has passed. Full below the cards, faint over them."""
    now = layout.board.now
    if layout.hours.shows(now):
        x = round(layout.hours.x(now))
        painter.setPen(QPen(ink.color("now", alpha), 1))
        painter.drawLine(QLineF(x, area.top(), x, min(area.bottom(), layout.height)))


def paint_carry(painter: QPainter, ink: Ink, look: Look, layout: Layout, carry: Carry, area: QRectF) -> None:
    """Rows that do not fit fade, the best one is underlined, the cards float where they would land."""
    for row in layout.rows_between(area.top(), area.bottom()):
        _row(painter, ink, carry, row, area)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for move in reversed(carry.moves()):
        row = layout.rows[carry.landing_row(move.card)]
        _ghost(painter, ink, look, layout, carry, row, move)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _row(painter: QPainter, ink: Ink, carry: Carry, row: Row, area: QRectF) -> None:
    verdict = carry.verdicts.get(row.provider.id)
    if verdict is not None and not verdict.fits:
        painter.fillRect(QRectF(area.left(), row.top, area.width(), row.height - 1), ink.color("ground", FADE))
    if carry.best_id == row.provider.id:
        painter.fillRect(QRectF(area.left(), row.bottom - 3, area.width(), 2), ink.colors["accent"])


def _ghost(painter: QPainter, ink: Ink, look: Look, layout: Layout, carry: Carry, row: Row, move: Move) -> None:
    left = layout.hours.x(move.starts_at)
    right = layout.hours.x(move.done.ends_at or move.starts_at)
    area = QRectF(
        round(left) + 0.5, row.top + GAP + 0.5, max(LEAST_GHOST, round(right - left) - 1.0), layout.lane - 2 * GAP - 1
    )
    paint_face(painter, ink, look, move.done, area)
    verdict = carry.verdict_here()
    bad = verdict is not None and not verdict.fits
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(ink.colors["danger" if bad else "accent"], 2))
    painter.drawRoundedRect(area, RADIUS, RADIUS)
    if move.card.id == carry.anchor.id:
        _pill(painter, ink, look, layout, carry, row, move, area)


def _pill(
    painter: QPainter,
    ink: Ink,
    look: Look,
    layout: Layout,
    carry: Carry,
    row: Row,
    move: Move,
    area: QRectF,
) -> None:
    """Start and end of the card in the hand, with the first reason against it; above the ghost, below on the first row."""
    text = from_to(move.starts_at, move.done.ends_at or move.starts_at, look.zone)
    verdict = carry.verdict_here()
    reason = at_the_head(verdict.first, row.provider) if verdict is not None and verdict.first is not None else ""
    icon = "" if verdict is None or verdict.first is None else "block" if verdict.first.blocks else "warning"
    width = ink.width(text, ink.small_bold) + 12 + (ink.width(reason, ink.small) + SMALL_ICON + 14 if reason else 0)
    top = area.bottom() + 4 if row.index == 0 else area.top() - 24
    left = max(0.0, min(area.left(), layout.width - width - 2))
    pill = QRectF(left, top, width, 20)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink.colors["text"])
    painter.drawRoundedRect(pill, RADIUS, RADIUS)
    ink.write(painter, pill.adjusted(6, 0, 0, 0), text, ink.small_bold, ink.colors["surface"])
    if reason:
        x = left + ink.width(text, ink.small_bold) + 14
        painter.drawPixmap(
            round(x), round(pill.center().y() - SMALL_ICON / 2), ink.icon(icon, ink.colors["surface"], look.ratio)
        )
        ink.write(
            painter,
            QRectF(x + SMALL_ICON + 4, top, ink.width(reason, ink.small) + 2, 20),
            reason,
            ink.small,
            ink.colors["surface"],
        )

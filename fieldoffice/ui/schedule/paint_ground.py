"""The ground of the board: shifts, nights, absences, breaks, hour lines, drives. Painted row by row, only what shows."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from fieldoffice.ui.schedule.ink import Ink
from fieldoffice.ui.schedule.layout import Layout, Row, Stretch, Way
from fieldoffice.ui.schedule.words import minutes_up

BAR = 3.0


def paint_ground(painter: QPainter, ink: Ink, layout: Layout, area: QRectF) -> None:
    """Everything below the cards in `area` (scene pixels)."""
    painter.fillRect(area, ink.colors["ground"])
    rows = layout.rows_between(area.top(), area.bottom())
    board = area.intersected(QRectF(0, 0, layout.width, layout.height))
    painter.fillRect(board, ink.colors["shade"])
    for row in rows:
        _shifts(painter, ink, row, board)
    _hour_lines(painter, ink, layout, board)
    for row in rows:
        _absences(painter, ink, row, board)
        _row_line(painter, ink, row, board)


def paint_ways(painter: QPainter, ink: Ink, layout: Layout, area: QRectF) -> None:
    """The drives in `area`: a bar with its minutes, dotted while waiting, red where it does not fit."""
    for row in layout.rows_between(area.top(), area.bottom()):
        for way in row.ways:
            if way.left < area.right() and way.right > area.left():
                _way(painter, ink, way)


def _shifts(painter: QPainter, ink: Ink, row: Row, board: QRectF) -> None:
    for shift in row.shifts:
        painter.fillRect(_box(row, shift).intersected(board), ink.colors["surface"])
    for pause in row.breaks:
        painter.fillRect(_box(row, pause).intersected(board), ink.color("muted", 0.10))


def _hour_lines(painter: QPainter, ink: Ink, layout: Layout, board: QRectF) -> None:
    per_hour = layout.hours.per_hour
    every = 1 if per_hour >= 24 else 2 if per_hour >= 12 else 6
    ticks = [t for t in layout.hours.ticks(board.left(), board.right()) if t.at.hour % every == 0]
    painter.setPen(QPen(ink.colors["line"], 1))
    painter.drawLines([_upright(t.x, board) for t in ticks])
    if per_hour >= 96:
        painter.setPen(QPen(ink.color("line", 0.55), 1))
        painter.drawLines([_upright(t.x + per_hour / 2, board) for t in ticks])
    painter.setPen(QPen(ink.color("edge", 0.7), 1))
    painter.drawLines([_upright(layout.hours.day_left(n), board) for n in range(1, layout.hours.days)])


def _upright(x: float, board: QRectF) -> QLineF:
    return QLineF(round(x), board.top(), round(x), board.bottom())


def _absences(painter: QPainter, ink: Ink, row: Row, board: QRectF) -> None:
    for absence in row.absences:
        box = _box(row, absence)
        if box.intersects(board):
            painter.fillRect(box, ink.colors["shade"])
            painter.fillRect(box, ink.hatch("muted", 0.35))
            left = max(absence.words_from, board.left())
            _label(painter, ink, QRectF(left, box.top(), box.right() - left, box.height()), absence.words)


def _label(painter: QPainter, ink: Ink, box: QRectF, words: str) -> None:
    """The reason on a plain patch, so that the hatching does not run through the letters."""
    shown = ink.short(words, ink.small, box.width() - 16)
    if not shown:
        return
    patch = QRectF(box.left() + 4, box.center().y() - 10, ink.width(shown, ink.small) + 8, 20)
    painter.fillRect(patch, ink.colors["shade"])
    ink.write(painter, patch.adjusted(4, 0, 4, 0), shown, ink.small, ink.colors["muted"])


def _row_line(painter: QPainter, ink: Ink, row: Row, board: QRectF) -> None:
    painter.setPen(QPen(ink.colors["line"], 1))
    painter.drawLine(QLineF(board.left(), row.bottom - 1, board.right(), row.bottom - 1))


def _way(painter: QPainter, ink: Ink, way: Way) -> None:
    name = "danger" if way.late else "muted"
    bar = QRectF(way.left, way.y - BAR / 2, way.mid - way.left, BAR)
    painter.fillRect(bar, ink.color(name, 0.9 if way.late else 0.5))
    if way.right - way.mid > 4 and way.leg.before_id is not None:
        painter.setPen(QPen(ink.color("muted", 0.6), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QLineF(way.mid + 2, way.y, way.right - 2, way.y))
    _minutes(painter, ink, way, name)


def _minutes(painter: QPainter, ink: Ink, way: Way, name: str) -> None:
    """The minutes over the bar: in full, as a bare number, or not at all, as the gap allows."""
    if not way.leg.drive_s:
        return
    number = str(minutes_up(way.leg.drive_s))
    room = way.right - way.left - 2
    full = f"{number} min"
    text = next((t for t in (full, number) if ink.width(t, ink.tiny) <= room), "")
    if text:
        top = round(way.y - BAR / 2 - 2 - ink.height(ink.tiny))
        ink.put(painter, round(way.left + 1), top, text, ink.tiny, ink.colors[name])


def _box(row: Row, piece: Stretch) -> QRectF:
    return QRectF(piece.left, row.top, piece.right - piece.left, row.height - 1)

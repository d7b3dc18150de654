"""How one card looks: state ground, left edge, customer and time, service and street, signs, what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from fieldoffice.models.states import AppointmentState
from fieldoffice.services.dispatch.rows import Card
from fieldoffice.ui.schedule.ink import SMALL_ICON, Ink
from fieldoffice.ui.schedule.layout import Box
from fieldoffice.ui.schedule.words import clock, from_to, late, second_line, short_name, sign_icons

EDGE = 4.0
ICON_FROM = 22.0  # narrower boxes are color and edge alone
NARROW = 84.0  # of room inside; below it the customer has the first line alone
LEAST_NAME = 26.0
RADIUS = 4.0
FADED = 0.38
NAME_ROOM = 88.0  # the customer keeps this much before a time is written beside it


@dataclass(slots=True)
class Look:
    """What of a card depends on the person and not on the day: selection, focus, what is being found or dragged."""

    zone: ZoneInfo
    selected: frozenset[int] = frozenset()
    focus: int | None = None
    focused_widget: bool = False
    found: frozenset[int] | None = None  # None while nothing is searched
    carried: frozenset[int] = frozenset()
    edges: dict[int, QColor] = field(default_factory=dict)  # provider id to route color, while routes are shown
    ratio: float = 1.0

    @property
    def marked(self) -> frozenset[int]:
        """The cards over which something is painted."""
        return self.selected | self.carried | ({self.focus} if self.focus is not None else frozenset())


def paint_card(painter: QPainter, ink: Ink, look: Look, box: Box, dx: float = 0.0, dy: float = 0.0) -> None:
    """One card at its place, moved by (dx, dy) while it slides; faded while something else is searched."""
    faded = look.found is not None and box.card.id not in look.found
    if faded:
        painter.setOpacity(FADED)
    area = _area(box).translated(dx, dy)
    paint_face(
        painter, ink, look, box.card, area, edge=look.edges.get(box.provider_id), late_s=box.late_s, clash=box.clash
    )
    if faded:
        painter.setOpacity(1.0)


def paint_mark(painter: QPainter, ink: Ink, look: Look, box: Box) -> None:
    """Over a card. In the hand: veiled. Selected: a solid accent frame. In focus: a dashed one around it."""
    area = _area(box)
    if box.card.id in look.carried:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink.color("surface", 1 - FADED))
        painter.drawRoundedRect(area, RADIUS, RADIUS)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if box.card.id in look.selected:
        painter.setPen(QPen(ink.colors["accent"], 2))
        painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
    if box.card.id == look.focus and look.focused_widget:
        painter.setPen(QPen(ink.colors["text"], 1, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(area.adjusted(-2, -2, 2, 2), RADIUS + 2, RADIUS + 2)


def _area(box: Box) -> QRectF:
    return QRectF(round(box.left) + 0.5, box.top + 0.5, round(box.right - box.left) - 1.0, box.height - 1.0)


def paint_face(
    painter: QPainter,
    ink: Ink,
    look: Look,
    card: Card,
    area: QRectF,
    *,
    edge: QColor | None = None,
    late_s: int = 0,
    clash: str = "",
) -> None:
    """The card itself in `area`."""
    painter.setPen(ink.borders[card.state])
    painter.setBrush(ink.grounds[card.state])
    painter.drawRoundedRect(area, RADIUS, RADIUS)
    if card.outside:
        painter.fillRect(area.adjusted(1, 1, -1, -1), ink.hatch("accent", 0.34))
    if clash or card.overridden:
        painter.fillRect(area.adjusted(1, 1, -1, -1), ink.hatch("danger" if clash else "warn", 0.30))
    painter.fillRect(QRectF(area.left(), area.top() + 1, EDGE, area.height() - 2), edge or ink.texts[card.state])
    right = area.right() - 4
    if late_s:
        painter.fillRect(QRectF(area.right() - EDGE, area.top() + 1, EDGE, area.height() - 2), ink.colors["danger"])
        right -= EDGE
    if area.width() >= ICON_FROM:
        _inside(
            painter,
            ink,
            look,
            card,
            QRectF(area.left() + EDGE + 4, area.top(), right - area.left() - EDGE - 4, area.height()),
            late_s,
        )


def _inside(painter: QPainter, ink: Ink, look: Look, card: Card, room: QRectF, late_s: int) -> None:
    if room.height() < 34:
        _one_line(painter, ink, look, card, room, late_s)
        return
    first = QRectF(room.left(), room.top() + 3, room.width(), 18)
    second = QRectF(room.left(), room.top() + 22, room.width(), 17)
    if room.width() < NARROW:
        _narrow(painter, ink, look, card, first, second, late_s)
        return
    _icon(painter, ink, look, card, first)
    first.setRight(_time(painter, ink, look, card, first))
    _name(painter, ink, card, first)
    second.setRight(_late(painter, ink, card, second, late_s))
    _second(painter, ink, look, card, second)


def _one_line(painter: QPainter, ink: Ink, look: Look, card: Card, line: QRectF, late_s: int) -> None:
    """Compact rows: icon, customer, service, signs, time."""
    _icon(painter, ink, look, card, line)
    if line.width() < LEAST_NAME:
        return
    line.setRight(_late(painter, ink, card, line, late_s))
    line.setRight(_time(painter, ink, look, card, line))
    line.setRight(_signs(painter, ink, look, card, line))
    used = _name(painter, ink, card, line)
    if line.width() - used > 60:
        text = second_line(card, look.zone) if card.outside else card.service
        ink.write(painter, line.adjusted(used + 8, 0, 0, 0), text, ink.small, ink.texts[card.state])


def _narrow(
    painter: QPainter,
    ink: Ink,
    look: Look,
    card: Card,
    first: QRectF,
    second: QRectF,
    late_s: int,
) -> None:
    """A short visit: the customer alone in the first line, the state's icon below it."""
    if first.width() >= LEAST_NAME:
        _name(painter, ink, card, first, ink.small_bold)
    else:
        second = QRectF(second.left(), first.top(), second.width(), second.bottom() - first.top())
    _icon(painter, ink, look, card, second)
    second.setRight(_late(painter, ink, card, second, late_s))
    until = clock(card.held_until, look.zone) if card.outside and card.held_until is not None else ""
    if until and ink.width(until, ink.small) <= second.width():
        ink.write(painter, second, until, ink.small, ink.texts[card.state])
    _signs(painter, ink, look, card, second)


def _icon(painter: QPainter, ink: Ink, look: Look, card: Card, line: QRectF) -> None:
    """The state's icon at the left; what follows begins behind it."""
    painter.drawPixmap(
        round(line.left()), round(line.center().y() - SMALL_ICON / 2), ink.state_icon(card.state, look.ratio)
    )
    line.setLeft(line.left() + SMALL_ICON + 4)


def _name(painter: QPainter, ink: Ink, card: Card, line: QRectF, font: QFont | None = None) -> float:
    """The customer, struck through when the visit was canceled; gives how wide it came out."""
    used = ink.bold if font is None else font
    text = card.customer if ink.width(card.customer, used) <= line.width() else short_name(card)
    width = min(line.width(), ink.width(text, used))
    ink.write(painter, line, text, used, ink.texts[card.state])
    if card.state is AppointmentState.CANCELLED:
        middle = round(line.center().y())
        painter.drawLine(round(line.left()), middle, round(line.left() + width), middle)
    return width


def _time(painter: QPainter, ink: Ink, look: Look, card: Card, line: QRectF) -> float:
    """The time at the right of the first line where the customer keeps room; gives where it begins."""
    if card.starts_at is None or card.ends_at is None:
        return line.right()
    least = min(ink.width(card.customer, ink.bold), NAME_ROOM)
    for text in (from_to(card.starts_at, card.ends_at, look.zone), clock(card.starts_at, look.zone)):
        width = ink.width(text, ink.small)
        if line.width() - width - 8 >= (NAME_ROOM * 1.5 if "–" in text else least):
            _at_right(painter, ink, line, text, width, ink.texts[card.state], ink.small)
            return line.right() - width - 8
    return line.right()


def _late(painter: QPainter, ink: Ink, card: Card, line: QRectF, late_s: int) -> float:
    """By how much the visit is late, at the right; gives where it begins."""
    texts = (late(late_s), late(late_s).removesuffix(" min")) if late_s else ()
    text = next((t for t in texts if ink.width(t, ink.small_bold) <= line.width()), "")
    if not text:
        return line.right()
    width = ink.width(text, ink.small_bold)
    _at_right(painter, ink, line, text, width, ink.colors["danger"], ink.small_bold)
    return line.right() - width - 6


def _at_right(painter: QPainter, ink: Ink, line: QRectF, text: str, width: float, color: QColor, font: QFont) -> None:
    ink.write(painter, QRectF(line.right() - width, line.top(), width + 1, line.height()), text, font, color)


def _second(painter: QPainter, ink: Ink, look: Look, card: Card, line: QRectF) -> None:
    line.setRight(_signs(painter, ink, look, card, line))
    ink.write(painter, line, second_line(card, look.zone), ink.small, ink.texts[card.state])


def _signs(painter: QPainter, ink: Ink, look: Look, card: Card, line: QRectF) -> float:
    """The small icons at the right, the weightiest outermost, never more than half of the line."""
    right, least = line.right(), line.left() + line.width() * 0.45
    for icon in sign_icons(card):
        if right - SMALL_ICON < least:
            break
        right -= SMALL_ICON
        painter.drawPixmap(
            round(right), round(line.center().y() - SMALL_ICON / 2), ink.icon(icon, ink.texts[card.state], look.ratio)
        )
        right -= 2
    return right if right == line.right() else right - 2

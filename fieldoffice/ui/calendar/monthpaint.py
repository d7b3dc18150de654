"""How a month looks: weekdays, days with their counts, entries in the colors of their states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from PySide6.QtCore import QDate, QLineF, QLocale, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPen

from fieldoffice.models.states import AppointmentState
from fieldoffice.services.calendars.rows import Day, Entry, Month
from fieldoffice.ui.calendar.monthplan import HEAD, Cell, Plan
from fieldoffice.ui.schedule.ink import Ink
from fieldoffice.ui.schedule.words import clock

EDGE = 3.0
RADIUS = 3.0
BAR = 3.0  # the line of states below a day's number
FADED = 0.4


@dataclass(slots=True)
class Look:
    """What of a month depends on the person: the day and the entry in focus, the entry in the hand and its target."""

    day: date | None = None
    entry: int | None = None
    focused: bool = False
    carried: int | None = None
    target: date | None = None


def paint_month(painter: QPainter, ink: Ink, month: Month, plan: Plan, look: Look, ratio: float) -> None:
    """All of it but what changes while something is dragged: the marks and what is in the hand."""
    _weekdays(painter, ink, plan)
    for cell in plan.cells:
        _ground(painter, ink, month, cell)
    for cell in plan.cells:
        _head(painter, ink, month, cell, ratio)
        _entries(painter, ink, month, cell, look, ratio)


def paint_entry(painter: QPainter, ink: Ink, entry: Entry, area: QRectF, zone: ZoneInfo, ratio: float) -> None:
    """One line: icon of the state, time, customer."""
    _face(painter, ink, entry, area)
    left, color = area.left() + EDGE + 3, ink.texts[entry.state]
    if area.width() >= 116:
        painter.drawPixmap(round(left), round(area.top() + 2), ink.state_icon(entry.state, ratio))
        left += 17
    time = clock(entry.starts_at, zone)
    ink.write(painter, QRectF(left, area.top(), 40, area.height()), time, ink.small_bold, color)
    left += ink.width(time, ink.small_bold) + 5
    right = area.right() - (17 if entry.locked else 3)
    ink.write(painter, QRectF(left, area.top(), right - left, area.height()), entry.line, ink.small, color)
    if entry.locked:
        painter.drawPixmap(round(right), round(area.top() + 2), ink.icon("lock", color, ratio))


def paint_name(painter: QPainter, ink: Ink, entry: Entry, area: QRectF) -> None:
    """Less than a line: the customer alone, where the place already tells the time."""
    _face(painter, ink, entry, area)
    ink.write(painter, area.adjusted(EDGE + 3, 0, -2, 0), entry.line, ink.small, ink.texts[entry.state])


def _face(painter: QPainter, ink: Ink, entry: Entry, area: QRectF) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(ink.borders[entry.state])
    painter.setBrush(ink.grounds[entry.state])
    painter.drawRoundedRect(area, RADIUS, RADIUS)
    painter.fillRect(QRectF(area.left(), area.top() + 1, EDGE, area.height() - 2), ink.texts[entry.state])


def _weekdays(painter: QPainter, ink: Ink, plan: Plan) -> None:
    locale = QLocale()
    for cell in plan.cells[:7]:
        day = locale.dayName(cell.day.on.isoweekday(), QLocale.FormatType.LongFormat)
        if ink.width(day, ink.small_bold) > cell.area.width() - 16:
            day = locale.dayName(cell.day.on.isoweekday(), QLocale.FormatType.ShortFormat)
        room = QRectF(cell.area.left() + 8, 0, cell.area.width() - 12, HEAD)
        ink.write(painter, room, day, ink.small_bold, ink.colors["muted"])


def _ground(painter: QPainter, ink: Ink, month: Month, cell: Cell) -> None:
    day = cell.day
    away = day.on.month != month.first_on.month
    painter.fillRect(cell.area, ink.theme.color("ground" if away else "weekend" if day.closed or day.holiday else "surface"))
    if day.holiday or (month.whose is not None and day.away):
        painter.fillRect(cell.area, QBrush(ink.color("muted", 0.14), Qt.BrushStyle.BDiagPattern))
    painter.setPen(QPen(ink.colors["line"], 1))
    painter.drawLine(QLineF(cell.area.left(), cell.area.top() + 0.5, cell.area.right(), cell.area.top() + 0.5))
    if cell.area.left() > 1:
        painter.drawLine(QLineF(cell.area.left() + 0.5, cell.area.top(), cell.area.left() + 0.5, cell.area.bottom()))


def _head(painter: QPainter, ink: Ink, month: Month, cell: Cell, ratio: float) -> None:
    """The day's number, its holiday, how many visits, how many without a provider; the line of states below."""
    area, day = cell.area, cell.day
    left = _number(painter, ink, month, cell)
    right = _count(painter, ink, cell, ratio)
    if day.holiday and right - left > 24:
        ink.write(painter, QRectF(left + 4, area.top() + 3, right - left - 8, 18), day.holiday, ink.small, ink.colors["muted"])
    _bar(painter, ink, cell)


def _number(painter: QPainter, ink: Ink, month: Month, cell: Cell) -> float:
    """Gives where it ends."""
    day, area = cell.day, cell.area
    words, outside = _day_words(day.on), day.on.month != month.first_on.month
    width = ink.width(words, ink.small_bold)
    room = QRectF(area.left() + 8, area.top() + 3, width + 2, 18)
    color = ink.colors["muted" if outside else "text"]
    if day.on == month.today:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink.colors["now"])
        painter.drawRoundedRect(QRectF(room.left() - 5, room.top(), width + 10, 18), 4, 4)
        color = ink.theme.ink(ink.colors["now"])
    ink.write(painter, room, words, ink.small_bold, color)
    return room.right() + 4


def _count(painter: QPainter, ink: Ink, cell: Cell, ratio: float) -> float:
    """At the right; gives where it begins."""
    day, right = cell.day, cell.area.right() - 6
    if day.total:
        right = _right(painter, ink, cell, right, str(day.total), "text")
    if day.to_assign:
        right = _right(painter, ink, cell, right - (8 if day.total else 0), str(day.to_assign), "warn")
        painter.drawPixmap(round(right - 16), round(cell.area.top() + 5), ink.icon("assignment_late", ink.colors["warn"], ratio))
        right -= 18
    return right


def _right(painter: QPainter, ink: Ink, cell: Cell, right: float, words: str, color: str) -> float:
    width = ink.width(words, ink.small)
    ink.write(painter, QRectF(right - width, cell.area.top() + 3, width + 2, 18), words, ink.small, ink.colors[color])
    return right - width


def _bar(painter: QPainter, ink: Ink, cell: Cell) -> None:
    """The day's visits as one line, each state as long as its share."""
    day, left = cell.day, cell.area.left() + 6
    whole = cell.area.width() - 12
    for state in AppointmentState:
        if n := day.counts.get(state, 0):
            width = whole * n / day.total
            color = ink.texts[state]
            painter.fillRect(QRectF(left, cell.area.top() + 22, max(1.0, width - 1), BAR), color)
            left += width


def _entries(painter: QPainter, ink: Ink, month: Month, cell: Cell, look: Look, ratio: float) -> None:
    zone = ZoneInfo(month.zone)
    for words, area in cell.notes:
        painter.drawPixmap(round(area.left() + 2), round(area.top() + 2), ink.icon("beach_access", ink.colors["muted"], ratio))
        ink.write(painter, area.adjusted(20, 0, 0, 0), words, ink.small, ink.colors["muted"])
    for spot in cell.spots:
        if spot.entry.id == look.carried:
            painter.setOpacity(FADED)
        paint_entry(painter, ink, spot.entry, spot.area, zone, ratio)
        painter.setOpacity(1.0)
    if cell.more:
        more = more_words(cell.more, alone=not cell.spots)
        ink.write(painter, cell.more_area.adjusted(4, 0, 0, 0), more, ink.small_bold, ink.colors["muted"])


def paint_marks(painter: QPainter, ink: Ink, plan: Plan, look: Look) -> None:
    """Where the keyboard stands, and where the entry in the hand would land."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    target = plan.cell_of(look.target) if look.target is not None else None
    if target is not None:
        painter.setPen(QPen(ink.colors["accent"], 2))
        painter.drawRect(target.area.adjusted(1, 1, -1, -1))
    spot = plan.spot_of(look.entry) if look.entry is not None else None
    if spot is not None:
        painter.setPen(QPen(ink.colors["accent"], 2))
        painter.drawRoundedRect(spot.area.adjusted(-0.5, -0.5, 0.5, 0.5), RADIUS, RADIUS)
    cell = plan.cell_of(look.day) if look.day is not None else None
    if cell is not None and look.focused and target is None and spot is None:
        painter.setPen(QPen(ink.colors["accent"], 2))
        painter.drawRect(cell.area.adjusted(1.5, 1.5, -1.5, -1.5))


def more_words(n: int, *, alone: bool) -> str:
    if alone:
        return "1 visit" if n == 1 else f"{n} visits"
    return f"+{n} more"


def _day_words(on: date) -> str:
    """ "14", and "Mar 1" on the first of a month."""
    return str(on.day) if on.day > 1 else QLocale().toString(QDate(on.year, on.month, on.day), "MMM d")


def day_tip(day: Day) -> str:
    """What a day holds, in plain words."""
    locale = QLocale()
    lines = [locale.toString(QDate(day.on.year, day.on.month, day.on.day), "dddd, MMMM d")]
    lines += [day.holiday] if day.holiday else []
    lines += [f"{n} {state.word}" for state in AppointmentState if (n := day.counts.get(state, 0))]
    lines += [f"{day.to_assign} without a provider"] if day.to_assign else []
    lines += [f"Away: {', '.join(day.away)}"] if day.away else []
    return "\n".join(lines)

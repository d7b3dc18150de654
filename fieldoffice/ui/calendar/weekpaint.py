"""How a week looks: hours, days with their hours of work, visits, the present moment."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import QDate, QLineF, QLocale, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPen

from fieldoffice.services.calendars.rows import Day, Entry
from fieldoffice.services.calendars.week import Week
from fieldoffice.ui.calendar.monthpaint import EDGE, FADED, RADIUS, Look, paint_entry, paint_name
from fieldoffice.ui.calendar.weekplan import GUTTER, Column, WeekPlan
from fieldoffice.ui.schedule.ink import Ink
from fieldoffice.ui.schedule.words import clock, from_to

HEAD = 46
TWO_LINES, THREE_LINES, NARROW = 36, 52, 110


def paint_week(painter: QPainter, ink: Ink, week: Week, plan: WeekPlan, look: Look, visible: QRectF, ratio: float) -> None:
    """The part of the days in `visible`."""
    for day, column in zip(week.days, plan.columns, strict=True):
        _ground(painter, ink, week, plan, day, column)
    _hours(painter, ink, plan, visible)
    for column in plan.columns:
        _boxes(painter, ink, plan, column, look, visible, ratio, names=week.whose is None)
    _now(painter, ink, week, plan)


def paint_box(painter: QPainter, ink: Ink, entry: Entry, area: QRectF, plan: WeekPlan, ratio: float, *, names: bool) -> None:
    """A visit: customer and time, its service, who goes there, as far as there is room."""
    if area.height() < TWO_LINES and area.width() < NARROW:
        paint_name(painter, ink, entry, area)
        return
    if area.height() < TWO_LINES:
        paint_entry(painter, ink, entry, area, plan.zone, ratio)
        return
    painter.setPen(ink.borders[entry.state])
    painter.setBrush(ink.grounds[entry.state])
    painter.drawRoundedRect(area, RADIUS, RADIUS)
    color = ink.texts[entry.state]
    painter.fillRect(QRectF(area.left(), area.top() + 1, EDGE, area.height() - 2), color)
    left, width = area.left() + EDGE + 4, area.width() - EDGE - 7
    signs = [ink.icon("lock", color, ratio)] if entry.locked else []
    if width > 84:
        signs.append(ink.state_icon(entry.state, ratio))
    for n, sign in enumerate(signs, start=1):
        painter.drawPixmap(round(area.right() - 17 * n), round(area.top() + 3), sign)
    ink.write(painter, QRectF(left, area.top() + 1, width - 17 * len(signs), 17), entry.line, ink.small_bold, color)
    second = from_to(entry.starts_at, entry.ends_at, plan.zone) if width > 74 else clock(entry.starts_at, plan.zone)
    ink.write(painter, QRectF(left, area.top() + 18, width, 16), second, ink.small, color)
    third = ", ".join(entry.providers) if names else entry.service
    if area.height() >= THREE_LINES:
        ink.write(painter, QRectF(left, area.top() + 34, width, 16), third, ink.small, color)


def paint_head(painter: QPainter, ink: Ink, week: Week, plan: WeekPlan, width: float, look: Look) -> None:
    """The days above the hours."""
    painter.fillRect(QRectF(0, 0, width, HEAD), ink.colors["ground"])
    for day, column in zip(week.days, plan.columns, strict=True):
        _day_head(painter, ink, week, day, column, look)
    painter.setPen(QPen(ink.colors["line"], 1))
    painter.drawLine(QLineF(0, HEAD - 0.5, width, HEAD - 0.5))


def _day_head(painter: QPainter, ink: Ink, week: Week, day: Day, column: Column, look: Look) -> None:
    locale, made = QLocale(), QDate(day.on.year, day.on.month, day.on.day)
    words, font = locale.toString(made, "ddd d"), ink.small_bold
    width = ink.width(words, font)
    room, color = QRectF(column.left + 8, 4, width + 2, 18), ink.colors["text"]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if day.on == week.today:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink.colors["now"])
        painter.drawRoundedRect(room.adjusted(-5, 0, 5, 0), 4, 4)
        color = ink.theme.ink(ink.colors["now"])
    ink.write(painter, room, words, font, color)
    second = [f"{day.total} visits" if day.total != 1 else "1 visit"] if day.total else []
    second += [f"{day.to_assign} to assign"] if day.to_assign else []
    holiday = [day.holiday] if day.holiday else []
    below = QRectF(column.left + 8, 23, column.right - column.left - 12, 17)
    ink.write(painter, below, " · ".join([*holiday, *second]), ink.small, ink.colors["muted"])
    if look.day == day.on and look.focused and look.entry is None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(ink.colors["accent"], 2))
        painter.drawRect(QRectF(column.left + 2, 1, column.right - column.left - 4, HEAD - 4))


def _ground(painter: QPainter, ink: Ink, week: Week, plan: WeekPlan, day: Day, column: Column) -> None:
    """Hours nobody works are shaded; for one provider exactly those outside the shifts."""
    area = QRectF(column.left, 0, column.right - column.left, plan.height)
    if week.whose is None:
        painter.fillRect(area, ink.theme.color("weekend" if day.closed or day.holiday else "surface"))
    else:
        painter.fillRect(area, ink.theme.color("shade"))
        for span in week.shifts:
            _stretch(painter, plan, column, span.start, span.end, QBrush(ink.colors["surface"]))
        for span, why in week.absences:
            _stretch(painter, plan, column, span.start, span.end, QBrush(ink.color("muted", 0.16), Qt.BrushStyle.BDiagPattern))
            _why(painter, ink, plan, column, span.start, span.end, why)
    painter.setPen(QPen(ink.colors["line"], 1))
    painter.drawLine(QLineF(column.left + 0.5, 0, column.left + 0.5, plan.height))


def _between(plan: WeekPlan, column: Column, start: datetime, end: datetime) -> tuple[float, float] | None:
    """The piece of a column that a stretch of time takes."""
    first, last = plan.moment(column.on, 0, 1), plan.moment(column.on + timedelta(days=1), 0, 1)
    if start >= last or end <= first:
        return None
    return (plan.y(start) if start > first else 0.0, plan.y(end) if end < last else plan.height)


def _stretch(painter: QPainter, plan: WeekPlan, column: Column, start: datetime, end: datetime, brush: QBrush) -> None:
    if piece := _between(plan, column, start, end):
        painter.fillRect(QRectF(column.left, piece[0], column.right - column.left, piece[1] - piece[0]), brush)


def _why(painter: QPainter, ink: Ink, plan: WeekPlan, column: Column, start: datetime, end: datetime, why: str) -> None:
    if piece := _between(plan, column, start, end):
        top = max(piece[0], min(8 * plan.per_hour, piece[1] - 20))
        ink.write(painter, QRectF(column.left + 8, top + 2, column.right - column.left - 12, 18), why, ink.small, ink.colors["muted"])


def _hours(painter: QPainter, ink: Ink, plan: WeekPlan, visible: QRectF) -> None:
    right = plan.columns[-1].right if plan.columns else visible.right()
    for hour in range(int(visible.top() // plan.per_hour), min(24, int(visible.bottom() // plan.per_hour) + 1)):
        y = round(hour * plan.per_hour) + 0.5
        painter.setPen(QPen(ink.colors["line"], 1))
        painter.drawLine(QLineF(GUTTER - 6, y, right, y))
        if hour:
            ink.write(painter, QRectF(8, y - 9, GUTTER - 12, 18), f"{hour:02d}:00", ink.small, ink.colors["muted"])


def _boxes(painter: QPainter, ink: Ink, plan: WeekPlan, column: Column, look: Look, visible: QRectF, ratio: float, *,
           names: bool) -> None:  # fmt: skip
    for box in column.boxes:
        if not box.area.intersects(visible):
            continue
        painter.setOpacity(FADED if box.entry.id == look.carried else 1.0)
        paint_box(painter, ink, box.entry, box.area, plan, ratio, names=names)
        painter.setOpacity(1.0)
        if box.entry.id == look.entry:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(ink.colors["accent"], 2))
            painter.drawRoundedRect(box.area, RADIUS, RADIUS)
    for more in column.more:
        if more.area.intersects(visible):
            painter.setPen(QPen(ink.colors["line"], 1))
            painter.setBrush(ink.colors["ground"])
            painter.drawRoundedRect(more.area, RADIUS, RADIUS)
            ink.write(painter, more.area.adjusted(4, 0, 0, 0), f"+{more.count}", ink.small_bold, ink.colors["muted"])


def _now(painter: QPainter, ink: Ink, week: Week, plan: WeekPlan) -> None:
    column = plan.column_of(week.today)
    if column is not None:
        y = round(plan.y(week.now)) + 0.5
        painter.setPen(QPen(ink.colors["now"], 2))
        painter.drawLine(QLineF(column.left + 1, y, column.right, y))

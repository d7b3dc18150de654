"""A month of one provider, painted: hours, absences, holidays, visits and how full each day is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from fieldoffice.ui import theme
from fieldoffice.ui.parts.labels import plain_tip
from fieldoffice.ui.parts.reading import show_date
from fieldoffice.ui.providers.delegates import load_color
from fieldoffice.ui.providers.fields import weekday

HEAD, PAD, LINE = 28, 8, 18


@dataclass(frozen=True, slots=True)
class Day:
    """What stands in a cell. `notes` are absences, the holiday and why hours differ; `percent` None: no hours."""

    on: date
    hours: str
    notes: tuple[str, ...]
    away: bool
    visits: int
    percent: int | None
    target: int

    def told(self, visits: str) -> str:
        """Everything, for the tooltip and screen readers."""
        load = f"{self.percent} %" if self.percent is not None and self.visits else ""
        return "\n".join(part for part in (show_date(self.on), self.hours, *self.notes, visits, load) if part)


class Month(QWidget):
    """`chosen(day)` on a click or Enter; arrows move, Page Up and Page Down go to other months."""

    chosen, left = Signal(object), Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.days: tuple[Day, ...] = ()
        self.month, self.today, self.at, self.first_weekday = date(2000, 1, 1), date(2000, 1, 1), 0, 0
        self._hover = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Work calendar"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_days(self, month: date, days: Sequence[Day], today: date, first_weekday: int) -> None:
        """Whole weeks around the month that begins on `month`."""
        other = month != self.month or len(days) != len(self.days)
        self.month, self.days, self.today, self.first_weekday = month, tuple(days), today, first_weekday
        if other:
            wanted = today if self._here(today) else month
            self.at = next((n for n, day in enumerate(days) if day.on == wanted), 0)
        self._say()
        self.update()

    def visits_words(self, day: Day) -> str:
        if not day.visits:
            return ""
        return self.tr("1 visit") if day.visits == 1 else self.tr("%1 visits").replace("%1", str(day.visits))

    def cell(self, n: int) -> QRect:
        """Where the n-th day stands."""
        rows = max(1, len(self.days) // 7)
        wide, high = self.width() / 7, (self.height() - HEAD) / rows
        x, y = n % 7, n // 7
        left, top = round(x * wide), HEAD + round(y * high)
        return QRect(left, top, round((x + 1) * wide) - left, HEAD + round((y + 1) * high) - top)

    def sizeHint(self) -> QSize:
        return QSize(7 * 128, HEAD + 6 * 88)

    def minimumSizeHint(self) -> QSize:
        return QSize(7 * 88, HEAD + 6 * 60)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            n = self._under(event.pos())
            QToolTip.showText(event.globalPos(), plain_tip(self.days[n].told(self.visits_words(self.days[n]))) if n >= 0 else "", self)
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        n = self._under(event.position().toPoint())
        if n != self._hover:
            self._hover = n
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = -1
        self.update()
        super().leaveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        n = self._under(event.position().toPoint())
        if n >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self._go(n)
            self.chosen.emit(self.days[n].on)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -7, Qt.Key.Key_Down: 7}.get(Qt.Key(event.key()))
        months = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}.get(Qt.Key(event.key()))
        if steps is not None and 0 <= self.at + steps < len(self.days):
            self._go(self.at + steps)
        elif months is not None:
            self.left.emit(months)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.days:
            self.chosen.emit(self.days[self.at].on)
        else:
            super().keyPressEvent(event)

    # painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("line"), 1))
        painter.setBrush(theme.color("surface"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        self._paint_head(painter)
        for n, day in enumerate(self.days):
            self._paint_day(painter, self.cell(n), n, day)

    def _paint_head(self, painter: QPainter) -> None:
        painter.setFont(theme.font(12, bold=True))
        painter.setPen(theme.color("muted"))
        for n in range(7):
            box = self.cell(n)
            words = weekday((self.first_weekday + n) % 7)
            painter.drawText(QRect(box.left() + PAD, 0, box.width() - 2 * PAD, HEAD), int(Qt.AlignmentFlag.AlignVCenter), words)

    def _paint_day(self, painter: QPainter, box: QRect, n: int, day: Day) -> None:
        self._paint_ground(painter, box, n, day)
        here = self._here(day.on)
        inner = box.adjusted(PAD, 6, -PAD, -6)
        self._paint_number(painter, inner, day, here)
        painter.setFont(theme.font(12))
        lines = [(day.hours, "text" if here else "muted")] if day.hours else []
        lines += [(note, "warn" if day.away else "muted") for note in day.notes]
        room = max(1, (inner.height() - 2 * LINE - 6) // LINE) if day.visits else max(1, (inner.height() - LINE) // LINE)
        for row, (words, color) in enumerate(lines[:room]):
            self._line(painter, QRect(inner.left(), inner.top() + LINE * (row + 1), inner.width(), LINE), words, color)
        if day.visits:
            self._paint_visits(painter, inner, day)

    def _paint_ground(self, painter: QPainter, box: QRect, n: int, day: Day) -> None:
        ground = "shade" if not day.hours else "surface"
        ground = "hover" if n == self._hover else ground
        painter.fillRect(box.adjusted(1, 1, -1, -1), theme.color(ground if self._here(day.on) or n == self._hover else "ground"))
        painter.setPen(QPen(theme.color("line"), 1))
        painter.drawLine(box.topLeft(), box.topRight())
        if n % 7:
            painter.drawLine(box.topLeft(), box.bottomLeft())
        if n == self.at and self.hasFocus():
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(box).adjusted(2, 2, -2, -2), 4, 4)

    def _paint_number(self, painter: QPainter, inner: QRect, day: Day, here: bool) -> None:
        today = day.on == self.today
        painter.setFont(theme.font(13, bold=today))
        words = str(day.on.day) if day.on.day > 1 or here else f"{day.on:%b} 1"
        if today:
            wide = painter.fontMetrics().horizontalAdvance(words) + 12
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent"))
            painter.drawRoundedRect(QRectF(inner.left() - 4, inner.top() - 2, wide, LINE + 1), 4, 4)
        painter.setPen(theme.color("on_accent" if today else "text" if here else "muted"))
        painter.drawText(QRect(inner.left() + (2 if today else 0), inner.top() - 1, inner.width(), LINE), 0, words)

    def _paint_visits(self, painter: QPainter, inner: QRect, day: Day) -> None:
        bottom = inner.bottom()
        words = QRect(inner.left(), bottom - LINE - 6, inner.width(), LINE)
        color = "text" if self._here(day.on) else "muted"
        self._line(painter, words, self.visits_words(day), color)
        if day.percent is None:
            return
        painter.setPen(theme.color(load_color(day.percent, day.target) if day.percent > day.target else "muted"))
        painter.drawText(words, int(Qt.AlignmentFlag.AlignRight), f"{day.percent} %")
        bar = QRectF(inner.left(), bottom - 4, inner.width(), 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("line"))
        painter.drawRoundedRect(bar, 2, 2)
        painter.setBrush(theme.color(load_color(day.percent, day.target)))
        painter.drawRoundedRect(QRectF(bar.left(), bar.top(), bar.width() * min(1.0, day.percent / 100), 4), 2, 2)

    def _line(self, painter: QPainter, box: QRect, words: str, color: str) -> None:
        painter.setPen(theme.color(color))
        painter.drawText(box, 0, painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, box.width()))

    # inside

    def _here(self, on: date) -> bool:
        return (on.year, on.month) == (self.month.year, self.month.month)

    def _under(self, where: QPoint) -> int:
        return next((n for n in range(len(self.days)) if self.cell(n).contains(where)), -1)

    def _go(self, n: int) -> None:
        self.at = n
        self._say()
        self.update()

    def _say(self) -> None:
        if self.days:
            day = self.days[self.at]
            self.setAccessibleDescription(day.told(self.visits_words(day)).replace("\n", ", "))


def weeks_of(month: date, first_weekday: int) -> tuple[date, int]:
    """The first day of the whole weeks around a month, and how many days they have."""
    first = month - timedelta(days=(month.weekday() - first_weekday) % 7)
    after = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    days = (after - first).days
    return first, days + (-days) % 7


def month_after(month: date, by: int) -> date:
    """The first day of the month that lies `by` months further on."""
    n = month.year * 12 + month.month - 1 + by
    return date(n // 12, n % 12 + 1, 1)

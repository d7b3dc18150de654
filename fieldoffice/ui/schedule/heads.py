"""What stays in place while the board scrolls: the hours on top, the providers at the left, the corner between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QLineF, QRectF, Qt
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from fieldoffice.ui.schedule.layout import Row
from fieldoffice.ui.schedule.paint_names import paint_name
from fieldoffice.ui.schedule.words import clock, load_tip, short_day, translate

if TYPE_CHECKING:
    from fieldoffice.ui.schedule.painted import Painted

NAMES_WIDTH = 208
HEAD_HEIGHT = 44


class _Frozen(QWidget):
    """A child of the board; the wheel over it scrolls the board."""

    def __init__(self, canvas: Painted) -> None:
        super().__init__(canvas)
        self.canvas = canvas

    def wheelEvent(self, event: QWheelEvent) -> None:
        QApplication.sendEvent(self.canvas.viewport(), event)


class HoursHead(_Frozen):
    """Days and hours, and the time of the now-line."""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, ink, hours = QPainter(self), self.canvas.ink, self.canvas.layout_.hours
        painter.fillRect(self.rect(), ink.colors["ground"])
        offset = self.canvas.horizontalScrollBar().value()
        painter.translate(-offset, 0)
        visible = QRectF(offset, 0, self.width(), self.height())
        self._hours(painter, visible, self._pill())
        self._promise(painter)
        for n in range(hours.day_at(visible.left()), hours.day_at(visible.right()) + 1):
            self._day(painter, n, visible)
        self._now(painter)
        painter.setPen(QPen(ink.colors["line"], 1))
        painter.drawLine(QLineF(visible.left(), self.height() - 1, visible.right(), self.height() - 1))

    def _hours(self, painter: QPainter, visible: QRectF, pill: QRectF) -> None:
        ink, hours = self.canvas.ink, self.canvas.layout_.hours
        per_label = ink.width("00:00", ink.small) + 12
        every = next((n for n in (1, 2, 3, 6, 12) if n * hours.per_hour >= per_label), 24)
        painter.setFont(ink.small)
        for tick in hours.ticks(visible.left(), visible.right()):
            if tick.at.hour % every == 0 and tick.x + per_label < hours.day_left(hours.day_at(tick.x + 1) + 1) + 12:
                painter.setPen(QPen(ink.colors["line"], 1))
                painter.drawLine(QLineF(round(tick.x), 38, round(tick.x), self.height()))
                if tick.x + per_label - 8 > pill.left() and tick.x < pill.right():
                    continue
                painter.setPen(ink.colors["muted"])
                painter.drawText(round(tick.x) + 3, 36, f"{tick.at:%H:%M}")

    def _day(self, painter: QPainter, n: int, visible: QRectF) -> None:
        """The day's name at its left edge, or at the left of the window while the day is cut off there."""
        ink, hours = self.canvas.ink, self.canvas.layout_.hours
        left, right = hours.day_left(n), hours.day_left(n + 1)
        on = hours.stretches[n].start.astimezone(hours.zone).date()
        today = on == self.canvas.board.now.astimezone(hours.zone).date()
        text = short_day(on) + (f" · {translate('Board', 'today')}" if today else "")
        font = ink.small_bold
        width = ink.width(text, font)
        x = max(left, min(visible.left(), right - width - 12))
        ink.write(painter, QRectF(x + 6, 3, min(width + 2, right - x - 8), 18), text, font, ink.colors["text"])
        if n:
            painter.setPen(QPen(ink.color("edge", 0.7), 1))
            painter.drawLine(QLineF(round(left), 0, round(left), self.height()))

    def _promise(self, painter: QPainter) -> None:
        """While a card is in the hand: when it was promised."""
        ink, hours, carry = self.canvas.ink, self.canvas.layout_.hours, self.canvas.carry
        promised = carry.anchor.window if carry is not None else None
        if promised is not None:
            left, right = hours.x(promised.start), hours.x(promised.end)
            if right > left or hours.shows(promised.start):
                painter.fillRect(QRectF(left, self.height() - 4, max(3.0, right - left), 3), ink.colors["accent"])

    def _pill(self) -> QRectF:
        """Where the present time stands; nowhere while it is not on the board."""
        ink, hours, now = self.canvas.ink, self.canvas.layout_.hours, self.canvas.board.now
        if not hours.shows(now):
            return QRectF()
        width = ink.width(clock(now, hours.zone), ink.small_bold) + 10
        return QRectF(round(hours.x(now) - width / 2), 23, width, 17)

    def _now(self, painter: QPainter) -> None:
        ink, hours, now = self.canvas.ink, self.canvas.layout_.hours, self.canvas.board.now
        text, pill = clock(now, hours.zone), self._pill()
        if pill.isEmpty():
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink.colors["now"])
        painter.drawRoundedRect(pill, 4, 4)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        ink.write(painter, pill.adjusted(5, 0, 0, 0), text, ink.small_bold, ink.theme.ink(ink.colors["now"]))


class NamesHead(_Frozen):
    """The providers: color, name, skills, load; while dragging the reason against each."""

    def __init__(self, canvas: Painted) -> None:
        super().__init__(canvas)
        self.setMouseTracking(True)
        self.setAccessibleName(translate("Board", "Providers"))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, canvas = QPainter(self), self.canvas
        painter.fillRect(self.rect(), canvas.ink.colors["ground"])
        offset = canvas.verticalScrollBar().value()
        for row in canvas.layout_.rows_between(offset + event.rect().top(), offset + event.rect().bottom()):
            area = QRectF(0, row.top - offset, self.width(), row.height)
            paint_name(painter, canvas.ink, row, area, canvas.carry, canvas.ratio())
        painter.setPen(QPen(canvas.ink.colors["line"], 1))
        painter.drawLine(QLineF(self.width() - 1, 0, self.width() - 1, self.height()))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            row = self._row(event.pos().y())
            QToolTip.showText(event.globalPos(), load_tip(row.provider.name, row.loads) if row else "", self)
            return True
        return super().event(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        row = self._row(event.position().y())
        if row is not None:
            self.canvas.row_chosen.emit(row.provider.id)

    def _row(self, y: float) -> Row | None:
        return self.canvas.layout_.row_at(y + self.canvas.verticalScrollBar().value())


class Corner(_Frozen):
    """Over the names: how many providers there are."""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, ink = QPainter(self), self.canvas.ink
        painter.fillRect(self.rect(), ink.colors["ground"])
        count = len(self.canvas.board.providers)
        many = translate("Board", "%1 providers").replace("%1", str(count))
        words = many if count != 1 else translate("Board", "1 provider")
        ink.write(painter, QRectF(12, 21, self.width() - 20, 20), words, ink.small, ink.colors["muted"])
        painter.setPen(QPen(ink.colors["line"], 1))
        painter.drawLine(QLineF(0, self.height() - 1, self.width(), self.height() - 1))
        painter.drawLine(QLineF(self.width() - 1, 0, self.width() - 1, self.height()))

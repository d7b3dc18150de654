"""The visits of one customer by day: a month, or a week, of cells that name them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QFont, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from fieldoffice.services.dispatch.rows import Card
from fieldoffice.ui import icons, theme
from fieldoffice.ui.palette import STATE_ICONS
from fieldoffice.ui.parts.labels import plain_tip
from fieldoffice.ui.schedule.words import clock

HEAD, LINE, GAP = 26, 22, 2
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Month(QWidget):
    """`days` cells from `first_on`, seven a row. A click or Enter on a visit emits `opened(card)`; arrows walk the visits."""

    opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.first_on, self.count, self.today, self.zone = date.today(), 42, date.today(), ZoneInfo("UTC")
        self.month = 0
        self.days: Mapping[date, Sequence[Card]] = {}
        self.here = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumHeight(280)
        self.setMouseTracking(True)
        theme.changed.connect(self._retheme)

    def _retheme(self, _name: str) -> None:
        self.update()

    def show_days(self, first_on: date, count: int, days: Mapping[date, Sequence[Card]], *, today: date, zone: ZoneInfo,
                  month: int) -> None:
        """`month` is the one whose days are not grayed; 0 for none."""
        self.first_on, self.count, self.days, self.today, self.zone, self.month = first_on, count, days, today, zone, month
        self.here = min(self.here, len(self.cards()) - 1)
        self.setAccessibleName(f"Visits by day: {len(self.cards())} from {first_on:%b} {first_on.day}")
        self.update()

    def cards(self) -> list[Card]:
        """All visits in sight, by day and time."""
        last = self.first_on + timedelta(days=self.count)
        return [card for on, cards in sorted(self.days.items()) if self.first_on <= on < last for card in cards]

    def cell(self, on: date) -> QRect:
        """Where a day stands."""
        n, rows = (on - self.first_on).days, self.count // 7
        left, right = (self.width() * k // 7 for k in (n % 7, n % 7 + 1))
        high = self.height() - HEAD
        top, bottom = (HEAD + high * k // rows for k in (n // 7, n // 7 + 1))
        return QRect(left, top, right - left, bottom - top)

    def spots(self, on: date) -> list[tuple[QRect, Card]]:
        """The visits of a day that have room, and where they stand."""
        cell, cards = self.cell(on), list(self.days.get(on, ()))
        fit = max(0, (cell.height() - 24 - GAP) // (LINE + GAP))
        shown = cards if len(cards) <= fit else cards[: max(0, fit - 1)]
        return [(QRect(cell.left() + 4, cell.top() + 24 + n * (LINE + GAP), cell.width() - 8, LINE), card) for n, card in enumerate(shown)]

    # looking

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("surface"))
        painter.setPen(theme.color("muted"))
        for n, name in enumerate(DAYS):
            painter.drawText(QRect(self.width() * n // 7 + 8, 0, self.width() // 7 - 8, HEAD), Qt.AlignmentFlag.AlignVCenter, name)
        for n in range(self.count):
            self._paint_day(painter, self.first_on + timedelta(days=n))
        painter.setPen(theme.color("line"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _paint_day(self, painter: QPainter, on: date) -> None:
        cell, plain = self.cell(on), painter.font()
        if self.month and on.month != self.month:
            painter.fillRect(cell, theme.color("ground"))
        painter.setPen(theme.color("line"))
        painter.drawLine(cell.topLeft(), cell.topRight())
        if (on - self.first_on).days % 7:
            painter.drawLine(cell.topLeft(), cell.bottomLeft())
        bold = QFont(plain)
        bold.setBold(on == self.today)
        painter.setFont(bold)
        painter.setPen(theme.color("accent" if on == self.today else "muted" if self.month and on.month != self.month else "text"))
        words = f"{on:%b} {on.day}" if on.day == 1 or on == self.first_on else str(on.day)
        painter.drawText(cell.adjusted(8, 4, -4, 0), Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, words)
        painter.setFont(plain)
        spots = self.spots(on)
        for rect, card in spots:
            self._paint_card(painter, rect, card)
        left = len(self.days.get(on, ())) - len(spots)
        if left:
            painter.setPen(theme.color("muted"))
            low = spots[-1][0].bottom() + GAP if spots else cell.top() + 24
            painter.drawText(QRect(cell.left() + 8, low, cell.width() - 12, LINE), Qt.AlignmentFlag.AlignVCenter, f"{left} more")

    def _paint_card(self, painter: QPainter, rect: QRect, card: Card) -> None:
        ground, ink = theme.state(card.state)
        chosen = self.hasFocus() and self.here >= 0 and self.cards()[self.here].id == card.id
        painter.setPen(QPen(theme.color("accent"), 2) if chosen else Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 3, 3)
        painter.drawPixmap(rect.left() + 5, rect.top() + 3, icons.pixmap(STATE_ICONS[card.state], 16, ink, self.devicePixelRatioF()))
        painter.setPen(ink)
        inner = rect.adjusted(25, 0, -4, 0)
        words = f"{clock(card.starts_at, self.zone)}  {card.service}" if card.starts_at else card.service
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine,
                         painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, inner.width()))

    # using

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        card = self._at(event.position().toPoint())
        if card is not None and event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit(card)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._at(event.position().toPoint()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        cards, step = self.cards(), {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}.get(
            Qt.Key(event.key()))
        if step and cards and not event.modifiers():
            self.here = max(0, min(len(cards) - 1, self.here + step))
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and 0 <= self.here < len(cards):
            self.opened.emit(cards[self.here])
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            card = self._at(event.pos())
            QToolTip.showText(event.globalPos(), plain_tip(self._tip(card)) if card else "", self)
            return True
        return super().event(event)

    def _tip(self, card: Card) -> str:
        at = clock(card.starts_at, self.zone) if card.starts_at else ""
        return f"{card.job_number} {card.service}\n{at}, {card.state.word}\n{card.street}"

    def _at(self, spot: object) -> Card | None:
        for n in range(self.count):
            for rect, card in self.spots(self.first_on + timedelta(days=n)):
                if rect.contains(spot):  # type: ignore[call-overload]
                    return card
        return None

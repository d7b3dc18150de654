"""A week as a widget: hours down, days across; entries in, clicks and moves out. The sister of `MonthView`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from types import ModuleType
from zoneinfo import ZoneInfo

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QFrame, QToolTip, QWidget

from fieldoffice.services.calendars.rows import Entry
from fieldoffice.services.calendars.week import Week
from fieldoffice.ui.calendar import weekkeys
from fieldoffice.ui.calendar.sight import Sight
from fieldoffice.ui.calendar.weekhead import WeekHead
from fieldoffice.ui.calendar.weekpaint import HEAD, paint_box, paint_week
from fieldoffice.ui.calendar.weekplan import LEAST_HEIGHT, STEP, Box, WeekPlan, laid_out
from fieldoffice.ui.calendar.words import entry_tip, why_fixed, why_fixed_length
from fieldoffice.ui.parts.labels import plain_tip

PER_HOUR = 46.0


class WeekView(Sight, QAbstractScrollArea):
    """Shows a `Week`. Entries are dragged to another day and time on full quarters of an hour (Alt: minutes), and by their
    lower edge to another length; Shift+Up and Shift+Down do that too."""

    opened = Signal(object)  # Entry
    day_opened = Signal(object)  # date
    empty_opened = Signal(object)  # date
    week_wanted = Signal(int)  # weeks to go on
    today_wanted = Signal()
    moved = Signal(object, object)  # Entry, datetime
    resized = Signal(object, int)  # Entry, seconds
    noted = Signal(str)

    def __init__(self, theme: ModuleType, *, name: str = "Week") -> None:
        super().__init__()
        self.begin(theme, name)
        self.week: Week | None = None
        self.plan = WeekPlan(ZoneInfo("UTC"), PER_HOUR, [])
        self.aim: datetime | None = None  # where the entry in the hand would start
        self.length: int | None = None  # how long it would last, while its lower edge is in the hand
        self._pressed: Box | None = None
        self._grab, self._on_grip, self._placed = 0.0, False, False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setViewportMargins(0, HEAD, 0, 0)
        self.head = WeekHead(self)
        self.viewport().setMouseTracking(True)

    # what its owner calls

    def show_week(self, week: Week) -> None:
        """Show a week; scroll and focus stay."""
        self.week = week
        days = [day.on for day in week.days]
        if self.look.day not in days:
            self.look.day = week.today if week.today in days else days[0]
        self._lay_out()
        self.forget_gone()
        if not self._placed:
            self._placed = True
            self._scroll_to_start()

    def anchor_of(self, id: int) -> QRect:
        """Where an entry stands in the widget."""
        return self.area_of(id).translated(0, HEAD - self.offset()).toAlignedRect()

    def focus_on(self, on: date, entry: int | None = None) -> None:
        """Put the keyboard on a day, and on one of its entries."""
        self.look.day, self.look.entry = on, entry
        box = self.plan.spot_of(entry) if entry is not None else None
        if box is not None:
            self._bring(box.area)
        self.fresh()
        self.speak()

    def cancel(self) -> None:
        """Let go of what is in the hand."""
        self.aim = self.length = None
        super().cancel()

    def ask_move(self, entry: Entry, starts_at: datetime) -> None:
        """Ask for another time, unless the entry may not be moved."""
        if reason := why_fixed(entry):
            self.noted.emit(reason)
        elif self.can_move and starts_at != entry.starts_at:
            self.moved.emit(entry, starts_at)

    def ask_length(self, entry: Entry, duration_s: int) -> None:
        """Ask for another length, unless the entry may not have one."""
        if reason := why_fixed_length(entry):
            self.noted.emit(reason)
        elif self.can_move and duration_s != entry.duration_s:
            self.resized.emit(entry, duration_s)

    def offset(self) -> float:
        return float(self.verticalScrollBar().value())

    # what is shared with the month

    def spoken(self) -> str:
        return weekkeys.spoken(self)

    def fresh(self) -> None:
        self.viewport().update()
        self.head.update()

    def ground(self) -> QWidget:
        return self.viewport()

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.viewport().rect(), self.ink.colors["ground"])
        if self.week is None:
            return
        painter.translate(0, -self.offset())
        visible = QRectF(0, self.offset(), self.viewport().width(), self.viewport().height())
        paint_week(painter, self.ink, self.week, self.plan, self.look, visible, self.devicePixelRatioF())
        if (held := self._in_hand()) is not None:
            paint_box(painter, self.ink, *held, self.plan, self.devicePixelRatioF(), names=self.week.whose is None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.head.setGeometry(0, 0, self.viewport().width(), HEAD)
        self._lay_out()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.fresh()

    def _in_hand(self) -> tuple[Entry, QRectF] | None:
        if self._pressed is not None and self.length is not None:
            low = self._pressed.area.top() + max(LEAST_HEIGHT, self.length / 3600 * self.plan.per_hour) - 2
            return replace(self._pressed.entry, duration_s=self.length), _down_to(self._pressed.area, low)
        if self._pressed is None or self.aim is None:
            return self.sliding()
        column = self.plan.column_of(self.aim.astimezone(self.plan.zone).date())
        if column is None:
            return None
        top, area = self.plan.y(self.aim), self._pressed.area
        place = QRectF(column.left + 3.5, top + 0.5, column.right - column.left - 8, area.height())
        return replace(self._pressed.entry, starts_at=self.aim), place

    def _lay_out(self) -> None:
        if self.week is None:
            return
        self.plan = laid_out(self.week, self.viewport().width(), max(PER_HOUR, self.viewport().height() / 12))
        bar = self.verticalScrollBar()
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(24)
        bar.setRange(0, max(0, round(self.plan.height) - self.viewport().height()))
        self.fresh()

    def _scroll_to_start(self) -> None:
        """The first visit or shift, at seven where there is none."""
        assert self.week is not None
        starts = [*(b.area.top() for c in self.plan.columns for b in c.boxes), *(self.plan.y(s.start) for s in self.week.shifts)]
        self.verticalScrollBar().setValue(round(max(0.0, min(starts, default=7.5 * self.plan.per_hour) - self.plan.per_hour / 2)))

    def _bring(self, area: QRectF) -> None:
        bar, height = self.verticalScrollBar(), self.viewport().height()
        if area.top() < self.offset():
            bar.setValue(round(area.top()) - 8)
        elif area.bottom() > self.offset() + height:
            bar.setValue(round(area.bottom()) - height + 8)

    # the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._spot, place = event.position(), self._place(event.position())
        self._pressed, column = self.plan.spot_at(place), self.plan.column_at(place.x())
        if column is not None:
            self._grab = place.y() - self._pressed.area.top() if self._pressed else 0.0
            self._on_grip = self._pressed is not None and self.plan.on_grip(self._pressed, place)
            self.look.day, self.look.entry = column.on, self._pressed.entry.id if self._pressed else None
            self.fresh()
            self.speak()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        far = (event.position() - self._spot).manhattanLength() >= QApplication.startDragDistance()
        if self._pressed is not None and self.look.carried is None and far and self.can_move:
            self._take(self._pressed)
        if self.look.carried is not None:
            self._aim(event)
        elif self._pressed is None:
            self.viewport().setCursor(self._shape(self._place(event.position())))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, aim, length, carried = self._pressed, self.aim, self.length, self.look.carried
        self.cancel()
        if carried is not None:
            if pressed is not None and length is not None:
                self.ask_length(pressed.entry, length)
            elif pressed is not None and aim is not None:
                self.ask_move(pressed.entry, aim)
        elif (more := self.plan.more_at(self._place(event.position()))) is not None and pressed is None:
            self.day_opened.emit(more.on)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        place = self._place(event.position())
        box, column = self.plan.spot_at(place), self.plan.column_at(place.x())
        if event.button() != Qt.MouseButton.LeftButton or self.plan.more_at(place) is not None:
            return
        if box is not None:
            self.opened.emit(box.entry)
        elif column is not None:
            self.empty_opened.emit(column.on)

    def wheelEvent(self, event: QWheelEvent) -> None:
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() - event.angleDelta().y())
        event.accept()

    def _shape(self, place: QPointF) -> Qt.CursorShape:
        """What the mouse would do here."""
        box = self.plan.spot_at(place)
        if box is not None and self.can_move and self.plan.on_grip(box, place) and not why_fixed_length(box.entry):
            return Qt.CursorShape.SizeVerCursor
        return Qt.CursorShape.ArrowCursor if self.plan.more_at(place) is None else Qt.CursorShape.PointingHandCursor

    def _take(self, box: Box) -> None:
        if reason := why_fixed_length(box.entry) if self._on_grip else why_fixed(box.entry):
            self._pressed = None
            self.noted.emit(reason)
            return
        self.look.carried = box.entry.id
        shape = Qt.CursorShape.SizeVerCursor if self._on_grip else Qt.CursorShape.ClosedHandCursor
        self.viewport().setCursor(shape)

    def _aim(self, event: QMouseEvent) -> None:
        place = self._place(event.position())
        column = self.plan.column_at(place.x())
        step = 1 if event.modifiers() & Qt.KeyboardModifier.AltModifier else STEP
        if self._on_grip and self._pressed is not None:
            self.length = self.plan.length(self._pressed.entry, place.y(), step)
        else:
            self.aim = None if column is None else self.plan.moment(column.on, place.y() - self._grab, step)
        near, height = 28, self.viewport().height()
        bar, y = self.verticalScrollBar(), event.position().y()
        bar.setValue(bar.value() + (16 if y > height - near else -16 if y < near else 0))
        self.fresh()

    def _place(self, spot: QPointF) -> QPointF:
        return QPointF(spot.x(), spot.y() + self.offset())

    # keyboard, focus, tooltips

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.setAccepted(weekkeys.press(self, event))

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            box = self.plan.spot_at(self._place(event.pos().toPointF()))
            QToolTip.showText(event.globalPos(), plain_tip(entry_tip(box.entry, self.plan.zone)) if box else "", self.viewport())
            return True
        return super().viewportEvent(event)


def _down_to(area: QRectF, low: float) -> QRectF:
    return QRectF(area.left(), area.top(), area.width(), low - area.top())

"""A week as a widget: hours down, days across; entries in, clicks and moves out. The sister of `MonthView`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from types import ModuleType
from zoneinfo import ZoneInfo

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, QVariantAnimation, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QFrame, QToolTip, QWidget

from fieldoffice.services.calendars.rows import Entry
from fieldoffice.services.calendars.week import Week
from fieldoffice.ui.calendar import weekkeys
from fieldoffice.ui.calendar.monthpaint import Look, day_tip
from fieldoffice.ui.calendar.weekpaint import HEAD, paint_box, paint_head, paint_week
from fieldoffice.ui.calendar.weekplan import STEP, Box, WeekPlan, laid_out
from fieldoffice.ui.calendar.words import entry_tip, why_fixed
from fieldoffice.ui.parts.labels import plain_tip
from fieldoffice.ui.schedule.ink import Ink

PER_HOUR = 46.0
SLIDE_MS = 180


class WeekView(QAbstractScrollArea):
    """Shows a `Week`. Entries are dragged to another day and time on full quarters of an hour (Alt: minutes)."""

    opened = Signal(object)  # Entry
    day_opened = Signal(object)  # date
    empty_opened = Signal(object)  # date
    week_wanted = Signal(int)  # weeks to go on
    today_wanted = Signal()
    moved = Signal(object, object)  # Entry, datetime
    noted = Signal(str)

    def __init__(self, theme: ModuleType, *, name: str = "Week") -> None:
        super().__init__()
        self.theme, self.ink = theme, Ink(theme)
        self.week: Week | None = None
        self.plan, self.look, self.can_move = WeekPlan(ZoneInfo("UTC"), PER_HOUR, []), Look(), False
        self.aim: datetime | None = None  # where the entry in the hand would start
        self._pressed: Box | None = None
        self._spot, self._grab, self._placed = QPointF(), 0.0, False
        self._slide: tuple[int, QPointF] | None = None
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setViewportMargins(0, HEAD, 0, 0)
        self.head = _Head(self)
        self.viewport().setMouseTracking(True)
        theme.changed.connect(self._retheme)

    # what its owner calls

    def show_week(self, week: Week) -> None:
        """Show a week; scroll and focus stay."""
        self.week = week
        days = [day.on for day in week.days]
        if self.look.day not in days:
            self.look.day = week.today if week.today in days else days[0]
        self._lay_out()
        if self.look.entry is not None and self.plan.box_of(self.look.entry) is None:
            self.look.entry = None
        if self.look.carried is not None and self.plan.box_of(self.look.carried) is None:
            self.cancel()
        if not self._placed:
            self._placed = True
            self._scroll_to_start()
        self.speak()

    def slide_from(self, id: int, area: QRectF) -> None:
        """Let an entry glide from `area` (as `area_of` gave it) to where it stands now."""
        box = self.plan.box_of(id)
        if box is None or not self.isVisible():
            return
        apart = area.topLeft() - box.area.topLeft()
        slide = QVariantAnimation(self, startValue=1.0, endValue=0.0, duration=SLIDE_MS)
        slide.valueChanged.connect(lambda share: self._slid(id, apart * float(share)))
        slide.finished.connect(self._slid_home)
        slide.start(QVariantAnimation.DeletionPolicy.DeleteWhenStopped)

    def area_of(self, id: int) -> QRectF:
        """Where an entry stands, counted from midnight; empty when it is not shown."""
        box = self.plan.box_of(id)
        return QRectF() if box is None else QRectF(box.area)

    def anchor_of(self, id: int) -> QRect:
        """Where an entry stands in the widget."""
        return self.area_of(id).translated(0, HEAD - self.offset()).toAlignedRect()

    def focus_entry(self) -> Entry | None:
        box = self.plan.box_of(self.look.entry) if self.look.entry is not None else None
        return None if box is None else box.entry

    def focus_on(self, on: date, entry: int | None = None) -> None:
        """Put the keyboard on a day, and on one of its entries."""
        self.look.day, self.look.entry = on, entry
        box = self.plan.box_of(entry) if entry is not None else None
        if box is not None:
            self._bring(box.area)
        self._update()
        self.speak()

    def cancel(self) -> None:
        """Let go of what is in the hand."""
        self.look.carried = self._pressed = self.aim = None
        self.viewport().unsetCursor()
        self._update()

    def ask_move(self, entry: Entry, starts_at: datetime) -> None:
        """Ask for another time, unless the entry may not be moved."""
        if reason := why_fixed(entry):
            self.noted.emit(reason)
        elif self.can_move and starts_at != entry.starts_at:
            self.moved.emit(entry, starts_at)

    def offset(self) -> float:
        return float(self.verticalScrollBar().value())

    def speak(self) -> None:
        """Tell assistive technology what is in focus."""
        words = weekkeys.spoken(self)
        if words != self.accessibleDescription():
            self.setAccessibleDescription(words)
            if words and self.hasFocus():
                QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

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
        self._update()

    def _in_hand(self) -> tuple[Entry, QRectF] | None:
        if self._pressed is not None and self.aim is not None:
            entry = self._pressed.entry
            column = self.plan.column_of(self.aim.astimezone(self.plan.zone).date())
            if column is None:
                return None
            top, area = self.plan.y(self.aim), self._pressed.area
            place = QRectF(column.left + 3.5, top + 0.5, column.right - column.left - 8, area.height())
            return replace(entry, starts_at=self.aim), place
        if self._slide is not None and (box := self.plan.box_of(self._slide[0])) is not None:
            return box.entry, box.area.translated(self._slide[1])
        return None

    def _slid(self, id: int, apart: QPointF) -> None:
        self._slide, self.look.carried = (id, apart), id
        self._update()

    def _slid_home(self) -> None:
        self._slide = None
        if self._pressed is None:
            self.look.carried = None
        self._update()

    def _lay_out(self) -> None:
        if self.week is None:
            return
        self.plan = laid_out(self.week, self.viewport().width(), max(PER_HOUR, self.viewport().height() / 12))
        bar = self.verticalScrollBar()
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(24)
        bar.setRange(0, max(0, round(self.plan.height) - self.viewport().height()))
        self._update()

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

    def _update(self) -> None:
        self.viewport().update()
        self.head.update()

    def _retheme(self, _name: str) -> None:
        self.ink = Ink(self.theme)
        self._update()

    # the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._spot, place = event.position(), self._place(event.position())
        self._pressed, column = self.plan.box_at(place), self.plan.column_at(place.x())
        if column is not None:
            self._grab = place.y() - self._pressed.area.top() if self._pressed else 0.0
            self.look.day, self.look.entry = column.on, self._pressed.entry.id if self._pressed else None
            self._update()
            self.speak()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        far = (event.position() - self._spot).manhattanLength() >= QApplication.startDragDistance()
        if self._pressed is not None and self.look.carried is None and far and self.can_move:
            self._take(self._pressed)
        if self.look.carried is not None:
            self._aim(event)
        elif self._pressed is None:
            pointing = self.plan.more_at(self._place(event.position())) is not None
            shape = Qt.CursorShape.PointingHandCursor if pointing else Qt.CursorShape.ArrowCursor
            self.viewport().setCursor(shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, aim, carried = self._pressed, self.aim, self.look.carried
        self.cancel()
        if carried is not None:
            if pressed is not None and aim is not None:
                self.ask_move(pressed.entry, aim)
        elif (more := self.plan.more_at(self._place(event.position()))) is not None and pressed is None:
            self.day_opened.emit(more.on)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        place = self._place(event.position())
        box, column = self.plan.box_at(place), self.plan.column_at(place.x())
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

    def _take(self, box: Box) -> None:
        if reason := why_fixed(box.entry):
            self._pressed = None
            self.noted.emit(reason)
            return
        self.look.carried = box.entry.id
        self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def _aim(self, event: QMouseEvent) -> None:
        place = self._place(event.position())
        column = self.plan.column_at(place.x())
        step = 1 if event.modifiers() & Qt.KeyboardModifier.AltModifier else STEP
        self.aim = None if column is None else self.plan.moment(column.on, place.y() - self._grab, step)
        near, height = 28, self.viewport().height()
        bar, y = self.verticalScrollBar(), event.position().y()
        bar.setValue(bar.value() + (16 if y > height - near else -16 if y < near else 0))
        self._update()

    def _place(self, spot: QPointF) -> QPointF:
        return QPointF(spot.x(), spot.y() + self.offset())

    # keyboard, focus, tooltips

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.setAccepted(weekkeys.press(self, event))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and self.look.carried is not None:
            event.accept()
            return True
        return super().event(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            box = self.plan.box_at(self._place(event.pos().toPointF()))
            QToolTip.showText(event.globalPos(), plain_tip(entry_tip(box.entry, self.plan.zone)) if box else "", self.viewport())
            return True
        return super().viewportEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.look.focused = True
        self._update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.look.focused = False
        self._update()


class _Head(QWidget):
    """The days; stays while the hours scroll. A click opens the day."""

    def __init__(self, view: WeekView) -> None:
        super().__init__(view)
        self.view = view

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.view.week is not None:
            painter = QPainter(self)
            paint_head(painter, self.view.ink, self.view.week, self.view.plan, self.width(), self.view.look)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        column = self.view.plan.column_at(event.position().x())
        if column is not None and event.button() == Qt.MouseButton.LeftButton:
            self.view.day_opened.emit(column.on)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self.view.week is not None:
            column = self.view.plan.column_at(event.pos().x())
            day = next((d for d in self.view.week.days if column is not None and d.on == column.on), None)
            QToolTip.showText(event.globalPos(), plain_tip(day_tip(day)) if day is not None else "", self)
            return True
        return super().event(event)

"""A month as a widget that any page may show: entries in, clicks out. It asks for nothing and decides nothing.

    view = MonthView(desk.theme, name="Visits of this customer")
    view.show_month(month)                  # services.calendars.month.month(tx, on, Whose(…)), or rows.month_of(entries, …)
    view.opened.connect(...)                # Entry: Enter or double click
    view.day_opened.connect(...)            # date: a click on "+12 more" or on the day's number, Enter on a day
    view.empty_opened.connect(...)          # date: double click on the free ground of a day
    view.month_wanted.connect(...)          # date, the first of a month: PageUp, PageDown, the wheel
    view.today_wanted.connect(...)          # T
    view.can_move = True                    # entries may be dragged (or moved with Alt+arrows) to another day:
    view.moved.connect(...)                 # Entry, date; the view keeps showing the entry where it stood until `show_month`

Arrows walk over days, Up and Down also over the entries of a day. Esc puts back what is in the hand. A screen reader is
told of the day or entry in focus. The smallest useful size is about 560 x 320.
"""

from __future__ import annotations

from datetime import date
from types import ModuleType
from zoneinfo import ZoneInfo

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from fieldoffice.models.states import MOVABLE_STATES
from fieldoffice.services.calendars.rows import Entry, Month, later_month
from fieldoffice.ui.calendar import monthkeys
from fieldoffice.ui.calendar.monthpaint import day_tip, paint_entry, paint_marks, paint_month
from fieldoffice.ui.calendar.monthplan import Plan, Spot, laid_out
from fieldoffice.ui.calendar.sight import Sight
from fieldoffice.ui.calendar.words import entry_tip, why_fixed
from fieldoffice.ui.parts.labels import plain_tip
from fieldoffice.ui.schedule.ink import Ink

WHEEL = 120


class MonthView(Sight, QWidget):
    """Shows a `Month`; see above for what it tells."""

    opened = Signal(object)  # Entry
    day_opened = Signal(object)  # date
    empty_opened = Signal(object)  # date
    month_wanted = Signal(object)  # date
    today_wanted = Signal()
    moved = Signal(object, object)  # Entry, date
    noted = Signal(str)  # why an entry cannot be moved

    def __init__(self, theme: ModuleType, *, name: str = "Month") -> None:
        super().__init__()
        self.begin(theme, name)
        self.month: Month | None = None
        self.plan = Plan([])
        self._pressed: Spot | None = None
        self._grab, self._turned = QPointF(), 0
        self._painted: tuple[tuple[Plan, Ink, int | None, float], QPixmap] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)

    # what its owner calls

    def show_month(self, month: Month) -> None:
        """Show a month; the day and entry in focus stay where they are still there."""
        self.month = month
        if self.look.day is None or self.look.day not in {day.on for day in month.days}:
            inside = month.today.replace(day=1) == month.first_on
            self.look.day = month.today if inside else month.first_on
        self._lay_out()
        self.forget_gone()

    def go_to(self, on: date) -> None:
        """Put the keyboard on a day of the month shown."""
        self.look.day, self.look.entry = on, None
        self.update()
        self.speak()

    # asking for things, by mouse or keyboard

    def turn(self, months: int) -> None:
        if self.month is not None:
            self.month_wanted.emit(later_month(self.month.first_on, months))

    def ask_move(self, entry: Entry, on: date) -> None:
        """Ask for another day, unless the entry may not be moved."""
        if reason := why_fixed(entry):
            self.noted.emit(reason)
        elif self.can_move and self.month is not None and entry.starts_at.astimezone(self.zone).date() != on:
            self.moved.emit(entry, on)

    @property
    def zone(self) -> ZoneInfo:
        assert self.month is not None
        return ZoneInfo(self.month.zone)

    # what is shared with the week

    def spoken(self) -> str:
        return monthkeys.spoken(self)

    def fresh(self) -> None:
        self.update()

    def ground(self) -> QWidget:
        return self

    # painting

    def sizeHint(self) -> QSize:
        return QSize(840, 560)

    def minimumSizeHint(self) -> QSize:
        return QSize(420, 280)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.month is None:
            return
        ratio = self.devicePixelRatioF()
        painter.drawPixmap(0, 0, self._picture(self.month, ratio))
        paint_marks(painter, self.ink, self.plan, self.look)
        held = self._in_hand()
        if held is not None:
            entry, area = held
            paint_entry(painter, self.ink, entry, area, self.zone, ratio)

    def _picture(self, month: Month, ratio: float) -> QPixmap:
        """The month itself, painted once for each state of it: a frame while dragging costs only the hand."""
        key = (self.plan, self.ink, self.look.carried, ratio)
        if self._painted is None or self._painted[0] != key:
            made = QPixmap(self.size() * ratio)
            made.setDevicePixelRatio(ratio)
            made.fill(self.ink.colors["ground"])
            inside = QPainter(made)
            paint_month(inside, self.ink, month, self.plan, self.look, ratio)
            inside.end()
            self._painted = (key, made)
        return self._painted[1]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _in_hand(self) -> tuple[Entry, QRectF] | None:
        """What is painted over the month: the entry under the pointer, or one that glides back."""
        if self.look.carried is not None and self._pressed is not None and self.look.target is not None:
            return self._pressed.entry, QRectF(self._spot - self._grab, self._pressed.area.size())
        return self.sliding()

    def _lay_out(self) -> None:
        if self.month is not None:
            self.plan = laid_out(self.month, self.width(), self.height())
            self.update()

    # the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._spot, self._pressed = event.position(), self.plan.spot_at(event.position())
        cell = self.plan.cell_at(event.position())
        if cell is not None:
            self.look.day = cell.day.on
            self.look.entry = None if self._pressed is None else self._pressed.entry.id
            self._grab = QPointF() if self._pressed is None else event.position() - self._pressed.area.topLeft()
            self.update()
            self.speak()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        pressed, far = self._pressed, (event.position() - self._spot).manhattanLength() >= QApplication.startDragDistance()
        if pressed is not None and self.look.carried is None and far and self.can_move:
            self._take(pressed)
        if self.look.carried is not None and self._pressed is not None:
            self._spot = event.position()
            cell = self.plan.cell_at(self._spot)
            self.look.target = None if cell is None else cell.day.on
            self.update()
        elif pressed is None:
            cell = self.plan.cell_at(event.position())
            pointing = cell is not None and bool(cell.more) and cell.more_area.contains(event.position())
            self.setCursor(Qt.CursorShape.PointingHandCursor) if pointing else self.unsetCursor()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, carried, target = self._pressed, self.look.carried, self.look.target
        self.cancel()
        if carried is not None:
            if pressed is not None and target is not None:
                self.ask_move(pressed.entry, target)
            return
        cell = self.plan.cell_at(event.position())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton and pressed is None:
            in_number = event.position().y() < cell.area.top() + 22 and event.position().x() < cell.area.left() + 40
            if in_number or (cell.more and cell.more_area.contains(event.position())):
                self.day_opened.emit(cell.day.on)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        spot, cell = self.plan.spot_at(event.position()), self.plan.cell_at(event.position())
        if spot is not None:
            self.opened.emit(spot.entry)
        elif cell is not None and not (cell.more and cell.more_area.contains(event.position())):
            self.empty_opened.emit(cell.day.on)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """One notch, one month; small movements of a touchpad add up."""
        self._turned += event.angleDelta().y()
        if abs(self._turned) >= WHEEL:
            months, self._turned = -1 if self._turned > 0 else 1, 0
            self.turn(months)
        event.accept()

    def _take(self, spot: Spot) -> None:
        reason = why_fixed(spot.entry)
        if reason or spot.entry.state not in MOVABLE_STATES:
            self._pressed = None
            self.noted.emit(reason)
            return
        self.look.carried = spot.entry.id
        self.setCursor(Qt.CursorShape.ClosedHandCursor)

    # keyboard, focus, tooltips

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.setAccepted(monthkeys.press(self, event))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._tip(event.pos().toPointF()), self)
            return True
        return super().event(event)

    def _tip(self, at: QPointF) -> str:
        spot, cell = self.plan.spot_at(at), self.plan.cell_at(at)
        if spot is not None:
            return plain_tip(entry_tip(spot.entry, self.zone))
        return plain_tip(day_tip(cell.day)) if cell is not None else ""

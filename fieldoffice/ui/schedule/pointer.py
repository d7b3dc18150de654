"""The mouse on the board: clicks select, drags move, the right edge resizes, empty ground draws a rubber band."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent, QCursor, QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication, QRubberBand, QWidget

from fieldoffice.ui.schedule.carry import Carry, Kind
from fieldoffice.ui.schedule.hand import take, take_edge, take_waiting, why_fixed_length
from fieldoffice.ui.schedule.hours import snapped
from fieldoffice.ui.schedule.layout import Box

if TYPE_CHECKING:
    from fieldoffice.services.dispatch.rows import Card
    from fieldoffice.ui.schedule.canvas import Canvas

GRIP = 6.0  # pixels at the right edge that resize
STILL = 4.0  # a card moved by less than this keeps its time to the minute
SHORTEST_S = 300
NEAR_EDGE, SCROLL_STEP, SCROLL_MS = 28, 18, 30
CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


class Gesture(Enum):
    NONE = 0
    PRESSED = 1  # on a card, not yet moved
    CARRY = 2
    BAND = 3
    PAN = 4


class Pointer:
    """One for each board; it keeps the gesture under way."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.gesture, self.box, self.on_grip = Gesture.NONE, None, False
        self.spot, self.grab_x = QPointF(), 0.0
        self.before: frozenset[int] = frozenset()
        self.band = QRubberBand(QRubberBand.Shape.Rectangle, canvas.viewport())
        self.trays: tuple[QWidget, ...] = ()  # where letting go means unassigning
        self.scroller = QTimer(canvas, interval=SCROLL_MS)
        self.scroller.timeout.connect(self._scroll)

    # events of the viewport

    def press(self, event: QMouseEvent) -> None:
        self.canvas.setFocus(Qt.FocusReason.MouseFocusReason)
        self.spot = event.position()
        if self.canvas.carry is not None:
            return
        if event.button() == Qt.MouseButton.MiddleButton:
            self.gesture = Gesture.PAN
        elif event.button() == Qt.MouseButton.LeftButton:
            self._press_left(event)

    def move(self, event: QMouseEvent) -> None:
        if self.gesture is Gesture.PRESSED and self._far(event.position()):
            self._take()
        if self.gesture is Gesture.CARRY:
            self.carry_to(event.globalPosition().toPoint(), event.modifiers())
        elif self.gesture is Gesture.BAND:
            self._draw_band(event)
        elif self.gesture is Gesture.PAN:
            self._pan(event.position())
        elif self.gesture is Gesture.NONE:
            self._hover(event.position())

    def release(self, event: QMouseEvent) -> None:
        gesture, self.gesture = self.gesture, Gesture.NONE
        if gesture is Gesture.CARRY:
            self.canvas.drop()
        elif gesture is Gesture.BAND:
            self.band.hide()
        elif gesture is Gesture.PRESSED and self.box is not None and not event.modifiers() & (CONTROL | SHIFT):
            self.canvas.select([self.box.card.id])

    def double_click(self, event: QMouseEvent) -> None:
        box = self.box_under(event.position())
        if box is not None and not box.card.outside and event.button() == Qt.MouseButton.LeftButton:
            self.canvas.opened.emit(box.card)

    def menu(self, event: QContextMenuEvent) -> None:
        """The pointer's card joins the menu's selection; the keyboard's menu opens at the card in focus."""
        canvas = self.canvas
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            box = canvas.focus_box()
            at = canvas.viewport_rect(box).bottomLeft() if box else QPoint(8, 8)
        else:
            box, at = self.box_under(QPointF(event.pos())), event.pos()
        if box is not None and box.card.id not in canvas.look.selected:
            self._focus(box)
            canvas.select([box.card.id])
        elif box is None:
            canvas.select([])
        canvas.menu_wanted.emit(canvas.viewport().mapToGlobal(at))

    # carrying

    def begun(self) -> None:
        self.canvas.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def ended(self) -> None:
        self.gesture = Gesture.NONE
        self.scroller.stop()
        self.canvas.viewport().unsetCursor()

    def bring(self, cards: tuple[Card, ...]) -> bool:
        """Begin to carry cards that another widget (the tray, the map) holds under the mouse."""
        carry = take_waiting(self.canvas, cards)
        if carry is not None:
            self.grab_x = 12.0
            self.canvas.begin(carry)
        return carry is not None

    def carry_to(self, spot: QPoint, modifiers: Qt.KeyboardModifier) -> None:
        """Aim what is in the hand at a place on the screen."""
        carry = self.canvas.carry
        if carry is None:
            return
        if self._over_tray(spot) and carry.kind is not Kind.RESIZE:
            self.canvas.aimed(carry.aim_tray() if carry.kind is Kind.MOVE else self._nowhere(carry))
            self.scroller.stop()
            return
        local = self.canvas.viewport().mapFromGlobal(spot)
        if carry.kind is Kind.PLACE and not self.canvas.viewport().rect().adjusted(-300, -60, 300, 60).contains(local):
            self.canvas.aimed(self._nowhere(carry))
            return
        self._aim(carry, QPointF(local), modifiers)
        if not self.scroller.isActive():
            self.scroller.start()

    def _aim(self, carry: Carry, local: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        layout, area = self.canvas.layout_, self.canvas.visible_area()
        x, y = local.x() + area.left(), local.y() + area.top()
        step = 1 if modifiers & ALT else self.canvas.step
        if carry.kind is Kind.RESIZE:
            self.canvas.aimed(carry.stretch(self._length(carry, x, step)))
            return
        row = layout.nearest_row(y)
        left = x - self.grab_x
        start = carry.anchor.starts_at
        still = start is not None and abs(left - layout.hours.x(start)) <= STILL
        at = start if still and start is not None else snapped(layout.hours.at(left), step)
        self.canvas.aimed(row is not None and carry.aim(row.index, at))

    def _length(self, carry: Carry, x: float, step: int) -> int:
        start = carry.anchor.starts_at
        assert start is not None
        end = snapped(self.canvas.layout_.hours.at(x), step)
        return max(SHORTEST_S, int((end - start).total_seconds()))

    def _nowhere(self, carry: Carry) -> bool:
        """Hold cards from the tray over nothing in particular: letting go leaves them there."""
        changed = carry.row is not None
        carry.row = carry.at = carry.best_id = None
        carry.verdicts = {}
        return changed

    def _over_tray(self, spot: QPoint) -> bool:
        return any(tray.isVisible() and tray.rect().contains(tray.mapFromGlobal(spot)) for tray in self.trays)

    def _scroll(self) -> None:
        """Near an edge of the window the board moves along."""
        local = self.canvas.viewport().mapFromGlobal(QCursor.pos())
        view = self.canvas.viewport().rect()
        if self.canvas.carry is None or not view.contains(local):
            return
        dx = (local.x() > view.right() - NEAR_EDGE) - (local.x() < NEAR_EDGE)
        dy = (local.y() > view.bottom() - NEAR_EDGE) - (local.y() < NEAR_EDGE)
        if dx or dy:
            across, down = self.canvas.horizontalScrollBar(), self.canvas.verticalScrollBar()
            across.setValue(across.value() + dx * SCROLL_STEP)
            down.setValue(down.value() + dy * SCROLL_STEP)
            self._aim(self.canvas.carry, QPointF(local), QGuiApplication.keyboardModifiers())

    # clicks, band, hover

    def _press_left(self, event: QMouseEvent) -> None:
        self.box = self.box_under(event.position())
        modifiers = event.modifiers()
        if self.box is None:
            self._press_ground(modifiers)
            return
        self.gesture = Gesture.PRESSED
        self.on_grip = self._on_grip(self.box, event.position())
        self.grab_x = event.position().x() + self.canvas.visible_area().left() - self.box.left
        chosen = self.canvas.look.selected
        if modifiers & CONTROL:
            self.canvas.select(chosen ^ {self.box.card.id})
        elif modifiers & SHIFT:
            self.canvas.select(chosen | self._between(self.box))
        elif self.box.card.id not in chosen:
            self.canvas.select([self.box.card.id])
        self._focus(self.box)

    def _press_ground(self, modifiers: Qt.KeyboardModifier) -> None:
        self.gesture = Gesture.BAND
        self.before = self.canvas.look.selected if modifiers & (CONTROL | SHIFT) else frozenset()
        self.canvas.select(self.before)
        self.band.setGeometry(QRect(self.spot.toPoint(), QSize()))

    def _between(self, box: Box) -> set[int]:
        """All cards in the rectangle from the card in focus to `box`."""
        other = self.canvas.focus_box() or box
        area = QRectF(box.left, box.top, box.right - box.left, box.height)
        area |= QRectF(other.left, other.top, other.right - other.left, other.height)
        found = self.canvas.layout_.boxes_within(area.left(), area.top(), area.right(), area.bottom())
        return {b.card.id for b in found}

    def _draw_band(self, event: QMouseEvent) -> None:
        rect = QRect(self.spot.toPoint(), event.position().toPoint()).normalized()
        self.band.setGeometry(rect)
        self.band.show()
        area = self.canvas.visible_area()
        scene = QRectF(rect).translated(area.left(), area.top())
        found = self.canvas.layout_.boxes_within(scene.left(), scene.top(), scene.right(), scene.bottom())
        self.canvas.select(self.before | {b.card.id for b in found})

    def _take(self) -> None:
        """The press has become a drag."""
        assert self.box is not None
        carry = take_edge(self.canvas, self.box) if self.on_grip else take(self.canvas, self.box)
        self.gesture = Gesture.NONE if carry is None else Gesture.CARRY
        if carry is not None:
            self.canvas.begin(carry)

    def _pan(self, to: QPointF) -> None:
        apart, self.spot = to - self.spot, to
        for bar, by in ((self.canvas.horizontalScrollBar(), apart.x()), (self.canvas.verticalScrollBar(), apart.y())):
            bar.setValue(bar.value() - round(by))

    def _hover(self, spot: QPointF) -> None:
        box = self.box_under(spot)
        if box is not None and not why_fixed_length(box.card) and self._on_grip(box, spot):
            self.canvas.viewport().setCursor(Qt.CursorShape.SizeHorCursor)
        else:
            self.canvas.viewport().unsetCursor()

    def box_under(self, spot: QPointF) -> Box | None:
        area = self.canvas.visible_area()
        return self.canvas.layout_.box_at(spot.x() + area.left(), spot.y() + area.top())

    def _on_grip(self, box: Box, spot: QPointF) -> bool:
        x = spot.x() + self.canvas.visible_area().left()
        return box.right - box.left >= 3 * GRIP and x >= box.right - GRIP

    def _focus(self, box: Box) -> None:
        self.canvas.keys.row_id = box.provider_id
        self.canvas.set_focus_card(box.card.id)

    def _far(self, spot: QPointF) -> bool:
        return (spot - self.spot).manhattanLength() >= QApplication.startDragDistance()

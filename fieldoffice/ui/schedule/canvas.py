"""The board as a person works on it: selection, focus, and the hand that carries cards. It only tells what was wanted.

The gestures of the mouse live in `pointer`, the keyboard in `keys`, what may be taken in the hand in `hand`.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip

from fieldoffice.services.dispatch.rows import Board, Card
from fieldoffice.ui.schedule import voice
from fieldoffice.ui.schedule.carry import Carry
from fieldoffice.ui.schedule.keys import Keys
from fieldoffice.ui.schedule.layout import Box
from fieldoffice.ui.schedule.painted import Painted
from fieldoffice.ui.schedule.pointer import Pointer
from fieldoffice.ui.schedule.words import card_tip


class Canvas(Painted):
    """`show_board` may be called at any time; what was selected stays selected where it is still there."""

    selection_changed = Signal(tuple)  # appointment ids
    focus_changed = Signal(object)  # appointment id or None
    opened = Signal(object)  # Card
    moved = Signal(tuple)  # Moves to ask for; the board does not change by itself
    unassigned = Signal(tuple)  # Cards to put back into the tray
    carry_changed = Signal(object)  # Carry, or None when the hand is empty again
    menu_wanted = Signal(QPoint)  # on the screen
    noted = Signal(str)  # why something cannot be done, in words
    find_wanted = Signal()

    def __init__(self, theme: ModuleType, board: Board) -> None:
        super().__init__(theme, board)
        self.step = 15  # minutes
        self.pointer, self.keys = Pointer(self), Keys(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.row_chosen.connect(self.select_row)
        self.setAccessibleName(self.tr("Dispatch board"))
        self.speak()

    def show_board(self, board: Board) -> None:
        """Show another state of the same days, or other days."""
        self.put(board)
        kept = self.look.selected & self.layout_.boxes.keys()
        if self.look.focus is not None and self.look.focus not in self.layout_.boxes:
            self.set_focus_card(min(kept, default=None))
        self.select(kept)
        self.speak()

    # selection and focus

    def select(self, ids: Iterable[int], *, center: bool = False) -> None:
        """Make these cards the selection; `center` scrolls the first of them into the middle."""
        wanted = list(ids)
        found = frozenset(i for i in wanted if self._selectable(i))
        if found != self.look.selected:
            self.look.selected = found
            self.viewport().update()
            self.selection_changed.emit(tuple(sorted(found)))
        first = next((i for i in wanted if i in found), None)
        if first is not None and (center or self.look.focus is None):
            self.set_focus_card(first)
        if center and first is not None:
            self.center_on_card(first)

    def _selectable(self, appointment_id: int) -> bool:
        """Whether there is anything to do with a card: not with a time that is held for somebody outside."""
        return any(not box.card.outside for box in self.layout_.boxes.get(appointment_id, ()))

    def select_all(self) -> None:
        self.select(self.layout_.boxes)

    def select_row(self, provider_id: int) -> None:
        """Select all cards of one provider."""
        row = self.layout_.row_of(provider_id)
        self.select([box.card.id for box in row.boxes] if row else [])

    def selected_cards(self) -> list[Card]:
        """The selected cards on the board, in order of time."""
        found = [self.layout_.boxes[i][0].card for i in self.look.selected if i in self.layout_.boxes]
        return sorted(found, key=lambda c: (c.starts_at or self.board.now, c.id))

    def set_focus_card(self, appointment_id: int | None) -> None:
        """The card that the keyboard stands on."""
        if appointment_id != self.look.focus:
            self.look.focus = appointment_id
            self.viewport().update()
            self.focus_changed.emit(appointment_id)
            self.speak()

    def focus_box(self) -> Box | None:
        """The box of the card in focus, in the row the keyboard came by."""
        boxes = self.layout_.boxes.get(self.look.focus or 0, [])
        return next((b for b in boxes if b.provider_id == self.keys.row_id), boxes[0] if boxes else None)

    def speak(self) -> None:
        """Tell assistive technology what is in focus."""
        voice.describe(self)

    # the hand

    def begin(self, carry: Carry) -> None:
        """Take cards in the hand; aim the carry and call `aimed`, end with `drop` or `cancel`."""
        self.carry = carry
        self.look.carried = carry.ids
        self.pointer.begun()
        self._carried()
        self.carry_changed.emit(carry)

    def aimed(self, changed: bool) -> None:
        """Call after the carry was aimed anew."""
        if changed:
            self._carried()
            self.carry_changed.emit(self.carry)

    def drop(self) -> None:
        """Let go: asks for the moves, or for unassigning over the tray; nothing when nothing changed."""
        carry = self._empty_hand()
        if carry is None:
            return
        if carry.over_tray:
            self.unassigned.emit(carry.cards)
        elif moves := tuple(m for m in carry.moves() if m.changes):
            self.moved.emit(moves)

    def cancel(self) -> None:
        """Let go without asking for anything."""
        self._empty_hand()

    def _empty_hand(self) -> Carry | None:
        carry, self.carry = self.carry, None
        self.look.carried = frozenset()
        self.pointer.ended()
        if carry is not None:
            self._carried()
            self.carry_changed.emit(None)
            self.speak()
        return carry

    def _carried(self) -> None:
        self.repaint_marks()

    # events

    def event(self, event: QEvent) -> bool:
        """While cards are in the hand every key steers them, also those that are shortcuts of the page."""
        if event.type() == QEvent.Type.ShortcutOverride and self.carry is not None:
            event.accept()
            return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Wheel: rows; Shift+wheel: hours; Ctrl+wheel: zoom around the pointer."""
        modifiers, turn = event.modifiers(), event.angleDelta()
        if modifiers & Qt.KeyboardModifier.ControlModifier and turn.y():
            self.zoom_by(1.0015 ** turn.y(), event.position().x())
        elif modifiers & Qt.KeyboardModifier.ShiftModifier and turn.y():
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() - turn.y())
        else:
            super().wheelEvent(event)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pointer.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointer.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.pointer.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.pointer.double_click(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.setAccepted(self.keys.press(event))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.pointer.menu(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.look.focused_widget = True
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.keys.entered()
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.look.focused_widget = False
        self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._tip(event)
            return True
        return super().viewportEvent(event)

    def _tip(self, event: QHelpEvent) -> None:
        box = self.pointer.box_under(event.pos().toPointF()) if self.carry is None else None
        tip = card_tip(box.card, box, self.team(box.card), self.look.zone) if box is not None else ""
        QToolTip.showText(event.globalPos(), tip, self.viewport())

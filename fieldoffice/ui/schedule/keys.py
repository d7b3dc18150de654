"""The keyboard on the board: arrows walk over cards, and steer the cards in the hand."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from fieldoffice.ui.schedule.carry import Carry, Kind
from fieldoffice.ui.schedule.hand import aim_first, take, take_waiting
from fieldoffice.ui.schedule.hours import snapped
from fieldoffice.ui.schedule.layout import Box
from fieldoffice.ui.schedule.pointer import ALT, CONTROL, SHIFT, SHORTEST_S

if TYPE_CHECKING:
    from fieldoffice.services.dispatch.rows import Card
    from fieldoffice.ui.schedule.canvas import Canvas

K = Qt.Key
WALK = {K.Key_Left: (-1, 0), K.Key_Right: (1, 0), K.Key_Up: (0, -1), K.Key_Down: (0, 1)}
DROP = {K.Key_Return, K.Key_Enter}


class Keys:
    """One for each board. `row_id` is the provider in whose row the focus stands: a team's card stands in several."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.row_id: int | None = None

    def press(self, event: QKeyEvent) -> bool:
        """True when the key was meant for the board."""
        if self.canvas.carry is not None:
            return self._steer(self.canvas.carry, event)
        return self._walk(event)

    def entered(self) -> None:
        """The keyboard came to the board: stand on a card at once."""
        if self.canvas.focus_box() is None:
            self._to(self._first())

    def pick_up(self, waiting: tuple[Card, ...] = ()) -> None:
        """Take the selected cards, or those from the tray, to steer them with the arrows."""
        box = self.canvas.focus_box()
        chosen = self.canvas.selected_cards()
        if waiting:
            carry = take_waiting(self.canvas, waiting)
        elif box is not None and (not chosen or box.card.id in self.canvas.look.selected):
            carry = take(self.canvas, box)
        else:
            carry = take(self.canvas, self.canvas.layout_.boxes[chosen[0].id][0]) if chosen else None
        if carry is not None:
            self.canvas.begin(carry)
            aim_first(self.canvas, carry)
            self.canvas.setFocus()
            self._show_aim(carry)

    # steering

    def _steer(self, carry: Carry, event: QKeyEvent) -> bool:
        key = K(event.key())
        if key == K.Key_Escape:
            self.canvas.cancel()
        elif key in DROP:
            self.canvas.drop()
        elif key == K.Key_B and carry.best_id is not None and carry.at is not None:
            row = self.canvas.layout_.row_of(carry.best_id)
            self.canvas.aimed(row is not None and carry.aim(row.index, carry.at))
        elif key in WALK and carry.at is not None and carry.row is not None:
            self._shift(carry, *WALK[key], 1 if event.modifiers() & ALT else self.canvas.step)
        if self.canvas.carry is carry:
            self._show_aim(carry)
        return True

    def _shift(self, carry: Carry, dx: int, dy: int, step: int) -> None:
        assert carry.at is not None
        assert carry.row is not None
        if carry.kind is Kind.RESIZE:
            self.canvas.aimed(carry.stretch(max(SHORTEST_S, carry.duration_s + dx * step * 60)))
            return
        at = carry.at + timedelta(minutes=dx * step)
        if dx and step > 1 and snapped(at, step) != at:
            at = snapped(at, step)
        if self.canvas.layout_.hours.shows(at):
            self.canvas.aimed(carry.aim(carry.row + dy, at))

    def _show_aim(self, carry: Carry) -> None:
        for move in carry.moves()[:1]:
            row = self.canvas.layout_.rows[carry.landing_row(move.card)]
            hours = self.canvas.layout_.hours
            left, right = hours.x(move.starts_at), hours.x(move.done.ends_at or move.starts_at)
            self.canvas.show_box(Box(move.card, row.index, row.provider.id, left, right, 0, row.top, row.height))
            self.canvas.speak()

    # walking

    def _walk(self, event: QKeyEvent) -> bool:
        key, modifiers = K(event.key()), event.modifiers()
        if modifiers & ALT:
            return False
        box = self.canvas.focus_box()
        if key in WALK and not modifiers & CONTROL:
            self._to(self._next(box, *WALK[key]), adding=bool(modifiers & SHIFT))
        elif key in (K.Key_Home, K.Key_End) and box is not None:
            boxes = self.canvas.layout_.rows[box.row].boxes
            self._to(boxes[0 if key == K.Key_Home else -1], adding=bool(modifiers & SHIFT))
        elif key == K.Key_Space and box is not None:
            self.canvas.select(self.canvas.look.selected ^ {box.card.id})
        elif key == K.Key_Escape and self.canvas.look.selected:
            self.canvas.select([])
        elif key == K.Key_Slash:
            self.canvas.find_wanted.emit()
        elif key in (K.Key_PageUp, K.Key_PageDown):
            bar = self.canvas.verticalScrollBar()
            bar.setValue(bar.value() + bar.pageStep() * (1 if key == K.Key_PageDown else -1))
        else:
            return False
        return True

    def _to(self, box: Box | None, *, adding: bool = False) -> None:
        if box is None:
            return
        self.row_id = box.provider_id
        self.canvas.set_focus_card(box.card.id)
        self.canvas.select(self.canvas.look.selected | {box.card.id} if adding else [box.card.id])
        self.canvas.show_box(box)

    def _first(self) -> Box | None:
        return next((box for row in self.canvas.layout_.rows for box in row.boxes), None)

    def _next(self, box: Box | None, dx: int, dy: int) -> Box | None:
        """The neighbor in time in the same row, or the nearest in time in the next row that has any."""
        if box is None:
            return self._first()
        rows = self.canvas.layout_.rows
        if dx:
            boxes = rows[box.row].boxes
            n = boxes.index(box) + dx
            return boxes[n] if 0 <= n < len(boxes) else None
        middle, n = (box.left + box.right) / 2, box.row + dy
        while 0 <= n < len(rows):
            if rows[n].boxes:
                return min(rows[n].boxes, key=lambda b: abs((b.left + b.right) / 2 - middle))
            n += dy
        return None

"""Asking back beside a card: one small form at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize

from fieldoffice.services.availability import Reason
from fieldoffice.ui.schedule.popover import AnywayPopover, Popover

if TYPE_CHECKING:
    from fieldoffice.ui.schedule.page import SchedulePage


class Asking:
    """Opens a popover where the cards are, closes the former one, gives the keyboard back to the board."""

    def __init__(self, page: SchedulePage) -> None:
        self.page = page
        self.popover: Popover | None = None

    def ask(self, popover: Popover, ids: Sequence[int]) -> None:
        """Open a popover beside the first of these cards."""
        if self.popover is not None:
            self.popover.close_it()
        self.popover = popover
        popover.closed.connect(lambda: self._asked(popover))
        popover.open_at(self._anchor(ids))

    def anyway(
        self,
        label: str,
        ids: Sequence[int],
        reasons: tuple[Reason, ...],
        then: Callable[[str, bool], None],
    ) -> None:
        """Rules stand against a booking: offer to book anyway, with a reason."""
        self.ask(AnywayPopover(self.page, label, reasons, then), ids)

    def _asked(self, popover: Popover) -> None:
        if self.popover is popover:
            self.popover = None
        self.page.view.canvas.setFocus()

    def _anchor(self, ids: Sequence[int]) -> QRect:
        """The card's place on the page; the head of the tray for one that waits there."""
        canvas, tray = self.page.view.canvas, self.page.view.tray
        boxes = [box for i in ids for box in canvas.layout_.boxes.get(i, [])]
        if not boxes:
            return QRect(tray.mapTo(self.page, QPoint(0, 40)), QSize(120, 40))
        canvas.show_box(boxes[0])
        rect = canvas.viewport_rect(boxes[0]).intersected(canvas.viewport().rect())
        return QRect(canvas.viewport().mapTo(self.page, rect.topLeft()), rect.size())

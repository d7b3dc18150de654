"""The days above a week: they stay while the hours scroll."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from fieldoffice.ui.calendar.monthpaint import day_tip
from fieldoffice.ui.calendar.weekpaint import paint_head
from fieldoffice.ui.parts.labels import plain_tip

if TYPE_CHECKING:
    from fieldoffice.ui.calendar.weekview import WeekView


class WeekHead(QWidget):
    """A click opens the day."""

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

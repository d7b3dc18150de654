"""Asks for a reason, because the log keeps it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QLineEdit, QWidget

from fieldoffice.ui.schedule.popover import Popover


class WhyPopover(Popover):
    """`then(reason)` once a reason is given."""

    def __init__(self, parent: QWidget, title: str, words: str, then: Callable[[str], None]) -> None:
        super().__init__(parent, title, words, danger=True)
        self._then = then
        self.no.setText(self.tr("Keep it"))
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(self.tr("Reason"))
        self.reason.setAccessibleName(self.tr("Reason"))
        self.body.addWidget(self.reason)

    def first_field(self) -> QWidget:
        return self.reason

    def agree(self) -> str:
        reason = self.reason.text().strip()
        if not reason:
            return self.tr("Please say why.")
        self._then(reason)
        return ""

    def open_below(self, widget: QWidget) -> None:
        """Show at the right below `widget`."""
        ground = self.parentWidget()
        assert ground is not None
        self.open_at(QRect(widget.mapTo(ground, QPoint(max(0, widget.width() - self.width() - 16), 0)), widget.size()))

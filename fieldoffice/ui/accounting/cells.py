"""How the state of a paper is painted in a list: its icon and its word, in the color of the state."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from fieldoffice.ui import icons, theme
from fieldoffice.ui.accounting.words import state_look
from fieldoffice.ui.parts.table import Table
from fieldoffice.ui.providers.delegates import Cell


class StateCell(Cell):
    """Never color alone: the icon and the word say it too."""

    def __init__(self, table: Table) -> None:
        super().__init__(table.row_at, table)

    def fill(self, painter: QPainter, box: QRect, row: Any, text: str) -> None:
        _word, icon, _ground, ink = state_look(row.kind, row.state)
        color = theme.color("text" if ink == "selected_text" else ink)
        painter.drawPixmap(box.left(), box.center().y() - 7, icons.pixmap(icon, 16, color, painter.device().devicePixelRatioF()))
        painter.setPen(color)
        self.words(painter, box.adjusted(22, 0, 0, 0), text)

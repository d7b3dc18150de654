"""A row of totals below a table, each figure under its column wherever that is moved."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from fieldoffice.ui import theme
from fieldoffice.ui.parts.table import Table

PAD, HIGH = 9, 36


LEAST = 180


class Roomy(QObject):
    """Lets one column of a table take the room that the others leave, so that amounts stand near each other."""

    def __init__(self, table: Table, id: str) -> None:
        super().__init__(table)
        self.table, self.n, self.busy = table, [column.id for column in table.rows.columns].index(id), False
        table.horizontalHeader().setStretchLastSection(False)
        table.horizontalHeader().sectionResized.connect(self.fill)
        table.viewport().installEventFilter(self)

    def fill(self, *_: object) -> None:
        """Give the column what is left; where that is little, the table scrolls."""
        others = (n for n in range(len(self.table.rows.columns)) if n != self.n and not self.table.isColumnHidden(n))
        free = self.table.viewport().width() - sum(self.table.columnWidth(n) for n in others)
        if not self.busy:
            self.busy = True
            self.table.setColumnWidth(self.n, max(LEAST, free))
            self.busy = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.fill()
        return False


class TotalsRow(QWidget):
    """`show_totals` by column id; columns that are hidden show nothing."""

    def __init__(self, table: Table) -> None:
        super().__init__()
        self.table = table
        self.texts: dict[str, str] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Totals")
        head = table.horizontalHeader()
        for moved in (head.sectionResized, head.sectionMoved, head.geometriesChanged, table.horizontalScrollBar().valueChanged):
            moved.connect(self._moved)
        theme.changed.connect(self._moved)

    def show_totals(self, texts: Mapping[str, str]) -> None:
        self.texts = dict(texts)
        titles = {column.id: column.title for column in self.table.rows.columns}
        self.setAccessibleDescription(", ".join(f"{titles.get(id, id)} {text}" for id, text in self.texts.items()))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, HIGH)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("surface"))
        painter.setPen(QPen(theme.color("edge"), 1))
        painter.drawLine(0, 0, self.width(), 0)
        painter.setFont(theme.font(13, bold=True))
        painter.setPen(theme.color("text"))
        for n, column in enumerate(self.table.rows.columns):
            if self.texts.get(column.id) and not self.table.isColumnHidden(n):
                self._cell(painter, self._area(n), self.texts[column.id], right=column.right)

    def _area(self, n: int) -> QRect:
        left = self.table.viewport().x() + self.table.columnViewportPosition(n)
        return QRect(left + PAD, 1, max(0, self.table.columnWidth(n) - 2 * PAD), self.height() - 1)

    def _cell(self, painter: QPainter, area: QRect, text: str, *, right: bool) -> None:
        metrics = QFontMetrics(painter.font())
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        shown = text if right else metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        wide = max(area.width(), metrics.horizontalAdvance(shown)) if right else area.width()
        place = QRect(area.right() - wide + 1, area.y(), wide, area.height()) if right else area
        painter.drawText(place, side | Qt.AlignmentFlag.AlignVCenter, shown)

    def _moved(self, *_: object) -> None:
        self.update()

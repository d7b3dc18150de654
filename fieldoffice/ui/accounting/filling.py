"""One column of a table takes the room that the others leave, so that nothing is cut off and nothing gapes."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject

from fieldoffice.ui.parts.table import Table


class Filling(QObject):
    """Belongs to the table; `column` is the id of the one that fills, never narrower than `least`."""

    def __init__(self, table: Table, column: str, least: int = 140) -> None:
        super().__init__(table)
        self.table, self.least, self._at_work = table, least, False
        self.column = [one.id for one in table.rows.columns].index(column)
        head = table.horizontalHeader()
        head.setStretchLastSection(False)
        head.sectionResized.connect(lambda n, *_: n != self.column and self.fill())
        table.viewport().installEventFilter(self)

    def fill(self) -> None:
        """Give the column what the others leave."""
        if self._at_work:
            return
        self._at_work = True
        table = self.table
        others = sum(table.columnWidth(n) for n in range(len(table.rows.columns)) if n != self.column and not table.isColumnHidden(n))
        table.setColumnWidth(self.column, max(self.least, table.viewport().width() - others))
        self._at_work = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.fill()
        return False

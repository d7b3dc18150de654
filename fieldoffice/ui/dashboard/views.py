"""The choice between today and the money, in the head of the dashboard; only those who bill have it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.buttons import Segmented
from fieldoffice.ui.parts.labels import PlainLabel


class Views(QWidget):
    """`chosen` is "today" or "money"; beside it stands the day, or the report."""

    chosen = Signal(str)

    def __init__(self, desk: Desk, day: PlainLabel, report: QPushButton) -> None:
        super().__init__()
        self.day, self.report = day, report
        self.ways = Segmented((("today", self.tr("Today")), ("money", self.tr("Money"))), self.tr("What is shown"))
        self.ways.set_value("today")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        for part in (day, report, self.ways):
            row.addWidget(part)
        self.ways.hide()
        report.hide()
        self.ways.chosen.connect(self.choose)
        desk.see(self, _may_bill, then=self.ways.setVisible)

    def choose(self, view: str) -> None:
        """Show a view."""
        self.ways.set_value(view)
        self.day.setVisible(view == "today")
        self.report.setVisible(view == "money")
        self.chosen.emit(view)


def _may_bill(tx: Tx) -> bool:
    return Right.BILLING in tx.actor.rights

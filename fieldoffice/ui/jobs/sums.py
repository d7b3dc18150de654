"""The totals of a job's lines, now and with the change that is being entered."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from fieldoffice.services.jobs.money import Totals
from fieldoffice.ui.jobs import words
from fieldoffice.ui.parts.labels import PlainLabel


class Sums(QWidget):
    """Net, tax and total, right-aligned; and what they become with the change that is being entered."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.exponent = 2
        self.now: dict[str, PlainLabel] = {}
        self.after: dict[str, PlainLabel] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        self.head = PlainLabel(self.tr("with this change"), "muted")
        grid.addWidget(self.head, 0, 3, Qt.AlignmentFlag.AlignRight)
        for n, (key, said) in enumerate((("net", self.tr("Net")), ("tax", self.tr("Tax")), ("total", self.tr("Total"))), start=1):
            role = "strong" if key == "total" else ""
            self.now[key], self.after[key] = PlainLabel("", role), PlainLabel("", role)
            grid.addWidget(PlainLabel(said, "strong" if key == "total" else "muted"), n, 1)
            for place, label in ((2, self.now[key]), (3, self.after[key])):
                label.setMinimumWidth(112)
                label.setAccessibleName(said)
                grid.addWidget(label, n, place, Qt.AlignmentFlag.AlignRight)
                label.setAlignment(Qt.AlignmentFlag.AlignRight)

    def show_totals(self, now: Totals, after: Totals) -> None:
        for labels, found in ((self.now, now), (self.after, after)):
            for key, cents in (("net", found.net_cents), ("tax", found.tax_cents), ("total", found.total_cents)):
                labels[key].setText(words.shown_amount(cents, self.exponent))
        self.head.setVisible(now != after)
        for label in self.after.values():
            label.setVisible(now != after)

"""The line above a job: its number, what, for whom, its status, and whether something is not saved."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from fieldoffice.services.jobs.sheet import JobSheet
from fieldoffice.ui import icons
from fieldoffice.ui.jobs.words import STATUS
from fieldoffice.ui.parts.labels import Chip, ElidedLabel, PlainLabel


class Header(QWidget):
    """Follows the stored job, not what is being typed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.number, self.what, self.status = PlainLabel("", "muted"), ElidedLabel("", "section"), Chip()
        self.urgent, self.dot, self.reason = Chip(), QLabel(), ElidedLabel("", "muted")
        self.dot.setAccessibleName(self.tr("Not saved yet"))
        self.dot.setToolTip(self.tr("Not saved yet"))
        icons.dress(self.dot, "circle-fill", "accent", 10)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 4)
        row.setSpacing(8)
        for part in (self.number, self.status, self.urgent):
            row.addWidget(part)
        row.addWidget(self.what, 3)
        row.addWidget(self.reason, 1)
        row.addWidget(self.dot)

    def show_job(self, job: JobSheet) -> None:
        self.number.setText(job.number)
        self.what.setText(f"{job.title} – {job.customer}")
        self.status.show_words(job.status.value, *STATUS[job.status])
        self.urgent.setVisible(job.priority > 1)
        if job.priority > 1:
            said = (self.tr("high priority"), "keyboard_arrow_up") if job.priority == 2 else (self.tr("urgent"), "priority_high")
            self.urgent.show_words(*said, "danger_ground", "danger")
        self.reason.setText(job.cancel_reason)
        self.reason.setVisible(bool(job.cancel_reason))
        self.setAccessibleName(f"{job.number}, {job.title}, {job.customer}, {job.status.value}")

    def add(self, widget: QWidget) -> None:
        """Put something between the words and the dot."""
        self._row.insertWidget(self._row.count() - 1, widget)

    def show_dirty(self, dirty: bool) -> None:
        self.dot.setVisible(dirty)

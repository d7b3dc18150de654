"""In the head of a job: bill it with one press, or open the invoice that bills it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QWidget

from fieldoffice.services.books.unbilled import Billing, bill, billing_of
from fieldoffice.services.jobs.sheet import JobSheet
from fieldoffice.ui.accounting.words import tr
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.buttons import button

TOPICS = frozenset({"invoice", "invoice_job", "line"})


class BillLink(QWidget):
    """Nothing is there for a job that has nothing to bill."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.job_id = desk, 0
        self.found: Billing | None = None
        self.press = button("", self.go, icon="receipt_long", link=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.press)
        self.press.hide()
        desk.live.watch(self, TOPICS, self.reload)

    def show_job(self, job: JobSheet, _choices: Any = None) -> None:
        if job.id != self.job_id:
            self.found = None
            self.press.hide()
        self.job_id = job.id
        self.reload()

    def reload(self) -> None:
        if self.job_id:
            self.desk.see(self, billing_of, self.job_id, then=self._came)

    def go(self) -> None:
        """Open the invoice of this job; where there is none yet, a draft is made first."""
        if self.found is not None and self.found.invoice_id is not None:
            self._open((self.found.invoice_id,))
        elif self.job_id:
            self.desk.do(self, bill, [self.job_id], then=self._open)

    def _open(self, ids: Sequence[int]) -> None:
        self.desk.open("invoice", invoice_id=ids[0], back="job")

    def _came(self, found: Billing) -> None:
        self.found = found
        self.press.setVisible(found.invoice_id is not None or found.billable)
        if found.invoice_id is None:
            self.press.setText(tr("Bill this job"))
        else:
            self.press.setText(tr("Billed by %1").replace("%1", found.number) if found.number else tr("Draft of its invoice"))

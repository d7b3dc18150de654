"""The list of jobs: found as you type, opened with Enter."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldoffice.office import Tx
from fieldoffice.services.jobs.sheet import JobRow, find_jobs
from fieldoffice.ui import actions
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.jobs.words import PRIORITIES, moment, translate
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.fields import SearchField
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.rows import Column, Rows
from fieldoffice.ui.parts.table import Table

TOPICS = frozenset({"job", "appointment", "customer", "location"})
LIMIT = 200


class JobsPage(QWidget):
    """The newest jobs, or those that match what is typed."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.zone, self.arrived = desk, ZoneInfo("UTC"), False
        self.calls = actions.bind(self, {"new_job": lambda: desk.open("new_job"), "open_job": self.open_current})
        self.calls["new_job"].setProperty("primary", True)
        self.calls["open_job"].setShortcuts([])  # Enter belongs to the table, and to the field while one types
        self.search, self.count = SearchField(self.tr("Number, customer, street or what is to be done")), PlainLabel("", "muted")
        self.empty = EmptyState("", "manage_search", self.tr("New job"), lambda: desk.open("new_job"))
        self.rows: Rows[JobRow] = Rows(_columns(self))
        self.table = Table(self.rows, "Jobs", self.empty, memory=desk.memory)
        self._build()
        desk.live.watch(self, TOPICS, self.refresh)
        self.refresh()

    def head(self) -> Sequence[QAction | QWidget]:
        return [self.calls["new_job"]]

    def ready(self) -> bool:
        return self.arrived

    def refresh(self) -> None:
        """Ask again; the selection stays."""
        self.desk.see(self, _found, self.search.text().strip(), then=self._arrived)

    def find(self) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def open_current(self) -> None:
        """Open the selected job, else the first."""
        row: JobRow | None = self.table.current() or self.rows.row(0)
        if row is not None:
            self._open(row)

    def _open(self, row: JobRow) -> None:
        self.desk.open("job", job_id=row.id, back="jobs")

    def _arrived(self, answer: tuple[str, tuple[JobRow, ...]]) -> None:
        zone, found = answer
        self.zone, self.arrived = ZoneInfo(zone), True
        searched = bool(self.search.text().strip())
        self.empty.say(self.tr("No job matches.") if searched else self.tr("There are no jobs yet. Open the first one."))
        if self.empty.button is not None:
            self.empty.button.setVisible(not searched)
        self.rows.show(found)
        self.count.setText(self._counted(len(found)))

    def _counted(self, n: int) -> str:
        if n >= LIMIT:
            return self.tr("The newest %1 are shown; type to find others.").replace("%1", str(LIMIT))
        return self.tr("1 job") if n == 1 else self.tr("%1 jobs").replace("%1", str(n))

    def _build(self) -> None:
        self.search.setMinimumWidth(360)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.search)
        row.addWidget(self.count)
        row.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 8, 16, 16)
        box.setSpacing(8)
        box.addLayout(row)
        box.addWidget(self.table, 1)
        self.search.searched.connect(lambda _text: self.refresh())
        self.search.returnPressed.connect(self.open_current)
        self.table.opened.connect(self._open)
        self.setTabOrder(self.search, self.table)


def _found(tx: Tx, text: str) -> tuple[str, tuple[JobRow, ...]]:
    return tx.company.zone, find_jobs(tx, text, limit=LIMIT)


def _columns(page: JobsPage) -> list[Column[JobRow]]:
    priorities = {int(key): words for key, words in PRIORITIES}
    return [
        Column("number", translate("Jobs", "Number"), lambda r: r.number, lambda r: r.id, width=88),
        Column("customer", translate("Jobs", "Customer"), lambda r: r.customer, lambda r: r.customer.casefold(), width=200,
               tip=lambda r: r.customer),
        Column("what", translate("Jobs", "What"), lambda r: r.title, lambda r: r.title.casefold(), width=240, tip=lambda r: r.title),
        Column("place", translate("Jobs", "Where"), lambda r: r.street, lambda r: r.street.casefold(), width=200, tip=lambda r: r.street),
        Column("status", translate("Jobs", "Status"), lambda r: r.status.value.capitalize(), lambda r: r.status.value, width=112),
        Column("next", translate("Jobs", "Next visit"), lambda r: moment(r.next_at, page.zone) if r.next_at else "–",
               lambda r: r.next_at, width=184),
        Column("priority", translate("Jobs", "Priority"), lambda r: priorities.get(r.priority, ""), lambda r: r.priority, width=88),
    ]

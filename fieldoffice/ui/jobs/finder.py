"""The list of jobs: found as you type, sorted and counted by the database, opened with Enter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldoffice.office import Tx
from fieldoffice.services.jobs.finding import JobPage, JobRow, job_page
from fieldoffice.ui import actions
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.exchange.gate import gate
from fieldoffice.ui.jobs.words import PRIORITIES, moment, translate
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.fields import SearchField
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.liverows import LiveRows
from fieldoffice.ui.parts.rows import Column
from fieldoffice.ui.parts.table import Table

TOPICS = frozenset({"job", "appointment", "customer", "location"})


class JobsPage(QWidget):
    """All jobs, the newest first, or those that match what is typed."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.zone, self.arrived = desk, ZoneInfo("UTC"), False
        self.calls = actions.bind(self, {"new_job": lambda: desk.open("new_job"), "open_job": self.open_current})
        self.calls["new_job"].setProperty("primary", True)
        self.calls["open_job"].setShortcuts([])  # Enter belongs to the table, and to the field while one types
        self.search, self.count = SearchField(self.tr("Number, customer, street or what is to be done")), PlainLabel("", "muted")
        self.empty = EmptyState("", "manage_search", self.tr("New job"), lambda: desk.open("new_job"))
        self.rows: LiveRows[JobRow] = LiveRows(_columns(self), self._fetch)
        self.table = Table(self.rows, "Jobs", self.empty, memory=desk.memory)
        self.gate = gate(desk, self, self.table, "jobs", self.tr("Jobs"), zone=lambda: self.zone)
        self._build()
        desk.live.watch(self, TOPICS, self.refresh)
        self.refresh()

    def head(self) -> Sequence[QAction | QWidget]:
        return [self.gate, self.calls["new_job"]]

    def ready(self) -> bool:
        return self.arrived

    def refresh(self) -> None:
        """Ask again; place and selection stay where the same jobs stand."""
        self.rows.refresh()

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

    def _fetch(self, offset: int, limit: int, sort: str, down: bool, give: Callable[[int, Sequence[Any]], None]) -> None:
        text = self.search.text().strip()

        def came(answer: tuple[str, JobPage]) -> None:
            zone, page = answer
            self.zone, self.arrived = ZoneInfo(zone), True
            self._show_count(page.total, text)
            give(page.total, page.rows)

        by = {"sort": sort, "descending": down} if sort else {}
        self.desk.see(self, _found, text, offset=offset, limit=limit, then=came, **by)

    def _show_count(self, total: int, text: str) -> None:
        self.empty.say(self.tr("No job matches.") if text else self.tr("There are no jobs yet. Open the first one."))
        if self.empty.button is not None:
            self.empty.button.setVisible(not text)
        self.count.setText(self.tr("1 job") if total == 1 else self.tr("%1 jobs").replace("%1", f"{total:,}"))

    def _build(self) -> None:
        self.search.setMinimumWidth(360)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.search)
        row.addStretch(1)
        row.addWidget(self.count)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 8, 16, 16)
        box.setSpacing(8)
        box.addLayout(row)
        box.addWidget(self.table, 1)
        self.search.searched.connect(lambda _text: self.rows.reload())
        self.search.returnPressed.connect(self.open_current)
        self.table.opened.connect(self._open)
        self.setTabOrder(self.search, self.table)


def _found(tx: Tx, text: str, **more: Any) -> tuple[str, JobPage]:
    return tx.company.zone, job_page(tx, text, **more)


def _columns(page: JobsPage) -> list[Column[JobRow]]:
    """The database sorts by the column's id; what `sort` gives is what an export writes for days and times."""
    priorities = {int(key): words for key, words in PRIORITIES}

    def column(id: str, title: str, text: Callable[[JobRow], str], width: int, *, tip: bool = False) -> Column[JobRow]:
        return Column(id, translate("Jobs", title), text, lambda row: row.id, width=width, tip=text if tip else None)

    return [
        column("number", "Number", lambda r: r.number, 88),
        column("customer", "Customer", lambda r: r.customer, 200, tip=True),
        column("what", "What", lambda r: r.title, 240, tip=True),
        column("place", "Where", lambda r: r.street, 200, tip=True),
        column("status", "Status", lambda r: r.status.value.capitalize(), 112),
        Column("next", translate("Jobs", "Next visit"), lambda r: moment(r.next_at, page.zone) if r.next_at else "–",
               lambda r: r.next_at, width=184),
        column("priority", "Priority", lambda r: priorities.get(r.priority, ""), 88),
    ]

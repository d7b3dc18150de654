"""The one timeline of a job: who did what, when it happened and when it was entered; filtered, corrected, exported."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QPoint, QRect, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from fieldoffice.models.errors import Refused
from fieldoffice.services.dispatch.progress import Entry, Timeline, correct_time
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.jobs.bars import Phases
from fieldoffice.ui.jobs.disk import write_file
from fieldoffice.ui.jobs.export import timeline_csv
from fieldoffice.ui.jobs.words import moment, translate
from fieldoffice.ui.parts.buttons import Segmented, button
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.fields import SearchField
from fieldoffice.ui.parts.rows import Column, Rows
from fieldoffice.ui.parts.table import Table
from fieldoffice.ui.schedule.popover import WhenPopover
from fieldoffice.ui.schedule.timeline import STEPS

KINDS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("all", "All", ("",)),
    ("visits", "Visits", ("visit.",)),
    ("lines", "Lines", ("job.line",)),
    ("notes", "Notes", ("job.note",)),
    ("files", "Files", ("job.file",)),
    ("job", "Job", ("job.opened", "job.edited", "job.canceled")),
)
"""What the filter offers: key, words, beginnings of the kinds of entries."""


class TimelineSection(QWidget):
    """Shows a `Timeline`; `corrected(Timeline)` after a time was corrected."""

    corrected = Signal(object)

    def __init__(self, desk: Desk, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.now = desk, now
        self.found: Timeline | None = None
        self.zone = ZoneInfo("UTC")
        self.numbers: dict[int, int] = {}
        self.phases = Phases()
        self.kind = Segmented([(key, words) for key, words, _ in KINDS], self.tr("Show"))
        self.kind.set_value("all")
        self.search = SearchField(self.tr("Search the timeline"))
        self.rows: Rows[Entry] = Rows(self._columns())
        self.table = Table(self.rows, "Timeline", EmptyState(self.tr("Nothing matches."), "history"), memory=desk.memory)
        self.popover: WhenPopover | None = None
        self._build()

    def show_timeline(self, found: Timeline, zone: ZoneInfo, numbers: dict[int, int]) -> None:
        """Show what happened; `numbers` are visit numbers by appointment id. Filter and selection stay."""
        self.found, self.zone, self.numbers = found, zone, numbers
        self.phases.show_timeline(found, zone)
        self._filter()

    def shown(self) -> list[Entry]:
        """The entries that pass the filter, oldest first."""
        if self.found is None:
            return []
        starts = next(starts for key, _, starts in KINDS if key == self.kind.value())
        words = self.search.text().casefold().split()
        return [e for e in self.found.entries if e.kind.startswith(starts) and all(w in f"{e.words} {e.who}".casefold() for w in words)]

    def export_to(self, path: str) -> None:
        """Write the entries that are shown as CSV."""
        text = timeline_csv(self.shown(), self.zone, self.numbers)
        self.desk.background.ask(self, lambda: write_file(path, b"\xef\xbb\xbf" + text.encode()),
                                 lambda _none: self.desk.toast(self.tr("Timeline exported")))

    def correct(self, entry: Entry, at: datetime) -> None:
        """Enter when a step really happened; both times are kept."""
        self.desk.do(self, correct_time, entry.id, at=at, then=self._corrected, otherwise=lambda error: self._ask_again(entry, at, error))

    def ask_correction(self, problem: str = "", at: datetime | None = None) -> None:
        """Ask for the right time of the selected step."""
        entry: Entry | None = self.table.current()
        if entry is None or entry.kind not in STEPS:
            return
        title = self.tr("When did “%1” happen?").replace("%1", entry.words)
        ask = WhenPopover(self.window(), title, self.tr("Correct"), now=self.now(), zone=self.zone, when=at or entry.occurred_at,
                          hint=self.tr("The time entered first stays in the log."), then=lambda when, _why: self._given(entry, when, at))
        self.popover = ask
        rect = self.table.visualRect(self.table.currentIndex())
        ask.open_at(QRect(self.table.viewport().mapTo(self.window(), rect.topLeft() + QPoint(16, 0)), rect.size()))
        if problem:
            ask.say(problem)

    def _given(self, entry: Entry, when: datetime | None, offered: datetime | None) -> None:
        wanted = when or offered
        if wanted is not None and wanted != entry.occurred_at:
            self.correct(entry, wanted)

    def _ask_again(self, entry: Entry, at: datetime, error: Refused) -> None:
        selected: Entry | None = self.table.current()
        if selected is not None and selected.id == entry.id:
            self.ask_correction(str(error), at)
        else:
            self.desk.refuse(error)

    def _corrected(self, found: Timeline) -> None:
        self.desk.toast(self.tr("Time corrected; both times are kept"))
        self.corrected.emit(found)

    def _filter(self) -> None:
        self.rows.show(self.shown()[::-1])
        self._picked(self.table.current())

    def _picked(self, entry: Entry | None) -> None:
        self.correct_button.setEnabled(entry is not None and entry.kind in STEPS)

    def _choose_export(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Export the timeline"), "timeline.csv", "CSV (*.csv)")
        if path:
            self.export_to(path)

    def _columns(self) -> list[Column[Entry]]:
        return [
            Column("occurred", translate("Jobs", "When"), lambda e: moment(e.occurred_at, self.zone),
                   lambda e: (e.occurred_at, e.id), width=184),
            Column("what", translate("Jobs", "What"), lambda e: e.words, lambda e: e.words.casefold(), width=520, tip=lambda e: e.words),
            Column("who", translate("Jobs", "Who"), lambda e: e.who, lambda e: e.who.casefold(), width=144, tip=lambda e: e.who),
            Column("visit", translate("Jobs", "Visit"), self._visit, width=56, right=True),
            Column("entered", translate("Jobs", "Entered"), self._entered, lambda e: e.at, width=184),
        ]

    def _visit(self, entry: Entry) -> str:
        return str(self.numbers.get(entry.appointment_id, "")) if entry.appointment_id is not None else ""

    def _entered(self, entry: Entry) -> str:
        """Only where it was entered at another time than it happened."""
        return moment(entry.at, self.zone) if abs((entry.at - entry.occurred_at).total_seconds()) >= 60 else ""

    def _build(self) -> None:
        self.correct_button = button(self.tr("Correct time…"), self.ask_correction, icon="edit_calendar")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.kind)
        row.addWidget(self.search)
        row.addStretch(1)
        row.addWidget(self.correct_button)
        row.addWidget(button(self.tr("Export…"), self._choose_export, icon="download"))
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 4, 16, 16)
        box.setSpacing(12)
        box.addWidget(self.phases)
        box.addLayout(row)
        box.addWidget(self.table, 1)
        self.kind.chosen.connect(lambda _key: self._filter())
        self.search.searched.connect(lambda _text: self._filter())
        self.table.picked.connect(self._picked)
        self.table.opened.connect(lambda _entry: self.ask_correction())

"""The page of one job: overview, visits, lines, notes, files, timeline; one form to save, everything else at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from fieldoffice.models.errors import Refused
from fieldoffice.services.dispatch.progress import Timeline
from fieldoffice.services.jobs.choices import Choices, choices
from fieldoffice.services.jobs.editing import cancel_job
from fieldoffice.services.jobs.reopening import Reopened, reopen_job
from fieldoffice.services.jobs.sheet import JobSheet
from fieldoffice.ui import actions
from fieldoffice.ui.accounting.billjob import BillLink
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.jobs.drafting import JobDraft, note_draft
from fieldoffice.ui.jobs.files import FilesSection
from fieldoffice.ui.jobs.keeping import Keeping
from fieldoffice.ui.jobs.lines import LinesSection
from fieldoffice.ui.jobs.notes import NotesSection
from fieldoffice.ui.jobs.overview import Overview
from fieldoffice.ui.jobs.sections import Sections
from fieldoffice.ui.jobs.timeline import TimelineSection
from fieldoffice.ui.jobs.visits import VisitsSection
from fieldoffice.ui.jobs.whole import Answer, whole
from fieldoffice.ui.jobs.why import WhyPopover
from fieldoffice.ui.messages.listing import JobMessages
from fieldoffice.ui.parts.buttons import menu_button
from fieldoffice.ui.parts.empty import EmptyState

TOPICS = frozenset({"job", "job_provider", "line", "appointment", "assignment", "note", "attachment", "customer", "location"})
OFFERED = frozenset({"provider", "catalog_item", "custom_field", "tax_rate"})


class JobPage(QWidget):
    """`open(job_id=…)` shows a job; while something is typed, nothing that arrives overwrites it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.back = desk, "schedule"
        self.job: JobSheet | None = None
        self.choices: Choices | None = None
        self._answer: Answer | None = None
        self._wanted, self._told_at = 0, datetime.now(UTC)
        self.calls = self._bind()
        self.overview, self.visits, self.lines = Overview(desk), VisitsSection(desk), LinesSection(desk)
        self.notes, self.files, self.timeline = NotesSection(desk), FilesSection(desk), TimelineSection(desk, self.now)
        self.messages, self.billing = JobMessages(desk), BillLink(desk)
        self.keeping = Keeping(self)
        self.draft, self.note_draft = JobDraft(self), note_draft(self)
        sections = (self.overview, self.visits, self.lines, self.notes, self.files, self.timeline, self.messages)
        firsts = (self.overview.title, self.visits, self.lines.picker, self.notes.text, self.files.list, self.timeline.table,
                  self.messages.table)  # fmt: skip
        self.body = Sections(sections, firsts, (self.keeping.warning, self.keeping.stale))
        self.header, self.tabs, self.stack = self.body.header, self.body.tabs, self.body.stack
        self.header.add(self.billing)
        self._build()
        self._connect()
        self.show_dirty()

    # what the window asks for

    def head(self) -> Sequence[QAction | QWidget]:
        return [self.calls["save"], self.more]

    def open(self, job_id: int = 0, back: str = "schedule", section: str = "", **_: Any) -> None:
        """Show a job, at a section if one is named; `back` is the page that Esc leads to."""
        if job_id and job_id != self._wanted:
            if self.dirty():
                self.keeping.warn(lambda: self.open(job_id, back, section))
                return
            self._wanted, self.job, self._answer = job_id, None, None
            self.visits.close_forms()
            self.tabs.setCurrentIndex(0)
            self._show_empty()
        self.back = back
        self.body.choose(section)
        self.refresh()

    def ready(self) -> bool:
        return not self._wanted or self.job is not None

    def may_leave(self) -> bool:
        if self.dirty():
            self.keeping.warn(None)
            return False
        return True

    def refresh(self) -> None:
        """Read again what is shown and what the forms offer."""
        if self._wanted:
            self.desk.see(self, choices, then=self._offered, otherwise=self._failed)
            self.reload()

    def find(self) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """The search field of the section, or where a line is added."""
        if self.stack.currentWidget() is self.timeline:
            self.timeline.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.body.choose("Lines")
            self.lines.start_adding()

    # what is entered

    def dirty(self) -> bool:
        """Whether the form or the new note holds something that is not saved."""
        return self.overview.dirty() or self.notes.dirty()

    def now(self) -> datetime:
        """The office's present moment."""
        known = self.choices.now if self.choices else self._told_at
        return known + (datetime.now(UTC) - self._told_at)

    def take(self, job: JobSheet) -> None:
        """Show what is stored in place of what was entered."""
        self.overview.take(job)
        self.draft.show(job)

    def save(self) -> None:
        """Save what is entered and stay."""
        self.keeping.save()

    def save_and_close(self) -> None:
        """Save what is entered, then go back to where the job was opened."""
        self.keeping.save(self._go_back)

    def leave(self) -> None:
        """Back to where the job was opened; asks first when something is not saved."""
        field = QApplication.focusWidget()
        if isinstance(field, QLineEdit) and field is self.timeline.search and field.text():
            field.clear()
        elif self.visits.isVisible() and self.visits.busy():
            self.visits.close_forms()
        elif self.dirty():
            self.keeping.warn(self._go_back)
        else:
            self._go_back()

    def open_customer(self) -> None:
        """Open the page of the job's customer; Esc there leads back."""
        if self.job is not None:
            self.desk.open("customer", customer_id=self.job.customer_id, back="job")

    # inside: reading

    def reload(self) -> None:
        """Read the job again; what is typed stays."""
        if self._wanted:
            self.desk.see(self, whole, self._wanted, then=self._arrived, otherwise=self._failed)

    def _offered(self, found: Choices) -> None:
        self.choices, self._told_at = found, datetime.now(UTC)
        self._show()

    def _arrived(self, answer: Answer) -> None:
        late = self.job is not None and answer[0].version < self.job.version  # asked before our own save was answered
        if answer[0].id == self._wanted and not late:
            self._answer = answer
            self._show()

    def _failed(self, error: Refused) -> None:
        if self.job is None:
            self._wanted = 0
            self._show_empty()
        self.desk.refuse(error)

    def _show(self) -> None:
        """Everything in sight follows the database but what is being typed."""
        if self._answer is None or self.choices is None:
            return
        job, places, found = self._answer
        first = self.job is None
        self.keeping.note_other_desk(job)
        self.job = job
        self.body.show_job(job)
        clean = not self.overview.dirty()
        self.overview.show_job(job, self.choices, places)
        for section in (self.visits, self.lines, self.notes, self.files, self.messages, self.billing):
            section.show_job(job, self.choices)
        if clean:
            self.draft.show(job)
        if self.note_draft.row != job.id:
            self.note_draft.open(job.id, 0, title=f"{job.number} {job.title}")
        self._show_timeline(found)
        self.cancel.setVisible(not job.cancel_reason)
        self.reopen.setVisible(bool(job.cancel_reason))
        if first:
            self._show_empty()
            self.tabs.setFocus(Qt.FocusReason.OtherFocusReason)
        self.show_dirty()

    def _show_timeline(self, found: Timeline) -> None:
        assert self.choices is not None
        numbers = {visit.appointment_id: n for n, visit in enumerate(found.visits, start=1)}
        self.timeline.show_timeline(found, ZoneInfo(self.choices.zone), numbers)

    def show_newer(self, job: JobSheet) -> None:
        """A service answered with the job as it is now."""
        if self._answer is not None and job.id == self._wanted:
            self._answer = (job, *self._answer[1:])
            self._show()

    # inside: leaving

    def _go_back(self) -> None:
        self.desk.open(self.back)

    def _ask_cancel(self) -> None:
        if self.job is not None:
            title = self.tr("Cancel %1 and its visits?").replace("%1", self.job.number)
            WhyPopover(self, title, self.tr("Cancel the job"), self._cancel).open_below(self.header)

    def _cancel(self, reason: str) -> None:
        assert self.job is not None
        self.desk.do(self, cancel_job, self.job.id, version=self.job.version, reason=reason, then=self._canceled)

    def _canceled(self, job: JobSheet) -> None:
        self.show_newer(job)
        self.desk.toast(self.tr("%1 canceled").replace("%1", job.number), undo=self._reopen)

    def _reopen(self) -> None:
        if self.job is not None:
            self.desk.do(self, reopen_job, self.job.id, version=self.job.version, then=self._reopened)

    def _reopened(self, done: Reopened) -> None:
        self.show_newer(done.job)
        words = self.tr("%1 is open again").replace("%1", done.job.number)
        self.desk.toast("\n".join((words, *done.warnings)), kind="warn" if done.warnings else "plain")

    # inside: building

    def _bind(self) -> dict[str, QAction]:
        calls = actions.bind(self, {
            "save": self.save, "save_close": self.save_and_close, "close_panel": self.leave,
            "new_job": lambda: self.desk.open("new_job"), "customer": self.open_customer,
            "add_line": self.find, "remove_line": lambda: self.lines.remove_selected(),
        })
        calls["save"].setProperty("primary", True)
        return calls

    def _build(self) -> None:
        self.cancel = QAction(self.tr("Cancel the job…"), self)
        self.cancel.triggered.connect(lambda _checked=False: self._ask_cancel())
        self.reopen = QAction(self.tr("Reopen the job"), self)
        self.reopen.triggered.connect(lambda _checked=False: self._reopen())
        entries = [self.calls["customer"], self.calls["new_job"], None, self.cancel, self.reopen]
        self.more = menu_button("more_vert", self.tr("More about this job"), entries, self)
        self.empty = EmptyState(self.tr("No job is open."), "assignment", self.tr("Find a job"), lambda: self.desk.open("jobs"))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.body)
        box.addWidget(self.empty)
        self._show_empty()

    def _connect(self) -> None:
        self.body.listen(self)
        self.overview.changed.connect(self.show_dirty)
        self.notes.changed.connect(self.show_dirty)
        self.notes.saved.connect(self.keeping.note_saved)
        for section in (self.lines, self.files):
            section.saved.connect(self.show_newer)
        self.timeline.corrected.connect(self._show_timeline)
        self.desk.live.watch(self, TOPICS, self.reload)
        self.desk.live.watch(self, OFFERED, self.refresh)

    def _show_empty(self) -> None:
        self.body.setVisible(self.job is not None)
        self.empty.setVisible(self.job is None and not self._wanted)

    def show_dirty(self) -> None:
        """Say whether something is not saved."""
        dirty = self.job is not None and self.dirty()
        self.calls["save"].setEnabled(dirty and not self.keeping.saving)
        self.header.show_dirty(dirty)
        if not dirty:
            self.keeping.warning.hide()

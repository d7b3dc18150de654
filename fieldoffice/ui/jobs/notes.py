"""The notes of a job: a field to write in, and below it what was written, the newest first."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from fieldoffice.models.errors import Refused
from fieldoffice.services.jobs.choices import Choices
from fieldoffice.services.jobs.editing import add_note
from fieldoffice.services.jobs.sheet import JobSheet, NoteRow
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.jobs import words
from fieldoffice.ui.parts.buttons import IconButton, button
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.form import Form
from fieldoffice.ui.parts.labels import PlainLabel


class WriteField(QPlainTextEdit):
    """Some lines of text; Tab leaves it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setFixedHeight(76)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
            return
        super().keyPressEvent(event)


class NotesSection(QScrollArea):
    """`saved(JobSheet)` after a note was added; what is typed stays until then, whatever arrives meanwhile."""

    saved = Signal(object)
    changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.job_id, self._shown = desk, 0, tuple[NoteRow, ...]()
        self.form, self.text = Form(), WriteField()
        self.op: Callable[[], str] = str  # the operation id of adding what is typed; "" for a fresh one
        self.empty = EmptyState(self.tr("No notes yet. Write down what the next one should know."), "notes")
        self._build()

    def show_job(self, job: JobSheet, choices: Choices) -> None:
        if job.id != self.job_id:
            self.job_id = job.id
            self.forget()
        if job.remarks != self._shown or not job.remarks:
            self._shown = job.remarks
            self._fill(ZoneInfo(choices.zone))

    def dirty(self) -> bool:
        return bool(self.text.toPlainText().strip())

    def forget(self) -> None:
        """Drop what is typed."""
        self.text.clear()
        self.form.clear_errors()

    def add(self) -> None:
        """Add what is typed."""
        self.add_button.setEnabled(False)
        self.desk.do(self, add_note, self.job_id, self.text.toPlainText(), then=self._added, otherwise=self._refused,
                     op_id=self.op())

    def _added(self, job: JobSheet) -> None:
        self.add_button.setEnabled(True)
        self.forget()
        self.saved.emit(job)

    def _refused(self, error: Refused) -> None:
        self.add_button.setEnabled(True)
        self.form.show_errors(error)

    def _fill(self, zone: ZoneInfo) -> None:
        while (item := self.list.takeAt(0)) is not None:
            if (widget := item.widget()) is not None and widget is not self.empty:
                widget.setParent(None)
                widget.deleteLater()
        for note in self._shown:
            self.list.addWidget(_note(note, zone))
        self.empty.setVisible(not self._shown)

    def _build(self) -> None:
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.form.add("note", self.tr("New note"), self.text)
        self.form.changed.connect(self.changed)
        self.add_button = button(self.tr("Add note"), self.add)
        row = QHBoxLayout()
        row.addWidget(self.add_button)
        row.addStretch(1)
        inner, self.list = QWidget(), QVBoxLayout()
        self.list.setSpacing(8)
        box = QVBoxLayout(inner)
        box.setContentsMargins(16, 4, 16, 16)
        box.setSpacing(8)
        box.addWidget(self.form)
        box.addLayout(row)
        box.addSpacing(8)
        box.addLayout(self.list)
        box.addWidget(self.empty)
        box.addStretch(1)
        inner.setMaximumWidth(880)
        self.setWidget(inner)
        inner.setAutoFillBackground(False)


def _note(note: NoteRow, zone: ZoneInfo) -> QFrame:
    frame = QFrame()
    frame.setProperty("box", "surface")
    lines = (words.breakable(line) for line in note.text.split("\n"))
    head = QHBoxLayout()
    head.addWidget(PlainLabel(f"{note.by_name}  ·  {words.moment(note.created_at, zone)}", "muted"), 1)
    head.addWidget(IconButton("content_copy", words.translate("Jobs", "Copy the note"), lambda: _copy(note.text), color="muted"))
    box = QVBoxLayout(frame)
    box.setContentsMargins(16, 4, 8, 12)
    box.setSpacing(0)
    box.addLayout(head)
    box.addWidget(PlainLabel("\n".join(lines), wrap=True))
    return frame


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)

"""Notes and files of a customer: the sections of a job's page, writing to the customer instead."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldoffice.services.customers.papers import add_note, attach, detach
from fieldoffice.services.customers.profile import CustomerSheet
from fieldoffice.ui.customers.codes import NotesCodes
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.jobs.disk import Found
from fieldoffice.ui.jobs.files import FilesSection
from fieldoffice.ui.jobs.notes import NotesSection


class CustomerNotes(NotesSection):
    """What is typed stays until it is added, whatever arrives meanwhile."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.codes = NotesCodes(desk, self.text)
        inner = self.widget()
        box = inner.layout() if inner is not None else None
        assert isinstance(box, QVBoxLayout)
        box.insertWidget(1, self.codes)

    def show_customer(self, sheet: CustomerSheet) -> None:
        self.codes.show_places(sheet.places)
        shown: Any = sheet  # it has what the section looks at: id, remarks, zone
        self.show_job(shown, shown)

    def add(self) -> None:
        self.add_button.setEnabled(False)
        self.desk.do(self, add_note, self.job_id, self.text.toPlainText(), then=self._added, otherwise=self._refused)


class CustomerFiles(FilesSection):
    """Each change can be undone."""

    def show_customer(self, sheet: CustomerSheet) -> None:
        shown: Any = sheet  # it has what the section looks at: id, files, zone
        self.show_job(shown, shown)

    def remove_current(self) -> None:
        file = self.current()
        if file is not None:
            self.desk.act(self, self.tr("Removed %1").replace("%1", file.name), detach, file.id, then=self.saved.emit, otherwise=self._say)

    def _attach(self, found: Found) -> None:
        if self.job is not None:
            self.desk.act(self, self.tr("Added %1").replace("%1", found.name), attach, self.job.id, name=found.name,
                          media_type=found.media_type, content=found.content, then=self.saved.emit, otherwise=self._say)

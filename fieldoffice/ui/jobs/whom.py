"""For whom a job is: name, phone, e-mail and contacts, each to copy with one press."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from fieldoffice.services.jobs.sheet import JobSheet
from fieldoffice.ui import icons
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.jobs import words
from fieldoffice.ui.parts.buttons import IconButton
from fieldoffice.ui.parts.labels import ElidedLabel, PlainLabel


class Whom(QWidget):
    """Lines of an icon, words, and a button to copy them."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.name = PlainLabel("", "section", wrap=True)
        self.lines = QGridLayout()
        self.lines.setHorizontalSpacing(8)
        self.lines.setVerticalSpacing(0)
        self.lines.setColumnStretch(1, 1)
        self._shown: tuple[tuple[str, str, str], ...] = ()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        box.addWidget(PlainLabel(self.tr("Customer"), "muted"))
        box.addWidget(self.name)
        box.addLayout(self.lines)

    def show_job(self, job: JobSheet) -> None:
        self.name.setText(words.breakable(job.customer))
        wanted = [("call", job.phone, self.tr("Copy the phone number")), ("mail", job.email, self.tr("Copy the e-mail address"))]
        wanted += [("person", contact, self.tr("Copy the contact")) for contact in job.contacts]
        shown = tuple(line for line in wanted if line[1])
        if shown != self._shown:
            self._shown = shown
            self._fill()

    def buttons(self) -> list[IconButton]:
        """What can be pressed here, from top to bottom."""
        places = (self.lines.itemAtPosition(n, 2) for n in range(len(self._shown)))
        found = (place.widget() for place in places if place is not None)
        return [one for one in found if isinstance(one, IconButton)]

    def copy(self, text: str, told: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.desk.toast(told)

    def _fill(self) -> None:
        while (item := self.lines.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.setParent(None)
                widget.deleteLater()
        for n, (icon, text, name) in enumerate(self._shown):
            picture, label = PlainLabel(), ElidedLabel(text)
            icons.dress(picture, icon, "muted")
            copy = IconButton("content_copy", name, lambda text=text: self.copy(text, self.tr("Copied")), color="muted")
            for place, widget in enumerate((picture, label, copy)):
                self.lines.addWidget(widget, n, place)

"""The frame of the page of a job: its head, the bar of sections with Alt and a number, room for messages, the sections."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from fieldoffice.services.jobs.sheet import JobSheet
from fieldoffice.ui import actions
from fieldoffice.ui.jobs.header import Header
from fieldoffice.ui.jobs.words import translate

SECTIONS = ("Overview", "Visits", "Lines", "Notes", "Files", "Timeline", "Messages")


class Sections(QWidget):
    """`header`, `tabs` and `stack`; `firsts` are the widgets that get the keyboard, one for each section."""

    def __init__(self, sections: Sequence[QWidget], firsts: Sequence[QWidget], messages: Sequence[QWidget]) -> None:
        super().__init__()
        self.header, self.tabs, self.stack = Header(), QTabBar(), QStackedWidget()
        self._firsts = tuple(firsts)
        self.tabs.setAccessibleName(translate("Jobs", "Sections of the job"))
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        for n, (name, section) in enumerate(zip(SECTIONS, sections, strict=True), start=1):
            self.tabs.addTab(translate("Jobs", name))
            self.tabs.setTabToolTip(n - 1, f"Alt+{n}")
            self.stack.addWidget(section)
        self.tabs.currentChanged.connect(self.stack.setCurrentIndex)
        self._arrange(messages)

    def listen(self, page: QWidget) -> None:
        """Alt and a number lead to the sections from anywhere on `page`."""
        for n in range(len(SECTIONS)):
            keys = actions.action("tab").shortcuts[n]
            QShortcut(QKeySequence(keys), page, lambda n=n: self._go(n), context=Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def choose(self, name: str) -> None:
        """Show the section of that name; an unknown one changes nothing."""
        if name in SECTIONS:
            self.tabs.setCurrentIndex(SECTIONS.index(name))

    def show_job(self, job: JobSheet) -> None:
        """Number, title and status in the head, counts beside the names of the sections."""
        self.header.show_job(job)
        for n, count in ((1, len(job.visits)), (2, len(job.lines)), (3, len(job.remarks)), (4, len(job.files))):
            name = translate("Jobs", SECTIONS[n])
            self.tabs.setTabText(n, f"{name} {count}" if count else name)

    def _go(self, n: int) -> None:
        self.tabs.setCurrentIndex(n)
        self._firsts[n].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _arrange(self, messages: Sequence[QWidget]) -> None:
        line, room, box = QHBoxLayout(), QVBoxLayout(), QVBoxLayout(self)
        line.setContentsMargins(4, 0, 16, 0)
        line.addWidget(self.tabs)
        room.setContentsMargins(16, 8, 16, 0)
        room.setSpacing(8)
        for message in messages:
            room.addWidget(message)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.header)
        box.addLayout(line)
        box.addLayout(room)
        box.addWidget(self.stack, 1)

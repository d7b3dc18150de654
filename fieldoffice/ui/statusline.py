"""The status line: who, which database, live or not, and the long work that is running."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from fieldoffice.ui import icons
from fieldoffice.ui.parts.labels import PlainLabel, plain_tip
from fieldoffice.ui.parts.progress import ProgressStrip
from fieldoffice.ui.works import Works

LONGEST = 260


class StatusLine(QFrame):
    """28 pixels at the bottom of the window."""

    def __init__(self, who: str, where: str, works: Works, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusline")
        self.setAccessibleName("Status")
        self.setFixedHeight(30)
        self.works, self.strip = works, ProgressStrip()
        self.more, self.live, self._light = PlainLabel("", "muted"), PlainLabel("", "muted"), QLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(8)
        for part in (*_named("person", who), *_named("database", where)):
            row.addWidget(part)
        row.addStretch(1)
        for part in (self.strip, self.more, self._light, self.live):
            row.addWidget(part)
        works.changed.connect(self._show_works)
        self.show_live(True)
        self._show_works()

    def show_live(self, live: bool) -> None:
        """Say whether other desks' changes arrive by themselves."""
        icons.dress(self._light, "sync" if live else "sync_problem", "muted" if live else "danger")
        self.live.setText("Live" if live else "Not live: the database is out of reach")
        self.live.set_role("muted" if live else "danger")
        self.live.setToolTip("Changes of other desks appear by themselves." if live
                             else "What you see may be old. It is tried again every few seconds.")

    def _show_works(self) -> None:
        running = self.works.running
        self.strip.show_work(running[0] if running else None)
        self.more.setText(f"and {len(running) - 1} more" if len(running) > 1 else "")


def _named(icon: str, words: str) -> list[QLabel]:
    if not words:
        return []
    picture, label = QLabel(), PlainLabel("", "muted")
    label.setText(label.fontMetrics().elidedText(words, Qt.TextElideMode.ElideMiddle, LONGEST))
    label.setToolTip(plain_tip(words))
    label.setAccessibleName(words)
    icons.dress(picture, icon, "muted")
    label.setContentsMargins(0, 0, 12, 0)
    return [picture, label]

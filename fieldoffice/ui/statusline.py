"""The status line: who, which database, live or not, background work at rest or not, and the long work that is running."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from fieldoffice.office import Tx
from fieldoffice.services.tasks import QUIET, last_beat
from fieldoffice.ui import icons
from fieldoffice.ui.messages.trouble import Trouble
from fieldoffice.ui.parts.labels import PlainLabel, plain_tip
from fieldoffice.ui.parts.progress import ProgressStrip
from fieldoffice.ui.works import Works

LONGEST = 260
LOOK_MS = 60_000


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
        self.resting, self.trouble = Resting(works.parent()), Trouble(works.parent())
        for part in (self.strip, self.more, self.trouble, self.resting, self._light, self.live):
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


class Resting(QWidget):
    """Says when no background runner of the office has been at work for ten minutes; hidden while one is.

    It looks once a minute, and counts at the earliest from its own first look: whoever opens a desktop starts a runner too.
    """

    def __init__(self, desk: Any) -> None:
        super().__init__()
        self.desk, self.since = desk, None
        self.since: datetime | None
        picture, self.words = QLabel(), PlainLabel("", "warn")
        icons.dress(picture, "warning", "warn")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(picture)
        row.addWidget(self.words)
        self.hide()
        self.clock = QTimer(self, interval=LOOK_MS)
        self.clock.timeout.connect(self.look)
        self.clock.start()

    def look(self) -> None:
        """Ask when a runner was last at work."""
        if self.desk is not None:
            self.desk.see(self, _beat, then=self._told, otherwise=lambda _refused: None)

    def _told(self, answer: tuple[datetime, datetime | None]) -> None:
        now, beat_at = answer
        self.since = self.since or now
        gap = now - max(self.since, beat_at or self.since)
        self.words.setText(f"No background work for {int(gap.total_seconds() // 60)} min")
        self.words.setToolTip("Reminders and held places wait. Restart the program on one desk.")
        self.setVisible(gap >= QUIET)


def _beat(tx: Tx) -> tuple[datetime, datetime | None]:
    return tx.now, last_beat(tx)


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

"""The reminder across the window when the newest proven backup is old, or would not survive the disk."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, QTimer

from fieldoffice.services.backups import Standing
from fieldoffice.ui.backups import words
from fieldoffice.ui.backups.deeds import Deeds
from fieldoffice.ui.connection import Window
from fieldoffice.ui.desk import Desk

KEY = "backup"
HOUR_MS = 3_600_000
QUIET_S = 7 * 24 * 3600
"""After "Later", the reminder about the disk is silent for a week; the one about age comes again with the next look."""


class BackupWatch(QObject):
    """Looks when the desktop starts, and every hour."""

    def __init__(self, desk: Desk, window: Window, parent: QObject, deeds: Deeds | None = None) -> None:
        super().__init__(parent)
        self.desk, self.window, self.deeds = desk, window, deeds or Deeds(desk.office, desk.seat)
        self._timer = QTimer(self, interval=HOUR_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        self.desk.background.ask(self, self.deeds.look, self._looked)

    def _looked(self, found: Standing) -> None:
        quiet = time.time() < float(self.desk.memory.get("backups", "quiet_until", 0))
        if not found.too_old and (not found.same_disk or quiet):
            self.window.no_banner(KEY)
            return
        kind, sentence = words.verdict(found)
        banner = self.window.banner(KEY, "warn" if kind == "danger" else kind, sentence)
        banner.add_button("Backups", self._go)
        banner.add_button("Later", lambda: self._later(found))

    def _go(self) -> None:
        self.window.no_banner(KEY)
        self.desk.open("backups")

    def _later(self, found: Standing) -> None:
        self.window.no_banner(KEY)
        if not found.too_old:
            self.desk.memory.set("backups", "quiet_until", time.time() + QUIET_S)

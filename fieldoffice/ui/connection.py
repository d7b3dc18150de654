"""The banner across the window while the database is out of reach: when it is tried again, and what goes on meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, QTimer

from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.banner import Banner, Kind

KEY = "connection"
WORDS = "Not connected to the database. What you type in a form is kept on this computer; nothing is lost."


class Window(Protocol):
    """What this needs of the window."""

    def banner(self, key: str, kind: Kind, words: str) -> Banner: ...
    def no_banner(self, key: str) -> None: ...


class ConnectionBanner(QObject):
    """Comes when the line breaks, counts down to the next try, goes when the line is back."""

    def __init__(self, desk: Desk, window: Window, parent: QObject, tell: Callable[[str], object] | None = None) -> None:
        super().__init__(parent)
        self.desk, self.window, self._tell = desk, window, tell or desk.toast
        self.banner: Banner | None = None
        self._left = 0
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(self._count)
        desk.live.state_changed.connect(self._changed)
        desk.live.waiting.connect(self._wait)

    def _changed(self, connected: bool) -> None:
        if connected:
            self._second.stop()
            self.banner = None
            self.window.no_banner(KEY)
            self._tell("Connected again.")
        else:
            self.banner = self.window.banner(KEY, "warn", f"{WORDS} Trying to reach it…")
            self.banner.add_button("Try now", self._try)

    def _wait(self, seconds: int) -> None:
        self._left = seconds
        self._second.start()
        self._show()

    def _count(self) -> None:
        self._left = max(0, self._left - 1)
        if self._left == 0:
            self._second.stop()
        self._show()

    def _show(self) -> None:
        if self.banner is not None:
            self.banner.show_words(f"{WORDS} Next try in {self._left} s." if self._left else f"{WORDS} Trying to reach it…")

    def _try(self) -> None:
        self._left = 0
        self._second.stop()
        self._show()
        self.desk.live.look()

"""Tells open views that their topics changed, here or on another desk.

The counters are looked at every few seconds; a PostgreSQL database also rings a bell, heard on a thread of its own.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from typing import Any

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from fieldoffice.ui.background import Background

log = logging.getLogger(__name__)
EVERY_MS = 3000
AGAIN_S = 5.0
BACK_OFF_S = (1, 2, 4, 8, 16, 30)
"""How long to wait before each further try while the database is out of reach."""


class Live(QObject):
    """One per window. `state_changed(False)` says that the database is out of reach, True that it is back."""

    changed = Signal(object)  # frozenset of topics
    state_changed = Signal(bool)
    waiting = Signal(int)  # seconds until the next try, while the database is out of reach
    _bell = Signal()

    def __init__(self, office: Any, background: Background, *, known: dict[str, int] | None = None,
                 every_ms: int = EVERY_MS) -> None:
        super().__init__()
        self.office, self.background = office, background
        self.known, self.connected = known, True
        self._asking = self._again = False
        self._tries, self._every_ms = 0, every_ms
        self._timer = QTimer(self, interval=every_ms)
        self._timer.timeout.connect(self.look)
        self._bell.connect(self.look)
        background.changed.connect(self._own_change)
        self._stopping = threading.Event()
        self._listener = threading.Thread(target=self._listen, daemon=True, name="bell")

    def start(self) -> None:
        """Begin to look and to listen."""
        self._timer.start()
        self._listener.start()
        self.look()

    def stop(self) -> None:
        """End both; waits for the listener, which looks up at least once a second."""
        self._stopping.set()
        self._timer.stop()
        if self._listener.is_alive():
            self._listener.join(timeout=3)

    def watch(self, view: QWidget, topics: Iterable[str], reload: Callable[[], object]) -> None:
        """Call `reload` after one of `topics` rang: at once while `view` is visible, else when it is shown again."""
        _Watch(self, view, frozenset(topics), reload)

    def look(self) -> None:
        """Compare the counters now; a second call while one is under way makes one more look afterwards."""
        if self._asking:
            self._again = True
            return
        self._asking = True
        self.background.ask(self, self._peek, self._compare)

    def lost(self) -> None:
        """Somebody met a broken line to the database: say so now, and look whether it is back."""
        self._note(False)
        self.look()

    def _peek(self) -> dict[str, int] | None:
        try:
            return self.office.topics()
        except Exception:
            log.debug("the topic counters could not be read", exc_info=True)
            return None

    def _compare(self, now: dict[str, int] | None) -> None:
        self._asking = False
        again, self._again = self._again and now is not None, False
        back = now is not None and not self.connected
        self._note(now is not None)
        if now is None:
            self._back_off()
        else:
            rung, self.known = frozenset(now) if back else changed_topics(self.known, now), now
            if rung:
                self.changed.emit(rung)
        if again:
            self.look()

    def _back_off(self) -> None:
        """Each try that fails is followed by a longer rest, up to half a minute."""
        rest = BACK_OFF_S[min(self._tries, len(BACK_OFF_S) - 1)]
        self._tries += 1
        if self._timer.isActive():
            self._timer.start(min(rest * 1000, 10 * self._every_ms))
        self.waiting.emit(self._timer.interval() // 1000)

    def _note(self, connected: bool) -> None:
        if connected != self.connected:
            self.connected = connected
            if connected and self._timer.isActive():
                self._timer.start(self._every_ms)
            self._tries = 0
            log.warning("live refresh %s", "is back" if connected else "is interrupted: the database is out of reach")
            self.state_changed.emit(connected)

    def _own_change(self, topics: frozenset[str]) -> None:
        if topics:
            self.look()

    def _listen(self) -> None:
        """On its own thread: a lost connection is tried again; a database without a bell ends the thread."""
        while not self._stopping.is_set():
            try:
                self.office.listen(self._bell.emit, self._stopping)
                return
            except Exception:
                log.debug("the bell was lost", exc_info=True)
                self._stopping.wait(AGAIN_S)


class _Watch(QObject):
    """Lives and dies with its view."""

    def __init__(self, live: Live, view: QWidget, topics: frozenset[str], reload: Callable[[], object]) -> None:
        super().__init__(view)
        self.view, self.topics, self.reload, self.stale = view, topics, reload, False
        self.soon = QTimer(self, interval=0, singleShot=True)
        self.soon.timeout.connect(self._reload)
        view.installEventFilter(self)
        live.changed.connect(self._rung)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and self.stale:
            self.soon.start()
        return False

    def _rung(self, names: frozenset[str]) -> None:
        if self.topics & names:
            self.stale = True
            if self.view.isVisible():
                self.soon.start()

    def _reload(self) -> None:
        self.stale = False
        self.reload()


def changed_topics(before: dict[str, int] | None, now: dict[str, int]) -> frozenset[str]:
    """The topics whose counter moved; none at the first look, when views have just loaded."""
    if before is None:
        return frozenset()
    return frozenset(name for name, count in now.items() if count != before.get(name))

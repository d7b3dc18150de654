"""Long work under way: what the status line shows, how far it is, and how to stop it."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal


class Work(QObject):
    """One piece of long work; whoever started it reports progress and ends it."""

    changed = Signal()
    ended = Signal(object)  # itself

    def __init__(self, words: str, cancel: Callable[[], object] | None = None) -> None:
        super().__init__()
        self.words, self.detail, self.fraction = words, "", -1.0
        self.started, self._cancel = time.monotonic(), cancel

    @property
    def can_cancel(self) -> bool:
        return self._cancel is not None

    @property
    def seconds(self) -> float:
        """How long it has been running."""
        return time.monotonic() - self.started

    def report(self, fraction: float = -1.0, detail: str = "") -> None:
        """`fraction` from 0 to 1, -1 when nobody can tell; `detail` such as "12 of 80 jobs"."""
        self.fraction, self.detail = fraction, detail
        self.changed.emit()

    def cancel(self) -> None:
        """Ask once for an end; the starter still calls `end()`."""
        wanted, self._cancel = self._cancel, None
        if wanted is not None:
            self.report(self.fraction, "stopping")
            wanted()

    def end(self) -> None:
        self.ended.emit(self)


class Works(QObject):
    """All long work of a window, the oldest first."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.running: list[Work] = []

    def start(self, words: str, cancel: Callable[[], object] | None = None) -> Work:
        """Show `words` in the status line until `end()`; with `cancel` there is a Cancel button."""
        work = Work(words, cancel)
        work.setParent(self)
        work.ended.connect(self._remove)  # a lambda here would keep us alive from within our own child
        self.running.append(work)
        self.changed.emit()
        return work

    def _remove(self, work: Work) -> None:
        if work in self.running:
            self.running.remove(work)
            self.changed.emit()
            work.deleteLater()

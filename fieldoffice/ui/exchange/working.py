"""Long work of an import or export: off the Qt thread, with what, how far, how long and Cancel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from fieldoffice.models.errors import Refused
from fieldoffice.office import Done
from fieldoffice.services.exchange.ledger import Progress
from fieldoffice.ui.desk import Desk

LOOK_MS = 100


class Working(QObject):
    """One piece of work at a time; `moved` while it runs, `ended` after it, whichever way."""

    moved = Signal(object)  # Progress
    ended = Signal()

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self.desk, self.progress = desk, Progress()
        self._work: Any = None
        self._clock = QTimer(self, interval=LOOK_MS)
        self._clock.timeout.connect(self._look)

    @property
    def busy(self) -> bool:
        return self._work is not None

    def start(self, words: str, do: Callable[[Progress], Any], then: Callable[[Any], object],
              otherwise: Callable[[Refused], object] | None = None) -> None:
        """Run `do(progress)` on a thread; its answer, or what a `Done` holds, goes to `then`, a refusal to `otherwise`."""
        self.progress = progress = Progress()
        self._work = self.desk.work(words, progress.cancel)
        self._clock.start()

        def answered(answer: Any) -> None:
            self._end()
            if isinstance(answer, Done):
                self.desk.background.changed.emit(answer.topics)
                answer = answer.value
            then(answer)

        def refused(error: Refused) -> None:
            self._end()
            (otherwise or self.desk.refuse)(error)

        self.desk.background.ask(self, lambda: do(progress), answered, refused, broken=self._end)

    def cancel(self) -> None:
        if self._work is not None:
            self._work.cancel()

    def _look(self) -> None:
        if self._work is None:
            return
        total = f" {self.progress.done:,} of {self.progress.total:,}" if self.progress.total else ""
        self._work.report(self.progress.share, f"{self.progress.what}{total}")
        self.moved.emit(self.progress)

    def _end(self) -> None:
        self._clock.stop()
        work, self._work = self._work, None
        if work is not None:
            work.end()
        self.ended.emit()

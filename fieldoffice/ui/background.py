"""Work off the Qt thread; answers on the Qt thread; silence if the asker is gone.

Questions run side by side; changes run one after another, in the order they were asked for. What a worker thread holds is
only the work itself: askers and callbacks stay with the Qt thread, so no widget ever dies on the wrong one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal

from fieldoffice.models.errors import Refused

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Call:
    asker: QObject
    then: Callable[[Any], object] | None
    otherwise: Callable[[Refused], object] | None
    broken: Callable[[], object] | None
    series: Hashable


class Background(QObject):
    """One per program; it must outlive what it carries, so `stop()` comes before the application goes."""

    refused = Signal(object)  # a Refused that nobody else took
    changed = Signal(object)  # frozenset of topics that our own change raised
    busy = Signal(int)  # how many calls are under way
    _answer = Signal(int, object)

    def __init__(self, *, threads: int = 4) -> None:
        super().__init__()
        self._readers = ThreadPoolExecutor(threads, "see")
        self._writer = ThreadPoolExecutor(1, "do")
        self._calls: dict[int, _Call] = {}
        self._newest: dict[Hashable, int] = {}
        self._last, self._stopped = 0, False
        self._answer.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def ask(self, asker: QObject, work: Callable[[], Any], then: Callable[[Any], object] | None = None,
            otherwise: Callable[[Refused], object] | None = None, *, broken: Callable[[], object] | None = None,
            series: Hashable = None, writes: bool = False) -> None:
        """Run `work` on a thread, then `then(result)` here, unless `asker` was deleted meanwhile.

        A Refused goes to `otherwise`, else to the signal `refused`; any other exception is raised here and so reaches
        the crash dialog, after `broken()`. Of calls with the same `series` an answer older than one already given is dropped.
        """
        if self._stopped:
            return
        self._last += 1
        self._calls[self._last] = _Call(asker, then, otherwise, broken, series)
        self.busy.emit(len(self._calls))
        self._send(self._last, work, self._writer if writes else self._readers)

    def waiting(self) -> int:
        """How many calls have not been answered yet."""
        return len(self._calls)

    def stop(self) -> None:
        """Wait for what runs, drop what waits, answer nobody any more."""
        self._stopped = True
        for pool in (self._readers, self._writer):
            pool.shutdown(wait=True, cancel_futures=pool is self._readers)
        self._calls.clear()

    def _send(self, ticket: int, work: Callable[[], Any], pool: ThreadPoolExecutor) -> None:
        future: Future[Any] = pool.submit(work)
        future.add_done_callback(lambda done: self._carry(ticket, done))

    def _carry(self, ticket: int, done: Future[Any]) -> None:
        """On the worker's thread: nothing but the emit."""
        if not self._stopped and not done.cancelled():
            self._answer.emit(ticket, done)

    def _deliver(self, ticket: int, done: Future[Any]) -> None:
        call = self._calls.pop(ticket, None)
        if call is None or self._stopped:
            return
        self.busy.emit(len(self._calls))
        if shiboken6.isValid(call.asker) and not self._overtaken(ticket, call.series):
            self._hand_over(call, done)

    def _overtaken(self, ticket: int, series: Hashable) -> bool:
        if series is None:
            return False
        newest = self._newest[series] = max(ticket, self._newest.get(series, 0))
        if not any(call.series == series for call in self._calls.values()):
            del self._newest[series]
        return newest != ticket

    def _hand_over(self, call: _Call, done: Future[Any]) -> None:
        error = done.exception()
        if error is None:
            if call.then is not None:
                call.then(done.result())
        elif not isinstance(error, Refused):
            if call.broken is not None:
                call.broken()
            raise error
        elif call.otherwise is not None:
            call.otherwise(error)
        else:
            self.refused.emit(error)

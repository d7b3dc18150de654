"""Papers are drawn in a child process, so that a long print never stops the screen. No Qt here.

The child is started once and kept warm. It draws what it is given and nothing else: it refuses to open a connection or to
start a program, whatever a drawing might ask for.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing.process import BaseProcess
from typing import Any

from fieldoffice.models.errors import Refused, WorldFault
from fieldoffice.services.documents import (
    calendarsheet,
    daysheet,
    einvoice,
    fonts,
    invoicepaper,
    proofpaper,
    receiptpaper,
    reportpaper,
    statementpaper,
    statementrun,
)

KINDS: dict[str, Callable[[Any], bytes]] = {
    "day sheet": daysheet.draw,
    "day sheets": daysheet.draw_many,
    "calendar": calendarsheet.draw,
    "invoice": invoicepaper.draw_invoice,
    "electronic invoice": einvoice.draw_einvoice,
    "receipt": receiptpaper.draw_receipt,
    "statement": statementpaper.draw_statement,
    "statements": statementrun.draw_statements,
    "proof": proofpaper.draw_proof,
    "report": reportpaper.draw_report,
}
"""What can be drawn, by name: each takes one frozen, picklable sheet (or a tuple of them) and returns PDF bytes."""

DIED = "The page could not be drawn: the drawing process stopped. Try again."
CLOSED = "The page could not be drawn: the program is closing."
FORBIDDEN = ("socket.connect", "socket.bind", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn")


class Press:
    """One child that draws, in the order of asking. Safe to use from any thread; `close` it at the end."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None
        self._closed = False

    def warm(self) -> None:
        """Start the child now rather than at the first page; returns at once."""
        self._submit(os.getpid)

    def draw(self, kind: str, sheet: Any) -> Future[bytes]:
        """The PDF of `sheet`, later. The future fails with Refused in words for a person; an unknown kind is a KeyError."""
        drawing = KINDS[kind]
        answer: Future[bytes] = Future()
        answer.set_running_or_notify_cancel()
        try:
            self._submit(_outcome, drawing, sheet).add_done_callback(lambda done: self._pass_on(done, answer))
        except Refused as refusal:
            answer.set_exception(refusal)
        return answer

    def close(self) -> None:
        """End the child at once; pages that are not drawn yet are refused. The program never waits for paper."""
        with self._lock:
            self._closed, pool, self._pool = True, self._pool, None
        if pool is not None:
            _end(pool)

    def _submit(self, work: Callable[..., Any], *args: Any) -> Future[Any]:
        """Hand `work` to the child; one that died meanwhile is replaced by a new one."""
        with self._lock:
            if self._closed:
                raise WorldFault(CLOSED)
            try:
                return self._started().submit(work, *args)
            except BrokenProcessPool:
                self._pool = None
                return self._started().submit(work, *args)

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), initializer=_begin)
        return self._pool

    def _pass_on(self, done: Future[tuple[bytes, str]], answer: Future[bytes]) -> None:
        if done.cancelled():
            answer.set_exception(WorldFault(CLOSED))
        elif isinstance(error := done.exception(), BrokenProcessPool):
            answer.set_exception(WorldFault(CLOSED if self._closed else DIED))
        elif error is not None:
            answer.set_exception(error)
        else:
            drawn, refused = done.result()
            answer.set_exception(WorldFault(refused)) if refused else answer.set_result(drawn)


def _end(pool: ProcessPoolExecutor) -> None:
    """Take the child away, then let the pool clear up: by itself it would first draw what is queued."""
    children: dict[int, BaseProcess] = getattr(pool, "_processes", None) or {}
    for child in list(children.values()):
        child.terminate()
    # with its last reader gone the pool's feeding thread fails at once; with ours open it would wait for room for ever
    reader: Any = getattr(getattr(pool, "_call_queue", None), "_reader", None)
    if reader is not None:
        reader.close()
    pool.shutdown(wait=True, cancel_futures=True)


def _outcome(drawing: Callable[[Any], bytes], sheet: Any) -> tuple[bytes, str]:
    """(bytes, "") or (b"", the refusal in words): refusals do not all survive the way between processes."""
    try:
        return drawing(sheet), ""
    except (Refused, FileNotFoundError) as refusal:  # a font that the set-up has not fetched
        return b"", str(refusal)


def _begin() -> None:
    """In the child: go when the program goes, stay off the network, read the fonts."""
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    sys.addaudithook(_only_draw)
    with suppress(FileNotFoundError):  # the first drawing says it in words
        fonts.warm()


def _leave_with_parent() -> None:
    """A program that was killed could not say good-bye; without this its child would wait for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)


def _only_draw(event: str, _args: Any) -> None:
    if event in FORBIDDEN:
        raise PermissionError(f"the drawing process may not do this: {event}")

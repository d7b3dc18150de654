"""A desktop with a person at it, as a process of its own: it types, saves and drags as it is told, line by line on stdin.

Each answer is one line of JSON. It measures the longest time for which its window did not react: a heartbeat on the Qt
thread beside one on a thread that does nothing else, because a busy machine stops both.
"""

from __future__ import annotations

import faulthandler
import json
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QTimer

from fieldoffice.office import Office
from fieldoffice.services.dispatch.cards import cards_of
from fieldoffice.services.dispatch.moves import place
from fieldoffice.services.dispatch.rows import Card, Change
from fieldoffice.ui.app import create_app
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.jobs.editor import JobPage

BEAT_S = 0.01
TAKE_S = 0.02


class Heart:
    """`longest()` since it was last asked: (of the Qt thread, of the machine, the most that we computed in between two
    beats of the Qt thread), in seconds. A window that stands still while nobody here computes waits for the machine.
    """

    def __init__(self) -> None:
        self._last = self._other_last = time.monotonic()
        self._worst = self._other_worst = self._work = 0.0
        self._computed = time.process_time()
        self._timer = QTimer(interval=int(BEAT_S * 1000))
        self._timer.timeout.connect(self._beat)
        self._timer.start()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def longest(self) -> tuple[float, float, float]:
        found = self._worst, self._other_worst, self._work
        self._worst = self._other_worst = self._work = 0.0
        return found

    def stop(self) -> None:
        self._timer.stop()
        self._ended.set()
        self._thread.join()

    def _beat(self) -> None:
        now, computed = time.monotonic(), time.process_time()
        self._worst, self._last = max(self._worst, now - self._last - BEAT_S), now
        self._work, self._computed = max(self._work, computed - self._computed), computed

    def _watch(self) -> None:
        while not self._ended.wait(BEAT_S):
            now = time.monotonic()
            self._other_worst, self._other_last = max(self._other_worst, now - self._other_last - BEAT_S), now


class Typist:
    """One window with a job on it."""

    def __init__(self, address: str, home: Path, user: int, job: int, started: str) -> None:
        self.office = Office(address, clock=lambda: datetime.fromisoformat(started))
        self.desk = Desk(self.office, user_id=user, known=self.office.topics(), every_ms=1000, drafts=home)
        self.page = JobPage(self.desk)
        self.page.resize(1000, 700)
        self.page.show()
        self.page.open(job_id=job)
        self.desk.start()
        self.heart = Heart()
        self.said: list[str] = []
        self.drags = {"done": 0, "refused": 0}
        self.desk.toasted.connect(lambda notice: self.said.append(notice.words))
        self.orders: queue.Queue[dict[str, Any]] = queue.Queue()
        self._timer = QTimer(interval=int(TAKE_S * 1000))
        self._timer.timeout.connect(self.take)
        self._timer.start()

    def take(self) -> None:
        """Do what was ordered."""
        while not self.orders.empty():
            order = self.orders.get()
            todo: Callable[..., Any] = getattr(self, order.pop("do"))
            print(json.dumps(todo(**order)), flush=True)

    def type(self, text: str) -> None:
        """At the end of the notes."""
        notes = self.page.overview.notes
        notes.moveCursor(notes.textCursor().MoveOperation.End)
        notes.insertPlainText(text)

    def save(self) -> None:
        self.page.save()

    def drag(self, visit: int, provider: int, to: str) -> None:
        """As the board does it: look, then move what was seen; a refusal slides the card back."""
        def seen(cards: tuple[Card, ...]) -> None:
            self.desk.act(self.page, "Moved", place, visit, version=cards[0].version, provider_ids=(provider,),
                          starts_at=datetime.fromisoformat(to), then=moved, otherwise=refused)  # fmt: skip

        def moved(_change: Change) -> None:
            self.drags["done"] += 1

        def refused(_error: object) -> None:
            self.drags["refused"] += 1

        self.desk.see(self.page, _cards, visit, then=seen, otherwise=refused)

    def state(self) -> dict[str, Any]:
        beat, machine, work = self.heart.longest()
        ready = self.page.job is not None
        return {
            "ready": ready, "text": self.page.overview.notes.toPlainText(), "dirty": ready and self.page.dirty(),
            "saving": self.page.keeping.saving, "connected": self.desk.live.connected, "told": self.page.draft.told.words(),
            "beat": beat, "machine": machine, "work": work, "said": self.said[-3:], **self.drags,
            "kept": [one.values.get("notes", "") for one in self.desk.shelf.all()] if self.desk.shelf.on_disk() else None,
        }  # fmt: skip

    def read(self) -> None:
        """On a thread: the orders."""
        for line in sys.stdin:
            self.orders.put(json.loads(line))


def _cards(tx: Any, visit: int) -> tuple[Card, ...]:
    return tuple(cards_of(tx, [visit]))


def main(address: str, home: str, user: str, job: str, started: str) -> None:
    if hasattr(signal, "SIGUSR1"):
        faulthandler.register(signal.SIGUSR1)  # a test that waited in vain asks where every thread stands
    app = create_app(theme_choice="light")
    typist = Typist(address, Path(home), int(user), int(job), started)
    threading.Thread(target=typist.read, daemon=True).start()
    app.exec()


if __name__ == "__main__":
    main(*sys.argv[1:])

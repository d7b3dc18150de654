"""Background work: rows written with the change that asks for them, claimed by pushing their due time forward.

A runner that dies lets go by itself. Claimed once is not done once: a handler that runs twice must do no harm, which
each handler in HANDLERS sees to by looking at the thing itself under lock.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import TableClause, select, update
from sqlalchemy.dialects import postgresql, sqlite

from fieldoffice.models.errors import Refused
from fieldoffice.models.log import Task
from fieldoffice.office import Office, Tx
from fieldoffice.services.dispatch.moves import release_hold
from fieldoffice.services.geocoding.queue import ASKED_ANEW
from fieldoffice.services.geocoding.working import Again, Connect, find_places
from fieldoffice.services.messages.sending import send_due
from fieldoffice.services.messages.ways import Post
from fieldoffice.services.requests.chores import REQUEST_TASKS
from fieldoffice.services.travel.choice import LOOK_AHEAD
from fieldoffice.services.travel.filling import Connect as Roads
from fieldoffice.services.travel.filling import find_drives, look_ahead

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=5)
EVERY_S = 10.0
BEAT_S = 60.0
BEAT_KEY = "runner"
QUIET = timedelta(minutes=10)
"""Without a beat for so long, the screen says that nobody does the background work."""
HANDLERS: dict[str, Callable[..., Any]] = {"release_hold": release_hold, **REQUEST_TASKS}
OUTSIDE: dict[str, Callable[..., Again | None]] = {"find_places": find_places, LOOK_AHEAD: find_drives}
"""Those that ask the network: they get the office and a way out, and no transaction while they wait for an answer."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A task that this runner may work on until its lease ends."""

    id: int
    kind: str
    about: dict[str, Any]
    due_at: datetime


def claim(tx: Tx) -> Claimed | None:
    """Take the task that is due longest, or None; nobody else gets it before the lease ends."""
    due = select(Task.id).where(Task.done_at.is_(None), Task.due_at <= tx.now).order_by(Task.due_at).limit(1)
    query = update(Task).where(
        Task.id == due.with_for_update(skip_locked=True).scalar_subquery(), Task.due_at <= tx.now
    )
    taken = query.values(due_at=tx.now + LEASE, tries=Task.tries + 1, last_error="").returning(Task.id, Task.kind, Task.about, Task.due_at)
    row = tx.session.execute(taken.execution_options(synchronize_session=False)).first()
    return None if row is None else Claimed(row[0], row[1], row[2], row[3])


def finish(tx: Tx, task_id: int, error: str = "") -> None:
    """Note how a task ended; with an error it comes again when its lease is over."""
    task = tx.get(Task, task_id, lock=True)
    task.last_error = error
    if not error:
        task.done_at = tx.now


def beat(tx: Tx) -> None:
    """Note that a runner is at work, once a minute: a row that is never due. It rings no topic and leaves no event."""
    insert = postgresql.insert if tx.office.shared else sqlite.insert
    table = cast(TableClause, Task.__table__)
    row = insert(table).values(kind="beat", key=BEAT_KEY, about={}, due_at=tx.now, done_at=tx.now, tries=0, last_error="")
    tx.session.connection().execute(row.on_conflict_do_update(index_elements=["key"], set_={"done_at": tx.now, "due_at": tx.now}))


def last_beat(tx: Tx) -> datetime | None:
    """When any runner of this office was last at work, None before the first."""
    return tx.session.scalar(select(Task.done_at).where(Task.key == BEAT_KEY))


def settle(tx: Tx, task_id: int, claimed: datetime, again: Again | None) -> None:
    """Note how a task ended that works in several goes: done, or when it comes again; at once if it was asked for anew."""
    task = tx.get(Task, task_id, lock=True)
    if task.due_at != claimed:
        return
    anew = again is None and task.last_error == ASKED_ANEW
    task.last_error = again.error if again else ""
    if again is None and not anew:
        task.done_at = tx.now
    else:
        task.due_at, task.about = (tx.now, {}) if again is None else (tx.now + again.wait, again.about)


def run_one(office: Office, geocoder: Connect | None = None, roads: Roads | None = None) -> bool:
    """Do one task that is due; False when there is none."""
    task = office.do(claim)
    if task is None:
        return False
    try:
        if task.kind in OUTSIDE:
            way = roads if task.kind == LOOK_AHEAD else geocoder
            office.do(settle, task.id, task.due_at, OUTSIDE[task.kind](office, way, **task.about))
            return True
        office.do(HANDLERS[task.kind], **task.about)
    except Refused as refusal:
        office.do(finish, task.id, str(refusal))
    except Exception as error:
        log.exception("task %s of kind %s failed", task.id, task.kind)
        office.do(finish, task.id, type(error).__name__)
    else:
        office.do(finish, task.id)
    return True


class Runner(threading.Thread):
    """One thread that does what is due, in any running desktop; `stop` ends it after the task at hand."""

    def __init__(self, office: Office, *, every_s: float = EVERY_S, geocoder: Connect | None = None, post: Post | None = None,
                 roads: Roads | None = None) -> None:  # fmt: skip
        """Without `geocoder`, addresses are placed by what is known on this computer only; without `post`, nothing is sent;
        without `roads`, no road server is asked."""
        super().__init__(name="tasks", daemon=True)
        self.office, self.every_s, self.geocoder, self._stop_asked = office, every_s, geocoder, threading.Event()
        self.post, self.roads = post, roads
        self._beaten = float("-inf")

    def run(self) -> None:
        while not self._stop_asked.is_set():
            try:
                self._beat()
                while self._one() and not self._stop_asked.is_set():
                    pass
                if self.post is not None:
                    send_due(self.office, self.post, stop=self._stop_asked.is_set)
            except Refused as refusal:  # the database is away: look again later
                log.warning("background tasks wait: %s", refusal)
            self._stop_asked.wait(self.every_s)

    def _beat(self) -> None:
        if time.monotonic() - self._beaten >= BEAT_S:
            if self.roads is not None and self._beaten < 0:
                self.office.do(look_ahead)
            self.office.do(beat)
            self._beaten = time.monotonic()

    def _one(self) -> bool:
        return run_one(self.office, self.geocoder, self.roads)

    def stop(self) -> None:
        self._stop_asked.set()
        if self.is_alive():
            self.join(5)

"""Background work: rows written with the change that asks for them, claimed by pushing their due time forward.

A runner that dies lets go by itself. Claimed once is not done once: a handler that runs twice must do no harm, which
each handler in HANDLERS sees to by looking at the thing itself under lock.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from fieldoffice.models.errors import Refused
from fieldoffice.models.log import Task
from fieldoffice.office import Office, Tx
from fieldoffice.services.dispatch.moves import release_hold

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=5)
EVERY_S = 10.0
HANDLERS: dict[str, Callable[..., Any]] = {"release_hold": release_hold}


@dataclass(frozen=True, slots=True)
class Claimed:
    """A task that this runner may work on until its lease ends."""

    id: int
    kind: str
    about: dict[str, Any]


def claim(tx: Tx) -> Claimed | None:
    """Take the task that is due longest, or None; nobody else gets it before the lease ends."""
    due = select(Task.id).where(Task.done_at.is_(None), Task.due_at <= tx.now).order_by(Task.due_at).limit(1)
    query = update(Task).where(
        Task.id == due.with_for_update(skip_locked=True).scalar_subquery(), Task.due_at <= tx.now
    )
    taken = query.values(due_at=tx.now + LEASE, tries=Task.tries + 1).returning(Task.id, Task.kind, Task.about)
    row = tx.session.execute(taken.execution_options(synchronize_session=False)).first()
    return None if row is None else Claimed(row[0], row[1], row[2])


def finish(tx: Tx, task_id: int, error: str = "") -> None:
    """Note how a task ended; with an error it comes again when its lease is over."""
    task = tx.get(Task, task_id, lock=True)
    task.last_error = error
    if not error:
        task.done_at = tx.now


def run_one(office: Office) -> bool:
    """Do one task that is due; False when there is none."""
    task = office.do(claim)
    if task is None:
        return False
    try:
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

    def __init__(self, office: Office, *, every_s: float = EVERY_S) -> None:
        super().__init__(name="tasks", daemon=True)
        self.office, self.every_s, self._stop_asked = office, every_s, threading.Event()

    def run(self) -> None:
        while not self._stop_asked.is_set():
            try:
                while run_one(self.office) and not self._stop_asked.is_set():
                    pass
            except Refused as refusal:  # the database is away: look again later
                log.warning("background tasks wait: %s", refusal)
            self._stop_asked.wait(self.every_s)

    def stop(self) -> None:
        self._stop_asked.set()
        if self.is_alive():
            self.join(5)

"""Backups by themselves: every half hour in which something changed, and at the end of the day's work.

Of several desktops on one database one makes them: whoever claims the half hour first.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from sqlalchemy import TableClause
from sqlalchemy.dialects import postgresql, sqlite

from fieldoffice import schema
from fieldoffice.engine import reading, told
from fieldoffice.models.errors import Refused
from fieldoffice.models.log import Task, Topic
from fieldoffice.office import Office, Tx
from fieldoffice.services.backups import rows
from fieldoffice.services.backups.form import BackupRow, glance
from fieldoffice.services.backups.keeping import newest, prune
from fieldoffice.services.backups.writing import back_up

log = logging.getLogger(__name__)
EVERY = timedelta(minutes=30)
LOOK_S = 60.0
KEY = "backup"
HALF_HOUR, AT_CLOSE = "every half hour", "at the end of work"


class Schedule(threading.Thread):
    """A thread of a desktop. `stop` makes the last backup, if something changed since the one before, and ends it."""

    def __init__(self, office: Office, folder: Callable[[], Path], *, now: Callable[[], datetime] = lambda: datetime.now(UTC),
                 look_s: float = LOOK_S) -> None:  # fmt: skip
        super().__init__(name="backups", daemon=True)
        self.office, self.folder, self.now, self.look_s = office, folder, now, look_s
        self.problem = ""
        self._stop_asked = threading.Event()

    def run(self) -> None:
        while not self._stop_asked.wait(self.look_s):
            self.tick()

    def tick(self) -> BackupRow | None:
        """Make a backup if one is due; what stands against it is kept in `problem` and tried again."""
        return self._try(self._due, HALF_HOUR)

    def stop(self, *, last: bool = True) -> None:
        self._stop_asked.set()
        if self.is_alive():
            self.join(120)
        if last:
            self._try(self.changed, AT_CLOSE)

    def changed(self) -> bool:
        """Whether anything changed since the newest backup: the counters of the topics say so."""
        latest = newest(self.folder())
        said = glance(latest.path) if latest is not None else None
        if said is None:
            return True
        with told(), reading(self.office.engine).connect() as connection:
            shape = rows.shape_of(connection, schema.tables_at(schema.head()))
            return rows.sum_of(connection, Topic.__tablename__, shape[Topic.__tablename__]) != said.tables.get(Topic.__tablename__)

    def _due(self) -> bool:
        latest = newest(self.folder())
        if latest is not None and timedelta(0) <= self.now() - latest.made_at < EVERY:
            return False
        return self.changed() and (not self.office.shared or self.office.do(claim))

    def _try(self, wanted: Callable[[], bool], why: str) -> BackupRow | None:
        try:
            if not wanted():
                return None
            made = back_up(self.office.engine, self.folder(), now=self.now(), why=why)
            prune(self.folder(), self.now())
        except Refused as refusal:
            self.problem = str(refusal)
            log.warning("no backup was made: %s", refusal)
            return None
        self.problem = ""
        return made


def claim(tx: Tx) -> bool:
    """Take this half hour's backup upon oneself; False when another desktop did."""
    insert = postgresql.insert if tx.office.shared else sqlite.insert
    row = insert(cast(TableClause, Task.__table__)).values(
        kind="beat", key=KEY, about={}, due_at=tx.now, done_at=tx.now, tries=0, last_error=""
    )
    done_at = Task.__table__.c.done_at
    taken = row.on_conflict_do_update(index_elements=["key"], set_={"done_at": tx.now, "due_at": tx.now},
                                      where=done_at <= tx.now - EVERY + timedelta(minutes=1))  # fmt: skip
    return tx.session.connection().execute(taken.returning(Task.__table__.c.id)).first() is not None

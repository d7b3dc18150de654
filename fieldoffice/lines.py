"""Lines to PostgreSQL that notice by themselves when nobody answers any more.

TCP alone does not: a stalled proxy or VPN still acknowledges every packet, and `tcp_user_timeout` does not exist on every
system. So a connection that hears nothing for a few seconds asks the server, over a line of its own, what became of its
work. A server that is busy with it may take its time; any other answer, or none, ends the connection.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.sql import SQL, Identifier

RV = TypeVar("RV")
LOOK_S = 3.0
"""Silence after which the server is asked."""
PROBE_S = 2.0
"""How long that question may take: nobody waits longer than five seconds for a dead line."""
BELL_CHECK_S = 10.0
AGAIN_S = 0.5
"""An answer may be on its way while we ask; only a second look counts."""


class _Probe(psycopg.Connection[Any]):
    """A connection on which every answer has to come at once."""

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        return super().wait(gen, interval=interval, timeout=timeout or PROBE_S)


class WatchedConnection(psycopg.Connection[Any]):
    """Ends itself, with an OperationalError, when the line is dead; whoever meets that error finds it closed."""

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        if timeout is not None:
            return super().wait(gen, interval=interval, timeout=timeout)
        try:
            return super().wait(self._watched(gen), interval=interval)
        except psycopg.OperationalError as error:
            if error.sqlstate is None:  # not the server's words, so it is the line's end
                self.pgconn.finish()  # a reset that the driver sees before libpq leaves it open and at work for ever
            raise

    def _watched(self, gen: PQGen[RV]) -> Generator[Any, Any, RV]:
        """`gen`, with a look at the server after each silence."""
        silent_since, doubts = time.monotonic(), 0
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if ready:
                    silent_since, doubts = time.monotonic(), 0
                elif time.monotonic() - silent_since > LOOK_S + doubts * AGAIN_S:
                    doubts = self._doubts(doubts)
                    silent_since = silent_since if doubts else time.monotonic()
                wanted = gen.send(ready)
        except StopIteration as end:
            return end.value

    def _doubts(self, before: int) -> int:
        """How often in a row the server said that it is not at work for us; raises when the line is dead."""
        if not self._probe(end=before > 0):
            return before + 1
        return 0

    def _probe(self, *, end: bool) -> bool:
        """Whether the server works for us. With `end`, a line that it does not work on is ended there and here."""
        pid = self.pgconn.backend_pid
        try:
            with _Probe.connect(**self._where(), autocommit=True) as probe:
                if _at_work(probe, pid):
                    return True
                if not end:
                    return False
                probe.execute("select pg_terminate_backend(%s)", (pid,))
        except psycopg.Error as error:
            if "FATAL" in str(error):  # it answered, if only that it takes no more connections
                return True
        self.pgconn.finish()
        raise psycopg.OperationalError("the line to the database is dead: nobody answered")

    def _where(self) -> dict[str, Any]:
        found: dict[str, Any] = {**self.info.get_parameters(), "connect_timeout": int(PROBE_S)}
        if self.info.password:
            found["password"] = self.info.password
        return found


def hear(raw: Any, channel: str, bell: Callable[[], None], stop: threading.Event) -> None:
    """Ring `bell` for each notice on a channel until `stop`; the connection is closed at the end. A dead line raises."""
    try:
        raw.autocommit = True
        raw.execute(SQL("listen {}").format(Identifier(channel)))
        bell()  # whatever came while nobody listened
        heard = time.monotonic()
        while not stop.is_set():
            for _ in raw.notifies(timeout=0.5, stop_after=1):
                bell()
            if time.monotonic() - heard > BELL_CHECK_S:  # a dead line rings no bell, and says nothing by itself
                raw.execute("select 1")
                heard = time.monotonic()
    finally:
        raw.close()


def _at_work(probe: _Probe, pid: int) -> bool:
    """Whether a backend computes; one that waits for us to take its answer does not."""
    row = probe.execute("select state, wait_event from pg_stat_activity where pid = %s", (pid,)).fetchone()
    return row is not None and row[0] == "active" and row[1] != "ClientWrite"

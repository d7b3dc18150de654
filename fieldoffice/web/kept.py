"""What pages show of the company, kept in memory for as long as no table has changed that it was read from.

Every commit that changes a table raises its topic, so one short question now and then tells whether what is kept still holds.
What is booked is judged by the database itself in any case: only what a page shows may be a moment old.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar, cast

from fieldoffice.office import Seat, Tx

R = TypeVar("R")
FRESH_S = 0.25
"""How old what a page shows may be. Asking each time would cost more than the page: threads wait for each other at every question."""
LONGEST_S = 60.0
"""Read anew after so long in any case: a file that was put back from a backup raises no topic."""


class Kept:
    """The answers of queries that depend on nothing but some tables: not on who asks, nor on the time."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._found: dict[str, tuple[tuple[int, ...], float, Any]] = {}  # by query: its tables' topics, when it was read, the answer
        self._topics: tuple[float, dict[str, int]] | None = None

    def see(self, door: Seat, query: Callable[[Tx], R], tables: tuple[str, ...]) -> R:
        """What the query answers; it is asked only where one of its tables has changed since."""
        known = self._stand(door)
        stand = tuple(known.get(table, 0) for table in tables)
        before, read, value = self._found.get(query.__qualname__, ((), 0.0, None))
        if stand != before or self._clock() - read > LONGEST_S:
            value, read = door.see(query), self._clock()
            self._found[query.__qualname__] = stand, read, value
        return cast(R, value)

    def forget(self) -> None:
        """Read everything anew with the next request."""
        self._topics = None
        self._found.clear()

    def _stand(self, door: Seat) -> dict[str, int]:
        """The topics, a moment old at most. They are read before what they stand for: what changes meanwhile is seen later."""
        with self._lock:
            known = self._topics
            if known is None or self._clock() - known[0] > FRESH_S:
                known = self._topics = self._clock(), door.office.topics()
            return known[1]

"""How often one address may ask. What changes something is counted in the database, what only looks in this program's memory."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

MOST_KEPT = 20_000


class Looks:
    """Counts what only reads, for every key in a window of time; forgets the oldest when there are too many keys."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._seen: dict[tuple[str, int], tuple[int, int]] = {}

    def over(self, key: str, most: int, per_s: int) -> int:
        """Count one more; 0 while it is within `most`, otherwise the seconds until the window ends."""
        now = self._clock()
        window = int(now // per_s)
        with self._lock:
            began, n = self._seen.pop((key, per_s), (window, 0))
            n = n + 1 if began == window else 1
            self._seen[(key, per_s)] = (window, n)
            if len(self._seen) > MOST_KEPT:
                del self._seen[next(iter(self._seen))]
        return 0 if n <= most else max(1, int((window + 1) * per_s - now))

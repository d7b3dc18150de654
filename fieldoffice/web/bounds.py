"""How much anybody may keep the server busy: connections for each address, seconds for a request, bytes a second."""

from __future__ import annotations

import contextlib
import sys
from collections import Counter
from dataclasses import dataclass

WANTED_FILES = 8192


@dataclass(frozen=True, slots=True)
class Bounds:
    """The figures; a test makes them smaller or takes them away."""

    header_s: float = 8.0  # for the TLS handshake, and for a request's header from the first byte or the last answer on
    idle_s: float = 5.0  # between two requests on one connection
    slowest: int = 20_000  # bytes a second that a body must bring, and an answer must be taken with, beyond the first seconds
    longest_s: float = 120.0  # for a body, however large it may be
    per_address: int = 64  # connections
    most: int = 4000  # connections in all
    waiting: int = 200  # requests that wait for a free thread; one more is told to come back
    header_bytes: int = 16_000

    def body_s(self, declared: int) -> float:
        """How long a body of so many bytes may take."""
        return min(self.longest_s, self.header_s + declared / self.slowest)


class Crowd:
    """Who is connected now. Used by one thread only."""

    def __init__(self, per_address: int, most: int) -> None:
        self.per_address, self.most, self.here = per_address, most, Counter[str]()
        self.all = 0

    def enter(self, address: str, *, counted: bool = True) -> bool:
        """Let one in; False where there are too many. Not `counted` by address: a proxy of ours, who speaks for many."""
        if self.all >= self.most or (counted and self.here[address] >= self.per_address):
            if not self.here[address]:
                del self.here[address]
            return False
        self.all += 1
        self.here[address] += 1
        return True

    def leave(self, address: str) -> None:
        self.all -= 1
        self.here[address] -= 1
        if self.here[address] <= 0:
            del self.here[address]


def raise_file_limit() -> int:
    """Let this program hold enough connections open; answers how many files it may hold now."""
    if sys.platform == "win32":
        return WANTED_FILES
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED_FILES if hard == resource.RLIM_INFINITY else min(WANTED_FILES, hard)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return WANTED_FILES
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]

"""Asking a road server for the drives that are not known yet: in blocks, each kept as soon as it is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Protocol

from fieldoffice.models.errors import Refused
from fieldoffice.office import Seat
from fieldoffice.services.geo import Point
from fieldoffice.services.travel.cache import NO_WAY, Unknown, keep_answers, missing
from fieldoffice.services.travel.drives import Answer, key_of

BLOCK = 50
"""So many places on each side of a request: what the servers allow as they come."""
Drive = tuple[int, int] | None
"""Whole seconds and meters; None where there is no way."""


class RoadServer(Protocol):
    """Somebody who knows roads: one row for each origin, one entry for each destination. Refuses in words."""

    def table(self, origins: Sequence[Point], destinations: Sequence[Point]) -> list[list[Drive]]: ...


@dataclass(frozen=True)
class Gathered:
    """How it went: drives asked and kept, and why it ended early ("" when it did not)."""

    kept: int
    failed: str = ""


def gather(seat: Seat, unknown: Unknown, server: RoadServer, *, step: Callable[[int, int], bool] | None = None) -> Gathered:
    """Ask for everything that is missing and keep it; never called on a screen's thread.

    `step(done, of)` is told after every block and says whether to go on. A server that fails is not asked again: what was
    kept stays, the rest is estimated.
    """
    gaps = seat.see(missing, unknown)
    blocks = [block for block in _blocks(unknown.points) if _wanted(block, gaps)]
    kept = 0
    for n, (origins, destinations) in enumerate(blocks, start=1):
        try:
            answers = [*_answers(origins, destinations, server.table(origins, destinations))]
        except Refused as fault:
            return Gathered(kept, str(fault))
        kept += seat.do(keep_answers, unknown.choice, answers)
        if step is not None and not step(n, len(blocks)):
            return Gathered(kept, "stopped")
    return Gathered(kept)


def _blocks(points: Sequence[Point]) -> Iterator[tuple[Sequence[Point], Sequence[Point]]]:
    parts = [points[at : at + BLOCK] for at in range(0, len(points), BLOCK)]
    return product(parts, parts)


def _wanted(block: tuple[Sequence[Point], Sequence[Point]], gaps: set[tuple[str, str]]) -> bool:
    return any((key_of(a), key_of(b)) in gaps for a, b in product(*block))


def _answers(origins: Sequence[Point], destinations: Sequence[Point], rows: list[list[Drive]]) -> Iterator[Answer]:
    for a, row in zip(origins, rows, strict=True):
        for b, drive in zip(destinations, row, strict=True):
            if key_of(a) != key_of(b):
                seconds, meters = drive or (NO_WAY, NO_WAY)
                yield key_of(a), key_of(b), seconds, meters

"""A run of statements from its start to its end, step by step: each step is a short transaction of its own.

Killed or stopped anywhere, the same call goes on where it was: what is made, drawn and written to the outbox is known by the
statements themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from fieldoffice.services.collecting.papers import ToDraw, keep_papers, undrawn
from fieldoffice.services.collecting.runs import make_next, stop_run
from fieldoffice.services.documents.statementpaper import StatementPaper
from fieldoffice.services.exchange.ledger import Progress

STEP = 10
"""Statements of one transaction."""
Draw = Callable[[StatementPaper], bytes]


class Door(Protocol):
    """An office, or a seat in it."""

    def see(self, query: Callable[..., Any], *args: Any, **kw: Any) -> Any: ...
    def do(self, service: Callable[..., Any], *args: Any, **kw: Any) -> Any: ...


def carry_out(door: Door, run_id: int, draw: Draw, progress: Progress | None = None) -> bool:
    """Make and draw all statements of a run; whether it came to its end. Canceled in between, the run is stopped."""
    told = progress or Progress()
    done = False
    while not done and not told.canceled.is_set():
        made = door.do(make_next, run_id, STEP)
        done = made.done
        told.what, told.done, told.total = "made", made.made, made.count
    if done:
        _draw_all(door, run_id, draw, told)
    if told.canceled.is_set():
        door.do(stop_run, run_id)
    return not told.canceled.is_set()


def _draw_all(door: Door, run_id: int, draw: Draw, told: Progress) -> None:
    told.what, told.done = "drawn", 0
    while not told.canceled.is_set():
        some: tuple[ToDraw, ...] = door.see(undrawn, run_id, STEP)
        if not some:
            return
        door.do(keep_papers, [(one.id, draw(one.paper)) for one in some])
        told.done += len(some)

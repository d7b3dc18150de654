"""Optimizing beside the board: reasons and figures of large days, offers, and how long the screen is held up by a search."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from statistics import median
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from fieldoffice.services.planning.day import DayPlan, day_plan
from fieldoffice.services.planning.proposal import propose
from fieldoffice.services.routing.explain import explain
from fieldoffice.services.routing.insertion import insert_all
from fieldoffice.services.routing.offers import OpenDay
from fieldoffice.services.routing.solve import solve
from tests.bench.bench_board import crowded_board
from tests.routing.days import bench_folder, day

DAYS = ((12, 200), (100, 1_000))
"""Providers and visits."""


def measures() -> Iterator[tuple[str, float, str]]:
    """(name, value, text), smaller is better."""
    for providers, visits in DAYS:
        yield from _reasons(providers, visits)
        yield from _heartbeat(providers, visits)
    if bench_folder() is not None:
        yield from _offers()


def morning(providers: int, visits: int) -> DayPlan:
    """A crowded day before it began."""
    seen = crowded_board(providers, visits)
    return day_plan(replace(seen, now=seen.now - timedelta(hours=12)))


def _reasons(providers: int, visits: int) -> Iterator[tuple[str, float, str]]:
    made = morning(providers, visits)
    solved = solve(made.problem, seconds=1, iterations=2_000, start=made.today)
    for name, work in (("reasons", lambda: explain(made.problem, solved.plan)), ("proposal", lambda: propose(made, solved))):
        began = time.thread_time()
        work()
        spent = time.thread_time() - began
        yield f"{name} {providers} x {visits}", spent, f"{spent:.2f} CPU s"


def _offers() -> Iterator[tuple[str, float, str]]:
    """One more visit in a day of 360 providers."""
    problem = day("n2000")
    new = problem.visits[::20]
    few = replace(problem, visits=tuple(visit for n, visit in enumerate(problem.visits) if n % 3))
    opened, spent = OpenDay(few, insert_all(few)), list[float]()
    for visit in new:
        began = time.thread_time()
        opened.offers(replace(visit, pinned=None), problem.travel.seconds[:, visit.place], problem.travel.seconds[visit.place])
        spent.append(time.thread_time() - began)
    told = f"{1000 * median(spent):.1f} ms median, {1000 * max(spent):.1f} ms at most, {len(problem.providers)} providers"
    yield "offers for one visit n2000", median(spent), told


class _Desk(QObject):
    """As much of a desk as a search needs: the day is at hand."""

    def __init__(self, made: DayPlan) -> None:
        from fieldoffice.ui.background import Background

        super().__init__()
        self.made, self.background, self.seat = made, Background(), None

    def see(self, asker: QObject, _query: Any, *_args: Any, then: Any, otherwise: Any = None) -> None:
        self.background.ask(asker, lambda: self.made, then, otherwise)


def _heartbeat(providers: int, visits: int) -> Iterator[tuple[str, float, str]]:
    """The longest gap of a heart that beats every 5 ms on the Qt thread, from Start until the plan is shown."""
    from fieldoffice.ui.planning.search import Search

    app = QApplication.instance() or QApplication(["bench"])
    made = morning(providers, visits)
    desk, parent, found, beats = _Desk(made), QObject(), list[Any](), [time.monotonic()]
    search = Search(desk, parent)  # type: ignore[arg-type]
    search.worker.warm()
    heart = QTimer(interval=5, timerType=Qt.TimerType.PreciseTimer)
    search.found.connect(lambda proposal: (found.append(proposal), heart.stop()))
    heart.timeout.connect(lambda: beats.append(time.monotonic()))
    heart.start()
    idle = _longest(app, beats, lambda: False, 8)  # the planner's process is ready by then
    search.start(made.on, made.scope, 3)
    gap = _longest(app, beats, lambda: bool(found), 120)
    search.worker.close()
    desk.background.stop()
    yield f"longest gap of the screen {providers} x {visits}", gap, f"{1000 * gap:.0f} ms; {1000 * idle:.0f} ms with nothing to do"


def _longest(app: Any, beats: list[float], done: Callable[[], bool], limit_s: float) -> float:
    """The longest gap between two beats until it is done."""
    beats[:] = [time.monotonic()]
    while not done() and time.monotonic() - beats[0] < limit_s:
        app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
    return max(b - a for a, b in pairwise(beats))


if __name__ == "__main__":
    for measure, value, text in measures():
        print(f"{measure:44} {value:10.4f}  {text}", flush=True)

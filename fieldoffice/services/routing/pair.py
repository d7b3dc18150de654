"""Two searches at once, each on a core of its own: the second one sets out with another seed, and the better plan counts.

The second search stands back for everything else on the machine. It tells of its plans through the first one's watch, so that
whoever listens hears one search. With a number of iterations both go to their end, whatever the machine: the same seed then
gives the same two plans, and of equal ones the first search's is taken.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from fieldoffice.services.routing import search
from fieldoffice.services.routing.problem import Plan, Problem
from fieldoffice.services.routing.tables import tables_of
from fieldoffice.services.routing.watch import Progress, Watch

APART = 2**20
"""What the second seed is above the first: pressing again with the next seed is new for both."""
NICER = 10
WAIT_S = 0.05


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def improve_both(problem: Problem, first: Plan, watch: Watch) -> tuple[Plan, Plan]:
    """The plans of both searches, the one with the watch's own seed first."""
    tables_of(problem)
    other = _Other(problem, first, watch)
    watch.should_stop, outer = other.looked_after(watch.should_stop), watch.should_stop
    other.thread.start()
    try:
        own = search.improve(problem, first, watch)
        other.over = watch.iterations is None
        while other.thread.is_alive():
            other.thread.join(WAIT_S)
            watch.stopped()
    finally:
        other.over, watch.should_stop = True, outer
        other.thread.join()
    if other.fault is not None:
        raise other.fault
    return own, other.plan


@dataclass
class _Following(Watch):
    """The second search's watch: its share of the budget is the first one's, so that both cool and end together."""

    leader: Watch = field(default_factory=lambda: Watch(0))

    def share(self) -> float:
        return self.leader.shown


@dataclass
class _Other:
    """The second search; `over` asks it to stop, `plan` is its result."""

    problem: Problem
    first: Plan
    leader: Watch
    over: bool = False
    fault: BaseException | None = None
    latest: Progress | None = None

    def __post_init__(self) -> None:
        self.plan = self.first
        self.thread = threading.Thread(target=self._run, name="second search", daemon=True)

    def looked_after(self, should_stop: Callable[[], bool] | None) -> Callable[[], bool]:
        """The first search's stop question, which also passes on what the second one found and passes the stop on to it."""

        def asked() -> bool:
            told, self.latest = self.latest, None
            if told is not None and told.plan is not None:
                self.leader.note(told.score.total)
                self.leader.tell(told.engine, told.score, told.plan)
            self.over = self.over or (should_stop is not None and should_stop())
            return self.over

        return asked

    def _run(self) -> None:
        try:
            _stand_back()
            settings = self.leader
            watch = _Following(
                settings.seconds,
                settings.seed + APART,
                settings.iterations,
                on_progress=self._told,
                should_stop=lambda: self.over,
                leader=settings,
            )
            self.plan = search.improve(self.problem, self.first, watch)
        except BaseException as fault:
            self.fault = fault

    def _told(self, progress: Progress) -> None:
        if progress.plan is not None:
            self.latest = progress


def _stand_back() -> None:
    """Let everything else on the machine go before this thread, where the system can do that for one thread."""
    if sys.platform == "linux":
        thread = threading.get_native_id()
        nice = os.getpriority(os.PRIO_PROCESS, thread)
        os.setpriority(os.PRIO_PROCESS, thread, min(19, nice + NICER))
    elif sys.platform == "win32":
        import ctypes

        ctypes.windll.kernel32.SetThreadPriority(ctypes.windll.kernel32.GetCurrentThread(), -1)

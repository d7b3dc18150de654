"""The run of one solve: its budget, its stop flag, and the story of its best value."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from fieldoffice.services.routing.problem import Plan, Score

WALL_FACTOR = 4
"""Real time may be this many times the CPU budget (on a busy machine) before a solve ends all the same."""
REPORT_EVERY_S = 0.2
Step = tuple[float, int]
"""Elapsed CPU seconds and the total at that time."""


@dataclass(frozen=True)
class Progress:
    """How far a solve is: CPU seconds, the engine at work, the best score so far, and its plan when it is new."""

    elapsed_s: float
    engine: str
    score: Score
    plan: Plan | None


@dataclass
class Watch:
    """Counts CPU seconds of its own thread, so that a busy machine does not make plans worse than an idle one."""

    seconds: float
    seed: int = 1
    iterations: int | None = None
    on_progress: Callable[[Progress], None] | None = None
    should_stop: Callable[[], bool] | None = None
    patient: bool = False
    """Spend the CPU budget however long that takes on a busy machine: for measuring, not for people who wait."""
    history: list[Step] = field(default_factory=list[Step])
    shown: float = 0.0
    """The share that was told last; another thread may read it."""
    _began: float = field(default_factory=time.thread_time)
    _began_wall: float = field(default_factory=time.monotonic)
    _told: float = -1.0
    _best: Score | None = None

    def elapsed(self) -> float:
        return time.thread_time() - self._began

    def left(self) -> float:
        """Seconds of the budget still to spend."""
        return max(0.0, self.seconds - self.elapsed())

    def share(self) -> float:
        """How much of the budget is spent, 0 to 1, by CPU or by real time, whichever is further."""
        self.shown = self._share()
        return self.shown

    def over(self) -> bool:
        """The budget is spent, or somebody said stop. With a number of iterations only a stop counts."""
        return self.stopped() or (self.iterations is None and self._spent())

    def stopped(self) -> bool:
        return self.should_stop is not None and self.should_stop()

    def due(self) -> bool:
        """Whether it is time to tell of progress again."""
        return time.monotonic() - self._told >= REPORT_EVERY_S

    def note(self, total: int) -> None:
        """Remember a total, if it is better than all before."""
        if not self.history or total < self.history[-1][1]:
            self.history.append((round(self.elapsed(), 4), total))

    def tell(self, engine: str, score: Score, plan: Plan) -> None:
        """Pass on a plan, if it is better than what was told before; else only that the work goes on."""
        if self._best is None or score.total < self._best.total:
            self._best = score
            self._pass_on(engine, score, plan)
        else:
            self.tick(engine)

    def tick(self, engine: str) -> None:
        """Say that the work goes on, with the best score so far."""
        if self._best is not None:
            self._pass_on(engine, self._best, None)

    def _pass_on(self, engine: str, score: Score, plan: Plan | None) -> None:
        self._told = time.monotonic()
        if self.on_progress is not None:
            self.on_progress(Progress(round(self.elapsed(), 3), engine, score, plan))

    def _share(self) -> float:
        if self.seconds <= 0:
            return 1.0
        by_clock = 0.0 if self.patient else (time.monotonic() - self._began_wall) / (WALL_FACTOR * self.seconds + 1)
        return min(1.0, max(self.elapsed() / self.seconds, by_clock))

    def _spent(self) -> bool:
        return self.share() >= 1.0

"""What runs inside the planner's process: it waits for a day, solves it, and reports on the way."""

from __future__ import annotations

import signal
import traceback
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

from fieldoffice.models.errors import Refused
from fieldoffice.services.routing.problem import Plan, Problem
from fieldoffice.services.routing.solve import Solved, solve
from fieldoffice.services.routing.watch import Progress


@dataclass(frozen=True)
class SolveSettings:
    """How to solve: CPU seconds, seed, engine (best, sisr, ortools, greedy), today's plan, iterations instead of seconds.

    `seeds`: one search, or two beside each other; None: two where the machine has a second core, and one with iterations, so
    that the plan is the same on every machine.
    """

    seconds: float
    seed: int = 1
    engine: str = "best"
    start: Plan | None = None
    iterations: int | None = None
    seeds: int | None = None


@dataclass(frozen=True)
class Ask:
    """Solve this."""

    ticket: int
    problem: Problem
    settings: SolveSettings


@dataclass(frozen=True)
class Cancel:
    """Stop this solve and send the best plan so far."""

    ticket: int


@dataclass(frozen=True)
class Quit:
    """End the process."""


@dataclass(frozen=True)
class Finished:
    """The end of a run, cancelled or not."""

    solved: Solved


@dataclass(frozen=True)
class Failed:
    """The solve was refused or broke down; `detail` is for the log."""

    words: str
    detail: str = ""


def serve(connection: Connection) -> None:
    """Answer solves until told to quit or until the program at the other end is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    from fieldoffice.services.routing import warm  # here: the screen's process imports this module too

    warm.load()
    try:
        while not isinstance(message := connection.recv(), Quit):
            if isinstance(message, Ask):
                _Run(connection, message).solve()
    except (EOFError, OSError, _Gone):
        return


def _seeds(settings: SolveSettings) -> int:
    from fieldoffice.services.routing.pair import cores  # here: the screen's process imports this module too

    if settings.seeds is not None:
        return settings.seeds
    return 2 if settings.iterations is None and cores() > 1 else 1


class _Gone(Exception):
    """The program quit or is gone in the middle of a solve."""


@dataclass
class _Run:
    connection: Connection
    ask: Ask
    cancelled: bool = field(default=False)

    def solve(self) -> None:
        settings = self.ask.settings
        try:
            solved = solve(
                self.ask.problem,
                seconds=settings.seconds,
                seed=settings.seed,
                engine=settings.engine,
                start=settings.start,
                iterations=settings.iterations,
                on_progress=self._send,
                should_stop=self._stop,
                seeds=_seeds(settings),
            )
        except Refused as refusal:
            self._send(Failed(str(refusal)))
        except (_Gone, EOFError, OSError):
            raise
        except Exception:
            self._send(Failed("The planner could not plan this day.", traceback.format_exc()))
        else:
            self._send(Finished(solved))

    def _send(self, message: Progress | Finished | Failed) -> None:
        self.connection.send((self.ask.ticket, message))

    def _stop(self) -> bool:
        while self.connection.poll():
            message = self.connection.recv()
            if isinstance(message, Quit):
                raise _Gone
            self.cancelled |= isinstance(message, Cancel) and message.ticket == self.ask.ticket
        return self.cancelled

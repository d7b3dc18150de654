"""The planner's own process, kept warm: solving never holds up a screen, and a planner that dies takes nothing with it.

`Worker` belongs to one thread (or one timer) at a time; none of its calls waits for the planner. The program's main module
calls `multiprocessing.freeze_support()` first.
"""

from __future__ import annotations

import multiprocessing
import queue
import threading
import time
from dataclasses import dataclass
from multiprocessing.context import SpawnProcess
from typing import Any

from fieldoffice.models.errors import NotAllowed, Refused
from fieldoffice.services.routing.planner import Ask, Cancel, Failed, Finished, Quit, SolveSettings, serve
from fieldoffice.services.routing.problem import Problem
from fieldoffice.services.routing.solve import Solved, solve
from fieldoffice.services.routing.watch import Progress

CANCEL_WAIT_S = 5.0
"""A planner that has not answered a cancel after this time is ended; its best plan so far counts."""
START_WAIT_S = 60.0
"""The same for a planner that has not reported anything yet: its process may still be starting on a busy machine."""
DIED = "The planner stopped unexpectedly. Nothing was changed; press Optimize again."

__all__ = ["Finished", "Progress", "SolveSettings", "Worker"]


@dataclass
class _Child:
    """One planner process with its two ends of talk; a thread of its own sends, so that a large day never blocks."""

    process: SpawnProcess
    connection: Any
    outbox: queue.SimpleQueue[Any]
    sender: threading.Thread | None = None

    @classmethod
    def spawn(cls) -> _Child:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=serve, args=(theirs,), name="fieldoffice planner", daemon=True)
        process.start()
        theirs.close()
        child = cls(process, ours, queue.SimpleQueue())
        child.sender = threading.Thread(target=child._send_all, name="planner outbox", daemon=True)
        child.sender.start()
        return child

    def _send_all(self) -> None:
        while (message := self.outbox.get()) is not None:
            try:
                self.connection.send(message)
            except (OSError, ValueError):
                return

    def end(self) -> None:
        """Stop the process for good, whatever it is doing."""
        self.outbox.put(None)
        self.process.kill()
        self.process.join(5)
        self.connection.close()
        if self.sender is not None:
            self.sender.join(5)


class Worker:
    """Solves one day at a time in a child process: `start`, then `poll` until it returns a `Finished`."""

    def __init__(self) -> None:
        self._child: _Child | None = None
        self._problem: Problem | None = None
        self._ticket = 0
        self._best: Progress | None = None
        self._cancelled_at: float | None = None

    @property
    def running(self) -> bool:
        """Whether a solve is under way."""
        return self._problem is not None

    def warm(self) -> None:
        """Start the process now, so that the first solve does not wait for it."""
        if self._child is None or not self._child.process.is_alive():
            self._drop()
            self._child = _Child.spawn()

    def start(self, problem: Problem, settings: SolveSettings) -> None:
        """Begin a solve; refused while another one runs."""
        if self.running:
            raise NotAllowed("The planner is still at work; cancel that run first.")
        self.warm()
        self._problem, self._best, self._cancelled_at = problem, None, None
        self._ticket += 1
        self._tell(Ask(self._ticket, problem, settings))

    def poll(self) -> list[Progress | Finished]:
        """What was reported since the last call, in order; a `Finished` ends the run.

        Refused when the planner died or gave up; the next `start` uses a new process.
        """
        messages: list[Progress | Finished] = []
        for ticket, message in self._received():
            if ticket != self._ticket or not self.running:
                continue
            messages.append(self._taken(message))
        if self.running and self._overdue():
            messages.append(self._cut_off())
        return messages

    def cancel(self) -> None:
        """Ask the planner to stop; `poll` then returns the best plan so far as `Finished`."""
        if self.running and self._cancelled_at is None:
            self._cancelled_at = time.monotonic()
            self._tell(Cancel(self._ticket))

    def close(self) -> None:
        """End the process; a run under way is given up."""
        self._problem = None
        if self._child is not None:
            self._tell(Quit())
            self._child.process.join(0.5)
        self._drop()

    def _tell(self, message: Ask | Cancel | Quit) -> None:
        if self._child is not None:
            self._child.outbox.put(message)

    def _received(self) -> list[tuple[int, Progress | Finished | Failed]]:
        received: list[tuple[int, Progress | Finished | Failed]] = []
        try:
            while self._child is not None and self._child.connection.poll():
                received.append(self._child.connection.recv())
        except (EOFError, OSError):
            self._died(received)
        return received

    def _died(self, received: list[tuple[int, Progress | Finished | Failed]]) -> None:
        self._drop()
        if self.running and not any(isinstance(message, Finished | Failed) for _, message in received):
            self._problem = None
            raise Refused(DIED, key="planner_died")

    def _taken(self, message: Progress | Finished | Failed) -> Progress | Finished:
        if isinstance(message, Progress):
            self._best = message if message.plan is not None else self._best
            return message
        self._problem = None
        if isinstance(message, Failed):
            raise Refused(message.words, key="planner_failed", detail=message.detail)
        return message

    def _overdue(self) -> bool:
        wait_s = CANCEL_WAIT_S if self._best is not None else START_WAIT_S
        return self._cancelled_at is not None and time.monotonic() - self._cancelled_at > wait_s

    def _cut_off(self) -> Finished:
        """End a planner that does not listen; what it reported last is the result."""
        problem, best = self._problem, self._best
        self._drop()
        self._problem = None
        if problem is None or best is None or best.plan is None:
            raise Refused("The planner was ended before it had a plan. Nothing was changed.", key="planner_ended")
        return Finished(_verified(problem, best))

    def _drop(self) -> None:
        if self._child is not None:
            self._child.end()
            self._child = None


def _verified(problem: Problem, best: Progress) -> Solved:
    """The reported plan, put through the verifier once more without searching on."""
    return solve(problem, seconds=0, engine="greedy", start=best.plan)

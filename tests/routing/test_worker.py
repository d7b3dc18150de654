"""The planner's process: progress arrives, a cancel keeps the best plan, a dead planner is said in words."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from fieldoffice.models.errors import NotAllowed, Refused
from fieldoffice.services.routing.check import check, score_of
from fieldoffice.services.routing.insertion import insert_all
from fieldoffice.services.routing.worker import Finished, Progress, SolveSettings, Worker
from tests.routing.days import town

PROBLEM = town(11, visits=60, providers=6)


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    worker = Worker()
    yield worker
    worker.close()


def until(
    worker: Worker, enough: Callable[[list[Progress | Finished]], bool], *, most_s: float = 60
) -> list[Progress | Finished]:
    """Poll as a timer would, until enough has come."""
    messages: list[Progress | Finished] = []
    give_up = time.monotonic() + most_s
    while not enough(messages):
        assert time.monotonic() < give_up, "the planner did not report in time"
        messages += worker.poll()
        time.sleep(0.02)
    return messages


def finished(messages: list[Progress | Finished]) -> bool:
    return any(isinstance(message, Finished) for message in messages)


@pytest.mark.requirement("0.14")
def test_progress_arrives_and_the_plan_at_the_end(worker: Worker) -> None:
    worker.start(PROBLEM, SolveSettings(seconds=1.5, seed=3))
    assert worker.running
    messages = until(worker, finished)
    progress = [message for message in messages if isinstance(message, Progress)]
    assert len(progress) >= 3
    assert progress[0].plan is not None
    last = messages[-1]
    assert isinstance(last, Finished)
    solved = last.solved
    assert check(PROBLEM, solved.plan, excused=frozenset(solved.pins_missed)).accepted
    assert solved.score == score_of(PROBLEM, solved.plan)
    assert solved.score.total < score_of(PROBLEM, insert_all(PROBLEM)).total
    assert not worker.running


@pytest.mark.requirement("0.14")
def test_a_cancel_keeps_the_best_so_far(worker: Worker) -> None:
    worker.start(PROBLEM, SolveSettings(seconds=120))
    seen = until(worker, lambda messages: len(messages) >= 3)
    worker.cancel()
    last = until(worker, finished)[-1]
    assert worker._child is not None  # it answered by itself and stays warm
    assert isinstance(last, Finished)
    assert last.solved.score.total <= min(m.score.total for m in seen if isinstance(m, Progress))
    assert check(PROBLEM, last.solved.plan, excused=frozenset(last.solved.pins_missed)).accepted


def test_a_second_start_is_refused_while_the_first_runs(worker: Worker) -> None:
    worker.start(PROBLEM, SolveSettings(seconds=120))
    with pytest.raises(NotAllowed, match="still at work"):
        worker.start(PROBLEM, SolveSettings(seconds=1))
    worker.cancel()
    until(worker, finished)


def test_a_refusal_of_the_planner_is_passed_on(worker: Worker) -> None:
    worker.start(PROBLEM, SolveSettings(seconds=1, engine="magic"))
    with pytest.raises(Refused, match="There is no engine magic"):
        until(worker, finished)
    assert not worker.running


def test_a_planner_that_dies_is_said_in_words_and_the_next_one_works(worker: Worker) -> None:
    worker.start(PROBLEM, SolveSettings(seconds=120))
    until(worker, bool)
    child = worker._child
    assert child is not None
    assert child.process.pid
    os.kill(child.process.pid, signal.SIGKILL)
    with pytest.raises(Refused, match="The planner stopped unexpectedly"):
        until(worker, finished)
    assert not worker.running
    worker.start(PROBLEM, SolveSettings(seconds=0.2))
    assert isinstance(until(worker, finished)[-1], Finished)


def test_a_planner_that_does_not_listen_is_ended_and_its_last_plan_counts(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fieldoffice.services.routing.worker.CANCEL_WAIT_S", 0.3)
    worker.start(PROBLEM, SolveSettings(seconds=120))
    until(worker, lambda messages: any(isinstance(m, Progress) and m.plan for m in messages))
    child = worker._child
    assert child is not None
    assert child.process.pid
    os.kill(child.process.pid, signal.SIGSTOP)
    worker.cancel()
    last = until(worker, finished)[-1]
    assert isinstance(last, Finished)
    assert check(PROBLEM, last.solved.plan, excused=frozenset(last.solved.pins_missed)).accepted
    assert not child.process.is_alive()


def test_start_and_cancel_do_not_wait_for_the_planner() -> None:
    cold = Worker()
    try:
        began = time.monotonic()
        cold.start(PROBLEM, SolveSettings(seconds=60))
        cold.cancel()
        assert cold.poll() == []
        assert time.monotonic() - began < 1.5
        assert isinstance(until(cold, finished)[-1], Finished)
    finally:
        cold.close()


def test_closing_twice_or_before_anything_ran_is_harmless() -> None:
    idle = Worker()
    idle.close()
    idle.close()
    assert not idle.running


def test_closing_ends_the_process_and_its_thread() -> None:
    before = set(threading.enumerate())
    worker = Worker()
    worker.warm()
    child = worker._child
    assert child is not None
    worker.close()
    assert not child.process.is_alive()
    assert {t.name for t in set(threading.enumerate()) - before if t.is_alive()} == set()

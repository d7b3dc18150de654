"""Real processes for tests of races and faults: quick to start, watched, and gone at the end.

They are forked from one server process that has loaded the program, and never inherit a connection.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

import pytest

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(
    ["tests.faults.desks", "pysqlite3", "sqlalchemy.dialects.sqlite.pysqlite", "sqlalchemy.dialects.postgresql.psycopg"]
)
LONG = bool(os.environ.get("FIELDOFFICE_LONG"))
PATIENCE_S = 120  # for one round
ANSWER_S = 2400 if LONG else 200  # for all rounds of one race; a desk that dies is noticed at once


TIMED = pytest.mark.timeout(3600 if LONG else 240)


def rounds(few: int, many: int) -> int:
    """How often a race or a fault is tried: a few times by default, `many` in the long run."""
    return many if LONG else few


def race(work: Callable[..., Any], desks: int, *args: Any) -> list[Any]:
    """`work(desk, barrier, *args)` in `desks` processes at once; their answers in order. An error there fails here."""
    barrier = CONTEXT.Barrier(desks, timeout=PATIENCE_S)
    with _started([(_answer, (work, desk, barrier, *args)) for desk in range(desks)]) as (lines, _):
        answers = [_heard(line) for line in lines]
    wrong = [said for fine, said in answers if not fine]
    assert not wrong, "\n".join(wrong)
    return [said for _, said in answers]


@contextmanager
def running(work: Callable[..., Any], *args: Any) -> Iterator[tuple[Any, Connection]]:
    """One process doing `work(pipe, *args)`, with the other end of the pipe; killed at the end if it is still there."""
    with _started([(work, args)]) as (lines, processes):
        yield processes[0], lines[0]


def kill(process: Any) -> None:
    """kill -9, and wait until it is gone."""
    os.kill(process.pid, signal.SIGKILL)
    process.join(PATIENCE_S)
    assert process.exitcode == -signal.SIGKILL


def acknowledged(line: Connection) -> list[Any]:
    """Everything that a process said before it fell silent."""
    said: list[Any] = []
    try:
        while line.poll(0.2):
            said.append(line.recv())
    except (EOFError, ConnectionResetError):
        pass
    return said


@contextmanager
def _started(works: list[tuple[Callable[..., Any], tuple[Any, ...]]]) -> Iterator[tuple[list[Connection], list[Any]]]:
    lines, processes = [], []
    try:
        for work, args in works:
            here, there = CONTEXT.Pipe(duplex=False)
            process = CONTEXT.Process(target=work, args=(there, *args), daemon=True)
            process.start()
            there.close()
            lines.append(here)
            processes.append(process)
        yield lines, processes
    finally:
        for process in processes:
            process.join(0.5 if process.exitcode is None else 0)
            process.kill()
            process.join()
        for line in lines:
            line.close()


def _answer(line: Connection, work: Callable[..., Any], desk: int, barrier: Any, *args: Any) -> None:
    try:
        line.send((True, work(desk, barrier, *args)))
    except BaseException:
        barrier.abort()
        line.send((False, traceback.format_exc()))


def _heard(line: Connection) -> tuple[bool, Any]:
    deadline = time.monotonic() + ANSWER_S
    while not line.poll(0.5):
        assert time.monotonic() < deadline, "a process did not answer"
    try:
        return line.recv()
    except EOFError:
        return False, "a process died"

"""A line that nobody answers on: noticed within seconds, locks let go, nothing half done; a slow server is left in peace."""

from __future__ import annotations

import threading
import time
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from fieldoffice import lines
from fieldoffice.engine import UNREACHABLE
from fieldoffice.models.customer import Customer
from fieldoffice.models.errors import WorldFault
from fieldoffice.office import Office, Tx
from tests import make
from tests.faults.notes import write_note, written
from tests.faults.processes import LONG, TIMED, rounds
from tests.faults.proxy import Proxy

pytestmark = [pytest.mark.parametrize("kind", ["postgres"]), TIMED]
LOOK_S = lines.LOOK_S if LONG else 1.0
"""The first silence is shortened by default: these tests mostly wait. The windows of the other tests keep their own."""
NOTICED_S = LOOK_S + 11.0
"""Two dead lines one after another (the one in use, then a new call), on a machine that is busy with other things."""


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LOOK_S", LOOK_S)


def test_a_stalled_line_is_given_up_within_seconds_and_used_again_when_it_flows(office: Office, desk: Office, line: Proxy) -> None:
    for n in range(rounds(1, 50)):
        desk.see(lambda tx: tx.now)
        line.stall()
        began = time.monotonic()
        with pytest.raises(WorldFault) as told:
            desk.do(write_note, f"note {n}")
        assert time.monotonic() - began < NOTICED_S
        assert told.value.key == UNREACHABLE
        line.flow_again()
        assert desk.do(write_note, f"again {n}") > 0
        assert (written(office, f"again {n}"), written(office, f"note {n}")) == (1, 0)


def test_control_without_the_watch_a_stalled_line_hangs(office: Office, desk: Office, line: Proxy, monkeypatch) -> None:
    monkeypatch.setattr(lines, "LOOK_S", 3600.0)
    desk.see(lambda tx: tx.now)
    line.stall()
    ended = threading.Event()

    def work() -> None:
        try:
            desk.see(lambda tx: tx.now)
        finally:
            ended.set()

    thread = threading.Thread(target=work)
    thread.start()
    assert not ended.wait(2 * LOOK_S + lines.PROBE_S + 2)
    line.flow_again()
    thread.join(60)
    assert ended.is_set()


def test_a_desk_that_stalls_in_a_transaction_lets_go_of_its_locks(office: Office, desk: Office, line: Proxy) -> None:
    """Row 11: no answer ever reaches the desk, and the others wait for seconds, not for hours."""
    made = make.small(office)
    for _ in range(rounds(1, 10)):
        holds, gave_up = threading.Event(), threading.Event()

        def hold(tx: Tx) -> None:
            tx.get(Customer, made.customer, lock=True)
            line.stall()
            holds.set()  # noqa: B023 - the thread ends within its round
            tx.session.execute(text("select 1"))

        def work() -> None:
            with pytest.raises(WorldFault):
                desk.do(hold)  # noqa: B023
            gave_up.set()  # noqa: B023

        thread = threading.Thread(target=work)
        thread.start()
        assert holds.wait(30)
        began = time.monotonic()
        office.do(lambda tx: tx.get(Customer, made.customer, lock=True).id)
        assert time.monotonic() - began < NOTICED_S
        assert gave_up.wait(60)
        thread.join()
        line.flow_again()


def test_a_slow_answer_is_waited_for(office: Office, desk: Office) -> None:
    assert desk.see(lambda tx: tx.session.execute(text(f"select pg_sleep({2 * LOOK_S + 0.5}), 7")).one()[1]) == 7


def test_a_line_that_was_forgotten_while_new_ones_work_is_given_up(office: Office, desk: Office, line: Proxy) -> None:
    """Only this one line is dead: the server says that it does not work for us."""
    desk.see(lambda tx: tx.now)
    for one in line.lines:
        one.mute = True
        one.swallow = True
    assert desk.see(lambda tx: 5) == 5  # the pool tries its line, finds it dead, and calls anew


def test_a_cut_line_is_told_at_once_and_a_new_one_is_taken(office: Office, desk: Office, line: Proxy) -> None:
    for n in range(rounds(3, 50)):
        desk.see(lambda tx: tx.now)
        line.reset()
        assert desk.do(write_note, f"note {n}") > 0
        assert written(office, f"note {n}") == 1


def test_a_reset_that_only_the_driver_sees_is_the_end_of_that_line(office: Office, desk: Office, monkeypatch) -> None:
    """For a moment the system says "error" but not yet "over": then libpq believes for ever that its question is under way."""
    desk.see(lambda tx: tx.now)
    met: list[str] = []

    def wait(gen: Any, *args: Any, **kw: Any) -> Any:
        try:
            next(gen)
        except StopIteration as end:
            return end.value
        monkeypatch.undo()
        met.append("reset")
        raise psycopg.OperationalError("connection socket closed")

    monkeypatch.setattr("psycopg.connection.waiting.wait", wait)
    assert desk.see(lambda tx: 5) == 5
    assert met == ["reset"]


def test_a_bell_on_a_dead_line_is_hung_up_and_heard_again(office: Office, desk: Office, line: Proxy, monkeypatch) -> None:
    monkeypatch.setattr("fieldoffice.lines.BELL_CHECK_S", 1.0)
    rung, stop = threading.Event(), threading.Event()
    thread = threading.Thread(target=desk.listen, args=(rung.set, stop))
    thread.start()
    try:
        assert rung.wait(30)  # it listens
        for one in line.lines:
            one.mute = one.swallow = True
        rung.clear()
        assert rung.wait(60)  # it listens anew, on another line
        rung.clear()
        office.do(write_note, "note")
        assert rung.wait(10)
    finally:
        stop.set()
        thread.join(30)

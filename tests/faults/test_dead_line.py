"""A line that nobody answers on: noticed within seconds, locks let go, nothing half done; a slow server is left in peace."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select, text

from fieldoffice import lines
from fieldoffice.engine import UNREACHABLE
from fieldoffice.models.customer import Customer
from fieldoffice.models.errors import WorldFault
from fieldoffice.models.job import Note
from fieldoffice.office import Office, Tx
from tests import make
from tests.conftest import Clock
from tests.faults.processes import TIMED, rounds
from tests.faults.proxy import Proxy, proxied

pytestmark = [pytest.mark.parametrize("kind", ["postgres"]), TIMED]
NOTICED_S = 14.0
"""Two dead lines one after another (the one in use, then a new call), on a machine that is busy with other things."""


@pytest.fixture
def line(address: str) -> Iterator[Proxy]:
    with proxied(address) as proxy:
        yield proxy


@pytest.fixture
def desk(line: Proxy, clock: Clock) -> Iterator[Office]:
    office = Office(line.address, clock=clock)
    yield office
    line.flow_again()
    office.close()


def write_note(tx: Tx, words: str) -> int:
    return tx.add(Note(text=words, by_name="", created_at=tx.now)).id


def written(office: Office, words: str) -> int:
    return office.see(lambda tx: tx.session.scalars(select(func.count()).where(Note.text == words)).one())


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
    assert not ended.wait(NOTICED_S)
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
    assert desk.see(lambda tx: tx.session.execute(text("select pg_sleep(6.5), 7")).one()[1]) == 7


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

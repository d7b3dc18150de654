"""Background work: claimed once, done, tried again after a failure, and let go by a runner that died."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from fieldoffice.models.errors import NotAllowed, WorldFault
from fieldoffice.models.log import Task
from fieldoffice.models.states import AppointmentState as S
from fieldoffice.office import Office, Tx
from fieldoffice.services import customers, tasks
from fieldoffice.services.dispatch import moves
from tests import make
from tests.conftest import Clock
from tests.make import at

CALLED: list[str] = []


@pytest.fixture(autouse=True)
def handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    CALLED.clear()
    for kind, handler in (("note", note), ("refuse", refuse), ("break", break_down)):
        monkeypatch.setitem(tasks.HANDLERS, kind, handler)


def note(tx: Tx, who: str) -> None:
    customers.add_customer(tx, name=who)
    CALLED.append(who)


def refuse(tx: Tx) -> None:
    CALLED.append("refuse")
    raise NotAllowed("The mailbox is full.")


def break_down(tx: Tx) -> None:
    customers.add_customer(tx, name="Never Kept")
    raise ZeroDivisionError


def ask(office: Office, kind: str, key: str = "", **more: Any) -> None:
    office.do(lambda tx: tx.later(kind, key or kind, **more))


def told(office: Office) -> list[tuple[str, bool, int, str]]:
    """(key, done, tries, last error) of every task."""
    rows = office.see(lambda tx: tx.all(select(Task).order_by(Task.id)))
    return [(t.key, t.done_at is not None, t.tries, t.last_error) for t in rows]


def test_a_task_is_done_once_when_it_is_due(office: Office, clock: Clock) -> None:
    make.small(office)
    ask(office, "note", who="Ned Later", due_at=clock.at + timedelta(minutes=5))
    assert tasks.run_one(office) is False
    clock.forward(minutes=5)
    assert (tasks.run_one(office), tasks.run_one(office)) == (True, False)
    assert (CALLED, told(office)) == (["Ned Later"], [("note", True, 1, "")])


def test_the_longest_due_comes_first(office: Office, clock: Clock) -> None:
    make.small(office)
    for who, minutes in (("second", -1), ("third", 0), ("first", -2)):
        ask(office, "note", who, who=who, due_at=clock.at + timedelta(minutes=minutes))
    while tasks.run_one(office):
        pass
    assert CALLED == ["first", "second", "third"]


def test_a_claim_is_let_go_when_its_lease_is_over(office: Office, clock: Clock) -> None:
    """A runner that died in the middle of its work."""
    make.small(office)
    ask(office, "note", who="Ned Later")
    claimed = office.do(tasks.claim)
    assert claimed is not None
    assert (claimed.kind, claimed.about, office.do(tasks.claim)) == ("note", {"who": "Ned Later"}, None)
    clock.at += tasks.LEASE - timedelta(seconds=1)
    assert tasks.run_one(office) is False
    clock.forward(seconds=1)
    assert tasks.run_one(office) is True
    assert told(office) == [("note", True, 2, "")]


@pytest.mark.parametrize(("kind", "words"), [("refuse", "The mailbox is full."), ("break", "ZeroDivisionError")])
def test_what_failed_is_said_and_comes_again(office: Office, clock: Clock, kind: str, words: str, caplog: Any) -> None:
    make.small(office)
    ask(office, kind)
    assert (tasks.run_one(office), tasks.run_one(office)) == (True, False)
    assert told(office) == [(kind, False, 1, words)]
    assert [r.levelname for r in caplog.records if r.name == "fieldoffice.services.tasks"] == ["ERROR"] * (kind == "break")
    assert [row.name for row in office.see(customers.find)] == ["Carol Customer"]
    clock.at += tasks.LEASE
    assert tasks.run_one(office) is True
    assert told(office) == [(kind, False, 2, words)]


def test_two_runners_never_take_the_same_task(office: Office, address: str, clock: Clock) -> None:
    make.small(office)
    for n in range(12):
        ask(office, "note", str(n), who=f"Customer {n}")
    there, start = Office(address, clock=clock), threading.Barrier(2, timeout=20)

    def work(desk: Office) -> None:
        start.wait()
        while tasks.run_one(desk):
            pass

    others = [threading.Thread(target=work, args=(desk,), name="runner") for desk in (office, there)]
    for thread in others:
        thread.start()
    for thread in others:
        thread.join()
    there.close()
    assert sorted(CALLED) == sorted(f"Customer {n}" for n in range(12))
    assert {row[1:3] for row in told(office)} == {(True, 1)}


def test_an_expired_hold_is_let_go_by_the_runner(office: Office, clock: Clock) -> None:
    made = make.small(office)
    visit = make.job(office, made).appointment_id
    office.do(moves.hold, visit, version=1, provider_ids=(made.ana,), starts_at=at(9), minutes=10)
    assert tasks.run_one(office) is False
    clock.forward(minutes=10)
    assert tasks.run_one(office) is True
    assert make.card(office, visit).state is S.WAITING


def test_a_hold_that_was_confirmed_stays_confirmed(office: Office, clock: Clock) -> None:
    made = make.small(office)
    visit = make.job(office, made).appointment_id
    held = office.do(moves.hold, visit, version=1, provider_ids=(made.ana,), starts_at=at(9), minutes=10).cards[0]
    office.do(moves.place, visit, version=held.version, provider_ids=(made.ana,), starts_at=at(9))
    clock.forward(minutes=11)
    tasks.run_one(office)
    assert (make.card(office, visit).state, told(office)[0][1]) == (S.SCHEDULED, True)


def test_the_runner_does_what_is_due_and_stops_when_asked(sqlite_office: Office) -> None:
    make.small(sqlite_office)
    ask(sqlite_office, "note", who="Ned Later")
    runner = tasks.Runner(sqlite_office, every_s=0.05)
    runner.start()
    _until(lambda: CALLED == ["Ned Later"])
    ask(sqlite_office, "note", "again", who="Ann Again")
    _until(lambda: CALLED == ["Ned Later", "Ann Again"])
    runner.stop()
    assert not runner.is_alive()


def test_the_runner_outlives_a_database_that_is_away(sqlite_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    make.small(sqlite_office)
    ask(sqlite_office, "note", who="Ned Later")
    real, away = tasks.run_one, [True, True]

    def sometimes(office: Office, *ways: Any) -> bool:
        if away:
            away.pop()
            raise WorldFault("The database cannot be reached.")
        return real(office, *ways)

    monkeypatch.setattr(tasks, "run_one", sometimes)
    runner = tasks.Runner(sqlite_office, every_s=0.05)
    runner.start()
    _until(lambda: CALLED == ["Ned Later"])
    runner.stop()
    assert away == []


def _until(true: Any, limit_s: float = 10) -> None:
    end = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.02)

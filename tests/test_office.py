"""The one door: what a service may rely on, on both engines."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from fieldoffice import engine as engines
from fieldoffice import office as door
from fieldoffice.models.catalog import TaxRate
from fieldoffice.models.customer import Customer
from fieldoffice.models.errors import Invalid, NotAllowed, NotFound, Stale, WorldFault
from fieldoffice.models.job import Note
from fieldoffice.models.log import Event, Operation, Task, Topic
from fieldoffice.models.staff import Right, Role, StaffUser
from fieldoffice.office import Office, Tx
from fieldoffice.services import company, customers
from tests import make
from tests.conftest import Clock


def add(tx: Tx, name: str = "Nora New") -> int:
    return customers.add_customer(tx, name=name)


def names(tx: Tx) -> list[str]:
    return tx.all(select(Customer.name).order_by(Customer.id))


def user(office: Office, role: Role, login: str = "someone") -> int:
    return office.do(company.add_user, login=login, name=login.title(), roles=(role,)).id


# what one call leaves


def test_a_change_is_one_transaction_or_nothing(office: Office) -> None:
    make.small(office)
    topics, events = office.topics(), office.see(lambda tx: tx.all(select(Event.id)))

    def half(tx: Tx) -> None:
        add(tx)
        tx.event("customer.noted", tx.get(Customer, 1))
        raise NotAllowed("No.")

    with pytest.raises(NotAllowed, match=r"^No\.$"):
        office.do(half)
    assert office.see(names) == ["Carol Customer"]
    assert (office.topics(), office.see(lambda tx: tx.all(select(Event.id)))) == (topics, events)


def test_topics_rise_with_the_change_and_only_for_what_changed(office: Office) -> None:
    made = make.small(office)
    before = office.topics()
    done = office.seat(made.owner).done(add)
    after = office.topics()
    assert done.topics == {"customer"}
    assert {name: n - before.get(name, 0) for name, n in after.items() if n != before.get(name, 0)} == {"customer": 1}

    def touch(tx: Tx) -> None:
        """Look at one thing and write what it is already."""
        tx.get(StaffUser, made.owner, lock=True).name = "Olive Owner"

    assert office.seat(made.owner).done(touch).topics == frozenset()
    assert office.topics() == after


def test_bulk_statements_raise_their_topics_too(office: Office) -> None:
    made = make.small(office)

    def rename(tx: Tx) -> None:
        tx.session.execute(update(Customer).where(Customer.id == made.customer).values(notes="gate"))

    assert office.seat(made.owner).done(rename).topics == {"customer"}


def test_every_change_leaves_an_event_with_its_operation(office: Office, clock: Clock) -> None:
    made = make.small(office)
    done = office.seat(made.owner).done(add)
    last = office.see(lambda tx: tx.all(select(Event).order_by(Event.id.desc()).limit(1)))[0]
    assert (last.kind, last.entity, last.by_name, last.by_id, last.at) == (
        "customer.added", "customer", "Olive Owner", made.owner, clock.at)  # fmt: skip
    assert last.op_id == done.op_id
    assert office.see(lambda tx: tx.all(select(Operation.op_id).where(Operation.op_id == done.op_id))) == [done.op_id]
    assert office.landed(done.op_id) is True
    assert office.landed("never-heard-of") is False
    assert office.see(lambda tx: tx.all(select(Operation.op_id).where(Operation.op_id == "never-heard-of"))) == []


def test_the_same_operation_is_done_once(office: Office) -> None:
    """Its id is unique: a second try of a landed action is told so, and everything is taken back."""
    make.small(office)
    office.run(door.OFFICE_SEAT, add, ("First",), {}, "op-1")
    with pytest.raises(door.Landed, match="saved already"):
        office.run(door.OFFICE_SEAT, add, ("Second",), {}, "op-1")
    assert office.see(names) == ["Carol Customer", "First"]


def test_looking_writes_nothing(office: Office) -> None:
    make.small(office)
    before = office.topics()

    def sly(tx: Tx) -> None:
        tx.get(Customer, 1).name = "Changed while looking"
        tx.session.flush()

    if office.shared:
        with pytest.raises((WorldFault, DBAPIError)):
            office.see(sly)
    else:
        office.see(sly)
    assert (office.see(names), office.topics()) == (["Carol Customer"], before)


def test_a_look_sees_one_moment(office: Office, address: str) -> None:
    make.small(office)
    there = Office(address, clock=office.clock)

    def twice(tx: Tx) -> tuple[list[str], list[str]]:
        first = names(tx)
        there.do(add)
        return first, names(tx)

    first, second = office.see(twice)
    there.close()
    assert (first, second, office.see(names)) == (["Carol Customer"], ["Carol Customer"], ["Carol Customer", "Nora New"])


# the log


@pytest.mark.parametrize("statement", ["update event set note = 'never'", "delete from event"])
def test_the_log_can_only_grow(office: Office, statement: str) -> None:
    make.small(office)
    before = office.see(lambda tx: tx.all(select(Event.id)))
    with pytest.raises(DBAPIError, match="append-only"):
        office.do(lambda tx: tx.session.execute(text(statement)))
    assert office.see(lambda tx: tx.all(select(Event.id))) == before


def test_the_door_itself_refuses_a_changed_entry(office: Office) -> None:
    make.small(office)

    def forge(tx: Tx) -> None:
        tx.all(select(Event).limit(1))[0].by_name = "Somebody else"

    with pytest.raises(DBAPIError, match="append-only"):
        office.do(forge)


# who asks


def test_rights_are_read_anew_for_every_call(office: Office) -> None:
    make.small(office)
    id = user(office, Role.COORDINATOR)
    seat = office.seat(id)
    seat.do(add)
    office.do(lambda tx: setattr(tx.get(StaffUser, id, lock=True), "roles", [Role.FIELD_WORKER.value]))
    with pytest.raises(NotAllowed, match="Someone does not have the right to do this"):
        seat.do(add)
    with pytest.raises(NotAllowed, match="does not have the right"):
        seat.see(customers.find)
    office.do(lambda tx: setattr(tx.get(StaffUser, id, lock=True), "active", False))
    with pytest.raises(NotAllowed, match="may no longer sign in"):
        seat.see(names)
    with pytest.raises(NotAllowed, match="may no longer sign in"):
        office.seat(id + 1000).see(names)


# words


def test_a_row_that_is_gone_or_changed_is_refused_in_words(office: Office) -> None:
    made = make.small(office)

    def rename(tx: Tx, version: int) -> int:
        row = tx.get(Customer, made.customer, version=version)
        row.notes = f"after {version}"
        tx.session.flush()
        return row.version

    assert office.do(rename, 1) == 2
    with pytest.raises(Stale, match="Somebody else has just changed this"):
        office.do(rename, 1)
    with pytest.raises(NotFound, match="This customer no longer exists"):
        office.do(lambda tx: tx.get(Customer, 10**6))
    with pytest.raises(NotFound, match="This tax rate no longer exists"):
        office.do(lambda tx: tx.get(TaxRate, 10**6))


@pytest.mark.parametrize("kind", ["postgres"])  # on SQLite a change begins by taking the only pen
def test_an_unlocked_row_that_changed_before_the_write_is_stale(office: Office, address: str) -> None:
    """Two desks load the same row without a lock; the second to write is told, and nothing of it stays."""
    made, there = make.small(office), Office(address, clock=office.clock)

    def slow(tx: Tx) -> None:
        row = tx.get(Customer, made.customer)
        there.do(lambda other: setattr(other.get(Customer, made.customer), "notes", "theirs"))
        row.notes = "mine"
        add(tx, "Never Kept")

    with pytest.raises(Stale, match="Somebody else"):
        office.do(slow)
    there.close()
    assert office.see(lambda tx: (tx.get(Customer, made.customer).notes, names(tx))) == ("theirs", ["Carol Customer"])


def test_an_empty_database_says_so(office: Office) -> None:
    with pytest.raises(NotFound, match="no company in this database yet"):
        office.see(company.company)


def test_refusals_carry_their_fields() -> None:
    refusal = Invalid(name="Please give a name.", email="This cannot be right.")
    assert (str(refusal), refusal.fields["email"]) == ("Please give a name. This cannot be right.", "This cannot be right.")


# trying again


def test_a_locked_database_is_tried_again(office: Office, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process holds the pen or the row for a moment; the desk waits, and the change is made once."""
    made = make.small(office)
    _impatient(office, monkeypatch)
    tries, holding, let_go = [], threading.Event(), threading.Event()
    holder = threading.Thread(target=_hold, args=(address, made.customer, holding, let_go), name="holder")
    holder.start()
    assert holding.wait(10)

    def note(tx: Tx) -> None:
        tries.append(1)
        if len(tries) == 2:
            let_go.set()
        tx.get(Customer, made.customer, lock=True).notes = "after the other desk"

    try:
        office.do(note)
    finally:
        let_go.set()
        holder.join()
    assert len(tries) >= 2
    assert office.see(lambda tx: (tx.get(Customer, made.customer).notes, tx.all(select(Topic.n).where(Topic.name == "customer")))) == (
        "after the other desk", [2])  # fmt: skip


def _impatient(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the engines give up soon, so that it is the door which tries again."""

    @event.listens_for(office.engine, "begin")
    def _began(connection: Any) -> None:
        if office.shared:
            connection.exec_driver_sql("set local lock_timeout = '150ms'")
    if not office.shared:
        engine = office.engine

        @event.listens_for(engine, "checkout")
        def _out(raw: Any, record: Any, proxy: Any) -> None:
            raw.execute("PRAGMA busy_timeout=50")
        engine.dispose()


def _hold(address: str, customer: int, holding: threading.Event, let_go: threading.Event) -> None:
    """A desk that takes its time in the middle of a change, and then thinks better of it."""
    engine = engines.open_engine(address)
    with engine.connect() as connection:
        connection.execute(update(Customer).where(Customer.id == customer).values(notes="never kept"))
        holding.set()
        let_go.wait(20)
        connection.rollback()
    engine.dispose()


def test_who_never_gets_through_is_told_so(office: Office, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make.small(office)
    _impatient(office, monkeypatch)
    monkeypatch.setattr(door, "ATTEMPTS", 2)
    holding, let_go = threading.Event(), threading.Event()
    holder = threading.Thread(target=_hold, args=(address, made.customer, holding, let_go), name="holder")
    holder.start()
    assert holding.wait(10)
    try:
        with pytest.raises(WorldFault, match="The database is busy. Nothing was changed"):
            office.do(lambda tx: setattr(tx.get(Customer, made.customer, lock=True), "notes", "mine"))
    finally:
        let_go.set()
        holder.join()


@pytest.mark.parametrize("kind", ["postgres"])  # SQLite has one writer
def test_a_deadlock_is_tried_again_with_fresh_eyes(office: Office, address: str) -> None:
    """A real one: two desks lock two customers crosswise, and PostgreSQL ends one of them."""
    made = make.small(office)
    other, _ = make.customer(office, "Dan Deadlock", 2)
    met, calls = threading.Barrier(2, timeout=20), {"a": 0, "b": 0}

    def cross(tx: Tx, who: str, first: int, second: int) -> None:
        calls[who] += 1
        tx.get(Customer, first, lock=True).notes += who
        tx.session.flush()
        if calls[who] == 1:
            met.wait()
        tx.get(Customer, second, lock=True).notes += who
        tx.session.flush()

    there = Office(address, clock=office.clock)
    desk = threading.Thread(target=lambda: there.do(cross, "b", other, made.customer), name="other desk")
    desk.start()
    office.do(cross, "a", made.customer, other)
    desk.join()
    there.close()
    notes = office.see(lambda tx: [tx.get(Customer, id).notes for id in (made.customer, other)])
    assert [sorted(note) for note in notes] == [["a", "b"]] * 2
    assert sum(calls.values()) >= 3


# time


def test_without_a_clock_the_database_says_what_time_it_is(address: str, kind: str) -> None:
    office = Office(address)
    asked: list[str] = []
    event.listen(office.engine, "before_cursor_execute", lambda c, cursor, statement, *rest: asked.append(statement))
    before = datetime.now(UTC)
    now = office.see(lambda tx: tx.now)
    assert now.tzinfo is not None
    assert before - timedelta(seconds=5) <= now <= datetime.now(UTC) + timedelta(seconds=5)
    assert any("now()" in statement.lower() for statement in asked) is (kind == "postgres")
    office.close()


def test_a_sample_s_clock_counts_for_what_is_written(office: Office, clock: Clock) -> None:
    make.small(office)
    clock.at = datetime(2031, 5, 6, 7, tzinfo=UTC)
    id = office.do(add)
    assert office.see(lambda tx: (tx.get(Customer, id).created_at, tx.today.isoformat())) == (clock.at, "2031-05-06")


def test_a_naive_time_is_never_stored(office: Office) -> None:
    make.small(office)
    with pytest.raises(Exception, match="naive datetime"):
        office.do(lambda tx: tx.session.execute(insert(Note).values(text="x", by_name="x", created_at=datetime(2026, 1, 1))))


# the bell


def test_the_bell_rings_on_postgresql_within_a_second_and_never_on_sqlite(office: Office, address: str) -> None:
    make.small(office)
    rung, stop = threading.Event(), threading.Event()
    ear = threading.Thread(target=office.listen, args=(rung.set, stop), name="ear")
    ear.start()
    there = Office(address, clock=office.clock)
    try:
        if not office.shared:
            ear.join(5)
            assert (ear.is_alive(), rung.is_set()) == (False, False)
            return
        assert rung.wait(5), "it rings once when the line stands, for whatever came before"
        time.sleep(0.2)
        rung.clear()
        began = time.monotonic()
        there.do(add)
        assert rung.wait(3)
        assert time.monotonic() - began < 1.0
        rung.clear()
        there.see(names)
        assert not rung.wait(0.7)
    finally:
        stop.set()
        ear.join(5)
        there.close()


# background work asked for in the same transaction


def test_a_task_is_asked_for_once_and_only_with_its_change(office: Office, clock: Clock) -> None:
    make.small(office)
    due = clock.at + timedelta(hours=1)

    def ask(tx: Tx, fail: bool) -> None:
        tx.later("mail", "mail:1", due_at=due, to=1)
        tx.session.flush()
        tx.later("mail", "mail:1", due_at=due, to=1)
        if fail:
            raise NotAllowed("No.")

    with pytest.raises(NotAllowed):
        office.do(ask, True)
    assert office.see(lambda tx: tx.all(select(Task.key))) == []
    office.do(ask, False)
    office.do(ask, False)
    assert office.see(lambda tx: [(t.key, t.due_at, t.about) for t in tx.all(select(Task))]) == [("mail:1", due, {"to": 1})]


@pytest.mark.parametrize("address", ["mysql://root@server/books", "no address at all", "sqlite://///server/share/books.db"])
def test_an_address_that_cannot_serve_is_refused_in_words(address: str) -> None:
    with pytest.raises(WorldFault, match=r"(keeps its books in|cannot be read|network share)"):
        Office(address)


def test_somebody_outside_gets_only_what_is_for_people_outside_and_the_log_keeps_the_name(office: Office) -> None:
    make.small(office)
    seat = office.outside("online booking")
    with pytest.raises(NotAllowed, match="online booking does not have the right"):
        seat.see(customers.find)

    def book(tx: Tx) -> int:
        tx.require(Right.ONLINE)
        with tx.as_office():
            made = add(tx, "Nina")
        with pytest.raises(NotAllowed):
            add(tx, "Nobody")
        return made

    made = seat.do(book)
    names = office.see(lambda tx: tx.all(select(Event.by_name).where(Event.entity == "customer", Event.entity_id == made)))
    assert names == ["online booking"]

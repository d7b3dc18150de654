"""What the processes of the tests do: each is one desk with its own connection to the same database."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from unittest import mock

from sqlalchemy import Select, event, func, select, update
from sqlalchemy.orm import configure_mappers

from fieldoffice import schema
from fieldoffice.engine import open_engine
from fieldoffice.models.appointment import Appointment, Assignment
from fieldoffice.models.errors import NotAllowed, Stale, WorldFault
from fieldoffice.models.job import Note
from fieldoffice.models.log import Counter
from fieldoffice.models.states import AppointmentState
from fieldoffice.office import Office, Tx
from fieldoffice.services.dispatch import hands, moves
from fieldoffice.services.dispatch.cards import cards_of
from tests import make

MONDAY = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
GAP_S = 0.005  # between the look and the write: wide enough for others to come between


def sit_down(address: str) -> Office:
    return Office(address, clock=lambda: MONDAY)


def slot(n: int) -> datetime:
    """The n-th of many slots that never overlap: one at nine on each working day."""
    return make.at(9, on=(MONDAY + timedelta(days=n // 5 * 7 + n % 5)).date())


# -- dropping visits on one provider


@dataclass
class Drops:
    """How often a desk won a slot, was refused, and saw two visits in one."""

    won: int = 0
    refused: int = 0
    doubles: int = 0


def drop(desk: int, barrier: Any, address: str, visits: list[int], provider: int, rounds: int, off: tuple[str, ...]) -> Drops:
    """Each round, all desks drop their visit on the same provider at the same time."""
    office, drops = sit_down(address), Drops()
    with _guards(off):
        for n in range(rounds):
            version = office.see(_version, visits[desk])
            barrier.wait()
            try:
                _drop(office, off, visits[desk], version, provider, slot(n))
                drops.won += 1
            except NotAllowed:
                drops.refused += 1
            barrier.wait()
            if desk == 0:
                drops.doubles += office.see(_booked, provider, slot(n)) - 1
            barrier.wait()
    office.close()
    return drops


@contextmanager
def _guards(off: tuple[str, ...]) -> Iterator[None]:
    slow = mock.patch.object(moves, "why_not", _slowly(moves.why_not))
    no_lock = mock.patch.object(Select, "with_for_update", lambda self, **kw: self)
    with slow:
        if "lock" in off:
            with no_lock:
                yield
        else:
            yield


def _slowly(look: Any) -> Any:
    def looked(*args: Any) -> Any:
        found = look(*args)
        time.sleep(GAP_S)
        return found

    return looked


def _drop(office: Office, off: tuple[str, ...], visit: int, version: int, provider: int, at: datetime) -> None:
    if "one transaction" not in off:
        office.do(moves.place, visit, version=version, provider_ids=(provider,), starts_at=at)
    elif office.see(_booked, provider, at):
        raise NotAllowed("taken")
    else:
        time.sleep(GAP_S)
        office.do(_put_blindly, visit, provider, at)


def _put_blindly(tx: Tx, visit: int, provider: int, at: datetime) -> None:
    appointment = tx.get(Appointment, visit)
    if appointment.starts_at is None:
        appointment.become(AppointmentState.SCHEDULED)
    appointment.starts_at = at
    hands.clear(tx, [visit])
    hands.assign(tx, hands.Placing(visit, 0, (provider,), at, appointment.duration_s), None)


def _booked(tx: Tx, provider: int, at: datetime) -> int:
    query = select(func.count()).where(Assignment.provider_id == provider, Assignment.starts_at == at, Assignment.active)
    return tx.session.scalars(query).one()


def _version(tx: Tx, visit: int) -> int:
    return cards_of(tx, [visit])[0].version


# -- taking numbers


class Spoiled(Exception):
    """The action fails after it took its number."""


def number(desk: int, barrier: Any, address: str, series: str, count: int, how: str) -> int:
    """Take `count` numbers, a fifth of them for actions that fail; returns how many succeeded."""
    office, dice, done = sit_down(address), random.Random(desk), 0
    barrier.wait()
    for _ in range(count):
        spoiled = dice.random() < 0.2
        try:
            TAKE[how](office, series, spoiled)
            done += 1
        except Spoiled:
            pass
    office.close()
    return done


def _use(tx: Tx, series: str, taken: int | None, spoiled: bool) -> None:
    n = tx.number(series, first=1) if taken is None else taken
    tx.add(Note(text=str(n), by_name=series, created_at=tx.now))
    if spoiled:
        raise Spoiled


def _apart(office: Office, series: str, spoiled: bool) -> None:
    last = office.see(lambda tx: tx.all(select(Counter.last).where(Counter.name == series))[0])
    time.sleep(GAP_S)
    office.do(_set_and_use, series, last + 1, spoiled)


def _set_and_use(tx: Tx, series: str, n: int, spoiled: bool) -> None:
    tx.session.execute(update(Counter).where(Counter.name == series).values(last=n))
    _use(tx, series, n, spoiled)


def _before(office: Office, series: str, spoiled: bool) -> None:
    taken = office.do(lambda tx: (tx.number(series, first=1), tx.ring("counter"))[0])
    office.do(_use, series, taken, spoiled)


TAKE = {
    "guarded": lambda office, series, spoiled: office.do(_use, series, None, spoiled),
    "read apart from write": _apart,
    "taken in a transaction of its own": _before,
}


# -- asking for background work


def ask(desk: int, barrier: Any, address: str, count: int) -> None:
    """All desks ask for the same tasks at once, each in its turn under one key."""
    office = sit_down(address)
    for n in range(count):
        barrier.wait()
        office.do(_ask, n)
    office.close()


def _ask(tx: Tx, n: int) -> None:
    tx.later("mail", f"mail:{n}", about=n)


# -- moving one visit


@dataclass
class Moves:
    """How often a desk moved the visit, and how often it was told that somebody else had."""

    moved: int = 0
    stale: int = 0


def move(desk: int, barrier: Any, address: str, visit: int, provider: int, count: int, how: str) -> Moves:
    """Move one visit until it was moved `count` times by this desk; each desk looks, then moves what it saw."""
    office, done = sit_down(address), Moves()
    barrier.wait()
    while done.moved < count:
        version = office.see(_version, visit)
        at = slot(done.moved + done.stale) + timedelta(minutes=desk)
        try:
            if how == "guarded":
                office.do(moves.place, visit, version=version, provider_ids=(provider,), starts_at=at)
            else:
                office.do(_move_blindly, visit, version, at)
            done.moved += 1
        except Stale:
            done.stale += 1
    office.close()
    return done


def _move_blindly(tx: Tx, visit: int, version: int, at: datetime) -> None:
    """What was seen is written back, whatever happened since."""
    table = Appointment.__table__
    time.sleep(GAP_S)
    tx.session.execute(update(table).where(table.c.id == visit).values(version=version + 1, starts_at=at))
    tx.ring("appointment")


# -- saving until killed


def save(line: Connection, address: str, visits: list[int], provider: int) -> None:
    """Move visits for ever; each action's id is said once its commit was answered."""
    office = sit_down(address)
    seat = office.seat(None)
    for n in range(10**6):
        visit = visits[n % len(visits)]
        version = office.see(_version, visit)
        done = seat.done(moves.place, visit, version=version, provider_ids=(provider,), starts_at=slot(n))
        line.send(done.op_id)


def save_through(line: Connection, address: str, visits: list[int], provider: int) -> None:
    """As `save`, but a desk that goes on when the database was away: it looks again and says what it was told."""
    office = sit_down(address)
    for n in range(10**6):
        visit = visits[n % len(visits)]
        try:
            version = office.see(_version, visit)
            done = office.seat(None).done(moves.place, visit, version=version, provider_ids=(provider,), starts_at=slot(n))
            line.send(("done", done.op_id, time.time()))
        except WorldFault as fault:
            line.send(("fault", str(fault), time.time()))
            time.sleep(0.05)


# -- upgrading


def upgrade(desk: int, barrier: Any, address: str) -> str:
    """Bring an empty or old database up to date, all at once."""
    barrier.wait()
    engine = open_engine(address)
    try:
        return schema.upgrade(engine)
    finally:
        engine.dispose()


def upgrade_until(line: Connection, address: str, statement: int, migrations: str) -> None:
    """Upgrade, but die by kill -9 right before the n-th statement; without one, say how many there were."""
    schema.MIGRATIONS = Path(migrations)
    engine, count = open_engine(address), 0

    @event.listens_for(engine, "before_cursor_execute")
    def _counted(*_: Any) -> None:
        nonlocal count
        count += 1
        if count == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    schema.upgrade(engine)
    engine.dispose()
    line.send(count)


configure_mappers()  # once, in the process that the others are forked from

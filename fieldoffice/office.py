"""The office: one database, one clock, one door. Built once in `main`, passed down.

`office.see(query, …)` reads, `office.do(service, …)` changes. A service is a function `verb(tx, …) -> frozen row`; it
has no effect except through `tx` and never commits. `do` opens the transaction, knows who asks, calls the service,
writes the event, raises the topics, commits, and tries again where the database says that this is all it takes.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

import uuid6
from sqlalchemy import func, insert, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from fieldoffice.engine import UNREACHABLE, is_disconnect, is_sqlite, is_transient, open_engine, reading, told
from fieldoffice.models.base import Table
from fieldoffice.models.errors import NotAllowed, Refused, Stale, WorldFault
from fieldoffice.models.log import Operation, Topic
from fieldoffice.models.staff import StaffUser
from fieldoffice.transaction import OFFICE, OUTSIDE, STALE, Actor, Tx, close_books

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T", bound=Table)
ATTEMPTS = 8
class Landed(Stale):
    """This operation was saved before, with other values or by a program that ended before the answer came."""


@dataclass(frozen=True)
class Done(Generic[R]):
    """What a service answered, and which topics it raised."""

    value: R
    topics: frozenset[str]
    op_id: str


class Office:
    """The one door to the company's database."""

    def __init__(self, address: str, *, clock: Callable[[], datetime] | None = None) -> None:
        """Without a `clock`, decisions use the database's clock on PostgreSQL and this machine's on SQLite."""
        self.address = address
        self.engine = open_engine(address)
        self.clock = clock
        self._reading = reading(self.engine)
        self._unknown: dict[str, tuple[Done[Any], Any, Any]] = {}
        self._one_writer = threading.Lock() if is_sqlite(self.engine) else nullcontext()

    @property
    def name(self) -> str:
        """Which database this is, without any password: what is kept about it on this computer carries this name."""
        return make_url(self.address).set(password=None).render_as_string()

    @property
    def shared(self) -> bool:
        """Whether several desktops may work on this database."""
        return not is_sqlite(self.engine)

    def see(self, query: Callable[Concatenate[Tx, P], R], *args: P.args, **kw: P.kwargs) -> R:
        """Ask a query as the office itself; front ends with a user use `seat`."""
        return self.ask(OFFICE_SEAT, query, args, kw)

    def do(self, service: Callable[Concatenate[Tx, P], R], *args: P.args, **kw: P.kwargs) -> R:
        """Run a service as the office itself and return its answer."""
        return self.run(OFFICE_SEAT, service, args, kw, "").value

    def seat(self, user_id: int | None) -> Seat:
        """The door as one user sees it: every call asks for that user's rights as they are then."""
        return Seat(self, user_id)

    def outside(self, name: str) -> Seat:
        """The door as somebody outside sees it: only services for people outside answer, each for its own principal.

        `name` is what the log says: "online booking", "customer link".
        """
        return Seat(self, None, name)

    def topics(self) -> dict[str, int]:
        """The counters of all topics, to be compared with those seen before."""
        with told(), self._reading.connect() as connection:
            return {name: n for name, n in connection.execute(select(Topic.name, Topic.n))}

    def listen(self, bell: Callable[[], None], stop: threading.Event) -> None:
        """Ring `bell` when another desk committed; blocks until `stop`. SQLite has no bell: returns at once."""
        while self.shared and not stop.is_set():
            try:
                self._listen(bell, stop)
            except Exception:  # the line broke: the topics are polled meanwhile
                stop.wait(2)

    def _listen(self, bell: Callable[[], None], stop: threading.Event) -> None:
        from fieldoffice.lines import hear  # only where there is a bell

        connection = self.engine.raw_connection()
        raw: Any = connection.driver_connection  # its name is lost when it leaves the pool
        connection.detach()
        hear(raw, "fieldoffice", bell, stop)

    def close(self) -> None:
        self.engine.dispose()

    def ask(self, seat: Seat, query: Callable[..., R], args: Any, kw: Any) -> R:
        """What `see` does, for a given seat: one moment of the database, nothing written."""
        with told(), self._reading.connect() as connection, Session(connection, expire_on_commit=False) as session:
            actor = _actor(session, seat)
            return query(Tx(session, actor, self._now(session), self), *args, **kw)

    def run(self, seat: Seat, service: Callable[..., R], args: Any, kw: Any, op: str) -> Done[R]:
        """What `do` does, for a given seat and operation id; tried again while the database asks for it.

        An operation of the caller that landed already is not done again: the same call gets its answer, any other `Landed`.
        """
        op_id = op or str(uuid6.uuid7())
        for attempt in range(ATTEMPTS):
            try:
                with told(), self._one_writer:
                    return self._once(seat, service, args, kw, op_id)
            except WorldFault as fault:
                error = fault.__cause__
                if attempt == ATTEMPTS - 1 or not isinstance(error, DBAPIError) or not is_transient(error):
                    raise
                time.sleep(random.uniform(0.005, 0.02) * 2**attempt)
            except (Refused, IntegrityError):
                if op and self._is_known(op):
                    return self._answer_of(op, args, kw)
                raise
        raise AssertionError("unreachable")

    def _once(self, seat: Seat, service: Callable[..., R], args: Any, kw: Any, op_id: str) -> Done[R]:
        done: Done[R] | None = None
        with Session(self.engine, expire_on_commit=False) as session:
            try:
                tx = Tx(session, _actor(session, seat), self._now(session), self, op_id)
                session.info["tx"] = tx
                value = service(tx, *args, **kw)
                session.flush()
                close_books(tx, service)
                done = Done(value, frozenset(tx.topics), op_id)
                session.commit()
            except StaleDataError:
                raise Stale(STALE) from None
            except DBAPIError as error:
                if done is None or not is_disconnect(error) or not self._landed_now(op_id, done, args, kw):
                    raise
            return done

    def _landed_now(self, op_id: str, done: Done[Any], args: Any, kw: Any) -> bool:
        """`landed`; where nobody can tell now, the answer is kept for when the same call is made again."""
        try:
            return self.landed(op_id)
        except WorldFault:
            self._unknown[op_id] = (done, args, kw)
            if len(self._unknown) > 50:
                del self._unknown[next(iter(self._unknown))]
            raise

    def _is_known(self, op_id: str) -> bool:
        with told(), self._reading.connect() as connection:
            return connection.execute(select(Operation.id).where(Operation.op_id == op_id)).first() is not None

    def _answer_of(self, op_id: str, args: Any, kw: Any) -> Done[Any]:
        """What an operation answered that landed though its answer was lost."""
        done, its_args, its_kw = self._unknown.pop(op_id, (None, None, None))
        if done is None or (its_args, its_kw) != (args, kw):
            raise Landed("This was saved already, just before the connection broke. What you typed since is still here.", key="landed")
        return done

    def landed(self, op_id: str) -> bool:
        """Whether the action with this id was committed: asked when the answer to a commit was lost.

        The id is written once more and taken back. While the lost commit is still on its way, that waits for it; only
        looking would miss it, and the action would be done twice.
        """
        for wait in (0.1, 0.5, 1.0, 2.0, 4.0):
            try:
                with self.engine.connect() as connection, connection.begin() as attempt:
                    connection.execute(insert(Operation).values(op_id=op_id, at=datetime.now(UTC)))
                    attempt.rollback()
                    return False
            except IntegrityError:
                return True
            except DBAPIError:
                time.sleep(wait)
        raise WorldFault(
            "The connection broke while this was being saved. It may have been saved already; it is never saved twice.",
            key=UNREACHABLE,
        )

    def _now(self, session: Session) -> datetime:
        if self.clock is not None:
            return self.clock()
        return session.execute(select(func.now())).scalar_one().astimezone(UTC) if self.shared else datetime.now(UTC)


@dataclass(frozen=True)
class Seat:
    """The office's door as one user, somebody `outside`, or (with neither) the office itself sees it."""

    office: Office
    user_id: int | None
    outside: str = ""

    def see(self, query: Callable[Concatenate[Tx, P], R], *args: P.args, **kw: P.kwargs) -> R:
        return self.office.ask(self, query, args, kw)

    def do(self, service: Callable[Concatenate[Tx, P], R], *args: P.args, **kw: P.kwargs) -> R:
        return self.office.run(self, service, args, kw, "").value

    def done(self, service: Callable[Concatenate[Tx, P], R], *args: P.args, **kw: P.kwargs) -> Done[R]:
        return self.office.run(self, service, args, kw, "")

    def done_as(self, op_id: str, service: Callable[Concatenate[Tx, P], R], *args: P.args, **kw: P.kwargs) -> Done[R]:
        """The same under an operation id that the caller chose: what landed under it already is not done again."""
        return self.office.run(self, service, args, kw, op_id)


OFFICE_SEAT = Seat(None, None)  # type: ignore[arg-type]


def _actor(session: Session, seat: Seat) -> Actor:
    if seat.user_id is None:
        return Actor(None, seat.outside, OUTSIDE) if seat.outside else OFFICE
    user = session.get(StaffUser, seat.user_id)
    if user is None or not user.active:
        raise NotAllowed("This user may no longer sign in.", key="no_user")
    return Actor(user.id, user.name, user.rights)

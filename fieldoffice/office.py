"""The office: one database, one clock, one door. Built once in `main`, passed down.

`office.see(query, …)` reads, `office.do(service, …)` changes. A service is a function `verb(tx, …) -> frozen row`; it
has no effect except through `tx` and never commits. `do` opens the transaction, knows who asks, calls the service,
writes the event, raises the topics, commits, and tries again where the database says that this is all it takes.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, cast
from zoneinfo import ZoneInfo

import uuid6
from sqlalchemy import Select, TableClause, bindparam, event, func, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.orm.exc import StaleDataError

from fieldoffice.engine import UNREACHABLE, is_disconnect, is_sqlite, is_transient, open_engine, reading, told
from fieldoffice.models.base import Table, Versioned
from fieldoffice.models.company import Company
from fieldoffice.models.errors import NotAllowed, NotFound, Refused, Stale, WorldFault
from fieldoffice.models.log import Counter, Event, Operation, Task, Topic
from fieldoffice.models.staff import Right, StaffUser

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T", bound=Table)
ATTEMPTS = 8
NO_FACTS = dict.fromkeys(("job_id", "customer_id", "device_at", "lat", "lon", "accuracy_m"), None) | {"note": "", "no_fix": "desktop"}
WRITE_EVENT = insert(cast(TableClause, Event.__table__))
COUNTERS = cast(TableClause, Counter.__table__)
TAKE_NUMBER = (
    update(COUNTERS)
    .where(COUNTERS.c.name == bindparam("series"))
    .values(last=COUNTERS.c.last + 1)
    .returning(COUNTERS.c.last)
)
BEGIN_SERIES = text("insert into counter (name, last) values (:series, :last) on conflict (name) do nothing")
RAISE_TOPIC = text("insert into topic (name, n) values (:name, 1) on conflict (name) do update set n = topic.n + 1")
QUIET = {"topic", "event", "operation", "counter"}  # tables whose changes ring no topic of their own
STALE = "Somebody else has just changed this. It has been reloaded; please try again."


@dataclass(frozen=True)
class Actor:
    """Who asks. The office itself (no user) may do everything; it acts for background tasks and the terminal."""

    user_id: int | None
    name: str
    rights: frozenset[Right]


OFFICE = Actor(None, "fieldoffice", frozenset(Right))
OUTSIDE = frozenset({Right.ONLINE})


@dataclass
class Tx:
    """What a service gets: a session, who asks, what time it is, and where to write down what happened."""

    session: Session
    actor: Actor
    now: datetime
    office: Office
    op_id: str = ""
    topics: set[str] = field(default_factory=set)
    events: int = 0

    @cached_property
    def company(self) -> Company:
        company = self.session.get(Company, 1)
        if company is None:
            raise NotFound("There is no company in this database yet.")
        return company

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.company.zone)

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def require(self, right: Right) -> None:
        """Refuse unless the actor has the right."""
        if right not in self.actor.rights:
            raise NotAllowed(
                f"{self.actor.name} does not have the right to do this.", key="no_right", right=right.value
            )

    @contextmanager
    def as_office(self) -> Generator[None]:
        """Within, the office acts on what somebody outside was allowed to ask for; the log keeps that name."""
        before, self.actor = self.actor, Actor(self.actor.user_id, self.actor.name, OFFICE.rights)
        try:
            yield
        finally:
            self.actor = before

    def get(self, table: type[T], id: int, *, version: int | None = None, lock: bool = False) -> T:
        """The row, locked when a version is given or asked for; NotFound and Stale in words."""
        locked = version is not None or lock
        row = self.session.get(
            table, id, with_for_update={"key_share": True} if locked else None, populate_existing=locked
        )
        if row is None:
            raise NotFound(f"This {table.__tablename__.replace('_', ' ')} no longer exists.")
        if version is not None and isinstance(row, Versioned) and row.version != version:
            raise Stale(STALE)
        return row

    def add(self, row: T) -> T:
        """Store a new row and give it its id."""
        self.session.add(row)
        self.session.flush()
        return row

    def all(self, query: Select[R]) -> list[R]:
        """The rows of a query for one entity or column."""
        return list(self.session.scalars(query))

    def number(self, series: str, *, first: int = 1001) -> int:
        """The next number of a series, taken under its row's lock: no gap survives a rollback, none doubles."""
        taken = self.session.connection().execute(TAKE_NUMBER, {"series": series}).scalar()
        if taken is None:  # whoever comes first begins the series; the others wait for that row
            self.session.connection().execute(BEGIN_SERIES, {"series": series, "last": first - 1})
            taken = self.session.connection().execute(TAKE_NUMBER, {"series": series}).scalar_one()
        return int(taken)

    def event(
        self,
        kind: str,
        row: Table,
        *,
        job_id: int | None = None,
        customer_id: int | None = None,
        note: str = "",
        occurred_at: datetime | None = None,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
    ) -> None:
        """Write an entry of the append-only log about a stored row."""
        self.events += 1
        self.write_event(kind, row.__tablename__, row.id, job_id=job_id, customer_id=customer_id, note=note,
                         occurred_at=occurred_at or self.now, before=before or {}, after=after or {})  # fmt: skip

    def write_event(self, kind: str, entity: str, entity_id: int, **facts: Any) -> None:
        """The plain insert behind `event`; it flushes nothing and loads nothing."""
        row: dict[str, Any] = {
            **NO_FACTS, "at": self.now, "occurred_at": self.now, "by_id": self.actor.user_id, "by_name": self.actor.name,
            "kind": kind, "entity": entity, "entity_id": entity_id, "op_id": self.op_id, "before": {}, "after": {},
        }  # fmt: skip
        self.session.connection().execute(WRITE_EVENT, row | facts)

    def later(self, kind: str, key: str, *, due_at: datetime | None = None, **about: Any) -> None:
        """Ask for background work in the same transaction; the same key asks once."""
        due_at = due_at or self.now
        insert_task = postgresql.insert if self.office.shared else sqlite.insert
        row = insert_task(Task).values(kind=kind, key=key, about=about, due_at=due_at, tries=0, last_error="")
        if self.session.scalar(row.on_conflict_do_nothing(index_elements=["key"]).returning(Task.id)) is not None:
            return
        task = self.session.scalars(select(Task).where(Task.key == key).with_for_update()).one()
        if task.done_at is not None or task.due_at != due_at:
            task.done_at, task.due_at, task.tries, task.about = None, due_at, 0, about

    def ring(self, topic: str) -> None:
        """Raise a topic that no table of this transaction raises by itself."""
        self.topics.add(topic)


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
                _close_books(tx, service)
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


def _close_books(tx: Tx, service: Callable[..., Any]) -> None:
    """The last things before commit: the event, the operation, and the topics in sorted order.

    Topics come last and sorted, so that their row locks are short, cannot cross, and agree with commit order.
    """
    if not tx.topics:
        return
    if not tx.events:
        tx.write_event(service.__name__, min(tx.topics), 0)
    tx.session.execute(insert(Operation).values(op_id=tx.op_id, at=tx.now))
    tx.session.connection().execute(RAISE_TOPIC, [{"name": name} for name in sorted(tx.topics)])
    if tx.office.shared:
        tx.session.execute(text("select pg_notify('fieldoffice', '')"))


@event.listens_for(Session, "after_flush")
def _note_flush(session: Session, context: object) -> None:
    if tx := session.info.get("tx"):
        for row in (*session.new, *session.dirty, *session.deleted):
            if row.__tablename__ not in QUIET and (
                row in session.new or row in session.deleted or session.is_modified(row)
            ):
                tx.topics.add(row.__tablename__)


@event.listens_for(Session, "do_orm_execute")
def _note_bulk(state: ORMExecuteState) -> None:
    tx = state.session.info.get("tx")
    if tx and (state.is_update or state.is_delete or state.is_insert) and state.bind_mapper is not None:
        name = state.bind_mapper.class_.__tablename__
        if name not in QUIET:
            tx.topics.add(name)

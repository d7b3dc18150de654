"""What a service gets: a session, who asks, what time it is, and where to write down what happened."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, Protocol, TypeVar, cast
from zoneinfo import ZoneInfo

from sqlalchemy import Select, TableClause, bindparam, event, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import ORMExecuteState, Session

from fieldoffice.models.base import Table, Versioned
from fieldoffice.models.company import Company
from fieldoffice.models.errors import NotAllowed, NotFound, Stale
from fieldoffice.models.log import Counter, Event, Operation, Task
from fieldoffice.models.staff import Right

R = TypeVar("R")
T = TypeVar("T", bound=Table)
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


class House(Protocol):
    """What a transaction knows of its office."""

    @property
    def shared(self) -> bool:
        """Whether several desktops may work on the database."""
        ...


@dataclass
class Tx:
    """What a service gets: a session, who asks, what time it is, and where to write down what happened."""

    session: Session
    actor: Actor
    now: datetime
    office: House
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


def close_books(tx: Tx, service: Callable[..., Any]) -> None:
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

"""Which jobs a person means by some words, page by page: counted, sorted and cut by the database, at 300,000 as at 300."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, case, func, or_, select

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.customer import Customer, Location, searchable
from fieldoffice.models.errors import Invalid
from fieldoffice.models.job import Job, JobStatus, status_of
from fieldoffice.models.staff import Right
from fieldoffice.models.states import FINAL_STATES, OPEN_STATES, RUNNING_STATES, AppointmentState
from fieldoffice.office import Tx
from fieldoffice.services.customers.searching import words_of

DONE, WAITING, PLANNED, RUNNING = 1, 2, 3, 4


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job as a list shows it. `next_at` is the start of its earliest visit that is planned and not over."""

    id: int
    number: str
    title: str
    customer: str
    street: str
    status: JobStatus
    next_at: datetime | None
    priority: int
    created_on: date


@dataclass(frozen=True, slots=True)
class JobPage:
    """`rows` from the asked offset on, of `total` that match."""

    total: int
    rows: tuple[JobRow, ...]


def job_page(tx: Tx, text: str = "", *, offset: int = 0, limit: int = 200, sort: str = "newest", descending: bool = True) -> JobPage:
    """One page of the jobs that match, at first the newest. `sort` is one of `SORTS`; those without a value come last."""
    tx.require(Right.LOOK)
    where = mentions(text, shared=tx.office.shared)
    ids = _ids(tx, where, offset, limit, sort, descending)
    if 0 < len(ids) < limit:  # the end of the list: no need to count
        return JobPage(offset + len(ids), _rows(tx, ids))
    total = int(tx.session.scalar(select(func.count()).select_from(Job).where(*where)) or 0) if ids or offset else 0
    return JobPage(total, _rows(tx, ids))


def mentions(text: str, *, shared: bool) -> list[ColumnElement[bool]]:
    """Conditions on Job: every word is in its number, its title, or what is known of its customer (name, phone, streets).

    The customers that match are found once a word, not once a job. `shared`: on PostgreSQL.
    """
    where = func.strpos if shared else func.instr  # plain search for a part: quicker than LIKE
    typed = {searchable(word): word for word in text.split()}
    return [_mentions(where, word, typed.get(word, word)) for word in dict.fromkeys(words_of(text))]


def _mentions(where: Callable[..., Any], word: str, typed: str) -> ColumnElement[bool]:
    known = select(Customer.id).where(where(Customer.search, word) > 0)
    found = [where(func.lower(Job.number + " " + Job.title), word) > 0, Job.customer_id.in_(known)]
    if typed.casefold() != word:  # titles are not folded: "Ölbrenner" is found by what was typed
        found += [where(Job.title, way) > 0 for way in dict.fromkeys((typed, typed.lower(), typed.capitalize()))]
    return or_(*found)


def _ids(tx: Tx, where: Sequence[ColumnElement[bool]], offset: int, limit: int, sort: str, descending: bool) -> list[int]:
    if sort not in SORTS:
        raise Invalid(sort="The list cannot be sorted by this.")
    query, by = SORTS[sort](select(Job.id).where(*where))
    order = [one.desc() if descending else one.asc() for one in by]
    if sort == "next":
        order.insert(0, by[0].is_(None).asc())
    last = Job.id.desc() if descending else Job.id
    return tx.all(query.order_by(*order, last).offset(offset).limit(limit))


Sorted = tuple[Select[int], tuple[Any, ...]]
"""A query with what its sorting needs joined to it, and the expressions to sort by before the id."""


def _plain(*columns: Any) -> Callable[[Select[int]], Sorted]:
    return lambda query: (query, columns)


def _by_customer(query: Select[int]) -> Sorted:
    return query.join(Customer, Customer.id == Job.customer_id), (Customer.search,)


def _by_place(query: Select[int]) -> Sorted:
    return query.join(Location, Location.id == Job.location_id), (func.lower(Location.street),)


def _by_next(query: Select[int]) -> Sorted:
    visits = select(Appointment.job_id, func.min(Appointment.starts_at).label("at")).where(Appointment.state.in_(sorted(OPEN_STATES)))
    soon = visits.group_by(Appointment.job_id).subquery()
    return query.outerjoin(soon, soon.c.job_id == Job.id), (soon.c.at,)


def _by_status(query: Select[int]) -> Sorted:
    """By the words of the status: `status_of`, said to the database."""
    furthest = _furthest()
    word = case(
        (Job.cancelled_at.is_not(None), JobStatus.CANCELLED.value), (Job.on_hold, JobStatus.ON_HOLD.value),
        (Job.completed_by != "", JobStatus.COMPLETED.value), (furthest.c.n == RUNNING, JobStatus.IN_PROGRESS.value),
        (furthest.c.n == PLANNED, JobStatus.SCHEDULED.value), (furthest.c.n == DONE, JobStatus.COMPLETED.value),
        else_=JobStatus.UNSCHEDULED.value,
    )  # fmt: skip
    return query.outerjoin(furthest, furthest.c.job_id == Job.id), (word,)


def _furthest() -> Subquery:
    """What the visits of each job say of it: the largest of these numbers."""
    groups = {RUNNING: RUNNING_STATES, PLANNED: OPEN_STATES - RUNNING_STATES, DONE: {AppointmentState.COMPLETED},
              WAITING: set(AppointmentState) - OPEN_STATES - FINAL_STATES}  # fmt: skip
    n = case(*((Appointment.state.in_(sorted(states)), n) for n, states in groups.items()), else_=0)
    return select(Appointment.job_id, func.max(n).label("n")).group_by(Appointment.job_id).subquery()


SORTS: Mapping[str, Callable[[Select[int]], Sorted]] = {
    "newest": _plain(),  # ids grow
    "number": _plain(func.length(Job.number), Job.number),
    "what": _plain(func.lower(Job.title)),
    "priority": _plain(Job.priority),
    "customer": _by_customer,
    "place": _by_place,
    "next": _by_next,
    "status": _by_status,
}
"""What the list can be sorted by."""


def _rows(tx: Tx, ids: Sequence[int]) -> tuple[JobRow, ...]:
    """The rows of these jobs in this order."""
    query = select(Job.id, Job.number, Job.title, Job.on_hold, Job.cancelled_at, Job.completed_by, Job.priority, Job.created_at,
                   Customer.name, Location.street)  # fmt: skip
    query = query.join(Customer, Customer.id == Job.customer_id).join(Location, Location.id == Job.location_id)
    known = {row.id: row for row in tx.session.execute(query.where(Job.id.in_(ids)))}
    visits = _visits(tx, ids)
    return tuple(_row(tx, known[id], visits.get(id, [])) for id in ids if id in known)


def _row(tx: Tx, job: Any, visits: list[tuple[AppointmentState, datetime | None]]) -> JobRow:
    status = status_of(job.on_hold, job.cancelled_at is not None, job.completed_by, [state for state, _ in visits])
    soon = min((at for state, at in visits if at is not None and state in OPEN_STATES), default=None)
    return JobRow(job.id, job.number, job.title, job.name, job.street, status, soon, job.priority,
                  job.created_at.astimezone(tx.zone).date())  # fmt: skip


def _visits(tx: Tx, ids: Sequence[int]) -> dict[int, list[tuple[AppointmentState, datetime | None]]]:
    found: dict[int, list[tuple[AppointmentState, datetime | None]]] = {}
    query = select(Appointment.job_id, Appointment.state, Appointment.starts_at).where(Appointment.job_id.in_(ids))
    for job_id, state, at in tx.session.execute(query):
        found.setdefault(job_id, []).append((AppointmentState(state), at))
    return found

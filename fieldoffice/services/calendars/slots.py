"""Counting and sampling visits over many stretches of time at once: what a month or a week costs.

A large company has 22,000 visits in a month. They are counted by the database, and only the first few of each stretch are
fetched: a bounded read of the index on `starts_at` for each.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

from sqlalchemy import column, func, literal, select, union_all, values
from sqlalchemy.sql.expression import CTE

from fieldoffice.models.appointment import Appointment, Assignment
from fieldoffice.models.base import Instant
from fieldoffice.models.customer import Customer, Location
from fieldoffice.models.job import Job
from fieldoffice.models.provider import Provider
from fieldoffice.models.states import AppointmentState
from fieldoffice.office import Tx
from fieldoffice.services.availability import Span
from fieldoffice.services.calendars.rows import EVERYBODY, Entry, Whose

NOT_SHOWN = (AppointmentState.WAITING, AppointmentState.CANCELLED)
"""As on the board: a calendar shows what is planned, running or over."""
Counts = list[dict[AppointmentState, int]]


def counts(tx: Tx, slots: Sequence[Span], whose: Whose = EVERYBODY) -> Counts:
    """How many visits begin in each stretch, by state."""
    slot, begins, found = _slots(slots), _begins(whose), Counts({} for _ in slots)
    source = slot.join(_table(whose), (begins >= slot.c.since) & (begins < slot.c.until))
    query: Any = select(slot.c.n, Appointment.state, func.count()).select_from(source)
    query = _of(query, whose).where(Appointment.state.not_in(NOT_SHOWN)).group_by(slot.c.n, Appointment.state)
    if whose != EVERYBODY:  # the few rows of one are read first, and everybody's stretch by stretch
        query = query.where(begins >= slots[0].start, begins < slots[-1].end)
    rows: Any = tx.session.execute(query)
    for n, state, many in rows:
        found[n][AppointmentState(state)] = many
    return found


def waiting(tx: Tx, slots: Sequence[Span], customer_id: int | None = None) -> list[int]:
    """How many visits promised in each stretch have no provider yet."""
    slot, found = _slots(slots), [0] * len(slots)
    query = select(slot.c.n, func.count()).select_from(slot).join(
        Appointment, (Appointment.window_from_at >= slot.c.since) & (Appointment.window_from_at < slot.c.until)
    )
    if customer_id is not None:
        query = query.join(Job, Job.id == Appointment.job_id).where(Job.customer_id == customer_id)
    for n, many in tx.session.execute(query.where(Appointment.state == AppointmentState.WAITING).group_by(slot.c.n)):
        found[n] = many
    return found


def first_few(tx: Tx, slots: Sequence[Span], most: int, whose: Whose = EVERYBODY) -> list[tuple[Entry, ...]]:
    """The first visits that begin in each stretch, at most `most` of each, by time."""
    found: list[list[int]] = [[] for _ in slots]
    parts: list[Any] = [_first(n, slot, most, whose).subquery().select() for n, slot in enumerate(slots)]
    rows: Any = tx.session.execute(union_all(*parts))
    for n, id in rows:
        found[int(n)].append(id)
    known = entries(tx, list(chain.from_iterable(found)), whose)
    return [tuple(sorted((known[id] for id in ids), key=lambda e: (e.starts_at, e.id))) for ids in found]


def entries(tx: Tx, ids: Sequence[int], whose: Whose = EVERYBODY) -> dict[int, Entry]:
    """Visits as calendars show them, by id; those without a time are left out."""
    team = _team(tx, ids)
    query = (
        select(Appointment.id, Appointment.version, Appointment.job_id, Customer.name, Job.title, Location.street,
               Appointment.state, Appointment.starts_at, Appointment.duration_s, Appointment.locked)
        .join(Job, Job.id == Appointment.job_id)
        .join(Customer, Customer.id == Job.customer_id)
        .join(Location, Location.id == Job.location_id)
        .where(Appointment.id.in_(ids), Appointment.starts_at.is_not(None))
    )  # fmt: skip
    mine = whose.customer_id is not None
    return {row.id: _entry(row, team.get(row.id, []), row.title if mine else "") for row in tx.session.execute(query)}


def _entry(row: Any, team: list[tuple[int, str]], words: str) -> Entry:
    return Entry(row.id, row.version, row.job_id, row.name, row.title, row.street, AppointmentState(row.state), row.starts_at,
                 row.duration_s, tuple(id for id, _ in team), tuple(name for _, name in team), row.locked, words)  # fmt: skip


def _team(tx: Tx, ids: Sequence[int]) -> dict[int, list[tuple[int, str]]]:
    query = (
        select(Assignment.appointment_id, Provider.id, Provider.name)
        .join(Provider, Provider.id == Assignment.provider_id)
        .where(Assignment.appointment_id.in_(ids))
        .order_by(Assignment.role.desc(), Assignment.id)  # lead before helper
    )
    found: dict[int, list[tuple[int, str]]] = {}
    for id, provider_id, name in tx.session.execute(query):
        found.setdefault(id, []).append((provider_id, name))
    return found


def _slots(slots: Sequence[Span]) -> CTE:
    """The stretches as a table of the query."""
    table = values(column("n", Appointment.id.type), column("since", Instant()), column("until", Instant()), name="slot")
    return table.data([(n, slot.start, slot.end) for n, slot in enumerate(slots)]).cte()


def _first(n: int, slot: Span, most: int, whose: Whose) -> Any:
    """The ids of the first visits of one stretch."""
    begins = _begins(whose)
    query: Any = select(literal(n).label("n"), Appointment.id.label("id")).select_from(_table(whose))
    query = _of(query, whose).where(begins >= slot.start, begins < slot.end, Appointment.state.not_in(NOT_SHOWN))
    return query.order_by(begins, Appointment.id).limit(most)


def _begins(whose: Whose) -> Any:
    """The column whose index leads to the visits: an assignment has the times copied."""
    return Appointment.starts_at if whose.provider_id is None else Assignment.starts_at


def _table(whose: Whose) -> Any:
    return Appointment.__table__ if whose.provider_id is None else Assignment.__table__


def _of(query: Any, whose: Whose) -> Any:
    """Only the visits of one provider, or of one customer; never a time that a stranger holds and has not booked."""
    if whose.provider_id is not None:
        query = query.join(Appointment, Appointment.id == Assignment.appointment_id).where(Assignment.provider_id == whose.provider_id)
    query = query.where(Appointment.job_id.is_not(None))
    if whose.customer_id is not None:
        query = query.join(Job, Job.id == Appointment.job_id).where(Job.customer_id == whose.customer_id)
    return query

"""A week of visits by the hour, and all visits of one day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from sqlalchemy import select

from fieldoffice.models.appointment import Appointment, Assignment
from fieldoffice.models.job import Job
from fieldoffice.models.provider import Provider
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.availability import Span
from fieldoffice.services.calendar import day_span, local
from fieldoffice.services.calendars.month import days
from fieldoffice.services.calendars.rows import EVERYBODY, Day, Entry, Whose
from fieldoffice.services.calendars.slots import NOT_SHOWN, counts, entries, first_few
from fieldoffice.services.dispatch.diaries import provider_rows

EACH_HOUR = 4
"""Visits of everybody fetched of each hour; the others are counted. One provider's are all fetched."""
EVERY_ONE = 60


@dataclass(frozen=True, slots=True)
class Hour:
    """The visits that begin within one hour of a day: the first few, and how many there are."""

    starts_at: datetime
    entries: tuple[Entry, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days; `hours` has those in which something begins. `shifts` and `absences` are the one provider's."""

    days: tuple[Day, ...]  # without entries
    hours: tuple[Hour, ...]
    zone: str
    today: date
    now: datetime
    whose: int | None = None
    customer_id: int | None = None
    shifts: tuple[Span, ...] = ()
    absences: tuple[tuple[Span, str], ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(entry for hour in self.hours for entry in hour.entries)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whose calendar can be shown."""

    id: int
    name: str


def week(tx: Tx, on: date | None = None, whose: Whose = EVERYBODY) -> Week:
    """The week that holds `on` (today's without it), of everybody, of one provider or of one customer."""
    tx.require(Right.LOOK)
    on = on or tx.today
    start = on - timedelta(days=(on.weekday() - tx.company.first_weekday) % 7)
    hours = _hours(tx, start, EACH_HOUR if whose == EVERYBODY else EVERY_ONE, whose)
    rows = () if whose.provider_id is None else provider_rows(tx, start, 7, [whose.provider_id])
    shifts = tuple(span for row in rows for span in row.shifts)
    absences = tuple((absence.span, absence.reason) for row in rows for absence in row.absences)
    return Week(days(tx, start, 7, whose, 0), hours, tx.company.zone, tx.today, tx.now, whose.provider_id, whose.customer_id,
                shifts, absences)  # fmt: skip


def day(tx: Tx, on: date, whose: Whose = EVERYBODY) -> tuple[Entry, ...]:
    """All visits of one day, by time."""
    tx.require(Right.LOOK)
    span = day_span(on, tx.zone)
    query = select(Appointment.id).where(Appointment.starts_at >= span.start, Appointment.starts_at < span.end)
    query = query.where(Appointment.state.not_in(NOT_SHOWN))
    if whose.provider_id is not None:
        mine = select(Assignment.appointment_id).where(Assignment.provider_id == whose.provider_id)
        query = query.where(Appointment.id.in_(mine))
    if whose.customer_id is not None:
        query = query.join(Job, Job.id == Appointment.job_id).where(Job.customer_id == whose.customer_id)
    found = entries(tx, tx.all(query), whose)
    return tuple(sorted(found.values(), key=lambda e: (e.starts_at, e.id)))


def people(tx: Tx) -> tuple[Person, ...]:
    """The active providers in the order of the board."""
    tx.require(Right.LOOK)
    query = select(Provider.id, Provider.name).where(Provider.active).order_by(Provider.position, Provider.name, Provider.id)
    return tuple(Person(id, name) for id, name in tx.session.execute(query))


def _hours(tx: Tx, start: date, most: int, whose: Whose) -> tuple[Hour, ...]:
    """By the wall clock: the skipped hour of a spring day holds nothing, the doubled one of autumn holds both."""
    dates = [start + timedelta(days=n) for n in range(7)]
    edges = [local(on, 60 * hour, tx.zone) for on in dates for hour in range(24)] + [day_span(dates[-1], tx.zone).end]
    spans = [Span(a, b) for a, b in pairwise(edges) if a < b]
    many = counts(tx, spans, whose)
    used = [(span, sum(states.values())) for span, states in zip(spans, many, strict=True) if states]
    if not used:
        return ()
    few = first_few(tx, [span for span, _ in used], most, whose)
    return tuple(Hour(span.start, found, total) for (span, total), found in zip(used, few, strict=True))

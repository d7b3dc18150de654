"""A month of visits: counts of each day and the first few of them, holidays, who is away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select

from fieldoffice.models.company import Holiday
from fieldoffice.models.provider import Absence, Provider, Shift
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.availability import Span
from fieldoffice.services.calendar import day_span
from fieldoffice.services.calendars.rows import EVERYBODY, Day, Month, Whose, grid
from fieldoffice.services.calendars.slots import counts, first_few, waiting
from fieldoffice.services.dispatch.diaries import provider_rows

SHOWN = 8
"""Visits fetched of each day: as many as fit into a cell on a large screen."""


def month(tx: Tx, on: date | None = None, whose: Whose = EVERYBODY, *, most: int = SHOWN) -> Month:
    """The month that holds `on` (today's without it), of everybody, of one provider or of one customer."""
    tx.require(Right.LOOK)
    first = (on or tx.today).replace(day=1)
    start, count = grid(first, tx.company.first_weekday)
    found = days(tx, start, count, whose, most)
    return Month(first, found, tx.company.zone, tx.today, tx.now, whose.provider_id, whose.customer_id)


def days(tx: Tx, start: date, count: int, whose: Whose, most: int) -> tuple[Day, ...]:
    """So many civil days with their counts and at most `most` visits of each."""
    dates = [start + timedelta(days=n) for n in range(count)]
    spans = [day_span(on, tx.zone) for on in dates]
    few = first_few(tx, spans, most, whose) if most else [()] * count
    many, free = counts(tx, spans, whose), [0] * count if whose.provider_id is not None else waiting(tx, spans, whose.customer_id)
    holidays = holiday_names(tx, start, count)
    shut, away = _closed(tx, dates, set(holidays), whose.provider_id), _away(tx, spans, whose)
    return tuple(Day(on, few[n], many[n], free[n], holidays.get(on, ""), away[n], shut[n]) for n, on in enumerate(dates))


def holiday_names(tx: Tx, start: date, count: int) -> dict[date, str]:
    """The company's holidays within some days."""
    query = select(Holiday.on_date, Holiday.name).where(Holiday.on_date >= start)
    return {on: name for on, name in tx.session.execute(query.where(Holiday.on_date < start + timedelta(days=count)))}


def _closed(tx: Tx, dates: Sequence[date], holidays: set[date], provider_id: int | None) -> list[bool]:
    """On which days nobody, or the provider, has hours. For everybody the regular weekdays decide, and holidays."""
    if provider_id is not None:
        rows = provider_rows(tx, dates[0], len(dates), [provider_id])
        worked = {shift.start.astimezone(tx.zone).date() for row in rows for shift in row.shifts}
        return [on not in worked for on in dates]
    query = select(Shift.weekday).join(Provider, Provider.id == Shift.provider_id).where(Provider.active).distinct()
    weekdays = set(tx.all(query))
    return [bool(weekdays) and (on.weekday() not in weekdays or on in holidays) for on in dates]


def _away(tx: Tx, spans: Sequence[Span], whose: Whose) -> list[tuple[str, ...]]:
    """Who is absent on each day; for one provider, why. A customer's calendar does not tell."""
    if whose.customer_id is not None:
        return [()] * len(spans)
    provider_id = whose.provider_id
    query = select(Provider.name, Absence.reason, Absence.starts_at, Absence.ends_at).join(Provider, Provider.id == Absence.provider_id)
    query = query.where(Absence.starts_at < spans[-1].end, Absence.ends_at > spans[0].start)
    query = query.where(Provider.active) if provider_id is None else query.where(Provider.id == provider_id)
    found: list[dict[str, None]] = [{} for _ in spans]
    for name, reason, starts_at, ends_at in tx.session.execute(query.order_by(Provider.position, Provider.name, Absence.starts_at)):
        for n, span in enumerate(spans):
            if span.meets(starts_at, ends_at):
                found[n][reason if provider_id is not None else name] = None
    return [tuple(names) for names in found]

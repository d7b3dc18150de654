"""The list of providers, one provider, and some days of one: each in one consistent look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import ColumnElement, select

from fieldoffice.models.company import Holiday
from fieldoffice.models.provider import Absence, Provider, ProviderSkill, Shift, ShiftBreak, ShiftException, Skill
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.availability import Span
from fieldoffice.services.calendar import day_span
from fieldoffice.services.dispatch.diaries import diaries, provider_rows
from fieldoffice.services.geo import Point
from fieldoffice.services.providers.hours import hours_of
from fieldoffice.services.providers.load import Way, loads, summed
from fieldoffice.services.providers.people import facts_of
from fieldoffice.services.providers.rows import (
    AbsenceRow,
    DayRow,
    Held,
    Person,
    ProviderLine,
    Providers,
    ShiftRow,
    Warn,
    WorkDays,
)

LOOK_BACK = timedelta(days=30)
"""Absences and exceptions that are over stay in sight that long."""


def providers(tx: Tx) -> Providers:
    """Everybody, those who left too, in board order, with the load of this week; always the same number of queries."""
    tx.require(Right.LOOK)
    everyone = tx.all(select(Provider).order_by(Provider.position, Provider.name, Provider.id))
    first_on = _week_of(tx)
    rows = provider_rows(tx, first_on, 7, [p.id for p in everyone])
    full = loads(tx, rows, first_on, 7, {p.id: _way(p) for p in everyone})
    held, away = _held(tx), _absences(tx, Absence.ends_at > tx.now)
    working = set(tx.all(select(Shift.provider_id).distinct()))
    lines = tuple(
        ProviderLine(p.id, p.version, p.name, p.kind, p.color, p.active, n, tuple(h.name for h in held[p.id]), summed(full[p.id]),
                     p.target_load_percent, next(iter(away[p.id]), None), _warnings(tx, p, held[p.id], p.id in working),
                     p.email, p.phone)
        for n, p in enumerate(everyone, start=1)
    )  # fmt: skip
    names = tx.all(select(Skill.name).order_by(Skill.name))
    return Providers(lines, tuple(names), tx.company.zone, tx.today)


def person(tx: Tx, provider_id: int) -> Person:
    """One provider with skills, hours, absences and what to look after."""
    tx.require(Right.LOOK)
    p = tx.get(Provider, provider_id)
    held, shifts = _held(tx, provider_id)[p.id], _shifts(tx, provider_id)
    since = day_span(tx.today - LOOK_BACK, tx.zone).start
    offered = tuple((s.id, s.name, s.certified) for s in tx.all(select(Skill).order_by(Skill.name)))
    free = select(Holiday).where(Holiday.on_date >= tx.today - LOOK_BACK).order_by(Holiday.on_date)
    company = tx.company
    return Person(p.id, p.version, p.active, facts_of(p), tuple(held), shifts, _days(tx, provider_id),
                  _with_visits(tx, provider_id, _absences(tx, Absence.ends_at > since, Absence.provider_id == provider_id)[p.id]),
                  tuple((h.on_date, h.name) for h in tx.all(free)), _warnings(tx, p, held, bool(shifts)), offered,
                  _point(company.lat, company.lon), company.zone, tx.today, tx.now, company.first_weekday)  # fmt: skip


def work_days(tx: Tx, provider_id: int, first_on: date, days: int) -> WorkDays:
    """Shifts, absences, holidays, visits and load of one provider on some civil days."""
    tx.require(Right.LOOK)
    p, last = tx.get(Provider, provider_id), first_on + timedelta(days=days)
    rows = provider_rows(tx, first_on, days, [provider_id])
    full = loads(tx, rows, first_on, days, {p.id: _way(p)})[p.id]
    free = tx.all(select(Holiday).where(Holiday.on_date >= first_on, Holiday.on_date < last))
    special = select(ShiftException).where(ShiftException.provider_id == provider_id, ShiftException.on_date >= first_on,
                                           ShiftException.on_date < last)  # fmt: skip
    return WorkDays(first_on, rows[0], full, p.target_load_percent, {h.on_date: h.name for h in free},
                    {e.on_date: e.reason for e in tx.all(special)}, tx.today, tx.company.zone)  # fmt: skip


def _week_of(tx: Tx) -> date:
    """The first day of this week, as the company counts weeks."""
    return tx.today - timedelta(days=(tx.today.weekday() - tx.company.first_weekday) % 7)


def _way(p: Provider) -> Way:
    return Way(not p.starts_at_first_job, not p.ends_at_last_job)


def _held(tx: Tx, provider_id: int | None = None) -> dict[int, list[Held]]:
    query = select(ProviderSkill, Skill).join(Skill, Skill.id == ProviderSkill.skill_id).order_by(Skill.name)
    if provider_id is not None:
        query = query.where(ProviderSkill.provider_id == provider_id)
    found: dict[int, list[Held]] = defaultdict(list)
    for has, skill in tx.session.execute(query):
        found[has.provider_id].append(
            Held(has.id, has.version, skill.id, skill.name, skill.certified, has.certificate, has.expires_on)
        )
    return found


def _shifts(tx: Tx, provider_id: int) -> tuple[ShiftRow, ...]:
    further: dict[int, list[ShiftBreak]] = defaultdict(list)
    breaks = select(ShiftBreak).join(Shift, Shift.id == ShiftBreak.shift_id).where(Shift.provider_id == provider_id)
    for row in tx.all(breaks.order_by(ShiftBreak.from_min, ShiftBreak.id)):
        further[row.shift_id].append(row)
    order = (Shift.weekday, Shift.start_min, Shift.valid_from, Shift.id)
    shifts = tx.all(select(Shift).where(Shift.provider_id == provider_id).order_by(*order))
    return tuple(ShiftRow(s.id, s.version, s.weekday, hours_of(s, further[s.id])) for s in shifts)


def _days(tx: Tx, provider_id: int) -> tuple[DayRow, ...]:
    query = select(ShiftException).where(
        ShiftException.provider_id == provider_id, ShiftException.on_date >= tx.today - LOOK_BACK
    )
    return tuple(
        DayRow(e.id, e.version, e.on_date, None if e.start_min is None or e.end_min is None else (e.start_min, e.end_min), e.reason)
        for e in tx.all(query.order_by(ShiftException.on_date))
    )


def _absences(tx: Tx, *where: ColumnElement[bool]) -> dict[int, list[AbsenceRow]]:
    found: dict[int, list[AbsenceRow]] = defaultdict(list)
    for row in tx.all(select(Absence).where(*where).order_by(Absence.starts_at, Absence.id)):
        found[row.provider_id].append(AbsenceRow(row.id, row.version, Span(row.starts_at, row.ends_at), row.reason))
    return found


def _with_visits(tx: Tx, provider_id: int, rows: Sequence[AbsenceRow]) -> tuple[AbsenceRow, ...]:
    """With the number of planned visits that each one hits: one look at the diary for all of them."""
    ahead = [row for row in rows if row.span.end > tx.now]
    if not ahead:
        return tuple(rows)
    moments = [moment for row in ahead for moment in (row.span.start, row.span.end)]
    busy = diaries(tx, [provider_id], [min(moments), max(moments)])[provider_id].busy
    return tuple(replace(row, visits=sum(row.span.meets(b.start, b.end) for b in busy)) for row in rows)


def _warnings(tx: Tx, p: Provider, held: Iterable[Held], working: bool) -> tuple[Warn, ...]:
    """The most pressing first; those who left need nothing looked after."""
    if not p.active:
        return ()
    found = [warning for has in held if (warning := has.warning(tx.today)) is not None]
    if not working:
        found.append(Warn("warn", "No regular hours"))
    if p.start_lat is None and tx.company.lat is None:
        found.append(Warn("warn", "No start place, so no route can be planned"))
    return tuple(sorted(found, key=lambda w: (w.level != "danger", w.words)))


def _point(lat: float | None, lon: float | None) -> Point | None:
    return None if lat is None or lon is None else (lat, lon)

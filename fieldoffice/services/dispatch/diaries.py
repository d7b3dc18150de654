"""What providers have on: the one place that reads who is busy when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, select

from fieldoffice.models.appointment import Appointment, Assignment
from fieldoffice.models.company import Holiday
from fieldoffice.models.customer import Customer, Location
from fieldoffice.models.job import Job
from fieldoffice.models.provider import Absence, Provider, ProviderSkill, Shift, ShiftBreak, ShiftException, Skill
from fieldoffice.models.states import AppointmentState
from fieldoffice.office import Tx
from fieldoffice.services import availability
from fieldoffice.services.availability import Busy, Diary, Lunch, SkillHeld, Span
from fieldoffice.services.calendar import day_span, local
from fieldoffice.services.dispatch.rows import ProviderRow
from fieldoffice.services.dispatch.ways import to_and_from
from fieldoffice.services.geo import Point
from fieldoffice.services.travel.known import known_drives

ONLINE = "somebody who is booking online"
"""What the conflict is called while a stranger holds a time."""


def provider_rows(tx: Tx, first_on: date, days: int, ids: Iterable[int] | None = None) -> tuple[ProviderRow, ...]:
    """The active providers (or those named) in board order, with their hours over some civil days."""
    query = select(Provider).order_by(Provider.position, Provider.name, Provider.id)
    query = query.where(Provider.active) if ids is None else query.where(Provider.id.in_(list(ids)))
    providers = tx.all(query)
    known = [p.id for p in providers]
    hours = _hours(tx, known, first_on, days)
    away, skills = _absences(tx, known, day_span(first_on, tx.zone, days)), _skills(tx, known)
    company = tx.company
    depot = _point(company.lat, company.lon)
    return tuple(
        ProviderRow(
            id=p.id, name=p.name, color=p.color, zone=company.zone, kind=p.kind, shifts=tuple(hours[p.id][0]),
            lunches=tuple(hours[p.id][1]), absences=tuple(away[p.id]), skills=tuple(skills[p.id]),
            start_place=_point(p.start_lat, p.start_lon) or depot, end_place=_point(p.end_lat, p.end_lon) or depot,
            overtime_s=p.max_overtime_s,
        )
        for p in providers
    )  # fmt: skip


def diaries(tx: Tx, provider_ids: Iterable[int], moments: Sequence[datetime], place: Point | None = None) -> dict[int, Diary]:
    """The diaries that the availability rule needs around some moments, by provider id.

    Their drives from and to `place`, where a visit is to be, are road times as far as those are known.
    """
    ids = sorted(set(provider_ids))
    days = [m.astimezone(tx.zone).date() for m in moments]
    first, count = min(days), (max(days) - min(days)).days + 1
    busy = _busy(tx, ids, day_span(first - timedelta(days=1), tx.zone, count + 2))
    drives = known_drives(tx, to_and_from(place, (b.place for mine in busy.values() for b in mine)) if place else ())
    return {
        row.id: Diary(row.id, row.name, row.zone, row.shifts, row.absences, row.lunches, row.skills, tuple(busy[row.id]),
                      row.start_place, row.end_place, row.overtime_s, drives)
        for row in provider_rows(tx, first, count, ids)
    }  # fmt: skip


def expired_hold(tx: Tx) -> ColumnElement[bool]:
    """The condition that an appointment is held and its time is over: it takes nobody's time, released or not."""
    held = Appointment.state == AppointmentState.HELD
    return and_(held, Appointment.held_until.is_not(None), Appointment.held_until <= tx.now)


def _busy(tx: Tx, ids: list[int], span: Span) -> dict[int, list[Busy]]:
    """The only query of its kind: what takes providers' time within a span."""
    rows = tx.session.execute(
        select(Assignment.provider_id, Appointment.id, Assignment.starts_at, Assignment.ends_at,
               func.coalesce(Location.lat, Appointment.hold_lat), func.coalesce(Location.lon, Appointment.hold_lon), Customer.name)
        .join(Appointment, Appointment.id == Assignment.appointment_id)
        .outerjoin(Job, Job.id == Appointment.job_id)
        .outerjoin(Location, Location.id == Job.location_id)
        .outerjoin(Customer, Customer.id == Job.customer_id)
        .where(Assignment.provider_id.in_(ids), Assignment.active, Assignment.starts_at < span.end,
               Assignment.ends_at > span.start, ~expired_hold(tx))
        .order_by(Assignment.starts_at, Appointment.id)
    )  # fmt: skip
    found: dict[int, list[Busy]] = defaultdict(list)
    for provider_id, appointment_id, start, end, lat, lon, name in rows:
        found[provider_id].append(Busy(appointment_id, start, end, _point(lat, lon), name or ONLINE))
    return found


def _hours(tx: Tx, ids: list[int], first_on: date, days: int) -> dict[int, tuple[list[Span], list[Lunch]]]:
    zone, last = tx.zone, first_on + timedelta(days=days)
    regular: dict[tuple[int, int], list[Shift]] = defaultdict(list)
    for shift in tx.all(select(Shift).where(Shift.provider_id.in_(ids)).order_by(Shift.start_min)):
        regular[shift.provider_id, shift.weekday].append(shift)
    special = {(e.provider_id, e.on_date): e for e in tx.all(select(ShiftException).where(
        ShiftException.provider_id.in_(ids), ShiftException.on_date >= first_on, ShiftException.on_date < last))}  # fmt: skip
    further = _further(tx, ids)
    closed = set(tx.all(select(Holiday.on_date).where(Holiday.on_date >= first_on, Holiday.on_date < last)))
    found: dict[int, tuple[list[Span], list[Lunch]]] = {id: ([], []) for id in ids}
    for id in ids:
        for on in (first_on + timedelta(days=n) for n in range(days)):
            shifts = [s for s in regular[id, on.weekday()] if (s.valid_from or on) <= on <= (s.valid_to or on)]
            _one_day(found[id], shifts, further, special.get((id, on)), on in closed, on, zone)
    return found


def _further(tx: Tx, ids: list[int]) -> dict[int, list[ShiftBreak]]:
    """The breaks beside the main one, by shift id."""
    query = select(ShiftBreak).join(Shift, Shift.id == ShiftBreak.shift_id).where(Shift.provider_id.in_(ids))
    found: dict[int, list[ShiftBreak]] = defaultdict(list)
    for row in tx.all(query.order_by(ShiftBreak.from_min, ShiftBreak.id)):
        found[row.shift_id].append(row)
    return found


def _one_day(into: tuple[list[Span], list[Lunch]], shifts: list[Shift], further: dict[int, list[ShiftBreak]],
             special: ShiftException | None, closed: bool, on: date, zone: ZoneInfo) -> None:  # fmt: skip
    spans, lunches = into
    if special is not None:
        if special.start_min is not None and special.end_min is not None:
            spans.append(Span(local(on, special.start_min, zone), local(on, special.end_min, zone)))
    elif not closed:
        spans.extend(Span(local(on, s.start_min, zone), local(on, s.end_min, zone)) for s in shifts)
    for shift in shifts:
        breaks = [(shift.lunch_min, shift.lunch_from_min, shift.lunch_to_min)] if shift.lunch_min else []
        breaks += [(b.length_min, b.from_min, b.to_min) for b in further.get(shift.id, ())]
        for length_min, first, last in breaks:
            span = Span(local(on, first, zone), local(on, last, zone))
            if any(s.holds(span.start, span.end) for s in spans):
                lunches.append(Lunch(span, length_min * 60))


def _absences(tx: Tx, ids: list[int], span: Span) -> dict[int, list[availability.Absence]]:
    found: dict[int, list[availability.Absence]] = defaultdict(list)
    for row in tx.all(select(Absence).where(Absence.provider_id.in_(ids), Absence.starts_at < span.end,
                                            Absence.ends_at > span.start).order_by(Absence.starts_at)):  # fmt: skip
        found[row.provider_id].append(availability.Absence(Span(row.starts_at, row.ends_at), row.reason))
    return found


def _skills(tx: Tx, ids: list[int]) -> dict[int, list[SkillHeld]]:
    found: dict[int, list[SkillHeld]] = defaultdict(list)
    query = select(ProviderSkill.provider_id, Skill.name, ProviderSkill.expires_on).join(
        Skill, Skill.id == ProviderSkill.skill_id
    )
    for provider_id, name, expires_on in tx.session.execute(
        query.where(ProviderSkill.provider_id.in_(ids)).order_by(Skill.name)
    ):
        found[provider_id].append(SkillHeld(name, expires_on))
    return found


def _point(lat: float | None, lon: float | None) -> Point | None:
    return None if lat is None or lon is None else (lat, lon)

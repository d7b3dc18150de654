"""Appointments as cards: the same few queries for one card and for a thousand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from fieldoffice.models.appointment import Appointment, Assignment, Override
from fieldoffice.models.customer import Customer, Location
from fieldoffice.models.files import Attachment
from fieldoffice.models.job import Job, JobProvider, JobSkill, Line
from fieldoffice.models.provider import Skill
from fieldoffice.models.states import AppointmentState
from fieldoffice.office import Tx
from fieldoffice.services.availability import Span
from fieldoffice.services.dispatch.rows import Card, Placement

COLUMNS = (
    Appointment.id, Appointment.version, Appointment.job_id, Appointment.state, Appointment.starts_at, Appointment.duration_s,
    Appointment.window_kind, Appointment.window_from_at, Appointment.window_to_at, Appointment.earliest_on,
    Appointment.latest_on, Appointment.locked, Appointment.held_until,
    Job.number, Job.customer_id, Job.title, Job.priority, Job.series_id, Customer.name.label("customer"),
    Location.street, Location.city, Location.lat, Location.lon,
)  # fmt: skip


def cards(tx: Tx, *where: ColumnElement[bool], limit: int | None = None) -> tuple[Card, ...]:
    """The appointments that meet the conditions, by planned or promised time."""
    query = (
        select(*COLUMNS)
        .join(Job, Job.id == Appointment.job_id)
        .join(Customer, Customer.id == Job.customer_id)
        .join(Location, Location.id == Job.location_id)
        .where(*where)
        .order_by(func.coalesce(Appointment.starts_at, Appointment.window_from_at), Appointment.id)
        .limit(limit)
    )
    rows = tx.session.execute(query).all()
    return _filled(tx, rows) if rows else ()


def cards_of(tx: Tx, ids: Iterable[int]) -> tuple[Card, ...]:
    """The cards of some appointments."""
    return cards(tx, Appointment.id.in_(list(ids)))


def placements(tx: Tx, ids: Iterable[int]) -> dict[int, Placement]:
    """Where some appointments stand, by id: what undo needs to know."""
    return {card.id: placement(card) for card in cards_of(tx, ids)}


def placement(card: Card) -> Placement:
    return Placement(card.id, card.version, card.state, card.starts_at, card.duration_s, card.provider_ids, card.window_kind,
                     card.window, card.locked, card.overridden, card.earliest_on, card.latest_on)  # fmt: skip


def _filled(tx: Tx, rows: Iterable[Any]) -> tuple[Card, ...]:
    rows = list(rows)
    ids, jobs = [row.id for row in rows], list({row.job_id for row in rows})
    team, overridden = _team(tx, ids)
    skills, wishes = _skills(tx, jobs), _wishes(tx, jobs)
    outdoor = set(tx.all(select(Line.job_id).where(Line.job_id.in_(jobs), Line.outdoor).distinct()))
    photos = _photos(tx, jobs)
    first = _first_visits(tx, {row.customer_id for row in rows})
    return tuple(
        Card(
            id=row.id, version=row.version, job_id=row.job_id, job_number=row.number, customer_id=row.customer_id,
            customer=row.customer, service=row.title, street=row.street, city=row.city,
            place=None if row.lat is None or row.lon is None else (row.lat, row.lon),
            state=AppointmentState(row.state), starts_at=row.starts_at, duration_s=row.duration_s,
            provider_ids=tuple(team[row.id]), window_kind=row.window_kind,
            window=None if row.window_from_at is None else Span(row.window_from_at, row.window_to_at),
            earliest_on=row.earliest_on, latest_on=row.latest_on, priority=row.priority, locked=row.locked,
            outdoor=row.job_id in outdoor, recurring=row.series_id is not None, photos=photos.get(row.job_id, 0),
            first_visit=first.get(row.customer_id) == row.id, overridden=overridden.get(row.id, ""), held_until=row.held_until,
            skills=frozenset(skills[row.job_id]), preferred=frozenset(wishes[row.job_id, "preferred"]),
            excluded=frozenset(wishes[row.job_id, "excluded"]),
        )
        for row in rows
    )  # fmt: skip


def _team(tx: Tx, ids: list[int]) -> tuple[dict[int, list[int]], dict[int, str]]:
    team: dict[int, list[int]] = defaultdict(list)
    reasons: dict[int, str] = {}
    query = select(Assignment.appointment_id, Assignment.provider_id, Override.reason).outerjoin(
        Override, Override.id == Assignment.override_id
    )
    order = (Assignment.role.desc(), Assignment.id)  # lead before helper
    for appointment_id, provider_id, reason in tx.session.execute(
        query.where(Assignment.appointment_id.in_(ids)).order_by(*order)
    ):
        team[appointment_id].append(provider_id)
        if reason:
            reasons[appointment_id] = reason
    return team, reasons


def _skills(tx: Tx, jobs: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    query = (
        select(JobSkill.job_id, Skill.name).join(Skill, Skill.id == JobSkill.skill_id).where(JobSkill.job_id.in_(jobs))
    )
    for job_id, name in tx.session.execute(query):
        found[job_id].append(name)
    return found


def _wishes(tx: Tx, jobs: list[int]) -> dict[tuple[int, str], list[int]]:
    found: dict[tuple[int, str], list[int]] = defaultdict(list)
    query = select(JobProvider.job_id, JobProvider.wish, JobProvider.provider_id).where(JobProvider.job_id.in_(jobs))
    for job_id, wish, provider_id in tx.session.execute(query):
        found[job_id, wish].append(provider_id)
    return found


def _photos(tx: Tx, jobs: list[int]) -> dict[int, int]:
    query = select(Attachment.job_id, func.count()).where(
        and_(Attachment.job_id.in_(jobs), Attachment.media_type.like("image/%"))
    )
    return {job: int(n) for job, n in tx.session.execute(query.group_by(Attachment.job_id)) if job is not None}


def _first_visits(tx: Tx, customers: set[int]) -> dict[int, int]:
    """The first visit ever of some customers: appointment id by customer id. Ids grow with time."""
    query = (
        select(Job.customer_id, func.min(Appointment.id))
        .join(Appointment, Appointment.job_id == Job.id)
        .where(Job.customer_id.in_(customers), Appointment.state != AppointmentState.CANCELLED)
        .group_by(Job.customer_id)
    )
    return {customer: first for customer, first in tx.session.execute(query)}

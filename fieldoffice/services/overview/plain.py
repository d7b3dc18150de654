"""Boards with only what times, places and states tell: enough for figures, far cheaper than full cards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from fieldoffice.models.appointment import Appointment, Assignment
from fieldoffice.models.customer import Customer, Location
from fieldoffice.models.job import Job
from fieldoffice.models.staff import Right
from fieldoffice.models.states import AppointmentState
from fieldoffice.office import Tx
from fieldoffice.services.availability import Span
from fieldoffice.services.calendar import day_span
from fieldoffice.services.dispatch.board import drives_of, tray
from fieldoffice.services.dispatch.diaries import provider_rows
from fieldoffice.services.dispatch.rows import Board, Card

NOT_ON_BOARD = (AppointmentState.WAITING, AppointmentState.CANCELLED)


def plain_board(tx: Tx, first_on: date, days: int = 1, *, with_tray: bool = False) -> Board:
    """The board of some days, as `dispatch.board.board` gives it, whose planned cards have no skills, wishes, photos or signs."""
    tx.require(Right.LOOK)
    planned = _cards(tx, day_span(first_on, tx.zone, days))
    everyone = provider_rows(tx, first_on, days)
    absent = {id for card in planned for id in card.provider_ids} - {row.id for row in everyone}
    if absent:  # providers who left the company keep their past work on the board
        everyone += provider_rows(tx, first_on, days, absent)
    waiting = tray(tx, first_on, days) if with_tray else ()
    return Board(first_on, days, tx.company.zone, tx.now, everyone, planned, waiting, drives_of(tx, everyone, planned, waiting))


def promised(tx: Tx, first_on: date, days: int) -> tuple[int, ...]:
    """How many visits that wait for a provider were promised for each of some days."""
    span = day_span(first_on, tx.zone, days)
    query = select(Appointment.window_from_at).where(
        Appointment.state == AppointmentState.WAITING, Appointment.window_from_at >= span.start, Appointment.window_from_at < span.end
    )
    found = [0] * days
    for at in tx.all(query):
        if at is not None:
            found[(at.astimezone(tx.zone).date() - first_on).days] += 1
    return tuple(found)


def _cards(tx: Tx, span: Span) -> tuple[Card, ...]:
    query = (
        select(Appointment.id, Appointment.version, Appointment.job_id, Job.number, Job.customer_id, Customer.name, Job.title,
               Location.street, Location.city, Location.lat, Location.lon, Appointment.state, Appointment.starts_at,
               Appointment.duration_s, Job.priority, Appointment.locked, Appointment.held_until)
        .join(Job, Job.id == Appointment.job_id)
        .join(Customer, Customer.id == Job.customer_id)
        .join(Location, Location.id == Job.location_id)
        .where(Appointment.starts_at >= span.start, Appointment.starts_at < span.end, Appointment.state.not_in(NOT_ON_BOARD))
        .order_by(Appointment.starts_at, Appointment.id)
    )  # fmt: skip
    team = _team(tx, span)
    return tuple(_card(row, team[row.id]) for row in tx.session.execute(query))


def _card(row: Any, team: Sequence[int]) -> Card:
    place = None if row.lat is None or row.lon is None else (row.lat, row.lon)
    return Card(row.id, row.version, row.job_id, row.number, row.customer_id, row.name, row.title, row.street, row.city, place,
                AppointmentState(row.state), row.starts_at, row.duration_s, tuple(team), priority=row.priority, locked=row.locked,
                held_until=row.held_until)  # fmt: skip


def _team(tx: Tx, span: Span) -> defaultdict[int, list[int]]:
    """Who goes to the visits that begin within a stretch of time, the lead first."""
    query = select(Assignment.appointment_id, Assignment.provider_id).join(Appointment, Appointment.id == Assignment.appointment_id)
    query = query.where(Appointment.starts_at >= span.start, Appointment.starts_at < span.end)
    found: defaultdict[int, list[int]] = defaultdict(list)
    for id, provider_id in tx.session.execute(query.order_by(Assignment.role.desc(), Assignment.id)):
        found[id].append(provider_id)
    return found

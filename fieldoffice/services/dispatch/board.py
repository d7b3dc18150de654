"""The dispatch board of some days, in one consistent look."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import and_, or_

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.staff import Right
from fieldoffice.models.states import AppointmentState
from fieldoffice.office import Tx
from fieldoffice.services.calendar import day_span
from fieldoffice.services.dispatch.cards import cards
from fieldoffice.services.dispatch.diaries import provider_rows
from fieldoffice.services.dispatch.rows import Board, Card, ProviderRow
from fieldoffice.services.dispatch.ways import everywhere, through_days
from fieldoffice.services.travel.drives import Drives
from fieldoffice.services.travel.known import known_drives

TRAY_LIMIT = 500


def board(tx: Tx, first_on: date, days: int = 1) -> Board:
    """Providers, cards and tray for `days` civil days from `first_on`."""
    tx.require(Right.LOOK)
    span = day_span(first_on, tx.zone, days)
    planned = cards(tx, Appointment.starts_at >= span.start, Appointment.starts_at < span.end,
                    Appointment.state.not_in([AppointmentState.WAITING, AppointmentState.CANCELLED]))  # fmt: skip
    everyone = provider_rows(tx, first_on, days)
    absent = {id for card in planned for id in card.provider_ids} - {row.id for row in everyone}
    if absent:  # providers who left the company keep their past work on the board
        everyone += provider_rows(tx, first_on, days, absent)
    waiting = tray(tx, first_on, days)
    return Board(first_on, days, tx.company.zone, tx.now, everyone, planned, waiting, drives_of(tx, everyone, planned, waiting))


def drives_of(tx: Tx, rows: Sequence[ProviderRow], planned: Sequence[Card], waiting: Sequence[Card] = ()) -> Drives:
    """What is known of the drives on a board: those between all its places where these are few, else the ones of its days."""
    return known_drives(tx, through_days(rows, planned, tx.zone), among=everywhere(rows, (*planned, *waiting)))


def tray(tx: Tx, first_on: date, days: int) -> tuple[Card, ...]:
    """Visits that wait for a provider and could be done on these days: promised for them, overdue, or without a day."""
    last_on, span = first_on + timedelta(days=days - 1), day_span(first_on, tx.zone, days)
    unpromised = and_(
        Appointment.window_from_at.is_(None),
        or_(Appointment.earliest_on.is_(None), Appointment.earliest_on <= last_on),
    )
    due = or_(Appointment.window_from_at < span.end, unpromised)
    return cards(tx, Appointment.state == AppointmentState.WAITING, due, limit=TRAY_LIMIT)

"""How today stands, and what is coming: everything the first page asks, in one consistent look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import exists, func, select

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.job import Job
from fieldoffice.models.provider import Provider, ProviderSkill, Skill
from fieldoffice.models.staff import Right
from fieldoffice.models.states import AppointmentState
from fieldoffice.office import Tx
from fieldoffice.services.calendar import day_span
from fieldoffice.services.dispatch.board import TRAY_LIMIT
from fieldoffice.services.dispatch.cards import cards
from fieldoffice.services.dispatch.rows import Board, Card
from fieldoffice.services.overview.plain import plain_board, promised
from fieldoffice.services.tasks import last_beat

SOON_DAYS = 30


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate that has expired or soon will; `days` are left, negative once it is over."""

    id: int
    provider_id: int
    provider: str
    skill: str
    certificate: str
    expires_on: date
    days: int


@dataclass(frozen=True, slots=True)
class Today:
    """`board` is today's, with its tray; `tomorrow` are visits promised for tomorrow that nobody has."""

    on: date
    board: Board
    tomorrow: tuple[Card, ...]
    certificates: tuple[Certificate, ...]
    beat_at: datetime | None  # when a background runner last ran
    providers: int
    jobs: bool  # whether there is any job at all
    sample: bool


@dataclass(frozen=True, slots=True)
class WeekBoard:
    """The week of today; `waiting` counts, day by day, visits promised for it that nobody has."""

    board: Board
    waiting: tuple[int, ...]


def today(tx: Tx) -> Today:
    """How the office's day stands now."""
    tx.require(Right.LOOK)
    on = tx.today
    board = plain_board(tx, on, with_tray=True)
    active = tx.session.scalar(select(func.count()).select_from(Provider).where(Provider.active)) or 0
    jobs = bool(tx.session.scalar(select(exists(select(Job.id)))))
    return Today(on, board, unassigned(tx, on + timedelta(days=1)), certificates(tx), last_beat(tx), active, jobs, tx.company.sample)


def this_week(tx: Tx) -> WeekBoard:
    """The seven days around today, from the company's first weekday."""
    tx.require(Right.LOOK)
    start = tx.today - timedelta(days=(tx.today.weekday() - tx.company.first_weekday) % 7)
    return WeekBoard(plain_board(tx, start, 7), promised(tx, start, 7))


def unassigned(tx: Tx, on: date) -> tuple[Card, ...]:
    """Visits promised for a day that nobody has yet, by the promised time."""
    tx.require(Right.LOOK)
    span = day_span(on, tx.zone)
    return cards(tx, Appointment.state == AppointmentState.WAITING, Appointment.window_from_at >= span.start,
                 Appointment.window_from_at < span.end, limit=TRAY_LIMIT)  # fmt: skip


def certificates(tx: Tx, within_days: int = SOON_DAYS) -> tuple[Certificate, ...]:
    """Certificates of active providers that expire within some days or have expired, the earliest first."""
    tx.require(Right.LOOK)
    last = tx.today + timedelta(days=within_days)
    query = (
        select(ProviderSkill.id, Provider.id, Provider.name, Skill.name, ProviderSkill.certificate, ProviderSkill.expires_on)
        .join(Provider, Provider.id == ProviderSkill.provider_id)
        .join(Skill, Skill.id == ProviderSkill.skill_id)
        .where(Provider.active, ProviderSkill.expires_on <= last)
        .order_by(ProviderSkill.expires_on, Provider.name)
    )
    return tuple(
        Certificate(id, provider_id, name, skill, number, expires_on, (expires_on - tx.today).days)
        for id, provider_id, name, skill, number, expires_on in tx.session.execute(query)
        if expires_on is not None
    )

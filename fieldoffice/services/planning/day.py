"""A day of the office as a route problem: who works, what is to be done, what stands already, and what must stay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.staff import Right
from fieldoffice.models.states import AppointmentState
from fieldoffice.office import Tx
from fieldoffice.services.calendar import day_span
from fieldoffice.services.dispatch.board import board
from fieldoffice.services.dispatch.cards import cards
from fieldoffice.services.dispatch.rows import Board, Card, ProviderRow
from fieldoffice.services.planning.given import Given, given
from fieldoffice.services.routing.problem import Plan, Problem
from fieldoffice.services.routing.relax import Relaxation
from fieldoffice.services.weather.effects import in_words


class Scope(StrEnum):
    """What a plan may touch."""

    ALL = "all"
    UNASSIGNED = "unassigned"  # only visits nobody has yet
    KEEP_PROVIDER = "keep_provider"  # order and times may change, providers may not


@dataclass(frozen=True)
class DayPlan:
    """One day as the planner sees it; `today` is the plan as it stands. Times are seconds from `midnight`.

    A visit that may move has its appointment's id as text; ids with an "@" are a crew member's part or a time away (whose
    card has id 0). `fixed` are the appointments that keep provider and time: locked, begun, in the past, a crew's,
    overridden, without coordinates, or outside the scope. `left_out` stand on the board but nobody plans them, with the
    reason; `notes` say what else the plan could not look at. `later` names the day to which a visit may be put off, by visit id.
    `granted` are the rules that somebody let give way for this plan. `seen` is the board it was made of.
    """

    on: date
    zone: str
    midnight: datetime
    scope: Scope
    problem: Problem
    today: Plan
    cards: dict[str, Card]
    providers: tuple[ProviderRow, ...]
    fixed: frozenset[str]
    left_out: tuple[tuple[Card, str], ...] = ()
    notes: tuple[str, ...] = ()
    given: Given = field(default_factory=Given)
    later: Mapping[str, str] = field(default_factory=dict[str, str])
    granted: tuple[Relaxation, ...] = ()
    seen: Board | None = None

    @property
    def weather(self) -> tuple[str, ...]:
        """What the weather does to this day, a sentence for each half day with an effect."""
        return in_words(self.given.weather)

    def moment(self, seconds: int) -> datetime:
        """The instant of so many seconds of this day by the wall clock."""
        return self.midnight + timedelta(seconds=seconds)

    def seconds(self, at: datetime) -> int:
        """An instant as seconds of this day by the wall clock."""
        return int((at - self.midnight).total_seconds())

    def card(self, visit_id: str) -> Card:
        return self.cards[visit_id]

    def movable(self, visit_id: str) -> bool:
        """Whether a plan may place this visit elsewhere."""
        return "@" not in visit_id and visit_id not in self.fixed


def plan_day(tx: Tx, on: date, scope: Scope = Scope.ALL) -> DayPlan:
    """The route problem of one day, read in one look."""
    tx.require(Right.DISPATCH)
    seen = replace(board(tx, on), tray=_waiting(tx, on))
    return day_plan(seen, scope, given(tx, seen))


def day_plan(seen: Board, scope: Scope = Scope.ALL, holds: Given | None = None) -> DayPlan:
    """The route problem of the first day of a board, with what else holds on it. Pure."""
    from fieldoffice.services.planning.reader import Reader  # it makes what is declared here

    return Reader(seen, scope, holds or Given()).plan()


def as_planned(seen: Board) -> Board:
    """The board of a day as it was planned, whatever became of its visits: for checking days that are past."""
    planned = tuple(replace(c, state=AppointmentState.SCHEDULED, held_until=None) for c in seen.cards if c.provider_ids)
    return replace(seen, cards=planned, tray=(), now=day_span(seen.first_on, ZoneInfo(seen.zone)).start)


def for_day(card: Card, seen: Board) -> bool:
    """Whether a waiting visit may be done on the first day of a board: promised for it, or free to be done then."""
    on, day = seen.first_on, day_span(seen.first_on, ZoneInfo(seen.zone))
    if card.window is not None:
        return card.window.start < day.end and card.window.end >= day.start
    return (card.earliest_on or on) <= on <= (card.latest_on or on)


def _waiting(tx: Tx, on: date) -> tuple[Card, ...]:
    """Every visit that waits and may be due on this day; the board's tray shows only the first hundreds."""
    end = day_span(on, tx.zone).end
    due = (Appointment.window_from_at.is_(None)) | (Appointment.window_from_at < end)
    return cards(tx, Appointment.state == AppointmentState.WAITING, due)

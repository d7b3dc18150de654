"""What the board, the map and the job editor are given: frozen rows, safe to hold on any thread."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from fieldoffice.models.states import OPEN_STATES, AppointmentState
from fieldoffice.services.availability import Absence, Busy, Diary, Lunch, SkillHeld, Span, Wanted
from fieldoffice.services.geo import Point
from fieldoffice.services.travel.drives import ESTIMATE, Drives

HOLDER = "somebody who is booking online"
"""What a conflict calls whoever holds a time from outside, here and where the diaries of the database are asked."""


@dataclass(frozen=True, slots=True)
class Card:
    """One appointment as the board shows it. `starts_at` is None while it waits in the tray."""

    id: int
    version: int
    job_id: int
    job_number: str
    customer_id: int
    customer: str
    service: str
    street: str
    city: str
    place: Point | None
    state: AppointmentState
    starts_at: datetime | None
    duration_s: int
    provider_ids: tuple[int, ...]  # the lead first, then helpers
    window_kind: str = "all_day"  # exact | two_hours | am | pm | all_day
    window: Span | None = None  # the promised arrival window
    earliest_on: date | None = None
    latest_on: date | None = None
    priority: int = 1  # 1 normal, 2 high, 3 urgent
    locked: bool = False
    outdoor: bool = False
    recurring: bool = False
    first_visit: bool = False
    photos: int = 0
    overridden: str = ""  # the reason given when a rule was overridden
    held_until: datetime | None = None
    skills: frozenset[str] = field(default_factory=frozenset)
    preferred: frozenset[int] = field(default_factory=frozenset)
    excluded: frozenset[int] = field(default_factory=frozenset)

    @property
    def ends_at(self) -> datetime | None:
        return None if self.starts_at is None else self.starts_at + timedelta(seconds=self.duration_s)

    @property
    def outside(self) -> bool:
        """Whether it is no visit yet, but a time that is held for somebody outside: nobody here moves or opens it."""
        return not self.job_id

    @property
    def wanted(self) -> Wanted:
        """What the availability rule needs to know of this visit."""
        return Wanted(self.duration_s, self.id, self.skills, self.window, self.place, self.preferred, self.excluded)

    @property
    def busy(self) -> Busy | None:
        """The time it takes from its providers, or None while it takes none."""
        if self.starts_at is None or self.state not in OPEN_STATES:
            return None
        whose = HOLDER if self.outside else self.customer
        return Busy(self.id, self.starts_at, self.starts_at + timedelta(seconds=self.duration_s), self.place, whose)


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """One row of the board over the days it shows."""

    id: int
    name: str
    color: str  # "#rrggbb"
    zone: str
    kind: str = "employee"  # employee | contractor
    shifts: tuple[Span, ...] = ()
    absences: tuple[Absence, ...] = ()
    lunches: tuple[Lunch, ...] = ()
    skills: tuple[SkillHeld, ...] = ()
    start_place: Point | None = None
    end_place: Point | None = None
    overtime_s: int = 0

    def diary(self, cards: Iterable[Card], drives: Drives = ESTIMATE) -> Diary:
        """What the availability rule looks at, given the cards and the drives of the board."""
        taken = (card.busy for card in cards if self.id in card.provider_ids)
        busy = tuple(sorted((b for b in taken if b is not None), key=lambda b: (b.start, b.appointment_id)))
        return Diary(
            self.id,
            self.name,
            self.zone,
            self.shifts,
            self.absences,
            self.lunches,
            self.skills,
            busy,
            self.start_place,
            self.end_place,
            self.overtime_s,
            drives,
        )


@dataclass(frozen=True, slots=True)
class Board:
    """`days` civil days from `first_on`: providers, their cards, and the tray of visits that wait for a provider.

    `drives` are the office's, with the road times that are known between these places.
    """

    first_on: date
    days: int
    zone: str
    now: datetime
    providers: tuple[ProviderRow, ...]
    cards: tuple[Card, ...]
    tray: tuple[Card, ...]
    drives: Drives = ESTIMATE


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an appointment stands, as far as one action can change it: enough to put it back."""

    id: int
    version: int
    state: AppointmentState
    starts_at: datetime | None
    duration_s: int
    provider_ids: tuple[int, ...]
    window_kind: str
    window: Span | None
    locked: bool
    overridden: str = ""
    earliest_on: date | None = None  # the days between which it may lie while no day is promised
    latest_on: date | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What an action left: `cards` now, `before` and `after` for undo and redo, `refused` rows in words."""

    cards: tuple[Card, ...]
    before: tuple[Placement, ...]
    after: tuple[Placement, ...]
    refused: tuple[tuple[int, str], ...] = ()
    warnings: tuple[str, ...] = ()

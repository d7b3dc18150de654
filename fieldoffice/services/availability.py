"""The one availability rule. Board, slots, match, accept and plan check ask `why_not(diary, wanted, at)`.

It is pure: a `Diary` (what one provider has on) and a `Wanted` (what a visit needs) go in, reasons come out, so the
board can ask it for every row on every mouse move, and a service can ask it again with rows read under lock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from fieldoffice.models.errors import NotAllowed
from fieldoffice.services.geo import Point
from fieldoffice.services.travel.drives import ESTIMATE, Drives


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open stretch of time [start, end), aware UTC."""

    start: datetime
    end: datetime

    def holds(self, start: datetime, end: datetime) -> bool:
        return self.start <= start and end <= self.end

    def meets(self, start: datetime, end: datetime) -> bool:
        return self.start < end and start < self.end


@dataclass(frozen=True, slots=True)
class Absence:
    span: Span
    reason: str


@dataclass(frozen=True, slots=True)
class Lunch:
    """A break of `duration_s` that starts within `span`."""

    span: Span
    duration_s: int


@dataclass(frozen=True, slots=True)
class SkillHeld:
    """A skill, and the last civil day on which its certificate holds (None: no expiry)."""

    name: str
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Busy:
    """Work that already takes the provider's time."""

    appointment_id: int
    start: datetime
    end: datetime
    place: Point | None
    label: str


@dataclass(frozen=True, slots=True)
class Diary:
    """Everything the rule looks at for one provider over some days. `busy` is sorted by start; `drives` are the office's."""

    provider_id: int
    name: str
    zone: str
    shifts: tuple[Span, ...] = ()
    absences: tuple[Absence, ...] = ()
    lunches: tuple[Lunch, ...] = ()
    skills: tuple[SkillHeld, ...] = ()
    busy: tuple[Busy, ...] = ()
    start_place: Point | None = None
    end_place: Point | None = None
    overtime_s: int = 0
    drives: Drives = ESTIMATE


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one visit needs. The window is the promised arrival window (allowed starts), both ends inclusive."""

    duration_s: int
    appointment_id: int | None = None
    skills: frozenset[str] = field(default_factory=frozenset)
    window: Span | None = None
    place: Point | None = None
    preferred: frozenset[int] = field(default_factory=frozenset)
    excluded: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a visit does not fit: a code, words for a dispatcher, and whether it blocks or only warns."""

    code: str
    words: str
    blocks: bool = True


class Conflict(NotAllowed):
    """Blocking reasons stand against a placement; it may be repeated with the words of an override."""

    def __init__(self, reasons: tuple[Reason, ...], label: str = "") -> None:
        words = "; ".join(r.words for r in reasons) + "."
        super().__init__(f"{label}: {words}" if label else words, key="conflict")
        self.reasons = reasons


def why_not(diary: Diary, wanted: Wanted, at: datetime) -> tuple[Reason, ...]:
    """All that stands against `diary`'s provider starting the visit at `at`; empty means it fits.

    Blocking reasons come first: excluded, skill, certificate, absence, shift, overlap, window. Warnings after them:
    late_by_drive (the drive from the visit before or to the one after does not fit), overtime, lunch.
    """
    end = at + timedelta(seconds=wanted.duration_s)
    found = [
        *_person(diary, wanted, at),
        *_time(diary, at, end),
        *_overlap(diary, wanted, at, end),
        *_window(wanted, at, diary),
    ]
    warn = [*_drive(diary, wanted, at, end), *_overtime(diary, at, end), *_lunch(diary, wanted, at, end)]
    return (*found, *warn)


zone_of = lru_cache(maxsize=64)(ZoneInfo)
"""A zone by its IANA name; the board asks for the same one on every mouse move."""


def blocking(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """Only those that need an override with a reason."""
    return tuple(r for r in reasons if r.blocks)


def _person(diary: Diary, wanted: Wanted, at: datetime) -> list[Reason]:
    if diary.provider_id in wanted.excluded:
        return [Reason("excluded", f"The customer does not want {diary.name}")]
    held = {skill.name: skill.expires_on for skill in diary.skills}
    day = at.astimezone(zone_of(diary.zone)).date()
    lacking = sorted(wanted.skills - held.keys())
    expired = sorted((n, e) for n in wanted.skills & held.keys() if (e := held[n]) is not None and e < day)
    return [Reason("skill", f"{diary.name} lacks {_listed(lacking)}")] * bool(lacking) + [
        Reason("certificate", f"{name} certificate expired {expires:%b} {expires.day}") for name, expires in expired
    ]


def _time(diary: Diary, at: datetime, end: datetime) -> list[Reason]:
    for absence in diary.absences:
        if absence.span.meets(at, end):
            return [Reason("absence", f"{diary.name} is away: {absence.reason}")]
    if any(Span(s.start, s.end + timedelta(seconds=diary.overtime_s)).holds(at, end) for s in diary.shifts):
        return []
    zone = zone_of(diary.zone)
    that_day = [s for s in diary.shifts if s.start.astimezone(zone).date() == at.astimezone(zone).date()]
    if not that_day:
        return [Reason("shift", f"{diary.name} does not work then")]
    if at < that_day[0].start:
        return [Reason("shift", f"{diary.name} starts at {_clock(that_day[0].start, diary)}")]
    over = [s for s in that_day if s.start <= at][-1]
    return [Reason("shift", f"Ends {_up(end - over.end)} min after the shift of {diary.name}")]


def _overlap(diary: Diary, wanted: Wanted, at: datetime, end: datetime) -> list[Reason]:
    return [
        Reason("overlap", f"{diary.name} is at {b.label} {_clock(b.start, diary)}–{_clock(b.end, diary)}")
        for b in diary.busy
        if b.appointment_id != wanted.appointment_id and b.start < end and at < b.end
    ]


def _window(wanted: Wanted, at: datetime, diary: Diary) -> list[Reason]:
    if wanted.window is None or wanted.window.start <= at <= wanted.window.end:
        return []
    if at < wanted.window.start:
        return [
            Reason(
                "window", f"Promised from {_clock(wanted.window.start, diary)}: {_apart(wanted.window.start, at)} early"
            )
        ]
    return [
        Reason("window", f"Promised until {_clock(wanted.window.end, diary)}: {_apart(at, wanted.window.end)} late")
    ]


def _drive(diary: Diary, wanted: Wanted, at: datetime, end: datetime) -> list[Reason]:
    others = [b for b in diary.busy if b.appointment_id != wanted.appointment_id]
    before = [b for b in others if b.end <= at]
    after = [b for b in others if b.start >= end]
    found: list[Reason] = []
    if before and (late := before[-1].end + _way(diary, before[-1].place, wanted.place) - at) > timedelta(0):
        found.append(Reason("late_by_drive", f"Late by {_up(late)} min coming from {before[-1].label}", blocks=False))
    if after and (late := end + _way(diary, wanted.place, after[0].place) - after[0].start) > timedelta(0):
        found.append(Reason("late_by_drive", f"Makes {after[0].label} late by {_up(late)} min", blocks=False))
    return found


def _overtime(diary: Diary, at: datetime, end: datetime) -> list[Reason]:
    for shift in diary.shifts:
        if shift.start <= at and shift.end < end <= shift.end + timedelta(seconds=diary.overtime_s):
            return [Reason("overtime", f"{_up(end - shift.end)} min overtime for {diary.name}", blocks=False)]
    return []


def _lunch(diary: Diary, wanted: Wanted, at: datetime, end: datetime) -> list[Reason]:
    for lunch in diary.lunches:
        need, latest = timedelta(seconds=lunch.duration_s), lunch.span.end
        if not lunch.span.meets(at, end):
            continue
        taken = sorted(
            [(b.start, b.end) for b in diary.busy if b.appointment_id != wanted.appointment_id] + [(at, end)]
        )
        free_from = lunch.span.start
        for start, stop in taken:
            if stop <= free_from:
                continue
            if start - free_from >= need:
                break
            free_from = max(free_from, stop)
        if free_from > latest:
            return [Reason("lunch", f"Leaves {diary.name} no time for a break", blocks=False)]
    return []


def _way(diary: Diary, a: Point | None, b: Point | None) -> timedelta:
    return timedelta(seconds=diary.drives.seconds(a, b))


def _up(gap: timedelta) -> int:
    return -(-int(gap.total_seconds()) // 60)


def _apart(later: datetime, earlier: datetime) -> str:
    minutes = _up(later - earlier)
    return f"{minutes} min" if minutes < 180 else f"{minutes // 60} h" if minutes < 2880 else f"{minutes // 1440} days"


def _clock(at: datetime, diary: Diary) -> str:
    return f"{at.astimezone(zone_of(diary.zone)):%H:%M}"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1] if names else ""

"""What a calendar is given: frozen rows, safe to hold on any thread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from fieldoffice.models.states import AppointmentState


@dataclass(frozen=True, slots=True)
class Entry:
    """One planned visit as a calendar shows it."""

    id: int  # of the appointment
    version: int
    job_id: int
    customer: str
    service: str
    street: str
    state: AppointmentState
    starts_at: datetime
    duration_s: int
    provider_ids: tuple[int, ...] = ()  # the lead first
    providers: tuple[str, ...] = ()  # their names, in the same order
    locked: bool = False
    words: str = ""

    @property
    def line(self) -> str:
        """What its line says first: the customer, or the service in a calendar of one customer."""
        return self.words or self.customer

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(seconds=self.duration_s)


@dataclass(frozen=True, slots=True)
class Whose:
    """One provider's calendar, one customer's, or with neither everybody's."""

    provider_id: int | None = None
    customer_id: int | None = None


EVERYBODY = Whose()


@dataclass(frozen=True, slots=True)
class Day:
    """One civil day: `entries` are its first visits by time, `counts` all of them by state.

    `to_assign` counts visits promised for this day that nobody has yet. `closed` when nobody (or the one provider shown)
    works that day; `away` says who is absent, or for one provider why.
    """

    on: date
    entries: tuple[Entry, ...] = ()
    counts: Mapping[AppointmentState, int] = field(default_factory=dict[AppointmentState, int])
    to_assign: int = 0
    holiday: str = ""
    away: tuple[str, ...] = ()
    closed: bool = False

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Month:
    """Whole weeks that cover a month, from the company's first weekday. `first_on` is the first of the month."""

    first_on: date
    days: tuple[Day, ...]
    zone: str
    today: date
    now: datetime
    whose: int | None = None  # the provider shown, None for everybody
    customer_id: int | None = None  # the customer shown

    @property
    def weeks(self) -> int:
        return len(self.days) // 7


def grid(first_on: date, first_weekday: int) -> tuple[date, int]:
    """The first day of the weeks that cover a month, and how many days they have; 0 is Monday."""
    start = first_on - timedelta(days=(first_on.weekday() - first_weekday) % 7)
    end = later_month(first_on, 1)
    return start, -(-(end - start).days // 7) * 7


def later_month(first_on: date, months: int) -> date:
    """The first of the month so many months on."""
    n = first_on.year * 12 + first_on.month - 1 + months
    return date(n // 12, n % 12 + 1, 1)


def month_of(entries: Iterable[Entry], *, on: date, zone: str, first_weekday: int, now: datetime) -> Month:
    """A month made of entries at hand (a customer's visits): all of them are shown, none is counted elsewhere."""
    first, known = on.replace(day=1), ZoneInfo(zone)
    start, count = grid(first, first_weekday)
    days = {start + timedelta(days=n): list[Entry]() for n in range(count)}
    for entry in sorted(entries, key=lambda e: (e.starts_at, e.id)):
        days.get(entry.starts_at.astimezone(known).date(), list[Entry]()).append(entry)
    made = (Day(day, tuple(found), _counts(found)) for day, found in days.items())
    return Month(first, tuple(made), zone, now.astimezone(known).date(), now)


def moved(days: Iterable[Day], entry: Entry, starts_at: datetime, zone: ZoneInfo) -> tuple[Day, ...]:
    """The days with a visit taken from where it stands to another time, as far as they show it."""
    old, new = entry.starts_at.astimezone(zone).date(), starts_at.astimezone(zone).date()
    there = replace(entry, starts_at=starts_at)
    return tuple(_with(_without(day, entry) if day.on == old else day, there) if day.on == new
                 else _without(day, entry) if day.on == old else day for day in days)  # fmt: skip


def _without(day: Day, entry: Entry) -> Day:
    left = tuple(e for e in day.entries if e.id != entry.id)
    return replace(day, entries=left, counts=_plus(day.counts, entry.state, -1))


def _with(day: Day, entry: Entry) -> Day:
    found = sorted((*day.entries, entry), key=lambda e: (e.starts_at, e.id))
    return replace(day, entries=tuple(found), counts=_plus(day.counts, entry.state, 1))


def _plus(counts: Mapping[AppointmentState, int], state: AppointmentState, n: int) -> dict[AppointmentState, int]:
    found = {**counts, state: counts.get(state, 0) + n}
    return {s: k for s, k in found.items() if k > 0}


def _counts(entries: Iterable[Entry]) -> dict[AppointmentState, int]:
    found: dict[AppointmentState, int] = {}
    for entry in entries:
        found[entry.state] = found.get(entry.state, 0) + 1
    return found

"""What the pages about providers are given: frozen rows, safe to hold on any thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from fieldoffice.services.availability import Span
from fieldoffice.services.dispatch.rows import ProviderRow
from fieldoffice.services.geo import Point
from fieldoffice.services.providers.hours import Hours
from fieldoffice.services.providers.load import Load
from fieldoffice.services.providers.people import Facts

EXPIRES_SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Warn:
    """Something to look after: "danger" keeps visits from the provider already, "warn" will or may."""

    level: Literal["warn", "danger"]
    words: str


@dataclass(frozen=True, slots=True)
class Held:
    """A skill of a provider. `certified` skills need a certificate with a day on which it expires."""

    id: int
    version: int
    skill_id: int
    name: str
    certified: bool
    certificate: str
    expires_on: date | None

    def warning(self, today: date) -> Warn | None:
        """What is the matter with the certificate, as seen on that day."""
        if self.expires_on is None:
            return Warn("warn", f"{self.label} has no date of expiry") if self.certified else None
        days = (self.expires_on - today).days
        if days < 0:
            return Warn("danger", f"{self.label} expired {self.expires_on:%b} {self.expires_on.day} {self.expires_on.year}")
        if days <= EXPIRES_SOON.days:
            when = "today" if days == 0 else "tomorrow" if days == 1 else f"in {days} days"
            return Warn("warn", f"{self.label} expires {when}")
        return None

    @property
    def label(self) -> str:
        return f"{self.name[:1].upper()}{self.name[1:]} certificate"


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """Regular hours on one weekday (0 Monday)."""

    id: int
    version: int
    weekday: int
    hours: Hours


@dataclass(frozen=True, slots=True)
class DayRow:
    """Other hours on one day, in minutes after midnight; None: does not work."""

    id: int
    version: int
    on: date
    hours: tuple[int, int] | None
    reason: str


@dataclass(frozen=True, slots=True)
class AbsenceRow:
    """`visits` are the planned visits that lie, if only in part, within."""

    id: int
    version: int
    span: Span
    reason: str
    visits: int = 0


@dataclass(frozen=True, slots=True)
class ProviderLine:
    """A provider as the list shows it. `load` and `hours_s` are those of this week."""

    id: int
    version: int
    name: str
    kind: str
    color: str
    active: bool
    place: int  # on the board, counted from 1
    skills: tuple[str, ...]
    load: Load
    target_percent: int
    absence: AbsenceRow | None  # the present or the next one
    warnings: tuple[Warn, ...]
    email: str = ""
    phone: str = ""

    @property
    def percent(self) -> int | None:
        """The load of this week in whole percent; None where there are no hours."""
        return None if self.load.share is None else round(self.load.share * 100)


@dataclass(frozen=True, slots=True)
class Providers:
    """The list, with what its filters offer."""

    lines: tuple[ProviderLine, ...]
    skills: tuple[str, ...]
    zone: str
    today: date


@dataclass(frozen=True, slots=True)
class Person:
    """One provider with everything that can be edited. `depot` is where the company is."""

    id: int
    version: int
    active: bool
    facts: Facts
    skills: tuple[Held, ...]
    shifts: tuple[ShiftRow, ...]
    days: tuple[DayRow, ...]
    absences: tuple[AbsenceRow, ...]
    holidays: tuple[tuple[date, str], ...]
    warnings: tuple[Warn, ...]
    offered: tuple[tuple[int, str, bool], ...]  # all skills: id, name, certified
    depot: Point | None
    zone: str
    today: date
    now: datetime
    first_weekday: int


@dataclass(frozen=True, slots=True)
class WorkDays:
    """Some days of one provider: `loads` has one a day, `holidays` and `special` (why the hours differ) by day."""

    first_on: date
    row: ProviderRow
    loads: tuple[Load, ...]
    target_percent: int
    holidays: Mapping[date, str]
    special: Mapping[date, str]
    today: date
    zone: str

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.first_on + timedelta(days=n) for n in range(len(self.loads)))

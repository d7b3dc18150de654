"""How full a provider's days are: time booked and driven against time on shift."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from fieldoffice.models.states import AppointmentState
from fieldoffice.services.availability import Span
from fieldoffice.services.dispatch.rows import Board, Card, ProviderRow
from fieldoffice.ui.schedule.hours import moment
from fieldoffice.ui.schedule.legs import Leg

NO_LOAD = frozenset({AppointmentState.WAITING, AppointmentState.CANCELLED, AppointmentState.NOT_DONE})


@dataclass(frozen=True, slots=True)
class Load:
    """Seconds of one provider over some time: at the customer, driving, and there to be used."""

    work_s: int
    drive_s: int
    shift_s: int

    @property
    def share(self) -> float | None:
        """Work and driving over the time on shift; None where the provider is not on shift at all."""
        return (self.work_s + self.drive_s) / self.shift_s if self.shift_s > 0 else None

    def __add__(self, other: Load) -> Load:
        return Load(self.work_s + other.work_s, self.drive_s + other.drive_s, self.shift_s + other.shift_s)


def days_of(board: Board) -> tuple[Span, ...]:
    """The civil days of the board as spans."""
    zone = ZoneInfo(board.zone)
    days = [board.first_on + timedelta(days=n) for n in range(board.days)]
    return tuple(Span(moment(day, 0, zone), moment(day, 24, zone)) for day in days)


def loads(row: ProviderRow, cards: Iterable[Card], drives: tuple[Leg, ...], days: tuple[Span, ...]) -> list[Load]:
    """One `Load` for each day."""
    booked = [c for c in cards if c.starts_at is not None and c.state not in NO_LOAD]
    return [_load(row, booked, drives, day) for day in days]


def _load(row: ProviderRow, booked: list[Card], drives: tuple[Leg, ...], day: Span) -> Load:
    work = sum(c.duration_s for c in booked if c.starts_at is not None and day.start <= c.starts_at < day.end)
    way = sum(leg.drive_s for leg in drives if day.start <= leg.leaves < day.end)
    return Load(work, way, _on_shift_s(row, day))


def _on_shift_s(row: ProviderRow, day: Span) -> int:
    """Shift of that day without absences; a break counts as not there to be used."""
    total = 0
    for shift in row.shifts:
        start, end = max(shift.start, day.start), min(shift.end, day.end)
        if start >= end:
            continue
        away = sum(_common_s(a.span, start, end) for a in row.absences)
        pause = sum(lunch.duration_s for lunch in row.lunches if lunch.span.meets(start, end)) if not away else 0
        total += max(0, int((end - start).total_seconds()) - away - pause)
    return total


def _common_s(span: Span, start: datetime, end: datetime) -> int:
    return max(0, int((min(span.end, end) - max(span.start, start)).total_seconds()))

"""How full providers' days are: work and driving against the time on shift. The board counts the same way.

Work counts on the day on which a visit begins. Breaks and absences are not there to be used. Whoever starts at the first
job is not paid for the way there, so it does not count; the same for the way home.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from fieldoffice.models.appointment import Appointment, Assignment
from fieldoffice.models.customer import Location
from fieldoffice.models.job import Job
from fieldoffice.models.states import AppointmentState
from fieldoffice.office import Tx
from fieldoffice.services.availability import Span
from fieldoffice.services.calendar import day_span
from fieldoffice.services.dispatch.rows import ProviderRow
from fieldoffice.services.dispatch.ways import along
from fieldoffice.services.geo import Point
from fieldoffice.services.travel.drives import Drives, Pair
from fieldoffice.services.travel.known import known_drives

NO_LOAD = (AppointmentState.WAITING, AppointmentState.CANCELLED, AppointmentState.NOT_DONE)


@dataclass(frozen=True, slots=True)
class Load:
    """Seconds of one provider over some time, and how many visits: at the customer, driving, and there to be used."""

    work_s: int = 0
    drive_s: int = 0
    shift_s: int = 0
    visits: int = 0

    @property
    def share(self) -> float | None:
        """Work and driving over the time on shift; None where the provider is not on shift at all."""
        return (self.work_s + self.drive_s) / self.shift_s if self.shift_s > 0 else None

    def __add__(self, other: Load) -> Load:
        return Load(self.work_s + other.work_s, self.drive_s + other.drive_s, self.shift_s + other.shift_s, self.visits + other.visits)


@dataclass(frozen=True, slots=True)
class Stop:
    """A visit as far as it makes a day full."""

    starts_at: datetime
    duration_s: int
    place: Point | None


@dataclass(frozen=True, slots=True)
class Way:
    """Whether the way to the first and from the last job of a day counts."""

    there: bool = True
    home: bool = True


def loads(tx: Tx, rows: Sequence[ProviderRow], first_on: date, days: int, ways: Mapping[int, Way]) -> dict[int, tuple[Load, ...]]:
    """One `Load` a day for each of the rows, which hold the hours of the same days: the same queries for all of them."""
    stops = _stops(tx, [row.id for row in rows], day_span(first_on, tx.zone, days))
    spans = [day_span(first_on + timedelta(days=n), tx.zone) for n in range(days)]
    drives = known_drives(tx, _drives(rows, stops, spans))
    return {row.id: tuple(_day(row, stops[row.id], span, ways.get(row.id, Way()), drives) for span in spans) for row in rows}


def on_shift_s(row: ProviderRow, day: Span) -> int:
    """Seconds of shift on a day without absences; a break counts as not there to be used."""
    total = 0
    for shift in row.shifts:
        start, end = max(shift.start, day.start), min(shift.end, day.end)
        if start < end:
            away = sum(_common_s(absence.span, start, end) for absence in row.absences)
            pause = 0 if away else sum(lunch.duration_s for lunch in row.lunches if lunch.span.meets(start, end))
            total += max(0, int((end - start).total_seconds()) - away - pause)
    return total


def summed(found: Sequence[Load]) -> Load:
    """All of them together."""
    return sum(found, Load())


def _day(row: ProviderRow, stops: Sequence[Stop], day: Span, way: Way, drives: Drives) -> Load:
    mine = _of_day(stops, day)
    return Load(sum(stop.duration_s for stop in mine), _driven_s(row, mine, way, drives), on_shift_s(row, day), len(mine))


def _of_day(stops: Sequence[Stop], day: Span) -> list[Stop]:
    return [stop for stop in stops if day.start <= stop.starts_at < day.end]


def _driven_s(row: ProviderRow, stops: Sequence[Stop], way: Way, drives: Drives) -> int:
    if not stops:
        return 0
    there, *between, home = (drives.seconds(a, b) for a, b in along(row, (stop.place for stop in stops)))
    return (there if way.there else 0) + sum(between) + (home if way.home else 0)


def _drives(rows: Sequence[ProviderRow], stops: Mapping[int, Sequence[Stop]], days: Sequence[Span]) -> Iterator[Pair]:
    for row in rows:
        for mine in filter(None, (_of_day(stops[row.id], day) for day in days)):
            yield from along(row, (stop.place for stop in mine))


def _stops(tx: Tx, ids: Sequence[int], span: Span) -> dict[int, list[Stop]]:
    query = (
        select(Assignment.provider_id, Appointment.starts_at, Appointment.duration_s, Location.lat, Location.lon)
        .join(Appointment, Appointment.id == Assignment.appointment_id)
        .join(Job, Job.id == Appointment.job_id)
        .join(Location, Location.id == Job.location_id)
        .where(Assignment.provider_id.in_(ids), Appointment.starts_at >= span.start, Appointment.starts_at < span.end,
               Appointment.state.not_in(NO_LOAD))
        .order_by(Appointment.starts_at, Appointment.id)
    )  # fmt: skip
    found: dict[int, list[Stop]] = defaultdict(list)
    for provider_id, starts_at, duration_s, lat, lon in tx.session.execute(query):
        if starts_at is not None:
            found[provider_id].append(Stop(starts_at, duration_s, None if lat is None or lon is None else (lat, lon)))
    return found


def _common_s(span: Span, start: datetime, end: datetime) -> int:
    return max(0, int((min(span.end, end) - max(span.start, start)).total_seconds()))


"""Each provider's days as people outside may fill them: diaries for the one rule, stricter than the office's own.

The rule itself is not told again here. A day's diary is made stricter before it is asked: visits are widened by the company's
buffer, and where the day begins and ends stands in it as an errand without length, so that the way from and to it counts.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import chain, pairwise

from sqlalchemy import select

from fieldoffice.models.provider import Provider
from fieldoffice.office import Tx
from fieldoffice.services.availability import Busy, Diary, Lunch, Span
from fieldoffice.services.booking.rules import Rules
from fieldoffice.services.calendar import day_span, local
from fieldoffice.services.dispatch.diaries import diaries
from fieldoffice.services.dispatch.ways import to_and_from
from fieldoffice.services.geo import Point
from fieldoffice.services.travel.drives import Drives, Pair
from fieldoffice.services.travel.known import known_drives

HOME = 0
"""The id of the errands at both ends of a day; no visit has it."""
NEAR = timedelta(hours=6)
"""Work of the days around counts as far as it is so near."""


@dataclass(frozen=True)
class DayBook:
    """One provider's day. `booked_s` is the time of its visits, `shift_s` that of its shifts; `order` is the board's."""

    on: date
    diary: Diary
    booked_s: int
    shift_s: int
    order: int

    @cached_property
    def gaps(self) -> tuple[tuple[Busy | None, Busy | None, datetime], ...]:
        """What lies before and after each stretch of free time, and when all that is before it has ended."""
        stops: list[Busy | None] = [None, *self.diary.busy, None]
        ended, found = self.diary.shifts[0].start, list[tuple[Busy | None, Busy | None, datetime]]()
        for before, after in pairwise(stops):
            ended = max(ended, before.end) if before else ended
            found.append((before, after, ended))
        return tuple(found)

    def has_room(self, duration_s: int, kept_percent: int) -> bool:
        """Whether one more visit leaves free what is kept back for emergencies."""
        return 100 * (self.booked_s + duration_s) <= (100 - kept_percent) * self.shift_s


def day_books(tx: Tx, rules: Rules, first_on: date, days: int, *, but: int | None = None, only: Iterable[int] | None = None,
              online: bool = True, place: Point | None = None) -> dict[date, list[DayBook]]:  # fmt: skip
    """The days on which somebody works, of all providers who are booked online (`only` of these), without the visit `but`.

    Road times count as far as they are known and a visit at `place` would need them.
    """
    people = _people(tx, only, online)
    if not people:
        return {}
    found: dict[date, list[DayBook]] = {first_on + timedelta(days=n): [] for n in range(days)}
    spans = [_plain(day_span(on, tx.zone)) for on in found]
    known = diaries(tx, people, (spans[0].start, local(first_on + timedelta(days=days - 1), 0, tx.zone)))
    drives = _drives(tx, place, [replace(book, busy=tuple(b for b in book.busy if b.appointment_id != but)) for book in known.values()])
    for order, (id, ends) in enumerate(people.items()):
        for on, parts in zip(found, _split(known[id], spans, but), strict=True):
            if parts is not None:
                found[on].append(_book(on, order, replace(known[id], drives=drives), parts, rules, ends))
    return found


def _drives(tx: Tx, place: Point | None, books: Collection[Diary]) -> Drives:
    """The drives from and to a place; where a road to it is known, those that a visit there would replace as well."""
    others = {point for book in books for point in (book.start_place, book.end_place, *(b.place for b in book.busy))}
    there = [*to_and_from(place, others)] if place else []
    near = known_drives(tx, there)
    return known_drives(tx, chain(there, _neighbors(books))) if near.by_roads else near


def _neighbors(books: Iterable[Diary]) -> Iterator[Pair]:
    for book in books:
        stops = [b.place for b in book.busy]
        yield from pairwise(stops)
        yield book.start_place, book.end_place
        yield from ((book.start_place, place) for place in stops)
        yield from ((place, book.end_place) for place in stops)


def _people(tx: Tx, only: Iterable[int] | None, online: bool) -> Mapping[int, tuple[bool, bool]]:
    """Who may be booked, in the board's order: whether the way to the first and from the last visit takes paid time."""
    query = select(Provider.id, Provider.starts_at_first_job, Provider.ends_at_last_job).where(Provider.active)
    query = query.where(Provider.booked_online) if online else query
    query = query if only is None else query.where(Provider.id.in_(list(only)))
    rows = tx.session.execute(query.order_by(Provider.position, Provider.name, Provider.id))
    return {id: (not first, not last) for id, first, last in rows}


def _plain(span: Span) -> Span:
    """The same instants in the very zone object that stored times have: Python compares those ten times as fast."""
    return Span(span.start.astimezone(UTC), span.end.astimezone(UTC))


@dataclass
class _Parts:
    """What of a diary belongs to one civil day."""

    day: Span
    shifts: list[Span] = field(default_factory=list[Span])
    lunches: list[Lunch] = field(default_factory=list[Lunch])
    busy: list[Busy] = field(default_factory=list[Busy])


def _split(whole: Diary, spans: Sequence[Span], but: int | None) -> list[_Parts | None]:
    """A diary of many days day by day; None where there is no shift."""
    midnights = [span.start for span in spans]
    found = [_Parts(span) for span in spans]
    for shift in whole.shifts:
        found[bisect_right(midnights, shift.start) - 1].shifts.append(shift)
    for lunch in whole.lunches:
        found[bisect_right(midnights, lunch.span.start) - 1].lunches.append(lunch)
    for one in (b for b in whole.busy if b.appointment_id != but):
        for n in range(max(bisect_right(midnights, one.start - NEAR) - 1, 0), len(spans)):
            if spans[n].start - NEAR >= one.end:
                break
            if spans[n].end + NEAR > one.start:
                found[n].busy.append(one)
    return [parts if parts.shifts else None for parts in found]


def _book(on: date, order: int, whole: Diary, parts: _Parts, rules: Rules, ends: tuple[bool, bool]) -> DayBook:
    day, shifts = parts.day, sorted(map(_plain, parts.shifts), key=lambda s: s.start)
    taken = [Busy(b.appointment_id, b.start - rules.buffer, b.end + rules.buffer, b.place, b.label) for b in parts.busy]
    homes = [Busy(HOME, at, at, place, "the way") for at, place, counts in (
        (shifts[0].start, whole.start_place, ends[0]), (shifts[-1].end, whole.end_place, ends[1])) if counts]  # fmt: skip
    stops = tuple(sorted([*taken, *homes], key=lambda b: (b.start, b.appointment_id)))
    away = tuple(a for a in whole.absences if a.span.meets(day.start, day.end))
    diary = Diary(whole.provider_id, whole.name, whole.zone, tuple(shifts), away, tuple(parts.lunches), whole.skills, stops,
                  whole.start_place, whole.end_place, whole.overtime_s, whole.drives)  # fmt: skip
    booked = sum(((b.end - b.start) for b in parts.busy if day.start <= b.start < day.end), timedelta())
    hours = sum((s.end - s.start for s in shifts), timedelta())
    return DayBook(on, diary, int(booked.total_seconds()), int(hours.total_seconds()), order)

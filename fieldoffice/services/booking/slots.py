"""Free times for a visit: what the one availability rule lets a qualified provider do, by how little driving it adds.

Arithmetic over the gaps of each day finds where a visit could stand at all; `why_not` has the last word on every time that is
shown. Driving within five minutes counts as equal, so that a day without other visits reads by the clock.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import chain, islice

from sqlalchemy import func, select

from fieldoffice.models.provider import ProviderSkill, Skill
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.availability import Span, why_not
from fieldoffice.services.booking.daybooks import DayBook, day_books
from fieldoffice.services.booking.offer import WantedVisit
from fieldoffice.services.booking.rules import BY_OFFICE, Rules, booking_rules
from fieldoffice.services.calendar import local, promised

SAME_S = 300
"""Driving that differs by less counts as the same."""


CHUNK = 8
"""So many days are read at once where only the first are asked for."""
SLACK_MIN = 120
"""Minutes after midnight are wall time, and the clocks may have changed since midnight."""
GRACE = timedelta(minutes=15)
"""For so long a time that was shown may still be taken, although the notice has begun meanwhile."""
Could = tuple[bool, int, int, int, DayBook]


@dataclass(frozen=True, slots=True)
class Slot:
    """A time at which a provider can be there. `window` is what the customer is told; `green` adds the least driving of its day."""

    provider_id: int
    starts_at: datetime
    window: Span
    added_drive_s: int
    green: bool = False


@dataclass(frozen=True, slots=True)
class FreeDay:
    """A civil day and its free times, those that add the least driving first."""

    on: date
    slots: tuple[Slot, ...]


def best_slots(tx: Tx, wanted: WantedVisit, from_on: date, days: int, count: int, *, online: bool = False) -> tuple[Slot, ...]:
    """The `count` best free times of some days by added driving, spread over half days where there are enough.

    For the staff every active provider and any time from now on counts; `online`, the company's rules for strangers do.
    """
    tx.require(Right.ONLINE if online else Right.DISPATCH)
    found = chain.from_iterable(day.slots for day in _free(tx, wanted, from_on, days, online, days))
    ranked = sorted(found, key=_rank)
    halves: dict[tuple[date, bool], Slot] = {}
    for slot in ranked:
        here = slot.starts_at.astimezone(tx.zone)
        halves.setdefault((here.date(), here.hour < 12), slot)
    spread = [*halves.values(), *(slot for slot in ranked if slot not in halves.values())]
    return tuple(replace(slot, green=n == 0) for n, slot in enumerate(sorted(spread[:count], key=_rank)))


def free_days(tx: Tx, wanted: WantedVisit, from_on: date | None = None, days: int | None = None,
              most: int | None = None) -> tuple[FreeDay, ...]:  # fmt: skip
    """The free times that strangers are offered, day by day; days without any are left out, and all after the first `most`."""
    tx.require(Right.ONLINE)
    first, count = from_on or tx.today, days or booking_rules(tx).horizon_days + 1
    found = (day for day in _free(tx, wanted, first, count, True, CHUNK if most else count) if day.slots)
    return tuple(islice(found, most))


def _free(tx: Tx, wanted: WantedVisit, from_on: date, days: int, online: bool, chunk: int) -> Iterator[FreeDay]:
    """Day by day, read in chunks: who looks at the first days only does not pay for a month."""
    rules = booking_rules(tx) if online else replace(BY_OFFICE, window=booking_rules(tx).window)
    first, last = max(from_on, tx.today), min(from_on + timedelta(days=days - 1), tx.today + timedelta(days=rules.horizon_days))
    only = _skilled(tx, wanted)
    while first <= last:
        count = min(chunk, (last - first).days + 1)
        books = day_books(tx, rules, first, count, but=wanted.appointment_id, only=only, online=online, place=wanted.place)
        for on, working in books.items():
            yield FreeDay(on, _greenest(slots_of(tx, wanted, rules, on, working)))
        first += timedelta(days=count)


def _skilled(tx: Tx, wanted: WantedVisit) -> list[int] | None:
    """Who has all the skills at all, None where it needs none: the others' days need not be read."""
    if not wanted.skills:
        return None
    query = select(ProviderSkill.provider_id).join(Skill, Skill.id == ProviderSkill.skill_id).where(Skill.name.in_(wanted.skills))
    return tx.all(query.group_by(ProviderSkill.provider_id).having(func.count() == len(wanted.skills)))


def slots_of(tx: Tx, wanted: WantedVisit, rules: Rules, on: date, books: Iterable[DayBook]) -> list[Slot]:
    """The free times of a day, the best provider for each, by the clock."""
    books = [book for book in books if _able(book, wanted, on)]
    hours = [span for book in books for span in book.diary.shifts]
    grid = moments(tx, wanted, rules, on, hours) if hours else []
    could = _could(wanted, rules, books, grid)
    made = (next(_that_fit(tx, wanted, rules, at, could[at]), None) for at in grid if at in could)
    return [slot for slot in made if slot is not None]


def free_at(tx: Tx, wanted: WantedVisit, rules: Rules, at: datetime, only: Iterable[int] | None = None) -> dict[int, Slot]:
    """Everybody who can be there at one time that strangers are offered, by provider, the best first."""
    on = at.astimezone(tx.zone).date()
    rules = replace(rules, notice=max(rules.notice - GRACE, timedelta(0)))
    if not tx.today <= on <= tx.today + timedelta(days=rules.horizon_days) or at not in moments(tx, wanted, rules, on):
        return {}
    books = day_books(tx, rules, on, 1, but=wanted.appointment_id, only=only, place=wanted.place).get(on, [])
    could = _could(wanted, rules, (book for book in books if _able(book, wanted, on)), [at])
    return {slot.provider_id: slot for slot in _that_fit(tx, wanted, rules, at, could.get(at, []))}


def moments(tx: Tx, wanted: WantedVisit, rules: Rules, on: date, within: Sequence[Span] = ()) -> list[datetime]:
    """When visits may begin on a day: every step of the wall clock, not before the notice is over; only `within` these hours."""
    first, last = wanted.between_min or (0, 24 * 60 - 1)
    if within:
        midnight = local(on, 0, tx.zone)
        first = max(first, int((min(s.start for s in within) - midnight).total_seconds()) // 60 - SLACK_MIN)
        last = min(last, int((max(s.end for s in within) - midnight).total_seconds()) // 60 + SLACK_MIN)
    soonest = tx.now + rules.notice
    steps = range(-(-max(first, 0) // rules.step_min) * rules.step_min, last + 1, rules.step_min)
    return sorted({at for minutes in steps if (at := local(on, minutes, tx.zone).astimezone(UTC)) >= soonest})


def told(tx: Tx, rules: Rules, at: datetime) -> Span:
    """The arrival window that a customer is told for a planned start."""
    here = at.astimezone(tx.zone)
    return promised(rules.window, here.date(), tx.zone, at_min=here.hour * 60 + here.minute)


def _able(book: DayBook, wanted: WantedVisit, on: date) -> bool:
    held = {skill.name for skill in book.diary.skills if skill.expires_on is None or skill.expires_on >= on}
    return wanted.skills <= held and book.diary.provider_id not in wanted.excluded


def _room(book: DayBook, wanted: WantedVisit, grid: Sequence[datetime]) -> Iterator[tuple[datetime, int]]:
    """The starts of the grid that lie in a gap with its drives, and the driving that each adds."""
    length, place, drives = timedelta(seconds=wanted.duration_s), wanted.place, book.diary.drives
    for before, after, ended in book.gaps:
        if (after.start if after else book.diary.shifts[-1].end) - length < ended:
            continue  # too short for the work itself: nobody needs to know the drives
        here, there = before and before.place, after and after.place
        soonest = max(ended, before.end + timedelta(seconds=drives.seconds(here, place))) if before else ended
        latest = after.start - timedelta(seconds=drives.seconds(place, there)) - length if after else book.diary.shifts[-1].end - length
        first, last = bisect_left(grid, soonest), bisect_right(grid, latest)
        if first < last:
            added = max(0, drives.added_s(here, place, there))
            yield from ((at, added) for at in grid[first:last])


def _could(wanted: WantedVisit, rules: Rules, books: Iterable[DayBook], grid: Sequence[datetime]) -> dict[datetime, list[Could]]:
    """Who could come when, as far as arithmetic tells."""
    found: dict[datetime, list[Could]] = {}
    for book in books:
        if grid and book.has_room(wanted.duration_s, rules.kept_percent):
            for at, added in _room(book, wanted, grid):
                key = (book.diary.provider_id not in wanted.preferred, added, book.booked_s, book.order, book)
                found.setdefault(at, []).append(key)
    return found


def _that_fit(tx: Tx, wanted: WantedVisit, rules: Rules, at: datetime, could: Sequence[Could]) -> Iterator[Slot]:
    """Those against whom nothing stands, the best first: preferred, least driving, least booked, first on the board."""
    for _, added, _, _, book in sorted(could, key=lambda key: key[:4]):
        if not why_not(book.diary, wanted.wanted, at):
            yield Slot(book.diary.provider_id, at, told(tx, rules, at), added)


def _greenest(slots: list[Slot]) -> tuple[Slot, ...]:
    """In order, the first marked where others of the day add more driving."""
    ranked = sorted(slots, key=_rank)
    if ranked and ranked[-1].added_drive_s // SAME_S > ranked[0].added_drive_s // SAME_S:
        ranked[0] = replace(ranked[0], green=True)
    return tuple(ranked)


def _rank(slot: Slot) -> tuple[int, datetime, int]:
    return slot.added_drive_s // SAME_S, slot.starts_at, slot.provider_id

"""When a provider works: regular hours by weekday with breaks, and other hours on single days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from fieldoffice.models.errors import Invalid
from fieldoffice.models.provider import Provider, Shift, ShiftBreak, ShiftException
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.edits import Edit, Keeper

DAY_MIN = 24 * 60
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Pause:
    """A break of `length_min` that starts between two times, in minutes after midnight."""

    length_min: int
    from_min: int
    to_min: int


@dataclass(frozen=True, slots=True)
class Hours:
    """One shift in minutes after midnight, its breaks in order, and the civil days from and to which it holds (both included)."""

    start_min: int
    end_min: int
    pauses: tuple[Pause, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None


def set_shift(tx: Tx, provider_id: int, weekday: int, start_min: int, end_min: int, *, lunch_min: int = 0,
              lunch_from_min: int = 0, lunch_to_min: int = 0) -> None:  # fmt: skip
    """Regular hours on a weekday (0 Monday), in minutes after midnight; the break starts between two times."""
    tx.require(Right.EDIT_PROVIDERS)
    if not 0 <= start_min < end_min <= DAY_MIN:
        raise Invalid(hours="A shift starts before it ends, within one day.")
    if lunch_min and not start_min <= lunch_from_min <= lunch_to_min <= end_min - lunch_min:
        raise Invalid(lunch="The break lies within the shift.")
    tx.add(Shift(provider_id=provider_id, weekday=weekday, start_min=start_min, end_min=end_min, lunch_min=lunch_min,
                 lunch_from_min=lunch_from_min, lunch_to_min=lunch_to_min))  # fmt: skip


def set_day(tx: Tx, provider_id: int, on: date, hours: tuple[int, int] | None, reason: str = "") -> None:
    """Other hours on one day, or none."""
    tx.require(Right.EDIT_PROVIDERS)
    start, end = hours or (None, None)
    tx.add(ShiftException(provider_id=provider_id, on_date=on, start_min=start, end_min=end, reason=reason))


def add_shifts(tx: Tx, provider_id: int, weekdays: Sequence[int], hours: Hours) -> Edit:
    """The same regular hours on one or several weekdays (0 Monday); the answer's value are the ids."""
    tx.require(Right.EDIT_PROVIDERS)
    provider, keep, hours = tx.get(Provider, provider_id, lock=True), Keeper(tx), _tidy(hours)
    wrong = problems(hours)
    if not weekdays or not set(weekdays) <= set(range(7)):
        wrong["weekdays"] = "Please choose at least one day of the week."
    if wrong:
        raise Invalid(**wrong)
    ids: list[int] = []
    for weekday in sorted(set(weekdays)):
        _refuse_overlap(tx, provider_id, weekday, hours)
        shift = tx.add(Shift(provider_id=provider_id, weekday=weekday, **_columns(hours)))
        keep.new(shift)
        _set_further(tx, keep, shift.id, _parted(hours)[1])
        tx.event("shift.added", shift, note=_words(provider, weekday, hours), after=_facts(hours))
        ids.append(shift.id)
    return keep.edit(tuple(ids))


def edit_shift(tx: Tx, shift_id: int, hours: Hours, *, version: int) -> Edit:
    """Other hours, breaks or days of validity for one weekday."""
    tx.require(Right.EDIT_PROVIDERS)
    shift, keep, hours = tx.get(Shift, shift_id, version=version), Keeper(tx), _tidy(hours)
    if wrong := problems(hours):
        raise Invalid(**wrong)
    _refuse_overlap(tx, shift.provider_id, shift.weekday, hours, but=shift_id)
    was = hours_of(shift, _further(tx, [shift_id]))
    keep.before(shift)
    for name, value in _columns(hours).items():
        setattr(shift, name, value)
    if _parted(was)[1] != _parted(hours)[1]:
        flag_modified(shift, "end_min")  # breaks are part of the shift: whoever still holds its former version is told
        _set_further(tx, keep, shift_id, _parted(hours)[1])
    if was != hours:
        tx.event("shift.edited", shift, note=_words(tx.get(Provider, shift.provider_id), shift.weekday, hours),
                 before=_facts(was), after=_facts(hours))  # fmt: skip
    return keep.edit(shift_id)


def drop_shift(tx: Tx, shift_id: int, *, version: int) -> Edit:
    """No regular hours on this weekday any more; visits planned already stay, and show as conflicts."""
    tx.require(Right.EDIT_PROVIDERS)
    shift, keep = tx.get(Shift, shift_id, version=version), Keeper(tx)
    hours = hours_of(shift, _further(tx, [shift_id]))
    keep.gone(shift)
    _set_further(tx, keep, shift_id, ())
    note = _words(tx.get(Provider, shift.provider_id), shift.weekday, hours)
    tx.event("shift.removed", shift, note=note, before=_facts(hours))
    tx.session.delete(shift)
    return keep.edit(shift_id)


def add_day(tx: Tx, provider_id: int, *, on: date, hours: tuple[int, int] | None, reason: str = "") -> Edit:
    """Other hours on one civil day, in minutes after midnight, or none; a day has at most one exception."""
    tx.require(Right.EDIT_PROVIDERS)
    provider, keep = tx.get(Provider, provider_id, lock=True), Keeper(tx)
    _check_day(tx, provider_id, on, hours)
    start, end = hours or (None, None)
    row = tx.add(ShiftException(provider_id=provider_id, on_date=on, start_min=start, end_min=end, reason=reason.strip()))
    keep.new(row)
    tx.event("shift_exception.added", row, note=provider.name, after=_day_facts(row))
    return keep.edit(row.id)


def edit_day(tx: Tx, day_id: int, *, version: int, on: date, hours: tuple[int, int] | None, reason: str = "") -> Edit:
    """Change an exception."""
    tx.require(Right.EDIT_PROVIDERS)
    row, keep = tx.get(ShiftException, day_id, version=version), Keeper(tx)
    _check_day(tx, row.provider_id, on, hours, but=day_id)
    keep.before(row)
    was = _day_facts(row)
    row.on_date, row.reason = on, reason.strip()
    row.start_min, row.end_min = hours or (None, None)
    if _day_facts(row) != was:
        note = tx.get(Provider, row.provider_id).name
        tx.event("shift_exception.edited", row, note=note, before=was, after=_day_facts(row))
    return keep.edit(row.id)


def drop_day(tx: Tx, day_id: int, *, version: int) -> Edit:
    """The regular hours hold again on that day."""
    tx.require(Right.EDIT_PROVIDERS)
    row, keep = tx.get(ShiftException, day_id, version=version), Keeper(tx)
    keep.gone(row)
    tx.event("shift_exception.removed", row, note=tx.get(Provider, row.provider_id).name, before=_day_facts(row))
    tx.session.delete(row)
    return keep.edit(row.id)


def hours_of(shift: Shift, further: Sequence[ShiftBreak]) -> Hours:
    """A stored shift with its further breaks, all breaks in order of time."""
    found = [Pause(shift.lunch_min, shift.lunch_from_min, shift.lunch_to_min)] if shift.lunch_min else []
    found += [Pause(b.length_min, b.from_min, b.to_min) for b in further]
    return _tidy(Hours(shift.start_min, shift.end_min, tuple(found), shift.valid_from, shift.valid_to))


def problems(hours: Hours) -> dict[str, str]:
    """What is wrong with a shift, by field."""
    wrong: dict[str, str] = {}
    if not 0 <= hours.start_min < hours.end_min <= DAY_MIN:
        wrong["end_min"] = "A shift ends after it starts, within one day."
    if hours.valid_from and hours.valid_to and hours.valid_to < hours.valid_from:
        wrong["valid_to"] = "The last day lies before the first."
    free = hours.start_min
    for pause in _tidy(hours).pauses:
        if pause.length_min <= 0:
            wrong["pauses"] = "A break takes some time."
        elif pause.from_min > pause.to_min:
            wrong["pauses"] = "A break begins at the earliest before it begins at the latest."
        elif not hours.start_min <= pause.from_min <= pause.to_min <= hours.end_min - pause.length_min:
            wrong["pauses"] = "The breaks lie within the shift, to their last minute."
        elif max(free, pause.from_min) > pause.to_min:
            wrong["pauses"] = "These breaks do not fit one behind the other."
        free = max(free, pause.from_min) + pause.length_min
    return wrong


def _check_day(tx: Tx, provider_id: int, on: date, hours: tuple[int, int] | None, *, but: int = 0) -> None:
    if hours is not None and not 0 <= hours[0] < hours[1] <= DAY_MIN:
        raise Invalid(end_min="A shift ends after it starts, within one day.")
    there = select(ShiftException.id).where(
        ShiftException.provider_id == provider_id, ShiftException.on_date == on, ShiftException.id != but
    )
    if tx.session.scalar(there) is not None:
        raise Invalid(on_date="There is an exception for this day already; please change that one.")


def _refuse_overlap(tx: Tx, provider_id: int, weekday: int, hours: Hours, *, but: int = 0) -> None:
    """Two shifts of a weekday do not lie upon each other while both hold."""
    others = select(Shift).where(Shift.provider_id == provider_id, Shift.weekday == weekday, Shift.id != but)
    for other in tx.all(others):
        at_once = other.start_min < hours.end_min and hours.start_min < other.end_min
        if at_once and _meet((other.valid_from, other.valid_to), (hours.valid_from, hours.valid_to)):
            raise Invalid(end_min=f"{WEEKDAYS[weekday]} has hours at that time already: {clock(other.start_min)}–{clock(other.end_min)}.")


def _meet(one: tuple[date | None, date | None], other: tuple[date | None, date | None]) -> bool:
    """Whether two stretches of days, open where None, have a day in common."""
    first = max(one[0] or date.min, other[0] or date.min)
    return first <= min(one[1] or date.max, other[1] or date.max)


def _further(tx: Tx, shift_ids: Sequence[int]) -> list[ShiftBreak]:
    return tx.all(select(ShiftBreak).where(ShiftBreak.shift_id.in_(shift_ids)).order_by(ShiftBreak.from_min, ShiftBreak.id))


def _set_further(tx: Tx, keep: Keeper, shift_id: int, wanted: Sequence[Pause]) -> None:
    """The new ones first: SQLite would give them the ids of those that go, and undo knows rows by their ids."""
    old = _further(tx, [shift_id])
    for pause in wanted:
        keep.new(tx.add(ShiftBreak(shift_id=shift_id, length_min=pause.length_min, from_min=pause.from_min, to_min=pause.to_min)))
    for row in old:
        keep.gone(row)
        tx.session.delete(row)
    tx.session.flush()


def _columns(hours: Hours) -> dict[str, Any]:
    main, _ = _parted(hours)
    return {"start_min": hours.start_min, "end_min": hours.end_min, "lunch_min": main.length_min, "lunch_from_min": main.from_min,
            "lunch_to_min": main.to_min, "valid_from": hours.valid_from, "valid_to": hours.valid_to}  # fmt: skip


def _parted(hours: Hours) -> tuple[Pause, tuple[Pause, ...]]:
    """The longest break, which the shift itself keeps, and the further ones, which are rows of their own."""
    if not hours.pauses:
        return Pause(0, 0, 0), ()
    main = max(hours.pauses, key=lambda p: p.length_min)
    n = hours.pauses.index(main)
    return main, hours.pauses[:n] + hours.pauses[n + 1 :]


def _tidy(hours: Hours) -> Hours:
    """With the breaks in order of time."""
    return replace(hours, pauses=tuple(sorted(hours.pauses, key=lambda p: (p.from_min, p.to_min))))


def _facts(hours: Hours) -> dict[str, Any]:
    days = {"valid_from": hours.valid_from and hours.valid_from.isoformat(), "valid_to": hours.valid_to and hours.valid_to.isoformat()}
    return {"start_min": hours.start_min, "end_min": hours.end_min, **days,
            "breaks": [[p.length_min, p.from_min, p.to_min] for p in hours.pauses]}  # fmt: skip


def _day_facts(row: ShiftException) -> dict[str, Any]:
    return {"on_date": row.on_date.isoformat(), "start_min": row.start_min, "end_min": row.end_min, "reason": row.reason}


def _words(provider: Provider, weekday: int, hours: Hours) -> str:
    return f"{provider.name}: {WEEKDAYS[weekday]} {clock(hours.start_min)}–{clock(hours.end_min)}"


def clock(minutes: int) -> str:
    """ "08:30"; the end of a day is "24:00"."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"

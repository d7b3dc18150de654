"""The days on which the company does not work: entered one by one, or taken from a country's public holidays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from fieldoffice.models.company import Holiday
from fieldoffice.models.errors import Invalid, NotFound
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.edits import Edit, Keeper

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A holiday; a proposed one that is not entered yet has no id (0)."""

    id: int
    on: date
    name: str


def add_holiday(tx: Tx, on: date, name: str) -> None:
    """A day on which nobody works, unless a provider's hours for that day say otherwise."""
    tx.require(Right.ORGANIZATION)
    close(tx, ((on, name),))


def close(tx: Tx, days: Sequence[tuple[date, str]]) -> Edit:
    """Enter holidays; a day that is one already keeps its name."""
    tx.require(Right.ORGANIZATION)
    if any(not name.strip() or len(name) > LONGEST_NAME for _, name in days):
        raise Invalid(name=f"Please name the holiday, in at most {LONGEST_NAME} characters.")
    known = set(tx.all(select(Holiday.on_date).where(Holiday.on_date.in_([on for on, _ in days]))))
    keep, added = Keeper(tx), list[Holiday]()
    for on, name in dict(days).items():
        if on not in known:
            added.append(tx.add(Holiday(on_date=on, name=name.strip())))
            keep.new(added[-1])
    if added:
        tx.event("holidays.added", added[0], after={str(day.on_date): day.name for day in added}, note=_listed(added))
    return keep.edit(len(added))


def edit_holiday(tx: Tx, id: int, *, on: date, name: str) -> Edit:
    """Move or rename a holiday."""
    tx.require(Right.ORGANIZATION)
    if not name.strip():
        raise Invalid(name="Please name the holiday.")
    other = tx.session.scalar(select(Holiday).where(Holiday.on_date == on, Holiday.id != id))
    if other is not None:
        raise Invalid(on=f"This day is a holiday already: {other.name}.")
    day, keep = tx.get(Holiday, id, lock=True), Keeper(tx)
    keep.before(day)
    before = {str(day.on_date): day.name}
    day.on_date, day.name = on, name.strip()
    tx.event("holidays.changed", day, before=before, after={str(on): day.name}, note=day.name)
    return keep.edit()


def reopen(tx: Tx, ids: Sequence[int]) -> Edit:
    """These days are no holidays any more."""
    tx.require(Right.ORGANIZATION)
    rows = tx.all(select(Holiday).where(Holiday.id.in_(list(ids))).order_by(Holiday.on_date).with_for_update())
    if not rows:
        raise NotFound("These holidays were removed already.")
    keep = Keeper(tx)
    tx.event("holidays.removed", rows[0], before={str(day.on_date): day.name for day in rows}, note=_listed(rows))
    for row in rows:
        keep.gone(row)
        tx.session.delete(row)
    return keep.edit(len(rows))


def closed_days(tx: Tx) -> tuple[ClosedDay, ...]:
    """All holidays, the earliest first."""
    tx.require(Right.LOOK)
    return tuple(ClosedDay(day.id, day.on_date, day.name) for day in tx.all(select(Holiday).order_by(Holiday.on_date)))


def proposed_days(tx: Tx, country: str, region: str, years: tuple[int, int]) -> tuple[ClosedDay, ...]:
    """A country's public holidays in these years (both counted), by the table of the package `holidays`.

    Days that are entered already carry the id they have. Raises Invalid for a country or region that the table does not know.
    """
    tx.require(Right.LOOK)
    import holidays  # its tables take a moment to load, which only this page needs

    span = range(years[0], years[1] + 1)
    try:
        table = holidays.country_holidays(country, subdiv=region or None, years=span, language="en_US" if country == "US" else None)
    except NotImplementedError:
        raise Invalid(country="The holidays of this country or region are not known. Enter them one by one.") from None
    known = {day.on: day.id for day in closed_days(tx)}
    return tuple(ClosedDay(known.get(on, 0), on, name) for on, name in sorted(table.items()) if on.year in span)


def holiday_regions(tx: Tx, country: str) -> tuple[str, ...]:
    """The regions of a country that have holidays of their own; empty for a country that is not known."""
    tx.require(Right.LOOK)
    import holidays

    return tuple(holidays.list_supported_countries().get(country, ()))


def _listed(rows: Sequence[Holiday]) -> str:
    first = ", ".join(row.name for row in rows[:3])
    return first if len(rows) <= 3 else f"{first} and {len(rows) - 3} more"

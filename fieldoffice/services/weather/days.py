"""The weather of each half day: typed by a dispatcher, or kept from a forecast. What is typed is never written over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import select

from fieldoffice.models.company import Setting
from fieldoffice.models.errors import Invalid
from fieldoffice.models.outside import Weather
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.edits import Edit, Keeper
from fieldoffice.services.geo import Point
from fieldoffice.services.travel.choice import address_fault, put_setting
from fieldoffice.services.weather.effects import EFFECTS, HALVES, Half, Kind

TYPED = "typed"
OFF = "off"
SOURCES: Mapping[str, str] = {OFF: "Typed only", "open_meteo": "Open-Meteo", "nws": "US National Weather Service"}
DEFAULTS: Mapping[str, Any] = {"weather.source": OFF, "weather.url": ""}
FRESH = timedelta(hours=3)
FARTHEST = timedelta(days=7)
"""A forecast further ahead than this is not asked for."""


@dataclass(frozen=True)
class HalfDay:
    """What is known of half a day. `source` is "typed" or the forecast service."""

    on: date
    half: Half
    kind: Kind
    source: str
    asked_at: datetime


@dataclass(frozen=True)
class ForecastWanted:
    """What a forecast service should be asked: `url` is "" for its public address."""

    source: str
    url: str
    place: Point
    zone: str
    first_on: date
    last_on: date


def weather_of(tx: Tx, first_on: date, days: int = 1) -> dict[tuple[date, Half], HalfDay]:
    """The half days that are known, by day and half."""
    last_on = first_on + timedelta(days=days - 1)
    rows = tx.all(select(Weather).where(Weather.on_date >= first_on, Weather.on_date <= last_on))
    return {(row.on_date, cast(Half, row.half)): _half_day(row) for row in rows}


def declared(tx: Tx, on: date) -> dict[Half, Kind]:
    """The weather of one day by half, morning first; halves nobody knows are left out."""
    known = weather_of(tx, on)
    return {half: known[on, half].kind for half in HALVES if (on, half) in known}


def declare(tx: Tx, on: date, half: Half, kind: Kind | None) -> Edit:
    """Type the weather of half a day; None forgets it. One undo puts back what stood there."""
    tx.require(Right.DISPATCH)
    if half not in HALVES or (kind is not None and kind not in EFFECTS):
        raise Invalid(kind="Choose dry, rain, storm, heat or snow.")
    keep, row = Keeper(tx), _row(tx, on, half)
    if row is not None and kind is None:
        keep.gone(row)
        tx.event("weather.forgotten", row, before=_told(row))
        tx.session.delete(row)
    elif row is not None:
        keep.before(row)
        row.kind, row.source, row.asked_at = str(kind), TYPED, tx.now
        tx.event("weather.declared", row, after=_told(row))
    elif kind is not None:
        row = tx.add(Weather(on_date=on, half=half, kind=kind, source=TYPED, asked_at=tx.now))
        keep.new(row)
        tx.event("weather.declared", row, after=_told(row))
    return keep.edit()


def keep_forecast(tx: Tx, source: str, found: Iterable[tuple[date, Half, Kind]]) -> int:
    """Store what a service forecasts; halves that somebody typed keep their words. Returns how many were stored."""
    tx.require(Right.DISPATCH)
    kept = 0
    for on, half, kind in found:
        row = _row(tx, on, half)
        if row is None:
            tx.add(Weather(on_date=on, half=half, kind=kind, source=source, asked_at=tx.now))
        elif row.source != TYPED:
            row.kind, row.source, row.asked_at = kind, source, tx.now
        kept += row is None or row.source == source
    return kept


def forecast_wanted(tx: Tx, on: date) -> ForecastWanted | None:
    """What to ask for this day; None when forecasts are off, the day is over or far away, or what is known is fresh."""
    source, url = forecast_choice(tx)
    place = None if tx.company.lat is None or tx.company.lon is None else (tx.company.lat, tx.company.lon)
    if source == OFF or place is None or not tx.today <= on <= tx.today + FARTHEST:
        return None
    known = weather_of(tx, on)
    fresh = [half for half in HALVES if (on, half) in known and _keeps(known[on, half], tx.now)]
    if len(fresh) == len(HALVES):
        return None
    return ForecastWanted(source, url, place, tx.company.zone, on, min(on + timedelta(days=2), tx.today + FARTHEST))


def forecast_choice(tx: Tx) -> tuple[str, str]:
    """The forecast service and its address ("" for the public one)."""
    rows = {row.key: row.value for row in tx.all(select(Setting).where(Setting.key.in_(DEFAULTS)))}
    return str(rows.get("weather.source", OFF)), str(rows.get("weather.url", ""))


def choose_forecast(tx: Tx, source: str, url: str = "") -> Edit:
    """Choose where forecasts come from; "off" for none."""
    tx.require(Right.ORGANIZATION)
    if source not in SOURCES:
        raise Invalid(source="Please choose one of the list.")
    if url.strip() and (wrong := address_fault(url)):
        raise Invalid(url=wrong)
    keep = Keeper(tx)
    put_setting(tx, keep, "weather.source", source)
    put_setting(tx, keep, "weather.url", url.strip())
    return keep.edit()


def _row(tx: Tx, on: date, half: Half) -> Weather | None:
    query = select(Weather).where(Weather.on_date == on, Weather.half == half)
    return tx.session.scalar(query.with_for_update())


def _keeps(known: HalfDay, now: datetime) -> bool:
    return known.source == TYPED or now - known.asked_at < FRESH


def _half_day(row: Weather) -> HalfDay:
    return HalfDay(row.on_date, cast(Half, row.half), cast(Kind, row.kind), row.source, row.asked_at)


def _told(row: Weather) -> dict[str, Any]:
    return {"on": row.on_date.isoformat(), "half": row.half, "kind": row.kind}

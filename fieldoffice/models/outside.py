"""What was asked of the outside world and is kept: where an address lies, how long a drive takes, the weather."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fieldoffice.models.base import Table, Versioned


class GeocodeAnswer(Table):
    """Where a geocoder says an address lies; no coordinates when it knew none."""

    __table_args__ = (UniqueConstraint("source", "address"),)

    source: Mapped[str] = mapped_column(String(20))
    address: Mapped[str]  # folded to one line
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    precision: Mapped[str] = mapped_column(String(12), default="")  # house | street | postal_code | city
    asked_at: Mapped[datetime]


class TravelTime(Table):
    """A drive between two places as one source answered it; places are "lat,lon" to five decimals (about a meter)."""

    __table_args__ = (UniqueConstraint("source", "origin", "destination"),)

    source: Mapped[str] = mapped_column(String(80))
    origin: Mapped[str] = mapped_column(String(24))
    destination: Mapped[str] = mapped_column(String(24))
    seconds: Mapped[int]
    meters: Mapped[int]
    asked_at: Mapped[datetime]


class Weather(Versioned, Table):
    """The weather of half a day: typed by the dispatcher, or fetched."""

    __table_args__ = (UniqueConstraint("on_date", "half"),)

    on_date: Mapped[date]
    half: Mapped[str] = mapped_column(String(2))  # am | pm
    kind: Mapped[str] = mapped_column(String(6))  # dry | rain | storm | heat | snow
    source: Mapped[str] = mapped_column(String(20))  # typed, or the service that said so
    asked_at: Mapped[datetime]

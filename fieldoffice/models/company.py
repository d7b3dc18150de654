"""The company that this database belongs to: one row, its settings and its holidays."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from fieldoffice.models.base import Table, Versioned, link


class Company(Versioned, Table):
    """One database is one company: there is exactly one row, with id 1."""

    name: Mapped[str]
    number: Mapped[str] = mapped_column(String(12))  # the public "Company ID"
    country: Mapped[str] = mapped_column(String(2))
    zone: Mapped[str]  # IANA
    currency: Mapped[str] = mapped_column(String(3))
    currency_exponent: Mapped[int] = mapped_column(default=2)
    first_weekday: Mapped[int] = mapped_column(default=6)  # 0 Monday … 6 Sunday
    paper: Mapped[str] = mapped_column(String(6), default="Letter")
    street: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    region: Mapped[str] = mapped_column(default="")
    postal_code: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    logo_id: Mapped[int | None] = link("blob.id", null=True, index=False)
    sample: Mapped[bool] = mapped_column(default=False)


class Setting(Versioned, Table):
    """One company-wide setting; its type and words live in the register of settings."""

    key: Mapped[str] = mapped_column(unique=True)
    value: Mapped[Any] = mapped_column(JSON)


class Secret(Versioned, Table):
    """An office secret (a mail password, a payment key), encrypted under the office key."""

    key: Mapped[str] = mapped_column(String(40), unique=True)
    sealed: Mapped[bytes]
    changed_at: Mapped[datetime]


class Holiday(Table):
    """A civil day on which the company does not work."""

    on_date: Mapped[date] = mapped_column(unique=True)
    name: Mapped[str]

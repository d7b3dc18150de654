"""Recurring work: a rule, and its places in time known by their original date."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fieldoffice.models.base import Table, Versioned, link


class Series(Versioned, Table):
    """A recurrence in local wall time of its zone."""

    customer_id: Mapped[int] = link("customer.id")
    location_id: Mapped[int] = link("location.id", index=False)
    rule: Mapped[str]  # RFC 5545 RRULE without DTSTART
    starts_on: Mapped[date]
    local_min: Mapped[int]  # minutes after local midnight
    zone: Mapped[str]
    ends_on: Mapped[date | None]
    paused: Mapped[bool] = mapped_column(default=False)
    template: Mapped[dict[str, Any]] = mapped_column(default=dict)
    parent_id: Mapped[int | None] = link("series.id", null=True, index=False)
    created_at: Mapped[datetime]


class Occurrence(Table):
    """One dated place in a series; it keeps its original date wherever its visit is moved."""

    __table_args__ = (UniqueConstraint("series_id", "original_on"),)

    series_id: Mapped[int] = link("series.id")
    original_on: Mapped[date]
    appointment_id: Mapped[int | None] = link("appointment.id", null=True)
    outcome: Mapped[str] = mapped_column(String(10), default="planned")  # planned | skipped | moved

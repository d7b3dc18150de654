"""A job: the work that is owed to a customer at a location. Its status is derived from its appointments."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fieldoffice.models.base import Cents, PublicId, Table, Versioned, link
from fieldoffice.models.states import FINAL_STATES, RUNNING_STATES, AppointmentState


class JobStatus(StrEnum):
    """Derived, never stored; `on hold` and `canceled` come from the job, the rest from its appointments."""

    UNSCHEDULED = "unscheduled"
    SCHEDULED = "scheduled"
    IN_PROGRESS = "in progress"
    COMPLETED = "completed"
    ON_HOLD = "on hold"
    CANCELLED = "canceled"


class Job(Versioned, Table):
    """Work that is owed. `completed_by` names what completed it when it was not its last visit."""

    public_id: Mapped[PublicId]
    number: Mapped[str] = mapped_column(String(20), unique=True)
    customer_id: Mapped[int] = link("customer.id")
    location_id: Mapped[int] = link("location.id")
    bill_to_id: Mapped[int | None] = link("customer.id", null=True, index=False)
    title: Mapped[str]
    priority: Mapped[int] = mapped_column(default=1)  # 1 normal, 2 high, 3 urgent
    notes: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(String(12), default="office")
    custom: Mapped[dict[str, Any]] = mapped_column(default=dict)
    series_id: Mapped[int | None] = link("series.id", null=True)
    on_hold: Mapped[bool] = mapped_column(default=False)
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(default="")
    completed_by: Mapped[str] = mapped_column(String(20), default="")
    created_at: Mapped[datetime] = mapped_column(index=True)


class Line(Versioned, Table):
    """An item with quantity, price and tax on a job."""

    # ids are never used again: the log names lines by them
    __table_args__ = (CheckConstraint("quantity_milli > 0", "quantity_positive"), {"sqlite_autoincrement": True})

    job_id: Mapped[int] = link("job.id")
    item_id: Mapped[int | None] = link("catalog_item.id", null=True, index=False)
    kind: Mapped[str] = mapped_column(String(8))  # service | material | charge
    name: Mapped[str]
    quantity_milli: Mapped[int] = mapped_column(default=1000)  # thousandths
    unit_price_cents: Mapped[Cents]
    tax_ppm: Mapped[int] = mapped_column(default=0)
    duration_s: Mapped[int] = mapped_column(default=0)  # of one unit
    outdoor: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    added_by: Mapped[str] = mapped_column(default="")


class JobProvider(Table):
    """A customer's wish: a provider that is preferred or excluded for a job."""

    __table_args__ = (UniqueConstraint("job_id", "provider_id"),)

    job_id: Mapped[int] = link("job.id")
    provider_id: Mapped[int] = link("provider.id", index=False)
    wish: Mapped[str] = mapped_column(String(9))  # preferred | excluded


class JobSkill(Table):
    """A skill that this job needs, copied from its services or added by hand."""

    __table_args__ = (UniqueConstraint("job_id", "skill_id"),)

    job_id: Mapped[int] = link("job.id")
    skill_id: Mapped[int] = link("skill.id", index=False)


class Note(Versioned, Table):
    """A dated note of the office on a job or a customer."""

    job_id: Mapped[int | None] = link("job.id", null=True)
    customer_id: Mapped[int | None] = link("customer.id", null=True)
    text: Mapped[str]
    by_name: Mapped[str]
    created_at: Mapped[datetime]


def status_of(on_hold: bool, cancelled: bool, completed_by: str, states: Iterable[AppointmentState]) -> JobStatus:
    """The one derivation of a job's status.

    Completed: nothing is open, and the last word was not "partly done" or "not done". A job whose only outcomes are
    not done, partly done or canceled visits still owes its work: unscheduled.
    """
    if cancelled:
        return JobStatus.CANCELLED
    if on_hold:
        return JobStatus.ON_HOLD
    seen = set(states)
    if completed_by:
        return JobStatus.COMPLETED
    if seen & RUNNING_STATES:
        return JobStatus.IN_PROGRESS
    if seen & {AppointmentState.SCHEDULED, AppointmentState.DISPATCHED, AppointmentState.HELD}:
        return JobStatus.SCHEDULED
    if seen - FINAL_STATES or AppointmentState.COMPLETED not in seen:
        return JobStatus.UNSCHEDULED
    return JobStatus.COMPLETED


def civil(day: date) -> str:
    """A civil day as the office writes it: "Mon Mar 2, 2026"."""
    return f"{day:%a %b} {day.day}, {day.year}"

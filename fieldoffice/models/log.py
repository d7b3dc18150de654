"""What happened, what is to be done, and who must look again."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from fieldoffice.models.base import Table, link


class Event(Table):
    """One entry of the append-only log: who, when, where, what, before and after. The database refuses changes."""

    __table_args__ = (Index("ix_event_entity", "entity", "entity_id"),)

    at: Mapped[datetime] = mapped_column(index=True)  # when the office wrote it down
    occurred_at: Mapped[datetime]  # when it happened, as far as known
    device_at: Mapped[datetime | None]
    by_id: Mapped[int | None] = link("staff_user.id", null=True, index=False)
    by_name: Mapped[str]
    kind: Mapped[str] = mapped_column(String(40))
    entity: Mapped[str] = mapped_column(String(24))
    entity_id: Mapped[int] = mapped_column(BigInteger)
    job_id: Mapped[int | None] = link("job.id", null=True)
    customer_id: Mapped[int | None] = mapped_column(BigInteger)
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(default=dict)
    note: Mapped[str] = mapped_column(default="")
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    accuracy_m: Mapped[int | None]
    no_fix: Mapped[str] = mapped_column(default="")
    op_id: Mapped[str] = mapped_column(String(36), index=True)


class Operation(Table):
    """One user action that landed: how a lost answer is known to have been done."""

    op_id: Mapped[str] = mapped_column(String(36), unique=True)
    at: Mapped[datetime]


class Topic(Table):
    """A counter that goes up by one in every transaction that touched the topic."""

    name: Mapped[str] = mapped_column(String(40), unique=True)
    n: Mapped[int] = mapped_column(BigInteger, default=1)


class Task(Table):
    """Background work, written with the change that asks for it."""

    kind: Mapped[str] = mapped_column(String(30))
    key: Mapped[str] = mapped_column(unique=True)  # one task for one thing
    about: Mapped[dict[str, Any]] = mapped_column(default=dict)
    due_at: Mapped[datetime] = mapped_column(index=True)
    done_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(default="")


class Counter(Table):
    """The last number taken from a series of numbers, moved under a row lock."""

    name: Mapped[str] = mapped_column(String(20), unique=True)
    last: Mapped[int] = mapped_column(BigInteger, default=0)


class OptimizationRun(Table):
    """One press of Optimize: what it was asked, what it found, and what was applied of it."""

    on_date: Mapped[date]
    by_name: Mapped[str]
    engine: Mapped[str] = mapped_column(String(20))
    score: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reasons: Mapped[dict[str, Any]] = mapped_column(default=dict)
    applied: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[datetime]

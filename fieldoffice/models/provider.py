"""Those who do the work: skills with certificates, shifts with exceptions, absences."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, String, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column

from fieldoffice.models.base import PublicId, Table, Versioned, link


class Provider(Versioned, Table):
    """An employee or contractor. Start and end place default to the company's depot."""

    public_id: Mapped[PublicId]
    name: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(12), default="employee")  # employee | contractor
    color: Mapped[str] = mapped_column(String(7))
    email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    user_id: Mapped[int | None] = link("staff_user.id", null=True, index=False)
    start_label: Mapped[str] = mapped_column(default="")
    start_lat: Mapped[float | None]
    start_lon: Mapped[float | None]
    end_label: Mapped[str] = mapped_column(default="")
    end_lat: Mapped[float | None]
    end_lon: Mapped[float | None]
    max_overtime_s: Mapped[int] = mapped_column(default=0)
    speed_percent: Mapped[int] = mapped_column(default=100)
    target_load_percent: Mapped[int] = mapped_column(default=85)
    experience_percent: Mapped[int] = mapped_column(default=100, server_default="100")  # of a service's usual duration
    starts_at_first_job: Mapped[bool] = mapped_column(default=False, server_default=false())  # the way there is unpaid
    ends_at_last_job: Mapped[bool] = mapped_column(default=False, server_default=false())
    booked_online: Mapped[bool] = mapped_column(default=True, server_default=true())  # strangers may take free times
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)


class Skill(Versioned, Table):
    """Something a visit may need and a provider may have."""

    name: Mapped[str] = mapped_column(unique=True)
    certified: Mapped[bool] = mapped_column(default=False)  # needs a certificate with an expiry


class ProviderSkill(Versioned, Table):
    """A provider has a skill, until its certificate expires."""

    __table_args__ = (UniqueConstraint("provider_id", "skill_id"),)

    provider_id: Mapped[int] = link("provider.id")
    skill_id: Mapped[int] = link("skill.id")
    certificate: Mapped[str] = mapped_column(default="")
    expires_on: Mapped[date | None]


class Shift(Versioned, Table):
    """Regular hours on one weekday, in minutes after local midnight, valid between two civil days."""

    __table_args__ = (CheckConstraint("start_min < end_min", "ends_after_start"),)

    provider_id: Mapped[int] = link("provider.id")
    weekday: Mapped[int]  # 0 Monday … 6 Sunday
    start_min: Mapped[int]
    end_min: Mapped[int]
    lunch_min: Mapped[int] = mapped_column(default=0)  # length of the break, 0 for none
    lunch_from_min: Mapped[int] = mapped_column(default=0)  # the break starts between these two
    lunch_to_min: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class ShiftBreak(Table):
    """A further break of a shift: `length_min` long, starting between two times."""

    __table_args__ = (CheckConstraint("from_min <= to_min AND length_min > 0", "lies_in_order"),)

    shift_id: Mapped[int] = link("shift.id", cascade=True)
    length_min: Mapped[int]
    from_min: Mapped[int]
    to_min: Mapped[int]


class ShiftException(Versioned, Table):
    """One day's hours instead of the regular ones; no hours at all where `start_min` is null."""

    __table_args__ = (UniqueConstraint("provider_id", "on_date"),)

    provider_id: Mapped[int] = link("provider.id")
    on_date: Mapped[date]
    start_min: Mapped[int | None]
    end_min: Mapped[int | None]
    reason: Mapped[str] = mapped_column(default="")


class Absence(Versioned, Table):
    """A provider is away between two instants."""

    __table_args__ = (CheckConstraint("starts_at < ends_at", "ends_after_start"),)

    provider_id: Mapped[int] = link("provider.id")
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    reason: Mapped[str]

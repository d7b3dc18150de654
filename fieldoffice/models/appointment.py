"""One visit, and who goes there."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fieldoffice.models.base import PublicId, Table, Versioned, link
from fieldoffice.models.states import APPOINTMENT_MOVES, AppointmentState, check_move


class Appointment(Versioned, Table):
    """One visit for a job: what was promised (the window) and what is planned (the start)."""

    __table_args__ = (
        CheckConstraint("duration_s > 0", "lasts"),
        CheckConstraint("(state = 'waiting') = (starts_at IS NULL) OR state = 'cancelled'", "planned_has_start"),
        CheckConstraint("window_from_at <= window_to_at", "window_order"),
        CheckConstraint("job_id IS NOT NULL OR (state = 'held' AND hold_hash IS NOT NULL)", "belongs_to_a_job"),
    )

    public_id: Mapped[PublicId]
    job_id: Mapped[int] = link("job.id", null=True)  # none only while a stranger holds a time and has not booked it
    state: Mapped[str] = mapped_column(String(12), default=AppointmentState.WAITING, index=True)
    starts_at: Mapped[datetime | None] = mapped_column(index=True)  # planned
    duration_s: Mapped[int]
    window_kind: Mapped[str] = mapped_column(String(9), default="all_day")
    window_from_at: Mapped[datetime | None] = mapped_column(index=True)  # promised arrival window
    window_to_at: Mapped[datetime | None]
    earliest_on: Mapped[date | None]  # while no day is promised
    latest_on: Mapped[date | None]
    locked: Mapped[bool] = mapped_column(default=False)
    held_until: Mapped[datetime | None]
    hold_hash: Mapped[str | None] = mapped_column(String(64), index=True)  # of the secret that a stranger's hold carries
    hold_lat: Mapped[float | None]  # where a stranger's hold would be
    hold_lon: Mapped[float | None]
    entered_at: Mapped[datetime | None]  # when the visit came into its present step, as corrected
    follows_id: Mapped[int | None] = link("appointment.id", null=True, index=False)
    ical_sequence: Mapped[int] = mapped_column(default=0)
    crew: Mapped[int] = mapped_column(default=1, server_default="1")  # how many providers it needs at once
    created_at: Mapped[datetime]

    @property
    def status(self) -> AppointmentState:
        return AppointmentState(self.state)

    def become(self, new: AppointmentState) -> None:
        """Move to `new`, or refuse in words. Nobody else assigns `state`."""
        check_move(APPOINTMENT_MOVES, self.status, new, "visit")
        self.state = new.value

    def take_back(self, old: AppointmentState) -> None:
        """Undo one move: back to `old`, where the table has a way from `old` to here or from here to `old`."""
        if old is not self.status and self.status not in APPOINTMENT_MOVES[old]:
            self.become(old)
        self.state = old.value


class AppointmentPair(Table):
    """Two visits that belong together: the second only after the first has ended, or both on one day."""

    __table_args__ = (UniqueConstraint("first_id", "second_id", "rule"), CheckConstraint("first_id <> second_id", "are_two"))

    first_id: Mapped[int] = link("appointment.id", cascade=True)
    second_id: Mapped[int] = link("appointment.id", cascade=True)
    rule: Mapped[str] = mapped_column(String(8))  # before | same_day
    gap_s: Mapped[int] = mapped_column(default=0)  # "before": how long at least between the two


class Override(Table):
    """Somebody booked against a rule, and said why."""

    appointment_id: Mapped[int] = link("appointment.id")
    reason: Mapped[str]
    rules: Mapped[list[str]] = mapped_column(default=list)
    by_name: Mapped[str]
    at: Mapped[datetime]


class Assignment(Table):
    """One provider on one appointment, with the times copied: the last wall against double booking stands here."""

    __table_args__ = (
        UniqueConstraint("appointment_id", "provider_id"),
        CheckConstraint("starts_at < ends_at", "ends_after_start"),
        Index("ix_assignment_provider_time", "provider_id", "starts_at"),
    )

    appointment_id: Mapped[int] = link("appointment.id")
    provider_id: Mapped[int] = link("provider.id", index=False)
    role: Mapped[str] = mapped_column(String(6), default="lead")  # lead | helper
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    active: Mapped[bool] = mapped_column(default=True)  # takes the provider's time
    override_id: Mapped[int | None] = link("override.id", null=True, index=False)

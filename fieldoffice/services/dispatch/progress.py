"""How a visit goes: en route, arrived, working, paused, and how it ended; with corrected times, both kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.errors import Invalid
from fieldoffice.models.job import Job
from fieldoffice.models.log import Event
from fieldoffice.models.provider import Provider
from fieldoffice.models.staff import Right
from fieldoffice.models.states import FINAL_STATES, AppointmentState
from fieldoffice.office import Tx
from fieldoffice.services.dispatch.cards import cards_of, placement, placements
from fieldoffice.services.dispatch.hands import active
from fieldoffice.services.dispatch.phases import Phase, Stamp, phases, sums
from fieldoffice.services.dispatch.rows import Change
from fieldoffice.services.dispatch.stamps import Stamped, stamps_in, stamps_of

S = AppointmentState
NEEDS_REASON = frozenset({S.NOT_DONE, S.PARTLY_DONE, S.CANCELLED})
AHEAD = timedelta(minutes=2)  # clocks differ a little


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a job's timeline. `occurred_at` differs from `at` where a time was entered later."""

    id: int
    at: datetime
    occurred_at: datetime
    who: str
    kind: str
    words: str
    appointment_id: int | None


@dataclass(frozen=True, slots=True)
class VisitTimes:
    """The phases of one visit and their sums in seconds."""

    appointment_id: int
    starts_at: datetime | None
    state: AppointmentState
    phases: tuple[Phase, ...]
    sums: dict[str, int]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything that happened to a job, oldest first, and how long each phase took."""

    job_id: int
    entries: tuple[Entry, ...]
    visits: tuple[VisitTimes, ...]
    sums: dict[str, int]


def move_on(tx: Tx, appointment_id: int, *, version: int, to: AppointmentState, at: datetime | None = None,
            reason: str = "") -> Change:  # fmt: skip
    """Bring a visit into its next state; `at` says when it really happened (now, if not given).

    Not done, partly done and canceled need a reason. Partly done leaves a follow-up visit waiting in the tray.
    """
    tx.require(Right.DISPATCH)
    appointment = tx.get(Appointment, appointment_id, version=version)
    before = placements(tx, [appointment_id])
    enter(tx, appointment, to, at=at, reason=reason)
    tx.session.flush()
    after = cards_of(tx, [appointment_id])
    return Change(after, tuple(before.values()), tuple(placement(card) for card in after))


def enter(tx: Tx, appointment: Appointment, to: AppointmentState, *, at: datetime | None = None, reason: str = "") -> None:
    """What `move_on` does to a visit that the caller has already looked up: one step, one event."""
    tx.require(Right.DISPATCH)
    if to in NEEDS_REASON and not reason.strip():
        raise Invalid(reason="Please say why.")
    old, happened = appointment.status, _checked_time(tx, appointment, at)
    appointment.become(to)
    appointment.held_until, appointment.entered_at = None, happened
    if to in FINAL_STATES:
        active(tx, appointment)
    if to is S.PARTLY_DONE:
        _follow_up(tx, appointment)
    job = tx.get(Job, appointment.job_id)
    tx.event(f"visit.{to.value}", appointment, job_id=job.id, customer_id=job.customer_id, note=reason.strip(),
             occurred_at=happened, before={"state": old.value}, after={"state": to.value})  # fmt: skip


def correct_time(tx: Tx, event_id: int, *, at: datetime, reason: str = "") -> Timeline:
    """Correct when a state was really entered. The first time stays in the log beside the corrected one."""
    tx.require(Right.DISPATCH)
    event = tx.get(Event, event_id)
    stamps = [s for s in stamps_of(tx, event.entity_id) if s.event_id != event_id]
    if at > tx.now + AHEAD:
        raise Invalid(at="This time is in the future.")
    place = [s.event_id for s in sorted([*stamps, Stamped(event_id, "", at)], key=lambda s: (s.at, s.event_id))]
    if place != sorted(place):
        raise Invalid(at="This would change the order of the steps. Correct the steps around it first.")
    appointment = tx.get(Appointment, event.entity_id)
    tx.event("visit.corrected", appointment, job_id=event.job_id, customer_id=event.customer_id, note=reason.strip(),
             occurred_at=at, before={"at": event.occurred_at.isoformat()}, after={"event": event_id, "at": at.isoformat()})  # fmt: skip
    tx.ring("appointment")
    stamps = stamps_of(tx, appointment.id)
    appointment.entered_at = stamps[-1].at if stamps else None
    assert event.job_id is not None
    return timeline(tx, event.job_id)


def timeline(tx: Tx, job_id: int) -> Timeline:
    """The one timeline of a job."""
    tx.require(Right.LOOK)
    tx.get(Job, job_id)
    events = tx.all(select(Event).where(Event.job_id == job_id).order_by(Event.id))
    names = {p.id: p.name for p in tx.all(select(Provider))}
    entries = tuple(Entry(e.id, e.at, e.occurred_at, e.by_name, e.kind, _words(e, names, tx),
                          e.entity_id if e.entity == "appointment" else None) for e in events)  # fmt: skip
    known = tx.all(select(Appointment).where(Appointment.job_id == job_id).order_by(Appointment.id))
    visits = tuple(_times(a, [e for e in events if (e.entity, e.entity_id) == ("appointment", a.id)], tx.now) for a in known)
    totals = {name: sum(v.sums[name] for v in visits) for name in (visits[0].sums if visits else ())}
    return Timeline(job_id, entries, visits, totals)


def _times(appointment: Appointment, events: list[Event], now: datetime) -> VisitTimes:
    found = phases([Stamp(S(s.state), s.at) for s in stamps_in(events)], now)
    return VisitTimes(appointment.id, appointment.starts_at, appointment.status, found, sums(found))


def _checked_time(tx: Tx, appointment: Appointment, at: datetime | None) -> datetime:
    happened = at or tx.now
    if happened > tx.now + AHEAD:
        raise Invalid(at="This time is in the future.")
    last = appointment.entered_at
    if last is not None and happened < last:
        raise Invalid(at=f"This is before {appointment.status.word} at {last.astimezone(tx.zone):%H:%M}.")
    return happened


def _follow_up(tx: Tx, done: Appointment) -> Appointment:
    return tx.add(Appointment(job_id=done.job_id, state=S.WAITING, duration_s=done.duration_s, window_kind="all_day",
                              follows_id=done.id, created_at=tx.now))  # fmt: skip


def _words(event: Event, names: dict[int, str], tx: Tx) -> str:
    said = {
        "visit.placed": lambda: _placed(event, names, tx), "visit.unassigned": lambda: "Taken off the board",
        "visit.locked": lambda: "Locked", "visit.unlocked": lambda: "Unlocked", "visit.held": lambda: "Place held",
        "visit.hold_expired": lambda: "Hold expired", "visit.put_back": lambda: "Undone: " + _placed(event, names, tx),
        "visit.corrected": lambda: f"Time corrected to {_clock(event.after['at'], tx)} from {_clock(event.before['at'], tx)}",
    }.get(event.kind)  # fmt: skip
    words = said() if said else event.kind.split(".")[-1].replace("_", " ").capitalize()
    return f"{words}: {event.note}" if event.note else words


def _placed(event: Event, names: dict[int, str], tx: Tx) -> str:
    after: dict[str, Any] = event.after
    if not after.get("starts_at"):
        return "unscheduled"
    who = ", ".join(names.get(id, "somebody") for id in after["providers"])
    new, old = _moment(after["starts_at"], tx), event.before.get("starts_at")
    return f"{who}, {new}" + (f" (was {_moment(old, tx)})" if old and old != after["starts_at"] else "")


def _moment(iso: str, tx: Tx) -> str:
    at = datetime.fromisoformat(iso).astimezone(tx.zone)
    return f"{at:%a %b} {at.day} {at:%H:%M}"


def _clock(iso: str, tx: Tx) -> str:
    return f"{datetime.fromisoformat(iso).astimezone(tx.zone):%H:%M}"

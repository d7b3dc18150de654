"""How a visit goes: en route, arrived, working, paused, and how it ended; with corrected times, both kept."""

from __future__ import annotations

from collections.abc import Sequence
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
from fieldoffice.models.states import AppointmentState
from fieldoffice.office import Tx
from fieldoffice.services.dispatch.cards import cards_of, placements
from fieldoffice.services.dispatch.hands import active
from fieldoffice.services.dispatch.phases import Phase, Stamp, phases, sums
from fieldoffice.services.dispatch.rows import Change

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
    if to in NEEDS_REASON and not reason.strip():
        raise Invalid(reason="Please say why.")
    appointment = tx.get(Appointment, appointment_id, version=version)
    before = placements(tx, [appointment_id])
    happened = _checked_time(tx, appointment, at)
    appointment.become(to)
    appointment.held_until = None
    active(tx, appointment)
    if to is S.PARTLY_DONE:
        _follow_up(tx, appointment)
    tx.session.flush()
    card = cards_of(tx, [appointment_id])[0]
    tx.event(f"visit.{to.value}", appointment, job_id=card.job_id, customer_id=card.customer_id, note=reason.strip(),
             occurred_at=happened, before={"state": before[appointment_id].state.value}, after={"state": to.value})  # fmt: skip
    after = placements(tx, [appointment_id])
    return Change((card,), tuple(before.values()), tuple(after.values()))


def correct_time(tx: Tx, event_id: int, *, at: datetime, reason: str = "") -> Timeline:
    """Correct when a state was really entered. The first time stays in the log beside the corrected one."""
    tx.require(Right.DISPATCH)
    event = tx.get(Event, event_id)
    stamps = [s for s in _stamps(tx, event.entity_id) if s.event_id != event_id]
    if at > tx.now + AHEAD:
        raise Invalid(at="This time is in the future.")
    place = [s.event_id for s in sorted([*stamps, _Stamped(event_id, "", at)], key=lambda s: (s.at, s.event_id))]
    if place != sorted(place):
        raise Invalid(at="This would change the order of the steps. Correct the steps around it first.")
    appointment = tx.get(Appointment, event.entity_id)
    tx.event("visit.corrected", appointment, job_id=event.job_id, customer_id=event.customer_id, note=reason.strip(),
             occurred_at=at, before={"at": event.occurred_at.isoformat()}, after={"event": event_id, "at": at.isoformat()})  # fmt: skip
    tx.ring("appointment")
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
    visits = tuple(
        _times(tx, a) for a in tx.all(select(Appointment).where(Appointment.job_id == job_id).order_by(Appointment.id))
    )
    totals = {name: sum(v.sums[name] for v in visits) for name in (visits[0].sums if visits else ())}
    return Timeline(job_id, entries, visits, totals)


@dataclass(frozen=True, slots=True)
class _Stamped:
    event_id: int
    state: str
    at: datetime


def _stamps(tx: Tx, appointment_id: int) -> list[_Stamped]:
    """The states that a visit entered, each with its last corrected time; a step that was undone does not count."""
    query = select(Event).where(Event.entity == "appointment", Event.entity_id == appointment_id).order_by(Event.id)
    found: list[_Stamped] = []
    for event in tx.all(query):
        if event.kind == "visit.corrected":
            found = [
                _Stamped(s.event_id, s.state, event.occurred_at) if s.event_id == event.after["event"] else s
                for s in found
            ]
        elif event.kind == "visit.put_back":
            while found and found[-1].state != event.after["state"]:
                found.pop()
        elif event.after.get("state") == event.kind.removeprefix("visit."):
            found.append(_Stamped(event.id, event.after["state"], event.occurred_at))
    return found


def _times(tx: Tx, appointment: Appointment) -> VisitTimes:
    found = phases([Stamp(S(s.state), s.at) for s in _stamps(tx, appointment.id)], tx.now)
    return VisitTimes(appointment.id, appointment.starts_at, appointment.status, found, sums(found))


def _checked_time(tx: Tx, appointment: Appointment, at: datetime | None) -> datetime:
    happened = at or tx.now
    if happened > tx.now + AHEAD:
        raise Invalid(at="This time is in the future.")
    stamps: Sequence[_Stamped] = _stamps(tx, appointment.id)
    if stamps and happened < stamps[-1].at:
        last = stamps[-1]
        raise Invalid(at=f"This is before {S(last.state).word} at {last.at.astimezone(tx.zone):%H:%M}.")
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

"""Holding a free time for a stranger while the rest of the form is filled in.

A hold is an appointment without a job, with the hash of a secret that only the stranger's form carries. It takes the
provider's time like any visit, behind the same lock and the same wall, until it runs out: then whoever comes next takes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.errors import NotAllowed, Stale
from fieldoffice.models.staff import Right
from fieldoffice.models.states import AppointmentState
from fieldoffice.office import Tx
from fieldoffice.services.booking.offer import WantedVisit
from fieldoffice.services.booking.rules import Rules, booking_rules
from fieldoffice.services.booking.slots import Slot, free_at
from fieldoffice.services.dispatch.hands import Placing, assign, clear, hold_still, lock_visits
from fieldoffice.services.links import hash_of
from fieldoffice.services.words import marked

TAKEN = marked("Somebody else has just taken this time. Please choose another one.")
RAN_OUT = marked("Your time was held for a while, and that is over. Please choose a time again; everything else is still here.")
CLOSED = marked("We take no bookings online at the moment. Please call us.")


class Taken(Stale):
    """The time is no longer free; fresh ones should be shown."""


@dataclass(frozen=True, slots=True)
class Held:
    """A time that is kept until `until`; `window` is what the customer is told."""

    appointment_id: int
    slot: Slot
    until: datetime


def hold(tx: Tx, secret: str, wanted: WantedVisit, starts_at: datetime) -> Held:
    """Keep a time for whoever knows `secret`; what the same secret held before is let go. Taken where nobody is free then."""
    tx.require(Right.ONLINE)
    rules = booking_rules(tx)
    if not rules.open:
        raise NotAllowed(CLOSED)
    mine = replace(wanted, appointment_id=next(iter(held_by(tx, secret)), None))
    slot = take(tx, mine, starts_at, rules)
    let_go_of(tx, secret)
    until = tx.now + rules.hold
    row = keep(tx, wanted, slot, rules.window, until, hash_of(secret))
    tx.later("release_hold", f"hold:{row.id}", due_at=until, appointment_id=row.id)
    return Held(row.id, slot, until)


def keep(tx: Tx, wanted: WantedVisit, slot: Slot, window_kind: str, until: datetime, secret_hash: str) -> Appointment:
    """A visit without a job that takes the provider's time; whoever calls has locked the provider and looked."""
    row = Appointment(state=AppointmentState.WAITING, starts_at=slot.starts_at, duration_s=wanted.duration_s, window_kind=window_kind,
                      window_from_at=slot.window.start, window_to_at=slot.window.end, held_until=until, hold_hash=secret_hash,
                      hold_lat=wanted.place and wanted.place[0], hold_lon=wanted.place and wanted.place[1], created_at=tx.now)  # fmt: skip
    row.become(AppointmentState.HELD)
    tx.add(row)
    walled(tx, Placing(row.id, 1, (slot.provider_id,), slot.starts_at, wanted.duration_s))
    return row


def take(tx: Tx, wanted: WantedVisit, starts_at: datetime, rules: Rules) -> Slot:
    """Lock whoever could come, look again, and answer the best of them; Taken where nobody can any more."""
    could = free_at(tx, wanted, rules, starts_at)
    if could:
        hold_still(tx, [wanted.appointment_id] if wanted.appointment_id else [], could)
        could = free_at(tx, wanted, rules, starts_at, only=could)
    if not could:
        raise Taken(TAKEN, key="taken")
    return next(iter(could.values()))


def held_by(tx: Tx, secret: str) -> Sequence[int]:
    """The visits that this secret holds or held, the newest first."""
    query = select(Appointment.id).where(Appointment.hold_hash == hash_of(secret), Appointment.job_id.is_(None))
    return tx.all(query.order_by(Appointment.id.desc()))


def let_go_of(tx: Tx, secret: str) -> None:
    """End what this secret holds."""
    tx.require(Right.ONLINE)
    rows = lock_visits(tx, held_by(tx, secret))
    clear(tx, [row.id for row in rows])
    for row in rows:
        tx.session.delete(row)
    tx.session.flush()


def walled(tx: Tx, item: Placing) -> None:
    """Give a visit its provider; the last wall says Taken too, should anything have slipped past the lock."""
    try:
        with tx.session.begin_nested():
            assign(tx, item, None)
    except IntegrityError as error:
        if "overlap" not in str(error.orig):
            raise
        raise Taken(TAKEN, key="taken") from None

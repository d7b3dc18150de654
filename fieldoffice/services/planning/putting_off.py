"""Taking a visit off the board and promising it for another day."""

from __future__ import annotations

from datetime import date

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.errors import NotAllowed
from fieldoffice.models.staff import Right
from fieldoffice.models.states import MOVABLE_STATES, AppointmentState
from fieldoffice.office import Tx
from fieldoffice.services.calendar import promised
from fieldoffice.services.company import window_hours
from fieldoffice.services.dispatch.hands import clear, finish, hold_still
from fieldoffice.services.dispatch.rows import Change


def put_off(tx: Tx, appointment_id: int, *, version: int, to: date, note: str = "") -> Change:
    """Back into the tray, promised for any time of another day; one undo puts it back."""
    tx.require(Right.DISPATCH)
    before, window = hold_still(tx, [appointment_id], ()), promised("all_day", to, tx.zone, hours=window_hours(tx))
    appointment = tx.get(Appointment, appointment_id, version=version)
    if appointment.locked or appointment.status not in MOVABLE_STATES:
        raise NotAllowed("This visit is locked or has begun; it stays.", key="locked")
    if appointment.status is not AppointmentState.WAITING:
        appointment.become(AppointmentState.WAITING)
    appointment.starts_at = appointment.held_until = None
    appointment.window_kind = "all_day"
    appointment.window_from_at, appointment.window_to_at = window.start, window.end
    clear(tx, [appointment_id])
    return finish(tx, before, "visit.put_off", note=note)

"""Putting visits on providers and times, taking them off, locking them, and putting things back.

`put_back` (undo and redo) is offered here beside them, because front ends import the actions on visits from one place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from fieldoffice.models.appointment import Appointment, Override
from fieldoffice.models.errors import Invalid, NotAllowed, Stale
from fieldoffice.models.staff import Right
from fieldoffice.models.states import MOVABLE_STATES, OPEN_STATES, AppointmentState
from fieldoffice.office import Tx
from fieldoffice.services.availability import Conflict, Diary, Reason, Span, blocking, why_not
from fieldoffice.services.calendar import promised
from fieldoffice.services.company.values import window_hours
from fieldoffice.services.dispatch.cards import cards_of, placements
from fieldoffice.services.dispatch.diaries import diaries
from fieldoffice.services.dispatch.hands import Placing, assign, clear, finish, hold_still, let_go
from fieldoffice.services.dispatch.rows import Card, Change, Placement
from fieldoffice.services.dispatch.settle import put_back
from fieldoffice.services.geo import Point

__all__ = ["Conflict", "Placing", "hold", "lock", "place", "place_many", "put_back", "release_hold", "unassign"]
LONGEST_S = 24 * 3600


def place(tx: Tx, appointment_id: int, *, version: int, provider_ids: tuple[int, ...], starts_at: datetime,
          duration_s: int | None = None, override: str = "", promise: bool = False) -> Change:  # fmt: skip
    """Give one visit its providers and its time: a drop from the tray, a move, a resize.

    Raises Conflict where a rule stands against it, unless `override` gives a reason (it is logged). With `promise`, the
    customer agreed to the new time: the arrival window moves with it.
    """
    length = duration_s or tx.get(Appointment, appointment_id).duration_s
    item = Placing(appointment_id, version, provider_ids, starts_at, length)
    return place_many(tx, (item,), override=override, promise=promise)


def place_many(tx: Tx, items: Sequence[Placing], *, override: str = "", promise: bool = False) -> Change:
    """Place several visits as one action: all of them or none."""
    tx.require(Right.DISPATCH)
    _check_input(items)
    before = hold_still(tx, [i.id for i in items], {p for i in items for p in i.provider_ids})
    for item in items:
        _may_move(tx, before, item)
    clear(tx, [i.id for i in items])
    warnings: list[str] = []
    for item, card in zip(items, _in_order(cards_of(tx, before), items), strict=True):
        warnings += _put(tx, item, card, override.strip(), promise)
    return finish(tx, before, "visit.placed", note=override, warnings=warnings)


def unassign(tx: Tx, visits: Sequence[tuple[int, int]]) -> Change:
    """Take visits off the board, back into the tray; `visits` are (id, version)."""
    tx.require(Right.DISPATCH)
    before = hold_still(tx, [id for id, _ in visits], ())
    for id, version in visits:
        appointment = tx.get(Appointment, id, version=version)
        _free_to_move(before[id])
        if appointment.status is not AppointmentState.WAITING:
            appointment.become(AppointmentState.WAITING)
        appointment.starts_at = appointment.held_until = None
    clear(tx, [id for id, _ in visits])
    return finish(tx, before, "visit.unassigned")


def lock(tx: Tx, visits: Sequence[tuple[int, int]], locked: bool) -> Change:
    """Pin visits to their provider and time, or free them: the planner and the mouse leave locked ones alone."""
    tx.require(Right.DISPATCH)
    before = hold_still(tx, [id for id, _ in visits], ())
    for id, version in visits:
        tx.get(Appointment, id, version=version).locked = locked
    return finish(tx, before, "visit.locked" if locked else "visit.unlocked")


def hold(tx: Tx, appointment_id: int, *, version: int, provider_ids: tuple[int, ...], starts_at: datetime, minutes: int,
         override: str = "") -> Change:  # fmt: skip
    """Keep a place for a visit until somebody confirms it; it is let go by itself after `minutes`."""
    change = place(
        tx, appointment_id, version=version, provider_ids=provider_ids, starts_at=starts_at, override=override
    )
    before = placements(tx, [appointment_id])
    appointment = tx.get(Appointment, appointment_id)
    appointment.become(AppointmentState.WAITING)
    appointment.become(AppointmentState.HELD)
    appointment.held_until = tx.now + timedelta(minutes=minutes)
    tx.later("release_hold", f"hold:{appointment_id}", due_at=appointment.held_until, appointment_id=appointment_id)
    held = finish(tx, before, "visit.held")
    return replace(held, before=change.before, warnings=change.warnings)


def release_hold(tx: Tx, appointment_id: int) -> None:
    """Let an expired hold go; anything that was confirmed meanwhile stays, and one that is gone already is gone."""
    hold_still(tx, [appointment_id], ())
    let_go(tx, [appointment_id])


def _check_input(items: Sequence[Placing]) -> None:
    for item in items:
        if not item.provider_ids:
            raise Invalid(provider="Choose at least one provider.")
        if not 0 < item.duration_s <= LONGEST_S:
            raise Invalid(duration="A visit lasts between one minute and 24 hours.")


def _may_move(tx: Tx, before: dict[int, Placement], item: Placing) -> None:
    appointment = tx.get(Appointment, item.id)
    now = before[item.id]
    if appointment.version != item.version:
        whose = cards_of(tx, [item.id])[0].customer
        raise Stale(f"The visit at {whose} was just changed by somebody else; it has been reloaded. Please try again.")
    same_place = now.provider_ids == item.provider_ids and now.starts_at == item.starts_at
    if now.state in OPEN_STATES - MOVABLE_STATES and same_place:
        return  # a running visit may still last longer
    _free_to_move(now)


def _free_to_move(now: Placement) -> None:
    if now.locked:
        raise NotAllowed("This visit is locked. Unlock it to move it.", key="locked")
    if now.state not in MOVABLE_STATES:
        raise NotAllowed(f"This visit is {now.state.word} and can no longer be moved.", key="started")


def _in_order(cards: Iterable[Card], items: Sequence[Placing]) -> list[Card]:
    by_id = {card.id: card for card in cards}
    return [by_id[item.id] for item in items]


def _put(tx: Tx, item: Placing, card: Card, override: str, promise: bool) -> list[str]:
    appointment = tx.get(Appointment, item.id)
    window = card.window
    if promise:
        window = _promise(tx, appointment, item.starts_at)
    wanted = replace(card.wanted, duration_s=item.duration_s, window=window)
    reasons = [r for d in _around(tx, item, card.place).values() for r in why_not(d, wanted, item.starts_at)]
    against = blocking(_once(reasons))
    if against and not override:
        raise Conflict(against, card.customer)
    moved = appointment.starts_at != item.starts_at
    if card.state in {AppointmentState.WAITING, AppointmentState.HELD, AppointmentState.DISPATCHED}:
        appointment.become(AppointmentState.SCHEDULED)
    appointment.starts_at, appointment.duration_s, appointment.held_until = item.starts_at, item.duration_s, None
    appointment.ical_sequence += moved
    assign(tx, item, Override(appointment_id=item.id, reason=override, rules=[r.code for r in against],
                               by_name=tx.actor.name, at=tx.now) if against else None)  # fmt: skip
    return [f"{card.customer}: {r.words}" for r in _once(reasons) if not r.blocks]


def _around(tx: Tx, item: Placing, place: Point | None) -> dict[int, Diary]:
    end = item.starts_at + timedelta(seconds=item.duration_s)
    return diaries(tx, item.provider_ids, (item.starts_at, end), place)


def _once(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    return tuple(dict.fromkeys(reasons))


def _promise(tx: Tx, appointment: Appointment, starts_at: datetime) -> Span:
    here = starts_at.astimezone(tx.zone)
    at_min = here.hour * 60 + here.minute
    window = promised(appointment.window_kind, here.date(), tx.zone, at_min=at_min, hours=window_hours(tx))
    if not window.start <= starts_at <= window.end:  # an afternoon was promised and a morning agreed
        appointment.window_kind = "two_hours"
        window = promised("two_hours", here.date(), tx.zone, at_min=at_min)
    appointment.window_from_at, appointment.window_to_at = window.start, window.end
    return window

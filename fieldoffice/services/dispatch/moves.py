"""Putting visits on providers and times, taking them off, locking them, and putting things back.

Order of work in each: lock the providers by id, lock the visits, look, decide, write. Two desks that drop two visits on
one provider therefore meet at the provider's row; the overlap constraint on Assignment is the last wall.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from fieldoffice.models.appointment import Appointment, Assignment, Override
from fieldoffice.models.errors import Invalid, NotAllowed, NotFound, Stale
from fieldoffice.models.provider import Provider
from fieldoffice.models.staff import Right
from fieldoffice.models.states import FINAL_STATES, MOVABLE_STATES, OPEN_STATES, AppointmentState
from fieldoffice.office import Tx
from fieldoffice.services.availability import Busy, Conflict, Diary, Reason, Span, blocking, why_not
from fieldoffice.services.calendar import promised
from fieldoffice.services.dispatch.cards import cards_of, placements
from fieldoffice.services.dispatch.diaries import diaries
from fieldoffice.services.dispatch.rows import Card, Change, Placement

LONGEST_S = 24 * 3600


@dataclass(frozen=True, slots=True)
class Placing:
    """One visit's new place. The first provider leads."""

    id: int
    version: int
    provider_ids: tuple[int, ...]
    starts_at: datetime
    duration_s: int


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
    before = _locked(tx, [i.id for i in items], {p for i in items for p in i.provider_ids})
    for item in items:
        _may_move(tx, before, item)
    _clear(tx, [i.id for i in items])
    warnings: list[str] = []
    for item, card in zip(items, _in_order(cards_of(tx, before), items), strict=True):
        warnings += _put(tx, item, card, override.strip(), promise)
    return _finish(tx, before, "visit.placed", note=override, warnings=warnings)


def unassign(tx: Tx, visits: Sequence[tuple[int, int]]) -> Change:
    """Take visits off the board, back into the tray; `visits` are (id, version)."""
    tx.require(Right.DISPATCH)
    before = _locked(tx, [id for id, _ in visits], ())
    for id, version in visits:
        appointment = tx.get(Appointment, id, version=version)
        _free_to_move(before[id])
        if appointment.status is not AppointmentState.WAITING:
            appointment.become(AppointmentState.WAITING)
        appointment.starts_at = appointment.held_until = None
    _clear(tx, [id for id, _ in visits])
    return _finish(tx, before, "visit.unassigned")


def lock(tx: Tx, visits: Sequence[tuple[int, int]], locked: bool) -> Change:
    """Pin visits to their provider and time, or free them: the planner and the mouse leave locked ones alone."""
    tx.require(Right.DISPATCH)
    before = _locked(tx, [id for id, _ in visits], ())
    for id, version in visits:
        tx.get(Appointment, id, version=version).locked = locked
    return _finish(tx, before, "visit.locked" if locked else "visit.unlocked")


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
    held = _finish(tx, before, "visit.held")
    return replace(held, before=change.before, warnings=change.warnings)


def release_hold(tx: Tx, appointment_id: int) -> None:
    """Let an expired hold go; anything that was confirmed meanwhile stays."""
    before = _locked(tx, [appointment_id], ())
    appointment = tx.get(Appointment, appointment_id)
    if appointment.status is AppointmentState.HELD and appointment.held_until and appointment.held_until <= tx.now:
        appointment.become(AppointmentState.WAITING)
        appointment.starts_at = appointment.held_until = None
        _clear(tx, [appointment_id])
        _finish(tx, before, "visit.hold_expired")


def put_back(tx: Tx, target: Sequence[Placement], expected: Sequence[Placement]) -> Change:
    """Undo or redo: bring visits back to `target` where they still are as `expected` left them.

    Rows that somebody changed since, or whose place was taken, are listed as refused in words; the rest is done.
    """
    tx.require(Right.DISPATCH)
    before = _locked(tx, [p.id for p in target], {i for p in target for i in p.provider_ids})
    refused: list[tuple[int, str]] = []
    wanted: list[Placement] = []
    for goal, left in zip(target, expected, strict=True):
        if goal.id not in before or before[goal.id].version != left.version:
            refused.append((goal.id, f"{_name(tx, goal.id)} was changed since; it stays as it is."))
        else:
            wanted.append(goal)
    goals = _still_possible(tx, wanted, refused)
    for goal in goals:
        _restore(tx, goal)
    kept = {goal.id: before[goal.id] for goal in goals}
    return replace(_finish(tx, kept, "visit.put_back"), refused=tuple(refused))


def _check_input(items: Sequence[Placing]) -> None:
    for item in items:
        if not item.provider_ids:
            raise Invalid(provider="Choose at least one provider.")
        if not 0 < item.duration_s <= LONGEST_S:
            raise Invalid(duration="A visit lasts between one minute and 24 hours.")


def _locked(tx: Tx, ids: Sequence[int], new_providers: Iterable[int]) -> dict[int, Placement]:
    """Lock providers by id, then the visits by id; returns where the visits stand now."""
    old = tx.all(select(Assignment.provider_id).where(Assignment.appointment_id.in_(list(ids))))
    everyone = sorted({*old, *new_providers})
    found = tx.all(
        select(Provider.id).where(Provider.id.in_(everyone)).order_by(Provider.id).with_for_update(key_share=True)
    )
    if set(found) != set(everyone):
        raise NotFound("This provider no longer exists.")
    query = select(Appointment).where(Appointment.id.in_(list(ids))).order_by(Appointment.id)
    tx.all(query.with_for_update(key_share=True).execution_options(populate_existing=True))
    return placements(tx, ids)


def _may_move(tx: Tx, before: dict[int, Placement], item: Placing) -> None:
    appointment = tx.get(Appointment, item.id)
    now = before[item.id]
    if appointment.version != item.version:
        raise Stale(f"{_name(tx, item.id)} was just changed by somebody else; it has been reloaded. Please try again.")
    same_place = now.provider_ids == item.provider_ids and now.starts_at == item.starts_at
    if now.state in OPEN_STATES - MOVABLE_STATES and same_place:
        return  # a running visit may still last longer
    _free_to_move(now)


def _free_to_move(now: Placement) -> None:
    if now.locked:
        raise NotAllowed("This visit is locked. Unlock it to move it.", key="locked")
    if now.state not in MOVABLE_STATES:
        raise NotAllowed(f"This visit is {now.state.word} and can no longer be moved.", key="started")


def _clear(tx: Tx, ids: Sequence[int]) -> None:
    tx.session.flush()
    tx.session.execute(delete(Assignment).where(Assignment.appointment_id.in_(list(ids))))


def _in_order(cards: Iterable[Card], items: Sequence[Placing]) -> list[Card]:
    by_id = {card.id: card for card in cards}
    return [by_id[item.id] for item in items]


def _put(tx: Tx, item: Placing, card: Card, override: str, promise: bool) -> list[str]:
    appointment = tx.get(Appointment, item.id)
    window = card.window
    if promise:
        window = _promise(tx, appointment, item.starts_at)
    wanted = replace(card.wanted, duration_s=item.duration_s, window=window)
    reasons = [r for d in _around(tx, item).values() for r in why_not(d, wanted, item.starts_at)]
    against = blocking(_once(reasons))
    if against and not override:
        raise Conflict(against, card.customer)
    moved = appointment.starts_at != item.starts_at
    if card.state in {AppointmentState.WAITING, AppointmentState.HELD, AppointmentState.DISPATCHED}:
        appointment.become(AppointmentState.SCHEDULED)
    appointment.starts_at, appointment.duration_s, appointment.held_until = item.starts_at, item.duration_s, None
    appointment.ical_sequence += moved
    _assign(tx, item, Override(appointment_id=item.id, reason=override, rules=[r.code for r in against],
                               by_name=tx.actor.name, at=tx.now) if against else None)  # fmt: skip
    return [f"{card.customer}: {r.words}" for r in _once(reasons) if not r.blocks]


def _around(tx: Tx, item: Placing) -> dict[int, Diary]:
    end = item.starts_at + timedelta(seconds=item.duration_s)
    return diaries(tx, item.provider_ids, (item.starts_at, end))


def _once(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    return tuple(dict.fromkeys(reasons))


def _promise(tx: Tx, appointment: Appointment, starts_at: datetime) -> Span:
    here = starts_at.astimezone(tx.zone)
    window = promised(appointment.window_kind, here.date(), tx.zone, at_min=here.hour * 60 + here.minute)
    if not window.start <= starts_at <= window.end:  # an afternoon was promised and a morning agreed
        appointment.window_kind = "two_hours"
        window = promised("two_hours", here.date(), tx.zone, at_min=here.hour * 60 + here.minute)
    appointment.window_from_at, appointment.window_to_at = window.start, window.end
    return window


def _assign(tx: Tx, item: Placing, override: Override | None) -> None:
    tx.session.flush()
    override_id = tx.add(override).id if override else None
    for n, provider_id in enumerate(dict.fromkeys(item.provider_ids)):
        tx.add(Assignment(appointment_id=item.id, provider_id=provider_id, role="helper" if n else "lead",
                          starts_at=item.starts_at, ends_at=item.starts_at + timedelta(seconds=item.duration_s),
                          active=True, override_id=override_id))  # fmt: skip


def _still_possible(tx: Tx, wanted: list[Placement], refused: list[tuple[int, str]]) -> list[Placement]:
    """Those goals whose place nobody took meanwhile, checked together after all of them have left their places."""
    _clear(tx, [goal.id for goal in wanted])
    goals: list[Placement] = []
    for goal in wanted:
        if clash := _clash(tx, goal, goals):
            refused.append((goal.id, f"{_name(tx, goal.id)} cannot go back: {clash}."))
        else:
            goals.append(goal)
    return goals


def _clash(tx: Tx, goal: Placement, with_goals: list[Placement]) -> str:
    if goal.starts_at is None or goal.state not in OPEN_STATES or goal.overridden:
        return ""
    card = cards_of(tx, [goal.id])[0]
    item = Placing(goal.id, goal.version, goal.provider_ids, goal.starts_at, goal.duration_s)
    for diary in _around(tx, item).values():
        together = replace(diary, busy=tuple(sorted((*diary.busy, *_busy(with_goals, diary)), key=lambda b: b.start)))
        wanted = replace(card.wanted, duration_s=goal.duration_s, window=goal.window)
        for reason in why_not(together, wanted, goal.starts_at):
            if reason.code == "overlap":
                return reason.words
    return ""


def _busy(goals: list[Placement], diary: Diary) -> list[Busy]:
    return [Busy(g.id, g.starts_at, g.starts_at + timedelta(seconds=g.duration_s), None, "another visit")
            for g in goals if g.starts_at and g.state in OPEN_STATES and diary.provider_id in g.provider_ids]  # fmt: skip


def _restore(tx: Tx, goal: Placement) -> None:
    appointment = tx.get(Appointment, goal.id)
    state = goal.state
    if state is AppointmentState.HELD and (appointment.held_until is None or appointment.held_until <= tx.now):
        state = AppointmentState.SCHEDULED  # the hold has run out; the place itself is still free
    if appointment.status is AppointmentState.PARTLY_DONE and state is not AppointmentState.PARTLY_DONE:
        _drop_follow_ups(tx, appointment)
    appointment.take_back(state)
    appointment.ical_sequence += appointment.starts_at != goal.starts_at
    appointment.starts_at, appointment.duration_s, appointment.locked = goal.starts_at, goal.duration_s, goal.locked
    appointment.window_kind = goal.window_kind
    appointment.window_from_at = goal.window.start if goal.window else None
    appointment.window_to_at = goal.window.end if goal.window else None
    if goal.starts_at is not None and goal.provider_ids:
        again = Override(appointment_id=goal.id, reason=goal.overridden, rules=[], by_name=tx.actor.name, at=tx.now)
        item = Placing(goal.id, 0, goal.provider_ids, goal.starts_at, goal.duration_s)
        _assign(tx, item, again if goal.overridden else None)
        active(tx, appointment)


def _drop_follow_ups(tx: Tx, undone: Appointment) -> None:
    query = select(Appointment).where(Appointment.follows_id == undone.id)
    for follow_up in tx.all(query.where(Appointment.state == AppointmentState.WAITING)):
        follow_up.become(AppointmentState.CANCELLED)


def active(tx: Tx, appointment: Appointment) -> None:
    """Let the assignments take their providers' time exactly while the visit is open."""
    takes = appointment.status not in FINAL_STATES
    for row in tx.all(select(Assignment).where(Assignment.appointment_id == appointment.id)):
        row.active = takes


def _name(tx: Tx, appointment_id: int) -> str:
    found = cards_of(tx, [appointment_id])
    return f"The visit at {found[0].customer}" if found else "The visit"


def _finish(tx: Tx, before: dict[int, Placement], kind: str, *, note: str = "", warnings: Sequence[str] = ()) -> Change:
    """Store, write one event for each visit that really changed, and answer with what the desks need."""
    tx.session.flush()
    cards = cards_of(tx, before)
    after = placements(tx, before)
    by_id = {card.id: card for card in cards}
    changed = [id for id in before if _facts(before[id]) != _facts(after[id])]
    for id in changed:
        appointment = tx.get(Appointment, id)
        tx.event(kind, appointment, job_id=by_id[id].job_id, customer_id=by_id[id].customer_id, note=note,
                 before=_facts(before[id]), after=_facts(after[id]))  # fmt: skip
    kept = [id for id in before if id in changed]
    return Change(tuple(by_id[id] for id in before), tuple(before[id] for id in kept), tuple(after[id] for id in kept),
                  warnings=tuple(dict.fromkeys(warnings)))  # fmt: skip


def _facts(p: Placement) -> dict[str, Any]:
    """A placement as the log keeps it."""
    return {
        "state": p.state.value, "starts_at": _iso(p.starts_at), "duration_s": p.duration_s, "providers": list(p.provider_ids),
        "window": [p.window_kind, _iso(p.window.start), _iso(p.window.end)] if p.window else [p.window_kind, None, None],
        "locked": p.locked,
    }  # fmt: skip


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()

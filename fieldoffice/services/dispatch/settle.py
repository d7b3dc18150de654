"""Bringing several visits to where they should stand, row by row: what is still possible is done, the rest is told.

Undo, redo and an applied plan are the same thing: goals, each against the version it was made for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from fieldoffice.models.appointment import Appointment, Override
from fieldoffice.models.staff import Right
from fieldoffice.models.states import MOVABLE_STATES, OPEN_STATES, AppointmentState
from fieldoffice.office import Tx
from fieldoffice.services.availability import Busy, Diary, Span, why_not
from fieldoffice.services.dispatch.cards import cards_of
from fieldoffice.services.dispatch.diaries import diaries
from fieldoffice.services.dispatch.hands import Placing, active, assign, clear, finish, hold_still
from fieldoffice.services.dispatch.rows import Card, Change, Placement
from fieldoffice.services.dispatch.stamps import stamps_of

S = AppointmentState


@dataclass(frozen=True, slots=True)
class Goal:
    """Where a planned visit should go: `version` is the one that the plan was made for."""

    id: int
    version: int
    provider_id: int | None  # None: back into the tray
    starts_at: datetime | None
    reasons: tuple[str, ...] = ()


def put_back(tx: Tx, target: Sequence[Placement], expected: Sequence[Placement]) -> Change:
    """Undo or redo: bring visits back to `target` where they still are as `expected` left them.

    Rows that somebody changed since, or whose place was taken, are listed as refused in words; the rest is done.
    """
    tx.require(Right.DISPATCH)
    before = hold_still(tx, [p.id for p in target], {i for p in target for i in p.provider_ids})
    cards = {card.id: card for card in cards_of(tx, before)}
    fresh, refused = _unchanged(
        [(goal, left.version) for goal, left in zip(target, expected, strict=True)], before, cards
    )
    goals, taken = _possible(tx, fresh, cards, only="overlap")
    clear(tx, [goal.id for goal in goals])
    for goal in goals:
        _restore(tx, goal)
    done = finish(tx, {goal.id: before[goal.id] for goal in goals}, "visit.put_back")
    return replace(
        done, refused=tuple(refused + [(id, f"{_visit(cards[id])} cannot go back: {why}.") for id, why in taken])
    )


def apply_goals(tx: Tx, goals: Sequence[Goal], kind: str, note: str = "") -> Change:
    """Write a plan: visits that another desk changed, that were locked or begun, or that no longer fit, are left and listed."""
    tx.require(Right.DISPATCH)
    before = hold_still(tx, [g.id for g in goals], {g.provider_id for g in goals if g.provider_id is not None})
    cards = {card.id: card for card in cards_of(tx, before)}
    targets = [(_target(goal, before[goal.id]), goal.version) for goal in goals if goal.id in before]
    fresh, refused = _unchanged(targets, before, cards)
    movable = [p for p in fresh if not before[p.id].locked and before[p.id].state in MOVABLE_STATES]
    refused += [(p.id, f"{_visit(cards[p.id])} is locked or has begun; it stays.") for p in fresh if p not in movable]
    possible, taken = _possible(tx, movable, cards)
    clear(tx, [p.id for p in possible])
    for placement in possible:
        _restore(tx, placement)
    extra: Mapping[int, dict[str, Any]] = {g.id: {"reasons": list(g.reasons)} for g in goals if g.reasons}
    done = finish(tx, {p.id: before[p.id] for p in possible}, kind, note=note, extra=extra)
    return replace(done, refused=tuple(refused + [(id, f"{_visit(cards[id])} stays: {why}.") for id, why in taken]))


def _unchanged(
    targets: Sequence[tuple[Placement, int]], before: Mapping[int, Placement], cards: Mapping[int, Card]
) -> tuple[list[Placement], list[tuple[int, str]]]:
    fresh: list[Placement] = []
    refused: list[tuple[int, str]] = []
    for goal, version in targets:
        if goal.id in before and before[goal.id].version == version:
            fresh.append(goal)
        else:
            whose = _visit(cards[goal.id]) if goal.id in cards else "The visit"
            refused.append((goal.id, f"{whose} was changed since; it stays as it is."))
    return fresh, refused


def _target(goal: Goal, now: Placement) -> Placement:
    if goal.provider_id is None:
        return replace(now, state=S.WAITING, starts_at=None, provider_ids=(), overridden="")
    return replace(now, state=S.SCHEDULED, starts_at=goal.starts_at, provider_ids=(goal.provider_id,), overridden="")


def _possible(
    tx: Tx, goals: list[Placement], cards: Mapping[int, Card], only: str = ""
) -> tuple[list[Placement], list[tuple[int, str]]]:
    """The goals that fit together and beside everything else; one that does not fit keeps its place, so look again."""
    moments = [g.starts_at for g in goals if g.starts_at is not None]
    if not moments:
        return goals, []
    books = diaries(tx, {id for g in goals for id in g.provider_ids}, [min(moments), max(moments) + timedelta(days=1)])
    left, refused = goals, list[tuple[int, str]]()
    while found := _first_round(books, left, cards, only):
        refused += found
        gone = {id for id, _ in found}
        left = [g for g in left if g.id not in gone]
    return left, refused


def _first_round(
    books: Mapping[int, Diary], goals: list[Placement], cards: Mapping[int, Card], only: str
) -> list[tuple[int, str]]:
    moving = {goal.id for goal in goals}
    planned = {id: _as_planned(diary, goals, cards, moving) for id, diary in books.items()}
    found: list[tuple[int, str]] = []
    for goal in goals:
        if goal.starts_at is None or goal.state not in OPEN_STATES or goal.overridden:
            continue
        wanted = replace(cards[goal.id].wanted, duration_s=goal.duration_s, window=goal.window)
        reasons = [r for id in goal.provider_ids for r in why_not(planned[id], wanted, goal.starts_at)]
        against = [r.words for r in reasons if r.blocks and only in ("", r.code)]
        if against:
            found.append((goal.id, against[0]))
    return found


def _as_planned(diary: Diary, goals: list[Placement], cards: Mapping[int, Card], moving: set[int]) -> Diary:
    stays = [b for b in diary.busy if b.appointment_id not in moving]
    comes = [
        Busy(g.id, g.starts_at, g.starts_at + timedelta(seconds=g.duration_s), cards[g.id].place, cards[g.id].customer)
        for g in goals
        if g.starts_at is not None and g.state in OPEN_STATES and diary.provider_id in g.provider_ids
    ]
    return replace(diary, busy=tuple(sorted(stays + comes, key=lambda b: (b.start, b.appointment_id))))


def _restore(tx: Tx, goal: Placement) -> None:
    appointment = tx.get(Appointment, goal.id)
    if appointment.status is S.PARTLY_DONE and goal.state is not S.PARTLY_DONE:
        _drop_follow_ups(tx, appointment)
    appointment.take_back(_reachable(tx, appointment, goal.state))
    steps = [s for s in stamps_of(tx, appointment.id) if s.state == appointment.state] if appointment.entered_at else []
    appointment.entered_at = steps[-1].at if steps else None
    appointment.ical_sequence += appointment.starts_at != goal.starts_at
    appointment.starts_at, appointment.duration_s, appointment.locked = goal.starts_at, goal.duration_s, goal.locked
    appointment.window_kind = goal.window_kind
    appointment.earliest_on, appointment.latest_on = goal.earliest_on, goal.latest_on
    window = goal.window or Span(tx.now, tx.now)
    appointment.window_from_at = window.start if goal.window else None
    appointment.window_to_at = window.end if goal.window else None
    if goal.starts_at is not None and goal.provider_ids:
        again = Override(appointment_id=goal.id, reason=goal.overridden, rules=[], by_name=tx.actor.name, at=tx.now)
        item = Placing(goal.id, 0, goal.provider_ids, goal.starts_at, goal.duration_s)
        assign(tx, item, again if goal.overridden else None)
        active(tx, appointment)


def _reachable(tx: Tx, appointment: Appointment, state: AppointmentState) -> AppointmentState:
    """A hold that has run out meanwhile comes back as a plain place."""
    held_until = appointment.held_until
    return S.SCHEDULED if state is S.HELD and (held_until is None or held_until <= tx.now) else state


def _drop_follow_ups(tx: Tx, undone: Appointment) -> None:
    query = select(Appointment).where(Appointment.follows_id == undone.id, Appointment.state == S.WAITING)
    for follow_up in tx.all(query):
        follow_up.become(S.CANCELLED)


def _visit(card: Card) -> str:
    return f"The visit at {card.customer}"

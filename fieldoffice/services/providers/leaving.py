"""A provider who no longer works here: nothing is deleted, but no visit may be left with nobody to do it."""

from __future__ import annotations

from sqlalchemy import select

from fieldoffice.models.appointment import Appointment, Assignment, Override
from fieldoffice.models.errors import NotAllowed
from fieldoffice.models.provider import Provider
from fieldoffice.models.staff import Right
from fieldoffice.models.states import MOVABLE_STATES, AppointmentState
from fieldoffice.office import Tx
from fieldoffice.services.dispatch.cards import cards
from fieldoffice.services.dispatch.hands import Placing, assign, clear, finish, hold_still
from fieldoffice.services.dispatch.rows import Card, Change
from fieldoffice.services.edits import Edit, Keeper


def visits_left(tx: Tx, provider_id: int) -> tuple[Card, ...]:
    """The visits of a provider that are not over: planned, held or running; by time."""
    tx.require(Right.LOOK)
    mine = select(Assignment.appointment_id).where(Assignment.provider_id == provider_id, Assignment.active)
    return cards(tx, Appointment.id.in_(mine))


def free_visits(tx: Tx, provider_id: int) -> Change:
    """Take a provider off all visits that are not over: alone, a visit goes back into the tray; a team goes without.

    Refused as a whole while one of them is running.
    """
    tx.require(Right.DISPATCH)
    left = visits_left(tx, provider_id)
    _refuse_running(left)
    before = hold_still(tx, [card.id for card in left], [provider_id])
    clear(tx, list(before))
    for card in left:
        others = tuple(id for id in card.provider_ids if id != provider_id)
        _back_into_tray(tx, card) if not others else _without(tx, card, others)
    return finish(tx, before, "visit.unassigned", note="the provider leaves")


def deactivate(tx: Tx, provider_id: int, *, version: int) -> Edit:
    """A provider is no longer offered; refused, with the count in `values`, while visits are left to be done."""
    tx.require(Right.EDIT_PROVIDERS)
    provider, keep = tx.get(Provider, provider_id, version=version), Keeper(tx)
    n = len(visits_left(tx, provider_id))
    if n:
        words = f"{provider.name} has {n} {'visit' if n == 1 else 'visits'} that {'is' if n == 1 else 'are'} not over."
        raise NotAllowed(words, key="has_visits", count=n)
    keep.before(provider)
    provider.active = False
    tx.event("provider.deactivated", provider, note=provider.name)
    return keep.edit(provider_id)


def reactivate(tx: Tx, provider_id: int, *, version: int) -> Edit:
    """A provider is back."""
    tx.require(Right.EDIT_PROVIDERS)
    provider, keep = tx.get(Provider, provider_id, version=version), Keeper(tx)
    keep.before(provider)
    provider.active = True
    tx.event("provider.reactivated", provider, note=provider.name)
    return keep.edit(provider_id)


def _refuse_running(left: tuple[Card, ...]) -> None:
    running = [card for card in left if card.state not in MOVABLE_STATES]
    if running:
        card = running[0]
        words = f"The visit at {card.customer} is {card.state.word}: bring it to its end first."
        raise NotAllowed(words, key="running", count=len(running))


def _back_into_tray(tx: Tx, card: Card) -> None:
    visit = tx.get(Appointment, card.id)
    visit.become(AppointmentState.WAITING)
    visit.starts_at = visit.held_until = None
    visit.locked = False


def _without(tx: Tx, card: Card, others: tuple[int, ...]) -> None:
    """The rest of the team keeps the time, and the override where there was one; the visit counts as changed."""
    visit = tx.get(Appointment, card.id)
    visit.ical_sequence += 1
    assert card.starts_at is not None
    again = Override(appointment_id=card.id, reason=card.overridden, rules=[], by_name=tx.actor.name, at=tx.now)
    placing = Placing(card.id, card.version, others, card.starts_at, card.duration_s)
    assign(tx, placing, again if card.overridden else None)

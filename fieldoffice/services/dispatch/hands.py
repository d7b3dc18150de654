"""What every action on visits does with its hands: lock, clear, assign, write the log, answer.

The order is always the same: lock the providers by id, lock the visits, look, decide, write. Two desks that drop two
visits on one provider therefore meet at the provider's row; the overlap constraint on Assignment is the last wall.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from fieldoffice.models.appointment import Appointment, Assignment, Override
from fieldoffice.models.errors import NotAllowed, NotFound
from fieldoffice.models.provider import Provider
from fieldoffice.models.states import FINAL_STATES, AppointmentState
from fieldoffice.office import Tx
from fieldoffice.services.dispatch.cards import cards_of, placements
from fieldoffice.services.dispatch.diaries import expired_hold
from fieldoffice.services.dispatch.rows import Change, Placement


@dataclass(frozen=True, slots=True)
class Placing:
    """One visit's new place. The first provider leads."""

    id: int
    version: int
    provider_ids: tuple[int, ...]
    starts_at: datetime
    duration_s: int


def hold_still(tx: Tx, ids: Sequence[int], new_providers: Iterable[int]) -> dict[int, Placement]:
    """Lock providers by id, then the visits by id; returns where the visits stand now.

    Holds of these providers that ran out are let go on the way: nobody waits for the background work to do it.
    """
    wanted = set(new_providers)
    old = tx.all(select(Assignment.provider_id).where(Assignment.appointment_id.in_(list(ids))))
    everyone = sorted({*old, *wanted})
    found = tx.all(
        select(Provider.id).where(Provider.id.in_(everyone)).order_by(Provider.id).with_for_update(key_share=True)
    )
    if set(found) != set(everyone):
        raise NotFound("This provider no longer exists.")
    _refuse_gone(tx, wanted - set(old))
    let_go(tx, [id for id in expired(tx, everyone) if id not in ids])
    lock_visits(tx, ids)
    return placements(tx, ids)


def lock_visits(tx: Tx, ids: Sequence[int]) -> list[Appointment]:
    """The visits that are still there, locked by id and read anew."""
    query = select(Appointment).where(Appointment.id.in_(list(ids))).order_by(Appointment.id)
    return tx.all(query.with_for_update(key_share=True).execution_options(populate_existing=True))


def expired(tx: Tx, provider_ids: Sequence[int]) -> list[int]:
    """The holds of these providers that ran out and still stand."""
    query = select(Appointment.id).join(Assignment, Assignment.appointment_id == Appointment.id)
    query = query.where(Assignment.provider_id.in_(list(provider_ids)), expired_hold(tx))
    return tx.all(query.distinct().order_by(Appointment.id)) if provider_ids else []


def let_go(tx: Tx, ids: Sequence[int]) -> None:
    """Release holds that ran out: a stranger's is deleted, a job's visit waits again; what was confirmed meanwhile stays."""
    rows = lock_visits(tx, ids) if ids else []
    over = [a for a in rows if a.state == AppointmentState.HELD and a.held_until and a.held_until <= tx.now]
    if not over:
        return
    before = placements(tx, [a.id for a in over])
    clear(tx, [a.id for a in over])
    for appointment in over:
        if appointment.job_id is None:  # pyright: ignore[reportUnnecessaryComparison] - a stranger's hold has no job
            tx.session.delete(appointment)
        else:
            appointment.become(AppointmentState.WAITING)
            appointment.starts_at = appointment.held_until = None
    finish(tx, before, "visit.hold_expired")


def _refuse_gone(tx: Tx, ids: set[int]) -> None:
    """A board that has not heard of it yet may still show somebody who was let go."""
    gone = tx.session.scalars(select(Provider.name).where(Provider.id.in_(ids), Provider.active.is_(False))).first() if ids else None
    if gone is not None:
        raise NotAllowed(f"{gone} no longer works here.")


def clear(tx: Tx, ids: Sequence[int]) -> None:
    tx.session.flush()
    tx.session.execute(delete(Assignment).where(Assignment.appointment_id.in_(list(ids))))


def assign(tx: Tx, item: Placing, override: Override | None) -> None:
    tx.session.flush()
    override_id = tx.add(override).id if override else None
    for n, provider_id in enumerate(dict.fromkeys(item.provider_ids)):
        tx.add(Assignment(appointment_id=item.id, provider_id=provider_id, role="helper" if n else "lead",
                          starts_at=item.starts_at, ends_at=item.starts_at + timedelta(seconds=item.duration_s),
                          active=True, override_id=override_id))  # fmt: skip


def active(tx: Tx, appointment: Appointment) -> None:
    """Let the assignments take their providers' time exactly while the visit is open."""
    takes = appointment.status not in FINAL_STATES
    for row in tx.all(select(Assignment).where(Assignment.appointment_id == appointment.id)):
        row.active = takes


def finish(tx: Tx, before: dict[int, Placement], kind: str, *, note: str = "", warnings: Sequence[str] = (),
           extra: Mapping[int, dict[str, Any]] | None = None) -> Change:  # fmt: skip
    """Store, write one event for each visit that really changed, and answer with what the desks need."""
    tx.session.flush()
    cards = cards_of(tx, before)
    after = placements(tx, before)
    by_id = {card.id: card for card in cards}
    changed = [id for id in before if facts(before[id]) != facts(after[id])]
    for id in changed:
        appointment = tx.get(Appointment, id)
        tx.event(kind, appointment, job_id=by_id[id].job_id, customer_id=by_id[id].customer_id, note=note,
                 before=facts(before[id]), after=facts(after[id]) | (extra or {}).get(id, {}))  # fmt: skip
    kept = [id for id in before if id in changed]
    return Change(tuple(by_id[id] for id in before), tuple(before[id] for id in kept), tuple(after[id] for id in kept),
                  warnings=tuple(dict.fromkeys(warnings)))  # fmt: skip


def facts(p: Placement) -> dict[str, Any]:
    """A placement as the log keeps it."""
    return {
        "state": p.state.value, "starts_at": iso(p.starts_at), "duration_s": p.duration_s, "providers": list(p.provider_ids),
        "window": [p.window_kind, iso(p.window.start), iso(p.window.end)] if p.window else [p.window_kind, None, None],
        "locked": p.locked, "between": [p.earliest_on and p.earliest_on.isoformat(), p.latest_on and p.latest_on.isoformat()],
    }  # fmt: skip


def iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()

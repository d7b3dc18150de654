"""When a provider is away, and which visits that hits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fieldoffice.models.errors import Invalid
from fieldoffice.models.provider import Absence, Provider
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.availability import Span
from fieldoffice.services.dispatch.cards import cards_of
from fieldoffice.services.dispatch.diaries import diaries
from fieldoffice.services.dispatch.rows import Card
from fieldoffice.services.edits import Edit, Keeper


def add_absence(tx: Tx, provider_id: int, starts_at: datetime, ends_at: datetime, reason: str) -> int:
    """A provider is away; visits already planned then stay, and show as conflicts."""
    return new_absence(tx, provider_id, starts_at=starts_at, ends_at=ends_at, reason=reason).value


def new_absence(tx: Tx, provider_id: int, *, starts_at: datetime, ends_at: datetime, reason: str) -> Edit:
    """Like `add_absence`, and can be undone; the answer's value is the id, its warnings say how many visits are hit."""
    tx.require(Right.EDIT_PROVIDERS)
    _check(starts_at, ends_at)
    provider, keep = tx.get(Provider, provider_id, lock=True), Keeper(tx)
    row = tx.add(Absence(provider_id=provider_id, starts_at=starts_at, ends_at=ends_at, reason=reason.strip() or "away"))
    keep.new(row)
    tx.event("absence.added", row, note=provider.name, after=_facts(row))
    return keep.edit(row.id, warnings=_told(tx, provider_id, Span(starts_at, ends_at)))


def edit_absence(tx: Tx, absence_id: int, *, version: int, starts_at: datetime, ends_at: datetime, reason: str) -> Edit:
    """Another time or reason."""
    tx.require(Right.EDIT_PROVIDERS)
    _check(starts_at, ends_at)
    row, keep = tx.get(Absence, absence_id, version=version), Keeper(tx)
    keep.before(row)
    was = _facts(row)
    row.starts_at, row.ends_at, row.reason = starts_at, ends_at, reason.strip() or "away"
    if _facts(row) != was:
        tx.event("absence.edited", row, note=tx.get(Provider, row.provider_id).name, before=was, after=_facts(row))
    return keep.edit(row.id, warnings=_told(tx, row.provider_id, Span(starts_at, ends_at)))


def drop_absence(tx: Tx, absence_id: int, *, version: int) -> Edit:
    """The provider is not away after all."""
    tx.require(Right.EDIT_PROVIDERS)
    row, keep = tx.get(Absence, absence_id, version=version), Keeper(tx)
    keep.gone(row)
    tx.event("absence.removed", row, note=tx.get(Provider, row.provider_id).name, before=_facts(row))
    tx.session.delete(row)
    return keep.edit(row.id)


def visits_hit(tx: Tx, provider_id: int, starts_at: datetime, ends_at: datetime) -> tuple[Card, ...]:
    """The planned visits of a provider that lie, if only in part, between two instants; by time."""
    tx.require(Right.LOOK)
    if ends_at <= starts_at:
        return ()
    ids = _hit(tx, provider_id, Span(starts_at, ends_at))
    return cards_of(tx, ids) if ids else ()


def _hit(tx: Tx, provider_id: int, span: Span) -> list[int]:
    busy = diaries(tx, [provider_id], [span.start, span.end])[provider_id].busy
    return [work.appointment_id for work in busy if span.meets(work.start, work.end)]


def _told(tx: Tx, provider_id: int, span: Span) -> tuple[str, ...]:
    n = len(_hit(tx, provider_id, span))
    return (f"{n} planned {'visit lies' if n == 1 else 'visits lie'} in this time.",) if n else ()


def _check(starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise Invalid(until="An absence ends after it starts.")


def _facts(row: Absence) -> dict[str, Any]:
    return {"starts_at": row.starts_at.isoformat(), "ends_at": row.ends_at.isoformat(), "reason": row.reason}

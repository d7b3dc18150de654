"""What two cards, or a card and the people at work, mean to each other. Pure."""

from __future__ import annotations

from collections.abc import Collection

from fieldoffice.services.dispatch.rows import Card


def overlap(card: Card, other: Card) -> bool:
    """Somebody booked two visits at once for one provider, and said why: both stay."""
    a, b = card.busy, other.busy
    together = set(card.provider_ids) & set(other.provider_ids)
    return bool(together) and a is not None and b is not None and a.start < b.end and b.start < a.end


def preferred_of(card: Card, working: Collection[int]) -> str | None:
    """The preferred provider: who has the visit already, else the first who works."""
    here = [id for id in sorted(card.preferred) if id in working]
    kept = [id for id in here if id in card.provider_ids]
    return str((kept or here)[0]) if here else None

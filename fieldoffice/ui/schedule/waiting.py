"""Which cards of the tray are shown, and in which order. Plain rows, no Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from fieldoffice.services.dispatch.rows import Card


class Order(StrEnum):
    PROMISED = "promised"
    PRIORITY = "priority"
    AGE = "age"


@dataclass(frozen=True, slots=True)
class Filter:
    """What a dispatcher wants to see of the tray; empty shows all."""

    text: str = ""
    skill: str = ""
    priority: int = 0  # at least
    on: date | None = None  # promised for this day, or free of a promise and possible on it
    order: Order = Order.PROMISED

    @property
    def narrows(self) -> bool:
        return bool(self.text or self.skill or self.priority or self.on)


def shown(cards: Iterable[Card], wanted: Filter, zone: ZoneInfo) -> list[Card]:
    """The cards that pass `wanted`, sorted by it."""
    return sorted((c for c in cards if passes(c, wanted, zone)), key=_key(wanted.order, zone))


def passes(card: Card, wanted: Filter, zone: ZoneInfo) -> bool:
    return (
        matches(card, wanted.text)
        and (not wanted.skill or wanted.skill in card.skills)
        and card.priority >= wanted.priority
        and (wanted.on is None or possible_on(card, wanted.on, zone))
    )


def matches(card: Card, text: str) -> bool:
    """Whether every word of `text` stands somewhere on the card, in any case."""
    whole = " ".join((card.customer, card.service, card.street, card.city, card.job_number, *card.skills)).casefold()
    return all(word in whole for word in text.casefold().split())


def possible_on(card: Card, on: date, zone: ZoneInfo) -> bool:
    if card.window is not None:
        return card.window.start.astimezone(zone).date() <= on <= card.window.end.astimezone(zone).date()
    return (card.earliest_on is None or card.earliest_on <= on) and (card.latest_on is None or on <= card.latest_on)


def promised_by(card: Card, zone: ZoneInfo) -> datetime:
    """The moment by which the visit is due, the far future where nothing was promised."""
    if card.window is not None:
        return card.window.end
    if card.latest_on is not None:
        return datetime.combine(card.latest_on, time(23, 59), zone).astimezone(UTC)
    return datetime.max.replace(tzinfo=UTC)


def skills(cards: Iterable[Card]) -> list[str]:
    """All skills that the waiting cards ask for, by name."""
    return sorted({skill for card in cards for skill in card.skills}, key=str.casefold)


def days(cards: Iterable[Card], zone: ZoneInfo) -> list[date]:
    """All days that were promised, in order."""
    return sorted({card.window.start.astimezone(zone).date() for card in cards if card.window is not None})


def _key(order: Order, zone: ZoneInfo) -> Callable[[Card], tuple[object, ...]]:
    """Ties are broken by the next thing a dispatcher would look at; the oldest has the smallest id."""
    if order is Order.PRIORITY:
        return lambda c: (-c.priority, promised_by(c, zone), c.id)
    if order is Order.AGE:
        return lambda c: (c.id,)
    return lambda c: (promised_by(c, zone), -c.priority, c.id)

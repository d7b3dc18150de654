"""Small boards to test with: providers 1, 2, … on shift 8 to 17 in Washington, visits round the center."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from fieldoffice.models.states import AppointmentState
from fieldoffice.services.availability import Absence, Lunch, SkillHeld, Span
from fieldoffice.services.dispatch.rows import Board, Card, ProviderRow

DAY = date(2026, 11, 24)
ZONE = ZoneInfo("America/New_York")
NAMES = {1: "Ada", 2: "Ben", 3: "Cem", 4: "Dee"}


def at(hour: int, minute: int = 0, on: date = DAY) -> datetime:
    """That time of the wall clock in Washington, as UTC."""
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=ZONE).astimezone(UTC)


def provider(
    id: int,
    *,
    skills: Sequence[str] = (),
    absent: Sequence[tuple[datetime, datetime, str]] = (),
    lunch: bool = False,
    **more: Any,
) -> ProviderRow:
    return ProviderRow(
        id,
        NAMES.get(id, f"Provider {id}"),
        "#44AA99",
        ZONE.key,
        shifts=more.pop("shifts", (Span(at(8), at(17)),)),
        absences=tuple(Absence(Span(start, end), why) for start, end, why in absent),
        lunches=(Lunch(Span(at(12), at(13)), 3600),) if lunch else (),
        skills=tuple(SkillHeld(name) for name in skills),
        **more,
    )


def card(
    id: int, *, start: datetime | None = None, provider_ids: tuple[int, ...] = (), duration_s: int = 3600, **more: Any
) -> Card:
    """Scheduled where it has a start, waiting in the tray where it has none."""
    state = more.pop("state", AppointmentState.SCHEDULED if start else AppointmentState.WAITING)
    return Card(
        id,
        more.pop("version", 1),
        500 + id,
        f"J-{500 + id}",
        id,
        more.pop("customer", f"Customer {id}"),
        "Leak search",
        "1220 19th St NW",
        "Washington",
        more.pop("place", (38.9, -77.04)),
        state,
        start,
        duration_s,
        provider_ids,
        **more,
    )


def board(
    providers: Sequence[ProviderRow],
    cards: Sequence[Card],
    tray: Sequence[Card] = (),
    *,
    days: int = 1,
    now: datetime | None = None,
    first_on: date = DAY,
) -> Board:
    return Board(first_on, days, ZONE.key, now or at(7), tuple(providers), tuple(cards), tuple(tray))


def usual() -> Board:
    """Ada and Ben have one visit each, Cem lacks every skill, two visits wait, one of them for a plumber."""
    return board(
        [provider(1, skills=["Plumbing"]), provider(2, skills=["Plumbing"]), provider(3)],
        [
            card(1, start=at(9), provider_ids=(1,), customer="Okafor"),
            card(2, start=at(13), provider_ids=(2,), customer="Nguyen"),
        ],
        [card(8, customer="Patel"), card(9, customer="Brown", skills=frozenset({"Plumbing"}), priority=3)],
    )


Maker = Callable[[date, int], Board]

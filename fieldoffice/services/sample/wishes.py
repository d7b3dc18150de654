"""What the sample's customers ask for, and when: drawn once, in the order of time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from fieldoffice.services.calendar import local
from fieldoffice.services.jobs.opening import Promise
from fieldoffice.services.sample.people import Cast, Place

KINDS = ("all_day", "am", "pm", "two_hours", "exact")
KIND_ODDS = (34, 24, 24, 14, 4)
NOTES = ("", "", "", "", "Customer works from home.", "Please call before arrival.", "Second visit for the same problem.",
         "Prefers to be called on the mobile phone.")  # fmt: skip


@dataclass(frozen=True)
class Wish:
    """Somebody calls at `asked_at` for a service on a day."""

    asked_at: datetime
    place: Place
    service: int
    extra: int | None
    promise: Promise
    priority: int
    notes: str
    preferred: int | None


def wishes(
    dice: random.Random, cast: Cast, first: date, last: date, per_day: int, now: datetime, zone: ZoneInfo
) -> list[Wish]:
    """All wishes for the days from `first` to `last` that were voiced before `now`, in the order of time."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    drawn = [wish for on in days for wish in _for_day(dice, cast, on, per_day, zone)]
    return sorted((w for w in drawn if w.asked_at < now), key=lambda w: (w.asked_at, w.place.location_id))


def _for_day(dice: random.Random, cast: Cast, on: date, per_day: int, zone: ZoneInfo) -> Iterator[Wish]:
    quiet = 0.75 if on.weekday() >= 5 else 1.0
    for _ in range(round(per_day * quiet * dice.uniform(0.9, 1.1))):
        lead = dice.choices((0, dice.randint(1, 3), dice.randint(4, 9), dice.randint(10, 28)), (4, 50, 28, 18))[0]
        asked = local(on - timedelta(days=lead), dice.randint(7 * 60 + 30, 9 * 60 if lead == 0 else 17 * 60), zone)
        kind = "all_day" if lead == 0 else dice.choices(KINDS, KIND_ODDS)[0]
        hour = dice.choice((8, 9, 10, 11, 13, 14, 15)) * 60
        yield Wish(
            asked_at=asked, place=dice.choice(cast.places), service=dice.choice(cast.services),
            extra=dice.choice(cast.extras) if dice.random() < 0.15 else None,
            promise=Promise(kind, on, hour if kind in ("two_hours", "exact") else None),
            priority=3 if lead == 0 else dice.choices((1, 2, 3), (76, 19, 5))[0], notes=dice.choice(NOTES),
            preferred=dice.choice(cast.providers) if dice.random() < 0.08 else None,
        )  # fmt: skip

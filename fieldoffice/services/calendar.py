"""Civil days and local wall time in a zone, and the instants they stand for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from fieldoffice.models.errors import Invalid
from fieldoffice.services.availability import Span

WINDOW_WORDS = {"exact": "exactly", "two_hours": "two hours", "am": "morning", "pm": "afternoon", "all_day": "all day"}
WINDOW_HOURS = {"am": (8 * 60, 12 * 60), "pm": (12 * 60, 17 * 60), "all_day": (8 * 60, 17 * 60)}
"""Allowed starts in minutes after midnight, where the company has not set its own (`company.window_hours`)."""
EXACT_SLACK = timedelta(minutes=15)


@lru_cache(maxsize=16_384)  # the same shifts are asked for by every provider's days
def local(on: date, minutes: int, zone: ZoneInfo) -> datetime:
    """The instant of `minutes` after midnight by the wall clock of that day; a skipped hour moves forward."""
    naive = datetime.combine(on, time()) + timedelta(minutes=minutes)
    at = naive.replace(tzinfo=zone)
    return at.astimezone(ZoneInfo("UTC"))


def day_span(on: date, zone: ZoneInfo, days: int = 1) -> Span:
    """From midnight to midnight: 23, 24 or 25 hours where the clocks change."""
    return Span(local(on, 0, zone), local(on + timedelta(days=days), 0, zone))


def promised(kind: str, on: date, zone: ZoneInfo, *, at_min: int | None = None,
             hours: Mapping[str, tuple[int, int]] = WINDOW_HOURS) -> Span:  # fmt: skip
    """The arrival window (allowed starts) that a promise stands for on a civil day.

    `exact` and `two_hours` need `at_min`, minutes after midnight. Unknown kinds are refused by the field.
    """
    if kind in hours:
        start, end = hours[kind]
        return Span(local(on, start, zone), local(on, end, zone))
    if kind not in WINDOW_WORDS:
        raise Invalid(window_kind="Choose exact, two hours, morning, afternoon or all day.")
    if at_min is None:
        raise Invalid(window_at="Please give the time that is promised.")
    start_at = local(on, at_min, zone)
    if kind == "exact":
        return Span(start_at - EXACT_SLACK, start_at + EXACT_SLACK)
    return Span(start_at, start_at + timedelta(hours=2))

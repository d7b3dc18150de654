"""Days, times and windows in the words of a language. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from fieldoffice.services.availability import Span

DAY_PART_WORDS = {
    "en": {"morning": "in the morning", "afternoon": "in the afternoon", "flexible": "any time of day"},
    "es": {"morning": "por la mañana", "afternoon": "por la tarde", "flexible": "a cualquier hora"},
    "de": {"morning": "vormittags", "afternoon": "nachmittags", "flexible": "zu jeder Tageszeit"},
    "fr": {"morning": "le matin", "afternoon": "l'après-midi", "flexible": "à toute heure"},
}
OTHER = {"en": "Other work", "es": "Otro trabajo", "de": "Andere Arbeit", "fr": "Autre travail"}


def day_words(on: date, language: str) -> str:
    """ "Tuesday, March 3, 2026" """
    return format_date(on, "full", locale=language)


def days_words(days: Sequence[date], day_part: str, language: str) -> str:
    """ "Tuesday, March 3, 2026 · Thursday, March 5, 2026, in the morning" """
    parts = DAY_PART_WORDS[language if language in DAY_PART_WORDS else "en"]
    return f"{' · '.join(day_words(on, language) for on in days)}, {parts.get(day_part, day_part)}"


def span_words(span: Span, zone: ZoneInfo, language: str) -> str:
    """ "Tuesday, March 3, 2026, 9:00 AM – 11:00 AM", in the zone's wall time."""
    start, end = span.start.astimezone(zone), span.end.astimezone(zone)
    return f"{day_words(start.date(), language)}, {clock_words(start, language)} – {clock_words(end, language)}"


def moment_words(at: datetime, zone: ZoneInfo, language: str) -> str:
    """ "Thursday, March 5, 2026, 5:00 PM" """
    here = at.astimezone(zone)
    return f"{day_words(here.date(), language)}, {clock_words(here, language)}"


def clock_words(at: datetime, language: str) -> str:
    return format_time(at.time(), "short", locale=language).replace("\u202f", "\u00a0")


def minutes_words(minutes: int, language: str) -> str:
    """A time of day in minutes after midnight: "8:00 AM"; 24:00 is midnight."""
    return clock_words(datetime(2000, 1, 1, minutes // 60 % 24, minutes % 60), language)


def zone_of(name: str) -> ZoneInfo:
    return ZoneInfo(name)

"""What people type, read generously: durations, times of day, days, money. Pure; each raises Unreadable in words."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY_S = 86_400


class Unreadable(ValueError):
    """What was typed cannot be read; the words say what can."""


def read_duration(text: str) -> int:
    """Seconds from "1 h 30", "1h30m", "90", "90 min", "1:30", "1.5 h"; a bare number is minutes. At most 24 h."""
    clean = text.strip().lower().replace(",", ".")
    seconds = _clock_duration(clean) if ":" in clean else _spoken_duration(clean)
    if seconds is None or not 0 <= seconds <= DAY_S:
        raise Unreadable("Enter a duration such as 1 h 30, 90 or 1:30.")
    return seconds


def show_duration(seconds: int) -> str:
    """ "1 h 30", "2 h", "45 min", "0 min"; whole minutes."""
    hours, minutes = divmod(round(seconds / 60), 60)
    if hours and minutes:
        return f"{hours} h {minutes:02d}"
    return f"{hours} h" if hours else f"{minutes} min"


def _clock_duration(text: str) -> int | None:
    found = re.fullmatch(r"(\d{1,2}):([0-5]\d)", text)
    return None if found is None else int(found[1]) * 3600 + int(found[2]) * 60


def _spoken_duration(text: str) -> int | None:
    found = re.fullmatch(r"(?:(\d{1,2}(?:\.\d{1,2})?)\s*h(?:ours?|rs?)?)?\s*(?:(\d{1,4})\s*(?:m|min|minutes?)?)?", text)
    if found is None or not text:
        return None
    return round(float(found[1] or 0) * 3600) + int(found[2] or 0) * 60


def read_time(text: str) -> time:
    """A time of day from "9", "930", "9:30", "9.30", "2p", "2:15 pm", "14:00"."""
    found = re.fullmatch(r"(\d{1,2})(?:[:.h]?([0-5]\d))?\s*([ap])?\.?\s*m?\.?", text.strip().lower())
    if found is None:
        raise Unreadable("Enter a time such as 9, 9:30 or 2 pm.")
    hour = _hour(int(found[1]), found[3])
    if hour > 23:
        raise Unreadable("Enter a time such as 9, 9:30 or 2 pm.")
    return time(hour, int(found[2] or 0))


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        return 24
    return hour % 12 + (12 if half == "p" else 0)


def show_time(value: time, *, twelve: bool = False) -> str:
    """ "09:30", or "9:30 AM" where the locale writes so."""
    if not twelve:
        return f"{value:%H:%M}"
    return f"{(value.hour - 1) % 12 + 1}:{value.minute:02d} {'AM' if value.hour < 12 else 'PM'}"


def read_date(text: str, today: date, *, day_first: bool = False) -> date:
    """A day from "today", "tomorrow", "+3", "fri", "2026-11-22", "11/22", "22." ; past only where a year is given.

    `day_first` reads "3/4" as the third of April. A bare day or day and month means the next such day.
    """
    clean = text.strip().lower()
    found = _named_day(clean, today) or _iso_day(clean) or _short_day(clean, today, day_first)
    if found is None:
        raise Unreadable("Enter a day such as today, fri, +3 or 2026-11-22.")
    return found


def _named_day(text: str, today: date) -> date | None:
    near = {"today": 0, "tomorrow": 1, "yesterday": -1}
    if text in near:
        return today + timedelta(days=near[text])
    if re.fullmatch(r"[+-]\d{1,3}", text):
        return today + timedelta(days=int(text))
    weekday = next((n for n, name in enumerate(DAYS) if len(text) >= 2 and name.startswith(text)), None)
    return None if weekday is None else today + timedelta(days=(weekday - today.weekday()) % 7)


def _iso_day(text: str) -> date | None:
    found = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text)
    return None if found is None else _date(int(found[1]), int(found[2]), int(found[3]))


def _short_day(text: str, today: date, day_first: bool) -> date | None:
    found = re.fullmatch(r"(\d{1,2})(?:[./-](\d{1,2})?(?:[./-](\d{2}|\d{4})?)?)?", text.removeprefix("the ").strip())
    if found is None:
        return None
    if found[2] is None:
        return _next_day_of_month(int(found[1]), today)
    first, second = int(found[1]), int(found[2])
    month, day = (second, first) if day_first or "." in text else (first, second)
    if found[3]:
        return _date(int(found[3]) + (2000 if len(found[3]) == 2 else 0), month, day)
    this_year = _date(today.year, month, day)
    return this_year if this_year is None or this_year >= today else _date(today.year + 1, month, day)


def _next_day_of_month(day: int, today: date) -> date | None:
    for ahead in range(0, 3):
        months = today.year * 12 + today.month - 1 + ahead
        found = _date(months // 12, months % 12 + 1, day)
        if found is not None and found >= today:
            return found
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def show_date(value: date, *, year: bool = True) -> str:
    """ "Sun, Nov 22 2026": with the weekday, unmistakable in any country."""
    return f"{value:%a, %b} {value.day}" + (f" {value.year}" if year else "")


def read_money(text: str, *, exponent: int = 2, decimal: str = ".") -> int:
    """Minor units from "1,234.50" or, where `decimal` is ",", from "1.234,50"; more digits than the currency has are refused."""
    group = "," if decimal == "." else "."
    clean = re.sub(r"[\s\u00a0\u202f']", "", text).replace(group, "").replace(decimal, ".")
    try:
        amount = Decimal(clean).scaleb(exponent)
    except InvalidOperation:
        raise Unreadable("Enter an amount such as 120 or 79.50.") from None
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", clean) or abs(amount) >= 10**15:
        raise Unreadable("Enter an amount such as 120 or 79.50.")
    whole = amount.to_integral_value(ROUND_HALF_UP)
    if whole != amount:
        raise Unreadable(f"This currency has {exponent} decimals.")
    return int(whole)


def show_money(cents: int, *, exponent: int = 2, decimal: str = ".") -> str:
    """ "1,234.50" without a currency sign; a true minus before negative amounts stays a hyphen for copying."""
    group = "," if decimal == "." else "."
    shown = f"{Decimal(cents).scaleb(-exponent):,.{exponent}f}"
    return shown.translate(str.maketrans({",": group, ".": decimal}))

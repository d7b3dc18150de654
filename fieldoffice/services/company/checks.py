"""What a setting must be: each check says in words what is wrong with a value, "" when nothing is. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

LONGEST = 200
EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>.]+")


def fine(_value: Any) -> str:
    return ""


def text(value: Any) -> str:
    """One line of text."""
    if not isinstance(value, str):
        return "This is a text."
    if "\n" in value:
        return "This is one line."
    return f"This has at most {LONGEST} characters." if len(value) > LONGEST else ""


def email(value: Any) -> str:
    return "" if not value or EMAIL.fullmatch(str(value)) else "This e-mail address cannot be right."


def link(value: Any) -> str:
    """An address in the network, or none."""
    if not value:
        return ""
    try:
        parts = urlsplit(str(value))
        good = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        good = False
    return "" if good else "An address begins with https:// and names a server."


def country(value: Any) -> str:
    good = isinstance(value, str) and len(value) == 2 and value.isascii() and value.isalpha()
    return "" if good else "Please give the country as two letters, such as US."


def zone(value: Any) -> str:
    return "" if value in available_timezones() else "Please choose a time zone such as America/New_York."


def weekday(value: Any) -> str:
    return "" if value in range(7) and not isinstance(value, bool) else "Please choose a day of the week."


def paper(value: Any) -> str:
    return "" if value in ("Letter", "A4") else "Paper is Letter or A4."


def minutes(value: Any) -> str:
    """A time of day in minutes after midnight; 24:00 counts."""
    good = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 24 * 60
    return "" if good else "A time of day lies between 00:00 and 24:00."


def place(value: Any) -> str:
    """(latitude, longitude) in degrees, or none."""
    if value is None:
        return ""
    try:
        lat, lon = (float(part) for part in value)
        good = -90 <= lat <= 90 and -180 <= lon <= 180
    except (TypeError, ValueError):
        good = False
    return "" if good else "Latitude lies between -90 and 90, longitude between -180 and 180."


def windows(values: Mapping[str, Any]) -> dict[str, str]:
    """Arrival windows end after they begin."""
    pairs = {kind: (values[f"windows.{kind}_from"], values[f"windows.{kind}_to"]) for kind in ("am", "pm", "all_day")}
    known = {kind: pair for kind, pair in pairs.items() if all(isinstance(end, int) for end in pair)}
    return {f"windows.{kind}_to": "A window ends after it begins." for kind, (start, end) in known.items() if start >= end}


def geocoder(values: Mapping[str, Any]) -> dict[str, str]:
    """The address of a geocoder is one, whoever is asked."""
    return {"geocoder.url": link(values["geocoder.url"])}


def whole(least: int, most: int) -> Any:
    """A check for whole numbers in a range, for use in the register."""

    def check(value: Any) -> str:
        good = isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
        return "" if good else f"This is a whole number from {least:,} to {most:,}."

    return check

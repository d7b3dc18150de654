"""How a calendar looks once a move is granted, before the database has told it. Plain data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from fieldoffice.services.calendars.rows import Day, Entry, moved
from fieldoffice.services.calendars.week import Hour, Week


def with_entry(days: Iterable[Day], entry: Entry) -> tuple[Day, ...]:
    """The days with a visit as it is now, wherever they show it."""
    return tuple(replace(day, entries=tuple(entry if e.id == entry.id else e for e in day.entries)) for day in days)


def week_moved(week: Week, was: Entry, now: Entry) -> Week:
    """A week with a visit as it is now: at another time, or longer."""
    days = moved(week.days, was, now.starts_at, ZoneInfo(week.zone))
    blank = tuple(replace(day, entries=()) for day in days)
    return replace(week, days=blank, hours=_into(_out_of(week.hours, was), now, week))


def _out_of(hours: tuple[Hour, ...], entry: Entry) -> tuple[Hour, ...]:
    found: list[Hour] = []
    for hour in hours:
        left = tuple(e for e in hour.entries if e.id != entry.id)
        found.append(replace(hour, entries=left, total=hour.total - (len(hour.entries) - len(left))))
    return tuple(found)


def _into(hours: tuple[Hour, ...], entry: Entry, week: Week) -> tuple[Hour, ...]:
    """Into its hour, or a new one; outside the week it is gone."""
    if entry.starts_at.astimezone(ZoneInfo(week.zone)).date() not in {day.on for day in week.days}:
        return hours
    for n, hour in enumerate(hours):
        if hour.starts_at <= entry.starts_at < hour.starts_at + timedelta(hours=1):
            more = replace(hour, entries=(*hour.entries, entry), total=hour.total + 1)
            return (*hours[:n], more, *hours[n + 1 :])
    begins = entry.starts_at.replace(minute=0, second=0, microsecond=0)
    return tuple(sorted((*hours, Hour(begins, (entry,), 1)), key=lambda hour: hour.starts_at))

"""What the pages about providers say in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication, QLocale

from fieldoffice.services.dispatch.rows import Card
from fieldoffice.services.providers.hours import Hours, Pause
from fieldoffice.services.providers.rows import AbsenceRow, ProviderLine, Warn
from fieldoffice.ui.parts.reading import show_date, show_duration
from fieldoffice.ui.providers.fields import clock_time
from fieldoffice.ui.schedule.words import from_to, lasting

YEAR = re.compile(r" \d{4}$")
KINDS = {"employee": "Employee", "contractor": "Contractor"}


def tr(words: str) -> str:
    return QCoreApplication.translate("Providers", words)


def clock(minute: int) -> str:
    """Minutes after midnight, "08:30"; the end of a day is "24:00"."""
    return "24:00" if minute == 24 * 60 else f"{clock_time(minute):%H:%M}"


def span(start_min: int, end_min: int) -> str:
    return f"{clock(start_min)}–{clock(end_min)}"


def pause(one: Pause) -> str:
    """ "30 min, begins 11:30–13:00"; a break at a fixed time says just that."""
    length = show_duration(one.length_min * 60)
    if one.from_min == one.to_min:
        return tr("%1 at %2").replace("%1", length).replace("%2", clock(one.from_min))
    return tr("%1, begins %2").replace("%1", length).replace("%2", span(one.from_min, one.to_min))


def pauses(hours: Hours) -> str:
    return "; ".join(pause(one) for one in hours.pauses) or "–"


def net_s(hours: Hours) -> int:
    """The time on shift without breaks, in seconds."""
    return (hours.end_min - hours.start_min - sum(one.length_min for one in hours.pauses)) * 60


def validity(hours: Hours) -> str:
    """When hours hold, in words."""
    first, last = hours.valid_from, hours.valid_to
    if first and last:
        return tr("%1 to %2").replace("%1", show_date(first)).replace("%2", show_date(last))
    if first:
        return tr("from %1").replace("%1", show_date(first))
    return tr("until %1").replace("%1", show_date(last)) if last else tr("always")


def absence(row: AbsenceRow, zone: ZoneInfo) -> str:
    """From when to when: whole days as days, the rest with times."""
    start, end = row.span.start.astimezone(zone), row.span.end.astimezone(zone)
    if start.time() == end.time() == time():
        last = (end - timedelta(days=1)).date()
        return show_date(start.date()) if last == start.date() else f"{show_date(start.date())} – {show_date(last)}"
    if start.date() == end.date():
        return f"{show_date(start.date())}, {from_to(row.span.start, row.span.end, zone)}"
    return f"{_moment(start)} – {_moment(end)}"


def short_absence(row: AbsenceRow, zone: ZoneInfo, today: date) -> str:
    """For the list: "now: Vacation", "Tue, Mar 3: Dentist"."""
    start = row.span.start.astimezone(zone).date()
    when = tr("now") if start <= today else show_date(start, year=start.year != today.year)
    return f"{when}: {row.reason}"


def share(line: ProviderLine) -> str:
    """ "62 %", or nothing to say without hours."""
    return "–" if line.percent is None else f"{line.percent} %"


def load_tip(line: ProviderLine) -> str:
    if line.percent is None:
        return tr("No hours this week")
    words = tr("%1 work and %2 driving of %3 on shift this week; the target is %4 %")
    for n, part in enumerate((line.load.work_s, line.load.drive_s, line.load.shift_s), start=1):
        words = words.replace(f"%{n}", lasting(part))
    return words.replace("%4", str(line.target_percent))


def warned(warnings: Sequence[Warn]) -> str:
    """The most pressing in few words, and how many more there are."""
    if not warnings:
        return ""
    more, words = len(warnings) - 1, YEAR.sub("", warnings[0].words.replace(" certificate", "").partition(", ")[0])
    return f"{words} (+{more})" if more else words


def visit_line(card: Card, zone: ZoneInfo) -> str:
    """A visit in one line."""
    if card.starts_at is None or card.ends_at is None:
        return f"{card.customer}, {card.service}"
    day = show_date(card.starts_at.astimezone(zone).date(), year=False)
    return f"{day}, {from_to(card.starts_at, card.ends_at, zone)}: {card.customer}, {card.service}"


def counted(n: int, one: str, many: str) -> str:
    """ "1 visit", "12 visits"."""
    return f"{n} {one if n == 1 else many}"


def hours_of(seconds: int) -> str:
    """Hours with one decimal, "42.5 h"."""
    return QLocale().toString(seconds / 3600, "f", 1) + " h" if seconds % 3600 else f"{seconds // 3600} h"


def _moment(at: datetime) -> str:
    return f"{show_date(at.date())}, {at:%H:%M}"

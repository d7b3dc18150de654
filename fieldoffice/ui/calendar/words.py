"""What calendars say of a visit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from fieldoffice.models.states import MOVABLE_STATES, RUNNING_STATES
from fieldoffice.services.calendars.rows import Day, Entry
from fieldoffice.ui.schedule.words import from_to, lasting, short_day

translate = QCoreApplication.translate


def entry_tip(entry: Entry, zone: ZoneInfo) -> str:
    """All that is known of a visit, line by line, as plain text."""
    day = short_day(entry.starts_at.astimezone(zone).date())
    lines = [
        f"{entry.customer} · {entry.state.word}",
        entry.service,
        f"{day}, {from_to(entry.starts_at, entry.ends_at, zone)} ({lasting(entry.duration_s)})",
        ", ".join(entry.providers),
        entry.street,
        translate("Calendar", "locked") if entry.locked else "",
    ]
    return "\n".join(line for line in lines if line)


def why_fixed(entry: Entry) -> str:
    """Why a visit cannot be moved, in words; empty when it can."""
    if entry.locked:
        return translate("Calendar", "This visit is locked. Unlock it to move it.")
    if entry.state not in MOVABLE_STATES:
        return translate("Calendar", "This visit is %1 and can no longer be moved.").replace("%1", entry.state.word)
    return ""


def why_fixed_length(entry: Entry) -> str:
    """Why a visit cannot be made longer or shorter; a visit under way may, as on the board."""
    return "" if entry.state in RUNNING_STATES else why_fixed(entry)


def month_words(on: date) -> str:
    """ "November 2026"."""
    return QLocale().toString(QDate(on.year, on.month, on.day), "MMMM yyyy")


def span_words(first: date, last: date) -> str:
    """A week: "Nov 22 – 28, 2026", "Nov 29 – Dec 5, 2026"."""
    locale, a, b = QLocale(), QDate(first.year, first.month, first.day), QDate(last.year, last.month, last.day)
    end = locale.toString(b, "d, yyyy" if first.month == last.month else "MMM d, yyyy")
    return f"{locale.toString(a, 'MMM d')} – {end}"


def figures(days: Iterable[Day]) -> str:
    """ "710 visits, 12 to assign"."""
    found = list(days)
    visits, free = sum(day.total for day in found), sum(day.to_assign for day in found)
    words = translate("Calendar", "1 visit") if visits == 1 else translate("Calendar", "%1 visits").replace("%1", f"{visits:,}")
    return words + (translate("Calendar", ", %1 to assign").replace("%1", str(free)) if free else "")

"""What the job pages say in words: times, promises, sizes, quantities; and how a status looks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication, QLocale

from fieldoffice.models.job import JobStatus
from fieldoffice.services.availability import Span
from fieldoffice.services.calendar import EXACT_SLACK
from fieldoffice.services.dispatch.rows import Card
from fieldoffice.services.jobs import money
from fieldoffice.ui.parts.reading import show_date, show_money
from fieldoffice.ui.schedule.words import clock, from_to

translate = QCoreApplication.translate
LONG, PART, ZERO_WIDTH = 24, 8, "\u200b"
PRIORITIES = (("1", "Normal"), ("2", "High"), ("3", "Urgent"))
KINDS = (("all_day", "All day"), ("am", "Morning"), ("pm", "Afternoon"), ("two_hours", "2 hours"), ("exact", "Exact"))
"""The promises that can be made, in the order of the forms."""

STATUS: Mapping[JobStatus, tuple[str, str, str]] = {
    JobStatus.UNSCHEDULED: ("assignment_late", "warn_ground", "warn"),
    JobStatus.SCHEDULED: ("event", "hover", "text"),
    JobStatus.IN_PROGRESS: ("build", "selected", "selected_text"),
    JobStatus.COMPLETED: ("check_circle", "ok_ground", "ok"),
    JobStatus.ON_HOLD: ("pause", "hover", "muted"),
    JobStatus.CANCELLED: ("block", "hover", "muted"),
}
"""The icon and the colors (ground, text) of a job's status."""


def day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def moment(at: datetime, zone: ZoneInfo) -> str:
    """ "Mon, Mar 2 2026, 09:05"."""
    return f"{show_date(day(at, zone))}, {clock(at, zone)}"


def planned(card: Card, zone: ZoneInfo) -> str:
    """When a visit is planned, or that it is not."""
    if card.starts_at is None or card.ends_at is None:
        return translate("Jobs", "Not planned yet")
    return f"{show_date(day(card.starts_at, zone))}, {from_to(card.starts_at, card.ends_at, zone)}"


def promise(card: Card, zone: ZoneInfo) -> str:
    """What the customer was promised, as the form would be filled in."""
    if card.window is None:
        return any_day(card.earliest_on, card.latest_on)
    kind = dict(KINDS).get(card.window_kind, card.window_kind).lower()
    return f"{show_date(day(card.window.start, zone))}, {kind}, {arrival(card.window_kind, card.window, zone)}"


def arrival(kind: str, window: Span, zone: ZoneInfo) -> str:
    """The times of a promise: one moment where it is exact, else from and to."""
    return clock(window.start + EXACT_SLACK, zone) if kind == "exact" else from_to(window.start, window.end, zone)


def any_day(first: date | None, last: date | None) -> str:
    if first is None and last is None:
        return translate("Jobs", "any day")
    if last is None:
        assert first is not None
        return translate("Jobs", "any day from %1").replace("%1", show_date(first))
    if first is None:
        return translate("Jobs", "any day until %1").replace("%1", show_date(last))
    return translate("Jobs", "any day from %1 to %2").replace("%1", show_date(first)).replace("%2", show_date(last))


def size(octets: int) -> str:
    """ "812 B", "20 KB", "2.1 MB"."""
    return QLocale().formattedDataSize(octets, 1, QLocale.DataSizeFormat.DataSizeTraditionalFormat)


def shown_amount(cents: int, exponent: int) -> str:
    """Money as the fields of the program write it, without a currency sign."""
    return show_money(cents, exponent=exponent, decimal=QLocale().decimalPoint())


def shown_quantity(milli: int) -> str:
    return money.quantity(milli).replace(".", QLocale().decimalPoint())


def read_quantity(text: str) -> int:
    """Thousandths of what was typed, "2", "2.5" or "2,5"; ValueError where it is no quantity."""
    try:
        amount = Decimal(text.strip().replace(",", ".")) * 1000
    except InvalidOperation:
        raise ValueError(text) from None
    if not amount.is_finite() or amount != int(amount) or not 0 < amount <= 10**9:
        raise ValueError(text)
    return int(amount)


def breakable(text: str) -> str:
    """`text` for a label that wraps: words too long for a line may break anywhere. For showing only, never for copying."""
    return " ".join(word if len(word) <= LONG else ZERO_WIDTH.join(_parts(word)) for word in text.split(" "))


def _parts(word: str) -> list[str]:
    return [word[n : n + PART] for n in range(0, len(word), PART)]


def shown_rate(ppm: int) -> str:
    """A tax rate in percent: "6 %", "8.875 %"; nothing where there is no tax."""
    if not ppm:
        return "–"
    percent = f"{Decimal(ppm) / 10_000:.4f}".rstrip("0").rstrip(".")
    return percent.replace(".", QLocale().decimalPoint()) + " %"

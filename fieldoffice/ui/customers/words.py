"""What the customer pages say in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication, QLocale

from fieldoffice.ui.parts.reading import show_date

translate = QCoreApplication.translate
KINDS: Mapping[str, str] = {"residential": "Residential", "commercial": "Commercial"}
CHANNELS = (("email", "E-mail"), ("sms", "SMS"))
LANGUAGES = (("en", "English"), ("es", "Spanish"), ("fr", "French"), ("de", "German"))
PLACE_KINDS = (("service", "Work"), ("billing", "Bills"), ("pickup", "Pickups"))
PLACED_BY: Mapping[str, str] = {
    "by hand": "placed by hand", "hand": "placed by hand", "generated": "made up for the sample", "public data": "from public data",
}  # fmt: skip


def breakable_address(text: str) -> str:
    """An e-mail address for a label that wraps: it may break behind the @ and the dots. For showing only."""
    return text.replace("@", "@\u200b").replace(".", ".\u200b") if "@" in text else text


def counted(n: int, one: str = "customer", many: str = "") -> str:
    """ "1 customer", "2,431 customers"."""
    return f"{grouped(n)} {one if n == 1 else many or one + 's'}"


def grouped(n: int) -> str:
    """ "2,431", or "2.431" where the locale writes a decimal comma."""
    return f"{n:,}" if QLocale().decimalPoint() != "," else f"{n:,}".replace(",", ".")


def day_of(at: datetime | None, zone: ZoneInfo) -> str:
    """The civil day of an instant, "–" for none."""
    return "–" if at is None else show_date(at.astimezone(zone).date())


def placed_words(placed_by: str) -> str:
    """Where coordinates are from."""
    return PLACED_BY.get(placed_by, f"placed by {placed_by}" if placed_by else "placed")


def months_before(on: date, months: int) -> date:
    """The same day some months earlier, the last of the month where there is no such day."""
    count = on.year * 12 + on.month - 1 - months
    year, month = divmod(count, 12)
    for day in range(on.day, 0, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    raise AssertionError("every month has a first day")

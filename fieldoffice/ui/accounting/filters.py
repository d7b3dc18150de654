"""What the lists of invoices and of payments are narrowed by: a period, and chips that say what they narrow."""

from __future__ import annotations

from datetime import date, timedelta

from fieldoffice.ui.accounting.words import tr
from fieldoffice.ui.customers.chips import Chip

Span = tuple[date | None, date | None]


def spans(today: date) -> dict[str, Span]:
    """The periods by key, first and last day."""
    month = today.replace(day=1)
    before = (month - timedelta(days=1)).replace(day=1)
    year = today.replace(month=1, day=1)
    last = year.replace(year=year.year - 1)
    return {
        "": (None, None), "today": (today, today), "month": (month, today), "before": (before, month - timedelta(days=1)),
        "year": (year, today), "last": (last, year - timedelta(days=1)),
    }  # fmt: skip


class PeriodChip(Chip):
    """`span(today)` is what is chosen, in days of the office."""

    def __init__(self) -> None:
        named = (("", tr("Any date")), ("today", tr("Today")), ("month", tr("This month")), ("before", tr("Last month")),
                 ("year", tr("This year")), ("last", tr("Last year")))  # fmt: skip
        super().__init__(tr("Date"), [(key, words, words) for key, words in named])

    def span(self, today: date) -> Span:
        return spans(today)[self.value()]

"""The words of the page of the books."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QCoreApplication

from fieldoffice.models.books import AccountKind
from fieldoffice.services.books.periods import Closed
from fieldoffice.services.books.reading import Loose
from fieldoffice.ui.parts.reading import show_date

KINDS = {AccountKind.ASSET: "Asset", AccountKind.LIABILITY: "Liability", AccountKind.INCOME: "Income", AccountKind.EXPENSE: "Expense"}
LOOSE = {
    "drafts": ("No draft is left in this period.", "1 draft is dated in this period.", "%1 drafts are dated in this period."),
    "unbilled": ("All finished jobs are billed.", "1 finished job is not billed.", "%1 finished jobs are not billed."),
    "credits": ("No credit is left unused.", "1 customer has credit that settles nothing.",
                "%1 customers have credit that settles nothing."),
}  # fmt: skip


def tr(words: str) -> str:
    return QCoreApplication.translate("Books", words)


def loose_words(row: Loose) -> str:
    """What is loose, with the first names."""
    none, one, more = LOOSE[row.id]
    if not row.count:
        return tr(none)
    words = tr(one) if row.count == 1 else tr(more).replace("%1", f"{row.count:,}")
    rest = row.count - len(row.names)
    return f"{words} {', '.join(row.names)}" + (tr(" and %1 more").replace("%1", str(rest)) if rest > 0 else "")


def closed_words(closed: Closed) -> str:
    """How the books are closed."""
    if closed.closed_on is None:
        return tr("Nothing is closed yet.")
    words = tr("Closed up to and including %1.").replace("%1", show_date(closed.closed_on))
    if closed.sealed_on is None:
        return words
    return f"{words} {tr('Sealed for good up to and including %1.').replace('%1', show_date(closed.sealed_on))}"


def last_month_end(today: date) -> date:
    """The last day of the month before."""
    return today.replace(day=1) - timedelta(days=1)

"""What the pages of invoices and payments say in words, and how the state of a paper looks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from PySide6.QtCore import QCoreApplication

from fieldoffice.services.books.listing import InvoiceRow
from fieldoffice.services.books.reckoning import TaxKey
from fieldoffice.services.books.sheets import InvoiceSheet
from fieldoffice.ui.jobs.words import shown_amount, shown_rate
from fieldoffice.ui.parts.reading import show_date

translate = QCoreApplication.translate
STATES: Mapping[str, tuple[str, str, str, str]] = {
    "draft": ("draft", "draft", "hover", "muted"),
    "open": ("open", "schedule", "hover", "text"),
    "partial": ("partly paid", "hourglass_bottom", "selected", "selected_text"),
    "paid": ("paid", "check_circle", "ok_ground", "ok"),
    "overdue": ("overdue", "warning", "danger_ground", "danger"),
    "void": ("void", "block", "hover", "muted"),
}
"""The word, the icon and the colors (ground, text) of how a paper stands."""
CREDIT_WORDS = {"open": "not used yet", "partial": "partly used", "paid": "used"}
KINDS: Mapping[str, str] = {"invoice": "Invoice", "credit": "Credit memo", "charge": "Finance charge"}
MONEY_KINDS: Mapping[str, str] = {"payment": "Payment", "deposit": "Deposit", "refund": "Refund", "write_off": "Write-off"}
MONEY_STATES: Mapping[str, str] = {"received": "", "pending": "pending", "reversed": "reversed", "failed": "failed"}
METHODS: Mapping[str, str] = {"check": "Check", "cash": "Cash", "card": "Card", "bank": "Bank transfer", "none": "–"}
ITEMS: Mapping[str, str] = {
    "invoice": "Invoice", "charge": "Finance charge", "refund": "Refund", "reversal": "Taken back", "credit": "Credit memo",
    "payment": "Payment", "deposit": "Deposit", "write_off": "Write-off", "void": "Void",
}  # fmt: skip
EVENTS: Mapping[str, str] = {
    "invoice.drafted": "Draft made", "invoice.edited": "Draft changed", "invoice.posted": "Posted", "invoice.voided": "Voided",
    "invoice.disputed": "Disputed", "invoice.settled": "No longer disputed", "invoice.sent": "Sent", "payment.received": "Received",
    "payment.reversed": "Taken back", "payment.refunded": "Refunded", "deposit.received": "Received", "deposit.refunded": "Given back",
    "receivable.written_off": "Written off", "receivable.recovered": "Opened again", "money.banked": "Paid in at the bank",
}  # fmt: skip


def tr(words: str) -> str:
    return translate("Accounting", words)


def money(cents: int, exponent: int = 2) -> str:
    """An amount without a currency sign, with a true minus."""
    shown = shown_amount(abs(cents), exponent)
    return f"−{shown}" if cents < 0 else shown


def state_words(kind: str, state: str) -> str:
    """ "overdue"; of a credit memo whether it is used."""
    return CREDIT_WORDS.get(state, STATES[state][0]) if kind == "credit" else STATES[state][0]


def state_look(kind: str, state: str) -> tuple[str, str, str, str]:
    """Word, icon, ground and text color."""
    return (state_words(kind, state), *STATES[state][1:])


def late(row: InvoiceRow, today: date) -> str:
    """ "12 days late", or nothing."""
    days = (today - row.due_on).days if row.state == "overdue" and row.due_on else 0
    return f"{days} day{'s' if days != 1 else ''} late" if days > 0 else ""


def title_of(sheet: InvoiceSheet) -> str:
    """ "Invoice INV-1004", "Draft of an invoice"."""
    name = KINDS.get(sheet.row.kind, sheet.row.kind)
    if sheet.row.number:
        return f"{name} {sheet.row.number}"
    return tr("Draft of a credit memo") if sheet.row.kind == "credit" else tr("Draft of an invoice")


def tax_words(tax: TaxKey) -> str:
    """ "DC 6 %", "–" for none."""
    name, ppm = tax
    return f"{name} {shown_rate(ppm)}".strip() if ppm else name or "–"


def rate_words(tax: TaxKey | None) -> str:
    """ "6 %" for a column; the name of the tax stands in its tooltip."""
    return shown_rate(tax[1]) if tax and tax[1] else "–"


def day(value: date | None) -> str:
    return show_date(value) if value else "–"


def counted(n: int, one: str, many: str = "") -> str:
    return f"{n:,} {one if n == 1 else many or one + 's'}"


"""The columns of the aged list and of the items behind a row of it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from fieldoffice.models.books import ItemKind
from fieldoffice.services.books.aging import BUCKETS, LABELS, AgedRow, AgedSums
from fieldoffice.services.books.aging_items import AgedItem
from fieldoffice.ui.parts.reading import show_date, show_money
from fieldoffice.ui.parts.rows import Column

WORDS = {
    ItemKind.INVOICE: "Invoice", ItemKind.CHARGE: "Finance charge", ItemKind.REFUND: "Refund", ItemKind.REVERSAL: "Reversal",
    ItemKind.CREDIT: "Credit memo", ItemKind.PAYMENT: "Payment", ItemKind.DEPOSIT: "Deposit", ItemKind.WRITE_OFF: "Write-off",
    ItemKind.VOID: "Void",
}  # fmt: skip
MONEY = 108
Exponent = Callable[[], int]


def tr(words: str) -> str:
    return QCoreApplication.translate("Receivables", words)


def shown(cents: int, exponent: int) -> str:
    """An amount in a column: "–" for nothing."""
    return show_money(cents, exponent=exponent) if cents else "–"


def late(days: int) -> str:
    """How late something is, in a column."""
    return "–" if not days else tr("1 day") if days == 1 else tr("%1 days").replace("%1", f"{days:,}")


def aged_columns(exponent: Exponent) -> list[Column[AgedRow]]:
    """The database sorts by the column's id."""
    def money(id: str, title: str) -> Column[AgedRow]:
        def text(row: AgedRow) -> str:
            return shown(int(getattr(row.sums, id)), exponent())

        return Column(id, tr(title), text, lambda row: row.id, right=True, width=MONEY)

    return [
        Column("name", tr("Customer"), lambda r: r.name, lambda r: r.id, width=220, tip=lambda r: r.name),
        Column("number", tr("Number"), lambda r: r.number, lambda r: r.id, width=80),
        *(money(id, label.removesuffix(" days")) for id, label in zip(BUCKETS, LABELS, strict=True)),
        money("credits", "Credit"),
        money("total", "Total"),
        Column("days", tr("Oldest"), lambda r: late(r.days), lambda r: r.id, right=True, width=88,
               tip=lambda r: tr("How late the oldest open debt is")),
    ]  # fmt: skip


def total_texts(sums: AgedSums, words: str, exponent: int) -> dict[str, str]:
    """The totals by column; `words` stand in the first."""
    return {"name": words, **{id: shown(int(getattr(sums, id)), exponent) for id in (*BUCKETS, "credits", "total")}}


def item_columns(exponent: Exponent) -> list[Column[AgedItem]]:
    """Sorted in memory; a customer has at most some hundreds of open items."""
    def kind(row: AgedItem) -> str:
        return tr(WORDS[row.kind]) + (f" · {tr('disputed')}" if row.disputed else "")

    return [
        Column("number", tr("Number"), lambda r: r.number, lambda r: r.number, width=120),
        Column("kind", tr("Kind"), kind, lambda r: WORDS[r.kind], width=120),
        Column("on", tr("Date"), lambda r: show_date(r.on_date), lambda r: r.on_date, width=148),
        Column("due", tr("Due"), lambda r: show_date(r.due_on) if r.open_cents > 0 else "–", lambda r: r.due_on, width=148),
        Column("days", tr("Late"), lambda r: late(r.days), lambda r: r.days, right=True, width=84),
        Column("amount", tr("Amount"), lambda r: shown(r.amount_cents, exponent()), lambda r: r.amount_cents, right=True, width=MONEY),
        Column("open", tr("Open"), lambda r: shown(r.open_cents, exponent()), lambda r: r.open_cents, right=True, width=MONEY),
        Column("customer", tr("Served"), lambda r: r.customer, lambda r: r.customer.casefold(), width=160, tip=lambda r: r.customer),
        Column("jobs", tr("Jobs"), lambda r: ", ".join(number for _id, number in r.jobs) or "–",
               lambda r: r.jobs[0][1] if r.jobs else None, width=140),
    ]  # fmt: skip

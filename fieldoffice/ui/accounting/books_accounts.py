"""The chart of accounts with what each stands at as of a day; Enter leads to its entries in the journal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldoffice.services.books.reading import AccountBalance, account_balances, code_order
from fieldoffice.ui.accounting.books_words import KINDS, tr
from fieldoffice.ui.accounting.receivables_columns import MONEY, shown
from fieldoffice.ui.accounting.totals import Roomy, TotalsRow
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.exchange import exporting
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.fields import DateField
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.rows import Column, Rows
from fieldoffice.ui.parts.table import Table


class AccountsTab(QWidget):
    """`entries_wanted(account id)`."""

    entries_wanted = Signal(int)

    def __init__(self, desk: Desk, today: Callable[[], date], exponent: Callable[[], int]) -> None:
        super().__init__()
        self.desk, self.today, self.exponent = desk, today, exponent
        self.on = DateField(tr("As of"), today=today)
        self.rows: Rows[AccountBalance] = Rows(_columns(exponent))
        self.table = Table(self.rows, "Accounts", EmptyState(tr("Nothing is booked up to this day."), "account_balance"),
                           memory=desk.memory)  # fmt: skip
        self.totals = TotalsRow(self.table)
        Roomy(self.table, "name")
        exporting.attach(desk, self.table, tr("Accounts"))
        self._build()
        self.on.value_changed.connect(self.refresh)
        self.table.opened.connect(lambda row: self.entries_wanted.emit(row.id))

    def refresh(self) -> None:
        """Ask as of the day in the field."""
        if self.on.value() is None and not self.on.text():
            self.on.set_value(self.today())
        day = self.on.value()
        if day is not None:
            self.desk.see(self, account_balances, day, then=self._came)

    def _came(self, rows: Sequence[AccountBalance]) -> None:
        self.rows.show(rows)
        self.totals.setVisible(bool(rows))
        debit, credit = sum(row.debit_cents for row in rows), sum(row.credit_cents for row in rows)
        self.totals.show_totals({"code": tr("Total"), "debit": shown(debit, self.exponent()), "credit": shown(credit, self.exponent())})

    def _build(self) -> None:
        self.on.setFixedWidth(164)
        self.totals.hide()
        row, box = QHBoxLayout(), QVBoxLayout(self)
        row.setSpacing(8)
        row.addWidget(PlainLabel(tr("As of"), "muted"))
        row.addWidget(self.on)
        row.addStretch(1)
        row.addWidget(PlainLabel(tr("Enter shows an account's entries"), "muted"))
        box.setContentsMargins(16, 8, 16, 16)
        box.setSpacing(8)
        box.addLayout(row)
        part = QVBoxLayout()
        part.setSpacing(0)
        part.addWidget(self.table, 1)
        part.addWidget(self.totals)
        box.addLayout(part, 1)


def _columns(exponent: Callable[[], int]) -> list[Column[AccountBalance]]:
    return [
        Column("code", tr("Code"), lambda r: r.code, lambda r: code_order(r.code), width=120),
        Column("name", tr("Account"), lambda r: r.name, lambda r: r.name.casefold(), width=320, tip=lambda r: r.name),
        Column("kind", tr("Kind"), lambda r: tr(KINDS[r.kind]), lambda r: r.kind.value, width=120),
        Column("entries", tr("Entries"), lambda r: f"{r.entries:,}", lambda r: r.entries, right=True, width=88),
        Column("debit", tr("Debit"), lambda r: shown(r.debit_cents, exponent()), lambda r: r.debit_cents, right=True, width=MONEY + 30),
        Column("credit", tr("Credit"), lambda r: shown(r.credit_cents, exponent()), lambda r: r.credit_cents, right=True,
               width=MONEY + 30),
    ]  # fmt: skip

"""The journal: found by words, days and account; the sides of an entry below, and the way to its document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from fieldoffice.services.books.reading import AccountBalance, Entry, EntryFilter, EntryLine, EntryPage, journal_page
from fieldoffice.ui.accounting.books_words import tr
from fieldoffice.ui.accounting.receivables_columns import MONEY, shown
from fieldoffice.ui.accounting.totals import Roomy
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.exchange import exporting
from fieldoffice.ui.jobs.words import moment
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.choosing import Choice
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.fields import DateField, SearchField
from fieldoffice.ui.parts.labels import ElidedLabel, PlainLabel
from fieldoffice.ui.parts.liverows import LiveRows
from fieldoffice.ui.parts.reading import show_date
from fieldoffice.ui.parts.rows import Column, Rows
from fieldoffice.ui.parts.table import Table


class JournalTab(QWidget):
    """`show_account(id)` narrows it to one account."""

    def __init__(self, desk: Desk, today: Callable[[], date], exponent: Callable[[], int], zone: Callable[[], ZoneInfo]) -> None:
        super().__init__()
        self.desk, self.exponent, self.zone = desk, exponent, zone
        self.search, self.count = SearchField(tr("Number or words of an entry")), PlainLabel("", "muted")
        self.since, self.until = DateField(tr("From"), today=today), DateField(tr("To"), today=today)
        self.account = Choice()
        self.rows: LiveRows[Entry] = LiveRows(_columns(exponent), self._fetch)
        self.empty = EmptyState("", "menu_book", tr("Show all"), self.clear)
        self.table = Table(self.rows, "Journal", self.empty, memory=desk.memory)
        self.lines: Rows[EntryLine] = Rows(_line_columns(exponent))
        self.sides = Table(self.lines, "Sides of the entry", memory=desk.memory)
        Roomy(self.sides, "account")
        self.said = ElidedLabel("", "muted")
        self.show_paper = button("", self.open_document, icon="open_in_new", link=True)
        exporting.attach(desk, self.table, tr("Journal"), zone=zone)
        self._build()
        self._connect()

    def refresh(self) -> None:
        self.rows.refresh()

    def offer(self, accounts: Sequence[AccountBalance]) -> None:
        """The accounts to choose from."""
        self.account.set_choices([(None, tr("All accounts")), *((row.id, f"{row.code} {row.name}") for row in accounts)])

    def show_account(self, account_id: int) -> None:
        """All entries of one account."""
        self.clear()
        self.account.set_value(account_id)
        self.rows.reload()

    def clear(self) -> None:
        """Everything again."""
        self.search.clear()
        self.since.set_value(None)
        self.until.set_value(None)
        self.account.set_value(None)
        self.rows.reload()

    def filter(self) -> EntryFilter:
        """What is asked for now."""
        return EntryFilter(self.search.text().strip(), self.since.value(), self.until.value(), self.account.value())

    def open_document(self) -> None:
        """The paper or the money that the entry books."""
        row: Entry | None = self.table.current()
        if row is None:
            return
        if row.invoice_id is not None:
            self.desk.open("invoice", invoice_id=row.invoice_id, back="books")
        elif row.payment_id is not None:
            self.desk.open("payment", payment_id=row.payment_id)

    def _fetch(self, offset: int, limit: int, sort: str, down: bool, give: Callable[[int, Sequence[Any]], None]) -> None:
        filter = self.filter()

        def came(page: EntryPage) -> None:
            give(page.total, page.rows)
            if filter != self.filter():
                return  # an older answer that came late
            self.count.setText(tr("1 entry") if page.total == 1 else tr("%1 entries").replace("%1", f"{page.total:,}"))
            narrowed = filter != EntryFilter()
            self.empty.say(tr("No entry matches.") if narrowed else tr("Nothing is booked yet."))
            if self.empty.button is not None:
                self.empty.button.setVisible(narrowed)

        by = {"sort": sort, "descending": down} if sort else {}
        self.desk.see(self, journal_page, filter, offset=offset, limit=limit, then=came, **by)

    def _picked(self, row: Entry | None) -> None:
        self.below.setVisible(row is not None)
        if row is None:
            return
        self.lines.show(row.lines)
        when = moment(row.posted_at, self.zone())
        words = tr("Entry %1 · %2 · %3").replace("%1", str(row.seq)).replace("%2", row.by_name).replace("%3", when)
        words += tr(" · turns entry %1 round").replace("%1", str(row.reverses_seq)) if row.reverses_seq else ""
        words += tr(" · into a closed period: %1").replace("%1", row.override) if row.override else ""
        self.said.setText(words)
        where = tr("Show the paper") if row.invoice_id is not None else tr("Show the payment") if row.payment_id is not None else ""
        self.show_paper.setText(where)
        self.show_paper.setVisible(bool(where))

    def _connect(self) -> None:
        self.search.searched.connect(lambda _text: self.rows.reload())
        for field in (self.since, self.until, self.account):
            field.value_changed.connect(self.rows.reload)
        self.table.picked.connect(self._picked)
        self.table.opened.connect(lambda _row: self.open_document())

    def _build(self) -> None:
        for field, width in ((self.since, 164), (self.until, 164), (self.account, 220)):
            field.setFixedWidth(width)
        self.since.setPlaceholderText(tr("from"))
        self.until.setPlaceholderText(tr("to"))
        self.account.setAccessibleName(tr("Account"))
        self.offer(())
        row, foot = QHBoxLayout(), QHBoxLayout()
        row.setSpacing(8)
        for part in (self.search, self.since, self.until, self.account):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self.count)
        self.below = QWidget()
        under = QVBoxLayout(self.below)
        under.setContentsMargins(0, 8, 0, 0)
        foot.addWidget(self.said, 1)
        foot.addWidget(self.show_paper)
        under.addLayout(foot)
        under.addWidget(self.sides)
        self.below.hide()
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setChildrenCollapsible(False)
        parts.addWidget(self.table)
        parts.addWidget(self.below)
        parts.setSizes([420, 180])
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 8, 16, 16)
        box.setSpacing(8)
        box.addLayout(row)
        box.addWidget(parts, 1)


def _accounts(row: Entry) -> str:
    """ "Accounts receivable from Service income, Sales tax payable"."""
    to, off = ([line.account for line in row.lines if (line.amount_cents > 0) is debit] for debit in (True, False))
    return f"{', '.join(to)} / {', '.join(off)}"


def _columns(exponent: Callable[[], int]) -> list[Column[Entry]]:
    return [
        Column("seq", tr("No."), lambda r: str(r.seq), lambda r: r.id, right=True, width=72),
        Column("on", tr("Date"), lambda r: show_date(r.on_date), lambda r: r.on_date, width=148),
        Column("memo", tr("What"), lambda r: r.memo, None, width=300, tip=lambda r: r.memo),
        Column("accounts", tr("Debit / credit"), _accounts, None, width=320, tip=_accounts),
        Column("amount", tr("Amount"), lambda r: shown(r.amount_cents, exponent()), None, right=True, width=MONEY + 10),
        Column("by", tr("By"), lambda r: r.by_name, None, width=120),
    ]


def _line_columns(exponent: Callable[[], int]) -> list[Column[EntryLine]]:
    def side(row: EntryLine, sign: int) -> str:
        return shown(max(sign * row.amount_cents, 0), exponent())

    return [
        Column("code", tr("Code"), lambda r: r.code, None, width=120),
        Column("account", tr("Account"), lambda r: r.account, None, width=320),
        Column("debit", tr("Debit"), lambda r: side(r, 1), None, right=True, width=MONEY + 30),
        Column("credit", tr("Credit"), lambda r: side(r, -1), None, right=True, width=MONEY + 30),
    ]

"""Books: accounts, journal, what goes to the bank, and closing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.books.banking import InHand, in_hand
from fieldoffice.services.books.periods import Closed
from fieldoffice.services.books.reading import AccountBalance, LockRow, account_balances, closed_now, lock_history
from fieldoffice.ui import actions
from fieldoffice.ui.accounting.books_accounts import AccountsTab
from fieldoffice.ui.accounting.books_bank import BankTab
from fieldoffice.ui.accounting.books_closing import ClosingTab
from fieldoffice.ui.accounting.books_journal import JournalTab
from fieldoffice.ui.desk import Desk

TOPICS = frozenset({"journal_entry", "payment", "bank_deposit", "period_lock", "invoice", "job", "appointment"})
TABS = ("Accounts", "Journal", "In hand", "Closing")


@dataclass(frozen=True, slots=True)
class Seen:
    """What the tabs show at first, in one consistent look; who may not bill sees no money in hand."""

    accounts: tuple[AccountBalance, ...]
    money: tuple[InHand, ...]
    closed: Closed
    history: tuple[LockRow, ...]
    today: date
    exponent: int
    zone: str
    may_bill: bool
    may_own: bool


class BooksPage(QWidget):
    """Alt+1 to Alt+4 lead to the tabs; `open(tab="Journal", account_id=…)` shows an account's entries."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.seen: Seen | None = None
        self.accounts = AccountsTab(desk, self.today, self.exponent)
        self.journal = JournalTab(desk, self.today, self.exponent, self.zone)
        self.bank = BankTab(desk, self.today, self.exponent)
        self.closing = ClosingTab(desk, self.today, self.zone)
        self.sections: tuple[QWidget, ...] = (self.accounts, self.journal, self.bank, self.closing)
        self.calls = actions.bind(self, {"verify_books": self.verify, "export_journal": self.closing.export_journal})
        self.tabs, self.stack = QTabBar(), QStackedWidget()
        self._build()
        self.accounts.entries_wanted.connect(self.show_entries)
        desk.live.watch(self, TOPICS, self.refresh)
        self.refresh()

    def head(self) -> Sequence[QAction | QWidget]:
        return [self.calls["export_journal"], self.calls["verify_books"]]

    def open(self, tab: str = "", account_id: int = 0, **_: Any) -> None:
        """A tab by its name, or the entries of an account."""
        if tab in TABS:
            self.tabs.setCurrentIndex(TABS.index(tab))
        if account_id:
            self.show_entries(account_id)

    def ready(self) -> bool:
        return self.seen is not None and self.journal.rows.loaded and self.accounts.rows.loaded

    def refresh(self) -> None:
        """Ask again; selections and ticks stay."""
        self.desk.see(self, _seen, then=self._arrived)

    def find(self) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """The search field of the journal."""
        self.tabs.setCurrentIndex(1)
        self.journal.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.journal.search.selectAll()

    def verify(self) -> None:
        """Prove the books, beside what is closed."""
        self.tabs.setCurrentIndex(3)
        self.closing.proof.prove()

    def show_entries(self, account_id: int) -> None:
        """The journal of one account."""
        self.tabs.setCurrentIndex(1)
        self.journal.show_account(account_id)

    def today(self) -> date:
        return self.seen.today if self.seen is not None else date.today()

    def exponent(self) -> int:
        return self.seen.exponent if self.seen is not None else 2

    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.seen.zone if self.seen is not None else "UTC")

    def _arrived(self, seen: Seen) -> None:
        self.seen = seen
        self.accounts.refresh()
        self.journal.offer(seen.accounts)
        self.journal.refresh()
        self.bank.show_rows(seen.money)
        self.closing.show_state(seen.closed, seen.history, may_bill=seen.may_bill, may_own=seen.may_own)
        self.tabs.setTabVisible(2, seen.may_bill)
        self.tabs.setTabText(2, self.tr(TABS[2]) + (f" {len(seen.money)}" if seen.money else ""))
        self.calls["export_journal"].setVisible(seen.may_bill)

    def _build(self) -> None:
        self.tabs.setAccessibleName(self.tr("Parts of the books"))
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        for n, (name, section) in enumerate(zip(TABS, self.sections, strict=True), start=1):
            self.tabs.addTab(self.tr(name))
            self.tabs.setTabToolTip(n - 1, f"Alt+{n}")
            self.stack.addWidget(section)
            keys = QKeySequence(f"Alt+{n}")
            QShortcut(keys, self, lambda n=n: self.tabs.setCurrentIndex(n - 1), context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.tabs.currentChanged.connect(self.stack.setCurrentIndex)
        line, box = QHBoxLayout(), QVBoxLayout(self)
        line.setContentsMargins(4, 0, 16, 0)
        line.addWidget(self.tabs)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(line)
        box.addWidget(self.stack, 1)


def _seen(tx: Tx) -> Seen:
    may_bill = Right.BILLING in tx.actor.rights
    return Seen(account_balances(tx, date.max), in_hand(tx) if may_bill else (), closed_now(tx), lock_history(tx), tx.today,
                tx.company.currency_exponent, tx.company.zone, may_bill, Right.ORGANIZATION in tx.actor.rights)  # fmt: skip

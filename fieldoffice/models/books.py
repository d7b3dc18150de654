"""The books: accounts, journal, the ledger of receivables and its allocations. All append-only: the database refuses changes.

Balances are never stored. An item's customer may be repointed when two customers are merged; nothing else of it changes.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fieldoffice.models.base import Cents, Table, Versioned, link


class AccountKind(StrEnum):
    ASSET = "asset"
    LIABILITY = "liability"
    INCOME = "income"
    EXPENSE = "expense"


class Account(Versioned, Table):
    """One account of the chart; those that the program posts to are known by their `key`."""

    code: Mapped[str] = mapped_column(String(12), unique=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(String(10))


class JournalEntry(Table):
    """A balanced entry. `seq` has no gaps; `hash` chains each entry, with its document, to the one before."""

    seq: Mapped[int] = mapped_column(unique=True)
    on_date: Mapped[date] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(20))
    memo: Mapped[str]
    invoice_id: Mapped[int | None] = link("invoice.id", null=True)
    payment_id: Mapped[int | None] = link("payment.id", null=True)
    bank_deposit_id: Mapped[int | None] = link("bank_deposit.id", null=True, index=False)
    reverses_id: Mapped[int | None] = link("journal_entry.id", null=True)
    override: Mapped[str] = mapped_column(default="")  # why it was posted into a closed period
    document: Mapped[str] = mapped_column(String(64), default="")  # the document's hash
    before: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    by_name: Mapped[str]
    posted_at: Mapped[datetime]


class JournalLine(Table):
    """One side of an entry: positive is debit, negative is credit. The lines of an entry sum to zero."""

    __table_args__ = (UniqueConstraint("entry_id", "position"), CheckConstraint("amount_cents <> 0", "amount_not_zero"))

    entry_id: Mapped[int] = link("journal_entry.id", index=False)
    position: Mapped[int]
    account_id: Mapped[int] = link("account.id")
    amount_cents: Mapped[Cents]


class ItemKind(StrEnum):
    """What moved a customer's balance. Debits count up, credits down."""

    INVOICE = "invoice"
    CHARGE = "charge"
    REFUND = "refund"
    REVERSAL = "reversal"  # of a payment, a credit or a write-off
    CREDIT = "credit"
    PAYMENT = "payment"
    DEPOSIT = "deposit"  # the part of a deposit that was applied
    WRITE_OFF = "write_off"
    VOID = "void"  # takes back an invoice or charge

DEBITS = frozenset({ItemKind.INVOICE, ItemKind.CHARGE, ItemKind.REFUND, ItemKind.REVERSAL})


class ArItem(Table):
    """One movement of what a customer owes: positive is owed to the company."""

    __table_args__ = (
        CheckConstraint("amount_cents <> 0", "amount_not_zero"),
        Index("ix_ar_item_bill_to_on_date", "bill_to_id", "on_date"),
    )

    kind: Mapped[str] = mapped_column(String(10))
    number: Mapped[str] = mapped_column(String(20))  # of the document, as people read it
    customer_id: Mapped[int] = link("customer.id")
    bill_to_id: Mapped[int] = link("customer.id", index=False)
    invoice_id: Mapped[int | None] = link("invoice.id", null=True)
    payment_id: Mapped[int | None] = link("payment.id", null=True)
    reverses_id: Mapped[int | None] = link("ar_item.id", null=True)
    entry_id: Mapped[int] = link("journal_entry.id")
    on_date: Mapped[date] = mapped_column(index=True)
    due_on: Mapped[date]  # a credit's own date
    amount_cents: Mapped[Cents]


class Allocation(Table):
    """A dated part of a credit (`source`) that settles a debit (`target`); taken back by a negative row."""

    __table_args__ = (CheckConstraint("amount_cents <> 0", "amount_not_zero"), CheckConstraint("source_id <> target_id", "two_items"))

    source_id: Mapped[int] = link("ar_item.id")
    target_id: Mapped[int] = link("ar_item.id")
    amount_cents: Mapped[Cents]
    on_date: Mapped[date]
    by_name: Mapped[str]
    created_at: Mapped[datetime]


class PeriodLock(Table):
    """The books are closed up to `closed_on`; up to `sealed_on` for good. The newest row holds; a seal never moves back."""

    closed_on: Mapped[date | None]
    sealed_on: Mapped[date | None]
    last_entry_id: Mapped[int | None] = link("journal_entry.id", null=True, index=False)
    last_allocation_id: Mapped[int | None] = link("allocation.id", null=True, index=False)
    reason: Mapped[str] = mapped_column(default="")
    by_name: Mapped[str]
    created_at: Mapped[datetime]

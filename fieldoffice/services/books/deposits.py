"""Deposits: money for work that is not billed yet. A liability, no part of what a customer owes; the first invoice for that
work takes it off by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from fieldoffice.models.billing import MoneyKind, Payment
from fieldoffice.models.books import ArItem, ItemKind, JournalEntry
from fieldoffice.models.customer import Customer
from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.models.job import Job
from fieldoffice.models.staff import Right
from fieldoffice.models.states import MoneyState
from fieldoffice.office import Tx
from fieldoffice.services.books.chart import money_account, paid_from
from fieldoffice.services.books.freezing import frozen_receipt
from fieldoffice.services.books.journal import About, post_entry, reverse_entry, sha256_of
from fieldoffice.services.books.ledger import one_item, write_allocation
from fieldoffice.services.books.periods import hold_books
from fieldoffice.services.books.receipts import METHODS, Receipt, check_receipt
from fieldoffice.services.books.turning import allocated, take_back
from fieldoffice.services.company.numbering import take_number

Part = tuple[int, date, str, int]
"""A part of a deposit: its id, day, words and cents."""


@dataclass(frozen=True, slots=True)
class DepositRow:
    """A deposit with what is left of it."""

    id: int
    number: str
    customer_id: int
    job_id: int | None
    received_on: date
    amount_cents: int
    left_cents: int


def receive_deposit(tx: Tx, receipt: Receipt, *, job_id: int | None = None) -> Payment:
    """Book a deposit: a liability until an invoice takes it off. For a job, or for whatever comes first."""
    tx.require(Right.BILLING)
    check_receipt(tx, receipt)
    if job_id is not None:
        tx.get(Job, job_id)
    hold_books(tx)
    deposit = Payment(kind=MoneyKind.DEPOSIT.value, number=take_number(tx, "payment"), customer_id=receipt.customer_id,
                      state=MoneyState.RECEIVED.value, method=receipt.method, reference=receipt.reference.strip(),
                      amount_cents=receipt.amount_cents, received_on=receipt.received_on, notes=receipt.notes.strip(),
                      job_id=job_id, created_at=tx.now)  # fmt: skip
    deposit.frozen = frozen_receipt(tx, deposit, [])
    deposit.sha256 = sha256_of(deposit.frozen)
    tx.add(deposit)
    sides = [(money_account(deposit.method), deposit.amount_cents), ("deposits", -deposit.amount_cents)]
    about = About(payment_id=deposit.id, document=deposit.sha256)
    post_entry(tx, "deposit", deposit.received_on, f"Deposit {deposit.number}", sides, about)
    tx.event("deposit.received", deposit, customer_id=deposit.customer_id, job_id=job_id,
             note=f"{deposit.number}, {METHODS[deposit.method].lower()}", after={"cents": deposit.amount_cents})  # fmt: skip
    return deposit


def apply_deposit(tx: Tx, deposit_id: int, item_id: int, cents: int, on: date) -> None:
    """Let a part of a deposit settle a debt of the customer who paid it, or of a sub customer.

    It is dated no earlier than both, and than when it last came free.
    """
    tx.require(Right.BILLING)
    hold_books(tx)
    deposit, debt = tx.get(Payment, deposit_id), one_item(tx, item_id)
    if deposit.kind != MoneyKind.DEPOSIT or deposit.state != MoneyState.RECEIVED:
        raise NotAllowed("This is no deposit that could be applied.", key="no_deposit")
    if deposit.customer_id not in (debt.bill_to_id, tx.get(Customer, debt.bill_to_id).parent_id):
        raise NotAllowed(f"{deposit.number} was paid by another customer.", key="other_bill_to")
    left = left_of(tx, [deposit])[deposit_id]
    if not 0 < cents <= min(left, debt.open_cents):
        raise Invalid(amount="The deposit, or what is open, is less than that.")
    on = max(on, deposit.received_on, debt.on_date, _freed_on(tx, deposit_id) or on)
    about = About(payment_id=deposit_id, document=deposit.sha256)
    sides = [("deposits", cents), ("receivable", -cents)]
    entry = post_entry(tx, "deposit_applied", on, f"Deposit {deposit.number} for {debt.number}", sides, about)
    item = tx.add(ArItem(kind=ItemKind.DEPOSIT.value, number=deposit.number or "", customer_id=deposit.customer_id,
                         bill_to_id=debt.bill_to_id, payment_id=deposit_id, entry_id=entry.id, on_date=on, due_on=on,
                         amount_cents=-cents))  # fmt: skip
    write_allocation(tx, one_item(tx, item.id), debt, cents, on)
    tx.event("deposit.applied", deposit, customer_id=debt.bill_to_id, note=f"{deposit.number}, {debt.number}",
             after={"cents": cents, "on": on.isoformat()})  # fmt: skip


def unapply_deposit(tx: Tx, item_id: int, *, on: date) -> int:
    """Take a part of a deposit off a debt again: it is a deposit as before, and the debt is open. `item_id` is the part in
    the ledger; returns its cents."""
    tx.require(Right.BILLING)
    hold_books(tx)
    item = tx.get(ArItem, item_id)
    if item.kind != ItemKind.DEPOSIT or not allocated(tx, item_id) or item.id in _turned(tx, item.payment_id):
        raise NotAllowed("This is no part of a deposit that is applied.", key="not_applied")
    if not item.on_date <= on <= tx.today:
        raise Invalid(on="Between the day on which it was applied and today.")
    take_back(tx, [item], ItemKind.REVERSAL, on, f"Deposit {item.number} taken off again")
    tx.event("deposit.unapplied", tx.get(Payment, item.payment_id or 0), customer_id=item.bill_to_id, note=item.number,
             after={"cents": -item.amount_cents, "on": on.isoformat()})  # fmt: skip
    return -item.amount_cents


def turn_deposit(tx: Tx, deposit: Payment, on: date, words: str, instead: Mapping[str, str] | None) -> None:
    """Take a deposit back for which no money came after all, off whatever it was applied to. Only for the reversal of payments."""
    parts = tx.all(select(ArItem).where(ArItem.payment_id == deposit.id, ArItem.kind == ItemKind.DEPOSIT).order_by(ArItem.id))
    turned = _turned(tx, deposit.id)
    for part in parts:
        if part.id not in turned:
            unapply_deposit(tx, part.id, on=on)
    entry = tx.session.scalars(select(JournalEntry).where(JournalEntry.payment_id == deposit.id, JournalEntry.kind == "deposit")).one()
    reverse_entry(tx, entry, "reversal", on, words, instead=instead)


def give_back_deposit(tx: Tx, deposit_id: int, *, version: int, on: date, method: str, reason: str, cents: int | None = None) -> Payment:
    """Refund what is left of a deposit, or a part of it."""
    tx.require(Right.BILLING)
    hold_books(tx)
    deposit = tx.get(Payment, deposit_id, version=version)
    if deposit.kind != MoneyKind.DEPOSIT or deposit.state != MoneyState.RECEIVED:
        raise NotAllowed("This is no deposit that could be given back.", key="no_deposit")
    left = left_of(tx, [deposit])[deposit_id]
    cents = left if cents is None else cents
    if not 0 < cents <= left:
        raise Invalid(amount="Less than that is left of the deposit.")
    check_receipt(tx, Receipt(deposit.customer_id, cents, method, on))
    if on < (free := max(deposit.received_on, _freed_on(tx, deposit_id) or deposit.received_on)):
        raise Invalid(on=f"On {free:%b} {free.day} or later: only then it was there.")
    if not reason.strip():
        raise Invalid(reason="Say why it is given back.")
    refund = Payment(kind=MoneyKind.REFUND.value, number=take_number(tx, "refund"), customer_id=deposit.customer_id,
                     state=MoneyState.RECEIVED.value, method=method, amount_cents=cents, received_on=on, reason=reason.strip(),
                     source_id=deposit_id, created_at=tx.now)  # fmt: skip
    refund.frozen = frozen_receipt(tx, refund, [(deposit.number or "", cents)])
    refund.sha256 = sha256_of(refund.frozen)
    tx.add(refund)
    sides = [("deposits", cents), (paid_from(method), -cents)]
    about = About(payment_id=refund.id, document=refund.sha256)
    post_entry(tx, "refund", on, f"Refund {refund.number} of deposit {deposit.number}", sides, about)
    tx.event("deposit.refunded", refund, customer_id=deposit.customer_id, note=f"{refund.number} of {deposit.number}: {reason.strip()}",
             after={"cents": cents})  # fmt: skip
    return refund


def deposits_of(tx: Tx, customer_ids: Iterable[int]) -> tuple[DepositRow, ...]:
    """The deposits of customers with something left, oldest first."""
    tx.require(Right.LOOK)
    query = select(Payment).where(Payment.kind == MoneyKind.DEPOSIT, Payment.state == MoneyState.RECEIVED,
                                  Payment.customer_id.in_(set(customer_ids))).order_by(Payment.received_on, Payment.id)  # fmt: skip
    rows = tx.all(query)
    left = left_of(tx, rows)
    return tuple(DepositRow(row.id, row.number or "", row.customer_id, row.job_id, row.received_on, row.amount_cents, left[row.id])
                 for row in rows if left[row.id])  # fmt: skip


def for_jobs(tx: Tx, job_ids: Iterable[int], payer_id: int, most: int) -> list[Part]:
    """What an invoice for these jobs takes off by itself, up to its total: deposits for them first, then those for no job."""
    jobs = set(job_ids)
    found: list[Part] = []
    for row in sorted(deposits_of(tx, [payer_id]), key=lambda r: (r.job_id is None, r.received_on, r.id)):
        if (row.job_id is None or row.job_id in jobs) and (part := min(most, row.left_cents)):
            found.append((row.id, row.received_on, f"Deposit {row.number}", part))
            most -= part
    return found


def _freed_on(tx: Tx, deposit_id: int) -> date | None:
    """When a part of a deposit last came free: taken off a debt, or not given back after all."""
    back = select(func.max(ArItem.on_date)).where(ArItem.payment_id == deposit_id, ArItem.kind == ItemKind.REVERSAL)
    kept = select(func.max(Payment.reversed_on)).where(Payment.source_id == deposit_id)
    return max((day for day in (tx.session.scalar(back), tx.session.scalar(kept)) if day), default=None)


def _turned(tx: Tx, payment_id: int | None) -> set[int]:
    """The items of a payment that were taken back."""
    query = select(ArItem.reverses_id).where(ArItem.payment_id == payment_id, ArItem.reverses_id.is_not(None))
    return {id for id in tx.all(query) if id is not None}


def left_of(tx: Tx, deposits: Iterable[Payment]) -> dict[int, int]:
    """What is left of each deposit: neither applied to a debt nor given back."""
    amounts = {row.id: row.amount_cents for row in deposits}
    applied = select(ArItem.payment_id, func.sum(ArItem.amount_cents)).where(
        ArItem.payment_id.in_(amounts), ArItem.kind.in_((ItemKind.DEPOSIT, ItemKind.REVERSAL))
    )
    given = select(Payment.source_id, -func.sum(Payment.amount_cents)).where(
        Payment.source_id.in_(amounts), Payment.kind == MoneyKind.REFUND, Payment.state == MoneyState.RECEIVED
    )
    for query in (applied.group_by(ArItem.payment_id), given.group_by(Payment.source_id)):
        for id, cents in tx.session.execute(query):
            amounts[int(id or 0)] += int(cents)
    return amounts

"""Debts that are given up: bad debt, with or without the tax on it; many small ones at once. A recovery opens them again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from fieldoffice.models.billing import Invoice, MoneyKind, Payment
from fieldoffice.models.books import DEBITS, Allocation, ArItem, ItemKind
from fieldoffice.models.customer import Customer
from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.models.staff import Right
from fieldoffice.models.states import MoneyState
from fieldoffice.office import Tx
from fieldoffice.services.books.freezing import frozen_receipt
from fieldoffice.services.books.journal import About, post_entry, sha256_of
from fieldoffice.services.books.ledger import OpenItem, one_item, open_items, write_allocation
from fieldoffice.services.books.periods import hold_books
from fieldoffice.services.books.turning import take_back
from fieldoffice.services.company.numbering import take_number
from fieldoffice.services.company.values import setting
from fieldoffice.services.jobs.money import amount, rounded


@dataclass(frozen=True, slots=True)
class SmallDebt:
    """An open debt that is small enough to be given up."""

    item: OpenItem
    customer: str


def write_off(tx: Tx, item_id: int, *, on: date, reason: str, cents: int | None = None, tax_back: bool = False) -> Payment:
    """Give up what is open of a debt, or a part of it. With `tax_back` the tax in it is no longer owed to the state.

    Above the company's limit for one debt, with what was given up of it before, only the owner may do it.
    """
    tx.require(Right.BILLING)
    hold_books(tx)
    debt = one_item(tx, item_id)
    cents = debt.open_cents if cents is None else cents
    if debt.kind not in DEBITS or not 0 < cents <= debt.open_cents:
        raise Invalid(amount="Less than that is open.")
    if not reason.strip():
        raise Invalid(reason="Say why it is written off.")
    if not debt.on_date <= on <= tx.today:
        raise Invalid(on=f"Between the day of {debt.number} and today.")
    before = _given_up(tx, item_id)
    _within_limit(tx, cents + sum(row.amount_cents for row in before))
    tax = _tax_in(tx, debt, cents, before) if tax_back else 0
    money = Payment(kind=MoneyKind.WRITE_OFF.value, number=take_number(tx, "write_off"), customer_id=debt.bill_to_id,
                    state=MoneyState.RECEIVED.value, method="none", amount_cents=cents, tax_back_cents=tax, received_on=on,
                    reason=reason.strip(), created_at=tx.now)  # fmt: skip
    money.frozen = frozen_receipt(tx, money, [(debt.number, cents)])
    money.sha256 = sha256_of(money.frozen)
    tx.add(money)
    entry = post_entry(tx, "write_off", on, f"Write-off {money.number} of {debt.number}",
                       [("bad_debt", cents - tax), ("tax", tax), ("receivable", -cents)],
                       About(payment_id=money.id, document=money.sha256))  # fmt: skip
    item = tx.add(ArItem(kind=ItemKind.WRITE_OFF.value, number=money.number or "", customer_id=debt.customer_id,
                         bill_to_id=debt.bill_to_id, payment_id=money.id, entry_id=entry.id, on_date=on, due_on=on,
                         amount_cents=-cents))  # fmt: skip
    write_allocation(tx, one_item(tx, item.id), debt, cents, on)
    tx.event("receivable.written_off", money, customer_id=debt.bill_to_id, note=f"{debt.number}: {reason.strip()}",
             after={"cents": cents, "tax_cents": tax})  # fmt: skip
    return money


def small_debts(tx: Tx, most_cents: int, *, until: date | None = None) -> tuple[SmallDebt, ...]:
    """Open debts of at most this amount, due by a day; for writing them off in one go."""
    tx.require(Right.BILLING)
    found = [item for item in open_items(tx, until=until) if 0 < item.open_cents <= most_cents]
    names = dict(tx.session.execute(select(Customer.id, Customer.name).where(Customer.id.in_({i.bill_to_id for i in found}))).all())
    return tuple(SmallDebt(item, names[item.bill_to_id]) for item in found)


def write_off_all(tx: Tx, item_ids: Sequence[int], *, on: date, reason: str, tax_back: bool = False) -> tuple[Payment, ...]:
    """Write off all that is open of each of these debts; all of them or none."""
    tx.require(Right.BILLING)
    hold_books(tx)
    return tuple(write_off(tx, item_id, on=on, reason=reason, tax_back=tax_back) for item_id in dict.fromkeys(item_ids))


def recover(tx: Tx, payment_id: int, *, version: int, on: date, reason: str) -> Payment:
    """Open a debt again that was written off, because it will be paid after all."""
    tx.require(Right.BILLING)
    hold_books(tx)
    money = tx.get(Payment, payment_id, version=version)
    if money.kind != MoneyKind.WRITE_OFF or money.state != MoneyState.RECEIVED:
        raise NotAllowed("This is no write-off that could be taken back.", key="no_write_off")
    if not reason.strip():
        raise Invalid(reason="Say why it is opened again.")
    if not money.received_on <= on <= tx.today:
        raise Invalid(on="Between the day of the write-off and today.")
    items = tx.all(select(ArItem).where(ArItem.payment_id == payment_id, ArItem.kind == ItemKind.WRITE_OFF))
    take_back(tx, items, ItemKind.REVERSAL, on, f"Recovery of write-off {money.number}: {reason.strip()}")
    money.become(MoneyState.REVERSED)
    money.reversed_on, money.reversal_reason = on, reason.strip()
    tx.event("receivable.recovered", money, customer_id=money.customer_id, note=f"{money.number}: {reason.strip()}")
    return money


def _within_limit(tx: Tx, cents: int) -> None:
    most = int(setting(tx, "money.write_off_limit")) * 10**tx.company.currency_exponent
    if cents > most and Right.ORGANIZATION not in tx.actor.rights:
        words = f"More than {amount(most, tx.company.currency_exponent)} is written off by the owner."
        raise NotAllowed(words, key="limit", most=most)


def _given_up(tx: Tx, item_id: int) -> list[Payment]:
    """The write-offs of a debt that stand."""
    theirs = select(ArItem.payment_id).join(Allocation, Allocation.source_id == ArItem.id).where(Allocation.target_id == item_id)
    kept = (Payment.kind == MoneyKind.WRITE_OFF, Payment.state == MoneyState.RECEIVED)
    return tx.all(select(Payment).where(Payment.id.in_(theirs), *kept))


def _tax_in(tx: Tx, debt: OpenItem, cents: int, before: Sequence[Payment]) -> int:
    """The tax within a part of a debt, in proportion; with the parts before it never more than there is on the paper."""
    paper = tx.session.get(Invoice, debt.invoice_id) if debt.invoice_id else None
    if not paper or not paper.total_cents:
        return 0
    left = paper.tax_cents - sum(row.tax_back_cents for row in before)
    return min(rounded(Decimal(paper.tax_cents) * cents / paper.total_cents), left)

"""The trip to the bank: cash and checks that lie in the office are paid in together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select

from fieldoffice.models.billing import BankDeposit, MoneyKind, Payment
from fieldoffice.models.customer import Customer
from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.models.staff import Right
from fieldoffice.models.states import MoneyState
from fieldoffice.office import Tx
from fieldoffice.services.books.chart import money_account
from fieldoffice.services.books.journal import About, post_entry
from fieldoffice.services.books.periods import hold_books
from fieldoffice.services.company.numbering import take_number

IN_HAND = (MoneyKind.PAYMENT.value, MoneyKind.DEPOSIT.value)
GIVEN = MoneyKind.REFUND.value  # in cash: so much less is paid in


@dataclass(frozen=True, slots=True)
class InHand:
    """Money that waits for the trip to the bank; what was given back in cash meanwhile counts below zero."""

    id: int
    number: str
    customer: str
    method: str
    reference: str
    received_on: date
    amount_cents: int


def in_hand(tx: Tx) -> tuple[InHand, ...]:
    """Cash and checks that were not paid in yet, oldest first."""
    tx.require(Right.BILLING)
    query = select(Payment, Customer.name).join(Customer, Customer.id == Payment.customer_id)
    rows = tx.session.execute(query.where(*_waiting()).order_by(Payment.received_on, Payment.id))
    return tuple(InHand(p.id, p.number or "", name, p.method, p.reference, p.received_on, _signed(p)) for p, name in rows)


def bank_deposit(tx: Tx, payment_ids: Sequence[int], *, on: date, reference: str = "") -> BankDeposit:
    """Pay in what was collected: one deposit, as the bank's statement will show it."""
    tx.require(Right.BILLING)
    hold_books(tx)
    if on > tx.today:
        raise Invalid(on="This day lies ahead.")
    rows = tx.all(select(Payment).where(Payment.id.in_(set(payment_ids)), *_waiting()).order_by(Payment.id))
    if not rows or len(rows) != len(set(payment_ids)):
        raise NotAllowed("Some of this money was paid in or reversed meanwhile. Please look again.", key="not_in_hand")
    if early := next((row for row in rows if row.received_on > on), None):
        raise Invalid(on=f"{early.number} came in after that day.")
    total = sum(_signed(row) for row in rows)
    if total <= 0:
        raise Invalid(amount="More was given back in cash than this; there is nothing to pay in.")
    deposit = tx.add(BankDeposit(number=take_number(tx, "bank_deposit"), on_date=on, amount_cents=total, reference=reference.strip(),
                                 by_name=tx.actor.name, created_at=tx.now))  # fmt: skip
    for row in rows:
        row.bank_deposit_id = deposit.id
    tx.session.flush()
    sides = [("bank", total), ("undeposited", -total)]
    post_entry(tx, "bank_deposit", on, f"Bank deposit {deposit.number}", sides, About(bank_deposit_id=deposit.id))
    tx.event("money.banked", deposit, note=f"{deposit.number}, {len(rows)} payments", after={"cents": total})
    return deposit


def _waiting() -> tuple[ColumnElement[bool], ...]:
    methods = [method for method in ("cash", "check", "card", "bank") if money_account(method) == "undeposited"]
    given = (Payment.kind == GIVEN) & (Payment.method == "cash")
    return (Payment.kind.in_(IN_HAND) & Payment.method.in_(methods) | given, Payment.state == MoneyState.RECEIVED,
            Payment.bank_deposit_id.is_(None))  # fmt: skip


def _signed(row: Payment) -> int:
    return -row.amount_cents if row.kind == GIVEN else row.amount_cents

"""Payments: money that came in, spread over what is owed; taken back when a check bounces. Mark as paid writes one, too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select

from fieldoffice.models.billing import BankDeposit, MoneyKind, Payment
from fieldoffice.models.books import DEBITS, ArItem, ItemKind
from fieldoffice.models.customer import Customer
from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.models.staff import Right
from fieldoffice.models.states import MoneyState
from fieldoffice.office import Tx
from fieldoffice.services.books.chart import money_account
from fieldoffice.services.books.deposits import turn_deposit
from fieldoffice.services.books.fees import charge_fee
from fieldoffice.services.books.freezing import frozen_receipt
from fieldoffice.services.books.journal import About, post_entry, sha256_of
from fieldoffice.services.books.ledger import OpenItem, one_item, open_items, spread_over, write_allocation
from fieldoffice.services.books.periods import hold_books
from fieldoffice.services.books.receipts import METHODS, Receipt, check_receipt
from fieldoffice.services.books.turning import take_back
from fieldoffice.services.company.numbering import take_number


def owed_by(tx: Tx, customer_id: int) -> tuple[OpenItem, ...]:
    """What a payment of this customer may settle: its own debts and those of its sub customers, oldest due first."""
    tx.require(Right.BILLING)
    children = tx.all(select(Customer.id).where(Customer.parent_id == customer_id))
    return tuple(item for item in open_items(tx, [customer_id, *children]) if item.open_cents > 0)


def receive_payment(tx: Tx, receipt: Receipt) -> Payment:
    """Book money that came in. What settles nothing stays as the customer's credit."""
    tx.require(Right.BILLING)
    check_receipt(tx, receipt)
    hold_books(tx)
    debts = {item.id: item for item in owed_by(tx, receipt.customer_id)}
    parts = spread_over(receipt.amount_cents, list(debts.values())) if receipt.parts is None else _chosen(receipt, debts)
    payment = Payment(kind=MoneyKind.PAYMENT.value, number=take_number(tx, "payment"), customer_id=receipt.customer_id,
                      state=MoneyState.RECEIVED.value, method=receipt.method, reference=receipt.reference.strip(),
                      amount_cents=receipt.amount_cents, received_on=receipt.received_on, notes=receipt.notes.strip(),
                      created_at=tx.now)  # fmt: skip
    payment.frozen = frozen_receipt(tx, payment, [(item.number, cents) for item, cents in parts])
    payment.sha256 = sha256_of(payment.frozen)
    tx.add(payment)
    _book(tx, payment, parts)
    tx.event("payment.received", payment, customer_id=payment.customer_id, note=f"{payment.number}, {METHODS[payment.method].lower()}",
             after={"cents": payment.amount_cents, "settles": {item.number: cents for item, cents in parts}})  # fmt: skip
    return payment


def mark_paid(tx: Tx, item_ids: Sequence[int], *, method: str, on: date, reference: str = "") -> tuple[Payment, ...]:
    """Write a real payment for all that is open of these items: one for each payer."""
    tx.require(Right.BILLING)
    hold_books(tx)
    debts = [item for item in open_items(tx, item_ids=item_ids) if item.kind in DEBITS and item.open_cents > 0]
    if not debts:
        raise NotAllowed("Nothing is open of these.", key="nothing_open")
    payers = dict.fromkeys(item.bill_to_id for item in debts)
    mine = {payer: tuple((item.id, item.open_cents) for item in debts if item.bill_to_id == payer) for payer in payers}
    return tuple(
        receive_payment(tx, Receipt(payer, sum(cents for _id, cents in parts), method, on, reference, parts=parts))
        for payer, parts in mine.items()
    )


def reverse_payment(tx: Tx, payment_id: int, *, version: int, on: date, reason: str, fee_cents: int = 0) -> Payment:
    """Take a payment or deposit back (a check that bounced, a charge-back): what it settled is open again from that day on.

    With `fee_cents` the customer is charged a fee for it, as a paper of its own.
    """
    tx.require(Right.BILLING)
    hold_books(tx)
    payment = tx.get(Payment, payment_id, version=version)
    if payment.kind not in (MoneyKind.PAYMENT, MoneyKind.DEPOSIT):
        raise NotAllowed(f"{payment.number} is a {MoneyKind(payment.kind).word}, not a payment.", key="no_payment")
    if payment.state != MoneyState.RECEIVED:
        raise NotAllowed(f"{payment.number} cannot be reversed: it is {payment.state}.", key="not_received")
    if not reason.strip():
        raise Invalid(reason="Say why it is reversed.")
    if not payment.received_on <= on <= tx.today:
        raise Invalid(on="Between the day of the payment and today.")
    if refunded := _refunds(tx, payment_id):
        raise NotAllowed(f"A part of it was refunded by {refunded[0]}. Reverse that first.", key="refunded")
    _turn_back(tx, payment, on, f"Reversal of {MoneyKind(payment.kind).word} {payment.number}: {reason.strip()}")
    payment.become(MoneyState.REVERSED)
    payment.reversed_on, payment.reversal_reason = on, reason.strip()
    tx.event("payment.reversed", payment, customer_id=payment.customer_id, note=f"{payment.number}: {payment.reversal_reason}",
             before={"cents": payment.amount_cents})  # fmt: skip
    if fee_cents:
        charge_fee(tx, payment.customer_id, fee_cents, on=on, words=f"Returned payment {payment.number}")
    return payment


def _turn_back(tx: Tx, payment: Payment, on: date, words: str) -> None:
    """Its items and its entry turned round; money that was banked is taken off the bank again."""
    trip = tx.session.get(BankDeposit, payment.bank_deposit_id) if payment.bank_deposit_id else None
    if trip and on < trip.on_date:
        raise Invalid(on=f"It was paid in on {trip.on_date:%b} {trip.on_date.day}; it came back on that day or later.")
    instead = {"undeposited": "bank"} if trip else None
    if payment.kind == MoneyKind.DEPOSIT:
        turn_deposit(tx, payment, on, words, instead)
        return
    items = tx.all(select(ArItem).where(ArItem.payment_id == payment.id, ArItem.kind == ItemKind.PAYMENT).order_by(ArItem.id))
    take_back(tx, items, ItemKind.REVERSAL, on, words, instead=instead)


def _chosen(receipt: Receipt, debts: Mapping[int, OpenItem]) -> list[tuple[OpenItem, int]]:
    parts = [(id, cents) for id, cents in receipt.parts or () if cents]
    for id, cents in parts:
        if id not in debts:
            raise NotAllowed("One of these is settled by now. It has been reloaded; please look again.", key="settled")
        if not 0 < cents <= debts[id].open_cents:
            raise Invalid(amount=f"{debts[id].number} is open for less than that.")
    if len({id for id, _cents in parts}) != len(parts):
        raise Invalid(amount="The same paper is named twice.")
    if sum(cents for _id, cents in parts) > receipt.amount_cents:
        raise Invalid(amount="More is spread than was paid.")
    return [(debts[id], cents) for id, cents in parts]


def _book(tx: Tx, payment: Payment, parts: Sequence[tuple[OpenItem, int]]) -> None:
    """One entry; one item for each bill-to that it settles something of, the rest with the payer."""
    about = About(payment_id=payment.id, document=payment.sha256)
    sides = [(money_account(payment.method), payment.amount_cents), ("receivable", -payment.amount_cents)]
    entry = post_entry(tx, "payment", payment.received_on, f"Payment {payment.number}", sides, about)
    shares: dict[int, int] = {}
    for item, cents in parts:
        shares[item.bill_to_id] = shares.get(item.bill_to_id, 0) + cents
    if rest := payment.amount_cents - sum(shares.values()):
        shares[payment.customer_id] = shares.get(payment.customer_id, 0) + rest
    for bill_to_id, cents in shares.items():
        item = tx.add(ArItem(kind=ItemKind.PAYMENT.value, number=payment.number or "", customer_id=payment.customer_id,
                             bill_to_id=bill_to_id, payment_id=payment.id, entry_id=entry.id, on_date=payment.received_on,
                             due_on=payment.received_on, amount_cents=-cents))  # fmt: skip
        source = one_item(tx, item.id)
        for debt, part in parts:
            if debt.bill_to_id == bill_to_id:
                write_allocation(tx, source, debt, part, payment.received_on)


def _refunds(tx: Tx, payment_id: int) -> list[str]:
    """The numbers of refunds that stand, out of a payment or deposit."""
    query = select(Payment.number).where(Payment.source_id == payment_id, Payment.kind == MoneyKind.REFUND)
    return [number or "" for number in tx.all(query.where(Payment.state == MoneyState.RECEIVED).order_by(Payment.id))]

"""Money that goes back to a customer, out of a payment or a credit that settles nothing."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from fieldoffice.models.billing import MoneyKind, Payment
from fieldoffice.models.books import ArItem, ItemKind, JournalEntry
from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.models.staff import Right
from fieldoffice.models.states import MoneyState
from fieldoffice.office import Tx
from fieldoffice.services.books.chart import paid_from
from fieldoffice.services.books.freezing import frozen_receipt
from fieldoffice.services.books.journal import About, post_entry, reverse_entry, sha256_of
from fieldoffice.services.books.ledger import one_item, write_allocation
from fieldoffice.services.books.periods import hold_books
from fieldoffice.services.books.receipts import METHODS, Receipt, check_receipt
from fieldoffice.services.books.turning import take_back
from fieldoffice.services.company.numbering import take_number


def refund(tx: Tx, item_id: int, cents: int, *, method: str, on: date, reason: str, reference: str = "") -> Payment:
    """Give back a part of a credit: of a payment or a credit memo, at most what is left of it."""
    tx.require(Right.BILLING)
    hold_books(tx)
    credit = one_item(tx, item_id)
    check_receipt(tx, Receipt(credit.bill_to_id, cents, method, on))
    if credit.kind not in (ItemKind.PAYMENT, ItemKind.CREDIT):
        raise NotAllowed("Only a payment or a credit memo can be refunded.", key="no_credit")
    if cents > -credit.open_cents:
        raise Invalid(amount=f"{credit.number} has less credit left than that.")
    if on < credit.on_date:
        raise Invalid(on=f"{credit.number} came in after that day.")
    if not reason.strip():
        raise Invalid(reason="Say why it is refunded.")
    money = Payment(kind=MoneyKind.REFUND.value, number=take_number(tx, "refund"), customer_id=credit.bill_to_id,
                    state=MoneyState.RECEIVED.value, method=method, reference=reference.strip(), amount_cents=cents, received_on=on,
                    reason=reason.strip(), source_id=credit.payment_id, created_at=tx.now)  # fmt: skip
    money.frozen = frozen_receipt(tx, money, [(credit.number, cents)])
    money.sha256 = sha256_of(money.frozen)
    tx.add(money)
    entry = post_entry(tx, "refund", on, f"Refund {money.number} of {credit.number}", [("receivable", cents), (paid_from(method), -cents)],
                       About(payment_id=money.id, document=money.sha256))  # fmt: skip
    item = tx.add(ArItem(kind=ItemKind.REFUND.value, number=money.number or "", customer_id=credit.customer_id,
                         bill_to_id=credit.bill_to_id, payment_id=money.id,
                         entry_id=entry.id, on_date=on, due_on=on, amount_cents=cents))  # fmt: skip
    write_allocation(tx, credit, one_item(tx, item.id), cents, on)
    tx.event("payment.refunded", money, customer_id=credit.bill_to_id, note=f"{money.number} of {credit.number}, {METHODS[method].lower()}",
             after={"cents": cents, "reason": money.reason})  # fmt: skip
    return money


def reverse_refund(tx: Tx, payment_id: int, *, version: int, on: date, reason: str) -> Payment:
    """Take a refund back that never left: its credit, or the deposit, is there again."""
    tx.require(Right.BILLING)
    hold_books(tx)
    money = tx.get(Payment, payment_id, version=version)
    if money.kind != MoneyKind.REFUND or money.state != MoneyState.RECEIVED:
        raise NotAllowed("This is no refund that could be reversed.", key="no_refund")
    if not reason.strip():
        raise Invalid(reason="Say why it is reversed.")
    if not money.received_on <= on <= tx.today:
        raise Invalid(on="Between the day of the refund and today.")
    words = f"Reversal of refund {money.number}: {reason.strip()}"
    instead = {"undeposited": "bank"} if money.bank_deposit_id else None  # it was short by that when it was paid in
    if items := refund_items(tx, payment_id):
        take_back(tx, items, ItemKind.REVERSAL, on, words, instead=instead)
    else:  # of a deposit, which is no receivable
        entry = tx.session.scalars(select(JournalEntry).where(JournalEntry.payment_id == payment_id, JournalEntry.kind == "refund")).one()
        reverse_entry(tx, entry, "reversal", on, words, instead=instead)
    money.become(MoneyState.REVERSED)
    money.reversed_on, money.reversal_reason = on, reason.strip()
    tx.event("payment.reversed", money, customer_id=money.customer_id, note=f"{money.number}: {reason.strip()}")
    return money


def refund_items(tx: Tx, payment_id: int) -> list[ArItem]:
    """The items of the ledger behind a refund."""
    return tx.all(select(ArItem).where(ArItem.payment_id == payment_id, ArItem.kind == ItemKind.REFUND))

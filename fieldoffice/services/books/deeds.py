"""What a bookkeeper does at the desk, answered with plain facts: post, void, dispute, take money, let it settle, take it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from fieldoffice.models.billing import Invoice, Payment
from fieldoffice.models.books import Allocation, ArItem, ItemKind
from fieldoffice.models.errors import Invalid
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.books.deposits import give_back_deposit, receive_deposit
from fieldoffice.services.books.drafts import DraftFacts, DraftLine, credit_invoice, new_sale
from fieldoffice.services.books.ledger import allocate, unallocate
from fieldoffice.services.books.payments import mark_paid, receive_payment, reverse_payment
from fieldoffice.services.books.posting import dispute, post_invoice, void_invoice
from fieldoffice.services.books.receipts import Receipt
from fieldoffice.services.books.refunds import refund, reverse_refund
from fieldoffice.services.books.writeoffs import recover, write_off

FEE = "Returned payment fee"


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper after something was done to it."""

    id: int
    version: int
    number: str
    kind: str
    total_cents: int


@dataclass(frozen=True, slots=True)
class Money:
    """A payment after something was done to it; `left_cents` settles nothing and is the customer's credit."""

    id: int
    version: int
    number: str
    kind: str
    customer_id: int
    amount_cents: int
    left_cents: int = 0
    fee: Paper | None = None


def post(tx: Tx, invoice_id: int, *, version: int, override: str = "") -> Paper:
    """Post a draft: it gets its number and stays as it is."""
    tx.require(Right.BILLING)
    return _paper(tx, post_invoice(tx, invoice_id, version=version, override=override))


def void(tx: Tx, invoice_id: int, *, version: int, reason: str) -> Paper:
    """Void a posted paper on which nothing is paid or credited."""
    tx.require(Right.BILLING)
    return _paper(tx, void_invoice(tx, invoice_id, version=version, reason=reason))


def contest(tx: Tx, invoice_id: int, *, version: int, disputed: bool) -> Paper:
    """Mark a paper as disputed, or no longer."""
    tx.require(Right.BILLING)
    return _paper(tx, dispute(tx, invoice_id, version=version, disputed=disputed))


def credit(tx: Tx, invoice_id: int, *, reason: str) -> Paper:
    """A draft credit memo over the whole of an invoice; its lines may still be changed."""
    tx.require(Right.BILLING)
    return _paper(tx, tx.get(Invoice, credit_invoice(tx, invoice_id, reason=reason)))


def take_payment(tx: Tx, receipt: Receipt, *, deposit: bool = False, job_id: int | None = None) -> Money:
    """Book money that came in: a payment, or a deposit for work that is not billed yet."""
    tx.require(Right.BILLING)
    return _money(tx, receive_deposit(tx, receipt, job_id=job_id) if deposit else receive_payment(tx, receipt))


def pay_off(tx: Tx, item_ids: Sequence[int], *, method: str, on: date, reference: str = "") -> tuple[Money, ...]:
    """Mark these items as paid: a real payment for all that is open of them, one for each payer."""
    tx.require(Right.BILLING)
    return tuple(_money(tx, row) for row in mark_paid(tx, item_ids, method=method, on=on, reference=reference))


def take_back_payments(tx: Tx, payment_ids: Sequence[tuple[int, int]], *, reason: str) -> tuple[Money, ...]:
    """Reverse payments (id, version) that were entered by mistake, as of today: all of them or none."""
    tx.require(Right.BILLING)
    return tuple(_money(tx, reverse_payment(tx, id, version=version, on=tx.today, reason=reason)) for id, version in payment_ids)


def reverse(tx: Tx, payment_id: int, *, version: int, on: date, reason: str, fee_cents: int = 0) -> Money:
    """Take back a payment that bounced, a refund that never left or a write-off; a fee becomes an invoice of that day."""
    tx.require(Right.BILLING)
    if fee_cents < 0:
        raise Invalid(fee="A fee is not below zero.")
    kind = tx.get(Payment, payment_id).kind
    back = {"refund": reverse_refund, "write_off": recover}.get(kind, reverse_payment)
    done = back(tx, payment_id, version=version, on=on, reason=reason)
    fee = _fee(tx, done, fee_cents, on, reason) if fee_cents and kind == "payment" else None
    return _money(tx, done, fee)


def give_back(tx: Tx, payment_id: int, cents: int, *, version: int, method: str, on: date, reason: str,
              item_id: int | None = None) -> Money:  # fmt: skip
    """Refund a part of what is left of a payment (its item in the ledger), or of a deposit."""
    tx.require(Right.BILLING)
    if item_id is None:
        return _money(tx, give_back_deposit(tx, payment_id, version=version, on=on, method=method, reason=reason, cents=cents))
    tx.get(Payment, payment_id, version=version)
    return _money(tx, refund(tx, item_id, cents, method=method, on=on, reason=reason))


def refund_credit(tx: Tx, item_id: int, cents: int, *, method: str, on: date, reason: str) -> Money:
    """Give back a part of what is left of a credit memo, by its item in the ledger."""
    tx.require(Right.BILLING)
    return _money(tx, refund(tx, item_id, cents, method=method, on=on, reason=reason))


def give_up(tx: Tx, item_id: int, *, on: date, reason: str, cents: int | None = None, tax_back: bool = False) -> Money:
    """Write off what is open of a debt, or a part of it."""
    tx.require(Right.BILLING)
    return _money(tx, write_off(tx, item_id, on=on, reason=reason, cents=cents, tax_back=tax_back))


def settle(tx: Tx, parts: Sequence[tuple[int, int, int]]) -> int:
    """Let credits settle debts, by (credit, debt, cents), as of today; the cents of all of them."""
    tx.require(Right.BILLING)
    for source_id, target_id, cents in parts:
        allocate(tx, source_id, target_id, cents, tx.today)
    return sum(cents for _source, _target, cents in parts)


def release(tx: Tx, source_id: int, target_id: int) -> int:
    """Take back what a credit settled of a debt, as of today; the cents."""
    tx.require(Right.BILLING)
    return unallocate(tx, source_id, target_id, tx.today)


def _fee(tx: Tx, payment: Payment, cents: int, on: date, reason: str) -> Paper:
    line = DraftLine(FEE, 1000, cents, kind="charge", description=f"{payment.number}: {reason.strip()}", tax=("", 0))
    draft = new_sale(tx, payment.customer_id, DraftFacts((line,), on))
    return _paper(tx, post_invoice(tx, draft, version=tx.get(Invoice, draft).version))


def _paper(tx: Tx, row: Invoice) -> Paper:
    tx.session.flush()
    return Paper(row.id, row.version, row.number or "", row.kind, row.total_cents)


def _money(tx: Tx, row: Payment, fee: Paper | None = None) -> Money:
    tx.session.flush()
    used = select(func.coalesce(func.sum(Allocation.amount_cents), 0)).where(Allocation.source_id == ArItem.id).scalar_subquery()
    mine = (ArItem.payment_id == row.id, ArItem.kind == ItemKind.PAYMENT.value)
    left = tx.session.scalar(select(func.coalesce(func.sum(-ArItem.amount_cents - used), 0)).where(*mine))
    return Money(row.id, row.version, row.number or "", row.kind, row.customer_id, row.amount_cents, int(left or 0), fee)

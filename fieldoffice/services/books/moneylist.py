"""The list of payments, deposits, refunds and write-offs: counted, summed, sorted and cut by the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select

from fieldoffice.models.billing import MoneyKind, MoneyState, Payment
from fieldoffice.models.books import Allocation, ArItem, ItemKind
from fieldoffice.models.customer import Customer
from fieldoffice.models.errors import Invalid
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.books.deposits import left_of
from fieldoffice.services.customers.searching import matches

CREDITS = (ItemKind.PAYMENT.value,)


@dataclass(frozen=True, slots=True)
class PaymentFilter:
    """All of it must hold. `text` are words of the number, the reference or the customer; `left` only those with money left."""

    text: str = ""
    kind: str = ""  # payment | deposit | refund | write_off | "" for all
    method: str = ""
    customer_id: int | None = None
    since: date | None = None
    until: date | None = None
    left: bool = False


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """Money as a list shows it; what went out is negative. `left_cents` settles nothing yet: credit, or a deposit not used."""

    id: int
    version: int
    number: str
    kind: str
    state: str
    customer_id: int
    customer: str
    method: str
    reference: str
    received_on: date
    amount_cents: int
    left_cents: int
    banked: bool


@dataclass(frozen=True, slots=True)
class PaymentPage:
    """`rows` from the asked offset on, of `total` that match; `received_cents` sums payments and deposits that hold."""

    total: int
    received_cents: int
    rows: tuple[PaymentRow, ...]


def payments(tx: Tx, filter: PaymentFilter | None = None, *, sort: str = "newest", descending: bool = True, offset: int = 0,
             count: int = 200) -> PaymentPage:  # fmt: skip
    """One page of the money that matches, at first the newest. `sort` is one of `SORTS`."""
    tx.require(Right.LOOK)
    if sort not in SORTS:
        raise Invalid(sort="The list cannot be sorted by this.")
    where = _conditions(tx, filter or PaymentFilter())
    came = case((Payment.kind.in_((MoneyKind.PAYMENT, MoneyKind.DEPOSIT)) & (Payment.state == MoneyState.RECEIVED), Payment.amount_cents),
                else_=0)  # fmt: skip
    total, cents = tx.session.execute(select(func.count(), func.coalesce(func.sum(came), 0)).where(*where)).one()
    ids = _ids(tx, where, sort, descending, offset, count) if offset < total else []
    return PaymentPage(int(total), int(cents), payment_rows(tx, ids))


def payment_rows(tx: Tx, ids: Sequence[int]) -> tuple[PaymentRow, ...]:
    """The rows of this money in this order."""
    tx.require(Right.LOOK)
    query = select(Payment, Customer.name).join(Customer, Customer.id == Payment.customer_id).where(Payment.id.in_(ids))
    found = {p.id: (p, name) for p, name in tx.session.execute(query)}
    left = _left(tx, [p for p, _name in found.values()])
    return tuple(_row(*found[id], left.get(id, 0)) for id in ids if id in found)


def _left(tx: Tx, rows: Sequence[Payment]) -> dict[int, int]:
    """What is left of each: of a payment its credit, of a deposit what no invoice took."""
    held = [p for p in rows if p.state == MoneyState.RECEIVED]
    deposits = left_of(tx, [p for p in held if p.kind == MoneyKind.DEPOSIT])
    used = select(func.coalesce(func.sum(Allocation.amount_cents), 0)).where(Allocation.source_id == ArItem.id).scalar_subquery()
    ids = [p.id for p in held if p.kind == MoneyKind.PAYMENT]
    query = select(ArItem.payment_id, func.sum(-ArItem.amount_cents - used)).where(ArItem.payment_id.in_(ids), ArItem.kind.in_(CREDITS))
    return deposits | {int(id or 0): int(cents) for id, cents in tx.session.execute(query.group_by(ArItem.payment_id))}


def _conditions(tx: Tx, filter: PaymentFilter) -> list[ColumnElement[bool]]:
    found = [_mentions(word, shared=tx.office.shared) for word in filter.text.split()]
    for value, column in ((filter.kind, Payment.kind), (filter.method, Payment.method)):
        if value:
            found.append(column == value)
    if filter.customer_id is not None:
        found.append(Payment.customer_id == filter.customer_id)
    if filter.since is not None:
        found.append(Payment.received_on >= filter.since)
    if filter.until is not None:
        found.append(Payment.received_on <= filter.until)
    return [*found, _with_something_left()] if filter.left else found


def _with_something_left() -> ColumnElement[bool]:
    used = select(func.coalesce(func.sum(Allocation.amount_cents), 0)).where(Allocation.source_id == ArItem.id).correlate(ArItem)
    credits = select(ArItem.payment_id).where(ArItem.kind.in_(CREDITS), -ArItem.amount_cents > used.scalar_subquery())
    taken = select(func.coalesce(func.sum(ArItem.amount_cents), 0)).where(
        ArItem.payment_id == Payment.id, ArItem.kind.in_((ItemKind.DEPOSIT, ItemKind.REVERSAL))
    )
    deposit = Payment.kind == MoneyKind.DEPOSIT.value
    given = _given_back().correlate(Payment).scalar_subquery()
    unused = deposit & (Payment.amount_cents + taken.correlate(Payment).scalar_subquery() - given > 0)
    return (Payment.state == MoneyState.RECEIVED.value) & or_(Payment.id.in_(credits), unused)


def _given_back() -> Select[Any]:
    back = Payment.__table__.alias("back")
    return select(func.coalesce(func.sum(back.c.amount_cents), 0)).where(
        back.c.source_id == Payment.id, back.c.kind == MoneyKind.REFUND.value, back.c.state == MoneyState.RECEIVED.value
    )


def _mentions(word: str, *, shared: bool) -> ColumnElement[bool]:
    where = func.strpos if shared else func.instr
    folded = word.casefold()
    people = select(Customer.id).where(*matches(word, shared=shared))
    return or_(where(func.lower(Payment.number), folded) > 0, where(func.lower(Payment.reference), folded) > 0,
               Payment.customer_id.in_(people))  # fmt: skip


def _ids(tx: Tx, where: Sequence[ColumnElement[bool]], sort: str, descending: bool, offset: int, count: int) -> list[int]:
    query = select(Payment.id).where(*where)
    if sort == "customer":
        query = query.join(Customer, Customer.id == Payment.customer_id)
    order: list[Any] = [one.desc() if descending else one.asc() for one in SORTS[sort]]
    order.append(Payment.id.desc() if descending else Payment.id)
    return tx.all(query.order_by(*order).offset(offset).limit(count))


def _signed() -> ColumnElement[int]:
    return case((Payment.kind == MoneyKind.REFUND.value, -Payment.amount_cents), else_=Payment.amount_cents)


SORTS: dict[str, tuple[Any, ...]] = {
    "newest": (Payment.received_on,), "received": (Payment.received_on,), "number": (func.length(Payment.number), Payment.number),
    "kind": (Payment.kind,), "state": (Payment.state,), "customer": (Customer.search,), "method": (Payment.method,),
    "reference": (func.lower(Payment.reference),), "amount": (_signed(),),
}  # fmt: skip
"""What the list can be sorted by."""


def _row(p: Payment, customer: str, left: int) -> PaymentRow:
    cents = -p.amount_cents if p.kind == MoneyKind.REFUND else p.amount_cents
    return PaymentRow(p.id, p.version, p.number or "", p.kind, p.state, p.customer_id, customer, p.method, p.reference, p.received_on,
                      cents, left, p.bank_deposit_id is not None)  # fmt: skip

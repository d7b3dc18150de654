"""How a customer stands: balance, overdue, credit and deposits, and the account that they come from. One source of these figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import func, select

from fieldoffice.models.books import Allocation, ArItem
from fieldoffice.models.customer import Customer
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.books.deposits import DepositRow, deposits_of
from fieldoffice.services.books.ledger import OpenItem, open_items
from fieldoffice.services.books.terms import Terms, payer_of, terms_of


@dataclass(frozen=True, slots=True)
class Money:
    """`balance_cents` is overdue + not due − credit; deposits are no part of it. `subs_cents` is what sub customers owe themselves."""

    customer_id: int
    balance_cents: int
    overdue_cents: int
    credit_cents: int
    deposits_cents: int
    subs_cents: int
    items: tuple[OpenItem, ...]
    deposits: tuple[DepositRow, ...]
    terms: Terms
    payer_id: int
    payer: str
    exponent: int
    today: date


@dataclass(frozen=True, slots=True)
class Move:
    """One line of an account; `balance_cents` is what was owed after it."""

    id: int
    kind: str
    number: str
    on_date: date
    due_on: date
    amount_cents: int
    open_cents: int
    balance_cents: int
    invoice_id: int | None
    payment_id: int | None


@dataclass(frozen=True, slots=True)
class Moves:
    total: int
    rows: tuple[Move, ...]


def money_of(tx: Tx, customer_id: int) -> Money:
    """What a customer owes and has, as of now."""
    tx.require(Right.LOOK)
    items = open_items(tx, [customer_id])
    subs = tx.all(select(Customer.id).where(Customer.parent_id == customer_id))
    owed_below = sum(item.open_cents for item in open_items(tx, subs)) if subs else 0
    deposits, payer = deposits_of(tx, [customer_id]), payer_of(tx, customer_id)
    return Money(
        customer_id, sum(item.open_cents for item in items),
        sum(item.open_cents for item in items if item.open_cents > 0 and item.due_on < tx.today),
        -sum(item.open_cents for item in items if item.open_cents < 0), sum(row.left_cents for row in deposits), owed_below,
        items, deposits, terms_of(tx, customer_id), payer, tx.get(Customer, payer).name, tx.company.currency_exponent, tx.today,
    )  # fmt: skip


def account_of(tx: Tx, customer_id: int, *, offset: int = 0, count: int = 200) -> Moves:
    """All that moved what a customer owes, the newest first, each with the balance after it."""
    tx.require(Right.LOOK)
    mine = ArItem.bill_to_id == customer_id
    total = int(tx.session.scalar(select(func.count()).select_from(ArItem).where(mine)) or 0)
    running = func.sum(ArItem.amount_cents).over(order_by=(ArItem.on_date, ArItem.id))
    query: Any = select(ArItem, running.label("running")).where(mine).order_by(ArItem.on_date.desc(), ArItem.id.desc())
    rows = cast("list[tuple[ArItem, int]]", tx.session.execute(query.offset(offset).limit(count)).all())
    left = _settled(tx, [item.id for item, _running in rows])
    return Moves(total, tuple(_move(item, int(cents), left.get(item.id, 0)) for item, cents in rows))


def _settled(tx: Tx, ids: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for column in (Allocation.target_id, Allocation.source_id):
        query = select(column, func.sum(Allocation.amount_cents)).where(column.in_(ids)).group_by(column)
        for id, cents in tx.session.execute(query):
            found[id] = found.get(id, 0) + int(cents)
    return found


def _move(item: ArItem, running: int, settled: int) -> Move:
    left = item.amount_cents - settled if item.amount_cents > 0 else item.amount_cents + settled
    return Move(item.id, item.kind, item.number, item.on_date, item.due_on, item.amount_cents, left, running, item.invoice_id,
                item.payment_id)  # fmt: skip

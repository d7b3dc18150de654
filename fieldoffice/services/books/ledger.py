"""The ledger of receivables: items with a sign, and dated allocations between them. Nothing is ever changed or removed.

A balance is the sum of a customer's items up to a day; what is open of an item is its amount less the allocations up to a
day. An allocation joins a credit and a debit of the same bill-to, so for each of them the open amounts sum to the balance.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, Subquery, func, select, union_all

from fieldoffice.models.books import Allocation, ArItem, ItemKind
from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.books.periods import check_open, hold_books, open_day

FREE_CREDITS = frozenset({ItemKind.PAYMENT, ItemKind.CREDIT})
DEBTS = frozenset({ItemKind.INVOICE, ItemKind.CHARGE})
"""Between these an allocation may be taken back by itself."""


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An item with what is open of it: positive is owed to the company, negative is credit left."""

    id: int
    kind: ItemKind
    number: str
    customer_id: int
    bill_to_id: int
    invoice_id: int | None
    payment_id: int | None
    on_date: date
    due_on: date
    amount_cents: int
    open_cents: int


def settled(until: date | None = None, *, among: Select[int] | None = None) -> Subquery:
    """What allocations up to a day took off each item's amount: (item_id, cents); cents are negative for debits.

    `among` asks for a few items only, which spares looking at all allocations of the company.
    """
    debits = select(Allocation.target_id.label("item_id"), (-Allocation.amount_cents).label("cents"))
    credits = select(Allocation.source_id.label("item_id"), Allocation.amount_cents.label("cents"))
    if until is not None:
        debits, credits = (part.where(Allocation.on_date <= until) for part in (debits, credits))
    if among is not None:
        debits, credits = debits.where(Allocation.target_id.in_(among)), credits.where(Allocation.source_id.in_(among))
    both = union_all(debits, credits).subquery()
    return select(both.c.item_id, func.sum(both.c.cents).label("cents")).group_by(both.c.item_id).subquery()


def open_items(tx: Tx, bill_to_ids: Iterable[int] | None = None, *, until: date | None = None, item_ids: Iterable[int] | None = None,
               zero: bool = False) -> tuple[OpenItem, ...]:  # fmt: skip
    """Items with something open as of a day (None: with all that is booked), oldest due first; with `zero` settled ones, too."""
    few = [column.in_(set(ids)) for column, ids in ((ArItem.bill_to_id, bill_to_ids), (ArItem.id, item_ids)) if ids is not None]
    done = settled(until, among=select(ArItem.id).where(*few) if few else None)
    left = (ArItem.amount_cents + func.coalesce(done.c.cents, 0)).label("open")
    query = select(ArItem, left).outerjoin(done, done.c.item_id == ArItem.id).order_by(ArItem.due_on, ArItem.on_date, ArItem.id)
    query = query.where(*few)
    if until is not None:
        query = query.where(ArItem.on_date <= until)
    if not zero:
        query = query.where(left != 0)
    return tuple(_row(item, int(cents)) for item, cents in tx.session.execute(query))


def balance(tx: Tx, bill_to_id: int, *, until: date | None = None) -> int:
    """What a customer owes as of a day: the sum of its items, in cents; negative is credit."""
    query = select(func.coalesce(func.sum(ArItem.amount_cents), 0)).where(ArItem.bill_to_id == bill_to_id)
    if until is not None:
        query = query.where(ArItem.on_date <= until)
    return int(tx.session.scalar(query) or 0)


def allocate(tx: Tx, source_id: int, target_id: int, cents: int, on: date) -> None:
    """Let a part of a credit settle a debit of the same bill-to. Neither may be overdrawn, on any day."""
    tx.require(Right.BILLING)
    hold_books(tx)
    check_open(tx, on)
    source, target = _pair(tx, source_id, target_id)
    if cents <= 0:
        raise Invalid(amount="Enter an amount above zero.")
    if source.bill_to_id != target.bill_to_id:
        raise NotAllowed("A credit settles only what the same customer is billed.", key="other_bill_to")
    if cents > -source.open_cents:
        raise Invalid(amount=f"{source.number} has less credit left than that.")
    if cents > target.open_cents:
        raise Invalid(amount=f"{target.number} is open for less than that.")
    write_allocation(tx, source, target, cents, on)


def unallocate(tx: Tx, source_id: int, target_id: int, on: date) -> int:
    """Take back all that a payment or credit memo settled of a debt; returns the cents. The rows stay, a negative one is added.

    What belongs together for good (a refund and its credit, a write-off and its debt, a reversal) is refused: reverse that.
    """
    tx.require(Right.BILLING)
    source, target = _pair(tx, source_id, target_id)
    if source.kind not in FREE_CREDITS or target.kind not in DEBTS:
        raise NotAllowed(f"{source.number} and {target.number} belong together. Reverse one of them instead.", key="bound")
    return _part(tx, source_id, target_id, on)


def _part(tx: Tx, source_id: int, target_id: int, on: date) -> int:
    hold_books(tx)
    check_open(tx, on)
    source, target = _pair(tx, source_id, target_id)
    cents, last = tx.session.execute(
        select(func.coalesce(func.sum(Allocation.amount_cents), 0), func.max(Allocation.on_date))
        .where(Allocation.source_id == source_id, Allocation.target_id == target_id)
    ).one()  # fmt: skip
    if not cents:
        raise NotAllowed(f"{source.number} does not settle {target.number}.", key="not_allocated")
    write_allocation(tx, source, target, -int(cents), max(on, last))
    return int(cents)


def free(tx: Tx, item_id: int, on: date) -> list[tuple[int, int, int]]:
    """Take back every allocation of an item, on either side; returns (source, target, cents) of each."""
    mine = select(Allocation.source_id, Allocation.target_id, func.sum(Allocation.amount_cents)).where(
        (Allocation.source_id == item_id) | (Allocation.target_id == item_id)
    )
    pairs = tx.session.execute(mine.group_by(Allocation.source_id, Allocation.target_id)
                               .having(func.sum(Allocation.amount_cents) != 0).order_by(Allocation.source_id)).all()  # fmt: skip
    for source_id, target_id, _cents in pairs:
        _part(tx, source_id, target_id, on)
    return [(source, target, int(cents)) for source, target, cents in pairs]


def spread_over(cents: int, debts: Sequence[OpenItem]) -> list[tuple[OpenItem, int]]:
    """How an amount settles debts, in their order, until it is used up. Pure."""
    parts: list[tuple[OpenItem, int]] = []
    for debt in debts:
        part = min(cents, debt.open_cents)
        if part > 0:
            parts.append((debt, part))
            cents -= part
    return parts


def write_allocation(tx: Tx, source: OpenItem, target: OpenItem, cents: int, on: date) -> None:
    """Store an allocation that was checked. Only for the services of the books.

    It is dated no earlier than both items and than what was last taken back of either, so nothing is overdrawn on any day;
    and never in a closed period.
    """
    taken_back = select(func.max(Allocation.on_date)).where(
        Allocation.amount_cents < 0,
        Allocation.source_id.in_((source.id, target.id)) | Allocation.target_id.in_((source.id, target.id)),
    )
    on = open_day(tx, max(on, source.on_date, target.on_date, tx.session.scalar(taken_back) or on))
    row = tx.add(Allocation(source_id=source.id, target_id=target.id, amount_cents=cents, on_date=on, by_name=tx.actor.name,
                            created_at=tx.now))  # fmt: skip
    kind = "books.allocated" if cents > 0 else "books.unallocated"
    tx.event(kind, row, customer_id=target.bill_to_id, note=f"{source.number}, {target.number}",
             after={"cents": cents, "on": on.isoformat()})  # fmt: skip


def one_item(tx: Tx, item_id: int) -> OpenItem:
    """An item with what is open of it now; NotAllowed when there is none."""
    found = open_items(tx, item_ids=[item_id], zero=True)
    if not found:
        raise NotAllowed("This entry of the ledger does not exist.", key="no_item")
    return found[0]


def _pair(tx: Tx, source_id: int, target_id: int) -> tuple[OpenItem, OpenItem]:
    source, target = one_item(tx, source_id), one_item(tx, target_id)
    if source.amount_cents > 0 or target.amount_cents < 0:
        raise NotAllowed("A credit settles a debit, not the other way round.", key="wrong_way")
    return source, target


def _row(item: ArItem, cents: int) -> OpenItem:
    return OpenItem(item.id, ItemKind(item.kind), item.number, item.customer_id, item.bill_to_id, item.invoice_id, item.payment_id,
                    item.on_date, item.due_on, item.amount_cents, cents)  # fmt: skip

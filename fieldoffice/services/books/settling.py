"""What the pages of receivables and books do, answered in plain rows: items paid or given up, money paid in at the bank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from fieldoffice.models.billing import Payment
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.books.banking import bank_deposit
from fieldoffice.services.books.payments import mark_paid
from fieldoffice.services.books.writeoffs import small_debts, write_off, write_off_all


@dataclass(frozen=True, slots=True)
class Booked:
    """What was written: the ids and numbers of the payments or write-offs, and their sum."""

    ids: tuple[int, ...]
    numbers: tuple[str, ...]
    cents: int

    @property
    def words(self) -> str:
        """ "P-1001", "P-1001 to P-1004"."""
        return self.numbers[0] if len(self.numbers) == 1 else f"{self.numbers[0]} to {self.numbers[-1]}"


@dataclass(frozen=True, slots=True)
class Small:
    """A small debt that may be given up."""

    id: int
    number: str
    customer: str
    due_on: date
    open_cents: int


def pay_items(tx: Tx, item_ids: Sequence[int], *, method: str, on: date, reference: str = "") -> Booked:
    """Mark these items as paid: a real payment for each payer."""
    tx.require(Right.BILLING)
    return _booked(mark_paid(tx, item_ids, method=method, on=on, reference=reference))


def give_up_item(tx: Tx, item_id: int, *, on: date, reason: str, cents: int, tax_back: bool) -> Booked:
    """Write off a part of a debt, or all of it."""
    tx.require(Right.BILLING)
    return _booked([write_off(tx, item_id, on=on, reason=reason, cents=cents, tax_back=tax_back)])


def give_up_items(tx: Tx, item_ids: Sequence[int], *, on: date, reason: str, tax_back: bool) -> Booked:
    """Write off all that is open of these debts; all of them or none."""
    tx.require(Right.BILLING)
    return _booked(write_off_all(tx, item_ids, on=on, reason=reason, tax_back=tax_back))


def pay_in(tx: Tx, payment_ids: Sequence[int], *, on: date, reference: str = "") -> Booked:
    """Pay cash and checks in at the bank: one deposit."""
    tx.require(Right.BILLING)
    made = bank_deposit(tx, payment_ids, on=on, reference=reference)
    return Booked((made.id,), (made.number,), made.amount_cents)


def small_ones(tx: Tx, most_cents: int, *, due_by: date) -> tuple[Small, ...]:
    """Open debts of at most this amount that are due by a day, the smallest first."""
    tx.require(Right.BILLING)
    found = (Small(one.item.id, one.item.number, one.customer, one.item.due_on, one.item.open_cents)
             for one in small_debts(tx, most_cents) if one.item.due_on <= due_by)  # fmt: skip
    return tuple(sorted(found, key=lambda row: (row.open_cents, row.customer, row.id)))


def _booked(rows: Sequence[Payment]) -> Booked:
    return Booked(tuple(row.id for row in rows), tuple(row.number or "" for row in rows), sum(row.amount_cents for row in rows))

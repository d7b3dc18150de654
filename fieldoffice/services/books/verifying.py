"""Proving the books without trusting them: everything is read again, added up again and compared.

Each check yields what it found wrong, in words that name the row; nothing is repaired. What was proven is counted, so that an
auditor sees how much was looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from fieldoffice.models.log import Counter
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.books.aging import aging_strips
from fieldoffice.services.books.journal import GENESIS, chain
from fieldoffice.services.books.rows import Ledgers, read_ledgers
from fieldoffice.services.books.verifying_papers import numbers_and_documents, replayed, words_and_files

BALANCED, CHAINED, OWED, SETTLED, MONTHS, HELD, SHUT = (
    "entries balanced and numbered without a gap", "hashes chained", "ledger = journal", "allocations within bounds",
    "balances and ages at month ends", "deposits and undeposited funds", "closed periods",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong: which proof failed, and the row in words."""

    proof: str
    words: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What was proven: how many rows each proof looked at, and what it found."""

    counts: tuple[tuple[str, int], ...]
    findings: tuple[Finding, ...]


def verify_books(tx: Tx) -> tuple[Finding, ...]:
    """What is wrong with the books; empty when every proof holds."""
    return prove_books(tx).findings


def prove_books(tx: Tx) -> Proof:
    """Run every proof, in an order in which the first finding is the nearest to the cause."""
    tx.require(Right.LOOK)
    books = read_ledgers(tx)
    proofs: tuple[tuple[str, int, Callable[[], Iterator[str]]], ...] = (
        (BALANCED, len(books.entries), lambda: _balanced(tx, books)), (CHAINED, len(books.entries), lambda: _chained(books)),
        *numbers_and_documents(tx, books), (OWED, len(books.items), lambda: _owed(books)),
        (SETTLED, len(books.settles), lambda: _settled(books)), (MONTHS, len(_month_ends(tx, books)), lambda: _months(tx, books)),
        (HELD, len(books.money), lambda: _held(books)), (SHUT, len(books.locks), lambda: _shut(books)),
        *replayed(tx, books), *words_and_files(tx),
    )  # fmt: skip
    findings = tuple(Finding(name, words) for name, _count, check in proofs for words in check())
    return Proof(tuple((name, count) for name, count, _check in proofs), findings)


def _balanced(tx: Tx, books: Ledgers) -> Iterator[str]:
    for n, entry in enumerate(books.entries, 1):
        if entry.seq != n:
            yield f"Entry {n} of the journal is missing: {entry.seq} comes in its place."
            return
        lines = books.lines.get(entry.id, [])
        if len(lines) < 2 or sum(cents for _n, _key, cents in lines):
            yield f"Entry {entry.seq} ({entry.memo}) does not balance."
        if [position for position, _key, _cents in lines] != list(range(1, len(lines) + 1)):
            yield f"A line of entry {entry.seq} ({entry.memo}) is missing."
    last = tx.session.scalar(select(Counter.last).where(Counter.name == "ledger")) or 0
    if last != len(books.entries):
        yield f"The journal counted {last} entries, {len(books.entries)} are there."


def _chained(books: Ledgers) -> Iterator[str]:
    before = GENESIS
    for entry in books.entries:
        lines = [(key, cents) for _n, key, cents in books.lines.get(entry.id, [])]
        if entry.before != before or entry.hash != chain(entry, lines):
            yield f"Entry {entry.seq} ({entry.memo}) is not what was posted: its hash differs."
            return  # all after it hang on it
        before = entry.hash


def _owed(books: Ledgers) -> Iterator[str]:
    by_entry: dict[int, int] = defaultdict(int)
    for item in books.items.values():
        by_entry[item.entry_id] += item.amount_cents
    for entry in books.entries:
        owed = sum(cents for _n, key, cents in books.lines.get(entry.id, []) if key == "receivable")
        if owed != by_entry.get(entry.id, 0):
            yield f"Entry {entry.seq} ({entry.memo}) books {owed} to receivables, the ledger {by_entry.get(entry.id, 0)}."
    if books.sum_of("receivable") != sum(by_entry.values()):
        yield f"Receivables are {books.sum_of('receivable')} in the journal and {sum(by_entry.values())} in the ledger."
    for item in books.items.values():
        other = books.items.get(item.reverses_id or 0)
        if item.reverses_id and (other is None or other.amount_cents != -item.amount_cents or other.bill_to_id != item.bill_to_id):
            yield f"The counter-entry of {item.number} does not match it."


def _settled(books: Ledgers) -> Iterator[str]:
    moves: dict[int, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for row in books.settles:
        source, target = books.items.get(row.source_id), books.items.get(row.target_id)
        if source is None or target is None:
            yield f"Allocation {row.id} names an item of the ledger that is not there."
            continue
        if source.bill_to_id != target.bill_to_id:
            yield f"{source.number} settles {target.number} of another customer."
        if source.amount_cents > 0 or target.amount_cents < 0:
            yield f"{source.number} and {target.number} are allocated the wrong way round."
        if row.on_date < max(source.on_date, target.on_date):
            yield f"{source.number} settles {target.number} before both were there."
        moves[row.source_id][row.on_date] += row.amount_cents
        moves[row.target_id][row.on_date] += row.amount_cents
    for item_id, days in moves.items():
        item, done = books.items[item_id], 0
        for day in sorted(days):
            done += days[day]
            if not 0 <= done <= abs(item.amount_cents):
                yield f"{item.number} is settled for {done} of {abs(item.amount_cents)} on {day.isoformat()}."
                break


def _month_ends(tx: Tx, books: Ledgers) -> list[date]:
    days = [item.on_date for item in books.items.values()]
    found: list[date] = []
    day = min(days, default=tx.today).replace(day=1)
    while day <= tx.today:
        day = (day + timedelta(days=31)).replace(day=1)
        found.append(min(day - timedelta(days=1), tx.today))
    return found


def _months(tx: Tx, books: Ledgers) -> Iterator[str]:
    """What the screens show (open amounts by age) against the plain sums of the ledger."""
    for day in _month_ends(tx, books):
        sums: dict[int, int] = defaultdict(int)
        for item in books.items.values():
            if item.on_date <= day:
                sums[item.bill_to_id] += item.amount_cents
        strips = aging_strips(tx, list(sums), day)
        for payer, cents in sums.items():
            if sum(strips.get(payer, ())) != cents:
                yield f"On {day.isoformat()} customer {payer} owes {cents}, the ages sum to {sum(strips.get(payer, ()))}."
        if sum(sums.values()) != books.sum_of("receivable", day):
            yield f"On {day.isoformat()} the ledger sums to {sum(sums.values())}, the journal to {books.sum_of('receivable', day)}."


def _held(books: Ledgers) -> Iterator[str]:
    left = {id: row.amount_cents for id, row in books.money.items() if row.kind == "deposit" and row.state == "received"}
    for item in books.items.values():
        if item.payment_id in left:
            left[item.payment_id] += item.amount_cents
    for row in books.money.values():
        if row.kind == "refund" and row.state == "received" and row.source_id in left:
            left[row.source_id] -= row.amount_cents
    for id, cents in left.items():
        if not 0 <= cents <= books.money[id].amount_cents:
            yield f"Of deposit {books.money[id].number} {cents} would be left."
    if books.sum_of("deposits") != -sum(left.values()):
        yield f"Customer deposits are {-books.sum_of('deposits')} in the journal, {sum(left.values())} are left."
    waiting = sum(_in_till(row) for row in books.money.values() if row.state == "received" and row.bank_deposit_id is None)
    if books.sum_of("undeposited") != waiting:
        yield f"Undeposited funds are {books.sum_of('undeposited')} in the journal, {waiting} were not paid in."
    for id, trip in books.trips.items():
        paid_in = sum(_in_till(row) for row in books.money.values() if row.bank_deposit_id == id)
        if paid_in != trip.amount_cents:
            yield f"Bank deposit {trip.number} says {trip.amount_cents}, its payments sum to {paid_in}."


def _in_till(row: Any) -> int:
    """What a payment put into the till: cash and checks; cash given back took it out."""
    if row.kind == "refund":
        return -row.amount_cents if row.method == "cash" else 0
    return row.amount_cents if row.kind in ("payment", "deposit") and row.method in ("cash", "check") else 0


def _shut(books: Ledgers) -> Iterator[str]:
    sealed: date | None = None
    for n, lock in enumerate(books.locks):
        if sealed and (lock.sealed_on is None or lock.sealed_on < sealed):
            yield f"The seal of {sealed.isoformat()} was moved back."
        sealed = lock.sealed_on or sealed
        later = books.locks[n + 1] if n + 1 < len(books.locks) else None
        for entry in _within(books.entries, lock.last_entry_id, (later.last_entry_id or 0) if later else None):
            if lock.sealed_on and entry.on_date <= lock.sealed_on:
                yield f"Entry {entry.seq} ({entry.memo}) lies in the sealed period."
            elif lock.closed_on and entry.on_date <= lock.closed_on and not entry.override:
                yield f"Entry {entry.seq} ({entry.memo}) lies in a closed period, without a reason."
        for row in _within(books.settles, lock.last_allocation_id, (later.last_allocation_id or 0) if later else None):
            if lock.closed_on and row.on_date <= lock.closed_on:
                yield f"Allocation {row.id} lies in a closed period."


def _within(rows: Any, after: int | None, until: int | None) -> Iterator[Any]:
    """What was written while a lock held: rows after the last one it knew, up to the last one of the next lock."""
    return (row for row in rows if row.id > (after or 0) and (until is None or row.id <= until))

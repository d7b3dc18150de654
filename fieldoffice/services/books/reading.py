"""What the page of the books shows: accounts with their balances, the journal, and how the books are closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from fieldoffice.models.billing import Invoice, PaperState
from fieldoffice.models.books import Account, AccountKind, JournalEntry, JournalLine, PeriodLock
from fieldoffice.models.customer import Customer
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.books.aging import aged
from fieldoffice.services.books.periods import Closed, closed
from fieldoffice.services.books.unbilled import to_bill

MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """An account with all that was posted to it up to a day: `debit` and `credit` are what it stands at, one of them zero."""

    id: int
    code: str
    name: str
    kind: AccountKind
    debit_cents: int
    credit_cents: int
    entries: int


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One side of an entry: debit positive, credit negative."""

    id: int
    code: str
    account: str
    amount_cents: int


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the journal. `amount_cents` is the sum of its debits; `override` says why it went into a closed period."""

    id: int
    seq: int
    on_date: date
    kind: str
    memo: str
    amount_cents: int
    invoice_id: int | None
    payment_id: int | None
    bank_deposit_id: int | None
    reverses_seq: int | None
    override: str
    by_name: str
    posted_at: datetime
    lines: tuple[EntryLine, ...]


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """All of it must hold; `text` is a part of what the entry says, or its number."""

    text: str = ""
    since: date | None = None
    until: date | None = None
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class EntryPage:
    """`rows` from the asked offset on, of `total`."""

    total: int
    rows: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class LockRow:
    """One closing, opening or sealing."""

    id: int
    closed_on: date | None
    sealed_on: date | None
    reason: str
    by_name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Loose:
    """Something that one looks at before a period is closed: how many, and the first of them in words."""

    id: str
    count: int
    names: tuple[str, ...]


def account_balances(tx: Tx, as_of: date) -> tuple[AccountBalance, ...]:
    """Every account that was posted to up to a day, by code. Debits and credits sum to the same."""
    tx.require(Right.LOOK)
    query = (
        select(Account.id, Account.code, Account.name, Account.kind, func.sum(JournalLine.amount_cents), func.count())
        .join(JournalLine, JournalLine.account_id == Account.id).join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
        .where(JournalEntry.on_date <= as_of).group_by(Account.id, Account.code, Account.name, Account.kind)
    )  # fmt: skip
    rows = (AccountBalance(id, code, name, AccountKind(kind), max(int(cents), 0), max(-int(cents), 0), int(n))
            for id, code, name, kind, cents, n in tx.session.execute(query))  # fmt: skip
    return tuple(sorted(rows, key=lambda row: code_order(row.code)))


def code_order(code: str) -> tuple[tuple[int, str], ...]:
    """Codes as people count them: 4000.2 before 4000.10."""
    return tuple((int(part), "") if part.isdecimal() else (0, part) for part in code.split("."))


def journal_page(tx: Tx, filter: EntryFilter, *, offset: int = 0, limit: int = 200, sort: str = "seq",
                 descending: bool = True) -> EntryPage:  # fmt: skip
    """Entries that match, the newest first. `sort` is "seq" or "on"."""
    tx.require(Right.LOOK)
    where = _conditions(filter)
    total = int(tx.session.scalar(select(func.count()).select_from(JournalEntry).where(*where)) or 0)
    by: list[Any] = [JournalEntry.on_date, JournalEntry.seq] if sort == "on" else [JournalEntry.seq]
    ids = tx.all(select(JournalEntry.id).where(*where).order_by(*(one.desc() if descending else one for one in by))
                 .offset(offset).limit(limit))  # fmt: skip
    return EntryPage(total, _entries(tx, ids))


def lock_history(tx: Tx) -> tuple[LockRow, ...]:
    """What was closed, opened and sealed, the newest first."""
    tx.require(Right.LOOK)
    rows = tx.all(select(PeriodLock).order_by(PeriodLock.id.desc()))
    return tuple(LockRow(row.id, row.closed_on, row.sealed_on, row.reason, row.by_name, row.created_at) for row in rows)


def closed_now(tx: Tx) -> Closed:
    """Up to which days the books are closed and sealed."""
    tx.require(Right.LOOK)
    return closed(tx)


def before_closing(tx: Tx, until: date) -> tuple[Loose, ...]:
    """What is still loose up to a day: drafts in the period, finished jobs that nobody billed, credit that settles nothing."""
    tx.require(Right.LOOK)
    return _drafts(tx, until), _unbilled(tx, until), _credits(tx, until)


def _conditions(filter: EntryFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for word in filter.text.casefold().split():
        said = func.lower(JournalEntry.memo).contains(word, autoescape=True)
        found.append(or_(said, JournalEntry.seq == int(word)) if word.isdecimal() and len(word) < 10 else said)
    if filter.since is not None:
        found.append(JournalEntry.on_date >= filter.since)
    if filter.until is not None:
        found.append(JournalEntry.on_date <= filter.until)
    if filter.account_id is not None:
        found.append(JournalEntry.id.in_(select(JournalLine.entry_id).where(JournalLine.account_id == filter.account_id)))
    return found


def _entries(tx: Tx, ids: Sequence[int]) -> tuple[Entry, ...]:
    query = select(JournalLine.entry_id, JournalLine.id, Account.code, Account.name, JournalLine.amount_cents)
    query = query.join(Account, Account.id == JournalLine.account_id).where(JournalLine.entry_id.in_(ids))
    lines: dict[int, tuple[EntryLine, ...]] = {}
    for entry_id, id, code, name, cents in tx.session.execute(query.order_by(JournalLine.entry_id, JournalLine.position)):
        lines[entry_id] = (*lines.get(entry_id, ()), EntryLine(id, code, name, int(cents)))
    rows = {row.id: row for row in tx.all(select(JournalEntry).where(JournalEntry.id.in_(ids)))}
    turned = {row.reverses_id for row in rows.values() if row.reverses_id}
    seqs = dict(tx.session.execute(select(JournalEntry.id, JournalEntry.seq).where(JournalEntry.id.in_(turned))).all())
    return tuple(_entry(rows[id], lines.get(id, ()), seqs) for id in ids)


def _entry(row: JournalEntry, lines: tuple[EntryLine, ...], seqs: dict[int, int]) -> Entry:
    return Entry(row.id, row.seq, row.on_date, row.kind, row.memo, sum(max(line.amount_cents, 0) for line in lines), row.invoice_id,
                 row.payment_id, row.bank_deposit_id, seqs.get(row.reverses_id or 0), row.override, row.by_name, row.posted_at,
                 lines)  # fmt: skip


def _drafts(tx: Tx, until: date) -> Loose:
    where = (Invoice.state == PaperState.DRAFT.value, Invoice.issued_on <= until)
    count = tx.session.scalar(select(func.count()).select_from(Invoice).where(*where)) or 0
    names = select(Customer.name).join(Invoice, Invoice.bill_to_id == Customer.id).where(*where).order_by(Invoice.issued_on, Invoice.id)
    return Loose("drafts", int(count), tuple(tx.all(names.limit(MOST_NAMED))))


def _unbilled(tx: Tx, until: date) -> Loose:
    """Those finished in the period stand first in the list, since it begins with the longest finished."""
    found = [row for row in to_bill(tx, count=10_000).rows if row.finished_on is not None and row.finished_on <= until]
    return Loose("unbilled", len(found), tuple(f"{row.number} {row.customer}" for row in found[:MOST_NAMED]))


def _credits(tx: Tx, until: date) -> Loose:
    found = aged(tx, until, sort="credits")
    rows = [row for row in found.rows if row.sums.credits < 0]
    return Loose("credits", len(rows), tuple(row.name for row in rows[:MOST_NAMED]))

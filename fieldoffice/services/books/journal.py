"""The journal: balanced entries in one sequence without gaps, each chained to the one before by its hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from fieldoffice.models.books import Account, JournalEntry, JournalLine
from fieldoffice.office import Tx
from fieldoffice.services.books.chart import account
from fieldoffice.services.books.periods import check_open, hold_books

GENESIS = "0" * 64
Side = tuple[str, int]
"""The key of an account and an amount: debit positive, credit negative."""


@dataclass(frozen=True, slots=True)
class About:
    """What an entry books: at most one document, by its id and its hash."""

    invoice_id: int | None = None
    payment_id: int | None = None
    bank_deposit_id: int | None = None
    document: str = ""


def post_entry(tx: Tx, kind: str, on: date, memo: str, sides: Sequence[Side], about: About, *,
               reverses_id: int | None = None, override: str = "") -> JournalEntry:  # fmt: skip
    """Write a balanced entry; sides of the same account are added up, and nothing is left of a zero.

    Takes the lock of the books. Refused where the day's period is closed.
    """
    lines = _added(sides)
    if sum(lines.values()):
        raise ValueError(f"the entry {memo!r} does not balance: {lines}")
    hold_books(tx)
    check_open(tx, on, override)
    seq = tx.number("ledger", first=1)
    before = tx.session.scalar(select(JournalEntry.hash).where(JournalEntry.seq == seq - 1)) or GENESIS
    entry = JournalEntry(seq=seq, on_date=on, kind=kind, memo=memo, invoice_id=about.invoice_id, payment_id=about.payment_id,
                         bank_deposit_id=about.bank_deposit_id, reverses_id=reverses_id, override=override.strip(),
                         document=about.document, before=before, by_name=tx.actor.name, posted_at=tx.now, hash="")  # fmt: skip
    booked = [(account(tx, key), key, cents) for key, cents in lines.items()]
    entry.hash = chain(entry, [(key, cents) for _id, key, cents in booked])
    tx.add(entry)
    tx.session.add_all(JournalLine(entry_id=entry.id, position=n, account_id=id, amount_cents=cents)
                       for n, (id, _key, cents) in enumerate(booked, 1))  # fmt: skip
    tx.session.flush()
    return entry


def reverse_entry(tx: Tx, entry: JournalEntry, kind: str, on: date, memo: str, *, instead: Mapping[str, str] | None = None) -> JournalEntry:
    """The same entry with its sides turned round; `instead` names accounts that stand for others by now."""
    sides = tx.session.execute(
        select(Account.key, -JournalLine.amount_cents).join(Account, Account.id == JournalLine.account_id)
        .where(JournalLine.entry_id == entry.id).order_by(JournalLine.position)
    ).all()  # fmt: skip
    about = About(entry.invoice_id, entry.payment_id, entry.bank_deposit_id, entry.document)
    return post_entry(tx, kind, on, memo, [((instead or {}).get(key, key), cents) for key, cents in sides], about, reverses_id=entry.id)


def chain(entry: JournalEntry, lines: Sequence[Side]) -> str:
    """The hash of an entry: everything that it says, and the hash of the one before."""
    said = [entry.before, entry.seq, entry.on_date.isoformat(), entry.kind, entry.memo, entry.document, entry.override,
            [[key, cents] for key, cents in lines]]  # fmt: skip
    return sha256_of(said)


def sha256_of(content: Any) -> str:
    """The hash of plain data: one spelling for the same content, on any machine."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _added(sides: Sequence[Side]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for key, cents in sides:
        sums[key] = sums.get(key, 0) + cents
    return {key: cents for key, cents in sums.items() if cents}

"""All rows of the books as plain tuples, read once, for proving and for exporting them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from fieldoffice.models.billing import BankDeposit, Invoice, InvoiceLine, InvoiceTax, Payment
from fieldoffice.models.books import Account, Allocation, ArItem, JournalEntry, JournalLine, PeriodLock
from fieldoffice.office import Tx

Rows = Sequence[Any]


@dataclass(frozen=True)
class Ledgers:
    """What stands in the books. `lines` holds (position, key, cents) by entry; `settles` the allocations."""

    accounts: dict[int, Any]
    entries: Rows
    lines: dict[int, list[tuple[int, str, int]]]
    items: dict[int, Any]
    settles: Rows
    locks: Rows
    papers: dict[int, Any]
    money: dict[int, Any]
    trips: dict[int, Any]

    def sum_of(self, key: str, until: date | None = None) -> int:
        """The sum of an account: debits positive."""
        days = {entry.id: entry.on_date for entry in self.entries} if until else {}
        return sum(cents for id, lines in self.lines.items() if until is None or (id in days and days[id] <= until)
                   for _n, its, cents in lines if its == key)  # fmt: skip


def read_ledgers(tx: Tx) -> Ledgers:
    """Read everything but the frozen words of documents, which are read one by one."""
    accounts = {row.id: row for row in tx.session.execute(select(*Account.__table__.c)).all()}
    lines: dict[int, list[tuple[int, str, int]]] = defaultdict(list)
    parts = select(JournalLine.entry_id, JournalLine.position, JournalLine.account_id, JournalLine.amount_cents)
    for entry_id, position, account_id, cents in tx.session.execute(parts.order_by(JournalLine.entry_id, JournalLine.position)):
        lines[entry_id].append((position, accounts[account_id].key, cents))
    return Ledgers(
        accounts, _all(tx, JournalEntry), dict(lines), _by_id(tx, ArItem), _all(tx, Allocation), _all(tx, PeriodLock),
        _by_id(tx, Invoice, but="frozen"), _by_id(tx, Payment, but="frozen"), _by_id(tx, BankDeposit),
    )  # fmt: skip


def parts_of_papers(tx: Tx, table: type[InvoiceLine] | type[InvoiceTax]) -> dict[int, list[Any]]:
    """The lines, or the tables of taxes, of all papers by paper, in order."""
    found: dict[int, list[Any]] = defaultdict(list)
    for row in tx.session.execute(select(*table.__table__.c).order_by(table.invoice_id, table.position)):
        found[row.invoice_id].append(row)
    return found


def _all(tx: Tx, table: Any, but: str = "") -> Rows:
    columns = [column for column in table.__table__.c if column.name != but]
    return tx.session.execute(select(*columns).order_by(table.id)).all()


def _by_id(tx: Tx, table: Any, but: str = "") -> dict[int, Any]:
    return {row.id: row for row in _all(tx, table, but)}

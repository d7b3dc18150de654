"""The journal for other programs, from one day to another, with what stood on the accounts before.

Amounts are written with the decimals of the currency. Every form says how much it holds, so that whoever reads it can tell
whether all arrived: CSV in a row of control totals, beancount in balances that its own checker compares, IIF in entries that
sum to zero.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from sqlalchemy import select

from fieldoffice.models.customer import Customer
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.books.rows import Ledgers, read_ledgers
from fieldoffice.services.exchange.out import guarded

ROOTS = {"asset": "Assets", "liability": "Liabilities", "income": "Income", "expense": "Expenses"}
TYPES = {"bank": "BANK", "undeposited": "OCASSET", "receivable": "AR", "tax": "OCLIAB", "deposits": "OCLIAB"}
"""The kinds of accounts that QuickBooks knows, by key; the others by `KINDS`."""
KINDS = {"asset": "OCASSET", "liability": "OCLIAB", "income": "INC", "expense": "EXP"}
HEADS = ("entry", "date", "kind", "document", "customer", "memo", "account", "account name", "debit", "credit")


@dataclass(frozen=True)
class Journal:
    """What is written: the books, the days, and how the currency is written."""

    books: Ledgers
    start: date | None
    end: date
    firm: str
    currency: str
    exponent: int
    names: Mapping[int, tuple[str, str]]
    """Customers by id: number and name."""

    @cached_property
    def entries(self) -> list[Any]:
        return [row for row in self.books.entries if (self.start is None or row.on_date >= self.start) and row.on_date <= self.end]

    def amount(self, cents: int) -> str:
        return f"{Decimal(cents).scaleb(-self.exponent):.{self.exponent}f}"

    def document(self, entry: Any) -> str:
        """The number of what an entry books."""
        books = self.books
        for id, rows in ((entry.invoice_id, books.papers), (entry.payment_id, books.money), (entry.bank_deposit_id, books.trips)):
            if id is not None:
                return rows[id].number or ""
        return ""

    def customer(self, entry: Any) -> tuple[str, str]:
        """The number and name of whom an entry is about; empty where it is about nobody."""
        if entry.invoice_id is not None:
            return self.names[self.books.papers[entry.invoice_id].bill_to_id]
        if entry.payment_id is not None:
            return self.names[self.books.money[entry.payment_id].customer_id]
        return "", ""

    @cached_property
    def accounts(self) -> dict[str, Any]:
        return {row.key: row for row in self.books.accounts.values()}


def write_books(tx: Tx, form: str, *, start: date | None, end: date) -> str:
    """The journal in one of `FORMATS`, from `start` (None: the first entry) to `end`."""
    tx.require(Right.BILLING)
    names = {id: (number, name) for id, number, name in tx.session.execute(select(Customer.id, Customer.number, Customer.name))}
    firm = tx.company
    return FORMATS[form](Journal(read_ledgers(tx), start, end, firm.name, firm.currency, firm.currency_exponent, names))


def as_csv(journal: Journal) -> str:
    """One row for each line of the journal, then the control totals: rows, entries, debits, credits."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\r\n").writerow
    write(HEADS)
    rows = debit = credit = 0
    for entry in journal.entries:
        number, name = journal.customer(entry)
        for _n, key, cents in journal.books.lines[entry.id]:
            account = journal.accounts[key]
            debit, credit, rows = debit + max(cents, 0), credit + max(-cents, 0), rows + 1
            write([entry.seq, entry.on_date.isoformat(), entry.kind, guarded(journal.document(entry)), guarded(f"{number} {name}".strip()),
                   guarded(entry.memo), guarded(account.code), guarded(account.name), journal.amount(cents) if cents > 0 else "",
                   journal.amount(-cents) if cents < 0 else ""])  # fmt: skip
    write(["control totals", "", f"{rows} rows", f"{len(journal.entries)} entries", "", "", "", "", journal.amount(debit),
           journal.amount(credit)])  # fmt: skip
    return out.getvalue()


def as_beancount(journal: Journal) -> str:
    """A ledger of beancount: accounts, what they held before, every entry, and what they hold at the end, to be checked."""
    books = journal.books
    first = journal.start or min((row.on_date for row in books.entries), default=journal.end)
    names = {row.key: f"{ROOTS[row.kind]}:{_component(row.code, row.name)}" for row in books.accounts.values()}
    out = [f'option "title" {_quoted(journal.firm)}', f'option "operating_currency" "{journal.currency}"', ""]
    opened = first - timedelta(days=1)
    out += [f"{opened} open {name} {journal.currency}" for name in ("Equity:Opening", *sorted(names.values()))]
    before = {key: books.sum_of(key, opened) for key in names}
    if any(before.values()):
        out += ["", f'{opened} * "Carried forward"']
        out += [f"  {names[key]}  {journal.amount(cents)} {journal.currency}" for key, cents in before.items() if cents]
        out += [f"  Equity:Opening  {journal.amount(-sum(before.values()))} {journal.currency}"]
    for entry in journal.entries:
        _number, customer = journal.customer(entry)
        out += ["", f"{entry.on_date} * {_quoted(customer)} {_quoted(entry.memo)}", f"  entry: {entry.seq}", f'  hash: "{entry.hash}"']
        out += [f"  {names[key]}  {journal.amount(cents)} {journal.currency}" for _n, key, cents in books.lines[entry.id]]
    after = journal.end + timedelta(days=1)  # a balance holds at the beginning of its day
    out += ["", *(f"{after} balance {name}  {journal.amount(books.sum_of(key, journal.end))} {journal.currency}"
                  for key, name in sorted(names.items(), key=lambda pair: pair[1]))]  # fmt: skip
    return "\n".join(out) + "\n"


def as_iif(journal: Journal) -> str:
    """General journal entries for QuickBooks Desktop, with the accounts and customers that they name."""
    out = ["!ACCNT\tNAME\tACCNTTYPE\tDESC\tACCNUM"]
    out += ["\t".join(("ACCNT", _field(row.name), TYPES.get(row.key, KINDS[row.kind]), "", row.code))
            for row in sorted(journal.books.accounts.values(), key=lambda row: row.code)]  # fmt: skip
    entries = journal.entries
    people = sorted({name for entry in entries if (name := _person(journal, entry))})
    out += ["!CUST\tNAME", *(f"CUST\t{name}" for name in people)]
    columns = "TRNSTYPE\tDATE\tACCNT\tNAME\tAMOUNT\tDOCNUM\tMEMO"
    out += [f"!TRNS\tTRNSID\t{columns}", f"!SPL\tSPLID\t{columns}", "!ENDTRNS"]
    for entry in entries:
        for n, (_position, key, cents) in enumerate(journal.books.lines[entry.id]):
            owed = _person(journal, entry) if key == "receivable" else ""
            out.append("\t".join(("SPL" if n else "TRNS", "" if n else str(entry.seq), "GENERAL JOURNAL", f"{entry.on_date:%m/%d/%Y}",
                                  _field(journal.accounts[key].name), owed, journal.amount(cents), _field(journal.document(entry)),
                                  _field(entry.memo))))  # fmt: skip
        out.append("ENDTRNS")
    return "\r\n".join(out) + "\r\n"


def _person(journal: Journal, entry: Any) -> str:
    number, name = journal.customer(entry)
    return _field(f"{name} {number}".strip())[:41]


def _field(text: str) -> str:
    """A text as it may stand between tabs: without tabs, line breaks and quotes; a colon would make a sub account of it."""
    return " ".join(text.replace('"', "'").replace(":", " ").split())


def _quoted(text: str) -> str:
    return '"' + " ".join(text.replace("\\", "\\\\").replace('"', '\\"').split()) + '"'


def _component(code: str, name: str) -> str:
    """An account's name as beancount takes it: its code, then letters, digits and dashes."""
    plain = "".join(letter if letter.isalnum() else "-" for letter in name)
    return f"{code.replace('.', '-')}-{plain}".strip("-")


FORMATS: Mapping[str, Callable[[Journal], str]] = {"csv": as_csv, "beancount": as_beancount, "iif": as_iif}

"""Proving the documents: their numbers, their sums, their frozen words, their stored files, and the log of what was done."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sqlalchemy import func, select

from fieldoffice.models.billing import Invoice, InvoiceLine, InvoiceTax, Payment
from fieldoffice.models.collecting import Statement
from fieldoffice.models.files import Blob
from fieldoffice.models.log import Counter, Event
from fieldoffice.office import Tx
from fieldoffice.services.books.journal import sha256_of
from fieldoffice.services.books.reckoning import Priced, reckon
from fieldoffice.services.books.rows import Ledgers, parts_of_papers
from fieldoffice.services.company.numbering import prefix_of

Check = tuple[str, int, Callable[[], Iterator[str]]]
"""The name of a proof, how many rows it looks at, and what finds."""
NUMBERED = re.compile(r"(.*?)(\d+)")
SIGNS = {"invoice": 1, "charge": 1, "credit": -1}
SERIES = {"deposit": "payment"}
EVENTS = {
    "payment.received": -1, "payment.reversed": 1, "payment.refunded": 1, "receivable.written_off": -1, "receivable.recovered": 1,
    "deposit.applied": -1, "deposit.unapplied": 1,
}  # fmt: skip
"""How each entry of the log moves the receivables; its cents stand in `before` or `after`."""


def numbers_and_documents(tx: Tx, books: Ledgers) -> tuple[Check, ...]:
    """Proofs over papers and money as rows."""
    posted = [row for row in books.papers.values() if row.number]
    return (
        ("numbers without a gap", len(posted) + len(books.money) + len(books.trips), lambda: _numbers(tx, books)),
        ("sums of papers", len(posted), lambda: _sums(tx, books)),
        ("documents = ledger", len(posted) + len(books.money), lambda: _booked(books)),
    )


def replayed(tx: Tx, books: Ledgers) -> tuple[Check, ...]:
    """The receivables once more, from the log alone."""
    return (("receivables replayed from the log", len(books.items), lambda: _replay(tx, books)),)


def words_and_files(tx: Tx) -> tuple[Check, ...]:
    """Proofs that read every document, one by one."""
    tables = (Invoice, Payment, Statement)
    count = sum(int(tx.session.scalar(select(func.count()).where(table.sha256 != "")) or 0) for table in tables)
    files = {id for table in tables for id in tx.all(select(table.paper_id)) if id}
    return (
        ("words of documents = their hashes", count, lambda: _words(tx)),
        ("stored files = their hashes", len(files), lambda: _files(tx, files)),
    )


def _numbers(tx: Tx, books: Ledgers) -> Iterator[str]:
    given: dict[str, list[str]] = defaultdict(list)
    for row in (*books.papers.values(), *books.money.values()):
        if row.number:
            given[str(SERIES.get(row.kind, row.kind))].append(str(row.number))
    given["bank_deposit"] = [str(row.number) for row in books.trips.values()]
    for series, numbers in given.items():
        runs: dict[str, list[int]] = defaultdict(list)
        for number in numbers:
            if found := NUMBERED.fullmatch(number):
                runs[str(found[1])].append(int(found[2]))
        for begins, taken in runs.items():
            if missing := set(range(min(taken), max(taken) + 1)) - set(taken):
                yield f"{begins}{min(missing)} is missing."
        prefix = prefix_of(tx, series)
        last = tx.session.scalar(select(Counter.last).where(Counter.name == series))
        if runs.get(prefix) and last is not None and last != max(runs[prefix]):
            yield f"{prefix}{last} was given, the last that is there is {prefix}{max(runs[prefix])}."


def _sums(tx: Tx, books: Ledgers) -> Iterator[str]:
    lines, taxes = parts_of_papers(tx, InvoiceLine), parts_of_papers(tx, InvoiceTax)
    for paper in books.papers.values():
        if not paper.number:
            continue
        mine, table = lines.get(paper.id, []), taxes.get(paper.id, [])
        sums = reckon([Priced(r.quantity_milli, r.unit_price_cents, r.tax_name, r.tax_ppm) for r in mine], paper.rounding)
        if (sums.net_cents, sums.tax_cents, sums.total_cents) != (paper.net_cents, paper.tax_cents, paper.total_cents):
            yield f"{paper.number} says {paper.total_cents}, its lines come to {sums.total_cents}."
        elif list(sums.lines) != [(r.net_cents, r.tax_cents) for r in mine]:
            yield f"The lines of {paper.number} are not what their prices come to."
        elif [(r.name, r.ppm, r.net_cents, r.tax_cents) for r in table] != [(t.name, t.ppm, t.net_cents, t.tax_cents) for t in sums.taxes]:
            yield f"The table of taxes of {paper.number} is not what its lines come to."


def _booked(books: Ledgers) -> Iterator[str]:
    """Each document against its entries and its items."""
    first: dict[tuple[str, int], Any] = {}
    for entry in books.entries:
        for kind, id, rows in (("paper", entry.invoice_id, books.papers), ("money", entry.payment_id, books.money)):
            if id is not None:
                first.setdefault((kind, id), entry)
                if id not in rows:
                    yield f"The document of entry {entry.seq} ({entry.memo}) is not there."
                elif rows[id].sha256 != entry.document:
                    yield f"Entry {entry.seq} ({entry.memo}) books another document than {rows[id].number}."
    owed: dict[tuple[str, int], list[int]] = defaultdict(list)
    for item in books.items.values():
        owed[("paper", item.invoice_id) if item.invoice_id else ("money", item.payment_id or 0)].append(item.amount_cents)
    for id, paper in books.papers.items():
        wanted = SIGNS[paper.kind] * paper.total_cents if paper.state == "posted" else 0
        if sum(owed.get(("paper", id), [])) != wanted:
            yield f"{paper.number or 'A draft'} counts for {sum(owed.get(('paper', id), []))} in the ledger, not {wanted}."
        if paper.number and paper.total_cents and ("paper", id) not in first:
            yield f"{paper.number} has no entry in the journal."
    for id, row in books.money.items():
        if (wanted := _owed_by_money(books, row)) is not None and sum(owed.get(("money", id), [])) != wanted:
            yield f"{row.number} counts for {sum(owed.get(('money', id), []))} in the ledger, not {wanted}."
        if row.state in ("received", "reversed") and ("money", id) not in first:
            yield f"{row.number} has no entry in the journal."
    taxes = sum(SIGNS[p.kind] * p.tax_cents for p in books.papers.values() if p.state == "posted")
    taxes -= sum(row.tax_back_cents for row in books.money.values() if row.state == "received")
    if books.sum_of("tax") != -taxes:
        yield f"Sales tax is {-books.sum_of('tax')} in the journal, {taxes} on the papers."


def _owed_by_money(books: Ledgers, row: Any) -> int | None:
    """What the items of a payment sum to; None where that depends on what was applied."""
    if row.kind == "deposit":
        return 0 if row.state != "received" else None
    if row.state != "received" or (row.source_id in books.money and books.money[row.source_id].kind == "deposit"):
        return 0
    return row.amount_cents if row.kind == "refund" else -row.amount_cents


def _replay(tx: Tx, books: Ledgers) -> Iterator[str]:
    kinds = (*EVENTS, "invoice.posted", "invoice.voided")
    query = select(Event.kind, Event.entity_id, Event.before, Event.after).where(Event.kind.in_(kinds)).order_by(Event.id)
    total = 0
    posted: dict[int, int] = defaultdict(int)
    for kind, id, before, after in tx.session.execute(query):
        if kind in EVENTS:
            cents = after.get("cents", before.get("cents", 0))
            row = books.money.get(id)
            if row is None or (kind == "payment.reversed" and _never_owed(books, row)):
                continue  # a deposit, or its refund, that was taken back was no receivable
            total += (-1 if kind == "payment.reversed" and row.kind == "refund" else EVENTS[kind]) * (cents or row.amount_cents)
        elif id in books.papers:
            sign = 1 if kind == "invoice.posted" else -1
            posted[id] += sign
            total += sign * SIGNS[books.papers[id].kind] * int((after if sign > 0 else before).get("total_cents", 0))
    for id, paper in books.papers.items():
        if posted[id] != (paper.state == "posted"):
            yield f"The log does not say how {paper.number or 'a draft'} became {paper.state}."
    if total != (owed := sum(item.amount_cents for item in books.items.values())):
        yield f"Played again from the log, receivables come to {total}; the ledger sums to {owed}."


def _never_owed(books: Ledgers, row: Any) -> bool:
    source = books.money.get(row.source_id or 0)
    return row.kind == "deposit" or (source is not None and source.kind == "deposit")


def _words(tx: Tx) -> Iterator[str]:
    for table in (Invoice, Payment):
        query = select(table.number, table.sha256, table.frozen).where(table.number.is_not(None)).order_by(table.id)
        yield from (f"The words of {number} were changed." for number, sha256, frozen in _slowly(tx, query) if sha256_of(frozen) != sha256)
    query = select(Invoice.number, Invoice.total_cents, Invoice.tax_cents, Invoice.frozen).where(Invoice.number.is_not(None))
    for number, total, tax, frozen in _slowly(tx, query.order_by(Invoice.id)):
        if (frozen.get("number"), frozen.get("total"), frozen.get("tax")) != (number, total, tax):
            yield f"{number} says other sums than are booked."
    made = select(Statement.id, Statement.sha256, Statement.frozen).order_by(Statement.id)
    yield from (f"The words of statement {id} were changed." for id, sha256, frozen in _slowly(tx, made) if sha256_of(frozen) != sha256)


def _files(tx: Tx, ids: Iterable[int]) -> Iterator[str]:
    for id in sorted(ids):
        found = tx.session.execute(select(Blob.sha256, Blob.content).where(Blob.id == id)).first()
        if found is None or hashlib.sha256(found.content).hexdigest() != found.sha256:
            yield f"The stored file {id} of a document was changed."


def _slowly(tx: Tx, query: Any) -> Iterator[Any]:
    """The rows of a query without holding all of them at once."""
    found: Any = tx.session.execute(query.execution_options(yield_per=500))
    yield from found

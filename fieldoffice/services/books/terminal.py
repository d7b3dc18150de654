"""The books from a terminal: prove them, or write them out for another program."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from fieldoffice.models.errors import Invalid
from fieldoffice.office import Office, Tx
from fieldoffice.services.books.exporting import FORMATS, write_books
from fieldoffice.services.books.verifying import prove_books


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("verify", "export"), help="verify: prove that everything adds up; export: write the journal out")
    parser.add_argument("--format", choices=tuple(FORMATS), default="csv",
                        help="csv (one row a line of the journal, with control totals), beancount, or iif for QuickBooks Desktop "
                             "(by its published format; not tried with QuickBooks)")  # fmt: skip
    parser.add_argument("--from", dest="start", default="", metavar="DAY", help="the first day, as 2026-01-31; all if not given")
    parser.add_argument("--to", dest="end", default="", metavar="DAY", help="the last day; today if not given")
    parser.add_argument("--out", type=Path, help="the file to write; standard output if not given")
    parser.add_argument("--database", default="", help="the database address; the configured one if not given")


def run(given: argparse.Namespace, address: str) -> int:
    """Do it; 1 where a proof fails."""
    office = Office(address)
    try:
        return (_verify if given.what == "verify" else _export)(office, given)
    finally:
        office.close()


def _verify(office: Office, given: argparse.Namespace) -> int:
    proof = office.see(prove_books)
    wrong = {finding.proof for finding in proof.findings}
    for name, count in proof.counts:
        print(f"{'WRONG' if name in wrong else 'ok':<6}{name:<52}{count:>10,}")
    if not proof.findings:
        print("the books are proven")
        return 0
    first, more = proof.findings[0], len(proof.findings) - 1
    print(f"{first.words}{f' ({more} more)' if more else ''}", file=sys.stderr)
    return 1


def _export(office: Office, given: argparse.Namespace) -> int:
    start, end = _day(given.start, "from"), _day(given.end, "to")
    if start and end and end < start:
        raise Invalid(to="The last day lies before the first one.")
    written = office.see(_written, given.format, start, end)
    if given.out is None:
        sys.stdout.write(written)
        return 0
    with given.out.open("w", encoding="utf-8", newline="") as file:
        file.write(written)
    print(f"{given.out}")
    return 0


def _written(tx: Tx, form: str, start: date | None, end: date | None) -> str:
    return write_books(tx, form, start=start, end=end or tx.today)


def _day(text: str, field: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid(**{field: f"“{text}” is no day; write it as 2026-01-31."}) from None



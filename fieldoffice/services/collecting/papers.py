"""From a stored statement to its PDF: drawn once from what was frozen, kept, and printed again as the same bytes.

Drawing takes its time, so it happens outside of any transaction: `undrawn` says what is to be drawn, `keep_papers` stores it and
writes the e-mails. Stopped in between, it goes on where it was, and nobody is written to twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from fieldoffice.models.collecting import Statement, StatementRun
from fieldoffice.models.customer import Customer
from fieldoffice.models.errors import NotAllowed
from fieldoffice.models.files import Blob
from fieldoffice.models.message import OutboxMessage
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services import messages
from fieldoffice.services.books.parties import look_of, party_of, sender_of
from fieldoffice.services.documents.moneypaper import Applied
from fieldoffice.services.documents.statementpaper import Aging, Section, StatementPaper, StatementRow
from fieldoffice.services.documents.statementrun import page_of, pages_again
from fieldoffice.services.jobs.files import keep
from fieldoffice.services.jobs.money import amount
from fieldoffice.services.messages.kinds import LANGUAGES
from fieldoffice.services.requests.wording import day_words

LARGEST = 10_000_000
"""Bytes of one stored file; a larger print is drawn again from what was frozen, which makes the same."""


@dataclass(frozen=True, slots=True)
class ToDraw:
    """A statement without a PDF."""

    id: int
    paper: StatementPaper


def undrawn(tx: Tx, run_id: int, n: int = 10) -> tuple[ToDraw, ...]:
    """The next statements of a run that have no PDF yet."""
    tx.require(Right.BILLING)
    mine = select(Statement).where(Statement.run_id == run_id, Statement.paper_id.is_(None)).order_by(Statement.id).limit(n)
    rows = tx.all(mine)
    logos = _logos(tx, rows)
    return tuple(ToDraw(row.id, paper_of(row.frozen, logos)) for row in rows)


def keep_papers(tx: Tx, drawn: Sequence[tuple[int, bytes]]) -> None:
    """Store PDFs, by statement, and write the e-mails that bring them. One that has its PDF already keeps it."""
    tx.require(Right.BILLING)
    for statement_id, pdf in drawn:
        row = tx.get(Statement, statement_id, lock=True)
        if row.paper_id is None:
            row.paper_id = keep(tx, pdf)
            if row.delivery != "print" and row.superseded_id is None:
                _mail(tx, row, hashlib.sha256(pdf).hexdigest())


def statement_pdf(tx: Tx, statement_id: int) -> bytes:
    """The stored bytes of a statement: a reprint is the same file."""
    tx.require(Right.LOOK)
    row = tx.get(Statement, statement_id)
    if row.paper_id is None:
        raise NotAllowed("This statement is not drawn yet. Let its run go on first.", key="not_drawn")
    return tx.session.scalars(select(Blob.content).where(Blob.id == row.paper_id)).one()


def for_printer(tx: Tx, run_id: int) -> tuple[StatementPaper, ...]:
    """The statements of a run that go out on paper, in postal order: country, postal code, street, name."""
    tx.require(Right.LOOK)
    rows = sorted(_to_print(tx, run_id), key=_postal)
    logos = _logos(tx, rows)
    return tuple(paper_of(row.frozen, logos) for row in rows)


def kept_print(tx: Tx, run_id: int) -> bytes | None:
    """The print file of a run as it was made before; None when there is none, or other statements are in it by now."""
    tx.require(Right.LOOK)
    run = tx.get(StatementRun, run_id)
    of: list[int] = run.options.get("print_of", [])
    if of != [row.id for row in sorted(_to_print(tx, run_id), key=_postal)]:
        return None
    return tx.session.scalar(select(Blob.content).where(Blob.sha256 == run.options.get("print_sha256")))


def keep_print(tx: Tx, run_id: int, pdf: bytes) -> None:
    """Keep the print file of a run, so that a page that the printer tore comes out again as it was."""
    tx.require(Right.BILLING)
    run = tx.get(StatementRun, run_id, lock=True)
    if len(pdf) <= LARGEST:
        keep(tx, pdf)
        ids = [row.id for row in sorted(_to_print(tx, run_id), key=_postal)]
        run.options = run.options | {"print_of": ids, "print_sha256": hashlib.sha256(pdf).hexdigest()}
    tx.event("statements.drawn", run)


def print_from(tx: Tx, run_id: int, statement_id: int) -> bytes:
    """The kept print file from one statement on, page by page as it was: for a printer that stopped in the middle."""
    pdf, ids = kept_print(tx, run_id), list[int](tx.get(StatementRun, run_id).options.get("print_of", []))
    if pdf is None or statement_id not in ids:
        raise NotAllowed("This statement is in no print file yet. Print the run first.", key="not_printed")
    places = page_of(pdf)
    first = places[ids.index(statement_id)].first
    return pages_again(pdf, first, places[-1].first + places[-1].count - first)


def mark_printed(tx: Tx, run_id: int) -> int:
    """Note that the print file of a run went out; how many statements that were."""
    tx.require(Right.BILLING)
    rows = [row for row in _to_print(tx, run_id) if row.printed_at is None]
    for row in rows:
        row.printed_at = tx.now
    if rows:
        tx.event("statements.printed", tx.get(StatementRun, run_id), after={"printed": len(rows)})
    return len(rows)


def mail_again(tx: Tx, statement_id: int) -> None:
    """Write the e-mail of a statement once more, to where the customer can be reached now."""
    tx.require(Right.BILLING)
    row = tx.get(Statement, statement_id, lock=True)
    if row.paper_id is None:
        raise NotAllowed("This statement is not drawn yet. Let its run go on first.", key="not_drawn")
    if not tx.get(Customer, row.bill_to_id).email:
        raise NotAllowed("This customer has no e-mail address.", key="no_email")
    _mail(tx, row, tx.session.scalars(select(Blob.sha256).where(Blob.id == row.paper_id)).one())


def paper_of(frozen: dict[str, Any], logos: dict[str, bytes]) -> StatementPaper:
    """What is drawn, from what was frozen. `logos` holds pictures by their hash."""
    aging = frozen["aging"]
    a, b, c, d, e = aging["buckets"]
    return StatementPaper(
        sender_of(frozen["sender"] | {"accent": frozen["accent"]}, logos), party_of(frozen["bill_to"]), date.fromisoformat(frozen["as_of"]),
        tuple(Section(one["name"], tuple(_row(row) for row in one["rows"]), one["subtotal"]) for one in frozen["sections"]),
        frozen["closing"], "open item" if frozen["kind"] == "open" else "balance forward",
        date.fromisoformat(frozen["from_on"]) if frozen["from_on"] else None, frozen["opening"],
        tuple(_row(row) for row in frozen["adjustments"]), Aging((a, b, c, d, e), aging["credits"]),
        tuple(Applied(date.fromisoformat(row["on"]), row["words"], row["cents"]) for row in frozen["deposits"]),
        frozen["charge_words"], frozen["pay_words"], look=look_of(frozen),
    )  # fmt: skip


def _row(row: dict[str, Any]) -> StatementRow:
    due = date.fromisoformat(row["due"]) if row["due"] else None
    return StatementRow(date.fromisoformat(row["on"]), row["words"], due, row["original"], row["open"], row["running"])


def _logos(tx: Tx, rows: Sequence[Statement]) -> dict[str, bytes]:
    hashes = {row.frozen["sender"]["logo"] for row in rows} - {""}
    found = tx.session.execute(select(Blob.sha256, Blob.content).where(Blob.sha256.in_(hashes))) if hashes else ()
    return {row[0]: row[1] for row in found}


def _to_print(tx: Tx, run_id: int) -> list[Statement]:
    mine = select(Statement).where(Statement.run_id == run_id, Statement.delivery != "email", Statement.superseded_id.is_(None))
    return tx.all(mine.order_by(Statement.id))


def _postal(row: Statement) -> tuple[str, str, str, str, int]:
    who = row.frozen["bill_to"]
    return who["country"], who["postal_code"].casefold(), who["street"].casefold(), who["name"].casefold(), row.id


def _mail(tx: Tx, row: Statement, sha256: str) -> None:
    """An e-mail with the PDF attached; written again after it left, it gets a key of its own."""
    customer = tx.get(Customer, row.bill_to_id)
    count = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.key.startswith(f"statement|{row.id}|"))
    money = amount(row.closing_cents, row.frozen["exponent"])
    spoken = customer.language if customer.language in LANGUAGES else "en"
    values = {"customer": customer.name, "day": day_words(row.as_of, spoken), "amount": f"{row.frozen['currency']} {money}"}
    id = messages.to_address(tx, "statement", customer.email, key=f"statement|{row.id}|{tx.session.scalar(count)}", values=values,
                             language=spoken, customer_id=customer.id)  # fmt: skip
    message = tx.get(OutboxMessage, id)
    name = f"Statement {row.as_of.isoformat()}.pdf"
    message.content = message.content | {"files": [{"name": name, "blob_sha256": sha256}]}
    row.mailed_at = tx.now
    tx.event("statement.mailed", row, customer_id=customer.id, note=customer.email)

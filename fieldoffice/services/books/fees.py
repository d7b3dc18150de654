"""Fees for money that came back: papers of their own, posted at once, without tax."""

from __future__ import annotations

from datetime import date

from fieldoffice.models.billing import Invoice, InvoiceLine, Paper
from fieldoffice.models.errors import Invalid
from fieldoffice.models.staff import Right
from fieldoffice.models.states import PaperState
from fieldoffice.office import Tx
from fieldoffice.services.books.freezing import frozen_invoice
from fieldoffice.services.books.journal import sha256_of
from fieldoffice.services.books.periods import hold_books
from fieldoffice.services.books.posting import book
from fieldoffice.services.books.receipts import MOST_CENTS
from fieldoffice.services.company.numbering import take_number


def charge_fee(tx: Tx, customer_id: int, cents: int, *, on: date, words: str, cites_id: int | None = None) -> Invoice:
    """Post a fee of one line, due at once; `words` is what the line says. It counts to the income from fees."""
    tx.require(Right.BILLING)
    if not 0 < cents <= MOST_CENTS:
        raise Invalid(fee="Enter an amount above zero.")
    if on > tx.today:
        raise Invalid(on="This day lies ahead.")
    hold_books(tx)
    paper = Invoice(kind=Paper.CHARGE.value, customer_id=customer_id, bill_to_id=customer_id, state=PaperState.DRAFT.value,
                    cites_id=cites_id, issued_on=on, due_on=on, net_cents=cents, total_cents=cents, created_at=tx.now)  # fmt: skip
    tx.add(paper)
    tx.add(InvoiceLine(invoice_id=paper.id, position=1, kind="charge", name=words, unit_price_cents=cents, net_cents=cents))
    with tx.session.no_autoflush:  # what it says and that it is posted are written at once
        paper.become(PaperState.POSTED)
        paper.number, paper.posted_at = take_number(tx, "charge"), tx.now
        paper.frozen = frozen_invoice(tx, paper, [])
        paper.sha256 = sha256_of(paper.frozen)
    tx.session.flush()
    book(tx, paper, account="fees")
    tx.event("invoice.posted", paper, customer_id=customer_id, note=f"fee {paper.number}: {words}", after={"total_cents": cents})
    return paper

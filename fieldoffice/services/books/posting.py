"""Posting: a draft gets its number, its entry in the journal and its item in the ledger, and never changes again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select

from fieldoffice.models.billing import Invoice, InvoiceJob, InvoiceLine, Paper
from fieldoffice.models.books import Allocation, ArItem, ItemKind, JournalEntry
from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.models.staff import Right
from fieldoffice.models.states import PaperState
from fieldoffice.office import Tx
from fieldoffice.services.books import deposits
from fieldoffice.services.books.chart import income
from fieldoffice.services.books.drafts import refresh_draft
from fieldoffice.services.books.freezing import frozen_invoice
from fieldoffice.services.books.journal import About, Side, post_entry, reverse_entry, sha256_of
from fieldoffice.services.books.ledger import free, one_item, spread_over, write_allocation
from fieldoffice.services.books.periods import closed, hold_books, open_day
from fieldoffice.services.books.turning import allocated, take_back
from fieldoffice.services.company.numbering import take_number

SERIES = {Paper.INVOICE: "invoice", Paper.CREDIT: "credit", Paper.CHARGE: "charge"}
ITEMS = {Paper.INVOICE: ItemKind.INVOICE, Paper.CREDIT: ItemKind.CREDIT, Paper.CHARGE: ItemKind.CHARGE}


def post_invoice(tx: Tx, invoice_id: int, *, version: int, override: str = "") -> Invoice:
    """Post a draft. Its number is taken under the lock of the books; deposits for its jobs are applied at once, and a credit
    memo settles the invoice that it cites.

    Refused where its day's period is closed, unless the owner gives a reason in `override`.
    """
    tx.require(Right.BILLING)
    hold_books(tx)
    draft = tx.get(Invoice, invoice_id, version=version)
    if draft.state != PaperState.DRAFT:
        raise NotAllowed(f"{draft.number} is posted already.", key="posted")
    if draft.issued_on > tx.today:
        raise Invalid(issued_on="Its date lies ahead; nothing is posted before its day.")
    refresh_draft(tx, draft, draft.issued_on)
    if not draft.total_cents and draft.kind != Paper.INVOICE:
        raise Invalid(lines="There is nothing to post: the total is zero.")
    kind = Paper(draft.kind)
    given = deposits.for_jobs(tx, _jobs(tx, draft.id), draft.bill_to_id, draft.total_cents) if kind is Paper.INVOICE else []
    number = take_number(tx, SERIES[kind])
    with tx.session.no_autoflush:  # what it says and that it is posted are written at once
        draft.become(PaperState.POSTED)
        draft.number, draft.posted_at = number, tx.now
        draft.frozen = frozen_invoice(tx, draft, [(on.isoformat(), words, cents) for _id, on, words, cents in given])
        draft.sha256 = sha256_of(draft.frozen)
    tx.session.flush()
    if item := book(tx, draft, override=override):
        for deposit_id, _on, _words, cents in given:
            deposits.apply_deposit(tx, deposit_id, item.id, cents, open_day(tx, draft.issued_on))
        if kind is Paper.CREDIT and draft.cites_id:
            _settle_cited(tx, draft, item)
    tx.event("invoice.posted", draft, customer_id=draft.bill_to_id, job_id=next(iter(_jobs(tx, draft.id)), None),
             note=f"{kind.word} {draft.number}", after={"total_cents": draft.total_cents, "override": override})  # fmt: skip
    return draft


def book(tx: Tx, paper: Invoice, *, override: str = "", account: str = "") -> ArItem | None:
    """The journal entry and the item of a posted paper. `account` replaces the income accounts.

    A paper over nothing has no item, and an entry only where its lines and taxes are something.
    """
    sign = -1 if paper.kind == Paper.CREDIT else 1
    lines = tx.all(select(InvoiceLine).where(InvoiceLine.invoice_id == paper.id).order_by(InvoiceLine.position))
    sides: list[Side] = [("receivable", sign * paper.total_cents)]
    sides += [(account or income(tx, line.kind, line.item_id), -sign * line.net_cents) for line in lines]
    sides.append(("tax", -sign * paper.tax_cents))
    if not any(cents for _key, cents in sides):
        return None
    words = f"{Paper(paper.kind).word.capitalize()} {paper.number}"
    entry = post_entry(tx, paper.kind, paper.issued_on, words, sides, About(invoice_id=paper.id, document=paper.sha256), override=override)
    if not paper.total_cents:
        return None
    return tx.add(ArItem(kind=ITEMS[Paper(paper.kind)].value, number=paper.number or "", customer_id=paper.customer_id,
                         bill_to_id=paper.bill_to_id, invoice_id=paper.id, entry_id=entry.id, on_date=paper.issued_on,
                         due_on=paper.due_on or paper.issued_on, amount_cents=sign * paper.total_cents))  # fmt: skip


def void_invoice(tx: Tx, invoice_id: int, *, version: int, reason: str) -> Invoice:
    """Void a posted paper: it keeps its number and its lines and counts for nothing, as of its own day.

    Refused in a closed period and where something is allocated to it: credit it instead.
    """
    tx.require(Right.BILLING)
    hold_books(tx)
    paper = tx.get(Invoice, invoice_id, version=version)
    if paper.state != PaperState.POSTED:
        raise NotAllowed("Only a posted paper can be voided.", key="not_posted")
    if not reason.strip():
        raise Invalid(reason="Say why it is voided.")
    if closed(tx).why_not(paper.issued_on):
        raise NotAllowed(f"{paper.number} lies in a closed period. Write a credit memo instead.", key="closed_period")
    item = tx.session.scalars(select(ArItem).where(ArItem.invoice_id == invoice_id, ArItem.reverses_id.is_(None))).first()
    if item and allocated(tx, item.id):
        words = f"Something was paid or credited on {paper.number}. Take that back first, or write a credit memo."
        raise NotAllowed(words, key="allocated")
    paper.become(PaperState.VOID)
    paper.voided_at, paper.void_reason = tx.now, reason.strip()
    if item:
        take_back(tx, [item], ItemKind.VOID, paper.issued_on, f"Void {paper.number}")
    elif entry := tx.session.scalars(select(JournalEntry).where(JournalEntry.invoice_id == invoice_id)).first():
        reverse_entry(tx, entry, ItemKind.VOID.value, paper.issued_on, f"Void {paper.number}")
    tx.event("invoice.voided", paper, customer_id=paper.bill_to_id, note=f"{paper.number}: {paper.void_reason}",
             before={"total_cents": paper.total_cents})  # fmt: skip
    return paper


def cancel_credit(tx: Tx, invoice_id: int, *, version: int, on: date, reason: str) -> Invoice:
    """Take a credit memo back: what it settled is open again, and it counts for nothing. In an open period it is void as of
    its own day; in a closed one a counter-entry of the day `on` takes it back."""
    tx.require(Right.BILLING)
    hold_books(tx)
    paper = tx.get(Invoice, invoice_id, version=version)
    if paper.kind != Paper.CREDIT or paper.state != PaperState.POSTED:
        raise NotAllowed("This is no credit memo that could be taken back.", key="no_credit")
    if not reason.strip():
        raise Invalid(reason="Say why it is taken back.")
    if not paper.issued_on <= on <= tx.today:
        raise Invalid(on="Between the day of the credit memo and today.")
    item = tx.session.scalars(select(ArItem).where(ArItem.invoice_id == invoice_id, ArItem.reverses_id.is_(None))).one()
    if refunded := _refunded(tx, item.id):
        raise NotAllowed(f"A part of it was refunded by {refunded}. Reverse that first.", key="refunded")
    free(tx, item.id, on)
    day = on if closed(tx).why_not(paper.issued_on) else paper.issued_on
    take_back(tx, [item], ItemKind.VOID, day, f"Void {paper.number}")
    paper.become(PaperState.VOID)
    paper.voided_at, paper.void_reason = tx.now, reason.strip()
    tx.event("invoice.voided", paper, customer_id=paper.bill_to_id, note=f"{paper.number}: {paper.void_reason}",
             before={"total_cents": paper.total_cents})  # fmt: skip
    return paper


def _refunded(tx: Tx, item_id: int) -> str:
    """The number of a refund out of a credit that stands, or ""."""
    query = select(ArItem.number).join(Allocation, Allocation.target_id == ArItem.id)
    query = query.where(Allocation.source_id == item_id, ArItem.kind == ItemKind.REFUND)
    return next(iter(tx.all(query.group_by(ArItem.id, ArItem.number).having(func.sum(Allocation.amount_cents) != 0))), "")


def dispute(tx: Tx, invoice_id: int, *, version: int, disputed: bool) -> Invoice:
    """Mark that a customer contests a paper, or no more: no finance charge and no reminder meanwhile."""
    tx.require(Right.BILLING)
    paper = tx.get(Invoice, invoice_id, version=version)
    if paper.state != PaperState.POSTED:
        raise NotAllowed("Only a posted paper can be disputed.", key="not_posted")
    paper.disputed_on = tx.today if disputed else None
    tx.event("invoice.disputed" if disputed else "invoice.settled", paper, customer_id=paper.bill_to_id, note=paper.number or "")
    return paper


def _settle_cited(tx: Tx, paper: Invoice, item: ArItem) -> None:
    query = select(ArItem.id).where(ArItem.invoice_id == paper.cites_id, ArItem.reverses_id.is_(None))
    source = one_item(tx, item.id)
    debts = [one_item(tx, id) for id in tx.all(query)]
    for debt, cents in spread_over(-source.open_cents, debts):
        write_allocation(tx, source, debt, cents, paper.issued_on)


def _jobs(tx: Tx, invoice_id: int) -> Sequence[int]:
    return tx.all(select(InvoiceJob.job_id).where(InvoiceJob.invoice_id == invoice_id).order_by(InvoiceJob.job_id))

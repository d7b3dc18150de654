"""Drafts of papers: made from finished jobs, for a sale, or to credit an invoice; edited until they are posted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import delete, select

from fieldoffice.models.billing import Invoice, InvoiceJob, InvoiceLine, InvoiceTax, Paper
from fieldoffice.models.customer import Customer, Location
from fieldoffice.models.errors import Invalid, NotAllowed, NotFound
from fieldoffice.models.job import Job, Line
from fieldoffice.models.staff import Right
from fieldoffice.models.states import PaperState
from fieldoffice.office import Tx
from fieldoffice.services.books.reckoning import Priced, Rounding, Sums, TaxKey, reckon
from fieldoffice.services.books.taxes import NO_TAX, Taxes
from fieldoffice.services.books.terms import payer_of, terms_of
from fieldoffice.services.company.values import setting

MOST_CENTS = 10**12
LONGEST = 4_000


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One line as it is written. Without `tax` the tax follows from the item, the place and the day."""

    name: str
    quantity_milli: int
    unit_price_cents: int
    kind: str = "service"
    description: str = ""
    item_id: int | None = None
    job_id: int | None = None
    tax: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class DraftFacts:
    """What may be written on a draft."""

    lines: tuple[DraftLine, ...]
    issued_on: date
    due_on: date | None = None  # None: by the customer's terms
    reference: str = ""
    notes: str = ""
    reason: str = ""
    photos: bool = False
    location_id: int | None = None


def bill_jobs(tx: Tx, job_ids: Sequence[int], *, issued_on: date | None = None) -> int:
    """A draft invoice for one job or several of one payer, with all their lines; returns its id. For jobs of several sub
    customers the payer itself is the customer.

    Refused for a canceled job, one that is billed already, one without lines, and for jobs of different payers.
    """
    tx.require(Right.BILLING)
    jobs = _jobs(tx, job_ids)
    lines = tx.all(select(Line).where(Line.job_id.in_(job_ids)).order_by(Line.position, Line.id))
    if empty := [job.number for job in jobs if not any(line.job_id == job.id for line in lines)]:
        raise NotAllowed(f"Job {empty[0]} has no lines to bill.", key="no_lines")
    wanted = tuple(
        DraftLine(line.name, line.quantity_milli, line.unit_price_cents, line.kind, "", line.item_id, job.id,
                  None if line.item_id else (("Tax", line.tax_ppm) if line.tax_ppm else ("", 0)))
        for job in jobs for line in lines if line.job_id == job.id
    )  # fmt: skip
    places = {job.location_id for job in jobs}
    facts = DraftFacts(wanted, issued_on or tx.today, location_id=places.pop() if len(places) == 1 else None)
    payer, served = _payer(tx, jobs[0]), {job.customer_id for job in jobs}
    return _new(tx, Paper.INVOICE, served.pop() if len(served) == 1 else payer, payer, facts, [job.id for job in jobs])


def new_sale(tx: Tx, customer_id: int, facts: DraftFacts) -> int:
    """A draft invoice without a job; returns its id."""
    tx.require(Right.BILLING)
    return _new(tx, Paper.INVOICE, customer_id, payer_of(tx, customer_id), facts, [])


def credit_invoice(tx: Tx, invoice_id: int, *, reason: str, lines: tuple[DraftLine, ...] | None = None,
                   issued_on: date | None = None) -> int:  # fmt: skip
    """A draft credit memo that cites an invoice; with all its lines and taxes unless told which. Returns its id."""
    tx.require(Right.BILLING)
    invoice = tx.get(Invoice, invoice_id)
    if invoice.state != PaperState.POSTED or invoice.kind == Paper.CREDIT:
        raise NotAllowed("Only a posted invoice can be credited.", key="not_posted")
    if not reason.strip():
        raise Invalid(reason="Say why this is credited.")
    facts = DraftFacts(lines if lines is not None else lines_of(tx, invoice_id), issued_on or tx.today, reason=reason,
                       location_id=invoice.location_id)  # fmt: skip
    return _new(tx, Paper.CREDIT, invoice.customer_id, invoice.bill_to_id, facts, [], cites_id=invoice_id)


def new_credit(tx: Tx, customer_id: int, facts: DraftFacts) -> int:
    """A draft credit memo that cites no invoice; returns its id."""
    tx.require(Right.BILLING)
    if not facts.reason.strip():
        raise Invalid(reason="Say why this is credited.")
    return _new(tx, Paper.CREDIT, customer_id, payer_of(tx, customer_id), facts, [])


def edit_draft(tx: Tx, invoice_id: int, facts: DraftFacts, *, version: int) -> int:
    """Write a draft anew; sums and taxes follow. Returns its new version."""
    tx.require(Right.BILLING)
    draft = _draft(tx, invoice_id, version)
    _write(tx, draft, facts)
    tx.event("invoice.edited", draft, customer_id=draft.customer_id, after={"total_cents": draft.total_cents})
    return draft.version


def drop_draft(tx: Tx, invoice_id: int, *, version: int) -> None:
    """Throw a draft away; it had no number, so nothing is missing afterwards."""
    tx.require(Right.BILLING)
    draft = _draft(tx, invoice_id, version)
    for part in (InvoiceLine, InvoiceTax, InvoiceJob):
        tx.session.execute(delete(part).where(part.invoice_id == invoice_id))
    tx.event("invoice.dropped", draft, customer_id=draft.customer_id, before={"total_cents": draft.total_cents})
    tx.session.delete(draft)


def lines_of(tx: Tx, invoice_id: int) -> tuple[DraftLine, ...]:
    """The lines of a paper as they could be written again, with the taxes that they bear."""
    rows = tx.all(select(InvoiceLine).where(InvoiceLine.invoice_id == invoice_id).order_by(InvoiceLine.position))
    return tuple(DraftLine(row.name, row.quantity_milli, row.unit_price_cents, row.kind, row.description, row.item_id, row.job_id,
                           (row.tax_name, row.tax_ppm)) for row in rows)  # fmt: skip


def refresh_draft(tx: Tx, draft: Invoice, issued_on: date) -> None:
    """Sums and taxes of a draft as they are on the day of posting."""
    facts = DraftFacts(lines_of(tx, draft.id), issued_on, draft.due_on if draft.issued_on == issued_on else None, draft.reference,
                       draft.notes, draft.reason, draft.photos, draft.location_id)  # fmt: skip
    _write(tx, draft, facts)


def _new(tx: Tx, kind: Paper, customer_id: int, bill_to_id: int, facts: DraftFacts, job_ids: Iterable[int], *,
         cites_id: int | None = None) -> int:  # fmt: skip
    draft = Invoice(kind=kind.value, customer_id=customer_id, bill_to_id=bill_to_id, state=PaperState.DRAFT.value, cites_id=cites_id,
                    issued_on=facts.issued_on, rounding=setting(tx, "money.rounding"), created_at=tx.now)  # fmt: skip
    tx.add(draft)
    tx.session.add_all(InvoiceJob(invoice_id=draft.id, job_id=job_id) for job_id in job_ids)
    _write(tx, draft, facts)
    tx.event("invoice.drafted", draft, customer_id=customer_id, job_id=next(iter(job_ids), None), note=kind.word,
             after={"total_cents": draft.total_cents})  # fmt: skip
    return draft.id


def _write(tx: Tx, draft: Invoice, facts: DraftFacts) -> None:
    lines, sums = priced(tx, draft, facts)
    check_facts(facts, sums)
    due = facts.due_on or terms_of(tx, draft.bill_to_id).due(facts.issued_on)
    if due < facts.issued_on:
        raise Invalid(due_on="It cannot be due before its own date.")
    draft.issued_on, draft.due_on = facts.issued_on, facts.issued_on if draft.kind == Paper.CREDIT else due
    draft.reference, draft.notes, draft.reason = facts.reference.strip(), facts.notes.strip(), facts.reason.strip()
    draft.photos, draft.location_id = facts.photos, facts.location_id
    draft.net_cents, draft.tax_cents, draft.total_cents = sums.net_cents, sums.tax_cents, sums.total_cents
    for part in (InvoiceLine, InvoiceTax):
        tx.session.execute(delete(part).where(part.invoice_id == draft.id))
    tx.session.add_all(
        InvoiceLine(invoice_id=draft.id, position=n, job_id=line.job_id, item_id=line.item_id, kind=line.kind, name=line.name.strip(),
                    description=line.description.strip(), quantity_milli=line.quantity_milli, unit_price_cents=line.unit_price_cents,
                    net_cents=net, tax_cents=tax, tax_name=_tax(line)[0], tax_ppm=_tax(line)[1])
        for n, (line, (net, tax)) in enumerate(zip(lines, sums.lines, strict=True), 1)
    )  # fmt: skip
    tx.session.add_all(InvoiceTax(invoice_id=draft.id, position=n, name=row.name, ppm=row.ppm, net_cents=row.net_cents,
                                  tax_cents=row.tax_cents) for n, row in enumerate(sums.taxes, 1))  # fmt: skip
    tx.session.flush()


def priced(tx: Tx, draft: Invoice, facts: DraftFacts) -> tuple[tuple[DraftLine, ...], Sums]:
    """The lines with the taxes that hold for them, and the sums of the whole."""
    place = tx.session.get(Location, facts.location_id) if facts.location_id else None
    taxes = Taxes(tx, {draft.customer_id, draft.bill_to_id}, place.region if place else "", facts.issued_on)
    keep = draft.kind == Paper.CREDIT  # it gives back the taxes of the invoice
    lines = tuple(
        line if keep and line.tax is not None
        else replace(line, tax=taxes.of_item(line.item_id) if line.tax is None else taxes.again(line.item_id, line.tax))
        for line in facts.lines
    )  # fmt: skip
    rounding: Rounding = "paper" if draft.rounding == "paper" else "line"
    return lines, reckon([Priced(line.quantity_milli, line.unit_price_cents, *_tax(line)) for line in lines], rounding)


def check_facts(facts: DraftFacts, sums: Sums) -> None:
    """Refuse in words, by the field, what no paper may say."""
    wrong: dict[str, str] = {}
    for n, line in enumerate(facts.lines):
        if not line.name.strip():
            wrong[f"line{n}_name"] = "A line wants words."
        if line.quantity_milli == 0 or abs(line.quantity_milli) > 10**9:
            wrong[f"line{n}_quantity"] = "Enter a quantity."
        if abs(line.unit_price_cents) > MOST_CENTS:
            wrong[f"line{n}_price"] = "This price is too high."
    if not facts.lines:
        wrong["lines"] = "There is no line on it yet."
    if sums.total_cents < 0:
        wrong["lines"] = "The total is below zero. Write a credit memo instead."
    if max(len(facts.notes), len(facts.reason)) > LONGEST:
        wrong["notes"] = f"At most {LONGEST} letters."
    if wrong:
        raise Invalid(**wrong)


def _tax(line: DraftLine) -> TaxKey:
    return line.tax or NO_TAX


def _jobs(tx: Tx, job_ids: Sequence[int]) -> list[Job]:
    jobs = tx.all(select(Job).where(Job.id.in_(job_ids)).order_by(Job.id).with_for_update(key_share=True))
    if len(jobs) != len(set(job_ids)) or not jobs:
        raise NotFound("This job no longer exists.")
    if off := next((job for job in jobs if job.cancelled_at), None):
        raise NotAllowed(f"Job {off.number} is canceled, so there is nothing to bill.", key="canceled")
    if len({_payer(tx, job) for job in jobs}) > 1:
        raise NotAllowed("These jobs are paid by different customers. Bill them one by one.", key="different_payers")
    if done := billed(tx, job_ids):
        job = next(job for job in jobs if job.id in done)
        raise NotAllowed(f"Job {job.number} is billed already, by {done[job.id]}.", key="billed", job=job.number)
    return jobs


def billed(tx: Tx, job_ids: Iterable[int]) -> dict[int, str]:
    """Which of these jobs a living invoice bills: job id to its number, or "a draft"."""
    found = tx.session.execute(
        select(InvoiceJob.job_id, Invoice.number).join(Invoice, Invoice.id == InvoiceJob.invoice_id)
        .where(InvoiceJob.job_id.in_(set(job_ids)), Invoice.state != PaperState.VOID)
    )  # fmt: skip
    return {job_id: number or "a draft" for job_id, number in found}


def _payer(tx: Tx, job: Job) -> int:
    return job.bill_to_id or tx.get(Customer, job.customer_id).bill_to_id or job.customer_id


def _draft(tx: Tx, invoice_id: int, version: int) -> Invoice:
    draft = tx.get(Invoice, invoice_id, version=version)
    if draft.state != PaperState.DRAFT:
        raise NotAllowed(f"{draft.number} is posted and stays as it is. Credit it, or void it.", key="posted")
    return draft

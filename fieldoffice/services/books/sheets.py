"""Everything on the page of one paper, and of one payment: what it says, what it settles, what happened to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from fieldoffice.models.billing import Invoice, InvoiceJob, InvoiceLine, InvoiceTax, Payment
from fieldoffice.models.books import Allocation, ArItem, ItemKind
from fieldoffice.models.customer import Customer, Location
from fieldoffice.models.errors import NotFound
from fieldoffice.models.job import Job
from fieldoffice.models.log import Event
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.books.deposits import for_jobs
from fieldoffice.services.books.drafts import DraftLine
from fieldoffice.services.books.listing import InvoiceRow, invoice_rows
from fieldoffice.services.books.moneylist import PaymentRow, payment_rows
from fieldoffice.services.books.reckoning import TaxSum

Source, Target = aliased(ArItem), aliased(ArItem)


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A line as it was reckoned; `job` is the number of its job, "" for none."""

    line: DraftLine
    net_cents: int
    tax_cents: int
    job: str


@dataclass(frozen=True, slots=True)
class Settled:
    """What settles a paper, or what a payment settles: the document at the other end. Both items tell the way to undo it."""

    source_id: int
    target_id: int
    kind: str
    number: str
    on: date
    cents: int
    invoice_id: int | None
    payment_id: int | None
    customer: str


@dataclass(frozen=True, slots=True)
class Told:
    """Something that happened: when, who, what in words."""

    at: datetime
    who: str
    kind: str
    note: str


@dataclass(frozen=True, slots=True)
class Linked:
    """Something that a paper belongs to, by id and number; `words` tell it from its like."""

    id: int
    number: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class InvoiceSheet:
    """All of one paper. `deposits` is what posting a draft would take off by itself."""

    row: InvoiceRow
    lines: tuple[SheetLine, ...]
    taxes: tuple[TaxSum, ...]
    net_cents: int
    tax_cents: int
    settled: tuple[Settled, ...]
    jobs: tuple[Linked, ...]
    events: tuple[Told, ...]
    cites: Linked | None
    cited_by: tuple[Linked, ...]
    location_id: int | None
    location: str
    rounding: str
    notes: str
    reason: str
    void_reason: str
    photos: bool
    posted_at: datetime | None
    sent_at: datetime | None
    disputed_on: date | None
    deposits: int
    exponent: int
    zone: str
    today: date


@dataclass(frozen=True, slots=True)
class CreditItem:
    """A part of the ledger behind a payment with something left of it."""

    id: int
    bill_to_id: int
    left_cents: int


@dataclass(frozen=True, slots=True)
class PaymentSheet:
    """All of one payment, deposit, refund or write-off. `credits` are its items with something left; a deposit has none."""

    row: PaymentRow
    settled: tuple[Settled, ...]
    credits: tuple[CreditItem, ...]
    events: tuple[Told, ...]
    job: Linked | None
    source: Linked | None
    reason: str
    notes: str
    reversed_on: date | None
    reversal_reason: str
    exponent: int
    zone: str
    today: date


def invoice_sheet(tx: Tx, invoice_id: int) -> InvoiceSheet:
    """One paper with everything on it; NotFound when a draft was thrown away."""
    tx.require(Right.LOOK)
    paper, rows = tx.session.get(Invoice, invoice_id), invoice_rows(tx, [invoice_id])
    if paper is None or not rows:
        raise NotFound("This invoice no longer exists.")
    jobs = _jobs(tx, invoice_id)
    names = {job.id: job.number for job in jobs}
    lines = tx.all(select(InvoiceLine).where(InvoiceLine.invoice_id == invoice_id).order_by(InvoiceLine.position))
    taxes = tx.all(select(InvoiceTax).where(InvoiceTax.invoice_id == invoice_id).order_by(InvoiceTax.position))
    place = tx.session.get(Location, paper.location_id) if paper.location_id else None
    draft = paper.number is None and paper.kind == "invoice"
    deposits = sum(part[3] for part in for_jobs(tx, names, paper.bill_to_id, paper.total_cents)) if draft else 0
    return InvoiceSheet(
        rows[0], tuple(_line(row, names.get(row.job_id or 0, "")) for row in lines),
        tuple(TaxSum(row.name, row.ppm, row.net_cents, row.tax_cents) for row in taxes), paper.net_cents, paper.tax_cents,
        _settled(tx, invoice_id=invoice_id), jobs, _events(tx, "invoice", invoice_id), _cited(tx, paper.cites_id), _citing(tx, invoice_id),
        paper.location_id, ", ".join(p for p in (place.street, place.city) if p) if place else "", paper.rounding, paper.notes,
        paper.reason, paper.void_reason, paper.photos, paper.posted_at, paper.sent_at, paper.disputed_on, deposits,
        tx.company.currency_exponent, tx.company.zone, tx.today,
    )  # fmt: skip


def payment_sheet(tx: Tx, payment_id: int) -> PaymentSheet:
    """One payment with everything about it."""
    tx.require(Right.LOOK)
    money, rows = tx.session.get(Payment, payment_id), payment_rows(tx, [payment_id])
    if money is None or not rows:
        raise NotFound("This payment no longer exists.")
    job = tx.session.get(Job, money.job_id) if money.job_id else None
    source = tx.session.get(Payment, money.source_id) if money.source_id else None
    return PaymentSheet(
        rows[0], _settled(tx, payment_id=payment_id), _credits(tx, payment_id), _events(tx, "payment", payment_id),
        Linked(job.id, job.number, job.title) if job else None, Linked(source.id, source.number or "") if source else None,
        money.reason, money.notes, money.reversed_on, money.reversal_reason, tx.company.currency_exponent, tx.company.zone, tx.today,
    )  # fmt: skip


def _line(row: InvoiceLine, job: str) -> SheetLine:
    line = DraftLine(row.name, row.quantity_milli, row.unit_price_cents, row.kind, row.description, row.item_id, row.job_id,
                     (row.tax_name, row.tax_ppm))  # fmt: skip
    return SheetLine(line, row.net_cents, row.tax_cents, job)


def _jobs(tx: Tx, invoice_id: int) -> tuple[Linked, ...]:
    query = select(Job.id, Job.number, Job.title).join(InvoiceJob, InvoiceJob.job_id == Job.id)
    return tuple(Linked(*row) for row in tx.session.execute(query.where(InvoiceJob.invoice_id == invoice_id).order_by(Job.id)))


def _cited(tx: Tx, id: int | None) -> Linked | None:
    paper = tx.session.get(Invoice, id) if id else None
    return Linked(paper.id, paper.number or "") if paper else None


def _citing(tx: Tx, id: int) -> tuple[Linked, ...]:
    query = select(Invoice.id, Invoice.number, Invoice.kind).where(Invoice.cites_id == id).order_by(Invoice.id)
    return tuple(Linked(id, number or "", kind) for id, number, kind in tx.session.execute(query))


def _settled(tx: Tx, *, invoice_id: int | None = None, payment_id: int | None = None) -> tuple[Settled, ...]:
    """What still holds between the items of a document and others; the pairs of something taken back are left out."""
    mine = ArItem.invoice_id == invoice_id if invoice_id is not None else ArItem.payment_id == payment_id
    ids = set(tx.all(select(ArItem.id).where(mine)))
    query = select(Source, Target, func.sum(Allocation.amount_cents), func.max(Allocation.on_date), Customer.name)
    query = query.select_from(Allocation).join(Source, Source.id == Allocation.source_id).join(Target, Target.id == Allocation.target_id)
    query = query.join(Customer, Customer.id == Target.customer_id).where(Source.id.in_(ids) | Target.id.in_(ids))
    query = query.group_by(Source.id, Target.id, Customer.name).having(func.sum(Allocation.amount_cents) != 0)
    found: list[Settled] = []
    for source, target, cents, on, customer in tx.session.execute(query.order_by(func.max(Allocation.on_date), Source.id)):
        other = source if target.id in ids else target
        if source.reverses_id == target.id or target.reverses_id == source.id:
            continue
        found.append(Settled(source.id, target.id, other.kind, other.number, on, int(cents), other.invoice_id, other.payment_id, customer))
    return tuple(found)


def _credits(tx: Tx, payment_id: int) -> tuple[CreditItem, ...]:
    used = select(func.coalesce(func.sum(Allocation.amount_cents), 0)).where(Allocation.source_id == ArItem.id).scalar_subquery()
    query = select(ArItem.id, ArItem.bill_to_id, -ArItem.amount_cents - used)
    query = query.where(ArItem.payment_id == payment_id, ArItem.kind == ItemKind.PAYMENT.value).order_by(ArItem.id)
    rows: Iterable[tuple[int, int, int]] = tx.session.execute(query)
    return tuple(CreditItem(id, payer, int(cents)) for id, payer, cents in rows if cents)


def _events(tx: Tx, entity: str, id: int) -> tuple[Told, ...]:
    query = select(Event).where(Event.entity == entity, Event.entity_id == id).order_by(Event.id.desc()).limit(50)
    return tuple(Told(e.occurred_at, e.by_name, e.kind, e.note) for e in tx.all(query))

"""What a posted paper says, frozen as plain data: whatever changes later, it is printed again as it was."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from fieldoffice.models.billing import Invoice, InvoiceJob, InvoiceLine, InvoiceTax, Payment
from fieldoffice.models.customer import Customer, Location
from fieldoffice.models.files import Attachment, Blob
from fieldoffice.models.job import Job
from fieldoffice.office import Tx
from fieldoffice.services.books.terms import terms_of
from fieldoffice.services.company.values import setting
from fieldoffice.services.messages.looking import color_of

Frozen = dict[str, Any]


def frozen_invoice(tx: Tx, invoice: Invoice, applied: list[tuple[str, str, int]]) -> Frozen:
    """What an invoice, credit memo or finance charge says. `applied` holds (day, words, cents) of deposits taken off."""
    lines = tx.all(select(InvoiceLine).where(InvoiceLine.invoice_id == invoice.id).order_by(InvoiceLine.position))
    taxes = tx.all(select(InvoiceTax).where(InvoiceTax.invoice_id == invoice.id).order_by(InvoiceTax.position))
    jobs = dict(tx.session.execute(select(Job.id, Job.number).join(InvoiceJob, InvoiceJob.job_id == Job.id)
                                   .where(InvoiceJob.invoice_id == invoice.id).order_by(Job.id)).all())  # fmt: skip
    cited = tx.session.get(Invoice, invoice.cites_id) if invoice.cites_id else None
    return {
        "form": 1, "kind": invoice.kind, "number": invoice.number, "issued_on": invoice.issued_on.isoformat(),
        "due_on": invoice.due_on.isoformat() if invoice.due_on else "", "terms_days": terms_of(tx, invoice.bill_to_id).terms_days,
        "sender": frozen_sender(tx), "bill_to": frozen_party(tx, invoice.bill_to_id), "served": frozen_party(tx, invoice.customer_id),
        "service_to": _address(tx.session.get(Location, invoice.location_id) if invoice.location_id else None),
        "currency": tx.company.currency, "exponent": tx.company.currency_exponent, "rounding": invoice.rounding,
        "lines": [{"name": r.name, "description": r.description, "quantity_milli": r.quantity_milli, "price": r.unit_price_cents,
                   "net": r.net_cents, "tax": r.tax_cents, "tax_name": r.tax_name, "tax_ppm": r.tax_ppm, "kind": r.kind,
                   "job": jobs.get(r.job_id or 0, "")} for r in lines],
        "taxes": [{"name": r.name, "ppm": r.ppm, "net": r.net_cents, "tax": r.tax_cents} for r in taxes],
        "net": invoice.net_cents, "tax": invoice.tax_cents, "total": invoice.total_cents,
        "applied": [{"on": on, "words": words, "cents": cents} for on, words, cents in applied],
        "jobs": list(jobs.values()), "cites": cited.number if cited else "", "reference": invoice.reference, "notes": invoice.notes,
        "reason": invoice.reason, "pay_words": setting(tx, "money.pay_words"), "photos": _photos(tx, invoice, list(jobs)),
        "einvoice": bool(setting(tx, "money.einvoice")),
    }  # fmt: skip


def frozen_receipt(tx: Tx, payment: Payment, parts: list[tuple[str, int]]) -> Frozen:
    """What a receipt says. `parts` holds (number of the paper, cents) that it settled."""
    return {
        "form": 1, "kind": payment.kind, "number": payment.number, "on": payment.received_on.isoformat(), "method": payment.method,
        "reference": payment.reference, "amount": payment.amount_cents, "reason": payment.reason, "notes": payment.notes,
        "sender": frozen_sender(tx), "bill_to": frozen_party(tx, payment.customer_id), "currency": tx.company.currency,
        "exponent": tx.company.currency_exponent, "parts": [{"number": number, "cents": cents} for number, cents in parts],
    }  # fmt: skip


def frozen_sender(tx: Tx) -> Frozen:
    """The company as its papers name it."""
    firm = tx.company
    logo = tx.session.get(Blob, firm.logo_id) if firm.logo_id else None
    return {"name": firm.name, "street": firm.street, "city": firm.city, "region": firm.region, "postal_code": firm.postal_code,
            "country": firm.country, "phone": firm.phone, "email": firm.email, "tax_number": setting(tx, "money.tax_number"),
            "bank": setting(tx, "money.bank_words"), "accent": color_of(tx), "logo": logo.sha256 if logo else "",
            "paper": firm.paper}  # fmt: skip


def frozen_party(tx: Tx, customer_id: int) -> Frozen:
    """A customer with the address that its bills go to: its billing address, else where the work is done."""
    customer = tx.get(Customer, customer_id)
    lived = select(Location).where(Location.customer_id == customer_id, Location.active, Location.kind != "pickup")
    places = tx.all(lived.order_by(Location.id))
    place = next((p for p in places if p.kind == "billing"), next(iter(places), None))
    terms = terms_of(tx, customer_id)
    return {"name": customer.name, "number": customer.number, "email": customer.email, "language": customer.language,
            "tax_number": terms.tax_number, "buyer_reference": terms.buyer_reference, **_address(place)}  # fmt: skip


def _address(place: Location | None) -> Frozen:
    facts = ("street", "city", "region", "postal_code", "country")
    return {fact: getattr(place, fact) if place else "" for fact in facts}


def _photos(tx: Tx, invoice: Invoice, job_ids: list[int]) -> list[str]:
    """The hashes of the pictures to print."""
    if not invoice.photos:
        return []
    query = select(Blob.sha256).join(Attachment, Attachment.blob_id == Blob.id)
    query = query.where(Attachment.job_id.in_(job_ids), Attachment.media_type.in_(("image/jpeg", "image/png")))
    return tx.all(query.order_by(Attachment.position, Attachment.id))

"""Invoices and receipts by e-mail: written to the outbox with the kept PDF attached, and noted as sent."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from fieldoffice.models.billing import Invoice, Payment
from fieldoffice.models.customer import Customer
from fieldoffice.models.errors import NotAllowed
from fieldoffice.models.files import Blob
from fieldoffice.models.message import OutboxMessage
from fieldoffice.models.staff import Right
from fieldoffice.models.states import MoneyState, PaperState
from fieldoffice.office import Tx
from fieldoffice.services import messages
from fieldoffice.services.books.ledger import open_items
from fieldoffice.services.books.sending import Sent, invoice_sent
from fieldoffice.services.jobs.money import amount
from fieldoffice.services.messages.kinds import LANGUAGES
from fieldoffice.services.requests.wording import day_words

NOT_DRAWN = "It is not drawn yet. Please try again."
NO_ADDRESS = "This customer has no e-mail address."


def mail_invoice(tx: Tx, invoice_id: int) -> Sent:
    """Write the e-mail that brings a posted paper to its payer; it counts as sent from now on. Its PDF must be kept already."""
    tx.require(Right.BILLING)
    row = tx.get(Invoice, invoice_id, lock=True)
    if row.state != PaperState.POSTED:
        raise NotAllowed("Only a posted invoice can be sent.", key="not_posted")
    left = sum(item.open_cents for item in open_items(tx, [row.bill_to_id]) if item.invoice_id == invoice_id)
    _write(tx, "invoice", row, row.bill_to_id, left if row.kind != "credit" else row.total_cents, row.due_on or row.issued_on)
    return invoice_sent(tx, invoice_id, "email")


def mail_receipt(tx: Tx, payment_id: int) -> None:
    """Write the e-mail that brings a receipt to whoever paid. Its PDF must be kept already."""
    tx.require(Right.BILLING)
    row = tx.get(Payment, payment_id, lock=True)
    if row.state != MoneyState.RECEIVED:
        raise NotAllowed("This payment was taken back, so there is no receipt to send.", key="not_received")
    _write(tx, "receipt", row, row.customer_id, row.amount_cents, row.received_on)
    tx.event("payment.mailed", row, customer_id=row.customer_id, note=row.number or "")


def _write(tx: Tx, kind: str, row: Invoice | Payment, customer_id: int, cents: int, day: date) -> None:
    customer = tx.get(Customer, customer_id)
    if not customer.email:
        raise NotAllowed(NO_ADDRESS, key="no_email")
    if row.paper_id is None:
        raise NotAllowed(NOT_DRAWN, key="not_drawn")
    sha256 = tx.session.scalars(select(Blob.sha256).where(Blob.id == row.paper_id)).one()
    language = customer.language if customer.language in LANGUAGES else "en"
    before = tx.session.scalar(select(func.count()).select_from(OutboxMessage).where(OutboxMessage.key.startswith(f"{kind}|{row.id}|")))
    values = {"customer": customer.name, "number": row.number or "", "day": day_words(day, language),
              "amount": f"{tx.company.currency} {amount(cents, tx.company.currency_exponent)}"}  # fmt: skip
    id = messages.to_address(tx, kind, customer.email, key=f"{kind}|{row.id}|{before}", values=values, language=language,
                             customer_id=customer_id)  # fmt: skip
    message = tx.get(OutboxMessage, id)
    message.content = message.content | {"files": [{"name": f"{row.number}.pdf", "blob_sha256": sha256}]}

"""Whether a paper still asks for money."""

from __future__ import annotations

from sqlalchemy import select

from fieldoffice.models.billing import BillingTerms, Invoice
from fieldoffice.models.books import ArItem
from fieldoffice.models.states import PaperState
from fieldoffice.office import Tx
from fieldoffice.services.books.ledger import open_items


def still_owed(tx: Tx, invoice_id: int) -> bool:
    """Whether something is open of a paper that is posted and not disputed, and its customer is reminded at all."""
    invoice = tx.session.get(Invoice, invoice_id)
    if invoice is None or invoice.state != PaperState.POSTED or invoice.disputed_on is not None:
        return False
    off = select(BillingTerms.id).where(BillingTerms.customer_id == invoice.bill_to_id, BillingTerms.reminders.is_(False))
    if tx.session.scalar(off) is not None:
        return False
    ids = tx.all(select(ArItem.id).where(ArItem.invoice_id == invoice_id, ArItem.reverses_id.is_(None)))
    return any(item.open_cents > 0 for item in open_items(tx, item_ids=ids))

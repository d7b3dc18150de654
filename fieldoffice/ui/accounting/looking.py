"""A paper and what its form offers, in one look at the database."""

from __future__ import annotations

from fieldoffice.office import Tx
from fieldoffice.services.books.sheets import InvoiceSheet, invoice_sheet
from fieldoffice.services.books.writing import Offered, offered

Answer = tuple[InvoiceSheet, Offered]


def look(tx: Tx, invoice_id: int) -> Answer:
    """See `Answer`."""
    sheet = invoice_sheet(tx, invoice_id)
    return sheet, offered(tx, sheet.row.customer_id, sheet.location_id, sheet.row.issued_on)

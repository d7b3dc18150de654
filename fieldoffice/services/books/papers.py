"""Invoices and receipts on paper: drawn from what was frozen at posting, kept once drawn, and printed again as the same bytes.

Drawing takes its time, so it happens outside of any transaction: `invoice_print` and `receipt_print` give what is kept, or what is
to be drawn; `keep_invoice` and `keep_receipt` store it. Two desks that draw the same paper make the same bytes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import select

from fieldoffice.models.billing import Invoice, Paper, Payment
from fieldoffice.models.errors import NotAllowed
from fieldoffice.models.files import Blob
from fieldoffice.models.staff import Right
from fieldoffice.models.states import MoneyState, PaperState
from fieldoffice.office import Tx
from fieldoffice.services.books.parties import look_of, party_of, postal_lines, sender_of
from fieldoffice.services.books.receipts import METHODS
from fieldoffice.services.documents.einvoice import lacking
from fieldoffice.services.documents.invoicepaper import InvoiceLine, InvoicePaper, Kind, TaxRow
from fieldoffice.services.documents.moneypaper import Applied, percent
from fieldoffice.services.documents.receiptpaper import Paid, ReceiptPaper
from fieldoffice.services.jobs.files import keep

KINDS: dict[str, Kind] = {"invoice": "invoice", "credit": "credit memo", "charge": "finance charge"}


@dataclass(frozen=True, slots=True)
class Print:
    """A paper to print: its bytes where they are kept, else `paper` to be drawn by the press as `kind`."""

    id: int
    title: str
    kind: Literal["invoice", "electronic invoice", "receipt"]
    pdf: bytes | None
    paper: InvoicePaper | ReceiptPaper | None
    keep: bool  # whether the drawn bytes are the paper's own, and to be kept
    lacks: tuple[str, ...] = ()  # why there is no electronic invoice inside though the company wants one


def invoice_print(tx: Tx, invoice_id: int) -> Print:
    """A posted paper as it was posted; a void one is drawn with that word across it."""
    tx.require(Right.LOOK)
    row = tx.get(Invoice, invoice_id)
    if row.state == PaperState.DRAFT:
        raise NotAllowed("A draft is not printed. Post it first.", key="draft")
    void = row.state == PaperState.VOID
    kept = None if void or row.paper_id is None else _content(tx, row.paper_id)
    paper = None if kept else invoice_paper(row.frozen, _pictures(tx, row.frozen), state="Void" if void else "")
    wanted = paper is not None and not void and bool(row.frozen.get("einvoice"))
    lacks = lacking(paper) if wanted and paper else ()
    kind = "electronic invoice" if wanted and not lacks else "invoice"
    return Print(row.id, f"{Paper(row.kind).word.capitalize()} {row.number}", kind, kept, paper, not void, lacks)


def receipt_print(tx: Tx, payment_id: int) -> Print:
    """The receipt of a payment, deposit or refund; one that was taken back is drawn with that word across it."""
    tx.require(Right.LOOK)
    row = tx.get(Payment, payment_id)
    if row.state not in (MoneyState.RECEIVED, MoneyState.REVERSED) or row.kind == "write_off":
        raise NotAllowed("There is no receipt for this.", key="no_receipt")
    back = row.state == MoneyState.REVERSED
    kept = None if back or row.paper_id is None else _content(tx, row.paper_id)
    paper = None if kept else receipt_paper(row.frozen, _pictures(tx, row.frozen), state="Reversed" if back else "")
    return Print(row.id, f"Receipt {row.number}", "receipt", kept, paper, not back)


def keep_invoice(tx: Tx, invoice_id: int, pdf: bytes) -> str:
    """Keep the PDF of a posted paper, unless it has one; returns the hash of what is kept."""
    tx.require(Right.LOOK)
    return _keep(tx, tx.get(Invoice, invoice_id, lock=True), pdf)


def keep_receipt(tx: Tx, payment_id: int, pdf: bytes) -> str:
    """Keep the PDF of a receipt, unless it has one; returns the hash of what is kept."""
    tx.require(Right.LOOK)
    return _keep(tx, tx.get(Payment, payment_id, lock=True), pdf)


def invoice_paper(frozen: dict[str, Any], pictures: dict[str, bytes], *, state: str = "") -> InvoicePaper:
    """What is drawn, from what was frozen; `pictures` holds logo and photos by their hashes."""
    applied = tuple(Applied(date.fromisoformat(row["on"]), row["words"], row["cents"]) for row in frozen["applied"])
    total = frozen["total"]
    return InvoicePaper(
        sender_of(frozen["sender"], pictures), party_of(frozen["bill_to"]), frozen["number"], date.fromisoformat(frozen["issued_on"]),
        tuple(_line(row) for row in frozen["lines"]), frozen["net"], frozen["tax"], total, total - sum(one.cents for one in applied),
        KINDS[frozen["kind"]], date.fromisoformat(frozen["due_on"]) if frozen["due_on"] and frozen["kind"] != "credit" else None,
        _terms(frozen), _served(frozen), tuple(frozen["jobs"]), order_reference=frozen["reference"], credits=frozen["cites"],
        taxes=tuple(_tax(row) for row in frozen["taxes"]), applied=applied, pay_words=frozen["pay_words"], state=state,
        notes=_words(frozen),
        photos=tuple(pictures[sha] for sha in frozen["photos"] if sha in pictures), look=look_of(frozen),
    )  # fmt: skip


def receipt_paper(frozen: dict[str, Any], pictures: dict[str, bytes], *, state: str = "") -> ReceiptPaper:
    """What is drawn, from what was frozen."""
    paid = tuple(Paid(row["number"], row["cents"], row.get("open", 0)) for row in frozen["parts"])
    left = frozen["amount"] - sum(one.cents for one in paid)
    return ReceiptPaper(sender_of(frozen["sender"], pictures), party_of(frozen["bill_to"]), frozen["number"],
                        date.fromisoformat(frozen["on"]), METHODS.get(frozen["method"], frozen["method"]), frozen["amount"], left, paid,
                        frozen["reference"], _words(frozen), state, look_of(frozen))  # fmt: skip


def _words(frozen: dict[str, Any]) -> str:
    return "\n".join(words for words in (frozen["reason"], frozen["notes"]) if words)


def _line(row: dict[str, Any]) -> InvoiceLine:
    label = percent(row["tax_ppm"]) if row["tax_ppm"] else ""
    return InvoiceLine(row["name"], row["quantity_milli"], row["price"], row["net"], row["description"], label, row["tax_ppm"])


def _tax(row: dict[str, Any]) -> TaxRow:
    exempt = row["name"].endswith("(exempt)")
    return TaxRow(row["name"], row["ppm"], row["net"], row["tax"], "E" if exempt else "", "Exempt by certificate" if exempt else "")


def _terms(frozen: dict[str, Any]) -> str:
    if frozen["kind"] == "credit" or not frozen["due_on"]:
        return ""
    days = (date.fromisoformat(frozen["due_on"]) - date.fromisoformat(frozen["issued_on"])).days
    return f"Due in {days} days" if days > 1 else "Due tomorrow" if days else "Due on receipt"


def _served(frozen: dict[str, Any]) -> tuple[str, ...]:
    """Where the work was done, when the bill goes elsewhere or to somebody else."""
    place, served = frozen["service_to"], frozen["served"]
    lines = postal_lines(place if place["street"] else served)
    if lines == postal_lines(frozen["bill_to"]) and served["name"] == frozen["bill_to"]["name"]:
        return ()
    return (served["name"], *lines)


def _pictures(tx: Tx, frozen: dict[str, Any]) -> dict[str, bytes]:
    hashes = {frozen["sender"]["logo"], *frozen.get("photos", ())} - {""}
    found = tx.session.execute(select(Blob.sha256, Blob.content).where(Blob.sha256.in_(hashes))) if hashes else ()
    return {row[0]: row[1] for row in found}


def _content(tx: Tx, blob_id: int) -> bytes:
    return tx.session.scalars(select(Blob.content).where(Blob.id == blob_id)).one()


def _keep(tx: Tx, row: Invoice | Payment, pdf: bytes) -> str:
    if row.paper_id is None:
        row.paper_id = keep(tx, pdf)
        tx.event(f"{row.__tablename__}.drawn", row, note=row.number or "", after={"sha256": hashlib.sha256(pdf).hexdigest()})
    return tx.session.scalars(select(Blob.sha256).where(Blob.id == row.paper_id)).one()

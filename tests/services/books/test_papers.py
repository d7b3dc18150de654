"""Invoices and receipts on paper: what was posted, drawn once, kept, and printed again as the same bytes."""

from __future__ import annotations

from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import delete, select, text

from fieldoffice.models.billing import Invoice, Payment
from fieldoffice.models.company import Setting
from fieldoffice.models.errors import NotAllowed
from fieldoffice.models.message import OutboxMessage
from fieldoffice.services.books.drafts import credit_invoice
from fieldoffice.services.books.mailing import mail_invoice, mail_receipt
from fieldoffice.services.books.papers import Print, invoice_print, keep_invoice, keep_receipt, receipt_print
from fieldoffice.services.books.payments import reverse_payment
from fieldoffice.services.books.posting import post_invoice, void_invoice
from fieldoffice.services.documents.press import KINDS
from tests import make
from tests.services.books.ledgers import Shop


def drawn(wanted: Print) -> bytes:
    return wanted.pdf or KINDS[wanted.kind](wanted.paper)


def words(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


@pytest.mark.parametrize("kind", ["sqlite"])
def test_an_invoice_says_what_was_posted_and_is_the_same_for_ever(shop: Shop) -> None:
    id = shop.bill(make.job(shop.office, shop.made).job_id)
    first = drawn(shop.office.see(invoice_print, id))
    said = words(first)
    assert all(part in said for part in ("Potomac Plumbing", "INV-1001", "Carol Customer", "Leak repair", "127.20", "7.20", "120.00"))
    shop.office.do(keep_invoice, id, first)
    shop.office.do(lambda tx: tx.session.execute(text("update company set name = 'Other', street = '5 Elsewhere'")))
    shop.office.do(lambda tx: tx.session.execute(text("update customer set name = 'Somebody Else'")))
    again = shop.office.see(invoice_print, id)
    assert (again.pdf, again.paper) == (first, None)
    shop.office.do(keep_invoice, id, b"other bytes")
    assert shop.office.see(invoice_print, id).pdf == first


@pytest.mark.parametrize("kind", ["sqlite"])
def test_two_desks_draw_the_same_bytes(shop: Shop) -> None:
    id = shop.bill(make.job(shop.office, shop.made).job_id)
    assert drawn(shop.office.see(invoice_print, id)) == drawn(shop.office.see(invoice_print, id))


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_draft_is_not_printed_and_a_void_one_says_so(shop: Shop) -> None:
    draft = shop.draft(1_000)
    with pytest.raises(NotAllowed, match="draft"):
        shop.office.see(invoice_print, draft)
    shop.post(draft)
    kept = drawn(shop.office.see(invoice_print, draft))
    shop.office.do(keep_invoice, draft, kept)
    shop.office.do(void_invoice, draft, version=shop.version(draft), reason="Twice")
    void = shop.office.see(invoice_print, draft)
    assert not void.keep
    assert "Void" in words(drawn(void))


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_credit_memo_names_its_invoice_and_why(shop: Shop) -> None:
    first = shop.bill(make.job(shop.office, shop.made).job_id)
    credit = shop.office.do(credit_invoice, first, reason="Not done well")
    shop.office.do(post_invoice, credit, version=shop.version(credit))
    said = words(drawn(shop.office.see(invoice_print, credit)))
    assert all(part in said for part in ("Credit memo", "CM-1001", "INV-1001", "Not done well"))


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_receipt_says_what_was_paid_and_what_is_left_as_credit(shop: Shop) -> None:
    shop.invoice(6_000)
    payment = shop.pay(10_000)
    first = drawn(shop.office.see(receipt_print, payment))
    said = words(first)
    assert all(part in said for part in ("P-1001", "INV-1001", "60.00", "40.00", "100.00", "Check"))
    shop.office.do(keep_receipt, payment, first)
    assert shop.office.see(receipt_print, payment).pdf == first
    version = shop.office.see(lambda tx: tx.get(Payment, payment).version)
    shop.office.do(lambda tx: reverse_payment(tx, payment, version=version, on=make.TODAY, reason="Bounced").id)
    assert "Reversed" in words(drawn(shop.office.see(receipt_print, payment)))


@pytest.mark.parametrize("kind", ["sqlite"])
def test_an_e_mail_brings_the_kept_invoice_and_counts_as_sent(shop: Shop) -> None:
    id = shop.bill(make.job(shop.office, shop.made).job_id)
    with pytest.raises(NotAllowed, match="not drawn"):
        shop.office.do(mail_invoice, id)
    pdf = drawn(shop.office.see(invoice_print, id))
    sha256 = shop.office.do(keep_invoice, id, pdf)
    sent = shop.office.do(mail_invoice, id)
    row = shop.office.see(lambda tx: tx.all(select(OutboxMessage))[-1])
    assert (row.kind, row.recipient, row.state) == ("invoice", "carol@example.com", "queued")
    assert row.content["files"] == [{"name": "INV-1001.pdf", "blob_sha256": sha256}]
    assert "USD 127.20" in row.content["text"]
    assert shop.office.see(lambda tx: tx.get(Invoice, id).sent_at) == sent.sent_at
    shop.office.do(mail_invoice, id)
    assert len(shop.office.see(lambda tx: tx.all(select(OutboxMessage.id).where(OutboxMessage.kind == "invoice")))) == 2


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_receipt_goes_by_e_mail_unless_there_is_no_address(shop: Shop) -> None:
    payment = shop.pay(2_000)
    shop.office.do(keep_receipt, payment, drawn(shop.office.see(receipt_print, payment)))
    shop.office.do(mail_receipt, payment)
    assert shop.office.see(lambda tx: tx.all(select(OutboxMessage.kind))) == ["receipt"]
    shop.office.do(lambda tx: tx.session.execute(text("update customer set email = ''")))
    with pytest.raises(NotAllowed, match="no e-mail"):
        shop.office.do(mail_receipt, payment)


@pytest.mark.parametrize("kind", ["sqlite"])
def test_an_electronic_invoice_is_inside_where_nothing_for_it_is_missing(shop: Shop) -> None:
    def wanted(number: str) -> None:
        shop.office.do(lambda tx: tx.session.execute(delete(Setting).where(Setting.key.startswith("money."))))
        for key, value in (("money.einvoice", True), ("money.tax_number", number)):
            shop.office.do(lambda tx, key=key, value=value: tx.add(Setting(key=key, value=value)))

    shop.office.do(lambda tx: tx.session.execute(text("update company set city = 'Washington', street = '1100 K Street NW'")))
    wanted("")
    without = shop.office.see(invoice_print, shop.bill(make.job(shop.office, shop.made).job_id))
    assert (without.kind, without.lacks) == ("invoice", ("The company's tax number is missing.",))
    wanted("DE123456789")
    inside = shop.office.see(invoice_print, shop.bill(make.job(shop.office, shop.made).job_id))
    assert (inside.kind, inside.lacks) == ("electronic invoice", ())
    attached = PdfReader(BytesIO(drawn(inside))).attachments
    assert b"INV-1002" in attached["factur-x.xml"][0]

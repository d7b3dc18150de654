"""The electronic invoice meets the schema of EN 16931 and says the same sums as the page."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from xml.etree import ElementTree as Xml

import facturx
import pytest
from pypdf import PdfReader

from fieldoffice.models.errors import NotAllowed
from fieldoffice.services.documents.einvoice import SPACES, draw_einvoice, invoice_xml
from fieldoffice.services.documents.invoicepaper import InvoicePaper, TaxRow, draw_invoice
from fieldoffice.services.documents.moneypaper import Look, Postal
from tests.documents.moneypapers import KWD, german, invoice, line, logo
from tests.documents.sheets import pages

SETTLED = ".//ram:ApplicableHeaderTradeSettlement"
CREDIT = german(kind="credit memo", credits="2026-00001", order_reference="PO 9", applied=(), taxes=(
    TaxRow("USt", 190_000, 16_000, 3_040), TaxRow("USt ermäßigt", 70_000, -995, -70), TaxRow("Frei", 0, 100, 0, "E", "Kleinbetrag")),
    lines=(line(1, 12_000, tax_ppm=190_000), line(2, -995, tax_ppm=70_000), line(3, 100, tax_ppm=0)))
PLAIN = invoice(3, bill_to=replace(invoice().bill_to, postal=Postal("1201 Mass Ave", "", "Washington", "DC", "20005", "us")))


def told(xml: bytes, path: str) -> list[str]:
    return [found.text or "" for found in Xml.fromstring(xml).findall(path, SPACES)]


def cents(words: str) -> int:
    return int(Decimal(words).scaleb(2))


@pytest.mark.parametrize("paper", [german(), CREDIT, PLAIN, german(kind="finance charge", due_on=None, terms="")])
def test_the_file_meets_the_schema_and_says_the_sums_of_the_paper(paper: InvoicePaper):
    xml = invoice_xml(paper)
    assert facturx.xml_check_xsd(xml, flavor="factur-x", level="en16931")
    sums = f"{SETTLED}/ram:SpecifiedTradeSettlementHeaderMonetarySummation/ram:"
    for tag, wanted in (("LineTotalAmount", paper.subtotal_cents), ("TaxTotalAmount", paper.tax_cents),
                        ("GrandTotalAmount", paper.total_cents), ("DuePayableAmount", paper.open_cents),
                        ("TaxBasisTotalAmount", paper.total_cents - paper.tax_cents),
                        ("TotalPrepaidAmount", sum(one.cents for one in paper.applied))):
        assert [cents(words) for words in told(xml, sums + tag)] == [wanted], tag
    lines = told(xml, ".//ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount")
    assert [cents(words) for words in lines] == [one.amount_cents for one in paper.lines]
    taxes = f"{SETTLED}/ram:ApplicableTradeTax/ram:"
    bases = [cents(words) for words in told(xml, taxes + "BasisAmount")]
    assert sum(bases) == paper.total_cents - paper.tax_cents
    assert sorted(bases) == sorted(row.base_cents for row in paper.taxes)
    assert sum(cents(words) for words in told(xml, taxes + "CalculatedAmount")) == paper.tax_cents
    assert told(xml, ".//rsm:ExchangedDocument/ram:ID") == [paper.number]
    assert told(xml, ".//rsm:ExchangedDocument/ram:TypeCode") == ["381" if paper.kind == "credit memo" else "380"]


def test_a_schema_that_refuses_nothing_would_prove_nothing():
    broken = invoice_xml(german()).replace(b"GrandTotalAmount", b"GrandSum")
    with pytest.raises(Exception, match="not valid against"):
        facturx.xml_check_xsd(broken, flavor="factur-x", level="en16931")


def test_a_line_that_takes_off_has_no_price_below_zero():
    xml = invoice_xml(CREDIT)
    assert told(xml, ".//ram:NetPriceProductTradePrice/ram:ChargeAmount") == ["120.00", "9.95", "1.00"]
    assert told(xml, ".//ram:BilledQuantity") == ["1", "-1", "1"]


def test_the_pdf_holds_the_file_and_reads_like_the_plain_one():
    paper = german(sender=replace(german().sender, logo_png=logo()))
    pdf = draw_einvoice(paper)
    name, xml = facturx.get_facturx_xml_from_pdf(pdf, check_xsd=True)
    assert (name, xml) == ("factur-x.xml", invoice_xml(paper))
    assert pages(pdf) == pages(draw_invoice(paper))
    assert pdf == draw_einvoice(paper)
    reader = PdfReader(BytesIO(pdf))
    root = reader.trailer["/Root"]
    assert root["/AF"][0].get_object()["/AFRelationship"] == "/Alternative"
    assert root["/OutputIntents"][0].get_object()["/S"] == "/GTS_PDFA1"
    assert root["/Lang"] == "en-US"
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    assert fonts
    assert all("/FontFile2" in font["/FontDescriptor"] for font in fonts), "PDF/A wants every font embedded"


def test_the_metadata_say_pdf_a_3_and_the_same_as_the_file():
    paper = german(number="2026-<1> & Co")
    reader = PdfReader(BytesIO(draw_einvoice(paper)))
    xmp, about = reader.xmp_metadata, reader.metadata
    assert xmp is not None
    assert about is not None
    assert (xmp.dc_title or {})["x-default"] == about.title == paper.title
    assert xmp.dc_creator == [about.author] == [paper.sender.name]
    raw = reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    for words in ("<pdfaid:part>3<", "<pdfaid:conformance>B<", "<fx:ConformanceLevel>EN 16931<", "<fx:DocumentFileName>factur-x.xml<"):
        assert words in raw
    assert reader.trailer["/ID"]


@pytest.mark.parametrize(("paper", "words"), [
    (invoice(2), "customer's address"),
    (german(look=Look("a4", KWD)), "more than two decimals"),
    (german(state="Void"), "marked “Void”"),
    (german(sender=replace(german().sender, vat_id="", tax_id="")), "tax number is missing"),
    (german(taxes=(TaxRow("USt", 190_000, 23_995, 3_600),)), "one row for each rate"),
    (german(lines=(), charges=(), taxes=(), applied=()), "no lines"),
])
def test_what_is_missing_is_said_in_words(paper, words):
    with pytest.raises(NotAllowed, match=words):
        draw_einvoice(paper)


@pytest.mark.parametrize("evil", ["<b>&amp;", "]]>", "\x00\ud800\u202e x", "Ω漢 – “q”"])
def test_words_of_others_stay_words(evil):
    paper = german(notes=evil, bill_to=replace(german().bill_to, name=evil), lines=(
        line(1, 12_000, tax_ppm=190_000, name=evil, description=evil), line(2, 7_995, tax_ppm=70_000)))
    xml = invoice_xml(paper)
    assert facturx.xml_check_xsd(xml, flavor="factur-x", level="en16931")
    assert len(told(xml, ".//ram:SpecifiedTradeProduct/ram:Name")) == 2

"""The electronic invoice: EN 16931 in UN/CEFACT's Cross Industry Invoice, from the same paper that is printed.

Used alone it is an XRechnung-like file; within a PDF it makes a ZUGFeRD / Factur-X invoice (see facturx.py). Every figure is
the paper's own. What the norm needs and the paper does not have is said in words by `lacking`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree as Xml

from fieldoffice.models.errors import NotAllowed
from fieldoffice.services.documents.invoicepaper import Charge, InvoiceLine, InvoicePaper, TaxRow, draw_invoice
from fieldoffice.services.documents.letters import clean
from fieldoffice.services.documents.moneypaper import Postal

GUIDELINE = "urn:cen.eu:en16931:2017"
SPACES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}
for prefix, space in SPACES.items():
    Xml.register_namespace(prefix, space)

TYPES = {"invoice": "380", "receipt": "380", "finance charge": "380", "credit memo": "381"}  # UNTDID 1001
TRANSFER, UNKNOWN = "58", "1"  # UNTDID 4461: SEPA transfer; not defined


@dataclass(frozen=True, slots=True)
class _Rate:
    """One row of the norm's tax breakdown."""

    ppm: int
    base_cents: int
    tax_cents: int
    category: str
    reason: str


def lacking(paper: InvoicePaper) -> tuple[str, ...]:
    """What stands against an electronic invoice of this paper, each in a sentence; () where nothing does."""
    seller, buyer = paper.sender.postal, paper.bill_to.postal
    taxed = any(one.tax_ppm for one in (*paper.lines, *paper.charges))
    tests = [
        (not paper.lines, "It has no lines."),
        (bool(paper.state), f"It is marked “{paper.state}”."),
        (not (seller and seller.country and seller.city), "The company's address needs its city and country."),
        (not (buyer and buyer.country and buyer.city), "The customer's address needs its city and country."),
        (taxed and not (paper.sender.vat_id or paper.sender.tax_id), "The company's tax number is missing."),
        (paper.look.money.exponent > 2, f"{paper.look.money.currency} has more than two decimals, the norm allows two."),
        (any(line.unit_price_cents < 0 and line.quantity_milli < 0 for line in paper.lines),
         "A line has both a quantity and a price below zero."),
        (_rates(paper) is None, "Its tax table needs one row for each rate of its lines."),
    ]
    return tuple(words for true, words in tests if true)


def invoice_xml(paper: InvoicePaper) -> bytes:
    """The file, UTF-8, the same bytes for the same paper. NotAllowed, saying what is missing, where the norm cannot be met."""
    paper.check()
    if missing := lacking(paper):
        raise NotAllowed("This cannot be an electronic invoice yet: " + " ".join(missing))
    top = Xml.Element(_name("rsm:CrossIndustryInvoice"))
    _put(top, "rsm:ExchangedDocumentContext/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID", GUIDELINE)
    head = _put(top, "rsm:ExchangedDocument")
    _put(head, "ram:ID", paper.number)
    _put(head, "ram:TypeCode", TYPES[paper.kind])
    _day(head, "ram:IssueDateTime", paper.issued_on)
    for words in (paper.notes, ", ".join(paper.job_numbers)):
        _put(head, "ram:IncludedNote/ram:Content", words) if words.strip() else None
    deal = _put(top, "rsm:SupplyChainTradeTransaction")
    for number, line in enumerate(paper.lines, 1):
        _line(deal, paper, number, line)
    _agreement(deal, paper)
    delivery = _put(deal, "ram:ApplicableHeaderTradeDelivery")
    _day(_put(delivery, "ram:ActualDeliverySupplyChainEvent"), "ram:OccurrenceDateTime", paper.served_on or paper.issued_on)
    _settlement(deal, paper)
    Xml.indent(top)
    return Xml.tostring(top, encoding="UTF-8", xml_declaration=True)


def draw_einvoice(paper: InvoicePaper) -> bytes:
    """The PDF of the invoice with its XML inside; the same paper makes the same bytes. NotAllowed, saying what is missing."""
    from fieldoffice.services.documents import facturx  # what rewrites a PDF takes half a second to load

    xml = invoice_xml(paper)
    return facturx.embedded(draw_invoice(paper), xml, paper)


def _line(deal: Xml.Element, paper: InvoicePaper, number: int, line: InvoiceLine) -> None:
    """The norm wants no price below zero: a line that takes off has a quantity below zero instead."""
    sign = -1 if line.unit_price_cents < 0 else 1
    item = _put(deal, "ram:IncludedSupplyChainTradeLineItem")
    _put(item, "ram:AssociatedDocumentLineDocument/ram:LineID", str(number))
    product = _put(item, "ram:SpecifiedTradeProduct")
    _put(product, "ram:Name", line.name.strip() or f"Line {number}")
    _put(product, "ram:Description", line.description) if line.description.strip() else None
    price = _amount(paper, sign * line.unit_price_cents)
    _put(item, "ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice/ram:ChargeAmount", price)
    quantity = _put(item, "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity", f"{Decimal(sign * line.quantity_milli) / 1000:f}")
    quantity.set("unitCode", line.unit)
    settled = _put(item, "ram:SpecifiedLineTradeSettlement")
    _tax(_put(settled, "ram:ApplicableTradeTax"), _category(paper, line.tax_ppm).category, line.tax_ppm)
    _put(settled, "ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount", _amount(paper, line.amount_cents))


def _agreement(deal: Xml.Element, paper: InvoicePaper) -> None:
    sender, to = paper.sender, paper.bill_to
    made = _put(deal, "ram:ApplicableHeaderTradeAgreement")
    seller = _put(made, "ram:SellerTradeParty")
    _party(seller, sender.name, sender.postal or Postal(), sender.email)
    for scheme, number in (("VA", sender.vat_id), ("FC", "" if sender.vat_id else sender.tax_id)):
        if number:
            _put(seller, "ram:SpecifiedTaxRegistration/ram:ID", number).set("schemeID", scheme)
    buyer = _put(made, "ram:BuyerTradeParty")
    if to.number:
        _put(buyer, "ram:ID", to.number)
    _party(buyer, to.name, to.postal or Postal(), to.email)
    if to.vat_id:
        _put(buyer, "ram:SpecifiedTaxRegistration/ram:ID", to.vat_id).set("schemeID", "VA")
    if paper.order_reference:
        _put(made, "ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID", paper.order_reference)


def _party(party: Xml.Element, name: str, postal: Postal, email: str) -> None:
    _put(party, "ram:Name", name)
    where = _put(party, "ram:PostalTradeAddress")
    parts = (("PostcodeCode", postal.postal_code), ("LineOne", postal.street), ("LineTwo", postal.more), ("CityName", postal.city),
             ("CountryID", postal.country.upper()), ("CountrySubDivisionName", postal.region))
    for tag, words in parts:
        if words:
            _put(where, f"ram:{tag}", words)
    if email:
        _put(party, "ram:URIUniversalCommunication/ram:URIID", email).set("schemeID", "EM")


def _settlement(deal: Xml.Element, paper: InvoicePaper) -> None:
    made = _put(deal, "ram:ApplicableHeaderTradeSettlement")
    _put(made, "ram:PaymentReference", paper.number)
    _put(made, "ram:InvoiceCurrencyCode", paper.look.money.currency)
    means = _put(made, "ram:SpecifiedTradeSettlementPaymentMeans")
    _put(means, "ram:TypeCode", TRANSFER if paper.sender.iban else UNKNOWN)
    if paper.sender.iban:
        _put(means, "ram:PayeePartyCreditorFinancialAccount/ram:IBANID", paper.sender.iban.replace(" ", ""))
    if paper.sender.iban and paper.sender.bic:
        _put(means, "ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID", paper.sender.bic)
    for rate in _rates(paper) or ():
        tax = _put(made, "ram:ApplicableTradeTax")
        _put(tax, "ram:CalculatedAmount", _amount(paper, rate.tax_cents))
        _tax(tax, rate.category, rate.ppm, reason=rate.reason, base=_amount(paper, rate.base_cents))
    for charge in paper.charges:
        _charge(made, paper, charge)
    _terms(made, paper)
    _sums(_put(made, "ram:SpecifiedTradeSettlementHeaderMonetarySummation"), paper)
    if paper.credits:
        _put(made, "ram:InvoiceReferencedDocument/ram:IssuerAssignedID", paper.credits)


def _charge(made: Xml.Element, paper: InvoicePaper, charge: Charge) -> None:
    item = _put(made, "ram:SpecifiedTradeAllowanceCharge")
    _put(item, "ram:ChargeIndicator/udt:Indicator", "true" if charge.amount_cents >= 0 else "false")
    _put(item, "ram:ActualAmount", _amount(paper, abs(charge.amount_cents)))
    _put(item, "ram:Reason", charge.name.strip() or "Charge")
    _tax(_put(item, "ram:CategoryTradeTax"), _category(paper, charge.tax_ppm).category, charge.tax_ppm)


def _terms(made: Xml.Element, paper: InvoicePaper) -> None:
    terms = _put(made, "ram:SpecifiedTradePaymentTerms")
    _put(terms, "ram:Description", paper.terms or paper.pay_words.strip() or "Due on receipt")
    if paper.due_on:
        _day(terms, "ram:DueDateDateTime", paper.due_on)


def _sums(sums: Xml.Element, paper: InvoicePaper) -> None:
    added = sum(max(0, one.amount_cents) for one in paper.charges)
    taken = -sum(min(0, one.amount_cents) for one in paper.charges)
    rows = (("LineTotalAmount", paper.subtotal_cents), ("ChargeTotalAmount", added), ("AllowanceTotalAmount", taken),
            ("TaxBasisTotalAmount", paper.total_cents - paper.tax_cents), ("TaxTotalAmount", paper.tax_cents),
            ("GrandTotalAmount", paper.total_cents), ("TotalPrepaidAmount", paper.total_cents - paper.open_cents),
            ("DuePayableAmount", paper.open_cents))
    for tag, cents in rows:
        made = _put(sums, f"ram:{tag}", _amount(paper, cents))
        if tag == "TaxTotalAmount":
            made.set("currencyID", paper.look.money.currency)


def _rates(paper: InvoicePaper) -> tuple[_Rate, ...] | None:
    """The breakdown by rate; None where the tax table does not have exactly one row for each rate that is charged."""
    taken: Sequence[InvoiceLine | Charge] = (*paper.lines, *paper.charges)
    made: list[_Rate] = []
    for ppm in sorted({one.tax_ppm for one in taken}, reverse=True):
        rows = [row for row in paper.taxes if row.ppm == ppm] or ([TaxRow("", 0, 0, 0)] if ppm == 0 else [])
        if len(rows) != 1:
            return None
        base = sum(one.amount_cents for one in taken if one.tax_ppm == ppm)
        made.append(_Rate(ppm, base, rows[0].tax_cents, rows[0].category or ("S" if ppm else "Z"), rows[0].reason))
    return tuple(made) if sum(rate.tax_cents for rate in made) == paper.tax_cents else None


def _category(paper: InvoicePaper, ppm: int) -> _Rate:
    return next(rate for rate in _rates(paper) or () if rate.ppm == ppm)


def _tax(tax: Xml.Element, category: str, ppm: int, *, reason: str = "", base: str = "") -> None:
    """In the order of the schema: type, reason, base, category, rate."""
    _put(tax, "ram:TypeCode", "VAT")
    if reason:
        _put(tax, "ram:ExemptionReason", reason)
    if base:
        _put(tax, "ram:BasisAmount", base)
    _put(tax, "ram:CategoryCode", category)
    if category != "O":
        _put(tax, "ram:RateApplicablePercent", f"{Decimal(ppm) / 10_000:f}")


def _amount(paper: InvoicePaper, cents: int) -> str:
    return f"{Decimal(cents).scaleb(-paper.look.money.exponent):f}"


def _day(parent: Xml.Element, tag: str, on: date) -> None:
    _put(parent, f"{tag}/udt:DateTimeString", f"{on:%Y%m%d}").set("format", "102")


def _put(parent: Xml.Element, path: str, words: str | None = None) -> Xml.Element:
    """A new element at the end of `path`, each of its steps new too."""
    for step in _steps(path):
        parent = Xml.SubElement(parent, step)
    if words is not None:
        parent.text = clean(words).strip()
    return parent


def _steps(path: str) -> Iterator[str]:
    return (_name(step) for step in path.split("/"))


def _name(step: str) -> str:
    prefix, _, tag = step.partition(":")
    return f"{{{SPACES[prefix]}}}{tag}"

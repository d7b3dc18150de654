"""Papers of the money for the tests: the same ones every time."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from fieldoffice.services.documents.invoicepaper import Charge, InvoiceLine, InvoicePaper, TaxRow
from fieldoffice.services.documents.moneypaper import Applied, Look, Money, Party, Postal, Sender
from fieldoffice.services.documents.statementpaper import Aging, Section, StatementPaper, StatementRow
from fieldoffice.services.jobs.money import tax_cents

ISSUED = date(2026, 11, 24)
SENDER = Sender("Potomac Heating & Air", ("1600 U Street NW", "Washington, DC 20009"), "(202) 555-0100", "office@potomac.example",
                "www.potomac.example", "EIN 52-0000000", postal=Postal("1600 U Street NW", "", "Washington", "DC", "20009", "US"))
ANA = Party("Ana Kowalska", ("1201 Massachusetts Ave NW", "Apt 4B", "Washington, DC 20005"), "C-1042")
JPY, KWD = Money("JPY", 0), Money("KWD", 3)


@cache
def logo() -> bytes:
    """A small PNG with a transparent ground."""
    made = Image.new("RGBA", (240, 80), (0, 0, 0, 0))
    pen = ImageDraw.Draw(made)
    pen.ellipse((4, 4, 76, 76), fill=(11, 110, 105, 255))
    pen.polygon([(40, 14), (62, 62), (18, 62)], fill=(255, 255, 255, 255))
    pen.rectangle((92, 30, 232, 50), fill=(11, 110, 105, 255))
    return _bytes(made, "PNG")


@cache
def photo(shade: int = 120) -> bytes:
    """A small JPEG."""
    made = Image.new("RGB", (320, 240), (shade, 150, 190))
    ImageDraw.Draw(made).rectangle((60, 80, 260, 200), fill=(230, 230, 220))
    return _bytes(made, "JPEG")


def _bytes(made: Image.Image, kind: str) -> bytes:
    out = BytesIO()
    made.save(out, kind)
    return out.getvalue()


def line(n: int, cents: int = 0, **other: Any) -> InvoiceLine:
    """Line `n`, its price its own, every third with a description."""
    price = cents or 1999 + 137 * n
    more = f"Replaced part {n}, tested under load and left in good order" if n % 3 == 1 else ""
    plain: dict[str, Any] = {"name": f"Furnace service {n}", "quantity_milli": 1000, "unit_price_cents": price, "amount_cents": price,
                             "description": more, "tax_label": "DC 6 %", "tax_ppm": 60_000}
    return InvoiceLine(**{**plain, **other})


def invoice(count: int = 4, **other: Any) -> InvoicePaper:
    """An invoice of `count` lines (or of `lines`), with a charge, tax and a payment, whose sums fit."""
    lines = other.pop("lines", tuple(line(n + 1) for n in range(count)))
    charges = other.pop("charges", (Charge("Trip charge", 4500, "DC 6 %", 60_000),))
    applied = other.pop("applied", (Applied(date(2026, 11, 20), "Deposit, check 1182", 1000),))
    subtotal = sum(one.amount_cents for one in lines)
    base = subtotal + sum(one.amount_cents for one in charges)
    taxes = other.pop("taxes", (TaxRow("DC sales tax", 60_000, base, tax_cents(base, 60_000)),))
    tax = sum(row.tax_cents for row in taxes)
    plain: dict[str, Any] = {
        "sender": SENDER, "bill_to": ANA, "number": "2026-00417", "issued_on": ISSUED, "due_on": ISSUED + timedelta(days=30),
        "terms": "Net 30", "service_to": ("1201 Massachusetts Ave NW, Apt 4B", "Washington, DC 20005"), "job_numbers": ("J-2291",),
        "lines": lines, "charges": charges, "taxes": taxes, "applied": applied, "subtotal_cents": subtotal, "tax_cents": tax,
        "total_cents": base + tax, "open_cents": base + tax - sum(one.cents for one in applied),
        "notes": "Thank you. The filter is due again in May.", "pay_words": "Make checks payable to Potomac Heating & Air.",
    }
    return InvoicePaper(**{**plain, **other})


def german(**other: Any) -> InvoicePaper:
    """An invoice on A4 in euro, with all that an electronic one needs."""
    sender = Sender("Kältetechnik Groß GmbH", ("Lindenstraße 12", "10969 Berlin"), "+49 30 555010", "buero@gross.example", "",
                    "USt-IdNr. DE123456789", postal=Postal("Lindenstraße 12", "", "Berlin", "", "10969", "DE"), vat_id="DE123456789",
                    iban="DE02120300000000202051", bic="BYLADEM1001")
    buyer = Party("Zażółć Gęślą Sp. z o.o.", ("ul. Długa 7", "00-238 Warszawa", "POLAND"), "K-77", vat_id="PL5260001246",
                  postal=Postal("ul. Długa 7", "", "Warszawa", "", "00-238", "PL"))
    lines = (line(1, 12_000, tax_ppm=190_000, tax_label="19 %", unit="HUR"), line(2, 7_995, tax_ppm=70_000, tax_label="7 %"))
    plain: dict[str, Any] = {
        "sender": sender, "bill_to": buyer, "look": Look("a4", Money("EUR", 2)), "lines": lines, "served_on": date(2026, 11, 20),
        "charges": (Charge("Anfahrt", 4_500, "19 %", 190_000), Charge("Treuerabatt", -500, "19 %", 190_000)),
        "taxes": (TaxRow("USt", 190_000, 16_000, 3_040), TaxRow("USt ermäßigt", 70_000, 7_995, 560)),
        "applied": (Applied(date(2026, 11, 20), "Anzahlung", 5_000),),
    }
    return invoice(**{**plain, **other})


# statements

def row(n: int, cents: int, running: int = 0, **other: Any) -> StatementRow:
    """An invoice (or, for less than nothing, a payment) of day `n`."""
    on = date(2026, 9, 1) + timedelta(days=n)
    words = f"Invoice 2026-{n:05}" if cents >= 0 else f"Payment, check {n}"
    plain: dict[str, Any] = {"due_on": on + timedelta(days=30) if cents >= 0 else None, "original_cents": cents, "open_cents": cents,
                             "running_cents": running}
    return StatementRow(on, words, **{**plain, **other})


def rows(count: int, begin: int = 0) -> tuple[StatementRow, ...]:
    """`count` rows, every fifth a payment, with the balance running from `begin`."""
    made: list[StatementRow] = []
    for n in range(count):
        cents = -5_000 if n % 5 == 4 else 10_000 + 37 * n
        begin += cents
        made.append(row(n, cents, begin))
    return tuple(made)


def statement(count: int = 6, **other: Any) -> StatementPaper:
    """An open item statement of `count` rows whose sums fit."""
    sections = other.pop("sections", (Section("", rows(count)),))
    closing = sum(one.open_cents or 0 for section in sections for one in section.rows)
    plain: dict[str, Any] = {
        "sender": SENDER, "bill_to": ANA, "as_of": date(2026, 11, 30), "sections": sections, "closing_cents": closing,
        "aging": Aging((closing - 3_000, 1_000, 2_000, 0, 0)),
    }
    return StatementPaper(**{**plain, **other})


def moved(count: int = 6, **other: Any) -> StatementPaper:
    """A balance forward statement of `count` rows, from September 1, whose sums fit."""
    opening, late = 12_345, row(-3, 2_500, 14_845)
    made = rows(count, opening + 2_500)
    closing = made[-1].running_cents if made else opening + 2_500
    plain: dict[str, Any] = {
        "kind": "balance forward", "from_on": date(2026, 9, 1), "opening_cents": opening, "adjustments": (late,),
        "sections": (Section("", made),), "closing_cents": closing, "aging": Aging((closing, 0, 0, 0, 0)),
    }
    return statement(**{**plain, **other})


def amounts(text: str) -> list[str]:
    """Every amount with decimals in `text`, in the order of reading."""
    return re.findall(r"-?\d[\d,]*\.\d{2,3}(?!\d)", text)

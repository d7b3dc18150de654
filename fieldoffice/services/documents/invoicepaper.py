"""An invoice on paper, frozen before it is drawn; a credit memo, a finance charge and a sale paid at once have the same form.

`draw_invoice` makes the PDF from the paper alone: the same paper gives the same bytes. Its sums are checked before a line is
drawn, so that no paper leaves whose parts do not make its total.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from fieldoffice.services.documents.moneypaper import PLAIN, Applied, Look, Party, Sender, agree

Kind = Literal["invoice", "credit memo", "finance charge", "receipt"]
TITLES: dict[Kind, str] = {"invoice": "Invoice", "credit memo": "Credit memo", "finance charge": "Finance charge",
                           "receipt": "Sales receipt"}


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One line: the quantity in thousandths, the price of one and the amount in minor units before tax.

    `tax_ppm` and `unit` (UN/ECE Recommendation 20, C62 is a piece) serve electronic invoices; `tax_label` is printed.
    """

    name: str
    quantity_milli: int
    unit_price_cents: int
    amount_cents: int
    description: str = ""
    tax_label: str = ""
    tax_ppm: int = 0
    unit: str = "C62"


@dataclass(frozen=True, slots=True)
class Charge:
    """What is added to all lines together, such as a call-out fee, or taken off them where it is negative."""

    name: str
    amount_cents: int
    tax_label: str = ""
    tax_ppm: int = 0


@dataclass(frozen=True, slots=True)
class TaxRow:
    """One row of the tax table. `category` is the code of EN 16931 (S, Z, E, O …); "" is S where a rate applies, else Z."""

    name: str
    ppm: int
    base_cents: int
    tax_cents: int
    category: str = ""
    reason: str = ""  # why nothing is charged, for category E or O


@dataclass(frozen=True, slots=True)
class InvoicePaper:
    """All that stands on it. `subtotal` = lines, `total` = subtotal + charges + tax, `open` = total − what was applied.

    A void document keeps its figures and has nothing open: say it with `state`. `credits` names the invoice that a credit
    memo is for. `photos` are JPEG or PNG bytes.
    """

    sender: Sender
    bill_to: Party
    number: str
    issued_on: date
    lines: tuple[InvoiceLine, ...]
    subtotal_cents: int
    tax_cents: int
    total_cents: int
    open_cents: int
    kind: Kind = "invoice"
    due_on: date | None = None
    terms: str = ""
    service_to: tuple[str, ...] = ()
    job_numbers: tuple[str, ...] = ()
    served_on: date | None = None
    order_reference: str = ""
    credits: str = ""
    charges: tuple[Charge, ...] = ()
    taxes: tuple[TaxRow, ...] = ()
    applied: tuple[Applied, ...] = ()
    notes: str = ""
    pay_words: str = ""
    photos: tuple[bytes, ...] = ()
    state: str = ""
    look: Look = PLAIN

    @property
    def title(self) -> str:
        return f"{TITLES[self.kind]} {self.number}"

    def check(self) -> None:
        """ValueError where the parts do not make the sums; only a mistake in the program can cause it."""
        agree("subtotal", self.subtotal_cents, sum(line.amount_cents for line in self.lines))
        agree("tax", self.tax_cents, sum(row.tax_cents for row in self.taxes))
        charged = sum(charge.amount_cents for charge in self.charges)
        agree("total", self.total_cents, self.subtotal_cents + charged + self.tax_cents)
        if not self.state:
            agree("open amount", self.open_cents, self.total_cents - sum(one.cents for one in self.applied))


def draw_invoice(paper: InvoicePaper) -> bytes:
    """The PDF; ValueError where its sums do not fit, Refused where a picture cannot be read."""
    from fieldoffice.services.documents import invoicepages, issuing  # they draw what this file defines

    paper.check()
    return issuing.issue([invoicepages.document(paper)], title=paper.title, made_on=paper.issued_on)

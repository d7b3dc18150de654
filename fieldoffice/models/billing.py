"""The papers of the money: invoices, credit memos and finance charges with their lines and taxes, and money that came or went.

A draft has no number. Posted, it never changes (the database refuses), but for the few columns named as such.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, String, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from fieldoffice.models.base import Cents, PublicId, Table, Versioned, link
from fieldoffice.models.states import MONEY_MOVES, PAPER_MOVES, MoneyState, PaperState, check_move


class Paper(StrEnum):
    """What a posted paper is. Its amounts are positive; its kind says which way they count."""

    INVOICE = "invoice"
    CREDIT = "credit"  # a credit memo: the customer owes less
    CHARGE = "charge"  # a finance charge

    @property
    def word(self) -> str:
        return {"credit": "credit memo", "charge": "finance charge"}.get(self.value, self.value)


class Invoice(Versioned, Table):
    """What a customer owes, or is credited. After posting only state, void_*, disputed_on, sent_at and paper_id may change."""

    __table_args__ = (
        CheckConstraint("(state = 'draft') = (number IS NULL)", "numbered_when_posted"),
        CheckConstraint("total_cents >= 0", "total_not_negative"),
        Index("ix_invoice_state_due_on", "state", "due_on"),
    )

    public_id: Mapped[PublicId]
    kind: Mapped[str] = mapped_column(String(8), default=Paper.INVOICE.value)
    number: Mapped[str | None] = mapped_column(String(20), unique=True)
    customer_id: Mapped[int] = link("customer.id")  # who was served
    bill_to_id: Mapped[int] = link("customer.id")  # who pays, as it was at posting
    location_id: Mapped[int | None] = link("location.id", null=True, index=False)
    cites_id: Mapped[int | None] = link("invoice.id", null=True)  # what a credit memo credits, or a charge is for
    state: Mapped[str] = mapped_column(String(8))
    issued_on: Mapped[date] = mapped_column(index=True)
    due_on: Mapped[date | None]
    rounding: Mapped[str] = mapped_column(String(8), default="line")  # line | paper: where the tax is rounded
    net_cents: Mapped[Cents] = mapped_column(default=0)
    tax_cents: Mapped[Cents] = mapped_column(default=0)
    total_cents: Mapped[Cents] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(default="")  # of a credit memo
    reference: Mapped[str] = mapped_column(default="")  # the customer's own order number
    notes: Mapped[str] = mapped_column(default="")  # printed
    photos: Mapped[bool] = mapped_column(default=False)  # print the job's pictures
    frozen: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what is printed, as it was at posting
    sha256: Mapped[str] = mapped_column(String(64), default="")  # of `frozen`
    paper_id: Mapped[int | None] = link("blob.id", null=True, index=False)  # the PDF, once it was drawn
    disputed_on: Mapped[date | None]
    sent_at: Mapped[datetime | None]  # first mailed or printed
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str] = mapped_column(default="")
    posted_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    def become(self, new: PaperState) -> None:
        """Move to `new`, or refuse in words. Nobody else assigns `state`."""
        check_move(PAPER_MOVES, PaperState(self.state), new, Paper(self.kind).word)
        self.state = new.value


class InvoiceLine(Table):
    """One line of a paper: what, how much, at what price, and the tax that held on its day."""

    __table_args__ = (UniqueConstraint("invoice_id", "position"),)

    invoice_id: Mapped[int] = link("invoice.id")
    position: Mapped[int]
    job_id: Mapped[int | None] = link("job.id", null=True)
    item_id: Mapped[int | None] = link("catalog_item.id", null=True, index=False)
    kind: Mapped[str] = mapped_column(String(8))  # service | material | charge
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    quantity_milli: Mapped[int] = mapped_column(default=1000)  # thousandths
    unit_price_cents: Mapped[Cents]
    net_cents: Mapped[Cents]
    tax_name: Mapped[str] = mapped_column(default="")
    tax_ppm: Mapped[int] = mapped_column(default=0)
    tax_cents: Mapped[Cents] = mapped_column(default=0)  # this line's part; the parts sum to the table of taxes


class InvoiceTax(Table):
    """One row of a paper's table of taxes; their sum is the paper's tax."""

    __table_args__ = (UniqueConstraint("invoice_id", "position"),)

    invoice_id: Mapped[int] = link("invoice.id")
    position: Mapped[int]
    name: Mapped[str]
    ppm: Mapped[int]
    net_cents: Mapped[Cents]
    tax_cents: Mapped[Cents]


class InvoiceJob(Table):
    """An invoice bills a job, or a version of its service order."""

    __table_args__ = (UniqueConstraint("invoice_id", "job_id"),)

    invoice_id: Mapped[int] = link("invoice.id")
    job_id: Mapped[int] = link("job.id")
    order_version_id: Mapped[int | None] = link("service_order_version.id", null=True, index=False)


class MoneyKind(StrEnum):
    """How money moved, or a debt ended without any."""

    PAYMENT = "payment"
    DEPOSIT = "deposit"  # money for work that is not billed yet: a liability, no part of the receivables
    REFUND = "refund"
    WRITE_OFF = "write_off"

    @property
    def word(self) -> str:
        return self.value.replace("_", "-")


class Payment(Versioned, Table):
    """Money in (payment, deposit), money out (refund), or a debt given up (write-off). Once received, only state, reversed_*,
    bank_deposit_id and paper_id may change."""

    __table_args__ = (
        CheckConstraint("amount_cents > 0", "amount_positive"),
        Index("uq_payment_gateway", "gateway", "gateway_ref", unique=True),
    )

    public_id: Mapped[PublicId]
    kind: Mapped[str] = mapped_column(String(10), default=MoneyKind.PAYMENT.value)
    number: Mapped[str | None] = mapped_column(String(20), unique=True)
    customer_id: Mapped[int] = link("customer.id")  # who paid, or was paid
    state: Mapped[str] = mapped_column(String(10))
    method: Mapped[str] = mapped_column(String(10))  # cash | check | card | bank | none
    reference: Mapped[str] = mapped_column(default="")  # check number, last digits, transfer text
    gateway: Mapped[str | None] = mapped_column(String(20))
    gateway_ref: Mapped[str | None]
    amount_cents: Mapped[Cents]
    tax_back_cents: Mapped[Cents] = mapped_column(default=0)  # of a write-off: tax that is owed no more
    received_on: Mapped[date] = mapped_column(index=True)
    job_id: Mapped[int | None] = link("job.id", null=True)  # what a deposit is for
    source_id: Mapped[int | None] = link("payment.id", null=True, index=False)  # the deposit or payment that a refund gives back
    reason: Mapped[str] = mapped_column(default="")
    notes: Mapped[str] = mapped_column(default="")
    bank_deposit_id: Mapped[int | None] = link("bank_deposit.id", null=True)
    reversed_on: Mapped[date | None]
    reversal_reason: Mapped[str] = mapped_column(default="")
    frozen: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what its receipt says
    sha256: Mapped[str] = mapped_column(String(64), default="")
    paper_id: Mapped[int | None] = link("blob.id", null=True, index=False)
    created_at: Mapped[datetime]

    def become(self, new: MoneyState) -> None:
        """Move to `new`, or refuse in words. Nobody else assigns `state`."""
        check_move(MONEY_MOVES, MoneyState(self.state), new, MoneyKind(self.kind).word)
        self.state = new.value


class BankDeposit(Table):
    """One trip to the bank: the cash and checks that were paid in together."""

    number: Mapped[str] = mapped_column(String(20), unique=True)
    on_date: Mapped[date]
    amount_cents: Mapped[Cents]
    reference: Mapped[str] = mapped_column(default="")
    by_name: Mapped[str]
    created_at: Mapped[datetime]


class BillingTerms(Versioned, Table):
    """How one customer is billed, where it differs from the company's settings."""

    customer_id: Mapped[int] = mapped_column(BigInteger, unique=True)  # no key: each of two merged customers keeps its own
    terms_days: Mapped[int | None]  # None: the company's
    delivery: Mapped[str] = mapped_column(String(6), default="")  # email | print | both | "" the company's
    statements: Mapped[str] = mapped_column(String(8), default="")  # open | forward | none | ""
    charges: Mapped[bool] = mapped_column(default=True, server_default=true())  # finance charges may be assessed
    reminders: Mapped[bool] = mapped_column(default=True, server_default=true())
    tax_number: Mapped[str] = mapped_column(default="")  # VAT number, for electronic invoices
    buyer_reference: Mapped[str] = mapped_column(default="")


class TaxExemption(Versioned, Table):
    """A certificate that frees a customer from a tax (of that name, or of all when empty)."""

    customer_id: Mapped[int] = link("customer.id")
    tax_name: Mapped[str] = mapped_column(default="")
    certificate: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

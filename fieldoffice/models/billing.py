"""Invoices, payments and what they pay, as far as their keys matter."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fieldoffice.models.base import Cents, PublicId, Table, Versioned, link


class Invoice(Versioned, Table):
    """What a customer owes; a draft has no number, a posted one never changes."""

    public_id: Mapped[PublicId]
    number: Mapped[str | None] = mapped_column(String(20), unique=True)
    customer_id: Mapped[int] = link("customer.id")
    bill_to_id: Mapped[int] = link("customer.id")
    state: Mapped[str] = mapped_column(String(8))
    total_cents: Mapped[Cents]
    due_on: Mapped[date | None]
    posted_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class InvoiceJob(Table):
    """An invoice bills a job, or a version of its service order."""

    __table_args__ = (UniqueConstraint("invoice_id", "job_id"),)

    invoice_id: Mapped[int] = link("invoice.id")
    job_id: Mapped[int] = link("job.id")
    order_version_id: Mapped[int | None] = link("service_order_version.id", null=True, index=False)


class Payment(Versioned, Table):
    """Money that came in."""

    __table_args__ = (CheckConstraint("amount_cents > 0", "amount_positive"),)

    customer_id: Mapped[int] = link("customer.id")
    state: Mapped[str] = mapped_column(String(10))
    method: Mapped[str] = mapped_column(String(10))
    reference: Mapped[str] = mapped_column(default="")
    amount_cents: Mapped[Cents]
    received_on: Mapped[date]
    created_at: Mapped[datetime]


class Allocation(Table):
    """A dated part of a payment, credit or write-off that pays an invoice; taken back by a negative row."""

    invoice_id: Mapped[int] = link("invoice.id")
    payment_id: Mapped[int | None] = link("payment.id", null=True)
    amount_cents: Mapped[Cents]
    on_date: Mapped[date]
    created_at: Mapped[datetime]

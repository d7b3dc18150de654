"""Service orders and estimates, as far as others point at them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fieldoffice.models.base import PublicId, Table, Versioned, link


class ServiceOrder(Versioned, Table):
    """An order that passes approval; it is 1:1 with the job that approval creates."""

    public_id: Mapped[PublicId]
    number: Mapped[str] = mapped_column(String(20), unique=True)
    customer_id: Mapped[int] = link("customer.id")
    job_id: Mapped[int | None] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(String(28))
    author_id: Mapped[int] = link("staff_user.id", index=False)
    created_at: Mapped[datetime]


class ServiceOrderVersion(Table):
    """One immutable version of an order: its lines and the hash of its PDF."""

    __table_args__ = (UniqueConstraint("order_id", "n"),)

    order_id: Mapped[int] = link("service_order.id")
    n: Mapped[int]
    content: Mapped[dict[str, Any]]
    pdf_sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]


class Estimate(Versioned, Table):
    """A priced offer to a customer."""

    public_id: Mapped[PublicId]
    number: Mapped[str] = mapped_column(String(20), unique=True)
    customer_id: Mapped[int] = link("customer.id")
    location_id: Mapped[int | None] = link("location.id", null=True, index=False)
    job_id: Mapped[int | None] = link("job.id", null=True, index=False)
    state: Mapped[str] = mapped_column(String(20))
    expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class EstimateVersion(Table):
    """One immutable version of an estimate."""

    __table_args__ = (UniqueConstraint("estimate_id", "n"),)

    estimate_id: Mapped[int] = link("estimate.id")
    n: Mapped[int]
    content: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]


class Signature(Table):
    """Who signed which exact bytes, and when."""

    document_sha256: Mapped[str] = mapped_column(String(64), index=True)
    signer: Mapped[str]
    signed_at: Mapped[datetime]
    image_sha256: Mapped[str | None] = mapped_column(String(64))
    job_id: Mapped[int | None] = link("job.id", null=True)
    moment: Mapped[str] = mapped_column(String(10), default="")  # before | after | approval
    address: Mapped[str] = mapped_column(default="")  # where from, for signatures by link

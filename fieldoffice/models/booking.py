"""What customers ask for and what providers are offered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fieldoffice.models.base import PublicId, Table, Versioned, link


class BookingRequest(Versioned, Table):
    """A customer's wish for a visit, answered by the office."""

    public_id: Mapped[PublicId]
    customer_id: Mapped[int] = link("customer.id")
    location_id: Mapped[int | None] = link("location.id", null=True, index=False)
    item_id: Mapped[int | None] = link("catalog_item.id", null=True, index=False)
    state: Mapped[str] = mapped_column(String(16), index=True)
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    appointment_id: Mapped[int | None] = link("appointment.id", null=True, index=False)
    created_at: Mapped[datetime]


class Proposal(Table):
    """The office's answer to a request, with a time and an expiry."""

    request_id: Mapped[int] = link("booking_request.id")
    starts_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12))
    message: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]


class Broadcast(Versioned, Table):
    """A visit offered to several providers; the first to accept wins."""

    public_id: Mapped[PublicId]
    appointment_id: Mapped[int] = link("appointment.id")
    state: Mapped[str] = mapped_column(String(12))
    message: Mapped[str] = mapped_column(default="")
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime]


class Offer(Versioned, Table):
    """One provider's part in a broadcast."""

    __table_args__ = (UniqueConstraint("broadcast_id", "provider_id"),)

    broadcast_id: Mapped[int] = link("broadcast.id")
    provider_id: Mapped[int] = link("provider.id", index=False)
    state: Mapped[str] = mapped_column(String(12))


class Rating(Versioned, Table):
    """What the customer thought of one finished visit: 1 to 5, once a visit."""

    appointment_id: Mapped[int] = mapped_column(unique=True)
    provider_id: Mapped[int] = link("provider.id")
    stars: Mapped[int]
    comment: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]

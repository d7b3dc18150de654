"""Customers, who pays for them, where the work is done, and whom to call."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fieldoffice.models.base import PublicId, Table, Versioned, link


class Customer(Versioned, Table):
    """Somebody who is served; may be a sub customer of `parent`, and `bill_to` pays when it is set."""

    public_id: Mapped[PublicId]
    number: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(index=True)
    email: Mapped[str] = mapped_column(default="", index=True)
    phone: Mapped[str] = mapped_column(default="", index=True)
    kind: Mapped[str] = mapped_column(String(12), default="residential")
    parent_id: Mapped[int | None] = link("customer.id", null=True)
    bill_to_id: Mapped[int | None] = link("customer.id", null=True)
    channel: Mapped[str] = mapped_column(String(8), default="email")  # email | sms
    language: Mapped[str] = mapped_column(String(8), default="en")
    notes: Mapped[str] = mapped_column(default="")
    custom: Mapped[dict[str, Any]] = mapped_column(default=dict)
    active: Mapped[bool] = mapped_column(default=True)
    onboarded_at: Mapped[datetime | None]
    email_verified_at: Mapped[datetime | None]  # by pressing a link that was sent there
    requests_allowed: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    merged_into_id: Mapped[int | None] = link("customer.id", null=True)  # a duplicate, kept for its history
    search: Mapped[str] = mapped_column(default="", server_default="")  # what `find` looks in: see `searchable`


class Contact(Versioned, Table):
    """A person to call at a customer."""

    customer_id: Mapped[int] = link("customer.id")
    name: Mapped[str]
    role: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")


class Location(Versioned, Table):
    """An address of a customer; without coordinates it costs its own jobs a route, never the day."""

    public_id: Mapped[PublicId]
    customer_id: Mapped[int] = link("customer.id")
    kind: Mapped[str] = mapped_column(String(8), default="service")  # service | billing | pickup
    label: Mapped[str] = mapped_column(default="")
    street: Mapped[str]
    city: Mapped[str] = mapped_column(default="")
    region: Mapped[str] = mapped_column(default="")
    postal_code: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(String(2), default="US")
    zone: Mapped[str | None]  # its own IANA zone, when it differs from the company's
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    placed_by: Mapped[str] = mapped_column(String(12), default="")  # where the coordinates are from
    notes: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)


class AccessCode(Versioned, Table):
    """A gate or alarm code, encrypted under the office key; on no printed page and in no message."""

    location_id: Mapped[int] = link("location.id")
    label: Mapped[str]
    sealed: Mapped[bytes]
    created_at: Mapped[datetime]


def searchable(*parts: str) -> str:
    """Words to look in, folded: no case, no accents, and each telephone number also as its digits alone."""
    words = " ".join(part for part in parts if part)
    plain = "".join(c for c in unicodedata.normalize("NFKD", words) if not unicodedata.combining(c)).casefold()
    phones = ("".join(c for c in part if c.isdigit()) for part in parts if _is_phone(part))
    return " ".join((plain, *phones))


def _is_phone(part: str) -> bool:
    return sum(c.isdigit() for c in part) >= 4 and not set(part) - set("0123456789 ()-./+")


class CustomField(Versioned, Table):
    """A field that the company added to customers or jobs; values lie in the row's `custom`."""

    __table_args__ = (UniqueConstraint("entity", "key"),)

    entity: Mapped[str] = mapped_column(String(12))  # customer | job
    key: Mapped[str] = mapped_column(String(40))
    label: Mapped[str]
    kind: Mapped[str] = mapped_column(String(12))  # text | number | date | choice | yes_no
    choices: Mapped[list[str]] = mapped_column(default=list)
    required: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)

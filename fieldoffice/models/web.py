"""Who comes in over HTTP: private links, sessions, and how often an address has asked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fieldoffice.models.base import Table, link


class PrivateLink(Table):
    """256 random bits that somebody was sent, stored as their hash: for one purpose, about one thing, until a day."""

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(20))
    entity: Mapped[str] = mapped_column(String(24))
    entity_id: Mapped[int] = mapped_column(BigInteger)
    customer_id: Mapped[int | None] = link("customer.id", null=True)
    provider_id: Mapped[int | None] = link("provider.id", null=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]  # set by what may happen only once
    revoked_at: Mapped[datetime | None]


class WebSession(Table):
    """A customer who is signed in: the cookie's hash, and until when."""

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    customer_id: Mapped[int] = link("customer.id")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class RateCount(Table):
    """How often one key (a salted hash of an address or account) asked for one thing within one stretch of time."""

    __table_args__ = (UniqueConstraint("key", "began_at"),)

    key: Mapped[str] = mapped_column(String(64))
    began_at: Mapped[datetime] = mapped_column(index=True)
    n: Mapped[int]

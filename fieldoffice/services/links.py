"""Private links: 256 random bits that somebody was sent, for one purpose, about one thing, until a day.

Only the SHA-256 is stored, so a copy of the database opens nothing. Wrong, expired, revoked and used links answer alike.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from fieldoffice.models.base import Table
from fieldoffice.models.customer import Customer
from fieldoffice.models.errors import NotAllowed, NotFound
from fieldoffice.models.staff import Right
from fieldoffice.models.web import PrivateLink
from fieldoffice.office import Tx
from fieldoffice.services.company.values import setting
from fieldoffice.services.words import marked

GONE = marked("This link does not work any more. Please ask us for a new one.")
LONGEST_TOKEN = 200
HERE = "http://localhost:8470"
"""Where links lead while no public address is set: good for trying it out on the same computer."""
INSIDE = frozenset({Right.LOOK, Right.ONLINE})


@dataclass(frozen=True, slots=True)
class LinkRow:
    """What a valid link leads to; `language` is that of its customer, "" where it has none."""

    id: int
    purpose: str
    entity: str
    entity_id: int
    customer_id: int | None
    provider_id: int | None
    expires_at: datetime
    language: str = ""


def hash_of(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def make_link(tx: Tx, purpose: str, row: Table, *, customer_id: int | None = None, provider_id: int | None = None, days: float = 30) -> str:
    """A new link about a stored row; answers its token, which nobody can read again."""
    _require(tx)
    token = secrets.token_urlsafe(32)
    tx.add(PrivateLink(token_hash=hash_of(token), purpose=purpose, entity=row.__tablename__, entity_id=row.id, customer_id=customer_id,
                       provider_id=provider_id, created_at=tx.now, expires_at=tx.now + timedelta(days=days)))  # fmt: skip
    return token


def find_link(tx: Tx, token: str, purpose: str) -> LinkRow:
    """What the link leads to; NotFound, always in the same words, where it leads nowhere now."""
    tx.require(Right.ONLINE)
    return _row(tx, _valid(tx, token, purpose))


def use_link(tx: Tx, token: str, purpose: str) -> LinkRow:
    """The same, for what may happen only once: the link is spent with this transaction."""
    tx.require(Right.ONLINE)
    link = _valid(tx, token, purpose, lock=True)
    link.used_at = tx.now
    tx.event("link.used", link, customer_id=link.customer_id, note=link.purpose)
    return _row(tx, link)


def revoke_links(tx: Tx, row: Table, *, purpose: str = "") -> int:
    """End every link about a row (of one purpose, if given); answers how many ended."""
    _require(tx)
    about = (PrivateLink.entity == row.__tablename__, PrivateLink.entity_id == row.id, PrivateLink.revoked_at.is_(None))
    query = update(PrivateLink).where(*about, PrivateLink.purpose == purpose if purpose else PrivateLink.id > 0)
    return len(tx.session.execute(query.values(revoked_at=tx.now).returning(PrivateLink.id)).all())


def url(tx: Tx, path: str) -> str:
    """The full address of a page: always from the setting, never from what a request called us."""
    return str(setting(tx, "online.public_url") or HERE).rstrip("/") + path


def _valid(tx: Tx, token: str, purpose: str, *, lock: bool = False) -> PrivateLink:
    query = select(PrivateLink).where(
        PrivateLink.token_hash == hash_of(token[:LONGEST_TOKEN]), PrivateLink.purpose == purpose, PrivateLink.expires_at > tx.now,
        PrivateLink.used_at.is_(None), PrivateLink.revoked_at.is_(None))  # fmt: skip
    link = tx.session.scalar(query.with_for_update() if lock else query)
    if link is None:
        raise NotFound(GONE, key="no_link")
    return link


def _row(tx: Tx, link: PrivateLink) -> LinkRow:
    spoken = tx.session.scalar(select(Customer.language).where(Customer.id == link.customer_id)) if link.customer_id else ""
    return LinkRow(link.id, link.purpose, link.entity, link.entity_id, link.customer_id, link.provider_id, link.expires_at, spoken or "")


def _require(tx: Tx) -> None:
    """Links are made by services of the staff and by those for people outside."""
    if not INSIDE & tx.actor.rights:
        raise NotAllowed(f"{tx.actor.name} does not have the right to do this.", key="no_right")

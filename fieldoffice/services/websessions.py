"""Who is signed in over HTTP: an opaque token in a cookie, of which only the SHA-256 is stored.

A session ends after half an hour without a request, after twelve hours in any case, and when somebody signs out.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update

from fieldoffice.models.customer import Customer
from fieldoffice.models.errors import NotAllowed
from fieldoffice.models.staff import Right
from fieldoffice.models.web import WebSession
from fieldoffice.office import Tx
from fieldoffice.services.links import hash_of, use_link

IDLE, ABSOLUTE, SEEN_EVERY = timedelta(minutes=30), timedelta(hours=12), timedelta(minutes=1)
SIGN_IN = "signin"
"""The purpose of links that sign somebody in."""
SIGNED_OUT = "Please sign in: we send you a private link by e-mail."


@dataclass(frozen=True, slots=True)
class SessionRow:
    """Who is signed in; `stale` says that `touch_session` is due."""

    id: int
    customer_id: int
    language: str
    stale: bool


def begin_session(tx: Tx, token: str) -> str:
    """Spend a sign-in link and answer a new session's token; the address that the link was sent to is proven thereby."""
    tx.require(Right.ONLINE)
    link = use_link(tx, token, SIGN_IN)
    customer = tx.session.get(Customer, link.customer_id) if link.customer_id else None
    if customer is None or not customer.active:
        raise NotAllowed(SIGNED_OUT, key="signed_out")
    if customer.email_verified_at is None:
        customer.email_verified_at = tx.now
    secret = secrets.token_urlsafe(32)
    row = tx.add(WebSession(token_hash=hash_of(secret), customer_id=customer.id, created_at=tx.now, seen_at=tx.now,
                            expires_at=tx.now + ABSOLUTE))  # fmt: skip
    tx.event("session.begun", row, customer_id=customer.id)
    return secret


def find_session(tx: Tx, token: str) -> SessionRow:
    """The session behind a cookie; NotAllowed, always in the same words, where there is none now. Changes nothing."""
    tx.require(Right.ONLINE)
    query = select(WebSession, Customer).join(Customer, Customer.id == WebSession.customer_id)
    live = (WebSession.ended_at.is_(None), WebSession.expires_at > tx.now, WebSession.seen_at > tx.now - IDLE, Customer.active)
    found = tx.session.execute(query.where(WebSession.token_hash == hash_of(token[:200]), *live)).first()
    if found is None:
        raise NotAllowed(SIGNED_OUT, key="signed_out")
    session, customer = found
    return SessionRow(session.id, customer.id, customer.language, session.seen_at < tx.now - SEEN_EVERY)


def touch_session(tx: Tx, session_id: int) -> None:
    """Note that the session was seen; at most once a minute, and it rings nothing."""
    tx.require(Right.ONLINE)
    due = (WebSession.id == session_id, WebSession.ended_at.is_(None), WebSession.seen_at < tx.now - SEEN_EVERY)
    tx.session.connection().execute(update(WebSession).where(*due).values(seen_at=tx.now))


def end_session(tx: Tx, token: str) -> None:
    """Sign out; does nothing where nobody is signed in."""
    tx.require(Right.ONLINE)
    row = tx.session.scalar(select(WebSession).where(WebSession.token_hash == hash_of(token[:200]), WebSession.ended_at.is_(None)))
    if row is not None:
        row.ended_at = tx.now
        tx.event("session.ended", row, customer_id=row.customer_id)


def end_sessions(tx: Tx, customer_id: int) -> int:
    """Sign a customer out everywhere; answers how many sessions ended."""
    tx.require(Right.EDIT_CUSTOMERS)
    query = update(WebSession).where(WebSession.customer_id == customer_id, WebSession.ended_at.is_(None))
    return len(tx.session.execute(query.values(ended_at=tx.now).returning(WebSession.id)).all())

"""Writing messages into the outbox, in the transaction of the change that asks for them. Nothing is sent here.

These are for services: whoever calls them has asked for the right to make the change that the message tells of.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from fieldoffice.models.customer import Customer
from fieldoffice.models.message import OutboxMessage
from fieldoffice.office import Tx
from fieldoffice.services.access import masked
from fieldoffice.services.messages import markup
from fieldoffice.services.messages.kinds import KINDS, URGENT
from fieldoffice.services.messages.look import framed
from fieldoffice.services.messages.looking import look_of
from fieldoffice.services.messages.rules import office_addresses, quiet_span, quiet_until, rules
from fieldoffice.services.messages.segments import simpler
from fieldoffice.services.messages.templates import words_for
from fieldoffice.services.messages.whom import To, address_of, customer_channel

FREE_TEXT = ("service", "what", "wished", "notes", "message", "address")
"""Fields that hold what somebody typed: what looks like an access code is left out of them."""
NO_OFFICE = "Nobody in the office has an e-mail address: enter one at Organization → Settings → Messages."
LONGEST_SUBJECT = 200
CUSTOMER = "customer"
"""In `content["follows"]`: sent again, the message goes where the customer can be reached then."""


@dataclass(frozen=True, slots=True)
class About:
    """What a message belongs to."""

    customer_id: int | None = None
    job_id: int | None = None
    appointment_id: int | None = None
    request_id: int | None = None


def to_customer(tx: Tx, kind: str, customer_id: int, *, key: str, values: Mapping[str, str], job_id: int | None = None,
                appointment_id: int | None = None, request_id: int | None = None, ics: str | bytes | None = None,
                due_at: datetime | None = None) -> int:  # fmt: skip
    """Write to a customer by the channel that they chose, in their language; the id of the message.

    `key` names kind, thing and version: the same key twice sends once. A customer who cannot be reached gets a message that
    failed, in words. `values` are worded for the customer's language; `ics` is a calendar file, for e-mails.
    """
    customer = tx.get(Customer, customer_id)
    about = About(customer_id, job_id, appointment_id, request_id)
    return _write(tx, kind, customer_channel(tx, customer), key, values, customer.language, about, ics, due_at, follows=CUSTOMER)


def to_office(tx: Tx, kind: str, *, key: str, values: Mapping[str, str], job_id: int | None = None,
              request_id: int | None = None, customer_id: int | None = None) -> tuple[int, ...]:  # fmt: skip
    """Write an e-mail to each recipient in the office; the ids of the messages."""
    about = About(customer_id, job_id, None, request_id)
    to = office_addresses(tx, rules(tx))
    if not to:
        return (_write(tx, kind, To("email", "", NO_OFFICE), key, values, "en", about, None, None),)
    return tuple(_write(tx, kind, To("email", one), f"{key}|{one.casefold()}", values, "en", about, None, None) for one in to)


def to_address(tx: Tx, kind: str, email: str, *, key: str, values: Mapping[str, str], language: str, ics: str | bytes | None = None,
               customer_id: int | None = None, job_id: int | None = None, appointment_id: int | None = None,
               request_id: int | None = None) -> int:  # fmt: skip
    """Write an e-mail to an address that need not be a customer's; the id of the message."""
    about = About(customer_id, job_id, appointment_id, request_id)
    return _write(tx, kind, address_of(email), key, values, language, about, ics, None)


def withdraw(tx: Tx, key: str) -> int:
    """Take back what was written under a key and has not been taken for sending; how many. What was sent stays sent."""
    mine: ColumnElement[bool] = or_(OutboxMessage.key == key, OutboxMessage.key.startswith(f"{key}|", autoescape=True))
    rows = tx.all(select(OutboxMessage).where(mine, OutboxMessage.state == "queued").order_by(OutboxMessage.id).with_for_update())
    for row in rows:
        row.become("withdrawn")
        tx.event("message.withdrawn", row, job_id=row.job_id, customer_id=row.customer_id, note=str(row.content.get("subject", "")))
    tx.session.flush()
    return len(rows)


def _write(tx: Tx, kind: str, to: To, key: str, values: Mapping[str, str], language: str, about: About,
           ics: str | bytes | None, due_at: datetime | None, *, follows: str = "") -> int:  # fmt: skip
    if kind not in KINDS:
        raise ValueError(f"no message is called {kind}")
    spoken = language if language in KINDS[kind].languages else "en"
    content = composed(tx, kind, to.channel, spoken, values)
    content |= {"values": {name: str(value or "") for name, value in values.items()}, "follows": follows}
    if ics:
        content["ics"] = ics.decode("utf-8") if isinstance(ics, bytes) else ics
    state = "failed" if to.problem else "queued"
    row = {"kind": kind, "channel": to.channel, "recipient": to.address, "language": spoken, "content": content, "state": state,
           "due_at": when_due(tx, kind, to.channel, due_at), "last_error": to.problem, **asdict(about)}  # fmt: skip
    return store(tx, key, row)


def composed(tx: Tx, kind: str, channel: str, language: str, values: Mapping[str, str]) -> dict[str, Any]:
    """What a message says with the words that hold now: {"subject", "text", "html"}, {"text"} for an SMS."""
    words, filled = words_for(tx, kind, channel, language), filled_values(tx, kind, values)
    return compose(tx, words.subject, words.body, channel, language, filled)


def compose(tx: Tx, subject: str, body: str, channel: str, language: str, filled: Mapping[str, str]) -> dict[str, Any]:
    """The same for any words."""
    if channel == "sms":
        return {"text": simpler(markup.as_text(body, filled))}
    return {"subject": markup.line(subject, filled)[:LONGEST_SUBJECT], "text": markup.as_text(body, filled),
            "html": framed(body, filled, look_of(tx), language=language)}  # fmt: skip


def filled_values(tx: Tx, kind: str, values: Mapping[str, str]) -> dict[str, str]:
    """The values of all fields that a kind knows: plain words without control characters, encoded words or access codes."""
    company = {"company": tx.company.name, "company_phone": tx.company.phone, "company_email": tx.company.email}
    known = {**company, **values}
    clean = {name: plain(str(known.get(name) or "")) for name in KINDS[kind].fields}
    return {name: masked(text) if name in FREE_TEXT else text for name, text in clean.items()}


def plain(text: str) -> str:
    """Words as they may stand in a message: line breaks stay, other controls go, and nothing looks like an encoded header."""
    one = "".join(c for c in text.replace("\r\n", "\n").replace("\r", "\n") if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})
    return one.replace("=?", "= ?").strip()


def when_due(tx: Tx, kind: str, channel: str, due_at: datetime | None) -> datetime:
    """When it may go out: quiet hours hold an SMS back."""
    due = due_at or tx.now
    quiet = quiet_until(due, tx.zone, quiet_span(rules(tx))) if channel == "sms" and kind not in URGENT else None
    return quiet or due


def store(tx: Tx, key: str, values: dict[str, Any]) -> int:
    """Add the row unless its key is known; one that was withdrawn before it was sent is written anew."""
    insert = postgresql.insert if tx.office.shared else sqlite.insert
    new = insert(OutboxMessage).values(key=key, created_at=tx.now, **values).on_conflict_do_nothing(index_elements=["key"])
    id = tx.session.scalar(new.returning(OutboxMessage.id))
    if id is not None:
        return id
    row = tx.session.scalars(select(OutboxMessage).where(OutboxMessage.key == key).with_for_update()).one()
    if row.state == "withdrawn":
        for name, value in values.items():
            setattr(row, name, value)
        row.tries, row.created_at = 0, tx.now
        tx.session.flush()
    return row.id

"""Things for tests of messages: an office whose servers are on this machine, and what its outbox holds."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from fieldoffice.integrations import sms, smtp
from fieldoffice.models.message import OutboxMessage
from fieldoffice.office import Office, Tx
from fieldoffice.services import company, messages
from fieldoffice.services.messages.sending import send_due
from fieldoffice.services.messages.ways import Post
from tests import make

POST = Post(smtp.connect, sms.connect)
VALUES = {"customer": "Carol Customer", "service": "Leak repair", "when": "Tuesday, March 3, 9:00 AM", "address": "1 First Street NW",
          "link": "https://book.example.com/v/Zm9vYmFy", "number": "R-1001", "phone": "", "email": "carol@example.com", "what": "moved it",
          "wished": "March 5", "notes": "The dog is friendly.", "message": "Our van is near.", "expires": "Friday", "count": "2",
          "oldest": "2 days", "numbers": "R-1, R-2"}  # fmt: skip


def small(office: Office, *, port: int = 0, **settings: Any) -> make.Made:
    """A small company whose mail server is on this machine, at `port`."""
    made = make.small(office)
    server = {"messages.smtp_host": "127.0.0.1", "messages.smtp_port": port, "messages.smtp_security": "none"} if port else {}
    office.do(_set_up, {"messages.sender_address": "office@potomac.example", "messages.per_minute": 6000, **server, **settings})
    return made


def _set_up(tx: Tx, settings: dict[str, Any]) -> None:
    for key, value in settings.items():
        if key.startswith("company."):
            setattr(tx.company, key.partition(".")[2], value)
        else:
            company.set_setting(tx, key, value)


def write(office: Office, made: make.Made, key: str = "k1", kind: str = "booking_confirmed", **more: Any) -> int:
    """One message to Carol."""
    return office.do(messages.to_customer, kind, made.customer, key=key, values={**VALUES, **more.pop("values", {})}, **more)


def send(office: Office) -> None:
    """Send what is due until there is nothing left."""
    while send_due(office, POST):
        pass


def rows(office: Office) -> list[OutboxMessage]:
    return office.see(lambda tx: tx.all(select(OutboxMessage).order_by(OutboxMessage.id)))


def states(office: Office) -> list[tuple[str, int]]:
    """(state, tries) of every message."""
    return [(row.state, row.tries) for row in rows(office)]

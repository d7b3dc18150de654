"""The messages of the sample company: most arrived, a few did not, one waits. None of them ever leaves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from fieldoffice.models.customer import Customer
from fieldoffice.models.message import OutboxMessage
from fieldoffice.office import Tx
from fieldoffice.services.dispatch.rows import Card
from fieldoffice.services.messages import to_customer, to_office

SHARE = 3
"""Of these visits, every so many was booked online."""
FAULTS = {1: ("failed", "The mail server says: 550 5.1.1 No such user here"),
          4: ("unknown", "The line to the mail server broke before it confirmed the message. It may have been sent."),
          6: ("failed", "The mail server says: 552 5.2.2 Mailbox full")}  # fmt: skip


def letters(tx: Tx, cards: Sequence[Card], now: datetime) -> None:
    """Confirmations of visits to come, and what the office was told of them."""
    tx.company.email = tx.company.email or "office@potomac.example"
    booked = [card for card in cards if card.starts_at is not None][::SHARE]
    for n, card in enumerate(booked):
        tx.now = now - timedelta(hours=3 + 5 * n, minutes=7 * n % 60)
        _told(tx, n, card)
    tx.now = now - timedelta(minutes=4)
    if booked:
        last = booked[-1]
        to_customer(tx, "booking_moved", last.customer_id, key=f"sample:moved:{last.id}", values=_values(tx, last), job_id=last.job_id,
                    due_at=now + timedelta(hours=20))  # fmt: skip
    tx.now = now


def _told(tx: Tx, n: int, card: Card) -> None:
    ids = [to_customer(tx, "booking_confirmed", card.customer_id, key=f"sample:booked:{card.id}", values=_values(tx, card),
                       job_id=card.job_id, appointment_id=card.id)]  # fmt: skip
    if n % 2 == 0:
        ids += to_office(tx, "booking_office", key=f"sample:office:{card.id}", values=_values(tx, card), job_id=card.job_id,
                         customer_id=card.customer_id)  # fmt: skip
    state, words = FAULTS.get(n, ("sent", ""))
    for row in tx.all(select(OutboxMessage).where(OutboxMessage.id.in_(ids))):
        if row.last_error:
            continue  # nobody could be reached: it says so itself
        row.become(*((state, words) if row.kind == "booking_confirmed" else ("sent", "")))
        row.tries, row.sent_at = 1, tx.now + timedelta(seconds=8) if row.state == "sent" else None


def _values(tx: Tx, card: Card) -> dict[str, str]:
    assert card.starts_at is not None
    customer, here = tx.get(Customer, card.customer_id), card.starts_at.astimezone(tx.zone)
    when = f"{here:%A, %B} {here.day}, {here:%H:%M}"
    return {"customer": card.customer, "service": card.service, "when": when,
            "address": card.street, "number": card.job_number, "link": "https://example.com/your-booking",
            "phone": customer.phone, "email": customer.email}  # fmt: skip

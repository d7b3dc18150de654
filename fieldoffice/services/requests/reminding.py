"""No answer for two days: the dispatchers are reminded, once for each silence, whichever runner comes first.

A silence begins when a request comes in, or when the customer declines our proposal. It lies in the row itself, so neither a
restart nor a second runner can remind twice: the row is locked, looked at, and marked in the transaction of the message.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from fieldoffice.models.booking import BookingRequest
from fieldoffice.models.states import UNANSWERED
from fieldoffice.office import Tx
from fieldoffice.services import messages
from fieldoffice.services.requests.rules import silence_ends_at

TASK = "remind_requests"


def remind_later(tx: Tx, row: BookingRequest) -> None:
    """Ask for a look when this silence is over."""
    if row.waits_since_at is not None:
        tx.later(TASK, f"{TASK}:{row.id}", due_at=silence_ends_at(tx, row.waits_since_at), request_id=row.id)


def remind_requests(tx: Tx, request_id: int) -> None:
    """Background work: one message about every request whose silence is over and was not told yet; none where there is none.

    A setting that changed meanwhile counts: a request that is not overdue by now gets a later look.
    """
    rows = tx.all(select(BookingRequest).where(
        BookingRequest.kind == "request", BookingRequest.state.in_([s.value for s in UNANSWERED]), BookingRequest.reminded_at.is_(None),
        BookingRequest.waits_since_at.is_not(None)).order_by(BookingRequest.id).with_for_update())  # fmt: skip
    over = [(row, since) for row in rows if (since := row.waits_since_at) is not None and silence_ends_at(tx, since) <= tx.now]
    for row, since in over:
        row.reminded_at = tx.now
        tx.event("request.reminded", row, customer_id=row.customer_id, note=f"{row.number} has waited for {_waited(tx.now, since)}")
    if over:
        oldest = min(over, key=lambda pair: pair[1])
        values = {"count": str(len(over)), "oldest": _waited(tx.now, oldest[1]), "numbers": ", ".join(row.number for row, _ in over)}
        first, since = over[0]
        messages.to_office(
            tx, "request_reminder", key=f"request_reminder:{first.id}:{since:%Y%m%d%H%M%S}", values=values, request_id=first.id
        )
    asked = next((row for row in rows if row.id == request_id), None)
    if asked is not None and asked.reminded_at is None and asked.waits_since_at is not None:
        tx.later(TASK, f"{TASK}:{asked.id}:again:{silence_ends_at(tx, asked.waits_since_at):%Y%m%d%H%M%S}",
                 due_at=silence_ends_at(tx, asked.waits_since_at), request_id=asked.id)  # fmt: skip


def _waited(now: datetime, since: datetime) -> str:
    hours = int((now - since).total_seconds() // 3600)
    return f"{hours // 24} days" if hours >= 48 else f"{hours} hours"

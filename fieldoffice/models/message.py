"""Messages that leave the office, and the texts that they are made from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fieldoffice.models.base import Table, Versioned, link


class OutboxMessage(Versioned, Table):
    """An e-mail or SMS to be sent once for one version of one thing, written with the change that asks for it."""

    key: Mapped[str] = mapped_column(unique=True)  # kind, thing and version
    kind: Mapped[str] = mapped_column(String(40))  # which template
    channel: Mapped[str] = mapped_column(String(8))  # email | sms
    recipient: Mapped[str]
    language: Mapped[str] = mapped_column(String(8), default="en")
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)  # subject, text, html, calendar file
    state: Mapped[str] = mapped_column(String(10), index=True)  # queued | claimed | sent | failed | unknown | withdrawn
    customer_id: Mapped[int | None] = link("customer.id", null=True)
    job_id: Mapped[int | None] = link("job.id", null=True)
    appointment_id: Mapped[int | None] = link("appointment.id", null=True, index=False)
    request_id: Mapped[int | None] = link("booking_request.id", null=True)
    due_at: Mapped[datetime] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(default="")
    reference: Mapped[str] = mapped_column(default="")  # what the receiver knows it by
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    def become(self, state: str, words: str = "") -> None:
        """The one place where a message changes its state; `words` say why, where somebody should know."""
        self.state, self.last_error = state, words


class MessageTemplate(Versioned, Table):
    """The company's own words for one kind of message; where there is no row, the program's words hold."""

    __table_args__ = (UniqueConstraint("kind", "channel", "language"),)

    kind: Mapped[str] = mapped_column(String(40))
    channel: Mapped[str] = mapped_column(String(8))
    language: Mapped[str] = mapped_column(String(8))
    subject: Mapped[str] = mapped_column(default="")
    body: Mapped[str]
    changed_at: Mapped[datetime]

"""What customers ask for and what providers are offered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fieldoffice.models.base import PublicId, Table, Versioned, link
from fieldoffice.models.states import PROPOSAL_MOVES, REQUEST_MOVES, ProposalState, RequestState, check_move


class BookingRequest(Versioned, Table):
    """What came in from outside: a customer's wish for a visit that the office answers, or a visit booked at once."""

    public_id: Mapped[PublicId]
    number: Mapped[str] = mapped_column(String(20), unique=True)
    kind: Mapped[str] = mapped_column(String(8), default="request")  # request | booking (took a free time at once)
    customer_id: Mapped[int] = link("customer.id")
    location_id: Mapped[int | None] = link("location.id", null=True, index=False)
    item_id: Mapped[int | None] = link("catalog_item.id", null=True, index=False)
    state: Mapped[str] = mapped_column(String(16), index=True)
    wish: Mapped[str] = mapped_column(default="")  # in the customer's own words, where no service of the list fits
    wished_on: Mapped[list[str]] = mapped_column(default=list)  # up to three civil days as ISO texts, the dearest first
    day_part: Mapped[str] = mapped_column(String(9), default="flexible")  # morning | afternoon | flexible
    address: Mapped[dict[str, Any]] = mapped_column(default=dict)  # another address than the one on file
    notes: Mapped[str] = mapped_column(default="")
    sealed_code: Mapped[bytes | None]  # an access code that stood in the notes, under the office key
    language: Mapped[str] = mapped_column(String(8), default="en")
    answer: Mapped[str] = mapped_column(default="")  # why it was declined or withdrawn
    answered_by: Mapped[str] = mapped_column(default="")
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    job_id: Mapped[int | None] = link("job.id", null=True)
    appointment_id: Mapped[int | None] = link("appointment.id", null=True, index=False)
    created_at: Mapped[datetime] = mapped_column(index=True)
    reviewed_at: Mapped[datetime | None]  # when somebody of the staff first opened it
    answered_at: Mapped[datetime | None]
    waits_since_at: Mapped[datetime | None]  # since when the office owes an answer; a reminder goes once per silence
    reminded_at: Mapped[datetime | None]

    @property
    def status(self) -> RequestState:
        return RequestState(self.state)

    def become(self, new: RequestState) -> None:
        """Move to `new`, or refuse in words. Nobody else assigns `state`."""
        check_move(REQUEST_MOVES, self.status, new, "request")
        self.state = new.value

    def take_back(self, old: RequestState) -> None:
        """Undo one move: back to `old`, where the table has a way from `old` to here."""
        check_move(REQUEST_MOVES, old, self.status, "request")
        self.state = old.value


class Proposal(Table):
    """The office's other time for a request; its time is held by `appointment` until it expires."""

    request_id: Mapped[int] = link("booking_request.id")
    appointment_id: Mapped[int | None] = link("appointment.id", null=True, index=False)
    starts_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12))  # open | accepted | declined | expired | withdrawn
    message: Mapped[str] = mapped_column(default="")
    by_name: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    def become(self, new: ProposalState) -> None:
        """Move to `new`, or refuse in words. Nobody else assigns `state`."""
        check_move(PROPOSAL_MOVES, ProposalState(self.state), new, "proposal")
        self.state = new.value


class Upload(Table):
    """A picture that a stranger sent, kept apart until the form around it is sent; whatever expires is deleted."""

    form_hash: Mapped[str] = mapped_column(String(64), index=True)  # of the secret that the form carries
    blob_id: Mapped[int] = link("blob.id", index=False)
    thumb_id: Mapped[int] = link("blob.id", index=False)
    name: Mapped[str]
    position: Mapped[int]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


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

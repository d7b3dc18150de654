"""What the inbox and the customer's pages are given: frozen rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from fieldoffice.models.states import ProposalState, RequestState
from fieldoffice.services.availability import Span
from fieldoffice.services.geo import Point


@dataclass(frozen=True, slots=True)
class Address:
    """Another address than those on file, as the customer typed it."""

    street: str
    city: str = ""
    region: str = ""
    postal_code: str = ""


@dataclass(frozen=True, slots=True)
class RequestCard:
    """One request as the inbox shows it; a visit booked at once is one too (`kind` "booking")."""

    id: int
    number: str
    kind: str  # request | booking
    state: RequestState
    customer_id: int
    customer: str
    service: str  # the service's name, or the customer's own words
    city: str
    wished: tuple[date, ...]  # the dearest first
    day_part: str  # morning | afternoon | flexible
    created_at: datetime
    waits_since_at: datetime | None
    answered_at: datetime | None
    answered_by: str
    starts_at: datetime | None  # of the visit that was agreed, or the time that is proposed
    window: Span | None  # that was agreed
    expires_at: datetime | None  # of the open proposal
    job_id: int | None
    job_number: str
    photos: tuple[int, ...]  # attachments, in the customer's order
    reminded: bool
    fresh: bool  # nobody of the staff has opened it

    @property
    def waits(self) -> bool:
        """The office owes an answer."""
        return self.kind == "request" and self.waits_since_at is not None


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """One time that was proposed, whatever became of it."""

    id: int
    starts_at: datetime
    expires_at: datetime
    state: ProposalState
    message: str
    by_name: str
    created_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a request."""

    at: datetime
    by_name: str
    kind: str
    note: str


@dataclass(frozen=True, slots=True)
class PhotoRow:
    id: int
    name: str
    media_type: str


@dataclass(frozen=True, slots=True)
class RequestSheet:
    """Everything about one request, for the staff. `code` says whether an access code was kept with it, never which."""

    card: RequestCard
    email: str
    phone: str
    language: str
    address: str
    elsewhere: bool  # the address is not one of the file
    place: Point | None
    notes: str
    code: bool
    may_see_code: bool
    may_answer: bool
    answer: str
    duration_s: int
    photos: tuple[PhotoRow, ...]
    proposals: tuple[ProposalRow, ...]
    steps: tuple[Step, ...]
    zone: str
    now: datetime
    proposal_hours: int = 48


@dataclass(frozen=True, slots=True)
class MyRequest:
    """A request as its customer sees it; `text` are the company's words for the state."""

    id: int
    public_id: str
    number: str
    kind: str
    state: RequestState
    text: str
    service: str
    wished: tuple[date, ...]
    day_part: str
    address: str
    notes: str
    code: bool
    answer: str
    created_at: datetime
    window: Span | None  # of the visit that was agreed
    exact: bool  # a time was agreed, not only a part of the day
    proposal: ProposalRow | None  # the open one
    proposed: Span | None
    photos: tuple[int, ...]  # 0, 1, 2: in the order of sending
    may_cancel: bool
    zone: str

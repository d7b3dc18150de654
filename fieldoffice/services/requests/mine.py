"""A customer's own requests and visits: read by who they are, and nobody else's. Foreign ones answer like unknown ones."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.booking import BookingRequest, Proposal
from fieldoffice.models.customer import Location
from fieldoffice.models.errors import Invalid, NotFound, Stale
from fieldoffice.models.files import Attachment, Blob
from fieldoffice.models.job import Job
from fieldoffice.models.staff import Right
from fieldoffice.models.states import OPEN_STATES, AppointmentState, ProposalState, RequestState
from fieldoffice.office import Tx
from fieldoffice.services.availability import Span
from fieldoffice.services.customers.rows import one_line
from fieldoffice.services.requests import holding, telling
from fieldoffice.services.requests.answering import may_still
from fieldoffice.services.requests.rows import MyRequest, ProposalRow
from fieldoffice.services.requests.rules import known_customer, state_text
from fieldoffice.services.requests.wording import days_words
from fieldoffice.services.words import marked

UNKNOWN = marked("This page no longer exists.")
SAY_WHY = marked("Please tell us why, in a few words.")
TOO_LATE = marked("This request is confirmed already. Please call us to change or cancel the visit.")
OVER = marked("This request is closed already.")
SHOWN = 60
EXACT = ("exact", "two_hours")
AHEAD = (AppointmentState.WAITING, *sorted(OPEN_STATES - {AppointmentState.HELD}))


@dataclass(frozen=True, slots=True)
class MyVisit:
    """A visit that was agreed: its day and its arrival window."""

    service: str
    window: Span
    exact: bool
    state: AppointmentState
    address: str
    number: str
    zone: str


def my_requests(tx: Tx, customer_id: int) -> tuple[MyRequest, ...]:
    """The customer's requests, the newest first."""
    tx.require(Right.ONLINE)
    known_customer(tx, customer_id)
    mine = select(BookingRequest).where(BookingRequest.customer_id == customer_id, BookingRequest.kind == "request")
    return tuple(my_row(tx, row) for row in tx.all(mine.order_by(BookingRequest.id.desc()).limit(SHOWN)))


def my_request(tx: Tx, customer_id: int, request_id: int) -> MyRequest:
    """One of the customer's requests."""
    tx.require(Right.ONLINE)
    return my_row(tx, _mine(tx, customer_id, request_id))


def request_id_of(tx: Tx, customer_id: int, public_id: str) -> int:
    """The id behind a public one, if it is this customer's."""
    tx.require(Right.ONLINE)
    mine = (BookingRequest.public_id == public_id, BookingRequest.customer_id == customer_id)
    found = tx.session.scalar(select(BookingRequest.id).where(*mine))
    if found is None:
        raise NotFound(UNKNOWN)
    return found


def my_photo(tx: Tx, customer_id: int, request_id: int, n: int) -> bytes:
    """The small picture of the photo `n` (from 0) of one of the customer's requests: a JPEG."""
    tx.require(Right.ONLINE)
    row = _mine(tx, customer_id, request_id)
    ids = tx.all(select(Attachment.thumb_id).where(Attachment.request_id == row.id).order_by(Attachment.position, Attachment.id))
    if not 0 <= n < len(ids) or ids[n] is None:
        raise NotFound(UNKNOWN)
    return tx.session.scalars(select(Blob.content).where(Blob.id == ids[n])).one()


def my_schedule(tx: Tx, customer_id: int) -> tuple[MyVisit, ...]:
    """The visits that were agreed and still lie ahead, each with its day and its window."""
    tx.require(Right.ONLINE)
    known_customer(tx, customer_id)
    query = select(Appointment, Job, Location).join(Job, Job.id == Appointment.job_id).join(Location, Location.id == Job.location_id)
    ahead = (Job.customer_id == customer_id, Job.cancelled_at.is_(None), Appointment.state.in_(AHEAD), Appointment.window_to_at > tx.now)
    found = tx.session.execute(query.where(*ahead).order_by(Appointment.window_from_at, Appointment.id).limit(SHOWN))
    return tuple(MyVisit(job.title, Span(visit.window_from_at, visit.window_to_at), visit.window_kind in EXACT, visit.status,
                         one_line(at.street, at.city, at.region, at.postal_code), job.number, tx.company.zone)
                 for visit, job, at in found if visit.window_from_at and visit.window_to_at)  # fmt: skip


def cancel_request(tx: Tx, customer_id: int, request_id: int, *, reason: str) -> None:
    """The customer withdraws a request that is not confirmed yet; a held time is given back. Stale when it is too late."""
    tx.require(Right.ONLINE)
    _mine(tx, customer_id, request_id)
    row = tx.get(BookingRequest, request_id, lock=True)
    if not may_still(row):
        raise Stale(TOO_LATE if row.status is RequestState.CONFIRMED else OVER, key="request_closed")
    if not 0 < len(reason.strip()) <= 500:
        raise Invalid(reason=SAY_WHY)
    proposal = open_proposal(tx, row)
    if proposal is not None:
        holding.let_go(tx, row)
        proposal.become(ProposalState.WITHDRAWN)
        proposal.answered_at = tx.now
    row.become(RequestState.CANCELLED)
    row.answer, row.answered_at, row.waits_since_at = reason.strip(), tx.now, None
    tx.session.flush()
    tx.event("request.canceled", row, customer_id=customer_id, note=reason.strip())
    wished = days_words(telling.wished_days(row), row.day_part, "en")
    telling.to_office(tx, row, f"withdrew the request: {reason.strip()}", wished, f"request_canceled:{row.id}")


def my_row(tx: Tx, row: BookingRequest) -> MyRequest:
    """A request as its customer sees it; the caller has seen to it that it is theirs."""
    language, proposal, visit = telling.row_language(tx, row), open_proposal(tx, row), _visit(tx, row)
    shown = _shown_state(tx, row, proposal)
    photos = tx.all(select(Attachment.id).where(Attachment.request_id == row.id, Attachment.thumb_id.is_not(None)))
    live = proposal is not None and proposal.expires_at > tx.now
    return MyRequest(
        row.id, row.public_id, row.number, row.kind, shown, state_text(tx, shown, language), telling.service_words(tx, row, language),
        telling.wished_days(row), row.day_part, address_of(tx, row), row.notes, row.sealed_code is not None, row.answer, row.created_at,
        Span(visit.window_from_at, visit.window_to_at) if visit and visit.window_from_at and visit.window_to_at else None,
        visit is not None and visit.window_kind in ("exact", "two_hours"), proposal_row(proposal) if proposal and live else None,
        holding.window_of(tx, proposal.starts_at) if proposal and live else None, tuple(range(len(photos))), may_still(row),
        tx.company.zone,
    )  # fmt: skip


def proposal_row(row: Proposal) -> ProposalRow:
    return ProposalRow(
        row.id, row.starts_at, row.expires_at, ProposalState(row.state), row.message, row.by_name, row.created_at, row.answered_at
    )


def open_proposal(tx: Tx, row: BookingRequest) -> Proposal | None:
    """The proposal that waits for the customer; there is at most one."""
    return tx.session.scalar(select(Proposal).where(Proposal.request_id == row.id, Proposal.state == ProposalState.OPEN))


def address_of(tx: Tx, row: BookingRequest) -> str:
    """Where the work would be, in one line."""
    location = tx.session.get(Location, row.location_id) if row.location_id else None
    if location is not None:
        return one_line(location.street, location.city, location.region, location.postal_code)
    typed = row.address
    return one_line(*(str(typed.get(name, "")) for name in ("street", "city", "region", "postal_code"))) if typed else ""


def _shown_state(tx: Tx, row: BookingRequest, proposal: Proposal | None) -> RequestState:
    """A proposal whose time is over reads as expired, even before the background work has seen to it."""
    over = row.status is RequestState.COUNTER_PROPOSED and proposal is not None and proposal.expires_at <= tx.now
    return RequestState.EXPIRED if over else row.status


def _mine(tx: Tx, customer_id: int, request_id: int) -> BookingRequest:
    known_customer(tx, customer_id)
    row = tx.session.get(BookingRequest, request_id)
    if row is None or row.customer_id != customer_id or row.kind != "request":
        raise NotFound(UNKNOWN)
    return row


def _visit(tx: Tx, row: BookingRequest) -> Appointment | None:
    return tx.session.get(Appointment, row.appointment_id) if row.appointment_id else None

"""What the staff sees of requests: the inbox by state, one request in full, its photos."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.booking import BookingRequest, Proposal
from fieldoffice.models.catalog import CatalogItem
from fieldoffice.models.customer import Customer, Location
from fieldoffice.models.errors import NotFound
from fieldoffice.models.files import Attachment, Blob
from fieldoffice.models.job import Job
from fieldoffice.models.log import Event
from fieldoffice.models.staff import Right
from fieldoffice.models.states import PENDING, ProposalState, RequestState
from fieldoffice.office import Tx
from fieldoffice.services.access import masked
from fieldoffice.services.availability import Span
from fieldoffice.services.company.values import setting
from fieldoffice.services.requests import holding
from fieldoffice.services.requests.answering import review
from fieldoffice.services.requests.mine import address_of, proposal_row
from fieldoffice.services.requests.rows import PhotoRow, RequestCard, RequestSheet, Step

KEPT_DAYS = 14
"""How long answered requests and online bookings stay in the inbox."""
MOST = 400


@dataclass(frozen=True, slots=True)
class Inbox:
    """All that the inbox shows; `fresh` counts what nobody has opened."""

    cards: tuple[RequestCard, ...]
    now: datetime
    zone: str
    taken: bool = True  # whether customers may send requests at all
    may_answer: bool = False

    @property
    def fresh(self) -> int:
        return sum(card.fresh for card in self.cards)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the window tells by itself: how many nobody has opened, and the newest of them."""

    fresh: int
    newest: int  # its id, 0 without any
    customer: str
    service: str
    kind: str


def inbox(tx: Tx) -> Inbox:
    """Requests that are open, those answered in the last two weeks, and what was booked online in that time; the oldest first."""
    tx.require(Right.LOOK)
    since = tx.now - timedelta(days=KEPT_DAYS)
    shown = or_(BookingRequest.state.in_([s.value for s in PENDING]), BookingRequest.answered_at >= since,
                (BookingRequest.kind == "booking") & (BookingRequest.created_at >= since))  # fmt: skip
    return Inbox(_cards(tx, select(BookingRequest).where(shown)), tx.now, tx.company.zone, bool(setting(tx, "requests.enabled")),
                 {Right.DISPATCH, Right.EDIT_JOBS} <= tx.actor.rights)  # fmt: skip


def waiting(tx: Tx) -> Waiting:
    """How many requests and online bookings nobody has opened yet."""
    tx.require(Right.LOOK)
    unseen = (BookingRequest.reviewed_at.is_(None), BookingRequest.created_at >= tx.now - timedelta(days=KEPT_DAYS), *_still_matters())
    count = int(tx.session.scalar(select(func.count()).where(*unseen)) or 0)
    query = select(BookingRequest.id, Customer.name, CatalogItem.name, BookingRequest.wish, BookingRequest.kind)
    query = query.join(Customer, Customer.id == BookingRequest.customer_id).outerjoin(
        CatalogItem, CatalogItem.id == BookingRequest.item_id
    )
    last = tx.session.execute(query.where(*unseen).order_by(BookingRequest.id.desc()).limit(1)).first()
    return Waiting(count, *(0, "", "", "")) if last is None else Waiting(count, last[0], last[1], last[2] or last[3], last[4])


def request_sheet(tx: Tx, request_id: int) -> RequestSheet:
    """One request in full. Looking at it this way marks nothing; `open_request` does."""
    tx.require(Right.LOOK)
    row = tx.session.get(BookingRequest, request_id)
    if row is None:
        raise NotFound("This request no longer exists.")
    card = _cards(tx, select(BookingRequest).where(BookingRequest.id == request_id))[0]
    customer, rights = tx.get(Customer, row.customer_id), tx.actor.rights
    proposals = tx.all(select(Proposal).where(Proposal.request_id == row.id).order_by(Proposal.id))
    steps = tx.all(select(Event).where(Event.entity == "booking_request", Event.entity_id == row.id).order_by(Event.id))
    may_see = Right.SEE_ACCESS_CODES in rights
    photos = tx.all(select(Attachment).where(Attachment.request_id == row.id).order_by(Attachment.position, Attachment.id))
    return RequestSheet(
        card, customer.email, customer.phone, customer.language, address_of(tx, row), bool(row.address), holding.place(tx, row),
        row.notes if may_see else masked(row.notes), row.sealed_code is not None, may_see, {Right.DISPATCH, Right.EDIT_JOBS} <= rights,
        row.answer, holding.visit_of(tx, row).duration_s, tuple(PhotoRow(a.id, a.name, a.media_type) for a in photos),
        tuple(proposal_row(one) for one in proposals), tuple(Step(e.at, e.by_name, e.kind, e.note) for e in steps), tx.company.zone, tx.now,
        int(setting(tx, "requests.proposal_hours")),
    )  # fmt: skip


def open_request(tx: Tx, request_id: int) -> RequestSheet:
    """The same for somebody who is about to answer: the first time, the request comes under review (its customer reads so)."""
    tx.require(Right.DISPATCH)
    row = tx.get(BookingRequest, request_id, lock=True)
    if row.kind == "request":
        review(tx, row)
    elif row.reviewed_at is None:
        row.reviewed_at = tx.now
        tx.event("booking.seen", row, job_id=row.job_id, customer_id=row.customer_id)
    tx.session.flush()
    return request_sheet(tx, request_id)


def request_thumbs(tx: Tx, attachment_ids: Sequence[int]) -> dict[int, bytes]:
    """The small pictures of photos of requests, by attachment: JPEGs of at most 512 pixels a side."""
    tx.require(Right.LOOK)
    query = select(Attachment.id, Blob.content).join(Blob, Blob.id == Attachment.thumb_id)
    wanted = (Attachment.id.in_(list(attachment_ids)), Attachment.request_id.is_not(None))
    return {id: content for id, content in tx.session.execute(query.where(*wanted))}


def _still_matters() -> tuple[Any, ...]:
    """Withdrawn before anybody saw it, it is nobody's concern any more."""
    return (BookingRequest.state.not_in([RequestState.CANCELLED.value]),)


def _cards(tx: Tx, query: Any) -> tuple[RequestCard, ...]:
    rows = tx.all(query.order_by(BookingRequest.created_at.desc(), BookingRequest.id.desc()).limit(MOST))
    ids = [row.id for row in rows]
    customers = _names(tx, select(Customer.id, Customer.name).where(Customer.id.in_({row.customer_id for row in rows})))
    items = _names(tx, select(CatalogItem.id, CatalogItem.name).where(CatalogItem.id.in_({row.item_id for row in rows if row.item_id})))
    cities = _names(tx, select(Location.id, Location.city).where(Location.id.in_({row.location_id for row in rows if row.location_id})))
    jobs = _names(tx, select(Job.id, Job.number).where(Job.id.in_({row.job_id for row in rows if row.job_id})))
    agreed = select(Appointment).where(Appointment.id.in_({row.appointment_id for row in rows if row.appointment_id}))
    visits = {visit.id: visit for visit in tx.all(agreed)}
    offers = {p.request_id: p for p in tx.all(select(Proposal).where(Proposal.request_id.in_(ids), Proposal.state == ProposalState.OPEN))}
    photos = _photos(tx, ids)
    return tuple(
        RequestCard(
            id=row.id, number=row.number, kind=row.kind, state=row.status, customer_id=row.customer_id, customer=customers[row.customer_id],
            service=items.get(row.item_id or 0) or " ".join(row.wish.split()),
            city=cities.get(row.location_id or 0) or str(row.address.get("city", "")),
            wished=tuple(date.fromisoformat(on) for on in row.wished_on), day_part=row.day_part, created_at=row.created_at,
            waits_since_at=row.waits_since_at, answered_at=row.answered_at, answered_by=row.answered_by,
            starts_at=_starts_at(visits.get(row.appointment_id or 0), offers.get(row.id)),
            window=_window(visits.get(row.appointment_id or 0)),
            expires_at=offers[row.id].expires_at if row.id in offers else None, job_id=row.job_id, job_number=jobs.get(row.job_id or 0, ""),
            photos=tuple(photos[row.id]), reminded=row.reminded_at is not None,
            fresh=row.reviewed_at is None and row.status is not RequestState.CANCELLED)
        for row in reversed(rows)
    )  # fmt: skip


def _starts_at(visit: Appointment | None, offer: Proposal | None) -> datetime | None:
    return visit.starts_at if visit is not None else offer.starts_at if offer is not None else None


def _window(visit: Appointment | None) -> Span | None:
    if visit is None or visit.window_from_at is None or visit.window_to_at is None:
        return None
    return Span(visit.window_from_at, visit.window_to_at)


def _names(tx: Tx, query: Any) -> dict[int, str]:
    rows: Any = tx.session.execute(query)
    return {int(id): str(name) for id, name in rows}


def _photos(tx: Tx, ids: Iterable[int]) -> dict[int, list[int]]:
    query = select(Attachment.request_id, Attachment.id).where(Attachment.request_id.in_(list(ids)), Attachment.thumb_id.is_not(None))
    found: dict[int, list[int]] = defaultdict(list)
    for request_id, id in tx.session.execute(query.order_by(Attachment.position, Attachment.id)):
        if request_id is not None:
            found[request_id].append(id)
    return found

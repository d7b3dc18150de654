"""The office answers a request: accept, propose another time, decline. Whoever comes second is told who was first.

Each answer locks the request, looks, and writes visit, state and message in one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.booking import BookingRequest, Proposal
from fieldoffice.models.errors import Invalid, NotAllowed, Stale
from fieldoffice.models.files import Attachment
from fieldoffice.models.staff import Right
from fieldoffice.models.states import PENDING, UNANSWERED, ProposalState, RequestState
from fieldoffice.office import Tx
from fieldoffice.services.availability import Span
from fieldoffice.services.calendar import WINDOW_WORDS, promised
from fieldoffice.services.company.values import setting, window_hours
from fieldoffice.services.customers.adding import add_location
from fieldoffice.services.dispatch.hands import hold_still
from fieldoffice.services.dispatch.moves import place as place_visit
from fieldoffice.services.jobs.opening import NewJob, Opened, Promise, open_job
from fieldoffice.services.requests import codes, holding, telling
from fieldoffice.services.requests.rules import DAY_PARTS

LONGEST_MESSAGE = 2000
LONGEST_HOLD_H = 14 * 24


@dataclass(frozen=True, slots=True)
class Choice:
    """What a request is accepted with: a start with a provider, or only a promise, and the visit waits in the tray.

    Without `provider_id` nobody is assigned: `on` and `kind` (am, pm, all_day) say what is promised.
    """

    provider_id: int | None = None
    starts_at: datetime | None = None
    on: date | None = None
    kind: str = "all_day"


@dataclass(frozen=True, slots=True)
class Answered:
    """How a request stands after an answer. `key` names the message, which can be withdrawn while nobody has taken it."""

    id: int
    number: str
    state: RequestState
    job_id: int | None = None
    job_number: str = ""
    appointment_id: int | None = None


def accept_request(tx: Tx, request_id: int, choice: Choice) -> Answered:
    """Make the job and its visit, agreed for a time; with a provider the rule is asked under lock, without one nobody is assigned."""
    tx.require(Right.DISPATCH)
    tx.require(Right.EDIT_JOBS)
    row = unanswered(tx, request_id)
    opened = agreed(tx, row, choice)
    window = _window(tx, choice)
    row.answered_at, row.answered_by = tx.now, tx.actor.name
    tx.session.flush()
    tx.event("request.confirmed", row, job_id=opened.job_id, customer_id=row.customer_id, note=opened.number)
    telling.confirmed(tx, row, window, answer_key(row, "confirmed"))
    return Answered(row.id, row.number, row.status, opened.job_id, opened.number, opened.appointment_id)


def propose_time(
    tx: Tx, request_id: int, *, provider_id: int, starts_at: datetime, message: str = "", hours: int | None = None
) -> Answered:
    """Offer another time, held for the customer until it expires; they answer by a link, without signing in."""
    tx.require(Right.DISPATCH)
    row = unanswered(tx, request_id)
    expires_at = _expiry(tx, starts_at, hours)
    _check_message(message)
    holding.hold_time(tx, row, provider_id, starts_at, expires_at)
    row.become(RequestState.COUNTER_PROPOSED)
    proposal = tx.add(Proposal(request_id=row.id, starts_at=starts_at, expires_at=expires_at, state=ProposalState.OPEN,
                               message=message.strip(), by_name=tx.actor.name, created_at=tx.now))  # fmt: skip
    _note_answer(tx, row)
    tx.event("request.proposed", row, customer_id=row.customer_id, note=message.strip(), after={"starts_at": starts_at.isoformat()})
    tx.later("expire_proposal", f"expire_proposal:{proposal.id}", due_at=expires_at, proposal_id=proposal.id)
    telling.proposed(tx, row, proposal, holding.window_of(tx, starts_at))
    return Answered(row.id, row.number, row.status)


def decline_request(tx: Tx, request_id: int, *, message: str) -> Answered:
    """Say no, with the reason; the customer reads it with what to do next."""
    tx.require(Right.DISPATCH)
    if not message.strip():
        raise Invalid(message="Please tell the customer why.")
    _check_message(message)
    row = unanswered(tx, request_id)
    row.become(RequestState.DECLINED)
    row.answer = message.strip()
    _note_answer(tx, row)
    tx.event("request.declined", row, customer_id=row.customer_id, note=message.strip())
    telling.declined(tx, row, message.strip(), answer_key(row, "declined"))
    return Answered(row.id, row.number, row.status)


def preview_answer(tx: Tx, request_id: int, kind: str, *, choice: Choice | None = None, starts_at: datetime | None = None,
                   message: str = "", hours: int | None = None) -> dict[str, Any]:  # fmt: skip
    """What the customer would be sent: {"channel", "recipient", "problem", "subject", "text"}; `kind` is accept, propose or decline."""
    tx.require(Right.DISPATCH)
    row = tx.get(BookingRequest, request_id)
    if kind == "accept" and choice is not None:
        return telling.preview(tx, row, "request_confirmed", telling.confirmed_values(tx, row, _window(tx, choice)))
    if kind == "propose" and starts_at is not None:
        values = telling.proposal_values(tx, row, holding.window_of(tx, starts_at), message.strip(), _expiry(tx, starts_at, hours))
        return telling.preview(tx, row, "request_proposed", values)
    return telling.preview(tx, row, "request_declined", telling.base_values(tx, row) | {"message": message.strip()})


def unanswered(tx: Tx, request_id: int) -> BookingRequest:
    """The request under lock, under review by now; Stale says who answered it, or that the customer withdrew it."""
    row = tx.get(BookingRequest, request_id, lock=True)
    if row.kind != "request":
        raise NotAllowed("This visit was booked at once; there is nothing to answer.")
    if row.status not in UNANSWERED:
        raise Stale(told(tx, row), key="answered")
    review(tx, row)
    return row


def review(tx: Tx, row: BookingRequest) -> None:
    """Somebody of the staff looks at it for the first time."""
    if row.status is RequestState.SUBMITTED:
        row.become(RequestState.UNDER_REVIEW)
        row.reviewed_at = tx.now
        tx.event("request.reviewed", row, customer_id=row.customer_id)


def told(tx: Tx, row: BookingRequest) -> str:
    """Who was first, in words."""
    at = row.answered_at or tx.now
    when = (
        f"at {at.astimezone(tx.zone):%H:%M}"
        if at.astimezone(tx.zone).date() == tx.today
        else f"on {at.astimezone(tx.zone):%b} {at.astimezone(tx.zone).day}"
    )
    who = row.answered_by or "Somebody else"
    did = {RequestState.CONFIRMED: f"{who} accepted this request {when}.", RequestState.DECLINED: f"{who} declined this request {when}.",
           RequestState.COUNTER_PROPOSED: f"{who} proposed another time {when}.",
           RequestState.CANCELLED: f"The customer withdrew this request {when}.",
           RequestState.EXPIRED: "The proposed time has passed without an answer."}  # fmt: skip
    return did.get(row.status, f"This request is {row.status.word} by now.")


def agreed(tx: Tx, row: BookingRequest, choice: Choice) -> Opened:
    """Open the job of a request, place its visit where the choice says so, and confirm; the caller has the right or the link."""
    if choice.provider_id is not None:
        hold_still(tx, (), [choice.provider_id])
    with tx.as_office():
        location_id = row.location_id or _new_place(tx, row)
        opened = open_job(tx, _job(tx, row, location_id, choice))
        if choice.provider_id is not None and choice.starts_at is not None:
            visit = tx.get(Appointment, opened.appointment_id)
            visit.duration_s = holding.visit_of(tx, row).duration_s
            tx.session.flush()
            place_visit(tx, visit.id, version=visit.version, provider_ids=(choice.provider_id,), starts_at=choice.starts_at)
        codes.to_location(tx, row, location_id)
    row.become(RequestState.CONFIRMED)
    row.job_id, row.appointment_id, row.location_id, row.waits_since_at = opened.job_id, opened.appointment_id, location_id, None
    for photo in tx.all(select(Attachment).where(Attachment.request_id == row.id)):
        photo.job_id = opened.job_id
    return opened


def answer_key(row: BookingRequest, kind: str) -> str:
    """One for each answer: what was taken back and answered anew is another message."""
    return f"request_{kind}:{row.id}:{int(row.details.get('taken_back', 0))}"


def may_still(row: BookingRequest) -> bool:
    """Whether the customer may still withdraw it."""
    return row.kind == "request" and row.status in PENDING


def _note_answer(tx: Tx, row: BookingRequest) -> None:
    row.answered_at, row.answered_by, row.waits_since_at = tx.now, tx.actor.name, None
    tx.session.flush()


def _job(tx: Tx, row: BookingRequest, location_id: int, choice: Choice) -> NewJob:
    items = ((row.item_id, 1000),) if row.item_id else ()
    notes = "\n".join(part for part in (row.wish if row.item_id else "", codes.for_paper(row.notes)) if part.strip())
    title = "" if row.item_id else " ".join(row.wish.split())[:80]
    return NewJob(row.customer_id, location_id, items, _promise(tx, choice), title=title, notes=notes, source="request")


def _promise(tx: Tx, choice: Choice) -> Promise:
    if choice.starts_at is None:
        return Promise(choice.kind, choice.on)
    here = choice.starts_at.astimezone(tx.zone)
    return Promise("two_hours", here.date(), here.hour * 60 + here.minute)


def _window(tx: Tx, choice: Choice) -> Span:
    if choice.starts_at is not None:
        if choice.provider_id is None:
            raise Invalid(provider="Choose who comes at that time.")
        if choice.starts_at <= tx.now:
            raise Invalid(starts_at="This time has passed.")
        return holding.window_of(tx, choice.starts_at)
    if choice.on is None or choice.kind not in DAY_PARTS.values() or choice.kind not in WINDOW_WORDS:
        raise Invalid(on="Choose a day, and whether it is the morning, the afternoon or the whole day.")
    if choice.on < tx.today:
        raise Invalid(on="This day has passed.")
    return promised(choice.kind, choice.on, tx.zone, hours=window_hours(tx))


def _expiry(tx: Tx, starts_at: datetime, hours: int | None) -> datetime:
    """When a proposal ends: after its hours, but an hour before the visit at the latest."""
    length = int(setting(tx, "requests.proposal_hours")) if hours is None else hours
    if not 1 <= length <= LONGEST_HOLD_H:
        raise Invalid(hours=f"A time is held between 1 and {LONGEST_HOLD_H} hours.")
    last = starts_at - timedelta(hours=1)
    if last <= tx.now:
        raise Invalid(starts_at="This time is too soon to be proposed: the customer could not answer before it.")
    return min(tx.now + timedelta(hours=length), last)


def _check_message(message: str) -> None:
    if len(message) > LONGEST_MESSAGE:
        raise Invalid(message=f"A message has at most {LONGEST_MESSAGE:,} characters.")


def _new_place(tx: Tx, row: BookingRequest) -> int:
    """The other address becomes one of the customer's, beside those on file."""
    at = holding.place(tx, row)
    typed = {name: str(row.address.get(name, "")) for name in ("street", "city", "region", "postal_code")}
    return add_location(tx, row.customer_id, place=at, placed_by="postal_code" if at else "", **typed)

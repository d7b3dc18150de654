"""The inbox in words: columns, ages, wishes, outcomes. Pure."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from fieldoffice.models.states import ProposalState, RequestState
from fieldoffice.services.availability import Span
from fieldoffice.services.requests.best import Answer
from fieldoffice.services.requests.rows import RequestCard

COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("new", "New", "Nothing new. Requests that customers send arrive here by themselves."),
    ("review", "Under review", "No request is waiting for an answer."),
    ("proposed", "Time proposed", "No proposal waits for a customer."),
    ("booked", "Booked online", "Nobody has booked a free time in the last two weeks."),
    ("answered", "Answered", "Nothing was answered in the last two weeks."),
)
"""(key, title, what an empty column says)"""
OUTCOMES = {
    RequestState.SUBMITTED: ("fiber_new", "accent"), RequestState.UNDER_REVIEW: ("visibility", "muted"),
    RequestState.COUNTER_PROPOSED: ("hourglass_top", "warn"), RequestState.CONFIRMED: ("event_available", "ok"),
    RequestState.DECLINED: ("block", "danger"), RequestState.EXPIRED: ("timer_off", "muted"), RequestState.CANCELLED: ("undo", "muted"),
}  # fmt: skip
"""The icon and its color for each state."""
PARTS = {"morning": "morning", "afternoon": "afternoon", "flexible": "any time"}
PROPOSALS = {
    ProposalState.OPEN: "waits for the customer", ProposalState.ACCEPTED: "accepted", ProposalState.DECLINED: "declined by the customer",
    ProposalState.EXPIRED: "not answered in time", ProposalState.WITHDRAWN: "withdrawn",
}  # fmt: skip
STEPS = {
    "request.submitted": "Sent by the customer", "request.reviewed": "Opened", "request.confirmed": "Accepted",
    "request.proposed": "Another time proposed", "request.declined": "Declined", "request.canceled": "Withdrawn by the customer",
    "request.accepted_by_customer": "Proposal accepted by the customer", "request.proposal_declined": "Proposal declined by the customer",
    "request.accepted_by_phone": "Proposal accepted by phone",
    "request.expired": "Proposal expired", "request.reminded": "Dispatchers reminded", "request.taken_back": "Answer taken back",
    "access_code.seen": "Access code looked at", "booking.seen": "Opened",
}  # fmt: skip


def column_of(card: RequestCard) -> str:
    """In which column a card stands."""
    if card.kind == "booking":
        return "booked"
    return {RequestState.SUBMITTED: "new", RequestState.UNDER_REVIEW: "review", RequestState.COUNTER_PROPOSED: "proposed"}.get(
        card.state, "answered")  # fmt: skip


def outcome(card: RequestCard) -> str:
    """The state in one word; "Booked" for a visit that was booked at once."""
    if card.kind == "booking" and card.state is RequestState.CONFIRMED:
        return "Booked"
    return card.state.word.capitalize()


def age(since: datetime, now: datetime) -> str:
    """How long ago, briefly: "now", "12 min", "3 h", "2 d"."""
    minutes = max(int((now - since).total_seconds() // 60), 0)
    if minutes < 60:
        return f"{minutes} min" if minutes else "now"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} d"


def day(on: date) -> str:
    return f"{on:%a %b} {on.day}"


def wished(card: RequestCard) -> str:
    """ "Tue Mar 3 · Thu Mar 5, morning" """
    return f"{' · '.join(day(on) for on in card.wished)}, {PARTS.get(card.day_part, card.day_part)}" if card.wished else ""


def moment(at: datetime, zone: ZoneInfo) -> str:
    """ "Tue Mar 3, 14:00" """
    here = at.astimezone(zone)
    return f"{day(here.date())}, {here:%H:%M}"


def when(card: RequestCard, zone: ZoneInfo) -> str:
    """What is agreed or proposed, else what was wished."""
    if card.starts_at is not None:
        return moment(card.starts_at, zone)
    return wished(card) if card.window is None else window(card.window, zone)


def window(span: Span, zone: ZoneInfo) -> str:
    """ "Tue Mar 3, 08:00–12:00" """
    return f"{moment(span.start, zone)}–{span.end.astimezone(zone):%H:%M}"


def spoken(card: RequestCard, zone: ZoneInfo, now: datetime) -> str:
    """A card for screen readers and for copying."""
    parts = (card.number, card.customer, card.service, when(card, zone), outcome(card), age(card.created_at, now))
    return ", ".join(part for part in parts if part)


def matches(card: RequestCard, text: str) -> bool:
    """Whether all the words stand somewhere on the card."""
    hay = " ".join((card.number, card.customer, card.service, card.city, card.job_number, outcome(card), wished(card))).casefold()
    return all(word in hay for word in text.casefold().split())


def slot_words(answer: Answer, zone: ZoneInfo) -> str:
    return moment(answer.starts_at, zone)


def slot_note(answer: Answer) -> str:
    """ "Ana · 6 min more driving · as wished" """
    minutes = round(answer.added_drive_s / 60)
    drive = f"{minutes} min more driving" if minutes else "no more driving"
    return " · ".join(part for part in (answer.provider, drive, "as wished" if answer.wished else "not as wished") if part)

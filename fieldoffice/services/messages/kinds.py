"""Every kind of message: what it is called, whom it goes to, and which fields its text may name. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LANGUAGES: Mapping[str, str] = {"en": "English", "es": "Spanish", "de": "German", "fr": "French"}
CHANNELS: Mapping[str, str] = {"email": "E-mail", "sms": "SMS"}

FIELDS: Mapping[str, tuple[str, str]] = {
    "company": ("your company's name", "Potomac Plumbing"),
    "company_phone": ("your company's phone", "(202) 555-0123"),
    "company_email": ("your company's e-mail address", "office@example.com"),
    "customer": ("the customer's name", "Carol Customer"),
    "service": ("what is to be done", "Leak repair"),
    "when": ("day and time of the visit", "Tuesday, March 3, 9:00 – 11:00 AM"),
    "address": ("where the work is done", "1 First Street NW, Washington"),
    "link": ("the customer's private link", "https://example.com/v/private-link"),
    "number": ("number of the booking, request or invoice", "R-1042"),
    "phone": ("the customer's phone", "(202) 555-0101"),
    "email": ("the customer's e-mail address", "carol@example.com"),
    "what": ("what the customer changed", "moved the visit"),
    "wished": ("the days that were wished", "March 5 or March 6, in the morning"),
    "notes": ("the customer's notes", "The dog is friendly."),
    "message": ("what the office wrote about it", "Our van is in your street that day."),
    "expires": ("until when it can be answered", "Thursday, March 5, 5:00 PM"),
    "count": ("how many requests wait", "3"),
    "oldest": ("how long the oldest one has waited", "2 days"),
    "numbers": ("the numbers of the requests", "R-1042, R-1043, R-1047"),
    "amount": ("the amount: open, due or paid", "USD 120.00"),
    "day": ("the day that it is about: due, paid, or as of", "Tuesday, March 31, 2026"),
}
"""Each field: what it stands for, and an example."""
OF_COMPANY = ("company", "company_phone", "company_email")
"""Fields that every kind knows: their values come from the company itself."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of message. `urgent` ones answer what somebody did just now, so they are sent in quiet hours too."""

    id: str
    words: str
    when: str  # one sentence: when it is sent
    own: tuple[str, ...]
    office: bool = False
    urgent: bool = False
    mail_only: bool = False  # a paper comes with it

    @property
    def fields(self) -> tuple[str, ...]:
        return (*self.own, *OF_COMPANY)

    @property
    def channels(self) -> tuple[str, ...]:
        return ("email",) if self.office or self.mail_only else ("email", "sms")

    @property
    def languages(self) -> tuple[str, ...]:
        return ("en",) if self.office else tuple(LANGUAGES)


VISIT = ("customer", "service", "when", "address", "link", "number")
OWED = ("customer", "number", "amount", "day")
KINDS: Mapping[str, Kind] = {kind.id: kind for kind in (
    Kind("request_office", "New portal request", "To the office, as soon as a customer asks for a visit.",
         ("customer", "service", "number", "wished", "notes"), office=True),
    Kind("request_reminder", "Requests are waiting", "To the office, once for requests that nobody answered for two days.",
         ("count", "oldest", "numbers"), office=True),
    Kind("booking_office", "New online booking", "To the office, as soon as somebody books a free time.",
         ("customer", "service", "when", "address", "number", "phone", "email"), office=True),
    Kind("booking_changed_office", "Booking changed online", "To the office, when a customer moves or cancels a visit online.",
         ("customer", "what", "when", "number"), office=True),
    Kind("booking_confirmed", "Booking confirmed", "To the customer, with a calendar file, right after booking.", VISIT, urgent=True),
    Kind("booking_moved", "Booking moved", "To the customer, when a booked visit gets another time.", VISIT),
    Kind("booking_canceled", "Booking canceled", "To the customer, when a booked visit is called off.",
         ("customer", "service", "when", "number")),
    Kind("request_received", "Request received", "To the customer, right after the request came in.",
         ("customer", "service", "number", "link"), urgent=True),
    Kind("request_confirmed", "Request confirmed", "To the customer, when the office accepts the request.",
         ("customer", "service", "when", "number", "link")),
    Kind("request_proposed", "Another time proposed", "To the customer, when the office offers another time.",
         ("customer", "service", "when", "message", "expires", "number", "link")),
    Kind("request_declined", "Request declined", "To the customer, when the office cannot do it.",
         ("customer", "service", "message", "number")),
    Kind("private_link", "Private link", "To the customer, who asked to be let in.", ("customer", "link", "expires"), urgent=True),
    Kind("invoice", "Invoice", "To the customer, with the invoice as a PDF, when you e-mail it.",
         ("customer", "number", "amount", "day"), mail_only=True),
    Kind("receipt", "Receipt", "To the customer, with the receipt as a PDF, when you e-mail it.",
         ("customer", "number", "amount", "day"), mail_only=True),
    Kind("statement", "Statement of account", "To the customer, with the statement as a PDF, when statements are sent.",
         ("customer", "day", "amount"), mail_only=True),
    Kind("reminder_1", "First reminder", "To the customer, when an invoice is overdue for some days.", OWED),
    Kind("reminder_2", "Second reminder", "To the customer, when the first reminder did not help.", OWED),
    Kind("reminder_3", "Last reminder", "To the customer, before other steps are taken.", OWED),
)}  # fmt: skip
TEST = "test"
"""The kind of a test message; it has no template."""
URGENT = (*(kind.id for kind in KINDS.values() if kind.urgent), TEST)


def words_of(kind: str) -> str:
    """What a kind is called on screen; also kinds of a newer program."""
    return KINDS[kind].words if kind in KINDS else "Test message" if kind == TEST else kind.replace("_", " ").capitalize()

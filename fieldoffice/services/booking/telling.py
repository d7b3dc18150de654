"""What customers and the office are told of a booking, with the calendar file and the private link."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.booking import BookingRequest
from fieldoffice.models.customer import Customer
from fieldoffice.models.job import Job
from fieldoffice.office import Tx
from fieldoffice.services import messages
from fieldoffice.services.availability import Span
from fieldoffice.services.calendarfile import Entry, busy_until, calendar_file
from fieldoffice.services.customers.rows import one_line
from fieldoffice.services.links import url
from fieldoffice.services.requests.wording import moment_words, span_words
from fieldoffice.services.words import words_of


def when_words(window: Span, exact: bool, zone: ZoneInfo, language: str) -> str:
    """The promised time: "Tuesday, March 3, 9:00 AM – 11:00 AM"; without a window the hour alone. Pure."""
    if exact:
        return moment_words(window.start + (window.end - window.start) / 2, zone, language)
    return span_words(window, zone, language)


def confirmed(tx: Tx, visit: Appointment, request: BookingRequest, customer: Customer, token: str) -> None:
    """To whoever booked, with the calendar file; to the office, with a number to find it by."""
    said, number = request.details, tx.get(Job, visit.job_id).number
    values = _values(tx, visit, request, request.language) | {"link": _page(tx, token), "number": number}
    _to_booker(tx, "booking_confirmed", visit, request, customer, values, calendar(tx, visit, request, token))
    office = _values(tx, visit, request, "en") | {"number": number, "phone": said["phone"], "email": said["email"]}
    messages.to_office(tx, "booking_office", key=f"booking_office:{visit.id}", values=office, job_id=visit.job_id, request_id=request.id)


def moved(tx: Tx, visit: Appointment, request: BookingRequest, token: str) -> None:
    """To both: the customer chose another time."""
    number, customer = tx.get(Job, visit.job_id).number, tx.get(Customer, request.customer_id)
    values = _values(tx, visit, request, request.language) | {"link": _page(tx, token), "number": number}
    _to_booker(tx, "booking_moved", visit, request, customer, values, calendar(tx, visit, request, token))
    _changed(tx, visit, request, number, "moved the visit")


def canceled(tx: Tx, visit: Appointment, request: BookingRequest) -> None:
    """To both: the customer called the visit off."""
    number, customer = tx.get(Job, visit.job_id).number, tx.get(Customer, request.customer_id)
    values = _values(tx, visit, request, request.language) | {"number": number}
    _to_booker(tx, "booking_canceled", visit, request, customer, values, calendar(tx, visit, request, "", canceled=True))
    _changed(tx, visit, request, number, "canceled the visit")


def calendar(tx: Tx, visit: Appointment, request: BookingRequest, token: str, *, canceled: bool = False) -> bytes:
    """The visit for the customer's own calendar."""
    company, words = tx.company, words_of(request.language)
    window, exact = window_of(visit), visit.window_kind == "exact"
    start = (visit.starts_at or window.start) if exact else window.start
    services = ", ".join(request.details["services"])
    entry = Entry(
        uid=f"{visit.public_id}@{urlsplit(url(tx, '/')).hostname or 'fieldoffice'}", sequence=visit.ical_sequence, starts_at=start,
        ends_at=busy_until(window.end, start, visit.duration_s, exact), title=f"{company.name}: {services}", place=_address(request),
        words=words.t("We arrive at {when}.", when=when_words(window, exact, tx.zone, request.language)),
        link=_page(tx, token) if token else "", canceled=canceled,
    )  # fmt: skip
    return calendar_file(entry, company=company.name, email=company.email, now=tx.now)


def window_of(visit: Appointment) -> Span:
    """The promised arrival window of a visit that has a time."""
    start = visit.window_from_at or visit.starts_at
    assert start is not None
    return Span(start, visit.window_to_at or start + timedelta(0))


def _to_booker(tx: Tx, kind: str, visit: Appointment, request: BookingRequest, customer: Customer, values: Mapping[str, str],
               ics: bytes) -> None:  # fmt: skip
    """To the address that was typed: to the file's own only where it is the same, so that nobody learns what is on file."""
    key, typed = f"{kind}:{visit.id}:{visit.ical_sequence}", request.details["email"]
    if typed and typed != customer.email.strip().casefold():
        messages.to_address(tx, kind, typed, key=key, values=values, language=request.language, ics=ics, customer_id=customer.id,
                            job_id=visit.job_id, appointment_id=visit.id, request_id=request.id)  # fmt: skip
        return
    messages.to_customer(tx, kind, customer.id, key=key, values=values, job_id=visit.job_id, appointment_id=visit.id,
                         request_id=request.id, ics=ics)  # fmt: skip


def _changed(tx: Tx, visit: Appointment, request: BookingRequest, number: str, what: str) -> None:
    values = {"customer": tx.get(Customer, request.customer_id).name, "what": what, "number": number,
              "when": when_words(window_of(visit), visit.window_kind == "exact", tx.zone, "en")}  # fmt: skip
    messages.to_office(tx, "booking_changed_office", key=f"booking_changed:{visit.id}:{visit.ical_sequence}", values=values,
                       job_id=visit.job_id, request_id=request.id)  # fmt: skip


def _values(tx: Tx, visit: Appointment, request: BookingRequest, language: str) -> dict[str, str]:
    """What was typed, never what is on file."""
    when = when_words(window_of(visit), visit.window_kind == "exact", tx.zone, language)
    return {"customer": str(request.details["name"]), "service": ", ".join(request.details["services"]), "when": when,
            "address": _address(request)}  # fmt: skip


def _address(request: BookingRequest) -> str:
    a = request.address
    return one_line(a["street"], a["city"], a["region"], a["postal_code"])


def _page(tx: Tx, token: str) -> str:
    return url(tx, f"/visit/{token}")

"""The messages of a request: each step has one, written in the transaction of the step, once for each version of the thing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.booking import BookingRequest, Proposal
from fieldoffice.models.catalog import CatalogItem
from fieldoffice.models.customer import Customer, Location
from fieldoffice.models.errors import NotFound
from fieldoffice.office import Tx
from fieldoffice.services import calendarfile, messages
from fieldoffice.services.access import masked
from fieldoffice.services.availability import Span
from fieldoffice.services.calendarfile import Entry, busy_until
from fieldoffice.services.customers.rows import one_line
from fieldoffice.services.links import make_link, url
from fieldoffice.services.messages.whom import customer_channel
from fieldoffice.services.messages.writing import composed
from fieldoffice.services.requests.wording import OTHER, days_words, moment_words, span_words

LINK_DAYS = 120
LIKE_A_LINK = "/r/…"


def received(tx: Tx, row: BookingRequest) -> None:
    """To the customer, that it has come; to the office, that there is something to answer."""
    customer = tx.get(Customer, row.customer_id)
    values = base_values(tx, row) | {"link": request_link(tx, row)}
    messages.to_customer(tx, "request_received", customer.id, key=f"request_received:{row.id}", values=values, request_id=row.id)
    told = base_values(tx, row, "en") | {"wished": days_words(wished_days(row), row.day_part, "en"), "notes": masked(row.notes)}
    messages.to_office(tx, "request_office", key=f"request_office:{row.id}", values=told, request_id=row.id)


def confirmed(tx: Tx, row: BookingRequest, window: Span, key: str) -> None:
    """To the customer: it is agreed."""
    values = base_values(tx, row) | {"when": span_words(window, tx.zone, row_language(tx, row)), "link": request_link(tx, row)}
    messages.to_customer(tx, "request_confirmed", row.customer_id, key=key, values=values, job_id=row.job_id,
                         appointment_id=row.appointment_id, request_id=row.id, ics=calendar_file(tx, row))  # fmt: skip


def proposed(tx: Tx, row: BookingRequest, proposal: Proposal, window: Span) -> None:
    """To the customer, with the link that answers it."""
    days = max((proposal.expires_at - tx.now) / timedelta(days=1), 1.0)
    token = make_link(tx, "proposal", proposal, customer_id=row.customer_id, days=days + 30)  # a late answer is told so, not shut out
    values = proposal_values(tx, row, window, proposal.message, proposal.expires_at) | {"link": url(tx, f"/p/{token}")}
    messages.to_customer(tx, "request_proposed", row.customer_id, key=proposal_key(proposal), values=values, request_id=row.id)


def declined(tx: Tx, row: BookingRequest, message: str, key: str) -> None:
    """To the customer: it cannot be done, and why."""
    messages.to_customer(
        tx, "request_declined", row.customer_id, key=key, values=base_values(tx, row) | {"message": message}, request_id=row.id
    )


def to_office(tx: Tx, row: BookingRequest, what: str, when: str, key: str) -> None:
    """To the office: the customer did something, or let a time pass."""
    values = {"customer": tx.get(Customer, row.customer_id).name, "what": what, "when": when, "number": row.number}
    messages.to_office(tx, "booking_changed_office", key=key, values=values, request_id=row.id)


def preview(tx: Tx, row: BookingRequest, kind: str, values: dict[str, str]) -> dict[str, Any]:
    """What the customer would get: {"channel", "recipient", "problem", "subject", "text"}."""
    customer = tx.get(Customer, row.customer_id)
    to = customer_channel(tx, customer)
    content = composed(tx, kind, to.channel, customer.language, values)
    return {
        "channel": to.channel,
        "recipient": to.address,
        "problem": to.problem,
        "subject": content.get("subject", ""),
        "text": content["text"],
    }


def base_values(tx: Tx, row: BookingRequest, language: str = "") -> dict[str, str]:
    """What every message about a request may name."""
    customer = tx.get(Customer, row.customer_id)
    return {"customer": customer.name, "service": service_words(tx, row, language or row_language(tx, row)), "number": row.number}


def confirmed_values(tx: Tx, row: BookingRequest, window: Span) -> dict[str, str]:
    """The same for a preview, where no link is made yet."""
    return base_values(tx, row) | {"when": span_words(window, tx.zone, row_language(tx, row)), "link": url(tx, LIKE_A_LINK)}


def proposal_values(tx: Tx, row: BookingRequest, window: Span, message: str, expires_at: datetime) -> dict[str, str]:
    """What a message about a proposal names, but for its link."""
    language = row_language(tx, row)
    return base_values(tx, row) | {"when": span_words(window, tx.zone, language), "message": message,
                                   "expires": moment_words(expires_at, tx.zone, language), "link": url(tx, LIKE_A_LINK)}  # fmt: skip


def service_words(tx: Tx, row: BookingRequest, language: str) -> str:
    """The service by its name, or the customer's own words."""
    item = tx.session.get(CatalogItem, row.item_id) if row.item_id else None
    if item is not None:
        return item.name
    return " ".join(row.wish.split())[:80] or OTHER.get(language, OTHER["en"])


def request_link(tx: Tx, row: BookingRequest) -> str:
    """A new private link to the page of this request."""
    return url(tx, f"/r/{make_link(tx, 'request', row, customer_id=row.customer_id, days=LINK_DAYS)}")


def proposal_key(proposal: Proposal) -> str:
    return f"request_proposed:{proposal.id}"


def wished_days(row: BookingRequest) -> tuple[date, ...]:
    return tuple(date.fromisoformat(on) for on in row.wished_on)


def row_language(tx: Tx, row: BookingRequest) -> str:
    """The language in which a customer is written to."""
    spoken = tx.session.scalar(select(Customer.language).where(Customer.id == row.customer_id))
    if spoken is None:
        raise NotFound("This customer no longer exists.")
    return spoken


def calendar_file(tx: Tx, row: BookingRequest) -> bytes | None:
    """The visit for the customer's own calendar, from the beginning of its window until the work is done at the latest."""
    visit = tx.session.get(Appointment, row.appointment_id) if row.appointment_id else None
    if visit is None or visit.window_from_at is None or visit.window_to_at is None:
        return None
    company, language, place = tx.company, row_language(tx, row), tx.session.get(Location, row.location_id) if row.location_id else None
    window = Span(visit.window_from_at, visit.window_to_at)
    entry = Entry(
        uid=f"{visit.public_id}@{urlsplit(url(tx, '/')).hostname or 'fieldoffice'}", sequence=visit.ical_sequence, starts_at=window.start,
        ends_at=busy_until(window.end, window.start, visit.duration_s, exact=False), words=span_words(window, tx.zone, language),
        title=f"{company.name}: {service_words(tx, row, language)}",
        place=one_line(place.street, place.city, place.region, place.postal_code) if place else "",
    )  # fmt: skip
    return calendarfile.calendar_file(entry, company=company.name, email=company.email, now=tx.now)

"""Who may ask for a visit, on which days, and what counts as silence."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from fieldoffice.models.company import Holiday
from fieldoffice.models.customer import Customer, Location
from fieldoffice.models.errors import NotAllowed, NotFound
from fieldoffice.models.provider import Provider, Shift, ShiftException
from fieldoffice.models.states import RequestState
from fieldoffice.office import Tx
from fieldoffice.services.calendar import local
from fieldoffice.services.company.request_rules import LANGUAGES
from fieldoffice.services.company.values import setting
from fieldoffice.services.words import marked

DAY_PARTS = {"morning": "am", "afternoon": "pm", "flexible": "all_day"}
"""What a customer may wish for, and the arrival window of the settings that it stands for."""
LONGEST_WAIT_DAYS = 400
OFF_STAFF = "Requests are switched off for everybody: Organization → Settings → Portal Settings."
OFF = marked("Requests are not taken online at the moment. Please call us.")
OFF_FOR_YOU = marked("Online requests are switched off for your account. Please call us.")
NOT_VERIFIED = marked("Please open the link in our e-mail first, so that we know this address is yours.")
NO_ADDRESS = marked("We have no address of yours on file yet. Please call us once; after that you can ask online.")


def customer_who_asks(tx: Tx, customer_id: int, *, lock: bool = False) -> Customer:
    """The customer behind a link or a session; a refusal says why this one may not ask for visits.

    Onboarding is complete when the staff said so, or when the e-mail is verified and an address is on file.
    """
    customer = _living(tx, customer_id, lock=lock)
    if not setting(tx, "requests.enabled"):
        raise NotAllowed(OFF, key="requests_off")
    if not customer.requests_allowed:
        raise NotAllowed(OFF_FOR_YOU, key="requests_off_for_customer")
    if customer.onboarded_at is None and (why := _not_onboarded(tx, customer)):
        raise NotAllowed(why, key="not_onboarded")
    return customer


def known_customer(tx: Tx, customer_id: int) -> Customer:
    """The customer behind a link or a session, whether or not new requests are allowed; gone ones answer like unknown ones."""
    return _living(tx, customer_id)


def standing(tx: Tx, customer: Customer) -> str:
    """Why this customer may not ask for visits online, in words for the office; "" when they may."""
    if not setting(tx, "requests.enabled"):
        return OFF_STAFF
    if not customer.requests_allowed:
        return "Requests are switched off for this customer."
    if customer.onboarded_at is not None:
        return ""
    return {NOT_VERIFIED: "The e-mail address is not verified yet.", NO_ADDRESS: "No address is on file."}.get(
        _not_onboarded(tx, customer), ""
    )


def open_days(tx: Tx, first_on: date, days: int) -> frozenset[date]:
    """The civil days on which somebody works: a provider has hours, and it is no holiday (or hours of its own say otherwise).

    Where no provider has any hours yet, every day but the holidays is open.
    """
    last = first_on + timedelta(days=days)
    closed = set(tx.all(select(Holiday.on_date).where(Holiday.on_date >= first_on, Holiday.on_date < last)))
    shifts = tx.all(select(Shift).join(Provider, Provider.id == Shift.provider_id).where(Provider.active))
    special = set(tx.all(select(ShiftException.on_date).where(
        ShiftException.on_date >= first_on, ShiftException.on_date < last, ShiftException.start_min.is_not(None))))  # fmt: skip
    every = [first_on + timedelta(days=n) for n in range(days)]
    return frozenset(on for on in every if on in special or (on not in closed and (not shifts or _works(shifts, on))))


def silence_ends_at(tx: Tx, since: datetime) -> datetime:
    """When a request that has waited since then is overdue: so many hours later, on the business clock if that is set."""
    left = timedelta(hours=int(setting(tx, "requests.remind_hours")))
    if not setting(tx, "requests.business_clock"):
        return since + left
    first = since.astimezone(tx.zone).date()
    opened, at = open_days(tx, first, LONGEST_WAIT_DAYS), since
    for on in (first + timedelta(days=n) for n in range(LONGEST_WAIT_DAYS)):
        midnight = local(on + timedelta(days=1), 0, tx.zone)
        if on in opened:
            if midnight - at >= left:
                return at + left
            left -= midnight - at
        at = midnight
    return at


def state_text(tx: Tx, state: RequestState, language: str) -> str:
    """What a customer reads about a state, in the company's own words for that language."""
    known = language if language in dict(LANGUAGES) else "en"
    return str(setting(tx, f"requests.text.{state.value}.{known}"))


def _living(tx: Tx, customer_id: int, *, lock: bool = False) -> Customer:
    customer = tx.session.get(Customer, customer_id, with_for_update={"key_share": True} if lock else None, populate_existing=lock)
    if customer is None or not customer.active or customer.merged_into_id is not None:
        raise NotFound("This page no longer exists.")
    return customer


def _not_onboarded(tx: Tx, customer: Customer) -> str:
    if customer.email_verified_at is None:
        return NOT_VERIFIED
    places = tx.session.scalar(
        select(func.count()).where(Location.customer_id == customer.id, Location.active, Location.kind == "service")
    )
    return "" if places else NO_ADDRESS


def _works(shifts: list[Shift], on: date) -> bool:
    return any(s.weekday == on.weekday() and (s.valid_from or on) <= on <= (s.valid_to or on) for s in shifts)

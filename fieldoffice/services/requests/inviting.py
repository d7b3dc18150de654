"""The way in: who may ask for visits online, and the private link by e-mail that the office sends them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from fieldoffice.models.customer import Customer
from fieldoffice.models.errors import NotAllowed
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services import messages
from fieldoffice.services.company.values import setting
from fieldoffice.services.edits import Edit, Keeper
from fieldoffice.services.links import make_link, url
from fieldoffice.services.messages.whom import address_of
from fieldoffice.services.requests.rules import OFF_STAFF, standing
from fieldoffice.services.requests.wording import moment_words
from fieldoffice.services.websessions import SIGN_IN

LINK_DAYS = 7
NO_EMAIL = "{name} has no e-mail address. Enter one first: the link goes there."


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a customer may send requests: `why_not` in words for the office, "" when they may."""

    customer_id: int
    version: int
    allowed: bool
    onboarded: bool  # by the staff
    verified: bool
    why_not: str


def request_standing(tx: Tx, customer_id: int) -> Standing:
    """How a customer stands with booking requests."""
    tx.require(Right.LOOK)
    row = tx.get(Customer, customer_id)
    return Standing(
        row.id, row.version, row.requests_allowed, row.onboarded_at is not None, row.email_verified_at is not None, standing(tx, row)
    )


def send_request_link(tx: Tx, customer_id: int) -> str:
    """E-mail a private link that signs the customer in; answers the address. Opening it proves the address."""
    tx.require(Right.EDIT_CUSTOMERS)
    row = tx.get(Customer, customer_id)
    if not row.active or row.merged_into_id is not None:
        raise NotAllowed(f"{row.name} is not an active customer.")
    if not setting(tx, "requests.enabled"):
        raise NotAllowed(OFF_STAFF)
    if not row.requests_allowed:
        raise NotAllowed("Requests are switched off for this customer.")
    if address_of(row.email).problem:
        raise NotAllowed(NO_EMAIL.format(name=row.name))
    token = make_link(tx, SIGN_IN, row, customer_id=row.id, days=LINK_DAYS)
    until = moment_words(tx.now + timedelta(days=LINK_DAYS), tx.zone, row.language)
    messages.to_address(tx, "private_link", row.email, key=f"private_link:{row.id}:{tx.op_id}", language=row.language, customer_id=row.id,
                        values={"customer": row.name, "link": url(tx, f"/signin/{token}"), "expires": until})  # fmt: skip
    tx.event("customer.request_link_sent", row, customer_id=row.id, note=row.email)
    return row.email


def allow_requests(tx: Tx, customer_id: int, *, version: int, allowed: bool) -> Edit:
    """Switch requests on or off for one customer; it applies at once."""
    tx.require(Right.EDIT_CUSTOMERS)
    row, keep = tx.get(Customer, customer_id, version=version), Keeper(tx)
    keep.before(row)
    if row.requests_allowed != allowed:
        row.requests_allowed = allowed
        tx.event("customer.requests_on" if allowed else "customer.requests_off", row, customer_id=row.id)
    return keep.edit(row.id)


def onboard(tx: Tx, customer_id: int, *, version: int, done: bool) -> Edit:
    """Say that a customer has completed onboarding, or take it back."""
    tx.require(Right.EDIT_CUSTOMERS)
    row, keep = tx.get(Customer, customer_id, version=version), Keeper(tx)
    keep.before(row)
    if (row.onboarded_at is not None) != done:
        row.onboarded_at = tx.now if done else None
        tx.event("customer.onboarded" if done else "customer.onboarding_open", row, customer_id=row.id)
    return keep.edit(row.id)

"""Sending a customer the private link that signs in."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from fieldoffice.models.customer import Customer
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services import messages
from fieldoffice.services.links import hash_of, make_link, url
from fieldoffice.services.websessions import SIGN_IN

VALID = timedelta(hours=1)


def send_link(tx: Tx, email: str, *, language: str) -> None:
    """Queue a link to the customer who has this address; answers nothing, so that nobody learns whether there is one."""
    tx.require(Right.ONLINE)
    theirs = (func.lower(Customer.email) == email.strip().casefold(), Customer.active, Customer.merged_into_id.is_(None))
    query = select(Customer).where(*theirs)
    customer = tx.session.scalars(query.order_by(Customer.id).limit(1)).first()
    if customer is None:
        return
    token = make_link(tx, SIGN_IN, customer, customer_id=customer.id, days=VALID / timedelta(days=1))
    until = (tx.now + VALID).astimezone(tx.zone)
    with tx.as_office():
        values = {"customer": customer.name, "link": url(tx, f"/signin/{token}"), "expires": f"{until:%H:%M}"}
        messages.to_customer(tx, "private_link", customer.id, key=f"private_link/{hash_of(token)}", values=values)

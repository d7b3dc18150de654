"""What a customer, a contact and a place must be, in words by the field."""

from __future__ import annotations

from fieldoffice.models.customer import Customer
from fieldoffice.models.errors import Invalid
from fieldoffice.office import Tx
from fieldoffice.services.geo import Point

KINDS = ("residential", "commercial")
CHANNELS = ("email", "sms")
LONGEST = {"name": 200, "email": 254, "phone": 40, "notes": 20_000, "street": 200, "city": 100, "region": 60,
           "postal_code": 20, "label": 60, "role": 60}  # fmt: skip
PLACE_KINDS = ("service", "billing", "pickup")


def email_problem(email: str) -> str:
    """What is wrong with an e-mail address; empty is fine."""
    name, at, host = email.strip().rpartition("@")
    wrong = email.strip() and (not (at and name and host) or any(c.isspace() for c in email.strip()))
    return "This e-mail address cannot be right." if wrong else ""


def too_long(**texts: str) -> dict[str, str]:
    """The fields that hold more than anybody types."""
    return {name: f"At most {LONGEST[name]:,} characters." for name, text in texts.items() if len(text) > LONGEST[name]}


def customer_problems(name: str, email: str, phone: str, kind: str, notes: str) -> dict[str, str]:
    """What is wrong with the plain facts of a customer, by field."""
    wrong = too_long(name=name, email=email, phone=phone, notes=notes)
    if not name.strip():
        wrong["name"] = "Please give the customer's name."
    if words := email_problem(email):
        wrong["email"] = words
    if kind not in KINDS:
        wrong["kind"] = "A customer is residential or commercial."
    return wrong


def place_problems(street: str, place: Point | None) -> dict[str, str]:
    """What is wrong with an address, by field."""
    wrong: dict[str, str] = {}
    if not street.strip():
        wrong["street"] = "Please give the street and number."
    if place is not None and not (-90 <= place[0] <= 90 and -180 <= place[1] <= 180):
        wrong["place"] = "Latitude lies between -90 and 90, longitude between -180 and 180."
    return wrong


def refuse(wrong: dict[str, str]) -> None:
    """Refuse by the field where anything is wrong."""
    if wrong:
        raise Invalid(**wrong)


def family_problems(tx: Tx, customer_id: int, parent_id: int | None, bill_to_id: int | None) -> dict[str, str]:
    """A customer is not below itself, and does not pay for whoever pays for it; `customer_id` 0 is a new one."""
    wrong: dict[str, str] = {}
    for field, start, words in (
        ("parent_id", parent_id, "{} is below this customer already, so it cannot stand above it."),
        ("bill_to_id", bill_to_id, "{} has its bills paid by this customer, so it cannot pay for it."),
    ):
        if start is not None and (problem := _circle(tx, field, customer_id, start, words)):
            wrong[field] = problem
    return wrong


def _circle(tx: Tx, field: str, customer_id: int, start: int, words: str) -> str:
    """Follow the chain from `start` up: the words where it comes back to the customer."""
    if start == customer_id:
        return "A customer cannot stand above itself." if field == "parent_id" else "Leave this empty: it pays for itself."
    first = tx.session.get(Customer, start)
    if first is None or first.merged_into_id is not None:
        return "This customer no longer exists."
    seen, above = {start}, getattr(first, field)
    while above is not None and above not in seen:
        if above == customer_id:
            return words.format(first.name)
        seen.add(above)
        row = tx.session.get(Customer, above)
        above = getattr(row, field) if row is not None else None
    return ""

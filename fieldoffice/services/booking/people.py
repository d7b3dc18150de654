"""Who books: somebody the office knows by e-mail or phone, or a new customer. Nobody outside ever learns which."""

from __future__ import annotations

from dataclasses import dataclass

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from sqlalchemy import ColumnElement, func, or_, select

from fieldoffice.models.customer import Contact, Customer, Location
from fieldoffice.models.errors import Invalid
from fieldoffice.models.log import Counter
from fieldoffice.office import Tx
from fieldoffice.services.booking.spots import Site
from fieldoffice.services.customers import add_customer, add_location
from fieldoffice.services.customers.duplicates import address_key, phone_key
from fieldoffice.services.customers.searching import matches
from fieldoffice.services.words import marked

NAME = marked("Please enter your name.")
LONG_NAME = marked("This name is too long.")
REACH = marked("Please enter an e-mail address or a phone number, so that we can reach you.")
EMAIL = marked("This e-mail address cannot be right.")
PHONE = marked("This phone number cannot be right.")
LONG_NOTES = marked("Please shorten your note to 2,000 characters.")
LONGEST_NAME, LONGEST_NOTES = 120, 2000


@dataclass(frozen=True, slots=True)
class Person:
    """Who books, checked: at least one of e-mail and phone is there, both in their normal form."""

    name: str
    email: str
    phone: str
    notes: str = ""


def checked_person(*, name: str, email: str, phone: str, notes: str, country: str) -> Person:
    """The person of a form; refused by the field. Pure."""
    name, notes, wrong = " ".join(name.split()), notes.strip(), dict[str, str]()
    if not name:
        wrong["name"] = NAME
    elif len(name) > LONGEST_NAME:
        wrong["name"] = LONG_NAME
    if len(notes) > LONGEST_NOTES:
        wrong["notes"] = LONG_NOTES
    good_email = _email(email.strip(), wrong)
    good_phone = _phone(phone.strip(), country, wrong)
    if not (good_email or good_phone or wrong.keys() & {"email", "phone"}):
        wrong["email"] = REACH
    if wrong:
        raise Invalid(**wrong)
    return Person(name, good_email, good_phone, notes)


def known_customer(tx: Tx, person: Person) -> Customer | None:
    """The customer with this e-mail, else with this phone, those in use first; contacts count, and who was merged leads on."""
    digits = phone_key(person.phone)
    for key, spelled in (("email", person.email), ("phone", digits)):
        rows = _candidates(tx, key, spelled) if spelled else []
        same = (row for row in rows if _same(tx, row, key, spelled))
        if (found := next(same, None)) is not None:
            return _living(tx, found)
    return None


def customer_for(tx: Tx, person: Person, language: str) -> tuple[Customer, bool]:
    """The customer of a booking, and whether it is new. Two first bookings at once meet at the counter of customer numbers."""
    found = known_customer(tx, person)
    if found is None:
        _meet(tx)
        found = known_customer(tx, person)
    if found is not None:
        return tx.get(Customer, found.id, lock=True), False
    id = add_customer(tx, name=person.name, email=person.email, phone=person.phone)
    row = tx.get(Customer, id)
    row.language, row.channel = language, "email" if person.email else "sms"
    return row, True


def location_for(tx: Tx, customer: Customer, site: Site) -> tuple[int, bool]:
    """The customer's location at this address, and whether it is new; what is on file stays as it is."""
    query = select(Location).where(Location.customer_id == customer.id, Location.active, Location.kind == "service")
    key = address_key(site.street, site.postal_code)
    for row in tx.all(query.order_by(Location.id)):
        if key and address_key(row.street, row.postal_code) == key:
            return row.id, False
    id = add_location(tx, customer.id, street=site.street, city=site.city, region=site.region, postal_code=site.postal_code,
                      country=site.country, place=site.known, placed_by=site.placed_by)  # fmt: skip
    return id, True


def _candidates(tx: Tx, key: str, spelled: str) -> list[Customer]:
    """The few whose words hold the e-mail or the digits; the comparison itself is exact."""
    contact = func.lower(Contact.email) == spelled if key == "email" else Contact.phone.like(f"%{spelled[-4:]}")
    said: list[ColumnElement[bool]] = [*matches(spelled, shared=tx.office.shared)]
    mine = or_(said[0], Customer.id.in_(select(Contact.customer_id).where(contact)))
    order = (Customer.merged_into_id.is_not(None), Customer.active.desc(), Customer.id)
    return tx.all(select(Customer).where(mine).order_by(*order).limit(200))


def _living(tx: Tx, row: Customer) -> Customer:
    """The customer that this one was merged into, if it was."""
    while row.merged_into_id is not None:
        row = tx.get(Customer, row.merged_into_id)
    return row


def _same(tx: Tx, row: Customer, key: str, spelled: str) -> bool:
    contacts = tx.session.execute(select(Contact.email, Contact.phone).where(Contact.customer_id == row.id)).all()
    if key == "email":
        return spelled in {row.email.strip().casefold(), *(email.strip().casefold() for email, _ in contacts)}
    return spelled in {phone_key(row.phone), *(phone_key(phone) for _, phone in contacts)}


def _meet(tx: Tx) -> None:
    """Wait here for whoever is just adding a customer; the number itself is taken later, or not at all."""
    if tx.session.scalar(select(Counter.id).where(Counter.name == "customer").with_for_update()) is None:
        tx.number("customer")


def _email(text: str, wrong: dict[str, str]) -> str:
    if not text:
        return ""
    try:
        return validate_email(text, check_deliverability=False).normalized.casefold()
    except EmailNotValidError:
        wrong["email"] = EMAIL
        return ""


def _phone(text: str, country: str, wrong: dict[str, str]) -> str:
    if not text:
        return ""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        wrong["phone"] = PHONE
        return ""
    if not phonenumbers.is_possible_number(number) or len(text) > 40:
        wrong["phone"] = PHONE
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

"""By which channel and address somebody is reached; where there is none, in words why."""

from __future__ import annotations

from dataclasses import dataclass

from fieldoffice.models.customer import Customer
from fieldoffice.office import Tx
from fieldoffice.services.company import checks
from fieldoffice.services.messages.rules import rules

SHORTEST = 6  # digits without the country's
NOWHERE = "{name} has neither an e-mail address nor a mobile number."
NOT_AN_ADDRESS = "“{address}” is not an e-mail address."


@dataclass(frozen=True, slots=True)
class To:
    """Where a message goes; `problem` says why it cannot."""

    channel: str
    address: str
    problem: str = ""


def customer_channel(tx: Tx, customer: Customer) -> To:
    """The channel that the customer chose, the other one where the chosen one leads nowhere or the office has no SMS service."""
    number = mobile(customer.phone, tx.company.country) if rules(tx)["sms_url"] else ""
    email = customer.email.strip() if not checks.email(customer.email.strip()) else ""
    if number and (customer.channel == "sms" or not email):
        return To("sms", number)
    if email:
        return address_of(email)
    return To("email", customer.email.strip(), NOWHERE.format(name=customer.name))


def address_of(email: str) -> To:
    """An e-mail address as it may stand in a message to one recipient."""
    email = email.strip()
    good = email and email.isascii() and email.isprintable() and not checks.email(email) and not set(email) & set(',;:"()[]\\')
    return To("email", email, "" if good else NOT_AN_ADDRESS.format(address=email))


def mobile(text: str, country: str) -> str:
    """A number that can get an SMS as +12025550101; "" for one that cannot: too short, unknown, or a landline for sure."""
    import phonenumbers as numbers  # large, and only SMS need it here

    try:
        found = numbers.parse(text, country)
    except numbers.NumberParseException:
        return ""
    fixed = numbers.number_type(found) in {numbers.PhoneNumberType.FIXED_LINE, numbers.PhoneNumberType.TOLL_FREE}
    short = len(str(found.national_number)) < SHORTEST
    return "" if fixed or short or not numbers.is_possible_number(found) else numbers.format_number(found, numbers.PhoneNumberFormat.E164)

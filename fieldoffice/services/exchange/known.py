"""The customers that are there already, found by number, e-mail, telephone, or name with address."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from fieldoffice.models.customer import Contact, Customer, Location
from fieldoffice.office import Tx
from fieldoffice.services.exchange.cells import Unreadable, Ways, phone
from fieldoffice.services.exchange.headings import folded

FACTS = ("number", "name", "email", "phone", "kind", "notes", "channel", "language", "active", "custom", "parent_id", "bill_to_id")
PLACE_COLUMNS = ("label", "street", "city", "region", "postal_code", "country", "notes", "lat", "lon")


@dataclass(slots=True)
class Place:
    """A stored location, its columns by name."""

    id: int
    version: int
    customer_id: int
    kind: str
    placed_by: str
    values: dict[str, Any]

    @property
    def key(self) -> str:
        return place_key(self.values["street"], self.values["postal_code"], self.values["city"])


@dataclass(slots=True)
class Person:
    """A stored contact."""

    id: int
    version: int
    values: dict[str, Any]


@dataclass(slots=True)
class Known:
    """A stored customer with what belongs to it."""

    id: int
    version: int
    values: dict[str, Any]
    places: list[Place] = field(default_factory=list[Place])
    people: list[Person] = field(default_factory=list[Person])

    @property
    def title(self) -> str:
        return f"{self.values['number']} {self.values['name']}"


class Customers:
    """All customers that were not merged into another, read once."""

    def __init__(self, tx: Tx, ways: Ways, *, people: bool = True) -> None:
        self.ways = ways
        self.all: dict[int, Known] = {}
        columns = [getattr(Customer, name) for name in FACTS]
        query = select(Customer.id, Customer.version, *columns).where(Customer.merged_into_id.is_(None)).order_by(Customer.id)
        for id, version, *values in tx.session.execute(query):
            self.all[id] = Known(id, version, dict(zip(FACTS, values, strict=True)))
        self._read_places(tx)
        if people:
            self._read_people(tx)
        self._index()

    def _read_places(self, tx: Tx) -> None:
        columns = [getattr(Location, name) for name in PLACE_COLUMNS]
        query = select(Location.id, Location.version, Location.customer_id, Location.kind, Location.placed_by, *columns)
        for id, version, customer, kind, placed_by, *values in tx.session.execute(query.where(Location.active).order_by(Location.id)):
            if customer in self.all:
                found = Place(id, version, customer, kind, placed_by, dict(zip(PLACE_COLUMNS, values, strict=True)))
                self.all[customer].places.append(found)

    def _read_people(self, tx: Tx) -> None:
        query = select(Contact.id, Contact.version, Contact.customer_id, Contact.name, Contact.role, Contact.email, Contact.phone)
        for id, version, customer, name, role, email, number in tx.session.execute(query.order_by(Contact.id)):
            if customer in self.all:
                values = {"name": name, "role": role, "email": email, "phone": number}
                self.all[customer].people.append(Person(id, version, values))

    def _index(self) -> None:
        self.by_number: dict[str, Known] = {}
        self.by_email: dict[str, Known] = {}
        self.by_phone: dict[str, Known] = {}
        self.by_name: dict[str, list[Known]] = {}
        self.by_address: dict[tuple[str, str], Known] = {}
        for known in self.all.values():
            values = known.values
            self.by_number.setdefault(values["number"].casefold(), known)
            self.by_name.setdefault(folded(values["name"]), []).append(known)
            if values["email"]:
                self.by_email.setdefault(values["email"].casefold(), known)
            if values["phone"]:
                self.by_phone.setdefault(digits(values["phone"], self.ways), known)
            for place in known.places:
                self.by_address.setdefault((folded(values["name"]), place.key), known)

    def named(self, text: str) -> Known | None:
        """The customer with this number, e-mail, or name if only one has it."""
        plain = text.strip().casefold()
        found = self.by_number.get(plain) or self.by_email.get(plain)
        if found is None:
            same = self.by_name.get(folded(text), [])
            found = same[0] if len(same) == 1 else None
        return found

    def twin(self, number: str, emails: Iterable[str], numbers: Iterable[str], name: str, keys: Iterable[str]) -> tuple[Known, str] | None:
        """The customer that this seems to be, and by what: number, e-mail, phone, or name with address."""
        if number and (found := self.by_number.get(number.casefold())):
            return found, "number"
        for email in emails:
            if found := self.by_email.get(email.casefold()):
                return found, "e-mail"
        for number in numbers:
            if found := self.by_phone.get(digits(number, self.ways)):
                return found, "phone"
        for key in keys:
            if found := self.by_address.get((folded(name), key)):
                return found, "name and address"
        return None


def digits(number: str, ways: Ways) -> str:
    """A telephone number to compare: its digits with the country's code, however it was written."""
    with suppress(Unreadable):
        number = phone(number, ways)
    return "".join(c for c in number if c.isdigit())


def place_key(street: str, postal_code: str, city: str = "") -> str:
    """An address to compare: street and postal code without case and signs; the city where no postal code is given."""
    code = folded(postal_code)
    return f"{folded(street)}|{code or folded(city)}"

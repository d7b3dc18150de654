"""Customers and the places where they are served."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Function, func, or_, select

from fieldoffice.models.customer import Contact, Customer, Location
from fieldoffice.models.errors import Invalid
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.geo import Point


@dataclass(frozen=True, slots=True)
class LocationRow:
    id: int
    label: str
    street: str
    city: str
    region: str
    postal_code: str
    place: Point | None

    @property
    def line(self) -> str:
        """The address in one line."""
        return ", ".join(p for p in (self.street, self.city, f"{self.region} {self.postal_code}".strip()) if p)


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer as a list shows it."""

    id: int
    version: int
    number: str
    name: str
    email: str
    phone: str
    city: str
    locations: int


def add_customer(tx: Tx, *, name: str, email: str = "", phone: str = "", kind: str = "residential", notes: str = "",
                 parent_id: int | None = None, bill_to_id: int | None = None) -> int:  # fmt: skip
    """A new customer."""
    tx.require(Right.EDIT_CUSTOMERS)
    wrong: dict[str, str] = {}
    if not name.strip():
        wrong["name"] = "Please give the customer's name."
    if email and ("@" not in email or " " in email.strip()):
        wrong["email"] = "This e-mail address cannot be right."
    if wrong:
        raise Invalid(**wrong)
    number = f"C{tx.number('customer')}"
    return tx.add(Customer(name=name.strip(), email=email.strip(), phone=phone.strip(), kind=kind, notes=notes, number=number,
                           parent_id=parent_id, bill_to_id=bill_to_id, created_at=tx.now)).id  # fmt: skip


def add_contact(tx: Tx, customer_id: int, *, name: str, role: str = "", email: str = "", phone: str = "") -> int:
    """A person to call at a customer."""
    tx.require(Right.EDIT_CUSTOMERS)
    return tx.add(Contact(customer_id=customer_id, name=name, role=role, email=email, phone=phone)).id


def add_location(tx: Tx, customer_id: int, *, street: str, city: str = "", region: str = "", postal_code: str = "",
                 country: str = "", place: Point | None = None, placed_by: str = "", label: str = "", notes: str = "") -> int:  # fmt: skip
    """An address where work is done. Without coordinates its visits can be planned by hand, but not routed."""
    tx.require(Right.EDIT_CUSTOMERS)
    if not street.strip():
        raise Invalid(street="Please give the street and number.")
    if place is not None and not (-90 <= place[0] <= 90 and -180 <= place[1] <= 180):
        raise Invalid(place="Latitude lies between -90 and 90, longitude between -180 and 180.")
    return tx.add(Location(customer_id=customer_id, street=street.strip(), city=city.strip(), region=region.strip(),
                           postal_code=postal_code.strip(), country=country or tx.company.country, label=label, notes=notes,
                           lat=place and place[0], lon=place and place[1], placed_by=placed_by if place else "")).id  # fmt: skip


def find(tx: Tx, text: str = "", *, limit: int = 50) -> tuple[CustomerRow, ...]:
    """Customers by words of their name, number, phone, e-mail or city; a phone number in any writing of its digits."""
    tx.require(Right.LOOK)
    city = select(func.min(Location.city)).where(Location.customer_id == Customer.id).scalar_subquery()
    count = select(func.count()).where(Location.customer_id == Customer.id).scalar_subquery()
    query = select(Customer, city, count).where(Customer.active)
    for word in _words(text):
        query = query.where(_mentions(word))
    return tuple(CustomerRow(c.id, c.version, c.number, c.name, c.email, c.phone, where or "", int(n))
                 for c, where, n in tx.session.execute(query.order_by(Customer.name, Customer.id).limit(limit)))  # fmt: skip


def _words(text: str) -> list[str]:
    """What to look for: "(202) 555-0101" is one number, not two words."""
    digits = "".join(c for c in text if c.isdigit())
    if len(digits) >= 4 and not set(text) - set("0123456789 ()-./+"):
        return [digits]
    return text.split()


def _mentions(word: str) -> ColumnElement[bool]:
    columns = (Customer.name, Customer.number, Customer.phone, Customer.email, _digits(Customer.phone))
    there = select(Location.id).where(Location.customer_id == Customer.id, Location.city.icontains(word, autoescape=True))
    return or_(*(c.icontains(word, autoescape=True) for c in columns), there.exists())


def _digits(phone: Any) -> Function[str]:
    for sign in " ()-./":
        phone = func.replace(phone, sign, "")
    return phone


def locations(tx: Tx, customer_id: int) -> tuple[LocationRow, ...]:
    """The places where a customer is served."""
    tx.require(Right.LOOK)
    query = select(Location).where(Location.customer_id == customer_id, Location.active, Location.kind == "service")
    return tuple(location_row(row) for row in tx.all(query.order_by(Location.id)))


def location_row(row: Location) -> LocationRow:
    place = None if row.lat is None or row.lon is None else (row.lat, row.lon)
    return LocationRow(row.id, row.label, row.street, row.city, row.region, row.postal_code, place)

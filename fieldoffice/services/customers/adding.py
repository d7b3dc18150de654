"""New customers, contacts and locations in their short form: for a call that has just come in, imports and samples."""

from __future__ import annotations

from fieldoffice.models.customer import Contact, Customer, Location
from fieldoffice.models.errors import Invalid
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.company.numbering import take_number
from fieldoffice.services.customers.checking import customer_problems, family_problems, place_problems, refuse
from fieldoffice.services.customers.rows import one_line
from fieldoffice.services.geo import Point


def add_customer(tx: Tx, *, name: str, email: str = "", phone: str = "", kind: str = "residential", notes: str = "",
                 parent_id: int | None = None, bill_to_id: int | None = None) -> int:  # fmt: skip
    """A new customer. The company's own fields are asked for by the customer's form, not here."""
    tx.require(Right.EDIT_CUSTOMERS)
    refuse(customer_problems(name, email, phone, kind, notes) | family_problems(tx, 0, parent_id, bill_to_id))
    number = take_number(tx, "customer")
    row = tx.add(Customer(name=name.strip(), email=email.strip(), phone=phone.strip(), kind=kind, notes=notes, number=number,
                          parent_id=parent_id, bill_to_id=bill_to_id, created_at=tx.now))  # fmt: skip
    tx.event("customer.added", row, customer_id=row.id, note=row.name)
    return row.id


def add_contact(tx: Tx, customer_id: int, *, name: str, role: str = "", email: str = "", phone: str = "") -> int:
    """A person to call at a customer."""
    tx.require(Right.EDIT_CUSTOMERS)
    customer = tx.get(Customer, customer_id)
    row = tx.add(Contact(customer_id=customer_id, name=name, role=role, email=email, phone=phone))
    tx.event("customer.contact_added", customer, customer_id=customer_id, note=name)
    return row.id


def add_location(tx: Tx, customer_id: int, *, street: str, city: str = "", region: str = "", postal_code: str = "",
                 country: str = "", place: Point | None = None, placed_by: str = "", label: str = "", notes: str = "") -> int:  # fmt: skip
    """An address where work is done. Without coordinates its visits can be planned by hand, but not routed."""
    tx.require(Right.EDIT_CUSTOMERS)
    if wrong := place_problems(street, place):
        raise Invalid(**wrong)
    customer = tx.get(Customer, customer_id)
    row = tx.add(Location(customer_id=customer_id, street=street.strip(), city=city.strip(), region=region.strip(),
                          postal_code=postal_code.strip(), country=country or tx.company.country, label=label, notes=notes,
                          lat=place and place[0], lon=place and place[1], placed_by=placed_by if place else ""))  # fmt: skip
    line = one_line(row.street, row.city, row.region, row.postal_code)
    tx.event("customer.location_added", customer, customer_id=customer_id, note=line)
    return row.id

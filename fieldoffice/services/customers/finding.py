"""Finding a customer while somebody is on the phone, and the places where one is served."""

from __future__ import annotations

from sqlalchemy import func, select

from fieldoffice.models.customer import Customer, Location
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.customers.rows import CustomerRow, LocationRow, location_row
from fieldoffice.services.customers.searching import matches, words_of


def find(tx: Tx, text: str = "", *, limit: int = 50) -> tuple[CustomerRow, ...]:
    """Active customers by words of name, number, phone, e-mail, street or city; names that begin so come first.

    A phone number is found in any writing of its digits, words without their accents.
    """
    tx.require(Right.LOOK)
    city = select(func.min(Location.city)).where(Location.customer_id == Customer.id, Location.active).scalar_subquery()
    count = select(func.count()).where(Location.customer_id == Customer.id, Location.active).scalar_subquery()
    columns = (Customer.id, Customer.version, Customer.number, Customer.name, Customer.email, Customer.phone)
    query = select(*columns, func.coalesce(city, ""), count).where(Customer.active, *matches(text, shared=tx.office.shared))
    first = [Customer.search.startswith(word, autoescape=True).desc() for word in words_of(text)[:1]]
    rows = tx.session.execute(query.order_by(*first, Customer.search, Customer.id).limit(limit))
    return tuple(CustomerRow(*row) for row in rows)


def customer_row(tx: Tx, customer_id: int) -> CustomerRow:
    """One customer as a search offers it."""
    tx.require(Right.LOOK)
    c, places = tx.get(Customer, customer_id), locations(tx, customer_id)
    return CustomerRow(c.id, c.version, c.number, c.name, c.email, c.phone, places[0].city if places else "", len(places))


def locations(tx: Tx, customer_id: int) -> tuple[LocationRow, ...]:
    """The places where a customer is served."""
    tx.require(Right.LOOK)
    query = select(Location).where(Location.customer_id == customer_id, Location.active, Location.kind == "service")
    return tuple(location_row(row) for row in tx.all(query.order_by(Location.id)))

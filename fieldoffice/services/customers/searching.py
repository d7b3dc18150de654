"""What `Customer.search` holds, and how it is looked in: folded words of the customer and of where it is served.

The words follow every stored change of a customer or a location by themselves, whichever service made it, undo included.
Bulk statements that go past the rows call `refresh`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from sqlalchemy import ColumnElement, Connection, TableClause, bindparam, event, func, inspect, select, update
from sqlalchemy.orm import Session

from fieldoffice.models.customer import Customer, Location, searchable
from fieldoffice.office import Tx

CUSTOMERS = cast(TableClause, Customer.__table__)
SAVE = update(CUSTOMERS).where(CUSTOMERS.c.id == bindparam("customer")).values(search=bindparam("words"))
AT_ONCE = 1000
FACTS = ("name", "number", "email", "phone")
WORDS = ("customer_id", "street", "city", "active")


def words_of(text: str) -> list[str]:
    """What to look for, folded as the stored words are: "(202) 555-0101" is one number, not two words."""
    digits = "".join(c for c in text if c.isdigit())
    if len(digits) >= 4 and not set(text) - set("0123456789 ()-./+"):
        return [digits]
    return searchable(text).split()


def matches(text: str, *, shared: bool) -> list[ColumnElement[bool]]:
    """The conditions that a customer meets all words of `text`; none for an empty text. `shared`: on PostgreSQL."""
    where = func.strpos if shared else func.instr  # plain search for a part: twice as fast as LIKE
    return [where(Customer.search, word) > 0 for word in dict.fromkeys(words_of(text))]


def refresh(connection: Connection, ids: Iterable[int]) -> None:
    """Write the search words of these customers anew, leaving their versions as they are."""
    wanted = sorted(set(ids))
    for n in range(0, len(wanted), AT_ONCE):
        _refresh(connection, wanted[n : n + AT_ONCE])


def refresh_all(tx: Tx) -> None:
    """The same for every customer, after rows were written by the thousand."""
    refresh(tx.session.connection(), tx.all(select(Customer.id)))
    tx.ring("customer")


def _refresh(connection: Connection, ids: Sequence[int]) -> None:
    places = _places(connection, ids)
    facts = select(Customer.id, Customer.name, Customer.number, Customer.email, Customer.phone).where(Customer.id.in_(ids))
    saved = [
        {"customer": id, "words": searchable(*words, *places.get(id, ()))} for id, *words in connection.execute(facts)
    ]
    if saved:
        connection.execute(SAVE, saved)


def _places(connection: Connection, ids: Sequence[int]) -> dict[int, list[str]]:
    """Streets and cities of some customers, each word once."""
    query = select(Location.customer_id, Location.street, Location.city).where(Location.active)
    found: dict[int, list[str]] = {}
    for id, street, city in connection.execute(query.where(Location.customer_id.in_(ids)).order_by(Location.id)):
        found.setdefault(id, []).extend((street, city))
    return {id: list(dict.fromkeys(words)) for id, words in found.items()}


@event.listens_for(Session, "before_flush")
def _customers_stored(session: Session, _context: object, _instances: object) -> None:
    """A new customer has no places yet; a known one keeps the words of its places."""
    for row in session.new | session.dirty:
        if isinstance(row, Customer) and _changed(row, FACTS):
            places = _places(session.connection(), [row.id]).get(row.id, []) if row.id else []
            row.search = searchable(row.name, row.number, row.email or "", row.phone or "", *places)


@event.listens_for(Session, "after_flush")
def _locations_stored(session: Session, _context: object) -> None:
    touched = (row for row in (*session.new, *session.dirty, *session.deleted) if isinstance(row, Location))
    ids = {row.customer_id for row in touched if row in session.deleted or _changed(row, WORDS)}
    if ids:
        refresh(session.connection(), ids)


def _changed(row: Customer | Location, names: Sequence[str]) -> bool:
    state = inspect(row)
    return any(state.attrs[name].history.has_changes() for name in names)

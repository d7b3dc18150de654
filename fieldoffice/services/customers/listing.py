"""The list of customers: counted, sorted and cut by the database, so that it opens as quickly at 100,000 as at 100.

The page's ids are found first; what the columns show is then read for these alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Subquery, case, func, select

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.customer import Customer, Location
from fieldoffice.models.errors import Invalid
from fieldoffice.models.job import Job
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.customers.filtering import TOOK_PLACE, UNDONE, Filter, conditions

MOST = 1000
PLANNED = tuple(state for state in UNDONE if state != "waiting")


@dataclass(frozen=True, slots=True)
class ListedCustomer:
    """A customer as the list shows it. `places` counts addresses, `unplaced` those of them without coordinates.

    `open_visits` wait, are planned or under way; `last_at` is the newest visit that took place, `next_at` the next planned.
    """

    id: int
    version: int
    number: str
    name: str
    kind: str
    email: str
    phone: str
    active: bool
    created_at: datetime
    city: str = ""
    places: int = 0
    unplaced: int = 0
    open_visits: int = 0
    last_at: datetime | None = None
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """`rows` from the asked offset on, of `total` that match."""

    total: int
    rows: tuple[ListedCustomer, ...]


def customer_page(tx: Tx, filter: Filter, *, offset: int = 0, limit: int = 200, sort: str = "name",
                  descending: bool = False) -> Page:  # fmt: skip
    """One page of the customers that match. `sort` is one of `SORTS`; those without a value come last either way."""
    tx.require(Right.LOOK)
    total = int(tx.session.scalar(select(func.count()).select_from(Customer).where(*conditions(tx, filter))) or 0)
    if offset >= total:
        return Page(total, ())
    return Page(total, rows_of(tx, _ids(tx, filter, offset, limit, sort, descending)))


def ids_at(tx: Tx, filter: Filter, spans: Sequence[tuple[int, int]], *, sort: str = "name", descending: bool = False) -> tuple[int, ...]:
    """The ids of the customers at positions `first` to `last` of the same list, for each of `spans`."""
    tx.require(Right.LOOK)
    found = (_ids(tx, filter, first, last - first + 1, sort, descending) for first, last in spans)
    return tuple(id for ids in found for id in ids)


def rows_of(tx: Tx, ids: Sequence[int]) -> tuple[ListedCustomer, ...]:
    """The rows of these customers in this order; those that are gone are left out."""
    tx.require(Right.LOOK)
    columns = (Customer.id, Customer.version, Customer.number, Customer.name, Customer.kind, Customer.email, Customer.phone,
               Customer.active, Customer.created_at)  # fmt: skip
    known = {row.id: row for row in tx.session.execute(select(*columns).where(Customer.id.in_(ids)))}
    places, visits = _places(tx, ids), _visits(tx, ids)
    nowhere, never = {"city": "", "places": 0, "unplaced": 0}, {"open_visits": 0, "last_at": None, "next_at": None}
    return tuple(ListedCustomer(*known[id], **{**nowhere, **places.get(id, {}), **never, **visits.get(id, {})})
                 for id in ids if id in known)  # fmt: skip


def _ids(tx: Tx, filter: Filter, offset: int, limit: int, sort: str, descending: bool) -> list[int]:
    if sort not in SORTS:
        raise Invalid(sort="The list cannot be sorted by this.")
    query, by = SORTS[sort](select(Customer.id).where(*conditions(tx, filter)))
    order = [(one.desc() if descending else one.asc()) for one in by]
    if sort in MAY_BE_EMPTY:
        order.insert(0, by[0].is_(None).asc())
    last = Customer.id.desc() if descending else Customer.id
    return tx.all(query.order_by(*order, last).offset(offset).limit(limit))


Sorted = tuple[Select[int], tuple[Any, ...]]
"""A query with what its sorting needs joined to it, and the expressions to sort by."""


def _plain(*columns: Any) -> Callable[[Select[int]], Sorted]:
    def by(query: Select[int]) -> Sorted:
        return query, columns

    return by


def _by_city(query: Select[int]) -> Sorted:
    first = select(Location.customer_id, func.min(Location.city).label("city")).where(Location.active, Location.city != "")
    cities = first.group_by(Location.customer_id).subquery()
    return query.outerjoin(cities, cities.c.customer_id == Customer.id), (cities.c.city,)


def _by_places(query: Select[int]) -> Sorted:
    counted = select(Location.customer_id, func.count().label("n")).where(Location.active).group_by(Location.customer_id).subquery()
    return query.outerjoin(counted, counted.c.customer_id == Customer.id), (func.coalesce(counted.c.n, 0),)


def _by_visits(what: str) -> Callable[[Select[int]], Sorted]:
    def by(query: Select[int]) -> Sorted:
        found = _of_visits(what)
        value = func.coalesce(found.c.value, 0) if what == "open" else found.c.value
        return query.outerjoin(found, found.c.customer_id == Customer.id), (value,)

    return by


def _of_visits(what: str) -> Subquery:
    """(customer_id, value): open visits, the newest that took place, or the next that is planned."""
    value, states = {
        "open": (func.count(), UNDONE),
        "last": (func.max(Appointment.starts_at), TOOK_PLACE),
        "next": (func.min(Appointment.starts_at), PLANNED),
    }[what]
    query = select(Job.customer_id, value.label("value")).join(Appointment, Appointment.job_id == Job.id)
    query = query.where(Appointment.state.in_(states), Job.cancelled_at.is_(None))
    return query.group_by(Job.customer_id).subquery()


SORTS: Mapping[str, Callable[[Select[int]], Sorted]] = {
    "name": _plain(Customer.search),  # folded, and it begins with the name
    "number": _plain(func.length(Customer.number), Customer.number),
    "kind": _plain(Customer.kind, Customer.search),
    "phone": _plain(func.nullif(Customer.phone, "")),
    "email": _plain(func.nullif(func.lower(Customer.email), "")),
    "created": _plain(Customer.created_at),
    "city": _by_city,
    "places": _by_places,
    "open": _by_visits("open"),
    "last": _by_visits("last"),
    "next": _by_visits("next"),
}
"""What the list can be sorted by."""
MAY_BE_EMPTY = frozenset({"phone", "email", "city", "last", "next"})


def _places(tx: Tx, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    query = select(
        Location.customer_id, func.min(Location.city).label("city"), func.count().label("places"),
        func.sum(case((Location.lat.is_(None), 1), else_=0)).label("unplaced"),
    ).where(Location.customer_id.in_(ids), Location.active)  # fmt: skip
    found = tx.session.execute(query.group_by(Location.customer_id))
    return {id: {"city": city, "places": int(n), "unplaced": int(bare)} for id, city, n, bare in found}


def _visits(tx: Tx, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    undone, planned, done = (Appointment.state.in_(states) for states in (UNDONE, PLANNED, TOOK_PLACE))
    query = select(
        Job.customer_id, func.sum(case((undone, 1), else_=0)), func.max(case((done, Appointment.starts_at))),
        func.min(case((planned, Appointment.starts_at))),
    ).join(Appointment, Appointment.job_id == Job.id)  # fmt: skip
    found = tx.session.execute(query.where(Job.customer_id.in_(ids), Job.cancelled_at.is_(None)).group_by(Job.customer_id))
    return {id: {"open_visits": int(n), "last_at": last, "next_at": soon} for id, n, last, soon in found}

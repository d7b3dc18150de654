"""What is done to many customers at once: in use or out of it, placed on the map, copied as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update

from fieldoffice.models.customer import Customer, Location
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.company.values import setting
from fieldoffice.services.customers.listing import ListedCustomer, rows_of
from fieldoffice.services.customers.selection import Selection, parts, selected_ids
from fieldoffice.services.geocoding.queue import SOURCES, find_coordinates
from fieldoffice.transaction import NO_FACTS, WRITE_EVENT


@dataclass(frozen=True, slots=True)
class Switched:
    """The customers whose state really changed: the same service with these ids and the other state takes it back."""

    ids: tuple[int, ...]
    active: bool


@dataclass(frozen=True, slots=True)
class Sought:
    """How many addresses will be looked for, and which service is asked; "" where only their postal codes tell."""

    addresses: int
    source: str


def set_active(tx: Tx, selection: Selection, active: bool) -> Switched:
    """Take customers into use or out of it; their jobs and history stay. Merged ones stay out of use."""
    tx.require(Right.EDIT_CUSTOMERS)
    changed: list[int] = []
    for part in parts(selected_ids(tx, selection)):
        mine = (Customer.id.in_(part), Customer.active.is_(not active), Customer.merged_into_id.is_(None))
        values = {"active": active, "version": Customer.version + 1}
        switch = update(Customer).where(*mine).values(values).execution_options(synchronize_session=False)
        changed += tx.session.execute(switch.returning(Customer.id)).scalars()
    tell_each(tx, "customer.activated" if active else "customer.deactivated", changed)
    return Switched(tuple(sorted(changed)), active)


def look_for_places(tx: Tx, selection: Selection) -> Sought:
    """Have the addresses of these customers looked for that have no good place yet; pins set by hand stay."""
    tx.require(Right.EDIT_CUSTOMERS)
    many = 0
    for part in parts(selected_ids(tx, selection)):
        ids = tx.all(select(Location.id).where(Location.customer_id.in_(part), Location.active))
        many += sum(find_coordinates(tx, some) for some in parts(ids)) if ids else 0
    return Sought(many, SOURCES.get(str(setting(tx, "geocoder.source") or ""), ""))


def tell_each(tx: Tx, kind: str, ids: Sequence[int]) -> None:
    """One entry in the history of each of these customers, written together."""
    facts: dict[str, Any] = {**NO_FACTS, "at": tx.now, "occurred_at": tx.now, "by_id": tx.actor.user_id, "by_name": tx.actor.name,
             "kind": kind, "entity": "customer", "op_id": tx.op_id, "before": {}, "after": {}}  # fmt: skip
    if ids:
        tx.events += len(ids)
        tx.session.connection().execute(WRITE_EVENT, [facts | {"entity_id": id, "customer_id": id} for id in ids])


def selected_rows(tx: Tx, selection: Selection, *, most: int = 100_000) -> tuple[ListedCustomer, ...]:
    """The rows of a selection by name, for the clipboard."""
    tx.require(Right.LOOK)
    ids = selected_ids(tx, selection)[:most]
    return tuple(row for part in parts(ids) for row in rows_of(tx, part))


def count_all(tx: Tx) -> int:
    """How many customers there are, whether or not they are in use; merged ones count as one."""
    tx.require(Right.LOOK)
    return int(tx.session.scalar(select(func.count()).select_from(Customer).where(Customer.merged_into_id.is_(None))) or 0)

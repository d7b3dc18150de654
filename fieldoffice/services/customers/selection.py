"""Customers that were chosen in a list: a few, or all that match its filter but some. A value that outlives its page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from fieldoffice.models.customer import Customer
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.customers.filtering import Filter, conditions

AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Selection:
    """With a `filter`: all that match it but those in `but`, also those that nobody scrolled to; else exactly `ids`."""

    ids: frozenset[int] = frozenset()
    filter: Filter | None = None
    but: frozenset[int] = frozenset()


def count_selected(tx: Tx, selection: Selection) -> int:
    """How many customers are selected that still exist."""
    return len(selected_ids(tx, selection))


def selected_ids(tx: Tx, selection: Selection) -> tuple[int, ...]:
    """The customers of a selection as it stands now, by name."""
    tx.require(Right.LOOK)
    if selection.filter is not None:
        found = tx.all(select(Customer.id).where(*conditions(tx, selection.filter)).order_by(Customer.search, Customer.id))
        return tuple(id for id in found if id not in selection.but)
    wanted = sorted(selection.ids)
    known: list[tuple[str, int]] = []
    for part in parts(wanted):
        rows = tx.session.execute(select(Customer.search, Customer.id).where(Customer.id.in_(part)))
        known += [(words, id) for words, id in rows]
    return tuple(id for _, id in sorted(known))


def parts(ids: list[int] | tuple[int, ...]) -> Iterator[list[int]]:
    """Ids in parts that fit into one statement."""
    for n in range(0, len(ids), AT_ONCE):
        yield list(ids[n : n + AT_ONCE])

"""Bookable Services: which services customers may book at once or ask for, and in which order they see them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from fieldoffice.models.catalog import CatalogItem
from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.catalog.pricebook import move_item
from fieldoffice.services.edits import Edit, Keeper

WAYS = ("no", "request", "instant", "both")


@dataclass(frozen=True, slots=True)
class BookableRow:
    """A service of the price book, and how customers may get it. `way` is no, request, instant (at once) or both."""

    id: int
    version: int
    code: str
    name: str
    duration_s: int
    price_cents: int
    price_from: bool
    way: str

    @property
    def by_request(self) -> bool:
        return self.way in ("request", "both")

    @property
    def at_once(self) -> bool:
        return self.way in ("instant", "both")


def bookable_services(tx: Tx) -> tuple[BookableRow, ...]:
    """Every active service, in the order in which customers see them."""
    tx.require(Right.LOOK)
    return tuple(BookableRow(row.id, row.version, row.code, row.name, row.duration_s, row.price_cents, row.price_from, row.bookable)
                 for row in _services(tx))  # fmt: skip


def set_bookable(tx: Tx, item_id: int, *, version: int, way: str, price_from: bool) -> Edit:
    """Say how customers may get a service, and whether its price is the least it costs; both apply at once."""
    tx.require(Right.EDIT_CATALOG)
    if way not in WAYS:
        raise Invalid(way="A service is booked at once, on request, both, or not online.")
    row, keep = tx.get(CatalogItem, item_id, version=version), Keeper(tx)
    if row.kind != "service":
        raise NotAllowed("Only services can be booked.")
    keep.before(row)
    before = {"bookable": row.bookable, "price_from": row.price_from}
    row.bookable, row.price_from = way, price_from
    after = {"bookable": way, "price_from": price_from}
    if before != after:
        tx.event("item.bookable", row, note=row.name, before=before, after=after)
    return keep.edit(item_id)


def move_bookable(tx: Tx, item_id: int, *, up: bool) -> Edit:
    """Let customers see a service one place further up or down."""
    tx.require(Right.EDIT_CATALOG)
    order = [row.id for row in _services(tx)]
    if item_id not in order:
        raise NotAllowed("This service is no longer offered.")
    n = order.index(item_id)
    if up:
        return move_item(tx, item_id, before_id=order[max(n - 1, 0)]) if n else Keeper(tx).edit(item_id)
    if n == len(order) - 1:
        return Keeper(tx).edit(item_id)
    return move_item(tx, order[n + 1], before_id=item_id)


def _services(tx: Tx) -> list[CatalogItem]:
    query = select(CatalogItem).where(CatalogItem.kind == "service", CatalogItem.active)
    return tx.all(query.order_by(CatalogItem.position, CatalogItem.name, CatalogItem.id))

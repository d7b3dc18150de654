"""Addresses that two merged customers both had: one of each stays in use, and all work moves to it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from fieldoffice.models.customer import Location
from fieldoffice.office import Tx
from fieldoffice.services.customers.duplicates import address_key
from fieldoffice.services.customers.repointing import pointing_at, repoint

PIN = ("lat", "lon", "placed_by")


def joined_places(tx: Tx, customer_id: int, came: list[int]) -> list[dict[str, Any]]:
    """Take those places out of use, of the ones that came over, that the customer had already; what was done, to be undone."""
    tx.session.expire_all()
    rows = tx.all(select(Location).where(Location.customer_id == customer_id, Location.active).order_by(Location.id))
    had = {(row.kind, address_key(row.street, row.postal_code)): row for row in reversed(rows) if row.id not in came}
    done: list[dict[str, Any]] = []
    for old in (row for row in rows if row.id in came):
        key = address_key(old.street, old.postal_code)
        if key and (old.kind, key) in had:
            done.append(_join(tx, old, had[old.kind, key]))
    return done


def _join(tx: Tx, old: Location, new: Location) -> dict[str, Any]:
    pinned = new.lat is None and old.lat is not None
    if pinned:
        for name in PIN:
            setattr(new, name, getattr(old, name))
    if old.notes.strip() and old.notes.strip() not in new.notes:
        added, new.notes = old.notes.strip(), "\n".join(part for part in (new.notes.strip(), old.notes.strip()) if part)
    else:
        added = ""
    old.active = False
    moved = pointing_at(tx, "location", old.id)
    repoint(tx, moved, old.id, new.id)
    return {"old": old.id, "new": new.id, "moved": moved, "pinned": pinned, "notes": added}


def parted_places(tx: Tx, done: list[dict[str, Any]]) -> None:
    """Undo `joined_places`; what somebody changed on a place since stays as it is."""
    for join in reversed(done):
        repoint(tx, join["moved"], join["new"], join["old"])
        old, new = tx.get(Location, join["old"], lock=True), tx.get(Location, join["new"], lock=True)
        old.active = True
        if join["pinned"] and (new.lat, new.lon) == (old.lat, old.lon):
            new.lat, new.lon, new.placed_by = None, None, ""
        if join["notes"]:
            new.notes = new.notes.removesuffix(join["notes"]).strip()
    tx.session.flush()

"""The addresses of a customer: entered, corrected, placed on the map, taken out of use; each change can be undone."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import func, select

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.customer import Customer, Location
from fieldoffice.models.errors import NotAllowed
from fieldoffice.models.job import Job
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.customers.checking import PLACE_KINDS, place_problems, refuse, too_long
from fieldoffice.services.customers.editing import living, tell_changes
from fieldoffice.services.customers.filtering import UNDONE
from fieldoffice.services.customers.rows import one_line, place_of
from fieldoffice.services.customers.secrecy import kept
from fieldoffice.services.edits import Edit, Keeper
from fieldoffice.services.geo import Point

BY_HAND = "by hand"


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """What the form of an address holds; `place` is None while nobody has placed it."""

    street: str
    city: str = ""
    region: str = ""
    postal_code: str = ""
    label: str = ""
    kind: str = "service"
    notes: str = ""
    place: Point | None = None


def new_place(tx: Tx, customer_id: int, facts: PlaceFacts) -> Edit:
    """One more address; the value of the edit is its id."""
    tx.require(Right.EDIT_CUSTOMERS)
    customer = living(tx, customer_id)
    keep = Keeper(tx)
    values = _values(facts) | _pin(facts.place)
    row = tx.add(Location(customer_id=customer_id, country=tx.company.country, **values))
    keep.new(row)
    tx.event("customer.location_added", customer, customer_id=customer_id, note=line_of(row))
    return keep.edit(row.id)


def edit_place(tx: Tx, location_id: int, *, version: int, facts: PlaceFacts) -> Edit:
    """Save the form of an address. Coordinates that were not touched keep where they came from."""
    tx.require(Right.EDIT_CUSTOMERS)
    row = tx.get(Location, location_id, version=version)
    after: dict[str, Any] = _values(replace(facts, notes=kept(tx, facts.notes, row.notes)))
    if facts.place != place_of(row):
        after |= _pin(facts.place)
    return _changed(tx, row, after, "customer.location_edited")


def pin_place(tx: Tx, location_id: int, *, version: int, place: Point) -> Edit:
    """Put an address where somebody dropped its pin."""
    tx.require(Right.EDIT_CUSTOMERS)
    row = tx.get(Location, location_id, version=version)
    refuse(place_problems(row.street or "-", place))
    return _changed(tx, row, _pin((round(place[0], 6), round(place[1], 6))), "customer.location_placed", note=line_of(row))


def switch_place(tx: Tx, location_id: int, *, version: int, active: bool) -> Edit:
    """Take an address out of use or back; refused while a visit is owed there. What was done there stays."""
    tx.require(Right.EDIT_CUSTOMERS)
    row = tx.get(Location, location_id, version=version)
    owed = 0 if active else _owed(tx, location_id)
    if owed:
        raise NotAllowed(f"{owed} visit{'s are' if owed > 1 else ' is'} still owed at {row.street}. Finish or cancel first.")
    kind = "customer.location_restored" if active else "customer.location_retired"
    return _changed(tx, row, {"active": active}, kind, note=line_of(row))


def line_of(row: Location) -> str:
    return one_line(row.street, row.city, row.region, row.postal_code)


def _changed(tx: Tx, row: Location, after: dict[str, Any], kind: str, *, note: str = "") -> Edit:
    customer, keep = tx.get(Customer, row.customer_id), Keeper(tx)
    before = {name: getattr(row, name) for name in after}
    keep.before(row)
    for name, value in after.items():
        setattr(row, name, value)
    if note and before != after:
        tx.event(kind, customer, customer_id=customer.id, before=before, after=after, note=note)
    elif not note:
        tell_changes(tx, kind, customer, customer.id, before, after)
    return keep.edit(row.id)


def _values(facts: PlaceFacts) -> dict[str, Any]:
    texts = {name: value for name, value in asdict(facts).items() if isinstance(value, str)}
    wrong = too_long(**{k: v for k, v in texts.items() if k != "kind"}) | place_problems(facts.street, facts.place)
    if facts.kind not in PLACE_KINDS:
        wrong["kind"] = "An address is for work, for bills or for pickups."
    refuse(wrong)
    return {name: text.strip() for name, text in texts.items()}


def _pin(place: Point | None) -> dict[str, Any]:
    lat, lon = place or (None, None)
    return {"lat": lat, "lon": lon, "placed_by": BY_HAND if place else ""}


def _owed(tx: Tx, location_id: int) -> int:
    query = select(func.count()).select_from(Appointment).join(Job, Job.id == Appointment.job_id)
    here = (Job.location_id == location_id, Job.cancelled_at.is_(None), Appointment.state.in_(UNDONE))
    return int(tx.session.scalar(query.where(*here)) or 0)

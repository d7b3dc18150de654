"""What a phone call brings: a job, perhaps for a customer or an address that is not known yet; all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy import func, select

from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.models.job import Job
from fieldoffice.models.log import Event
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.customers import add_customer, add_location
from fieldoffice.services.geo import Point
from fieldoffice.services.jobs.editing import cancel_job
from fieldoffice.services.jobs.opening import NewJob, Opened, open_job, problems
from fieldoffice.services.jobs.sheet import JobSheet

MISTAKE = "opened by mistake"


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """A customer who calls for the first time."""

    name: str
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class NewPlace:
    """An address where this customer was not served before; without `place` it cannot be routed."""

    street: str
    city: str = ""
    region: str = ""
    postal_code: str = ""
    place: Point | None = None


def open_call(tx: Tx, new: NewJob, *, customer: NewCustomer | None = None, place: NewPlace | None = None) -> Opened:
    """Open a job; with `customer` and `place`, their rows are made first and take the place of the ids in `new`.

    Every wrong field is named at once: those of the customer (name, email), of the address (street, place) and of the job.
    """
    tx.require(Right.EDIT_JOBS)
    wrong: dict[str, str] = {}
    if customer is not None:
        made = _tried(wrong, lambda: add_customer(tx, name=customer.name, phone=customer.phone, email=customer.email))
        new = replace(new, customer_id=made or 0)
    elif not new.customer_id:
        wrong["customer"] = "Choose a customer, or enter a new one."
    if place is not None and not wrong:
        made = _tried(wrong, lambda: _add_place(tx, new.customer_id, place))
        new = replace(new, location_id=made or 0)
    elif place is not None and not place.street.strip():
        wrong["street"] = "Please give the street and number."
    elif place is None and not new.location_id and "customer" not in wrong:
        wrong["location"] = "Choose an address, or enter a new one."
    wrong |= problems(tx, new)
    if wrong:
        raise Invalid(**wrong)
    return open_job(tx, new)


def undo_opening(tx: Tx, job_id: int) -> JobSheet:
    """Take back a job that was opened by mistake, as long as nothing else has happened to it."""
    tx.require(Right.EDIT_JOBS)
    job = tx.get(Job, job_id, lock=True)
    later = select(func.count()).where(Event.job_id == job_id, Event.kind != "job.opened")
    if tx.session.scalar(later):
        raise NotAllowed(f"Somebody has worked on {job.number} since. Open it to cancel it.")
    return cancel_job(tx, job_id, version=job.version, reason=MISTAKE)


def _add_place(tx: Tx, customer_id: int, new: NewPlace) -> int:
    return add_location(tx, customer_id, street=new.street, city=new.city, region=new.region, postal_code=new.postal_code,
                        place=new.place, placed_by="hand")  # fmt: skip


def _tried(wrong: dict[str, str], add: Callable[[], int]) -> int | None:
    """The new id, or None after noting what is wrong."""
    try:
        return add()
    except Invalid as error:
        wrong |= error.fields
        return None

"""What a list of customers is narrowed by, as a value, and the conditions that it stands for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import ColumnElement, Select, and_, select

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.customer import Customer, Location
from fieldoffice.models.errors import Invalid
from fieldoffice.models.job import Job
from fieldoffice.models.states import OPEN_STATES, AppointmentState
from fieldoffice.office import Tx
from fieldoffice.services.calendar import local
from fieldoffice.services.customers.searching import matches

State = Literal["active", "inactive", "all"]
UNDONE = (AppointmentState.WAITING, *sorted(OPEN_STATES))
"""States of a visit that is still owed: it waits, is planned, or is under way."""
TOOK_PLACE = (AppointmentState.COMPLETED, AppointmentState.PARTLY_DONE)


@dataclass(frozen=True, slots=True)
class Filter:
    """All of it must hold. `text` are words to search for; `custom` are (key, value) of the company's own fields."""

    text: str = ""
    state: State = "active"
    kind: str = ""  # residential | commercial | "" for both
    open_work: bool | None = None  # whether a visit is still owed
    no_visit_since: date | None = None  # no visit took place on this civil day or later
    unplaced: bool = False  # an address without coordinates
    custom: tuple[tuple[str, str | bool], ...] = ()

    @property
    def narrows(self) -> bool:
        """Whether anything but the usual "active customers" is asked for."""
        return self != Filter()


def conditions(tx: Tx, filter: Filter) -> list[ColumnElement[bool]]:
    """The conditions on `Customer`. Customers that were merged into another are never listed."""
    found: list[ColumnElement[bool]] = [Customer.merged_into_id.is_(None), *matches(filter.text, shared=tx.office.shared)]
    if filter.state != "all":
        found.append(Customer.active.is_(filter.state == "active"))
    if filter.kind:
        found.append(Customer.kind == filter.kind)
    if filter.open_work is not None:
        found.append(Customer.id.in_(_owed()) if filter.open_work else Customer.id.not_in(_owed()))
    if filter.no_visit_since is not None:
        found.append(Customer.id.not_in(_visited(tx, filter.no_visit_since)))
    if filter.unplaced:
        found.append(Customer.id.in_(select(Location.customer_id).where(Location.active, Location.lat.is_(None))))
    return [*found, *(_own(key, value) for key, value in filter.custom)]


def _owed() -> Select[int]:
    return (
        select(Job.customer_id)
        .join(Appointment, Appointment.job_id == Job.id)
        .where(Appointment.state.in_(UNDONE), Job.cancelled_at.is_(None))
    )


def _visited(tx: Tx, since: date) -> Select[int]:
    took_place = and_(Appointment.starts_at >= local(since, 0, tx.zone), Appointment.state.in_(TOOK_PLACE))
    return select(Job.customer_id).join(Appointment, Appointment.job_id == Job.id).where(took_place)


def _own(key: str, value: str | bool) -> ColumnElement[bool]:
    if not key or len(key) > 40:
        raise Invalid(custom="There is no such field.")
    held = Customer.custom[key]
    return held.as_boolean().is_(value) if isinstance(value, bool) else held.as_string() == value

"""One customer as its page shows it: facts, contacts, places, family, notes and files in one look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, or_, select

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.customer import Contact, Customer, Location
from fieldoffice.models.files import Attachment, Blob
from fieldoffice.models.job import Job, Note
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.customers.filtering import TOOK_PLACE, UNDONE
from fieldoffice.services.customers.rows import one_line, place_of
from fieldoffice.services.customers.secrecy import shown
from fieldoffice.services.fields import FieldRow, custom_fields
from fieldoffice.services.geo import Point
from fieldoffice.services.jobs.sheet import FileRow, NoteRow


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A person to call."""

    id: int
    version: int
    name: str
    role: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """An address of a customer. `placed_by` says where its coordinates are from; `jobs` counts the work done there."""

    id: int
    version: int
    kind: str  # service | billing | pickup
    label: str
    street: str
    city: str
    region: str
    postal_code: str
    place: Point | None
    placed_by: str
    notes: str
    active: bool
    jobs: int = 0

    @property
    def line(self) -> str:
        """The address in one line."""
        return one_line(self.street, self.city, self.region, self.postal_code)


@dataclass(frozen=True, slots=True)
class Kin:
    """Another customer, named."""

    id: int
    number: str
    name: str
    active: bool = True
    phone: str = ""
    open_visits: int = 0
    pays_itself: bool = True  # a sub customer whose bills are not paid by the one above


@dataclass(frozen=True, slots=True)
class CustomerSheet:
    """Everything on a customer's page but its visits and its history, which come page by page."""

    id: int
    version: int
    number: str
    name: str
    kind: str
    email: str
    phone: str
    channel: str
    language: str
    notes: str
    custom: dict[str, Any]
    active: bool
    requests_allowed: bool
    created_at: datetime
    merged_into: Kin | None
    parent: Kin | None
    bill_to: Kin | None
    contacts: tuple[ContactRow, ...]
    places: tuple[PlaceRow, ...]
    subs: tuple[Kin, ...]
    remarks: tuple[NoteRow, ...]
    files: tuple[FileRow, ...]
    fields: tuple[FieldRow, ...]
    jobs: int
    open_visits: int
    last_at: datetime | None
    next_at: datetime | None
    zone: str
    now: datetime
    absorbed: tuple[Kin, ...] = ()  # customers that were merged into this one
    near: Point | None = None  # where the company is: what a map shows that has no address to show


def customer_sheet(tx: Tx, customer_id: int) -> CustomerSheet:
    """The whole page of a customer."""
    tx.require(Right.LOOK)
    c = tx.get(Customer, customer_id)
    kin = _kin(tx, {id for id in (c.merged_into_id, c.parent_id, c.bill_to_id) if id is not None})
    jobs, undone, last, soon = _work(tx, customer_id)
    near = tx.all(select(Customer).where(or_(Customer.parent_id == c.id, Customer.merged_into_id == c.id)).order_by(Customer.search))
    return CustomerSheet(
        id=c.id, version=c.version, number=c.number, name=c.name, kind=c.kind, email=c.email, phone=c.phone, channel=c.channel,
        language=c.language, notes=shown(tx, c.notes), custom=dict(c.custom), active=c.active, requests_allowed=c.requests_allowed,
        created_at=c.created_at, merged_into=kin.get(c.merged_into_id or 0), parent=kin.get(c.parent_id or 0),
        bill_to=kin.get(c.bill_to_id or 0), contacts=_contacts(tx, c.id), places=places(tx, c.id),
        subs=_subs(tx, c, [row for row in near if row.merged_into_id is None]), remarks=_remarks(tx, c.id),
        files=files(tx, c.id), fields=custom_fields(tx, "customer"), jobs=jobs, open_visits=undone, last_at=last, next_at=soon,
        zone=tx.company.zone, now=tx.now,
        near=None if tx.company.lat is None or tx.company.lon is None else (tx.company.lat, tx.company.lon),
        absorbed=tuple(Kin(row.id, row.number, row.name, row.active) for row in near if row.merged_into_id == c.id),
    )  # fmt: skip


def customer_of(tx: Tx, table: Literal["contact", "location"], id: int) -> int:
    """Whose contact or address this is."""
    tx.require(Right.LOOK)
    return tx.get(Contact if table == "contact" else Location, id).customer_id


def places(tx: Tx, customer_id: int) -> tuple[PlaceRow, ...]:
    """All addresses of a customer, those in use first."""
    tx.require(Right.LOOK)
    done = select(func.count()).where(Job.location_id == Location.id).scalar_subquery()
    query = select(Location, done).where(Location.customer_id == customer_id)
    found = tx.session.execute(query.order_by(Location.active.desc(), Location.id))
    return tuple(place_row(tx, row, int(jobs)) for row, jobs in found)


def place_row(tx: Tx, row: Location, jobs: int = 0) -> PlaceRow:
    """An address as the one who asks may read it."""
    tx.require(Right.LOOK)
    return PlaceRow(row.id, row.version, row.kind, row.label, row.street, row.city, row.region, row.postal_code, place_of(row),
                    row.placed_by, shown(tx, row.notes), row.active, jobs)  # fmt: skip


def files(tx: Tx, customer_id: int) -> tuple[FileRow, ...]:
    """The files of a customer itself; those of its jobs stand on the jobs."""
    tx.require(Right.LOOK)
    query = select(Attachment, Blob.size).join(Blob, Blob.id == Attachment.blob_id).where(Attachment.customer_id == customer_id)
    return tuple(FileRow(a.id, a.name, a.media_type, size, a.kind, a.by_name, a.created_at)
                 for a, size in tx.session.execute(query.order_by(Attachment.position, Attachment.id)))  # fmt: skip


def _contacts(tx: Tx, customer_id: int) -> tuple[ContactRow, ...]:
    rows = tx.all(select(Contact).where(Contact.customer_id == customer_id).order_by(Contact.id))
    return tuple(ContactRow(c.id, c.version, c.name, c.role, c.email, c.phone) for c in rows)


def _remarks(tx: Tx, customer_id: int) -> tuple[NoteRow, ...]:
    rows = tx.all(select(Note).where(Note.customer_id == customer_id).order_by(Note.id.desc()))
    return tuple(NoteRow(n.id, shown(tx, n.text), n.by_name, n.created_at) for n in rows)


def _kin(tx: Tx, ids: set[int]) -> dict[int, Kin]:
    return {c.id: Kin(c.id, c.number, c.name, c.active, c.phone) for c in tx.all(select(Customer).where(Customer.id.in_(ids)))}


def _subs(tx: Tx, above: Customer, rows: Sequence[Customer]) -> tuple[Kin, ...]:
    query = select(Job.customer_id, func.count()).join(Appointment, Appointment.job_id == Job.id)
    query = query.where(Job.customer_id.in_([c.id for c in rows]), Appointment.state.in_(UNDONE), Job.cancelled_at.is_(None))
    undone = {id: int(n) for id, n in tx.session.execute(query.group_by(Job.customer_id))}
    return tuple(Kin(c.id, c.number, c.name, c.active, c.phone, undone.get(c.id, 0), c.bill_to_id != above.id) for c in rows)


def _work(tx: Tx, customer_id: int) -> tuple[int, int, datetime | None, datetime | None]:
    """(jobs, visits still owed, the newest visit that took place, the next planned one)."""
    mine = (Job.customer_id == customer_id, Job.cancelled_at.is_(None))
    visits = select(Appointment.state, Appointment.starts_at).join(Job, Job.id == Appointment.job_id).where(*mine)
    found = [(state, at) for state, at in tx.session.execute(visits)]
    jobs = int(tx.session.scalar(select(func.count()).select_from(Job).where(Job.customer_id == customer_id)) or 0)
    past = [at for state, at in found if state in TOOK_PLACE and at is not None]
    ahead = [at for state, at in found if state in UNDONE and at is not None]
    return jobs, sum(state in UNDONE for state, _ in found), max(past, default=None), min(ahead, default=None)

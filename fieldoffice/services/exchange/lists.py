"""Whole lists under our own headings, as an import reads them back: nothing changes when they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from sqlalchemy import select

from fieldoffice.models.appointment import Appointment, Assignment
from fieldoffice.models.catalog import CatalogItem, ItemSkill, TaxRate
from fieldoffice.models.customer import Customer, Location
from fieldoffice.models.job import Job, Line
from fieldoffice.models.provider import Provider, ProviderSkill, Skill
from fieldoffice.models.staff import Right
from fieldoffice.models.states import OPEN_STATES
from fieldoffice.office import Tx
from fieldoffice.services import fields
from fieldoffice.services.calendar import EXACT_SLACK
from fieldoffice.services.exchange.cells import Ways
from fieldoffice.services.exchange.kinds import KINDS
from fieldoffice.services.exchange.known import Customers, Known, Person, Place
from fieldoffice.services.exchange.ledger import be_patient
from fieldoffice.services.exchange.out import Form, Head, Listing

WINDOWS = {"exact": "exact", "two_hours": "two hours", "am": "morning", "pm": "afternoon", "all_day": "all day"}
PRIORITIES = {1: "normal", 2: "high", 3: "urgent"}
Row = dict[str, Any]


def listing(kind: str, rows: Iterable[Row], own: Sequence[fields.FieldRow] = (), *, forms: Mapping[str, Form] | None = None,
            decimals: int = 2) -> Listing:  # fmt: skip
    """Rows by field id as a list under our headings, without columns that nobody filled."""
    some = list(rows)
    used = {key for row in some for key, value in row.items() if value not in ("", None)}
    titles = {field.id: field.title for field in KINDS[kind].fields} | {f"custom.{row.key}": row.label for row in own}
    shown = [key for key in titles if key in used] or [next(iter(titles))]
    heads = tuple(Head(titles[key], (forms or {}).get(key, "text"), decimals) for key in shown)
    return Listing(KINDS[kind].title, heads, [[row.get(key, "") for key in shown] for row in some])


def export_customers(tx: Tx, ids: Sequence[int] | None = None) -> Listing:
    """Customers (all, or those named) with their addresses and contacts; one with several takes several rows."""
    tx.require(Right.LOOK)
    be_patient(tx)
    known, own = Customers(tx, Ways(tx.company.country)), fields.custom_fields(tx, "customer")
    wanted = None if ids is None else set(ids)
    chosen = [row for row in known.all.values() if wanted is None or row.id in wanted]
    rows = [row for customer in chosen for row in _customer(customer, known)]
    return listing("customers", rows, own, forms={"lat": "number", "lon": "number"})


def _customer(row: Known, known: Customers) -> Iterable[Row]:
    values = row.values
    above = {key: known.all[id].values["number"] for key, id in (("parent", values["parent_id"]), ("bill_to", values["bill_to_id"]))
             if id in known.all}  # fmt: skip
    first: Row = {"number": values["number"], "name": values["name"], "kind": values["kind"], "email": values["email"],
                  "phone": values["phone"], "notes": values["notes"], "channel": values["channel"], "language": values["language"],
                  "active": values["active"], **above, **{f"custom.{k}": v for k, v in values["custom"].items()}}  # fmt: skip
    billing = [place for place in row.places if place.kind == "billing"]
    service = [place for place in row.places if place.kind == "service"]
    for n, (place, bill, person) in enumerate(zip_longest(service, billing, row.people)):
        begin = first if n == 0 else {"number": values["number"], "name": values["name"]}
        yield begin | _place(place) | _billing(bill) | _person(person)
    if not (service or billing or row.people):
        yield first


def _place(place: Place | None) -> Row:
    if place is None:
        return {}
    v = place.values
    pinned = place.placed_by not in ("postal_code", "city")  # what is only rough is found again, and is no pin
    same = ("label", "street", "city", "region", "postal_code", "country")
    return {name: v[name] for name in same} | {"lat": v["lat"] if pinned else "", "lon": v["lon"] if pinned else "",
                                               "place_notes": v["notes"]}  # fmt: skip


def _billing(place: Place | None) -> Row:
    names = ("street", "city", "region", "postal_code", "country")
    return {} if place is None else {f"bill_{name}": place.values[name] for name in names}


def _person(person: Person | None) -> Row:
    if person is None:
        return {}
    v = person.values
    return {"contact": v["name"], "contact_role": v["role"], "contact_email": v["email"], "contact_phone": v["phone"]}


def export_locations(tx: Tx, ids: Sequence[int] | None = None) -> Listing:
    """Every address in use, with its customer's number."""
    tx.require(Right.LOOK)
    be_patient(tx)
    known = Customers(tx, Ways(tx.company.country), people=False)
    wanted = None if ids is None else set(ids)
    rows = [{"customer": customer.values["number"]} | _place(place) | {"place_kind": place.kind}
            for customer in known.all.values() for place in customer.places if wanted is None or place.id in wanted]  # fmt: skip
    return listing("locations", rows, forms={"lat": "number", "lon": "number"})


def export_services(tx: Tx, ids: Sequence[int] | None = None) -> Listing:
    """The price book with tax and skills."""
    tx.require(Right.LOOK)
    taxes = {rate.id: rate.name for rate in tx.all(select(TaxRate))}
    skills = _grouped(tx, select(ItemSkill.item_id, Skill.name).join(Skill, Skill.id == ItemSkill.skill_id).order_by(Skill.name))
    wanted = None if ids is None else set(ids)
    items = tx.all(select(CatalogItem).order_by(CatalogItem.position, CatalogItem.name, CatalogItem.id))
    rows = [{"code": i.code, "name": i.name, "kind": i.kind, "description": i.description, "price": i.price_cents,
             "minutes": _clock(i.duration_s), "buffer": _clock(i.buffer_s) if i.buffer_s else "",
             "tax": taxes.get(i.tax_rate_id or 0, ""), "skills": "; ".join(skills.get(i.id, [])), "outdoor": i.outdoor,
             "bookable": i.bookable, "active": i.active} for i in items if wanted is None or i.id in wanted]  # fmt: skip
    return listing("services", rows, forms={"price": "money"}, decimals=tx.company.currency_exponent)


def export_providers(tx: Tx, ids: Sequence[int] | None = None) -> Listing:
    """Everybody who does the work, with skills."""
    tx.require(Right.LOOK)
    held = select(ProviderSkill.provider_id, Skill.name).join(Skill, Skill.id == ProviderSkill.skill_id)
    skills = _grouped(tx, held.order_by(Skill.name))
    wanted = None if ids is None else set(ids)
    people = tx.all(select(Provider).order_by(Provider.position, Provider.name, Provider.id))
    rows = [{"name": p.name, "kind": p.kind, "email": p.email, "phone": p.phone, "skills": "; ".join(skills.get(p.id, [])),
             "color": p.color, "start_label": p.start_label, "start_lat": p.start_lat, "start_lon": p.start_lon, "active": p.active}
            for p in people if wanted is None or p.id in wanted]  # fmt: skip
    return listing("providers", rows, forms={"start_lat": "number", "start_lon": "number"})


def export_jobs(tx: Tx, ids: Sequence[int] | None = None) -> Listing:
    """Jobs with open visits from today on or without a day yet, each with its next visit."""
    tx.require(Right.LOOK)
    be_patient(tx)
    visits = _next_visits(tx)
    wanted = set(visits) if ids is None else set(ids) & set(visits)
    lines = _lines(tx)
    people = _grouped(tx, select(Assignment.appointment_id, Provider.name).join(Provider, Provider.id == Assignment.provider_id)
                      .where(Assignment.active).order_by(Assignment.role.desc(), Assignment.id))  # fmt: skip
    query = select(Job, Customer.number, Location.street, Location.postal_code).join(Customer, Customer.id == Job.customer_id)
    query = query.join(Location, Location.id == Job.location_id).where(Job.cancelled_at.is_(None)).order_by(Job.id)
    rows = [_job(tx, job, number, street, code, visits[job.id], lines.get(job.id, []), people)
            for job, number, street, code in tx.session.execute(query) if job.id in wanted]  # fmt: skip
    return listing("jobs", rows, forms={"on": "date"})


def _job(tx: Tx, job: Job, number: str, street: str, code: str, visit: Appointment, lines: list[str], people: dict[int, list[str]]) -> Row:
    at = visit.starts_at or visit.window_from_at
    here = at.astimezone(tx.zone) if at else None
    row: Row = {"number": job.number, "customer": number, "street": street, "postal_code": code, "services": "; ".join(lines),
                "title": job.title, "priority": PRIORITIES.get(job.priority, "normal"), "notes": job.notes,
                "minutes": _clock(visit.duration_s), "providers": "; ".join(people.get(visit.id, []))}  # fmt: skip
    if here is None:
        return row
    row |= {"on": here.date(), "window": WINDOWS.get(visit.window_kind, "all day") if visit.window_from_at else ""}
    promised = visit.window_from_at.astimezone(tx.zone) if visit.window_from_at else None
    if visit.starts_at is not None:
        row["at"] = f"{here:%H:%M}"
    elif promised is not None and visit.window_kind in ("exact", "two_hours"):
        row["at"] = f"{promised + (EXACT_SLACK if visit.window_kind == 'exact' else EXACT_SLACK * 0):%H:%M}"
    return row


def _next_visits(tx: Tx) -> dict[int, Appointment]:
    """The open visit of each job that comes next; those over and done are left out."""
    query = select(Appointment).where(Appointment.state.in_(OPEN_STATES)).order_by(Appointment.starts_at, Appointment.id.desc())
    found: dict[int, Appointment] = {}
    for visit in tx.all(query):
        at = visit.starts_at or visit.window_from_at
        if at is None or at.astimezone(tx.zone).date() >= tx.today:
            found.setdefault(visit.job_id, visit)
    return found


def _lines(tx: Tx) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for job_id, name, milli in tx.session.execute(select(Line.job_id, Line.name, Line.quantity_milli).order_by(Line.position, Line.id)):
        quantity = "" if milli == 1000 else f"{(Decimal(milli) / 1000).normalize():f} x "
        found.setdefault(job_id, []).append(f"{quantity}{name}")
    return found


def _grouped(tx: Tx, query: Any) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows: Any = tx.session.execute(query)
    for id, name in rows:
        found.setdefault(int(id), []).append(str(name))
    return found


def _clock(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds % 3600 // 60:02d}"


def template(kind: str, own: Sequence[fields.FieldRow] = ()) -> Listing:
    """An empty list under our headings, to be filled in a spreadsheet."""
    heads = [Head(field.title) for field in KINDS[kind].fields if field.id != "join"] + [Head(row.label) for row in own]
    return Listing(KINDS[kind].title, tuple(heads), [])


def template_of(tx: Tx, kind: str) -> Listing:
    """The same with the company's own fields."""
    tx.require(Right.LOOK)
    return template(kind, fields.custom_fields(tx, "customer") if kind == "customers" else ())


EXPORTS: Mapping[str, Callable[..., Listing]] = {
    "customers": export_customers,
    "locations": export_locations,
    "services": export_services,
    "providers": export_providers,
    "jobs": export_jobs,
}


def stamped(title: str, now: datetime) -> str:
    """A name for a file: "Customers 2026-03-02"."""
    return f"{title} {now:%Y-%m-%d}"

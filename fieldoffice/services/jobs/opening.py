"""Opening a job and promising its visits a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.catalog import CatalogItem, ItemSkill, TaxRate
from fieldoffice.models.customer import Customer, Location
from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.models.job import Job, JobProvider, JobSkill, Line
from fieldoffice.models.staff import Right
from fieldoffice.models.states import MOVABLE_STATES, AppointmentState
from fieldoffice.office import Tx
from fieldoffice.services import fields
from fieldoffice.services.availability import Span
from fieldoffice.services.calendar import EXACT_SLACK, WINDOW_WORDS, promised
from fieldoffice.services.company.numbering import take_number
from fieldoffice.services.company.values import window_hours
from fieldoffice.services.dispatch.cards import cards_of, placement, placements
from fieldoffice.services.dispatch.rows import Change

MOST_MILLI = 10**9
USUAL_S = 3600
"""How long the visit of a job without services takes until somebody says so."""


@dataclass(frozen=True, slots=True)
class Promise:
    """When the customer expects a visit. Without a day (`on`), any day from `earliest_on` to `latest_on`."""

    kind: str = "all_day"
    on: date | None = None
    at_min: int | None = None  # minutes after midnight, for exact and two_hours
    earliest_on: date | None = None
    latest_on: date | None = None


@dataclass(frozen=True, slots=True)
class NewJob:
    """What a new job is made of. `item_ids` are (catalog item, quantity in thousandths)."""

    customer_id: int
    location_id: int
    items: tuple[tuple[int, int], ...]
    promise: Promise = field(default_factory=Promise)
    title: str = ""
    priority: int = 1
    notes: str = ""
    source: str = "office"
    preferred: tuple[int, ...] = ()
    excluded: tuple[int, ...] = ()
    custom: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Opened:
    job_id: int
    appointment_id: int
    number: str


def open_job(tx: Tx, new: NewJob) -> Opened:
    """Open a job with its lines and its first visit, which waits in the tray."""
    tx.require(Right.EDIT_JOBS)
    location = tx.get(Location, new.location_id)
    customer = tx.get(Customer, new.customer_id, lock=True)  # nobody merges it away meanwhile
    if customer.merged_into_id is not None:
        raise Invalid(customer=f"{customer.name} was merged into another customer; open the job there.")
    items = _check(tx, new, location)
    services = [item.name for item, _ in items if item.kind == "service"]
    title = new.title.strip() or ", ".join(dict.fromkeys(services or [item.name for item, _ in items]))
    job = tx.add(Job(number=take_number(tx, "job"), customer_id=customer.id, location_id=location.id, title=title,
                     bill_to_id=customer.bill_to_id, priority=new.priority, notes=new.notes.strip(), source=new.source,
                     custom=fields.checked(tx, "job", new.custom), created_at=tx.now))  # fmt: skip
    for n, (item, quantity) in enumerate(items):
        tx.session.add(new_line(tx, job.id, item, quantity, position=n))
    need_skills(tx, job.id, [item.id for item, _ in items])
    tx.session.add_all(JobProvider(job_id=job.id, provider_id=p, wish="preferred") for p in new.preferred)
    tx.session.add_all(JobProvider(job_id=job.id, provider_id=p, wish="excluded") for p in new.excluded)
    length = sum(item.duration_s * quantity // 1000 + item.buffer_s for item, quantity in items)
    visit = add_visit(tx, job.id, length or USUAL_S, new.promise)
    tx.event("job.opened", job, job_id=job.id, customer_id=customer.id, after={"title": title, "source": new.source})
    return Opened(job.id, visit.id, job.number)


def add_visit(tx: Tx, job_id: int, duration_s: int, promise: Promise) -> Appointment:
    """One more visit for a job; it waits in the tray."""
    tx.require(Right.EDIT_JOBS)
    visit = Appointment(
        job_id=job_id, duration_s=max(duration_s, 60), state=AppointmentState.WAITING, created_at=tx.now
    )
    _keep(tx, visit, promise)
    return tx.add(visit)


def promise_visit(tx: Tx, appointment_id: int, *, version: int, promise: Promise) -> Change:
    """Promise a visit another arrival window. A visit already planned keeps its place, and shows if it no longer fits."""
    tx.require(Right.EDIT_JOBS)
    visit = tx.get(Appointment, appointment_id, version=version)
    before = placements(tx, [appointment_id])
    repromise(tx, visit, promise)
    tx.session.flush()
    after = cards_of(tx, [appointment_id])
    return Change(after, tuple(before.values()), tuple(placement(card) for card in after))


def repromise(tx: Tx, visit: Appointment, promise: Promise) -> None:
    """What `promise_visit` does to a visit that the caller has already looked up."""
    tx.require(Right.EDIT_JOBS)
    if visit.status not in MOVABLE_STATES:
        raise NotAllowed(f"This visit is {visit.status.word}; its time can no longer change.")
    old, was, job = _window_facts(visit), window_words(tx, visit), tx.get(Job, visit.job_id)
    _keep(tx, visit, promise)
    visit.ical_sequence += 1
    tx.event("visit.promised", visit, job_id=job.id, customer_id=job.customer_id, before=old, after=_window_facts(visit),
             note=f"{window_words(tx, visit)} (was {was})")  # fmt: skip


def new_line(tx: Tx, job_id: int, item: CatalogItem, quantity_milli: int, *, position: int) -> Line:
    """A line from the price book, with the price and the tax of today."""
    check_quantity(quantity_milli)
    rate = tx.session.get(TaxRate, item.tax_rate_id) if item.tax_rate_id else None
    return Line(job_id=job_id, item_id=item.id, kind=item.kind, name=item.name, quantity_milli=quantity_milli,
                unit_price_cents=item.price_cents, tax_ppm=rate.ppm if rate else 0, duration_s=item.duration_s,
                outdoor=item.outdoor, position=position, added_by=tx.actor.name)  # fmt: skip


def check_quantity(milli: int) -> None:
    """Refuse a quantity that no job has."""
    if not 0 < milli <= MOST_MILLI:
        raise Invalid(quantity="A quantity is greater than zero and at most 1,000,000.")


def need_skills(tx: Tx, job_id: int, item_ids: Sequence[int]) -> None:
    """A job needs the skills of its services."""
    has = set(tx.all(select(JobSkill.skill_id).where(JobSkill.job_id == job_id)))
    wanted = set(tx.all(select(ItemSkill.skill_id).where(ItemSkill.item_id.in_(list(item_ids)))))
    tx.session.add_all(JobSkill(job_id=job_id, skill_id=id) for id in sorted(wanted - has))


def problems(tx: Tx, new: NewJob) -> dict[str, str]:
    """What is wrong with the job itself, by field; its customer and its address are looked at elsewhere."""
    wrong: dict[str, str] = {}
    if not new.items and not new.title.strip():
        wrong["items"] = "Choose at least one service."
    if new.priority not in (1, 2, 3):
        wrong["priority"] = "Priority is normal, high or urgent."
    if set(new.preferred) & set(new.excluded):
        wrong["preferred"] = "A provider is either preferred or excluded."
    try:
        _window(tx, new.promise)
    except Invalid as error:
        wrong |= error.fields
    return wrong | fields.problems(tx, "job", new.custom)


def _check(tx: Tx, new: NewJob, location: Location) -> list[tuple[CatalogItem, int]]:
    wrong = problems(tx, new)
    if location.customer_id != new.customer_id:
        wrong["location"] = "This address belongs to another customer."
    if wrong:
        raise Invalid(**wrong)
    return [(tx.get(CatalogItem, id), quantity) for id, quantity in new.items]


def _keep(tx: Tx, visit: Appointment, promise: Promise) -> None:
    window = _window(tx, promise)
    visit.window_kind, visit.earliest_on, visit.latest_on = promise.kind, promise.earliest_on, promise.latest_on
    visit.window_from_at, visit.window_to_at = (window.start, window.end) if window else (None, None)


def window_words(tx: Tx, visit: Appointment) -> str:
    """What was promised, for the log: "Mon Mar 2, morning 08:00–12:00", "any day from Mon Mar 2 until Fri Mar 6"."""
    start, end = visit.window_from_at, visit.window_to_at
    if start is None or end is None:
        ends = (("from", visit.earliest_on), ("until", visit.latest_on))
        return " ".join(["any day", *(f"{word} {on:%a %b} {on.day}" for word, on in ends if on)])
    here, there = start.astimezone(tx.zone), end.astimezone(tx.zone)
    at = f"{here + EXACT_SLACK:%H:%M}" if visit.window_kind == "exact" else f"{here:%H:%M}–{there:%H:%M}"
    return f"{here:%a %b} {here.day}, {WINDOW_WORDS.get(visit.window_kind, visit.window_kind)} {at}"


def _window(tx: Tx, promise: Promise) -> Span | None:
    """The promised window, None while no day is promised; refuses by the field what is no promise."""
    if promise.kind not in WINDOW_WORDS:
        raise Invalid(window_kind="Choose exact, two hours, morning, afternoon or all day.")
    if promise.at_min is not None and not 0 <= promise.at_min < 24 * 60:
        raise Invalid(window_at="A time of day lies between 00:00 and 23:59.")
    if promise.earliest_on and promise.latest_on and promise.latest_on < promise.earliest_on:
        raise Invalid(latest_on="The last day lies before the first.")
    if promise.on is None:
        return None
    return promised(promise.kind, promise.on, tx.zone, at_min=promise.at_min, hours=window_hours(tx))


def _window_facts(visit: Appointment) -> dict[str, Any]:
    start, end = visit.window_from_at, visit.window_to_at
    return {"kind": visit.window_kind, "from": start and start.isoformat(), "to": end and end.isoformat(),
            "earliest_on": visit.earliest_on and visit.earliest_on.isoformat(),
            "latest_on": visit.latest_on and visit.latest_on.isoformat()}  # fmt: skip

"""Confirming a held time: customer, location, job and visit in one transaction, looked at again at that very moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select

from fieldoffice.models.appointment import Appointment, Assignment
from fieldoffice.models.booking import BookingRequest
from fieldoffice.models.customer import Customer
from fieldoffice.models.errors import NotAllowed
from fieldoffice.models.job import Job
from fieldoffice.models.provider import Provider
from fieldoffice.models.staff import Right
from fieldoffice.models.states import AppointmentState, RequestState
from fieldoffice.office import Tx
from fieldoffice.services.availability import Span, blocking, why_not
from fieldoffice.services.booking import telling
from fieldoffice.services.booking.holds import CLOSED, RAN_OUT, TAKEN, Taken
from fieldoffice.services.booking.offer import Service, WantedVisit, chosen, wanted_visit
from fieldoffice.services.booking.people import Person, customer_for, location_for
from fieldoffice.services.booking.rules import booking_rules
from fieldoffice.services.booking.spots import DEPOT, Site
from fieldoffice.services.customers.duplicates import phone_key
from fieldoffice.services.dispatch.cards import placements
from fieldoffice.services.dispatch.diaries import diaries
from fieldoffice.services.dispatch.hands import finish, hold_still
from fieldoffice.services.jobs.editing import add_note
from fieldoffice.services.jobs.opening import NewJob, Promise, open_job
from fieldoffice.services.links import hash_of, make_link

LINK = "booking"
"""The purpose of the private link to a booked visit."""
KEPT = timedelta(days=2)
SOURCE = "online"


@dataclass(frozen=True, slots=True)
class Booked:
    """What the page says at the end, and the token of the private link."""

    number: str
    window: Span
    exact: bool
    work_s: int
    services: tuple[str, ...]
    token: str
    by_email: bool  # a confirmation goes to the e-mail address that was typed


def confirm(tx: Tx, secret: str, item_ids: Sequence[int], site: Site, person: Person, language: str,
            custom: Mapping[str, Any] | None = None) -> Booked:  # fmt: skip
    """Turn what `secret` holds into a booking. Taken where the hold ran out or does not fit what is booked any more.

    The same secret again gets the same booking: a form that was sent twice books once. `custom` are the company's own fields.
    """
    tx.require(Right.ONLINE)
    if again := _booked_before(tx, secret):
        return _answer(tx, *again, person)
    if not booking_rules(tx).open:
        raise NotAllowed(CLOSED)
    services = chosen(tx, item_ids)
    visit, provider_id = _held(tx, secret)
    if again := _booked_before(tx, secret):  # the same form, sent twice at once
        return _answer(tx, *again, person)
    _check(tx, visit, provider_id, wanted_visit(tx, item_ids, site.place))
    with tx.as_office():
        request = _write(tx, visit, services, site, person, language, custom or {})
    return _answer(tx, visit, request, person)


def _held(tx: Tx, secret: str) -> tuple[Appointment, int]:
    """The hold of this secret, with its provider and itself locked."""
    query = select(Appointment.id, Assignment.provider_id).join(Assignment, Assignment.appointment_id == Appointment.id)
    row = tx.session.execute(query.where(Appointment.hold_hash == hash_of(secret)).order_by(Appointment.id.desc())).first()
    if row is None:
        raise Taken(RAN_OUT, key="ran_out")
    hold_still(tx, [row[0]], [row[1]])
    visit = tx.session.get(Appointment, row[0])
    if visit is None or (visit.state == AppointmentState.HELD and (visit.held_until is None or visit.held_until <= tx.now)):
        raise Taken(RAN_OUT, key="ran_out")
    return visit, row[1]


def _check(tx: Tx, visit: Appointment, provider_id: int, wanted: WantedVisit) -> None:
    """The one rule once more, with what is true now; and the hold is for this place and these services."""
    if visit.state != AppointmentState.HELD or visit.starts_at is None:
        raise Taken(RAN_OUT, key="ran_out")
    place = None if visit.hold_lat is None or visit.hold_lon is None else (visit.hold_lat, visit.hold_lon)
    if visit.duration_s != wanted.duration_s or place != wanted.place:
        raise Taken(TAKEN, key="taken")
    if not tx.get(Provider, provider_id).active:
        raise Taken(TAKEN, key="taken")
    end = visit.starts_at + timedelta(seconds=visit.duration_s)
    diary = diaries(tx, [provider_id], (visit.starts_at, end))[provider_id]
    asked = WantedVisit(wanted.duration_s, wanted.skills, wanted.place, appointment_id=visit.id).wanted
    if blocking(why_not(diary, asked, visit.starts_at)):
        raise Taken(TAKEN, key="taken")


def _write(tx: Tx, visit: Appointment, services: Sequence[Service], site: Site, person: Person, language: str,
           custom: Mapping[str, Any]) -> BookingRequest:  # fmt: skip
    customer, new = customer_for(tx, person, language)
    if not customer.active:
        customer.active = True
        tx.event("customer.activated", customer, customer_id=customer.id, note="booked online")
    location_id, new_place = location_for(tx, customer, site)
    items = tuple((service.id, 1000) for service in services)
    opened = open_job(tx, NewJob(customer.id, location_id, items, Promise(), notes=person.notes, source=SOURCE, custom=dict(custom)))
    _schedule(tx, visit, opened.job_id, opened.appointment_id)
    request = _request(tx, visit, services, site, person, customer, location_id, language)
    if words := _differences(person, site, customer, new, new_place):
        add_note(tx, opened.job_id, words)
    _link(tx, visit, request, customer)
    return request


def _schedule(tx: Tx, visit: Appointment, job_id: int, waits_id: int) -> None:
    """The held time becomes the job's first visit, in place of the one that a new job brings along."""
    tx.session.flush()
    tx.session.execute(delete(Appointment).where(Appointment.id == waits_id))
    visit.job_id = job_id
    tx.session.flush()
    before = placements(tx, [visit.id])
    visit.become(AppointmentState.SCHEDULED)
    visit.held_until = visit.hold_lat = visit.hold_lon = None
    finish(tx, before, "visit.placed", note="booked online")


def _request(tx: Tx, visit: Appointment, services: Sequence[Service], site: Site, person: Person, customer: Customer,
             location_id: int, language: str) -> BookingRequest:  # fmt: skip
    """The row that stands in the inbox."""
    assert visit.starts_at is not None
    here = visit.starts_at.astimezone(tx.zone)
    row = BookingRequest(
        number=f"R{tx.number('request')}", kind="booking", customer_id=customer.id, location_id=location_id, item_id=services[0].id,
        state=RequestState.CONFIRMED.value, wished_on=[here.date().isoformat()], day_part="morning" if here.hour < 12 else "afternoon",
        address={"street": site.street, "city": site.city, "region": site.region, "postal_code": site.postal_code},
        notes=person.notes, language=language, answered_by=tx.actor.name, job_id=visit.job_id, appointment_id=visit.id,
        details={"services": [service.name for service in services], "work_s": sum(service.duration_s for service in services),
                 "name": person.name, "email": person.email, "phone": person.phone},
        created_at=tx.now, answered_at=tx.now)  # fmt: skip
    tx.add(row)
    tx.event("request.booked", row, job_id=visit.job_id, customer_id=customer.id, note=row.number)
    return row


def _differences(person: Person, site: Site, customer: Customer, new: bool, new_place: bool) -> str:
    """What the office should know: how the booking differs from the file, which stays as it is."""
    found: list[str] = []
    if not new:
        facts = (("name", person.name, customer.name), ("e-mail", person.email, customer.email), ("phone", person.phone, customer.phone))
        for words, said, kept in facts:
            same = said.casefold() == kept.strip().casefold() or (words == "phone" and phone_key(said) == phone_key(kept))
            if said and not same:
                found.append(f"{words} “{said}” (on file: {kept or 'none'})")
    words = [f"Booked online with another {', '.join(found)}. The file was not changed."] if found else []
    if new_place and not new:
        words.append(f"The address {site.line} is new for this customer.")
    if site.precision == DEPOT:
        words.append("Nobody knows yet where this address lies: the drive was counted from the office. Please place it on the map.")
    return " ".join(words)


def _link(tx: Tx, visit: Appointment, request: BookingRequest, customer: Customer) -> None:
    tx.session.flush()
    telling.confirmed(tx, visit, request, customer, new_link(tx, visit))


def new_link(tx: Tx, visit: Appointment) -> str:
    """A token of the private link to a visit; it ends with the visit."""
    assert visit.starts_at is not None
    ends = (visit.window_to_at or visit.starts_at) + timedelta(seconds=visit.duration_s) + KEPT
    job = tx.get(Job, visit.job_id)
    return make_link(tx, LINK, visit, customer_id=job.customer_id, days=max(1.0, (ends - tx.now) / timedelta(days=1)))


def _booked_before(tx: Tx, secret: str) -> tuple[Appointment, BookingRequest] | None:
    query = select(Appointment, BookingRequest).join(BookingRequest, BookingRequest.appointment_id == Appointment.id)
    row = tx.session.execute(query.where(Appointment.hold_hash == hash_of(secret))).first()
    return None if row is None else (row[0], row[1])


def _answer(tx: Tx, visit: Appointment, request: BookingRequest, person: Person) -> Booked:
    assert visit.starts_at is not None
    window = Span(visit.window_from_at or visit.starts_at, visit.window_to_at or visit.starts_at)
    job = tx.get(Job, visit.job_id)
    return Booked(job.number, window, visit.window_kind == "exact", request.details["work_s"], tuple(request.details["services"]),
                  new_link(tx, visit), bool(person.email))  # fmt: skip

"""From a free time to customer, job and visit, in one go and only once."""

from __future__ import annotations

from datetime import date

import icalendar
import pytest
from sqlalchemy import func, select

from fieldoffice.models.appointment import Appointment, Assignment
from fieldoffice.models.booking import BookingRequest
from fieldoffice.models.customer import Customer, Location
from fieldoffice.models.errors import Invalid
from fieldoffice.models.job import Job, Line, Note
from fieldoffice.models.message import OutboxMessage
from fieldoffice.models.states import AppointmentState
from fieldoffice.office import Tx
from fieldoffice.services import customers
from fieldoffice.services.backups import check_books
from fieldoffice.services.booking.holds import Taken
from fieldoffice.services.booking.people import checked_person
from fieldoffice.services.dispatch.moves import place, release_hold
from tests import make
from tests.conftest import Clock
from tests.make import at
from tests.services.booking.stage import STREET, Stage, alone


def count(stage: Stage, table: type) -> int:
    return stage.office.see(lambda tx: tx.session.scalar(select(func.count()).select_from(table)))


def one(stage: Stage, table: type, *where: object):  # type: ignore[no-untyped-def]
    def ask(tx: Tx):  # type: ignore[no-untyped-def]
        return tx.session.scalars(select(table).where(*where).order_by(table.id.desc())).first()

    return stage.office.see(ask)


@pytest.mark.requirement("0.3", "0.5")
def test_a_booking_of_two_services_makes_customer_place_job_and_visit(stage: Stage) -> None:
    items = (stage.made.repair, stage.check)
    booked = stage.book("s1", None, *items, notes="Ring twice")
    job, visit, customer = one(stage, Job), one(stage, Appointment), one(stage, Customer)
    lines = stage.office.see(lambda tx: [(line.name, line.duration_s) for line in tx.all(select(Line).order_by(Line.position))])
    assert lines == [("Leak repair", 3600), ("Inspection", 1800)]
    assert visit.duration_s == 3600 + 1800 + 600
    assert visit.state == AppointmentState.SCHEDULED
    assert (job.number, job.source, job.notes, job.title) == (booked.number, "online", "Ring twice", "Leak repair, Inspection")
    assert (customer.name, customer.email, customer.channel) == ("Nina New", "nina@example.com", "email")
    assert (visit.window_from_at, visit.window_to_at) == (booked.window.start, booked.window.end)
    assert visit.held_until is None
    assert count(stage, Appointment) == 1
    assert count(stage, Assignment) == 1
    assert check_books(stage.office.engine) == []


@pytest.mark.requirement("0.7")
def test_the_inbox_gets_a_row_that_leads_to_the_job(stage: Stage) -> None:
    before = stage.office.topics().get("booking_request", 0)
    booked = stage.book("s1")
    row = one(stage, BookingRequest)
    assert (row.kind, row.state) == ("booking", "confirmed")
    assert stage.office.see(lambda tx: tx.get(Job, row.job_id).number) == booked.number
    assert row.details["email"] == "nina@example.com"
    assert row.address["street"] == STREET["street"]
    assert stage.office.topics()["booking_request"] == before + 1


@pytest.mark.requirement("0.5")
def test_the_same_email_in_another_writing_is_the_same_customer(stage: Stage) -> None:
    stage.book("s1", None, email="nina@example.com")
    stage.book("s2", None, email=" Nina@Example.COM ", name="N. New")
    assert count(stage, Customer) == 2
    assert count(stage, Job) == 2
    assert count(stage, Location) == 2
    assert one(stage, Customer, Customer.email == "nina@example.com").name == "Nina New"
    note = one(stage, Note)
    assert "name “N. New” (on file: Nina New)" in note.text
    assert "The file was not changed." in note.text


@pytest.mark.parametrize("phone", ["(202) 555-0101", "+1 202 555 0101", "2025550101"])
def test_a_known_phone_is_the_known_customer_whose_file_stays(stage: Stage, phone: str) -> None:
    stage.book("s1", None, email="other@example.com", phone=phone, name="Somebody Else")
    assert count(stage, Customer) == 1
    carol = one(stage, Customer)
    assert (carol.name, carol.email, carol.phone) == ("Carol Customer", "carol@example.com", "+12025550101")
    assert count(stage, Location) == 2  # where she lives, and the address that was typed
    told = one(stage, OutboxMessage, OutboxMessage.kind == "booking_confirmed")
    assert told.recipient == "other@example.com"
    assert "Carol" not in str(told.content)
    assert "1 First" not in str(told.content)


def test_the_address_on_file_is_used_however_it_is_spelled(stage: Stage) -> None:
    site = {"street": "1 first st nw", "city": "Washington", "postal_code": "20001"}
    stage.hold("s1", stage.free(stage.made.repair, **site)[0].starts_at, **site)
    stage.confirm("s1", email="carol@example.com", name="Carol Customer", site=site)
    assert count(stage, Location) == 1
    assert one(stage, Job).location_id == stage.made.location


def test_who_was_merged_away_leads_to_whom_it_was_merged_into(stage: Stage) -> None:
    def merged(tx: Tx) -> int:
        old = customers.add_customer(tx, name="Old Nina", email="nina@example.com")
        row = tx.get(Customer, old)
        row.merged_into_id, row.active = stage.made.customer, False
        return old

    stage.office.do(merged)
    stage.book("s1")
    assert one(stage, Job).customer_id == stage.made.customer


def test_a_form_that_is_sent_twice_books_once(stage: Stage) -> None:
    first = stage.book("s1")
    again = stage.confirm("s1")
    assert again.number == first.number
    assert count(stage, Job) == 1
    assert one(stage, OutboxMessage, OutboxMessage.kind == "booking_confirmed") is not None
    assert stage.office.see(lambda tx: tx.session.scalar(
        select(func.count()).where(OutboxMessage.kind == "booking_confirmed"))) == 1  # fmt: skip


@pytest.mark.requirement("0.20")
def test_the_confirmation_carries_a_calendar_file_and_the_private_link(stage: Stage) -> None:
    booked = stage.book("s1")
    told = one(stage, OutboxMessage, OutboxMessage.kind == "booking_confirmed")
    assert "/visit/" in told.content["text"]
    assert booked.number in told.content["text"]
    calendar = icalendar.Calendar.from_ical(told.content["ics"])
    event = calendar.walk("VEVENT")[0]
    visit = one(stage, Appointment)
    assert event["dtstart"].dt == visit.window_from_at
    assert str(event["uid"]).startswith(visit.public_id)
    assert (int(event["sequence"]), str(event["status"]), str(calendar["method"])) == (0, "CONFIRMED", "PUBLISH")
    assert str(event["location"]).startswith(STREET["street"])


def test_a_hold_that_ran_out_is_not_confirmed(stage: Stage, clock: Clock) -> None:
    stage.hold("s1", stage.free()[0].starts_at)
    clock.forward(minutes=10)
    with pytest.raises(Taken, match="was held for a while"):
        stage.confirm("s1")
    assert count(stage, Job) == 0
    assert count(stage, Customer) == 1


def test_at_the_moment_of_expiry_whoever_comes_gets_the_time_with_nobody_at_work(stage: Stage, clock: Clock) -> None:
    alone(stage.office, stage.made.ana)
    moment = stage.free(days=9)[-1].starts_at
    stage.hold("s1", moment)
    with pytest.raises(Taken):
        stage.hold("s2", moment)
    clock.forward(minutes=10)
    assert moment in {slot.starts_at for slot in stage.free(days=9)}
    stage.hold("s2", moment)
    assert count(stage, Appointment) == 1
    with pytest.raises(Taken):
        stage.confirm("s1")
    assert stage.confirm("s2").number


def test_a_dispatcher_takes_the_time_of_a_hold_that_ran_out(stage: Stage, clock: Clock) -> None:
    stage.hold("s1", at(9, on=date(2026, 3, 3)))
    job = make.job(stage.office, stage.made, on=date(2026, 3, 3))
    clock.forward(minutes=10)
    held_by = one(stage, Assignment).provider_id
    stage.office.do(place, job.appointment_id, version=1, provider_ids=(held_by,), starts_at=at(9, on=date(2026, 3, 3)))
    assert count(stage, Appointment) == 1


def test_the_background_work_deletes_what_ran_out_and_leaves_what_was_booked(stage: Stage, clock: Clock) -> None:
    first, second = (stage.hold(s, stage.free()[n].starts_at).appointment_id for n, s in enumerate(("s1", "s2")))
    stage.confirm("s2")
    clock.forward(minutes=10)
    for id in (first, second, second + 1000):
        stage.office.do(release_hold, id)
    assert stage.office.see(lambda tx: tx.all(select(Appointment.id))) == [second]


def test_a_later_choice_replaces_the_first(stage: Stage) -> None:
    early, late = (stage.free()[n].starts_at for n in (0, 5))
    stage.hold("s1", early)
    stage.hold("s1", late)
    assert [a.starts_at for a in stage.office.see(lambda tx: tx.all(select(Appointment)))] == [late]
    stage.hold("s1", late)  # the same again
    assert count(stage, Appointment) == 1


def test_other_services_or_another_place_than_held_are_not_booked(stage: Stage) -> None:
    stage.hold("s1", stage.free()[0].starts_at)
    with pytest.raises(Taken):
        stage.confirm("s1", stage.made.repair, stage.check)
    with pytest.raises(Taken):
        stage.confirm("s1", site={"street": "1 Far Road", "postal_code": "90210"})
    assert stage.confirm("s1").number


def test_somebody_who_fell_ill_meanwhile_is_not_booked(stage: Stage) -> None:
    from fieldoffice.services import providers

    held = stage.hold("s1", stage.free()[0].starts_at)
    start = held.slot.starts_at
    stage.office.do(providers.add_absence, held.slot.provider_id, start, held.slot.window.end, "ill")
    with pytest.raises(Taken):
        stage.confirm("s1")


@pytest.mark.requirement("0.2")
@pytest.mark.parametrize(("field", "given"), [
    ("name", {"name": " ", "email": "a@example.com"}), ("email", {"name": "A", "email": "a@b"}), ("email", {"name": "A"}),
    ("phone", {"name": "A", "phone": "12"}), ("email", {"name": "A", "email": "no address", "phone": "2025550133"}),
    ("notes", {"name": "A", "email": "a@example.com", "notes": "x" * 2001}),
])  # fmt: skip
def test_what_cannot_be_right_is_named_by_its_field(field: str, given: dict[str, str]) -> None:
    with pytest.raises(Invalid) as told:
        checked_person(**({"name": "", "email": "", "phone": "", "notes": "", "country": "US"} | given))
    assert list(told.value.fields) == [field]


@pytest.mark.requirement("0.2")
def test_an_email_or_a_phone_is_enough_and_both_are_normalized(stage: Stage) -> None:
    person = checked_person(name="  Ann   Other ", email="", phone="(202) 555-0133", notes="", country="US")
    assert (person.name, person.email, person.phone) == ("Ann Other", "", "+12025550133")
    assert checked_person(name="A", email=" A.B@Example.COM", phone="", notes="", country="US").email == "a.b@example.com"
    stage.hold("s1", stage.free()[0].starts_at)
    stage.confirm("s1", email="", phone="2025550133")
    assert one(stage, Customer).channel == "sms"

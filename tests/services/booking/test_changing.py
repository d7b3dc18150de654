"""What the private link lets a customer do, until when, and what both sides are told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import icalendar
import pytest
from sqlalchemy import func, select

from fieldoffice.models.appointment import Appointment, Assignment
from fieldoffice.models.booking import BookingRequest
from fieldoffice.models.errors import NotAllowed, NotFound, Stale
from fieldoffice.models.job import Job
from fieldoffice.models.message import OutboxMessage
from fieldoffice.models.states import AppointmentState
from fieldoffice.office import Tx
from fieldoffice.services import company
from fieldoffice.services.booking.changing import (
    BY_CUSTOMER,
    Visit,
    booked_visit,
    calendar_of,
    cancel_visit,
    move_visit,
    other_times,
)
from fieldoffice.services.booking.holds import Taken
from fieldoffice.services.dispatch import moves, progress
from fieldoffice.services.jobs.editing import cancel_job
from fieldoffice.services.links import LinkRow, find_link
from tests.conftest import Clock
from tests.services.booking.stage import Stage


@pytest.fixture
def booked(stage: Stage) -> str:
    """The token of a visit that is booked for the fourth day."""
    return stage.book("s1", stage.free(days=4)[-1].starts_at).token


def link(stage: Stage, token: str) -> LinkRow:
    return stage.door.see(find_link, token, "booking")


def seen(stage: Stage, token: str) -> Visit:
    return stage.door.see(booked_visit, link(stage, token))


def visit_of(stage: Stage) -> Appointment:
    return stage.office.see(lambda tx: tx.session.scalars(select(Appointment).order_by(Appointment.id)).first())  # type: ignore[return-value]


def others(stage: Stage, token: str) -> Iterator[datetime]:
    return (slot.starts_at for day in stage.door.see(other_times, link(stage, token)) for slot in day.slots)


def move(stage: Stage, token: str, to: datetime) -> None:
    stage.door.do(move_visit, link(stage, token), to, version=seen(stage, token).version)


def messages(stage: Stage, kind: str) -> list[OutboxMessage]:
    return stage.office.see(lambda tx: tx.all(select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id)))


def event_in(message: OutboxMessage) -> tuple[icalendar.Calendar, icalendar.Event]:
    calendar = icalendar.Calendar.from_ical(message.content["ics"])
    return calendar, calendar.walk("VEVENT")[0]


@pytest.mark.requirement("0.20")
def test_the_link_moves_the_visit_and_the_calendar_file_follows(stage: Stage, booked: str) -> None:
    before = visit_of(stage)
    to = next(moment for moment in others(stage, booked) if moment.date() != before.starts_at.date())  # type: ignore[union-attr]
    move(stage, booked, to)
    after = visit_of(stage)
    assert (after.starts_at, after.window_from_at, after.ical_sequence) == (to, to, before.ical_sequence + 1)
    (first,), (second,) = messages(stage, "booking_confirmed"), messages(stage, "booking_moved")
    (_, old), (calendar, new) = event_in(first), event_in(second)
    assert old["uid"] == new["uid"]
    assert int(new["sequence"]) == int(old["sequence"]) + 1
    assert new["dtstart"].dt == to
    assert str(calendar["method"]) == "PUBLISH"
    assert "moved the visit" in str(messages(stage, "booking_changed_office")[0].content)
    move(stage, booked, to)  # the same again
    assert len(messages(stage, "booking_moved")) == 1


def test_the_same_provider_comes_first(stage: Stage, booked: str) -> None:
    mine = stage.office.see(lambda tx: tx.session.scalars(select(Assignment.provider_id)).one())
    days = stage.door.see(other_times, link(stage, booked))
    assert {slot.provider_id for day in days[:3] for slot in day.slots} == {mine}


@pytest.mark.requirement("0.20")
def test_the_link_cancels_the_visit_and_ends(stage: Stage, booked: str) -> None:
    stage.door.do(cancel_visit, link(stage, booked))
    job = stage.office.see(lambda tx: tx.session.scalars(select(Job)).one())
    assert visit_of(stage).state == AppointmentState.CANCELLED
    assert job.cancel_reason == BY_CUSTOMER
    calendar, event = event_in(messages(stage, "booking_canceled")[0])
    assert (str(calendar["method"]), str(event["status"]), int(event["sequence"])) == ("CANCEL", "CANCELLED", 1)
    assert event["uid"] == event_in(messages(stage, "booking_confirmed")[0])[1]["uid"]
    assert stage.office.see(lambda tx: tx.session.scalar(select(func.count()).where(Assignment.active))) == 0
    with pytest.raises(NotFound):
        link(stage, booked)
    assert "canceled the visit" in str(messages(stage, "booking_changed_office")[0].content)


def test_after_the_deadline_it_is_seen_but_not_changed(stage: Stage, booked: str, clock: Clock) -> None:
    start = visit_of(stage).starts_at
    assert start is not None
    clock.at = start.replace(tzinfo=clock.at.tzinfo)
    clock.forward(hours=-24)
    assert seen(stage, booked).may_move
    assert seen(stage, booked).may_cancel
    clock.forward(minutes=1)
    visit = seen(stage, booked)
    assert not visit.may_move
    assert not visit.may_cancel
    assert visit.window is not None
    for change in (lambda: stage.door.see(other_times, link(stage, booked)), lambda: stage.door.do(cancel_visit, link(stage, booked)),
                   lambda: stage.door.do(move_visit, link(stage, booked), clock.at, version=visit.version)):  # fmt: skip
        with pytest.raises(NotAllowed, match="Please call us"):
            change()
    stage.office.do(company.set_setting, "booking.cancel_h", 2)
    assert seen(stage, booked).may_cancel
    assert not seen(stage, booked).may_move


def test_a_time_that_was_just_taken_is_not_moved_to(stage: Stage, booked: str) -> None:
    from tests.services.booking.stage import alone

    mine = stage.office.see(lambda tx: tx.session.scalars(select(Assignment.provider_id)).one())
    alone(stage.office, mine)
    to = next(moment for moment in others(stage, booked) if moment.date() != visit_of(stage).starts_at.date())  # type: ignore[union-attr]
    stage.hold("s2", to)
    with pytest.raises(Taken):
        move(stage, booked, to)
    assert visit_of(stage).ical_sequence == 0
    assert messages(stage, "booking_moved") == []


def test_what_the_office_changed_meanwhile_is_not_overwritten(stage: Stage, booked: str) -> None:
    old, to = seen(stage, booked), next(others(stage, booked))
    visit = visit_of(stage)
    stage.office.do(moves.unassign, ((visit.id, visit.version),))
    assert seen(stage, booked).window is None
    assert not seen(stage, booked).may_move
    assert seen(stage, booked).may_cancel
    with pytest.raises((Stale, NotAllowed)):
        stage.door.do(move_visit, link(stage, booked), to, version=old.version)


@pytest.mark.parametrize("deed", ["lock", "begin"])
def test_a_visit_that_is_pinned_or_has_begun_is_the_office_s(stage: Stage, booked: str, deed: str) -> None:
    visit = visit_of(stage)
    if deed == "lock":
        stage.office.do(moves.lock, ((visit.id, visit.version),), True)
    else:
        stage.office.do(progress.move_on, visit.id, version=visit.version, to=AppointmentState.EN_ROUTE)
    assert (seen(stage, booked).may_move, seen(stage, booked).may_cancel) == (False, False)


def test_the_link_dies_with_the_visit(stage: Stage, booked: str, clock: Clock) -> None:
    row, job = link(stage, booked), stage.office.see(lambda tx: tx.session.scalars(select(Job)).one())
    other = stage.book("s2", stage.free(days=6)[-1].starts_at, email="other@example.com").token
    stage.office.do(cancel_job, job.id, version=job.version, reason="by phone")
    for ask in (booked_visit, other_times):
        with pytest.raises(NotFound):
            stage.door.see(ask, row)
    assert seen(stage, other).window is not None
    clock.forward(days=30)
    with pytest.raises(NotFound):
        link(stage, other)


def test_a_link_about_another_visit_leads_nowhere_else(stage: Stage, booked: str) -> None:
    row = link(stage, booked)
    strange = LinkRow(row.id, row.purpose, "job", row.entity_id, row.customer_id, None, row.expires_at)
    with pytest.raises(NotFound):
        stage.door.see(booked_visit, strange)

    def without_request(tx: Tx) -> None:
        tx.session.delete(tx.session.scalars(select(BookingRequest)).one())

    stage.office.do(lambda tx: [tx.session.delete(m) for m in tx.all(select(OutboxMessage))])
    stage.office.do(without_request)
    with pytest.raises(NotFound):
        stage.door.see(booked_visit, row)


def test_the_calendar_file_is_there_as_the_visit_stands_now(stage: Stage, booked: str) -> None:
    file = stage.door.see(calendar_of, link(stage, booked), booked)
    event = icalendar.Calendar.from_ical(file).walk("VEVENT")[0]
    visit = visit_of(stage)
    assert event["dtstart"].dt == visit.window_from_at
    assert booked in str(event["url"])
    assert (event["dtend"].dt - event["dtstart"].dt).total_seconds() == 2 * 3600 + visit.duration_s

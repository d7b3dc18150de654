"""The visits of a customer: past, upcoming, and by day; the calendar counts what the list counts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from fieldoffice.models.states import OPEN_STATES
from fieldoffice.models.states import AppointmentState as S
from fieldoffice.office import Office
from fieldoffice.services.customers.bookings import booked_days, booked_month, bookings, month_span
from fieldoffice.services.dispatch import moves, progress
from fieldoffice.services.jobs.editing import cancel_job
from tests import make


def booked(office: Office) -> make.Made:
    """Today done, today planned, Thursday planned, in three weeks planned, one waits, one canceled; and one of somebody else."""
    made = make.small(office)
    plan = ((9, 0, True), (13, 0, False), (10, 3, False), (10, 21, False))
    for hour, days, done in plan:
        on = make.TODAY + timedelta(days=days)
        job = make.job(office, made, on=on)
        card = office.do(
            moves.place, job.appointment_id, version=1, provider_ids=(made.ana,), starts_at=make.at(hour, on=on)
        ).cards[0]
        for to in (S.EN_ROUTE, S.ARRIVED, S.WORKING, S.COMPLETED) if done else ():
            card = office.do(progress.move_on, card.id, version=card.version, to=to).cards[0]
    make.job(office, made, on=None)
    gone = make.job(office, made)
    office.do(cancel_job, gone.job_id, version=1, reason="moved away")
    other, place = make.customer(office, "Dora", 3)
    make.job(office, make.Made(made.owner, made.ana, made.bo, made.plumbing, made.repair, other, place))
    return made


@pytest.mark.requirement("4.2")
def test_upcoming_and_past_visits_of_one_customer(office: Office) -> None:
    made = booked(office)
    coming = office.see(bookings, made.customer)
    assert (coming.total, coming.unplanned) == (4, 1)
    assert [card.starts_at for card in coming.rows] == [
        make.at(13),
        make.at(10, on=date(2026, 3, 5)),
        make.at(10, on=date(2026, 3, 23)),
        None,
    ]
    past = office.see(bookings, made.customer, "past")
    assert [card.state for card in past.rows] == [S.COMPLETED, S.CANCELLED]
    assert office.see(bookings, made.customer, "all").total == 6
    page = office.see(bookings, made.customer, offset=1, limit=2)
    assert (page.total, page.rows) == (4, coming.rows[1:3])


@pytest.mark.requirement("4.4")
def test_the_calendar_counts_what_the_list_counts(office: Office) -> None:
    made = booked(office)
    listed = office.see(bookings, made.customer)
    shown, month = list[int](), date(2026, 3, 1)
    for _ in range(3):
        first_on, days = month_span(month)
        found = office.see(booked_month, made.customer, first_on, days)
        assert (found.upcoming, found.unplanned) == (listed.total, listed.unplanned)
        shown += [
            c.id for on, cards in found.days.items() if on.month == month.month for c in cards if c.state in OPEN_STATES
        ]
        month = (month + timedelta(days=32)).replace(day=1)
    assert len(shown) + listed.unplanned == listed.total
    assert sorted(shown) == sorted(card.id for card in listed.rows if card.starts_at)
    weeks = [office.see(booked_days, made.customer, make.TODAY + timedelta(days=7 * n), 7) for n in range(4)]
    assert sum(c.state in OPEN_STATES for week in weeks for cards in week.values() for c in cards) == len(shown)


@pytest.mark.parametrize(
    ("on", "first", "days"),
    [(date(2026, 3, 17), date(2026, 2, 23), 42), (date(2026, 2, 1), date(2026, 1, 26), 35), (date(2021, 2, 9), date(2021, 2, 1), 28)],
)  # fmt: skip
def test_a_month_is_shown_in_whole_weeks(on: date, first: date, days: int) -> None:
    assert month_span(on) == (first, days)
    assert first.weekday() == 0


def test_a_visit_belongs_to_its_civil_day(office: Office) -> None:
    """23:30 in Washington is the next day in UTC."""
    made = make.small(office)
    job = make.job(office, made, on=make.TODAY)
    office.do(
        moves.place, job.appointment_id, version=1, provider_ids=(made.ana,), starts_at=make.at(23, 30), override="late"
    )
    assert list(office.see(booked_days, made.customer, make.TODAY, 1)) == [make.TODAY]
    assert office.see(booked_days, made.customer, make.TODAY + timedelta(days=1), 1) == {}

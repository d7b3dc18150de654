"""The visits of a customer: past, upcoming, and by day; the calendar counts what the list counts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from fieldoffice.models.company import Company
from fieldoffice.models.states import OPEN_STATES
from fieldoffice.models.states import AppointmentState as S
from fieldoffice.office import Office, Tx
from fieldoffice.services.calendars.month import month
from fieldoffice.services.calendars.rows import Entry, Whose
from fieldoffice.services.calendars.week import day, week
from fieldoffice.services.customers.bookings import bookings
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
    listed, mine = office.see(bookings, made.customer), Whose(customer_id=made.customer)
    shown, free, on = list[Entry](), 0, date(2026, 3, 1)
    for _ in range(3):
        for found in office.see(month, on, mine).days:
            assert found.total == len(found.entries) == len(office.see(day, found.on, mine))
            if found.on.month == on.month:
                shown += [e for e in found.entries if e.state in OPEN_STATES]
                free += found.to_assign
        on = (on + timedelta(days=32)).replace(day=1)
    assert len(shown) + listed.unplanned == listed.total
    assert sorted(e.id for e in shown) == sorted(card.id for card in listed.rows if card.starts_at)
    weeks = [office.see(week, make.TODAY + timedelta(days=7 * n), mine) for n in range(4)]
    assert sum(e.state in OPEN_STATES for one in weeks for e in one.entries) == len(shown)
    assert (free, sum(d.to_assign for d in office.see(month).days)) == (0, 1)  # one promised visit of somebody else waits


def test_a_customers_calendar_names_the_service_and_nobody_elses_visits(office: Office) -> None:
    made = booked(office)
    other, place = make.customer(office, "Erik", 7)
    theirs = make.job(office, make.Made(made.owner, made.ana, made.bo, made.plumbing, made.repair, other, place), on=make.TODAY)
    office.do(moves.place, theirs.appointment_id, version=1, provider_ids=(made.bo,), starts_at=make.at(9))
    mine, all_ = (office.see(month, make.TODAY, Whose(customer_id=id)) for id in (made.customer, None))
    today, everybodys = (next(d for d in found.days if d.on == make.TODAY) for found in (mine, all_))
    assert ([e.customer for e in today.entries], everybodys.total) == (["Carol Customer", "Carol Customer"], 3)
    assert [e.line for e in today.entries] == [e.service for e in today.entries]
    assert "Erik" in [e.line for e in everybodys.entries]


def test_a_calendars_weeks_begin_on_the_companys_first_weekday(office: Office) -> None:
    made = booked(office)
    mine = Whose(customer_id=made.customer)

    def begins(tx: Tx, weekday: int) -> None:
        tx.all(select(Company))[0].first_weekday = weekday

    for weekday in (0, 6):
        office.do(begins, weekday)
        assert {office.see(ask, make.TODAY, mine).days[0].on.weekday() for ask in (month, week)} == {weekday}


def test_a_visit_belongs_to_its_civil_day(office: Office) -> None:
    """23:30 in Washington is the next day in UTC."""
    made = make.small(office)
    job = make.job(office, made, on=make.TODAY)
    office.do(
        moves.place, job.appointment_id, version=1, provider_ids=(made.ana,), starts_at=make.at(23, 30), override="late"
    )
    mine = Whose(customer_id=made.customer)
    assert [len(office.see(day, make.TODAY + timedelta(days=n), mine)) for n in (0, 1)] == [1, 0]

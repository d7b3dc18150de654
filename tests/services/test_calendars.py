"""Months, weeks and days of the calendar: what they count is what the board shows, and they stay cheap."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from fieldoffice.models.appointment import Appointment, Assignment
from fieldoffice.models.company import Company, Holiday
from fieldoffice.models.errors import NotAllowed
from fieldoffice.models.provider import Absence
from fieldoffice.models.states import AppointmentState as S
from fieldoffice.office import Office, Tx
from fieldoffice.services import company
from fieldoffice.services.calendars.month import SHOWN, month
from fieldoffice.services.calendars.rows import Entry, Month, Whose, grid, later_month, month_of, moved
from fieldoffice.services.calendars.week import EACH_HOUR, day, people, week
from fieldoffice.services.dispatch import moves, progress
from fieldoffice.services.dispatch.board import board
from tests import make
from tests.make import TODAY, at


@pytest.fixture
def made(office: Office) -> make.Made:
    return make.small(office)


def placed(office: Office, made: make.Made, who: int, when: datetime) -> Any:
    """A planned visit on that day, booked whatever stands against it."""
    job = make.job(office, made, on=when.date())
    office.do(moves.place, job.appointment_id, version=1, provider_ids=(who,), starts_at=when, override="a test")
    return job


def shown(found: Month, on: date) -> Any:
    return next(d for d in found.days if d.on == on)


# the grid


@pytest.mark.parametrize(
    ("month_", "first_weekday", "start", "count"),
    [
        (date(2026, 3, 1), 0, date(2026, 2, 23), 42),
        (date(2026, 3, 1), 6, date(2026, 3, 1), 35),
        (date(2026, 2, 1), 6, date(2026, 2, 1), 28),
        (date(2026, 2, 1), 0, date(2026, 1, 26), 35),
        (date(2026, 8, 1), 6, date(2026, 7, 26), 42),
    ],
)
def test_whole_weeks_from_the_companys_first_weekday_cover_a_month(month_: date, first_weekday: int, start: date, count: int) -> None:
    found, days = grid(month_, first_weekday)
    assert (found, days) == (start, count)
    assert found <= month_
    assert found + timedelta(days=days) >= later_month(month_, 1)


def test_months_go_over_the_year() -> None:
    assert [later_month(date(2026, 12, 1), n) for n in (-12, -1, 0, 1, 13)] == [
        date(2025, 12, 1), date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1), date(2028, 1, 1)]  # fmt: skip


# a month


def test_a_month_counts_what_the_board_shows_on_each_day(office: Office, made: make.Made) -> None:
    for hour in (8, 9, 10):
        placed(office, made, made.ana, at(hour))
    late = placed(office, made, made.bo, at(23, 30))  # still today by the office's clock, tomorrow in UTC
    placed(office, made, made.bo, at(0, 15, date(2026, 3, 3)))
    make.job(office, made, on=date(2026, 3, 3))
    office.do(progress.move_on, late.appointment_id, version=2, to=S.NOT_DONE, reason="Nobody at home")
    found = office.see(month)
    assert (found.first_on, found.today, found.weeks, found.days[0].on) == (date(2026, 3, 1), TODAY, 5, date(2026, 3, 1))
    for on in (TODAY, date(2026, 3, 3), date(2026, 3, 4)):
        on_board = office.see(board, on).cards
        assert shown(found, on).total == len(on_board)
        assert [e.id for e in shown(found, on).entries] == [c.id for c in on_board]
    assert shown(found, TODAY).counts == {S.SCHEDULED: 3, S.NOT_DONE: 1}
    assert [shown(found, on).to_assign for on in (TODAY, date(2026, 3, 3))] == [0, 1]


def test_waiting_and_canceled_visits_are_not_shown(office: Office, made: make.Made) -> None:
    job = placed(office, made, made.ana, at(9))
    office.do(progress.move_on, job.appointment_id, version=2, to=S.CANCELLED, reason="No longer needed")
    make.job(office, made)
    found = shown(office.see(month), TODAY)
    assert (found.total, found.entries, found.to_assign) == (0, (), 1)


def test_only_the_first_few_of_a_day_are_fetched_and_the_others_counted(office: Office, made: make.Made) -> None:
    for n in range(SHOWN + 3):
        placed(office, made, made.ana, at(20) - timedelta(hours=n))
    found = shown(office.see(month), TODAY)
    assert (found.total, len(found.entries)) == (SHOWN + 3, SHOWN)
    assert [e.starts_at for e in found.entries] == sorted(e.starts_at for e in found.entries)
    assert found.entries[0].starts_at == at(20 - SHOWN - 2)


def test_an_entry_says_what_a_dispatcher_looks_for(office: Office, made: make.Made) -> None:
    job = make.job(office, made)
    office.do(moves.place, job.appointment_id, version=1, provider_ids=(made.bo, made.ana), starts_at=at(9))
    office.do(moves.lock, [(job.appointment_id, 2)], True)
    card, entry = make.card(office, job.appointment_id), shown(office.see(month), TODAY).entries[0]
    assert (entry.id, entry.version, entry.job_id, entry.customer) == (card.id, card.version, card.job_id, card.customer)
    assert (entry.provider_ids, entry.providers, entry.locked) == ((made.bo, made.ana), ("Bo", "Ana"), True)
    assert (entry.service, entry.street, entry.ends_at) == ("Leak repair", "1 First Street NW", at(10))


def test_one_providers_month_holds_that_providers_visits(office: Office, made: make.Made) -> None:
    mine, other = placed(office, made, made.ana, at(9)), placed(office, made, made.bo, at(9))
    both = make.job(office, made)
    office.do(moves.place, both.appointment_id, version=1, provider_ids=(made.bo, made.ana), starts_at=at(13), override="team")
    found = shown(office.see(month, TODAY, Whose(made.ana)), TODAY)
    assert [e.id for e in found.entries] == [mine.appointment_id, both.appointment_id]
    assert other.appointment_id not in [e.id for e in found.entries]
    assert (found.total, found.to_assign) == (2, 0)


def test_holidays_absences_and_days_off_are_told(office: Office, made: make.Made) -> None:
    def more(tx: Tx) -> None:
        tx.add(Holiday(on_date=date(2026, 3, 17), name="Founders' Day"))
        for who, why in ((made.ana, "Vacation"), (made.bo, "Course")):
            tx.add(Absence(provider_id=who, starts_at=at(8, on=date(2026, 3, 10)), ends_at=at(17, on=date(2026, 3, 11)), reason=why))

    office.do(more)
    all_, ana = office.see(month), office.see(month, None, Whose(made.ana))
    assert shown(all_, date(2026, 3, 17)).holiday == "Founders' Day"
    assert [shown(all_, date(2026, 3, d)).away for d in (9, 10, 11, 12)] == [(), ("Ana", "Bo"), ("Ana", "Bo"), ()]
    assert shown(ana, date(2026, 3, 10)).away == ("Vacation",)
    closed = [d.on.day for d in all_.days if d.closed and d.on.month == 3]
    assert closed == [1, 7, 8, 14, 15, 17, 21, 22, 28, 29]  # they work on weekdays
    assert [d.on.day for d in ana.days if d.closed and d.on.month == 3] == closed


def test_the_week_starts_on_the_companys_first_weekday(office: Office, made: make.Made) -> None:
    def monday(tx: Tx) -> None:
        tx.get(Company, 1).first_weekday = 0

    assert office.see(week).days[0].on == date(2026, 3, 1)
    office.do(monday)
    assert (office.see(week).days[0].on, office.see(month).days[0].on) == (date(2026, 3, 2), date(2026, 2, 23))


# a week and a day


def test_a_week_holds_the_first_few_of_each_hour_and_counts_the_rest(office: Office, made: make.Made) -> None:
    for n in range(EACH_HOUR + 2):
        placed(office, made, made.ana, at(9, 5 * n))
    placed(office, made, made.bo, at(13))
    found = office.see(week)
    assert [(h.starts_at, len(h.entries), h.total) for h in found.hours] == [(at(9), EACH_HOUR, EACH_HOUR + 2), (at(13), 1, 1)]
    assert sum(h.total for h in found.hours) == sum(d.total for d in found.days) == len(office.see(board, TODAY).cards)
    mine = office.see(week, TODAY, Whose(made.ana))
    assert (len(mine.entries), mine.shifts[0].start, len(mine.shifts)) == (EACH_HOUR + 2, at(8), 5)


def test_a_day_of_spring_and_a_day_of_autumn_hold_their_visits_once(office: Office, made: make.Made) -> None:
    """On March 8 the hour from two is skipped, on November 1 the hour from one comes twice."""
    spring, autumn = date(2026, 3, 8), date(2026, 11, 1)
    for on in (spring, autumn):
        for hour in (0, 1, 3, 23):
            placed(office, made, made.ana, at(hour, 30, on))
    again = at(1, 30, autumn).replace(fold=1)
    placed(office, made, made.bo, again)
    for on, count in ((spring, 4), (autumn, 5)):
        found = office.see(week, on)
        assert next(d.total for d in found.days if d.on == on) == count == len(found.entries) == len(office.see(day, on))
        assert len({e.id for e in found.entries}) == count


def test_a_day_lists_all_by_time_and_people_stand_as_on_the_board(office: Office, made: make.Made) -> None:
    for hour in (15, 8, 11):
        placed(office, made, made.bo, at(hour))
    placed(office, made, made.ana, at(9))
    assert [e.starts_at for e in office.see(day, TODAY)] == [at(8), at(9), at(11), at(15)]
    assert [e.starts_at for e in office.see(day, TODAY, Whose(made.bo))] == [at(8), at(11), at(15)]
    assert [p.name for p in office.see(people)] == [row.name for row in office.see(board, TODAY).providers]


# what they cost, and who may


def test_a_month_and_a_week_ask_the_same_number_of_queries_for_one_visit_and_for_many(office: Office, made: make.Made) -> None:
    asked: list[str] = []
    event.listen(office.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))

    def cost(*ask: Any) -> int:
        asked.clear()
        office.see(*ask)
        return len(asked)

    asks = [(month,), (month, TODAY, Whose(made.ana)), (week,), (week, TODAY, Whose(made.ana)), (day, TODAY)]
    placed(office, made, made.ana, at(9))
    before = [cost(*ask) for ask in asks]
    for n in range(4):
        placed(office, made, made.ana, at(10 + n, on=TODAY + timedelta(days=n)))
    assert [cost(*ask) for ask in asks] == before


def test_who_may_not_look_is_refused(office: Office, made: make.Made) -> None:
    nobody = office.do(company.add_user, login="field", name="Fay", roles=())
    seat = office.seat(nobody.id)
    for ask in ((month,), (week,), (day, TODAY), (people,)):
        with pytest.raises(NotAllowed):
            seat.see(*ask)


# months of entries at hand


def entry(id: int, when: datetime) -> Entry:
    return Entry(id, 1, 7, "Carol", "Leak repair", "1 First Street NW", S.SCHEDULED, when, 3600, (1,), ("Ana",))


def test_a_month_is_made_of_entries_at_hand() -> None:
    given = [entry(2, at(13)), entry(1, at(9)), entry(3, at(9, on=date(2026, 4, 20)))]
    found = month_of(given, on=TODAY, zone="America/New_York", first_weekday=6, now=at(7))
    assert [(d.on.day, [e.id for e in d.entries], d.total) for d in found.days if d.total] == [(2, [1, 2], 2)]


def test_a_moved_visit_is_on_its_new_day_only() -> None:
    found = month_of([entry(1, at(9)), entry(2, at(13))], on=TODAY, zone="America/New_York", first_weekday=6, now=at(7))
    later = moved(found.days, found.days[1].entries[0], at(9, on=date(2026, 3, 5)), make.ZONE)
    assert [(d.on.day, [e.id for e in d.entries], d.total) for d in later if d.total] == [(2, [2], 1), (5, [1], 1)]
    gone = moved(found.days, found.days[1].entries[0], at(9, on=date(2026, 5, 5)), make.ZONE)
    assert [(d.on.day, d.total) for d in gone if d.total] == [(2, 1)]


def test_a_time_that_a_stranger_holds_is_nobodys_visit_yet(office: Office, made: make.Made) -> None:
    placed(office, made, made.ana, at(9))

    def held(tx: Tx) -> None:
        hold = tx.add(Appointment(state=S.HELD, starts_at=at(11), duration_s=3600, hold_hash="0" * 64, created_at=tx.now))
        tx.session.flush()
        tx.add(Assignment(appointment_id=hold.id, provider_id=made.ana, starts_at=at(11), ends_at=at(12), active=True))

    office.do(held)
    for whose in (Whose(), Whose(made.ana)):
        assert [d.total for d in office.see(month, TODAY, whose).days if d.total] == [1]
        assert [e.starts_at for e in office.see(week, TODAY, whose).entries] == [at(9)]
        assert [e.starts_at for e in office.see(day, TODAY, whose)] == [at(9)]

"""Free times: exactly those that the one rule allows, in the promised order, on random days."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import event, select

from fieldoffice.models.customer import Location
from fieldoffice.models.errors import NotAllowed
from fieldoffice.models.provider import Provider
from fieldoffice.office import Office, Tx
from fieldoffice.services import catalog, company, providers
from fieldoffice.services.availability import why_not
from fieldoffice.services.booking.daybooks import DayBook, day_books
from fieldoffice.services.booking.offer import WantedVisit, wanted_visit
from fieldoffice.services.booking.rules import Rules, booking_rules
from fieldoffice.services.booking.slots import SAME_S, best_slots, free_days
from fieldoffice.services.calendar import local
from fieldoffice.services.dispatch.diaries import diaries
from fieldoffice.services.dispatch.moves import Conflict, place
from fieldoffice.services.geo import drive_s
from fieldoffice.services.travel.choice import choose_travel
from tests import make
from tests.make import PLACES, TODAY, at
from tests.services.booking.stage import Stage, alone, stage_of

HERE = PLACES[3]
TUESDAY = TODAY + timedelta(days=1)


def leak(**more: object) -> WantedVisit:
    return replace(WantedVisit(3600, frozenset({"plumbing"}), HERE), **more)  # type: ignore[arg-type]


def starts(stage: Stage, wanted: WantedVisit, days: int = 5, first: date = TODAY) -> list[datetime]:
    return [slot.starts_at for day in stage.door.see(free_days, wanted, first, days) for slot in day.slots]


def clocks(found: list[datetime]) -> list[str]:
    return sorted(f"{moment.astimezone(make.ZONE):%H:%M}" for moment in found)


# -- against brute force


def brute(tx: Tx, wanted: WantedVisit, first: date, days: int, kmh: int) -> dict[datetime, int]:
    """Every step of every day of every provider, asked one by one: when somebody can, and the least driving that it adds."""
    rules, found = booking_rules(tx), dict[datetime, int]()
    for on, books in day_books(tx, rules, first, days).items():
        for minutes in range(0, 24 * 60, rules.step_min):
            moment = local(on, minutes, tx.zone)
            added = [_added(book, wanted, moment, kmh) for book in books if _fits(book, wanted, rules, moment, tx.now)]
            if added:
                found[moment] = min(added)
    return found


def _fits(book: DayBook, wanted: WantedVisit, rules: Rules, moment: datetime, now: datetime) -> bool:
    room = 100 * (book.booked_s + wanted.duration_s) <= (100 - rules.kept_percent) * book.shift_s
    return room and moment >= now + rules.notice and not why_not(book.diary, wanted.wanted, moment)


def _added(book: DayBook, wanted: WantedVisit, moment: datetime, kmh: int) -> int:
    end = moment + timedelta(seconds=wanted.duration_s)
    before = [b.place for b in book.diary.busy if b.end <= moment]
    after = [b.place for b in book.diary.busy if b.start >= end]
    here, there = before[-1] if before else None, after[0] if after else None
    first, second, without = ((here, wanted.place), (wanted.place, there), (here, there))
    return max(0, drive_s(*first, kmh=kmh) + drive_s(*second, kmh=kmh) - drive_s(*without, kmh=kmh))


@pytest.mark.requirement("0.4")
@pytest.mark.parametrize("seed", range(6))
def test_what_is_shown_is_what_the_rule_allows_on_random_days(sqlite_office: Office, seed: int) -> None:
    dice = random.Random(seed)
    rules = {"notice_h": (0, 3, 26), "buffer_min": (0, 15), "kept_percent": (0, 40), "step_min": (15, 30, 60)}
    stage = stage_of(sqlite_office, **{f"booking.{name}": dice.choice(values) for name, values in rules.items()})
    kmh = dice.choice((20, 35, 60))
    sqlite_office.do(choose_travel, kmh=kmh)
    _crowd(stage, dice)
    wanted = leak(place=dice.choice((*PLACES, None)), duration_s=dice.choice((1800, 5400)))
    days = stage.door.see(free_days, wanted, TODAY, 7)
    shown = {slot.starts_at: slot.added_drive_s for day in days for slot in day.slots}
    assert shown == sqlite_office.see(brute, wanted, TODAY, 7, kmh)
    for slot in (slot for day in days for slot in day.slots):  # and the office's own diary agrees
        diary = sqlite_office.see(diaries, [slot.provider_id], (slot.starts_at,))[slot.provider_id]
        assert why_not(diary, wanted.wanted, slot.starts_at) == ()
    for day in days:
        order = [(slot.added_drive_s // SAME_S, slot.starts_at) for slot in day.slots]
        assert order == sorted(order)
        assert [slot.green for slot in day.slots[1:]] == [False] * (len(day.slots) - 1)
        assert day.slots[0].green is (order[-1][0] > order[0][0])


def _crowd(stage: Stage, dice: random.Random) -> None:
    """More providers, visits, absences, a holiday and an odd day; what does not fit is left out."""
    office, made = stage.office, stage.made

    def people(tx: Tx) -> None:
        for name in ("Cy", "Di"):
            id = make.provider(tx, name, overtime_s=dice.choice((0, 3600)))
            providers.give_skill(tx, id, made.plumbing, certificate="P", expires_on=TODAY + timedelta(days=dice.randrange(6)))
            row = tx.get(Provider, id)
            row.start_lat, row.start_lon = dice.choice(PLACES)
            row.starts_at_first_job, row.ends_at_last_job = dice.random() < 0.5, dice.random() < 0.5
        providers.add_absence(tx, made.ana, at(10, on=TUESDAY), at(14, on=TUESDAY), "dentist")
        providers.set_day(tx, made.bo, TODAY + timedelta(days=2), (13 * 60, 19 * 60))
        company.add_holiday(tx, TODAY + timedelta(days=3), "Rest")

    office.do(people)
    ids = office.see(lambda tx: tx.all(select(Provider.id)))
    places = [make.customer(office, f"C{n}", n)[1] for n in range(3)]
    owners = office.see(lambda tx: {id: tx.get(Location, id).customer_id for id in places})
    for _ in range(14):
        where = dice.choice(places)
        job = office.do(make.open_job, make.NewJob(owners[where], where, ((made.repair, 1000),)))
        moment = at(dice.randrange(8, 16), dice.choice((0, 20, 40)), on=TODAY + timedelta(days=dice.randrange(5)))
        try:
            office.do(place, job.appointment_id, version=1, provider_ids=(dice.choice(ids),), starts_at=moment)
        except Conflict:
            continue


# -- each rule by itself


def test_the_way_from_and_to_the_ends_of_the_day_counts(sqlite_office: Office) -> None:
    stage = stage_of(sqlite_office)
    far = (38.9072 + 0.15, -77.0369)  # 37 minutes by the estimate
    alone(sqlite_office, stage.made.ana)
    found = clocks(starts(stage, leak(place=far), 1, TUESDAY))
    assert found[0] == "09:00"
    assert found[-1] == "15:00"
    sqlite_office.do(lambda tx: setattr(tx.get(Provider, stage.made.ana), "starts_at_first_job", True))
    assert clocks(starts(stage, leak(place=far), 1, TUESDAY))[0] == "08:00"


def test_the_drive_and_the_buffer_around_a_visit_count(sqlite_office: Office) -> None:
    stage = stage_of(sqlite_office)
    alone(sqlite_office, stage.made.ana)
    job = make.job(sqlite_office, stage.made, on=TUESDAY)
    sqlite_office.do(place, job.appointment_id, version=1, provider_ids=(stage.made.ana,), starts_at=at(10, on=TUESDAY))
    same = leak(place=PLACES[1])
    found = clocks(starts(stage, same, 1, TUESDAY))
    assert "09:00" in found
    assert "11:00" in found
    assert "09:30" not in found
    assert "10:00" not in found
    sqlite_office.do(company.set_setting, "booking.buffer_min", 20)
    found = clocks(starts(stage, same, 1, TUESDAY))
    assert "08:30" in found
    assert "09:00" not in found
    assert "11:00" not in found
    assert "11:30" in found


@pytest.mark.parametrize(("notice", "horizon", "first", "last"), [(0, 30, TODAY, date(2026, 4, 1)), (30, 4, TUESDAY, date(2026, 3, 6))])
def test_notice_and_horizon_bound_the_days(sqlite_office: Office, notice: int, horizon: int, first: date, last: date) -> None:
    stage = stage_of(sqlite_office, **{"booking.notice_h": notice, "booking.horizon_days": horizon})
    days = stage.door.see(free_days, leak())
    assert (days[0].on, days[-1].on) == (first, last)
    assert all(slot.starts_at >= at(6) + timedelta(hours=notice) for day in days for slot in day.slots)


def test_certificates_absences_holidays_and_skills_hold_on_their_day(sqlite_office: Office) -> None:
    stage = stage_of(sqlite_office, **{"booking.horizon_days": 60})
    alone(sqlite_office, stage.made.bo)  # has plumbing until March 31
    assert max(starts(stage, leak(), 40)).astimezone(make.ZONE).date() == date(2026, 3, 31)
    sqlite_office.do(company.add_holiday, TUESDAY, "Rest")
    assert starts(stage, leak(), 1, TUESDAY) == []
    sqlite_office.do(providers.add_absence, stage.made.bo, at(0, on=TODAY), at(13), "away")
    assert clocks(starts(stage, leak(), 1))[0] >= "13:00"
    sqlite_office.do(catalog.add_skill, "gas")
    assert starts(stage, leak(skills=frozenset({"plumbing", "gas"}))) == []


def test_who_is_not_booked_online_and_what_is_kept_back_stay_free(sqlite_office: Office) -> None:
    stage = stage_of(sqlite_office)
    alone(sqlite_office, 0)
    assert starts(stage, leak()) == []
    alone(sqlite_office, stage.made.ana)
    sqlite_office.do(company.set_setting, "booking.kept_percent", 80)  # 108 minutes of nine hours may be booked
    moment = starts(stage, leak(), 1)[0]
    stage.hold("s1", moment)
    assert starts(stage, leak(), 1) == []
    assert starts(stage, leak(duration_s=48 * 60), 1) != []


@pytest.mark.requirement("0.3")
def test_services_add_up_and_need_all_their_skills(sqlite_office: Office) -> None:
    stage = stage_of(sqlite_office)
    both = sqlite_office.see(wanted_visit, [stage.made.repair, stage.check], HERE)
    assert both.duration_s == 3600 + 1800 + 600
    assert both.skills == {"plumbing"}


def test_days_on_which_the_clocks_change_have_no_time_twice_and_none_that_is_skipped(sqlite_office: Office) -> None:
    stage = stage_of(sqlite_office)
    sunday = date(2026, 3, 8)
    sqlite_office.do(lambda tx: providers.set_shift(tx, stage.made.ana, 6, 0, 6 * 60))
    found = starts(stage, leak(place=None), 1, sunday)
    assert len(found) == len(set(found))
    assert clocks(found) == ["00:00", "00:30", "01:00", "01:30", "03:00", "03:30", "04:00", "04:30", "05:00"]


# -- what the staff is offered


def test_the_three_best_lie_on_different_half_days_and_the_best_is_green(sqlite_office: Office) -> None:
    stage_of(sqlite_office, **{"booking.notice_h": 48})
    alone(sqlite_office, 0)  # rules for strangers do not bind the office
    found = sqlite_office.see(best_slots, leak(), TUESDAY, 3, 3)
    assert len({(slot.starts_at.astimezone(make.ZONE).date(), slot.starts_at.astimezone(make.ZONE).hour < 12) for slot in found}) == 3
    assert [slot.green for slot in found] == [True, False, False]
    morning = sqlite_office.see(best_slots, leak(between_min=(0, 719)), TUESDAY, 3, 9)
    assert all(slot.starts_at.astimezone(make.ZONE).hour < 12 for slot in morning)
    assert len(morning) == 9


def test_strangers_and_staff_each_need_their_right(sqlite_office: Office) -> None:
    stage = stage_of(sqlite_office)
    owner = sqlite_office.seat(stage.made.owner)
    for asked in (lambda: stage.door.see(best_slots, leak(), TODAY, 1, 1), lambda: owner.see(free_days, leak())):
        with pytest.raises(NotAllowed):
            asked()


def test_looking_asks_as_few_questions_for_many_providers_as_for_two(sqlite_office: Office) -> None:
    stage = stage_of(sqlite_office)

    def questions() -> list[str]:
        said: list[str] = []
        hear: Callable[..., None] = lambda _c, _cur, statement, *_: said.append(statement)  # noqa: E731
        event.listen(sqlite_office.engine, "before_cursor_execute", hear)
        starts(stage, leak())
        event.remove(sqlite_office.engine, "before_cursor_execute", hear)
        return said

    few = questions()
    sqlite_office.do(lambda tx: [providers.give_skill(tx, make.provider(tx, f"P{n}"), stage.made.plumbing) for n in range(5)])
    many = questions()
    assert len(many) == len(few)
    assert sum("assignment" in one.lower() for one in many) == 1  # one query knows who is busy

"""What the pages are given: the list with the load of this week, one provider, and the days of one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from fieldoffice.models.states import AppointmentState as S
from fieldoffice.office import Office
from fieldoffice.services import catalog, company, providers
from fieldoffice.services.dispatch import moves, progress
from fieldoffice.services.geo import drive_s
from fieldoffice.services.providers.load import Load
from fieldoffice.services.providers.rows import ProviderLine
from tests import make
from tests.make import DEPOT, PLACES, TODAY, at
from tests.test_promises import Counted

WEEK = 5 * (9 * 3600 - 1800)  # Ana's hours less her breaks
WAY = drive_s(DEPOT, PLACES[1])


def line(office: Office, name: str) -> ProviderLine:
    return next(one for one in office.see(providers.providers).lines if one.name == name)


def visit(office: Office, made: make.Made, hour: int, *who: int, on: date = TODAY) -> int:
    job = make.job(office, made, on=on)
    office.do(moves.place, job.appointment_id, version=1, provider_ids=who, starts_at=at(hour, on=on), override="a test")
    return job.appointment_id


def test_the_load_of_this_week_is_work_and_driving_over_the_hours_less_breaks(office: Office) -> None:
    made = make.small(office)
    assert line(office, "Ana").load == Load(0, 0, WEEK, 0)
    visit(office, made, 9, made.ana)
    visit(office, made, 11, made.ana, made.bo)
    visit(office, made, 9, made.ana, on=TODAY + timedelta(days=7))  # next week
    gone = visit(office, made, 14, made.ana)
    office.do(progress.move_on, gone, version=2, to=S.CANCELLED, reason="rain")
    assert line(office, "Ana").load == Load(7200, 2 * WAY, WEEK, 2)
    assert line(office, "Bo").load == Load(3600, 2 * WAY, WEEK, 1)
    assert line(office, "Ana").percent == round((7200 + 2 * WAY) / WEEK * 100)


def test_an_unpaid_way_does_not_count_and_absences_make_the_week_shorter(office: Office) -> None:
    made = make.small(office)
    visit(office, made, 9, made.ana)
    facts = office.see(providers.person, made.ana).facts
    office.do(providers.edit_provider, made.ana, replace(facts, starts_at_first_job=True), version=1)
    assert line(office, "Ana").load.drive_s == WAY
    office.do(providers.edit_provider, made.ana, replace(facts, starts_at_first_job=True, ends_at_last_job=True), version=2)
    assert line(office, "Ana").load.drive_s == 0
    office.do(providers.new_absence, made.ana, starts_at=at(13), ends_at=at(0) + timedelta(days=1), reason="Dentist")
    assert line(office, "Ana").load.shift_s == WEEK - 4 * 3600 + 1800  # that day has no room for a break any more


def test_the_list_keeps_everybody_with_skills_and_the_next_absence(office: Office) -> None:
    made = make.small(office)
    office.do(providers.new_absence, made.ana, starts_at=at(9, on=date(2026, 2, 1)), ends_at=at(9, on=date(2026, 2, 2)), reason="Past")
    office.do(providers.new_absence, made.ana, starts_at=at(9, on=date(2026, 5, 1)), ends_at=at(9, on=date(2026, 5, 2)), reason="Later")
    office.do(providers.new_absence, made.ana, starts_at=at(9, on=date(2026, 4, 1)), ends_at=at(9, on=date(2026, 4, 2)), reason="Next")
    new = office.do(providers.new_provider, providers.Facts("Cy", "contractor")).value
    office.do(providers.deactivate, made.bo, version=1)
    found = office.see(providers.providers)
    assert [(one.name, one.active, one.place, one.skills) for one in found.lines] == [
        ("Ana", True, 1, ("plumbing",)), ("Bo", False, 2, ("plumbing",)), ("Cy", True, 3, ())]  # fmt: skip
    absence = found.lines[0].absence
    assert (absence and absence.reason, found.lines[1].warnings, found.skills) == ("Next", (), ("plumbing",))
    assert [w.words for w in line(office, "Cy").warnings] == ["No regular hours"]
    assert (line(office, "Cy").percent, line(office, "Cy").kind, new) == (None, "contractor", 3)


def test_whoever_has_nowhere_to_start_is_warned_about(office: Office) -> None:
    office.do(company.found, name="Potomac", country="US", zone="America/New_York", currency="USD", paper="Letter", owner="Olive")
    id = office.do(providers.new_provider, providers.Facts("Cy")).value
    said = [w.words for w in office.see(providers.person, id).warnings]
    assert said == ["No regular hours", "No start place, so no route can be planned"]
    office.do(providers.new_provider, providers.Facts("Di", start=DEPOT))
    assert [w.words for w in line(office, "Di").warnings] == ["No regular hours"]


def test_a_month_of_work_shows_shifts_absences_holidays_and_visits(office: Office) -> None:
    made = make.small(office)
    first = date(2026, 3, 1)
    visit(office, made, 9, made.ana)
    office.do(company.add_holiday, date(2026, 3, 4), "Founding day")
    office.do(providers.add_day, made.ana, on=date(2026, 3, 7), hours=(480, 720), reason="Saturday rush")
    office.do(providers.new_absence, made.ana, starts_at=at(0, on=date(2026, 3, 9)), ends_at=at(0, on=date(2026, 3, 11)), reason="Sick")
    found = office.see(providers.work_days, made.ana, first, 31)
    by_day = dict(zip(found.days, found.loads, strict=True))
    hours = {on.day: load.shift_s / 3600 for on, load in by_day.items()}
    assert (hours[1], hours[2], hours[4], hours[7], hours[9], hours[11]) == (0, 8.5, 0, 4, 0, 8.5)
    assert by_day[date(2026, 3, 2)] == Load(3600, 2 * WAY, 30600, 1)
    assert (found.holidays, found.special) == ({date(2026, 3, 4): "Founding day"}, {date(2026, 3, 7): "Saturday rush"})
    assert [a.reason for a in found.row.absences] == ["Sick"]


@pytest.mark.parametrize(("first_weekday", "counts"), [(0, 2), (6, 1)])
def test_a_week_begins_where_the_company_begins_it(office: Office, first_weekday: int, counts: int) -> None:
    made = make.small(office)
    visit(office, made, 9, made.ana)
    visit(office, made, 9, made.ana, on=TODAY + timedelta(days=6))  # a Sunday

    def begin(tx: object) -> None:
        tx.company.first_weekday = first_weekday  # type: ignore[attr-defined]

    office.do(begin)  # type: ignore[arg-type]
    assert line(office, "Ana").load.visits == counts


def test_lists_ask_as_many_queries_for_one_row_as_for_three(office: Office) -> None:
    made, counted = make.small(office), Counted(office)
    office.do(providers.deactivate, made.bo, version=1)
    grow(office, made, made.ana, 1)
    asks = {"list": (providers.providers,), "one": (providers.person, made.ana), "month": (providers.work_days, made.ana, TODAY, 42),
            "left": (providers.visits_left, made.ana), "hit": (providers.visits_hit, made.ana, at(0), at(23))}  # fmt: skip
    one = {name: counted.of(*ask) for name, ask in asks.items()}
    for n in (2, 3):
        grow(office, made, made.ana, n)
        grow(office, made, office.do(lambda tx, n=n: make.provider(tx, f"Cy {n}")), n)
    assert {name: counted.of(*ask) for name, ask in asks.items()} == one
    assert max(one.values()) <= 24


def grow(office: Office, made: make.Made, id: int, n: int) -> None:
    """One more of everything that a provider has."""
    visit(office, made, 8 + n, id)
    skill = office.do(catalog.add_skill, f"skill {id} {n}")
    office.do(providers.add_held, id, skill_id=skill)
    office.do(providers.add_day, id, on=TODAY + timedelta(days=n), hours=(480, 600))
    office.do(providers.new_absence, id, starts_at=at(20, n), ends_at=at(21, n), reason="out")
    shift = office.see(providers.person, id).shifts[n]
    pauses = (*shift.hours.pauses, providers.hours.Pause(10, 900, 920))
    office.do(providers.edit_shift, shift.id, replace(shift.hours, pauses=pauses), version=shift.version)

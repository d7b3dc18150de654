"""The one availability rule: a table of cases, and the two days on which the clocks change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldoffice.models.errors import Invalid
from fieldoffice.office import Office
from fieldoffice.services import company, providers
from fieldoffice.services.availability import Absence, Busy, Diary, Lunch, SkillHeld, Span, Wanted, blocking, why_not
from fieldoffice.services.calendar import day_span, local, promised
from fieldoffice.services.dispatch.diaries import diaries, provider_rows
from tests import make
from tests.make import PLACES, TODAY, at

ZONE = make.ZONE
HERE, FAR = PLACES[0], PLACES[9]
ANA = Diary(
    7, "Ana", ZONE.key, shifts=(Span(at(8), at(17)),), absences=(Absence(Span(at(15), at(16)), "Doctor"),),
    lunches=(Lunch(Span(at(11, 30), at(13)), 1800),), skills=(SkillHeld("plumbing"), SkillHeld("gas", date(2026, 3, 1))),
    busy=(Busy(1, at(9), at(10), HERE, "Carol"), Busy(2, at(13, 30), at(14), FAR, "Dan")), start_place=HERE, end_place=HERE,
)  # fmt: skip
HOUR = Wanted(3600, place=HERE)
GAS = frozenset({"gas"})

CASES: dict[str, tuple[dict[str, Any], dict[str, Any], datetime, list[tuple[str, str]]]] = {
    "fits": ({}, {}, at(10), []),
    "fits from the first minute": ({}, {}, at(8), []),
    "back to back": ({"busy": ANA.busy[:1]}, {}, at(10), []),
    "itself is not in its own way": ({}, {"appointment_id": 1}, at(9, 15), []),
    "excluded": ({}, {"excluded": frozenset({7})}, at(10), [("excluded", "The customer does not want Ana")]),
    "no skill": ({}, {"skills": frozenset({"hvac", "drains"})}, at(10), [("skill", "Ana lacks drains and hvac")]),
    "expired": ({}, {"skills": GAS}, at(10), [("certificate", "gas certificate expired Mar 1")]),
    "expires today": ({"skills": (SkillHeld("gas", TODAY),)}, {"skills": GAS}, at(10), []),
    "away": ({}, {}, at(14, 30), [("absence", "Ana is away: Doctor"), ("late_by_drive", "")]),
    "before the shift": ({}, {}, at(7, 30), [("shift", "Ana starts at 08:00")]),
    "after the shift": ({"absences": ()}, {}, at(16, 20), [("shift", "Ends 20 min after the shift of Ana")]),
    "overtime": ({"absences": (), "overtime_s": 3600}, {}, at(16, 20), [("overtime", "20 min overtime for Ana")]),
    "another day": ({}, {}, at(10, on=date(2026, 3, 3)), [("shift", "Ana does not work then")]),
    "no hours at all": ({"shifts": ()}, {}, at(10), [("shift", "Ana does not work then")]),
    "overlap": ({}, {}, at(9, 30), [("overlap", "Ana is at Carol 09:00–10:00")]),
    "overlap by a minute": ({}, {"place": FAR}, at(13, 59), [("overlap", "Ana is at Dan 13:30–14:00")]),
    "two overlaps": ({"busy": (*ANA.busy[:1], Busy(3, at(9, 30), at(10), HERE, "Eve"))}, {}, at(9, 15),
                     [("overlap", "Carol"), ("overlap", "Eve")]),
    "early": ({}, {"window": Span(at(10, 30), at(11))}, at(10, 10), [("window", "Promised from 10:30: 20 min early")]),
    "late": ({}, {"window": Span(at(8), at(10))}, at(10, 1), [("window", "Promised until 10:00: 1 min late")]),
    "on both ends": ({}, {"window": Span(at(10), at(10))}, at(10), []),
    "hours late": ({}, {"window": Span(at(8), at(8))}, at(11, 30), [("window", "Promised until 08:00: 3 h late")]),
    "days late": ({"shifts": (Span(at(8, on=date(2026, 3, 5)), at(17, on=date(2026, 3, 5))),)}, {"window": Span(at(8), at(8))},
                  at(8, on=date(2026, 3, 5)), [("window", "Promised until 08:00: 3 days late")]),
    "a drive too short": ({}, {"place": FAR}, at(10), [("late_by_drive", "Late by")]),
    "makes the next late": ({"lunches": ()}, {}, at(12, 30), [("late_by_drive", "Makes Dan late by")]),
    "takes the break": ({"busy": ()}, {"duration_s": 7200}, at(11, 20), [("lunch", "Leaves Ana no time for a break")]),
    "leaves the break": ({"busy": ()}, {"duration_s": 5400}, at(11, 20), []),
}  # fmt: skip


@pytest.mark.requirement("0.13")
@pytest.mark.parametrize("case", CASES)
def test_the_rule(case: str) -> None:
    diary, wanted, when, expected = CASES[case]
    found = why_not(replace(ANA, **diary), replace(HOUR, **wanted), when)
    assert [reason.code for reason in found] == [code for code, _ in expected], found
    assert all(words in reason.words for (_, words), reason in zip(expected, found, strict=True)), found
    warns = {"late_by_drive", "overtime", "lunch"}
    assert {r.code for r in found if not r.blocks} == {code for code, _ in expected} & warns


@given(st.integers(0, 24 * 60 - 1), st.integers(1, 600))
def test_what_blocks_comes_before_what_only_warns(minute: int, minutes: int) -> None:
    found = why_not(ANA, replace(HOUR, duration_s=minutes * 60, skills=GAS, place=FAR), at(0) + timedelta(minutes=minute))
    assert list(found) == [*blocking(found), *(r for r in found if not r.blocks)]


@given(st.integers(0, 24 * 60 - 1), st.integers(1, 600))
def test_no_answer_means_that_nothing_overlaps_and_the_shift_holds_it(minute: int, minutes: int) -> None:
    start = at(0) + timedelta(minutes=minute)
    end = start + timedelta(minutes=minutes)
    found = {r.code for r in why_not(ANA, replace(HOUR, duration_s=minutes * 60), start)}
    assert ("overlap" in found) is any(b.start < end and start < b.end for b in ANA.busy)
    if not found & {"shift", "absence"}:
        assert at(8) <= start < end <= at(17)
        assert end <= at(15) or start >= at(16)


# the days on which the clocks change, in Washington: March 8 at 2 forward, November 1 at 2 back

SPRING, FALL = date(2026, 3, 8), date(2026, 11, 1)


@pytest.mark.parametrize(("on", "hours", "week"), [(SPRING, 23, 167), (FALL, 25, 169), (TODAY, 24, 167), (date(2026, 6, 1), 24, 168)])
def test_a_day_is_as_long_as_the_clocks_make_it(on: date, hours: int, week: int) -> None:
    day, days = day_span(on, ZONE), day_span(on, ZONE, 7)
    assert (day.end - day.start, days.end - days.start) == (timedelta(hours=hours), timedelta(hours=week))


@pytest.mark.parametrize(
    ("on", "start", "end", "hours"),
    [(SPRING, 8 * 60, 17 * 60, 9), (FALL, 8 * 60, 17 * 60, 9), (SPRING, 0, 8 * 60, 7), (FALL, 0, 8 * 60, 9), (SPRING, 60, 180, 1)],
)
def test_a_shift_keeps_its_wall_time(office: Office, on: date, start: int, end: int, hours: int) -> None:
    make.small(office)
    id = office.do(lambda tx: providers.add_provider(tx, name="Nell Night"))
    office.do(providers.set_shift, id, on.weekday(), start, end)
    shift = office.see(provider_rows, on, 1, [id])[0].shifts[0]
    walls = [moment.astimezone(ZONE) for moment in (shift.start, shift.end)]
    assert [w.hour * 60 + w.minute for w in walls] == [start, end]
    assert shift.end - shift.start == timedelta(hours=hours)
    diary = office.see(lambda tx: diaries(tx, [id], [shift.start, shift.end])[id])
    assert why_not(diary, Wanted(hours * 3600), shift.start) == ()
    assert [r.code for r in why_not(diary, Wanted(hours * 3600 + 60), shift.start)] == ["shift"]


def test_a_skipped_hour_moves_forward_and_a_doubled_one_is_the_first() -> None:
    assert local(SPRING, 2 * 60 + 30, ZONE) == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)  # 3:30 by the new time
    assert local(SPRING, 2 * 60 + 30, ZONE).astimezone(ZONE).hour == 3
    assert local(FALL, 60 + 30, ZONE) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)  # the first 1:30


@pytest.mark.parametrize(
    ("kind", "at_min", "first", "last"),
    [
        ("am", None, (8, 0), (12, 0)), ("pm", None, (12, 0), (17, 0)), ("all_day", None, (8, 0), (17, 0)),
        ("exact", 630, (10, 15), (10, 45)), ("two_hours", 630, (10, 30), (12, 30)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("on", [SPRING, FALL, TODAY])
def test_a_promise_is_kept_by_the_clock_on_the_wall(on: date, kind: str, at_min: int | None, first: Any, last: Any) -> None:
    window = promised(kind, on, ZONE, at_min=at_min)
    walls = [moment.astimezone(ZONE) for moment in (window.start, window.end)]
    assert [(w.date(), (w.hour, w.minute)) for w in walls] == [(on, first), (on, last)]


def test_two_hours_are_two_hours_across_the_change() -> None:
    for on in (SPRING, FALL):
        window = promised("two_hours", on, ZONE, at_min=60)
        assert window.end - window.start == timedelta(hours=2)


@pytest.mark.parametrize(("kind", "field"), [("noon", "window_kind"), ("exact", "window_at"), ("two_hours", "window_at")])
def test_a_promise_that_is_none_is_refused_by_the_field(kind: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        promised(kind, TODAY, ZoneInfo("UTC"))
    assert list(refused.value.fields) == [field]


# what the diary is made of


def test_a_holiday_closes_the_office_unless_somebody_works_that_day(office: Office) -> None:
    made = make.small(office)
    office.do(company.add_holiday, TODAY, "Founding day")
    office.do(providers.set_day, made.bo, TODAY, (10 * 60, 12 * 60), "on call")
    ana, bo = office.see(provider_rows, TODAY, 2, [made.ana, made.bo])
    assert [(s.start, s.end) for s in ana.shifts] == [(at(8, on=date(2026, 3, 3)), at(17, on=date(2026, 3, 3)))]
    assert bo.shifts[0] == Span(at(10), at(12))


def test_a_day_off_and_an_absence_are_seen_where_they_lie(office: Office) -> None:
    made = make.small(office)
    office.do(providers.set_day, made.ana, TODAY, None, "day off")
    office.do(providers.add_absence, made.bo, at(10), at(11), "Dentist")
    ana, bo = office.see(provider_rows, TODAY, 1, [made.ana, made.bo])
    assert (ana.shifts, [(a.span, a.reason) for a in bo.absences]) == ((), [(Span(at(10), at(11)), "Dentist")])
    with pytest.raises(Invalid, match="ends after it starts"):
        office.do(providers.add_absence, made.bo, at(11), at(11), "never")

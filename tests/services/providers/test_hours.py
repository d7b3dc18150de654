"""Hours with further breaks, exceptions, absences: stored, refused, undone, and seen by the availability rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, timedelta
from typing import Any

import pytest

from fieldoffice.models.errors import Invalid, Stale
from fieldoffice.office import Office
from fieldoffice.services import providers
from fieldoffice.services.availability import Lunch, Span, Wanted, why_not
from fieldoffice.services.dispatch import moves
from fieldoffice.services.dispatch.diaries import diaries, provider_rows
from fieldoffice.services.edits import Edit, put_rows_back
from fieldoffice.services.providers.hours import Hours, Pause
from tests import make
from tests.make import TODAY, at
from tests.test_promises import Counted

COFFEE, LUNCH, TEA = Pause(15, 570, 600), Pause(30, 690, 780), Pause(20, 900, 930)
DAY = Hours(480, 1020, (COFFEE, LUNCH, TEA))
SPRING, FALL = date(2026, 3, 8), date(2026, 11, 1)


def undo(office: Office, edit: Edit) -> Edit:
    return office.do(put_rows_back, edit.before, edit.after)


def newcomer(office: Office, name: str = "Cy") -> int:
    make.small(office)
    return office.do(providers.new_provider, providers.Facts(name)).value


def shifts(office: Office, id: int) -> list[tuple[int, Hours]]:
    return [(row.weekday, row.hours) for row in office.see(providers.person, id).shifts]


def test_hours_of_several_days_are_added_at_once_and_undone_at_once(office: Office) -> None:
    id = newcomer(office)
    added = office.do(providers.add_shifts, id, (4, 0, 0), DAY)
    assert shifts(office, id) == [(0, DAY), (4, DAY)]
    assert undo(office, added).refused == ()
    assert shifts(office, id) == []


def test_further_breaks_reach_the_board_and_the_rule_behind_the_longest_one(office: Office) -> None:
    id = newcomer(office)
    office.do(providers.add_shifts, id, (0,), DAY)
    row = office.see(provider_rows, TODAY, 1, [id])[0]
    assert row.lunches == (Lunch(Span(at(11, 30), at(13)), 1800), Lunch(Span(at(9, 30), at(10)), 900),
                           Lunch(Span(at(15), at(15, 30)), 1200))  # fmt: skip
    diary = office.see(lambda tx: diaries(tx, [id], [at(9)])[id])
    assert diary.lunches == row.lunches
    assert [r.code for r in why_not(diary, Wanted(3600), at(9, 15))] == ["lunch"]
    assert why_not(diary, Wanted(1800), at(9)) == ()


def test_the_readers_ask_as_many_queries_for_one_provider_as_for_three(office: Office) -> None:
    made, counted = make.small(office), Counted(office)
    for id in (made.ana, made.bo):
        row = office.see(providers.person, id).shifts[0]
        office.do(providers.edit_shift, row.id, replace(row.hours, pauses=(LUNCH, TEA)), version=1)
    one = [counted.of(provider_rows, TODAY, 7, [made.ana]), counted.of(lambda tx: diaries(tx, [made.ana], [at(9)]))]
    other = office.do(lambda tx: make.provider(tx, "Cy"))
    office.do(providers.edit_shift, office.see(providers.person, other).shifts[0].id, DAY, version=1)
    three = [made.ana, made.bo, other]
    assert [counted.of(provider_rows, TODAY, 7, three), counted.of(lambda tx: diaries(tx, three, [at(9)]))] == one


@pytest.mark.parametrize(
    "hours",
    [Hours(480, 1020, (LUNCH,)), Hours(480, 1020, (COFFEE, LUNCH)), Hours(540, 900), Hours(480, 1020, (COFFEE, TEA)),
     Hours(480, 1020, (COFFEE, LUNCH, TEA), date(2026, 3, 1), date(2026, 3, 31))],
)  # fmt: skip
def test_a_shift_is_edited_and_undone_and_done_again_with_all_its_breaks(office: Office, hours: Hours) -> None:
    id = newcomer(office)
    office.do(providers.add_shifts, id, (0,), DAY)
    row = office.see(providers.person, id).shifts[0]
    edited = office.do(providers.edit_shift, row.id, hours, version=row.version)
    assert shifts(office, id) == [(0, hours)]
    back = undo(office, edited)
    assert (back.refused, shifts(office, id)) == ((), [(0, DAY)])
    again = undo(office, back)
    assert (again.refused, shifts(office, id)) == ((), [(0, hours)])


def test_changing_only_a_further_break_counts_as_changing_the_shift(office: Office) -> None:
    id = newcomer(office)
    office.do(providers.add_shifts, id, (0,), DAY)
    row = office.see(providers.person, id).shifts[0]
    office.do(providers.edit_shift, row.id, Hours(480, 1020, (COFFEE, LUNCH)), version=1)
    with pytest.raises(Stale):
        office.do(providers.edit_shift, row.id, DAY, version=1)
    with pytest.raises(Stale):
        office.do(providers.drop_shift, row.id, version=1)


def test_a_removed_shift_comes_back_with_its_breaks_however_often(office: Office) -> None:
    id = newcomer(office)
    office.do(providers.add_shifts, id, (0,), DAY)
    row = office.see(providers.person, id).shifts[0]
    edit = office.do(providers.drop_shift, row.id, version=row.version)
    assert shifts(office, id) == []
    for n in range(3):
        edit = undo(office, edit)
        assert (edit.refused, shifts(office, id)) == ((), [(0, DAY)] if n % 2 == 0 else [])


@pytest.mark.parametrize(
    ("hours", "field"),
    [(Hours(600, 600), "end_min"), (Hours(-5, 600), "end_min"), (Hours(600, 1441), "end_min"),
     (Hours(480, 1020, (), date(2026, 3, 2), date(2026, 3, 1)), "valid_to"), (Hours(480, 1020, (Pause(0, 600, 600),)), "pauses"),
     (Hours(480, 1020, (Pause(30, 660, 600),)), "pauses"), (Hours(480, 1020, (Pause(30, 470, 500),)), "pauses"),
     (Hours(480, 1020, (Pause(30, 980, 1000),)), "pauses"),
     (Hours(480, 1020, (Pause(60, 600, 600), Pause(15, 610, 640))), "pauses")],
)  # fmt: skip
def test_hours_that_cannot_be_are_refused_by_the_field(sqlite_office: Office, hours: Hours, field: str) -> None:
    id = newcomer(sqlite_office)
    with pytest.raises(Invalid) as refused:
        sqlite_office.do(providers.add_shifts, id, (0,), hours)
    assert list(refused.value.fields) == [field]


def test_two_shifts_lie_upon_each_other_only_where_they_hold_at_different_times(office: Office) -> None:
    id = newcomer(office)
    office.do(providers.add_shifts, id, (0,), Hours(480, 720, (), None, date(2026, 5, 31)))
    office.do(providers.add_shifts, id, (0,), Hours(780, 1020))
    with pytest.raises(Invalid, match="Monday has hours at that time already: 08:00–12:00"):
        office.do(providers.add_shifts, id, (0,), Hours(600, 800, (), date(2026, 5, 31)))
    office.do(providers.add_shifts, id, (0, 1), Hours(600, 780, (), date(2026, 6, 1)))
    last = office.see(providers.person, id).shifts[1]
    with pytest.raises(Invalid, match="13:00–17:00"):
        office.do(providers.edit_shift, last.id, Hours(600, 900, (), date(2026, 6, 1)), version=last.version)


@pytest.mark.parametrize(("on", "hours"), [(SPRING, 7), (FALL, 9), (TODAY, 8)])
def test_an_exception_keeps_its_wall_time_on_the_days_when_the_clocks_change(office: Office, on: date, hours: int) -> None:
    id = newcomer(office)
    office.do(providers.add_day, id, on=on, hours=(0, 480), reason="night")
    shift = office.see(provider_rows, on, 1, [id])[0].shifts[0]
    walls = [moment.astimezone(make.ZONE) for moment in (shift.start, shift.end)]
    assert [(w.date(), w.hour) for w in walls] == [(on, 0), (on, 8)]
    assert shift.end.astimezone(UTC) - shift.start.astimezone(UTC) == timedelta(hours=hours)
    full = office.see(providers.work_days, id, on, 1)
    assert full.loads[0].shift_s == hours * 3600


def test_exceptions_are_added_edited_removed_and_undone(office: Office) -> None:
    made = make.small(office)
    added = office.do(providers.add_day, made.ana, on=TODAY, hours=None, reason=" day off ")
    day = office.see(providers.person, made.ana).days[0]
    assert (day.id, day.on, day.hours, day.reason) == (added.value, TODAY, None, "day off")
    with pytest.raises(Invalid, match="an exception for this day already"):
        office.do(providers.add_day, made.ana, on=TODAY, hours=(480, 600))
    edited = office.do(providers.edit_day, day.id, version=1, on=TODAY, hours=(600, 720), reason="late")
    assert office.see(provider_rows, TODAY, 1, [made.ana])[0].shifts == (Span(at(10), at(12)),)
    with pytest.raises(Stale):
        office.do(providers.drop_day, day.id, version=1)
    removed = office.do(providers.drop_day, day.id, version=2)
    assert office.see(providers.person, made.ana).days == ()
    undo(office, removed)
    assert [d.hours for d in office.see(providers.person, made.ana).days] == [(600, 720)]
    assert undo(office, edited).refused != ()  # it was removed and came back since
    with pytest.raises(Invalid, match="ends after it starts"):
        office.do(providers.add_day, made.bo, on=TODAY, hours=(600, 600))


def test_an_absence_says_what_it_hits_and_can_be_undone(office: Office) -> None:
    made = make.small(office)
    ids = [make.job(office, made).appointment_id for _ in range(3)]
    for id, hour, who in zip(ids, (9, 14, 9), (made.ana, made.ana, made.bo), strict=True):
        office.do(moves.place, id, version=1, provider_ids=(who,), starts_at=at(hour))
    hit = office.see(providers.visits_hit, made.ana, at(9, 59), at(14))
    assert [card.id for card in hit] == ids[:1]
    assert office.see(providers.visits_hit, made.ana, at(10), at(14)) == ()  # it ends when she is back, and begins when it is over
    added = office.do(providers.new_absence, made.ana, starts_at=at(0), ends_at=at(0) + timedelta(days=2), reason="")
    row = office.see(providers.person, made.ana).absences[0]
    assert (row.reason, row.visits, added.warnings) == ("away", 2, ("2 planned visits lie in this time.",))
    edited = office.do(providers.edit_absence, row.id, version=1, starts_at=at(13), ends_at=at(15), reason="Dentist")
    assert (edited.warnings, office.see(providers.person, made.ana).absences[0].visits) == (("1 planned visit lies in this time.",), 1)
    with pytest.raises(Stale):
        office.do(providers.edit_absence, row.id, version=1, starts_at=at(13), ends_at=at(15), reason="x")
    with pytest.raises(Invalid, match="ends after it starts"):
        office.do(providers.new_absence, made.ana, starts_at=at(9), ends_at=at(9), reason="never")
    removed = office.do(providers.drop_absence, row.id, version=2)
    assert office.see(providers.person, made.ana).absences == ()
    undo(office, removed)
    assert [a.reason for a in office.see(providers.person, made.ana).absences] == ["Dentist"]


def test_an_absence_over_the_change_of_clocks_is_as_long_as_the_days_are(office: Office) -> None:
    made = make.small(office)
    start, end = at(0, on=SPRING), at(0, on=SPRING + timedelta(days=1))
    office.do(providers.new_absence, made.ana, starts_at=start, ends_at=end, reason="Sick")
    span = office.see(providers.person, made.ana).absences[0].span
    assert span.end - span.start == timedelta(hours=23)


def test_skills_need_a_dated_certificate_where_the_skill_says_so(office: Office) -> None:
    made = make.small(office)
    id = office.do(providers.new_provider, providers.Facts("Cy")).value
    with pytest.raises(Invalid) as refused:
        office.do(providers.add_held, id, skill_id=made.plumbing)
    assert list(refused.value.fields) == ["expires_on"]
    added = office.do(providers.add_held, id, skill_id=made.plumbing, certificate=" P-1 ", expires_on=date(2026, 3, 14))
    held = office.see(providers.person, id).skills[0]
    assert (held.certificate, held.expires_on) == ("P-1", date(2026, 3, 14))
    with pytest.raises(Invalid, match="Cy has plumbing already"):
        office.do(providers.add_held, id, skill_id=made.plumbing, expires_on=date(2026, 3, 14))
    with pytest.raises(Invalid, match="choose a skill"):
        office.do(providers.add_held, id, skill_id=999)
    office.do(providers.edit_held, held.id, version=1, certificate="P-2", expires_on=date(2027, 3, 14))
    with pytest.raises(Stale):
        office.do(providers.edit_held, held.id, version=1, certificate="P-3", expires_on=date(2027, 3, 14))
    removed = office.do(providers.drop_held, held.id, version=2)
    undo(office, removed)
    assert [h.certificate for h in office.see(providers.person, id).skills] == ["P-2"]
    assert undo(office, added).refused != ()


SOON = "Plumbing certificate expires"
EXPIRY: list[tuple[Any, str, str]] = [
    (date(2026, 3, 1), "danger", "Plumbing certificate expired Mar 1 2026"), (date(2026, 3, 2), "warn", f"{SOON} today"),
    (date(2026, 3, 3), "warn", f"{SOON} tomorrow"), (date(2026, 3, 14), "warn", f"{SOON} in 12 days"),
    (date(2026, 4, 1), "warn", f"{SOON} in 30 days"), (date(2026, 4, 2), "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("on", "level", "words"), EXPIRY)
def test_a_certificate_warns_thirty_days_ahead_and_alarms_when_it_is_over(sqlite_office: Office, on: date, level: str, words: str) -> None:
    made = make.small(sqlite_office)
    held = sqlite_office.see(providers.person, made.bo).skills[0]
    sqlite_office.do(providers.edit_held, held.id, version=1, certificate="P", expires_on=on)
    seen = sqlite_office.see(providers.person, made.bo).warnings
    assert [(w.level, w.words) for w in seen] == ([(level, words)] if level else [])
    listed = {line.name: line.warnings for line in sqlite_office.see(providers.providers).lines}
    assert listed["Bo"] == seen
    assert [w.words for w in listed["Ana"]] == ["Plumbing certificate has no date of expiry"]

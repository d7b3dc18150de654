"""The time scale: days are as long as their clocks say, and a place gives back the moment that stands there."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from fieldoffice.ui.schedule.hours import Hours, snapped, waking
from tests.ui.boards import DAY, at, board, card, provider

NEW_YORK = ZoneInfo("America/New_York")
SPRING, FALL = date(2026, 3, 8), date(2026, 11, 1)


def scale(first_on: date, days: int = 1, opens: int = 0, closes: int = 24) -> Hours:
    return Hours(first_on, days, "America/New_York", per_hour=10.0, opens=opens, closes=closes)


@pytest.mark.parametrize(("on", "hours"), [(DAY, 24), (SPRING, 23), (FALL, 25)])
def test_a_day_is_as_wide_as_it_is_long(on: date, hours: int) -> None:
    assert scale(on).width == hours * 10.0


def test_after_the_change_of_clocks_hours_stand_at_elapsed_time() -> None:
    noon = datetime(2026, 3, 8, 12, tzinfo=NEW_YORK)
    assert scale(SPRING).x(noon) == 110.0  # eleven hours have passed since midnight
    assert scale(FALL).x(datetime(2026, 11, 1, 12, tzinfo=NEW_YORK)) == 130.0


def test_a_skipped_hour_has_no_tick_and_a_repeated_one_has_two() -> None:
    spring = [tick.at.hour for tick in scale(SPRING).ticks(0, 230)]
    fall = [tick.at.hour for tick in scale(FALL).ticks(0, 250)]
    assert (len(spring), 2 in spring) == (23, False)
    assert (len(fall), fall.count(1)) == (25, 2)
    assert [tick.x for tick in scale(FALL).ticks(0, 250)] == [10.0 * n for n in range(25)]


def test_folded_nights_leave_no_room() -> None:
    week = scale(SPRING, 3, opens=6, closes=20)
    assert week.width == 3 * 14 * 10.0
    evening, morning = datetime(2026, 3, 8, 23, tzinfo=NEW_YORK), datetime(2026, 3, 9, 3, tzinfo=NEW_YORK)
    assert week.x(evening) == week.x(morning) == 140.0
    assert not week.shows(evening)


def test_a_place_gives_back_its_moment_on_every_kind_of_day() -> None:
    for on in (DAY, SPRING, FALL):
        hours = scale(on, 2, opens=5, closes=21)
        for x in range(0, int(hours.width), 7):
            assert hours.x(hours.at(x)) == pytest.approx(x, abs=1e-3)


def test_snapping_takes_the_nearest_step() -> None:
    moment = datetime(2026, 11, 24, 15, 8, tzinfo=UTC)
    assert snapped(moment, 15).minute == 15
    assert snapped(moment, 5).minute == 10
    assert snapped(moment, 1) == moment


def test_the_hours_shown_hold_all_shifts_and_visits() -> None:
    early = card(1, start=at(5, 30), provider_ids=(1,))
    assert waking(board([provider(1)], [early])) == (4, 18)
    assert waking(board([provider(1)], [])) == (7, 18)
    overnight = card(2, start=at(23), duration_s=7200, provider_ids=(1,))
    assert waking(board([provider(1)], [overnight])) == (0, 24)
    assert timedelta(hours=1) == at(9) - at(8)

"""The week as a widget: visits side by side, what does not fit is counted, moves to other days and times. No database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from fieldoffice.models.states import AppointmentState as S
from fieldoffice.services.availability import Span
from fieldoffice.services.calendars.rows import Day, Entry
from fieldoffice.services.calendars.week import Hour, Week
from fieldoffice.ui import theme
from fieldoffice.ui.calendar.moving import week_moved
from fieldoffice.ui.calendar.weekpaint import HEAD
from fieldoffice.ui.calendar.weekplan import WeekPlan, laid_out
from fieldoffice.ui.calendar.weekview import WeekView
from tests.make import TODAY, ZONE, at
from tests.ui.front import to_front
from tests.ui.test_calendar_month import entry

K, ALT = Qt.Key, Qt.KeyboardModifier.AltModifier
SUNDAY = date(2026, 3, 1)


def week(entries: Sequence[Entry], *, hidden: int = 0, start: date = SUNDAY, **more: Any) -> Week:
    """The week of March 1; `hidden` more visits in every hour that has one."""
    by_hour: dict[datetime, list[Entry]] = {}
    for found in entries:
        by_hour.setdefault(found.starts_at.replace(minute=0), []).append(found)
    hours = tuple(Hour(when, tuple(mine), len(mine) + hidden) for when, mine in sorted(by_hour.items()))
    days = tuple(_day(start + timedelta(days=n), entries, hidden) for n in range(7))
    return Week(days, hours, ZONE.key, TODAY, at(10), **more)


def _day(on: date, entries: Sequence[Entry], hidden: int) -> Day:
    mine = [e for e in entries if e.starts_at.astimezone(ZONE).date() == on]
    return Day(on, counts={S.SCHEDULED: len(mine) + hidden} if mine else {})


def plan(found: Week, width: float = 1000) -> WeekPlan:
    return laid_out(found, width, 50)


class Told:
    """A week view of 1000 x 700 on the screen, and what it told."""

    def __init__(self, qtbot: Any, found: Week) -> None:
        self.view, self.said = WeekView(theme), list[tuple[Any, ...]]()
        for name in ("opened", "day_opened", "empty_opened", "week_wanted", "today_wanted", "moved", "resized", "noted"):
            getattr(self.view, name).connect(lambda *given, name=name: self.said.append((name, *given)))
        self.view.can_move = True
        self.view.resize(1000, 700)
        qtbot.addWidget(self.view)
        self.view.show_week(found)
        self.view.show()
        to_front(qtbot, self.view)
        self.view.setFocus()
        qtbot.waitUntil(self.view.hasFocus)

    def place(self, on: date, when: datetime) -> QPoint:
        """A place in the viewport: a little right of a day's left edge, at a time."""
        column = self.view.plan.column_of(on)
        assert column is not None
        return QPoint(round(column.left) + 10, round(self.view.plan.y(when) - self.view.offset()))

    def drag(self, start: QPoint, end: QPoint, modifiers: Any = Qt.KeyboardModifier.NoModifier) -> None:
        port = self.view.viewport()
        QTest.mousePress(port, Qt.MouseButton.LeftButton, modifiers, start)
        for share in (0.5, 1.0):
            QTest.mouseMove(port, start + (end - start) * share)
        QTest.mouseRelease(port, Qt.MouseButton.LeftButton, modifiers, end)

    def key(self, which: Qt.Key, modifiers: Any = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.view, which, modifiers)


def test_a_visit_stands_in_its_day_at_its_time_and_is_as_long_as_it_lasts() -> None:
    box = plan(week([entry(1, at(9, 30), duration_s=5400)])).columns[1].boxes[0]
    assert (box.on, box.area.top(), box.area.height()) == (TODAY, 475.5, 73)


def test_visits_that_meet_stand_side_by_side_and_others_below() -> None:
    boxes = plan(week([entry(1, at(9)), entry(2, at(9, 30)), entry(3, at(10)), entry(4, at(12))])).columns[1].boxes
    by_id = {box.entry.id: box.area for box in boxes}
    assert by_id[1].left() == by_id[3].left() < by_id[2].left()  # the first lane is free again at ten
    assert by_id[4].width() > by_id[1].width()
    for one in boxes:
        for other in boxes:
            assert one is other or not one.area.intersects(other.area)


@pytest.mark.parametrize(("width", "lanes"), [(1000, 1), (1400, 2), (2400, 5)])
def test_what_has_no_lane_is_counted_in_its_hour(width: float, lanes: int) -> None:
    column = plan(week([entry(n, at(9, n)) for n in range(1, 13)]), width).columns[1]
    assert len(column.boxes) == lanes
    assert [(m.on, m.count, round(m.area.top())) for m in column.more] == [(TODAY, 12 - lanes, 452)]


def test_every_visit_is_shown_or_counted_once() -> None:
    found = week([entry(n, at(8 + n % 9, 5 * (n % 7))) for n in range(40)], hidden=3)
    for width in (700, 1000, 1900):
        column = plan(found, width).columns[1]
        assert len(column.boxes) + sum(m.count for m in column.more) == 40 + 3 * 9
        for more in column.more:
            assert not any(box.area.intersects(more.area) for box in column.boxes)


def test_a_drag_snaps_to_a_quarter_of_an_hour_and_alt_to_the_minute(qtbot: Any) -> None:
    told = Told(qtbot, week([entry(1, at(9))]))
    start = told.place(TODAY, at(9)) + QPoint(0, 4)
    told.drag(start, told.place(date(2026, 3, 4), at(11, 4)) + QPoint(0, 4))
    assert [(name, given[0].id, given[1]) for name, *given in told.said] == [("moved", 1, at(11, on=date(2026, 3, 4)))]
    assert (told.view.look.carried, told.view.aim) == (None, None)


@pytest.mark.requirement("0.46")
def test_the_lower_edge_gives_another_length_and_snaps(qtbot: Any) -> None:
    told = Told(qtbot, week([entry(1, at(9))]))
    edge = told.place(TODAY, at(10)) - QPoint(0, 4)
    QTest.mouseMove(told.view.viewport(), edge)
    assert told.view.viewport().cursor().shape() == Qt.CursorShape.SizeVerCursor
    told.drag(edge, told.place(TODAY, at(11, 24)))
    told.drag(edge, told.place(TODAY, at(8)))
    assert [(name, given[0].id, given[1]) for name, *given in told.said] == [("resized", 1, 9000), ("resized", 1, 300)]
    low = told.view.plan.y(at(11, 24))
    assert [told.view.plan.length(entry(1, at(9)), low, step) for step in (15, 1)] == [9000, 8640]
    assert (told.view.look.carried, told.view.length) == (None, None)


def test_a_locked_visit_keeps_its_length_and_a_running_one_may_last_longer(qtbot: Any) -> None:
    told = Told(qtbot, week([entry(1, at(9), locked=True), entry(2, at(12), state=S.WORKING)]))
    for hour in (10, 13):
        told.drag(told.place(TODAY, at(hour)) - QPoint(0, 4), told.place(TODAY, at(hour + 1)))
    told.drag(told.place(TODAY, at(12)) + QPoint(0, 4), told.place(TODAY, at(15)))
    assert [(name, given[-1]) for name, *given in told.said] == [
        ("noted", "This visit is locked. Unlock it to move it."), ("resized", 7200),
        ("noted", "This visit is working and can no longer be moved.")]  # fmt: skip


def test_esc_leaves_the_length_and_shift_with_arrows_changes_it(qtbot: Any) -> None:
    told = Told(qtbot, week([entry(1, at(9), duration_s=4000)]))
    edge = told.place(TODAY, at(10, 6)) - QPoint(0, 4)
    QTest.mousePress(told.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, edge)
    QTest.mouseMove(told.view.viewport(), edge + QPoint(0, 60))
    assert told.view.length is not None
    told.key(K.Key_Escape)
    QTest.mouseRelease(told.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, edge + QPoint(0, 60))
    assert told.said == []
    told.view.focus_on(TODAY, 1)
    told.key(K.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    told.key(K.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert [given[-1] for _, *given in told.said] == [4500, 2700]


def test_a_move_over_the_change_of_the_clocks_is_by_the_wall(qtbot: Any) -> None:
    """On Sunday March 8 the clocks go from two to three."""
    told = Told(qtbot, week([entry(1, at(9, on=date(2026, 3, 7)))], start=date(2026, 3, 2)))
    told.view.focus_on(date(2026, 3, 7), 1)
    told.key(K.Key_Right, ALT)
    assert told.said[0][2] == at(9, on=date(2026, 3, 8))


def test_keys_walk_over_visits_and_days_and_move_them(qtbot: Any) -> None:
    told = Told(qtbot, week([entry(1, at(9)), entry(2, at(11)), entry(3, at(10, 45, date(2026, 3, 3)))]))
    for key, focus in ((K.Key_Down, 1), (K.Key_Down, 2), (K.Key_Right, 3), (K.Key_Left, 2)):
        told.key(key)
        assert told.view.look.entry == focus
    for key in (K.Key_Up, K.Key_Right, K.Key_Return):
        told.key(key, ALT if key != K.Key_Return else Qt.KeyboardModifier.NoModifier)
    assert [(name, given[0].id, *given[1:]) for name, *given in told.said] == [
        ("moved", 2, at(10, 45)), ("moved", 2, at(11, on=date(2026, 3, 3))), ("opened", 2)]  # fmt: skip


def test_page_keys_the_edge_and_t_ask_for_other_weeks(qtbot: Any) -> None:
    told = Told(qtbot, week([]))
    for key in (K.Key_PageDown, K.Key_PageUp, K.Key_Left, K.Key_Left, K.Key_T):
        told.key(key)
    assert told.said == [("week_wanted", 1), ("week_wanted", -1), ("week_wanted", -1), ("today_wanted",)]


def test_a_click_on_the_count_or_the_head_opens_the_day(qtbot: Any) -> None:
    told = Told(qtbot, week([entry(1, at(9))], hidden=7))
    more = told.view.plan.columns[1].more[0].area.center() - QPointF(0, told.view.offset())
    QTest.mouseClick(told.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, more.toPoint())
    QTest.mouseClick(told.view.head, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(150, HEAD // 2))
    assert told.said == [("day_opened", TODAY), ("day_opened", SUNDAY)]


def test_a_double_click_opens_the_visit_or_the_day(qtbot: Any) -> None:
    told = Told(qtbot, week([entry(1, at(9))]))
    for spot in (told.place(TODAY, at(9, 20)), told.place(date(2026, 3, 5), at(12))):
        QTest.mouseDClick(told.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
    assert [(name, getattr(what, "id", what)) for name, what in told.said] == [("opened", 1), ("empty_opened", date(2026, 3, 5))]


def test_a_moved_visit_is_counted_on_its_new_day(qtbot: Any) -> None:
    found = week([entry(1, at(9)), entry(2, at(9, 15))], hidden=2)
    there = week_moved(found, found.entries[0], replace(found.entries[0], starts_at=at(14, 30, date(2026, 3, 4))))
    assert [(h.starts_at, [e.id for e in h.entries], h.total) for h in there.hours] == [
        (at(9), [2], 3), (at(14, on=date(2026, 3, 4)), [1], 1)]  # fmt: skip
    assert [d.total for d in there.days] == [0, 3, 0, 1, 0, 0, 0]
    away = week_moved(found, found.entries[0], replace(found.entries[0], starts_at=at(9, on=date(2026, 5, 4))))
    assert ([d.total for d in away.days], [h.total for h in away.hours]) == ([0, 3, 0, 0, 0, 0, 0], [3])


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_hours_off_are_shaded_and_the_present_moment_is_marked(qtbot: Any, qapp: QApplication, choice: Any) -> None:
    shifts = (Span(at(8), at(12)),)
    told = Told(qtbot, week([], whose=1, shifts=shifts, absences=((Span(at(13), at(15)), "Doctor"),)))
    theme.apply(qapp, choice)
    picture = told.view.viewport().grab().toImage()

    def color(on: date, when: datetime) -> str:
        return picture.pixelColor((QPointF(told.place(on, when) + QPoint(60, 2)) * picture.devicePixelRatio()).toPoint()).name()

    assert color(TODAY, at(9, 30)) == theme.hex_of("surface").lower()
    assert color(TODAY, at(16, 30)) == theme.hex_of("shade").lower()
    assert color(date(2026, 3, 3), at(9, 30)) == theme.hex_of("shade").lower()
    line = told.place(TODAY, at(10))
    marked = {picture.pixelColor((QPointF(line + QPoint(40, dy)) * picture.devicePixelRatio()).toPoint()).name() for dy in (-1, 0, 1)}
    assert theme.hex_of("now").lower() in marked

"""The month as a widget: what it shows, what mouse and keyboard ask for. No database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from fieldoffice.models.states import AppointmentState as S
from fieldoffice.services.calendars.rows import Day, Entry, Month, month_of
from fieldoffice.ui import theme
from fieldoffice.ui.calendar.monthview import MonthView
from tests.make import TODAY, ZONE, at
from tests.ui.front import to_front

K, ALT = Qt.Key, Qt.KeyboardModifier.AltModifier
SIGNALS = ("opened", "day_opened", "empty_opened", "month_wanted", "today_wanted", "moved", "noted")


def entry(id: int, when: datetime, **more: Any) -> Entry:
    given: dict[str, Any] = {"customer": f"Customer {id}", "service": "Leak repair", "street": "1 First Street NW",
                             "state": S.SCHEDULED, "duration_s": 3600, "provider_ids": (1,), "providers": ("Ana",), **more}  # fmt: skip
    return Entry(id=id, version=1, job_id=100 + id, starts_at=when, **given)


def month(entries: Sequence[Entry], on: date = TODAY) -> Month:
    return month_of(entries, on=on, zone=ZONE.key, first_weekday=6, now=at(10))


class Told:
    """A month view of 840 x 620 on the screen, and what it told."""

    def __init__(self, qtbot: Any, entries: Sequence[Entry]) -> None:
        self.view, self.said = MonthView(theme), list[tuple[Any, ...]]()
        for name in SIGNALS:
            getattr(self.view, name).connect(lambda *given, name=name: self.said.append((name, *given)))
        self.view.can_move = True
        self.view.resize(840, 620)
        qtbot.addWidget(self.view)
        self.view.show_month(month(entries))
        self.view.show()
        to_front(qtbot, self.view)
        self.view.setFocus()
        qtbot.waitUntil(self.view.hasFocus)

    def spot(self, id: int) -> QPoint:
        return self.view.area_of(id).center().toPoint()

    def cell(self, on: date) -> QPoint:
        """A place in the free ground of a day."""
        found = self.view.plan.cell_of(on)
        assert found is not None
        return QPoint(round(found.area.center().x()), round(found.area.bottom()) - 5)

    def key(self, which: Qt.Key, modifiers: Any = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.view, which, modifiers)

    def drag(self, start: QPoint, end: QPoint, *, drop: bool = True) -> None:
        QTest.mousePress(self.view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
        for share in (0.3, 0.6, 1.0):
            QTest.mouseMove(self.view, start + (end - start) * share)
        if drop:
            QTest.mouseRelease(self.view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)


@pytest.fixture
def two(qtbot: Any) -> Told:
    return Told(qtbot, [entry(1, at(9)), entry(2, at(13))])


def test_every_day_has_its_cell_and_every_entry_its_line(two: Told) -> None:
    cells = two.view.plan.cells
    assert (len(cells), cells[0].day.on, cells[-1].day.on) == (35, date(2026, 3, 1), date(2026, 4, 4))
    assert {round(c.area.width()) for c in cells} == {120}
    inside = two.view.plan.cell_of(TODAY)
    assert inside is not None
    assert [s.entry.id for s in inside.spots] == [1, 2]
    assert all(inside.area.contains(s.area) for s in inside.spots)
    assert inside.spots[0].area.bottom() < inside.spots[1].area.top()


@pytest.mark.parametrize("n", [1, 3, 4, 5, 12])
def test_what_does_not_fit_is_counted_and_opens_the_day(qtbot: Any, n: int) -> None:
    told = Told(qtbot, [entry(k, at(8) + timedelta(minutes=k)) for k in range(1, n + 1)])
    cell = told.view.plan.cell_of(TODAY)
    assert cell is not None
    assert len(cell.spots) + cell.more == n
    assert (cell.more == 0) == (n <= 4)  # four lines fit
    if cell.more:
        assert cell.area.contains(cell.more_area)
        assert cell.more_area.top() >= cell.spots[-1].area.bottom()
        QTest.mouseClick(told.view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, cell.more_area.center().toPoint())
        assert told.said == [("day_opened", TODAY)]


def test_a_day_of_a_large_office_counts_more_than_it_was_given(qtbot: Any) -> None:
    given = month([entry(1, at(9))])
    full = tuple(Day(d.on, d.entries, {S.SCHEDULED: 1000}) if d.on == TODAY else d for d in given.days)
    told = Told(qtbot, [])
    told.view.show_month(Month(given.first_on, full, given.zone, given.today, given.now))
    cell = told.view.plan.cell_of(TODAY)
    assert cell is not None
    assert (len(cell.spots), cell.more) == (1, 999)


def test_a_double_click_opens_the_visit_or_the_day(two: Told) -> None:
    QTest.mouseDClick(two.view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, two.spot(2))
    QTest.mouseDClick(two.view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, two.cell(date(2026, 3, 12)))
    assert [(name, getattr(what, "id", what)) for name, what in two.said] == [("opened", 2), ("empty_opened", date(2026, 3, 12))]


def test_a_drag_to_another_day_asks_for_it(two: Told) -> None:
    two.drag(two.spot(1), two.cell(date(2026, 3, 5)))
    assert [(name, given[0].id, given[1]) for name, *given in two.said] == [("moved", 1, date(2026, 3, 5))]
    assert two.view.look.carried is None


def test_a_drag_within_the_day_a_click_and_escape_ask_for_nothing(two: Told) -> None:
    two.drag(two.spot(1), two.cell(TODAY))
    QTest.mouseClick(two.view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, two.spot(2))
    two.drag(two.spot(1), two.cell(date(2026, 3, 5)), drop=False)
    assert (two.view.look.carried, two.view.look.target) == (1, date(2026, 3, 5))
    two.key(K.Key_Escape)
    QTest.mouseRelease(two.view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, two.cell(date(2026, 3, 5)))
    assert [given for given in two.said if given[0] == "moved"] == []


def test_a_view_that_may_not_move_moves_nothing(two: Told) -> None:
    two.view.can_move = False
    two.drag(two.spot(1), two.cell(date(2026, 3, 5)))
    two.key(K.Key_Right, ALT)
    assert [given for given in two.said if given[0] == "moved"] == []


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"locked": True}, "This visit is locked. Unlock it to move it."),
        ({"state": S.COMPLETED}, "This visit is completed and can no longer be moved."),
        ({"state": S.WORKING}, "This visit is working and can no longer be moved."),
    ],
)
def test_a_visit_that_stays_where_it_is_says_why(qtbot: Any, more: dict[str, Any], words: str) -> None:
    told = Told(qtbot, [entry(1, at(9), **more)])
    told.drag(told.spot(1), told.cell(date(2026, 3, 5)))
    assert told.said == [("noted", words)]


def test_arrows_walk_over_days_and_the_visits_in_them(two: Told) -> None:
    assert two.view.look.day == TODAY
    steps = [(K.Key_Down, 1), (K.Key_Down, 2), (K.Key_Up, 1), (K.Key_Up, None)]
    for key, focus in steps:
        two.key(key)
        assert two.view.look.entry == focus
    two.key(K.Key_Right)
    assert (two.view.look.day, two.view.look.entry) == (date(2026, 3, 3), None)
    for key in (K.Key_Down, K.Key_Left, K.Key_Up):
        two.key(key)
    assert (two.view.look.day, two.view.look.entry) == (TODAY, 2)  # from below onto the last visit
    two.key(K.Key_Return)
    two.key(K.Key_Escape)
    two.key(K.Key_Return)
    assert [(name, getattr(what, "id", what)) for name, what in two.said] == [("opened", 2), ("day_opened", TODAY)]


def test_arrows_leave_the_month_and_page_keys_and_the_wheel_turn_it(two: Told) -> None:
    two.key(K.Key_PageDown)
    two.key(K.Key_PageUp)
    for _ in range(2):  # beyond the first day shown, which is a Sunday
        two.key(K.Key_Left)
    two.key(K.Key_T)
    wheel = QWheelEvent(QPointF(300, 300), QPointF(300, 300), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
                        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
    QApplication.sendEvent(two.view, wheel)
    april, february = date(2026, 4, 1), date(2026, 2, 1)
    assert two.said == [("month_wanted", april), ("month_wanted", february), ("month_wanted", february), ("today_wanted",),
                        ("month_wanted", april)]  # fmt: skip
    assert two.view.look.day == date(2026, 2, 28)


def test_alt_and_arrows_move_the_visit_in_focus_by_a_day_or_a_week(two: Told) -> None:
    two.key(K.Key_Right, ALT)
    assert two.said == []  # the day is in focus, not a visit
    two.key(K.Key_Down)
    for key in (K.Key_Right, K.Key_Down):
        two.key(key, ALT)
    assert [(name, given[0].id, given[1]) for name, *given in two.said] == [("moved", 1, date(2026, 3, 3)), ("moved", 1, date(2026, 3, 9))]


def test_a_screen_reader_is_told_of_the_day_and_of_the_visit(two: Told) -> None:
    assert two.view.accessibleDescription() == "Monday, March 2, 2 scheduled"
    two.key(K.Key_Down)
    assert two.view.accessibleDescription().startswith("Customer 1 · scheduled, Leak repair, ")
    assert "09:00–10:00" in two.view.accessibleDescription()


def test_what_customers_typed_is_shown_as_it_is(qtbot: Any) -> None:
    told = Told(qtbot, [entry(1, at(9), customer="<b>Bold & Sons</b>")])
    tip = told.view._tip(QPointF(told.spot(1)))
    assert "&lt;b&gt;Bold &amp; Sons" in tip


def test_another_answer_keeps_the_visit_in_focus_and_drops_one_that_is_gone(two: Told) -> None:
    two.key(K.Key_Down)
    two.view.show_month(month([entry(1, at(9)), entry(5, at(7))]))
    assert two.view.look.entry == 1
    two.view.show_month(month([entry(5, at(7))]))
    assert (two.view.look.entry, two.view.look.day) == (None, TODAY)


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_it_is_painted_in_the_colors_of_the_theme(two: Told, qapp: QApplication, choice: Any) -> None:
    theme.apply(qapp, choice)
    picture = two.view.grab().toImage()
    ratio = picture.devicePixelRatio()
    inside = two.view.area_of(1)
    at_ = (QPointF(inside.right() - 4, inside.center().y()) * ratio).toPoint()
    assert picture.pixelColor(at_) == theme.state(S.SCHEDULED)[0]

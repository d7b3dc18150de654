"""The schedule page on a real office: what the board asks for is in the database, and can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fieldoffice.models.states import AppointmentState
from fieldoffice.office import Office
from fieldoffice.services.dispatch import moves
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.schedule.page import SchedulePage
from fieldoffice.ui.schedule.popover import AnywayPopover, WhenPopover
from tests import make
from tests.ui.front import to_front

K, ALT = Qt.Key, Qt.KeyboardModifier.AltModifier


class Day:
    """A page on today with one visit at Ana's, 9 to 10, and one in the tray."""

    def __init__(self, office: Office, desk: Desk, made: make.Made) -> None:
        self.office, self.desk, self.made = office, desk, made
        placed, self.waits = make.job(office, made), make.job(office, made).appointment_id
        self.placed = placed.appointment_id
        office.do(moves.place, self.placed, version=1, provider_ids=(made.ana,), starts_at=make.at(9))
        self.page = SchedulePage(desk)

    def card(self, id: int) -> Any:
        return make.card(self.office, id)


@pytest.fixture
def day(sqlite_office: Office, qtbot: Any) -> Iterator[Day]:
    made = make.small(sqlite_office)
    desk = Desk(sqlite_office, user_id=made.owner, known=sqlite_office.topics(), every_ms=100)
    opened = Day(sqlite_office, desk, made)
    opened.page.resize(1366, 640)
    qtbot.addWidget(opened.page)
    opened.page.show()
    opened.page.show_days(make.TODAY, 1)
    qtbot.waitUntil(opened.page.ready)
    to_front(qtbot, opened.page)
    opened.page.setFocus()
    yield opened
    opened.page.view.canvas.cancel()
    desk.close()


def settle(qtbot: Any, day: Day) -> None:
    qtbot.waitUntil(lambda: day.desk.background.waiting() == 0)


def key(day: Day, which: Qt.Key, modifiers: Any = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(day.page.view.canvas, which, modifiers)


def test_the_board_shows_what_is_in_the_database(day: Day) -> None:
    assert [c.id for c in day.page.board.cards] == [day.placed]
    assert [c.id for c in day.page.board.tray] == [day.waits]
    assert [row.name for row in day.page.board.providers] == ["Ana", "Bo"]


def test_a_visit_from_the_tray_is_placed_and_undone(day: Day, qtbot: Any) -> None:
    day.page.select([day.waits])
    day.page.calls["assign"].trigger()
    carry = day.page.view.canvas.carry
    assert carry is not None
    carry.aim(1, make.at(14))
    key(day, K.Key_Return)
    settle(qtbot, day)
    assert (day.card(day.waits).provider_ids, day.card(day.waits).starts_at) == ((day.made.bo,), make.at(14))
    day.desk.undo()
    settle(qtbot, day)
    assert day.card(day.waits).starts_at is None


def test_an_overlap_is_refused_named_and_booked_with_a_reason(day: Day, qtbot: Any) -> None:
    canvas = day.page.view.canvas
    day.page.select([day.waits])
    day.page.calls["assign"].trigger()
    assert canvas.carry is not None
    canvas.carry.aim(0, make.at(9, 30))
    seen = canvas.carry.verdicts[day.made.ana].first
    key(day, K.Key_Return)
    settle(qtbot, day)
    ask = day.page.asking.popover
    assert isinstance(ask, AnywayPopover)
    assert seen is not None
    assert [r.words for r in ask.reasons if r.blocks] == [seen.words]
    assert day.card(day.waits).starts_at is None
    ask.reason.setText("Two people are needed")
    ask.ok.click()
    settle(qtbot, day)
    assert day.card(day.waits).provider_ids == (day.made.ana,)
    assert day.card(day.waits).overridden == "Two people are needed"


def test_a_visit_goes_through_its_day(day: Day, qtbot: Any) -> None:
    day.page.select([day.placed])
    for which, state in (
        (K.Key_D, "dispatched"),
        (K.Key_E, "en_route"),
        (K.Key_A, "arrived"),
        (K.Key_W, "working"),
        (K.Key_P, "paused"),
        (K.Key_P, "working"),
        (K.Key_C, "completed"),
    ):
        key(day, which)
        if isinstance(day.page.asking.popover, WhenPopover):
            day.page.asking.popover.ok.click()
        settle(qtbot, day)
        assert day.card(day.placed).state is AppointmentState(state)
    day.page.steps.ask_timeline()
    qtbot.waitUntil(day.page.peek.timeline.isVisible)


def test_another_desk_that_was_faster_wins(day: Day, qtbot: Any) -> None:
    day.office.do(
        moves.place,
        day.placed,
        version=day.card(day.placed).version,
        provider_ids=(day.made.bo,),
        starts_at=make.at(13),
    )
    day.page.select([day.placed])
    key(day, K.Key_Right, ALT)
    settle(qtbot, day)
    assert (day.card(day.placed).provider_ids, day.card(day.placed).starts_at) == ((day.made.bo,), make.at(13))
    assert [(c.provider_ids, c.starts_at) for c in day.page.board.cards] == [((day.made.bo,), make.at(13))]


def test_a_change_elsewhere_reaches_the_board(day: Day, qtbot: Any) -> None:
    day.desk.start()
    qtbot.waitUntil(lambda: day.desk.live.known is not None)
    version = day.card(day.placed).version
    day.office.do(
        moves.place,
        day.placed,
        version=version,
        provider_ids=(day.made.ana,),
        starts_at=make.at(9) + timedelta(hours=2),
    )
    qtbot.waitUntil(lambda: day.page.board.cards[0].starts_at == make.at(11), timeout=5000)

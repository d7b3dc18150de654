"""A time that is held online, on the drawn board: hatched, said in words, and in nobody's hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fieldoffice.models.states import AppointmentState
from fieldoffice.services.dispatch.online import BEING_BOOKED, HELD, NOT_YET, PROPOSED
from fieldoffice.services.dispatch.rows import Card
from fieldoffice.ui import theme
from fieldoffice.ui.schedule.canvas import Canvas
from fieldoffice.ui.schedule.carry import Carry, Kind
from fieldoffice.ui.schedule.words import card_tip, second_line, sign_icons, spoken
from tests.ui.boards import ZONE, at, board, card, provider

VISIT, HOLD = 1, 2


def hold(id: int = HOLD, *, days: int = 0, customer: str = BEING_BOOKED, service: str = HELD) -> Card:
    return Card(id, 1, 0, "", 0, customer, service, NOT_YET, "", (38.9, -77.04), AppointmentState.HELD, at(10), 3600, (1,), locked=True,
                held_until=at(9, 42) + timedelta(days=days))  # fmt: skip


@pytest.fixture
def canvas(qtbot: Any) -> Canvas:
    made = Canvas(theme, board([provider(1), provider(2)], [card(VISIT, start=at(8), provider_ids=(1,)), hold()]))
    qtbot.addWidget(made)
    made.resize(1200, 300)
    made.show()
    return made


def middle(canvas: Canvas, id: int) -> Any:
    return canvas.viewport_rect(canvas.layout_.boxes[id][0]).center()


def test_it_says_what_it_is_and_until_when() -> None:
    one, proposed = hold(), hold(customer="Ada <Lovelace>", service=PROPOSED)
    assert second_line(one, ZONE) == "until 09:42"
    assert second_line(proposed, ZONE) == "Time proposed · until 09:42"
    assert second_line(hold(days=1), ZONE).endswith("09:42")
    assert second_line(hold(days=1), ZONE) != "until 09:42"  # the day is named where it is another one
    tip = card_tip(one, None, "Ada", ZONE)
    assert "Being booked online" in tip
    assert "until 09:42" in tip
    assert "booking page" in tip
    assert "Ada &lt;Lovelace&gt;" in card_tip(proposed, None, "Ada", ZONE)
    assert spoken(one, "Ada", ZONE).startswith("Being booked online, until 09:42")
    assert sign_icons(one) == []


def test_nobody_selects_opens_or_drags_it(canvas: Canvas, qtbot: Any) -> None:
    opened: list[object] = []
    noted: list[str] = []
    canvas.opened.connect(opened.append)
    canvas.noted.connect(noted.append)
    spot = middle(canvas, HOLD)
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    QTest.mouseDClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert (canvas.look.selected, opened) == (frozenset(), [])
    QTest.mousePress(canvas.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    for dx in (20, 60):
        QTest.mouseMove(canvas.viewport(), spot + type(spot)(dx, 0))
    QTest.mouseRelease(canvas.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert canvas.carry is None
    canvas.select_all()
    assert canvas.look.selected == {VISIT}
    canvas.set_focus_card(HOLD)
    canvas.select([])
    canvas.keys.pick_up()
    assert canvas.carry is None
    assert "held for somebody outside" in noted[-1]


def test_control_the_visit_beside_it_is_selected_and_opened(canvas: Canvas) -> None:
    opened: list[Card] = []
    canvas.opened.connect(opened.append)
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=middle(canvas, VISIT))
    QTest.mouseDClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=middle(canvas, VISIT))
    assert canvas.look.selected == {VISIT}
    assert [one.id for one in opened][:1] == [VISIT]


def test_aiming_at_it_tells_that_somebody_is_booking(canvas: Canvas) -> None:
    carry = Carry(canvas.board, (canvas.board.cards[0],), Kind.MOVE, 1, {VISIT: 1})
    carry.aim(0, at(10) + timedelta(minutes=15))
    verdict = carry.verdict_here()
    assert verdict is not None
    assert verdict.first is not None
    assert "somebody who is booking online" in verdict.first.words


def test_it_is_hatched_where_a_held_visit_is_plain(canvas: Canvas) -> None:
    assert colors_below(canvas) > 1
    canvas.show_board(board([provider(1), provider(2)], [replace(hold(), job_id=5)]))
    assert colors_below(canvas) == 1


def colors_below(canvas: Canvas) -> int:
    """How many colors a line below the words of the second card has."""
    area = canvas.viewport_rect(canvas.layout_.boxes[HOLD][0])
    picture = canvas.viewport().grab(area).toImage()
    return len({picture.pixel(x, picture.height() - 4) for x in range(12, picture.width() - 12)})

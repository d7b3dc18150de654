"""The board under the mouse: real widgets, real events; what it asks for, and what its rows say meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from fieldoffice.services.dispatch.rows import Board
from fieldoffice.ui import theme
from fieldoffice.ui.schedule.canvas import Canvas
from fieldoffice.ui.schedule.carry import Move
from fieldoffice.ui.schedule.paint_names import two_lines
from fieldoffice.ui.schedule.view import BoardView
from tests.bench.bench_board import crowded_board
from tests.ui.boards import DAY, at, board, card, provider, usual

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
PLAIN = Qt.KeyboardModifier.NoModifier


class Told:
    """What a view said."""

    def __init__(self, view: BoardView) -> None:
        self.moves: list[tuple[Move, ...]] = []
        self.unassigned: list[tuple[int, ...]] = []
        self.noted: list[str] = []
        view.moved.connect(self.moves.append)
        view.unassigned.connect(lambda cards: self.unassigned.append(tuple(c.id for c in cards)))
        view.noted.connect(self.noted.append)


@pytest.fixture
def view(qtbot: Any) -> Iterator[BoardView]:
    made = BoardView(theme, usual())
    made.resize(1300, 500)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.canvas.cancel()


def mouse(widget: QWidget, kind: QEvent.Type, spot: QPoint, buttons: Qt.MouseButton, modifiers: Any = PLAIN) -> None:
    button = NONE if kind == QEvent.Type.MouseMove else LEFT
    place = QPointF(spot)
    event = QMouseEvent(kind, place, QPointF(widget.mapToGlobal(spot)), button, buttons, modifiers)
    QApplication.sendEvent(widget, event)


def press(widget: QWidget, spot: QPoint, modifiers: Any = PLAIN) -> None:
    mouse(widget, QEvent.Type.MouseButtonPress, spot, LEFT, modifiers)


def drag(widget: QWidget, start: QPoint, end: QPoint, modifiers: Any = PLAIN) -> None:
    """Press, move in steps, and stay pressed."""
    press(widget, start)
    for n in range(1, 5):
        mouse(widget, QEvent.Type.MouseMove, start + (end - start) * n / 4, LEFT, modifiers)


def release(widget: QWidget, spot: QPoint, modifiers: Any = PLAIN) -> None:
    mouse(widget, QEvent.Type.MouseButtonRelease, spot, NONE, modifiers)


def spot_of(canvas: Canvas, id: int, *, from_right: float = 0) -> QPoint:
    """A place on a card: its middle, or so far from its right edge."""
    rect = canvas.viewport_rect(canvas.layout_.boxes[id][0])
    return QPoint(rect.right() - int(from_right), rect.center().y()) if from_right else rect.center()


def place_of(canvas: Canvas, provider_id: int, moment: Any) -> QPoint:
    row = canvas.layout_.row_of(provider_id)
    assert row is not None
    area = canvas.visible_area()
    return QPoint(round(canvas.layout_.hours.x(moment) - area.left()), round(row.top + row.height / 2 - area.top()))


def waiting_spot(view: BoardView, n: int = 0) -> QPoint:
    return view.tray.list.visualRect(view.tray.list.model_.index(n)).center()


def test_a_drop_from_the_tray_asks_for_the_provider_and_the_snapped_time(view: BoardView) -> None:
    told, waiting = Told(view), view.tray.list.viewport()
    target = place_of(view.canvas, 2, at(9, 5)) + QPoint(12, 0)
    local = waiting.mapFromGlobal(view.canvas.viewport().mapToGlobal(target))
    drag(waiting, waiting_spot(view), local)
    assert view.canvas.carry is not None
    assert view.canvas.carry.verdicts[1].reasons[0].words == "Ada is at Okafor 09:00–10:00"
    assert view.canvas.carry.verdicts[3].reasons[0].words == "Cem lacks Plumbing"
    assert view.canvas.carry.verdicts[2].fits
    release(waiting, local)
    (move,) = told.moves[0]
    assert (move.card.id, move.provider_ids, move.starts_at, move.duration_s) == (9, (2,), at(9), 3600)
    assert view.canvas.carry is None


def test_alt_gives_the_minute(view: BoardView) -> None:
    told, canvas = Told(view), view.canvas
    start, end = spot_of(canvas, 1), spot_of(canvas, 1) + QPoint(round(canvas.layout_.hours.per_hour * 37 / 60), 0)
    drag(canvas.viewport(), start, end, Qt.KeyboardModifier.AltModifier)
    release(canvas.viewport(), end)
    assert abs((told.moves[0][0].starts_at - at(9, 37)).total_seconds()) <= 60


def test_a_drag_to_another_row_keeps_the_time_to_the_minute(view: BoardView) -> None:
    day = usual()
    view.show_board(board(day.providers, [card(1, start=at(9, 7), provider_ids=(1,))], day.tray))
    told, canvas = Told(view), view.canvas
    start = spot_of(canvas, 1)
    end = QPoint(start.x() + 2, place_of(canvas, 3, at(9)).y())
    drag(canvas.viewport(), start, end)
    release(canvas.viewport(), end)
    (move,) = told.moves[0]
    assert (move.provider_ids, move.starts_at) == ((3,), at(9, 7))


def test_the_right_edge_resizes(view: BoardView) -> None:
    told, canvas = Told(view), view.canvas
    start = spot_of(canvas, 1, from_right=2)
    end = start + QPoint(round(canvas.layout_.hours.per_hour / 2), 0)
    drag(canvas.viewport(), start, end)
    release(canvas.viewport(), end)
    (move,) = told.moves[0]
    assert (move.provider_ids, move.starts_at, move.duration_s) == ((1,), at(9), 5400)


def test_selected_cards_move_together(view: BoardView) -> None:
    told, canvas = Told(view), view.canvas
    view.select([1, 2])
    start = spot_of(canvas, 1)
    end = start + QPoint(round(canvas.layout_.hours.per_hour), 0)
    drag(canvas.viewport(), start, end)
    release(canvas.viewport(), end)
    assert {m.card.id: (m.provider_ids, m.starts_at) for m in told.moves[0]} == {1: ((1,), at(10)), 2: ((2,), at(14))}


def test_escape_cancels_the_drag(view: BoardView) -> None:
    told, canvas = Told(view), view.canvas
    drag(canvas.viewport(), spot_of(canvas, 1), place_of(canvas, 2, at(15)))
    assert canvas.carry is not None
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    release(canvas.viewport(), place_of(canvas, 2, at(15)))
    assert (canvas.carry, told.moves, told.unassigned) == (None, [], [])


def test_escape_cancels_a_drag_from_the_tray(view: BoardView) -> None:
    told, waiting = Told(view), view.tray.list
    local = waiting.viewport().mapFromGlobal(view.canvas.viewport().mapToGlobal(place_of(view.canvas, 2, at(15))))
    drag(waiting.viewport(), waiting_spot(view), local)
    QTest.keyClick(waiting, Qt.Key.Key_Escape)
    release(waiting.viewport(), local)
    assert (view.canvas.carry, told.moves) == (None, [])


def test_a_card_let_go_over_the_tray_is_unassigned(view: BoardView) -> None:
    told, canvas = Told(view), view.canvas
    over = canvas.viewport().mapFromGlobal(view.tray.mapToGlobal(QPoint(100, 200)))
    drag(canvas.viewport(), spot_of(canvas, 1), over)
    assert view.tray.title.text() == "Let go to unassign"
    release(canvas.viewport(), over)
    assert told.unassigned == [(1,)]
    assert view.tray.title.text() == "Unscheduled"


def test_a_tray_card_let_go_over_the_tray_stays(view: BoardView) -> None:
    told, waiting = Told(view), view.tray.list.viewport()
    end = waiting_spot(view) + QPoint(0, 40)
    drag(waiting, waiting_spot(view), end)
    release(waiting, end)
    assert (told.moves, told.unassigned) == ([], [])


def test_a_locked_card_stays_and_says_why(view: BoardView) -> None:
    view.show_board(board([provider(1)], [card(1, start=at(9), provider_ids=(1,), customer="Okafor", locked=True)]))
    told, canvas = Told(view), view.canvas
    drag(canvas.viewport(), spot_of(canvas, 1), place_of(canvas, 1, at(14)))
    assert told.noted == ["Okafor is locked. Press L to unlock it first."]
    assert canvas.carry is None


def test_clicks_and_rubber_band_select(view: BoardView) -> None:
    canvas = view.canvas
    QTest.mouseClick(canvas.viewport(), LEFT, PLAIN, spot_of(canvas, 1))
    assert canvas.look.selected == {1}
    QTest.mouseClick(canvas.viewport(), LEFT, Qt.KeyboardModifier.ControlModifier, spot_of(canvas, 2))
    assert canvas.look.selected == {1, 2}
    QTest.mouseClick(canvas.viewport(), LEFT, PLAIN, spot_of(canvas, 2))
    assert canvas.look.selected == {2}
    drag(canvas.viewport(), QPoint(4, 4), spot_of(canvas, 1))
    release(canvas.viewport(), spot_of(canvas, 1))
    assert canvas.look.selected == {1}


def test_choosing_in_the_tray_clears_the_board_and_the_other_way_round(view: BoardView) -> None:
    view.select([1])
    view.select([8])
    assert [c.id for c in view.selected()] == [8]
    view.select([2])
    assert [c.id for c in view.selected()] == [2]
    assert view.tray.list.selected() == ()


def test_the_wheel_with_control_zooms_around_the_pointer(view: BoardView) -> None:
    canvas = view.canvas
    before = canvas.layout_.hours.at(300)
    canvas.zoom_by(1.5, 300)
    assert abs((canvas.layout_.hours.at(canvas.horizontalScrollBar().value() + 300) - before).total_seconds()) < 90
    canvas.zoom(0)
    assert canvas.layout_.width == pytest.approx(canvas.viewport().width(), abs=2)


def test_a_new_board_keeps_selection_and_scroll(view: BoardView) -> None:
    view.show_board(crowded_board(40, 200))
    view.canvas.zoom(200)
    view.canvas.verticalScrollBar().setValue(333)
    view.canvas.horizontalScrollBar().setValue(222)
    view.select([1003, 1004])
    view.show_board(crowded_board(40, 199))
    assert view.canvas.look.selected == {1003, 1004}
    assert (view.canvas.verticalScrollBar().value(), view.canvas.horizontalScrollBar().value()) == (333, 222)


def test_overlapping_cards_stand_in_lanes_and_say_so(view: BoardView) -> None:
    view.show_board(
        board(
            [provider(1)],
            [
                card(1, start=at(9), provider_ids=(1,), customer="Okafor"),
                card(2, start=at(9, 30), provider_ids=(1,), customer="Nguyen"),
            ],
        )
    )
    first, second = view.canvas.layout_.rows[0].boxes
    assert (first.lane, second.lane) == (0, 1)
    assert (first.clash, second.clash) == ("Overlaps Nguyen", "Overlaps Okafor")
    view.canvas.set_focus_card(2)
    assert "Overlaps Okafor" in view.canvas.accessibleDescription()


def test_a_late_visit_says_by_how_much(view: BoardView) -> None:
    view.show_board(
        board(
            [provider(1)],
            [
                card(1, start=at(9), provider_ids=(1,), place=(38.9, -77.0)),
                card(2, start=at(10, 5), provider_ids=(1,), place=(39.0, -77.0)),
            ],
        )
    )
    assert [box.late_s > 600 for box in view.canvas.layout_.rows[0].boxes] == [False, True]


def test_an_empty_company_says_so(view: BoardView) -> None:
    view.show_board(Board(DAY, 1, "America/New_York", at(7), (), (), ()))
    assert view.empty.isVisible()
    assert view.empty.sentence.text() == "There are no providers yet."
    view.show_board(usual())
    assert not view.empty.isVisible()


def test_the_tray_counts_and_searches(view: BoardView, qtbot: Any) -> None:
    assert view.tray.count.text() == "2"
    qtbot.keyClicks(view.tray.search, "patel")
    qtbot.waitUntil(lambda: view.tray.count.text() == "1 of 2")
    view.tray.show_all()
    assert view.tray.count.text() == "2"


def test_found_cards_stand_out(view: BoardView) -> None:
    assert view.search("okaf") == [1]
    assert view.canvas.look.found == {1}
    assert view.search("") == []
    assert view.canvas.look.found is None


@pytest.mark.parametrize("colors", ["light", "dark"])
def test_a_hundred_providers_paint_scroll_and_drag(view: BoardView, qapp: QApplication, colors: Any) -> None:
    theme.apply(qapp, colors)
    view.show_board(crowded_board())
    canvas = view.canvas
    canvas.verticalScrollBar().setValue(canvas.verticalScrollBar().maximum())
    assert canvas.layout_.rows_between(canvas.visible_area().top(), canvas.visible_area().bottom())[-1].index == 99
    assert view.bring(view.board.tray[:1])
    view.carry_to(canvas.viewport().mapToGlobal(QPoint(200, 60)))
    assert canvas.carry is not None
    assert len(canvas.carry.verdicts) == 100
    picture = view.grab().toImage()
    assert len({picture.pixel(x, y) for x in range(0, picture.width(), 9) for y in range(0, picture.height(), 9)}) > 20


def test_reasons_break_into_two_lines(view: BoardView) -> None:
    lines = two_lines(view.canvas.ink, "At Bundesdruckerei Liegenschaftsverwaltung 09:00–10:00", 180)
    assert " ".join(lines) == "At Bundesdruckerei Liegenschaftsverwaltung 09:00–10:00"
    assert len(lines) == 2

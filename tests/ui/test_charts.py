"""Charts: drawn by matplotlib off the Qt thread, sharp, in the theme's colors, with their numbers behind them."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from fieldoffice.models.states import AppointmentState as S
from fieldoffice.ui import theme
from fieldoffice.ui.charts import Cell, Chart, Colors, Picture
from fieldoffice.ui.charts.drawing import draw, mixed
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.palette import DARK, LIGHT

ROWS = (
    ("Monday", Cell(9, "9"), Cell(3600, "1 h")), ("Tuesday", Cell(12, "12"), Cell(900, "15 min")),
    ("Friday", Cell(3, "3"), Cell(0, "–")))  # fmt: skip
HEADS = ("Day", "Visits", "Hours")


def bars(axes: Any, colors: Colors) -> None:
    axes.bar(range(3), [9, 12, 3], color=colors.danger)


def picture(paint: Any = bars, **more: Any) -> Picture:
    return Picture("Tuesday is the fullest day: 12 visits", paint, HEADS, more.pop("rows", ROWS), **more)


@pytest.fixture
def chart(qtbot: Any, desk: Desk) -> Chart:
    made = Chart(desk, name="Visits by day")
    made.resize(420, 260)
    qtbot.addWidget(made)
    made.show()
    return made


def shown(qtbot: Any, chart: Chart, given: Picture) -> QImage:
    chart.show_picture(given)
    qtbot.waitUntil(chart.drawn, timeout=60_000)  # the first picture of a run imports matplotlib
    return chart.canvas.image


def test_a_picture_is_as_large_as_its_room_and_in_the_colors_of_the_theme(qtbot: Any, chart: Chart, qapp: QApplication) -> None:
    light = shown(qtbot, chart, picture())
    assert (light.width(), light.height()) == (chart.canvas.width(), chart.canvas.height())
    assert light.pixelColor(2, 2).name() == theme.hex_of("surface").lower()
    assert theme.hex_of("danger").lower() in {light.pixelColor(x, light.height() - 40).name() for x in range(light.width())}
    theme.apply(qapp, "dark")
    qtbot.waitUntil(lambda: chart.drawn() and chart.canvas.image.pixelColor(2, 2).name() == DARK.surface.lower(), timeout=20_000)


def test_it_is_drawn_off_the_qt_thread_and_again_when_its_room_changes(qtbot: Any, chart: Chart) -> None:
    threads: list[str] = []

    def paint(axes: Any, colors: Colors) -> None:
        threads.append(threading.current_thread().name)
        bars(axes, colors)

    shown(qtbot, chart, picture(paint))
    chart.resize(640, 300)
    qtbot.waitUntil(lambda: chart.drawn() and chart.canvas.image.width() == chart.canvas.width(), timeout=20_000)
    assert chart.canvas.width() > 500
    assert len(threads) >= 2
    assert threading.main_thread().name not in threads


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_a_picture_has_as_many_pixels_as_the_screen(qapp: QApplication, ratio: float) -> None:
    drawn = draw(bars, Colors(LIGHT), "No Such Font At All", 320, 200, ratio)
    assert (drawn.width, drawn.height, len(drawn.data)) == (320 * ratio, 200 * ratio, 320 * 200 * ratio * ratio * 4)


def test_names_are_never_read_as_formulas(qapp: QApplication) -> None:
    def paint(axes: Any, colors: Colors) -> None:
        axes.barh([0], [1])
        axes.set_yticks([0], ["Ana $x_{2 & <b>"])

    assert draw(paint, Colors(LIGHT), "", 320, 200, 1.0).width == 320


def test_the_numbers_stand_behind_the_picture(qtbot: Any, chart: Chart) -> None:
    shown(qtbot, chart, picture())
    assert chart.title.text() == "Tuesday is the fullest day: 12 visits"
    chart.turn.click()
    assert chart.in_numbers()
    assert chart.table is not None
    rows = chart.table.rows
    assert [rows.headerData(n, Qt.Orientation.Horizontal) for n in range(3)] == list(HEADS)
    assert [[rows.index(r, c).data() for c in range(3)] for r in range(3)] == [
        ["Monday", "9", "1 h"], ["Tuesday", "12", "15 min"], ["Friday", "3", "–"]]  # fmt: skip
    rows.sort(1)
    assert [rows.index(r, 0).data() for r in range(3)] == ["Friday", "Monday", "Tuesday"]  # by value, not by the letter
    chart.turn.click()
    assert not chart.in_numbers()


def test_the_side_in_sight_stays_when_the_numbers_change(qtbot: Any, chart: Chart) -> None:
    shown(qtbot, chart, picture())
    chart.turn.click()
    table = chart.table
    chart.show_picture(picture(rows=ROWS[:1]))
    assert (chart.in_numbers(), chart.table, table and table.rows.rowCount()) == (True, table, 1)
    chart.show_picture(Picture("Another", bars, ("Name", "Load"), (("Ana", Cell(1, "1")),)))
    assert chart.in_numbers()
    assert chart.table is not table


def test_a_sentence_takes_the_place_of_a_picture(qtbot: Any, chart: Chart) -> None:
    chart.say("Nothing is planned this week yet.")
    assert (chart.drawn(), chart.turn.isVisible(), chart.title.text()) == (True, False, "Visits by day")
    shown(qtbot, chart, picture())
    assert chart.turn.isVisible()


def test_a_screen_reader_is_told_the_finding_and_the_numbers(qtbot: Any, chart: Chart) -> None:
    shown(qtbot, chart, picture())
    assert chart.canvas.accessibleName() == "Tuesday is the fullest day: 12 visits"
    assert chart.canvas.accessibleDescription() == "Monday, 9, 1 h; Tuesday, 12, 15 min; Friday, 3, –"
    assert chart.turn.accessibleName() == "Show the numbers"


def test_what_is_not_in_sight_is_not_drawn_until_it_is(qtbot: Any, desk: Desk) -> None:
    chart = Chart(desk, name="Visits by day")
    qtbot.addWidget(chart)
    chart.resize(420, 260)
    chart.show_picture(picture())
    qtbot.wait(250)
    assert chart.canvas.image.isNull()
    chart.show()
    qtbot.waitUntil(chart.drawn, timeout=60_000)
    assert not chart.canvas.image.isNull()


@pytest.mark.parametrize("table", [LIGHT, DARK], ids=["light", "dark"])
def test_states_keep_apart_in_a_chart(table: Any) -> None:
    used = {Colors(table).state(s) for s in (S.COMPLETED, S.WORKING, S.SCHEDULED, S.NOT_DONE, S.EN_ROUTE)}
    assert len(used) == 5
    assert (mixed("#000000", "#FFFFFF", 1.0), mixed("#000000", "#FFFFFF", 0.0)) == ("#000000", "#FFFFFF")
    assert Colors(table).accent == table.accent


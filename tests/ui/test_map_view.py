"""The map as a person uses it: real mouse on the real page, offscreen, with the network cable out."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from fieldoffice.ui import theme
from fieldoffice.ui.map.scene import MapHome, MapMarker, MapRoute, MapScene
from fieldoffice.ui.map.view import MapView
from fieldoffice.ui.map.web import web
from fieldoffice.ui.palette import DARK, OTHER_ROUTE, ROUTES

ANNA, TOM = 1, 2
HOSTILE = '<img src=x onerror=alert(1)></script><script>alert(2)</script>&amp;"\'`${alert(3)}'
MARKS = (
    MapMarker(11, 38.90, -77.10, 1, "Harbor Dental", "1 Main Street", "scheduled", ANNA, ROUTES[0]),
    MapMarker(12, 38.92, -77.08, 2, "Oak Bakery", "2 Oak Street", "en_route", ANNA, ROUTES[0]),
    MapMarker(13, 38.88, -77.00, 1, "Dr. Chen", "3 Elm Street", "completed", TOM, ROUTES[1], movable=False),
    MapMarker(14, 38.94, -77.03, None, "J. Novak", "4 Ash Street", "waiting", None, "#B3261E", hollow=True),
)
ROUTE_LINES = (
    MapRoute(ANNA, "Anna Berg", ROUTES[0], ((38.86, -77.12), (38.90, -77.10), (38.92, -77.08)), summary="2 stops"),
    MapRoute(TOM, "Tom Okafor", ROUTES[1], ((38.86, -76.96), (38.88, -77.00))),
)
HOMES = (MapHome(ANNA, "Anna Berg", 38.86, -77.12), MapHome(TOM, "Tom Okafor", 38.86, -76.96))
SCENE = MapScene(MARKS, ROUTE_LINES, HOMES, (), (38.89, -77.05))


class Page:
    """A view with the few things a test does to it."""

    clock = 1_000_000

    def __init__(self, view: MapView, qtbot: QtBot) -> None:
        self.view, self.qtbot = view, qtbot

    def js(self, expression: str) -> Any:
        answers: list[Any] = []
        self.view.page.runJavaScript(f"JSON.stringify({expression})", 0, answers.append)
        self.qtbot.waitUntil(lambda: bool(answers), timeout=10_000)
        return json.loads(answers[0]) if answers[0] else None

    def settled(self) -> None:
        self.qtbot.waitUntil(self.view.is_ready, timeout=30_000)

    def show(self, scene: MapScene, *, fit: bool = True) -> None:
        self.view.show_scene(scene, fit=fit)
        self.settled()

    def count(self, selector: str) -> int:
        return self.js(f"document.querySelectorAll({selector!r}).length")

    def center(self, selector: str) -> QPointF:
        box = f"document.querySelector({selector!r}).getBoundingClientRect()"
        x, y = self.js(f"(b => [b.left + b.width / 2, b.top + b.height / 2])({box})")
        return QPointF(x, y)

    @property
    def mouse(self) -> QWidget:
        found = self.view.browser.focusProxy()
        assert found is not None
        return found

    def click(self, selector: str, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.mouseClick(self.mouse, Qt.MouseButton.LeftButton, keys, self.center(selector).toPoint())

    def drag(self, start: QPointF, end: QPointF, *, shift: bool = False, before_drop: Callable[[], None] | None = None):
        keys = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
        self._mouse(QEvent.Type.MouseButtonPress, start, keys)
        for step in range(1, 9):
            self._mouse(QEvent.Type.MouseMove, start + (end - start) * (step / 8), keys)
            self.qtbot.wait(15)
        if before_drop:
            before_drop()
        self._mouse(QEvent.Type.MouseButtonRelease, end, keys)

    def _mouse(self, kind: QEvent.Type, at: QPointF, keys: Qt.KeyboardModifier) -> None:
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        button = none if kind == QEvent.Type.MouseMove else left
        held = none if kind == QEvent.Type.MouseButtonRelease else left
        over = QPointF(self.mouse.mapToGlobal(at))
        event = QMouseEvent(kind, at, over, button, held, keys)
        Page.clock += 1000 if kind == QEvent.Type.MouseButtonPress else 10  # or two drags are a double click
        event.setTimestamp(Page.clock)
        QApplication.sendEvent(self.mouse, event)


@pytest.fixture(scope="module")
def view(qapp: QApplication) -> Iterator[MapView]:
    made = MapView()
    made.resize(1166, 720)
    made.show()
    yield made
    made.close()
    made.deleteLater()
    qapp.processEvents()


@pytest.fixture
def page(view: MapView, qtbot: QtBot) -> Iterator[Page]:
    made = Page(view, qtbot)
    made.settled()
    view.highlight(None)
    view.show_layers(dict.fromkeys(("routes", "stops", "names", "rings", "before"), True))
    made.show(SCENE)
    yield made
    assert view.page.complaints == []
    assert web().wall.stopped == []
    assert view.loads == 1


def stop(number: int) -> str:
    return f'[data-stop="{number}"]'


def test_a_click_on_a_marker_comes_through_and_selecting_turns_it(page: Page):
    page.view.marker_clicked.connect(answer := lambda one, more: page.view.select([one]))
    with page.qtbot.waitSignal(page.view.marker_clicked) as clicked:
        page.click(stop(12))
    page.settled()
    page.view.marker_clicked.disconnect(answer)
    assert clicked.args == [12, False]
    assert page.js("[...document.querySelectorAll('.face.selected')].map(one => one.dataset.stop)") == ["12"]
    assert page.view.scene.selected == {12}


def test_a_click_with_ctrl_adds(page: Page):
    with page.qtbot.waitSignal(page.view.marker_clicked) as clicked:
        page.click(stop(14), Qt.KeyboardModifier.ControlModifier)
    assert clicked.args == [14, True]


def test_a_marker_is_pressed_by_keyboard(page: Page):
    clicked: list[Any] = []
    page.view.marker_clicked.connect(note := lambda *args: clicked.append(args))
    page.js(f"document.querySelector('{stop(13)}').closest('.stop').focus()")
    QTest.keyClick(page.mouse, Qt.Key.Key_Return)
    page.qtbot.waitUntil(lambda: bool(clicked))
    page.qtbot.wait(100)
    page.view.marker_clicked.disconnect(note)
    assert clicked == [(13, False)]


def test_selection_from_the_program(page: Page):
    page.view.select([11, 14])
    page.settled()
    assert page.count(".face.selected") == 2
    page.view.select([])
    page.settled()
    assert page.count(".face.selected") == 0


@pytest.mark.parametrize(
    ("target", "provider"),
    [('.strip [data-provider="2"]', TOM), ('.house[data-provider="1"]', ANNA), ('path[data-provider="2"]', TOM)],
    ids=["row", "home", "route"],
)
def test_a_marker_dropped_on_a_provider(page: Page, target: str, provider: int):
    def look() -> None:
        page.qtbot.waitUntil(lambda: page.js("document.querySelectorAll('.target').length") == 1)

    with page.qtbot.waitSignal(page.view.marker_dropped) as dropped:
        page.drag(page.center(stop(14)), page.center(target), before_drop=look)
    assert dropped.args == [14, provider]
    assert page.count(".target, .ghost, .dragged") == 0


def test_a_dropped_marker_stays_where_its_visit_is(page: Page):
    before = page.center(stop(14))
    with page.qtbot.waitSignal(page.view.marker_dropped):
        page.drag(before, page.center('.strip [data-provider="1"]'))
    assert page.center(stop(14)) == before


def test_a_drop_on_nothing_or_after_escape_says_nothing(page: Page):
    dropped: list[Any] = []
    page.view.marker_dropped.connect(note := lambda *args: dropped.append(args))
    page.drag(page.center(stop(14)), page.center(stop(14)) + QPointF(60, -30))
    row = page.center('.strip [data-provider="1"]')
    page.drag(page.center(stop(14)), row, before_drop=lambda: QTest.keyClick(page.mouse, Qt.Key.Key_Escape))
    page.qtbot.wait(100)
    page.view.marker_dropped.disconnect(note)
    assert dropped == []
    assert page.count(".ghost") == 0


def test_what_is_done_cannot_be_dragged(page: Page):
    dropped: list[Any] = []
    page.view.marker_dropped.connect(note := lambda *args: dropped.append(args))
    page.drag(page.center(stop(13)), page.center('.strip [data-provider="1"]'))
    page.qtbot.wait(100)
    page.view.marker_dropped.disconnect(note)
    assert dropped == []


def test_a_box_with_shift_selects(page: Page):
    one, other = page.center(stop(11)), page.center(stop(12))
    low = QPointF(min(one.x(), other.x()) - 30, max(one.y(), other.y()) + 30)
    high = QPointF(max(one.x(), other.x()) + 30, min(one.y(), other.y()) - 30)
    with page.qtbot.waitSignal(page.view.box_selected) as drawn:
        page.drag(low, high, shift=True)
    assert sorted(drawn.args[0]) == [11, 12]


def test_layers_switch_without_loading_again(page: Page):
    parts = {"routes": 'path[data-provider="1"]', "stops": ".face", "rings": ".leaflet-rings-pane canvas",
             "names": ".leaflet-names-pane canvas"}  # fmt: skip
    for layer, selector in parts.items():
        there = page.count(selector)
        assert there > 0
        page.view.show_layers({layer: False})
        page.settled()
        assert page.count(selector) == 0
        page.view.show_layers({layer: True})
        page.settled()
        assert page.count(selector) == there


def test_a_button_switches_a_layer_and_tells(page: Page):
    with page.qtbot.waitSignal(page.view.layer_toggled) as told:
        page.click('[data-layer="stops"]')
    assert told.args == ["stops", False]
    assert page.count(".face") == 0
    assert page.js("document.querySelector('[data-layer=stops]').getAttribute('aria-pressed')") == "false"


def test_a_scene_changes_only_what_changed(page: Page):
    page.js(f"(document.querySelector('{stop(11)}').kept = true)")
    page.show(replace(SCENE, markers=(MARKS[0], replace(MARKS[3], number=2, provider_id=TOM, hollow=False))), fit=False)
    assert page.js(f"document.querySelector('{stop(11)}').kept") is True
    assert page.count(".face") == 2
    assert page.count(".hollow") == 0
    assert page.js(f"document.querySelector('{stop(14)} .number').textContent") == "2"


def test_the_view_stays_while_scenes_change(page: Page):
    page.js("(fieldofficePage.map.setView([38.9, -77.05], 14, {animate: false}), 1)")
    page.show(replace(SCENE, markers=MARKS[:2]), fit=False)
    assert page.js("fieldofficePage.map.getZoom()") == 14


def test_before_and_after(page: Page):
    assert page.count('[data-layer="before"][hidden]') == 1
    older = replace(ROUTE_LINES[0], points=ROUTE_LINES[0].points[::-1])
    page.show(replace(SCENE, before=(older,)))
    dashed = "[...document.querySelectorAll('.leaflet-older-pane path')].map(p => p.getAttribute('stroke-dasharray'))"
    assert page.js(dashed) == ["3 7"]
    assert page.count('[data-layer="before"][hidden]') == 0
    page.view.show_layers({"before": False})
    page.settled()
    assert page.count(".leaflet-older-pane path") == 0
    assert page.count('path[data-provider="1"]') == 1


def test_unserved_visits_are_hollow_and_counted(page: Page):
    assert page.js("[...document.querySelectorAll('.face.hollow')].map(one => one.dataset.stop)") == ["14"]
    assert page.js("document.querySelector('.unassigned .swatch').textContent") == "1"


def test_states_have_their_sign(page: Page):
    signs = page.js("[...document.querySelectorAll('.face > .sign')].map(one => one.parentNode.dataset.stop)")
    assert sorted(signs) == ["12", "13"]


def test_a_press_on_a_provider_brings_the_route_out_and_back(page: Page):
    with page.qtbot.waitSignal(page.view.provider_clicked) as pressed:
        page.click('.strip [data-provider="2"]')
    page.settled()
    assert pressed.args == [TOM]
    assert page.js("[...document.querySelectorAll('.face.aside')].map(one => one.dataset.stop)") == ["11", "12"]
    with page.qtbot.waitSignal(page.view.provider_clicked) as pressed:
        page.click('.strip [data-provider="2"]')
    page.settled()
    assert pressed.args == [None]
    assert page.count(".face.aside") == 0


def test_more_than_ten_routes_are_gray_but_for_the_chosen_and_its_neighbors(page: Page):
    rows = [replace(ROUTE_LINES[0], provider_id=n, name=f"P{n}", points=((38.8, -77.3 + n / 50), (38.95, -77.3 + n / 50)))
            for n in range(1, 15)]  # fmt: skip
    page.show(MapScene(routes=tuple(rows)))
    drawn = f"[...document.querySelectorAll('path')].filter(p => p.getAttribute('stroke') === '{OTHER_ROUTE}').length"
    every = page.js(drawn)
    page.view.highlight(1)
    page.settled()
    assert every == 28  # a line and its arrow heads for each
    assert page.js(drawn) == 2 * 5  # the tenth color of the ten is the same gray
    assert page.js(f"document.querySelectorAll('path[stroke=\"{ROUTES[0]}\"]').length") == 2


def test_hostile_names_are_text(page: Page):
    mark = replace(MARKS[0], title=HOSTILE, subtitle=HOSTILE)
    route = replace(ROUTE_LINES[0], name=HOSTILE, summary=HOSTILE)
    page.show(MapScene((mark,), (route,), (MapHome(ANNA, HOSTILE, 38.86, -77.12),)))
    page.js("(fieldofficePage.stops.byId.get(11).openTooltip(), fieldofficePage.routes.homes.getLayers()[0].openTooltip(), 1)")
    page.js("(fieldofficePage.routes.all.get(1).near.openTooltip(), 1)")
    page.qtbot.wait(100)
    assert page.js("[...document.querySelectorAll('.tip b')].map(one => one.textContent)") == [HOSTILE] * 3
    assert page.js("document.querySelector('.strip .name').textContent") == HOSTILE
    assert page.js("document.querySelector('.strip .summary').textContent") == HOSTILE
    assert HOSTILE in page.js(f"document.querySelector('{stop(11)}').closest('.stop').getAttribute('aria-label')")
    assert page.count("body img:not(.leaflet-tile), body script[src='x']") == 0


def test_a_script_in_the_page_is_stopped_by_the_policy(page: Page):
    page.js("((s) => (s.textContent = 'window.broken = 1', document.body.append(s), 1))(document.createElement('script'))")
    page.qtbot.waitUntil(lambda: bool(page.view.page.complaints))
    assert "Content Security Policy" in page.view.page.complaints.pop()
    assert page.js("window.broken === undefined") is True


def test_nothing_leaves_even_when_a_page_tries(page: Page):
    page.js("(location.href = 'https://example.com/', 1)")
    page.js("(window.open('https://example.com/'), 1)")
    page.qtbot.wait(100)
    assert page.view.page.url().toString() == "fieldoffice://app/map.html"


@pytest.mark.parametrize(
    "path",
    ["map/../../pyproject.toml", "map/%2e%2e/%2e%2e/pyproject.toml", "map/..%2f..%2fpyproject.toml", "LICENSES/leaflet.txt",
     "%2fetc%2fpasswd", "map/%5c..%5c..%5cpyproject.toml"],
)  # fmt: skip
def test_a_page_cannot_read_the_disk(page: Page, path: str):
    assert ask(page, path) == "refused"
    assert ask(page, "map/map.css").startswith("/* The map")


def ask(page: Page, path: str) -> str:
    """What a script of the page gets at an address of the program."""
    page.js("((x) => (window.got = null, x.onload = () => window.got = x.responseText, x.onerror = () => window.got = 'refused',"
            f"x.open('GET', 'fieldoffice://app/{path}'), x.send(), 1))(new XMLHttpRequest())")  # fmt: skip
    page.qtbot.waitUntil(lambda: page.js("window.got") is not None)
    return page.js("window.got")


def test_a_thousand_markers(page: Page):
    luck = random.Random(1)
    many = [replace(MARKS[0], id=n, lat=38.7 + luck.random() / 2, lon=-77.3 + luck.random() / 2, number=n % 9 + 1)
            for n in range(1000)]  # fmt: skip
    page.show(replace(SCENE, markers=tuple(many)))
    assert page.js("fieldofficePage.stops.byId.size") == 1000
    crowds = page.js("[...document.querySelectorAll('.crowd')].map(one => Number(one.textContent))")
    assert sum(crowds) + page.count(".face") >= 1000 - 50  # some lie beyond the window
    page.view.select([7])
    page.settled()
    assert page.js("[...document.querySelectorAll('.face.selected')].map(one => one.dataset.stop)") == ["7"]
    page.view.select([])
    few = replace(SCENE, markers=tuple(replace(mark, provider_id=TOM if mark.id < 20 else ANNA) for mark in many))
    page.show(few)
    page.view.highlight(TOM)
    page.settled()
    assert page.js("[...Array(20).keys()].filter(n => document.querySelector(`[data-stop='${n}']`)).length") == 20
    page.show(SCENE)
    assert (page.count(".face"), page.count(".crowd")) == (4, 0)


def test_visits_at_one_place_stand_apart(page: Page):
    page.show(replace(SCENE, markers=tuple(replace(MARKS[0], id=n) for n in (1, 2, 3))))
    places = {(page.center(stop(n)).x(), page.center(stop(n)).y()) for n in (1, 2, 3)}
    assert len(places) == 3


def test_markers_say_what_they_are(page: Page):
    label = f"document.querySelector('{stop(12)}').closest('.stop').getAttribute('aria-label')"
    assert page.js(label) == "2, Oak Bakery, 2 Oak Street, en route"
    nameless = "[...document.querySelectorAll('button')].filter(b => !b.textContent.trim() && !b.ariaLabel).length"
    assert page.js(nameless) == 0


def test_dark_follows_the_theme(page: Page, qapp: QApplication):
    light = page.view.grab().toImage()
    theme.apply(qapp, "dark")
    page.settled()
    assert page.js("document.documentElement.dataset.theme") == "dark"
    assert page.js("getComputedStyle(document.querySelector('.strip')).backgroundColor") == "rgb(28, 33, 39)"
    assert DARK.surface == "#1C2127"
    assert page.view.grab().toImage().pixelColor(400, 400) != light.pixelColor(400, 400)
    theme.apply(qapp, "light")
    page.settled()


def test_the_ground_is_there_without_streets(page: Page):
    assert "No street map is set" in page.js("document.querySelector('.credit').textContent")
    assert page.js("fieldofficePage.ground.shapes.counties.length") > 1000
    written = page.js("(() => { const said = []; const c = fieldofficePage.names.sheet.canvas.getContext('2d');"
                      "const old = c.fillText.bind(c); c.fillText = (t, ...r) => (said.push(t), old(t, ...r));"
                      "fieldofficePage.names.sheet.paint(c, fieldofficePage.map, fieldofficePage.map.getSize());"
                      "delete c.fillText; return said })()")  # fmt: skip
    assert {"Washington", "Arlington"} <= set(written)


def test_miles(page: Page):
    page.show(replace(SCENE, units="mi"))
    assert "mi" in page.js("document.querySelector('.leaflet-control-scale-line').textContent")


def test_a_page_whose_process_died_comes_back(qapp: QApplication, qtbot: QtBot):
    view = MapView()
    view.resize(600, 400)
    view.show()
    made = Page(view, qtbot)
    made.show(SCENE)
    view.page.renderProcessTerminated.emit(view.page.RenderProcessTerminationStatus.CrashedTerminationStatus, 1)
    assert view.is_ready() is False
    made.settled()
    assert made.count(".face") == 4
    assert view.loads == 2
    view.close()
    view.deleteLater()
    qapp.processEvents()

"""The map of a customer's addresses: real mouse on the real page, and nothing loaded from outside."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldoffice.assets import resource
from fieldoffice.office import Office
from fieldoffice.services import customers
from fieldoffice.services.customers.profile import PlaceRow, customer_sheet
from fieldoffice.ui.customers.pin_page import POLICY, pin_page
from fieldoffice.ui.customers.profile import CustomerPage
from fieldoffice.ui.map.web import web
from tests import make
from tests.ui.test_jobs_kit import Stand, standing

pytestmark = pytest.mark.xdist_group("web")


@pytest.fixture
def stand(qtbot: QtBot, sqlite_office: Office) -> Iterator[Stand]:
    with standing(qtbot, sqlite_office) as made:
        yield made


def places(stand: Stand) -> dict[str, PlaceRow]:
    return {p.street: p for p in stand.office.see(customer_sheet, stand.made.customer).places}


class OnMap:
    """The locations of the small company's customer, with the few things a test does to the map."""

    def __init__(self, stand: Stand) -> None:
        self.stand, self.page = stand, CustomerPage(stand.desk)
        self.page.open(customer_id=stand.made.customer, section="Locations")
        stand.show(self.page, 1200, 700)
        self.settled()

    def settled(self) -> None:
        self.stand.wait()
        self.stand.qtbot.waitUntil(lambda: self.page.places.map.is_ready(), timeout=60_000)

    def js(self, expression: str) -> Any:
        answers: list[Any] = []
        self.page.places.map.page.runJavaScript(f"JSON.stringify({expression})", 0, answers.append)
        self.stand.qtbot.waitUntil(lambda: bool(answers), timeout=20_000)
        return json.loads(answers[0]) if answers[0] else None

    def spot(self, id: int) -> QPointF:
        box = f"document.querySelector('[data-pin=\"{id}\"]').getBoundingClientRect()"
        x, y = self.js(f"(b => [b.left + b.width / 2, b.top + b.height - 6])({box})")
        return QPointF(x, y)

    def click(self, at: QPointF) -> None:
        target = self.page.places.map.browser.focusProxy()
        QTest.mouseClick(target, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at.toPoint())

    def mouse(self, kind: QEvent.Type, at: QPointF, buttons: Qt.MouseButton) -> None:
        target = self.page.places.map.browser.focusProxy()
        button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
        QApplication.sendEvent(
            target, QMouseEvent(kind, at, target.mapToGlobal(at), button, buttons, Qt.KeyboardModifier.NoModifier)
        )
        QTest.qWait(30)

    def drag(self, start: QPointF, end: QPointF) -> None:
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        self.mouse(QEvent.Type.MouseButtonPress, start, left)
        for step in range(1, 7):
            self.mouse(QEvent.Type.MouseMove, start + (end - start) * (step / 6), left)
        self.mouse(QEvent.Type.MouseButtonRelease, end, none)


def test_dragging_the_pin_places_the_address_by_hand_and_undo_puts_it_back(stand: Stand) -> None:
    it = OnMap(stand)
    before = places(stand)["1 First Street NW"]
    start = it.spot(before.id)
    it.drag(start, start + QPointF(60, -40))
    stand.qtbot.waitUntil(lambda: places(stand)["1 First Street NW"].version == 2, timeout=20_000)
    stand.wait()
    after = places(stand)["1 First Street NW"]
    assert after.placed_by == "by hand"
    assert after.place is not None
    assert before.place is not None
    assert after.place[0] > before.place[0]
    assert after.place[1] > before.place[1]
    assert stand.toasts[-1].words == "1 First Street NW is placed by hand"
    stand.desk.undo()
    stand.wait()
    assert places(stand)["1 First Street NW"].place == before.place
    assert (web().wall.stopped, it.page.places.map.page.complaints) == ([], [])


def test_an_address_without_coordinates_says_what_that_costs_and_is_placed_by_a_click(stand: Stand) -> None:
    bare = stand.office.do(customers.add_location, stand.made.customer, street="5 Oak Street")
    it = OnMap(stand)
    section = it.page.places
    assert section.bare.label.text() == (
        "5 Oak Street has no coordinates. Its visits can be planned by hand; they get no drive times and no place on a route."
    )
    section.ask_spot()
    it.settled()
    assert it.js("document.querySelector('.ask').textContent") == "Click where 5 Oak Street lies"
    QTest.mouseClick(
        section.map.browser.focusProxy(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        QPointF(90, 300).toPoint(),
    )
    stand.qtbot.waitUntil(lambda: places(stand)["5 Oak Street"].place is not None, timeout=20_000)
    it.page.refresh()
    it.settled()
    assert section.bare.isHidden()
    assert it.js("document.querySelectorAll('.pin').length") == 2
    assert [row.placed_by for row in places(stand).values() if row.id == bare] == ["by hand"]


def test_clicking_a_pin_selects_its_address(stand: Stand) -> None:
    other = stand.office.do(customers.add_location, stand.made.customer, street="5 Oak Street", place=make.PLACES[3])
    it = OnMap(stand)
    QTest.mouseClick(
        it.page.places.map.browser.focusProxy(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        it.spot(other).toPoint(),
    )
    stand.qtbot.waitUntil(lambda: it.page.places.table.current().id == other, timeout=20_000)
    it.settled()
    assert it.js("document.querySelector('.pin.selected [data-pin]').dataset.pin") == str(other)


def test_the_page_names_only_files_that_the_program_has() -> None:
    from fieldoffice.ui.map import shell

    links = re.findall(r'(?:src|href)="([^"]+)"', pin_page())
    assert len(links) > 8
    for name in (link.removeprefix("fieldoffice://app/") for link in links):
        assert name == "qwebchannel.js" or resource(name).is_file()
    assert (POLICY, re.findall(r"<script(?! src=)", pin_page())) == (shell.POLICY, [])

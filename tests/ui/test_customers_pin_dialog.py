"""A place set on a map from a field: for providers, addresses and the company alike, on the real page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit
from pytestqt.qtbot import QtBot

from fieldoffice.office import Office
from fieldoffice.services.company import company
from fieldoffice.services.geo import Point
from fieldoffice.services.providers import person
from fieldoffice.ui.customers.on_map import OnMap
from fieldoffice.ui.customers.pin_dialog import PinDialog
from fieldoffice.ui.customers.small_forms import PlacePanel
from fieldoffice.ui.organization.page import SettingsPage
from fieldoffice.ui.providers.personpanel import PersonPanel
from tests.ui.test_jobs_kit import Stand, standing

pytestmark = pytest.mark.xdist_group("web")


@pytest.fixture
def stand(qtbot: QtBot, sqlite_office: Office) -> Iterator[Stand]:
    with standing(qtbot, sqlite_office) as made:
        yield made


def opened(stand: Stand, field: Any) -> PinDialog:
    """The dialog behind a field's sign, painted."""
    sign = field.findChild(OnMap)
    assert isinstance(sign, OnMap)
    sign.trigger()
    dialog = sign.dialog
    assert dialog is not None
    stand.wait()
    stand.qtbot.waitUntil(dialog.map.is_ready, timeout=60_000)
    return dialog


def js(stand: Stand, dialog: PinDialog, expression: str) -> Any:
    answers: list[Any] = []
    dialog.map.page.runJavaScript(f"JSON.stringify({expression})", 0, answers.append)
    stand.qtbot.waitUntil(lambda: bool(answers), timeout=20_000)
    return json.loads(answers[0])


def dragged(stand: Stand, dialog: PinDialog, dx: int) -> None:
    """The pin dragged to the right by the mouse."""
    box = "document.querySelector('[data-pin]').getBoundingClientRect()"
    x, y = js(stand, dialog, f"(b => [b.left + b.width / 2, b.top + b.height - 6])({box})")
    target = dialog.map.browser.focusProxy()
    left, none, events = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton, QEvent.Type
    for kind, at, buttons in ((events.MouseButtonPress, x, left), (events.MouseMove, x + dx / 2, left), (events.MouseMove, x + dx, left),
                              (events.MouseButtonRelease, x + dx, none)):  # fmt: skip
        button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
        spot = QPointF(at, y)
        QApplication.sendEvent(target, QMouseEvent(kind, spot, target.mapToGlobal(spot), button, buttons, Qt.KeyboardModifier.NoModifier))
        stand.qtbot.wait(60)


def test_a_providers_start_is_dragged_on_the_map_and_saved(stand: Stand) -> None:
    panel = PersonPanel(stand.desk)
    stand.show(panel, 480, 700)
    panel.open_person(stand.office.see(person, stand.made.ana))
    field: Any = panel.form.rows["start"].field
    field.set_value((38.9, -77.03))
    dialog = opened(stand, field)
    dragged(stand, dialog, 80)
    stand.qtbot.waitUntil(lambda: dialog.place != (38.9, -77.03), timeout=20_000)
    assert dialog.place is not None
    lat, lon = dialog.place
    assert lon > -77.03
    assert dialog.words.text() == f"{lat:.5f}, {lon:.5f}"
    dialog.take.click()
    assert (field.value(), panel.dirty) == ((lat, lon), True)
    panel.save_now()
    stand.wait()
    assert stand.office.see(person, stand.made.ana).facts.start == pytest.approx((lat, lon))


def test_without_a_pin_the_map_begins_near_the_office_and_a_click_puts_one_down(stand: Stand) -> None:
    panel = PlacePanel(stand.desk)
    stand.show(panel, 480, 700)
    panel.show_place(stand.made.customer, None)
    field: Any = panel.form.rows["place"].field
    dialog = opened(stand, field)
    near = stand.office.see(company).place
    assert near is not None
    shown: Point = js(stand, dialog, "(c => [c.lat, c.lng])(window.fieldofficePins.map.getCenter())")
    assert shown == pytest.approx(near, abs=0.01)
    assert not dialog.take.isEnabled()
    QTest.mouseClick(dialog.map.browser.focusProxy(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
                     dialog.map.browser.rect().center())  # fmt: skip
    stand.qtbot.waitUntil(lambda: dialog.place is not None, timeout=20_000)
    assert dialog.place == pytest.approx(near, abs=0.05)
    dialog.take.click()
    assert field.value() == pytest.approx(dialog.place)


def test_cancel_leaves_the_field_and_the_company_has_the_same_map(stand: Stand) -> None:
    page = SettingsPage(stand.desk)
    stand.show(page, 1100, 700)
    stand.wait()
    field: Any = page.form.rows["company.place"].field
    assert isinstance(field, QLineEdit)
    before = field.text()
    dialog = opened(stand, field)
    dialog.put(40.0, -75.0)
    dialog.reject()
    assert (dialog.result(), field.text()) == (QDialog.DialogCode.Rejected, before)
    dialog = opened(stand, field)
    dialog.put(40.0, -75.0)
    dialog.take.click()
    page.save()
    stand.wait()
    assert stand.office.see(company).place == pytest.approx((40.0, -75.0))

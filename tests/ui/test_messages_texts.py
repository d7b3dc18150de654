"""The editor of message texts: a preview while one types, unknown fields by their field, drafts, undo, the program's words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from fieldoffice.office import Office
from fieldoffice.services import messages
from fieldoffice.services.messages import outbox
from fieldoffice.services.messages.editing import own_templates, save_template, template_sheet
from fieldoffice.ui.messages.texts import PLACES, TextsPage
from tests.services.messages.outbox import VALUES
from tests.ui.test_jobs_kit import Stand, standing


@pytest.fixture
def stand(qtbot: QtBot, sqlite_office: Office) -> Iterator[Stand]:
    with standing(qtbot, sqlite_office) as made:
        yield made


@pytest.fixture
def page(stand: Stand) -> TextsPage:
    made = TextsPage(stand.desk)
    stand.show(made, 1160, 700)
    stand.qtbot.waitUntil(made.ready, timeout=5000)
    return made


def go(stand: Stand, page: TextsPage, *where: str) -> None:
    page.open(*where)
    stand.wait()
    stand.qtbot.waitUntil(lambda: page.sheet is not None, timeout=5000)
    stand.wait()


@pytest.mark.requirement("1.3")
def test_the_portal_template_is_edited_seen_saved_and_put_back(stand: Stand, page: TextsPage) -> None:
    assert (page.title.text(), page.state.words) == ("New portal request", "The program's words")
    page.subject.setFocus()
    page.subject.selectAll()
    QTest.keyClicks(page.subject, "Hurry: {customer}")
    stand.qtbot.waitUntil(lambda: page.preview.subject.text() == "Hurry: Carol Customer", timeout=5000)
    page.save()
    stand.wait()
    assert (page.state.words, page.dirty(), page.reset_button.isEnabled()) == ("Your own words", False, True)
    stand.office.do(messages.to_office, "request_office", key="r", values=VALUES)
    assert stand.office.see(outbox.outbox).lines[0].subject == "Hurry: Carol Customer"
    page.reset()
    stand.wait()
    assert (page.state.words, page.subject.text()) == ("The program's words", "New request {number}: {service}")
    stand.press_undo()
    stand.qtbot.waitUntil(lambda: page.subject.text() == "Hurry: {customer}", timeout=5000)


def test_an_unknown_field_is_said_while_it_is_typed_and_refused_on_save(stand: Stand, page: TextsPage) -> None:
    page.text.setFocus()
    page.text.moveCursor(page.text.textCursor().MoveOperation.End)
    QTest.keyClicks(page.text, " {gate_code}")
    error = page.form.rows["body"].error
    stand.qtbot.waitUntil(lambda: error.words.text().startswith("There is no field {gate_code} here."), timeout=5000)
    page.save()
    stand.wait()
    assert error.words.text().startswith("There is no field {gate_code} here.")
    assert page.text.toPlainText().endswith(" {gate_code}")  # nothing typed is lost
    assert stand.office.see(own_templates) == frozenset()
    page.discard()
    stand.wait()
    assert (page.dirty(), "{gate_code}" in page.text.toPlainText()) == (False, False)


def test_each_channel_and_language_has_its_own_text(stand: Stand, page: TextsPage) -> None:
    go(stand, page, "booking_confirmed", "email", "de")
    assert page.subject.text() == "Ihr Termin ist bestätigt: {when}"
    QTest.mouseClick(page.channel._buttons["sms"], Qt.MouseButton.LeftButton)
    stand.wait()
    stand.qtbot.waitUntil(lambda: page.preview.length.isVisible(), timeout=5000)
    assert page.text.toPlainText().startswith("{company}: Ihr Termin ist gebucht")
    assert page.subject.isHidden() or not page.subject.isVisible()
    assert page.preview.length.text().endswith("SMS.")


def test_a_field_is_put_where_the_cursor_is(stand: Stand, page: TextsPage) -> None:
    page.text.setFocus()
    page.text.moveCursor(page.text.textCursor().MoveOperation.Start)
    button = page.fields.flow.itemAt(0).widget()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert page.text.toPlainText().startswith("{customer}**{customer}**")
    assert page.dirty()
    page.discard()


def test_leaving_with_something_typed_asks_first_and_a_draft_comes_back(stand: Stand, page: TextsPage) -> None:
    page.text.setFocus()
    QTest.keyClicks(page.text, "Hello ")
    assert page.may_leave() is False
    assert page.warning.isVisible()
    page.open("booking_moved")
    assert page._next[0] == "request_office"
    page.draft.keep_now()
    stand.wait()
    again = TextsPage(stand.desk)
    stand.show(again)
    stand.qtbot.waitUntil(lambda: again.text.toPlainText().startswith("Hello "), timeout=5000)
    page.discard()
    again.discard()


def test_what_another_desk_saved_is_merged_not_overwritten(stand: Stand, page: TextsPage) -> None:
    page.text.setFocus()
    QTest.keyClicks(page.text, "Hello ")
    theirs = stand.office.see(template_sheet, "request_office", "email", "en")
    stand.office.do(save_template, "request_office", "email", "en", version=0, subject="Theirs {number}", body=theirs.body)
    page.save()
    stand.wait()
    stand.qtbot.waitUntil(lambda: stand.office.see(template_sheet, "request_office", "email", "en").body.startswith("Hello "), timeout=5000)
    assert stand.office.see(template_sheet, "request_office", "email", "en").subject == "Theirs {number}"


def test_a_preview_speaks_of_a_chosen_customer(stand: Stand, page: TextsPage) -> None:
    go(stand, page, "booking_confirmed", "email", "en")
    page.preview.customer.set_value(stand.made.customer, "Carol Customer")
    page.preview.changed.emit()
    stand.wait()
    assert "1 First Street NW, Washington" in page.preview.paper.toPlainText()


def test_a_draft_knows_the_way_to_its_text(stand: Stand, page: TextsPage) -> None:
    place = PLACES.index(("private_link", "sms", "fr")) + 1
    page.open(place=place)
    stand.wait()
    assert page._next == ("private_link", "sms", "fr")

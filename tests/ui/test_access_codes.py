"""Access codes where a location is shown: hidden until asked for, kept out of notes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from fieldoffice.models.log import Event
from fieldoffice.models.staff import Role
from fieldoffice.office import Office
from fieldoffice.services import access, company
from fieldoffice.services.secrets import office_key
from fieldoffice.services.secrets.phrase import phrase_of
from fieldoffice.services.secrets.sealing import new_key
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.jobs.opening import NewJobPanel
from fieldoffice.ui.parts.access import DOTS, AccessCodes, CodeLine, CodePanel
from fieldoffice.ui.parts.labels import PlainLabel
from tests import make
from tests.services.secrets.conftest import OwnKeyring
from tests.ui.test_jobs_kit import Stand, standing


@pytest.fixture
def stand(qtbot: QtBot, sqlite_office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stand]:
    monkeypatch.setenv("FIELDOFFICE_HOME", str(tmp_path / "home"))
    before = keyring.get_keyring()
    keyring.set_keyring(OwnKeyring())
    with standing(qtbot, sqlite_office) as made:
        made.office.do(office_key.set_up_key, phrase_of(new_key()))
        yield made
    keyring.set_keyring(before)


def retype(field: QLineEdit, text: str) -> None:
    field.selectAll()
    QTest.keyClicks(field, text)


def looks(stand: Stand) -> int:
    return len(stand.office.see(lambda tx: tx.all(select(Event.id).where(Event.kind == "access_code.seen"))))


def line(codes: AccessCodes, label: str) -> CodeLine:
    return next(one for one in codes.lines.values() if one.row.label == label)


def test_a_code_is_hidden_until_somebody_asks_and_again_afterwards(stand: Stand) -> None:
    stand.office.do(access.add_access_code, stand.made.location, label="Gate", code="4711#")
    codes = AccessCodes(stand.desk, stand.made.location)
    stand.show(codes, 360, 200)
    gate = line(codes, "Gate")
    assert (gate.shown.text(), gate.copy.isEnabled(), looks(stand)) == (DOTS, False, 0)
    gate.look.click()
    stand.wait()
    assert (gate.shown.text(), gate.copy.isEnabled(), looks(stand)) == ("4711#", True, 1)
    gate._hide.timeout.emit()
    assert (gate.shown.text(), gate.copy.isEnabled()) == (DOTS, False)
    gate.look.click()
    stand.wait()
    other = make.customer(stand.office, "Otto", 2)[1]
    codes.show_location(other)
    stand.wait()
    assert (codes.lines, codes.none.isVisible(), "4711#" in _texts(codes)) == ({}, True, False)


def _texts(widget: AccessCodes) -> str:
    return " ".join(label.text() for label in widget.findChildren(PlainLabel) if label.isVisible())


def test_codes_are_added_changed_removed_and_put_back(stand: Stand) -> None:
    codes = AccessCodes(stand.desk, stand.made.location)
    stand.show(codes, 360, 200)
    stand.desk.panel_wanted.connect(lambda panel: stand.show(panel, 380, 500))
    panels: list[CodePanel] = []
    stand.desk.panel_wanted.connect(panels.append)
    codes.add.click()
    retype(panels[0].label, "Gate 4711")
    retype(panels[0].code, "4711")
    panels[0].save_now()
    stand.wait()
    assert "must not hold the code" in panels[0].form.rows["label"].error.words.text()
    retype(panels[0].label, "Gate")
    panels[0].save_now()
    stand.wait()
    stand.wait()
    gate = line(codes, "Gate")
    codes.edit(gate.row)
    retype(panels[1].label, "Back gate")
    panels[1].save_now()
    stand.wait()
    stand.wait()
    codes.remove(line(codes, "Back gate").row)
    stand.wait()
    stand.wait()
    assert codes.lines == {}
    stand.press_undo()
    stand.wait()
    line(codes, "Back gate").look.click()
    stand.wait()
    assert line(codes, "Back gate").shown.text() == "4711"


def test_without_the_right_there_are_labels_only(qtbot: QtBot, stand: Stand) -> None:
    stand.office.do(access.add_access_code, stand.made.location, label="Gate", code="4711#")
    booker = stand.office.do(company.add_user, login="bo", name="Bo", roles=(Role.BOOKKEEPER,)).id
    desk = Desk(stand.office, user_id=booker, known=stand.office.topics())
    codes = AccessCodes(desk, stand.made.location)
    qtbot.addWidget(codes)
    codes.show()
    qtbot.waitUntil(lambda: bool(codes.lines), timeout=10_000)
    gate = line(codes, "Gate")
    assert (gate.look.isVisible(), gate.copy.isVisible(), codes.add.isVisible()) == (False, False, False)
    desk.close()


def test_notes_that_look_like_a_code_are_offered_to_be_kept(stand: Stand) -> None:
    page = stand.page(make.job(stand.office, stand.made).job_id)
    notes, offer = page.overview.notes, page.overview.offer
    notes.setPlainText("Ring twice. Gate code is 4821.")
    offer.look()
    assert (offer.isVisible(), "Gate code is 4821" in offer.label.text()) == (True, True)
    offer.take.click()
    stand.wait()
    stand.wait()
    assert (notes.toPlainText(), offer.isVisible()) == ("Ring twice. Gate: kept as an access code.", False)
    assert [one.row.label for one in page.overview.codes.lines.values()] == ["Gate"]
    page.save()
    stand.wait()
    kept = stand.office.see(lambda tx: repr([(e.before, e.after, e.note) for e in tx.all(select(Event))]))
    assert "4821" not in kept


def test_a_code_that_is_left_is_not_offered_again(stand: Stand) -> None:
    page = stand.page(make.job(stand.office, stand.made).job_id)
    notes, offer = page.overview.notes, page.overview.offer
    notes.setPlainText("pin 0000")
    offer.look()
    offer._leave()
    notes.setPlainText("pin 0000, second floor")
    offer.look()
    assert offer.isVisible() is False


def test_a_new_job_shows_the_codes_of_its_place(stand: Stand) -> None:
    from fieldoffice.services import customers

    stand.office.do(access.add_access_code, stand.made.location, label="Gate", code="4711#")
    panel = NewJobPanel(stand.desk)
    stand.show(panel, 480, 900)
    assert panel.codes.isVisible() is False
    panel.caller.choose(stand.office.see(customers.find, "carol")[0])
    stand.wait()
    stand.wait()
    assert [one.row.label for one in panel.codes.lines.values()] == ["Gate"]

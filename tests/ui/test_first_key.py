"""The office key of a new company: made before the first window, its phrase shown once, or put off in so many words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backends import fail
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QPushButton
from pytestqt.qtbot import QtBot

from fieldoffice.office import Office
from fieldoffice.services import company
from fieldoffice.services.secrets.machine import MACHINE
from fieldoffice.services.secrets.office_key import join_key, key_status
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.firstkey import LATER, FirstKey, offer_key
from fieldoffice.ui.parts.labels import PlainLabel
from tests.services.secrets.conftest import OwnKeyring, start_again

FOUNDED = {"name": "Potomac", "country": "US", "zone": "America/New_York", "currency": "USD", "paper": "Letter", "owner": "Olive"}


@pytest.fixture(autouse=True)
def _computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[None]:
    monkeypatch.setenv("FIELDOFFICE_HOME", str(tmp_path / "home"))
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring() if "without" in request.node.name else OwnKeyring())
    yield
    keyring.set_keyring(before)
    start_again()


@pytest.fixture
def asking(qtbot: QtBot, sqlite_office: Office) -> Iterator[FirstKey]:
    sqlite_office.do(company.found, **FOUNDED)
    desk = Desk(sqlite_office, user_id=1)
    made = FirstKey(desk, sqlite_office.see(key_status))
    qtbot.addWidget(made)
    made.show()
    yield made
    desk.close()


def answered(dialog: FirstKey, *, wrong: bool = False) -> None:
    words = dialog.panel.phrase.split()
    for place, field in dialog.panel.answers.items():
        field.setText("wrong" if wrong else words[place - 1])
    for field in (dialog.panel.passphrase, dialog.panel.again):
        field.setText("correct horse battery")
    dialog.panel.set_dirty()


@pytest.mark.parametrize("where", ["with a keyring", "without a keyring"])
def test_the_phrase_is_shown_and_proven_and_the_key_is_there(qtbot: QtBot, sqlite_office: Office, asking: FirstKey, where: str) -> None:
    shown = " ".join(label.text() for label in asking.panel.findChildren(PlainLabel))
    assert all(word in shown for word in asking.panel.phrase.split())
    assert any(b.text() == "Print…" for b in asking.panel.findChildren(QPushButton))
    answered(asking, wrong=True)
    asking.panel.save_now()
    assert not sqlite_office.see(key_status).set_up
    answered(asking)
    asking.panel.save_now()
    qtbot.waitUntil(lambda: not asking.isVisible(), timeout=30_000)
    assert asking.result() == QDialog.DialogCode.Accepted
    status = sqlite_office.see(key_status)
    assert (status.set_up, status.kept_in) == (True, "file" if "without" in where else "keyring")
    sqlite_office.do(join_key, asking.panel.phrase, passphrase="correct horse battery")  # the phrase is the key's


def test_it_can_be_put_off_and_says_what_that_means(sqlite_office: Office, asking: FirstKey) -> None:
    assert any(label.text() == LATER for label in asking.findChildren(PlainLabel))
    asking.later.click()
    assert (asking.result(), sqlite_office.see(key_status).set_up) == (QDialog.DialogCode.Rejected, False)


def test_a_new_company_is_asked_once(qtbot: QtBot, sqlite_office: Office) -> None:
    sqlite_office.do(company.found, **FOUNDED)
    seen: list[FirstKey] = []

    def skip() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, FirstKey):
            seen.append(dialog)
            dialog.reject()
        else:
            QTimer.singleShot(50, skip)

    QTimer.singleShot(50, skip)
    assert not offer_key(sqlite_office)
    assert len(seen) == 1
    assert MACHINE.keyring_works()

"""The settings page: made from the register, found by words, saved on Save only, undone, never losing what was typed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import keyring
import pytest
from keyring.backends import fail
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from fieldoffice.models.staff import Role
from fieldoffice.office import Office
from fieldoffice.services import company
from fieldoffice.services.company import closed, ownfields, people, values
from fieldoffice.services.company.register import REGISTER, SECTIONS, section_of
from fieldoffice.services.company.values import EDITABLE
from fieldoffice.services.fields import every_field
from fieldoffice.services.secrets import office_key
from fieldoffice.services.secrets.phrase import phrase_of
from fieldoffice.services.secrets.sealing import new_key
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.organization.closed import HolidayPanel, PublicPanel
from fieldoffice.ui.organization.guide import settings_guide
from fieldoffice.ui.organization.officekey import JoinPanel, NewKeyPanel, UnlockPanel, phrase_paper
from fieldoffice.ui.organization.ownfields import FieldPanel
from fieldoffice.ui.organization.page import SettingsPage
from fieldoffice.ui.organization.people import UserPanel
from fieldoffice.ui.parts.panel import SidePanel
from tests.services.secrets.conftest import OwnKeyring, start_again
from tests.ui.test_jobs_kit import Stand, standing


@pytest.fixture
def ring() -> Iterator[OwnKeyring]:
    before, mine = keyring.get_keyring(), OwnKeyring()
    keyring.set_keyring(mine)
    yield mine
    keyring.set_keyring(before)


@pytest.fixture
def stand(qtbot: QtBot, sqlite_office: Office, ring: OwnKeyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stand]:
    monkeypatch.setenv("FIELDOFFICE_HOME", str(tmp_path / "home"))
    start_again()
    with standing(qtbot, sqlite_office) as made:
        yield made


@pytest.fixture
def page(stand: Stand) -> SettingsPage:
    made = SettingsPage(stand.desk)
    stand.panels = []  # type: ignore[attr-defined]
    stand.desk.panel_wanted.connect(stand.panels.append)  # type: ignore[attr-defined]
    stand.show(made)
    stand.wait()
    return made


def panel(stand: Stand) -> SidePanel:
    found = stand.panels[-1]  # type: ignore[attr-defined]
    stand.show(found, 420, 800)
    stand.wait()
    return found


def retype(field: QLineEdit, text: str) -> None:
    field.selectAll()
    QTest.keyClicks(field, text)
    if not text:
        QTest.keyClick(field, "\b")


def settle(stand: Stand) -> None:
    for _ in range(3):
        stand.wait()


def kept(stand: Stand, key: str) -> object:
    return stand.office.see(values.settings_sheet).values[key]


# made from the register


def test_every_setting_stands_in_its_section_once(page: SettingsPage) -> None:
    assert {id: list(section.spots) for id, section in page.sections.items()} == {
        id: [one.key for one in section_of(id)] for id in SECTIONS}  # fmt: skip
    assert set(page.form.rows) == {one.key for one in EDITABLE}
    assert page.dirty() is False


def test_the_guide_names_every_setting() -> None:
    text = settings_guide()
    assert [one.key for one in REGISTER if one.kind != "hidden" and f"| {one.words} |" not in text] == []
    assert "| Morning from | 08:00 |" in text


def test_a_setting_is_found_by_its_words_and_marked(page: SettingsPage) -> None:
    page.search.setText("afternoon until")
    page.search._tell()
    shown = [id for n, id in enumerate(SECTIONS) if not page.list.item(n).isHidden()]
    marked = [key for section in page.sections.values() for key, spot in section.spots.items() if spot.property("box") == "info"]
    assert (shown, marked, page.stack.currentWidget()) == (["hours"], ["windows.pm_to"], page.sections["hours"])
    page.search.setText("zebra")
    page.search._tell()
    assert page.nothing.isVisible() is True
    page.search.clear()
    assert (page.nothing.isVisible(), page.list.item(0).isHidden()) == (False, False)


# saving


def test_nothing_applies_before_save_and_everything_is_undone(stand: Stand, page: SettingsPage) -> None:
    retype(page.form.rows["company.name"].field, "Potomac Heating")  # type: ignore[arg-type]
    retype(page.form.rows["windows.am_from"].field, "7")  # type: ignore[arg-type]
    assert (page.dirty(), page.calls["save"].isEnabled(), page.dot.isVisibleTo(page.dot.parentWidget())) == (True, True, True)
    assert kept(stand, "company.name") == "Potomac Plumbing"
    page.calls["save"].trigger()
    settle(stand)
    assert (kept(stand, "company.name"), kept(stand, "windows.am_from"), page.dirty()) == ("Potomac Heating", 420, False)
    stand.press_undo()
    settle(stand)
    field = page.form.rows["company.name"].field
    assert (kept(stand, "company.name"), kept(stand, "windows.am_from"), field.text()) == ("Potomac Plumbing", 480, "Potomac Plumbing")  # type: ignore[attr-defined]


def test_leaving_warns_and_discard_shows_what_is_stored(stand: Stand, page: SettingsPage) -> None:
    assert page.may_leave() is True
    retype(page.form.rows["company.phone"].field, "555")  # type: ignore[arg-type]
    assert (page.may_leave(), page.warning.isVisible()) == (False, True)
    page.back.click()
    assert (page.may_leave(), page.warning.isVisible(), page.form.rows["company.phone"].field.text()) == (True, False, "")  # type: ignore[attr-defined]


def test_a_wrong_value_is_told_by_its_field_in_its_section(stand: Stand, page: SettingsPage) -> None:
    page.open(section="machine")
    retype(page.form.rows["company.email"].field, "nobody")  # type: ignore[arg-type]
    page.save()
    settle(stand)
    assert page.stack.currentWidget() is page.sections["company"]
    assert page.form.rows["company.email"].error.words.text() == "This e-mail address cannot be right."
    assert (page.form.rows["company.email"].field.text(), page.dirty()) == ("nobody", True)  # type: ignore[attr-defined]


def test_another_desk_s_setting_merges_and_the_same_one_is_told(stand: Stand, page: SettingsPage) -> None:
    retype(page.form.rows["company.phone"].field, "555")  # type: ignore[arg-type]
    stand.office.do(values.save_settings, {"company.city": "Rome"}, seen=stand.office.see(values.settings_sheet).values)
    page.save()
    settle(stand)
    assert (kept(stand, "company.phone"), kept(stand, "company.city")) == ("555", "Rome")
    retype(page.form.rows["company.phone"].field, "777")  # type: ignore[arg-type]
    stand.office.do(values.save_settings, {"company.phone": "666"}, seen=stand.office.see(values.settings_sheet).values)
    page.save()
    settle(stand)
    assert (kept(stand, "company.phone"), page.form.rows["company.phone"].field.text()) == ("666", "777")  # type: ignore[attr-defined]
    assert page.draft.told.banner is not None
    assert "changed Phone" in page.draft.told.banner.label.text()


def test_a_draft_is_there_again(qtbot: QtBot, stand: Stand, page: SettingsPage) -> None:
    retype(page.form.rows["company.phone"].field, "555-0100")  # type: ignore[arg-type]
    page.draft.keep_now()
    page.close()
    other = SettingsPage(stand.desk)
    stand.qtbot.addWidget(other)
    other.show()
    settle(stand)
    assert (other.form.rows["company.phone"].field.text(), other.dirty()) == ("555-0100", True)  # type: ignore[attr-defined]


def test_who_may_not_change_settings_may_look(qtbot: QtBot, stand: Stand) -> None:
    sue = stand.office.do(company.add_user, login="sue", name="Sue", roles=(Role.DISPATCHER,)).id
    desk = Desk(stand.office, user_id=sue, known=stand.office.topics())
    page = SettingsPage(desk)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(page.ready, timeout=10_000)
    qtbot.waitUntil(lambda: desk.background.waiting() == 0, timeout=10_000)
    retype(page.form.rows["company.phone"].field, "555")  # type: ignore[arg-type]
    assert (page.readonly.isVisible(), page.calls["save"].isEnabled()) == (True, False)
    desk.close()


def test_numbers_are_saved_with_the_rest_and_refused_by_the_field(stand: Stand, page: SettingsPage) -> None:
    retype(page.numbers.prefixes["job"], "26-")
    page.numbers.nexts["job"].setFocus()
    retype(page.numbers.nexts["customer"], "5")
    page.save()
    settle(stand)
    assert "C1001 is given already" in page.numbers.form.rows["customer.next"].error.words.text()
    assert page.stack.currentWidget() is page.sections["numbering"]
    retype(page.numbers.nexts["customer"], "5000")
    page.save()
    settle(stand)
    assert (page.dirty(), page.numbers.said["customer"].text(), page.numbers.said["job"].text()) == (False, "Next: C5000", "Next: 26-1001")
    stand.press_undo()
    settle(stand)
    assert page.numbers.said["customer"].text() == "Next: C1002"


def test_streets_of_this_computer_are_saved_here(stand: Stand, page: SettingsPage) -> None:
    from fieldoffice.ui.map.streets import streets

    page.streets.kind._buttons["online"].click()
    assert page.dirty() is True
    page.save()
    settle(stand)
    found = streets().current()
    assert (found is not None and found.kind, page.dirty()) == ("online", False)


# lists


def test_users_are_added_changed_removed_and_taken_back(stand: Stand, page: SettingsPage) -> None:
    page.people.edit(None)
    form = panel(stand)
    assert isinstance(form, UserPanel)
    retype(form.name, "Sue Miller")
    retype(form.login, "sue")
    retype(form.password, "short")
    form.save_now()
    settle(stand)
    assert "between 12 and 128" in form.form.rows["password"].error.words.text()
    retype(form.password, "a long password")
    form.save_now()
    settle(stand)
    assert stand.office.do(company.sign_in, "sue", "a long password").roles == ("dispatcher",)
    form.roles[Role.BOOKKEEPER].click()
    form.save_now()
    settle(stand)
    assert stand.office.see(people.everybody)[1].roles == ("dispatcher", "bookkeeper")
    form.reset.click()
    settle(stand)
    page.people.select(2)
    page.people.remove()
    settle(stand)
    rows = [(row.name, row.active, row.has_password) for row in page.people.model.rows]
    assert rows == [("Olive Owner", True, False), ("Sue Miller", False, False)]
    stand.press_undo()
    settle(stand)
    assert all(row.active for row in page.people.model.rows)


def test_no_password_is_kept_in_a_draft(stand: Stand, page: SettingsPage, tmp_path: Path) -> None:
    page.people.edit(None)
    form = panel(stand)
    assert isinstance(form, UserPanel)
    retype(form.password, "canary canary canary")
    settle(stand)
    found = [path for path in (tmp_path / "home").rglob("*") if path.is_file() and b"canary" in path.read_bytes()]
    assert found == []


def test_the_last_owner_keeps_the_role(stand: Stand, page: SettingsPage) -> None:
    page.people.edit(page.people.model.rows[0])
    form = panel(stand)
    assert isinstance(form, UserPanel)
    form.roles[Role.OWNER].click()
    form.save_now()
    settle(stand)
    assert "is the last owner" in form.form.rows["roles"].error.words.text()


def test_holidays_are_entered_by_hand_and_by_country(stand: Stand, page: SettingsPage) -> None:
    page.holidays.edit(None)
    one = panel(stand)
    assert isinstance(one, HolidayPanel)
    retype(one.on, "2026-07-03")
    retype(one.name, "Company day")
    one.save_now()
    settle(stand)
    page.holidays.propose()
    many = panel(stand)
    assert isinstance(many, PublicPanel)
    retype(many.year, "2026")
    many.country.set_value("DE")
    many.country.value_changed.emit()
    settle(stand)
    assert many.form.rows["region"].isVisible() is True
    days = len(many._days())
    many.save_now()
    settle(stand)
    found = stand.office.see(closed.closed_days)
    assert len(found) == days + 1
    assert (date(2026, 10, 3) in [day.on for day in found])
    page.holidays.table.selectAll()
    page.holidays.remove()
    settle(stand)
    assert stand.office.see(closed.closed_days) == ()


@pytest.mark.requirement("0.48")
def test_a_field_is_added_ordered_retired_and_undone(stand: Stand, page: SettingsPage) -> None:
    page.fields["job"].edit(None)
    form = panel(stand)
    assert isinstance(form, FieldPanel)
    retype(form.label, "Fuel")
    form.kind.set_value("choice")
    form.kind.value_changed.emit()
    form.choices.setPlainText("Gas\nOil\n")
    form.required.click()
    form.save_now()
    settle(stand)
    stand.office.do(ownfields.add_field, "job", name="Meter", kind="text")
    page.refresh()
    settle(stand)
    rows = page.fields["job"]
    assert [(f.label, f.required, f.choices) for f in rows.model.rows] == [("Fuel", True, ("Gas", "Oil")), ("Meter", False, ())]
    rows.select(2)
    rows.shift(-1)
    settle(stand)
    assert [f.label for f in stand.office.see(every_field, "job")] == ["Meter", "Fuel"]
    rows.select(1)
    rows.retire(True)
    settle(stand)
    assert [(f.label, f.active) for f in stand.office.see(every_field, "job")] == [("Meter", True), ("Fuel", False)]
    stand.press_undo()
    settle(stand)
    assert all(f.active for f in stand.office.see(every_field, "job"))


# the office key


def answer(form: NewKeyPanel, *, right: bool = True) -> None:
    words = form.phrase.split()
    for n, field in form.answers.items():
        retype(field, words[n - 1] if right else "wrong")


def test_the_key_is_set_up_only_when_three_words_are_right(stand: Stand, page: SettingsPage) -> None:
    page.key.set_up.click()
    form = panel(stand)
    assert isinstance(form, NewKeyPanel)
    answer(form, right=False)
    form.save_now()
    settle(stand)
    assert stand.office.see(office_key.key_status).set_up is False
    assert all("This is not word" in form.form.rows[f"word{n}"].error.words.text() for n in form.places)
    answer(form)
    form.save_now()
    settle(stand)
    assert stand.office.see(office_key.key_status).kept_in == "keyring"
    assert ("keyring holds" in page.key.said.text(), page.key.set_up.isVisibleTo(page.key)) == (True, False)
    assert all(word in phrase_paper(form.phrase.split()).toPlainText() for word in form.phrase.split())


def test_another_computer_joins_with_the_phrase(stand: Stand, page: SettingsPage, ring: OwnKeyring) -> None:
    phrase = phrase_of(new_key())
    stand.office.do(office_key.set_up_key, phrase)
    ring.held.clear()
    page.open(section="secrets")
    settle(stand)
    page.key.join.click()
    form = panel(stand)
    assert isinstance(form, JoinPanel)
    form.phrase.setPlainText("one tow tree")
    form.save_now()
    settle(stand)
    assert "No word of a recovery phrase" in form.form.rows["phrase"].error.words.text()
    form.phrase.setPlainText(phrase)
    form.save_now()
    settle(stand)
    assert stand.office.see(office_key.key_status).kept_in == "keyring"


def test_without_a_keyring_it_is_said_plainly_and_a_passphrase_is_asked_for(stand: Stand, page: SettingsPage) -> None:
    keyring.set_keyring(fail.Keyring())
    page.open(section="secrets")
    settle(stand)
    assert (page.key.none.isVisibleTo(page.key), "no keyring that works" in page.key.none.label.text()) == (True, True)
    page.key.set_up.click()
    form = panel(stand)
    assert isinstance(form, NewKeyPanel)
    answer(form)
    retype(form.passphrase, "a long passphrase")
    retype(form.again, "another passphrase")
    form.save_now()
    assert form.form.rows["again"].error.words.text() == "The two passphrases differ."
    retype(form.again, "a long passphrase")
    form.save_now()
    settle(stand)
    assert stand.office.see(office_key.key_status).kept_in == "file"
    start_again()
    page.refresh()
    settle(stand)
    page.key.unlock.click()
    ask = panel(stand)
    assert isinstance(ask, UnlockPanel)
    retype(ask.passphrase, "a long passphrase")
    ask.save_now()
    settle(stand)
    assert stand.office.see(office_key.key_status).locked is False

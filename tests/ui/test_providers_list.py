"""The list of providers: found, filtered, sorted, moved, let go; from the keyboard and with the mouse."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from fieldoffice.office import Office
from fieldoffice.services import providers
from fieldoffice.services.dispatch import moves
from fieldoffice.services.dispatch.diaries import provider_rows
from fieldoffice.ui.providers.leaving import VisitsLeft
from fieldoffice.ui.providers.listing import ProvidersPage
from tests import make
from tests.make import TODAY, at
from tests.ui.test_jobs_kit import Stand, standing

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def stand(qtbot: QtBot, sqlite_office: Office) -> Iterator[Stand]:
    with standing(qtbot, sqlite_office) as made:
        office, company = sqlite_office, made.made
        job = make.job(office, company)
        office.do(moves.place, job.appointment_id, version=1, provider_ids=(company.ana,), starts_at=at(9))
        office.do(providers.new_absence, company.bo, starts_at=at(0), ends_at=at(0) + timedelta(days=2), reason="Vacation")
        office.do(providers.new_provider, providers.Facts("Cy <b>Young</b>", "contractor", phone="555 0199"))
        yield made


@pytest.fixture
def page(stand: Stand) -> ProvidersPage:
    made = ProvidersPage(stand.desk)
    stand.show(made)
    return made


def column(page: ProvidersPage, id: str) -> list[str]:
    made = next(one for one in page.rows.columns if one.id == id)
    return [made.text(row) for row in page.rows.rows]


def board(stand: Stand) -> list[str]:
    return [row.name for row in stand.office.see(provider_rows, TODAY, 1)]


def test_the_list_says_who_works_how_much_and_what_to_look_after(page: ProvidersPage) -> None:
    assert column(page, "name") == ["Ana", "Bo", "Cy <b>Young</b>"]
    assert column(page, "kind") == ["Employee", "Employee", "Contractor"]
    assert column(page, "hours") == ["42.5 h", "25.5 h", "0 h"]
    assert column(page, "load") == ["3 %", "0 %", "–"]
    assert column(page, "absence") == ["–", "now: Vacation", "–"]
    assert column(page, "warning") == ["Plumbing has no date of expiry", "Plumbing expires in 29 days", "No regular hours"]
    assert page.count.text() == "3 providers · hours and load of this week"


def test_it_is_searched_and_filtered_as_one_types(stand: Stand, page: ProvidersPage) -> None:
    page.find()
    QTest.keyClicks(page.search, "plumb bo")
    stand.qtbot.waitUntil(lambda: column(page, "name") == ["Bo"], timeout=5000)
    assert page.count.text() == "1 provider, 3 active in all · hours and load of this week"
    QTest.keyClick(page.search, Qt.Key.Key_Return)
    assert stand.opened == [("provider", {"provider_id": stand.made.bo})]
    page.search.clear()
    page.expiring.setChecked(True)
    assert column(page, "name") == ["Ana", "Bo"]
    page.expiring.setChecked(False)
    page.skill.set_value("plumbing")
    page.skill.value_changed.emit()
    assert column(page, "name") == ["Ana", "Bo"]
    QTest.keyClicks(page.search, "zzz")
    stand.qtbot.waitUntil(lambda: page.empty.sentence.text() == "No provider matches.", timeout=5000)


def test_it_sorts_by_a_click_on_a_head_and_what_is_missing_comes_last(page: ProvidersPage) -> None:
    ids = [one.id for one in page.rows.columns]
    page.table.sortByColumn(ids.index("load"), Qt.SortOrder.DescendingOrder)
    assert column(page, "name") == ["Ana", "Bo", "Cy <b>Young</b>"]
    page.table.sortByColumn(ids.index("name"), Qt.SortOrder.DescendingOrder)
    assert column(page, "name")[0] == "Cy <b>Young</b>"


@pytest.mark.parametrize("how", ["enter", "double", "menu"])
def test_a_row_opens_from_the_keyboard_with_the_mouse_and_from_its_menu(stand: Stand, page: ProvidersPage, how: str) -> None:
    page.table.setFocus()
    page.table.selectRow(1)
    if how == "enter":
        QTest.keyClick(page.table, Qt.Key.Key_Return)
    elif how == "double":
        where = page.table.visualRect(page.rows.index(1, 1)).center()
        QTest.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=where)
        QTest.mouseDClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    else:
        menu = page.menu_for(page.table.current())
        assert [a.text() for a in menu.actions() if a.text()] == ["Open", "Edit", "Show on the board", "Up on the board",
                                                                  "Down on the board", "Let go…"]  # fmt: skip
        menu.actions()[0].trigger()
    assert stand.opened == [("provider", {"provider_id": stand.made.bo})]


def test_the_three_dots_open_the_menu_of_their_row(stand: Stand, page: ProvidersPage) -> None:
    n = [one.id for one in page.rows.columns].index("more")
    where = page.table.visualRect(page.rows.index(1, n)).center()
    QTest.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    stand.qtbot.waitUntil(lambda: any(menu.isVisible() for menu in page.findChildren(QMenu)), timeout=5000)
    assert page.table.current().name == "Bo"
    for menu in page.findChildren(QMenu):
        menu.close()


def test_alt_and_arrows_change_the_order_of_the_board_and_undo_brings_it_back(stand: Stand, page: ProvidersPage) -> None:
    page.table.setFocus()
    page.table.selectRow(0)
    QTest.keyClick(page.table, Qt.Key.Key_Up, ALT)  # it is the first already
    stand.wait()
    assert (board(stand), stand.toasts) == (["Ana", "Bo", "Cy <b>Young</b>"], [])
    for _ in range(2):
        QTest.keyClick(page.table, Qt.Key.Key_Down, ALT)
        stand.wait()
    assert board(stand) == ["Bo", "Cy <b>Young</b>", "Ana"]
    assert (column(page, "name"), page.table.current().name) == (["Bo", "Cy <b>Young</b>", "Ana"], "Ana")
    stand.press_undo()
    assert board(stand) == ["Bo", "Ana", "Cy <b>Young</b>"]


def test_whoever_has_visits_is_kept_or_let_go_without_them(stand: Stand, page: ProvidersPage) -> None:
    page.table.selectRow(0)
    page.calls["deactivate_provider"].trigger()
    stand.wait()
    question = page.leaving.question
    assert isinstance(question, VisitsLeft)
    assert question.title.text() == "Ana has 1 visit that is not over"
    QTest.keyClick(question, Qt.Key.Key_Escape)
    assert board(stand)[0] == "Ana"
    page.calls["deactivate_provider"].trigger()
    stand.wait()
    assert page.leaving.question is not None
    page.leaving.question.ok.click()
    stand.wait()
    assert (board(stand), column(page, "name")) == (["Bo", "Cy <b>Young</b>"], ["Bo", "Cy <b>Young</b>"])
    assert [notice.words for notice in stand.toasts] == ["1 visit of Ana unassigned", "Ana is inactive"]
    page.who.set_value("left")
    page.who.chosen.emit("left")
    page.table.selectRow(0)
    assert page.menu_for(page.table.current()).actions()[-1].text() == "Take back"
    stand.desk.undo()
    stand.wait()
    stand.desk.undo()
    stand.wait()
    visit = stand.office.see(providers.visits_left, stand.made.ana)
    assert (board(stand)[0], [card.starts_at for card in visit]) == ("Ana", [at(9)])


def test_an_inactive_provider_is_taken_back(stand: Stand, page: ProvidersPage) -> None:
    stand.office.do(providers.deactivate, stand.made.bo, version=1)
    page.refresh()
    page.who.set_value("left")
    page.who.chosen.emit("left")
    stand.wait()
    page.table.selectRow(0)
    page.calls["deactivate_provider"].trigger()
    stand.wait()
    assert ("Bo" in board(stand), stand.toasts[-1].words) == (True, "Bo is active again")


def test_a_new_provider_is_entered_beside_the_list(stand: Stand, page: ProvidersPage) -> None:
    page.calls["new_provider"].trigger()
    panel = page.panel
    assert panel is not None
    stand.show(panel, 440, 700)
    panel.save_now()
    assert panel.form.rows["name"].error.words.text() == "Name is needed."
    panel.name.setText("Di")
    panel.form.changed.emit()
    panel.form.rows["max_overtime_s"].field.setText("10 h")  # type: ignore[attr-defined]
    panel.form.rows["max_overtime_s"].field.textEdited.emit("10 h")  # type: ignore[attr-defined]
    panel.save_now()
    stand.wait()
    assert panel.form.rows["max_overtime_s"].error.words.text() == "Overtime is at most 8 hours a day."
    assert "Di" not in board(stand)
    panel.form.rows["max_overtime_s"].field.set_value(3600)  # type: ignore[attr-defined]
    panel.save_now()
    stand.wait()
    assert (board(stand)[-1], column(page, "name")[-1], panel.dirty) == ("Di", "Di", False)
    panel.name.setText("Dinah")
    panel.form.changed.emit()
    panel.save_now()
    stand.wait()
    assert board(stand)[-1] == "Dinah"
    stand.press_undo()
    assert board(stand)[-1] == "Di"


def test_an_empty_list_says_what_to_do(qtbot: QtBot, sqlite_office: Office) -> None:
    with standing(qtbot, sqlite_office) as stand:
        for id in (stand.made.ana, stand.made.bo):
            stand.office.do(providers.deactivate, id, version=1)
        page = ProvidersPage(stand.desk)
        stand.show(page)
        assert page.empty.sentence.text() == "No provider matches."
        page.expiring.setChecked(True)
        assert page.empty.sentence.text() == "No certificate expires within 30 days."


def test_a_change_of_another_desk_appears(stand: Stand, page: ProvidersPage) -> None:
    stand.office.do(providers.new_provider, providers.Facts("Di"))
    stand.desk.live.look()
    stand.qtbot.waitUntil(lambda: column(page, "name")[-1] == "Di", timeout=10_000)

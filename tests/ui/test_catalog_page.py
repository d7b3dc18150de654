"""The page of services: price book, taxes and skills, each from the list to the form and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from fieldoffice.models.staff import Role
from fieldoffice.office import Office
from fieldoffice.services import catalog, company
from fieldoffice.services.catalog import ItemFacts, ItemLine
from fieldoffice.ui.catalog.fields import RateField
from fieldoffice.ui.catalog.page import ServicesPage
from fieldoffice.ui.parts.rowpanel import RowPanel
from tests.ui.test_jobs_kit import Stand, standing

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def stand(qtbot: QtBot, sqlite_office: Office) -> Iterator[Stand]:
    with standing(qtbot, sqlite_office) as made:
        sqlite_office.do(catalog.new_item, ItemFacts("material", "PIPE", "Copper pipe", 123_450))
        sqlite_office.do(catalog.new_item, ItemFacts("charge", "CALL", "Call-out <b>fee</b>", 7_900))
        sqlite_office.do(catalog.new_item, ItemFacts("service", "HEAT", "Heater check", 9_900, "", 5400, 900, None, True, "request"))
        yield made


@pytest.fixture
def page(stand: Stand) -> ServicesPage:
    made = ServicesPage(stand.desk)
    stand.show(made, 1120, 700)
    return made


def beside(stand: Stand, panel: RowPanel | None) -> Any:
    assert panel is not None
    stand.show(panel, 460, 700)
    return panel


def typed(panel: RowPanel, **fields: Any) -> None:
    panel.form.set_values(fields)
    panel.form.changed.emit()


def column(page: ServicesPage, id: str) -> list[str]:
    made = next(one for one in page.book.rows.columns if one.id == id)
    return [made.text(row) for row in page.book.rows.rows]


def book(stand: Stand) -> dict[str, ItemLine]:
    return {line.facts.code: line for line in stand.office.see(catalog.price_book)}


def test_the_price_book_says_everything_of_an_item(page: ServicesPage) -> None:
    assert column(page, "code") == ["REP", "PIPE", "CALL", "HEAT"]
    assert column(page, "name") == ["Leak repair", "Copper pipe", "Call-out <b>fee</b>", "Heater check"]
    assert column(page, "duration") == ["1 h", "–", "–", "1 h 30"]
    assert column(page, "buffer") == ["–", "–", "–", "15 min"]
    assert column(page, "price") == ["120.00", "1,234.50", "79.00", "99.00"]
    assert column(page, "tax") == ["6 % DC", "–", "–", "–"]
    assert column(page, "skills") == ["plumbing", "–", "–", "–"]
    assert column(page, "outdoor") == ["", "", "", "outdoor"]
    assert column(page, "bookable") == ["no", "", "", "on request"]
    price = next(one for one in page.book.rows.columns if one.id == "price")
    assert price.right
    assert [page.tabs.tabText(n) for n in range(3)] == ["Price book 4", "Taxes 1", "Skills 1"]


def test_it_is_searched_filtered_and_sorted(stand: Stand, page: ServicesPage) -> None:
    page.find()
    QTest.keyClicks(page.book.search, "plumb")
    stand.qtbot.waitUntil(lambda: column(page, "code") == ["REP"], timeout=5000)
    page.book.search.clear()
    page.book.kind.set_value("charge")
    page.book.kind.chosen.emit("charge")
    assert (column(page, "code"), page.book.count.text()) == (["CALL"], "1 item")
    page.book.kind.set_value("all")
    page.book.kind.chosen.emit("all")
    ids = [one.id for one in page.book.rows.columns]
    page.book.table.sortByColumn(ids.index("price"), Qt.SortOrder.DescendingOrder)
    assert column(page, "code") == ["PIPE", "REP", "HEAT", "CALL"]
    QTest.keyClicks(page.book.search, "zzz")
    stand.qtbot.waitUntil(lambda: page.book.empty.sentence.text() == "Nothing matches.", timeout=5000)


def test_an_item_is_edited_beside_the_list_and_undone(stand: Stand, page: ServicesPage) -> None:
    page.book.table.setFocus()
    page.book.table.selectRow(0)
    QTest.keyClick(page.book.table, Qt.Key.Key_Return)
    panel = beside(stand, page.book.panel)
    assert (panel.name.text(), panel.price.value(), panel.duration.value(), panel.skills.value()) == (
        "Leak repair", 12_000, 3600, (stand.made.plumbing,))  # fmt: skip
    typed(panel, price=13_000, code="pipe")
    panel.save_now()
    stand.wait()
    assert panel.form.rows["code"].error.words.text() == "The code pipe is taken by Copper pipe."
    assert (panel.price.value(), book(stand)["REP"].facts.price_cents) == (13_000, 12_000)
    typed(panel, code="REP")
    panel.save_now()
    stand.wait()
    assert (book(stand)["REP"].facts.price_cents, panel.dirty) == (13_000, False)
    stand.press_undo()
    assert column(page, "price")[0] == "120.00"


def test_what_belongs_to_services_only_hides_for_the_others(stand: Stand, page: ServicesPage) -> None:
    page.book.kind.set_value("material")
    page.book.kind.chosen.emit("material")
    page.new.click()
    panel = beside(stand, page.book.panel)
    assert panel.kind_field.value() == "material"
    shown = {name: row.isVisible() for name, row in panel.form.rows.items()}
    assert [name for name, on in shown.items() if not on] == ["duration", "buffer", "skill_ids", "outdoor", "bookable", "price_from"]
    typed(panel, kind="service")
    assert panel.times.isVisible()
    typed(panel, kind="material", name="Filter", code="FILT", price=2_400)
    panel.save_and_close()
    stand.wait()
    line = book(stand)["FILT"]
    assert (line.facts.duration_s, line.facts.price_cents, line.tax) == (0, 2_400, "DC")


def test_a_new_item_needs_a_price_that_can_be_read(stand: Stand, page: ServicesPage) -> None:
    page.calls["new_item"].trigger()
    panel = beside(stand, page.book.panel)
    typed(panel, name="Filter", code="FILT")
    panel.save_now()
    assert panel.form.rows["price"].error.words.text() == "Price without tax is needed."
    panel.price.setText("a lot")
    panel.price.textEdited.emit("a lot")
    panel.save_now()
    assert "Enter an amount" in panel.form.rows["price"].error.words.text()
    assert "FILT" not in book(stand)


def test_alt_and_arrows_move_an_item_among_its_kind(stand: Stand, page: ServicesPage) -> None:
    page.book.table.setFocus()
    page.book.table.selectRow(3)
    QTest.keyClick(page.book.table, Qt.Key.Key_Up, ALT)
    stand.wait()
    assert column(page, "code") == ["HEAT", "REP", "PIPE", "CALL"]
    QTest.keyClick(page.book.table, Qt.Key.Key_Down, ALT)
    stand.wait()
    assert column(page, "code") == ["REP", "HEAT", "PIPE", "CALL"]
    stand.press_undo()
    assert column(page, "code") == ["HEAT", "REP", "PIPE", "CALL"]


def test_an_item_is_retired_and_offered_again(stand: Stand, page: ServicesPage) -> None:
    page.book.table.selectRow(2)
    assert [a.text() for a in page.book.menu_for(page.book.table.current()).actions() if a.text()] == [
        "Edit", "Up in the price book", "Down in the price book", "No longer offer"]  # fmt: skip
    page.book.calls["retire_item"].trigger()
    stand.wait()
    assert column(page, "code") == ["REP", "PIPE", "HEAT"]
    page.book.retired.setChecked(True)
    assert column(page, "name")[2] == "Call-out <b>fee</b> (no longer offered)"
    page.book.table.selectRow(2)
    page.book.calls["offer_item"].trigger()
    stand.wait()
    assert book(stand)["CALL"].active


def test_two_desks_edit_one_item_and_both_changes_are_kept(stand: Stand, page: ServicesPage) -> None:
    page.open(item_id=stand.made.repair)
    panel = beside(stand, page.book.panel)
    typed(panel, price=15_000)
    line = book(stand)["REP"]
    stand.office.do(catalog.edit_item, line.id, replace(line.facts, name="Leak repair, small"), version=line.version)
    panel.save_now()
    stand.wait()
    facts = book(stand)["REP"].facts
    assert (facts.price_cents, facts.name, panel.dirty) == (15_000, "Leak repair, small", False)


def test_a_rate_that_ended_hands_its_items_to_the_next(stand: Stand, page: ServicesPage) -> None:
    QTest.keyClick(page.book.table, Qt.Key.Key_2, ALT)
    assert (page.tabs.currentIndex(), page.new.text()) == (1, "New tax rate")
    page.taxes.edit(page.taxes.rates[0])
    panel = beside(stand, page.taxes.panel)
    typed(panel, valid_to="2026-03-01")
    panel.save_now()
    stand.wait()
    assert "take a rate that does not hold today: DC 6 %" in page.taxes.list.hint.text()
    page.new.click()
    typed(panel, name="DC", rate=65_000, valid_from="2026-03-01")
    panel.save_now()
    stand.wait()
    assert panel.form.rows["valid_from"].error.words.text().startswith("DC holds from Jan 1 2020 to Mar 1 2026 already")
    typed(panel, valid_from="2026-03-02")
    panel.save_and_close()
    stand.wait()
    page.taxes.list.table.selectRow(1)
    menu = page.taxes.take.menu()
    assert [a.text() for a in menu.actions()] == ["DC 6 % (1 item)"]  # type: ignore[union-attr]
    menu.actions()[0].trigger()  # type: ignore[union-attr]
    stand.wait()
    assert (book(stand)["REP"].tax_ppm, page.taxes.list.hint.text()) == (65_000, "")
    page.taxes.list.table.selectRow(0)
    page.taxes.list.calls["row_remove"].trigger()
    stand.wait()
    assert [row.facts.ppm for row in stand.office.see(catalog.tax_rates)] == [65_000]
    stand.press_undo()
    assert [row.facts.ppm for row in stand.office.see(catalog.tax_rates)] == [60_000, 65_000]


def test_a_rate_in_use_is_not_removed(stand: Stand, page: ServicesPage) -> None:
    page.open(tab="Taxes")
    page.taxes.list.table.selectRow(0)
    page.taxes.list.table.setFocus()
    QTest.keyClick(page.taxes.list.table, Qt.Key.Key_Delete)
    stand.wait()
    assert stand.toasts[-1].words == "DC is the tax of 1 item of the price book, so it stays."


def test_skills_are_added_renamed_and_said_where_they_are_used(stand: Stand, page: ServicesPage) -> None:
    page.open(tab="Skills")
    page.new.click()
    panel = beside(stand, page.skills.panel)
    typed(panel, name="Gas", certified=True)
    panel.save_and_close()
    stand.wait()
    assert sorted(row.name for row in page.skills.list.rows.rows) == ["Gas", "plumbing"]
    plumbing = next(row for row in page.skills.list.rows.rows if row.name == "plumbing")
    texts = {one.id: one.text(plumbing) for one in page.skills.list.rows.columns}
    assert (texts["services"], texts["providers"], texts["certified"]) == ("Leak repair", "Ana, Bo", "needed, 1 without a date")
    page.skills.edit(plumbing)
    assert panel.used.text() == "Needed by: Leak repair\nHeld by: Ana, Bo\nWithout a date of expiry: Ana"
    typed(panel, name="Pipes")
    panel.save_now()
    stand.wait()
    assert column(page, "skills")[0] == "Pipes"
    page.skills.remove(next(row for row in stand.office.see(catalog.skills) if row.name == "Pipes"))
    stand.wait()
    assert stand.toasts[-1].words == "Pipes is used by 1 service and 2 providers, so it stays."


def test_a_skill_that_nobody_has_is_told(stand: Stand, page: ServicesPage) -> None:
    gas = stand.office.do(catalog.add_skill, "gas")
    line = book(stand)["HEAT"]
    stand.office.do(catalog.edit_item, line.id, replace(line.facts, skill_ids=(gas,)), version=1)
    page.refresh()
    stand.wait()
    assert page.skills.list.hint.text() == "Needed, but nobody has it: gas."


def test_an_empty_price_book_says_what_to_do(qtbot: QtBot, sqlite_office: Office) -> None:
    with standing(qtbot, sqlite_office) as stand:
        line = book(stand)["REP"]
        stand.office.do(catalog.offer_item, line.id, version=1, active=False)
        page = ServicesPage(stand.desk)
        stand.show(page)
        assert page.book.empty.sentence.text() == "The price book is empty. Add what you sell."
        page.book.empty.button.click()  # type: ignore[union-attr]
        assert page.book.panel is not None


def test_a_user_without_the_right_is_told_so(qtbot: QtBot, sqlite_office: Office) -> None:
    with standing(qtbot, sqlite_office) as stand:
        user = stand.office.do(company.add_user, login="bell", name="Marcus", roles=(Role.DISPATCHER,)).id
        stand.desk.seat = stand.office.seat(user)
        page = ServicesPage(stand.desk)
        stand.show(page)
        page.open(item_id=stand.made.repair)
        panel = beside(stand, page.book.panel)
        typed(panel, price=1)
        panel.save_now()
        stand.wait()
        assert panel.form.summary.label.text() == "Marcus does not have the right to do this."
        assert (book(stand)["REP"].facts.price_cents, panel.price.value()) == (12_000, 1)


@pytest.mark.parametrize(("text", "ppm"), [("6", 60_000), ("8.875 %", 88_750), ("8,875", 88_750), ("0", 0), ("100%", 1_000_000)])
def test_a_rate_is_read_in_percent(qtbot: QtBot, text: str, ppm: int) -> None:
    field = RateField()
    qtbot.addWidget(field)
    field.setText(text)
    field.textEdited.emit(text)
    assert (field.value(), field.problem()) == (ppm, "")
    field.set_value(ppm)
    assert field.read(field.text()) == ppm


@pytest.mark.parametrize("text", ["a", "-1", "101", "1.23456", "nan", "inf"])
def test_what_is_no_rate_is_told(qtbot: QtBot, text: str) -> None:
    field = RateField()
    qtbot.addWidget(field)
    field.setText(text)
    field.textEdited.emit(text)
    assert (field.value(), bool(field.problem())) == (None, True)

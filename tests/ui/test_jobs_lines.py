"""The lines of a job on the screen: added, typed over, removed; the totals are those of the services."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from fieldoffice.models.log import Event
from fieldoffice.office import Office
from fieldoffice.services import catalog
from fieldoffice.services.jobs import editing
from fieldoffice.ui.jobs.editor import JobPage
from fieldoffice.ui.jobs.linetable import NAME, PRICE, QUANTITY
from tests import make
from tests.ui.test_jobs_kit import Stand, amount, standing


@pytest.fixture
def stand(qtbot: QtBot, sqlite_office: Office) -> Iterator[Stand]:
    with standing(qtbot, sqlite_office) as made:
        sqlite_office.do(catalog.add_item, kind="material", code="HOSE", name="Washing machine hose", price_cents=1_995)
        yield made


def kinds(stand: Stand, job_id: int) -> list[str]:
    return stand.office.see(lambda tx: tx.all(select(Event.kind).where(Event.job_id == job_id).order_by(Event.id)))


def assert_totals_of_the_service(stand: Stand, page: JobPage) -> None:
    totals, shown = stand.job(page.job.id).totals, page.lines.sums.now  # type: ignore[union-attr]
    cents = {key: int(amount(label.text()) * 100) for key, label in shown.items()}
    assert cents == {"net": totals.net_cents, "tax": totals.tax_cents, "total": totals.total_cents}


def type_into(page: JobPage, row: int, column: int, text: str, key: Qt.Key = Qt.Key.Key_Return) -> None:
    """As a person does: go to the cell, F2, type, Enter."""
    table = page.lines.table
    table.setCurrentIndex(page.lines.rows.index(row, column))
    table.edit_here()
    editor = open_field(page)
    assert editor is not None
    editor.clear()
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, key)
    QApplication.processEvents()  # the field tells what was typed after the key


def open_field(page: JobPage) -> QLineEdit | None:
    """The field of the cell that is being typed in."""
    return next((e for e in page.lines.table.findChildren(QLineEdit) if e.isVisible()), None)


@pytest.mark.requirement("0.8")
def test_a_line_is_added_from_the_price_book_and_the_totals_follow(stand: Stand) -> None:
    job = make.job(stand.office, stand.made)
    page = stand.page(job.job_id, "Lines")
    lines = page.lines
    lines.start_adding()
    QTest.keyClicks(lines.picker, "hose wash")
    stand.qtbot.waitUntil(lambda: [row.code for row in lines.picker.rows()] == ["HOSE"])
    QTest.keyClick(lines.picker.popup, Qt.Key.Key_Return)
    stand.qtbot.waitUntil(lambda: lines.item is not None)
    lines.quantity.selectAll()
    QTest.keyClicks(lines.quantity, "2.5")
    before_and_after = [amount(label.text()) for label in (lines.sums.now["total"], lines.sums.after["total"])]
    assert before_and_after == [Decimal("127.20"), Decimal("177.08")]
    assert lines.sums.after["total"].isVisible()
    QTest.keyClick(lines.quantity, Qt.Key.Key_Return)
    stand.wait()
    stored = [(row.name, row.quantity_milli) for row in stand.job(job.job_id).lines]
    assert stored == [("Leak repair", 1000), ("Washing machine hose", 2500)]
    assert amount(lines.sums.now["total"].text()) == Decimal("177.08")
    assert not lines.sums.after["total"].isVisible()
    assert_totals_of_the_service(stand, page)
    assert kinds(stand, job.job_id) == ["job.opened", "job.line_added"]


@pytest.mark.requirement("0.8")
def test_quantity_price_and_name_are_typed_over_in_place(stand: Stand) -> None:
    job = make.job(stand.office, stand.made)
    page = stand.page(job.job_id, "Lines")
    for column, text in ((QUANTITY, "3"), (PRICE, "99.50"), (NAME, "Burst pipe")):
        type_into(page, 0, column, text)
        stand.wait()
    line = stand.job(job.job_id).lines[0]
    assert (line.quantity_milli, line.unit_price_cents, line.name) == (3000, 9_950, "Burst pipe")
    assert_totals_of_the_service(stand, page)
    assert kinds(stand, job.job_id)[1:] == ["job.line_edited"] * 3


def test_tab_goes_on_to_the_next_cell_before_the_first_is_saved(stand: Stand) -> None:
    job = make.job(stand.office, stand.made)
    page = stand.page(job.job_id, "Lines")
    type_into(page, 0, QUANTITY, "2", Qt.Key.Key_Tab)
    price = page.lines.table.focusWidget()
    assert isinstance(price, QLineEdit)
    QTest.keyClicks(price, "50")
    QTest.keyClick(price, Qt.Key.Key_Return)
    stand.wait()
    line = stand.job(job.job_id).lines[0]
    assert (line.quantity_milli, line.unit_price_cents) == (2000, 5_000)
    assert not page.lines.trouble.isVisible()


@pytest.mark.parametrize("typed", ["50", ""])
def test_a_row_that_changes_meanwhile_leaves_what_was_typed_and_fills_what_was_not(stand: Stand, typed: str) -> None:
    job = make.job(stand.office, stand.made)
    page = stand.page(job.job_id, "Lines")
    page.lines.table.setCurrentIndex(page.lines.rows.index(0, PRICE))
    page.lines.table.edit_here()
    field = open_field(page)
    assert isinstance(field, QLineEdit)
    QTest.keyClicks(field, typed)
    field.editingFinished.emit()  # what Enter does first; the cell is told a moment later
    line = stand.job(job.job_id).lines[0]
    stand.office.do(editing.edit_line, line.id, version=line.version, quantity_milli=3_000, unit_price_cents=7_000, name="Leak")
    page.lines.rows.show(stand.job(job.job_id).lines)
    assert amount(field.text()) == (Decimal("50.00") if typed else Decimal("70.00"))


def test_totals_follow_each_key_and_esc_takes_them_back(stand: Stand) -> None:
    page = stand.page(make.job(stand.office, stand.made).job_id, "Lines")
    lines = page.lines
    lines.table.setCurrentIndex(lines.rows.index(0, QUANTITY))
    lines.table.edit_here()
    editor = open_field(page)
    assert editor is not None
    QTest.keyClicks(editor, "2")
    assert amount(lines.sums.after["net"].text()) == Decimal("240.00")
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    stand.wait()
    assert not lines.sums.after["net"].isVisible()
    assert stand.job(page.job.id).lines[0].quantity_milli == 1000  # type: ignore[union-attr]


def test_what_cannot_be_read_or_is_refused_is_said_and_changes_nothing(stand: Stand) -> None:
    job = make.job(stand.office, stand.made)
    page = stand.page(job.job_id, "Lines")
    type_into(page, 0, QUANTITY, "many")
    stand.qtbot.waitUntil(lambda: open_field(page) is not None and open_field(page).text() == "many")  # type: ignore[union-attr]
    assert "Enter a quantity" in page.lines.trouble.label.text()
    QTest.keyClick(open_field(page), Qt.Key.Key_Escape)
    QApplication.processEvents()
    type_into(page, 0, QUANTITY, "")
    type_into(page, 0, PRICE, "99999999")
    stand.wait()
    assert "out of bounds" in page.lines.trouble.label.text()
    assert [(r.quantity_milli, r.unit_price_cents) for r in stand.job(job.job_id).lines] == [(1000, 12_000)]


def test_a_removed_line_comes_back_from_the_toast(stand: Stand) -> None:
    job = make.job(stand.office, stand.made)
    page = stand.page(job.job_id, "Lines")
    before = stand.job(job.job_id).totals
    page.lines.table.selectRow(0)
    page.lines.remove.click()
    stand.wait()
    assert stand.job(job.job_id).lines == ()
    assert page.lines.table.empty is not None
    assert page.lines.table.empty.isVisible()
    assert stand.toasts[-1].words == "Removed Leak repair"
    stand.press_undo()
    assert stand.job(job.job_id).totals == before
    assert_totals_of_the_service(stand, page)


def test_a_line_that_another_desk_changed_is_told_and_what_was_typed_stays(stand: Stand) -> None:
    job = make.job(stand.office, stand.made)
    page = stand.page(job.job_id, "Lines")
    lines = page.lines
    lines.table.setCurrentIndex(lines.rows.index(0, QUANTITY))
    lines.table.edit_here()
    editor = open_field(page)
    assert editor is not None
    QTest.keyClicks(editor, "7")
    stand.office.do(editing.edit_line, stand.job(job.job_id).lines[0].id, version=1, quantity_milli=2000, unit_price_cents=12_000)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    stand.wait()
    assert "fieldoffice changed Leak repair, 2 × 120.00 (was 1 × 120.00)" in lines.trouble.label.text()
    again = open_field(page)
    assert again is not None
    assert again.text() == "7"
    QTest.keyClick(again, Qt.Key.Key_Return)
    stand.wait()
    assert stand.job(job.job_id).lines[0].quantity_milli == 7000


def test_a_line_removed_elsewhere_does_not_pull_the_field_away(stand: Stand) -> None:
    job = make.job(stand.office, stand.made)
    page = stand.page(job.job_id, "Lines")
    lines = page.lines
    lines.table.setCurrentIndex(lines.rows.index(0, QUANTITY))
    lines.table.edit_here()
    editor = open_field(page)
    assert editor is not None
    QTest.keyClicks(editor, "7")
    stand.office.do(editing.remove_line, stand.job(job.job_id).lines[0].id, version=1)
    page.reload()
    stand.wait()
    assert editor.text() == "7"
    QTest.keyClick(editor, Qt.Key.Key_Return)
    stand.wait()
    assert "fieldoffice removed Leak repair" in lines.trouble.label.text()
    assert lines.rows.rowCount() == 0

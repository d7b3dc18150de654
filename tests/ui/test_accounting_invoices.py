"""Invoices at the desk: the list, jobs to bill, the draft and its posting, what is posted, marking as paid."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldoffice.models.states import AppointmentState as S
from fieldoffice.office import Office
from fieldoffice.services.books import deeds
from fieldoffice.services.books.drafts import DraftFacts, DraftLine
from fieldoffice.services.books.listing import InvoiceFilter, invoice_rows, invoice_sums, invoices
from fieldoffice.services.books.periods import close_period
from fieldoffice.services.books.receipts import Receipt
from fieldoffice.services.books.sheets import InvoiceSheet, invoice_sheet
from fieldoffice.services.books.unbilled import bill
from fieldoffice.services.books.writing import Saved, save_draft
from fieldoffice.services.dispatch import moves, progress
from fieldoffice.ui.accounting.invoice import InvoicePage
from fieldoffice.ui.accounting.invoices import InvoicesPage
from fieldoffice.ui.accounting.linesfield import PRICE, QUANTITY
from tests import make
from tests.make import TODAY, at
from tests.ui.test_jobs_kit import Stand, standing


@pytest.fixture
def stand(qtbot: QtBot, sqlite_office: Office) -> Iterator[Stand]:
    with standing(qtbot, sqlite_office) as made:
        yield made


def draft(stand: Stand, cents: int = 10_000, *, on: date = TODAY, customer: int | None = None) -> Saved:
    facts = DraftFacts((DraftLine("Work", 1000, cents, tax=("", 0)),), on)
    return stand.office.do(save_draft, None, customer or stand.made.customer, facts)


def posted(stand: Stand, cents: int = 10_000, **more: object) -> int:
    made = draft(stand, cents, **more)  # type: ignore[arg-type]
    return stand.office.do(deeds.post, made.id, version=made.version).id


def finished(stand: Stand) -> int:
    opened = make.job(stand.office, stand.made)
    stand.office.do(moves.place, opened.appointment_id, version=1, provider_ids=(stand.made.ana,), starts_at=at(9))
    for state in (S.EN_ROUTE, S.ARRIVED, S.WORKING, S.COMPLETED):
        version = make.card(stand.office, opened.appointment_id).version
        stand.office.do(progress.move_on, opened.appointment_id, version=version, to=state)
    return opened.job_id


def list_of(stand: Stand) -> InvoicesPage:
    page = InvoicesPage(stand.desk)
    stand.show(page)
    return page


def page_of(stand: Stand, invoice_id: int = 0, **args: object) -> InvoicePage:
    page = InvoicePage(stand.desk)
    page.open(invoice_id=invoice_id, **args)  # type: ignore[arg-type]
    stand.show(page)
    return page


def sheet(stand: Stand, id: int) -> InvoiceSheet:
    return stand.office.see(invoice_sheet, id)


def texts(page: InvoicesPage, row: int) -> dict[str, str]:
    found = page.list.rows.row(row)
    assert found is not None
    return {column.id: column.text(found) for column in page.list.rows.columns}


def test_the_list_says_what_is_open_and_finds_as_one_types(stand: Stand) -> None:
    posted(stand, 30_000, on=TODAY - timedelta(days=45))
    posted(stand, 5_000, customer=make.customer(stand.office, "Dora", 3)[0])
    draft(stand, 700)
    page = list_of(stand)
    assert page.list.sums.text() == "3 invoices  ·  357.00 in all  ·  350.00 open"
    assert [texts(page, n)["number"] for n in range(3)] == ["draft", "INV-1002", "INV-1001"]
    late = texts(page, 2)
    assert (late["state"], late["total"], late["open"]) == ("Overdue", "300.00", "300.00")
    page.list.state.chosen.emit("overdue")
    page.list.show_state("overdue")
    stand.wait()
    assert (page.list.rows.rowCount(), page.list.sums.text()) == (1, "1 invoice  ·  300.00 in all  ·  300.00 open")
    page.list.show_state("all")
    page.find()
    QTest.keyClicks(page.list.search, "dora")
    stand.qtbot.waitUntil(lambda: page.list.rows.rowCount() == 1)
    QTest.keyClick(page.list.search, Qt.Key.Key_Return)
    stand.wait()
    assert stand.opened[-1][0] == "invoice"


def test_an_empty_list_says_what_to_do(stand: Stand) -> None:
    page = list_of(stand)
    assert page.list.empty.sentence.text() == "There are no invoices yet. Bill finished jobs, or write the first one."
    page.list.empty.button.click()  # type: ignore[union-attr]
    assert stand.opened == [("invoice", {"invoice_id": 0})]


@pytest.mark.requirement("0.43", "0.44")
def test_selected_invoices_are_marked_as_paid_by_real_payments_and_it_can_be_undone(stand: Stand) -> None:
    for cents in (10_000, 2_500):
        posted(stand, cents)
    page = list_of(stand)
    page.list.table.selectAll()
    bar = page.list.picked
    assert bar.words.text() == "2 invoices selected  ·  125.00 open"
    page.calls["mark_paid"].trigger()
    panel = bar.panel
    assert panel is not None
    panel.method.set_value("bank")
    panel.reference.setText("wire 12")
    panel.carry_out()
    stand.wait()
    assert stand.office.see(invoice_sums).open_cents == 0
    rows = stand.office.see(invoices).rows
    paid = sheet(stand, rows[0].id).settled
    assert [(row.kind, row.number, row.cents) for row in paid] == [("payment", "P-1001", rows[0].total_cents)]
    assert stand.toasts[-1].words == "Paid. Receipt P-1001"
    stand.press_undo()
    assert stand.office.see(invoice_sums).open_cents == 12_500


def test_drafts_are_posted_together(stand: Stand) -> None:
    for _ in range(2):
        draft(stand)
    page = list_of(stand)
    page.list.table.selectAll()
    assert page.list.picked.post.text() == "Post 2 drafts"
    page.list.picked.post_drafts()
    stand.wait()
    assert sorted(row.number for row in stand.office.see(invoices).rows) == ["INV-1001", "INV-1002"]


def test_finished_jobs_are_billed_one_by_one_or_together(stand: Stand) -> None:
    finished(stand)
    finished(stand)
    page = list_of(stand)
    page.open(view="to_bill")
    stand.wait()
    assert page.to_bill.count.text() == "2 jobs to bill"
    page.to_bill.table.selectAll()
    assert page.to_bill.press.text() == "Bill 2 jobs, 254.40"
    page.to_bill.per.set_value("customer")
    page.to_bill.bill_selected()
    stand.wait()
    name, args = stand.opened[-1]
    assert name == "invoice"
    assert sheet(stand, args["invoice_id"]).row.jobs == "J1001, J1002"
    assert page.to_bill.rows.rowCount() == 0


def test_a_new_invoice_is_written_saved_posted_and_shown_calmly(stand: Stand) -> None:
    page = page_of(stand, customer_id=stand.made.customer)
    item = next(one for one in page.form.lines.book.items if one.id == stand.made.repair)
    page.form.lines.add(item)
    page.form.lines.rows.changed.emit(page.form.lines.entries[0].id, _twice(page))
    assert page.form.sums.words() == {"Net": "240.00", "DC 6 %": "14.40", "Total": "254.40"}
    page.save()
    stand.wait()
    assert page.sheet is not None
    assert (page.sheet.row.total_cents, page.sheet.row.state, page.header.title.text()) == (25_440, "draft", "Draft of an invoice")
    assert not page.dirty()
    page.deeds.post()
    stand.wait()
    assert (page.sheet.row.number, page.stack.currentWidget() is page.posted) == ("INV-1001", True)
    assert page.posted.sums.words() == {"Net": "240.00", "DC 6 %": "14.40", "Total": "254.40", "Paid": "0.00", "Open": "254.40"}
    assert page.tools.pay.isVisibleTo(page.tools)
    assert not page.tools.save.isVisibleTo(page.tools)


def _twice(page: InvoicePage) -> DraftLine:
    from dataclasses import replace

    return replace(page.form.lines.entries[0].line, quantity_milli=2000)


def test_cells_of_a_draft_are_typed_and_what_cannot_be_read_is_said(stand: Stand) -> None:
    page = page_of(stand, draft(stand).id)
    table = page.form.lines.table
    for column, typed in ((QUANTITY, "2.5"), (PRICE, "80")):
        table.setCurrentIndex(page.form.lines.rows.index(0, column))
        table.edit_here()
        editor = QApplication.focusWidget()
        QTest.keyClicks(editor, typed)
        QTest.keyClick(editor, Qt.Key.Key_Return)
        QApplication.processEvents()
    assert page.form.sums.words()["Total"] == "200.00"
    table.setCurrentIndex(page.form.lines.rows.index(0, QUANTITY))
    table.edit_here()
    editor = QApplication.focusWidget()
    QTest.keyClicks(editor, "many")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert page.form.lines.problem.text() == "Enter a quantity such as 1 or 2.5."
    assert page.form.sums.words()["Total"] == "200.00"


def test_a_draft_without_lines_or_customer_is_refused_by_the_field(stand: Stand) -> None:
    page = page_of(stand)
    page.save()
    assert "Choose the customer." in page.form.form.rows["customer_id"].error.words.text()
    page.form.customer_id.set_value(stand.made.customer)
    page.save()
    stand.wait()
    assert page.form.form.rows["lines"].error.words.text() == "There is no line on it yet."
    assert page.sheet is None


def test_somebody_else_s_change_of_the_draft_is_merged_and_nothing_typed_is_lost(stand: Stand) -> None:
    made = draft(stand)
    page = page_of(stand, made.id)
    page.form.reference.setText("PO 12")
    page.form.form.changed.emit()
    facts = DraftFacts((DraftLine("Work", 1000, 10_000, tax=("", 0)),), TODAY, notes="thank you")
    stand.office.do(save_draft, made.id, stand.made.customer, facts, version=made.version)
    page.save()
    stand.wait()
    stand.wait()
    found = sheet(stand, made.id)
    assert (found.row.reference, found.notes) == ("PO 12", "thank you")


def test_a_draft_typed_in_holds_the_page_and_is_thrown_away_on_wish(stand: Stand) -> None:
    made = draft(stand)
    page = page_of(stand, made.id)
    page.form.reference.setText("x")
    page.form.form.changed.emit()
    assert not page.may_leave()
    assert page.keeping.warning.isVisibleTo(page)
    page.keeping.discard()
    assert page.may_leave()
    page.deeds.drop()
    stand.wait()
    assert stand.office.see(invoices).total == 0
    assert stand.opened[-1] == ("invoices", {})


def test_a_closed_period_refuses_posting_by_the_field_and_asks_for_a_reason(stand: Stand) -> None:
    made = draft(stand, on=TODAY - timedelta(days=20))
    stand.office.do(close_period, TODAY - timedelta(days=10))
    page = page_of(stand, made.id)
    page.deeds.post()
    stand.wait()
    assert page.form.form.summary.isVisibleTo(page)
    assert stand.office.see(invoices).rows[0].state == "draft"
    page.deeds.post("late papers")
    stand.wait()
    assert stand.office.see(invoices).rows[0].number == "INV-1001"


def test_a_posted_invoice_is_credited_disputed_and_voided(stand: Stand) -> None:
    id = posted(stand)
    page = page_of(stand, id)
    page.deeds.dispute()
    stand.wait()
    assert sheet(stand, id).disputed_on == TODAY
    stand.press_undo()
    assert sheet(stand, id).disputed_on is None
    page.deeds.credit("too much")
    stand.wait()
    memo = stand.opened[-1][1]["invoice_id"]
    assert (sheet(stand, memo).row.kind, sheet(stand, memo).reason) == ("credit", "too much")
    page.refresh()
    stand.wait()
    page.deeds.void("wrong customer")
    stand.wait()
    assert (sheet(stand, id).row.state, page.header.state.words) == ("void", "void")
    assert not page.tools.pay.isVisibleTo(page.tools)


def test_what_paid_an_invoice_is_taken_back_and_put_back(stand: Stand) -> None:
    id = posted(stand)
    stand.office.do(deeds.take_payment, Receipt(stand.made.customer, 10_000, "cash", TODAY))
    page = page_of(stand, id)
    assert page.header.state.words == "paid"
    page.deeds.release(page.posted.settled.shown[0])
    stand.wait()
    assert sheet(stand, id).row.open_cents == 10_000
    stand.press_undo()
    assert sheet(stand, id).row.open_cents == 0


def test_a_job_is_billed_from_its_head_with_one_press(stand: Stand) -> None:
    job = finished(stand)
    page = stand.page(job)
    assert page.billing.press.text() == "Bill this job"
    page.billing.press.click()
    stand.wait()
    name, args = stand.opened[-1]
    assert (name, args["back"]) == ("invoice", "job")
    (row,) = stand.office.see(invoices, InvoiceFilter()).rows
    stand.office.do(deeds.post, row.id, version=row.version)
    page.billing.reload()
    stand.wait()
    assert page.billing.press.text() == "Billed by INV-1001"
    page.billing.press.click()
    assert stand.opened[-1] == ("invoice", {"invoice_id": row.id, "back": "job"})


def test_the_list_is_exported_with_amounts_as_numbers(stand: Stand, tmp_path: Path) -> None:
    posted(stand, 1_234_567)
    page = list_of(stand)
    page.list.export.write(tmp_path / "invoices.csv")
    stand.qtbot.waitUntil(lambda: (tmp_path / "invoices.csv").exists(), timeout=20_000)
    stand.wait()
    said = (tmp_path / "invoices.csv").read_text("utf-8-sig")
    assert "INV-1001" in said
    assert "12345.67" in said


def test_jobs_of_a_draft_keep_their_numbers_on_the_page(stand: Stand) -> None:
    (id,) = stand.office.do(bill, [finished(stand)])
    (row,) = stand.office.see(invoice_rows, [id])
    stand.office.do(deeds.post, id, version=row.version)
    page = page_of(stand, id)
    assert page.posted.facts.words()["Job"] == "J1001"


def test_news_from_another_desk_leaves_the_cell_that_is_being_typed_in_and_says_so_where_it_matters(stand: Stand) -> None:
    made = draft(stand)
    page = page_of(stand, made.id)
    table = page.form.lines.table
    table.setCurrentIndex(page.form.lines.rows.index(0, QUANTITY))
    table.edit_here()
    QTest.keyClicks(QApplication.focusWidget(), "7")
    posted(stand)
    page.refresh()
    stand.wait()
    assert page.form.lines.editing()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    QApplication.processEvents()
    assert page.form.sums.words()["Total"] == "700.00"
    facts = DraftFacts((DraftLine("Work", 1000, 10_000, tax=("", 0)),), TODAY, notes="from the other_desk")
    stand.office.do(save_draft, made.id, stand.made.customer, facts, version=made.version)
    page.refresh()
    stand.wait()
    banner = page.keeping.draft.told.banner
    assert banner is not None
    assert "Somebody else has changed this draft meanwhile." in banner.label.text()
    assert page.form.sums.words()["Total"] == "700.00"


def test_a_new_invoice_that_was_left_unfinished_comes_back(stand: Stand) -> None:
    page = page_of(stand)
    page.form.reference.setText("PO 5")
    page.form.form.changed.emit()
    page.keeping.draft.keep_now()
    other = InvoicePage(stand.desk)
    stand.show(other)
    stand.qtbot.waitUntil(lambda: other.writing(), timeout=10_000)
    assert other.form.reference.text() == "PO 5"
    other.keeping.discard()
    assert stand.desk.shelf.get("invoice", 0) is None


def test_what_is_left_of_a_credit_memo_pays_something_else_or_goes_back(stand: Stand) -> None:
    first = posted(stand, 10_000)
    stand.office.do(deeds.take_payment, Receipt(stand.made.customer, 10_000, "cash", TODAY))
    memo = stand.office.do(deeds.credit, first, reason="not good")
    stand.office.do(deeds.post, memo.id, version=memo.version)
    second = posted(stand, 4_000)
    page = page_of(stand, memo.id)
    assert page.header.owed.text() == "100.00 left to use"
    page.calls["use_credit"].trigger()
    stand.wait()
    assert page.deeds.using is not None
    page.deeds.using.carry_out()
    stand.wait()
    assert sheet(stand, second).row.state == "paid"
    page.refresh()
    stand.wait()
    page.calls["refund_payment"].trigger()
    back = page.deeds.refunding
    assert back is not None
    assert back.amount.value() == 6_000
    back.reason.setText("as agreed")
    back.carry_out()
    stand.wait()
    assert sheet(stand, memo.id).row.open_cents == 0
    page.refresh()
    stand.wait()
    assert not page.calls["use_credit"].isEnabled()

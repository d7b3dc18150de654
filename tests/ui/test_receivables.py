"""Receivables: the aged list, the items below it, and what is done with them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from fieldoffice.models.staff import Role
from fieldoffice.office import Office
from fieldoffice.services import company
from fieldoffice.services.documents.reportpaper import ReportPaper, ReportTable
from fieldoffice.ui.accounting.receivables import ReceivablesPage
from fieldoffice.ui.accounting.takepayment import TakePaymentPanel
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.exchange.exporting import ListExport
from tests import make
from tests.services.books.ledgers import Shop, proven
from tests.ui.test_jobs_kit import Stand, standing

TODAY = make.TODAY


@pytest.fixture
def stand(qtbot: QtBot, sqlite_office: Office) -> Iterator[Stand]:
    with standing(qtbot, sqlite_office) as made:
        yield made
    proven(sqlite_office)


def owed(stand: Stand) -> Shop:
    """Carol owes for a job and two sales, Zoe for one; Zoe has credit, too."""
    shop = Shop(stand.office, stand.made)
    shop.bill(make.job(stand.office, stand.made).job_id)
    shop.invoice(4_000, on=TODAY - timedelta(days=100), due=TODAY - timedelta(days=70))
    shop.invoice(900, on=TODAY - timedelta(days=40), due=TODAY - timedelta(days=10))
    zoe, _ = make.customer(stand.office, "Zoe", 2)
    shop.invoice(2_000, on=TODAY - timedelta(days=5), customer=zoe)
    shop.pay(500, customer=zoe, parts=())
    return shop


def opened(stand: Stand) -> ReceivablesPage:
    page = ReceivablesPage(stand.desk)
    stand.show(page)
    stand.qtbot.waitUntil(page.ready, timeout=10_000)
    return page


def texts(page: ReceivablesPage, row: int) -> list[str]:
    found = page.rows.row(row)
    assert found is not None
    return [column.text(found) for column in page.rows.columns]


def pick(stand: Stand, page: ReceivablesPage, row: int) -> None:
    page.table.setCurrentIndex(page.rows.index(row, 0))
    stand.wait()


@pytest.mark.requirement("0.41")
def test_the_list_shows_who_owes_what_with_totals_and_leads_to_the_papers(stand: Stand) -> None:
    owed(stand)
    page = opened(stand)
    assert texts(page, 0) == ["Carol Customer", "C1001", "127.20", "9.00", "–", "40.00", "–", "–", "176.20", "70 days"]
    assert texts(page, 1) == ["Zoe", "C1002", "20.00", "–", "–", "–", "–", "-5.00", "15.00", "–"]
    assert (page.totals.texts["total"], page.count.text()) == ("191.20", "2 customers")
    pick(stand, page, 0)
    assert page.pane.isVisible()
    assert [row.number for row in page.pane.rows.rows] == ["INV-1002", "INV-1003", "INV-1001"]
    job = page.pane.rows.rows[2]
    page.pane.open_item(job)
    [words.trigger() for words in page.pane.menu_of(job).actions()[1:]]
    assert stand.opened == [("invoice", {"invoice_id": job.invoice_id, "back": "receivables"}),
                            ("job", {"job_id": job.jobs[0][0], "back": "receivables"}),
                            ("customer", {"customer_id": stand.made.customer})]  # fmt: skip
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert not page.pane.isVisible()


def test_as_of_another_day_by_another_date_and_what_is_looked_for(stand: Stand) -> None:
    owed(stand)
    page = opened(stand)
    page.on.set_value(TODAY - timedelta(days=50))
    page.on.value_changed.emit()
    stand.wait()
    assert [texts(page, 0)[3], page.totals.texts["total"], page.past.isVisible()] == ["40.00", "40.00", True]
    pick(stand, page, 0)
    page.pane.tick_all()
    assert (len(page.pane.chosen()), page.calls["mark_paid"].isEnabled()) == (1, False)
    page._today()
    stand.wait()
    assert page.calls["mark_paid"].isEnabled()
    page.ways._buttons["issued"].click()
    stand.wait()
    assert texts(page, 0)[4:7] == ["9.00", "–", "40.00"]
    page.search.setText("zoe")
    stand.qtbot.waitUntil(lambda: page.totals.texts["total"] == "15.00", timeout=5_000)
    page.search.setText("nobody")
    stand.qtbot.waitUntil(lambda: page.empty.isVisible() and not page.totals.isVisible(), timeout=5_000)
    assert page.empty.sentence.text() == "No customer matches."


@pytest.mark.requirement("0.44")
def test_ticked_items_are_marked_as_paid(stand: Stand) -> None:
    shop = owed(stand)
    page = opened(stand)
    pick(stand, page, 0)
    page.pane.table.setFocus()
    page.pane.table.selectRow(1)
    QTest.keyClick(page.pane.table, Qt.Key.Key_Space)
    assert page.pane.said.text() == "1 of 3 ticked: 9.00"
    page.pay()
    panel = page.panels["paid"]
    panel.method._buttons["cash"].click()
    panel.carry_out()
    panel.carry_out()
    stand.wait()
    assert shop.balance() == 17_620 - 900
    assert stand.toasts[-1].words == "Paid: 9.00 by P-1002"
    stand.wait()
    assert [row.number for row in page.pane.rows.rows] == ["INV-1002", "INV-1001"]


@pytest.mark.requirement("0.43")
def test_collect_payment_opens_the_payment_with_what_is_ticked(stand: Stand) -> None:
    shop = owed(stand)
    page = opened(stand)
    pick(stand, page, 0)
    first = page.pane.rows.rows[0]
    page.pane.rows.tick([first.id])
    page.collect()
    assert stand.opened == [("take_payment", {"customer_id": stand.made.customer, "item_ids": (first.id,)})]
    form = TakePaymentPanel(stand.desk)
    stand.qtbot.addWidget(form)
    form.open(**stand.opened[0][1])
    stand.wait()
    assert (form.amount.value(), form.spread.parts()) == (4_000, ((first.id, 4_000),))
    form.carry_out()
    stand.wait()
    assert shop.open(first.id) == 0


def test_a_debt_is_written_off_with_a_reason_and_not_without(stand: Stand) -> None:
    shop = owed(stand)
    page = opened(stand)
    pick(stand, page, 0)
    page.pane.rows.tick([page.pane.rows.rows[0].id])
    page.give_up()
    panel = page.panels["give_up"]
    panel.carry_out()
    assert panel.form.rows["reason"].error.words.text() == "Why is needed."
    panel.amount.set_value(1_500)
    panel.reason.setText("Bankrupt")
    panel.carry_out()
    stand.wait()
    assert (shop.balance(), shop.account("bad_debt")) == (17_620 - 1_500, 1_500)


def test_small_balances_go_together(stand: Stand) -> None:
    shop = owed(stand)
    page = opened(stand)
    page.small()
    panel = page.panels["small"]
    panel.most.set_value(1_000)
    panel.look()
    stand.wait()
    assert [row.number for row in panel.rows.chosen()] == ["INV-1003"]
    panel.carry_out()
    stand.wait()
    assert shop.account("bad_debt") == 900


def test_above_the_limit_a_bookkeeper_is_told_so_in_words(qtbot: QtBot, stand: Stand) -> None:
    shop = owed(stand)
    shop.invoice(20_000_00)
    keeper = stand.office.do(company.add_user, login="k", name="Kay", roles=(Role.BOOKKEEPER,)).id
    stand.desk.close()
    stand.desk = Desk(stand.office, user_id=keeper, known=stand.office.topics())
    page = opened(stand)
    pick(stand, page, 0)
    page.pane.rows.tick([page.pane.rows.rows[-1].id])
    page.give_up()
    panel = page.panels["give_up"]
    panel.reason.setText("Bankrupt")
    panel.carry_out()
    stand.wait()
    assert panel.form.summary.label.text() == "More than 100.00 is written off by the owner."


def test_whoever_may_only_look_sees_the_list_and_no_buttons(stand: Stand) -> None:
    owed(stand)
    looks = stand.office.do(company.add_user, login="d", name="Dee", roles=(Role.DISPATCHER,)).id
    stand.desk.close()
    stand.desk = Desk(stand.office, user_id=looks, known=stand.office.topics())
    page = opened(stand)
    pick(stand, page, 0)
    assert page.rows.rowCount() == 2
    assert not any(page.calls[id].isVisible() for id in ("collect_payment", "mark_paid", "write_off", "small_balances"))


def test_the_list_is_exported_as_it_is_seen(stand: Stand, tmp_path: Path) -> None:
    owed(stand)
    page = opened(stand)
    export = page.table.findChild(ListExport)
    assert export is not None
    export.write(tmp_path / "Receivables.csv")
    stand.wait()
    lines = list(csv.reader((tmp_path / "Receivables.csv").read_text("utf-8-sig").splitlines()))
    assert lines[0][:3] == ["Customer", "Number", "Current"]
    assert lines[2] == ["Zoe", "C1002", "20.00", "", "", "", "", "-5.00", "15.00", ""]


def test_an_empty_list_says_so_and_a_payment_elsewhere_arrives(stand: Stand) -> None:
    page = opened(stand)
    assert page.empty.sentence.text() == "Nobody owes anything."
    Shop(stand.office, stand.made).invoice(1_000)
    stand.desk.live.look()
    stand.qtbot.waitUntil(lambda: page.rows.rowCount() == 1, timeout=10_000)


def test_the_aged_list_becomes_a_paper_with_the_same_totals(sqlite_office: Office) -> None:
    from fieldoffice.services.books.reports import aged_report
    from fieldoffice.services.documents.reportpaper import draw_report

    shop = Shop(sqlite_office, make.small(sqlite_office))
    shop.invoice(4_000, on=TODAY - timedelta(days=100), due=TODAY - timedelta(days=70))
    title, paper = sqlite_office.see(aged_report, TODAY)
    assert (title, paper.parts[0].totals) == ("Receivables 2026-03-02", ("1 customer", "", 0, 0, 0, 4_000, 0, 0, 4_000))  # type: ignore[union-attr]
    assert draw_report(paper).startswith(b"%PDF")


def test_the_list_is_printed_as_it_is_filtered(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    owed(stand)
    page = opened(stand)
    asked: list[tuple[str, ReportPaper]] = []
    monkeypatch.setattr(page.paper, "show", lambda kind, query: asked.append(stand.office.see(query)))
    page.search.setText("zoe")
    stand.qtbot.waitUntil(lambda: page.rows.rowCount() == 1, timeout=5_000)
    page.print()
    ((_title, paper),) = asked
    table = paper.parts[0]
    assert isinstance(table, ReportTable)
    assert (table.rows[0][:2], table.totals[-1]) == (("Zoe", "C1002"), 1_500)
    assert 'match "zoe"' in paper.words

"""The money on the dashboard: figures, four pictures with their numbers, and the report."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from fieldoffice.models.staff import Role
from fieldoffice.office import Office
from fieldoffice.services import company
from fieldoffice.services.documents.reportpaper import ReportTable, draw_report
from fieldoffice.services.overview.money import money_figures
from fieldoffice.ui.charts.printing import printed
from fieldoffice.ui.dashboard.money import report_of
from fieldoffice.ui.dashboard.moneypictures import money_pictures
from fieldoffice.ui.dashboard.page import DashboardPage
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.exchange.exporting import ListExport
from tests import make
from tests.services.books.ledgers import Shop
from tests.ui.test_jobs_kit import Stand, standing

TODAY = make.TODAY


@pytest.fixture
def stand(qtbot: QtBot, sqlite_office: Office) -> Iterator[Stand]:
    with standing(qtbot, sqlite_office) as made:
        yield made


def booked(stand: Stand) -> Shop:
    shop = Shop(stand.office, stand.made)
    shop.bill(make.job(stand.office, stand.made).job_id)
    item = shop.invoice(9_000, on=date(2026, 1, 10), due=date(2026, 1, 20))
    shop.pay(4_000, on=TODAY - timedelta(days=1), parts=((item, 4_000),))
    return shop


def opened(stand: Stand) -> DashboardPage:
    page = DashboardPage(stand.desk)
    stand.show(page)
    page.show()
    for widget in page.head():
        widget.setParent(page)
    stand.wait()
    return page


def test_the_money_stands_beside_today_and_says_what_journal_and_ledger_say(stand: Stand, tmp_path: Path) -> None:
    booked(stand)
    page = opened(stand)
    page.views.ways._buttons["money"].click()
    stand.qtbot.waitUntil(page.ready, timeout=20_000)
    money = page.money
    assert (money.owed.figure.text(), money.overdue.figure.text(), money.received.figure.text()) == ("177.20", "50.00", "40.00")
    assert [chart.title.text() for chart in money.charts] == [
        "March 2026 was the best month: 120 of 210 in a year", "Leak repair brings 57 % of what is earned",
        "50 of 177 owed is overdue, 40 less than a month ago", "Customers owe 73 days of sales"]  # fmt: skip
    chart = money.charts[2]
    chart._turn_over()
    assert chart.take.isVisibleTo(chart)
    assert chart.table is not None
    export = chart.table.findChild(ListExport)
    assert export is not None
    export.write(tmp_path / "aging.csv")
    stand.wait()
    lines = list(csv.reader((tmp_path / "aging.csv").read_text("utf-8-sig").splitlines()))
    assert (lines[0][0], lines[-1]) == ("End of", ["Today", "127.20", "", "50.00", "", "", "", "177.20"])
    money.owed.go.click()
    assert stand.opened[-1] == ("receivables", {})
    page.open(view="today")
    assert page.pages.currentIndex() == 0


def test_who_may_not_bill_has_no_choice_and_asks_nothing(stand: Stand) -> None:
    looks = stand.office.do(company.add_user, login="d", name="Dee", roles=(Role.DISPATCHER,)).id
    stand.desk.close()
    stand.desk = Desk(stand.office, user_id=looks, known=stand.office.topics())
    page = opened(stand)
    assert not page.views.ways.isVisibleTo(page.views)
    assert page.money.seen is None


def test_a_company_without_money_says_so(stand: Stand) -> None:
    make.job(stand.office, stand.made)
    page = opened(stand)
    page.open(view="money")
    stand.qtbot.waitUntil(page.ready, timeout=10_000)
    assert page.money.pages.currentIndex() == 1
    assert not page.money.report.isEnabled()


def test_the_report_holds_the_pictures_and_their_numbers(stand: Stand) -> None:
    booked(stand)
    seen = stand.office.see(money_figures)
    pictures = [picture for picture in money_pictures(seen) if picture is not None]
    pngs = [printed(picture) for picture in pictures]
    assert all(png.startswith(b"\x89PNG") for png in pngs)
    title, paper = stand.office.see(report_of, pictures, pngs)
    assert (title, len(paper.parts)) == ("Money and work 2026-03-02", 8)
    table = paper.parts[5]
    assert isinstance(table, ReportTable)
    assert table.rows[-1] == ("Today", "127.20", "–", "50.00", "–", "–", "–", "177.20")
    assert draw_report(paper).startswith(b"%PDF")


def test_the_report_is_drawn_beside_the_screen_and_shown(stand: Stand) -> None:
    booked(stand)
    page = opened(stand)
    page.open(view="money")
    stand.qtbot.waitUntil(page.ready, timeout=20_000)
    page.money.report.click()
    stand.qtbot.waitUntil(lambda: page.money.paper.preview is not None, timeout=60_000)
    assert page.money.paper.preview is not None
    assert page.money.paper.preview.title == "Money and work 2026-03-02"
    page.money.paper.preview.close()
    page.money.paper.close()

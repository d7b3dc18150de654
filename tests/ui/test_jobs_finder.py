"""The list of jobs: found as one types, opened with Enter, live."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from fieldoffice.office import Office
from fieldoffice.services.dispatch import moves
from fieldoffice.services.jobs.opening import NewJob, open_job
from fieldoffice.ui.exchange.exporting import ListExport
from fieldoffice.ui.jobs.finder import JobsPage
from fieldoffice.ui.parts.rows import PagedRows
from tests import make
from tests.make import at
from tests.ui.test_jobs_kit import Stand, standing


@pytest.fixture
def stand(qtbot: QtBot, sqlite_office: Office) -> Iterator[Stand]:
    with standing(qtbot, sqlite_office) as made:
        yield made


def texts(page: JobsPage, row: int) -> list[str]:
    found = page.rows.row(row)
    assert found is not None
    return [column.text(found) for column in page.rows.columns]


def test_jobs_are_listed_found_and_opened_from_the_keyboard(stand: Stand) -> None:
    made = stand.made
    first = make.job(stand.office, made, priority=3)
    stand.office.do(moves.place, first.appointment_id, version=1, provider_ids=(made.ana,), starts_at=at(9))
    customer, location = make.customer(stand.office, "Dora", 3)
    second = stand.office.do(open_job, NewJob(customer, location, ((made.repair, 1000),), title="Boiler"))
    page = JobsPage(stand.desk)
    stand.show(page)
    assert texts(page, 0) == [second.number, "Dora", "Boiler", "3 Main Street", "Unscheduled", "–", "Normal"]
    assert texts(page, 1) == [first.number, "Carol Customer", "Leak repair", "1 First Street NW", "Scheduled",
                              "Mon, Mar 2 2026, 09:00", "Urgent"]  # fmt: skip
    assert page.count.text() == "2 jobs"
    page.find()
    QTest.keyClicks(page.search, "first leak")
    stand.qtbot.waitUntil(lambda: page.rows.rowCount() == 1)
    QTest.keyClick(page.search, Qt.Key.Key_Return)
    stand.wait()
    assert stand.opened[-1] == ("job", {"job_id": first.job_id, "back": "jobs"})
    stand.opened.clear()
    page.table.setFocus()
    page.table.selectRow(0)
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert stand.opened == [("job", {"job_id": first.job_id, "back": "jobs"})]


def test_an_empty_list_says_what_to_do_and_nothing_found_says_so(stand: Stand) -> None:
    page = JobsPage(stand.desk)
    stand.show(page)
    assert page.empty.sentence.text() == "There are no jobs yet. Open the first one."
    page.empty.button.click()  # type: ignore[union-attr]
    assert stand.opened == [("new_job", {})]
    QTest.keyClicks(page.search, "zzz")
    stand.qtbot.waitUntil(lambda: page.empty.sentence.text() == "No job matches.")
    assert not page.empty.button.isVisible()  # type: ignore[union-attr]


def test_ctrl_n_opens_the_form_for_a_new_job(stand: Stand) -> None:
    page = JobsPage(stand.desk)
    stand.show(page)
    page.search.setFocus()
    QTest.keyClick(page.search, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert stand.opened == [("new_job", {})]


def test_a_job_of_another_desk_appears(stand: Stand) -> None:
    page = JobsPage(stand.desk)
    stand.show(page)
    make.job(stand.office, stand.made)
    stand.desk.live.look()
    stand.qtbot.waitUntil(lambda: page.rows.rowCount() == 1, timeout=5000)


def test_the_list_is_sorted_and_counted_by_the_database_and_exported_as_it_is_seen(stand: Stand, tmp_path: Path) -> None:
    made = stand.made
    dora, place = make.customer(stand.office, "Dora", 3)
    jobs = [make.job(stand.office, made), make.job(stand.office, make.Made(made.owner, made.ana, made.bo, made.plumbing, made.repair,
                                                                           dora, place))]  # fmt: skip
    stand.office.do(moves.place, jobs[0].appointment_id, version=1, provider_ids=(made.ana,), starts_at=at(9))
    page = JobsPage(stand.desk)
    stand.show(page)
    page.table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    stand.wait()
    assert [texts(page, n)[1] for n in (0, 1)] == ["Carol Customer", "Dora"]
    export = page.table.findChild(ListExport)
    assert export is not None
    export.write(tmp_path / "Jobs.csv")
    stand.wait()
    lines = list(csv.reader((tmp_path / "Jobs.csv").read_text("utf-8-sig").splitlines()))
    assert lines[0] == ["Number", "Customer", "What", "Where", "Status", "Next visit", "Priority"]
    assert [line[0] for line in lines[1:]] == [job.number for job in jobs]
    assert (lines[1][5][:10], lines[2][5]) == ("2026-03-02", "")


def test_a_long_list_is_read_in_pages_as_it_is_scrolled_to(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PagedRows, "PAGE", 2)
    jobs = [make.job(stand.office, stand.made) for _ in range(5)]
    page = JobsPage(stand.desk)
    stand.show(page)
    stand.wait()
    assert (page.rows.rowCount(), page.count.text()) == (5, "5 jobs")
    page.rows.row(4)
    stand.wait()
    assert [texts(page, n)[0] for n in (0, 4)] == [jobs[4].number, jobs[0].number]
    page.table.selectRow(1)
    page.refresh()
    stand.wait()
    assert page.table.current() is not None
    assert page.table.current().id == jobs[3].job_id

"""The list of jobs: found as one types, opened with Enter, live."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from fieldoffice.office import Office
from fieldoffice.services.dispatch import moves
from fieldoffice.services.jobs.opening import NewJob, open_job
from fieldoffice.ui.jobs.finder import JobsPage
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

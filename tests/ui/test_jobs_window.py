"""List, editor and form in one window, as a dispatcher goes from one to the other with the keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldoffice.office import Office
from fieldoffice.services.jobs.finding import job_page
from fieldoffice.ui.jobs.editor import JobPage
from fieldoffice.ui.jobs.finder import JobsPage
from fieldoffice.ui.jobs.opening import NewJobPanel
from fieldoffice.ui.pages import PageEntry, PanelEntry
from fieldoffice.ui.window import MainWindow
from tests import make
from tests.ui.front import to_front
from tests.ui.test_jobs_kit import Stand, standing

PAGES = (PageEntry("jobs", "Scheduling", "Jobs", "assignment", "fieldoffice.ui.jobs.finder:JobsPage"),
         PageEntry("job", "Scheduling", "Job", "assignment", "fieldoffice.ui.jobs.editor:JobPage"))  # fmt: skip
PANELS = (PanelEntry("new_job", "fieldoffice.ui.jobs.opening:NewJobPanel"),)


@pytest.fixture
def stand(qtbot: QtBot, sqlite_office: Office) -> Iterator[Stand]:
    with standing(qtbot, sqlite_office) as made:
        yield made


def press(key: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key, keys)
    QApplication.processEvents()


def test_from_the_list_to_a_job_and_back_and_on_to_a_new_one(stand: Stand) -> None:
    job = make.job(stand.office, stand.made)
    window = MainWindow(stand.desk, company="Potomac Plumbing", pages=PAGES, panels=PANELS)
    stand.show(window, 1366, 768)
    jobs = window.page()
    assert isinstance(jobs, JobsPage)
    jobs.find()
    press(Qt.Key.Key_Return)
    stand.wait()
    page = window.page()
    assert isinstance(page, JobPage)
    assert page.job is not None
    assert (page.job.id, page.header.number.text()) == (job.job_id, job.number)
    press(Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    assert page.stack.currentWidget() is page.lines
    press(Qt.Key.Key_Escape)
    assert window.page() is jobs
    jobs.find()
    press(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    stand.wait()
    panel = window.aside.panel
    assert isinstance(panel, NewJobPanel)
    to_front(stand.qtbot, window)
    assert panel.isAncestorOf(QApplication.focusWidget())
    panel.caller.enter_new()
    QTest.keyClicks(panel.caller.name, "Dora")
    QTest.keyClicks(panel.caller.street, "1 Elm Street")
    panel.items.add(panel.items.items[0])
    panel.caller.name.setFocus()
    press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    stand.wait()
    assert [row.customer for row in stand.office.see(job_page).rows] == ["Dora", "Carol Customer"]
    stand.qtbot.waitUntil(lambda: jobs.rows.rowCount() == 2, timeout=5000)
    press(Qt.Key.Key_Escape)
    assert window.aside.panel is None


def test_a_job_that_is_not_saved_holds_the_page_and_the_window(stand: Stand) -> None:
    job = make.job(stand.office, stand.made)
    window = MainWindow(stand.desk, pages=PAGES, panels=PANELS)
    stand.show(window, 1366, 768)
    window.go("job", job_id=job.job_id)
    stand.wait()
    page = window.page()
    assert isinstance(page, JobPage)
    page.overview.title.setFocus()
    QTest.keyClicks(page.overview.title, "!")
    window.go("jobs")
    assert window.page() is page
    assert page.keeping.warning.isVisible()
    assert not window.close()
    page.keeping.discard()
    window.go("jobs")
    assert isinstance(window.page(), JobsPage)

"""A new job from a phone call: found or new customers, errors by the field, nothing lost, undone from the toast."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from fieldoffice.models.customer import CustomField
from fieldoffice.models.job import JobStatus
from fieldoffice.models.states import AppointmentState as S
from fieldoffice.office import Office
from fieldoffice.services import customers
from fieldoffice.services.dispatch.board import board
from fieldoffice.services.jobs import editing, sheet
from fieldoffice.services.jobs.finding import job_page
from fieldoffice.ui.jobs.opening import NewJobPanel
from tests.make import TODAY, at
from tests.ui.test_jobs_kit import Stand, standing


@pytest.fixture
def stand(qtbot: QtBot, sqlite_office: Office) -> Iterator[Stand]:
    with standing(qtbot, sqlite_office) as made:
        yield made


@pytest.fixture
def panel(stand: Stand) -> NewJobPanel:
    made = NewJobPanel(stand.desk)
    stand.show(made, 480, 900)
    made.open()
    return made


def choose_service(stand: Stand, panel: NewJobPanel) -> None:
    panel.items.picker.setFocus()
    QTest.keyClicks(panel.items.picker, "leak")
    stand.qtbot.waitUntil(lambda: len(panel.items.picker.rows()) == 1)
    QTest.keyClick(panel.items.picker.popup, Qt.Key.Key_Return)
    stand.qtbot.waitUntil(lambda: len(panel.items.chosen) == 1)


def errors(panel: NewJobPanel) -> dict[str, str]:
    return {name: row.error.words.text() for name, row in panel.form.rows.items() if row.error.words.text()}


def jobs(stand: Stand) -> list[sheet.JobSheet]:
    return [stand.job(row.id) for row in stand.office.see(job_page).rows]


def test_a_new_customer_place_and_job_are_in_the_tray(stand: Stand, panel: NewJobPanel) -> None:
    QTest.keyClicks(panel.caller.picker, "Dora New")
    stand.wait()
    panel.caller.chooser.new.click()
    assert panel.caller.name.text() == "Dora New"
    QTest.keyClicks(panel.caller.phone, "202 555 0199")
    QTest.keyClicks(panel.caller.email, "dora@example.com")
    QTest.keyClicks(panel.caller.street, "9 Elm Street")
    QTest.keyClicks(panel.caller.city, "Arlington")
    assert panel.caller.unplaced.isVisible()
    QTest.keyClicks(panel.caller.point, "38.88, -77.1")
    assert not panel.caller.unplaced.isVisible()
    choose_service(stand, panel)
    assert panel.items.sum.text() == "Takes 1 h, 127.20 with tax"
    panel.promising.mode._buttons["day"].click()
    panel.promising.on.set_value(TODAY)
    panel.promising.kind._buttons["pm"].click()
    panel.notes.setPlainText("Ring twice")
    panel.preferred.set_value(stand.made.bo)
    panel.save_now()
    stand.wait()
    (job,) = jobs(stand)
    assert (job.customer, job.phone, job.email) == ("Dora New", "202 555 0199", "dora@example.com")
    assert (job.location.line, job.location.place) == ("9 Elm Street, Arlington", (38.88, -77.1))
    assert (job.title, job.notes, job.preferred) == ("Leak repair", "Ring twice", (stand.made.bo,))
    (waiting,) = stand.office.see(board, TODAY, 1).tray
    assert waiting.window is not None
    assert (waiting.job_id, waiting.window.start) == (job.id, at(12))
    assert stand.toasts[-1].words == f"{job.number} opened"
    assert (panel.dirty, panel.caller.name.text(), panel.items.value()) == (False, "", ())


def test_a_known_customer_is_found_as_one_types_and_the_visit_is_shown(stand: Stand, panel: NewJobPanel) -> None:
    closed: list[bool] = []
    panel.closed.connect(lambda: closed.append(True))
    QTest.keyClicks(panel.caller.picker, "0101 carol")
    stand.qtbot.waitUntil(lambda: len(panel.caller.picker.rows()) == 1)
    QTest.keyClick(panel.caller.picker.popup, Qt.Key.Key_Return)
    stand.qtbot.waitUntil(lambda: panel.caller.customer_id == stand.made.customer)
    stand.wait()
    assert panel.caller.location_id == stand.made.location
    choose_service(stand, panel)
    QTest.keyClick(panel.title_field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    stand.wait()
    (job,) = jobs(stand)
    assert (job.customer_id, job.location.id) == (stand.made.customer, stand.made.location)
    assert stand.opened[-1] == ("schedule", {"on": None, "select": (job.visits[0].id,)})
    assert closed == [True]


def test_a_day_chosen_elsewhere_is_promised_unless_something_is_entered(stand: Stand, panel: NewJobPanel) -> None:
    panel.open(on=TODAY)
    assert (panel.new_job().promise.on, panel.dirty) == (TODAY, False)
    QTest.keyClicks(panel.title_field, "Leak")
    panel.open(on=TODAY + timedelta(days=1))
    assert panel.new_job().promise.on == TODAY


def test_a_new_address_of_a_known_customer(stand: Stand, panel: NewJobPanel) -> None:
    panel.caller.choose(stand.office.see(customers.find, "carol")[0])
    stand.wait()
    panel.caller.place.setCurrentIndex(1)
    panel.caller.place.activated.emit(1)
    QTest.keyClicks(panel.caller.street, "7 Seventh Street")
    choose_service(stand, panel)
    panel.save_now()
    stand.wait()
    (job,) = jobs(stand)
    assert (job.customer_id, job.location.street) == (stand.made.customer, "7 Seventh Street")


def test_all_that_is_wrong_is_said_by_the_fields_and_nothing_is_lost(stand: Stand, panel: NewJobPanel) -> None:
    panel.caller.enter_new()
    QTest.keyClicks(panel.caller.email, "nowhere")
    QTest.keyClicks(panel.caller.city, "Arlington")
    panel.notes.setPlainText("Kept")
    panel.save_now()
    stand.wait()
    assert set(errors(panel)) == {"name", "email", "street", "items"}
    assert panel.form.summary.isVisible()
    assert (panel.caller.city.text(), panel.notes.toPlainText(), panel.dirty) == ("Arlington", "Kept", True)
    QTest.keyClicks(panel.caller.point, "91, 0")
    QTest.keyClicks(panel.caller.name, "Dora")
    QTest.keyClicks(panel.caller.street, "1 A")
    panel.caller.email.clear()
    choose_service(stand, panel)
    panel.save_now()
    stand.wait()
    assert set(errors(panel)) == {"place"}
    assert jobs(stand) == []
    assert stand.office.see(customers.find, "Dora") == ()


def test_nobody_chosen_no_day_and_unreadable_fields_are_said(stand: Stand, panel: NewJobPanel) -> None:
    panel.notes.setPlainText("Something")
    panel.save_now()
    stand.wait()
    assert set(errors(panel)) == {"customer", "items"}
    panel.promising.mode._buttons["day"].click()
    panel.save_now()
    assert set(errors(panel)) == {"on"}
    QTest.keyClicks(panel.promising.on, "someday")
    panel.save_now()
    assert "Enter a day" in errors(panel)["on"]


def test_a_field_that_the_company_requires_is_asked_for(stand: Stand) -> None:
    field = {"key": "meter", "label": "Meter", "kind": "choice", "choices": ["Gas"], "required": True}
    stand.office.do(lambda tx: tx.add(CustomField(entity="job", **field)).id)
    panel = NewJobPanel(stand.desk)
    stand.show(panel, 480, 900)
    panel.caller.choose(stand.office.see(customers.find, "carol")[0])
    choose_service(stand, panel)
    panel.save_now()
    stand.wait()
    assert errors(panel) == {"custom.meter": "Meter is required."}
    panel.own.widgets["meter"].set_value("Gas")  # type: ignore[attr-defined]
    panel.save_now()
    stand.wait()
    assert jobs(stand)[0].custom == {"meter": "Gas"}


def test_undo_takes_the_job_back_unless_somebody_worked_on_it(stand: Stand, panel: NewJobPanel) -> None:
    for _ in range(2):
        panel.caller.choose(stand.office.see(customers.find, "carol")[0])
        stand.wait()
        choose_service(stand, panel)
        panel.save_now()
        stand.wait()
    first, second = (notice for notice in stand.toasts if notice.words.endswith("opened"))
    newest = jobs(stand)[0]
    stand.office.do(editing.add_note, newest.id, "Key under the mat")
    second.press()  # type: ignore[misc]
    stand.wait()
    assert f"worked on {newest.number} since" in stand.toasts[-1].words
    first.press()  # type: ignore[misc]
    stand.wait()
    newest, oldest = jobs(stand)
    assert (newest.status, oldest.status, oldest.visits[0].state) == (JobStatus.UNSCHEDULED, JobStatus.CANCELLED, S.CANCELLED)
    assert oldest.cancel_reason == "opened by mistake"


def test_leaving_asks_only_when_something_is_typed(stand: Stand, panel: NewJobPanel) -> None:
    assert panel.may_close()
    panel.notes.setPlainText("Half a call")
    assert not panel.may_close()
    assert panel.warning.isVisible()
    panel._drop()
    assert (panel.notes.toPlainText(), panel.may_close()) == ("", True)


def test_the_same_service_again_counts_one_more_and_can_be_removed(stand: Stand, panel: NewJobPanel) -> None:
    (item,) = panel.items.items
    panel.items.add(item)
    panel.items.add(item)
    assert panel.items.value() == ((stand.made.repair, 2000),)
    assert panel.items.duration_s() == 7200
    panel.items.remove(item)
    assert panel.items.value() == ()
    assert not panel.items.sum.isVisible()

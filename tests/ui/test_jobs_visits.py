"""The visits of a job on the screen: team and time, promises, steps, undo."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from fieldoffice.models.log import Event
from fieldoffice.models.states import AppointmentState as S
from fieldoffice.office import Office
from fieldoffice.services.dispatch import moves
from fieldoffice.services.dispatch.rows import Card
from fieldoffice.services.jobs.opening import Opened, Promise, promise_visit
from fieldoffice.ui.jobs.editor import JobPage
from fieldoffice.ui.jobs.planning import PlanForm, PromiseForm
from fieldoffice.ui.jobs.visit import VisitBox
from fieldoffice.ui.schedule.popover import WhenPopover
from tests import make
from tests.conftest import Clock
from tests.make import TODAY, at
from tests.ui.test_jobs_kit import Stand, standing


@pytest.fixture
def stand(qtbot: QtBot, sqlite_office: Office) -> Iterator[Stand]:
    with standing(qtbot, sqlite_office) as made:
        yield made


def boxed(stand: Stand, job: Opened) -> tuple[JobPage, VisitBox]:
    page = stand.page(job.job_id, "Visits")
    return page, page.visits.boxes[job.appointment_id]


def card(stand: Stand, job: Opened) -> Card:
    return make.card(stand.office, job.appointment_id)


def press(box: VisitBox, words: str) -> None:
    next(b for b in box.findChildren(QPushButton) if b.text() == words and b.isVisible()).click()


def place(stand: Stand, job: Opened, hour: int, *providers: int) -> None:
    stand.office.do(moves.place, job.appointment_id, version=card(stand, job).version, provider_ids=providers, starts_at=at(hour))


def last(stand: Stand, kind: str) -> Event:
    return stand.office.see(lambda tx: tx.all(select(Event).where(Event.kind == kind).order_by(Event.id.desc())))[0]


@pytest.mark.requirement("0.13")
def test_a_helper_who_is_busy_is_named_and_booked_only_with_a_reason(stand: Stand) -> None:
    made = stand.made
    place(stand, make.job(stand.office, made), 9, made.bo)
    job = make.job(stand.office, made)
    _, box = boxed(stand, job)
    press(box, "Assign…")
    form = box.inline
    assert isinstance(form, PlanForm)
    form.lead.set_value(made.ana)
    form.helpers._menu.actions()[1].trigger()
    form.at.set_value(time(9, 30))
    form.ok.click()
    stand.wait()
    said = [label.text() for label in form.against.findChildren(QLabel) if label.text()]
    assert said == ["Bo is at Carol Customer 09:00–10:00"]
    assert (form.reason.isVisible(), form.ok.text(), card(stand, job).provider_ids) == (True, "Book anyway", ())
    QTest.keyClicks(form.reason, "Two are needed")
    QTest.keyClick(form.reason, Qt.Key.Key_Return)
    stand.wait()
    now = card(stand, job)
    assert (now.provider_ids, now.starts_at, now.overridden) == ((made.ana, made.bo), at(9, 30), "Two are needed")
    assert box.inline is None
    assert any(label.text() == "Ana (lead), Bo" for label in box.findChildren(QLabel))
    stand.press_undo()
    assert (card(stand, job).state, card(stand, job).provider_ids) == (S.WAITING, ())


@pytest.mark.requirement("4.16")
def test_the_provider_and_the_time_of_a_visit_are_changed(stand: Stand) -> None:
    job = make.job(stand.office, stand.made)
    place(stand, job, 9, stand.made.ana)
    _, box = boxed(stand, job)
    box.plan_wanted.emit()
    form = box.inline
    assert isinstance(form, PlanForm)
    assert (form.lead.value(), form.on.value(), form.at.value(), form.lasts.value()) == (stand.made.ana, TODAY, time(9), 3600)
    form.lead.set_value(stand.made.bo)
    form.at.set_value(time(14))
    form.lasts.set_value(5400)
    form.ok.click()
    stand.wait()
    now = card(stand, job)
    assert (now.provider_ids, now.starts_at, now.duration_s) == ((stand.made.bo,), at(14), 5400)
    entry = last(stand, "visit.placed")
    assert (entry.before["providers"], entry.after["providers"]) == ([stand.made.ana], [stand.made.bo])


def test_what_is_missing_is_said_by_the_field(stand: Stand) -> None:
    job = make.job(stand.office, stand.made)
    _, box = boxed(stand, job)
    box.plan_wanted.emit()
    form = box.inline
    assert isinstance(form, PlanForm)
    form.helpers._menu.actions()[0].trigger()
    form.on.set_value(None)
    form.at.set_value(None)
    form.lasts.set_value(None)
    form.ok.click()
    wrong = {name: row.error.words.text() for name, row in form.form.rows.items() if row.error.words.text()}
    assert set(wrong) == {"provider", "on", "at", "duration"}
    assert form.ok.isEnabled()


def test_an_unplanned_visit_can_get_another_duration(stand: Stand) -> None:
    job = make.job(stand.office, stand.made)
    _, box = boxed(stand, job)
    box.plan_wanted.emit()
    form = box.inline
    assert isinstance(form, PlanForm)
    form.lasts.set_value(7200)
    form.ok.click()
    stand.wait()
    assert (card(stand, job).duration_s, card(stand, job).state) == (7200, S.WAITING)
    stand.press_undo()
    assert card(stand, job).duration_s == 3600


def test_a_form_stays_open_while_others_change_the_visit_and_its_save_is_refused_in_words(stand: Stand) -> None:
    job = make.job(stand.office, stand.made)
    page, box = boxed(stand, job)
    box.plan_wanted.emit()
    form = box.inline
    assert isinstance(form, PlanForm)
    form.lead.set_value(stand.made.ana)
    form.at.set_value(time(11))
    place(stand, job, 9, stand.made.bo)
    form.ok.click()
    stand.wait()
    assert "was just changed by somebody else" in form.form.summary.label.text()
    page.reload()
    stand.wait()
    assert box.inline is form
    assert (form.lead.value(), form.at.value()) == (stand.made.ana, time(11))
    form.ok.click()
    stand.wait()
    assert (card(stand, job).provider_ids, card(stand, job).starts_at) == ((stand.made.ana,), at(11))


@pytest.mark.requirement("0.46")
@pytest.mark.requirement("4.16")
def test_another_window_is_promised_and_the_old_one_stays_in_the_log(stand: Stand) -> None:
    job = make.job(stand.office, stand.made, kind="am")
    page, box = boxed(stand, job)
    box.promise_wanted.emit()
    form = box.inline
    assert isinstance(form, PromiseForm)
    stand.wait()
    promising = form.promising
    assert (promising.kind.value(), promising.on.value()) == ("am", TODAY)
    promising.kind._buttons["two_hours"].click()
    assert form.form.rows["window_at"].isVisible()
    form.ok.click()
    stand.wait()
    assert form.form.rows["window_at"].error.words.text() == "Please give the time that is promised."
    promising.at.set_value(time(13, 30))
    promising.on.set_value(date(2026, 3, 3))
    form.ok.click()
    stand.wait()
    window = card(stand, job).window
    assert window is not None
    assert (window.start, window.end) == (at(13, 30, date(2026, 3, 3)), at(15, 30, date(2026, 3, 3)))
    entry = last(stand, "visit.promised")
    assert (entry.before["kind"], entry.after["kind"]) == ("am", "two_hours")
    assert entry.before["from"].startswith("2026-03-02T13:00")
    assert any("2 hours, 13:30–15:30" in label.text() for label in box.findChildren(QLabel))
    assert any("Promised: Tue Mar 3, two hours 13:30–15:30 (was Mon Mar 2, morning" in e.words for e in page.timeline.shown())
    stand.press_undo()
    assert card(stand, job).window_kind == "am"


@pytest.mark.parametrize("promise", [
    Promise("exact", TODAY, 570), Promise("two_hours", TODAY, 615), Promise("pm", TODAY), Promise("all_day", None, None, TODAY, TODAY),
])  # fmt: skip
def test_the_form_shows_each_promise_as_it_was_made(stand: Stand, promise: Promise) -> None:
    job = make.job(stand.office, stand.made)
    stand.office.do(promise_visit, job.appointment_id, version=1, promise=promise)
    _, box = boxed(stand, job)
    box.promise_wanted.emit()
    assert isinstance(box.inline, PromiseForm)
    assert box.inline.promising.value() == promise


def test_a_visit_is_added_and_taken_back(stand: Stand) -> None:
    job = make.job(stand.office, stand.made)
    page, _ = boxed(stand, job)
    page.visits.add()
    form = page.visits.adding
    assert form is not None
    form.promising.mode._buttons["day"].click()
    form.ok.click()
    assert "Choose the day" in form.form.rows["on"].error.words.text()
    form.promising.on.set_value(date(2026, 3, 4))
    form.promising.kind._buttons["pm"].click()
    form.ok.click()
    stand.wait()
    assert [v.window_kind for v in stand.job(job.job_id).visits] == ["all_day", "pm"]
    assert (page.tabs.tabText(1), page.visits.adding) == ("Visits 2", None)
    stand.press_undo()
    assert stand.job(job.job_id).visits[1].state is S.CANCELLED


def test_a_visit_goes_through_its_day_with_corrected_times_and_reasons(stand: Stand, clock: Clock) -> None:
    job = make.job(stand.office, stand.made)
    place(stand, job, 9, stand.made.ana)
    page, box = boxed(stand, job)
    press(box, "Dispatch")
    stand.wait()
    assert card(stand, job).state is S.DISPATCHED
    clock.at = at(8)
    press(box, "En route")
    ask = page.visits.popover
    assert isinstance(ask, WhenPopover)
    ask.time.set_value(time(7, 45))
    ask.try_agree()
    stand.wait()
    assert card(stand, job).state is S.EN_ROUTE
    event = last(stand, "visit.en_route")
    assert (event.occurred_at, event.at) == (at(7, 45), at(8))
    press(box, "Not done")
    ask = page.visits.popover
    assert isinstance(ask, WhenPopover)
    ask.try_agree()
    assert ask.problem.text() == "Please say why."
    ask.reason.setText("Nobody there")
    ask.try_agree()
    stand.wait()
    assert (card(stand, job).state, last(stand, "visit.not_done").note) == (S.NOT_DONE, "Nobody there")
    assert not any(b.text() == "Change…" for b in box.findChildren(QPushButton) if b.isVisible())


def test_lock_unassign_and_the_way_to_the_board(stand: Stand) -> None:
    job = make.job(stand.office, stand.made)
    place(stand, job, 9, stand.made.ana)
    _, box = boxed(stand, job)
    press(box, "Lock")
    stand.wait()
    assert (card(stand, job).locked, box.pin.isVisible()) == (True, True)
    press(box, "Unlock")
    stand.wait()
    press(box, "Unassign")
    stand.wait()
    assert card(stand, job).state is S.WAITING
    stand.press_undo()
    assert card(stand, job).provider_ids == (stand.made.ana,)
    press(box, "Show on the board")
    assert stand.opened[-1] == ("schedule", {"on": TODAY, "select": (job.appointment_id,)})


def test_enter_on_cancel_cancels_and_the_keyboard_stays_with_the_visit(stand: Stand) -> None:
    job = make.job(stand.office, stand.made)
    place(stand, job, 9, stand.made.ana)
    _, box = boxed(stand, job)
    box.plan_wanted.emit()
    form = box.inline
    assert isinstance(form, PlanForm)
    stand.wait()
    form.at.set_value(time(10))
    form.no.setFocus()
    QTest.keyClick(form.no, Qt.Key.Key_Return)
    stand.wait()
    assert (box.inline, card(stand, job).starts_at) == (None, at(9))
    box.steps[0].setFocus()
    QTest.keyClick(box.steps[0], Qt.Key.Key_Space)
    stand.wait()
    assert card(stand, job).state is S.DISPATCHED
    assert QApplication.focusWidget() is box.steps[0]


def test_esc_closes_the_open_form_first(stand: Stand) -> None:
    job = make.job(stand.office, stand.made)
    page, box = boxed(stand, job)
    box.plan_wanted.emit()
    assert isinstance(box.inline, PlanForm)
    QTest.keyClick(box.inline.at, Qt.Key.Key_Escape)
    assert (box.inline, stand.opened) == (None, [])
    page.leave()
    assert stand.opened == [("schedule", {})]

"""The page of one job: saving, refusals, two desks, leaving, sections, notes, names for screen readers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from fieldoffice.models.customer import CustomField
from fieldoffice.models.job import JobStatus
from fieldoffice.models.log import Event
from fieldoffice.office import Office
from fieldoffice.services import customers
from fieldoffice.services.jobs import editing
from fieldoffice.ui.jobs.editor import JobPage
from fieldoffice.ui.jobs.sections import SECTIONS
from fieldoffice.ui.jobs.why import WhyPopover
from fieldoffice.ui.parts.merge import MergeDialog
from tests import make
from tests.services.test_jobs import facts_of
from tests.ui.test_jobs_kit import Stand, standing


@pytest.fixture
def stand(qtbot: QtBot, sqlite_office: Office) -> Iterator[Stand]:
    with standing(qtbot, sqlite_office) as made:
        yield made


def retype(field: QLineEdit, text: str) -> None:
    field.selectAll()
    QTest.keyClicks(field, text)


@pytest.mark.requirement("0.8")
def test_the_title_is_changed_and_saved_with_ctrl_s(stand: Stand) -> None:
    job = make.job(stand.office, stand.made)
    page = stand.page(job.job_id)
    assert not page.calls["save"].isEnabled()
    retype(page.overview.title, "Burst pipe")
    assert page.calls["save"].isEnabled()
    assert page.header.dot.isVisible()
    page.overview.title.setFocus()
    QTest.keyClick(page.overview.title, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    stand.wait()
    assert stand.job(job.job_id).title == "Burst pipe"
    assert page.header.what.text() == "Burst pipe – Carol Customer"
    assert (stand.toasts[-1].words, page.dirty()) == ("Saved", False)
    entry = stand.office.see(lambda tx: tx.all(select(Event).where(Event.kind == "job.edited")))[0]
    assert (entry.before, entry.after, entry.by_name) == ({"title": "Leak repair"}, {"title": "Burst pipe"}, "Olive Owner")


def test_all_facts_of_the_form_are_saved(stand: Stand) -> None:
    job = make.job(stand.office, stand.made)
    other = stand.office.do(customers.add_location, stand.made.customer, street="2 Second Street")
    page = stand.page(job.job_id)
    form = page.overview
    form.priority.findChildren(QAbstractButton)[2].click()
    form.notes.setPlainText("Ring twice")
    form.hold.click()
    form.place.setCurrentIndex(1)
    form.place.activated.emit(1)
    form.preferred._menu.actions()[0].trigger()
    form.excluded._menu.actions()[1].trigger()
    assert form.unplaced.isVisible()
    page.save()
    stand.wait()
    saved = stand.job(job.job_id)
    assert (saved.priority, saved.notes, saved.on_hold, saved.location.id) == (3, "Ring twice", True, other)
    assert (saved.preferred, saved.excluded, saved.status) == ((stand.made.ana,), (stand.made.bo,), JobStatus.ON_HOLD)


def test_wrong_fields_are_named_and_nothing_is_lost(stand: Stand) -> None:
    job = make.job(stand.office, stand.made)
    page = stand.page(job.job_id)
    page.overview.preferred._menu.actions()[0].trigger()
    page.overview.excluded._menu.actions()[0].trigger()
    page.overview.notes.setPlainText("Kept")
    page.save()
    stand.wait()
    assert page.overview.form.rows["preferred"].error.words.text() == "A provider is either preferred or excluded."
    page.overview.title.clear()
    retype(page.overview.title, " ")
    page.save()
    stand.wait()
    assert "is needed" in page.overview.form.rows["title"].error.words.text()
    assert page.overview.notes.toPlainText() == "Kept"
    assert stand.job(job.job_id).version == 1


def test_a_required_field_of_the_company_is_asked_for(stand: Stand) -> None:
    job = make.job(stand.office, stand.made)
    stand.office.do(lambda tx: tx.add(CustomField(entity="job", key="meter", label="Meter reading", kind="number", required=True)).id)
    page = stand.page(job.job_id)
    retype(page.overview.title, "Other")
    page.save()
    stand.wait()
    assert "Meter reading" in page.overview.form.rows["custom.meter"].error.words.text()
    retype(page.overview.own.widgets["meter"], "12.5")  # type: ignore[arg-type]
    page.save()
    stand.wait()
    assert (stand.job(job.job_id).custom, stand.job(job.job_id).title) == ({"meter": 12.5}, "Other")


def test_the_second_of_two_editors_is_refused_and_keeps_its_text(stand: Stand) -> None:
    job = make.job(stand.office, stand.made)
    first, second = stand.page(job.job_id), stand.page(job.job_id)
    retype(first.overview.title, "From the first")
    retype(second.overview.title, "From the second")
    first.overview.priority.findChildren(QAbstractButton)[1].click()
    first.save()
    second.save()
    stand.wait()
    assert stand.job(job.job_id).title == "From the first"
    assert "Olive Owner changed priority, title at 06:00. Nothing was saved" in second.draft.told.words()
    assert second.overview.title.text() == "From the second"
    merge = QApplication.activeModalWidget()
    assert isinstance(merge, MergeDialog)
    (title,) = merge.choices.values()
    assert (title.field.base, title.field.mine, title.field.theirs) == ("Leak repair", "From the second", "From the first")
    assert title.field.who == "Olive Owner"
    title.choose("mine")
    merge.ok.click()
    stand.wait()
    saved = stand.job(job.job_id)
    assert (saved.title, saved.priority) == ("From the second", 2)  # what the second did not touch stays the first's
    assert not second.keeping.stale.isVisible()


def test_a_form_being_typed_in_is_not_overwritten_when_others_save(stand: Stand) -> None:
    job = make.job(stand.office, stand.made)
    page = stand.page(job.job_id)
    page.overview.notes.setPlainText("Half a sen")
    page.notes.text.setPlainText("Half a note")
    stand.office.do(editing.edit_job, job.job_id, version=1, facts=facts_of(stand.job(job.job_id), notes="Theirs", title="Theirs"))
    page.reload()
    stand.wait()
    assert (page.overview.notes.toPlainText(), page.notes.text.toPlainText()) == ("Half a sen", "Half a note")
    assert page.header.what.text().startswith("Theirs")
    assert page.keeping.stale.isVisible()
    page.keeping._take_theirs()
    assert (page.overview.notes.toPlainText(), page.overview.title.text()) == ("Theirs", "Theirs")
    assert page.notes.dirty()


def test_untouched_pages_follow_other_desks(stand: Stand) -> None:
    job = make.job(stand.office, stand.made)
    page = stand.page(job.job_id)
    stand.office.do(editing.edit_job, job.job_id, version=1, facts=facts_of(stand.job(job.job_id), title="Theirs"))
    stand.office.do(editing.add_note, job.job_id, "Hello")
    stand.desk.live.look()
    stand.wait()
    stand.qtbot.waitUntil(lambda: page.overview.title.text() == "Theirs", timeout=5000)
    assert page.tabs.tabText(3) == "Notes 1"
    assert not page.keeping.stale.isVisible()


def test_leaving_warns_only_when_something_is_typed(stand: Stand) -> None:
    job = make.job(stand.office, stand.made)
    page = stand.page(job.job_id)
    page.back = "jobs"
    page.leave()
    assert stand.opened[-1] == ("jobs", {})
    stand.opened.clear()
    retype(page.overview.title, "Other")
    assert not page.may_leave()
    QTest.keyClick(page.overview.title, Qt.Key.Key_Escape)
    assert page.keeping.warning.isVisible()
    assert stand.opened == []
    page.keeping._save_then()
    stand.wait()
    assert stand.opened == [("jobs", {})]
    assert stand.job(job.job_id).title == "Other"
    page.notes.text.setPlainText("typed")
    assert not page.may_leave()
    page.keeping.discard()
    assert page.may_leave()
    assert not page.notes.dirty()


def test_ctrl_enter_saves_and_goes_back_unless_refused(stand: Stand) -> None:
    job = make.job(stand.office, stand.made)
    page = stand.page(job.job_id)
    retype(page.overview.title, "Other")
    page.notes.text.setPlainText("And a note")
    QTest.keyClick(page.overview.title, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    stand.wait()
    stand.wait()
    assert stand.opened == [("schedule", {})]
    assert [n.text for n in stand.job(job.job_id).remarks] == ["And a note"]
    stand.opened.clear()
    page.overview.title.clear()
    page.save_and_close()
    stand.wait()
    assert stand.opened == []


def test_another_job_waits_until_the_typed_one_is_settled(stand: Stand) -> None:
    one, two = make.job(stand.office, stand.made), make.job(stand.office, stand.made)
    page = stand.page(one.job_id)
    retype(page.overview.title, "Other")
    page.open(job_id=two.job_id)
    assert page.keeping.warning.isVisible()
    page.keeping.discard()
    stand.wait()
    assert page.job is not None
    assert page.job.id == two.job_id


def test_alt_and_a_number_lead_to_the_sections(stand: Stand) -> None:
    page = stand.page(make.job(stand.office, stand.made).job_id)
    page.tabs.setFocus()
    for n, name in enumerate(SECTIONS):
        QTest.keyClick(QApplication.focusWidget() or page, Qt.Key(Qt.Key.Key_1 + n), Qt.KeyboardModifier.AltModifier)
        assert page.stack.currentIndex() == n, name


def test_notes_are_added_and_an_empty_one_is_refused_by_its_field(stand: Stand) -> None:
    job = make.job(stand.office, stand.made)
    page = stand.page(job.job_id, "Notes")
    page.notes.add_button.click()
    stand.wait()
    assert page.notes.form.rows["note"].error.words.text() == "An empty note says nothing."
    page.notes.text.setPlainText("<b>Key</b> under the mat")
    page.notes.add_button.click()
    stand.wait()
    assert [n.text for n in stand.job(job.job_id).remarks] == ["<b>Key</b> under the mat"]
    assert (page.notes.text.toPlainText(), page.tabs.tabText(3)) == ("", "Notes 1")
    assert not page.notes.empty.isVisible()


@pytest.mark.requirement("4.16")
def test_a_job_is_canceled_with_a_reason(stand: Stand) -> None:
    job = make.job(stand.office, stand.made)
    page = stand.page(job.job_id)
    page.cancel.trigger()
    ask = page.findChild(WhyPopover)
    assert ask is not None
    ask.try_agree()
    assert ask.problem.text() == "Please say why."
    QTest.keyClicks(ask.reason, "Moved away")
    QTest.keyClick(ask.reason, Qt.Key.Key_Return)
    stand.wait()
    assert stand.job(job.job_id).status is JobStatus.CANCELLED
    assert page.header.reason.text() == "Moved away"
    assert not page.cancel.isEnabled()


def test_a_page_without_a_job_says_what_to_do(stand: Stand) -> None:
    page = JobPage(stand.desk)
    stand.show(page)
    assert page.empty.isVisible()
    page.empty.button.click()  # type: ignore[union-attr]
    assert stand.opened == [("jobs", {})]
    page.open(job_id=99_999)
    stand.wait()
    assert page.empty.isVisible()
    assert "no longer exists" in stand.toasts[-1].words


def test_tab_goes_through_the_form_as_it_is_read(stand: Stand) -> None:
    page = stand.page(make.job(stand.office, stand.made).job_id)
    form = page.overview
    wanted = [form.title, form.priority.findChildren(QAbstractButton)[0], form.notes, form.hold, *form.whom.buttons(), form.place,
              form.map_button, form.copy_button, form.preferred, form.excluded]  # fmt: skip
    form.title.setFocus()
    met = [QApplication.focusWidget()]
    for _ in range(20):
        QTest.keyClick(QApplication.focusWidget() or page, Qt.Key.Key_Tab)
        met.append(QApplication.focusWidget())
    places = [met.index(widget) for widget in wanted]
    assert places == sorted(places)


def test_everything_to_press_or_to_fill_in_has_a_name(stand: Stand) -> None:
    job = make.job(stand.office, stand.made, preferred=(stand.made.ana,))
    page = stand.page(job.job_id)
    page.visits.plan(next(iter(page.visits.boxes.values())))
    checked = 0
    for kind in (QAbstractButton, QLineEdit, QPlainTextEdit, QComboBox, QAbstractItemView):
        for widget in page.findChildren(kind):
            if not _private(widget):
                said = widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")
                assert said.strip(), (widget, widget.objectName(), widget.parentWidget())
                checked += 1
    assert checked > 50


def _private(widget: QWidget) -> bool:
    """Parts that Qt makes inside of its own widgets; the widget around them has the name."""
    parent = widget.parentWidget()
    inside = parent.metaObject().className() if parent is not None else ""
    own = ("QComboBoxListView", "QTableCornerButton", "QHeaderView", "QLineEditIconButton")
    return widget.metaObject().className() in own or inside in ("QTabBar", "QComboBoxPrivateContainer")

"""Drafts on the real pages: the editor of a job and the panel of a new one, after the program was killed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from fieldoffice.office import Office
from fieldoffice.services.jobs import editing
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.drafts.left import LeftPanel, headline, offer_left
from fieldoffice.ui.jobs.opening import NewJobPanel
from fieldoffice.ui.parts.banner import Banner
from fieldoffice.ui.parts.merge import MergeDialog
from tests import make
from tests.services.test_jobs import facts_of
from tests.ui.test_jobs_kit import Stand

pytestmark = pytest.mark.requirement("1.27")


@pytest.fixture
def start(qtbot: QtBot, sqlite_office: Office, tmp_path: Path) -> Iterator[Callable[[], Stand]]:
    """The program started anew on the same computer: what the one before kept on its disk is there."""
    stand = Stand(qtbot, sqlite_office)
    desks = [stand.desk]

    def new() -> Stand:
        desks[-1].close()
        desks.append(Desk(sqlite_office, user_id=stand.made.owner, known=sqlite_office.topics(), drafts=tmp_path / "home"))
        stand.desk = desks[-1]
        stand.toasts.clear()
        stand.opened.clear()
        stand.desk.toasted.connect(stand.toasts.append)
        stand.desk.opened.connect(lambda page, args: stand.opened.append((page, args)))
        return stand

    yield new
    desks[-1].close()


def press(banner: Banner | None, words: str) -> None:
    assert banner is not None
    next(one for one in banner.findChildren(QPushButton) if one.text() == words).click()


def test_a_job_and_its_note_are_as_they_were_typed(start: Callable[[], Stand]) -> None:
    stand = start()
    job = make.job(stand.office, stand.made)
    page = stand.page(job.job_id)
    page.overview.notes.setPlainText("Half a sen")
    page.overview.preferred._menu.actions()[0].trigger()
    page.notes.text.setPlainText("Half a note")
    page.draft.keep_now()
    page.note_draft.keep_now()
    again = start().page(job.job_id)
    assert again.overview.notes.toPlainText() == "Half a sen"
    assert again.overview.preferred.value() == (stand.made.ana,)
    assert again.notes.text.toPlainText() == "Half a note"
    assert again.dirty()
    again.save()
    stand.wait()
    stand.wait()
    saved = stand.job(job.job_id)
    assert (saved.notes, saved.preferred, [n.text for n in saved.remarks]) == ("Half a sen", (stand.made.ana,), ["Half a note"])
    assert stand.desk.shelf.all() == []


def test_a_restored_job_that_others_changed_meets_them(start: Callable[[], Stand]) -> None:
    stand = start()
    job = make.job(stand.office, stand.made)
    page = stand.page(job.job_id)
    page.overview.title.setText("Mine")
    page.overview.notes.setPlainText("Only mine")
    page.draft.keep_now()
    stand.office.do(editing.edit_job, job.job_id, version=1, facts=facts_of(stand.job(job.job_id), title="Theirs", priority=3))
    again = start().page(job.job_id)
    assert (again.overview.title.text(), again.overview.priority.value()) == ("Mine", "3")
    assert "Somebody changed Priority, What is to be done meanwhile" in again.draft.told.words()
    press(again.draft.told.banner, "Compare")
    stand.wait()
    merge = QApplication.activeModalWidget()
    assert isinstance(merge, MergeDialog)
    assert list(merge.choices) == ["title"]
    merge.choices["title"].choose("theirs")
    merge.ok.click()
    again.save()
    stand.wait()
    saved = stand.job(job.job_id)
    assert (saved.title, saved.notes, saved.priority) == ("Theirs", "Only mine", 3)


def test_a_save_that_landed_before_the_kill_is_not_offered_again(start: Callable[[], Stand]) -> None:
    stand = start()
    panel = NewJobPanel(stand.desk)
    stand.show(panel)
    panel.open()
    stand.wait()
    _enter(stand, panel)
    op = panel.draft.op()
    stand.office.seat(stand.made.owner).done_as(op, lambda tx: tx.ring("job"))  # the commit landed, the answer never came
    again = NewJobPanel(start().desk)
    stand.show(again)
    again.open()
    stand.wait()
    assert not again.dirty
    assert "had been saved" in stand.toasts[-1].words
    assert stand.desk.shelf.all() == []


def test_a_new_job_is_as_it_was_entered(start: Callable[[], Stand]) -> None:
    stand = start()
    panel = NewJobPanel(stand.desk)
    stand.show(panel)
    panel.open()
    stand.wait()
    _enter(stand, panel)
    entered = panel.form.values()
    panel.draft.keep_now()
    again = NewJobPanel(start().desk)
    stand.show(again)
    again.open()
    stand.wait()
    assert again.form.values() == entered
    assert (again.dirty, again.caller.is_new, again.items.value()) == (True, True, ((panel.items.chosen[0].item.id, 2000),))
    again.save_now()
    stand.wait()
    assert "opened" in stand.toasts[-1].words
    assert stand.desk.shelf.all() == []
    panel.desk.close()


def test_what_was_left_is_offered_and_opened(start: Callable[[], Stand], qtbot: QtBot) -> None:
    stand = start()
    job = make.job(stand.office, stand.made)
    page = stand.page(job.job_id)
    page.overview.title.setText("Mine")
    page.draft.keep_now()
    page.notes.text.setPlainText("Half a note")
    page.note_draft.keep_now()
    stand = start()
    said: dict[str, Any] = {}

    class Window:
        def banner(self, key: str, kind: Any, words: str) -> Banner:
            said[key] = Banner(kind, words)
            qtbot.addWidget(said[key])
            return said[key]

        def no_banner(self, key: str) -> None:
            said.pop(key, None)

    offer_left(stand.desk, Window())
    assert said["unfinished"].label.text() == "2 forms were left unfinished. What you typed is still here."
    press(said["unfinished"], "Show them")
    assert (stand.opened, said) == ([("unfinished", {})], {})
    panel = LeftPanel(stand.desk)
    stand.show(panel)
    assert sorted(headline(one) for one in stand.desk.shelf.all()) == ["Job: J1001 Leak repair", "Note on a job: J1001 Leak repair"]
    buttons = {one.accessibleName(): one for one in panel.findChildren(QPushButton)}
    buttons["Open: Job: J1001 Leak repair"].click()
    assert stand.opened[-1] == ("job", {"job_id": job.job_id})
    buttons["Discard: Note on a job: J1001 Leak repair"].click()
    assert [one.kind for one in stand.desk.shelf.all()] == ["job"]
    stand.press_undo()
    assert len(stand.desk.shelf.all()) == 2


def _enter(stand: Stand, panel: NewJobPanel) -> None:
    panel.caller.enter_new()
    QTest.keyClicks(panel.caller.name, "Nadia New")
    QTest.keyClicks(panel.caller.street, "1 First Street")
    assert panel.choices is not None
    panel.items.add(panel.choices.items[0])
    panel.items.add(panel.choices.items[0])
    panel.promising.mode._buttons["any"].click()
    panel.notes.setPlainText("The gate sticks")

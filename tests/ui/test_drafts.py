"""Nothing typed is lost: drafts on the disk, restored, merged with what others saved, saved once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from fieldoffice.engine import UNREACHABLE
from fieldoffice.models.errors import NotFound, Stale, WorldFault
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.drafts import Draft, Kept, Shelf, merge
from fieldoffice.ui.parts.buttons import Segmented
from fieldoffice.ui.parts.choosing import Choice, Ticks
from fieldoffice.ui.parts.fields import DateField, MoneyField, TimeField
from fieldoffice.ui.parts.form import Form
from fieldoffice.ui.parts.merge import MergeDialog
from fieldoffice.ui.parts.panel import SidePanel
from tests.ui.front import to_front

pytestmark = pytest.mark.requirement("1.27")


class Panel(SidePanel):
    """A panel as any page makes it: it edits a note with a name."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("Customer")
        self.desk, self.form = desk, Form()
        self.name, self.text = QLineEdit(), QPlainTextEdit()
        self.form.add("name", "Name", self.name)
        self.form.add("text", "Notes", self.text)
        self.set_body(self.form)
        self.form.changed.connect(lambda: self.set_dirty())
        self.draft = Draft(desk, "customer", self.form)
        self.row, self.version = 0, 0
        self.saves: list[tuple[int, dict[str, Any]]] = []
        self.answer: Callable[[int, dict[str, Any]], int] = lambda version, _values: version + 1

    def open(self, row: int, version: int, **values: str) -> None:
        self.row, self.version = row, version
        self.form.set_values(values)
        self.set_dirty(False)
        assert self.draft is not None
        self.draft.open(row, version, values)

    def save(self, then: Callable[[], object]) -> None:
        assert self.draft is not None
        values = self.form.values()
        self.desk.do(self, self._service, self.version, values, op_id=self.draft.op(), then=lambda version: self._done(version, then),
                     otherwise=self.refused)

    def refused(self, error: Exception) -> None:
        self.form.show_errors(error)  # type: ignore[arg-type]

    def _service(self, _tx: object, version: int, values: dict[str, Any]) -> int:
        self.saves.append((version, values))
        return self.answer(version, values)

    def _done(self, version: int, then: Callable[[], object]) -> None:
        self.version = version
        then()


@pytest.fixture
def new_desk(fake_office: Any, tmp_path: Path, qapp: QApplication) -> Iterator[Callable[[], Desk]]:
    """Desks one after another on the same folder of drafts, as a program that is started again."""
    made: list[Desk] = []

    def new() -> Desk:
        for old in made:
            old.close()
        made.append(Desk(fake_office, user_id=7, known={}, drafts=tmp_path / "home"))
        return made[-1]

    yield new
    for old in made:
        old.close()
    qapp.processEvents()


@pytest.fixture
def new_panel(qtbot: QtBot, new_desk: Callable[[], Desk]) -> Callable[[], Panel]:
    def new() -> Panel:
        panel = Panel(new_desk())
        qtbot.addWidget(panel)
        panel.show()
        return panel

    return new


def answered(qtbot: QtBot, desk: Desk) -> None:
    qtbot.waitUntil(lambda: desk.background.waiting() == 0, timeout=10_000)


def test_what_is_typed_is_on_the_disk_within_two_seconds(qtbot: QtBot, new_panel: Callable[[], Panel]) -> None:
    panel = new_panel()
    panel.open(3, 1, name="Ada", text="")
    QTest.keyClicks(panel.text, "Gate at the back")
    qtbot.waitUntil(lambda: [one.values["text"] for one in panel.desk.shelf.all()] == ["Gate at the back"], timeout=2000)
    panel.desk.shelf.settle()
    again = new_panel()  # the first program is gone without having saved
    again.open(3, 1, name="Ada", text="")
    assert again.text.toPlainText() == "Gate at the back"
    assert again.dirty
    assert again.draft is not None
    assert again.draft.told.words().startswith("Restored what you typed at ")


def test_leaving_a_field_writes_at_once(qtbot: QtBot, new_panel: Callable[[], Panel]) -> None:
    panel = new_panel()
    panel.open(3, 1, name="Ada", text="")
    to_front(qtbot, panel)
    panel.name.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is panel.name)
    QTest.keyClicks(panel.name, " Byron")
    assert panel.desk.shelf.all() == []
    QTest.keyClick(panel.name, Qt.Key.Key_Tab)
    assert panel.desk.shelf.all()[0].values["name"] == "Ada Byron"


def test_discard_puts_back_what_is_stored(qtbot: QtBot, new_panel: Callable[[], Panel]) -> None:
    panel = new_panel()
    panel.open(3, 1, name="Ada", text="")
    panel.text.setPlainText("typed")
    panel.draft.keep_now()  # type: ignore[union-attr]
    again = new_panel()
    again.open(3, 1, name="Ada", text="")
    again.draft.told.banner.findChildren(type(again._save))[0].click()  # type: ignore[union-attr]
    assert (again.text.toPlainText(), again.dirty, again.desk.shelf.all()) == ("", False, [])


def test_what_is_saved_or_dropped_leaves_no_draft(qtbot: QtBot, new_panel: Callable[[], Panel]) -> None:
    panel = new_panel()
    panel.open(3, 1, name="Ada", text="")
    panel.text.setPlainText("one")
    panel.save_now()
    answered(qtbot, panel.desk)
    assert panel.desk.shelf.all() == []
    panel.text.setPlainText("two")
    panel.draft.keep_now()  # type: ignore[union-attr]
    panel._drop()
    assert panel.desk.shelf.all() == []
    panel.text.setPlainText("two")
    panel.text.setPlainText("one")  # as it was saved
    panel.draft.keep_now()  # type: ignore[union-attr]
    assert panel.desk.shelf.all() == []


def test_a_newer_row_takes_theirs_where_nothing_was_typed(qtbot: QtBot, new_panel: Callable[[], Panel]) -> None:
    panel = new_panel()
    panel.open(3, 1, name="Ada", text="")
    panel.text.setPlainText("typed")
    panel.draft.keep_now()  # type: ignore[union-attr]
    again = new_panel()
    again.open(3, 2, name="Ada Byron", text="")
    assert again.form.values() == {"name": "Ada Byron", "text": "typed"}
    assert "Somebody changed Name meanwhile" in again.draft.told.words()  # type: ignore[union-attr]
    third = new_panel()
    third.open(3, 3, name="Ada Byron", text="typed")
    assert not third.dirty  # what was typed stands in the database by now


def test_a_stale_save_merges_by_itself_where_it_can(qtbot: QtBot, new_panel: Callable[[], Panel], monkeypatch: Any) -> None:
    panel = new_panel()
    monkeypatch.setattr("fieldoffice.ui.drafts.meeting.history", lambda *_a, **_k: ())
    panel.open(3, 1, name="Ada", text="")
    panel.text.setPlainText("mine")
    again: list[tuple[int, dict[str, Any]]] = []
    panel.draft.stale(Stale("Somebody was first."), lambda _tx: (2, {"name": "Ada Byron", "text": ""}),  # type: ignore[union-attr]
                      lambda version, values: again.append((version, values)))
    answered(qtbot, panel.desk)
    assert again == [(2, {"name": "Ada Byron", "text": "mine"})]
    assert panel.form.values() == {"name": "Ada Byron", "text": "mine"}
    assert panel.desk.shelf.all()[0].version == 2


def test_where_both_changed_a_person_chooses(qtbot: QtBot, new_panel: Callable[[], Panel], monkeypatch: Any) -> None:
    panel = new_panel()
    monkeypatch.setattr("fieldoffice.ui.drafts.meeting.history", lambda *_a, **_k: ())
    panel.open(3, 1, name="Ada", text="Before\nlines")
    panel.form.set_values({"name": "Ada M.", "text": "Mine\nlines"})
    again: list[tuple[int, dict[str, Any]]] = []
    panel.draft.stale(Stale("Somebody was first."), lambda _tx: (2, {"name": "Ada Byron", "text": "Theirs\nlines"}),  # type: ignore[union-attr]
                      lambda version, values: again.append((version, values)))
    answered(qtbot, panel.desk)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, MergeDialog)
    assert not dialog.ok.isEnabled()
    dialog.choices["name"].choose("theirs")
    dialog.choices["text"].choose("both")
    assert again == []
    dialog.ok.click()
    assert again == [(2, {"name": "Ada Byron", "text": "Theirs\nlines\nMine\nlines"})]


def test_closing_the_merge_view_keeps_what_was_typed(qtbot: QtBot, new_panel: Callable[[], Panel], monkeypatch: Any) -> None:
    panel = new_panel()
    monkeypatch.setattr("fieldoffice.ui.drafts.meeting.history", lambda *_a, **_k: ())
    panel.open(3, 1, name="Ada", text="")
    panel.name.setText("Ada M.")
    panel.draft.stale(Stale("Somebody was first."), lambda _tx: (2, {"name": "Ada Byron", "text": ""}), lambda *_: None)  # type: ignore[union-attr]
    answered(qtbot, panel.desk)
    QApplication.activeModalWidget().reject()  # type: ignore[union-attr]
    assert panel.name.text() == "Ada M."
    assert panel.desk.shelf.all()[0].values["name"] == "Ada M."


def test_a_row_that_is_gone_leaves_the_text_to_copy(qtbot: QtBot, new_panel: Callable[[], Panel]) -> None:
    panel, told = new_panel(), list[Any]()
    panel.open(3, 1, name="Ada", text="")
    panel.text.setPlainText("mine")

    def gone(_tx: object) -> tuple[int, dict[str, Any]]:
        raise NotFound("This customer no longer exists.")

    panel.draft.stale(Stale("gone"), gone, lambda *_: None, otherwise=told.append)  # type: ignore[union-attr]
    answered(qtbot, panel.desk)
    assert isinstance(told[0], NotFound)
    panel.draft.told.banner.findChildren(type(panel._save))[0].click()  # type: ignore[union-attr]
    assert QApplication.clipboard().text() == "Name: Ada\nNotes: mine"


def test_a_save_that_met_a_broken_line_is_done_when_it_is_back(qtbot: QtBot, new_panel: Callable[[], Panel]) -> None:
    panel = new_panel()
    panel.open(3, 1, name="Ada", text="")
    panel.text.setPlainText("typed")
    ops: list[str] = []
    real = panel.desk.seat.done_as
    panel.desk.seat.done_as = lambda op, *args, **kw: (ops.append(op), real(op, *args, **kw))[1]

    def cut(*_: Any) -> int:
        raise WorldFault("The database cannot be reached.", key=UNREACHABLE)

    panel.answer = cut
    panel.save_now()
    qtbot.waitUntil(lambda: "kept on this computer" in panel.draft.told.words(), timeout=5000)  # type: ignore[union-attr]
    assert panel.text.toPlainText() == "typed"
    panel.answer = lambda version, _values: version + 1
    panel.desk.live.connected = False
    panel.desk.live._note(True)
    qtbot.waitUntil(lambda: panel.version == 2, timeout=5000)
    assert ops[0] == ops[1]
    assert not panel.dirty


def test_what_is_typed_while_a_save_is_on_its_way_stays(qtbot: QtBot, new_panel: Callable[[], Panel]) -> None:
    panel, may_go = new_panel(), threading.Event()
    panel.open(3, 1, name="Ada", text="")
    panel.text.setPlainText("one")
    panel.answer = lambda version, _values: may_go.wait(10) and version + 1
    panel.save_and_close()
    panel.text.setPlainText("one and two")
    may_go.set()
    with qtbot.assertNotEmitted(panel.closed):
        answered(qtbot, panel.desk)
    assert (panel.text.toPlainText(), panel.dirty) == ("one and two", True)
    assert panel.desk.shelf.all()[0].values["text"] == "one and two"
    panel.save_now()
    answered(qtbot, panel.desk)
    assert [values["text"] for _, values in panel.saves] == ["one", "one and two"]
    assert not panel.dirty


def test_every_save_is_another_operation_but_the_same_save_is_not(qtbot: QtBot, new_panel: Callable[[], Panel]) -> None:
    panel = new_panel()
    panel.open(3, 1, name="Ada", text="")
    draft = panel.draft
    assert draft is not None
    panel.text.setPlainText("typed")
    assert draft.op() == draft.op()
    before = draft.op()
    panel.save_now()
    answered(qtbot, panel.desk)
    panel.text.setPlainText("typed more")
    assert draft.op() != before
    assert panel.desk.shelf.all()[0].sent == panel.form.values()


def test_two_desktops_keep_their_drafts_apart_and_a_third_takes_over(tmp_path: Path) -> None:
    def kept(row: int, name: str) -> Kept:
        return Kept("customer", row, name, 1, {}, {"name": name}, "op")

    one, two = Shelf(tmp_path, "office", 1), Shelf(tmp_path, "office", 1)
    one.put(kept(1, "one"))
    two.put(kept(2, "two"))
    assert (two.get("customer", 1), two.left) == (None, ())
    two.close()
    another = Shelf(tmp_path, "another", 1)
    assert another.left == ()
    another.close()
    one.close()
    third = Shelf(tmp_path, "office", 1)
    assert [one.title for one in third.left] == ["one", "two"]
    third.drop("customer", 1)
    third.close()
    fourth = Shelf(tmp_path, "office", 1)
    assert [one.title for one in fourth.left] == ["two"]
    fourth.close()


def test_a_disk_that_cannot_be_used_is_said_and_work_goes_on(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    shelf = Shelf(blocked / "home", "office", 1)
    shelf.put(Kept("customer", 1, "", 1, {}, {}, "op"))
    assert shelf.problem
    assert shelf.get("customer", 1) is not None


def test_a_damaged_file_of_drafts_is_put_aside(tmp_path: Path) -> None:
    Shelf(tmp_path, "office", 1).close()
    (file,) = tmp_path.glob("drafts-*.db")
    file.write_bytes(b"this is not a database" * 100)
    shelf = Shelf(tmp_path, "office", 1)
    assert (shelf.left, shelf.problem) == ((), "")
    shelf.close()
    assert file.with_suffix(".damaged").exists()


def test_drafts_are_for_nobody_else_on_this_computer(tmp_path: Path) -> None:
    Shelf(tmp_path, "office", 1).close()
    (file,) = tmp_path.glob("drafts-*.db")
    assert file.stat().st_mode & 0o077 == 0


def test_every_kind_of_field_is_kept_and_shown_again(qtbot: QtBot) -> None:
    def form() -> Form:
        made = Form()
        qtbot.addWidget(made)
        choice, ticks = Choice(), Ticks("Nobody")
        choice.set_choices([(None, "–"), (5, "Five"), (date(2026, 3, 2), "A day")])
        ticks.set_choices([(1, "Ana"), (2, "Bo")])
        for name, field in (("line", QLineEdit()), ("text", QPlainTextEdit()), ("tick", QCheckBox("On")), ("money", MoneyField()),
                            ("day", DateField()), ("time", TimeField()), ("choice", choice), ("ticks", ticks),
                            ("one", Segmented([("a", "A"), ("b", "B")], "One"))):  # fmt: skip
            made.add(name, name.title(), field)
        return made

    values = {"line": "Ünï", "text": "a\nb", "tick": True, "money": 1250, "day": "2026-03-02", "time": "09:30:00",
              "choice": "2026-03-02", "ticks": [2, 1], "one": "b"}  # fmt: skip
    first, second = form(), form()
    first.set_values(values)
    assert first.values() == values
    second.set_values(first.values())
    assert second.values() == values
    assert second.said("ticks", [2, 1]) == "Bo, Ana"
    assert (second.said("choice", 5), second.said("one", "b"), second.said("tick", True)) == ("Five", "B", "Yes")
    QTest.keyClicks(first.rows["money"].field, "x")
    second.set_values(first.values())
    assert second.rows["money"].field.text() == first.rows["money"].field.text()  # type: ignore[attr-defined]
    assert "money" in second.unreadable()


@pytest.mark.parametrize(("mine", "theirs", "values", "conflicts"), [
    ({"a": 1, "b": 2}, {"a": 1, "b": 2}, {"a": 1, "b": 2}, ()),
    ({"a": 9, "b": 2}, {"a": 1, "b": 8}, {"a": 9, "b": 8}, ()),
    ({"a": 9, "b": 2}, {"a": 8, "b": 2}, {"a": 9, "b": 2}, ("a",)),
    ({"a": 9, "b": 2}, {"a": 9, "b": 2}, {"a": 9, "b": 2}, ()),
    ({"a": 1, "b": 2, "only": 3}, {"a": 1}, {"a": 1, "b": 2, "only": 3}, ()),
    ({"a": 1}, {"a": 1, "b": 7}, {"a": 1, "b": 7}, ()),
])  # fmt: skip
def test_three_versions_merge(mine: dict[str, int], theirs: dict[str, int], values: dict[str, int], conflicts: tuple[str, ...]) -> None:
    merged = merge({"a": 1, "b": 2}, mine, theirs)
    assert (merged.values, merged.conflicts) == (values, conflicts)

"""The desk: who asks, refusals as toasts, memory, long work."""

from __future__ import annotations

import time

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QWidget

from fieldoffice.models.errors import Invalid
from fieldoffice.services.dispatch.rows import Change
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.memory import Memory
from fieldoffice.ui.works import Works


def test_questions_are_asked_as_the_user(qtbot, desk: Desk, fake_office) -> None:
    got = []
    desk.see(desk, lambda tx, a, b: a + b, 1, b=2, then=got.append)
    qtbot.waitUntil(lambda: got == [3])
    assert fake_office.asked_by == [7]


def test_watchers_hear_of_a_change_before_the_answer(qtbot, desk: Desk, fake_office) -> None:
    heard = []
    fake_office.raises = frozenset({"job"})
    desk.background.changed.connect(heard.append)
    desk.do(desk, lambda tx: "value", then=heard.append)
    qtbot.waitUntil(lambda: len(heard) == 2)
    assert heard == [frozenset({"job"}), "value"]


def test_a_refusal_nobody_takes_is_a_toast_in_red(qtbot, desk: Desk) -> None:
    said = []
    desk.toasted.connect(said.append)

    def refuse(tx) -> None:
        raise Invalid(name="A customer needs a name.")

    desk.do(desk, refuse)
    qtbot.waitUntil(lambda: bool(said))
    assert (said[0].words, said[0].kind, said[0].button) == ("A customer needs a name.", "danger", "")


def test_warnings_and_refused_rows_are_in_the_toast(desk: Desk) -> None:
    said = []
    desk.toasted.connect(said.append)
    desk.note("Moved 3 visits", Change((), (), (), ((4, "Bob's visit is locked."),), ("Ann is late by 12 min.",)))
    assert [(n.words, n.kind) for n in said] == [
        ("Moved 3 visits\nAnn is late by 12 min.\nBob's visit is locked.", "warn")]


def test_whoever_pages_quickly_sees_the_last_day(qtbot, desk: Desk) -> None:
    class Page(QWidget):
        shown: list[int] = []

        def show_day(self, day: int) -> None:
            self.shown.append(day)

    page = Page()
    qtbot.addWidget(page)

    def board(tx, day: int) -> int:
        time.sleep((3 - day) * 0.02)
        return day

    for day in range(3):
        desk.see(page, board, day, then=page.show_day)
    qtbot.waitUntil(lambda: desk.background.waiting() == 0)
    assert page.shown == [2]


def test_memory_keeps_values_and_bytes(qapp) -> None:
    memory = Memory()
    memory.set("board", "columns", {"order": ["a", "b"], "widths": {"a": 100}})
    memory.set("board", "splitter", QByteArray(b"\x00\xff"))
    memory.set("map", "zoom", 12)
    assert Memory().get("board", "columns") == {"order": ["a", "b"], "widths": {"a": 100}}
    assert Memory().get("board", "splitter") == b"\x00\xff"
    memory.forget("board")
    assert (memory.get("board", "columns", "none"), memory.get("map", "zoom")) == ("none", 12)


def test_memory_that_cannot_be_read_counts_as_none(qapp) -> None:
    from PySide6.QtCore import QSettings

    QSettings().setValue("pages/board/columns", "{broken")
    assert Memory().get("board", "columns", "none") == "none"


def test_long_work_reports_cancels_once_and_ends(qapp) -> None:
    works, stopped = Works(), []
    work = works.start("Optimizing", lambda: stopped.append(1))
    work.report(0.5, "40 of 80 jobs")
    assert (works.running, work.fraction, work.detail, work.can_cancel) == ([work], 0.5, "40 of 80 jobs", True)
    work.cancel()
    work.cancel()
    assert (stopped, work.can_cancel, work.detail) == ([1], False, "stopping")
    work.end()
    assert works.running == []

"""Work off the Qt thread: answers here, in order where order counts, and never to the dead."""

from __future__ import annotations

import gc
import random
import threading
from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import QObject, QThread
from PySide6.QtWidgets import QLabel, QWidget

from fieldoffice.models.errors import NotAllowed
from fieldoffice.ui.background import Background


@pytest.fixture
def background(qapp) -> Iterator[Background]:
    made = Background()
    yield made
    made.stop()


def test_answers_come_on_the_qt_thread(qtbot, background: Background) -> None:
    asker, got = QObject(), []
    background.ask(asker, threading.get_ident, lambda there: got.append((there, threading.get_ident())))
    qtbot.waitUntil(lambda: bool(got))
    there, here = got[0]
    assert (there == here, here) == (False, threading.main_thread().ident)


def test_a_deleted_asker_is_not_called(qtbot, background: Background) -> None:
    widget, may_go, called = QWidget(), threading.Event(), []
    background.ask(widget, may_go.wait, called.append)
    shiboken6.delete(widget)
    may_go.set()
    qtbot.waitUntil(lambda: background.waiting() == 0)
    assert called == []


def test_the_last_reference_to_an_asker_never_dies_on_a_worker(qtbot, background: Background) -> None:
    died_on: list[QThread] = []

    class Asker(QObject):
        def __del__(self) -> None:
            died_on.append(QThread.currentThread())

    for _ in range(200):
        asker = Asker()
        background.ask(asker, random.random, lambda _value, keep=asker: None)
        del asker
    qtbot.waitUntil(lambda: background.waiting() == 0)
    gc.collect()
    assert len(died_on) == 200
    assert set(died_on) == {background.thread()}


def test_thousands_of_askers_come_and_go(qtbot, background: Background) -> None:
    answered = []
    for n in range(3000):
        widget = QLabel("x")
        background.ask(widget, random.random, answered.append)
        if n % 3 == 0:
            shiboken6.delete(widget)
        elif n % 3 == 1:
            widget.deleteLater()
        else:
            background.setProperty(f"keep{n}", widget)
        del widget
        if n % 200 == 0:
            qtbot.wait(1)
    qtbot.waitUntil(lambda: background.waiting() == 0)
    assert len(answered) >= 1000


def test_a_refusal_goes_to_who_takes_it(qtbot, background: Background) -> None:
    asker, got, left = QObject(), [], []
    background.refused.connect(left.append)

    def refuse() -> None:
        raise NotAllowed("No way.")

    background.ask(asker, refuse, got.append, lambda error: got.append(str(error)))
    background.ask(asker, refuse, got.append)
    qtbot.waitUntil(lambda: background.waiting() == 0)
    assert (got, [str(error) for error in left]) == (["No way."], ["No way."])


def test_a_mistake_of_ours_is_raised_here(qtbot, background: Background) -> None:
    asker, told = QObject(), []
    with qtbot.captureExceptions() as caught:
        background.ask(asker, lambda: 1 / 0, told.append, told.append, broken=lambda: told.append("broken"))
        qtbot.waitUntil(lambda: bool(caught))
    assert (caught[0][0], told) == (ZeroDivisionError, ["broken"])


def test_changes_keep_their_order(qtbot, background: Background) -> None:
    asker, done = QObject(), []
    waits = [threading.Event().wait, *[lambda _s: None] * 20]
    for n, wait in enumerate(waits):
        background.ask(asker, lambda n=n, wait=wait: (wait(0.05), done.append(n)), writes=True)
    qtbot.waitUntil(lambda: background.waiting() == 0)
    assert done == list(range(21))


def test_an_answer_that_was_overtaken_is_dropped(qtbot, background: Background) -> None:
    asker, first_may_go, shown = QObject(), threading.Event(), []
    background.ask(asker, lambda: first_may_go.wait() and "monday", shown.append, series="board")
    background.ask(asker, lambda: "tuesday", shown.append, series="board")
    qtbot.waitUntil(lambda: shown == ["tuesday"])
    first_may_go.set()
    qtbot.waitUntil(lambda: background.waiting() == 0)
    background.ask(asker, lambda: "wednesday", shown.append, series="board")
    qtbot.waitUntil(lambda: background.waiting() == 0)
    assert (shown, background._newest) == (["tuesday", "wednesday"], {})


def test_after_the_stop_nobody_is_answered(qtbot, background: Background) -> None:
    asker, got = QObject(), []
    background.ask(asker, lambda: "late", got.append)
    background.stop()
    background.ask(asker, lambda: "later", got.append)
    qtbot.wait(20)
    assert (got, background.waiting()) == ([], 0)


def test_what_was_written_before_the_stop_is_written(qtbot, background: Background) -> None:
    written: list[int] = []
    for n in range(50):
        background.ask(background, lambda n=n: written.append(n), writes=True)
    background.stop()
    assert written == list(range(50))

"""The line to the database breaks: said across the window, tried again with longer rests, and over when it is back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from fieldoffice.engine import UNREACHABLE
from fieldoffice.models.errors import WorldFault
from fieldoffice.ui.connection import ConnectionBanner
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.live import BACK_OFF_S
from fieldoffice.ui.parts.banner import Banner

pytestmark = pytest.mark.requirement("1.27")


class Window(QWidget):
    """What the banner needs of a window."""

    def __init__(self) -> None:
        super().__init__()
        self.said: dict[str, Banner] = {}

    def banner(self, key: str, kind: Any, words: str) -> Banner:
        self.said[key] = Banner(kind, words, self)
        return self.said[key]

    def no_banner(self, key: str) -> None:
        self.said.pop(key).deleteLater()


@pytest.fixture
def quiet(qapp: Any, fake_office: Any) -> Iterator[Desk]:
    """A desk that looks only when it is told to."""
    made = Desk(fake_office, user_id=7, known={}, every_ms=3_600_000)
    yield made
    made.close()
    qapp.processEvents()


def out_of_reach() -> dict[str, int]:
    time.sleep(0.3)  # long enough to be seen trying
    raise WorldFault("The database cannot be reached.", key=UNREACHABLE)


def test_each_try_that_fails_is_followed_by_a_longer_rest(qtbot: QtBot, quiet: Desk, fake_office: Any) -> None:
    rests: list[int] = []
    quiet.live.waiting.connect(rests.append)
    quiet.start()
    qtbot.waitUntil(lambda: quiet.background.waiting() == 0)
    fake_office.topics = out_of_reach
    for _ in range(8):
        quiet.live.look()
        qtbot.waitUntil(lambda: quiet.background.waiting() == 0)
        qtbot.wait(1)
    assert rests == [*BACK_OFF_S, 30, 30]
    del fake_office.topics
    quiet.live.look()
    qtbot.waitUntil(lambda: quiet.live.connected)
    fake_office.topics = out_of_reach
    quiet.live.look()
    qtbot.waitUntil(lambda: len(rests) == 9)
    assert rests[-1] == 1


def test_the_banner_counts_down_and_tries_at_once_when_told(qtbot: QtBot, quiet: Desk, fake_office: Any) -> None:
    window, told = Window(), list[str]()
    qtbot.addWidget(window)
    shown = ConnectionBanner(quiet, window, window, told.append)
    fake_office.topics = out_of_reach
    quiet.start()
    qtbot.waitUntil(lambda: "Next try in 1 s" in _words(window), timeout=10_000)
    qtbot.waitUntil(lambda: "Trying to reach it" in _words(window), timeout=10_000)
    del fake_office.topics
    next(one for one in window.said["connection"].findChildren(QPushButton) if one.text() == "Try now").click()
    qtbot.waitUntil(lambda: window.said == {}, timeout=10_000)
    assert told == ["Connected again."]
    assert not shown._second.isActive()


def test_a_read_that_meets_a_broken_line_says_so_and_everybody_reads_again_when_it_is_back(
        qtbot: QtBot, quiet: Desk, fake_office: Any) -> None:
    view, reloads, toasts = QWidget(), list[int](), list[Any]()
    qtbot.addWidget(view)
    view.show()
    quiet.toasted.connect(toasts.append)
    quiet.live.watch(view, {"job"}, lambda: reloads.append(1))
    fake_office.counters = {"job": 1}
    quiet.live.known = {"job": 1}
    good, fake_office.topics = fake_office.topics, out_of_reach
    quiet.see(view, lambda _tx: out_of_reach(), then=lambda _value: None)
    qtbot.waitUntil(lambda: not quiet.live.connected)
    qtbot.waitUntil(lambda: quiet.background.waiting() == 0)
    assert toasts == []  # the banner says it, once
    fake_office.topics = good
    quiet.live.look()
    qtbot.waitUntil(lambda: reloads == [1])


def _words(window: Window) -> str:
    return window.said["connection"].label.text() if "connection" in window.said else ""

"""Live refresh: own and other people's changes, hidden pages, a database that goes away and comes back."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldoffice.ui.desk import Desk
from fieldoffice.ui.live import changed_topics


@pytest.fixture
def view(qtbot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


def test_another_desk_rings(qtbot, desk: Desk, view: QWidget, fake_office) -> None:
    reloads: list[int] = []
    desk.live.watch(view, {"job"}, lambda: reloads.append(1))
    desk.start()
    fake_office.counters = {"job": 1, "customer": 1}
    qtbot.waitUntil(lambda: reloads == [1])
    fake_office.counters = {"job": 1, "customer": 2}
    qtbot.wait(150)
    assert reloads == [1]


def test_our_own_change_rings_without_waiting_for_the_timer(qtbot, fake_office, view: QWidget) -> None:
    desk, reloads = Desk(fake_office, known={}, every_ms=3_600_000), []
    desk.live.watch(view, {"job"}, lambda: reloads.append(1))
    fake_office.raises = frozenset({"job"})
    desk.do(view, lambda tx: "done")
    qtbot.waitUntil(lambda: reloads == [1])
    desk.close()


def test_a_burst_reloads_once(qtbot, desk: Desk, view: QWidget) -> None:
    reloads: list[int] = []
    desk.live.watch(view, {"job", "visit"}, lambda: reloads.append(1))
    for topic in ("job", "visit", "job"):
        desk.live.changed.emit(frozenset({topic}))
    qtbot.waitUntil(lambda: bool(reloads))
    qtbot.wait(20)
    assert reloads == [1]


def test_a_hidden_page_reloads_when_it_is_shown(qtbot, desk: Desk, view: QWidget) -> None:
    page, reloads = QWidget(), []
    QVBoxLayout(view).addWidget(page)
    page.hide()
    desk.live.watch(page, {"job"}, lambda: reloads.append(1))
    for _ in range(3):
        desk.live.changed.emit(frozenset({"job"}))
    qtbot.wait(20)
    assert reloads == []
    page.show()
    qtbot.waitUntil(lambda: reloads == [1])
    page.hide()
    page.show()
    qtbot.wait(20)
    assert reloads == [1]


def test_a_deleted_view_is_forgotten(qtbot, desk: Desk) -> None:
    view, reloads = QWidget(), []
    view.show()
    desk.live.watch(view, {"job"}, lambda: reloads.append(1))
    view.deleteLater()
    qtbot.wait(10)
    desk.live.changed.emit(frozenset({"job"}))
    qtbot.wait(20)
    assert reloads == []


def test_a_database_out_of_reach_is_said_and_tried_again(qtbot, desk: Desk, fake_office) -> None:
    states: list[bool] = []
    desk.live.state_changed.connect(states.append)
    good, fake_office.topics = fake_office.topics, lambda: 1 / 0
    desk.start()
    qtbot.waitUntil(lambda: states == [False])
    fake_office.topics = good
    qtbot.waitUntil(lambda: states == [False, True])


def test_a_bell_during_a_look_makes_one_more_look(qtbot, fake_office) -> None:
    desk, looks, may_go = Desk(fake_office, known={}, every_ms=3_600_000), [], threading.Event()
    fake_office.topics = lambda: looks.append(1) or may_go.wait() and {}
    for _ in range(5):
        desk.live.look()
    may_go.set()
    qtbot.waitUntil(lambda: desk.background.waiting() == 0)
    assert len(looks) == 2
    desk.close()


def test_the_bell_thread_ends_with_the_desk(qtbot, fake_office) -> None:
    rung = threading.Event()

    def listen(bell, stop) -> None:
        bell()
        rung.set()
        stop.wait()

    fake_office.listen = listen
    desk = Desk(fake_office, known={}, every_ms=3_600_000)
    desk.start()
    assert rung.wait(2)
    desk.close()
    assert [thread.name for thread in threading.enumerate() if thread.name == "bell"] == []


def test_which_topics_moved() -> None:
    assert changed_topics({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": 1}) == {"b", "c"}
    assert changed_topics(None, {"a": 1}) == frozenset()

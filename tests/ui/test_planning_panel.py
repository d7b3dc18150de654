"""Optimize on a real office with the real planner: pressed, watched, ticked, applied, taken back."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest

from fieldoffice.models.states import AppointmentState as S
from fieldoffice.office import Office
from fieldoffice.services.dispatch import moves
from fieldoffice.services.dispatch.board import board
from fieldoffice.services.planning.day import Scope
from fieldoffice.services.routing.worker import Worker
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.planning import OptimizePanel, attach
from fieldoffice.ui.planning.words import Line
from fieldoffice.ui.schedule.page import SchedulePage
from tests import make
from tests.make import TODAY, at
from tests.ui.planners import desk, optimize, panel, planner

__all__ = ["desk", "panel", "planner"]
K = Qt.Key


@pytest.fixture
def made(sqlite_office: Office) -> make.Made:
    """Ana and Bo with six visits: two stand far from best, four wait."""
    made = make.small(sqlite_office)
    jobs = [_job(sqlite_office, made, n) for n in range(6)]
    for n, (id, hour) in enumerate(zip(jobs[:2], (14, 9), strict=True)):
        sqlite_office.do(moves.place, id, version=1, provider_ids=((made.bo, made.ana)[n],), starts_at=at(hour))
    return made


def _job(office: Office, made: make.Made, n: int, **more: object) -> int:
    customer, place = make.customer(office, f"Customer {n}", n)
    return make.job(office, replace(made, customer=customer), location=place, **more).appointment_id


def settled(qtbot: Any, desk: Desk) -> None:
    qtbot.waitUntil(lambda: desk.background.waiting() == 0, timeout=10_000)


def spots(office: Office) -> dict[int, tuple[Any, ...]]:
    seen = office.see(board, TODAY)
    return {c.id: (c.state, c.starts_at, c.provider_ids) for c in (*seen.cards, *seen.tray)}


def lines(panel: OptimizePanel) -> list[tuple[int, Line]]:
    return [(n, row) for n, row in enumerate(panel.result.list.rows.rows) if isinstance(row, Line)]


def key(panel: OptimizePanel, *keys: K) -> None:
    for each in keys:
        QTest.keyClick(panel.result.list, each)


@pytest.mark.requirement("0.14")
def test_a_plan_is_found_ticked_applied_and_taken_back(qtbot: Any, panel: OptimizePanel, desk: Desk, sqlite_office: Office) -> None:
    before = spots(sqlite_office)
    optimize(qtbot, panel)
    assert spots(sqlite_office) == before
    proposal = panel.proposal
    assert proposal is not None
    assert sum(proposal.after.served.values()) == 6
    off, line = next((n, line) for n, line in lines(panel) if line.ticks)
    panel.result.list.setCurrentIndex(panel.result.list.rows.index(off))
    key(panel, K.Key_Space)
    wanted = {move.card.id: move for move in proposal.moves if move.visit_id != line.key}
    assert panel.result.ticked == {move.visit_id for move in wanted.values()}
    assert panel.calls["apply_plan"].text() == f"Apply {len(wanted)} of {len(proposal.moves)} changes"
    said: list[str] = []
    desk.toasted.connect(lambda notice: said.append(notice.words))
    panel.calls["apply_plan"].trigger()
    qtbot.waitUntil(lambda: panel.proposal is None, timeout=10_000)
    after = spots(sqlite_office)
    for id, move in wanted.items():
        assert after[id] == (S.SCHEDULED, proposal.day.moment(move.after[1]), (int(move.after[0]),))  # type: ignore[index]
    assert after[line.card_id] == before[line.card_id]
    assert said == [f"Plan applied: {len(wanted)} visits"]
    settled(qtbot, desk)
    assert {c.id: c.starts_at for c in panel.page.board.cards if c.id in wanted} == {id: after[id][1] for id in wanted}
    desk.undo()
    qtbot.waitUntil(lambda: spots(sqlite_office) == before, timeout=10_000)
    qtbot.waitUntil(lambda: "taken back" in panel.result.done.label.text(), timeout=5_000)
    desk.redo()
    qtbot.waitUntil(lambda: spots(sqlite_office) == after, timeout=10_000)


@pytest.mark.requirement("0.14")
def test_stopping_keeps_the_best_so_far(qtbot: Any, panel: OptimizePanel) -> None:
    panel.action.trigger()
    qtbot.waitUntil(panel.start.start.isEnabled, timeout=10_000)
    panel.start.seconds.setValue(120)
    panel.start.start.click()
    qtbot.waitUntil(lambda: panel.run.served.text() == "6 of 6 visits served", timeout=60_000)
    assert [work.words for work in panel.desk.works.running] == ["Optimizing " + panel.day.text()]
    began = time.monotonic()
    panel.run.cancel.click()
    qtbot.waitUntil(lambda: panel.proposal is not None, timeout=20_000)
    assert time.monotonic() - began < 10
    assert panel.proposal is not None
    assert panel.proposal.moves
    assert panel.desk.works.running == []


@pytest.mark.requirement("0.14")
def test_the_screen_stays_alive_during_a_search(qtbot: Any, panel: OptimizePanel, record_property: Any) -> None:
    """A heart that beats every 10 ms on the Qt thread; a starved machine gets another try."""
    longest = [_longest_gap(qtbot, panel)]
    while longest[-1] >= 0.2 and len(longest) < 3:
        panel.close_panel()
        longest.append(_longest_gap(qtbot, panel))
    record_property("longest_gap_ms", round(1000 * min(longest)))
    print(f"longest gap of the Qt thread: {', '.join(f'{1000 * gap:.0f} ms' for gap in longest)}")
    assert min(longest) < 0.2


def _longest_gap(qtbot: Any, panel: OptimizePanel) -> float:
    beats = [time.monotonic()]
    heart = QTimer(interval=10, timerType=Qt.TimerType.PreciseTimer)
    heart.timeout.connect(lambda: beats.append(time.monotonic()))
    heart.start()
    optimize(qtbot, panel, 2)
    heart.stop()
    return max(b - a for a, b in pairwise(beats))


@pytest.mark.requirement("0.14")
def test_what_another_desk_changed_is_said_left_and_listed(qtbot: Any, panel: OptimizePanel, desk: Desk, sqlite_office: Office) -> None:
    optimize(qtbot, panel)
    theirs = next(line for _, line in lines(panel) if line.ticks)
    version = make.card(sqlite_office, theirs.card_id).version
    sqlite_office.do(moves.lock, ((theirs.card_id, version),), True)
    qtbot.waitUntil(panel.result.changed.isVisible, timeout=5_000)
    assert panel.result.changed.label.text() == "The day changed since this plan was made."
    count = len(panel.result.ticked)
    panel.apply()
    qtbot.waitUntil(lambda: panel.proposal is None, timeout=10_000)
    assert panel.result.partly.label.text().startswith(f"Plan applied: {count - 1} visits. 1 visit was left alone")
    group, line = panel.result.list.rows.rows[:2]
    assert (group.words, line.card_id, line.reasons[0]) == ("Left alone", theirs.card_id, "Was changed since; it stays as it is.")
    assert make.card(sqlite_office, theirs.card_id).locked
    assert sum(state is S.SCHEDULED for state, _, _ in spots(sqlite_office).values()) >= 5
    settled(qtbot, desk)
    panel.result.partly.findChild(type(panel.beside.opener)).click()
    qtbot.waitUntil(lambda: panel.proposal is not None, timeout=60_000)
    assert not panel.result.partly.isVisible()


def test_a_day_that_cannot_be_better_says_so(qtbot: Any, panel: OptimizePanel, desk: Desk, sqlite_office: Office) -> None:
    optimize(qtbot, panel)
    panel.apply()
    qtbot.waitUntil(lambda: panel.proposal is None, timeout=10_000)
    settled(qtbot, desk)
    panel.begin()
    qtbot.waitUntil(lambda: panel.proposal is not None, timeout=60_000)
    assert panel.proposal is not None
    assert panel.proposal.moves == ()
    assert panel.result.empty.isVisible()
    assert panel.result.empty.sentence.text() == "This day is already the best that was found."
    assert not panel.result.foot.isVisible()
    seconds = panel.start.seconds.value()
    panel.result.empty.button.click()  # type: ignore[union-attr]
    assert panel.start.seconds.value() == 2 * seconds
    assert panel.search.running


def test_going_to_another_day_forgets_the_plan_and_ends_the_search(qtbot: Any, panel: OptimizePanel, sqlite_office: Office) -> None:
    scenes: list[object] = []
    panel.scene_changed.connect(scenes.append)
    before = spots(sqlite_office)
    optimize(qtbot, panel)
    qtbot.waitUntil(lambda: bool(scenes), timeout=5_000)
    panel.page.show_days(TODAY + timedelta(days=1), 1)
    assert panel.proposal is None
    assert scenes[-1] is None
    assert panel.stack.currentWidget() is panel.start
    panel.page.show_days(TODAY, 1)
    qtbot.waitUntil(panel.start.start.isEnabled, timeout=10_000)
    panel.start.seconds.setValue(120)
    panel.begin()
    qtbot.waitUntil(lambda: panel.run.served.text() != "", timeout=60_000)
    panel.close_panel()
    assert not panel.search.running
    assert not panel.isVisible()
    qtbot.waitUntil(lambda: not panel.search.worker.running, timeout=20_000)
    qtbot.wait(300)
    assert panel.proposal is None
    assert spots(sqlite_office) == before
    optimize(qtbot, panel)  # the next search begins as if nothing had been


def test_the_list_is_worked_with_the_keyboard_and_shows_its_card(qtbot: Any, panel: OptimizePanel, sqlite_office: Office) -> None:
    before = spots(sqlite_office)
    optimize(qtbot, panel)
    found, rows = panel.result.list, panel.result.list.rows
    assert found.hasFocus()
    pointed: list[int] = []
    panel.pointed.connect(pointed.append)
    key(panel, K.Key_Down)
    first = lines(panel)[0][1]
    assert pointed == [first.card_id]
    assert panel.page.selection == (first.card_id,)
    key(panel, K.Key_Right)
    assert rows.open == {first.key}
    key(panel, K.Key_Left)
    assert rows.open == set()
    key(panel, K.Key_Up, K.Key_Space)
    assert rows.data(rows.index(0), Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Unchecked
    rows.tick_all(False)
    assert not panel.calls["apply_plan"].isEnabled()
    rows.tick_all(True)
    assert len(panel.result.ticked) == len([line for _, line in lines(panel) if line.ticks])
    key(panel, K.Key_Down, K.Key_C, K.Key_D, K.Key_Delete, K.Key_Return)
    qtbot.wait(300)
    assert spots(sqlite_office) == before
    other = lines(panel)[1][1]
    panel.page.select([other.card_id])
    assert found.current_id() == other.card_id


def test_the_figures_follow_the_ticks(qtbot: Any, panel: OptimizePanel) -> None:
    optimize(qtbot, panel)
    panel.result.list.rows.tick_all(False)
    qtbot.waitUntil(lambda: {f.change for f in panel.result.table.shown} == {""}, timeout=5_000)
    panel.result.list.rows.tick_all(True)
    qtbot.waitUntil(lambda: panel.result.table.shown[0].after == "6 of 6", timeout=5_000)


def test_a_day_that_is_over_and_one_without_visits_offer_no_search(qtbot: Any, panel: OptimizePanel) -> None:
    panel.page.show_days(TODAY - timedelta(days=3), 1)
    panel.action.trigger()
    qtbot.waitUntil(lambda: "over" in panel.start.notes.text(), timeout=10_000)
    assert not panel.start.start.isEnabled()
    panel.page.show_days(TODAY + timedelta(days=8), 1)
    qtbot.waitUntil(lambda: "nothing to plan" in panel.start.notes.text(), timeout=10_000)
    assert not panel.start.start.isEnabled()


def test_the_scope_is_used_and_remembered(qtbot: Any, panel: OptimizePanel, desk: Desk) -> None:
    panel.action.trigger()
    _segment(panel, Scope.UNASSIGNED).click()
    qtbot.waitUntil(lambda: panel.start.facts.text() == "6 visits, 2 providers; 2 stay as they are.", timeout=10_000)
    optimize(qtbot, panel)
    assert panel.proposal is not None
    assert {move.kind for move in panel.proposal.moves} == {"served"}
    again = attach(SchedulePage(desk))
    assert again.start.scope is Scope.UNASSIGNED
    again.page.deleteLater()


def test_a_planner_that_dies_is_said_and_the_next_search_works(qtbot: Any, panel: OptimizePanel) -> None:
    own = panel.search.worker = Worker()
    panel.action.trigger()
    qtbot.waitUntil(panel.start.start.isEnabled, timeout=10_000)
    panel.start.seconds.setValue(120)
    panel.begin()
    qtbot.waitUntil(lambda: panel.run.served.text() != "", timeout=60_000)
    own._child.process.kill()  # type: ignore[union-attr]
    qtbot.waitUntil(panel.start.problem.isVisible, timeout=10_000)
    assert panel.start.problem.label.text() == "The planner stopped unexpectedly. Nothing was changed; press Optimize again."
    assert panel.desk.works.running == []
    panel.start.seconds.setValue(1)
    panel.begin()
    qtbot.waitUntil(lambda: panel.proposal is not None, timeout=60_000)
    own.close()


def test_enter_starts_and_escape_leaves(qtbot: Any, panel: OptimizePanel) -> None:
    panel.action.trigger()
    qtbot.waitUntil(lambda: panel.start.start.isEnabled() and panel.start.start.hasFocus(), timeout=10_000)
    assert panel.beside.opener.property("primary") is False
    QTest.keyClick(panel.start.scopes.findChildren(type(panel.start.scopes._buttons["all"]))[0], K.Key_Return)
    assert panel.search.running
    QTest.keyClick(panel.run.cancel, K.Key_Escape)
    assert not panel.search.running
    assert not panel.page.side.isVisible()
    assert panel.beside.opener.property("primary") is True


def _segment(panel: OptimizePanel, scope: Scope) -> Any:
    return panel.start.scopes._buttons[scope.value]



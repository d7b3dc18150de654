"""The schedule page on a desk that records: what is asked of which service, and what a person sees of the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QPushButton, QWidget

from fieldoffice.models.errors import NotAllowed, Refused
from fieldoffice.models.states import AppointmentState
from fieldoffice.services.availability import Conflict, Reason
from fieldoffice.services.dispatch import moves, progress
from fieldoffice.services.dispatch.online import shown_board as ask_board
from fieldoffice.services.dispatch.progress import Entry, Timeline
from fieldoffice.services.dispatch.rows import Card, Change
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.schedule.menu import visit_menu
from fieldoffice.ui.schedule.page import SchedulePage
from fieldoffice.ui.schedule.popover import AnywayPopover, WhenPopover
from tests.ui.boards import DAY, at, board, card, provider, usual
from tests.ui.front import to_front

S, K = AppointmentState, Qt.Key
ALT, SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier


class Recorder:
    """An office that keeps one board in memory and writes down what was asked of it."""

    def __init__(self) -> None:
        self.board = usual()
        self.asked: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []
        self.refusals: list[Refused] = []
        self.gate = Event()
        self.gate.set()
        self.boards_given = 0

    def seat(self, user_id: int | None) -> Any:
        return SimpleNamespace(see=self.see, done=self.done, done_as=lambda _op, *args, **kw: self.done(*args, **kw))

    def see(self, query: Callable[..., Any], *args: Any, **kw: Any) -> Any:
        if query is progress.timeline:
            return timeline(args[0])
        assert query is ask_board
        self.boards_given += 1
        return replace(self.board, first_on=args[0], days=args[1])

    def done(self, service: Callable[..., Any], *args: Any, **kw: Any) -> Any:
        self.gate.wait(5)
        self.asked.append((service.__name__, args, kw))
        if self.refusals:
            raise self.refusals.pop(0)
        return SimpleNamespace(value=self._answer(service, args, kw), topics=frozenset(), op_id="")

    def topics(self) -> dict[str, int]:
        return {}

    def listen(self, bell: Any, stop: Any) -> None:
        return None

    def card(self, id: int) -> Card:
        return next(c for c in (*self.board.cards, *self.board.tray) if c.id == id)

    def _answer(self, service: Callable[..., Any], args: tuple[Any, ...], kw: dict[str, Any]) -> Any:
        if service is progress.correct_time:
            return timeline(501)
        found = [replace(c, version=c.version + 1) for c in self._changed(service, args, kw)]
        ids = {c.id for c in found}
        kept = [c for c in (*self.board.cards, *self.board.tray) if c.id not in ids] + found
        placed, waits = (tuple(c for c in kept if bool(c.starts_at) is on) for on in (True, False))
        self.board = replace(self.board, cards=placed, tray=waits)
        return Change(tuple(found), (), ())

    def _changed(self, service: Callable[..., Any], args: tuple[Any, ...], kw: dict[str, Any]) -> list[Card]:
        if service is moves.place:
            now = self.card(args[0])
            assert kw["version"] == now.version
            return [replace(now, state=S.SCHEDULED, **{k: kw[k] for k in ("provider_ids", "starts_at", "duration_s")})]
        if service is moves.place_many:
            return [replace(self.card(i.id), provider_ids=i.provider_ids, starts_at=i.starts_at) for i in args[0]]
        if service is moves.unassign:
            return [replace(self.card(id), state=S.WAITING, starts_at=None, provider_ids=()) for id, _ in args[0]]
        if service is moves.lock:
            return [replace(self.card(id), locked=args[1]) for id, _ in args[0]]
        assert service is progress.move_on
        return [replace(self.card(args[0]), state=kw["to"])]


def timeline(job_id: int) -> Timeline:
    entries = (
        Entry(70, at(8), at(8), "Rosa", "visit.placed", "Given to Ada", 1),
        Entry(71, at(9, 30), at(9, 5), "Rosa", "visit.arrived", "Arrived", 1),
    )
    return Timeline(job_id, entries, (), {"travel": 900, "on site": 0, "working": 3600, "total": 4500})


@pytest.fixture
def office() -> Recorder:
    return Recorder()


@pytest.fixture
def desk(qtbot: Any, office: Recorder) -> Iterator[Desk]:
    made = Desk(office, user_id=7, known={}, every_ms=50)
    yield made
    office.gate.set()
    made.close()


@pytest.fixture
def page(qtbot: Any, desk: Desk, office: Recorder) -> Iterator[SchedulePage]:
    made = SchedulePage(desk)
    made.resize(1366, 640)
    qtbot.addWidget(made)
    made.show_days(DAY, 1)
    made.show()
    qtbot.waitUntil(made.ready)
    to_front(qtbot, made)
    made.view.canvas.setFocus()
    yield made
    made.view.canvas.cancel()


def shown(page: SchedulePage, id: int) -> Card:
    return next(c for c in (*page.board.cards, *page.board.tray) if c.id == id)


def said(desk: Desk) -> list[str]:
    words: list[str] = []
    desk.toasted.connect(lambda notice: words.append(notice.words))
    return words


def settle(qtbot: Any, desk: Desk) -> None:
    qtbot.waitUntil(lambda: desk.background.waiting() == 0)


def key(page: SchedulePage, which: Qt.Key, modifiers: Any = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(page.view.canvas, which, modifiers)


def test_a_move_shows_at_once_and_is_asked_for(page: SchedulePage, desk: Desk, office: Recorder, qtbot: Any) -> None:
    office.gate.clear()
    page.select([1])
    key(page, K.Key_Right, ALT)
    assert shown(page, 1).starts_at == at(9, 15)
    assert office.card(1).starts_at == at(9)
    office.gate.set()
    settle(qtbot, desk)
    assert office.asked == [
        (
            "place",
            (1,),
            {
                "version": 1,
                "provider_ids": (1,),
                "starts_at": at(9, 15),
                "duration_s": 3600,
                "override": "",
                "promise": False,
            },
        )
    ]
    assert (shown(page, 1).starts_at, shown(page, 1).version) == (at(9, 15), 2)


def test_quick_moves_of_one_card_carry_the_newest_version(
    page: SchedulePage, desk: Desk, office: Recorder, qtbot: Any
) -> None:
    office.gate.clear()
    page.select([1])
    for _ in range(4):
        key(page, K.Key_Right, ALT)
    assert shown(page, 1).starts_at == at(10)
    office.gate.set()
    settle(qtbot, desk)
    assert [(kw["version"], kw["starts_at"]) for _, _, kw in office.asked] == [(1, at(9, 15)), (2, at(10))]
    assert shown(page, 1).starts_at == at(10)


def test_a_refusal_slides_the_card_back_and_says_why(
    page: SchedulePage, desk: Desk, office: Recorder, qtbot: Any
) -> None:
    words = said(desk)
    office.refusals = [NotAllowed("Okafor was just changed by somebody else.")]
    page.select([1])
    key(page, K.Key_Down, ALT)
    assert shown(page, 1).provider_ids == (2,)
    settle(qtbot, desk)
    assert (shown(page, 1).provider_ids, shown(page, 1).starts_at) == ((1,), at(9))
    assert words == ["Okafor was just changed by somebody else."]
    qtbot.waitUntil(lambda: not page.view.canvas._slides)


def test_a_conflict_offers_to_book_anyway_with_a_reason(
    page: SchedulePage, desk: Desk, office: Recorder, qtbot: Any
) -> None:
    office.refusals = [Conflict((Reason("overlap", "Ben is at Nguyen 13:00–14:00"),), "Okafor")]
    page.select([1])
    key(page, K.Key_Down, ALT)
    settle(qtbot, desk)
    ask = page.asking.popover
    assert isinstance(ask, AnywayPopover)
    assert shown(page, 1).provider_ids == (1,)
    qtbot.keyClick(ask.reason, K.Key_Return)
    assert ask.problem.text() == "Please say why; the reason is kept with the visit."
    qtbot.keyClicks(ask.reason, "Customer insists")
    qtbot.keyClick(ask.reason, K.Key_Return)
    settle(qtbot, desk)
    assert [(name, kw["override"], kw["provider_ids"]) for name, _, kw in office.asked] == [
        ("place", "", (2,)),
        ("place", "Customer insists", (2,)),
    ]
    assert shown(page, 1).provider_ids == (2,)
    assert page.asking.popover is None


def test_a_customer_who_agreed_needs_no_reason(page: SchedulePage, desk: Desk, office: Recorder, qtbot: Any) -> None:
    office.refusals = [Conflict((Reason("window", "Promised until 09:00: 15 min late"),), "Okafor")]
    page.select([1])
    key(page, K.Key_Right, ALT)
    settle(qtbot, desk)
    ask = page.asking.popover
    assert isinstance(ask, AnywayPopover)
    ask.agreed.setChecked(True)
    ask.ok.click()
    settle(qtbot, desk)
    assert (office.asked[1][2]["promise"], office.asked[1][2]["override"]) == (True, "")


def test_escape_leaves_a_conflict_as_it_was(page: SchedulePage, desk: Desk, office: Recorder, qtbot: Any) -> None:
    office.refusals = [Conflict((Reason("overlap", "Ben is at Nguyen"),), "Okafor")]
    page.select([1])
    key(page, K.Key_Down, ALT)
    settle(qtbot, desk)
    assert isinstance(page.asking.popover, AnywayPopover)
    qtbot.keyClick(page.asking.popover.reason, K.Key_Escape)
    assert page.asking.popover is None
    assert len(office.asked) == 1


def test_the_keyboard_places_a_waiting_visit(page: SchedulePage, desk: Desk, office: Recorder, qtbot: Any) -> None:
    page.select([9])
    page.calls["assign"].trigger()
    carry = page.view.canvas.carry
    assert carry is not None
    assert carry.at == at(8)
    key(page, K.Key_Down)
    key(page, K.Key_Up)
    for _ in range(12):
        key(page, K.Key_Right)
    key(page, K.Key_Return)
    settle(qtbot, desk)
    ((name, args, kw),) = office.asked
    assert (name, args, kw["starts_at"]) == ("place", (9,), at(11))
    assert shown(page, 9).state is S.SCHEDULED


def test_arrows_walk_over_cards_and_describe_them(page: SchedulePage) -> None:
    canvas = page.view.canvas
    page.select([1])
    key(page, K.Key_Down)
    assert page.selection == (2,)
    assert "Nguyen, Leak search, scheduled" in canvas.accessibleDescription()
    assert "Ben" in canvas.accessibleDescription()
    key(page, K.Key_Up, SHIFT)
    assert set(page.selection) == {1, 2}
    key(page, K.Key_Escape)
    assert page.selection == ()
    QTest.keyClick(canvas, K.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert set(page.selection) == {1, 2}


def test_lock_unassign_and_open(page: SchedulePage, desk: Desk, office: Recorder, qtbot: Any) -> None:
    opened: list[Any] = []
    desk.opened.connect(lambda where, args: opened.append((where, args)))
    page.select([1])
    key(page, K.Key_Return)
    assert opened == [("job", {"job_id": 501})]
    key(page, K.Key_L)
    settle(qtbot, desk)
    assert shown(page, 1).locked
    words = said(desk)
    key(page, K.Key_Delete)
    assert words == ["Okafor is locked. Press L to unlock it first."]
    key(page, K.Key_L)
    settle(qtbot, desk)
    key(page, K.Key_Delete)
    settle(qtbot, desk)
    assert [(name, args) for name, args, _ in office.asked] == [
        ("lock", (((1, 1),), True)),
        ("lock", (((1, 2),), False)),
        ("unassign", (((1, 3),),)),
    ]
    assert [c.id for c in page.board.tray] == [8, 9, 1]


def test_a_step_is_asked_with_its_time(page: SchedulePage, desk: Desk, office: Recorder, qtbot: Any) -> None:
    page.select([1])
    key(page, K.Key_E)
    ask = page.asking.popover
    assert isinstance(ask, WhenPopover)
    qtbot.keyClick(ask.time, K.Key_Return)
    settle(qtbot, desk)
    assert office.asked[-1] == ("move_on", (1,), {"version": 1, "to": S.EN_ROUTE, "at": None, "reason": ""})
    assert shown(page, 1).state is S.EN_ROUTE
    key(page, K.Key_A)
    ask = page.asking.popover
    assert isinstance(ask, WhenPopover)
    ask.time.selectAll()
    qtbot.keyClicks(ask.time, "6:40")
    qtbot.keyClick(ask.time, K.Key_Return)
    settle(qtbot, desk)
    assert office.asked[-1] == ("move_on", (1,), {"version": 2, "to": S.ARRIVED, "at": at(6, 40), "reason": ""})


def test_not_done_wants_a_reason(page: SchedulePage, desk: Desk, office: Recorder, qtbot: Any) -> None:
    page.select([1])
    key(page, K.Key_X)
    ask = page.asking.popover
    assert isinstance(ask, WhenPopover)
    qtbot.keyClick(ask.reason, K.Key_Return)
    assert ask.problem.text() == "Please say why."
    qtbot.keyClicks(ask.reason, "Nobody at home")
    ask.ok.click()
    settle(qtbot, desk)
    assert office.asked[-1][2] == {"version": 1, "to": S.NOT_DONE, "at": None, "reason": "Nobody at home"}


def test_a_step_that_cannot_be_is_said(page: SchedulePage, desk: Desk) -> None:
    words = said(desk)
    page.select([1])
    page.steps.ask(S.COMPLETED)
    assert words == ["Okafor is scheduled and cannot become completed."]
    assert not page.calls["completed"].isEnabled()
    assert page.calls["en_route"].isEnabled()


def test_the_peek_shows_the_card_its_steps_and_its_timeline(
    page: SchedulePage, desk: Desk, office: Recorder, qtbot: Any
) -> None:
    page.select([1])
    assert page.peek.isVisible()
    assert page.peek.title.text() == "Okafor"
    expected = ["Cancel visit", "Dispatch", "En route", "Not done", "Open job", "Timeline"]
    qtbot.waitUntil(lambda: sorted(b.text() for b in page.peek.findChildren(QPushButton) if b.isVisible()) == expected)
    page.peek.timeline_button.click()
    qtbot.waitUntil(page.peek.timeline.isVisible)
    page.peek.correct_wanted.emit(timeline(501).entries[1])
    ask = page.asking.popover
    assert isinstance(ask, WhenPopover)
    ask.time.selectAll()
    qtbot.keyClicks(ask.time, "9:10")
    ask.ok.click()
    settle(qtbot, desk)
    assert office.asked == [("correct_time", (71,), {"at": at(9, 10)})]
    page.select([1, 2])
    assert not page.peek.isVisible()


def test_a_reload_waits_while_something_is_in_the_hand(
    page: SchedulePage, desk: Desk, office: Recorder, qtbot: Any
) -> None:
    given = office.boards_given
    assert page.view.bring(page.board.tray[:1])
    page.reload()
    settle(qtbot, desk)
    assert office.boards_given == given
    page.view.canvas.cancel()
    settle(qtbot, desk)
    assert office.boards_given == given + 1


def test_a_reload_does_not_take_back_what_is_under_way(
    page: SchedulePage, desk: Desk, office: Recorder, qtbot: Any
) -> None:
    office.gate.clear()
    page.select([1])
    key(page, K.Key_Right, ALT)
    given = office.boards_given
    page.reload()
    qtbot.waitUntil(lambda: office.boards_given == given + 1)
    qtbot.wait(30)
    assert shown(page, 1).starts_at == at(9, 15)
    assert page.selection == (1,)
    office.gate.set()
    settle(qtbot, desk)


def test_days_and_view_are_asked_for_and_remembered(
    page: SchedulePage, desk: Desk, office: Recorder, qtbot: Any
) -> None:
    page.calls["day_after"].trigger()
    settle(qtbot, desk)
    assert (page.board.first_on, page.board.days) == (DAY + timedelta(days=1), 1)
    page.calls["view_7"].trigger()
    settle(qtbot, desk)
    assert page.board.days == 7
    page.view.canvas.zoom(44)
    page.calls["compact_rows"].setChecked(True)
    page.view.set_tray(False)
    other = SchedulePage(desk)
    qtbot.addWidget(other)
    settle(qtbot, desk)
    assert (other.days, other.view.canvas.per_hour, other.view.canvas.lane) == (7, 44.0, page.view.canvas.lane)
    assert other.view.strip.isVisibleTo(other.view)


def test_the_first_day_is_the_offices_today(desk: Desk, office: Recorder, qtbot: Any) -> None:
    page = SchedulePage(desk)
    qtbot.addWidget(page)
    qtbot.waitUntil(lambda: page.ready() and page.first_on == DAY)


def test_a_day_without_visits_says_what_to_do(page: SchedulePage, desk: Desk, office: Recorder, qtbot: Any) -> None:
    office.board = board([provider(1)], [], usual().tray)
    page.reload()
    settle(qtbot, desk)
    assert page.hint.isVisible()
    assert page.hint.sentence.text() == "Nothing is planned. Drag a visit from the tray onto a provider."
    assert not page.hint.button.isVisible()
    page.calls["toggle_tray"].trigger()
    page.hint.button.click()
    assert page.view.tray.isVisible()
    assert not page.hint.button.isVisible()


def test_the_menu_offers_what_can_be_done(page: SchedulePage) -> None:
    page.select([1])
    menu = visit_menu(page)
    words = [action.text() for action in menu.actions() if action.text()]
    assert words == [
        "Open job",
        "Customer",
        "Timeline",
        "Assign to…",
        "Lock",
        "Unassign",
        "Give to",
        "Add helper",
        "Dispatch",
        "En route",
        "Not done",
        "Cancel visit",
    ]
    menu.deleteLater()


def test_a_helper_is_added_from_the_menu(page: SchedulePage, desk: Desk, office: Recorder, qtbot: Any) -> None:
    page.select([1])
    page.visits.set_team(shown(page, 1), (1, 3))
    settle(qtbot, desk)
    assert office.asked[0][2]["provider_ids"] == (1, 3)
    assert len(page.view.canvas.layout_.boxes[1]) == 2


def test_selection_ties_both_ways(page: SchedulePage, qtbot: Any) -> None:
    told: list[tuple[int, ...]] = []
    page.selection_changed.connect(told.append)
    page.select([2], center=True)
    assert told == [(2,)]
    assert page.view.canvas.look.focus == 2
    assert page.selection == (2,)


def test_every_icon_button_has_a_name(page: SchedulePage) -> None:
    found = [b for b in page.findChildren(QAbstractButton) if not isinstance(b.parent(), QLineEdit)]
    assert len(found) > 12
    assert [b for b in found if not (b.text() or b.accessibleName())] == []


def test_letters_in_the_search_field_stay_letters(page: SchedulePage, office: Recorder, qtbot: Any) -> None:
    page.select([1])
    page.view.tray.search.setFocus()
    qtbot.keyClicks(page.view.tray.search, "please")
    qtbot.keyClick(page.view.tray.search, K.Key_Return)
    assert page.view.tray.search.text() == "please"
    assert page.asking.popover is None
    assert office.asked == []


def test_a_popover_keeps_inside_the_page(page: SchedulePage, qtbot: Any) -> None:
    page.select([2])
    page.steps.ask(S.NOT_DONE)
    assert page.asking.popover is not None
    assert page.rect().contains(page.asking.popover.geometry())
    assert page.asking.popover.mapTo(page, QPoint(0, 0)).y() >= 0
    page.asking.popover.close_it()


def test_a_visit_of_a_past_day_offers_its_planned_time(
    page: SchedulePage, desk: Desk, office: Recorder, qtbot: Any
) -> None:
    office.board = board(
        [provider(1)], [card(1, start=at(9), provider_ids=(1,), state=S.WORKING)], now=at(9) + timedelta(days=2)
    )
    page.reload()
    settle(qtbot, desk)
    page.select([1])
    page.steps.ask(S.COMPLETED)
    assert isinstance(page.asking.popover, WhenPopover)
    page.asking.popover.ok.click()
    settle(qtbot, desk)
    assert office.asked[-1][2]["at"] == at(10)


def test_the_now_line_moves_on_without_the_database(page: SchedulePage, office: Recorder) -> None:
    given, before = office.boards_given, page.board.now
    page._told_at -= timedelta(minutes=5)
    page.clock.timeout.emit()
    assert timedelta(minutes=5) <= page.board.now - before < timedelta(minutes=6)
    assert office.boards_given == given


def test_a_slash_goes_to_the_search_and_enter_walks_through_what_it_found(page: SchedulePage, qtbot: Any) -> None:
    key(page, K.Key_Slash)
    assert page.bar.search.hasFocus()
    qtbot.keyClicks(page.bar.search, "leak")
    found = []
    for _ in range(3):
        qtbot.keyClick(page.bar.search, K.Key_Return)
        found.append(page.selection)
    assert found == [(1,), (2,), (1,)]


def test_other_parts_find_their_room(page: SchedulePage) -> None:
    panel, button = QWidget(), QPushButton("Optimize")
    page.show_side(panel)
    page.tools.addWidget(button)
    assert page.side.currentWidget() is panel
    assert page.side.isVisible()
    assert button.parent() is page.bar
    page.show_side(None)
    assert not page.side.isVisible()
    page.map_area.addWidget(QWidget())
    assert page.map_area.count() == 2


def test_routes_color_the_edges_of_the_cards(page: SchedulePage) -> None:
    canvas, pink = page.view.canvas, QColor("#ff00aa")
    box = canvas.layout_.boxes[1][0]
    canvas.set_edges({1: pink})
    rect = canvas.viewport_rect(box)
    seen = canvas.viewport().grab().toImage().pixelColor(rect.left() + 2, rect.center().y())
    assert seen == pink

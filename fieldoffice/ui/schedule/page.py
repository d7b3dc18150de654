"""The dispatch board page: days, board, tray and peek, wired to the services through the desk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from fieldoffice.services.dispatch.online import shown_board as ask_board
from fieldoffice.services.dispatch.rows import Board
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.schedule.asking import Asking
from fieldoffice.ui.schedule.bar import Bar
from fieldoffice.ui.schedule.deeds import Deeds
from fieldoffice.ui.schedule.hint import Hint
from fieldoffice.ui.schedule.looking import bind, next_found, options, search
from fieldoffice.ui.schedule.menu import visit_menu
from fieldoffice.ui.schedule.peek import Peek
from fieldoffice.ui.schedule.remembered import Remembered
from fieldoffice.ui.schedule.steps import Steps
from fieldoffice.ui.schedule.view import BoardView
from fieldoffice.ui.schedule.visits import Visits

MINUTE_MS = 60_000
TOPICS = frozenset({"appointment", "assignment", "job", "provider", "provider_skill", "absence", "shift", "shift_break", "shift_exception",
                    "holiday", "setting", "travel_time"})


class SchedulePage(QWidget):
    """`board` is what is shown, with changes under way; `tools`, `side` and `map_area` are room for other parts."""

    selection_changed = Signal(tuple)  # appointment ids
    board_changed = Signal(object)  # Board
    days_changed = Signal(object, int)  # first day, how many

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.kept = Remembered(desk.memory)
        self.first_on, self.days = date.today(), self.kept.days()
        self.arrived, self.stale, self._told_at = False, False, datetime.now(UTC)
        blank = Board(self.first_on, self.days, "UTC", datetime.now(UTC), (), (), ())
        self.deeds, self.view, self.peek = Deeds(self, blank), BoardView(desk.theme, blank), Peek()
        self.asking, self.steps, self.visits = Asking(self), Steps(self), Visits(self)
        self.calls = bind(self)
        self.bar = Bar(self.calls, options(self))
        self.tools = self.bar.tools
        self.clock = QTimer(self, interval=MINUTE_MS)
        self.side, self.map_area = QStackedWidget(), QSplitter(Qt.Orientation.Vertical)
        self._arrange()
        self._connect()
        self.kept.restore(self)
        desk.live.watch(self, TOPICS, self.reload)
        self.show_days(self.first_on, self.days)

    # what other parts of the program use

    @property
    def board(self) -> Board:
        """The board as shown, with changes under way."""
        return self.view.board

    @property
    def selection(self) -> tuple[int, ...]:
        return tuple(card.id for card in self.view.selected())

    def select(self, ids: Iterable[int], *, center: bool = False) -> None:
        """Select visits on the board and in the tray."""
        self.view.select(ids, center=center)

    def show_side(self, panel: QWidget | None) -> None:
        """Show a panel at the right of the page; None closes it."""
        if panel is not None:
            if self.side.indexOf(panel) < 0:
                self.side.addWidget(panel)
            self.side.setCurrentWidget(panel)
        self.side.setVisible(panel is not None)

    def now(self) -> datetime:
        """The office's present moment."""
        return self.board.now + (datetime.now(UTC) - self._told_at)

    def name_of(self, provider_id: int) -> str:
        return next((row.name for row in self.board.providers if row.id == provider_id), "")

    # what the window asks for

    def head(self) -> Sequence[QAction | QWidget]:
        """The line of days and tools stands beside the page's title."""
        self.layout_.removeWidget(self.bar)
        self.layout_.setContentsMargins(0, 0, 0, 0)
        return [self.bar]

    def open(self, on: str | date | None = None, select: Iterable[int] = (), **_: Any) -> None:
        """Show a day, and visits on it in the middle of the board."""
        if on is not None:
            self.show_days(date.fromisoformat(on) if isinstance(on, str) else on, self.days)
        self._wanted = tuple(select)
        if self._wanted:
            self.select(self._wanted, center=True)

    def ready(self) -> bool:
        return self.arrived

    def refresh(self) -> None:
        self.reload()

    def find(self) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        self.bar.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.bar.search.selectAll()

    # days

    def show_days(self, first_on: date, days: int) -> None:
        """Go to other days, or show more or fewer."""
        self.first_on, self.days = first_on, days
        self.arrived = False
        self.bar.show_days(first_on, days, self.today())
        for n in (1, 3, 7):
            self.calls[f"view_{n}"].setChecked(n == days)
        self.kept.keep("days", days)
        self.view.canvas.per_hour = self.kept.zoom(days)
        self.days_changed.emit(first_on, days)
        self.reload()

    def reload(self) -> None:
        """Ask for the board anew; while something is in the hand it waits."""
        if self.view.canvas.carry is not None:
            self.stale = True
            return
        self.desk.see(self, ask_board, self.first_on, self.days, then=self._arrived)

    def _arrived(self, board: Board) -> None:
        if (board.first_on, board.days) != (self.first_on, self.days):
            return
        if self.view.canvas.carry is not None:
            self.stale = True
            return
        first, self.arrived = not self.arrived, True
        if self.deeds.base.zone != board.zone:
            self._correct_today(board)
        self._told_at = datetime.now(UTC)
        self.deeds.arrived(board)
        self.show_cards(sliding=False)
        self.bar.show_days(self.first_on, self.days, self.today())
        if first and self._wanted:
            self.select(self._wanted, center=True)
            self._wanted = ()

    def _correct_today(self, board: Board) -> None:
        """Before the first answer the office's zone is not known: its day may be another one than this machine's."""
        first, self._zone_known = not self._zone_known, True
        today = board.now.astimezone(self.view.canvas.look.zone if not first else _zone(board)).date()
        if first and self.first_on == date.today() != today:
            self.show_days(today, self.days)

    def today(self) -> date:
        """The office's day."""
        board = self.deeds.base
        return board.now.astimezone(_zone(board)).date()

    # showing

    def show_cards(self, *, sliding: bool) -> None:
        """Show the board with what is expected of the changes under way; `sliding` lets cards glide back."""
        if self.view.canvas.carry is not None:
            self.stale = True
            return
        before = self.view.canvas.places()
        self.view.show_board(self.deeds.board)
        if sliding:
            self.view.canvas.slide_from(before)
        self._show_peek()
        self._show_hint()
        self.board_changed.emit(self.board)

    def _minute_passed(self) -> None:
        """The now-line moves on, and visits become late, without asking the database."""
        if self.arrived and self.isVisible() and self.view.canvas.carry is None:
            self.deeds.base, self._told_at = replace(self.deeds.base, now=self.now()), datetime.now(UTC)
            self.show_cards(sliding=False)

    def _show_peek(self, _ids: object = None) -> None:
        cards = self.view.selected()
        self.peek.setVisible(len(cards) == 1)
        if len(cards) == 1:
            self.peek.show_card(cards[0], self.view.canvas.team(cards[0]), self.view.canvas.look.zone)
        self.visits.show_enabled(cards)

    def _show_hint(self) -> None:
        """A day without visits says what to do."""
        board, words = self.board, ""
        if self.arrived and board.providers and not board.cards:
            waits = self.tr("Nothing is planned. Drag a visit from the tray onto a provider.")
            words = waits if board.tray else self.tr("Nothing is planned and nothing waits.")
        self.hint.say(words, offering=bool(board.tray) and self.view.column.isHidden())

    # building

    def _arrange(self) -> None:
        self._wanted: tuple[int, ...] = ()
        self._zone_known = False
        self.hint = Hint(
            self.view.canvas, "event_available", self.tr("Show the tray"), lambda: self.view.set_tray(True)
        )
        self.view.tray_toggled.connect(lambda _shown: self._show_hint())
        self.view.column.addWidget(self.peek)
        self.view.column.setStretchFactor(0, 2)
        self.view.column.setStretchFactor(1, 3)
        self.view.column.setSizes([260, 420])
        self.peek.hide()
        self.map_area.addWidget(self.view)
        self.map_area.setChildrenCollapsible(False)
        self.side.hide()
        self.setFocusProxy(self.view.canvas)
        self.across = QHBoxLayout()
        self.across.setSpacing(0)
        self.across.addWidget(self.map_area, 1)
        self.across.addWidget(self.side)
        self.layout_ = QVBoxLayout(self)
        self.layout_.setContentsMargins(0, 8, 0, 0)
        self.layout_.setSpacing(8)
        self.layout_.addWidget(self.bar)
        self.layout_.addLayout(self.across, 1)

    def _connect(self) -> None:
        view, bar = self.view, self.bar
        view.selection_changed.connect(self._show_peek)
        view.selection_changed.connect(self.selection_changed)
        view.moved.connect(self.deeds.place)
        view.unassigned.connect(self.deeds.unassign)
        view.opened.connect(self.visits.open_job)
        view.noted.connect(lambda words: self.desk.toast(words, kind="warn"))
        view.menu_wanted.connect(lambda spot: visit_menu(self).popup(spot))
        view.canvas.find_wanted.connect(self.find)
        view.canvas.carry_changed.connect(self._hand_changed)
        bar.day_chosen.connect(lambda on: self.show_days(on, self.days))
        bar.view_chosen.connect(lambda days: self.show_days(self.first_on, days))
        bar.search.searched.connect(lambda text: search(self, text))
        bar.search.returnPressed.connect(lambda: next_found(self))
        self.peek.step_wanted.connect(self.steps.ask)
        self.peek.open_wanted.connect(self.visits.open_job)
        self.peek.timeline_wanted.connect(self.steps.ask_timeline)
        self.peek.correct_wanted.connect(self.steps.ask_correction)
        self.peek.closed.connect(lambda: self.select(()))
        self.clock.timeout.connect(self._minute_passed)
        self.clock.start()
        self.kept.watch(self)

    def _hand_changed(self, carry: object) -> None:
        if carry is None and self.stale:
            self.stale = False
            self.reload()


def _zone(board: Board) -> ZoneInfo:
    return ZoneInfo(board.zone)

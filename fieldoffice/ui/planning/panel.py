"""Optimize: the panel beside the board, from the wish through the search to the applied plan."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from fieldoffice.services.dispatch.rows import Board, Change
from fieldoffice.services.planning.apply import apply_plan
from fieldoffice.services.planning.day import DayPlan, Scope, plan_day
from fieldoffice.services.planning.proposal import Proposal
from fieldoffice.ui import actions
from fieldoffice.ui.actions import ACTIONS
from fieldoffice.ui.parts.buttons import IconButton
from fieldoffice.ui.parts.labels import ElidedLabel, PlainLabel, hairline
from fieldoffice.ui.planning.beside import Beside
from fieldoffice.ui.planning.result import ResultView
from fieldoffice.ui.planning.running import RunView
from fieldoffice.ui.planning.scene import Sign, scene_of, signature
from fieldoffice.ui.planning.search import Search
from fieldoffice.ui.planning.start import StartView
from fieldoffice.ui.planning.words import counted
from fieldoffice.ui.schedule.remembered import PAGE
from fieldoffice.ui.schedule.words import short_day

if TYPE_CHECKING:
    from fieldoffice.ui.schedule.page import SchedulePage
    from fieldoffice.ui.works import Work

NARROW, WIDE = 400, 460
IDLE_MS, TICK_MS, BOARD_MS = 2000, 120, 300
TOLD = 2
"""So many refusals stand in the toast; the list has them all."""
CHANGED = "The day changed since this plan was made."
ON_VISITS = frozenset(keys for action in ACTIONS if action.context in ("visit", "job") for keys in action.shortcuts)


def attach(page: SchedulePage) -> OptimizePanel:
    """Put Optimize on a schedule page: the button among its tools, the panel at its side when asked for."""
    return OptimizePanel(page)


class OptimizePanel(QFrame):
    """`scene_changed(MapScene)` shows the plan on a map, None gives the map back; `pointed(id)` follows the list."""

    scene_changed = Signal(object)
    pointed = Signal(int)

    def __init__(self, page: SchedulePage) -> None:
        super().__init__()
        self.page, self.desk = page, page.desk
        self.setObjectName("side_panel")
        self.setMinimumWidth(NARROW)
        self.setMaximumWidth(WIDE)
        self.setAccessibleName(self.tr("Optimize"))
        self.proposal: Proposal | None = None
        self._on: date | None = None
        self._sign: Sign = frozenset()
        self._work: Work | None = None
        self._applying, self._step = False, 0
        self.action = actions.bind(page, {"optimize": self.open})["optimize"]
        self.calls = actions.bind(
            self, {"apply_plan": self.apply, "discard_plan": self.close_panel, "close_panel": self.close_panel}
        )
        self.beside, self.search = Beside(page, self.action), Search(self.desk, self)
        self.start, self.run, self.result = StartView(), RunView(), ResultView(self.calls)
        self._arrange()
        self._connect()
        page.side.addWidget(self)

    # opening and leaving

    def open(self) -> None:
        """Show the panel at what it was doing; a fresh one reads the day."""
        fresh = self.isHidden() or not self.page.side.isVisible() or self.page.side.currentWidget() is not self
        self.beside.show(self)
        if fresh and not self.search.running and self.proposal is None:
            self._ask_first()
        self._focus()

    def close_panel(self) -> None:
        """Leave the board as it is: a running search ends, a plan is forgotten; nothing was written."""
        self._forget()
        self.stack.setCurrentWidget(self.start)
        self.beside.hide()
        self.page.view.canvas.setFocus()

    # asking

    def read_day(self) -> None:
        """Look at the day, to say what a search would look at."""
        self.desk.see(self, plan_day, self.page.first_on, self.start.scope, then=self._day_came, otherwise=self._day_refused)

    def begin(self) -> None:
        """Search this day with what the first view says; a plan that was shown is forgotten."""
        self._forget()
        self._name_day()
        seconds = self.start.seconds.value()
        self.run.begin(seconds)
        self._show(self.run)
        self._work = self.desk.work(f"Optimizing {short_day(self.page.first_on)}", self.search.cancel)
        self.search.start(self.page.first_on, self.start.scope, seconds)

    def search_longer(self) -> None:
        """Twice as long as the last time."""
        self.start.seconds.setValue(2 * self.start.seconds.value())
        self.begin()

    def apply(self) -> None:
        """Write the ticked moves as one action."""
        proposal, ticked = self.proposal, self.result.ticked
        if proposal is None or not ticked or self._applying:
            return
        self._applying = True
        self.calls["apply_plan"].setEnabled(False)
        self.desk.do(self, apply_plan, proposal, ticked, then=lambda change: self._applied(proposal, ticked, change),
                     otherwise=self._apply_refused, broken=self._apply_ended)  # fmt: skip

    # answers

    def _day_came(self, day: DayPlan) -> None:
        if day.on != self.page.first_on or day.scope is not self.start.scope:
            return
        held = self.focusWidget() is not None and self.isAncestorOf(self.focusWidget())
        self.start.show_day(day, over=day.on < self.page.today())
        if held and self.stack.currentWidget() is self.start and not self.start.scopes.isAncestorOf(self.focusWidget()):
            self._focus()

    def _day_refused(self, error: Any) -> None:
        self.start.show_problem(str(error))

    def _stage(self, words: str) -> None:
        self.run.show_stage(words)
        wish = self.search.wish
        if wish is not None and wish.day is not None:
            self.run.show_wanted(len({card.id for card in wish.day.cards.values() if card.id}))
        if self.search.explaining:
            self.run.finish()
        if not words:
            self._end_work()
            if self.stack.currentWidget() is self.run:
                self._ask_first()
        elif self._work is not None:
            self._work.report(detail=words.lower())

    def _progressed(self, told: Any) -> None:
        self.run.show_progress(told)
        if self._work is not None:
            self._work.report(min(1.0, told.elapsed_s / self.run.seconds), self.run.served.text())

    def _found(self, proposal: Proposal) -> None:
        self.proposal, self._sign = proposal, signature(self.page.board, proposal.day)
        self.result.show_proposal(proposal, {str(row.id): row.name for row in proposal.day.providers})
        self._show(self.result)
        self._weigh()

    def _refused(self, words: str) -> None:
        self._end_work()
        self._ask_first()
        self.start.show_problem(words)

    def _weigh(self) -> None:
        """What the ticked moves alone come to, in figures and on the map."""
        proposal, ticked = self.proposal, self.result.ticked
        if proposal is not None:
            self.desk.background.ask(
                self, lambda: (proposal, proposal.picked(ticked), scene_of(proposal, ticked)), self._weighed, series=id(self)
            )

    def _weighed(self, made: Any) -> None:
        proposal, figures, scene = made
        if proposal is self.proposal:
            self.result.show_after(figures)
            self.scene_changed.emit(scene)

    def _applied(self, proposal: Proposal, ticked: frozenset[str], change: Change) -> None:
        self._apply_ended()
        label = self.tr("Plan applied: %1").replace("%1", counted(len(change.after), "visit", "visits"))
        step = self.desk.undo_stack.push(label, change)
        self._step = step.number if step else 0
        self.desk.toast("\n".join((label, *change.warnings, *_few(change))), kind="warn" if change.refused else "plain",
                        undo=None if step is None else lambda: self.desk.undo(step))  # fmt: skip
        if self.proposal is proposal:
            done = frozenset(str(placement.id) for placement in change.after)
            self.result.settle(done, {str(id): words for id, words in change.refused})
            self.desk.background.ask(self, lambda: (proposal, proposal.picked(done)), self._counted, series=id(self))
            self._drop_plan()
            self._focus()

    def _counted(self, made: Any) -> None:
        """What was really written, in figures."""
        proposal, figures = made
        if proposal is self.result.proposal:
            self.result.show_after(figures)

    def _apply_refused(self, error: Any) -> None:
        self._apply_ended()
        self.desk.refuse(error)

    def _apply_ended(self) -> None:
        self._applying = False
        self.calls["apply_plan"].setEnabled(True)

    def _undone(self, way: str, step: Any, _change: Change) -> None:
        if step.number == self._step and self.stack.currentWidget() is self.result and self.proposal is None:
            self.result.taken_back(undone=way == "undo")

    # what happens around

    def _board_changed(self, board: Board) -> None:
        if self.proposal is not None and board.first_on == self._on and signature(board, self.proposal.day) != self._sign:
            self.result.changed.show_words(self.tr(CHANGED))
        elif self.isVisible() and self.stack.currentWidget() is self.start:
            self._again.start()

    def _days_changed(self, first_on: date, _days: int) -> None:
        if first_on != self._on and self._on is not None:
            self._forget()
            self.stack.setCurrentWidget(self.start)
            if self.isVisible():
                self._ask_first()

    def _point(self, card_id: int) -> None:
        if card_id:
            self.page.select([card_id], center=self.result.list.hasFocus())
        self.pointed.emit(card_id)

    def _selected(self, ids: tuple[int, ...]) -> None:
        if len(ids) == 1 and self.proposal is not None:
            self.result.list.show_card(ids[0])

    def _scope_changed(self) -> None:
        self.page.kept.keep("optimize_scope", self.start.scope.value)
        self.read_day()

    def _shown_first(self) -> None:
        if self.page.isVisible():
            self.search.warm()

    # inside

    def _ask_first(self) -> None:
        self._name_day()
        self.start.show_waiting()
        self._show(self.start)
        self.read_day()

    def _name_day(self) -> None:
        self._on = self.page.first_on
        self.day.setText(short_day(self._on))

    def _forget(self) -> None:
        """A running search ends, a plan is dropped; the board was never touched."""
        self.search.give_up()
        self._end_work()
        self._drop_plan()

    def _drop_plan(self) -> None:
        if self.proposal is not None:
            self.proposal = None
            self.scene_changed.emit(None)

    def _end_work(self) -> None:
        if self._work is not None:
            self._work.end()
            self._work = None

    def _show(self, view: QWidget) -> None:
        held = self.isAncestorOf(self.focusWidget() or self.page)
        self.stack.setCurrentWidget(view)
        if held or view is not self.start:
            self._focus()

    def _focus(self) -> None:
        view = self.stack.currentWidget()
        if view is self.run:
            self.run.cancel.setFocus()
        elif view is self.result:
            self.result.take_focus()
        else:
            (self.start.start if self.start.start.isEnabled() else self.start.seconds).setFocus()

    def sizeHint(self) -> QSize:
        return QSize(NARROW if self.page.width() < 1300 else 440, super().sizeHint().height())

    def event(self, event: QEvent) -> bool:
        """While the keyboard is here, letters and Enter are not meant for the card that is shown on the board."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and QKeySequence(event.keyCombination()).toString() in ON_VISITS
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.stack.currentWidget() is self.start:
            self.start.start.click()
            return
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and watched is self.page:
            self._idle.start()
        return False

    # building

    def _arrange(self) -> None:
        self.day = PlainLabel("", "muted")
        self.stack = QStackedWidget()
        for view in (self.start, self.run, self.result):
            self.stack.addWidget(view)
        head = QWidget()
        head.setFixedHeight(48)
        row = QHBoxLayout(head)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(8)
        row.addWidget(ElidedLabel(self.tr("Optimize"), "section"), 1)
        row.addWidget(self.day)
        row.addWidget(IconButton("close", self.tr("Close (Esc)"), self.close_panel))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        for part in (head, hairline()):
            box.addWidget(part)
        box.addWidget(self.stack, 1)

    def _connect(self) -> None:
        self._idle, self._ticking, self._again = (QTimer(self, interval=ms, singleShot=True) for ms in (IDLE_MS, TICK_MS, BOARD_MS))
        self._idle.timeout.connect(self._shown_first)
        self._ticking.timeout.connect(self._weigh)
        self._again.timeout.connect(self.read_day)
        kept = self.page.kept.memory.get(PAGE, "optimize_scope", Scope.ALL.value)
        self.start.set_scope(Scope(kept) if kept in list(Scope) else Scope.ALL)
        self.start.started.connect(self.begin)
        self.start.scope_changed.connect(self._scope_changed)
        self.run.canceled.connect(self.search.cancel)
        self.result.again.connect(self.begin)
        self.result.longer.connect(self.search_longer)
        self.result.ticked_changed.connect(self._ticking.start)
        self.result.list.pointed.connect(self._point)
        for signal, slot in ((self.search.stage, self._stage), (self.search.progressed, self._progressed),
                             (self.search.found, self._found), (self.search.refused, self._refused)):  # fmt: skip
            signal.connect(slot)
        self.page.board_changed.connect(self._board_changed)
        self.page.days_changed.connect(self._days_changed)
        self.page.selection_changed.connect(self._selected)
        self.desk.undo_stack.ended.connect(self._undone)
        self.page.installEventFilter(self)


def _few(change: Change) -> tuple[str, ...]:
    words = [why for _, why in change.refused]
    return (*words[:TOLD], f"… and {len(words) - TOLD} more") if len(words) > TOLD else tuple(words)

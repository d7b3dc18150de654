"""Optimize: the panel beside the board, from the wish through the search to the applied plan.

The panel holds the views and decides which one is seen; `asking`, `applying` and `trying` carry out what they ask for.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from fieldoffice.services.planning.day import Scope
from fieldoffice.services.planning.proposal import Proposal
from fieldoffice.ui import actions
from fieldoffice.ui.actions import ACTIONS
from fieldoffice.ui.parts.buttons import IconButton
from fieldoffice.ui.parts.labels import ElidedLabel, PlainLabel, hairline
from fieldoffice.ui.planning.applying import Applying
from fieldoffice.ui.planning.asking import Asking
from fieldoffice.ui.planning.beside import Beside
from fieldoffice.ui.planning.result import ResultView
from fieldoffice.ui.planning.running import RunView
from fieldoffice.ui.planning.search import Search
from fieldoffice.ui.planning.start import StartView
from fieldoffice.ui.planning.trying import Trying
from fieldoffice.ui.planning.weights import WeightsView
from fieldoffice.ui.planning.whatif import WhatIfView
from fieldoffice.ui.schedule.remembered import PAGE
from fieldoffice.ui.schedule.words import short_day

if TYPE_CHECKING:
    from fieldoffice.ui.schedule.page import SchedulePage

NARROW, WIDE = 400, 460
IDLE_MS = 2000
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
        self.on: date | None = None
        self.action = actions.bind(page, {"optimize": self.open})["optimize"]
        self.calls = actions.bind(
            self, {"apply_plan": self.apply, "discard_plan": self.close_panel, "close_panel": self.close_panel}
        )
        self.beside, self.search = Beside(page, self.action), Search(self.desk, self)
        self.start, self.run, self.result = StartView(), RunView(), ResultView(self.calls)
        self.weights, self.what_if = WeightsView(), WhatIfView()
        self._arrange()
        self.asking, self.applying, self.trying = Asking(self), Applying(self), Trying(self)
        self._connect()
        page.side.addWidget(self)

    # opening and leaving

    def open(self) -> None:
        """Show the panel at what it was doing; a fresh one reads the day."""
        fresh = self.isHidden() or not self.page.side.isVisible() or self.page.side.currentWidget() is not self
        self.beside.show(self)
        if fresh and not self.search.running and self.proposal is None:
            self.ask_first()
        self.focus_view()

    def close_panel(self) -> None:
        """Leave the board as it is: a running search ends, a plan is forgotten; nothing was written."""
        self.forget()
        self.stack.setCurrentWidget(self.start)
        self.beside.hide()
        self.page.view.canvas.setFocus()

    def begin(self) -> None:
        """Search this day with what the first view says."""
        self.asking.begin()

    def apply(self) -> None:
        """Write the ticked moves as one action."""
        self.applying.apply()

    # what is seen

    def ask_first(self) -> None:
        """The first view, with the day read anew; scenarios that were planned lead back to theirs."""
        self.name_day()
        self.start.show_waiting()
        self.show_view(self.start)
        self.asking.read_day()

    def name_day(self) -> None:
        """Say which day this is about."""
        self.on = self.page.first_on
        self.day.setText(short_day(self.on))

    def forget(self) -> None:
        """A running search ends, a plan is dropped; the board was never touched."""
        self.trying.stop()
        self.asking.give_up()
        self.drop_plan()

    def drop_plan(self) -> None:
        """The plan is no longer shown on board and map."""
        if self.proposal is not None:
            self.proposal = None
            self.scene_changed.emit(None)

    def show_view(self, view: QWidget) -> None:
        """Show one of the views; the keyboard goes along when it was here."""
        held = self.isAncestorOf(self.focusWidget() or self.page)
        self.stack.setCurrentWidget(self._frames.get(view, view))
        if held or view is not self.start:
            self.focus_view()

    def focus_view(self) -> None:
        """Put the keyboard where it is of use in the view that is seen."""
        view = self.stack.currentWidget()
        if view is self.run:
            self.run.cancel.setFocus()
        elif view is self.result:
            self.result.take_focus()
        elif view is self._frames[self.weights]:
            next(iter(self.weights.fields.values())).setFocus()
        elif view is self._frames[self.what_if]:
            (self.what_if.compare if self.what_if.compare.isEnabled() else self.what_if.kind).setFocus()
        else:
            (self.start.start if self.start.start.isEnabled() else self.start.seconds).setFocus()

    # what happens around

    def _days_changed(self, first_on: date, _days: int) -> None:
        if first_on != self.on and self.on is not None:
            self.forget()
            self.what_if.forget()
            self.stack.setCurrentWidget(self.start)
            if self.isVisible():
                self.ask_first()

    def _point(self, card_id: int) -> None:
        if card_id:
            self.page.select([card_id], center=self.result.list.hasFocus())
        self.pointed.emit(card_id)

    def _selected(self, ids: tuple[int, ...]) -> None:
        if len(ids) == 1 and self.proposal is not None:
            self.result.list.show_card(ids[0])

    def _scope_changed(self) -> None:
        self.page.kept.keep("optimize_scope", self.start.scope.value)
        self.what_if.forget()
        self.asking.read_day()

    def _shown_first(self) -> None:
        if self.page.isVisible():
            self.search.warm()

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
        self._frames: dict[QWidget, QWidget] = {view: _scrolled(view) for view in (self.weights, self.what_if)}
        for view in (self.start, self.run, self.result, *self._frames.values()):
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
        self._idle = QTimer(self, interval=IDLE_MS, singleShot=True)
        self._idle.timeout.connect(self._shown_first)
        kept = self.page.kept.memory.get(PAGE, "optimize_scope", Scope.ALL.value)
        self.start.set_scope(Scope(kept) if kept in list(Scope) else Scope.ALL)
        self.start.started.connect(self.begin)
        self.start.scope_changed.connect(self._scope_changed)
        self.start.source_wanted.connect(lambda: self.desk.open("settings", key="travel.source"))
        self.run.canceled.connect(self.search.cancel)
        self.result.again.connect(self.asking.again)
        self.result.longer.connect(self.asking.longer)
        self.result.list.pointed.connect(self._point)
        self.page.board_changed.connect(self.asking.board_changed)
        self.page.days_changed.connect(self._days_changed)
        self.page.selection_changed.connect(self._selected)
        self.desk.live.watch(self, ("weather", "setting", "appointment_pair"), self._given_changed)
        self.page.installEventFilter(self)

    def _given_changed(self) -> None:
        """Somebody declared the weather or changed what counts."""
        if self.isVisible() and self.stack.currentWidget() is self.start:
            self.asking.read_day()


def _scrolled(view: QWidget) -> QScrollArea:
    """A view that scrolls where a window is low."""
    made = QScrollArea()
    made.setWidgetResizable(True)
    made.setFrameShape(QFrame.Shape.NoFrame)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setWidget(view)
    for part in (made.viewport(), view):
        part.setAutoFillBackground(False)
    return made

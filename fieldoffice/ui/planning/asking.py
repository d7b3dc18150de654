"""From the wish to the plan: reading the day, searching, showing what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from fieldoffice.services.dispatch.rows import Board
from fieldoffice.services.planning.day import DayPlan, plan_day
from fieldoffice.services.planning.granting import grant
from fieldoffice.services.planning.proposal import Proposal
from fieldoffice.services.planning.whatif import Scenario, varied
from fieldoffice.services.routing.relax import Relaxation
from fieldoffice.ui.planning.scene import Sign, scene_of, signature
from fieldoffice.ui.schedule.words import short_day

if TYPE_CHECKING:
    from fieldoffice.ui.planning.panel import OptimizePanel
    from fieldoffice.ui.works import Work

TICK_MS, BOARD_MS = 120, 300
CHANGED = "The day changed since this plan was made."


class Asking(QObject):
    """Carries out one panel's searches; the panel holds the views and the proposal that is shown."""

    def __init__(self, panel: OptimizePanel) -> None:
        super().__init__(panel)
        self.panel, self.desk, self.search = panel, panel.desk, panel.search
        self.sign: Sign = frozenset()
        self.scenario: Scenario | None = None
        self._work: Work | None = None
        self._ticking, self._again = (QTimer(self, interval=ms, singleShot=True) for ms in (TICK_MS, BOARD_MS))
        self._ticking.timeout.connect(self.weigh)
        self._again.timeout.connect(self.read_day)
        search, result = self.search, panel.result
        for signal, slot in ((search.stage, self._stage), (search.progressed, self._progressed), (search.found, self._found),
                             (search.refused, self._refused), (search.outside.came, self.read_day),
                             (result.ticked_changed, self._ticking.start), (result.allowed, self.allow)):  # fmt: skip
            signal.connect(slot)

    # the day

    def read_day(self) -> None:
        """Look at the day, to say what a search would look at."""
        page = self.panel.page
        self.desk.see(self, plan_day, page.first_on, self.panel.start.scope, then=self._day_came, otherwise=self._day_refused)

    def _day_came(self, day: DayPlan) -> None:
        panel = self.panel
        if day.on != panel.page.first_on or day.scope is not panel.start.scope:
            return
        focus = panel.focusWidget()
        held = focus is not None and panel.isAncestorOf(focus)
        panel.start.show_day(day, over=day.on < panel.page.today())
        panel.trying.show_day(day)
        self.search.outside.forecast(day.given.forecast)
        kept = focus is not None and (panel.start.scopes.isAncestorOf(focus) or panel.start.sky.isAncestorOf(focus))
        if held and panel.stack.currentWidget() is panel.start and not kept:
            panel.focus_view()

    def _day_refused(self, error: Any) -> None:
        self.panel.start.show_problem(str(error))

    # the search

    def begin(self, scenario: Scenario | None = None) -> None:
        """Search this day with what the first view says; a plan that was shown is forgotten."""
        panel = self.panel
        panel.forget()
        panel.name_day()
        seconds = panel.start.seconds.value()
        panel.run.begin(seconds)
        panel.show_view(panel.run)
        self.scenario = scenario
        self._work = self.desk.work(f"Optimizing {short_day(panel.page.first_on)}", self.search.cancel)
        vary = None if scenario is None else lambda day: varied(day, scenario)
        self.search.start(panel.page.first_on, panel.start.scope, seconds, vary)

    def longer(self) -> None:
        """Twice as long as the last time."""
        self.panel.start.seconds.setValue(2 * self.panel.start.seconds.value())
        self.begin(self.scenario)

    def again(self) -> None:
        """The same once more."""
        self.begin(self.scenario)

    def give_up(self) -> None:
        """A running search ends."""
        self.search.give_up()
        self._end_work()

    def _stage(self, words: str) -> None:
        panel, wish = self.panel, self.search.wish
        panel.run.show_stage(words)
        if wish is not None and wish.day is not None:
            panel.run.show_wanted(len({card.id for card in wish.day.cards.values() if card.id}))
        if self.search.explaining:
            panel.run.finish()
        if not words:
            self._end_work()
            if panel.stack.currentWidget() is panel.run:
                panel.ask_first()
        elif self._work is not None:
            self._work.report(detail=words.lower())

    def _progressed(self, told: Any) -> None:
        run = self.panel.run
        run.show_progress(told)
        if self._work is not None:
            self._work.report(min(1.0, told.elapsed_s / run.seconds), run.served.text())

    def _found(self, proposal: Proposal) -> None:
        if self.panel.trying.took(proposal):
            return
        self.show(proposal, self.scenario)

    def show(self, proposal: Proposal, scenario: Scenario | None = None, sign: Sign | None = None) -> None:
        """Show a plan; that of a scenario says so. `sign` is that of the board it was made for, by default as it is now."""
        panel, self.scenario = self.panel, scenario
        now = signature(panel.page.board, proposal.day)
        panel.proposal, self.sign = proposal, now if sign is None else sign
        panel.result.show_proposal(proposal, {str(row.id): row.name for row in proposal.day.providers}, scenario)
        panel.show_view(panel.result)
        if self.sign != now:
            panel.result.changed.show_words(self.tr(CHANGED))
        self.weigh()

    def _refused(self, words: str) -> None:
        self._end_work()
        self.panel.trying.stop()
        self.panel.ask_first()
        self.panel.start.show_problem(words)

    def _end_work(self) -> None:
        if self._work is not None:
            self._work.end()
            self._work = None

    # the plan

    def weigh(self) -> None:
        """What the ticked moves alone come to, in figures and on the map."""
        proposal, ticked = self.panel.proposal, self.panel.result.ticked
        if proposal is not None:
            self.desk.background.ask(
                self, lambda: (proposal, proposal.picked(ticked), scene_of(proposal, ticked)), self._weighed, series=id(self)
            )

    def _weighed(self, made: Any) -> None:
        proposal, figures, scene = made
        if proposal is self.panel.proposal:
            self.panel.result.show_after(figures)
            self.panel.scene_changed.emit(scene)

    def allow(self, relaxation: Relaxation) -> None:
        """One click: the rule gives way in this plan, and the visit that was left out is served."""
        proposal, scenario = self.panel.proposal, self.scenario
        if proposal is not None:
            self.panel.result.allowing(True)
            self.desk.background.ask(self, lambda: grant(proposal, relaxation), lambda made: self._granted(proposal, made, scenario),
                                     self._not_granted)  # fmt: skip

    def _granted(self, before: Proposal, made: Proposal, scenario: Scenario | None) -> None:
        self.panel.result.allowing(False)
        if before is self.panel.proposal:
            self.show(made, scenario, self.sign)

    def _not_granted(self, error: Any) -> None:
        self.panel.result.allowing(False)
        self.desk.refuse(error)

    def board_changed(self, board: Board) -> None:
        """Somebody changed the day: say so beside a plan, read it anew before a search."""
        panel = self.panel
        if panel.proposal is not None and board.first_on == panel.on and signature(board, panel.proposal.day) != self.sign:
            panel.result.changed.show_words(self.tr(CHANGED))
        elif panel.isVisible() and panel.stack.currentWidget() is panel.start:
            self._again.start()

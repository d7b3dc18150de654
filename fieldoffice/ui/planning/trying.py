"""Beside the search: the weather as it is typed, the weights, and scenarios that are planned one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from fieldoffice.services.planning.day import DayPlan
from fieldoffice.services.planning.proposal import Proposal
from fieldoffice.services.planning.weights import choose_weights, chosen_weights
from fieldoffice.services.planning.whatif import Scenario, varied
from fieldoffice.services.weather.days import declare
from fieldoffice.services.weather.delay import rain_delay
from fieldoffice.services.weather.effects import EFFECTS, HALF_WORDS
from fieldoffice.ui.planning.scene import Sign, signature
from fieldoffice.ui.planning.whatif import AS_IS

if TYPE_CHECKING:
    from fieldoffice.ui.planning.panel import OptimizePanel


class Trying(QObject):
    """Carries out for one panel what its views of weather, weights and scenarios ask for."""

    def __init__(self, panel: OptimizePanel) -> None:
        super().__init__(panel)
        self.panel, self.desk = panel, panel.desk
        self._waiting: list[Scenario] = []
        self._now: Scenario | None = None
        self._signs: dict[str, Sign] = {}
        start, view, weights = panel.start, panel.what_if, panel.weights
        for signal, slot in ((start.sky.declared, self._declare), (start.sky.delayed, self._delay),
                             (start.weights_wanted, self._show_weights), (start.what_if_wanted, self._show_what_if),
                             (weights.saved, self._save_weights), (weights.left, panel.ask_first),
                             (view.compared, self.compare), (view.opened, self._open), (view.left, self._leave)):  # fmt: skip
            signal.connect(slot)

    def show_day(self, day: DayPlan) -> None:
        """The day was read."""
        self.panel.what_if.show_day(day.seen.providers if day.seen else ())

    # the weather

    def _declare(self, half: Any, kind: Any) -> None:
        on, words = self.panel.page.first_on, HALF_WORDS[half]
        what = EFFECTS[kind].words if kind else self.tr("Not known")
        label = self.tr("Weather in the %1: %2").replace("%1", words).replace("%2", what.lower())
        self.panel.what_if.forget()
        self.desk.act(self, label, declare, on, half, kind or None, then=self._reread, otherwise=self._stale)

    def _delay(self) -> None:
        self.desk.act(self, self.tr("Rain delay"), rain_delay, self.panel.page.first_on, then=self._reread)

    def _reread(self, _change: object) -> None:
        self.panel.asking.read_day()

    def _stale(self, error: Any) -> None:
        self.desk.refuse(error)
        self.panel.asking.read_day()

    # the weights

    def _show_weights(self) -> None:
        self.desk.see(self, chosen_weights, then=self._weights_came)

    def _weights_came(self, weights: Mapping[str, int]) -> None:
        self.panel.weights.show_weights(weights)
        self.panel.show_view(self.panel.weights)

    def _save_weights(self, changed: Mapping[str, int]) -> None:
        self.panel.what_if.forget()
        self.desk.act(self, self.tr("What counts in a plan"), choose_weights, changed, then=lambda _edit: self.panel.ask_first(),
                      otherwise=self.panel.weights.show_problem)  # fmt: skip

    # scenarios

    def _show_what_if(self) -> None:
        self.panel.show_view(self.panel.what_if)

    def compare(self, scenarios: tuple[Scenario, ...]) -> None:
        """Plan these scenarios one after the other, each as long as a search of this day takes."""
        self._waiting = [*scenarios]
        self._next()

    def took(self, proposal: Proposal) -> bool:
        """Whether a plan that was found belongs to a scenario under way."""
        if self._now is None:
            return False
        self._signs[self._now.name] = signature(self.panel.page.board, proposal.day)
        self.panel.what_if.show_found(self._now, proposal)
        self._next()
        return True

    def stop(self) -> None:
        """No further scenario is planned."""
        self._waiting, self._now = [], None
        self.panel.what_if.show_stage("")

    def _next(self) -> None:
        panel, view = self.panel, self.panel.what_if
        self._now = self._waiting.pop(0) if self._waiting else None
        if self._now is None:
            view.show_stage("")
            return
        scenario, seconds = self._now, panel.start.seconds.value()
        view.show_stage(self.tr("Planning “%1” for %2 s …").replace("%1", scenario.name).replace("%2", str(seconds)))
        vary = None if scenario is AS_IS else lambda day: varied(day, scenario)
        panel.search.start(panel.page.first_on, panel.start.scope, seconds, vary)

    def _open(self, scenario: Scenario) -> None:
        proposal = self.panel.what_if.found.get(scenario.name)
        if proposal is not None:
            self.panel.asking.show(proposal, None if scenario is AS_IS else scenario, self._signs[scenario.name])

    def _leave(self) -> None:
        self.stop()
        self.panel.search.give_up()
        self.panel.ask_first()

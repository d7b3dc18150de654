"""One optimization at a time: read the day, search in the planner's process, explain; never on the Qt thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from fieldoffice.models.errors import Refused
from fieldoffice.services.planning.day import DayPlan, Scope, plan_day
from fieldoffice.services.planning.proposal import propose
from fieldoffice.services.routing.worker import Finished, Progress, SolveSettings, Worker
from fieldoffice.services.travel.gather import Gathered
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.planning.outside import Outside, estimated

POLL_MS = 100


@dataclass(frozen=True, slots=True)
class Wish:
    """What to search, and for how many seconds; `number` tells an answer that nobody waits for any more.

    `vary` makes another day of the one that was read; `asked` is how asking the road server went.
    """

    number: int
    on: date
    scope: Scope
    seconds: int
    day: DayPlan | None = None
    vary: Callable[[DayPlan], DayPlan] | None = None
    asked: Gathered | None = None


class Search(QObject):
    """`stage` names what goes on ("" when nothing does), `progressed(Progress)` the best so far, `found(Proposal)` the end."""

    stage = Signal(str)
    progressed = Signal(object)
    found = Signal(object)
    refused = Signal(str)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self.desk, self.worker, self.outside = desk, Worker(), Outside(desk, self)
        self.wish: Wish | None = None
        self.explaining = False
        self._number, self._of, self._warming = 0, 0, False
        self._timer = QTimer(self, interval=POLL_MS)
        self._timer.timeout.connect(self._poll)
        parent.destroyed.connect(self.worker.close)

    @property
    def running(self) -> bool:
        return self.wish is not None

    def warm(self) -> None:
        """Start the planner's process, so that the first search does not wait for it."""
        if not self.worker.running and not self._warming:
            self._warm(lambda: None)

    def start(self, on: date, scope: Scope, seconds: int, vary: Callable[[DayPlan], DayPlan] | None = None) -> None:
        """Search the day, or what `vary` makes of it; what went on before is given up."""
        self.give_up()
        self.explaining = False
        self._number += 1
        self._read_day(Wish(self._number, on, scope, seconds, vary=vary))

    def _read_day(self, wish: Wish) -> None:
        self.wish = wish
        self.stage.emit(self.tr("Reading the day"))
        self.desk.see(self, plan_day, wish.on, wish.scope, then=lambda day: self._read(wish, day), otherwise=self._refuse)

    def cancel(self) -> None:
        """End the search soon; the best plan so far is the result."""
        if self.worker.running:
            self.stage.emit(self.tr("Stopping"))
            self.worker.cancel()
        else:
            self.give_up()
            self.stage.emit("")

    def give_up(self) -> None:
        """Forget the search; nobody is told of its result."""
        self.wish = None
        self.worker.cancel()

    def _read(self, wish: Wish, day: DayPlan) -> None:
        if wish is not self.wish:
            return
        unknown = day.given.unknown
        if unknown is not None and wish.asked is None:
            self.stage.emit(self.tr("Asking %1 for drive times").replace("%1", unknown.choice.server))
            self.outside.roads(unknown, lambda done: self._roads_came(wish, done), lambda: wish is self.wish)
            return
        day, vary = estimated(day, wish.asked) if wish.asked else day, wish.vary
        if vary is None:
            self._ready(wish, day)
        else:
            self.desk.background.ask(self, lambda: vary(day), lambda made: self._ready(wish, made), self._refuse)

    def _roads_came(self, wish: Wish, done: Gathered) -> None:
        if wish is self.wish:
            self._read_day(replace(wish, asked=done))

    def _ready(self, wish: Wish, day: DayPlan) -> None:
        if wish is not self.wish:
            return
        self.wish = replace(wish, day=day)
        self.stage.emit(self.tr("Starting the planner"))
        if not self.worker.running:  # else the old search is still ending, and the next look goes on from here
            self._warm(self._begin)

    def _warm(self, then: Callable[[], Any]) -> None:
        if self._warming:
            return

        def done(_: object = None) -> None:
            self._warming = False
            then() if self.wish is None else self._begin()

        self._warming = True
        self.desk.background.ask(self, self.worker.warm, done)

    def _begin(self) -> None:
        if self.wish is None or self.wish.day is None or self.worker.running:
            return
        settings = SolveSettings(seconds=self.wish.seconds, seed=self.wish.number, start=self.wish.day.today)
        self.worker.start(self.wish.day.problem, settings)
        self._of = self.wish.number
        self.stage.emit(self.tr("Searching"))
        self._timer.start()

    def _poll(self) -> None:
        try:
            messages = self.worker.poll()
        except Refused as error:
            self._timer.stop()
            if self.wish is not None and self.wish.number != self._of:  # it was the one before that ended so
                self._warm(self._begin)
            else:
                self._refuse(error)
            return
        mine = self.wish is not None and self.wish.number == self._of
        for message in messages:
            if isinstance(message, Finished):
                self._timer.stop()
                self._finished(message) if mine else self._begin()
            elif mine:
                self.progressed.emit(message)

    def _finished(self, message: Finished) -> None:
        wish = self.wish
        assert wish is not None
        assert wish.day is not None
        day, self.explaining = wish.day, True
        self.stage.emit(self.tr("Working out the reasons"))
        self.desk.background.ask(self, lambda: _explained(day, message), lambda made: self._proposed(wish, made), self._refuse)

    def _proposed(self, wish: Wish, proposal: Any) -> None:
        if wish is self.wish:
            self.wish = None
            self.stage.emit("")
            self.found.emit(proposal)

    def _refuse(self, error: Refused) -> None:
        if self.wish is not None:
            self.wish = None
            self.stage.emit("")
            self.refused.emit(str(error))


def _explained(day: DayPlan, message: Finished) -> Any:
    """The proposal with its figures, so that the Qt thread only shows them."""
    made = propose(day, message.solved)
    assert made.before.served.keys() | made.after.served.keys() <= made.wanted.keys(), "a plan serves what the day has"
    return made


__all__ = ["Progress", "Search"]

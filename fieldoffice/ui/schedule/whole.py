"""The scheduling pages put together: the board with its map, the optimizer and the day sheets."""

from __future__ import annotations

from fieldoffice.ui import actions
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.buttons import action_button
from fieldoffice.ui.planning import attach
from fieldoffice.ui.schedule.mapping import Mapping
from fieldoffice.ui.schedule.page import SchedulePage
from fieldoffice.ui.schedule.papers import Papers


class WholeSchedule(SchedulePage):
    """The dispatch board with everything around it."""

    MAP_FIRST = False

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.mapping, self.papers = Mapping(self, shown=self.MAP_FIRST), Papers(self)
        self.tools.addWidget(action_button(self.papers.action, words=False))
        if self.MAP_FIRST:
            self.bar.views.hide()  # the map shows one day
        else:
            self.tools.addWidget(action_button(self.mapping.action, words=False))
        actions.bind(self, {"new_job": lambda: desk.open("new_job")})
        self.optimizer = attach(self)
        self.optimizer.scene_changed.connect(self.mapping.lend)

    def ready(self) -> bool:
        return super().ready() and self.mapping.ready() and (not self.MAP_FIRST or self.mapping.map is not None)


class MapPage(WholeSchedule):
    """The same day with the map in front: the board steps back, the tray stays."""

    MAP_FIRST = True

"""What the planner asks of the outside world: drive times of a road server, the forecast. Never on the Qt thread."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from fieldoffice.integrations.roads import RoadClient
from fieldoffice.integrations.weather import Forecaster
from fieldoffice.services.planning.day import DayPlan
from fieldoffice.services.travel.cache import Unknown
from fieldoffice.services.travel.gather import Gathered, gather
from fieldoffice.services.weather.days import ForecastWanted, keep_forecast
from fieldoffice.ui.desk import Desk

AGAIN_S = 600.0
"""A forecast service that failed is not asked again for so long."""


class Outside(QObject):
    """`came()` when a forecast was kept and the day should be read anew; its absence is no error, and nobody is told."""

    came = Signal()

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self.desk, self._asking, self._failed_at = desk, False, -AGAIN_S

    def forecast(self, wanted: ForecastWanted | None) -> None:
        """Ask the service for these days, once at a time."""
        if wanted is None or self._asking or time.monotonic() - self._failed_at < AGAIN_S:
            return
        self._asking = True
        client = Forecaster(wanted.source, wanted.url)

        def work() -> object:
            return client.halves(wanted.place, wanted.zone, wanted.first_on, wanted.last_on)

        self.desk.background.ask(self, work, lambda found: self._keep(wanted.source, found), self._no_forecast, broken=self._ended)

    def roads(self, unknown: Unknown, then: Callable[[Gathered], object], go_on: Callable[[], bool]) -> None:
        """Ask the road server for what is missing; `then` is told how it went. It ends early when `go_on` says no."""
        client = RoadClient(unknown.choice.source, unknown.choice.url)
        seat = self.desk.seat
        self.desk.background.ask(self, lambda: gather(seat, unknown, client, step=lambda _n, _of: go_on()), then)

    def _keep(self, source: str, found: object) -> None:
        self.desk.do(self, keep_forecast, source, found, then=self._kept, otherwise=self._no_forecast, broken=self._ended)

    def _kept(self, count: int) -> None:
        self._ended()
        self._failed_at = -AGAIN_S if count else time.monotonic()
        if count:
            self.came.emit()

    def _no_forecast(self, _error: object) -> None:
        self._ended()
        self._failed_at = time.monotonic()

    def _ended(self) -> None:
        self._asking = False


def estimated(day: DayPlan, gathered: Gathered) -> DayPlan:
    """The day with a word on why some drives are estimated."""
    if not gathered.failed or gathered.failed == "stopped":
        return day
    return replace(day, notes=(*day.notes, f"{gathered.failed} Its drives are estimated."))

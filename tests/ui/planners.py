"""What the tests of Optimize share: one warm planner, a desk, and the panel open beside a day of the board.

A file that imports `panel` brings its own fixture `made`: the company whose day is planned.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from fieldoffice.office import Office
from fieldoffice.services.routing.worker import Worker
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.planning import OptimizePanel, attach
from fieldoffice.ui.schedule.page import SchedulePage
from tests import make
from tests.make import TODAY
from tests.ui.front import to_front

WAIT = 60_000


@pytest.fixture(scope="session")
def planner() -> Iterator[Worker]:
    """One planner's process for all tests: it takes seconds to warm up."""
    made = Worker()
    made.warm()
    yield made
    made.close()


@pytest.fixture
def desk(qtbot: Any, sqlite_office: Office, made: make.Made) -> Iterator[Desk]:
    desk = Desk(sqlite_office, user_id=made.owner, known=sqlite_office.topics(), every_ms=100)
    desk.start()
    yield desk
    desk.close()


@pytest.fixture
def panel(qtbot: Any, desk: Desk, planner: Worker) -> Iterator[OptimizePanel]:
    page = SchedulePage(desk)
    panel = attach(page)
    panel.search.worker = planner
    page.resize(1366, 700)
    qtbot.addWidget(page)
    page.show_days(TODAY, 1)
    page.show()
    qtbot.waitUntil(page.ready, timeout=WAIT)
    to_front(qtbot, page)
    yield panel
    panel.close_panel()
    while planner.running:
        planner.poll()


def opened(qtbot: Any, panel: OptimizePanel, seconds: int = 1) -> None:
    """Press Optimize, and wait until a search could start."""
    panel.action.trigger()
    qtbot.waitUntil(panel.start.start.isEnabled, timeout=WAIT)
    panel.start.seconds.setValue(seconds)


def optimize(qtbot: Any, panel: OptimizePanel, seconds: int = 1) -> None:
    """Press Optimize and Start, and wait for the plan."""
    opened(qtbot, panel, seconds)
    panel.start.start.click()
    qtbot.waitUntil(lambda: panel.proposal is not None, timeout=WAIT)

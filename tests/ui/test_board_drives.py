"""The board on the screen follows the office's choice of drive times, and what its road server tells in the background."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from fieldoffice.integrations.roads import RoadClient
from fieldoffice.office import Office
from fieldoffice.services import tasks
from fieldoffice.services.dispatch import moves
from fieldoffice.services.geo import drive_s
from fieldoffice.services.travel.choice import choose_travel
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.schedule.page import SchedulePage
from tests import make
from tests.integrations.peer import peer
from tests.make import DEPOT, PLACES
from tests.services.osrm import drive, table

LONG_MS = 20_000


@pytest.fixture
def page(sqlite_office: Office, qtbot: Any) -> Iterator[SchedulePage]:
    made = make.small(sqlite_office)
    visit = make.job(sqlite_office, made).appointment_id
    sqlite_office.do(moves.place, visit, version=1, provider_ids=(made.ana,), starts_at=make.at(9))
    desk = Desk(sqlite_office, user_id=made.owner, known=sqlite_office.topics(), every_ms=100)
    shown = SchedulePage(desk)
    qtbot.addWidget(shown)
    shown.resize(1366, 640)
    shown.show()
    shown.show_days(make.TODAY, 1)
    qtbot.waitUntil(shown.ready)
    desk.live.start()
    yield shown
    desk.close()


def out_and_home(page: SchedulePage) -> list[int]:
    """The drives that are drawn in the first row."""
    return [way.leg.drive_s for way in page.view.canvas.layout_.rows[0].ways]


@pytest.mark.requirement("0.16")
def test_another_speed_is_drawn_as_soon_as_it_is_chosen(page: SchedulePage, sqlite_office: Office, qtbot: Any) -> None:
    way = PLACES[1]
    assert out_and_home(page) == [drive_s(DEPOT, way), drive_s(way, DEPOT)]
    sqlite_office.do(choose_travel, kmh=20, detour_percent=150)
    qtbot.waitUntil(lambda: out_and_home(page) == [drive_s(DEPOT, way, 1.5, 20), drive_s(way, DEPOT, 1.5, 20)], timeout=LONG_MS)


@pytest.mark.requirement("0.16")
def test_roads_that_were_asked_in_the_background_are_drawn(page: SchedulePage, sqlite_office: Office, qtbot: Any) -> None:
    way, roads = PLACES[1], [drive(DEPOT[::-1], PLACES[1][::-1]), drive(PLACES[1][::-1], DEPOT[::-1])]
    with peer(table) as server:
        sqlite_office.do(choose_travel, source="osrm", url=server.url)
        clock: Any = sqlite_office.clock
        while tasks.run_one(sqlite_office, None, RoadClient):
            clock.forward(seconds=1)  # a go that goes on comes back after a second, one that is done after minutes
    assert roads != [drive_s(DEPOT, way), drive_s(way, DEPOT)]
    qtbot.waitUntil(lambda: out_and_home(page) == roads, timeout=LONG_MS)

"""Beside the search: a rule that gives way with one click, the weather typed, what counts, and days that could be."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fieldoffice.integrations import weather as forecasts
from fieldoffice.models.states import AppointmentState as S
from fieldoffice.office import Office
from fieldoffice.services import catalog, providers
from fieldoffice.services.dispatch import moves
from fieldoffice.services.dispatch.board import board
from fieldoffice.services.planning.weights import chosen_weights
from fieldoffice.services.travel.choice import choose_travel
from fieldoffice.services.weather.days import choose_forecast, declared
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.planning import OptimizePanel
from fieldoffice.ui.planning.words import Line
from tests import make
from tests.integrations.peer import peer
from tests.make import TODAY, at
from tests.services.test_travel import table
from tests.ui.planners import WAIT, desk, opened, optimize, panel, planner

__all__ = ["desk", "panel", "planner"]


@pytest.fixture
def made(sqlite_office: Office) -> make.Made:
    """Ana alone with more than her day holds; one visit is outdoors and stands in the morning."""
    made = make.small(sqlite_office)
    sqlite_office.do(providers.add_absence, made.bo, at(0), at(23), "ill")
    drain = sqlite_office.do(catalog.add_item, kind="service", code="DRN", name="Drain", price_cents=100, duration_s=3600, outdoor=True,
                             skill_ids=[made.plumbing])  # fmt: skip
    for n in range(9):
        customer, place = make.customer(sqlite_office, f"Customer {n}", n)
        own = replace(made, customer=customer, repair=made.repair if n else drain)
        id = make.job(sqlite_office, own, location=place).appointment_id
        if n == 0:
            sqlite_office.do(moves.place, id, version=1, provider_ids=(made.ana,), starts_at=at(10))
    return made


def row_of(panel: OptimizePanel, key: str) -> int:
    rows = panel.result.list.rows.rows
    return next(n for n, row in enumerate(rows) if isinstance(row, Line) and row.key == key and not row.ticks)


@pytest.mark.requirement("0.18")
def test_one_click_lets_a_rule_give_way_and_apply_writes_it(qtbot: Any, panel: OptimizePanel, desk: Desk, sqlite_office: Office) -> None:
    optimize(qtbot, panel)
    before = panel.proposal
    assert before is not None
    left = before.left[0]
    assert panel.result.relief.isHidden()
    panel.result.list.setCurrentIndex(panel.result.list.rows.index(row_of(panel, left.visit_id)))
    assert panel.result.relief.isVisible()
    assert panel.result.relief.words.text() == f"{left.card.customer}: {left.relief}"
    assert len(panel.result.relief.menu.actions()) == len(left.ways) - 1
    QTest.mouseClick(panel.result.relief.allow, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.proposal is not before, timeout=WAIT)
    assert panel.proposal is not None
    assert left.visit_id in panel.proposal.plan.place_of
    assert len(panel.proposal.left) == len(before.left) - 1
    assert make.card(sqlite_office, left.card.id).state is S.WAITING
    panel.apply()
    qtbot.waitUntil(lambda: panel.proposal is None, timeout=WAIT)
    assert make.card(sqlite_office, left.card.id).state is S.SCHEDULED
    desk.undo()
    qtbot.waitUntil(lambda: make.card(sqlite_office, left.card.id).state is S.WAITING, timeout=WAIT)


def test_another_way_is_chosen_from_the_menu(qtbot: Any, panel: OptimizePanel) -> None:
    optimize(qtbot, panel)
    before = panel.proposal
    assert before is not None
    left = next(each for each in before.left if len(each.ways) > 1)
    panel.result.list.setCurrentIndex(panel.result.list.rows.index(row_of(panel, left.visit_id)))
    panel.result.relief.menu.actions()[0].trigger()
    qtbot.waitUntil(lambda: panel.proposal is not before, timeout=WAIT)
    assert panel.proposal is not None
    assert panel.proposal.day.granted == (left.ways[1],)


@pytest.mark.requirement("0.17")
def test_the_weather_is_typed_told_and_undone(qtbot: Any, panel: OptimizePanel, desk: Desk, sqlite_office: Office) -> None:
    opened(qtbot, panel)
    choice = panel.start.sky.choices["am"]
    choice.setCurrentIndex(next(n for n in range(choice.count()) if choice.itemData(n) == "storm"))
    choice.value_changed.emit()
    qtbot.waitUntil(lambda: sqlite_office.see(declared, TODAY) == {"am": "storm"}, timeout=WAIT)
    qtbot.waitUntil(lambda: "no outdoor work" in panel.start.sky.effect.text(), timeout=WAIT)
    qtbot.waitUntil(panel.start.sky.delay.isVisible, timeout=WAIT)
    assert panel.start.sky.delay.text() == "Rain delay: move 1 outdoor visit"
    before = {c.id: c.starts_at for c in sqlite_office.see(board, TODAY).cards}
    panel.start.sky.delay.click()
    qtbot.waitUntil(lambda: sqlite_office.see(board, TODAY).cards == (), timeout=WAIT)
    desk.undo()
    qtbot.waitUntil(lambda: {c.id: c.starts_at for c in sqlite_office.see(board, TODAY).cards} == before, timeout=WAIT)
    desk.undo()
    qtbot.waitUntil(lambda: sqlite_office.see(declared, TODAY) == {}, timeout=WAIT)


@pytest.mark.requirement("0.17")
def test_a_forecast_is_fetched_when_a_service_is_configured_and_its_absence_is_no_error(
    qtbot: Any, panel: OptimizePanel, sqlite_office: Office
) -> None:
    said: list[str] = []
    panel.desk.toasted.connect(lambda notice: said.append(notice.words))

    def answer(path: str, body: Any) -> tuple[int, Any]:
        hours = [f"2026-03-02T{hour:02d}:00" for hour in range(24)]
        return 200, {"hourly": {"time": hours, "weather_code": [61] * 24, "precipitation": [1.0] * 24, "temperature_2m": [9] * 24,
                                "wind_gusts_10m": [9] * 24}}  # fmt: skip

    with peer(lambda path, body: (500, {})) as broken:
        sqlite_office.do(choose_forecast, "open_meteo", broken.url)
        opened(qtbot, panel)
        qtbot.waitUntil(lambda: broken.asked != [], timeout=WAIT)
        qtbot.waitUntil(lambda: panel.search.outside._asking is False, timeout=WAIT)
    assert panel.start.start.isEnabled()
    assert panel.start.problem.isHidden()
    panel.search.outside._failed_at = -1e9
    with peer(answer) as server:
        sqlite_office.do(choose_forecast, "open_meteo", server.url)
        panel.asking.read_day()
        qtbot.waitUntil(lambda: "Forecast by Open-Meteo." in panel.start.sky.effect.text(), timeout=WAIT)
    assert panel.start.sky.choices["am"].value() == "rain"
    assert said == []
    assert forecasts.PUBLIC["open_meteo"].startswith("https://")


@pytest.mark.requirement("0.16")
def test_road_times_are_asked_before_the_search_and_named_on_the_screen(qtbot: Any, panel: OptimizePanel, sqlite_office: Office) -> None:
    with peer(table) as server:
        sqlite_office.do(choose_travel, source="osrm", url=server.url)
        optimize(qtbot, panel)
        assert server.asked
    assert panel.result.source.text() == "Driving: roads, OSRM at 127.0.0.1."
    assert panel.proposal is not None
    assert panel.proposal.day.problem.travel.source == "roads: OSRM at 127.0.0.1"


def test_a_road_server_that_is_not_there_is_said_and_the_estimate_used(qtbot: Any, panel: OptimizePanel, sqlite_office: Office) -> None:
    with peer(lambda path, body: (503, {"message": "down"})) as server:
        sqlite_office.do(choose_travel, source="osrm", url=server.url)
        optimize(qtbot, panel)
    assert panel.proposal is not None
    assert "straight line × 1.3 at 35 km/h (OSRM at 127.0.0.1 has not answered)" in panel.result.source.text()
    assert panel.proposal.day.notes == ("The road server 127.0.0.1 gave no usable answer: down. Its drives are estimated.",)


def test_what_counts_is_seen_changed_and_undone(qtbot: Any, panel: OptimizePanel, desk: Desk, sqlite_office: Office) -> None:
    opened(qtbot, panel)
    panel.start.weights.click()
    qtbot.waitUntil(panel.weights.isVisible, timeout=WAIT)
    assert not panel.weights.save.isEnabled()
    panel.weights.fields["plan.overtime_factor"].setValue(7)
    panel.weights.save.click()
    qtbot.waitUntil(lambda: sqlite_office.see(chosen_weights)["plan.overtime_factor"] == 7, timeout=WAIT)
    qtbot.waitUntil(lambda: panel.stack.currentWidget() is panel.start, timeout=WAIT)
    desk.undo()
    qtbot.waitUntil(lambda: sqlite_office.see(chosen_weights)["plan.overtime_factor"] == 2, timeout=WAIT)


def test_scenarios_stand_side_by_side_and_one_is_shown(qtbot: Any, panel: OptimizePanel, sqlite_office: Office, made: make.Made) -> None:
    before = sqlite_office.see(board, TODAY)
    opened(qtbot, panel)
    panel.start.what_if.click()
    view = panel.what_if
    assert view.isVisible()
    view.add.click()
    assert [scenario.name for scenario in view.scenarios] == ["The day as it is", "Ana is away"]
    view.add.click()
    assert view.problem.label.text() == "There is a scenario of this name already."
    view.kind.set_value("more")
    view.kind.value_changed.emit()
    view.name.setText("A second van")
    view.add.click()
    view.compare.click()
    qtbot.waitUntil(lambda: len(view.found) == 3 and view.stage.text() == "", timeout=3 * WAIT)
    served = {name: sum(proposal.after.served.values()) for name, proposal in view.found.items()}
    assert served["Ana is away"] == 0
    assert served["A second van"] > served["The day as it is"]
    assert sqlite_office.see(board, TODAY) == before
    panel.trying._open(view.scenarios[2])
    assert panel.stack.currentWidget() is panel.result
    assert panel.result.scenario.label.text().startswith("What if: A second van. Its visits for the extra provider stay")
    panel.page.show_days(TODAY.replace(day=3), 1)
    assert [scenario.name for scenario in view.scenarios] == ["The day as it is"]

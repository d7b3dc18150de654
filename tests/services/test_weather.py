"""Weather by half days: typed and undone, forecasts kept, what it does to a plan, and the rain delay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.models.states import AppointmentState as S
from fieldoffice.office import Office
from fieldoffice.services import catalog
from fieldoffice.services.dispatch import moves
from fieldoffice.services.dispatch.board import board
from fieldoffice.services.edits import put_rows_back
from fieldoffice.services.planning.day import DayPlan, plan_day
from fieldoffice.services.planning.proposal import Proposal, propose
from fieldoffice.services.routing.check import check
from fieldoffice.services.routing.solve import solve
from fieldoffice.services.weather.days import (
    choose_forecast,
    declare,
    declared,
    forecast_wanted,
    keep_forecast,
    weather_of,
)
from fieldoffice.services.weather.delay import affected, rain_delay
from fieldoffice.services.weather.effects import EFFECTS, in_words
from tests import make
from tests.make import TODAY, at

TOMORROW, NOON = TODAY + timedelta(days=1), 12 * 3600


def outdoors(office: Office, made: make.Made) -> make.Made:
    """The same company, with a service that is done outdoors."""
    item = office.do(catalog.add_item, kind="service", code="DRN", name="Drain outside", price_cents=9_000, duration_s=3600,
                     outdoor=True, skill_ids=[made.plumbing])  # fmt: skip
    return replace(made, repair=item)


def found(day: DayPlan) -> Proposal:
    return propose(day, solve(day.problem, seconds=1, engine="greedy", start=day.today))


def two_kinds(office: Office) -> tuple[make.Made, list[int], list[int]]:
    """Two visits indoors and two outdoors, waiting for today."""
    made = make.small(office)
    outside = outdoors(office, made)
    return made, [make.job(office, made).appointment_id for _ in range(2)], [make.job(office, outside).appointment_id for _ in range(2)]


@pytest.mark.requirement("0.17")
def test_a_storm_leaves_outdoor_visits_unassigned_because_of_the_weather(office: Office) -> None:
    _, inside, outside = two_kinds(office)
    dry = found(office.see(plan_day, TODAY))
    assert {move.card.id for move in dry.moves} == {*inside, *outside}
    for half in ("am", "pm"):
        office.do(declare, TODAY, half, "storm")
    stormy = found(office.see(plan_day, TODAY))
    assert {move.card.id for move in stormy.moves} == {*inside}
    assert {left.card.id for left in stormy.left} == {*outside}
    for left in stormy.left:
        assert left.words.startswith("Weather: ")
        assert left.ways[0].kind == "dry"
        assert left.relief.endswith("if the weather stays fine.")
    assert stormy.accepted
    assert stormy.day.weather == (
        "Storm in the morning: drives take 30 % longer, no outdoor work.",
        "Storm in the afternoon: drives take 30 % longer, no outdoor work.",
    )


@pytest.mark.requirement("0.17")
def test_a_wet_morning_moves_outdoor_work_to_the_afternoon_and_slows_the_drives(office: Office) -> None:
    made, inside, outside = two_kinds(office)
    customer, far = make.customer(office, "Far", 9)
    early = make.job(office, replace(made, customer=customer), location=far, kind="am").appointment_id
    office.do(declare, TODAY, "am", "rain")
    day = office.see(plan_day, TODAY)
    plan = solve(day.problem, seconds=1, engine="greedy").plan
    assert check(day.problem, plan).accepted
    assert {str(id) for id in (early, *inside)} <= {*plan.place_of}
    for id in outside:
        assert plan.place_of[str(id)][1] >= NOON
    first = {id: route for id, route in plan.routes.items() if route.stops[0].start < NOON}
    assert first
    for id, route in first.items():
        drive_s = int(day.problem.travel.seconds[day.problem.provider(id).start, day.problem.visit(route.stops[0].visit_id).place])
        assert route.stops[0].start - route.start >= drive_s * EFFECTS["rain"].travel_percent // 100


def test_heat_limits_how_long_one_works_outdoors(office: Office) -> None:
    made = make.small(office)
    long = office.do(catalog.add_item, kind="service", code="DIG", name="Dig a trench", price_cents=9_000, duration_s=3 * 3600,
                     outdoor=True, skill_ids=[made.plumbing])  # fmt: skip
    id = make.job(office, replace(made, repair=long)).appointment_id
    for half in ("am", "pm"):
        office.do(declare, TODAY, half, "heat")
    left = found(office.see(plan_day, TODAY)).left
    assert [each.card.id for each in left] == [id]
    assert "eather" in left[0].words


def test_a_declaration_is_changed_forgotten_and_undone(office: Office) -> None:
    make.small(office)
    first = office.do(declare, TODAY, "am", "rain")
    second = office.do(declare, TODAY, "am", "snow")
    assert office.see(declared, TODAY) == {"am": "snow"}
    office.do(put_rows_back, second.before, second.after)
    assert office.see(declared, TODAY) == {"am": "rain"}
    gone = office.do(declare, TODAY, "am", None)
    assert office.see(declared, TODAY) == {}
    office.do(put_rows_back, gone.before, gone.after)
    assert office.see(declared, TODAY) == {"am": "rain"}
    assert first.before[0].values is None
    with pytest.raises(Invalid, match="dry, rain, storm"):
        office.do(declare, TODAY, "am", "fog")
    assert in_words({"am": "dry", "pm": "heat"}) == ("Heat in the afternoon: outdoor work up to 60 min a visit.",)


def test_a_forecast_never_writes_over_what_somebody_typed(office: Office, clock: Any) -> None:
    make.small(office)
    assert office.see(forecast_wanted, TODAY) is None
    office.do(choose_forecast, "open_meteo")
    wanted = office.see(forecast_wanted, TODAY)
    assert wanted is not None
    assert (wanted.place, wanted.first_on, wanted.zone) == (make.DEPOT, TODAY, "America/New_York")
    office.do(declare, TODAY, "am", "dry")
    assert office.do(keep_forecast, "open_meteo", [(TODAY, "am", "storm"), (TODAY, "pm", "rain")]) == 1
    assert office.see(declared, TODAY) == {"am": "dry", "pm": "rain"}
    assert office.see(weather_of, TODAY)[TODAY, "pm"].source == "open_meteo"
    assert office.see(forecast_wanted, TODAY) is None
    clock.at += timedelta(hours=4)
    assert office.see(forecast_wanted, TODAY) is not None
    assert office.see(forecast_wanted, TODAY + timedelta(days=30)) is None
    assert office.see(forecast_wanted, TODAY - timedelta(days=1)) is None
    with pytest.raises(Invalid):
        office.do(choose_forecast, "nws", "not an address")


# rain delay


def spots(office: Office, *days: date) -> dict[int, tuple[Any, ...]]:
    seen = [office.see(board, on) for on in days]
    return {c.id: (c.state, c.starts_at, c.provider_ids, c.window) for one in seen for c in (*one.cards, *one.tray)}


def placed(office: Office, make_job: Callable[[], int], who: int, hour: int, *, locked: bool = False) -> int:
    id = make_job()
    office.do(moves.place, id, version=1, provider_ids=(who,), starts_at=at(hour))
    if locked:
        office.do(moves.lock, [(id, make.card(office, id).version)], locked=True)
    return id


def test_rain_delay_moves_what_is_outdoors_as_one_undoable_action(office: Office) -> None:
    inside = make.small(office)
    made = outdoors(office, inside)
    wet = placed(office, lambda: make.job(office, made).appointment_id, made.ana, 9)
    locked = placed(office, lambda: make.job(office, made).appointment_id, made.bo, 9, locked=True)
    dry = placed(office, lambda: make.job(office, made).appointment_id, made.ana, 14)
    within = placed(office, lambda: make.job(office, inside).appointment_id, made.ana, 10)
    with pytest.raises(NotAllowed, match="No outdoor visit"):
        office.do(rain_delay, TODAY)
    office.do(declare, TODAY, "am", "rain")
    office.do(declare, TOMORROW, "am", "rain")
    office.do(declare, TOMORROW, "pm", "storm")
    assert [card.id for card in office.see(affected, TODAY)] == [wet]
    before = spots(office, TODAY)
    change = office.do(rain_delay, TODAY)
    assert [placement.id for placement in change.after] == [wet]
    card = make.card(office, wet)
    assert card.starts_at is not None
    assert card.starts_at.astimezone(make.ZONE).date() == TODAY + timedelta(days=2)
    assert card.window is not None
    assert card.window.start <= card.starts_at <= card.window.end
    assert (card.state, card.provider_ids) == (S.SCHEDULED, (made.ana,))
    for id in (locked, dry, within):
        assert spots(office, TODAY)[id] == before[id]
    undone = office.do(moves.put_back, change.before, change.after)
    assert undone.refused == ()
    assert spots(office, TODAY) == before


def test_a_visit_without_a_dry_day_waits_in_the_tray(office: Office) -> None:
    made = outdoors(office, make.small(office))
    id = placed(office, lambda: make.job(office, made).appointment_id, made.ana, 9)
    for n in range(9):
        for half in ("am", "pm"):
            office.do(declare, TODAY + timedelta(days=n), half, "snow")
    change = office.do(rain_delay, TODAY)
    assert make.card(office, id).state is S.WAITING
    assert change.warnings == ("No dry day within a week has room for 1 visit, now unscheduled: Carol Customer.",)
    office.do(moves.put_back, change.before, change.after)
    assert make.card(office, id).starts_at == at(9)

"""Letting a rule give way: in the plan with one click, on Apply in the data, and back with one undo. And what-if days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.models.states import AppointmentState as S
from fieldoffice.office import Office
from fieldoffice.services import catalog, providers
from fieldoffice.services.dispatch import moves
from fieldoffice.services.dispatch.board import board
from fieldoffice.services.planning.apply import apply_plan, violations
from fieldoffice.services.planning.day import DayPlan, plan_day
from fieldoffice.services.planning.gains import adds
from fieldoffice.services.planning.granting import grant
from fieldoffice.services.planning.proposal import Left, Proposal, propose
from fieldoffice.services.planning.weights import choose_weights, chosen_weights, weights_of
from fieldoffice.services.planning.whatif import Away, OneMore, Scenario, Sky, in_words, named, varied
from fieldoffice.services.routing.check import check, score_of
from fieldoffice.services.routing.schedule import plan_of
from fieldoffice.services.routing.solve import solve
from tests import make
from tests.make import TODAY, at


def found(day: DayPlan) -> Proposal:
    return propose(day, solve(day.problem, seconds=1, iterations=400, start=day.today))


def only_ana(office: Office) -> make.Made:
    """Bo is ill; Ana is alone."""
    made = make.small(office)
    office.do(providers.add_absence, made.bo, at(0), at(23), "ill")
    return made


def full(office: Office, count: int = 9) -> make.Made:
    """More visits for Ana than her day holds."""
    made = only_ana(office)
    for n in range(count):
        customer, place = make.customer(office, f"Customer {n}", n)
        make.job(office, replace(made, customer=customer), location=place)
    return made


def the_left(proposal: Proposal) -> Left:
    assert proposal.left
    return proposal.left[0]


def state(office: Office) -> dict[int, tuple[Any, ...]]:
    seen = office.see(board, TODAY)
    return {c.id: (c.state, c.starts_at, c.provider_ids, c.window, c.overridden) for c in (*seen.cards, *seen.tray)}


@pytest.mark.requirement("0.18")
@pytest.mark.parametrize("kind", ["overtime", "postpone"])
def test_one_click_serves_a_visit_and_apply_writes_it(office: Office, kind: str) -> None:
    made = full(office)
    proposal = found(office.see(plan_day, TODAY))
    if kind == "postpone":  # only what stands on the board goes to another day
        office.do(apply_plan, proposal)
        proposal = found(office.see(plan_day, TODAY))
    left = the_left(proposal)
    way = next(each for each in left.ways if each.kind == kind)
    before, after = state(office), grant(proposal, way)
    assert state(office) == before
    assert after.accepted
    assert left.visit_id in after.plan.place_of
    assert left.visit_id not in {each.visit_id for each in after.left}
    assert check(after.day.problem, after.plan).violations == ()
    move = next(each for each in after.moves if each.visit_id == left.visit_id)
    assert move.reasons[0] == f"You allowed: {way.words}"
    change = office.do(apply_plan, after)
    assert change.refused == ()
    card = make.card(office, left.card.id)
    assert (card.state, card.provider_ids) == (S.SCHEDULED, (made.ana,))
    if kind == "overtime":
        late = [each for each in office.see(board, TODAY).cards if each.overridden]
        assert {each.overridden for each in late} == {way.words}
    else:
        off = make.card(office, int(way.other))
        assert (off.state, off.window and off.window.start.astimezone(make.ZONE).date()) == (S.WAITING, TODAY + timedelta(days=1))
        assert "may move to Tuesday" in way.words
    office.do(moves.put_back, change.before, change.after)
    assert state(office) == before


def test_a_window_that_opens_earlier_is_promised_anew(office: Office) -> None:
    made = only_ana(office)
    id = make.job(office, made, kind="exact", at_min=17 * 60 - 20).appointment_id
    proposal = found(office.see(plan_day, TODAY))
    way = next(each for each in the_left(proposal).ways if each.kind == "opens_earlier")
    assert "its window opens earlier by" in way.words
    change = office.do(apply_plan, grant(proposal, way))
    card = make.card(office, id)
    assert change.refused == ()
    assert card.window is not None
    assert card.starts_at is not None
    assert card.window.start <= card.starts_at <= card.window.end
    assert card.overridden == ""
    office.do(moves.put_back, change.before, change.after)
    assert make.card(office, id).state is S.WAITING


def test_a_missing_skill_is_booked_against_the_rule_with_its_reason(office: Office) -> None:
    made = only_ana(office)
    gas = office.do(catalog.add_skill, "gas")
    item = office.do(catalog.add_item, kind="service", code="GAS", name="Gas check", price_cents=100, duration_s=3600, skill_ids=[gas])
    id = make.job(office, replace(made, repair=item)).appointment_id
    proposal = found(office.see(plan_day, TODAY))
    left = the_left(proposal)
    assert left.words == "Nobody who works on this day has gas."
    assert left.blocks == (("Ana", "Ana lacks gas."),)
    assert [way.kind for way in left.ways] == ["skill"]
    office.do(apply_plan, grant(proposal, left.ways[0]))
    assert make.card(office, id).overridden == "Fits if Ana has gas."


def test_what_another_desk_did_meanwhile_is_refused_alone(office: Office) -> None:
    full(office)
    proposal = found(office.see(plan_day, TODAY))
    left = the_left(proposal)
    after = grant(proposal, next(each for each in left.ways if each.kind == "overtime"))
    office.do(moves.lock, [(left.card.id, left.card.version)], locked=True)
    change = office.do(apply_plan, after)
    assert [id for id, _ in change.refused] == [left.card.id], change.refused
    assert len(change.after) == len(after.moves) - 1


def test_a_plan_that_has_no_room_any_more_refuses_the_click(office: Office) -> None:
    full(office)
    proposal = found(office.see(plan_day, TODAY))
    way = next(each for each in the_left(proposal).ways if each.kind == "overtime")
    with pytest.raises(NotAllowed, match="plan changed"):
        grant(proposal, replace(way, minutes=max(0, way.minutes - 30)))


@pytest.mark.requirement("0.18")
def test_each_moves_own_gain_is_a_recomputation(office: Office) -> None:
    made = make.small(office)
    jobs = []
    for n in range(6):
        customer, place = make.customer(office, f"Customer {n}", n)
        jobs.append(make.job(office, replace(made, customer=customer), location=place).appointment_id)
    for n, id in enumerate(jobs[:4]):
        office.do(moves.place, id, version=1, provider_ids=((made.ana, made.bo)[n % 2],), starts_at=at(9 + 2 * (n // 2) + (n // 2)))
    proposal = found(office.see(plan_day, TODAY))
    problem = proposal.day.problem
    assert proposal.moves
    for move in proposal.moves:
        assert move.own == type(move.own)(adds(problem, proposal.day.today, move.visit_id), adds(problem, proposal.plan, move.visit_id))
        orders = {k: [v for v in proposal.plan.sequence(k) if v != move.visit_id] for k in proposal.plan.routes}
        without = plan_of(problem, orders)
        assert without is not None
        now, rest = score_of(problem, proposal.plan), score_of(problem, without)
        assert move.own.after is not None
        assert (move.own.after.drive_s, move.own.after.overtime_s) == (now.drive_s - rest.drive_s, now.overtime_s - rest.overtime_s)


# what if


def test_scenarios_vary_the_day_and_write_nothing(office: Office) -> None:
    made = full(office, 12)
    day = office.see(plan_day, TODAY)
    before = state(office)
    as_is = found(day)
    ill = found(varied(day, Scenario("Ana ill", (Away(made.ana),))))
    assert sum(ill.after.served.values()) == 0
    more = found(varied(day, Scenario("One more", (OneMore(made.ana),))))
    assert sum(more.after.served.values()) > sum(as_is.after.served.values())
    assert {move.after[0] for move in more.moves if move.after} == {str(made.ana), "-1"}
    storm = varied(day, Scenario("Storm", (Sky("am", "storm"), Sky("pm", "storm"))))
    assert storm.weather != ()
    assert day.weather == ()
    assert state(office) == before


def test_an_invented_provider_gets_nothing_when_the_plan_is_applied(office: Office) -> None:
    made = full(office, 12)
    more = found(varied(office.see(plan_day, TODAY), Scenario("One more", (OneMore(made.ana),))))
    change = office.do(apply_plan, more)
    theirs = {move.card.id for move in more.moves if move.after and move.after[0] == "-1"}
    assert theirs == {id for id, words in change.refused if "a van that is not there" in words}
    assert {placement.id for placement in change.after} == {move.card.id for move in more.moves} - theirs


def test_a_provider_who_is_away_is_planned_around(office: Office) -> None:
    made = make.small(office)
    id = make.job(office, made).appointment_id
    office.do(moves.place, id, version=1, provider_ids=(made.ana,), starts_at=at(10))
    day = varied(office.see(plan_day, TODAY), Scenario("Ana ill", (Away(made.ana),)))
    proposal = found(day)
    assert [(move.kind, move.after and move.after[0]) for move in proposal.moves] == [("provider", str(made.bo))]
    office.do(apply_plan, proposal)
    assert make.card(office, id).provider_ids == (made.bo,)
    assert violations(office.see(plan_day, TODAY)) == []


@pytest.mark.parametrize(
    ("name", "turns", "field"),
    [("", (Away(1),), "name"), ("x" * 61, (Away(1),), "name"), ("Ana ILL", (Away(1),), "name"), ("new", (), "turns")],
)
def test_a_scenario_needs_a_name_of_its_own_and_a_difference(name: str, turns: tuple[Any, ...], field: str) -> None:
    with pytest.raises(Invalid) as error:
        named(name, turns, [Scenario("Ana ill", (Away(1),))])
    assert [*error.value.fields] == [field]


def test_a_turn_is_told_in_words(office: Office) -> None:
    made = make.small(office)
    rows = office.see(board, TODAY).providers
    said = [in_words(turn, rows) for turn in (Away(made.ana), OneMore(made.bo), Sky("am", "snow"))]
    assert said == ["Ana is away", "One more provider like Bo", "Snow in the morning"]


# weights


def test_weights_are_chosen_checked_used_and_undone(office: Office, undo: Callable[[Any], None]) -> None:
    make.small(office)
    assert office.see(weights_of) == type(office.see(weights_of))()
    edit = office.do(choose_weights, {"plan.overtime_factor": 5, "plan.urgent_weight": 30, "plan.moved_minutes": 10})
    day = office.see(plan_day, TODAY)
    assert (day.problem.weights.overtime_factor, day.problem.weights.unserved[3], day.problem.weights.moved_s) == (5, 30, 600)
    with pytest.raises(Invalid, match="Overtime lies between 0 and 20"):
        office.do(choose_weights, {"plan.overtime_factor": 99})
    undo(edit)
    assert office.see(chosen_weights)["plan.overtime_factor"] == 2


@pytest.fixture
def undo(office: Office) -> Callable[[Any], None]:
    from fieldoffice.services.edits import put_rows_back

    return lambda edit: office.do(put_rows_back, edit.before, edit.after)

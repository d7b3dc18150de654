"""From the board to a plan and back: what may move, what stays, what is written, and what one undo takes back."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from fieldoffice.models.errors import NotAllowed
from fieldoffice.models.log import Event, OptimizationRun
from fieldoffice.models.states import AppointmentState as S
from fieldoffice.office import Office
from fieldoffice.services import providers
from fieldoffice.services.availability import Absence, Lunch, SkillHeld, Span, why_not
from fieldoffice.services.dispatch import moves, progress
from fieldoffice.services.dispatch.board import board
from fieldoffice.services.dispatch.rows import Board, Card
from fieldoffice.services.geo import drive_m
from fieldoffice.services.jobs.opening import NewJob, Promise, open_job
from fieldoffice.services.planning.apply import apply_plan, violations
from fieldoffice.services.planning.day import DayPlan, Scope, day_plan, plan_day
from fieldoffice.services.planning.proposal import Proposal, propose
from fieldoffice.services.planning.standing import rounded
from fieldoffice.services.routing.check import check, score_of
from fieldoffice.services.routing.insertion import insert_all
from fieldoffice.services.routing.problem import Score
from fieldoffice.services.routing.solve import Solved, solve
from tests import make
from tests.make import TODAY, at
from tests.ui import boards
from tests.ui.boards import DAY

HOME = (38.9072, -77.0369)
FAR = (38.95, -77.2)


def found(day: DayPlan, iterations: int = 400) -> Proposal:
    return propose(day, solved(day, iterations))


def solved(day: DayPlan, iterations: int = 400) -> Solved:
    return solve(day.problem, seconds=1, iterations=iterations, start=day.today)


# a small company with everything in it, planned as a whole


def company(office: Office, seed: int) -> make.Made:
    """Four providers with skills, breaks, overtime and absences; two dozen visits, some of them placed in every odd way."""
    dice = random.Random(seed)
    made = make.small(office)
    team = [made.ana, made.bo, *(office.do(lambda tx, n=n: make.provider(tx, n, overtime_s=3600)) for n in ("Cy", "Di"))]
    office.do(lambda tx: [providers.give_skill(tx, id, made.plumbing) for id in team[2:]])
    office.do(providers.add_absence, team[2], at(10, 30), at(11, 30), "dentist")
    office.do(providers.add_absence, team[3], at(15), at(23), "left early")
    if seed % 2:
        office.do(providers.add_absence, team[1], at(0), at(23, 59), "sick")
    for n in range(24):
        customer, place = make.customer(office, f"Customer {n}", dice.randrange(10))
        kind = dice.choice(["all_day", "all_day", "am", "pm", "two_hours"])
        promise = Promise(kind, TODAY, dice.randrange(8 * 60, 14 * 60, 30) if kind == "two_hours" else None)
        wish = {dice.choice(["preferred", "excluded"]): (dice.choice(team),)} if dice.random() < 0.4 else {}
        job = office.do(open_job, NewJob(customer, place, ((made.repair, 1000),), promise, priority=dice.choice([1, 1, 2, 3]), **wish))
        if dice.random() < 0.5:
            put(office, job.appointment_id, dice, team)
    return made


def put(office: Office, id: int, dice: random.Random, team: list[int]) -> None:
    who = tuple(dice.sample(team, 2 if dice.random() < 0.15 else 1))
    override = "Agreed by phone" if dice.random() < 0.3 else ""
    try:
        done = office.do(moves.place, id, version=1, provider_ids=who, starts_at=at(dice.randrange(8, 16), dice.choice([0, 20])),
                         override=override)  # fmt: skip
    except moves.Conflict:
        return
    if dice.random() < 0.2:
        office.do(moves.lock, ((id, done.cards[0].version),), True)


def blocked(seen: Board, ids: Iterable[int]) -> list[str]:
    """Every blocking reason against cards where they stand now."""
    rows = {row.id: row for row in seen.providers}
    cards = [card for card in seen.cards if card.id in set(ids) and card.starts_at is not None]
    return [
        f"{card.customer}: {reason.words}"
        for card in cards
        for id in card.provider_ids
        for reason in why_not(rows[id].diary(seen.cards), card.wanted, card.starts_at or seen.now)
        if reason.blocks
    ]


def driven_m(seen: Board) -> int:
    """The board's driving, added up leg by leg from the cards alone."""
    total = 0
    for row in seen.providers:
        mine = sorted((c for c in seen.cards if row.id in c.provider_ids and c.busy), key=lambda c: (c.starts_at, c.id))
        if mine:
            stops = [row.start_place, *(card.place for card in mine), row.end_place]
            total += sum(drive_m(a, b) for a, b in pairwise(stops))
    return total


def spots(office: Office) -> dict[int, tuple[object, ...]]:
    seen = office.see(board, TODAY)
    return {c.id: (c.state, c.starts_at, c.provider_ids, c.overridden, c.locked) for c in (*seen.cards, *seen.tray)}


def figures(score: Score) -> tuple[int, ...]:
    """What does not depend on which visits were on the board before."""
    return score.unserved, score.drive_s, score.meters, score.overtime_s, score.preferences_missed


@pytest.mark.requirement("0.14")
@pytest.mark.requirement("0.15")
@pytest.mark.requirement("0.16")
@pytest.mark.parametrize("scope", list(Scope))
@pytest.mark.parametrize("seed", [1, 2])
def test_an_applied_plan_leaves_nothing_that_blocks_and_one_undo_takes_it_back(office: Office, seed: int, scope: Scope) -> None:
    company(office, seed)
    day, before = office.see(plan_day, TODAY, scope), spots(office)
    proposal = found(day)
    assert proposal.accepted
    assert proposal.moves
    change = office.do(apply_plan, proposal)
    assert change.refused == ()
    seen = office.see(board, TODAY)
    assert blocked(seen, {move.card.id for move in proposal.moves}) == []
    after = spots(office)
    assert all(after[int(id)] == before[int(id)] for id in day.fixed)
    if scope is not Scope.ALL:
        off = {move.card.id for move in proposal.moves if move.kind == "dropped"}
        assert all(after[id][2] == spot[2] for id, spot in before.items() if spot[2] and id not in off)
    again = office.see(plan_day, TODAY, scope)
    assert figures(score_of(again.problem, again.today)) == figures(proposal.after.score)
    back = office.do(moves.put_back, change.before, change.after)
    assert back.refused == ()
    assert spots(office) == before
    redone = office.do(moves.put_back, back.before, back.after)
    assert redone.refused == ()
    assert spots(office) == after


@pytest.mark.requirement("0.16")
@pytest.mark.requirement("0.19")
def test_the_kilometers_are_the_sum_of_the_legs_on_the_board(office: Office) -> None:
    made = make.small(office)
    for n in range(8):
        customer, place = make.customer(office, f"Customer {n}", n)
        make.job(office, replace(made, customer=customer), location=place)
    day = office.see(plan_day, TODAY)
    assert day.problem.travel.source.startswith("estimate: straight line")
    proposal = found(day)
    office.do(apply_plan, proposal)
    seen = office.see(board, TODAY)
    assert driven_m(seen) == proposal.after.score.meters > 0
    for provider_id, route in proposal.plan.routes.items():
        mine = sorted((c for c in seen.cards if int(provider_id) in c.provider_ids), key=lambda c: c.starts_at or seen.now)
        assert [str(card.id) for card in mine] == [stop.visit_id for stop in route.stops]


@pytest.mark.requirement("0.18")
def test_the_reasons_of_each_assignment_are_kept(office: Office) -> None:
    made = make.small(office)
    for n in range(4):
        customer, place = make.customer(office, f"Customer {n}", n)
        make.job(office, replace(made, customer=customer), location=place)
    proposal = found(office.see(plan_day, TODAY))
    office.seat(made.owner).do(apply_plan, proposal)
    run = office.see(lambda tx: tx.all(select(OptimizationRun))[0])
    assert {"on": run.on_date, "who": run.by_name, "applied": set(run.applied)} == {
        "on": TODAY, "who": "Olive Owner", "applied": {move.visit_id for move in proposal.moves}}  # fmt: skip
    assert run.score["meters"] == proposal.after.score.meters
    assert run.score["travel"] == "estimate: straight line × 1.3 at 35 km/h"
    for move in proposal.moves:
        assert run.reasons[move.visit_id] == list(move.reasons)
        assert any("driving" in words for words in move.reasons)
        events = office.see(lambda tx, id=move.card.id: tx.all(select(Event).where(
            Event.entity == "appointment", Event.entity_id == id, Event.kind == "visit.planned")))  # fmt: skip
        assert [event.after["reasons"] for event in events] == [list(move.reasons)]


def test_only_the_ticked_moves_are_written(office: Office) -> None:
    made = make.small(office)
    jobs = [make.job(office, made).appointment_id for _ in range(3)]
    proposal = found(office.see(plan_day, TODAY))
    assert proposal.ids == {str(id) for id in jobs}
    office.do(apply_plan, proposal, {str(jobs[1])})
    assert [make.card(office, id).state for id in jobs] == [S.WAITING, S.SCHEDULED, S.WAITING]


@pytest.mark.requirement("0.14")
def test_a_visit_that_another_desk_moved_is_left_and_listed(office: Office) -> None:
    made = make.small(office)
    mine, theirs = (make.job(office, made).appointment_id for _ in range(2))
    proposal = found(office.see(plan_day, TODAY))
    office.do(moves.place, theirs, version=1, provider_ids=(made.bo,), starts_at=at(15))
    change = office.do(apply_plan, proposal)
    assert change.refused == ((theirs, "The visit at Carol Customer was changed since; it stays as it is."),)
    assert [p.id for p in change.after] == [mine]
    assert make.card(office, theirs).starts_at == at(15)


def test_a_place_that_another_desk_took_is_left_and_listed(office: Office) -> None:
    made = make.small(office)
    mine = make.job(office, made, kind="exact", at_min=9 * 60).appointment_id
    office.do(providers.add_absence, made.bo, at(0), at(23), "sick")
    proposal = found(office.see(plan_day, TODAY))
    rival = make.job(office, made).appointment_id
    office.do(moves.place, rival, version=1, provider_ids=(made.ana,), starts_at=at(9))
    change = office.do(apply_plan, proposal)
    assert change.after == ()
    assert [id for id, _ in change.refused] == [mine]
    assert "Ana is at Carol Customer" in change.refused[0][1]


def test_a_rejected_plan_is_never_written(office: Office) -> None:
    made = make.small(office)
    id = make.job(office, made).appointment_id
    proposal = replace(found(office.see(plan_day, TODAY)), accepted=False)
    with pytest.raises(NotAllowed, match="breaks a rule"):
        office.do(apply_plan, proposal)
    assert make.card(office, id).state is S.WAITING


def test_what_stands_does_not_give_way_to_an_urgent_visit(office: Office) -> None:
    made = make.small(office)
    office.do(providers.add_absence, made.bo, at(0), at(23), "sick")
    office.do(providers.add_absence, made.ana, at(10), at(23), "sick")
    stands = make.job(office, made).appointment_id
    office.do(moves.place, stands, version=1, provider_ids=(made.ana,), starts_at=at(8, 30))
    urgent = make.job(office, made, priority=3).appointment_id
    proposal = found(office.see(plan_day, TODAY))
    assert (proposal.moves, [left.card.id for left in proposal.left]) == ((), [urgent])


def test_an_expired_certificate_is_not_used(office: Office) -> None:
    made = make.small(office)
    april = date(2026, 4, 1)
    id = str(make.job(office, made, on=april).appointment_id)
    office.do(providers.add_absence, made.ana, at(0, on=april), at(23, on=april), "holiday")
    left = found(office.see(plan_day, april)).left
    assert [(each.visit_id, each.words) for each in left] == [(id, "Nobody who works on this day has plumbing.")]


def test_every_waiting_visit_of_the_day_is_seen_however_many_wait(office: Office) -> None:
    from fieldoffice.services.dispatch import board as boards_

    made = make.small(office)
    for _ in range(3):
        make.job(office, made, on=TODAY - timedelta(days=3))
    due = make.job(office, made).appointment_id
    limit, boards_.TRAY_LIMIT = boards_.TRAY_LIMIT, 2
    try:
        day = office.see(plan_day, TODAY)
    finally:
        boards_.TRAY_LIMIT = limit
    assert [visit.id for visit in day.problem.visits] == [str(due)]


def test_what_is_done_tells_where_the_provider_is(office: Office, clock) -> None:
    made = make.small(office)
    customer, place = make.customer(office, "Far away", 9)
    id = make.job(office, replace(made, customer=customer), location=place).appointment_id
    office.do(moves.place, id, version=1, provider_ids=(made.ana,), starts_at=at(8))
    for state, minute in ((S.EN_ROUTE, 1), (S.ARRIVED, 5), (S.WORKING, 6), (S.COMPLETED, 50)):
        clock.at = at(8, minute).astimezone(UTC)
        office.do(progress.move_on, id, version=make.card(office, id).version, to=state)
    day = office.see(plan_day, TODAY)
    ana = day.problem.provider(str(made.ana))
    assert day.problem.places[ana.start] == make.PLACES[9]
    assert ana.shift[0] == 8 * 3600 + 50 * 60
    assert day.problem.visits == ()


# reading a board, without a database


def plan(seen: Board, scope: Scope = Scope.ALL) -> DayPlan:
    return day_plan(seen, scope)


def provider(id: int, **more: object):
    return boards.provider(id, start_place=HOME, end_place=HOME, **more)


def card(id: int, hour: float | None = None, who: tuple[int, ...] = (), **more: object) -> Card:
    start = None if hour is None else boards.at(0) + timedelta(hours=hour)
    return boards.card(id, start=start, provider_ids=who, **more)


def served(day: DayPlan) -> dict[str, tuple[str, int]]:
    """A quick plan of the day that keeps the rules, as visit id -> (provider, hour)."""
    made = rounded(day.problem, insert_all(day.problem, start=day.today), day.today)
    assert check(day.problem, made).violations == ()
    return made.place_of


def test_locked_begun_crew_held_and_overridden_visits_stay() -> None:
    odd = [card(1, 9, (1,), locked=True), card(2, 10.5, (1,), state=S.WORKING), card(3, 12, (1, 2)),
           card(4, 14, (1,), state=S.HELD, held_until=boards.at(15)), card(5, 15.5, (2,), overridden="Agreed"),
           card(6, 8, (2,))]  # fmt: skip
    day = plan(boards.board([provider(1), provider(2)], odd, now=boards.at(8, 30)))
    assert day.fixed == {"1", "2", "3", "4", "5", "6"}
    assert {v.id for v in day.problem.visits} == {"1", "2", "4", "5", "6", "3@1", "3@2"}
    assert violations(day) == []
    assert not any(day.movable(visit.id) for visit in day.problem.visits)


def test_overlapping_and_hurried_overrides_do_not_break_the_day() -> None:
    stuck = [card(1, 9, (1,), overridden="Twins"), card(2, 9.5, (1,), overridden="Twins", place=FAR),
             card(3, 10.5, (1,), overridden="Hurry"), card(4, 7, (1,), overridden="Early"),
             card(5, 18, (1,), overridden="Late"), card(6, 11.5, (1,), duration_s=7200, overridden="No break")]  # fmt: skip
    day = plan(boards.board([provider(1, lunch=True)], stuck, [card(9, place=FAR)]))
    assert violations(day) == []
    assert day.problem.provider("1").lunch is None
    assert served(day)["9"][1] >= (13.5 + 0.3) * 3600
    assert len(day.fixed) == 6


def test_away_for_a_part_of_the_day_keeps_both_ends() -> None:
    row = provider(1, absent=[(boards.at(10), boards.at(12), "dentist")], overtime_s=3600)
    day = plan(boards.board([row], [card(1, 8.5, (1,)), card(2, 15, (1,))], [card(n) for n in range(3, 9)]))
    assert day.problem.provider("1").shift == (8 * 3600, 17 * 3600)
    busy = sorted(start for provider_id, start in served(day).values())
    assert not any(9 * 3600 < start < 12 * 3600 for start in busy if start != 10 * 3600)
    assert len(busy) > 6


def test_overtime_ends_where_an_absence_begins() -> None:
    early = provider(1, absent=[(boards.at(15), boards.at(20), "left")], overtime_s=3600)
    late = provider(2, absent=[(boards.at(17, 30), boards.at(20), "choir")], overtime_s=3600)
    day = plan(boards.board([early, late], []))
    assert day.problem.provider("1").last_end == 15 * 3600
    assert day.problem.provider("2").last_end == 17.5 * 3600


def test_visits_of_a_provider_who_is_away_are_given_to_others() -> None:
    sick = provider(1, absent=[(boards.at(0), boards.at(23), "sick")])
    seen = boards.board([sick, provider(2)], [card(1, 9, (1,))])
    proposal = found(plan(seen))
    assert [(m.kind, m.before, m.after and m.after[0]) for m in proposal.moves] == [("provider", ("1", 9 * 3600), "2")]
    kept = plan(seen, Scope.KEEP_PROVIDER)
    assert [(c.id, words) for c, words in kept.left_out] == [(1, "Its provider does not work on this day.")]
    assert kept.problem.visits == ()


def test_without_coordinates_only_the_visit_itself_is_lost() -> None:
    seen = boards.board([provider(1)], [card(1, 9, (1,), place=None)], [card(2, place=None), card(3)])
    day = plan(seen)
    proposal = found(day)
    assert [(c.id, words) for c, words in day.left_out] == [(1, "Has no coordinates, so it stays where it is.")]
    assert [(left.card.id, left.words) for left in proposal.left] == [(2, "The coordinates of Customer 2 are unknown.")]
    assert [(m.card.id, m.kind) for m in proposal.moves] == [(3, "served")]
    assert not 8 * 3600 < proposal.moves[0].after[1] < 10 * 3600  # type: ignore[index]


def test_a_provider_without_a_start_place_is_left_alone_in_words() -> None:
    lost = boards.provider(1)
    day = plan(boards.board([lost, provider(2)], [card(1, 9, (1,))], [card(2)]))
    assert day.notes == ("Ada has no start place, so the plan leaves this row as it is.",)
    assert [p.id for p in day.problem.providers] == ["2"]
    assert [v.id for v in day.problem.visits] == ["2"]


def test_a_visit_nobody_may_do_any_more_stays_where_it_stands() -> None:
    rows = [provider(1), provider(2, skills=["gas"])]
    lost = card(1, 9, (1,), skills=frozenset({"steam"}))
    swapped = card(2, 11, (1,), skills=frozenset({"gas"}))
    proposal = found(plan(boards.board(rows, [lost, swapped])))
    assert proposal.day.fixed == {"1"}
    assert [(m.card.id, m.after and m.after[0]) for m in proposal.moves] == [(2, "2")]


def test_a_promised_time_that_is_over_is_said() -> None:
    gone = card(1, window=Span(boards.at(8), boards.at(9)))
    proposal = found(plan(boards.board([provider(1)], [], [gone], now=boards.at(11))))
    assert [left.words for left in proposal.left] == ["Its promised time is over."]


def test_today_nothing_is_planned_into_the_past() -> None:
    begun = card(1, 9, (1,), state=S.WORKING)
    day = plan(boards.board([provider(1, lunch=True), provider(2)], [begun], [card(n, place=FAR) for n in range(2, 7)],
                            now=boards.at(11, 2)))  # fmt: skip
    soonest = min(start for id, (_, start) in served(day).items() if id != "1")
    assert soonest >= 11 * 3600 + 300 + day.problem.travel.seconds[day.problem.provider("2").start, day.problem.visit("2").place]
    assert day.problem.visit("1").duration_s == 2 * 3600 + 300  # it is not over yet


@pytest.mark.parametrize("on", [date(2026, 3, 8), date(2026, 11, 1)])
def test_on_days_when_the_clocks_change_times_read_as_the_wall_clock(on: date) -> None:
    def clock(hour: int) -> datetime:
        return boards.at(hour, on=on)

    row = boards.provider(1, start_place=HOME, shifts=(Span(clock(8), clock(17)),))
    exact = card(1, window=Span(clock(9), clock(9)))
    seen = boards.board([row], [], [exact], first_on=on, now=boards.at(7, on=on - timedelta(days=1)))
    proposal = found(plan(seen))
    assert [m.after for m in proposal.moves] == [("1", 9 * 3600)]
    assert proposal.day.moment(9 * 3600) == clock(9)
    assert "Ada at 09:00" in proposal.moves[0].reasons[0]
    assert proposal.day.problem.provider("1").shift == (8 * 3600, 17 * 3600)


def test_a_break_and_skills_that_hold_are_kept() -> None:
    old = replace(provider(1), skills=(SkillHeld("gas", DAY - timedelta(days=1)), SkillHeld("steam", DAY)),
                  absences=(Absence(Span(boards.at(8), boards.at(9)), "late"),),
                  lunches=(Lunch(Span(boards.at(12), boards.at(13)), 1800),))  # fmt: skip
    only = plan(boards.board([old], [])).problem.provider("1")
    assert (only.skills, only.shift, only.lunch and only.lunch.window) == ({"steam"}, (9 * 3600, 17 * 3600), (12 * 3600, 13 * 3600))


def test_a_good_day_stays_as_it_is() -> None:
    proposal = found(plan(boards.board([provider(1), provider(2)], [card(1, 9, (1,)), card(2, 10.5, (1,))])))
    assert proposal.moves == ()
    assert proposal.left == ()
    assert proposal.after.score == proposal.before.score


def test_found_times_are_round_and_near_ones_stay() -> None:
    seen = boards.board([provider(1)], [card(1, 9, (1,), place=FAR, window=Span(boards.at(9), boards.at(10)))],
                        [card(n, place=(38.9 + n / 97, -77.04)) for n in range(2, 6)])  # fmt: skip
    proposal = found(plan(seen))
    assert all(stop.start % 300 == 0 for _, stop in proposal.plan)
    assert proposal.accepted
    assert [m for m in proposal.moves if m.card.id == 1] == []


def test_what_is_not_ticked_counts_as_it_stands() -> None:
    seen = boards.board([provider(1)], [], [card(1), card(2, place=FAR)])
    proposal = found(plan(seen))
    assert proposal.picked({"1", "2"}) == proposal.after
    none = proposal.picked(())
    assert (none.score, none.served) == (proposal.before.score, {})
    one = proposal.picked({"1"})
    assert one.served == {1: 1}
    assert 0 < one.score.drive_s < proposal.after.score.drive_s


def test_a_tick_that_is_missing_tells_what_breaks() -> None:
    """Two visits change places: with one of them only, they would be in each other's way."""
    rows = [provider(1)]
    a = card(1, 9, (1,), window=Span(boards.at(13), boards.at(13)))
    b = card(2, 13, (1,), window=Span(boards.at(9), boards.at(9)))
    proposal = found(plan(boards.board(rows, [a, b])))
    assert {m.visit_id: m.after for m in proposal.moves} == {"1": ("1", 13 * 3600), "2": ("1", 9 * 3600)}
    assert any("does not fit between" in words for words in proposal.picked({"1"}).broken)

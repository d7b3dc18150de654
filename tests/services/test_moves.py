"""Putting visits on the board, and taking them back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from fieldoffice.models.errors import NotAllowed, Stale
from fieldoffice.models.states import AppointmentState as S
from fieldoffice.office import Office
from fieldoffice.services.availability import Conflict
from fieldoffice.services.dispatch import moves, progress
from fieldoffice.services.dispatch.board import board
from tests import make
from tests.make import TODAY, at


def placed(office: Office, made: make.Made, hour: int, provider: int | None = None, **more: object) -> moves.Change:
    job = make.job(office, made)
    return office.do(moves.place, job.appointment_id, version=1, provider_ids=(provider or made.ana,), starts_at=at(hour), **more)


@pytest.mark.requirement("0.46")
def test_a_visit_is_dropped_and_moved_and_the_log_keeps_the_old_time(office: Office) -> None:
    made = make.small(office)
    first = placed(office, made, 9).cards[0]
    assert (first.state, first.provider_ids, first.starts_at) == (S.SCHEDULED, (made.ana,), at(9))
    moved = office.do(moves.place, first.id, version=first.version, provider_ids=(made.bo,), starts_at=at(14))
    assert moved.cards[0].provider_ids == (made.bo,)
    line = office.see(progress.timeline, first.job_id).entries[-1]
    assert "Bo, Mon Mar 2 14:00 (was Mon Mar 2 09:00)" in line.words


@pytest.mark.requirement("0.13")
def test_an_overlap_names_the_clash_and_needs_a_reason(office: Office) -> None:
    made = make.small(office)
    placed(office, made, 9)
    other = make.job(office, made).appointment_id
    with pytest.raises(Conflict, match=r"Ana is at Carol Customer 09:00–10:00"):
        office.do(moves.place, other, version=1, provider_ids=(made.ana,), starts_at=at(9, 30))
    done = office.do(moves.place, other, version=1, provider_ids=(made.ana,), starts_at=at(9, 30), override="Twins house")
    assert done.cards[0].overridden == "Twins house"


@pytest.mark.requirement("0.13")
def test_a_crew_is_a_lead_and_helpers_and_each_is_checked(office: Office) -> None:
    made = make.small(office)
    placed(office, made, 9, made.bo)
    crew = make.job(office, made).appointment_id
    with pytest.raises(Conflict, match="Bo is at"):
        office.do(moves.place, crew, version=1, provider_ids=(made.ana, made.bo), starts_at=at(9))
    done = office.do(moves.place, crew, version=1, provider_ids=(made.ana, made.bo), starts_at=at(11))
    assert done.cards[0].provider_ids == (made.ana, made.bo)


@pytest.mark.parametrize(
    ("words", "hour", "day"),
    [
        ("Ana starts at 08:00", 7, TODAY),
        ("Ends 30 min after the shift of Ana", 16.5, TODAY),
        ("Ana does not work then", 9, date(2026, 3, 1)),
    ],
)
def test_outside_the_shift_is_refused_in_words(office: Office, words: str, hour: float, day: date) -> None:
    made = make.small(office)
    job = make.job(office, made, on=None)
    with pytest.raises(Conflict, match=words):
        office.do(moves.place, job.appointment_id, version=1, provider_ids=(made.ana,),
                  starts_at=at(0, on=day) + timedelta(hours=hour))  # fmt: skip


def test_an_expired_certificate_and_a_missing_skill_are_refused(office: Office) -> None:
    made = make.small(office)
    job = make.job(office, made, on=None)
    april = date(2026, 4, 1)
    with pytest.raises(Conflict, match="plumbing certificate expired Mar 31"):
        office.do(moves.place, job.appointment_id, version=1, provider_ids=(made.bo,), starts_at=at(9, on=april))
    cy = office.do(lambda tx: make.provider(tx, "Cy"))
    with pytest.raises(Conflict, match="Cy lacks plumbing"):
        office.do(moves.place, job.appointment_id, version=1, provider_ids=(cy,), starts_at=at(9))


def test_a_promised_window_blocks_until_the_customer_agrees(office: Office) -> None:
    made = make.small(office)
    job = make.job(office, made, kind="am")
    with pytest.raises(Conflict, match="Promised until 12:00: 120 min late"):
        office.do(moves.place, job.appointment_id, version=1, provider_ids=(made.ana,), starts_at=at(14))
    done = office.do(moves.place, job.appointment_id, version=1, provider_ids=(made.ana,), starts_at=at(14), promise=True)
    assert done.cards[0].window
    assert done.cards[0].window.start == at(14)


def test_a_stale_drop_and_a_locked_visit_are_refused(office: Office) -> None:
    made = make.small(office)
    card = placed(office, made, 9).cards[0]
    with pytest.raises(Stale, match="Carol Customer was just changed"):
        office.do(moves.place, card.id, version=card.version - 1, provider_ids=(made.bo,), starts_at=at(11))
    locked = office.do(moves.lock, ((card.id, card.version),), True).cards[0]
    with pytest.raises(NotAllowed, match="locked"):
        office.do(moves.place, card.id, version=locked.version, provider_ids=(made.bo,), starts_at=at(11))


def test_undo_and_redo_put_things_back_and_refuse_what_changed_since(office: Office) -> None:
    made = make.small(office)
    change = placed(office, made, 9)
    undone = office.do(moves.put_back, change.before, change.after)
    assert undone.cards[0].state is S.WAITING
    assert undone.cards[0].provider_ids == ()
    redone = office.do(moves.put_back, undone.before, undone.after)
    assert redone.cards[0].starts_at == at(9)
    assert redone.cards[0].provider_ids == (made.ana,)
    office.do(moves.lock, ((redone.cards[0].id, redone.cards[0].version),), True)
    late = office.do(moves.put_back, redone.before, redone.after)
    assert late.refused == ((redone.cards[0].id, "The visit at Carol Customer was changed since; it stays as it is."),)


def test_undo_swaps_two_visits_back(office: Office) -> None:
    made = make.small(office)
    a, b = placed(office, made, 9).cards[0], placed(office, made, 10).cards[0]
    swap = office.do(moves.place_many, (moves.Placing(a.id, a.version, (made.ana,), at(10), 3600),
                                        moves.Placing(b.id, b.version, (made.ana,), at(9), 3600)))  # fmt: skip
    assert [c.starts_at for c in swap.cards] == [at(10), at(9)]
    back = office.do(moves.put_back, swap.before, swap.after)
    assert [c.starts_at for c in back.cards] == [at(9), at(10)]
    assert not back.refused


def test_undo_leaves_a_visit_whose_place_was_taken(office: Office) -> None:
    made = make.small(office)
    card = placed(office, made, 9).cards[0]
    off = office.do(moves.unassign, ((card.id, card.version),))
    placed(office, made, 9)
    back = office.do(moves.put_back, off.before, off.after)
    assert "cannot go back: Ana is at Carol Customer" in back.refused[0][1]
    assert make.card(office, card.id).state is S.WAITING


def test_a_hold_is_let_go_when_its_time_is_up(office: Office, clock) -> None:
    made = make.small(office)
    job = make.job(office, made)
    held = office.do(moves.hold, job.appointment_id, version=1, provider_ids=(made.ana,), starts_at=at(9), minutes=10)
    assert held.cards[0].state is S.HELD
    office.do(moves.release_hold, job.appointment_id)
    assert make.card(office, job.appointment_id).state is S.HELD
    clock.forward(minutes=11)
    office.do(moves.release_hold, job.appointment_id)
    assert make.card(office, job.appointment_id).state is S.WAITING


def test_the_board_shows_the_day_and_the_tray(office: Office) -> None:
    made = make.small(office)
    card = placed(office, made, 9).cards[0]
    make.job(office, made, on=date(2026, 3, 9))
    waiting = make.job(office, made, on=None).appointment_id
    seen = office.see(board, TODAY)
    assert [c.id for c in seen.cards] == [card.id]
    assert [c.id for c in seen.tray] == [waiting]
    assert [p.name for p in seen.providers] == ["Ana", "Bo"]


def test_the_board_asks_the_same_number_of_queries_for_one_card_and_for_three(office: Office) -> None:
    from sqlalchemy import event

    made = make.small(office)
    asked: list[str] = []
    event.listen(office.engine, "before_cursor_execute", lambda c, cur, statement, *a: asked.append(statement))
    counts = []
    for hours in ((8,), (9, 10)):
        for hour in hours:
            placed(office, made, hour)
        asked.clear()
        office.see(board, TODAY)
        counts.append(len(asked))
    assert counts[0] == counts[1] > 0

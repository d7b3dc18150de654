"""A time that is held online stands on the board: as what it is, for as long as it is held, and nothing can be dropped on it unasked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fieldoffice.models.booking import BookingRequest
from fieldoffice.models.states import AppointmentState, RequestState
from fieldoffice.office import Tx
from fieldoffice.services.availability import Conflict
from fieldoffice.services.booking.holds import let_go_of
from fieldoffice.services.dispatch import moves
from fieldoffice.services.dispatch.board import board
from fieldoffice.services.dispatch.online import BEING_BOOKED, PROPOSED, shown_board
from fieldoffice.services.dispatch.rows import Card
from tests import make
from tests.conftest import Clock
from tests.make import TODAY
from tests.services.booking.stage import Stage, alone


def held(stage: Stage) -> list[Card]:
    found = stage.office.see(shown_board, TODAY, 2)
    return [card for card in found.cards if card.outside]


def test_a_strangers_hold_is_a_card_until_it_is_over(stage: Stage, clock: Clock) -> None:
    slot = stage.free()[0]
    stage.hold("a secret", slot.starts_at)
    (card,) = held(stage)
    assert (card.customer, card.state, card.starts_at) == (BEING_BOOKED, AppointmentState.HELD, slot.starts_at)
    assert (card.provider_ids, card.locked, card.job_id) == ((slot.provider_id,), True, 0)
    assert card.held_until == clock() + timedelta(minutes=10)
    clock.forward(minutes=10)
    assert held(stage) == []  # at that moment, whether or not somebody has cleared it away


def test_it_goes_when_it_is_let_go_or_confirmed(stage: Stage) -> None:
    stage.hold("one", stage.free()[0].starts_at)
    stage.door.do(let_go_of, "one")
    assert held(stage) == []
    stage.book("two")
    assert held(stage) == []
    assert [card.customer for card in stage.office.see(shown_board, TODAY, 1).cards] == ["Nina New"]


def test_who_plans_or_prints_a_day_sees_visits_only(stage: Stage) -> None:
    stage.hold("one", stage.free()[0].starts_at)
    assert stage.office.see(board, TODAY, 2).cards == ()


def test_a_proposed_time_names_whom_it_was_proposed_to(stage: Stage) -> None:
    stage.hold("a secret", stage.free()[0].starts_at)

    def proposed(tx: Tx) -> None:
        from fieldoffice.services.links import hash_of

        tx.add(BookingRequest(number="R-1", customer_id=stage.made.customer, location_id=stage.made.location, item_id=stage.made.repair,
                              state=RequestState.COUNTER_PROPOSED, wished_on=["2026-03-02"], details={"hold": hash_of("a secret")},
                              created_at=tx.now))  # fmt: skip

    stage.office.do(proposed)
    assert [(card.customer, card.service) for card in held(stage)] == [("Carol Customer", PROPOSED)]


def test_what_is_dropped_on_it_is_refused_with_the_words_of_the_board(stage: Stage) -> None:
    alone(stage.office, stage.made.ana)
    slot = stage.free()[0]
    stage.hold("a secret", slot.starts_at)
    (card,) = held(stage)
    assert card.busy is not None
    visit = make.job(stage.office, stage.made).appointment_id
    with pytest.raises(Conflict, match=card.busy.label):
        stage.office.do(moves.place, visit, version=1, provider_ids=(stage.made.ana,), starts_at=slot.starts_at)


def test_the_board_asks_as_often_for_three_holds_as_for_one(stage: Stage) -> None:
    from sqlalchemy import event

    asked: list[str] = []
    event.listen(stage.office.engine, "before_cursor_execute", lambda _c, _k, statement, *_: asked.append(statement))
    counts: list[int] = []
    for n, slot in enumerate(stage.free()[:5:2]):
        stage.hold(f"secret {n}", slot.starts_at)
        asked.clear()
        assert len(held(stage)) == n + 1
        counts.append(len(asked))
    assert len(set(counts)) == 1

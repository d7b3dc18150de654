"""The answer to a commit is lost on the way: what was asked for is done once, and known to be done."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from fieldoffice.models.errors import WorldFault
from fieldoffice.models.job import Note
from fieldoffice.office import Landed, Office
from tests.faults.notes import write_note, written
from tests.faults.processes import TIMED, rounds
from tests.faults.proxy import Cut, Proxy

pytestmark = [pytest.mark.parametrize("kind", ["postgres"]), TIMED]
SLOW_COMMIT = (
    "create function linger() returns trigger language plpgsql as $$ begin perform pg_sleep(0.7); return null; end $$",
    """create constraint trigger linger after insert on note deferrable initially deferred
    for each row execute function linger()""",
)


def test_an_action_whose_answer_was_lost_is_answered_once_and_done_once(office: Office, desk: Office, line: Proxy) -> None:
    for n in range(rounds(2, 200)):
        desk.see(lambda tx: tx.now)  # the line stands
        line.cut = Cut.ANSWERED
        assert desk.do(write_note, f"note {n}") > 0
        assert line.cut is Cut.NEVER
        assert written(office, f"note {n}") == 1


def test_an_action_that_never_arrived_is_refused_in_words_and_not_done(office: Office, desk: Office, line: Proxy) -> None:
    for n in range(rounds(3, 50)):
        desk.see(lambda tx: tx.now)
        line.cut = Cut.BEFORE
        with pytest.raises(WorldFault, match="cannot be reached. Nothing is lost"):
            desk.do(write_note, f"note {n}")
        assert written(office, f"note {n}") == 0


def test_a_commit_that_is_still_underway_is_waited_for(office: Office, desk: Office, line: Proxy) -> None:
    with office.engine.begin() as connection:
        for statement in SLOW_COMMIT:
            connection.execute(text(statement))
    for n in range(rounds(1, 20)):
        desk.see(lambda tx: tx.now)
        line.cut = Cut.UNDERWAY
        assert desk.do(write_note, f"note {n}") > 0
        assert written(office, f"note {n}") == 1


def test_a_desk_that_cannot_ask_says_that_it_does_not_know(office: Office, desk: Office, line: Proxy, monkeypatch) -> None:
    monkeypatch.setattr("fieldoffice.office.time.sleep", lambda seconds: None)
    desk.see(lambda tx: tx.now)
    line.cut = Cut.ANSWERED
    line.hang_up()
    seat = desk.seat(None)
    with pytest.raises(WorldFault, match="It may have been saved already"):
        seat.done_as("op-1", write_note, "note")
    assert written(office, "note") == 1
    line.listen_again()
    with pytest.raises(Landed, match="saved already"):  # what was typed since must not pass for saved
        seat.done_as("op-1", write_note, "note and more")
    assert (written(office, "note"), written(office, "note and more")) == (1, 0)


def test_the_same_call_after_an_unknown_end_gets_its_answer(office: Office, desk: Office, line: Proxy, monkeypatch) -> None:
    monkeypatch.setattr("fieldoffice.office.time.sleep", lambda seconds: None)
    desk.see(lambda tx: tx.now)
    line.cut = Cut.ANSWERED
    line.hang_up()
    seat = desk.seat(None)
    with pytest.raises(WorldFault):
        seat.done_as("op-1", write_note, "note")
    line.listen_again()
    note = office.see(lambda tx: tx.session.scalars(select(Note.id)).one())
    assert seat.done_as("op-1", write_note, "note").value == note
    assert written(office, "note") == 1


def test_control_trying_again_without_asking_does_it_twice(office: Office, desk: Office, line: Proxy, monkeypatch) -> None:
    monkeypatch.setattr(Office, "landed", lambda self, op_id: False)
    for n in range(rounds(2, 50)):
        desk.see(lambda tx: tx.now)
        line.cut = Cut.ANSWERED
        with pytest.raises(WorldFault):
            desk.do(write_note, f"note {n}")
        desk.do(write_note, f"note {n}")
        assert written(office, f"note {n}") == 2

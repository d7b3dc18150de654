"""State machines: every state of every machine is named, and only the moves in the table are made."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import pytest

from fieldoffice.models import states
from fieldoffice.models.appointment import Appointment
from fieldoffice.models.errors import NotAllowed
from fieldoffice.models.job import JobStatus, status_of
from fieldoffice.models.states import APPOINTMENT_MOVES, FINAL_STATES, MOVABLE_STATES, OPEN_STATES, RUNNING_STATES
from fieldoffice.models.states import AppointmentState as S

MACHINES: dict[str, Mapping[StrEnum, frozenset[StrEnum]]] = {
    name: table for name, table in vars(states).items() if name.endswith("_MOVES")
}


def test_there_are_machines() -> None:
    assert "APPOINTMENT_MOVES" in MACHINES


@pytest.mark.parametrize("name", sorted(MACHINES))
def test_a_machine_names_every_state_and_moves_only_to_states(name: str) -> None:
    table = MACHINES[name]
    every = type(next(iter(table)))
    assert set(table) == set(every)
    assert {type(new) for moves in table.values() for new in moves} == {every}
    assert not [state for state, moves in table.items() if state in moves]


@pytest.mark.parametrize("name", sorted(MACHINES))
def test_every_state_of_a_machine_is_reached_and_leads_to_an_end(name: str) -> None:
    table = MACHINES[name]
    first = next(iter(table))
    assert _reached(table, first) == set(table)
    ends = {state for state, moves in table.items() if not moves}
    assert ends
    assert all(_reached(table, state) & ends for state in table)


def _reached(table: Mapping[StrEnum, frozenset[StrEnum]], start: StrEnum) -> set[StrEnum]:
    seen, waiting = {start}, [start]
    while waiting:
        new = table[waiting.pop()] - seen
        seen |= new
        waiting += new
    return seen


@pytest.mark.parametrize("new", list(S))
@pytest.mark.parametrize("old", list(S))
def test_a_visit_makes_the_moves_of_the_table_and_refuses_the_others(old: S, new: S) -> None:
    visit = Appointment(state=old.value)
    if new in APPOINTMENT_MOVES[old]:
        visit.become(new)
        assert visit.status is new
        return
    with pytest.raises(NotAllowed, match=f"This visit is {old.word} and cannot become {new.word}"):
        visit.become(new)
    assert visit.status is old


@pytest.mark.parametrize("new", list(S))
@pytest.mark.parametrize("old", list(S))
def test_a_move_can_be_taken_back_and_nothing_else(old: S, new: S) -> None:
    visit = Appointment(state=new.value)
    if old is new or new in APPOINTMENT_MOVES[old] or old in APPOINTMENT_MOVES[new]:
        visit.take_back(old)
        assert visit.status is old
        return
    with pytest.raises(NotAllowed):
        visit.take_back(old)
    assert visit.status is new


def test_the_sets_of_states_agree_with_the_table() -> None:
    assert {s for s in S if not APPOINTMENT_MOVES[s]} == FINAL_STATES
    assert set(S) == FINAL_STATES | OPEN_STATES | {S.WAITING}
    assert RUNNING_STATES < OPEN_STATES
    assert {s for s in S if S.WAITING in APPOINTMENT_MOVES[s]} | {S.WAITING} == MOVABLE_STATES


def test_the_words_are_those_of_a_dispatcher() -> None:
    assert [s.word for s in S] == [
        "unscheduled", "held", "scheduled", "dispatched", "en route", "arrived", "working", "paused", "completed",
        "partly done", "not done", "canceled",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("visits", "status"),
    [
        ([], JobStatus.UNSCHEDULED),
        ([S.WAITING], JobStatus.UNSCHEDULED),
        ([S.HELD], JobStatus.SCHEDULED),
        ([S.SCHEDULED, S.WAITING], JobStatus.SCHEDULED),
        ([S.COMPLETED, S.DISPATCHED], JobStatus.SCHEDULED),
        ([S.SCHEDULED, S.EN_ROUTE], JobStatus.IN_PROGRESS),
        ([S.PAUSED], JobStatus.IN_PROGRESS),
        ([S.COMPLETED], JobStatus.COMPLETED),
        ([S.COMPLETED, S.CANCELLED], JobStatus.COMPLETED),
        ([S.PARTLY_DONE, S.WAITING], JobStatus.UNSCHEDULED),
        ([S.PARTLY_DONE, S.COMPLETED], JobStatus.COMPLETED),
        ([S.NOT_DONE], JobStatus.UNSCHEDULED),
        ([S.CANCELLED], JobStatus.UNSCHEDULED),
        ([S.COMPLETED, S.WAITING], JobStatus.UNSCHEDULED),
    ],
)
def test_a_jobs_status_is_derived_from_its_visits(visits: list[S], status: JobStatus) -> None:
    assert status_of(False, False, "", visits) is status


@pytest.mark.parametrize("visits", [[], [S.WAITING], [S.WORKING], [S.COMPLETED]])
def test_what_the_job_itself_says_goes_first(visits: list[S]) -> None:
    assert status_of(True, False, "", visits) is JobStatus.ON_HOLD
    assert status_of(True, True, "", visits) is JobStatus.CANCELLED
    assert status_of(False, False, "the office", visits) is JobStatus.COMPLETED

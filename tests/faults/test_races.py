"""Races between real processes, each with a control that fails when the guard is off."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select, text

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.job import Note
from fieldoffice.models.log import Event, Task
from fieldoffice.office import Office
from fieldoffice.services.backups import check_books
from tests.faults import desks
from tests.faults.conftest import Stage
from tests.faults.processes import TIMED, race, rounds

pytestmark = TIMED
DESKS = rounds(2, 8)
WALL = {
    "sqlite": ("drop trigger assignment_overlap_insert", "drop trigger assignment_overlap_update"),
    "postgres": ("alter table assignment drop constraint ex_assignment_overlap",),
}


def take_down_wall(office: Office, kind: str) -> None:
    with office.engine.begin() as connection:
        for statement in WALL[kind]:
            connection.execute(text(statement))


# -- dropping visits on one provider


@pytest.mark.requirement("0.13")
@pytest.mark.parametrize("count", [2, 8])
def test_desks_that_drop_visits_on_one_provider_at_once_get_one_place(stage: Callable[[int], Stage], count: int) -> None:
    here, times = stage(count), rounds(2, 100)
    told = race(desks.drop, count, here.address, here.visits, here.provider, times, ())
    assert sum(t.won for t in told) == times
    assert sum(t.refused for t in told) == times * (count - 1)
    assert sum(t.doubles for t in told) == 0
    assert check_books(here.office.engine) == []


@pytest.mark.parametrize("kind", ["postgres"])
@pytest.mark.parametrize("off", ["lock", "wall"])
def test_the_lock_and_the_wall_each_hold_alone(stage: Callable[[int], Stage], kind: str, off: str) -> None:
    here, times = stage(DESKS), rounds(2, 100)
    if off == "wall":
        take_down_wall(here.office, kind)
    told = race(desks.drop, DESKS, here.address, here.visits, here.provider, times, (off,))
    assert sum(t.won for t in told) == times
    assert sum(t.doubles for t in told) == 0


@pytest.mark.parametrize("kind", ["postgres"])
def test_control_without_lock_and_wall_desks_book_a_provider_twice(stage: Callable[[int], Stage], kind: str) -> None:
    here, times = stage(DESKS), rounds(2, 100)
    take_down_wall(here.office, kind)
    told = race(desks.drop, DESKS, here.address, here.visits, here.provider, times, ("lock", "wall"))
    assert sum(t.doubles for t in told) > 0
    assert any("booked twice" in words for words in check_books(here.office.engine))


def test_control_looking_and_writing_apart_books_a_provider_twice(stage: Callable[[int], Stage], kind: str) -> None:
    here, times = stage(DESKS), rounds(2, 100)
    take_down_wall(here.office, kind)
    told = race(desks.drop, DESKS, here.address, here.visits, here.provider, times, ("one transaction", "wall"))
    assert sum(t.doubles for t in told) > 0


# -- numbers


def numbers(office: Office, series: str) -> list[int]:
    return sorted(int(n) for n in office.see(lambda tx: tx.all(select(Note.text).where(Note.by_name == series))))


@pytest.mark.parametrize("series", ["old", "new"])
def test_numbers_have_no_gap_and_no_double_though_a_fifth_of_the_actions_fail(office: Office, address: str, series: str) -> None:
    if series == "old":  # a new series is begun by all desks at once
        office.do(lambda tx: (tx.number("old", first=1), tx.add(Note(text="1", by_name="old", created_at=tx.now))))
    done = race(desks.number, DESKS, address, series, rounds(6, 400), "guarded")
    assert numbers(office, series) == list(range(1, sum(done) + (2 if series == "old" else 1)))
    assert sum(done) < DESKS * rounds(6, 400)


@pytest.mark.parametrize("how", ["read apart from write", "taken in a transaction of its own"])
def test_control_other_ways_to_number_leave_gaps_or_doubles(office: Office, address: str, how: str) -> None:
    office.do(lambda tx: (tx.number("n", first=0), tx.ring("counter")))
    done = race(desks.number, DESKS, address, "n", rounds(25, 200), how)
    assert numbers(office, "n") != list(range(1, sum(done) + 1))


# -- background work


def test_desks_that_ask_for_the_same_task_at_once_get_one(office: Office, address: str) -> None:
    times = rounds(3, 300)
    race(desks.ask, DESKS, address, times)
    keys = office.see(lambda tx: tx.all(select(Task.key).order_by(Task.id)))
    assert sorted(keys) == sorted(f"mail:{n}" for n in range(times))


# -- moving one visit


def test_desks_that_move_one_visit_are_told_and_no_move_is_lost(stage: Callable[[int], Stage]) -> None:
    here, times = stage(1), rounds(3, 200)
    desk_count = rounds(2, 4)
    told = race(desks.move, desk_count, here.address, here.visits[0], here.provider, times, "guarded")
    assert sum(t.stale for t in told) > 0
    assert version(here) == 1 + desk_count * times
    placed = here.office.see(lambda tx: tx.session.scalar(select(func.count()).where(Event.kind == "visit.placed")))
    assert placed == desk_count * times


def test_control_moves_without_a_version_are_lost(stage: Callable[[int], Stage]) -> None:
    here, times = stage(1), rounds(3, 200)
    race(desks.drop, 1, here.address, here.visits, here.provider, 1, ())
    race(desks.move, 4, here.address, here.visits[0], here.provider, times, "blindly")
    assert version(here) < 2 + 4 * times


def version(here: Stage) -> int:
    return here.office.see(lambda tx: tx.get(Appointment, here.visits[0])).version

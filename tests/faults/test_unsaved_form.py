"""A person types, saves and drags while the line is reset, stalled, the server or the program is killed, the laptop sleeps.

After each round: the text is what was typed, the database holds what was saved, once, and the window never stood still.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from fieldoffice import schema
from fieldoffice.models.appointment import Appointment
from fieldoffice.models.job import Job
from fieldoffice.models.log import Event
from fieldoffice.office import Office
from tests import make
from tests.conftest import MONDAY, Clock
from tests.faults.processes import LONG, TIMED, rounds
from tests.faults.proxy import Proxy
from tests.faults.test_kills import kill_server, own_server

__all__ = ["own_server"]
pytestmark = [TIMED, pytest.mark.requirement("1.27")]
ROUNDS = rounds(1, 50)
PATIENCE_S = 90
STILL_S = 0.2
SLEEP_S = 60.0 if LONG else 8.0


def still() -> float:
    """How long the window may stand still: 200 ms on a machine that has a core for it, more on one that is overrun."""
    overrun = os.getloadavg()[0] / (os.cpu_count() or 1) if hasattr(os, "getloadavg") else 1.0
    return STILL_S if overrun <= 1.0 else STILL_S * 2 * overrun


class Person:
    """The process with the window, and what was typed into it so far."""

    def __init__(self, address: str, home: Path, user: int, job: int) -> None:
        self.args, self.typed, self.worst = (address, str(home), str(user), str(job), MONDAY.isoformat()), "", (0.0, 0.0)
        self.work = 0.0
        self.log = home.with_name(f"{home.name}-says.txt")
        self.start()

    def start(self) -> None:
        env = {**os.environ, "QT_LOGGING_RULES": "*=false", "FIELDOFFICE_HOME": self.args[1]}
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("w", encoding="utf-8") as log:
            self.process = subprocess.Popen([sys.executable, "-m", "tests.faults.typist", *self.args], stdin=subprocess.PIPE,
                                            stdout=subprocess.PIPE, stderr=log, text=True, env=env)  # fmt: skip
        self.until(lambda said: said["ready"])
        self.ask("state")  # what comes before belongs to starting

    def ask(self, what: str, **args: Any) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"do": what, **args}) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def type(self, words: str) -> None:
        self.ask("type", text=words)
        self.typed += words

    def state(self) -> dict[str, Any]:
        said = self.ask("state")
        if said["ready"]:
            self.worst = max(self.worst, (said["beat"], said["machine"]))
            self.work = max(self.work, said["work"])
            assert said["work"] < still(), f"the window computed for {said['work']:.3f} s at a stretch"
            assert said["beat"] < still() + said["machine"], f"the window stood still for {said['beat']:.3f} s"
        return said

    def until(self, true: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE_S
        said = self.ask("state")
        while not true(said):
            assert time.monotonic() < deadline, f"{said}\n{self.stands()}"
            time.sleep(0.05)
            said = self.state() if said["ready"] else self.ask("state")
        return said

    def stands(self) -> str:
        """Where every thread of the program stands, and what it said on the way there."""
        if hasattr(signal, "SIGUSR1"):
            self.process.send_signal(signal.SIGUSR1)
            time.sleep(1)
        return self.log.read_text(encoding="utf-8")[-20_000:]

    def saved(self) -> None:
        """Wait until everything typed is in the database; where saving was given up, press Save again."""
        deadline = time.monotonic() + PATIENCE_S
        while (said := self.state())["dirty"] or said["saving"] or not said["connected"]:
            assert time.monotonic() < deadline, f"{said}\n{self.stands()}"
            if said["connected"] and said["dirty"] and not said["saving"]:
                self.ask("save")
            time.sleep(0.1)
        assert said["text"] == self.typed

    def kill(self) -> None:
        print(f"longest standstill {self.worst[0] * 1000:.0f} ms, while the machine stood {self.worst[1] * 1000:.0f} ms;"
              f" between two beats at most {self.work * 1000:.0f} ms of our own work")  # fmt: skip
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()


class Room:
    """A small company with one job, seen past the line."""

    def __init__(self, office: Office) -> None:
        self.office, self.made = office, make.small(office)
        opened = make.job(office, self.made)
        self.job, self.visit = opened.job_id, opened.appointment_id

    def notes(self) -> str:
        return self.office.see(lambda tx: tx.get(Job, self.job).notes)

    def events(self, kind: str) -> int:
        return self.office.see(lambda tx: tx.session.scalars(select(func.count()).where(Event.kind == kind)).one())

    def version(self) -> int:
        return self.office.see(lambda tx: tx.get(Appointment, self.visit).version)


@pytest.fixture
def room(office: Office) -> Room:
    return Room(office)


@pytest.fixture
def person(room: Room, line: Proxy, tmp_path: Path) -> Iterator[Person]:
    made = Person(line.address, tmp_path / "home", room.made.owner, room.job)
    yield made
    line.flow_again()
    made.kill()


def typed_and_saved(room: Room, person: Person, n: int, hurt: Callable[[], object], heal: Callable[[], object]) -> None:
    """One round: something is typed before and during the fault, saved during it, and the line comes back."""
    dice, before = random.Random(n), room.events("job.edited")
    person.type(f"before {n} ")
    if n % 2:
        person.ask("save")
    hurt()
    person.type(f"during {n} ")
    if not n % 2:
        person.ask("save")
    end = time.monotonic() + dice.uniform(0.1, 3.0)
    while time.monotonic() < end:
        person.state()
        time.sleep(0.05)
    person.type(f"after {n}\n")
    heal()
    person.saved()
    assert room.notes() == person.typed.strip()
    assert 1 <= room.events("job.edited") - before <= 3  # each save once: a repeated one would write its text again


@pytest.mark.parametrize("kind", ["postgres"])
def test_a_reset_line(room: Room, person: Person, line: Proxy) -> None:
    for n in range(ROUNDS):
        typed_and_saved(room, person, n, line.reset if n % 2 else line.reset_at_once, lambda: None)


@pytest.mark.parametrize("kind", ["postgres"])
def test_a_line_that_is_down_for_a_while(room: Room, person: Person, line: Proxy) -> None:
    def down() -> None:
        line.hang_up()
        line.reset()

    for n in range(ROUNDS):
        typed_and_saved(room, person, n, down, line.listen_again)


@pytest.mark.parametrize("kind", ["postgres"])
def test_a_stalled_line(room: Room, person: Person, line: Proxy) -> None:
    for n in range(ROUNDS):
        typed_and_saved(room, person, n, line.stall, line.flow_again)


@pytest.mark.parametrize("kind", ["postgres"])
def test_cut_after_the_commit(room: Room, person: Person, line: Proxy) -> None:
    from tests.faults.proxy import Cut

    for n in range(ROUNDS):
        before = room.events("job.edited")
        person.type(f"saved {n}\n")
        line.cut = Cut.ANSWERED
        person.ask("save")
        person.saved()
        assert room.notes() == person.typed.strip()
        assert room.events("job.edited") == before + 1


def dragged(room: Room, person: Person, n: int, hurt: Callable[[], object]) -> None:
    """A visit is dropped at another hour while the line is hurt: the drag is answered, and what was said is what is."""
    before, placed = room.version(), room.events("visit.placed")
    asked = person.ask("state")
    during = threading.Thread(target=hurt)
    during.start()
    time.sleep(0.05 * (n % 2))  # sometimes the fault is there first, sometimes the drag
    person.ask("drag", visit=room.visit, provider=room.made.ana, to=make.at(8 + n % 8).isoformat())
    during.join()
    told = asked["done"] + asked["refused"]
    said = person.until(lambda said: said["done"] + said["refused"] > told and said["connected"])
    done = said["done"] - asked["done"]
    assert room.version() == before + done  # moved once where it said so, not at all where it was refused
    assert room.events("visit.placed") == placed + done


@pytest.mark.parametrize("kind", ["postgres"])
def test_dragging_while_the_line_is_hurt(room: Room, person: Person, line: Proxy) -> None:
    hurts = (line.reset, line.stall, line.reset_at_once)
    for n in range(rounds(3, 60)):
        dragged(room, person, n, lambda n=n: (hurts[n % 3](), time.sleep(0.5), line.flow_again()))


@pytest.mark.parametrize("kind", ["postgres"])
@pytest.mark.skipif(os.name != "posix", reason="a process is put to sleep by a signal")
def test_a_laptop_that_sleeps_while_a_form_is_open(room: Room, person: Person, line: Proxy) -> None:
    def sleep() -> None:
        os.kill(person.process.pid, signal.SIGSTOP)
        time.sleep(SLEEP_S)
        line.reset()
        os.kill(person.process.pid, signal.SIGCONT)
        time.sleep(1)

    for n in range(rounds(1, 8)):
        if n % 3 == 2:
            dragged(room, person, n, sleep)
            continue
        person.type(f"before the sleep {n} ")
        if n % 2:
            person.ask("save")
        sleep()
        person.ask("state")  # the sleep itself is no fault of the window, whichever of its timers came first
        time.sleep(0.2)
        person.ask("state")
        person.type(f"after it {n}\n")
        person.ask("save")
        person.saved()
        assert room.notes() == person.typed.strip()


@pytest.mark.parametrize("kind", ["postgres", "sqlite"])
def test_a_program_killed_while_typing_shows_the_text_again(room: Room, address: str, tmp_path: Path) -> None:
    person = Person(address, tmp_path / "home", room.made.owner, room.job)
    try:
        for n in range(rounds(1, 25)):
            _killed_while_typing(room, person, n)
    finally:
        person.kill()


def _killed_while_typing(room: Room, person: Person, n: int) -> None:
    before = room.events("job.edited")
    person.type(f"typed {n}\n")
    person.until(lambda said: said["kept"] == [person.typed])
    if n % 2:
        person.ask("save")  # may have landed or not when the kill comes
    person.kill()
    person.start()
    person.typed = person.until(lambda said: said["text"].strip() == person.typed.strip())["text"]
    person.saved()
    assert room.notes() == person.typed.strip()
    assert room.events("job.edited") == before + 1


def test_a_killed_server(own_server: tuple[Path, str], clock: Clock, tmp_path: Path) -> None:
    folder, address = own_server
    with closing(Office(address, clock=clock)) as office:
        schema.upgrade(office.engine)
        room = Room(office)
        person = Person(address, tmp_path / "home", room.made.owner, room.job)
        try:
            for n in range(rounds(1, 50)):
                if n % 3 == 2:
                    dragged(room, person, n, lambda: (kill_server(folder), office.engine.dispose()))
                    continue
                person.type(f"before {n} ")
                if n % 2:
                    person.ask("save")
                kill_server(folder)
                person.type(f"after {n}\n")
                person.ask("save")
                person.saved()
                office.engine.dispose()
                assert room.notes() == person.typed.strip()
        finally:
            person.kill()

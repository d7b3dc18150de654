"""The power goes while an SQLite file is written: no commit that was answered is lost, none is half, and the file is whole.

The statements are those that every action of the office writes; the file is a migrated one. The library is another than the
program's, because only there the file system can be replaced; each connection is set up with the program's own pragmas.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import apsw
import pytest

from fieldoffice.engine import WAL_SAFE, sqlite_pragmas
from tests.faults.powercut import Disk, Machine, PowerCut
from tests.faults.processes import TIMED, rounds

pytestmark = [TIMED, pytest.mark.requirement("0.18")]
MACHINE = "machine"
FULL_AT = 3_000_000
"""Bytes at which the file begins anew: large ones only make the look at them slow."""
OLD_LIBRARY = (3, 40, 1)
CHECKPOINT_PAGES = 25
"""Instead of 1000: the log is carried over into the file within each round, and the cut falls there, too."""


@dataclass
class Found:
    """What all cuts together left behind."""

    answered: int = 0
    lost: int = 0
    half: int = 0
    corrupt: int = 0
    landed_unheard: int = 0
    in_recovery: int = 0

    def bad(self) -> int:
        return self.lost + self.half + self.corrupt


@dataclass
class Bench:
    """A machine with one file on it, which loses its power once a round."""

    path: Path
    template: bytes
    pragmas: tuple[str, ...]
    dice: random.Random
    found: Found = field(default_factory=Found)
    answered: set[str] = field(default_factory=set)  # since the file began
    asked: int = 0

    def __post_init__(self) -> None:
        self.machine = Machine(MACHINE, Disk())
        self._begin()

    def _begin(self) -> None:
        self.machine.disk = Disk({str(self.path): self.template})
        self.answered.clear()

    def round(self) -> None:
        """Work until the power goes, sometimes once more while the file recovers, then look at what is there."""
        try:
            self._work(self.dice.randrange(0, 800))
            if self.dice.random() < 0.3:
                self.found.in_recovery += 1
                self._work(self.dice.randrange(0, 12))
            self._look()
        except (apsw.CorruptError, apsw.NotADBError):
            self.found.corrupt += 1
        if self.found.bad() or sum(len(file.seen) for file in self.machine.disk.files.values()) > FULL_AT:
            self._begin()

    def _work(self, steps: int) -> None:
        self.machine.disk.cut_in(steps)
        with suppress(PowerCut, apsw.IOError), self._connected() as db:
            while True:
                self._act(db)
        self._power_comes_back()

    def _power_comes_back(self) -> None:
        left = self.machine.disk.after_the_cut(self.dice)
        shutil.rmtree(self.path.parent)
        self.path.parent.mkdir()
        self.machine.disk = Disk(left)

    def _act(self, db: apsw.Connection) -> None:
        """One action; it counts as answered once COMMIT has come back."""
        self.asked += 1
        op = f"op-{self.asked}"
        act(db, op, self.dice)
        self.answered.add(op)
        self.found.answered += 1
        if self.dice.random() < 0.02:
            db.pragma("wal_checkpoint(" + self.dice.choice(("PASSIVE", "RESTART", "TRUNCATE")) + ")")

    def _look(self) -> None:
        with self._connected() as db:
            self._compare(db)

    def _compare(self, db: apsw.Connection) -> None:
        if db.pragma("integrity_check") != "ok" or db.execute("pragma foreign_key_check").fetchall():
            raise apsw.CorruptError
        landed = {row[0] for row in db.execute("select op_id from operation")}
        self.found.lost += len(self.answered - landed)
        self.found.landed_unheard += len(landed - self.answered)
        self.found.half += int(not whole(db, landed))
        self.answered = landed

    @contextmanager
    def _connected(self) -> Iterator[apsw.Connection]:
        db = apsw.Connection(str(self.path), vfs=MACHINE)
        try:
            for pragma in self.pragmas:
                db.execute(f"PRAGMA {pragma}")
            yield db
        finally:
            with suppress(PowerCut, apsw.Error):
                db.close()
            db.close(True)


def act(db: apsw.Connection, op: str, dice: random.Random) -> None:
    """What belongs together: two notes, a number, the event, the operation and the topic."""
    db.execute("BEGIN IMMEDIATE")
    for words in (f"begin {op}", f"{op} " + "x" * dice.choice((10, 10, 300, 9000))):
        db.execute("insert into note (text, by_name, created_at, version) values (?, '', '2026-03-02 12:00:00', 1)", (words,))
    db.execute("insert into counter (name, last) values ('cut', 1) on conflict (name) do update set last = last + 1")
    db.execute("insert into event (at, occurred_at, by_name, kind, entity, entity_id, op_id, before, after, note, no_fix) values"
               " ('2026-03-02 12:00:00', '2026-03-02 12:00:00', '', 'note', 'note', 1, ?, '{}', '{}', '', '')", (op,))  # fmt: skip
    db.execute("insert into operation (op_id, at) values (?, '2026-03-02 12:00:00')", (op,))
    db.execute("insert into topic (name, n) values ('note', 1) on conflict (name) do update set n = n + 1")
    db.execute("COMMIT")


def whole(db: apsw.Connection, landed: set[str]) -> bool:
    """Whether each action is there with all that belongs to it, and nothing is there of any other."""
    events = [row[0] for row in db.execute("select op_id from event")]
    notes = [row[0].removeprefix("begin ").split(" ")[0] for row in db.execute("select text from note")]
    numbers = {name: db.execute(f"select coalesce(sum({column}), 0) from {name}").fetchone()[0]  # noqa: S608
               for name, column in (("counter", "last"), ("topic", "n"))}  # fmt: skip
    return sorted(events) == sorted(landed) and sorted(notes) == sorted([*landed, *landed]) and set(numbers.values()) == {len(landed)}


def cuts(new_address: Callable[..., str], tmp_path: Path, times: int, library: tuple[int, ...], **instead: str) -> Found:
    """Cut the power so often. `instead` names pragmas to be set otherwise."""
    template = Path(new_address("sqlite").removeprefix("sqlite:///")).read_bytes()
    wanted = {name: value for name, _, value in (pragma.partition("=") for pragma in sqlite_pragmas(library))}
    settings = wanted | {"wal_autocheckpoint": str(CHECKPOINT_PAGES)} | instead
    folder = tmp_path / "machine"
    folder.mkdir()
    bench = Bench(folder / "office.db", template, tuple(f"{name}={value}" for name, value in settings.items()), random.Random(11))
    for _ in range(times):
        bench.round()
    print(f"{times} power cuts, {settings['journal_mode']}, synchronous={settings['synchronous']}: {bench.found}")
    return bench.found


@pytest.mark.parametrize("library", [WAL_SAFE, OLD_LIBRARY], ids=["wal", "no wal"])
def test_no_answered_commit_is_lost_and_the_file_is_whole(new_address, tmp_path: Path, library: tuple[int, ...]) -> None:
    times = rounds(40, 2000)
    found = cuts(new_address, tmp_path, times, library)
    assert (found.lost, found.half, found.corrupt) == (0, 0, 0)
    assert found.landed_unheard <= times + found.in_recovery
    assert found.answered > 5 * times
    assert found.in_recovery > 0


@pytest.mark.parametrize("how", ["OFF", "NORMAL"])
def test_control_without_waiting_for_the_disk_something_is_lost(new_address, tmp_path: Path, how: str) -> None:
    assert cuts(new_address, tmp_path, rounds(20, 200), WAL_SAFE, synchronous=how).bad() > 0

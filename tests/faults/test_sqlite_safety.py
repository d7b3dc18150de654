"""What keeps an SQLite file whole: every commit reaches the disk, an unsafe library is not trusted with a log of writes."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from fieldoffice.engine import WAL_SAFE, open_engine, reading
from fieldoffice.models.errors import WorldFault
from fieldoffice.office import Office
from fieldoffice.services.backups import check_books
from tests.conftest import Clock
from tests.faults import desks
from tests.faults.notes import write_note, written
from tests.faults.processes import CONTEXT, TIMED, race, rounds

pytestmark = TIMED
COMMITS = 25
WRITER = """import sys
from fieldoffice.engine import open_engine
raw = open_engine(sys.argv[1]).raw_connection().driver_connection
raw.execute(f"PRAGMA synchronous={sys.argv[2]}")
print("begin", flush=True)
for n in range(int(sys.argv[3])):
    raw.execute("BEGIN IMMEDIATE")
    raw.execute("insert into counter (name, last) values (?, 1)", (f"n{n}",))
    raw.execute("COMMIT")
print("end", flush=True)
"""


def pragmas(address: str) -> dict[str, Any]:
    engine = open_engine(address)
    try:
        with reading(engine).connect() as connection:
            return {name: connection.scalar(text(f"PRAGMA {name}")) for name in
                    ("journal_mode", "synchronous", "foreign_keys", "mmap_size", "busy_timeout")}  # fmt: skip
    finally:
        engine.dispose()


def test_a_commit_is_a_commit(new_address: Callable[..., str]) -> None:
    assert pragmas(new_address("sqlite")) == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "mmap_size": 0,
                                              "busy_timeout": 5000}  # fmt: skip


def test_a_library_that_may_lose_writes_gets_no_log(new_address: Callable[..., str], clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """The operating system's own library, where it is an old one; else one that says that it is."""
    address = new_address("sqlite")
    monkeypatch.setitem(sys.modules, "pysqlite3", sqlite3)
    if sqlite3.sqlite_version_info >= WAL_SAFE:
        monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 51, 2))
    assert pragmas(address)["journal_mode"] == "truncate"
    assert pragmas(address)["synchronous"] == 2
    office = Office(address, clock=clock)
    try:
        assert office.do(write_note, "note") > 0
        assert check_books(office.engine) == []
    finally:
        office.close()


def test_a_desk_that_opens_a_new_file_waits_for_one_that_is_making_it(tmp_path: Path) -> None:
    file = tmp_path / "new.db"
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("create table made (a)")
    other.execute("begin immediate")
    with pytest.raises(sqlite3.OperationalError, match="locked"):  # what SQLite says at once, however long we would wait
        sqlite3.connect(file, timeout=30).execute("pragma journal_mode=wal")
    later = threading.Timer(0.5, other.execute, ["commit"])
    later.start()
    engine = open_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("pragma journal_mode").scalar() == "wal"
    later.join()
    engine.dispose()
    other.close()


@pytest.mark.parametrize("address", ["sqlite://///server/share/office.db", "sqlite:///\\\\server\\share\\office.db"])
def test_a_file_on_a_network_share_is_refused(address: str) -> None:
    with pytest.raises(WorldFault, match="network share"):
        open_engine(address)


def synced(address: str, how: str) -> int:
    """How often the disk was told to write while `COMMITS` commits were made."""
    command = ["strace", "-f", "-e", "trace=fsync,fdatasync,write", "-s", "16", sys.executable, "-c", WRITER, address, how, str(COMMITS)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200)
    if done.returncode or "begin" not in done.stdout:
        pytest.skip(f"no process can be watched here: {done.stderr[-200:]}")
    calls = done.stderr.split('"begin', 1)[1].split('"end', 1)[0]
    return len(re.findall(r"f(?:data)?sync\(", calls))


@pytest.mark.skipif(shutil.which("strace") is None, reason="nothing here tells which calls a process makes")
def test_every_commit_waits_for_the_disk_before_it_is_answered(new_address: Callable[..., str]) -> None:
    """What a power cut would take is only what was not answered yet. Control: with NORMAL most commits wait for nothing."""
    assert synced(new_address("sqlite"), "FULL") >= COMMITS
    assert synced(new_address("sqlite"), "NORMAL") < COMMITS


def write_and_checkpoint(desk: int, barrier: Any, address: str, seconds: float) -> int:
    """One of two programs that write and checkpoint at once."""
    office, n = desks.sit_down(address), 0
    barrier.wait()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        office.do(write_note, f"{desk} {n}")
        n += 1
        if n % 5 == 0:
            with office.engine.connect() as connection:
                connection.rollback()
                connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(RESTART)")  # type: ignore[union-attr]
    office.close()
    return n


@pytest.mark.parametrize("kind", ["sqlite"])
def test_two_programs_that_write_and_checkpoint_at_once_lose_nothing(office: Office, address: str) -> None:
    done = race(write_and_checkpoint, 2, address, float(rounds(3, 1800)))
    for desk, count in enumerate(done):
        assert written(office, f"{desk} %") == count
    assert min(done) > 0
    assert check_books(office.engine) == []


def claim(line: Any, address: str, go: Any) -> None:
    """Start like a desktop does: the first one owns the file until it ends."""
    from PySide6.QtCore import QCoreApplication

    from fieldoffice.ui.single import Single

    app = QCoreApplication([])
    single = Single(address)
    line.send("ready")
    go.wait(60)
    owns = single.claim()
    line.send(owns)
    line.poll(60)
    single.release()
    del app


def test_of_twenty_programs_that_start_at_once_one_owns_the_file(tmp_path: Path) -> None:
    count, go = rounds(6, 20), CONTEXT.Event()
    address = f"sqlite:///{tmp_path / 'office.db'}"
    pipes, processes = [], []
    for _ in range(count):
        here, there = CONTEXT.Pipe()
        process = CONTEXT.Process(target=claim, args=(there, address, go), daemon=True)
        process.start()
        pipes.append(here)
        processes.append(process)
    assert all(pipe.poll(60) and pipe.recv() == "ready" for pipe in pipes)
    go.set()
    try:
        owners = [pipe.recv() for pipe in pipes if pipe.poll(60)]
        assert (len(owners), sum(owners)) == (count, 1)
    finally:
        for pipe in pipes:
            pipe.send("end")
        for process in processes:
            process.join(20)
            process.kill()

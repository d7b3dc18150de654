"""The command line: what a terminal can do, on both engines, and the words and codes with which it refuses."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

import fieldoffice
from fieldoffice import settings
from fieldoffice.main import main
from fieldoffice.office import Office
from fieldoffice.services.customers import find
from tests import make
from tests.routing.days import day_path, needs_bench

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """This user's folder, for one test; nothing of the machine's own is seen or changed."""
    monkeypatch.setenv(settings.HOME_VARIABLE, str(tmp_path / "home"))
    monkeypatch.delenv(settings.ADDRESS_VARIABLE, raising=False)
    return tmp_path / "home"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """`run("db", "upgrade")`: (exit code, standard output, standard error)."""

    def ran(*argv: object) -> tuple[int, str, str]:
        try:
            code = main([str(a) for a in argv])
        except SystemExit as end:  # argparse
            code = int(end.code or 0)
        return code, *capsys.readouterr()

    return ran


def test_the_version_is_told(run: Run) -> None:
    assert run("--version") == (0, f"fieldoffice {fieldoffice.__version__}\n", "")


def test_help_lists_every_command(run: Run) -> None:
    code, out, _ = run("--help")
    assert code == 0
    assert [name for name in ("sample", "db", "user", "optimize", "screenshot") if name not in out.split()] == []


# the database


def test_a_database_is_upgraded_backed_up_verified_and_restored(run: Run, kind: str, new_address: Callable[..., str], home: Path) -> None:
    address = new_address(kind, migrated=False)
    code, out, err = run("db", "upgrade", "--database", address)
    assert (code, out.startswith("schema "), out.strip().endswith("(upgraded)"), err) == (0, True, True, "")
    assert run("db", "upgrade", "--database", address)[1] == out.replace(" (upgraded)", "")
    office = Office(address)
    make.small(office)
    code, out, _ = run("db", "backup", "--database", address)
    kept = Path(out.splitlines()[0])
    assert (code, kept.parent, "proven by restoring it" in out) == (0, home / "backups", True)
    assert run("db", "verify", "--database", address) == (0, "all is well\n", "")
    code, out, _ = run("db", "verify", kept)
    assert (code, out.startswith(f"{kept} is good: ")) == (0, True)
    make.customer(office, "Added Later", 3)
    office.close()
    code, out, err = run("db", "restore", "--database", address)
    assert (code, out) == (2, "")
    assert err.startswith("fieldoffice: ")
    code, out, err = run("db", "restore", "--database", address, "--replace")
    first, last = out.splitlines()
    assert (code, last.startswith(f"restored {kept}: "), err) == (0, True, "")
    assert Path(first.removeprefix("backed up first: ")).exists()  # what was replaced is kept
    again = Office(address)
    assert [row.name for row in again.see(find)] == ["Carol Customer"]
    again.close()


def test_a_backup_moves_a_company_to_the_other_engine(run: Run, kind: str, new_address: Callable[..., str]) -> None:
    here, there = new_address(kind), new_address("postgres" if kind == "sqlite" else "sqlite", migrated=False)
    office = Office(here)
    make.small(office)
    office.close()
    assert run("db", "backup", "--database", here)[0] == 0
    code, out, err = run("db", "restore", "--database", there)
    assert (code, out.startswith("restored "), err) == (0, True, "")
    moved = Office(there)
    assert [row.name for row in moved.see(find)] == ["Carol Customer"]
    moved.close()
    assert run("db", "verify", "--database", there)[:2] == (0, "all is well\n")


def test_books_that_disagree_are_told_with_one(run: Run, new_address: Callable[..., str]) -> None:
    from sqlalchemy import text

    address = new_address("sqlite")
    office = Office(address)
    made = make.small(office)
    make.job(office, made)
    with office.engine.connect() as connection, connection.begin():
        connection.execute(text("delete from appointment"))
    office.close()
    code, out, _ = run("db", "verify", "--database", address)
    assert (code, out) == (1, "Job J1001 has no visit.\n")


# refusals: one sentence, two, no traceback


def _file(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


REFUSED: dict[str, tuple[tuple[str, ...], str]] = {
    "no database": (("db", "verify", "--database", "sqlite:///{tmp}/none.db"), "There is no database at"),
    "no backup": (("db", "restore"), "There is no backup in"),
    "no such backup": (("db", "verify", "{tmp}/none.fob"), "none.fob"),
    "not a backup": (("db", "verify", "{tmp}/broken.json"), "broken.json"),
    "other engine": (("db", "upgrade", "--database", "mysql://root@server/books"), "SQLite or PostgreSQL"),
    "no address": (("db", "upgrade", "--database", "nonsense"), "cannot be read"),
    "server away": (("db", "upgrade", "--database", "postgresql://nobody@127.0.0.1:9/none"), "cannot be reached"),
    "not a database": (("db", "verify", "--database", "sqlite:///{tmp}/broken.json"), "damaged"),
    "no day file": (("optimize", "{tmp}/none.json", "--out", "{tmp}/plan.json"), "cannot be read"),
    "not JSON": (("optimize", "{tmp}/broken.json", "--out", "{tmp}/plan.json"), "is not JSON"),
    "a field": (("optimize", "{tmp}/day.json", "--out", "{tmp}/plan.json"), "technicians[0].shift"),
    "negative": (("optimize", "{tmp}/day.json", "--seconds", "-1", "--out", "{tmp}/plan.json"), "Seconds are not negative"),
    "no company": (("screenshot", "schedule", "--out", "{tmp}/a.png"), "There is no company on this computer yet"),
    "a size": (("screenshot", "schedule", "--size", "big", "--out", "{tmp}/a.png"), "width x height"),
    "a tiny size": (("screenshot", "schedule", "--size", "20x20", "--out", "{tmp}/a.png"), "width x height"),
    "no such size": (("sample", "--size", "huge"), "invalid choice"),
    "no such command": (("fly",), "invalid choice"),
}
DAY = {"locations": [[38.9, -77.0]], "technicians": [{"id": "T1", "start_loc": 0, "end_loc": 0, "skills": [], "shift": "all day"}],
       "jobs": [], "detour": 1.3, "kmh": 30, "earth_km": 6371, "weights": {}}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_done_is_one_sentence_and_two(run: Run, tmp_path: Path, case: str) -> None:
    _file(tmp_path / "broken.json", "{not json" * 200)
    _file(tmp_path / "day.json", json.dumps(DAY))
    argv, words = REFUSED[case]
    code, out, err = run(*(part.replace("{tmp}", str(tmp_path)) for part in argv))
    assert (code, out, words in err, "Traceback" in err) == (2, "", True, False), err
    assert not list(tmp_path.glob("*.png")) + list(tmp_path.glob("plan*"))


def test_a_settings_file_that_cannot_be_read_is_named(run: Run, home: Path) -> None:
    home.mkdir()
    _file(home / "settings.json", "{broken")
    code, _, err = run("db", "backup")
    assert (code, err) == (2, f"fieldoffice: The settings file {home / 'settings.json'} cannot be read. Mend or remove it.\n")


# the planner


@needs_bench
@pytest.mark.requirement("0.14")
def test_a_day_file_is_planned_and_the_outside_checker_accepts_it(run: Run, tmp_path: Path) -> None:
    plan, day = tmp_path / "plan.json", day_path("n30")
    code, out, err = run("optimize", day, "--seconds", "0.5", "--seed", "3", "--out", plan)
    assert (code, err, out.startswith("total ")) == (0, "", True)
    checker = [sys.executable, str(day.parents[1] / "check_day.py"), str(day), str(plan)]
    done = subprocess.run(checker, capture_output=True, text=True, check=False)
    said = json.loads(done.stdout)
    assert (done.returncode, f"total {said['total']:,} " in out) == (0, True)


# pictures


def _started(code: str, address: str, tmp_path: Path) -> subprocess.Popen[str]:
    surroundings = {
        **os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "TMPDIR": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path), settings.ADDRESS_VARIABLE: address,
    }  # fmt: skip
    return subprocess.Popen([sys.executable, "-c", code], env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


MAIN = "import sys; from fieldoffice.main import main; sys.exit(main({argv!r}))"


@pytest.fixture
def company(new_address: Callable[..., str]) -> str:
    """The address of a small company in a file."""
    address = new_address("sqlite")
    office = Office(address)
    make.small(office)
    office.close()
    return address


@pytest.mark.parametrize(("page", "size", "theme"), [("schedule", (1366, 768), "light"), ("schedule", (1100, 700), "dark")])
def test_a_page_is_pictured(company: str, tmp_path: Path, page: str, size: tuple[int, int], theme: str) -> None:
    out = tmp_path / "page.png"
    argv = ["screenshot", page, "--size", f"{size[0]}x{size[1]}", "--theme", theme, "--database", company, "--out", str(out)]
    child = _started(MAIN.format(argv=argv), "", tmp_path)
    _, err = child.communicate(timeout=90)
    assert (child.returncode, "Traceback" in err) == (0, False), err
    picture = QImage(str(out))
    assert (picture.width(), picture.height()) == size
    assert (picture.pixelColor(100, size[1] // 2).lightness() > 128) is (theme == "light")


def test_an_unknown_page_is_named_beside_the_known_ones(run: Run, company: str, tmp_path: Path) -> None:
    code, _, err = run("screenshot", "nowhere", "--database", company, "--out", tmp_path / "a.png")
    assert (code, err.startswith("fieldoffice: There is no page called nowhere. Pages: dashboard, schedule, map")) == (2, True), err


# one desktop for one file

FIRST = """
import sys
from fieldoffice.ui import single

class Told(single.Single):
    def on_call(self, raise_window):
        super().on_call(lambda: (raise_window(), print("raised", flush=True)))
        print("ready", flush=True)

single.Single = Told
from fieldoffice.main import main
sys.exit(main([]))
"""


@contextmanager
def _desktop(code: str, address: str, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    child = _started(code, address, tmp_path)
    try:
        yield child
    finally:
        if child.poll() is None:
            child.kill()
        child.communicate()


@pytest.mark.skipif(sys.platform == "win32", reason="ends the first by a signal")
def test_a_second_desktop_on_the_same_file_raises_the_first(company: str, tmp_path: Path) -> None:
    with _desktop(FIRST, company, tmp_path) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "ready\n", first.stderr and first.stderr.read()
        with _desktop(MAIN.format(argv=[]), company, tmp_path) as second:
            out, err = second.communicate(timeout=60)
        assert (second.returncode, out) == (0, "")
        assert "already open on this file; its window was brought to the front" in err
        assert first.stdout.readline() == "raised\n"
        first.send_signal(signal.SIGTERM)
        assert first.wait(30) in (0, -signal.SIGTERM)

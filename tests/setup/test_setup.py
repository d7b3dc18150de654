"""The two commands and the steps behind them: what is done again when, and what they say when they cannot go on."""

from __future__ import annotations

import importlib
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

TREE = Path(__file__).resolve().parents[2]
SCRIPTS = ["run", "test", ".ci/run"]
posix = pytest.mark.skipif(os.name != "posix", reason="shell scripts")
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a screen is looked for on Linux only")
debian = pytest.mark.skipif(not shutil.which("apt-get"), reason="needs apt-get")


@pytest.fixture
def set_up(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, ModuleType]]:
    """The modules of setup/, imported as the set-up itself does, and gone afterwards."""
    names = ["tree", "system", "work", "install"]
    monkeypatch.syspath_prepend(str(TREE / "setup"))
    yield {name: importlib.import_module(name) for name in names}
    for name in names:
        sys.modules.pop(name, None)


def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run with these variables set (or taken away, where empty)."""
    everything = {name: value for name, value in (os.environ | environment).items() if value}
    return subprocess.run(
        command, env=everything, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )


@posix
@pytest.mark.parametrize("name", SCRIPTS)
def test_the_scripts_may_be_run_and_can_be_read(name: str) -> None:
    assert (TREE / name).stat().st_mode & stat.S_IXUSR
    shell = "bash" if name == ".ci/run" else "sh"
    assert run(shell, "-n", TREE / name).stderr == ""


def test_a_second_set_up_has_nothing_to_do(set_up: dict[str, ModuleType]) -> None:
    install = set_up["install"]
    stale = [step.name for step in install.steps({"test"}) if install.is_stale(step)]
    # the route engine may be under work while this runs
    assert [name for name in stale if name != "route engine"] == [], "start ./test once"


# -- stamps


@pytest.fixture
def stamped(set_up: dict[str, ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    install = set_up["install"]
    monkeypatch.setattr(install, "READY", tmp_path / "ready.json")
    return install


def test_a_step_is_done_again_when_what_it_was_made_from_changes(stamped: ModuleType, tmp_path: Path) -> None:
    made = tmp_path / "made"
    step = stamped.Step("a step", "first", made.mkdir, made)
    assert stamped.is_stale(step)
    stamped.carry_out(step)
    assert not stamped.is_stale(step)
    assert stamped.is_stale(step._replace(made_from="second"))
    made.rmdir()
    assert stamped.is_stale(step), "what it made is gone"


def test_a_step_that_failed_is_tried_again(stamped: ModuleType, set_up: dict[str, ModuleType], tmp_path: Path) -> None:
    step = stamped.Step("a step", "first", lambda: set_up["tree"].stop("no network"), tmp_path)
    with pytest.raises(SystemExit, match="2"):
        stamped.carry_out(step)
    assert stamped.is_stale(step)


def test_half_a_stamp_file_counts_as_none(stamped: ModuleType) -> None:
    stamped.READY.write_text('{"packages": "ab')
    assert stamped.stamps() == {}


def test_the_route_engine_is_compiled_again_when_its_code_changes(
    stamped: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamped, "ROUTING", tmp_path)
    names = [step.name for step in stamped.steps(set())]
    (tmp_path / "warm.py").write_text("one")
    first = list(stamped.steps(set()))[-1]
    (tmp_path / "warm.py").write_text("two")
    second = list(stamped.steps(set()))[-1]
    assert "route engine" not in names
    assert first.name == second.name == "route engine"
    assert first.made_from != second.made_from


def test_after_the_tests_a_run_has_no_packages_to_install(stamped: ModuleType) -> None:
    assert stamped.packages(set()).name == "packages"
    stamped.carry_out(stamped.packages({"test"})._replace(work=lambda: None))
    assert stamped.packages(set()).name == stamped.packages({"test"}).name


# -- the system


@debian
def test_a_plain_user_gets_one_line_to_copy(
    set_up: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(SystemExit, match="2"):
        set_up["system"].install({"window"}, "Qt cannot be loaded.")
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "apt-get install -y" in err
    assert " libnss3 " in err
    assert " libxcb-cursor0 " in err
    assert " xvfb " not in err


def test_where_there_is_no_apt_the_missing_thing_is_named(
    set_up: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SystemExit, match="2"):
        set_up["system"].install(set(), "Qt cannot be loaded: libnss3.so is missing.")
    assert capsys.readouterr().err.startswith("Qt cannot be loaded: libnss3.so is missing. Please install it")


def test_a_part_of_qt_that_cannot_be_loaded_is_told_in_its_own_words(set_up: dict[str, ModuleType]) -> None:
    lacking = set_up["system"].lacking
    assert lacking(Path(sys.executable), "import PySide6.QtCore") is None
    assert lacking(Path(sys.executable), "raise ImportError('libfoo.so.1: not found')") == (
        "Qt cannot be loaded: ImportError: libfoo.so.1: not found."
    )


@linux
@pytest.mark.parametrize("arguments", [[], ["--sample"]])
def test_without_a_screen_the_desktop_is_refused_in_one_line(arguments: list[str]) -> None:
    done = run(TREE / "run", *arguments, DISPLAY="", WAYLAND_DISPLAY="", QT_QPA_PLATFORM="", FIELDOFFICE_XVFB="")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "No screen was found" in done.stderr
    assert "FIELDOFFICE_XVFB=1" in done.stderr


# -- ./run and ./test, with a Python that only notes what it was asked


@pytest.fixture
def noted(tmp_path: Path) -> Path:
    """A tree with the real scripts and a .venv whose Python writes down its arguments; `-m NAME` fails if NAME is in `fails`."""
    for name in ("run", "test"):
        shutil.copy(TREE / name, tmp_path / name)
    (tmp_path / "setup").mkdir()
    shutil.copy(TREE / "setup" / "common.sh", tmp_path / "setup")
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(
        f'#!/bin/sh\ncd {tmp_path}\necho "$* ${{FIELDOFFICE_LONG:-}}" >>asked\n[ "${{2:-}}" = pytest ] && echo "1 passed in 0.01s"\n'
        'if grep -qx -- "${2:-}" fails 2>/dev/null; then exit 1; fi\n'
    )
    python.chmod(0o755)
    return tmp_path


def asked(tree: Path) -> list[str]:
    """What Python was asked for, without the call of the set-up."""
    return [line.strip() for line in (tree / "asked").read_text().splitlines() if "install.py" not in line]


@posix
def test_the_checks_come_first_and_pytest_speaks_last(noted: Path) -> None:
    done = run(noted / "test", FIELDOFFICE_LONG="")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "1 passed in 0.01s"
    assert [line.split()[1] for line in asked(noted)] == ["ruff", "basedpyright", "pytest"]


@posix
@pytest.mark.parametrize("stage", ["ruff", "basedpyright", "pytest"])
def test_each_failing_stage_fails_the_whole_and_pytest_still_speaks_last(noted: Path, stage: str) -> None:
    (noted / "fails").write_text(f"{stage}\n")
    done = run(noted / "test", FIELDOFFICE_LONG="")
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "1 passed in 0.01s"


@posix
def test_a_set_up_that_fails_ends_it(noted: Path) -> None:
    (noted / "fails").write_text("-E\n")
    done = run(noted / "test")
    assert done.returncode == 1
    assert asked(noted) == []


@posix
def test_long_is_told_to_every_stage(noted: Path) -> None:
    run(noted / "test", "--long")
    assert [line.split()[-1] for line in asked(noted)] == ["1", "1", "1"]


@posix
def test_arguments_go_to_pytest_alone(noted: Path) -> None:
    run(noted / "test", "tests/here", "-k", "two words", FIELDOFFICE_LONG="")
    assert asked(noted) == ["-m pytest tests/here -k two words"]


@posix
def test_run_passes_its_arguments_on_from_any_folder(noted: Path) -> None:
    done = run("sh", "-c", f"cd / && {noted}/run optimize 'DAY 1.json' --seed 3")
    assert done.returncode == 0
    assert asked(noted) == ["-m fieldoffice optimize DAY 1.json --seed 3"]


# -- an installation that was broken off


@posix
def test_half_a_package_is_not_trusted(
    set_up: dict[str, ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real work on a .venv of its own, in which an earlier installation was killed."""
    work, venv = set_up["work"], tmp_path / ".venv"
    for name, value in (("VENV", venv), ("PYTHON", venv / "bin" / "python"), ("UNFINISHED", venv / "unfinished")):
        monkeypatch.setattr(work, name, value)
    half, pins = venv / "half.py", tmp_path / "pins.txt"
    venv.mkdir()
    half.touch()
    work.UNFINISHED.touch()
    pins.write_text("without-a-hash==1.0\n")
    with pytest.raises(SystemExit, match="2"):
        work.install(pins)
    assert not half.exists()
    assert work.UNFINISHED.exists(), "that installation was refused too"
    assert work.quiet(work.PYTHON, "-m", "pip", "--version")


@posix
def test_a_finished_installation_is_trusted(
    set_up: dict[str, ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = set_up["work"]
    monkeypatch.setattr(work, "UNFINISHED", tmp_path / "unfinished")
    monkeypatch.setattr(work, "fetch", lambda pins: [work.UNFINISHED.stat(), pins.stat()])
    work.install(TREE / "requirements" / "run.txt")
    assert not work.UNFINISHED.exists()

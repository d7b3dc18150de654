"""The work behind each step of install.py. What fails ends the set-up, and the last line says what it was."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import system
from tree import HERE, PYTHON, TREE, VENV, say, stop

UNFINISHED = VENV / "unfinished"
HASHED = ["--require-hashes", "--only-binary", ":all:"]


def make_venv(wants: set[str]) -> None:
    """.venv with pip, able to import the program from this folder."""
    if not quiet(PYTHON, "-m", "pip", "--version"):
        if not quiet(sys.executable, "-c", "import ensurepip"):  # Debian keeps it in a package of its own
            system.install(wants, "Python's venv module is missing.")
        clear_venv()
    point_to_tree()


def clear_venv() -> None:
    call("The Python environment .venv could not be made.", sys.executable, "-m", "venv", "--clear", VENV)


def point_to_tree() -> None:
    """`python -m fieldoffice` works from any folder: a .pth file names this one."""
    folder = next(VENV.glob("[Ll]ib/**/site-packages"))
    (folder / "fieldoffice.pth").write_text(f"{TREE}\n", encoding="utf-8")


def install(pins: Path) -> None:
    """The packages into .venv; into an empty one where the last time was broken off, for pip trusts half a package."""
    say(f"packages of requirements/{pins.name}, about 1 GB …")
    if UNFINISHED.exists():
        clear_venv()
        point_to_tree()
    UNFINISHED.touch()
    fetch(pins)
    UNFINISHED.unlink()


def fetch(pins: Path) -> None:
    """With uv where it is at hand, for it is quicker; else, or where it fails, with pip."""
    uv = shutil.which("uv")
    if uv and quiet(uv, "pip", "install", "--python", PYTHON, "--compile-bytecode", *HASHED, "-r", pins):
        return
    pip = ["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--progress-bar", "off"]
    words = f"The packages of requirements/{pins.name} could not be installed. Does this machine reach a package index?"
    call(words, PYTHON, *pip, *HASHED, "-r", pins)


def check_libraries(wants: set[str]) -> None:
    """Install what the probes miss; then they must pass."""
    missing = system.missing(wants, PYTHON)
    if missing:
        system.install(wants, missing)
        missing = system.missing(wants, PYTHON)
    if missing:
        stop(f"{missing} It is still so after the installation of the system's packages.")


def fill_vendor() -> None:
    say("map data, fonts and icons …")
    for left in (TREE / ".setup").glob("vendor-*"):  # by a set-up that was killed
        shutil.rmtree(left)
    call("The folder vendor/ could not be filled.", PYTHON, HERE / "vendor.py")


def warm_routing() -> None:
    """Compile the route engine now rather than at the first Optimize."""
    say("route engine …")
    call("The route engine could not be compiled.", PYTHON, "-m", "fieldoffice.services.routing.warm")


def call(words: str, *command: str | Path) -> None:
    """Run it with its words on stderr, for stdout belongs to the program that follows."""
    if subprocess.run(command, cwd=TREE, stdin=subprocess.DEVNULL, stdout=sys.stderr).returncode:
        stop(f"set-up: {words}")


def quiet(*command: str | Path) -> bool:
    try:
        return not subprocess.run(command, cwd=TREE, stdin=subprocess.DEVNULL, capture_output=True).returncode
    except OSError:
        return False

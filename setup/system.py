"""The system's libraries that Qt and the tests need: which are missing, and how they get there.

Proven on Debian 12, from an empty system. The names of Ubuntu 24.04 (…t64) are not tried. On other systems Qt itself
says which library it misses, and a person installs it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tree import say, stop

# Qt with its web engine, drawing off screen.
QT = [
    *("python3-venv", "libglib2.0-0", "libgl1", "libegl1", "libxkbcommon0", "libdbus-1-3", "libfontconfig1"),
    *("libbrotli1", "libnss3", "libasound2", "libgbm1", "libxcomposite1", "libxdamage1", "libxrandr2", "libxtst6"),
    *("libxkbfile1", "libxcb-dri3-0", "fonts-dejavu-core"),
]
# A real window, and printing from it.
WINDOW = [
    *("libxkbcommon-x11-0", "libxcb-cursor0", "libxcb-icccm4", "libxcb-image0", "libxcb-keysyms1"),
    *("libxcb-render-util0", "libxcb-shape0", "libxcb-xkb1", "libcups2"),
]
VIRTUAL_SCREEN = ["xvfb", "xauth"]
TESTS = ["poppler-utils", "chromium", "chromium-driver"]

OFF_SCREEN = "import PySide6.QtWebEngineWidgets, PySide6.QtPdfWidgets, PySide6.QtSvgWidgets, PySide6.QtPrintSupport"
ON_SCREEN = """
import ctypes, pathlib, PySide6.QtGui
ctypes.CDLL(str(pathlib.Path(PySide6.__file__).parent / "Qt/plugins/platforms/libqxcb.so"))
"""
FONTS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")


def names(wants: set[str]) -> list[str]:
    """The packages for what is wanted, as this Debian or Ubuntu calls them."""
    wanted = QT + WINDOW * bool(wants) + VIRTUAL_SCREEN * bool(wants & {"xvfb", "test"}) + TESTS * ("test" in wants)
    here = set(subprocess.run(["apt-cache", "pkgnames"], capture_output=True, text=True).stdout.split())
    return [f"{name}t64" if f"{name}t64" in here else name for name in wanted]


def missing(wants: set[str], python: Path) -> str | None:
    """What is missing, as a sentence; None where nothing is."""
    lack = lacking(python, OFF_SCREEN)
    if lack or not sys.platform.startswith("linux"):
        return lack
    if wants and (lack := lacking(python, ON_SCREEN)):
        return lack
    if not any_font():
        return "No font is installed."
    tools = ["xvfb-run"] * bool(wants & {"xvfb", "test"}) + ["pdftoppm", "chromium", "chromedriver"] * ("test" in wants)
    return next((f"{tool} is not installed." for tool in tools if not shutil.which(tool)), None)


def lacking(python: Path, code: str) -> str | None:
    """What Python says last where it cannot load a part of Qt."""
    tried = subprocess.run([python, "-c", code], capture_output=True, text=True)
    if not tried.returncode:
        return None
    last = tried.stderr.strip().rpartition("\n")[2] or f"exit code {tried.returncode}"
    return f"Qt cannot be loaded: {last.removesuffix('.')}."


def any_font() -> bool:
    folders = (Path(folder).expanduser() for folder in FONTS)
    return any(path.suffix in (".ttf", ".otf", ".ttc", ".pfb") for folder in folders for path in folder.rglob("*"))


def install(wants: set[str], why: str) -> None:
    """As root with apt-get; else the one line that does it is printed, and the set-up ends."""
    if not shutil.which("apt-get"):
        stop(f"{why} Please install it with this system's package manager, then start again.")
    if os.geteuid():
        stop(line_to_copy(names(wants)))
    say("system packages, with apt-get …")
    apt("update", "-qq")
    apt("install", "-qq", "-y", "--no-install-recommends", *names(wants))


def apt(*words: str) -> None:
    quietly = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(["apt-get", *words], env=quietly, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        stop(f"{done.stdout}{done.stderr}set-up: apt-get {words[0]} failed; its words stand above.")


def line_to_copy(packages: list[str]) -> str:
    sudo = "sudo " if shutil.which("sudo") else ""
    line = f"{sudo}apt-get update && {sudo}apt-get install -y --no-install-recommends {' '.join(packages)}"
    return f"{line}  # " + ("then start again" if sudo else "as root, then start again")

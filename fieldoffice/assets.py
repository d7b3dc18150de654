"""Where the program's files lie: ours in resources/, other people's in vendor/, which the set-up fills."""

from __future__ import annotations

import sys
from pathlib import Path

FOLDERS = ("resources", "vendor")


def resource(path: str) -> Path:
    """The file or folder at `path` ("leaflet/leaflet.js", "icons/lock.svg", "help"), from source and when frozen.

    Looks in resources/ first, then in vendor/. Raises FileNotFoundError, in words that name the set-up, where neither
    has it; also where `path` leads out of the two, so a caller may pass on what a web page asked for.
    """
    for folder in FOLDERS:
        found = _inside(_root() / folder, path)
        if found is not None:
            return found
    raise FileNotFoundError(f"The program's file “{path}” is missing. Run the set-up: ./run, on Windows run.cmd.")


def _inside(folder: Path, path: str) -> Path | None:
    try:
        found = (folder / path).resolve()
        there = found.is_relative_to(folder.resolve()) and found.exists()
    except (OSError, ValueError):  # a null character, a name too long, a loop of links
        return None
    return found if there else None


def _root() -> Path:
    """The folder that holds resources/ and vendor/: the source tree, or where a frozen program unpacked its data."""
    frozen: str | None = getattr(sys, "_MEIPASS", None)
    return Path(frozen) if frozen else Path(__file__).resolve().parent.parent

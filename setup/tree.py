"""Where things lie, and how the set-up speaks."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

HERE = Path(__file__).resolve().parent
TREE = HERE.parent
VENV = TREE / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def say(words: str) -> None:
    print(f"set-up: {words}", file=sys.stderr, flush=True)


def stop(words: str) -> NoReturn:
    """Something is missing that only a person can give: one line, exit code 2."""
    print(words, file=sys.stderr, flush=True)
    sys.exit(2)

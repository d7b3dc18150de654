"""Bring this folder up to date before ./run and ./test: python setup/install.py [test] [window] [xvfb]

The steps: .venv with the pinned packages (each download checked against its hash), the system's libraries, vendor/,
and the route engine compiled once. A step leaves a stamp of what it was made from in .venv/ready.json and is done again
only when that changes; a step that failed leaves none. Only the standard library is used, for nothing else is there
yet, and little of it: a start with nothing to do should be quick, so the work itself is imported late.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tree import HERE, PYTHON, TREE, VENV, say

READY = VENV / "ready.json"
RUN, TEST, DATA = (TREE / "requirements" / f"{name}.txt" for name in ("run", "test", "data"))
VENDOR = TREE / "vendor"
VENDOR_FROM = [TREE / "package-lock.json", DATA, HERE / "icons.txt", HERE / "vendor.py", HERE / "places.py"]
ROUTING = TREE / "fieldoffice" / "services" / "routing"


class Step(NamedTuple):
    name: str
    made_from: str  # a digest: the step is done again when it changes
    work: Callable[[], None]
    makes: Path = VENV  # and when this is gone


def main(wants: set[str]) -> None:
    if any(map(is_stale, steps(wants))):
        with alone():
            for step in steps(wants):
                if is_stale(step):
                    carry_out(step)


def steps(wants: set[str]) -> Iterator[Step]:
    yield Step("Python environment", str(TREE), lambda: work("make_venv", wants), PYTHON)
    yield packages(wants)
    libraries = " ".join(["system libraries", *sorted(wants)])
    yield Step(libraries, digest([HERE / "system.py", RUN]), lambda: work("check_libraries", wants))
    yield Step("map data, fonts and icons", digest(VENDOR_FROM), lambda: work("fill_vendor"), VENDOR)
    if (ROUTING / "warm.py").exists():
        yield Step("route engine", digest([RUN, *sorted(ROUTING.rglob("*.py"))]), lambda: work("warm_routing"))


def packages(wants: set[str]) -> Step:
    """The pins of test.txt, which hold those of run.txt too; or only these."""
    for_tests = Step("packages, with those of the tests", digest([TEST, RUN]), lambda: work("install", TEST))
    if "test" in wants or not is_stale(for_tests):
        return for_tests
    return Step("packages", digest([RUN]), lambda: work("install", RUN))


def work(name: str, *given: object) -> None:
    getattr(importlib.import_module("work"), name)(*given)


# -- stamps


def is_stale(step: Step) -> bool:
    return stamps().get(step.name) != step.made_from or not step.makes.exists()


def carry_out(step: Step) -> None:
    began = time.monotonic()
    step.work()
    READY.write_text(json.dumps(stamps() | {step.name: step.made_from}, indent=1) + "\n", encoding="utf-8")
    took = time.monotonic() - began
    if took >= 1:
        say(f"{step.name} ready after {took:.0f} s")


def stamps() -> dict[str, str]:
    try:
        return json.loads(READY.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}


def digest(files: list[Path]) -> str:
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()


@contextmanager
def alone() -> Iterator[None]:
    """One set-up of this folder at a time: a second one waits, then finds nothing left to do."""
    folder = TREE / ".setup"
    folder.mkdir(exist_ok=True)
    with open(folder / "lock", "w") as lock:
        if os.name == "posix":
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    main(set(sys.argv[1:]))

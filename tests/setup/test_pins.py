"""What the set-up installs is pinned, hashed, and says nothing about where it comes from."""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Mapping
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

TREE = Path(__file__).resolve().parents[2]
KINDS = ["run", "test", "data"]
OURS = {"fieldoffice", "tests", *sys.stdlib_module_names}
STATEMENTS = (ast.stmt, ast.excepthandler, ast.match_case)  # imports stand in these only
SET_UP = [
    *(TREE / "requirements").iterdir(),
    *(path for path in (TREE / "setup").iterdir() if path.is_file()),
    *(TREE / name for name in ("package.json", "package-lock.json", ".npmrc", "run", "test", "run.cmd", "test.cmd")),
    TREE / ".ci" / "run",
]


def pins(kind: str) -> list[tuple[Requirement, list[str]]]:
    """Each pin of a compiled file with its hashes."""
    text = (TREE / "requirements" / f"{kind}.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    return [(Requirement(line.split(" --hash=")[0].strip()), re.findall(r"--hash=(\S+)", line)) for line in lines]


def asked(kind: str) -> list[Requirement]:
    lines = (TREE / "requirements" / f"{kind}.in").read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-r"))]


@pytest.mark.parametrize("kind", KINDS)
def test_every_pin_is_exact_and_has_hashes(kind: str) -> None:
    for pin, hashes in pins(kind):
        assert re.fullmatch(r"==[^*,]+", str(pin.specifier)), pin
        assert hashes, pin
        assert all(re.fullmatch("sha256:[0-9a-f]{64}", each) for each in hashes), pin


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_asked_for_is_pinned_as_asked(kind: str) -> None:
    pinned: dict[str, list[str]] = {}
    for pin, _ in pins(kind):
        pinned.setdefault(canonicalize_name(pin.name), []).append(str(pin.specifier).removeprefix("=="))
    for wish in asked(kind):
        versions = pinned.get(canonicalize_name(wish.name), [])
        assert versions, f"{wish} is not pinned"
        assert [version for version in versions if not wish.specifier.contains(version)] == [], wish


def test_the_test_pins_hold_the_run_pins() -> None:
    run, test = ({str(pin) for pin, _ in pins(kind)} for kind in ("run", "test"))
    assert run - test == set()


@pytest.mark.parametrize("path", SET_UP, ids=lambda path: path.name)
def test_no_address_of_a_registry(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"https?://\S+|--(?:extra-)?index-url\S*|--find-links\S*|\bregistry *=.*", text) == []


def test_the_npm_lock_has_hashes_and_fits_the_wishes() -> None:
    lock = json.loads((TREE / "package-lock.json").read_text(encoding="utf-8"))
    wishes = json.loads((TREE / "package.json").read_text(encoding="utf-8"))["dependencies"]
    packages = {name.removeprefix("node_modules/"): entry for name, entry in lock["packages"].items() if name}
    assert [name for name, entry in packages.items() if not entry.get("integrity", "").startswith("sha512-")] == []
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert wishes == {name: packages[name]["version"] for name in wishes}


@pytest.mark.parametrize(("folder", "kind"), [("fieldoffice", "run"), ("tests", "test")])
def test_what_is_imported_is_pinned(folder: str, kind: str) -> None:
    """A package that somebody installed by hand would be missing on the next machine."""
    pinned = {canonicalize_name(pin.name) for pin, _ in pins(kind)}
    wheels = wheels_by_name()
    missing = {
        f"{name} in {path.relative_to(TREE)}"
        for path in (TREE / folder).rglob("*.py")
        for name in imported(path)
        if name not in OURS and not {canonicalize_name(wheel) for wheel in wheels.get(name, [])} & pinned
    }
    assert missing == set()


@cache
def wheels_by_name() -> Mapping[str, list[str]]:
    """Which packages bring each top-level name: asking takes seconds."""
    return packages_distributions()


def imported(path: Path) -> set[str]:
    """The top-level names of what a file imports, also within functions."""
    names: set[str] = set()
    todo: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
        todo += [child for child in ast.iter_child_nodes(node) if isinstance(child, STATEMENTS)]
    return {name.partition(".")[0] for name in names}

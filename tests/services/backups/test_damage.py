"""Damaged and lying backups are refused, and the damaged part is named."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fieldoffice.models.errors import WorldFault
from fieldoffice.office import Office
from fieldoffice.services.backups import (
    back_up,
    newest,
    verify,
)
from tests.faults.processes import TIMED, rounds
from tests.services.backups.shelf import NOON, tamper

pytestmark = TIMED


def test_every_changed_byte_and_every_cut_is_noticed_and_named(books: Office, tmp_path: Path) -> None:
    path = back_up(books.engine, tmp_path, now=NOON, why="test").path
    whole, dice, bad = path.read_bytes(), random.Random(3), tmp_path / "bad.fobak"
    for n in range(rounds(40, 500)):
        place = dice.randrange(len(whole)) if n else len(whole) - 1
        bad.write_bytes(whole[:place] + bytes([whole[place] ^ (1 << dice.randrange(8))]) + whole[place + 1 :])
        refused_by_name(bad)
    for n in range(rounds(10, 100)):
        bad.write_bytes(whole[: dice.randrange(len(whole)) if n else 0])
        refused_by_name(bad)
    bad.write_bytes(whole + b"x")
    refused_by_name(bad)
    assert verify(path).rows > 0


def refused_by_name(path: Path) -> None:
    parts = r"(its table of contents|manifest.json|database.sqlite|tables/\w+.jsonl|the table \w+)"
    with pytest.raises(WorldFault, match=rf"The backup bad.fobak is damaged: {parts}"):
        verify(path)


LIES: list[tuple[str, Callable[[dict[str, Any]], object]]] = [
    ("newer fieldoffice", lambda m: m.update(revision="9999")),
    ("newer fieldoffice", lambda m: m.update(format=99)),
    ("the table job was changed", lambda m: m["tables"]["job"].update(sha256="0" * 64)),
    ("the table job was changed", lambda m: m["tables"]["job"].update(n=0)),
    ("the table extra is missing", lambda m: m["tables"].update(extra=m["tables"]["job"])),
    ("wrong about job", lambda m: m["tables"].pop("job")),
    ("manifest.json cannot be read", lambda m: m.update(made_at="yesterday")),
]


def test_a_backup_that_lies_is_refused(books: Office, tmp_path: Path) -> None:
    path = back_up(books.engine, tmp_path, now=NOON, why="test").path
    for words, change in LIES:
        with pytest.raises(WorldFault, match=words):
            verify(tamper(path, tmp_path / "lies.fobak", change))


def test_a_backup_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(WorldFault, match="There is no backup at"):
        verify(tmp_path / "none.fobak")
    assert newest(tmp_path / "nowhere") is None

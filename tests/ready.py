"""Databases that hold a company already: each kind is made once in a test run and copied for every test that begins with it.

Take the fixture into a conftest or a test file with `from tests.ready import ready`.
"""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy.engine import make_url

from fieldoffice.office import Office
from tests.conftest import STRATEGY, Clock, _admin, _new_postgres, _new_sqlite, _on

T = TypeVar("T")
_MADE: dict[tuple[str, str], tuple[str, bytes]] = {}
"""By engine and who made it: the address to copy from, and what the maker answered."""


class Ready:
    """`ready(kind, maker)`: the address of a fresh database as `maker(office)` leaves it, and the maker's answer.

    The answer is the test's own copy, so it can hold ids and rows, not the office. It was made at the hour that clocks begin with.
    """

    def __init__(self, folder: Path, templates: dict[str, str], server: Callable[[], str]) -> None:
        self.folder, self.templates, self.server = folder, templates, server
        self.dropped: list[str] = []

    def __call__(self, kind: str, maker: Callable[[Office], T]) -> tuple[str, T]:
        known = (kind, f"{maker.__module__}.{maker.__qualname__}")
        if known not in _MADE:
            _MADE[known] = self._made(kind, maker)
        template, answer = _MADE[known]
        return (self._file(template) if kind == "sqlite" else self._database(template)), pickle.loads(answer)

    def _made(self, kind: str, maker: Callable[[Office], Any]) -> tuple[str, bytes]:
        path = Path(self.templates["folder"]) / f"ready{len(_MADE)}.db"
        address = _new_sqlite(path, self.templates, True) if kind == "sqlite" else _new_postgres(self.server(), self.templates, True)
        office = Office(address, clock=Clock())
        try:
            return address, pickle.dumps(maker(office))
        finally:
            office.close()

    def _file(self, template: str) -> str:
        path = self.folder / f"ready{len(list(self.folder.glob('ready*.db')))}.db"
        shutil.copy(str(make_url(template).database), path)
        return f"sqlite:///{path}"

    def _database(self, template: str) -> str:
        self.templates["count"] = name = str(int(self.templates.get("count", "0")) + 1)
        _admin(self.server(), f'create database "fo_{name}" template "{make_url(template).database}"' + STRATEGY)
        self.dropped.append(f"fo_{name}")
        return _on(self.server(), f"fo_{name}")


@pytest.fixture
def ready(tmp_path: Path, templates: dict[str, str], request: pytest.FixtureRequest) -> Iterator[Ready]:
    """Databases that hold a company already, gone after the test."""
    made = Ready(tmp_path, templates, lambda: request.getfixturevalue("postgres_server"))
    yield made
    for name in made.dropped:
        _admin(made.server(), f'drop database if exists "{name}" with (force)')

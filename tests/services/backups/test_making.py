"""Making a backup: one moment, whole, proven, and nothing left beside it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect

from fieldoffice import schema
from fieldoffice.engine import open_engine
from fieldoffice.models.errors import WorldFault
from fieldoffice.models.files import Blob
from fieldoffice.office import Office
from fieldoffice.services.backups import (
    back_up,
    backups_in,
    newest,
    restore,
    verify,
)
from fieldoffice.services.backups.form import opened
from fieldoffice.services.backups.rows import shape_of
from tests import make
from tests.conftest import ENGINES
from tests.models.revisions import rows_of, run
from tests.services.backups.shelf import NOON, Opener, contents


def test_a_backup_says_what_it_holds_and_leaves_nothing_beside_it(books: Office, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    made = back_up(books.engine, folder, now=NOON, why="test")
    assert [p.name for p in folder.iterdir()] == ["fieldoffice-20260302-120005.fobak"]
    assert made.path == folder / "fieldoffice-20260302-120005.fobak"
    assert (made.made_at, made.revision, made.why) == (NOON.replace(microsecond=0), schema.head(), "test")
    assert made.rows == sum(rows_of(books.engine).values()) > 50
    assert made.size == made.path.stat().st_size
    assert verify(made.path).rows == made.rows
    assert newest(folder) == replace(made, seconds=0.0)


def test_two_backups_in_one_second_get_two_names(office: Office, tmp_path: Path) -> None:
    first, second = (back_up(office.engine, tmp_path, now=NOON, why=why).path for why in "ab")
    assert [first.name, second.name] == ["fieldoffice-20260302-120005.fobak", "fieldoffice-20260302-120006.fobak"]
    assert [row.why for row in backups_in(tmp_path)] == ["b", "a"]


def test_a_backup_holds_one_moment_though_desks_go_on(books: Office, tmp_path: Path, monkeypatch) -> None:
    """A desk saves between any two tables that are read; the backup still fits together."""
    from fieldoffice.services.backups import rows, writing

    before = contents(books.engine)
    read = rows.read

    def read_and_save(connection: Any, name: str, columns: Any) -> Any:
        if connection.dialect.name == "postgresql":
            books.do(lambda tx: tx.add(Blob(sha256=name, size=0, content=b"")))
        return read(connection, name, columns)

    copy = writing._copy
    monkeypatch.setattr(rows, "read", read_and_save)
    monkeypatch.setattr(writing, "_copy", lambda c, t: (make.customer(books, "Late", 1), copy(c, t)))
    made = back_up(books.engine, tmp_path, now=NOON, why="busy")
    with opened(made.path) as backup:
        assert dict(backup.manifest.tables) == before
    monkeypatch.undo()
    assert contents(books.engine) != before


def test_a_file_copy_of_a_busy_database_would_be_stale(sqlite_office: Office, tmp_path: Path) -> None:
    """The control: what a plain copy of the file misses."""
    file = Path(str(sqlite_office.engine.url.database))
    make.small(sqlite_office)
    shutil.copy(file, tmp_path / "copy.db")
    copied = open_engine(f"sqlite:///{tmp_path / 'copy.db'}")
    assert rows_of(copied)["customer"] < rows_of(sqlite_office.engine)["customer"]
    copied.dispose()


def test_there_is_nothing_to_back_up_in_an_empty_database(target: Opener, kind: str, tmp_path: Path) -> None:
    with pytest.raises(WorldFault, match="nothing to back up"):
        back_up(target(kind), tmp_path / "b", now=NOON, why="test")
    assert list((tmp_path / "b").iterdir()) == []


def test_other_tables_in_the_same_database_are_left_alone(books: Office, target: Opener, kind: str, tmp_path: Path) -> None:
    run(books.engine, "create table songs (title varchar)")
    path = back_up(books.engine, tmp_path, now=NOON, why="test").path
    restore(path, books.engine, replace=True)
    with books.engine.connect() as connection:
        assert inspect(connection).has_table("songs")
    fresh = target(kind)
    restore(path, fresh)
    with fresh.connect() as connection:
        assert not inspect(connection).has_table("songs")


def test_every_column_has_a_kind_and_the_same_on_both_engines(target: Opener) -> None:
    shapes = []
    for kind in ENGINES:
        with target(kind, migrated=True).connect() as connection:
            shapes.append(shape_of(connection, frozenset(schema.metadata.tables)))
    assert shapes[0] == shapes[1]
    assert set(shapes[0]) == set(schema.metadata.tables)
    assert {c.kind for columns in shapes[0].values() for c in columns} == {
        "bool", "bytes", "date", "float", "instant", "int", "json", "text",
    }  # fmt: skip


def test_a_type_that_backups_do_not_know_stops_them(sqlite_office: Office) -> None:
    run(sqlite_office.engine, "alter table skill add column price numeric(10, 2)")
    with sqlite_office.engine.connect() as connection, pytest.raises(TypeError, match=r"skill\.price"):
        shape_of(connection, frozenset({"skill"}))

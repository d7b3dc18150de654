"""Where the rows of a backup are read from: lines of JSON, or an SQLite file that was unpacked."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from fieldoffice.services.backups import rows
from fieldoffice.services.backups.form import DATABASE, Backup, damaged
from fieldoffice.services.backups.rows import Column, Columns, Row


class Source(Protocol):
    """The tables of a backup."""

    def names(self) -> list[str]: ...

    def table(self, name: str) -> tuple[Columns, Iterator[Row]]: ...


class Lines:
    """Tables written as lines of JSON."""

    def __init__(self, backup: Backup) -> None:
        self.backup = backup

    def names(self) -> list[str]:
        members = sorted(self.backup.manifest.members)
        return [m.removeprefix("tables/").removesuffix(".jsonl") for m in members if m.startswith("tables/")]

    def table(self, name: str) -> tuple[Columns, Iterator[Row]]:
        lines = self._lines(name)
        return tuple(Column(*c) for c in next(lines)), lines

    def _lines(self, name: str) -> Iterator[Row]:
        with self.backup.zip.open(f"tables/{name}.jsonl") as part:
            for line in TextIOWrapper(part, "utf-8", newline="\n"):
                yield json.loads(line)


class Stored:
    """Tables of an SQLite file."""

    def __init__(self, connection: Connection, ours: frozenset[str]) -> None:
        self.connection = connection
        self.shape = rows.shape_of(connection, ours)

    def names(self) -> list[str]:
        return list(self.shape)

    def table(self, name: str) -> tuple[Columns, Iterator[Row]]:
        return self.shape[name], rows.read(self.connection, name, self.shape[name])


@contextmanager
def source_of(backup: Backup, scratch: Path) -> Generator[Source]:
    """The rows of a backup; `scratch` is a folder to unpack into."""
    if DATABASE not in backup.manifest.members:
        yield Lines(backup)
        return
    file = scratch / DATABASE
    backup.unpack(DATABASE, file)
    with looking_into(file) as connection:
        _check_file(backup, connection)
        yield Stored(connection, frozenset(backup.manifest.tables))


@contextmanager
def looking_into(file: Path) -> Generator[Connection]:
    """A read-only connection to an SQLite file that nobody else uses; its schema is not trusted to run anything."""
    sqlite: Any = import_module("pysqlite3")

    def connect() -> Any:
        raw = sqlite.connect(f"file:{quote(str(file))}?mode=ro&immutable=1", uri=True)
        raw.execute("PRAGMA trusted_schema=OFF")
        return raw

    engine = create_engine("sqlite://", module=sqlite, creator=connect, poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


def _check_file(backup: Backup, connection: Connection) -> None:
    try:
        said = connection.scalar(text("PRAGMA integrity_check(1)"))
    except DBAPIError as error:
        said = str(error.orig)
    if said != "ok":
        raise damaged(backup.path, f"{DATABASE}: {said}")

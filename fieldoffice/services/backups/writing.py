"""Making a backup: written beside its final name, proven by restoring it, and only then given the name."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from fieldoffice import __version__, schema
from fieldoffice.engine import driver, reading, told
from fieldoffice.models.errors import WorldFault
from fieldoffice.services.backups import rows
from fieldoffice.services.backups.form import DATABASE, FORMAT, SUFFIX, BackupRow, Manifest, Sum, Writer, in_words
from fieldoffice.services.backups.sources import looking_into
from fieldoffice.services.backups.verifying import SCRATCH, verify


def back_up(engine: Engine, folder: Path, *, now: datetime, why: str) -> BackupRow:
    """Write `fieldoffice-YYYYMMDD-HHMMSS.fobak` (UTC) into `folder`, which is made if need be, and prove it.

    One moment of the database, without holding anybody up. A file under that name is whole and proven, or not there.
    """
    began = time.monotonic()
    with told(), in_words(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with _name(folder, now) as (made_at, draft, final):
            with reading(engine).connect() as connection:
                _write(connection, draft, made_at, why)
            proven = verify(draft)
            os.replace(draft, final)
            _keep_name(folder)
    return replace(proven, path=final, seconds=time.monotonic() - began)


def _write(connection: Connection, draft: Path, made_at: datetime, why: str) -> None:
    revision = schema.revision(connection)
    if revision is None:
        raise WorldFault("There is nothing to back up yet: this database holds no company.")
    writer = Writer(draft)
    with closing(writer.zip):
        kind = connection.dialect.name
        tables = (_write_file if kind == "sqlite" else _write_lines)(connection, writer, schema.tables_at(revision))
        writer.finish(
            Manifest(FORMAT, __version__, revision, kind, made_at.isoformat(), why, tables, dict(writer.members))
        )


def _write_file(connection: Connection, writer: Writer, ours: frozenset[str]) -> dict[str, Sum]:
    with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=writer.path.parent) as scratch:
        copy = Path(scratch) / DATABASE
        _copy(connection, copy)
        with looking_into(copy) as copied:
            sums = {name: rows.sum_of(copied, name, columns) for name, columns in rows.shape_of(copied, ours).items()}
        with writer.member(DATABASE) as part, copy.open("rb") as file:
            while chunk := file.read(1 << 20):
                part.write(chunk)
    return sums


def _copy(connection: Connection, target: Path) -> None:
    """SQLite's own backup: a copied file would lack what is still in the log."""
    with driver(connection) as raw, closing(type(raw)(str(target))) as copy:
        raw.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")


def _write_lines(connection: Connection, writer: Writer, ours: frozenset[str]) -> dict[str, Sum]:
    connection.execute(text("set local idle_in_transaction_session_timeout = '60s'"))
    shape = rows.shape_of(connection, ours)
    return {name: _write_table(connection, writer, name, columns) for name, columns in shape.items()}


def _write_table(connection: Connection, writer: Writer, name: str, columns: rows.Columns) -> Sum:
    tally = rows.Tally()
    with writer.member(f"tables/{name}.jsonl") as part:
        part.write(rows.line(columns))
        for row in rows.read(connection, name, columns):
            data = rows.line(row)
            tally.add(data)
            part.write(data)
    return tally.sum()


@contextmanager
def _name(folder: Path, now: datetime) -> Generator[tuple[datetime, Path, Path]]:
    """The first free second from `now` on, claimed by a draft that is gone again if the backup fails."""
    made_at = now.astimezone(UTC).replace(microsecond=0)
    while True:
        final = folder / f"fieldoffice-{made_at:%Y%m%d-%H%M%S}{SUFFIX}"
        draft = final.with_name(final.name + ".tmp")
        if _claim(draft, final):
            break
        made_at += timedelta(seconds=1)
    try:
        yield made_at, draft, final
    finally:
        draft.unlink(missing_ok=True)


def _claim(draft: Path, final: Path) -> bool:
    try:
        draft.open("xb").close()
    except FileExistsError:
        return False
    if final.exists():
        draft.unlink()
        return False
    return True


def _keep_name(folder: Path) -> None:
    """A file's new name is in its folder, and that is written out by itself."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

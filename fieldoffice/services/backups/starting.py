"""What happens before the door opens: an empty database gets its schema, an old one a backup and then the upgrade."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from fieldoffice import schema
from fieldoffice.engine import open_engine, reading, told
from fieldoffice.services.backups.form import BackupRow
from fieldoffice.services.backups.writing import back_up


@dataclass(frozen=True, slots=True)
class Prepared:
    """From which schema revision (None: empty) to which, and the backup that was made before."""

    revision_before: str | None
    revision_after: str
    backup: BackupRow | None


def bring_up_to_date(address: str, folder: Path, *, now: datetime) -> Prepared:
    """Bring the database at `address` to this program's schema; backups go to `folder`.

    Without a proven backup nothing is upgraded. A newer schema or another program's tables are refused in words.
    """
    engine = open_engine(address)
    try:
        with told():
            return _prepare(engine, folder, now)
    finally:
        engine.dispose()


def _prepare(engine: Engine, folder: Path, now: datetime) -> Prepared:
    with reading(engine).connect() as connection:
        found, before = schema.state_of(connection), schema.revision(connection)
    schema.refuse_unknown(found)
    if found is schema.SchemaState.CURRENT:
        return Prepared(before, str(before), None)
    old = found is schema.SchemaState.OLD
    backup = back_up(engine, folder, now=now, why="before an upgrade") if old else None
    return Prepared(before, schema.upgrade(engine), backup)

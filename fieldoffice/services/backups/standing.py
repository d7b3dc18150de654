"""How safe the company is just now: the newest backup, its age, and whether it would survive the disk."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.engine import make_url

from fieldoffice.models.errors import WorldFault
from fieldoffice.services.backups.form import BackupRow
from fieldoffice.services.backups.keeping import backups_in
from fieldoffice.services.backups.verifying import verify

TOO_OLD = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Standing:
    """The backups of a folder, newest first. Every one of them was proven when it was made."""

    folder: Path
    backups: tuple[BackupRow, ...]
    age: timedelta | None
    same_disk: bool

    @property
    def too_old(self) -> bool:
        return self.age is None or self.age > TOO_OLD


@dataclass(frozen=True, slots=True)
class Proved:
    """A backup that was restored into a scratch database just now, every table compared."""

    backup: BackupRow
    age: timedelta
    seconds: float
    tables: int


def standing(folder: Path, address: str, now: datetime) -> Standing:
    """Look at the backups in `folder` for the database at `address`."""
    found = tuple(backups_in(folder))
    age = max(timedelta(0), now - found[0].made_at) if found else None
    return Standing(folder, found, age, _same_disk(folder, address))


def prove(folder: Path, now: datetime, path: Path | None = None) -> Proved:
    """Restore a backup (the newest one if none is named) into a scratch database and compare every table."""
    if path is None:
        newest = next(iter(backups_in(folder)), None)
        if newest is None:
            raise WorldFault(f"There is no backup in {folder} yet. Make one first.")
        path = newest.path
    began = time.monotonic()
    row = verify(path)
    return Proved(row, max(timedelta(0), now - row.made_at), time.monotonic() - began, row.tables)


def _same_disk(folder: Path, address: str) -> bool:
    """Whether one broken disk would take the database and its backups. A server elsewhere has a disk of its own."""
    url = make_url(address)
    if url.get_backend_name() != "sqlite" or not url.database:
        return False
    try:
        return _disk(Path(url.database).absolute()) == _disk(folder.absolute())
    except OSError:
        return False


def _disk(path: Path) -> int:
    while not path.exists() and path != path.parent:
        path = path.parent
    return os.stat(path).st_dev

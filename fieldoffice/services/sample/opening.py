"""Where a sample company is kept, and when it is made anew."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from fieldoffice import schema
from fieldoffice.engine import open_engine
from fieldoffice.models.errors import NotAllowed, Refused
from fieldoffice.models.job import Job
from fieldoffice.office import Office, Tx
from fieldoffice.services.company import setting
from fieldoffice.settings import Settings

SIZES = ("small", "office", "large")
Tell = Callable[[str, float], None]
"""Told what is being made and how far it is, from 0 to 1."""
GOOD_FOR = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Made:
    """A sample company that was made or found."""

    address: str
    jobs: int
    seconds: float


def make(
    settings: Settings, size: str, now: datetime, *, address: str = "", tell: Tell = lambda what, share: None
) -> Made:
    """Make a sample in its own file (replacing the one before) or in an empty database; half-made ones are never left."""
    began = time.monotonic()
    if address:
        return _fill(address, size, now, tell, began)
    final = settings.sample_file(size)
    draft = final.with_suffix(".making")
    _remove(draft)
    try:
        made = _fill(f"sqlite:///{draft}", size, now, tell, began)
        _remove(final)
        draft.replace(final)
    finally:
        _remove(draft)
    return Made(f"sqlite:///{final}", made.jobs, made.seconds)


def open_sample(settings: Settings, now: datetime, tell: Tell) -> str:
    """The address of the small sample, made today; yesterday's is made anew, because its days are over."""
    path = settings.sample_file("small")
    if not path.exists() or not _is_of_today(path, now):
        make(settings, "small", now, tell=tell)
    return f"sqlite:///{path}"


def clock_of(office: Office) -> timedelta:
    """How far a sample's clock is ahead of the real one; nothing for real companies."""
    return timedelta(seconds=office.see(_ahead))


def _ahead(tx: Tx) -> int:
    return int(setting(tx, "clock_ahead_s")) if tx.company.sample else 0


def _fill(address: str, size: str, now: datetime, tell: Tell, began: float) -> Made:
    engine = open_engine(address)
    try:
        if schema.state(engine) is schema.SchemaState.EMPTY:
            schema.upgrade(engine)
    finally:
        engine.dispose()
    office = Office(address)
    try:
        if office.see(_jobs):
            raise NotAllowed("This database already holds a company. A sample is made in an empty one.")
        _maker(size)(office, now, tell)
        return Made(address, office.see(_jobs), time.monotonic() - began)
    finally:
        office.close()


def _maker(size: str) -> Callable[[Office, datetime, Tell], datetime]:
    """The makers load the planner, which no start of the program should wait for."""
    from fieldoffice.services.sample import bulk, make

    return {"small": make.make_small, "office": bulk.make_office, "large": bulk.make_large}[size]


def _jobs(tx: Tx) -> int:
    return int(tx.session.scalar(select(func.count()).select_from(Job)) or 0)


def _is_of_today(path: Path, now: datetime) -> bool:
    """Made within the last hours, by the file's own company, for this program's schema."""
    try:
        engine = open_engine(f"sqlite:///{path}")
        current = schema.state(engine) is schema.SchemaState.CURRENT
        engine.dispose()
        return current and now - datetime.fromtimestamp(path.stat().st_mtime, UTC) < GOOD_FOR
    except Refused:
        return False


def _remove(path: Path) -> None:
    for end in ("", "-wal", "-shm"):
        Path(f"{path}{end}").unlink(missing_ok=True)

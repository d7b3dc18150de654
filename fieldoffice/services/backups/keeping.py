"""Which backups are there, and which are kept: the newest of each hour, day, week and month, for a while."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fieldoffice.services.backups.form import SUFFIX, BackupRow, glance, in_words, is_whole
from fieldoffice.services.backups.verifying import SCRATCH

NAME = re.compile(r"fieldoffice-(\d{8}-\d{6})" + re.escape(SUFFIX))
LEFTOVER = timedelta(days=1)
POLICY: tuple[tuple[int, Callable[[datetime], object]], ...] = (
    (24, lambda at: (at.date(), at.hour)),
    (14, lambda at: at.date()),
    (8, lambda at: at.isocalendar()[:2]),
    (12, lambda at: (at.year, at.month)),
)
"""How many, and what they are the newest of: the last 24 hours that have a backup, then days, weeks and months."""


def backups_in(folder: Path) -> list[BackupRow]:
    """What the backups in a folder say of themselves, newest first; files that cannot be read are left out."""
    found = ((path, glance(path)) for path in _files(folder))
    return [manifest.row(path) for path, manifest in found if manifest]


def newest(folder: Path) -> BackupRow | None:
    """The newest backup in a folder."""
    return next(iter(backups_in(folder)), None)


def prune(folder: Path, now: datetime) -> tuple[Path, ...]:
    """Delete the backups that the policy lets go, and what broken attempts left behind; returns the backups deleted.

    The newest one that is whole is never among them, nor one that is dated later than `now`.
    """
    files = _files(folder)
    kept = set(_by_policy([path for path in files if _made_at(path) <= now]))
    kept |= {path for path in files if _made_at(path) > now}
    last = next((path for path in files if is_whole(path)), None)
    gone = tuple(path for path in files if path not in kept and path != last)
    with in_words(folder):
        for path in gone:
            path.unlink(missing_ok=True)
        _sweep(folder, now)
    return gone


def _files(folder: Path) -> list[Path]:
    found = [path for path in folder.glob(f"*{SUFFIX}") if NAME.fullmatch(path.name)]
    return sorted(found, key=lambda path: path.name, reverse=True)


def _made_at(path: Path) -> datetime:
    said = NAME.fullmatch(path.name)
    assert said
    return datetime.strptime(said[1], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)


def _by_policy(newest_first: list[Path]) -> Iterable[Path]:
    for most, period in POLICY:
        firsts: dict[object, Path] = {}
        for path in newest_first:
            firsts.setdefault(period(_made_at(path)), path)
        yield from list(firsts.values())[:most]


def _sweep(folder: Path, now: datetime) -> None:
    for path in [*folder.glob(f"fieldoffice-*{SUFFIX}.tmp"), *folder.glob(f"{SCRATCH}*")]:
        if now.timestamp() - path.stat().st_mtime > LEFTOVER.total_seconds():
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)

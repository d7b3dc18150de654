"""Which backups are kept, and for how long."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from fieldoffice.office import Office
from fieldoffice.services.backups import (
    back_up,
    keeping,
    prune,
)
from tests.services.backups.shelf import NOON


def named(folder: Path, at: datetime) -> Path:
    return folder / f"fieldoffice-{at:%Y%m%d-%H%M%S}.fobak"


def test_the_policy_keeps_the_newest_of_hours_days_weeks_and_months(tmp_path: Path) -> None:
    """400 days of a backup every 30 minutes of the working day, pruned after each: exactly what the policy says is left."""
    start = datetime(2025, 1, 1, tzinfo=UTC)
    made: list[datetime] = []
    for day in range(400):
        for half_hour in range(18) if day > 395 else (17,):
            made.append(start + timedelta(days=day, hours=8, minutes=30 * half_hour))
            named(tmp_path, made[-1]).touch()
        prune(tmp_path, made[-1])
    left = {path.name for path in tmp_path.iterdir()}
    hours = [at for at in made if at.minute == 30 and at.date() >= date(2026, 2, 1)][-24:]
    days = [at for at in made if (at.hour, at.minute) == (16, 30)]
    by_week = {at.isocalendar()[:2]: at for at in days}
    by_month = {(at.year, at.month): at for at in days}
    kept = {*hours, *days[-14:], *list(by_week.values())[-8:], *list(by_month.values())[-12:]}
    assert left == {named(tmp_path, at).name for at in kept}


def test_the_last_whole_backup_is_never_deleted(sqlite_office: Office, tmp_path: Path) -> None:
    whole = back_up(sqlite_office.engine, tmp_path, now=NOON - timedelta(days=900), why="old").path
    for n in range(60):
        named(tmp_path, NOON - timedelta(days=n * 9)).write_bytes(b"broken")
    gone = prune(tmp_path, NOON)
    assert len(gone) > 30
    assert whole.exists()
    back_up(sqlite_office.engine, tmp_path, now=NOON, why="new")
    assert whole in prune(tmp_path, NOON)


def test_backups_from_a_wrong_clock_push_none_out(sqlite_office: Office, tmp_path: Path) -> None:
    ahead = [named(tmp_path, NOON + timedelta(days=n)) for n in range(1, 30)]
    today = named(tmp_path, NOON)
    for path in [*ahead, today]:
        path.touch()
    assert prune(tmp_path, NOON) == ()
    assert today.exists()


def test_only_our_leftovers_are_swept_away(tmp_path: Path) -> None:
    later = datetime.now(UTC) + keeping.LEFTOVER * 2
    for name in ("fieldoffice-20260302-120005.fobak.tmp", "holiday.jpg", "notes.tmp"):
        (tmp_path / name).touch()
    (tmp_path / f"{keeping.SCRATCH}abc").mkdir()
    prune(tmp_path, datetime.now(UTC))
    assert len(list(tmp_path.iterdir())) == 4
    prune(tmp_path, later)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["holiday.jpg", "notes.tmp"]

"""The disk is full: a sentence, nothing half, and work goes on when there is space again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from fieldoffice.models.errors import WorldFault
from fieldoffice.models.job import Note
from fieldoffice.models.log import Operation
from fieldoffice.office import Office, Tx
from fieldoffice.services.backups import back_up, check_books
from tests import make
from tests.conftest import Clock
from tests.faults.notes import written
from tests.faults.processes import TIMED, rounds

pytestmark = TIMED
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def fill(tx: Tx, n: int) -> None:
    """Two rows that belong together, and a heavy one."""
    tx.add(Note(text=f"begin {n}", by_name="", created_at=tx.now))
    tx.add(Note(text="x" * 20_000, by_name="", created_at=tx.now))
    tx.add(Note(text=f"end {n}", by_name="", created_at=tx.now))


@pytest.fixture
def small_disk(disk_of: Callable[..., Path]) -> Path:
    """A disk of two megabytes with a ballast file to free."""
    folder = disk_of(2)
    (folder / "ballast").write_bytes(bytes(100_000))
    return folder


@pytest.mark.requirement("0.18")
def test_a_full_disk_is_told_and_nothing_is_half(new_address, small_disk: Path, clock: Clock) -> None:
    template = Path(new_address("sqlite").removeprefix("sqlite:///"))
    for n in range(rounds(2, 60)):
        file = small_disk / f"office{n}.db"
        shutil.copy(template, file)
        (small_disk / "ballast").write_bytes(bytes(100_000 + 10_000 * n))
        _fill_to_the_brim(Office(f"sqlite:///{file}", clock=clock), small_disk)
        for part in small_disk.glob("office*"):
            part.unlink()


def _fill_to_the_brim(office: Office, disk: Path) -> None:
    with pytest.raises(WorldFault, match="The disk is full: nothing was saved"):
        _fill_on(office)
    done = written(office, "end %")
    assert done > 3
    (disk / "ballast").unlink()
    assert check_books(office.engine) == []
    assert written(office, "begin %") == written(office, "end %") == done
    assert office.see(lambda tx: tx.session.scalars(select(func.count(Operation.id))).one()) == done
    office.do(fill, done)
    assert written(office, "end %") == done + 1
    office.close()


def _fill_on(office: Office) -> None:
    for n in range(1000):
        office.do(fill, n)


def test_a_backup_onto_a_full_disk_is_told_and_leaves_nothing(office: Office, small_disk: Path) -> None:
    made = make.small(office)
    for _ in range(3):
        make.job(office, made)
    (small_disk / "ballast").write_bytes(bytes(2_000_000))
    with pytest.raises(WorldFault, match="(?i)disk.* is full"):
        back_up(office.engine, small_disk / "backups", now=NOW, why="test")
    assert list((small_disk / "backups").iterdir()) == []


@pytest.mark.requirement("0.18")
@pytest.mark.parametrize("kind", ["postgres"])
def test_a_commit_that_a_full_server_refuses_is_told_and_nothing_is_half(office: Office) -> None:
    with office.engine.begin() as connection:
        connection.execute(text(
            "create function full_disk() returns trigger language plpgsql as $$ begin raise exception"
            " 'could not extend file: No space left on device' using errcode = '53100'; end $$"))  # fmt: skip
        connection.execute(text("create constraint trigger full_disk after insert on note deferrable initially deferred"
                                " for each row when (new.text like 'end%') execute function full_disk()"))  # fmt: skip
    with pytest.raises(WorldFault, match="The disk is full: nothing was saved"):
        office.do(fill, 1)
    assert written(office, "%") == 0
    assert office.topics().get("note") is None
    with office.engine.begin() as connection:
        connection.execute(text("drop trigger full_disk on note"))
    office.do(fill, 1)
    assert written(office, "end %") == 1

"""Backups by themselves: when something changed, once for all desktops, at the end of work; and how safe the company is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fieldoffice.models.errors import WorldFault
from fieldoffice.office import Office
from fieldoffice.services import customers
from fieldoffice.services.backups import Schedule, back_up, backups_in, prove, schedule, standing
from tests import make
from tests.conftest import Clock

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def at() -> Clock:
    return Clock(NOW)


@pytest.fixture
def keeper(office: Office, at: Clock, tmp_path: Path) -> Schedule:
    make.small(office)
    office.clock = at
    return Schedule(office, lambda: tmp_path, now=at)


def change(office: Office) -> None:
    office.do(customers.add_customer, name="Somebody new")


def test_one_is_made_every_half_hour_in_which_something_changed(keeper: Schedule, office: Office, at: Clock, tmp_path: Path) -> None:
    first = keeper.tick()
    assert first is not None
    assert (first.why, first.made_at) == ("every half hour", NOW)
    change(office)
    at.forward(minutes=29)
    assert keeper.tick() is None  # too early
    at.forward(minutes=1)
    assert keeper.tick() is not None
    at.forward(minutes=31)
    assert keeper.tick() is None  # nothing changed
    change(office)
    assert keeper.tick() is not None
    assert [row.made_at - NOW for row in backups_in(tmp_path)] == [timedelta(minutes=61), timedelta(minutes=30)]  # the newest of each hour


def test_the_end_of_work_makes_the_last_one_only_if_something_changed(keeper: Schedule, office: Office, at: Clock, tmp_path: Path) -> None:
    keeper.tick()
    at.forward(minutes=2)
    keeper.stop()
    assert len(backups_in(tmp_path)) == 1
    change(office)
    keeper.stop()
    assert [row.why for row in backups_in(tmp_path)] == ["at the end of work"]  # it takes the place of that hour's other one


def test_a_thread_makes_them_and_ends(office: Office, tmp_path: Path) -> None:
    make.small(office)
    keeper = Schedule(office, lambda: tmp_path, look_s=0.05)
    keeper.start()
    deadline = datetime.now(UTC) + timedelta(seconds=60)
    while not backups_in(tmp_path) and datetime.now(UTC) < deadline:
        keeper.join(0.1)
    keeper.stop()
    assert not keeper.is_alive()
    assert len(backups_in(tmp_path)) == 1


@pytest.mark.parametrize("kind", ["postgres"])
def test_of_several_desktops_one_makes_it(keeper: Schedule, office: Office, at: Clock, tmp_path: Path) -> None:
    other = Schedule(office, lambda: tmp_path / "other", now=at)
    assert [one.tick() is None for one in (keeper, other)] == [False, True]
    change(office)
    at.forward(minutes=30)
    assert [one.tick() is None for one in (other, keeper)] == [False, True]
    assert office.see(lambda tx: tx.today)
    before = office.topics()
    office.do(schedule.claim)
    assert office.topics() == before  # a claim is no change


def test_a_folder_that_cannot_be_used_is_said_and_tried_again(keeper: Schedule, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    folder = [blocked / "backups"]
    keeper.folder = lambda: folder[0]
    assert keeper.tick() is None
    assert "cannot be used" in keeper.problem
    folder[0] = tmp_path / "backups"
    if keeper.office.shared:
        keeper.office.clock.forward(minutes=30)  # type: ignore[union-attr]
    assert keeper.tick() is not None
    assert keeper.problem == ""


def test_how_safe_the_company_is(sqlite_office: Office, tmp_path: Path) -> None:
    make.small(sqlite_office)
    nothing = standing(tmp_path / "none", sqlite_office.address, NOW)
    assert (nothing.backups, nothing.age, nothing.too_old, nothing.same_disk) == ((), None, True, True)
    back_up(sqlite_office.engine, tmp_path, now=NOW - timedelta(hours=23), why="test")
    assert not standing(tmp_path, sqlite_office.address, NOW).too_old
    assert standing(tmp_path, sqlite_office.address, NOW + timedelta(hours=2)).too_old
    shm = Path("/dev/shm")
    if shm.is_dir() and shm.stat().st_dev != tmp_path.stat().st_dev:
        assert not standing(shm, sqlite_office.address, NOW).same_disk
    assert not standing(tmp_path, "postgresql://somebody@server/name", NOW).same_disk


def test_a_backup_is_proven_and_says_its_age(office: Office, tmp_path: Path) -> None:
    make.small(office)
    with pytest.raises(WorldFault, match="There is no backup"):
        prove(tmp_path, NOW)
    back_up(office.engine, tmp_path, now=NOW, why="test")
    done = prove(tmp_path, NOW + timedelta(hours=3))
    assert (done.age, done.backup.rows > 10, done.tables > 40, done.seconds > 0) == (timedelta(hours=3), True, True, True)
    done.backup.path.write_bytes(done.backup.path.read_bytes()[:-100])
    with pytest.raises(WorldFault, match="is damaged"):
        prove(tmp_path, NOW, done.backup.path)

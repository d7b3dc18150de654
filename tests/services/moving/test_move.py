"""Moving an office between SQLite and PostgreSQL: every table is proven, nothing else is touched."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from fieldoffice import cli
from fieldoffice.engine import open_engine
from fieldoffice.models.errors import NotAllowed, WorldFault
from fieldoffice.models.job import Note
from fieldoffice.office import Office, Tx
from fieldoffice.services import customers
from fieldoffice.services.backups import check_books
from fieldoffice.services.moving import move
from fieldoffice.services.moving.transfer import sums
from tests import make
from tests.conftest import Clock
from tests.faults.processes import TIMED

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
WAYS = [("sqlite", "postgres"), ("postgres", "sqlite")]
pytestmark = TIMED


def fill(office: Office) -> None:
    made = make.small(office)
    for n in range(6):
        make.job(office, made, title=f"Müller & <b>Söhne</b> {n} 🛠")
    office.do(lambda tx: tx.add(Note(text="line\nline\t\\N \u2028 'quoted'", by_name="", created_at=tx.now)).id)


def digest(address: str) -> dict[str, object]:
    engine = open_engine(address)
    try:
        return dict(sums(engine))
    finally:
        engine.dispose()


@pytest.mark.parametrize(("old", "new"), WAYS)
def test_every_table_arrives_and_work_goes_on(old: str, new: str, new_address: Callable[..., str], tmp_path: Path, clock: Clock) -> None:
    source, target = new_address(old), new_address(new, migrated=False)
    office = Office(source, clock=clock)
    fill(office)
    office.close()
    before = digest(source)
    done = move(source, target, tmp_path / "backups", now=NOW)
    assert {one.name: (one.rows, one.sha256) for one in done.tables} == {k: (v.n, v.sha256) for k, v in before.items()}  # type: ignore[attr-defined]
    assert digest(source) == before == digest(target)
    assert done.rows > 30
    assert done.backup.exists()
    moved = Office(target, clock=clock)
    try:
        assert check_books(moved.engine) == []
        row = moved.do(customers.add_customer, name="After the move")  # ids go on counting
        assert row
        assert moved.see(lambda tx: tx.session.scalar(text("select count(*) from customer"))) == 2
    finally:
        moved.close()


def test_the_old_file_is_only_read_from_then_on(new_address: Callable[..., str], tmp_path: Path, clock: Clock) -> None:
    source, target = new_address("sqlite"), new_address("postgres", migrated=False)
    office = Office(source, clock=clock)
    fill(office)
    done = move(source, target, tmp_path / "backups", now=NOW)
    assert done.marked is not None
    with pytest.raises(WorldFault, match="has moved to postgresql"):  # a desktop that was open all the while
        office.do(write, "too late")
    assert office.see(lambda tx: tx.company.name)
    done.marked.unlink()
    assert office.do(write, "on purpose") > 0
    office.close()


def write(tx: Tx, words: str) -> int:
    return tx.add(Note(text=words, by_name="", created_at=tx.now)).id


def test_a_target_that_is_not_empty_is_refused_and_stays(new_address: Callable[..., str], tmp_path: Path, clock: Clock) -> None:
    source, target = new_address("sqlite"), new_address("postgres")
    for address in (source, target):
        office = Office(address, clock=clock)
        make.small(office)
        office.close()
    before = digest(target)
    with pytest.raises(NotAllowed, match="not empty"):
        move(source, target, tmp_path / "backups", now=NOW)
    assert digest(target) == before
    assert not Path(source.removeprefix("sqlite:///") + ".moved").exists()


def test_another_programs_tables_are_refused(new_address: Callable[..., str], tmp_path: Path, clock: Clock) -> None:
    source, target = new_address("sqlite"), new_address("postgres", migrated=False)
    office = Office(source, clock=clock)
    fill(office)
    office.close()
    engine = open_engine(target)
    with engine.begin() as connection:
        connection.execute(text("create table theirs (id int)"))
    with pytest.raises(WorldFault):
        move(source, target, tmp_path / "backups", now=NOW)
    with engine.begin() as connection:
        assert connection.scalar(text("select count(*) from theirs")) == 0
    engine.dispose()


def test_a_copy_that_differs_is_told_and_nothing_is_marked(new_address: Callable[..., str], tmp_path: Path, clock: Clock,
                                                                monkeypatch) -> None:
    """Somebody changed the old company while it was copied: the proof sees it."""
    from fieldoffice.services.moving import transfer as moving

    source, target = new_address("sqlite"), new_address("postgres", migrated=False)
    office = Office(source, clock=clock)
    fill(office)
    real = moving.restore
    monkeypatch.setattr(moving, "restore", lambda *args: (real(*args), office.do(write, "meanwhile")))
    with pytest.raises(WorldFault, match="differs in event, note, operation, topic"):
        moving.move(source, target, tmp_path / "backups", now=NOW)
    assert office.do(write, "still open") > 0
    office.close()


def test_one_command_moves_and_says_what_it_proved(new_address: Callable[..., str], tmp_path: Path, clock: Clock,
                                                         monkeypatch, capsys) -> None:
    source, target = new_address("sqlite"), new_address("postgres", migrated=False)
    office = Office(source, clock=clock)
    fill(office)
    office.close()
    monkeypatch.setenv("FIELDOFFICE_HOME", str(tmp_path / "home"))
    assert cli.main(["db", "move", target, "--database", source], cli.COMMANDS, lambda given: 1) == 0
    said = capsys.readouterr().out
    assert "every table compared by SHA-256" in said
    assert "only read from now on" in said
    assert cli.main(["db", "move", "--database", target], cli.COMMANDS, lambda given: 1) == 2
    assert "Say where to" in capsys.readouterr().err

"""Backups: whole, proven, restorable on both engines, and kept by the policy; and the books checked."""

from __future__ import annotations

import itertools
import json
import random
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from fieldoffice import schema
from fieldoffice.engine import open_engine
from fieldoffice.models.errors import NotAllowed, WorldFault
from fieldoffice.models.files import Blob
from fieldoffice.office import Office, Tx
from fieldoffice.services.backups import (
    back_up,
    backups_in,
    bring_up_to_date,
    check_books,
    keeping,
    newest,
    prune,
    restore,
    verify,
)
from fieldoffice.services.backups.form import opened
from fieldoffice.services.backups.rows import shape_of, sum_of
from fieldoffice.services.dispatch import moves
from tests import make
from tests.conftest import ENGINES, Clock, _admin, _on
from tests.faults.processes import TIMED, rounds
from tests.models.test_migrations import NEW_COLUMN, next_revision, rows_of, run  # noqa: F401  (a fixture)

pytestmark = TIMED
NUMBER = itertools.count()
NOON = datetime(2026, 3, 2, 12, 0, 5, 999, tzinfo=UTC)
Opener = Callable[..., Engine]


@pytest.fixture
def target(new_address: Callable[..., str]) -> Iterator[Opener]:
    """`target(kind, migrated=False)`: the engine of another database."""
    engines: list[Engine] = []

    def new(kind: str, *, migrated: bool = False) -> Engine:
        engines.append(open_engine(new_address(kind, migrated=migrated)))
        return engines[-1]

    yield new
    for engine in engines:
        engine.dispose()


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Callable[[str, str], str]]:
    """`stock(kind, name)`: the address of a new copy of the company of `_keep_books`, made once on each engine."""
    folder, masters = tmp_path_factory.mktemp("stock"), dict[str, str]()

    def copy(kind: str, name: str) -> str:
        if kind == "sqlite":
            if kind not in masters:
                masters[kind] = _master(f"sqlite:///{folder / 'master.db'}")
            shutil.copy(folder / "master.db", folder / f"{name}.db")
            return f"sqlite:///{folder / name}.db"
        server = request.getfixturevalue("postgres_server")
        if kind not in masters:
            _admin(server, 'create database "fo_stock"')
            masters[kind] = _master(_on(server, "fo_stock"))
        _admin(server, f'create database "{name}" template "fo_stock"')
        return _on(server, name)

    yield copy
    if "postgres" in masters:
        _admin(request.getfixturevalue("postgres_server"), 'drop database "fo_stock"')


def _master(address: str) -> str:
    office = Office(address, clock=Clock())
    schema.upgrade(office.engine)
    _keep_books(office)
    office.close()
    return address


@pytest.fixture
def books(stock: Callable[[str, str], str], kind: str, clock: Clock) -> Iterator[Office]:
    """A company with placed visits, an override, a customer whose parent came later, and a value of every kind."""
    office = Office(stock(kind, f"books_{next(NUMBER)}"), clock=clock)
    yield office
    office.close()


def _keep_books(office: Office) -> None:
    made = make.small(office)
    for hour in (9, 9, 14):
        job = make.job(office, made)
        office.do(moves.place, job.appointment_id, version=1, provider_ids=(made.ana,), starts_at=make.at(hour), override="twins")
    child, _ = make.customer(office, "Zoë «Ünï» \\ \t\n☃", 2)
    parent, _ = make.customer(office, "Parent", 3)
    office.do(lambda tx: tx.session.execute(text(f"update customer set parent_id = {parent} where id = {child}")))
    office.do(_every_kind)


def _every_kind(tx: Tx) -> None:
    content = bytes(range(256)) * 8
    tx.add(Blob(sha256="0" * 64, size=len(content), content=content))
    tx.session.execute(text("update provider set start_lat = 0.1, start_lon = -77.03690000000001"))
    tx.session.execute(text("""update customer set custom = '{"b": [1, 2.50, null], "a": "é\\u2603"}'"""))


def contents(engine: Engine) -> dict[str, Any]:
    with engine.connect() as connection:
        shape = shape_of(connection, frozenset(schema.metadata.tables))
        return {name: sum_of(connection, name, columns) for name, columns in shape.items()}


# -- making one


def test_a_backup_says_what_it_holds_and_leaves_nothing_beside_it(books: Office, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    made = back_up(books.engine, folder, now=NOON, why="test")
    assert [p.name for p in folder.iterdir()] == ["fieldoffice-20260302-120005.fobak"]
    assert made.path == folder / "fieldoffice-20260302-120005.fobak"
    assert (made.made_at, made.revision, made.why) == (NOON.replace(microsecond=0), schema.head(), "test")
    assert made.rows == sum(rows_of(books.engine).values()) > 50
    assert made.size == made.path.stat().st_size
    assert verify(made.path).rows == made.rows
    assert newest(folder) == replace(made, seconds=0.0)


def test_two_backups_in_one_second_get_two_names(office: Office, tmp_path: Path) -> None:
    first, second = (back_up(office.engine, tmp_path, now=NOON, why=why).path for why in "ab")
    assert [first.name, second.name] == ["fieldoffice-20260302-120005.fobak", "fieldoffice-20260302-120006.fobak"]
    assert [row.why for row in backups_in(tmp_path)] == ["b", "a"]


def test_a_backup_holds_one_moment_though_desks_go_on(books: Office, tmp_path: Path, monkeypatch) -> None:
    """A desk saves between any two tables that are read; the backup still fits together."""
    from fieldoffice.services.backups import rows, writing

    before = contents(books.engine)
    read = rows.read

    def read_and_save(connection: Any, name: str, columns: Any) -> Any:
        if connection.dialect.name == "postgresql":
            books.do(lambda tx: tx.add(Blob(sha256=name, size=0, content=b"")))
        return read(connection, name, columns)

    copy = writing._copy
    monkeypatch.setattr(rows, "read", read_and_save)
    monkeypatch.setattr(writing, "_copy", lambda c, t: (make.customer(books, "Late", 1), copy(c, t)))
    made = back_up(books.engine, tmp_path, now=NOON, why="busy")
    with opened(made.path) as backup:
        assert dict(backup.manifest.tables) == before
    monkeypatch.undo()
    assert contents(books.engine) != before


def test_a_file_copy_of_a_busy_database_would_be_stale(sqlite_office: Office, tmp_path: Path) -> None:
    """The control: what a plain copy of the file misses."""
    file = Path(str(sqlite_office.engine.url.database))
    make.small(sqlite_office)
    shutil.copy(file, tmp_path / "copy.db")
    copied = open_engine(f"sqlite:///{tmp_path / 'copy.db'}")
    assert rows_of(copied)["customer"] < rows_of(sqlite_office.engine)["customer"]
    copied.dispose()


def test_there_is_nothing_to_back_up_in_an_empty_database(target: Opener, kind: str, tmp_path: Path) -> None:
    with pytest.raises(WorldFault, match="nothing to back up"):
        back_up(target(kind), tmp_path / "b", now=NOON, why="test")
    assert list((tmp_path / "b").iterdir()) == []


def test_other_tables_in_the_same_database_are_left_alone(books: Office, target: Opener, kind: str, tmp_path: Path) -> None:
    run(books.engine, "create table songs (title varchar)")
    path = back_up(books.engine, tmp_path, now=NOON, why="test").path
    restore(path, books.engine, replace=True)
    with books.engine.connect() as connection:
        assert inspect(connection).has_table("songs")
    fresh = target(kind)
    restore(path, fresh)
    with fresh.connect() as connection:
        assert not inspect(connection).has_table("songs")


# -- bringing it back


@pytest.mark.parametrize("onto", ENGINES)
def test_a_backup_comes_back_on_either_engine_with_walls_and_numbers(
    books: Office, target: Opener, tmp_path: Path, onto: str
) -> None:
    path = back_up(books.engine, tmp_path, now=NOON, why="test").path
    engine = target(onto)
    restored = restore(path, engine)
    assert (restored.revision, restored.moved_aside) == (schema.head(), None)
    assert contents(engine) == contents(books.engine)
    assert check_books(engine) == []
    for statement in ("delete from event", "update assignment set override_id = null", "delete from customer"):
        with pytest.raises(DBAPIError):
            run(engine, statement)
    back = Office(engine.url.render_as_string(hide_password=False), clock=books.clock)
    opened_job = make.job(back, make.Made(1, 1, 2, 1, 1, 1, 1))
    assert opened_job.number == f"J{1000 + rows_of(engine)['job']}"
    back.close()


def test_a_database_that_holds_rows_is_replaced_only_when_told(books: Office, target: Opener, kind: str, tmp_path: Path) -> None:
    path = back_up(books.engine, tmp_path, now=NOON, why="test").path
    other = target(kind, migrated=True)
    restore(path, other)  # migrated, but without rows
    was = contents(other)
    make.customer(books, "Later", 1)
    later = back_up(books.engine, tmp_path, now=NOON, why="test").path
    with pytest.raises(NotAllowed, match="already holds a company's books"):
        restore(later, other)
    assert contents(other) == was
    restore(later, other, replace=True)
    assert contents(other) == contents(books.engine) != was
    assert check_books(other) == []


def test_a_refused_restore_leaves_the_database_as_it_was(books: Office, target: Opener, kind: str, tmp_path: Path) -> None:
    path = back_up(books.engine, tmp_path, now=NOON, why="test").path
    make.customer(books, "Later", 1)
    was = contents(books.engine)
    wrong = tamper(path, tmp_path / "wrong.fobak", lambda m: m["tables"]["topic"].update(n=1))
    with pytest.raises(WorldFault, match="the table topic was changed"):
        restore(wrong, books.engine, replace=True)
    assert contents(books.engine) == was
    assert check_books(books.engine) == []


def test_a_row_that_the_database_refuses_is_told(sqlite_office: Office, target: Opener, tmp_path: Path) -> None:
    make.small(sqlite_office)
    run(sqlite_office.engine, "update skill set name = 'a' || char(0) || 'b'")
    path = back_up(sqlite_office.engine, tmp_path, now=NOON, why="test").path
    engine = target("postgres")
    with pytest.raises(WorldFault, match="refuses a row of skill"):
        restore(path, engine)
    assert schema.state(engine) is schema.SchemaState.EMPTY


@pytest.mark.parametrize("damage", ["header", "middle"])
def test_a_damaged_file_is_moved_aside_and_replaced(sqlite_office: Office, tmp_path: Path, damage: str) -> None:
    make.small(sqlite_office)
    path = back_up(sqlite_office.engine, tmp_path, now=NOON, why="test").path
    was, address = contents(sqlite_office.engine), sqlite_office.address
    sqlite_office.close()
    file = Path(address.removeprefix("sqlite:///"))
    content = bytearray(file.read_bytes())
    start = {"header": 0, "middle": 8192}[damage]
    content[start : start + 65536] = b"\xff" * 65536
    file.write_bytes(content)
    engine = open_engine(address)
    with pytest.raises(NotAllowed, match="already holds"):
        restore(path, engine)
    restored = restore(path, engine, replace=True)
    assert restored.moved_aside
    assert restored.moved_aside.read_bytes() == content
    assert contents(engine) == was
    assert sorted(p.name for p in file.parent.glob("*restoring*")) == []
    engine.dispose()


def test_another_programs_database_is_never_overwritten(books: Office, target: Opener, kind: str, tmp_path: Path) -> None:
    path = back_up(books.engine, tmp_path, now=NOON, why="test").path
    other = target(kind)
    run(other, "create table songs (title varchar)")
    with pytest.raises(WorldFault, match="another program's tables"):
        restore(path, other, replace=True)


# -- damage


def tamper(path: Path, to: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """A backup that lies: its manifest was changed, and it was sealed again."""
    from fieldoffice.services.backups.form import Manifest, Sum, Writer

    writer = Writer(to)
    with zipfile.ZipFile(path) as archive:
        said = json.loads(archive.read("manifest.json"))
        for name in archive.namelist():
            if name != "manifest.json":
                with writer.member(name) as part:
                    part.write(archive.read(name))
    change(said)
    sums = {part: {name: Sum(**s) for name, s in said[part].items()} for part in ("tables", "members")}
    writer.finish(Manifest(**(said | sums)))
    return to


def test_every_changed_byte_and_every_cut_is_noticed_and_named(books: Office, tmp_path: Path) -> None:
    path = back_up(books.engine, tmp_path, now=NOON, why="test").path
    whole, dice, bad = path.read_bytes(), random.Random(3), tmp_path / "bad.fobak"
    for n in range(rounds(40, 500)):
        place = dice.randrange(len(whole)) if n else len(whole) - 1
        bad.write_bytes(whole[:place] + bytes([whole[place] ^ (1 << dice.randrange(8))]) + whole[place + 1 :])
        refused_by_name(bad)
    for n in range(rounds(10, 100)):
        bad.write_bytes(whole[: dice.randrange(len(whole)) if n else 0])
        refused_by_name(bad)
    bad.write_bytes(whole + b"x")
    refused_by_name(bad)
    assert verify(path).rows > 0


def refused_by_name(path: Path) -> None:
    parts = r"(its table of contents|manifest.json|database.sqlite|tables/\w+.jsonl|the table \w+)"
    with pytest.raises(WorldFault, match=rf"The backup bad.fobak is damaged: {parts}"):
        verify(path)


LIES: list[tuple[str, Callable[[dict[str, Any]], object]]] = [
    ("newer fieldoffice", lambda m: m.update(revision="9999")),
    ("newer fieldoffice", lambda m: m.update(format=99)),
    ("the table job was changed", lambda m: m["tables"]["job"].update(sha256="0" * 64)),
    ("the table job was changed", lambda m: m["tables"]["job"].update(n=0)),
    ("the table extra is missing", lambda m: m["tables"].update(extra=m["tables"]["job"])),
    ("wrong about job", lambda m: m["tables"].pop("job")),
    ("manifest.json cannot be read", lambda m: m.update(made_at="yesterday")),
]


def test_a_backup_that_lies_is_refused(books: Office, tmp_path: Path) -> None:
    path = back_up(books.engine, tmp_path, now=NOON, why="test").path
    for words, change in LIES:
        with pytest.raises(WorldFault, match=words):
            verify(tamper(path, tmp_path / "lies.fobak", change))


def test_a_backup_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(WorldFault, match="There is no backup at"):
        verify(tmp_path / "none.fobak")
    assert newest(tmp_path / "nowhere") is None


# -- before the door opens


def test_an_empty_database_gets_its_schema_and_a_current_one_nothing(new_address, kind: str, tmp_path: Path) -> None:
    address, folder = new_address(kind, migrated=False), tmp_path / "b"
    first = bring_up_to_date(address, folder, now=NOON)
    assert (first.revision_before, first.revision_after, first.backup) == (None, schema.head(), None)
    again = bring_up_to_date(address, folder, now=NOON)
    assert (again.revision_before, again.revision_after, again.backup) == (schema.head(), schema.head(), None)
    assert not folder.exists()


def test_an_old_database_is_backed_up_and_then_upgraded(books: Office, target: Opener, kind: str, tmp_path: Path,
                                                        next_revision) -> None:  # noqa: F811  # fmt: skip
    was, old = rows_of(books.engine), schema.head()
    next_revision(NEW_COLUMN)
    prepared = bring_up_to_date(books.address, tmp_path / "b", now=NOON)
    assert (prepared.revision_before, prepared.revision_after) == (old, "0002_test")
    assert prepared.backup
    assert (prepared.backup.revision, prepared.backup.why) == (old, "before an upgrade")
    assert rows_of(books.engine) == was
    fresh = target(kind)
    assert restore(prepared.backup.path, fresh).revision == "0002_test"  # the old backup climbs on its way back
    assert rows_of(fresh) == was


def test_nothing_is_upgraded_without_a_backup(books: Office, tmp_path: Path, next_revision) -> None:  # noqa: F811
    next_revision(NEW_COLUMN)
    folder = tmp_path / "b"
    folder.write_text("in the way")
    with pytest.raises(WorldFault, match=r"The folder .* cannot be used"):
        bring_up_to_date(books.address, folder, now=NOON)
    assert schema.state(books.engine) is schema.SchemaState.OLD


@pytest.mark.parametrize(
    ("statement", "words"),
    [("update alembic_version set version_num = '9999'", "newer fieldoffice"), ("drop table alembic_version", "another program")],
)
def test_a_newer_or_foreign_database_is_refused_untouched(office: Office, tmp_path: Path, statement: str, words: str) -> None:
    run(office.engine, statement)
    with pytest.raises(WorldFault, match=words):
        bring_up_to_date(office.address, tmp_path / "b", now=NOON)
    assert not (tmp_path / "b").exists()


# -- keeping them


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


def named(folder: Path, at: datetime) -> Path:
    return folder / f"fieldoffice-{at:%Y%m%d-%H%M%S}.fobak"


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


# -- checking the books


def test_sound_books_are_found_sound(books: Office) -> None:
    assert check_books(books.engine) == []


def test_what_is_wrong_is_said(books: Office) -> None:
    shared = books.shared
    wall = "ex_assignment_overlap" if shared else "assignment_overlap_update"
    later = "ends_at + interval '1 hour'" if shared else "datetime(ends_at, '+1 hour')"
    for statement in (
        f"alter table assignment drop constraint {wall}" if shared else f"drop trigger {wall}",
        "update assignment set override_id = null",
        f"update assignment set ends_at = {later} where id = 3",
        "update appointment set state = 'completed' where id = 2",
        "insert into job (public_id, number, customer_id, location_id, title, priority, notes, source, custom, on_hold,"
        " cancel_reason, completed_by, created_at, version) select 'x', 'J7', customer_id, location_id, title, priority,"
        " notes, source, custom, on_hold, cancel_reason, completed_by, created_at, version from job where id = 1",
        "alter table job add column mood varchar",
    ):
        run(books.engine, statement)
    said = check_books(books.engine)
    assert len(said) == 6
    for words in (
        f"The wall {wall} is gone or switched off.",
        "Ana is booked twice at 2026-03-02 14:00 UTC (visit 2).",
        "Visit 3 and its provider's calendar disagree about the time.",
        "Visit 2 is completed, which its provider's calendar does not know.",
        "Job J7 has no visit.",
    ):
        assert words in said
    assert [words for words in said if words.startswith("The shape of the database differs from what this program expects")]


def test_a_damaged_file_is_said(sqlite_office: Office) -> None:
    with sqlite_office.engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        connection.rollback()
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("insert into contact (customer_id, name, role, email, phone, version) values (77, '', '', '', '', 1)")
        raw.execute("PRAGMA foreign_keys=ON")
    assert check_books(sqlite_office.engine) == ["Row 1 of contact lacks its customer."]


# -- every type that the models use


def test_every_column_has_a_kind_and_the_same_on_both_engines(target: Opener) -> None:
    shapes = []
    for kind in ENGINES:
        with target(kind, migrated=True).connect() as connection:
            shapes.append(shape_of(connection, frozenset(schema.metadata.tables)))
    assert shapes[0] == shapes[1]
    assert set(shapes[0]) == set(schema.metadata.tables)
    assert {c.kind for columns in shapes[0].values() for c in columns} == {
        "bool", "bytes", "date", "float", "instant", "int", "json", "text",
    }  # fmt: skip


def test_a_type_that_backups_do_not_know_stops_them(sqlite_office: Office) -> None:
    run(sqlite_office.engine, "alter table skill add column price numeric(10, 2)")
    with sqlite_office.engine.connect() as connection, pytest.raises(TypeError, match=r"skill\.price"):
        shape_of(connection, frozenset({"skill"}))

"""The way from one schema to the next: complete, all or nothing, alone, and without losing a row or a wall."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from fieldoffice import schema
from fieldoffice.engine import open_engine
from fieldoffice.models.errors import WorldFault
from fieldoffice.office import Office
from fieldoffice.schema import SchemaState
from fieldoffice.services.backups import check_books
from fieldoffice.services.dispatch import moves
from tests import make
from tests.faults import desks
from tests.faults.processes import LONG, TIMED, race, rounds, running
from tests.models.revisions import NEW_COLUMN, rows_of, run

pytestmark = TIMED

@pytest.fixture
def engine(new_address: Callable[..., str], kind: str) -> Iterator[Engine]:
    """An empty database."""
    engine = open_engine(new_address(kind, migrated=False))
    yield engine
    engine.dispose()


def test_an_empty_database_becomes_the_one_that_the_models_describe(engine: Engine) -> None:
    assert schema.state(engine) is SchemaState.EMPTY
    assert schema.upgrade(engine) == schema.head()
    assert schema.state(engine) is SchemaState.CURRENT
    assert schema.drift(engine) == []
    assert schema.upgrade(engine) == schema.head()
    assert check_books(engine) == []


def test_drift_is_seen(engine: Engine) -> None:
    schema.upgrade(engine)
    run(engine, "alter table job add column mood varchar")
    assert [difference[0] for difference in schema.drift(engine)] == ["remove_column"]


# -- walls


def test_the_database_itself_refuses_an_overlap(office: Office) -> None:
    made = make.small(office)
    first, second = (make.job(office, made).appointment_id for _ in range(2))
    office.do(moves.place, first, version=1, provider_ids=(made.ana,), starts_at=make.at(9))
    again = f"""insert into assignment (appointment_id, provider_id, role, starts_at, ends_at, active, override_id)
    select {second}, provider_id, role, starts_at, ends_at, active, override_id from assignment"""
    with pytest.raises(DBAPIError, match="overlap"):
        run(office.engine, again)
    run(office.engine, again.replace("starts_at, ends_at, active, override_id from", "starts_at, ends_at, false, null from"))
    with pytest.raises(DBAPIError, match="overlap"):
        run(office.engine, f"update assignment set active = true where appointment_id = {second}")


def test_the_wall_agrees_with_the_rule_for_every_write(office: Office) -> None:
    made, dice = make.small(office), random.Random(11)
    visits = [make.job(office, made).appointment_id for _ in range(6)]
    run(office.engine, OVERRIDE.format(visits[0]))
    stands: dict[int, Row] = {}
    refusals = 0
    for _ in range(rounds(150, 3000)):
        visit, row = dice.choice(visits), _random_row(dice, made)
        clash = any(_clash(row, other) for id, other in stands.items() if id != visit)
        assert _is_stored(office.engine, _write(visit, row, new=visit not in stands)) is not clash
        refusals += clash
        if not clash:
            stands[visit] = row
    assert refusals > 10


OVERRIDE = "insert into override (appointment_id, reason, rules, by_name, at) values ({}, '', '[]', '', '2026-03-02')"
Row = tuple[int, int, int, bool, bool]


def _is_stored(engine: Engine, statement: str) -> bool:
    try:
        run(engine, statement)
    except DBAPIError as error:
        if "overlap" not in str(error):
            raise
        return False
    return True


def _random_row(dice: random.Random, made: make.Made) -> Row:
    """Provider, first and last hour, active, overridden."""
    start = dice.randrange(20)
    return dice.choice([made.ana, made.bo]), start, start + dice.randint(1, 4), dice.random() < 0.8, dice.random() < 0.2


def _clash(a: Row, b: Row) -> bool:
    return a[0] == b[0] and a[1] < b[2] and b[1] < a[2] and a[3] and b[3] and not a[4] and not b[4]


def _write(visit: int, row: Row, *, new: bool) -> str:
    provider, start, end, active, overridden = row
    times = f"'2026-03-02 {start:02}:00:00.000000', '2026-03-02 {end:02}:00:00.000000'"
    override = "1" if overridden else "null"
    if new:
        return f"""insert into assignment (appointment_id, provider_id, role, starts_at, ends_at, active, override_id)
        values ({visit}, {provider}, 'lead', {times}, {str(active).lower()}, {override})"""
    starts, ends = times.split(", ")
    return f"""update assignment set provider_id = {provider}, starts_at = {starts}, ends_at = {ends},
    active = {str(active).lower()}, override_id = {override} where appointment_id = {visit}"""


def test_the_database_itself_refuses_to_change_the_log(office: Office) -> None:
    make.small(office)
    before = rows_of(office.engine)["event"]
    truncate = ["truncate event"] if office.shared else []  # SQLite has none
    for statement in ["update event set note = 'x'", "delete from event", *truncate]:
        with pytest.raises(DBAPIError, match="append-only"):
            run(office.engine, statement)
    assert rows_of(office.engine)["event"] == before > 0


def test_a_wall_that_is_gone_or_switched_off_is_told(office: Office) -> None:
    gone = {True: "alter table event disable trigger event_append_only", False: "drop trigger event_append_only_update"}
    run(office.engine, gone[office.shared])
    assert [words for words in check_books(office.engine) if "wall event_append_only" in words]


# -- refusals


def test_a_newer_schema_is_refused_in_words(engine: Engine) -> None:
    schema.upgrade(engine)
    run(engine, "update alembic_version set version_num = '9999'")
    assert schema.state(engine) is SchemaState.NEWER
    with pytest.raises(WorldFault, match="newer fieldoffice"):
        schema.upgrade(engine)


def test_another_programs_tables_are_refused_in_words(engine: Engine) -> None:
    run(engine, "create table songs (title varchar)")
    assert schema.state(engine) is SchemaState.FOREIGN
    with pytest.raises(WorldFault, match="another program's tables"):
        schema.upgrade(engine)
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["songs"]


# -- the next revision


def test_a_rebuilt_parent_keeps_its_children(office: Office, next_revision: Callable[[str], Path]) -> None:
    made = make.small(office)
    make.job(office, made)
    before = rows_of(office.engine)
    next_revision(NEW_COLUMN)
    assert schema.state(office.engine) is SchemaState.OLD
    assert schema.upgrade(office.engine) == "9999_test"
    assert rows_of(office.engine) == before
    with office.engine.connect() as connection:
        assert connection.scalar(text("select mood from job")) == "calm"
    with pytest.raises(IntegrityError):
        run(office.engine, "delete from job")  # foreign keys hold again


@pytest.mark.parametrize("kind", ["sqlite"])
def test_control_with_foreign_keys_on_a_rebuilt_parent_would_lose_its_children(
    office: Office, next_revision: Callable[[str], Path]
) -> None:
    make.job(office, make.small(office))
    next_revision(NEW_COLUMN)
    with pytest.raises(IntegrityError), office.engine.begin() as connection:
        schema.climb(connection)


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('op.execute("delete from customer")', "would have lost its customer"),
        ('with op.batch_alter_table("assignment", recreate="always"): pass', "assignment_overlap_insert"),
    ],
)
def test_an_upgrade_that_loses_rows_or_walls_is_taken_back(
    office: Office, next_revision: Callable[[str], Path], body: str, words: str
) -> None:
    make.job(office, make.small(office))
    before = rows_of(office.engine)
    next_revision(body)
    with pytest.raises(WorldFault, match=words):
        schema.upgrade(office.engine)
    assert schema.state(office.engine) is SchemaState.OLD
    assert rows_of(office.engine) == before


# -- killed, and all at once


def test_an_upgrade_killed_anywhere_can_start_again(engine: Engine) -> None:
    address = engine.url.render_as_string(hide_password=False)
    total = _statements(engine)
    for statement in _points(total):
        with running(desks.upgrade_until, address, statement, str(schema.MIGRATIONS)) as (process, _):
            process.join(60)
            assert process.exitcode == -9
        assert schema.state(engine) is SchemaState.EMPTY
    assert schema.upgrade(engine) == schema.head()
    assert schema.drift(engine) == []
    assert check_books(engine) == []


def _statements(engine: Engine) -> int:
    """How many statements an upgrade of an empty database takes: counted while one is taken back."""
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda c, cursor, statement, *_: seen.append(statement))
    with pytest.raises(TakenBack):
        _upgrade_and_take_back(engine)
    return len(seen)


class TakenBack(Exception):
    """The counting is done."""


def _upgrade_and_take_back(engine: Engine) -> None:
    with schema.migrating(engine) as connection:
        schema.state_of(connection)
        schema.climb(connection)
        raise TakenBack


def _points(total: int) -> list[int]:
    return list(range(1, total + 1)) if LONG else [total // 2, total - 2]


def test_an_old_company_survives_an_upgrade_that_is_killed(
    office: Office, address: str, next_revision: Callable[[str], Path]
) -> None:
    make.job(office, make.small(office))
    before = rows_of(office.engine)
    folder = next_revision(NEW_COLUMN)
    for statement in range(4, 4 + rounds(2, 14)):
        with running(desks.upgrade_until, address, statement, str(folder)) as (process, _):
            process.join(60)
        if process.exitcode == 0:
            break
        assert schema.state(office.engine) is SchemaState.OLD
        assert rows_of(office.engine) == before
    assert schema.upgrade(office.engine) == "9999_test"
    assert rows_of(office.engine) == before


def test_desks_that_upgrade_at_once_all_find_it_done(engine: Engine) -> None:
    address = engine.url.render_as_string(hide_password=False)
    assert race(desks.upgrade, rounds(2, 8), address) == [schema.head()] * rounds(2, 8)
    assert schema.drift(engine) == []

"""Books of every released schema: brought back on both engines, brought up to date, nothing lost.

`released/NNNN.fobak` is a backup that the program of that schema wrote itself; the files are kept for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from fieldoffice import schema
from fieldoffice.engine import is_sqlite, open_engine
from fieldoffice.models.customer import searchable
from fieldoffice.office import Office
from fieldoffice.services import customers
from fieldoffice.services.backups import check_books, restore
from tests.conftest import Clock
from tests.models.revisions import rows_of

RELEASED = sorted((Path(__file__).parent / "released").glob("*.fobak"))
ROWS = {"customer": 2, "location": 2, "job": 3, "appointment": 3, "assignment": 2, "attachment": 1, "event": 9}


@pytest.fixture
def engine(new_address: Callable[..., str], kind: str) -> Iterator[Engine]:
    engine = open_engine(new_address(kind, migrated=False))
    yield engine
    engine.dispose()


@pytest.fixture(params=RELEASED, ids=[path.stem for path in RELEASED])
def restored(engine: Engine, request: pytest.FixtureRequest) -> Engine:
    restore(request.param, engine)
    return engine


def test_a_backup_is_kept_of_every_schema_before_this_one() -> None:
    assert tuple(path.stem for path in RELEASED) == schema.history()[:-1]


def test_released_books_come_up_to_date_with_all_their_rows(restored: Engine) -> None:
    assert schema.state(restored) is schema.SchemaState.CURRENT
    assert check_books(restored) == []
    found = rows_of(restored)
    assert {name: found[name] for name in ROWS} == ROWS


def test_customers_of_released_books_are_found_by_all_their_words(restored: Engine) -> None:
    with restored.connect() as connection:
        rows = connection.execute(text("select name, number, email, phone, search from customer order by id")).all()
    assert rows[1].search == searchable(rows[1].name, rows[1].number, rows[1].email, rows[1].phone, "12 Łódź Street", "Arlington")
    office = Office(restored.url.render_as_string(hide_password=False), clock=Clock(datetime(2026, 3, 2, 14, tzinfo=UTC)))
    assert [row.name for row in office.see(customers.find, "2025550177")] == ["Zoë Ångström"]
    office.close()


def test_ids_of_lines_and_files_are_not_used_again_after_the_upgrade(restored: Engine) -> None:
    with restored.begin() as connection:
        connection.execute(text("delete from attachment"))
        if is_sqlite(restored):
            assert connection.execute(text("select seq from sqlite_sequence where name = 'attachment'")).scalar_one() == 1
            assert "AUTOINCREMENT" in connection.execute(text("select sql from sqlite_master where name = 'line'")).scalar_one()
        else:
            assert connection.execute(text("select nextval(pg_get_serial_sequence('attachment', 'id'))")).scalar_one() == 2


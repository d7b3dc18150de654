"""A company to back up, and databases to bring it back to."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine, text

from fieldoffice import schema
from fieldoffice.engine import open_engine
from fieldoffice.models.files import Blob
from fieldoffice.office import Office, Tx
from fieldoffice.services.dispatch import moves
from tests import make
from tests.conftest import STRATEGY, Clock, _admin, _on
from tests.models.revisions import next_revision
from tests.services.backups.shelf import Opener

__all__ = ["next_revision"]
NUMBER = itertools.count()


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


@pytest.fixture(scope="session")
def stock(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Callable[[str, str], str]:
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
        _admin(server, f'create database "{name}" template "fo_stock"' + STRATEGY)
        return _on(server, name)

    return copy


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

"""The stage of these tests, on both engines; it is made once and copied."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from fieldoffice.office import Office
from tests.conftest import Clock
from tests.ready import Ready, ready  # noqa: F401 - a fixture
from tests.services.booking.stage import Opened, Stage, opened, stage_on


@pytest.fixture
def begun(kind: str, ready: Ready) -> tuple[str, Opened]:  # noqa: F811
    return ready(kind, opened)


@pytest.fixture
def address(kind: str, new_address: Callable[..., str], request: pytest.FixtureRequest) -> str:
    """That of the stage where a test asks for one, else that of an empty database."""
    return request.getfixturevalue("begun")[0] if "stage" in request.fixturenames else new_address(kind)


@pytest.fixture
def stage(begun: tuple[str, Opened], office: Office) -> Stage:
    return stage_on(office, begun[1])


@pytest.fixture
def office(address: str, clock: Clock) -> Iterator[Office]:
    """The office on each engine; what was compiled for one test serves the next."""
    yield (office := Office(address, clock=clock))
    office.close()


@pytest.fixture
def sqlite_office(new_address: Callable[..., str], clock: Clock) -> Iterator[Office]:
    yield (office := Office(new_address("sqlite"), clock=clock))
    office.close()

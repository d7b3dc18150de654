"""An office whose key is set up on a keyring of this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from fieldoffice.office import Office
from fieldoffice.services.secrets import office_key
from fieldoffice.services.secrets.phrase import phrase_of
from fieldoffice.services.secrets.sealing import new_key
from tests import make
from tests.conftest import Clock
from tests.ready import Ready, ready  # noqa: F401 - a fixture
from tests.services.requests import wishes
from tests.services.secrets.conftest import home, ring  # noqa: F401 - fixtures


@pytest.fixture
def begun(kind: str, ready: Ready) -> tuple[str, make.Made]:  # noqa: F811
    return ready(kind, wishes.small)


@pytest.fixture
def address(kind: str, new_address: Callable[..., str], request: pytest.FixtureRequest) -> str:
    """That of the company where a test asks for it, else that of an empty database."""
    return request.getfixturevalue("begun")[0] if "made" in request.fixturenames else new_address(kind)


@pytest.fixture
def made(begun: tuple[str, make.Made], office: Office) -> make.Made:
    return begun[1]


@pytest.fixture
def keyed(office: Office, made: make.Made, ring: object) -> make.Made:  # noqa: F811
    """The same with an office key."""
    office.do(office_key.set_up_key, phrase_of(new_key()))
    return made


@pytest.fixture
def office(address: str, clock: Clock) -> Iterator[Office]:
    """The office on each engine; what was compiled for one test serves the next."""
    yield (office := Office(address, clock=clock))
    office.close()


@pytest.fixture
def sqlite_office(new_address: Callable[..., str], clock: Clock) -> Iterator[Office]:
    yield (office := Office(new_address("sqlite"), clock=clock))
    office.close()

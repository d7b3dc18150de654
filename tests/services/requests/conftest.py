"""An office whose key is set up on a keyring of this process."""

from __future__ import annotations

import pytest

from fieldoffice.office import Office
from fieldoffice.services.secrets import office_key
from fieldoffice.services.secrets.phrase import phrase_of
from fieldoffice.services.secrets.sealing import new_key
from tests import make
from tests.services.requests import wishes
from tests.services.secrets.conftest import home, ring  # noqa: F401 - fixtures


@pytest.fixture
def made(office: Office) -> make.Made:
    return wishes.small(office)


@pytest.fixture
def keyed(office: Office, made: make.Made, ring: object) -> make.Made:  # noqa: F811
    """The same with an office key."""
    office.do(office_key.set_up_key, phrase_of(new_key()))
    return made

"""A company with money in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fieldoffice.office import Office
from tests import make
from tests.services.books.ledgers import Shop, proven


@pytest.fixture
def shop(office: Office) -> Iterator[Shop]:
    """The small company on each engine; after the test its books must still balance."""
    yield Shop(office, make.small(office))
    proven(office)


@pytest.fixture
def till(sqlite_office: Office) -> Iterator[Shop]:
    """The same on SQLite only, for what stands above the database."""
    yield Shop(sqlite_office, make.small(sqlite_office))
    proven(sqlite_office)

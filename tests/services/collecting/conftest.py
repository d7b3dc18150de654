"""A company with money in it, whose books must balance after each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fieldoffice.office import Office
from tests import make
from tests.services.books.ledgers import Shop, proven


@pytest.fixture
def shop(sqlite_office: Office) -> Iterator[Shop]:
    """On SQLite, where the engine makes no difference."""
    yield Shop(sqlite_office, make.small(sqlite_office))
    proven(sqlite_office)


@pytest.fixture
def both(office: Office) -> Iterator[Shop]:
    """On each engine."""
    yield Shop(office, make.small(office))
    proven(office)

"""The stage of these tests, on both engines."""

from __future__ import annotations

import pytest

from fieldoffice.office import Office
from tests.services.booking.stage import Stage, stage_of


@pytest.fixture
def stage(office: Office) -> Stage:
    return stage_of(office)

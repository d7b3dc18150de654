"""A small company with visits to drop, for races and faults."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from fieldoffice.office import Office
from tests import make


@dataclass(frozen=True)
class Stage:
    """An office with one provider and visits that wait to be dropped."""

    office: Office
    address: str
    provider: int
    visits: list[int]


@pytest.fixture
def stage(office: Office, address: str) -> Callable[[int], Stage]:
    """`stage(n)`: a company with n waiting visits, none promised for a day."""

    def built(visits: int) -> Stage:
        made = make.small(office)
        return Stage(office, address, made.ana, [make.job(office, made, on=None).appointment_id for _ in range(visits)])

    return built

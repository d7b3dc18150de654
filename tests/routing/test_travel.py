"""Travel: the declared estimate, to the second."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest

from fieldoffice.services.routing.travel import straight_line
from tests.routing.days import day, day_path, needs_bench


@needs_bench
@pytest.mark.requirement("0.16")
@pytest.mark.parametrize("name", ["n30", "n100t", "n300", "n300t"])
def test_the_matrix_is_the_one_the_day_was_made_with(name: str) -> None:
    expected = json.loads(day_path(name).read_text())["matrix_sha256"]
    seconds = day(name).travel.seconds
    assert hashlib.sha256(np.ascontiguousarray(seconds, np.int32).tobytes()).hexdigest() == expected


@pytest.mark.requirement("0.16")
def test_distance_and_time_of_one_known_pair() -> None:
    travel = straight_line(((38.8977, -77.0365), (38.8899, -77.0091)))  # White House to Capitol, 2.52 km by air
    assert travel.meters[0, 1] == pytest.approx(2_526 * 1.3, rel=0.003)
    assert travel.seconds[0, 1] == pytest.approx(travel.meters[0, 1] / 35_000 * 3600, abs=1)
    assert travel.seconds[0, 0] == travel.meters[1, 1] == 0
    assert travel.source == "estimate: straight line × 1.3 at 35 km/h"


def test_no_place_is_an_empty_matrix() -> None:
    assert straight_line(()).seconds.shape == (0, 0)


def test_the_matrix_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="read-only"):
        straight_line(((0.0, 0.0), (1.0, 1.0))).seconds[0, 1] = 5

"""Travel between places: great circle x detour / speed, for all pairs at once.

Seconds are rounded up after rounding to the microsecond, so that the same coordinates give the same whole second on
every machine and in every program that follows this rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

EARTH_KM = 6371.0088
DETOUR = 1.3
KMH = 35.0


@dataclass(frozen=True, eq=False)
class Travel:
    """Square matrices over the places, possibly asymmetric: whole seconds and whole meters (int32), read only.

    `source` says in words where the figures come from; screens and papers show it.
    """

    seconds: NDArray[np.int32]
    meters: NDArray[np.int32]
    source: str


def straight_line(
    places: Sequence[tuple[float, float]], *, detour: float = DETOUR, kmh: float = KMH, earth_km: float = EARTH_KM
) -> Travel:
    """Great-circle travel with a detour factor at one speed; the estimate that is always there."""
    km = _great_circle_km(places, earth_km)
    seconds = np.ceil(np.round(km * detour / kmh * 3600, 6)).astype(np.int32)
    meters = np.rint(km * detour * 1000).astype(np.int32)
    for matrix in (seconds, meters):
        matrix.setflags(write=False)
    return Travel(seconds, meters, f"estimate: straight line × {detour:g} at {kmh:g} km/h")


def _great_circle_km(places: Sequence[tuple[float, float]], earth_km: float) -> NDArray[np.float64]:
    points = np.radians(np.asarray(places, dtype=np.float64).reshape(-1, 2))
    latitude, longitude = points[:, 0], points[:, 1]
    half_latitude = np.sin((latitude[:, None] - latitude[None]) / 2) ** 2
    half_longitude = np.sin((longitude[:, None] - longitude[None]) / 2) ** 2
    chord = half_latitude + np.cos(latitude)[:, None] * np.cos(latitude)[None] * half_longitude
    return 2 * earth_km * np.arcsin(np.minimum(1, np.sqrt(chord)))

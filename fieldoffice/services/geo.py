"""Distance and driving time between two points, as a declared estimate: great circle × detour ÷ speed.

Source of the defaults: 1.3 and 35 km/h are what the public day files of the planner are made with.
"""

from __future__ import annotations

import math
from functools import lru_cache

EARTH_KM = 6371.0088
DETOUR = 1.3
KMH = 35.0

Point = tuple[float, float]
"""(latitude, longitude) in degrees, WGS 84."""


def kilometers(a: Point, b: Point) -> float:
    """Length of the great circle between two points, in kilometers."""
    lat1, lon1, lat2, lon2 = map(math.radians, (*a, *b))
    h = math.sin((lat1 - lat2) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon1 - lon2) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(h)))


@lru_cache(maxsize=65_536)
def drive_s(a: Point | None, b: Point | None, detour: float = DETOUR, kmh: float = KMH) -> int:
    """Estimated driving time in whole seconds, rounded up; 0 where a place is unknown."""
    if a is None or b is None or a == b:
        return 0
    return math.ceil(round(kilometers(a, b) * detour / kmh * 3600, 6))


def drive_m(a: Point | None, b: Point | None, *, detour: float = DETOUR) -> int:
    """Estimated driving distance in whole meters; 0 where a place is unknown."""
    return 0 if a is None or b is None else round(kilometers(a, b) * detour * 1000)

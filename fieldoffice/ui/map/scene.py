"""What the map shows, as frozen values; and which color each route gets."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from fieldoffice.models.states import AppointmentState
from fieldoffice.services.geo import Point

MANY = 10
"""More routes than this cannot be told apart by color."""


@dataclass(frozen=True)
class MapMarker:
    """One visit, also where a crew goes. `number` is its place in the route; `hollow`: nobody serves it; `color`: "#rrggbb".

    `state` is a value of AppointmentState. Only a `movable` marker can be dragged onto a provider.
    """

    id: int
    lat: float
    lon: float
    number: int | None
    title: str
    subtitle: str
    state: str
    provider_id: int | None
    color: str
    hollow: bool = False
    selected: bool = False
    movable: bool = True


@dataclass(frozen=True)
class MapRoute:
    """One provider's day from start to end, place by place. `summary` stands under the name: "6 stops · 1 h 12"."""

    provider_id: int
    name: str
    color: str
    points: tuple[Point, ...]
    dashed: bool = False
    summary: str = ""


@dataclass(frozen=True)
class MapHome:
    """Where a provider's day starts."""

    provider_id: int
    name: str
    lat: float
    lon: float


@dataclass(frozen=True)
class MapScene:
    """Everything on the map but the ground. `before` is the older of two compared plans; rings lie round `depot`."""

    markers: tuple[MapMarker, ...] = ()
    routes: tuple[MapRoute, ...] = ()
    homes: tuple[MapHome, ...] = ()
    before: tuple[MapRoute, ...] = ()
    depot: Point | None = None
    units: Literal["km", "mi"] = "km"

    def select(self, ids: frozenset[int]) -> MapScene:
        """The same scene with exactly these visits selected."""
        return replace(self, markers=tuple(replace(mark, selected=mark.id in ids) for mark in self.markers))

    @property
    def selected(self) -> frozenset[int]:
        return frozenset(mark.id for mark in self.markers if mark.selected)


def as_message(scene: MapScene) -> dict[str, Any]:
    """The scene as the page reads it: plain values, each marker with the word of its state."""
    message = asdict(scene)
    for mark in message["markers"]:
        mark["word"] = AppointmentState(mark["state"]).word
    return message


def route_colors(
    routes: Sequence[MapRoute], chosen: int | None, palette: Sequence[str], gray: str
) -> Mapping[int, str]:
    """Color by provider. Up to ten routes keep their own; of more, the chosen one and its nearest nine get one each."""
    if len(routes) <= MANY:
        return {route.provider_id: route.color for route in routes}
    colors = {route.provider_id: gray for route in routes}
    for route, color in zip(_nearest(routes, chosen), palette[:MANY], strict=False):
        colors[route.provider_id] = color
    return colors


def uncolored(routes: Sequence[MapRoute], chosen: int | None) -> list[int]:
    """The providers whose routes are too many to be told apart: all but the chosen one and its nearest nine."""
    if len(routes) <= MANY:
        return []
    colored = {route.provider_id for route in _nearest(routes, chosen)[:MANY]}
    return [route.provider_id for route in routes if route.provider_id not in colored]


def set_aside(routes: Sequence[MapRoute], chosen: int | None) -> list[int]:
    """The providers that stand back behind the chosen one: all others; of more than ten, those without a color."""
    if chosen is None or all(route.provider_id != chosen for route in routes):
        return []
    others = [route.provider_id for route in routes if route.provider_id != chosen]
    return others if len(routes) <= MANY else uncolored(routes, chosen)


def _nearest(routes: Sequence[MapRoute], chosen: int | None) -> list[MapRoute]:
    """The chosen route first, then the others by the distance of their middles; none where none is chosen."""
    center = next((_middle(route) for route in routes if route.provider_id == chosen), None)
    if center is None:
        return []
    return sorted(routes, key=lambda route: (route.provider_id != chosen, math.dist(_middle(route), center)))


def _middle(route: MapRoute) -> Point:
    """The mean of a route's places; far away for a route without one."""
    if not route.points:
        return (math.inf, math.inf)
    count = len(route.points)
    return sum(lat for lat, _ in route.points) / count, sum(lon for _, lon in route.points) / count

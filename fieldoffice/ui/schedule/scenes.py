"""The board's first day as a scene of the map."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from fieldoffice.models.states import MOVABLE_STATES, AppointmentState
from fieldoffice.services.calendar import day_span
from fieldoffice.services.dispatch.rows import Board, Card, ProviderRow
from fieldoffice.services.geo import Point
from fieldoffice.services.travel.drives import Drives
from fieldoffice.ui.map.scene import MapHome, MapMarker, MapRoute, MapScene
from fieldoffice.ui.schedule.words import clock

HOLLOW = "#6E6E6E"


def scene_of(board: Board, depot: Point | None = None, selected: Iterable[int] = ()) -> MapScene:
    """Markers by state, numbered along each provider's route; visits without a provider are hollow.

    Visits without coordinates are not on the map; the tray and the board show them.
    """
    zone = ZoneInfo(board.zone)
    day = day_span(board.first_on, zone)
    cards = [c for c in board.cards if c.starts_at is not None and day.start <= c.starts_at < day.end]
    routes: list[MapRoute] = []
    numbers: dict[int, tuple[int, ProviderRow]] = {}
    for row in board.providers:
        mine = sorted((c for c in cards if row.id in c.provider_ids and c.place), key=lambda c: (c.starts_at or day.start, c.id))
        if mine:
            routes.append(_route(row, mine, board.drives))
        for n, card in enumerate(mine):
            numbers.setdefault(card.id, (n + 1, row))
    chosen = frozenset(selected)
    markers = [_marker(c, numbers.get(c.id), zone, c.id in chosen) for c in (*cards, *_for_the_day(board)) if c.place]
    homes = [MapHome(row.id, row.name, *row.start_place) for row in board.providers if row.shifts and row.start_place]
    return MapScene(tuple(markers), tuple(routes), tuple(homes), depot=depot)


def _for_the_day(board: Board) -> list[Card]:
    end = day_span(board.first_on, ZoneInfo(board.zone)).end
    return [card for card in board.tray if card.window is None or card.window.start < end]


def _route(row: ProviderRow, cards: list[Card], drives: Drives) -> MapRoute:
    places = [row.start_place, *(card.place for card in cards), row.end_place]
    points = tuple(place for place in places if place is not None)
    pairs = list(pairwise(points))
    driving = timedelta(seconds=sum(drives.seconds(a, b) for a, b in pairs))
    minutes, meters = round(driving.total_seconds() / 60), sum(drives.meters(a, b) for a, b in pairs)
    stops = f"{len(cards)} stop{'s' if len(cards) != 1 else ''}"
    return MapRoute(row.id, row.name, row.color, points, summary=f"{stops} · {minutes} min · {meters / 1000:.0f} km")


def _marker(card: Card, place: tuple[int, ProviderRow] | None, zone: ZoneInfo, selected: bool) -> MapMarker:
    assert card.place is not None
    when = clock(card.starts_at, zone) if card.starts_at else "unscheduled"
    return MapMarker(
        id=card.id, lat=card.place[0], lon=card.place[1], number=place[0] if place else None, title=card.customer,
        subtitle=f"{when} · {card.service} · {card.street}", state=card.state.value,
        provider_id=place[1].id if place else None, color=place[1].color if place else HOLLOW,
        hollow=card.state is AppointmentState.WAITING, selected=selected, movable=card.state in MOVABLE_STATES and not card.locked,
    )  # fmt: skip

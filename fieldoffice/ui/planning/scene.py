"""A proposal as a scene of the map, and whether the board still is what it was made for. Pure."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise
from zoneinfo import ZoneInfo

from fieldoffice.models.states import MOVABLE_STATES
from fieldoffice.services.calendar import day_span
from fieldoffice.services.dispatch.rows import Board, Card, ProviderRow
from fieldoffice.services.geo import Point
from fieldoffice.services.planning.day import DayPlan, for_day
from fieldoffice.services.planning.proposal import Proposal
from fieldoffice.services.routing.problem import Plan
from fieldoffice.ui.map.scene import MapHome, MapMarker, MapRoute, MapScene
from fieldoffice.ui.planning.words import clock
from fieldoffice.ui.schedule.scenes import HOLLOW
from fieldoffice.ui.schedule.words import lasting

Sign = frozenset[tuple[int, int]]


def scene_of(proposal: Proposal, ticked: Collection[str] | None = None, depot: Point | None = None) -> MapScene:
    """The day with the ticked moves (all by default): its routes, the present ones dashed, unserved visits hollow.

    Rings lie round the depot: that of the company, unless another one is given.
    """
    day, depot = proposal.day, depot or proposal.day.given.depot
    plan = proposal.plan_with(proposal.ids if ticked is None else ticked)
    routes, before = routes_of(day, plan), routes_of(day, day.today, dashed=True)
    numbers = {visit: (n, id) for id in plan.routes for n, (visit, _) in enumerate(_cards(day, plan, id), start=1)}
    rows = {str(row.id): row for row in day.providers}
    spots, marks = plan.place_of, dict[int, MapMarker]()
    for visit in day.problem.visits:
        card, place = day.cards[visit.id], numbers.get(visit.id)
        if card.id and card.place:
            row = rows[place[1]] if place else None
            marks.setdefault(card.id, _marker(card, place[0] if place else None, row, clock(spots[visit.id][1]) if place else ""))
    homes = tuple(MapHome(row.id, row.name, *row.start_place) for row in day.providers if row.shifts and row.start_place)
    return MapScene(tuple(marks.values()), routes, homes, before, depot)


def routes_of(day: DayPlan, plan: Plan, *, dashed: bool = False) -> tuple[MapRoute, ...]:
    """One line for each provider who goes anywhere, in board order."""
    found = (_route(day, row, plan, dashed) for row in day.providers if plan.sequence(str(row.id)))
    return tuple(route for route in found if route.points)


def signature(board: Board, day: DayPlan) -> Sign:
    """Ids and versions of all that a plan of this day looks at; two boards differ where this does."""
    span = day_span(day.on, ZoneInfo(board.zone))
    there = (card for card in board.cards if card.starts_at is not None and span.start <= card.starts_at < span.end)
    waits = (card for card in board.tray if board.first_on != day.on or for_day(card, board))
    return frozenset((card.id, card.version) for card in (*there, *waits))


def _cards(day: DayPlan, plan: Plan, provider_id: str) -> list[tuple[str, Card]]:
    """The visits of a route that can be drawn, with their ids in the plan."""
    cards = ((id, day.cards[id]) for id in plan.sequence(provider_id))
    return [(id, card) for id, card in cards if card.id and card.place]


def _route(day: DayPlan, row: ProviderRow, plan: Plan, dashed: bool) -> MapRoute:
    places = [card.place for _, card in _cards(day, plan, str(row.id))]
    points = tuple(p for p in (row.start_place, *places, row.end_place) if p is not None) if places else ()
    drive_s, meters = _driven(day, str(row.id), plan)
    stops = f"{len(places)} stop{'s' if len(places) != 1 else ''}"
    return MapRoute(row.id, row.name, row.color, points, dashed, f"{stops} · {lasting(drive_s)} · {meters / 1000:.0f} km")


def _driven(day: DayPlan, provider_id: str, plan: Plan) -> tuple[int, int]:
    """Seconds and meters of one route, by the plan's own travel."""
    provider, travel = day.problem.provider(provider_id), day.problem.travel
    visits = (day.problem.visit(id).place for id in plan.sequence(provider_id))
    legs = list(pairwise([provider.start, *(place for place in visits if place is not None), provider.end]))
    return sum(int(travel.seconds[leg]) for leg in legs), sum(int(travel.meters[leg]) for leg in legs)


def _marker(card: Card, number: int | None, row: ProviderRow | None, when: str) -> MapMarker:
    assert card.place is not None
    return MapMarker(
        card.id, *card.place, number, card.customer, f"{when or 'not served'} · {card.service} · {card.street}", card.state.value,
        row.id if row else None, row.color if row else HOLLOW, hollow=row is None,
        movable=card.state in MOVABLE_STATES and not card.locked,
    )  # fmt: skip

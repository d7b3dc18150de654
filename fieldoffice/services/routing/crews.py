"""Crew visits of a plan as what they are for everybody else: times that stand, one with each member."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from fieldoffice.services.routing.problem import Plan, Problem, Route, Visit


@dataclass(frozen=True)
class Settled:
    """A problem and a plan without crews: `members` are the providers of each crew visit that the plan serves.

    The visit itself stands with its first member; with the others stands a visit of another id.
    """

    problem: Problem
    plan: Plan
    members: Mapping[str, tuple[str, ...]]


def settled(problem: Problem, plan: Plan) -> Settled:
    """The same day with every served crew visit fixed at its time; the very same objects where there is no crew."""
    crews = {visit.id: plan.crew_of[visit.id] for visit in problem.visits if visit.crew > 1 and visit.id in plan.place_of}
    if not crews:
        return Settled(problem, plan, {})
    starts = {id: plan.place_of[id][1] for id in crews}
    visits = [part for visit in problem.visits for part in _parts(visit, crews.get(visit.id, ()), starts)]
    routes = {id: _renamed(id, route, crews) for id, route in plan.routes.items()}
    return Settled(replace(problem, visits=tuple(visits)), Plan(routes), crews)


def part_id(visit_id: str, member: str, members: tuple[str, ...]) -> str:
    """The id under which a crew visit stands with one of its members."""
    return visit_id if member == members[0] else f"{visit_id} with {member}"


def _parts(visit: Visit, members: tuple[str, ...], starts: Mapping[str, int]) -> list[Visit]:
    if not members:
        return [visit]
    return [
        replace(visit, id=part_id(visit.id, member, members), crew=1, pinned=member, fixed_start=starts[visit.id], preferred=None)
        for member in members
    ]


def _renamed(provider_id: str, route: Route, crews: Mapping[str, tuple[str, ...]]) -> Route:
    stops = tuple(
        replace(stop, visit_id=part_id(stop.visit_id, provider_id, crews[stop.visit_id])) if stop.visit_id in crews else stop
        for stop in route.stops
    )
    return replace(route, stops=stops)

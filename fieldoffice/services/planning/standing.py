"""Plans by the clock: the plan as it stands on the board, and a found plan on round times. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fieldoffice.services.routing.check import check
from fieldoffice.services.routing.problem import Plan, Problem, ProviderShift, Route, Stop

STEP_S = 300
"""Planned starts are whole steps of five minutes where the day has room for it."""


def standing_plan(problem: Problem, sequences: Mapping[str, Sequence[tuple[str, int]]]) -> Plan:
    """Routes by provider id from (visit id, start) in order; times are as they stand, whether or not they can be kept."""
    return Plan({id: _route(problem, problem.provider(id), stops) for id, stops in sequences.items() if stops})


def rounded(problem: Problem, plan: Plan, today: Plan) -> Plan:
    """The same plan on calmer times, each route only as far as the verifier accepts it.

    A route whose order did not change keeps today's times; the others start on whole steps.
    """
    routes = dict(plan.routes)
    for id, route in plan.routes.items():
        for better in (_as_today(plan, today, id), _on_steps(problem, problem.provider(id), route)):
            if better is not None and _accepted(problem, id, better):
                routes[id] = better
                break
    return Plan(routes)


def _accepted(problem: Problem, id: str, route: Route) -> bool:
    served = {stop.visit_id for stop in route.stops}
    others = frozenset(v.id for v in problem.visits if v.id not in served)
    return check(problem, Plan({id: route}), excused=others).accepted


def _as_today(plan: Plan, today: Plan, id: str) -> Route | None:
    same = id in today.routes and plan.sequence(id) == today.sequence(id)
    return today.routes[id] if same else None


def _on_steps(problem: Problem, provider: ProviderShift, route: Route) -> Route:
    """Push each start to the next step, and everything behind it along; lunch stays between the same two visits."""
    free, here = route.start, provider.start
    was_free, lunch = route.start, route.lunch
    lunch_s = provider.lunch.duration_s if provider.lunch else 0
    stops: list[Stop] = []
    for stop in route.stops:
        visit = problem.visit(stop.visit_id)
        place = visit.place if visit.place is not None else here
        need = int(problem.travel.seconds[here, place])
        if route.lunch is not None and was_free <= route.lunch and route.lunch + lunch_s <= stop.start:
            lunch = max(route.lunch, free)
            need += lunch_s
        start = stop.start if visit.fixed_start is not None else _step(max(stop.start, free + need))
        stops.append(Stop(stop.visit_id, start))
        free, was_free, here = start + visit.duration_s, stop.start + visit.duration_s, place
    late = free - was_free
    if route.lunch is not None and route.lunch >= was_free:
        lunch = route.lunch + late
    return Route(route.start, route.end + late, lunch, tuple(stops))


def _step(seconds: int) -> int:
    return -(-seconds // STEP_S) * STEP_S


def _route(problem: Problem, provider: ProviderShift, stops: Sequence[tuple[str, int]]) -> Route:
    first, last = problem.visit(stops[0][0]), problem.visit(stops[-1][0])
    out = int(problem.travel.seconds[provider.start, first.place or provider.start])
    back = int(problem.travel.seconds[last.place or provider.end, provider.end])
    start = max(min(stops[0][1] - out, stops[0][1]), provider.shift[0])
    end = stops[-1][1] + last.duration_s + back
    lunch = _lunch(problem, provider, start, end, stops)
    return Route(start, end, lunch, tuple(Stop(id, at) for id, at in stops))


def _lunch(problem: Problem, provider: ProviderShift, start: int, end: int, stops: Sequence[tuple[str, int]]) -> int | None:
    """The first moment at which the break fits into a gap beside its drive, or outside the route."""
    if provider.lunch is None:
        return None
    first, last = provider.lunch.window
    free, here = start, provider.start
    for id, begins in [*stops, ("", end)]:
        visit = problem.visit(id) if id else None
        place = provider.end if visit is None else visit.place if visit.place is not None else here
        at = max(free, first)
        if at <= last and begins - free >= provider.lunch.duration_s + int(problem.travel.seconds[here, place]) and (
            at + provider.lunch.duration_s <= begins
        ):
            return at
        free, here = begins + (visit.duration_s if visit else 0), place
    if end <= last:
        return max(end, first)
    return first if first + provider.lunch.duration_s <= start else None

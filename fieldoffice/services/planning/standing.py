"""Plans by the clock: the plan as it stands on the board, and a found plan on round times. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from fieldoffice.services.routing.check import check
from fieldoffice.services.routing.problem import Plan, Problem, ProviderShift, Route, Stop, Visit

STEP_S = 300
"""Planned starts are whole steps of five minutes where the day has room for it, else whole minutes."""
MINUTE_S = 60
NEAR_S = 900
"""A visit that stays with its provider keeps its time, if the found time is not further away than this."""


def standing_plan(problem: Problem, sequences: Mapping[str, Sequence[tuple[str, int]]]) -> Plan:
    """Routes by provider id from (visit id, start) in order; times are as they stand, whether or not they can be kept."""
    return Plan({id: _route(problem, problem.provider(id), stops) for id, stops in sequences.items() if stops})


def rounded(problem: Problem, plan: Plan, today: Plan) -> Plan:
    """The same plan on calmer times, each route only as far as the verifier accepts it and it costs no overtime.

    A route whose order did not change keeps today's times, and so does a visit that would move by a few minutes only; the
    others start on whole steps.
    """
    routes = dict(plan.routes)
    for id, route in plan.routes.items():
        for calmer in _calmer(problem, plan, today, id):
            if _no_later(problem.provider(id), calmer, route) and _accepted(problem, id, calmer):
                routes[id] = calmer
                break
    return Plan(routes)


def _calmer(problem: Problem, plan: Plan, today: Plan, id: str) -> Iterator[Route]:
    if id in today.routes and plan.sequence(id) == today.sequence(id):
        yield today.routes[id]
    provider, route = problem.provider(id), plan.routes[id]
    kept = {stop.visit_id: stop.start for stop in today.routes[id].stops} if id in today.routes else {}
    if kept:
        yield _on_steps(problem, provider, route, STEP_S, kept)
    yield _on_steps(problem, provider, route, STEP_S, {})
    yield _on_steps(problem, provider, route, MINUTE_S, {})


def _no_later(provider: ProviderShift, calmer: Route, route: Route) -> bool:
    """A day that ended in time still does; one with overtime may end a step later."""
    over = route.end > provider.shift[1]
    return calmer.end <= (route.end + STEP_S if over else provider.shift[1])


def _accepted(problem: Problem, id: str, route: Route) -> bool:
    served = {stop.visit_id for stop in route.stops}
    others = frozenset(v.id for v in problem.visits if v.pinned is not None and v.id not in served)
    return check(problem, Plan({id: route}), excused=others).accepted


def _on_steps(problem: Problem, provider: ProviderShift, route: Route, step_s: int, kept: Mapping[str, int]) -> Route:
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
        start = _start(visit, free + need, stop.start, step_s, kept.get(visit.id))
        stops.append(Stop(stop.visit_id, start))
        free, was_free, here = start + visit.duration_s, stop.start + visit.duration_s, place
    late = free - was_free
    if route.lunch is not None and route.lunch >= was_free:
        lunch = route.lunch + late
    return Route(route.start, route.end + late, lunch, tuple(stops))


def _start(visit: Visit, possible: int, found: int, step_s: int, kept: int | None) -> int:
    """When work begins: as it stands where that is near, else on the next step that the visit's window allows."""
    if visit.fixed_start is not None:
        return visit.fixed_start
    if kept is not None and possible <= kept and abs(kept - found) <= NEAR_S:
        return kept
    earliest = max(found, possible)
    wanted = (_step(earliest, size) for size in dict.fromkeys((step_s, MINUTE_S)))
    return next((at for at in wanted if any(first <= at <= last for first, last in visit.windows)), earliest)


def _step(seconds: int, size: int) -> int:
    return -(-seconds // size) * size


def _route(problem: Problem, provider: ProviderShift, stops: Sequence[tuple[str, int]]) -> Route:
    first, last = problem.visit(stops[0][0]), problem.visit(stops[-1][0])
    out, back = _drive(problem, provider.start, first.place), _drive(problem, last.place, provider.end)
    start = max(stops[0][1] - out, provider.shift[0])
    end = stops[-1][1] + last.duration_s + back
    for leave, home in _spreads(provider, stops[0][1] - out, start, end):
        if (lunch := _lunch(problem, provider, leave, home, stops)) is not None:
            return Route(leave, home, lunch, tuple(Stop(id, at) for id, at in stops))
    return Route(start, end, None, tuple(Stop(id, at) for id, at in stops))


def _spreads(provider: ProviderShift, latest_leave: int, start: int, end: int) -> Iterator[tuple[int, int]]:
    """When the day may begin and end: as short as it can be, or with the break on the way out or on the way home."""
    yield start, end
    if provider.lunch is not None:
        yield max(latest_leave - provider.lunch.duration_s, provider.shift[0]), end
        yield start, end + provider.lunch.duration_s


def _drive(problem: Problem, a: int | None, b: int | None) -> int:
    return 0 if a is None or b is None else int(problem.travel.seconds[a, b])


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

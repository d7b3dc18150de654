"""The independent verifier: whether a plan keeps every rule of its problem, and what it is worth.

It trusts nothing that made the plan: it reads the times that stand in it, and shares no timing code with the engines.
The product asks it before any plan may be applied.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from fieldoffice.services.routing.coupled import Violation, together
from fieldoffice.services.routing.problem import SPEED, Plan, Problem, ProviderShift, Route, Score, Stop, Visit


@dataclass(frozen=True)
class Verdict:
    """What the verifier found; `score` is computed from the plan's own times."""

    violations: tuple[Violation, ...]
    score: Score

    @property
    def accepted(self) -> bool:
        return not self.violations


def check(problem: Problem, plan: Plan, *, excused: frozenset[str] = frozenset()) -> Verdict:
    """Every violation, and the score. `excused` are pinned visits that may stay unserved (nobody can serve them)."""
    violations = list(_everything(problem, plan, excused))
    return Verdict(tuple(violations), score_of(problem, plan))


def score_of(problem: Problem, plan: Plan) -> Score:
    """What the plan is worth under the problem's weights; unknown providers and visits are left out."""
    served = {stop.visit_id for _, stop in plan}
    unserved = [visit for visit in problem.visits if visit.id not in served]
    known = [(problem.provider(k), route) for k, route in plan.routes.items() if k in problem.provider_index]
    legs = [leg for provider, route in known for leg in _legs(problem, provider, route)]
    drive_s = sum(int(problem.travel.seconds[leg]) for leg in legs)
    overtime_s = sum(max(0, route.end - provider.shift[1]) for provider, route in known if route.stops)
    who = _who(problem, plan)
    missed = sum(
        visit.preferred is not None and visit.preferred not in who[visit.id]
        for visit in problem.visits
        if visit.id in who
    )
    moved = sum(
        visit.current is not None and visit.current not in who[visit.id] for visit in problem.visits if visit.id in who
    )
    fairness_s = sum(_load_price(problem, provider, route) for provider, route in known)
    weight = sum(problem.weight_of(visit) for visit in unserved)
    weights = problem.weights
    cost = drive_s + weights.overtime_factor * overtime_s + weights.preferred_miss_s * missed
    cost += weights.moved_s * moved + fairness_s
    return Score(
        W=weight,
        unserved=len(unserved),
        drive_s=drive_s,
        meters=sum(int(problem.travel.meters[leg]) for leg in legs),
        overtime_s=overtime_s,
        preferences_missed=missed,
        total=weights.penalty * weight + cost,
        moved=moved,
        fairness_s=fairness_s,
    )


def _who(problem: Problem, plan: Plan) -> dict[str, set[str]]:
    """Visit id -> the persons who serve it."""
    found: dict[str, set[str]] = {}
    for provider_id, stop in plan:
        at = problem.provider_index.get(provider_id)
        found.setdefault(stop.visit_id, set()).add(provider_id if at is None else problem.providers[at].who)
    return found


def _load_price(problem: Problem, provider: ProviderShift, route: Route) -> int:
    """What the fairness weight asks for this provider's working time."""
    visits = [problem.visit(stop.visit_id) for stop in route.stops if stop.visit_id in problem.visit_index]
    work_s = sum(problem.work_s(visit, provider) for visit in visits)
    return problem.weights.fairness_percent * work_s * work_s // (100 * max(1, provider.shift[1] - provider.shift[0]))


def _everything(problem: Problem, plan: Plan, excused: frozenset[str]) -> Iterator[Violation]:
    seen: set[str] = set()
    for provider_id, route in plan.routes.items():
        if provider_id not in problem.provider_index:
            yield Violation("unknown_provider", f"There is no provider {provider_id} on this day.", provider_id)
        elif route.stops:
            yield from _route(problem, problem.provider(provider_id), route, seen)
    for visit in problem.visits:
        if visit.pinned is not None and visit.id not in seen and visit.id not in excused:
            yield Violation("pin_unserved", f"{visit.label} is pinned and must be served.", visit.pinned, visit.id)
    yield from together(problem, plan)


def _route(problem: Problem, provider: ProviderShift, route: Route, seen: set[str]) -> Iterator[Violation]:
    times = [route.start, route.end, *(stop.start for stop in route.stops)]
    if any(type(time) is not int for time in times + ([] if route.lunch is None else [route.lunch])):
        yield Violation("not_whole", f"A time of {provider.label} is not a whole number of seconds.", provider.id)
        return
    unknown = [stop for stop in route.stops if stop.visit_id not in problem.visit_index]
    for stop in unknown:
        yield Violation("unknown_visit", f"There is no visit {stop.visit_id} on this day.", provider.id, stop.visit_id)
    ids = [stop.visit_id for stop in route.stops]
    for visit_id in ids:
        alone = visit_id not in problem.visit_index or problem.visit(visit_id).crew == 1
        if ids.count(visit_id) > 1 or (alone and visit_id in seen):
            yield Violation("twice", f"{visit_id} is served twice.", provider.id, visit_id)
        seen.add(visit_id)
    if unknown:
        return
    for stop in route.stops:
        yield from _stop(problem, provider, stop)
    yield from _hours(problem, provider, route)
    yield from _ends(problem, provider, route)
    if all(problem.visit(stop.visit_id).place is not None for stop in route.stops):
        yield from _clock(problem, provider, route)


def _stop(problem: Problem, provider: ProviderShift, stop: Stop) -> Iterator[Violation]:
    """Standing rules and allowed starts of one visit."""
    visit = problem.visit(stop.visit_id)
    broken: list[tuple[str, str]] = []
    if visit.crew == 1 and visit.pinned not in (None, provider.who):
        broken.append(("pinned", f"{visit.label} is pinned to another provider than {provider.label}."))
    if visit.place is None:
        broken.append(("no_place", f"The place of {visit.label} is unknown."))
    if visit.duration_s < 0:
        broken.append(("duration", f"{visit.label} has a negative duration."))
    if visit.fixed_start is None:
        broken += _free_visit(problem, provider, visit, stop.start)
    elif stop.start != visit.fixed_start:
        broken.append(("fixed_start", f"{visit.label} is locked to its time and may not move."))
    for kind, words in broken:
        yield Violation(kind, words, provider.id, visit.id)


def _free_visit(problem: Problem, provider: ProviderShift, visit: Visit, start: int) -> list[tuple[str, str]]:
    broken: list[tuple[str, str]] = []
    if visit.skills - provider.skills:
        lacking = ", ".join(sorted(visit.skills - provider.skills))
        broken.append(("skill", f"{provider.label} lacks {lacking} for {visit.label}."))
    if provider.who in visit.excluded:
        broken.append(("excluded", f"{provider.label} may not go to {visit.label}."))
    if not any(first <= start <= last for first, last in visit.windows):
        broken.append(("window", f"{visit.label} starts outside its windows."))
    finish = start + problem.work_s(visit, provider)
    if visit.outdoor and any(start < rain_to and rain_from < finish for rain_from, rain_to in problem.rain):
        broken.append(("rain", f"{visit.label} is outdoors in the rain."))
    for spell in problem.weather if visit.outdoor else ():
        kept_in = spell.outdoor == "blocked" or (spell.outdoor == "limited" and visit.duration_s > spell.outdoor_most_s)
        if kept_in and start < spell.window[1] and spell.window[0] < finish:
            broken.append(("weather", f"{visit.label} is outdoors in the {spell.kind}."))
    return broken


def _ends(problem: Problem, provider: ProviderShift, route: Route) -> Iterator[Violation]:
    """First-visit and last-visit rules, of the visits and of the provider."""
    visits = [problem.visit(stop.visit_id) for stop in route.stops]
    for visit in visits[1:]:
        if visit.position == "first":
            yield Violation(
                "not_first", f"{visit.label} must be the first visit of {provider.label}.", provider.id, visit.id
            )
    for visit in visits[:-1]:
        if visit.position == "last":
            yield Violation(
                "not_last", f"{visit.label} must be the last visit of {provider.label}.", provider.id, visit.id
            )
    legs = _legs(problem, provider, route)
    out_s, home_s = (int(problem.travel.seconds[leg]) for leg in (legs[0], legs[-1]))
    if provider.first_within_s is not None and out_s > provider.first_within_s:
        yield Violation("first_too_far", f"The first visit of {provider.label} is too far from the start.", provider.id)
    if provider.last_within_s is not None and home_s > provider.last_within_s:
        yield Violation("last_too_far", f"The last visit of {provider.label} is too far from the end.", provider.id)


def _hours(problem: Problem, provider: ProviderShift, route: Route) -> Iterator[Violation]:
    if route.start < provider.shift[0]:
        yield Violation("shift_start", f"{provider.label} starts before the shift.", provider.id)
    if route.end > provider.shift[1] + provider.max_overtime_s:
        yield Violation("shift_end", f"{provider.label} ends after the shift and its overtime.", provider.id)
    load = sum(problem.visit(stop.visit_id).load for stop in route.stops)
    if provider.capacity is not None and load > provider.capacity:
        yield Violation("capacity", f"{provider.label} cannot carry that much.", provider.id)
    yield from _breaks(provider, route)


def _breaks(provider: ProviderShift, route: Route) -> Iterator[Violation]:
    """Every break is there, in its window, and begins when the one before it is over."""
    if (provider.lunch is None) != (route.lunch is None) or len(route.breaks) != len(provider.breaks):
        yield Violation("lunch_window", f"{provider.label} has no lunch inside its window.", provider.id)
        return
    free = -1
    for pause, begin in zip(provider.breaks, route.breaks, strict=True):
        if not pause.window[0] <= begin <= pause.window[1]:
            yield Violation("lunch_window", f"{provider.label} has a break outside its window.", provider.id)
        if begin < free:
            yield Violation("break_order", f"{provider.label} begins a break before the last one is over.", provider.id)
        free = begin + pause.duration_s


def _clock(problem: Problem, provider: ProviderShift, route: Route) -> Iterator[Violation]:
    """Each gap between two works must hold its drive and the breaks that fall into it; no break falls into a work."""
    pauses = [(begin, begin + pause.duration_s) for pause, begin in zip(provider.breaks, route.breaks, strict=False)]
    gaps = [*zip(_free_from(problem, provider, route), _busy_from(route), _legs(problem, provider, route), strict=True)]
    for leave, arrive, leg in gaps:
        inside = [pause for pause in pauses if leave <= pause[0] and pause[1] <= arrive]
        pauses = [pause for pause in pauses if pause not in inside]
        way = _driven(problem, provider, leave, arrive) - sum(_driven(problem, provider, *pause) for pause in inside)
        if arrive < leave or way < int(problem.travel.seconds[leg]) * SPEED:
            yield Violation("no_time", f"A drive of {provider.label} does not fit between two visits.", provider.id)
    for begin, end in pauses:
        if begin < route.end and end > route.start:
            yield Violation("lunch_at_work", f"The lunch of {provider.label} falls into a visit.", provider.id)


def _driven(problem: Problem, provider: ProviderShift, start: int, end: int) -> int:
    """The units of way that can be driven from start to end."""
    edges = {edge for window, _ in problem.slow_times for edge in window if start < edge < end}
    times = [start, *sorted(edges), max(start, end)]
    return sum(problem.speed_at(provider, a) * (b - a) for a, b in pairwise(times))


def _free_from(problem: Problem, provider: ProviderShift, route: Route) -> list[int]:
    return [route.start, *(stop.start + problem.work_s(problem.visit(stop.visit_id), provider) for stop in route.stops)]


def _busy_from(route: Route) -> list[int]:
    return [*(stop.start for stop in route.stops), route.end]


def _legs(problem: Problem, provider: ProviderShift, route: Route) -> list[tuple[int, int]]:
    """The place pairs driven, in order; visits without a known place are left out."""
    visits = [problem.visit(stop.visit_id) for stop in route.stops if stop.visit_id in problem.visit_index]
    places = [provider.start, *(visit.place for visit in visits if visit.place is not None), provider.end]
    return [*pairwise(places)] if route.stops else []

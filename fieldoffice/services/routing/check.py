"""The independent verifier: whether a plan keeps every rule of its problem, and what it is worth.

It trusts nothing that made the plan: it reads the times that stand in it, and shares no timing code with the engines.
The product asks it before any plan may be applied.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from fieldoffice.services.routing.problem import Plan, Problem, ProviderShift, Route, Score, Stop, Visit


@dataclass(frozen=True)
class Violation:
    """One broken rule: `kind` is a code, `words` a sentence; provider and visit ids where they apply."""

    kind: str
    words: str
    provider_id: str | None = None
    visit_id: str | None = None


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
    missed = sum(_misses_preference(problem, provider_id, stop) for provider_id, stop in plan)
    weight = sum(problem.weight_of(visit) for visit in unserved)
    weights = problem.weights
    cost = drive_s + weights.overtime_factor * overtime_s + weights.preferred_miss_s * missed
    return Score(
        W=weight,
        unserved=len(unserved),
        drive_s=drive_s,
        meters=sum(int(problem.travel.meters[leg]) for leg in legs),
        overtime_s=overtime_s,
        preferences_missed=missed,
        total=weights.penalty * weight + cost,
    )


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


def _route(problem: Problem, provider: ProviderShift, route: Route, seen: set[str]) -> Iterator[Violation]:
    times = [route.start, route.end, *(stop.start for stop in route.stops)]
    if any(type(time) is not int for time in times + ([] if route.lunch is None else [route.lunch])):
        yield Violation("not_whole", f"A time of {provider.label} is not a whole number of seconds.", provider.id)
        return
    unknown = [stop for stop in route.stops if stop.visit_id not in problem.visit_index]
    for stop in unknown:
        yield Violation("unknown_visit", f"There is no visit {stop.visit_id} on this day.", provider.id, stop.visit_id)
    for stop in route.stops:
        if stop.visit_id in seen:
            yield Violation("twice", f"{stop.visit_id} is served twice.", provider.id, stop.visit_id)
        seen.add(stop.visit_id)
    if unknown:
        return
    for stop in route.stops:
        yield from _stop(problem, provider, stop)
    yield from _hours(provider, route)
    if all(problem.visit(stop.visit_id).place is not None for stop in route.stops):
        yield from _clock(problem, provider, route)


def _stop(problem: Problem, provider: ProviderShift, stop: Stop) -> Iterator[Violation]:
    """Standing rules and allowed starts of one visit."""
    visit = problem.visit(stop.visit_id)
    broken: list[tuple[str, str]] = []
    if visit.pinned not in (None, provider.id):
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
    if provider.id in visit.excluded:
        broken.append(("excluded", f"{provider.label} may not go to {visit.label}."))
    if not any(first <= start <= last for first, last in visit.windows):
        broken.append(("window", f"{visit.label} starts outside its windows."))
    finish = start + visit.duration_s
    if visit.outdoor and any(start < rain_to and rain_from < finish for rain_from, rain_to in problem.rain):
        broken.append(("rain", f"{visit.label} is outdoors in the rain."))
    return broken


def _hours(provider: ProviderShift, route: Route) -> Iterator[Violation]:
    if route.start < provider.shift[0]:
        yield Violation("shift_start", f"{provider.label} starts before the shift.", provider.id)
    if route.end > provider.shift[1] + provider.max_overtime_s:
        yield Violation("shift_end", f"{provider.label} ends after the shift and its overtime.", provider.id)
    lunch = provider.lunch
    if lunch and (route.lunch is None or not lunch.window[0] <= route.lunch <= lunch.window[1]):
        yield Violation("lunch_window", f"{provider.label} has no lunch inside its window.", provider.id)


def _clock(problem: Problem, provider: ProviderShift, route: Route) -> Iterator[Violation]:
    """Each gap between two works must hold its drive, and one gap (or the time outside the route) must hold lunch."""
    need_s = provider.lunch.duration_s if provider.lunch else 0
    pause = route.lunch if provider.lunch else None
    gaps = [*zip(_free_from(problem, route), _busy_from(route), _legs(problem, provider, route), strict=True)]
    inside = [gap for gap in gaps if pause is not None and gap[0] <= pause and pause + need_s <= gap[1]]
    for gap in gaps:
        room_s = gap[1] - gap[0] - (need_s if inside and gap is inside[0] else 0)
        if room_s < int(problem.travel.seconds[gap[2]]):
            yield Violation("no_time", f"A drive of {provider.label} does not fit between two visits.", provider.id)
    outside = pause is not None and (pause >= route.end or pause + need_s <= route.start)
    if pause is not None and not inside and not outside:
        yield Violation("lunch_at_work", f"The lunch of {provider.label} falls into a visit.", provider.id)


def _free_from(problem: Problem, route: Route) -> list[int]:
    return [route.start, *(stop.start + problem.visit(stop.visit_id).duration_s for stop in route.stops)]


def _busy_from(route: Route) -> list[int]:
    return [*(stop.start for stop in route.stops), route.end]


def _legs(problem: Problem, provider: ProviderShift, route: Route) -> list[tuple[int, int]]:
    """The place pairs driven, in order; visits without a known place are left out."""
    visits = [problem.visit(stop.visit_id) for stop in route.stops if stop.visit_id in problem.visit_index]
    places = [provider.start, *(visit.place for visit in visits if visit.place is not None), provider.end]
    return [*pairwise(places)] if route.stops else []


def _misses_preference(problem: Problem, provider_id: str, stop: Stop) -> bool:
    index = problem.visit_index.get(stop.visit_id)
    preferred = problem.visits[index].preferred if index is not None else None
    return preferred is not None and preferred != provider_id

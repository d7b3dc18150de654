"""Breaks of a day that has begun, or that is full already. Pure."""

from __future__ import annotations

from dataclasses import replace

from fieldoffice.services.routing.problem import Lunch, Problem, ProviderShift, Visit
from fieldoffice.services.routing.schedule import schedule


def still_to_come(breaks: tuple[Lunch, ...], start: int) -> tuple[Lunch, ...]:
    """The breaks that are still to come."""
    return tuple(Lunch(b.duration_s, (max(b.window[0], start), b.window[1])) for b in breaks if start <= b.window[1])


def with_breaks_that_fit(problem: Problem) -> Problem:
    """What stays comes before the break: where it leaves no room for it, the plan is made without."""
    stays: dict[str, list[Visit]] = {}
    for visit in problem.visits:
        if visit.fixed_start is not None and visit.pinned is not None:
            stays.setdefault(visit.pinned, []).append(visit)
    only = replace(problem, visits=tuple(visit for visits in stays.values() for visit in visits))

    def fits(provider: ProviderShift) -> bool:
        order = [visit.id for visit in stays.get(provider.id, ())]
        return not order or not provider.breaks or schedule(only, provider.id, order) is not None

    providers = tuple(p if fits(p) else replace(p, lunch=None, more_breaks=()) for p in problem.providers)
    return replace(problem, providers=providers)

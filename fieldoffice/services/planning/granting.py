"""Letting a rule give way for a plan: the visit that was left out goes in, and the verifier looks again. Pure."""

from __future__ import annotations

from dataclasses import replace

from fieldoffice.models.errors import NotAllowed
from fieldoffice.services.planning.day import DayPlan
from fieldoffice.services.planning.proposal import Proposal, propose
from fieldoffice.services.routing.check import check
from fieldoffice.services.routing.problem import Plan
from fieldoffice.services.routing.relax import Relaxation, fitted, relaxed, single
from fieldoffice.services.routing.solve import Solved

CHANGED = "The plan changed since this was worked out. Please look at the reasons again."


def grant(proposal: Proposal, relaxation: Relaxation) -> Proposal:
    """The proposal with one rule relaxed and the visit served; nothing is written before it is applied.

    Refused when the plan has no room for it any more.
    """
    day = granted_day(proposal.day, relaxation)
    plan = fitted(proposal.day.problem, proposal.plan, relaxation)
    if plan is None:
        raise NotAllowed(CHANGED, key="plan_changed")
    missed = tuple(v.id for v in day.problem.visits if v.pinned is not None and v.id not in plan.place_of)
    verdict = check(day.problem, plan, excused=frozenset(missed))
    if not verdict.accepted:
        raise NotAllowed(CHANGED, key="plan_changed")
    return propose(day, Solved(plan, verdict.score, proposal.engine, pins_missed=missed))


def granted_day(day: DayPlan, relaxation: Relaxation) -> DayPlan:
    """The day under the changed rule. A visit that is put off is off this day's plan, and off today's, too."""
    off = {part.other for part in single(relaxation) if part.other}
    today = without(day.today, off) if off else day.today
    return replace(day, problem=relaxed(day.problem, relaxation), today=today, granted=(*day.granted, relaxation))


def without(plan: Plan, visits: set[str]) -> Plan:
    """The plan without these visits; the times of the others stay."""
    routes = {
        id: replace(route, stops=tuple(stop for stop in route.stops if stop.visit_id not in visits))
        for id, route in plan.routes.items()
    }
    return Plan({id: route for id, route in routes.items() if route.stops})

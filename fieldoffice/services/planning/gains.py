"""What one move brings by itself: what the visit adds to its route in today's plan and in the new one. Pure.

Every figure is a recomputation: the visit is taken out of its route, and the rest is timed again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from fieldoffice.services.routing.changes import drive_added
from fieldoffice.services.routing.problem import Plan, Problem
from fieldoffice.services.routing.reason import minutes
from fieldoffice.services.routing.schedule import schedule
from fieldoffice.services.routing.tables import preference_miss


@dataclass(frozen=True)
class Adds:
    """What a visit adds to the plan that serves it, in seconds; `cost_s` is all of it as the objective counts."""

    drive_s: int
    overtime_s: int
    wish_s: int
    cost_s: int


@dataclass(frozen=True)
class Gain:
    """A move's own gain: what the visit added before (None: it was not served) and what it adds now."""

    before: Adds | None
    after: Adds | None

    @property
    def saved_s(self) -> int | None:
        """Seconds of the objective that the move saves by itself; None where there is nothing to compare."""
        return None if self.before is None or self.after is None else self.before.cost_s - self.after.cost_s


NO_GAIN = Gain(None, None)


def gain_of(problem: Problem, before: Plan, after: Plan, visit_id: str) -> Gain:
    """The own gain of one visit's move."""
    return Gain(adds(problem, before, visit_id), adds(problem, after, visit_id))


def adds(problem: Problem, plan: Plan, visit_id: str) -> Adds | None:
    """What the plan would save without this visit, its orders otherwise kept; None when it is not served."""
    drive_s = drive_added(problem, plan, visit_id)
    if drive_s is None:
        return None
    provider = problem.provider(plan.place_of[visit_id][0])
    route = plan.routes[provider.id]
    order = [stop.visit_id for stop in route.stops if stop.visit_id != visit_id]
    pinned = _as_placed(problem, plan, provider.id)
    rest = schedule(pinned, provider.id, order) if order else None
    end = rest.end if rest is not None else provider.shift[0] if not order else route.end
    overtime_s = max(0, route.end - provider.shift[1]) - max(0, end - provider.shift[1])
    wish_s = preference_miss(problem, problem.visit(visit_id), provider)
    return Adds(drive_s, overtime_s, wish_s, drive_s + problem.weights.overtime_factor * overtime_s + wish_s)


def words_of(gain: Gain) -> str:
    """The gain in a sentence, "" where it is less than a minute or there is nothing to compare."""
    if gain.before is None or gain.after is None:
        return ""
    parts = [
        (gain.before.drive_s - gain.after.drive_s, "driving"),
        (gain.before.overtime_s - gain.after.overtime_s, "overtime"),
    ]
    less = [f"{minutes(seconds)} of {what}" for seconds, what in parts if seconds >= 60]
    more = [f"{minutes(-seconds)} of {what}" for seconds, what in parts if seconds <= -60]
    wish = gain.before.wish_s - gain.after.wish_s
    less += ["a missed wish"] if wish > 0 else []
    said = [f"saves {' and '.join(less)}"] if less else []
    said += [f"{'adds' if not less else 'but adds'} {' and '.join(more)}"] if more else []
    told = ", ".join(said)
    return f"{told[:1].upper()}{told[1:]}." if told else ""


def _as_placed(problem: Problem, plan: Plan, provider_id: str) -> Problem:
    """Crew visits of this route stay at their times: their other members wait for nobody."""
    starts = {stop.visit_id: stop.start for stop in plan.routes[provider_id].stops}
    if not any(visit.crew > 1 for visit in problem.visits if visit.id in starts):
        return problem
    visits = tuple(
        replace(visit, fixed_start=starts[visit.id], pinned=provider_id) if visit.crew > 1 and visit.id in starts else visit
        for visit in problem.visits
    )
    return replace(problem, visits=visits)

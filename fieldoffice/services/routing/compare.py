"""What differs between two plans of one day, visit by visit and in the totals."""

from __future__ import annotations

from dataclasses import dataclass

from fieldoffice.services.routing.check import score_of
from fieldoffice.services.routing.problem import Plan, Problem, Score


@dataclass(frozen=True)
class Placement:
    """Where a visit stands in a plan."""

    provider_id: str
    start: int


@dataclass(frozen=True)
class Change:
    """One visit in two plans; None where the plan does not serve it."""

    visit_id: str
    before: Placement | None
    after: Placement | None

    @property
    def kind(self) -> str:
        """kept, provider (moved to another), time (same provider, another time), served (newly), dropped, or unserved."""
        if self.before is None or self.after is None:
            kinds = {(True, True): "unserved", (True, False): "served", (False, True): "dropped"}
            return kinds[self.before is None, self.after is None]
        if self.before == self.after:
            return "kept"
        return "time" if self.before.provider_id == self.after.provider_id else "provider"


@dataclass(frozen=True)
class Difference:
    """Every visit of the day once, in the problem's order, with the scores of both plans."""

    changes: tuple[Change, ...]
    before: Score
    after: Score

    def of_kind(self, *kinds: str) -> tuple[Change, ...]:
        """The changes of these kinds."""
        return tuple(change for change in self.changes if change.kind in kinds)

    @property
    def kept(self) -> tuple[Change, ...]:
        return self.of_kind("kept")

    @property
    def moved_provider(self) -> tuple[Change, ...]:
        return self.of_kind("provider")

    @property
    def moved_time(self) -> tuple[Change, ...]:
        return self.of_kind("time")

    @property
    def newly_served(self) -> tuple[Change, ...]:
        return self.of_kind("served")

    @property
    def newly_unserved(self) -> tuple[Change, ...]:
        return self.of_kind("dropped")

    @property
    def moved(self) -> tuple[Change, ...]:
        """Everything that would be written: all but kept and still unserved visits."""
        return self.of_kind("provider", "time", "served", "dropped")


def compare(problem: Problem, before: Plan, after: Plan) -> Difference:
    """The difference of two plans of the same day."""
    changes = tuple(Change(visit.id, _placed(before, visit.id), _placed(after, visit.id)) for visit in problem.visits)
    return Difference(changes, score_of(problem, before), score_of(problem, after))


def _placed(plan: Plan, visit_id: str) -> Placement | None:
    found = plan.place_of.get(visit_id)
    return Placement(*found) if found else None

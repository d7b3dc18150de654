"""Two plans of one day: what each move gains, visit by visit, in figures that one can compute again."""

from __future__ import annotations

from dataclasses import dataclass

from fieldoffice.services.routing.compare import Change, Difference, Placement
from fieldoffice.services.routing.explain import Unserved, explain_visit
from fieldoffice.services.routing.problem import Plan, Problem
from fieldoffice.services.routing.reason import Reason, clock, minutes


@dataclass(frozen=True)
class Move:
    """One changed visit: the drive it adds to its route before and after (None where it is not served), and the reason."""

    change: Change
    drive_before_s: int | None
    drive_after_s: int | None
    reason: Reason


def explain_changes(problem: Problem, difference: Difference, before: Plan, after: Plan) -> tuple[Move, ...]:
    """A reason for every visit that the new plan moves, adds or drops."""
    return tuple(_move(problem, change, before, after) for change in difference.moved)


def drive_added(problem: Problem, plan: Plan, visit_id: str) -> int | None:
    """The drive that the plan would save without this visit, its order otherwise kept; None when it is not served."""
    found = plan.place_of.get(visit_id)
    if found is None:
        return None
    provider, sequence = problem.provider(found[0]), plan.sequence(found[0])
    at = sequence.index(visit_id)
    places = [provider.start, *(_place(problem, other) for other in sequence), provider.end]
    before, here, behind = places[at : at + 3]
    seconds = problem.travel.seconds
    saved = int(seconds[before, behind]) if len(sequence) > 1 else 0
    return int(seconds[before, here]) + int(seconds[here, behind]) - saved


def _place(problem: Problem, visit_id: str) -> int:
    place = problem.visit(visit_id).place
    assert place is not None, "a planned visit has a place"
    return place


def _move(problem: Problem, change: Change, before: Plan, after: Plan) -> Move:
    drive_before_s = drive_added(problem, before, change.visit_id)
    drive_after_s = drive_added(problem, after, change.visit_id)
    if change.after is None:
        return Move(change, drive_before_s, None, _dropped(problem, after, change.visit_id))
    assert drive_after_s is not None, "a visit that stands in the plan adds a drive"
    return Move(
        change, drive_before_s, drive_after_s, _moved(problem, change, change.after, drive_before_s, drive_after_s)
    )


def _moved(problem: Problem, change: Change, to: Placement, was_s: int | None, now_s: int) -> Reason:
    name = problem.provider(to.provider_id).label
    values: dict[str, int | str] = {"provider": to.provider_id, "start": to.start, "drive_after_s": now_s}
    if change.before is None or was_s is None:
        return Reason("served", f"Now served by {name} at {clock(to.start)}: adds {minutes(now_s)} of driving.", values)
    values["drive_before_s"] = was_s
    drive = f"adds {minutes(now_s)} of driving instead of {minutes(was_s)}"
    if change.kind == "time":
        words = f"{name} starts at {clock(to.start)} instead of {clock(change.before.start)}; {drive}."
        return Reason("time", words, values)
    old = problem.provider(change.before.provider_id).label
    return Reason("provider", f"From {old} to {name}, {clock(to.start)}: {drive}.", values)


def _dropped(problem: Problem, after: Plan, visit_id: str) -> Reason:
    why = explain_visit(problem, after, visit_id)
    assert isinstance(why, Unserved), "a dropped visit is unserved in the new plan"
    return why.reason

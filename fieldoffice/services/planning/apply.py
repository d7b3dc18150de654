"""Writing a proposed plan: the ticked moves as one action, with the run and its reasons kept."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict

from fieldoffice.models.errors import NotAllowed
from fieldoffice.models.log import OptimizationRun
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.dispatch.rows import Change
from fieldoffice.services.dispatch.settle import Goal, apply_goals
from fieldoffice.services.planning.day import DayPlan
from fieldoffice.services.planning.proposal import Move, Proposal
from fieldoffice.services.routing.check import check
from fieldoffice.services.routing.problem import Plan


def apply_plan(tx: Tx, proposal: Proposal, ticked: Collection[str] | None = None) -> Change:
    """Write the ticked moves (all of them by default) as one action that one undo takes back.

    A plan that the verifier does not accept is never written. Visits that another desk changed meanwhile are left and listed.
    """
    tx.require(Right.DISPATCH)
    if not proposal.accepted:
        raise NotAllowed("This plan breaks a rule and was not applied. Please optimize again.", key="plan_rejected")
    chosen = [move for move in proposal.moves if ticked is None or move.visit_id in ticked]
    change = apply_goals(tx, [_goal(proposal.day, move) for move in chosen], "visit.planned", note="Optimized")
    tx.add(OptimizationRun(
        on_date=proposal.day.on, by_name=tx.actor.name, engine=proposal.engine, score=asdict(proposal.after.score),
        reasons={id: list(words) for id, words in proposal.reasons.items()},
        applied=[str(placement.id) for placement in change.after], created_at=tx.now,
    ))  # fmt: skip
    return change


def violations(day: DayPlan, plan: Plan | None = None) -> Sequence[str]:
    """What the independent verifier says against a plan of this day (as it stands, if none is given)."""
    stands = day.today if plan is None else plan
    waiting = frozenset(v.id for v in day.problem.visits if v.id not in stands.place_of)
    return [v.words for v in check(day.problem, stands, excused=waiting).violations]


def _goal(day: DayPlan, move: Move) -> Goal:
    if move.after is None:
        return Goal(move.card.id, move.card.version, None, None, move.reasons)
    provider_id, start = move.after
    return Goal(move.card.id, move.card.version, int(provider_id), day.moment(start), move.reasons)

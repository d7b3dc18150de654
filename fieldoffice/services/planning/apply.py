"""A found plan as a difference that a person can read, tick and write."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass

from fieldoffice.models.log import OptimizationRun
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.dispatch.rows import Card, Change
from fieldoffice.services.dispatch.settle import Goal, apply_goals
from fieldoffice.services.planning.day import DayPlan
from fieldoffice.services.planning.standing import rounded
from fieldoffice.services.routing.changes import explain_changes
from fieldoffice.services.routing.check import check, score_of
from fieldoffice.services.routing.compare import compare
from fieldoffice.services.routing.explain import explain
from fieldoffice.services.routing.problem import Plan, Score
from fieldoffice.services.routing.solve import Solved


@dataclass(frozen=True)
class Move:
    """One visit that the plan would place elsewhere or for the first time, and why."""

    visit_id: str
    card: Card
    kind: str  # served | provider | time | dropped
    before: tuple[str, int] | None  # (provider id, seconds after midnight)
    after: tuple[str, int] | None
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Left:
    """One visit that nobody serves in the plan, why, and what would help."""

    visit_id: str
    card: Card
    words: str
    blocks: tuple[str, ...]
    relief: str = ""


@dataclass(frozen=True)
class Proposal:
    """What an optimization found: nothing is written before somebody applies it."""

    day: DayPlan
    plan: Plan
    engine: str
    before: Score
    after: Score
    moves: tuple[Move, ...]
    left: tuple[Left, ...]
    reasons: dict[str, tuple[str, ...]]
    accepted: bool
    served_before: dict[int, int]  # by priority
    served_after: dict[int, int]
    wanted: dict[int, int]


def propose(day: DayPlan, solved: Solved) -> Proposal:
    """The difference between the board and a found plan, with reasons. Pure; takes a second for a large day."""
    plan = rounded(day.problem, solved.plan, day.today)
    missed = frozenset(solved.pins_missed)
    verdict = check(day.problem, plan, excused=missed)
    why = explain(day.problem, solved.plan)
    found = compare(day.problem, day.today, plan)
    gains = {m.change.visit_id: m.reason.words for m in explain_changes(day.problem, found, day.today, plan)}
    reasons = {id: tuple(r.words for r in served.reasons) for id, served in why.served.items()}
    for id, words in gains.items():
        reasons[id] = (words, *reasons.get(id, ()))
    moves = tuple(
        Move(c.visit_id, day.cards[c.visit_id], c.kind, c.before and (c.before.provider_id, c.before.start),
             c.after and (c.after.provider_id, c.after.start), reasons.get(c.visit_id, ()))
        for c in found.moved if c.visit_id not in day.fixed and "@" not in c.visit_id
    )  # fmt: skip
    left = tuple(
        Left(u.visit_id, day.cards[u.visit_id], u.reason.words, tuple(b.reason.words for b in u.blocks),
             u.cheapest.words if u.cheapest else "")
        for u in why.unserved.values() if u.visit_id not in missed
    )  # fmt: skip
    return Proposal(day, plan, solved.engine, score_of(day.problem, day.today), verdict.score, moves, left, reasons,
                    verdict.accepted, _by_priority(day, day.today), _by_priority(day, plan), _by_priority(day, None))  # fmt: skip


def apply_plan(tx: Tx, proposal: Proposal, ticked: Collection[str] | None = None) -> Change:
    """Write the ticked moves (all of them by default) as one action that one undo takes back.

    A plan that the verifier does not accept is never written. Visits that another desk changed meanwhile are left and listed.
    """
    tx.require(Right.DISPATCH)
    chosen = [m for m in proposal.moves if ticked is None or m.visit_id in ticked]
    change = apply_goals(tx, [_goal(proposal.day, m) for m in chosen], "visit.planned", note="Optimized")
    tx.add(OptimizationRun(on_date=proposal.day.on, by_name=tx.actor.name, engine=proposal.engine, score=asdict(proposal.after),
                           reasons={id: list(words) for id, words in proposal.reasons.items()},
                           applied=[str(card.id) for card in change.cards], created_at=tx.now))  # fmt: skip
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


def _by_priority(day: DayPlan, plan: Plan | None) -> dict[int, int]:
    counted: dict[int, int] = {}
    for visit in day.problem.visits:
        if plan is None or visit.id in plan.place_of:
            counted[visit.priority] = counted.get(visit.priority, 0) + 1
    return counted

"""Writing a proposed plan: the ticked moves as one action, with the run and its reasons kept."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, replace
from typing import Any

from fieldoffice.models.errors import NotAllowed, Refused
from fieldoffice.models.log import OptimizationRun
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.dispatch.moves import Placing, place_many
from fieldoffice.services.dispatch.rows import Change
from fieldoffice.services.dispatch.settle import Goal, apply_goals
from fieldoffice.services.planning.day import DayPlan
from fieldoffice.services.planning.proposal import Move, Proposal
from fieldoffice.services.planning.putting_off import put_off
from fieldoffice.services.routing.check import check
from fieldoffice.services.routing.problem import Plan
from fieldoffice.services.routing.relax import Relaxation, single

PROMISED = {"opens_earlier", "closes_later"}
"""With these the customer is promised the new time; the others are bookings against a rule, with the reason written down."""
NOTHING = Change((), (), ())
INVENTED = "is planned for a van that is not there yet; it stays."


def apply_plan(tx: Tx, proposal: Proposal, ticked: Collection[str] | None = None) -> Change:
    """Write the ticked moves (all of them by default) as one action that one undo takes back.

    A plan that the verifier does not accept is never written. Visits that another desk changed meanwhile are left and listed,
    and so are those of providers whom a scenario invented.
    """
    tx.require(Right.DISPATCH)
    if not proposal.accepted:
        raise NotAllowed("This plan breaks a rule and was not applied. Please optimize again.", key="plan_rejected")
    chosen = [move for move in proposal.moves if ticked is None or move.visit_id in ticked]
    real = [move for move in chosen if move.after is None or int(move.after[0]) > 0]
    day = proposal.day
    granted = {move.visit_id: found for move in real if (found := _granted(day, move)) is not None}
    plain = [m for m in real if m.visit_id not in granted and m.kind != "later" and len(m.crew) < 2]
    change = NOTHING
    for move in (move for move in real if move.kind == "later"):  # they make room
        change = _joined(change, _alone(tx, day, move, None))
    change = _joined(change, apply_goals(tx, [_goal(day, move) for move in plain], "visit.planned", note="Optimized"))
    for move in (move for move in real if move.kind != "later" and move not in plain):
        change = _joined(change, _alone(tx, day, move, granted.get(move.visit_id)))
    invented = tuple((m.card.id, f"The visit at {m.card.customer} {INVENTED}") for m in chosen if m not in real)
    change = replace(change, refused=change.refused + invented)
    tx.add(OptimizationRun(
        on_date=proposal.day.on, by_name=tx.actor.name, engine=proposal.engine, score=_score(proposal),
        reasons={id: list(words) for id, words in proposal.reasons.items()},
        applied=[str(placement.id) for placement in change.after], created_at=tx.now,
    ))  # fmt: skip
    return change


def violations(day: DayPlan, plan: Plan | None = None) -> Sequence[str]:
    """What the independent verifier says against a plan of this day (as it stands, if none is given)."""
    stands = day.today if plan is None else plan
    waiting = frozenset(v.id for v in day.problem.visits if v.id not in stands.place_of)
    return [v.words for v in check(day.problem, stands, excused=waiting).violations]


def _score(proposal: Proposal) -> dict[str, Any]:
    """What the plan comes to, and what its drives, weather and allowed exceptions were."""
    day = proposal.day
    return asdict(proposal.after.score) | {
        "travel": day.problem.travel.source,
        "weather": dict(day.given.weather),
        "allowed": [each.words for each in day.granted],
    }


def _goal(day: DayPlan, move: Move) -> Goal:
    if move.after is None:
        return Goal(move.card.id, move.card.version, None, None, move.reasons)
    provider_id, start = move.after
    return Goal(move.card.id, move.card.version, int(provider_id), day.moment(start), move.reasons)


def _granted(day: DayPlan, move: Move) -> Relaxation | None:
    """What somebody allowed for this visit, or the overtime that another visit's way in made of its end."""
    own = next((each for each in day.granted if each.visit_id == move.visit_id), None)
    return own or next((each for each in day.granted if _ends_late(day, move, each)), None)


def _ends_late(day: DayPlan, move: Move, granted: Relaxation) -> bool:
    """Whether a move ends after what was allowed before somebody allowed more."""
    if move.after is None or move.after[0] != granted.provider_id:
        return False
    longer_s = 60 * sum(part.minutes for part in single(granted) if part.kind == "overtime")
    provider = day.problem.provider(granted.provider_id)
    return longer_s > 0 and move.after[1] + move.card.duration_s > provider.last_end - longer_s


def _alone(tx: Tx, day: DayPlan, move: Move, granted: Relaxation | None) -> Change:
    """A move with its own way of being written: put off, against a rule, or with a crew. A refusal leaves it as it is."""
    try:
        with tx.session.begin_nested():
            return _written(tx, day, move, granted)
    except Refused as refusal:
        return Change((), (), (), ((move.card.id, f"The visit at {move.card.customer} stays: {refusal.words}"),))


def _written(tx: Tx, day: DayPlan, move: Move, granted: Relaxation | None) -> Change:
    note = granted.words if granted else "Optimized"
    if move.after is None:
        if day.given.later is None:
            raise NotAllowed("There is no later working day.")
        return put_off(tx, move.card.id, version=move.card.version, to=day.given.later, note=move.gain)
    providers = move.crew or (move.after[0],)
    item = Placing(move.card.id, move.card.version, tuple(int(id) for id in providers), day.moment(move.after[1]),
                   move.card.duration_s)  # fmt: skip
    kinds = {part.kind for part in single(granted)} if granted else set[str]()
    against = kinds - PROMISED - {"postpone", "unpin"}
    return place_many(tx, (item,), override=note if against else "", promise=bool(kinds & PROMISED))


def _joined(first: Change, second: Change) -> Change:
    return Change(first.cards + second.cards, first.before + second.before, first.after + second.after,
                  first.refused + second.refused, tuple(_both(first.warnings, second.warnings)))  # fmt: skip


def _both(first: Sequence[str], second: Sequence[str]) -> Iterator[str]:
    yield from dict.fromkeys((*first, *second))

"""A found plan as a difference that a person can read and tick, each change with its reasons. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from fieldoffice.services.dispatch.rows import Card
from fieldoffice.services.planning.day import DayPlan
from fieldoffice.services.planning.gains import NO_GAIN, Gain, gain_of, words_of
from fieldoffice.services.planning.standing import rounded, standing_plan
from fieldoffice.services.routing import changes
from fieldoffice.services.routing.check import check
from fieldoffice.services.routing.compare import Change as Changed
from fieldoffice.services.routing.compare import compare
from fieldoffice.services.routing.explain import Block, Unserved, explain
from fieldoffice.services.routing.problem import Plan, Score, Visit
from fieldoffice.services.routing.relax import Relaxation, single
from fieldoffice.services.routing.solve import Solved

Spot = tuple[str, int]
"""A provider's id and seconds of the day."""


@dataclass(frozen=True)
class Move:
    """One visit that the plan would place elsewhere or for the first time, and why; `gain` is the reason in short.

    `own` is what this move brings by itself. `crew` are the providers of a visit that takes several, the first one as in
    `after`. A visit of kind "later" goes to another day, because somebody let it.
    """

    visit_id: str
    card: Card
    kind: str  # served | provider | time | dropped | later
    before: Spot | None
    after: Spot | None
    reasons: tuple[str, ...]
    gain: str = ""
    own: Gain = NO_GAIN
    crew: tuple[str, ...] = ()


@dataclass(frozen=True)
class Left:
    """One visit that the plan does not serve: why, each provider's own obstacle, and the least that would help.

    `ways` are all the changes that would let it in, the smallest first; `relief` says the first one.

    `stays`: it stands on the board against a rule and keeps its place, because nothing needs it.
    """

    visit_id: str
    card: Card
    words: str
    blocks: tuple[tuple[str, str], ...]  # (provider's name, words)
    relief: str = ""
    stays: bool = False
    ways: tuple[Relaxation, ...] = ()


@dataclass(frozen=True)
class Figures:
    """What a plan of the day comes to. `served` counts appointments by priority; `broken` says what it does not keep."""

    score: Score
    served: Mapping[int, int]
    broken: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """What an optimization found: nothing is written before somebody applies it.

    `reasons` holds those of every visit that the plan serves, by visit id; `accepted` is the verifier's word.
    """

    day: DayPlan
    plan: Plan
    engine: str
    wanted: Mapping[int, int]  # appointments by priority
    moves: tuple[Move, ...]
    left: tuple[Left, ...]
    reasons: Mapping[str, tuple[str, ...]]
    accepted: bool

    @cached_property
    def ids(self) -> frozenset[str]:
        return frozenset(move.visit_id for move in self.moves)

    @cached_property
    def before(self) -> Figures:
        """As it stands."""
        return self.picked(())

    @cached_property
    def after(self) -> Figures:
        """With all moves made."""
        return self.picked(self.ids)

    def picked(self, ticked: Collection[str]) -> Figures:
        """What the day would come to if only these moves were made."""
        plan = self.plan_with(ticked)
        waiting = frozenset(v.id for v in self.day.problem.visits if v.id not in plan.place_of)
        verdict = check(self.day.problem, plan, excused=waiting)
        return Figures(verdict.score, _served(self.day, plan), tuple(dict.fromkeys(v.words for v in verdict.violations)))

    def plan_with(self, ticked: Collection[str]) -> Plan:
        """The day as it stands with only these moves made."""
        spots = dict(self.day.today.place_of)
        for move in self.moves:
            if move.visit_id in ticked:
                spots.pop(move.visit_id, None)
                if move.after is not None:
                    spots[move.visit_id] = move.after
        lanes: dict[str, list[tuple[str, int]]] = {}
        for visit_id, (provider_id, start) in sorted(spots.items(), key=lambda item: (item[1][1], item[0])):
            lanes.setdefault(provider_id, []).append((visit_id, start))
        return standing_plan(self.day.problem, lanes)


def propose(day: DayPlan, solved: Solved) -> Proposal:
    """The difference between the board and a found plan, with reasons. Pure; takes seconds for a thousand visits."""
    excused = frozenset(solved.pins_missed)
    plan = rounded(day.problem, solved.plan, day.today)
    verdict = check(day.problem, plan, excused=excused)
    stands = check(day.problem, day.today, excused=excused)
    if stands.accepted and verdict.score.total >= stands.score.total:
        plan, verdict = day.today, stands
    why = explain(day.problem, plan, later=day.later)
    reasons = {id: tuple(r.words for r in served.reasons) for id, served in why.served.items()}
    left = {id: _left(day, plan, unserved) for id, unserved in why.unserved.items() if day.movable(id)}
    moves = (*_moves(day, plan, reasons, left), *_put_off(day))
    reasons |= {move.visit_id: move.reasons for move in moves}
    dropped = {move.visit_id for move in moves if move.kind == "dropped"}
    return Proposal(day, plan, solved.engine, _counted(day, (v.id for v in day.problem.visits)), moves,
                    tuple(each for id, each in left.items() if id not in dropped), reasons, verdict.accepted)  # fmt: skip


def _moves(day: DayPlan, plan: Plan, reasons: Mapping[str, tuple[str, ...]], left: Mapping[str, Left]) -> tuple[Move, ...]:
    found = compare(day.problem, day.today, plan)
    kept = replace(found, changes=tuple(c for c in found.changes if c.after is not None))  # why one is dropped stands in `left`
    told = {move.change.visit_id: move for move in changes.explain_changes(day.problem, kept, day.today, plan)}
    stays = {id for id, each in left.items() if each.stays}
    moved = (c for c in found.moved if day.movable(c.visit_id) and c.visit_id not in stays)
    moves = (_move(day, plan, c, told.get(c.visit_id), reasons, left) for c in moved)
    return tuple(sorted(moves, key=lambda move: ((move.after or move.before or ("", 0))[1], move.card.id)))


def _move(day: DayPlan, plan: Plan, change: Changed, told: changes.Move | None, reasons: Mapping[str, tuple[str, ...]],
          left: Mapping[str, Left]) -> Move:  # fmt: skip
    """`before` is what the board shows, also for a visit whose provider is away."""
    id, card = change.visit_id, day.cards[change.visit_id]
    before = _spot(day, card)
    after = (change.after.provider_id, change.after.start) if change.after else None
    if after is None or told is None:
        lost = left[id]
        words = (lost.words, *([lost.relief] if lost.relief else []), *(words for _, words in lost.blocks))
        return Move(id, card, "dropped", before, None, tuple(dict.fromkeys(words)), lost.words)
    kind = "served" if before is None else "provider" if before[0] != after[0] else "time"
    others = reasons.get(id, ())
    own = gain_of(day.problem, day.today, plan, id)
    crew = plan.crew_of[id] if day.problem.visit(id).crew > 1 else ()
    reasons_ = tuple(dict.fromkeys(each for each in (*_granted(day, id), told.reason.words, words_of(own), *others) if each))
    return Move(id, card, kind, before, after, reasons_, _gain(own, others, told), own, crew)


def _spot(day: DayPlan, card: Card) -> Spot | None:
    if not card.provider_ids or card.starts_at is None:
        return None
    return str(card.provider_ids[0]), day.seconds(card.starts_at)


def _gain(own: Gain, others: tuple[str, ...], told: changes.Move) -> str:
    """What it saves by itself says it best; else why it is where it is."""
    if own.saved_s is not None and own.saved_s >= 60:
        return words_of(own)
    return others[-1] if others else told.reason.words


def _granted(day: DayPlan, id: str) -> tuple[str, ...]:
    return tuple(f"You allowed: {each.words}" for each in day.granted if each.visit_id == id)


def _put_off(day: DayPlan) -> tuple[Move, ...]:
    """The visits that somebody let go to another day, so that others fit."""
    found = [(part.other, each) for each in day.granted for part in single(each) if part.other]
    return tuple(_later(day, id, each) for id, each in found)


def _later(day: DayPlan, id: str, granted: Relaxation) -> Move:
    card, makes_room = day.cards[id], day.cards[granted.visit_id].customer
    words = f"Goes to {day.later.get(id, 'another day')} and makes room for {makes_room}."
    return Move(id, card, "later", _spot(day, card), None, (words,), words)


def _left(day: DayPlan, plan: Plan, unserved: Unserved) -> Left:
    card, visit = day.cards[unserved.visit_id], day.problem.visit(unserved.visit_id)
    if visit.place is not None and not visit.windows:
        return Left(visit.id, card, "Its promised time is over.", ())
    relief = unserved.cheapest.words if unserved.cheapest else ""
    blocks = tuple((day.problem.provider(b.provider_id).label, _block(day, card, b)) for b in unserved.blocks)
    words = unserved.reason.words
    if unserved.reason.code == "weather":
        words = f"Weather: {card.customer} is outdoors. {' '.join(day.weather)}"
    return Left(visit.id, card, words, blocks, relief, _undisturbed(day, plan, visit), unserved.relaxations)


def _block(day: DayPlan, card: Card, block: Block) -> str:
    """Whom the scope keeps away is not excluded by the customer; the weather is told as it was declared."""
    if block.reason.code == "weather":
        return " ".join(day.weather)
    kept = block.reason.code == "excluded" and int(block.provider_id) not in card.excluded
    return "It is to stay with its provider." if kept else block.reason.words


def _undisturbed(day: DayPlan, plan: Plan, visit: Visit) -> bool:
    """Whether the plan leaves the place free on which a visit stands."""
    spot = day.today.place_of.get(visit.id)
    route = plan.routes.get(spot[0]) if spot else None
    if spot is None:
        return bool(day.cards[visit.id].provider_ids)
    stops = route.stops if route else ()
    ends = [(stop.start, stop.start + day.problem.visit(stop.visit_id).duration_s) for stop in stops]
    return all(end <= spot[1] or spot[1] + visit.duration_s <= start for start, end in ends)


def _served(day: DayPlan, plan: Plan) -> dict[int, int]:
    return _counted(day, plan.place_of)


def _counted(day: DayPlan, visits: Iterable[str]) -> dict[int, int]:
    """Appointments by priority: what stays counts once, however many providers it has."""
    counted: dict[int, int] = {}
    for id in {*day.fixed, *(id for id in visits if day.movable(id))}:
        priority = day.cards[id].priority
        counted[priority] = counted.get(priority, 0) + 1
    return counted

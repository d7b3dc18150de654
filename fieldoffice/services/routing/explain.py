"""Why a plan looks as it does: for each served visit why this provider, for each unserved one what stands in the way.

Every figure is computed anew: the visit is taken out of its route, the rest is timed again, and every place is tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fieldoffice.services.routing.crewease import crew_relaxations
from fieldoffice.services.routing.crews import settled
from fieldoffice.services.routing.draft import Draft, Insertion
from fieldoffice.services.routing.easing import relaxations
from fieldoffice.services.routing.look import Look
from fieldoffice.services.routing.problem import Plan, Problem, ProviderShift, Visit
from fieldoffice.services.routing.reason import Reason, clock, listing, minutes
from fieldoffice.services.routing.relax import Relaxation
from fieldoffice.services.routing.servable import block_alone, servable, why_unservable
from fieldoffice.services.routing.teams import lone_crews, meeting

FEW = 3
"""Up to so many providers are named where only they have a skill."""


@dataclass(frozen=True)
class Alternative:
    """The cheapest place with another provider, the rest of the plan as it stands; `extra_s` against the chosen place."""

    provider_id: str
    drive_added_s: int
    extra_s: int


@dataclass(frozen=True)
class Served:
    """Why a visit is where it is. `drive_added_s` and `overtime_added_s` are what the plan would save without it."""

    visit_id: str
    provider_id: str
    drive_added_s: int
    overtime_added_s: int
    cost_s: int
    next_best: Alternative | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Block:
    """What keeps one provider from a visit."""

    provider_id: str
    reason: Reason


@dataclass(frozen=True)
class Unserved:
    """Why a visit is left out: one sentence, each provider's blocking rule, and what would have to give way."""

    visit_id: str
    reason: Reason
    blocks: tuple[Block, ...]
    relaxations: tuple[Relaxation, ...]

    @property
    def cheapest(self) -> Relaxation | None:
        return self.relaxations[0] if self.relaxations else None


@dataclass(frozen=True)
class Explanation:
    """The reasons of a whole plan, by visit id."""

    served: dict[str, Served]
    unserved: dict[str, Unserved]


def explain(problem: Problem, plan: Plan, *, later: Mapping[str, str] | None = None) -> Explanation:
    """Reasons for every visit of a plan that keeps the rules; `later` as in `Look`."""
    known = {visit.id for visit in problem.visits}
    day = settled(problem, plan)
    look, visits = Look(Draft.of(day.problem, day.plan), later), day.problem.visits
    served = sorted(i for lane in look.draft.lanes for i in lane.sequence if visits[i].id in known)
    return Explanation(
        served={visits[i].id: _served(look, i, day.members.get(visits[i].id, ())) for i in served},
        unserved={visits[i].id: _unserved(look, i) for i in look.draft.unserved() if visits[i].id in known},
    )


def explain_visit(problem: Problem, plan: Plan, visit_id: str) -> Served | Unserved:
    """The reasons for one visit."""
    day = settled(problem, plan)
    look = Look(Draft.of(day.problem, day.plan))
    i = day.problem.visit_index[visit_id]
    return _served(look, i, day.members.get(visit_id, ())) if visit_id in plan.place_of else _unserved(look, i)


def _served(look: Look, i: int, crew: tuple[str, ...] = ()) -> Served:
    """Its own place is timed anew without it; the routes of the others stay as they are."""
    draft, problem = look.draft, look.draft.tables.problem
    room = look.room  # before the visit is taken out
    _ = room.gaps
    k, position = draft.remove(i)
    own = next(place for place in draft.places_with(i, k) if place.position == position)
    draft.insert(i, k, position)
    other = room.cheapest(i, but=k)
    chosen = problem.providers[k]
    return Served(
        visit_id=problem.visits[i].id,
        provider_id=chosen.id,
        drive_added_s=own.drive_s,
        overtime_added_s=own.overtime_s,
        cost_s=own.cost,
        next_best=Alternative(problem.providers[other.k].id, other.drive_s, other.cost - own.cost) if other else None,
        reasons=tuple(_why(problem, problem.visits[i], chosen, own, other, crew)),
    )


def _why(
    problem: Problem, visit: Visit, chosen: ProviderShift, own: Insertion, other: Insertion | None, crew: tuple[str, ...]
) -> Iterator[Reason]:
    if crew:
        names = listing(problem.provider(member).label for member in crew)
        yield Reason("crew", f"Needs {len(crew)} providers at once: {names}.", {"crew": len(crew)})
        adds = f"Adds {minutes(own.drive_s)} of driving for {chosen.label}."
        yield Reason("crew_adds", adds, {"drive_s": own.drive_s, "overtime_s": own.overtime_s})
        return
    if visit.fixed_start is not None:
        yield Reason("locked", f"Locked to {chosen.label} at {clock(visit.fixed_start)}.", {"provider": chosen.id})
    elif visit.pinned is not None:
        yield Reason("pinned", f"Pinned to {chosen.label}.", {"provider": chosen.id})
    yield from _skill(problem, visit)
    yield from _preference(problem, visit, chosen)
    yield _cost(problem, own, other)


def _skill(problem: Problem, visit: Visit) -> Iterator[Reason]:
    able = [provider for provider in problem.providers if visit.skills <= provider.skills]
    if visit.skills and len(able) <= min(FEW, len(problem.providers) - 1):
        names, skills = listing(provider.label for provider in able), listing(sorted(visit.skills))
        has = "has" if len(able) == 1 else "have"
        yield Reason("skill", f"Only {names} {has} {skills}.", {"skills": skills, "providers": len(able)})


def _preference(problem: Problem, visit: Visit, chosen: ProviderShift) -> Iterator[Reason]:
    wanted = next((each for each in problem.providers if each.who == visit.preferred), None)
    if visit.preferred == chosen.who:
        yield Reason("preferred", f"{chosen.label} is the preferred provider.", {"provider": chosen.id})
    elif wanted is not None:
        words = f"The preferred provider is {wanted.label}."
        yield Reason("preferred_missed", words, {"provider": wanted.id})


def _cost(problem: Problem, own: Insertion, other: Insertion | None) -> Reason:
    """What the visit adds, beside the next best provider."""
    overtime = f" and {minutes(own.overtime_s)} of overtime" if own.overtime_s > 0 else ""
    adds = f"adds {minutes(own.drive_s)} of driving{overtime}"
    values: dict[str, int | str] = {"drive_s": own.drive_s, "overtime_s": own.overtime_s}
    if other is None:
        return Reason("only_room", f"{adds.capitalize()}; nobody else has room for it.", values)
    name, extra = problem.providers[other.k].label, other.cost - own.cost
    values |= {"next": problem.providers[other.k].id, "next_drive_s": other.drive_s, "extra_s": extra}
    if extra < 0:
        words = f"Best for the whole day: {adds}; {name} alone would cost {minutes(-extra)} less."
        return Reason("whole_day", words, values)
    if own.drive_s <= other.drive_s:
        words = f"Nearest: {adds}; next best {name} adds {minutes(other.drive_s)}."
        return Reason("nearest", words, values)
    return Reason("cheapest", f"Best in sum: {adds}; next best {name} would cost {minutes(extra)} more.", values)


def _unserved(look: Look, i: int) -> Unserved:
    problem = look.draft.tables.problem
    visit = problem.visits[i]
    room = look.room.cheapest(i) if visit.crew == 1 else None
    open_ = {k for _, k in look.room.lanes(i)}
    blocks = tuple(Block(each.id, _block(look, i, k, k in open_)) for k, each in enumerate(problem.providers))
    if visit.crew > 1:
        reason, found = _crew(look, i)
        return Unserved(visit.id, reason, blocks, found)
    found = () if room is not None else relaxations(look, i)
    if room is not None:
        reason = _room(problem.providers[room.k], room)
    elif not servable(look.draft.tables, i):
        reason = why_unservable(problem, visit)
    else:
        reason = _full(problem, visit, len(look.draft.tables.allowed[i]))
    return Unserved(visit.id, reason, blocks, found)


def _crew(look: Look, i: int) -> tuple[Reason, tuple[Relaxation, ...]]:
    """Why several providers do not come together for a visit, and what would bring them together."""
    problem = look.draft.tables.problem
    visit = problem.visits[i]
    lone = visit.id in lone_crews(problem)
    together = meeting(look.draft, i) if lone else None
    if together is not None:
        names = listing(problem.providers[place.k].label for place in together.places)
        words = f"{names} have room: they could start together at {clock(together.start)}."
        return Reason("room", words, {"start": together.start, "extra_s": together.cost_s}), ()
    if not servable(look.draft.tables, i):
        return why_unservable(problem, visit), crew_relaxations(look, i) if lone else ()
    words = f"Needs {visit.crew} providers at once, and no moment suits so many."
    return Reason("crew", words, {"crew": visit.crew}), crew_relaxations(look, i) if lone else ()


def _block(look: Look, i: int, k: int, open_: bool) -> Reason:
    """The rule that keeps provider k from visit i in this plan; `open_`: whether a gap of k may hold it."""
    problem = look.draft.tables.problem
    visit, provider = problem.visits[i], problem.providers[k]
    alone = block_alone(problem, visit, provider)
    if alone is not None:
        return alone
    room = min(look.draft.places_with(i, k), default=None) if open_ else None
    return _room(provider, room) if room is not None else _no_room(look, i, k)


def _room(provider: ProviderShift, room: Insertion) -> Reason:
    words = f"{provider.label} has room: adds {minutes(room.drive_s)} of driving."
    return Reason("room", words, {"provider": provider.id, "drive_s": room.drive_s, "extra_s": room.cost})


def _no_room(look: Look, i: int, k: int) -> Reason:
    """Too late home at every place, or no gap that is long enough."""
    provider = look.draft.tables.problem.providers[k]
    found = look.overrun(i, k)
    if found is None:
        return Reason("no_gap", f"{provider.label} has no gap that holds the visit.", {"provider": provider.id})
    over_s, _ = found
    words = f"The day of {provider.label} is full: it would end {minutes(over_s)} too late."
    return Reason("full", words, {"provider": provider.id, "over_s": over_s})


def _full(problem: Problem, visit: Visit, able: int) -> Reason:
    if visit.pinned is not None:
        name = problem.provider(visit.pinned).label
        return Reason("full", f"{name}, to whom it is pinned, has no room for it.", {"providers": able})
    if others := len(problem.providers) - able:
        words = f"All {able} who may do it are full" if able > 1 else "The only provider who may do it is full"
        return Reason("full", f"{words}; the other {others} may not.", {"providers": able})
    return Reason("full", "Everybody's day is full.", {"providers": able})

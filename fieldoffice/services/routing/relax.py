"""One rule that gives way so that an unserved visit fits: what it is, and the problem and the plan with it applied."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from fieldoffice.services.routing.draft import Draft
from fieldoffice.services.routing.problem import Plan, Problem, ProviderShift, Visit, Window
from fieldoffice.services.routing.teams import meet, meeting


@dataclass(frozen=True)
class Relaxation:
    """One change to one rule with which the visit fits into the plan as it stands.

    kind: opens_earlier, closes_later (by `minutes`), overtime (`provider_id` works `minutes` longer than allowed), dry (no
    rain), unpin, allow (`provider_id` no longer excluded), skill (`provider_id` gets `skills`), postpone (visit `other` goes
    to another day), both (all of `parts`, where no single change is enough). `cost_s` is what the plan's objective then
    adds beside the unserved, `provider_id` who takes it.
    """

    kind: str
    visit_id: str
    provider_id: str
    minutes: int
    words: str
    cost_s: int
    rank: int
    skills: tuple[str, ...] = ()
    other: str = ""
    parts: tuple[Relaxation, ...] = ()


def single(relaxation: Relaxation) -> Iterator[Relaxation]:
    """The changes that a relaxation is made of."""
    for part in relaxation.parts:
        yield from single(part)
    if not relaxation.parts:
        yield relaxation


def relaxed(problem: Problem, relaxation: Relaxation) -> Problem:
    """The problem with this one rule changed."""
    for part in relaxation.parts:
        problem = relaxed(problem, part)
    if relaxation.kind == "both":
        return problem
    if relaxation.kind == "postpone":
        return replace(problem, visits=tuple(visit for visit in problem.visits if visit.id != relaxation.other))
    visit, provider = problem.visit(relaxation.visit_id), problem.provider(relaxation.provider_id)
    if relaxation.kind == "overtime":
        return _with_provider(problem, stretched(provider, relaxation.minutes))
    if relaxation.kind == "skill":
        return _with_provider(problem, replace(provider, skills=provider.skills | {*relaxation.skills}))
    return _with_visit(problem, changed_visit(visit, relaxation.kind, relaxation.minutes, provider.id))


def fitted(problem: Problem, plan: Plan, relaxation: Relaxation) -> Plan | None:
    """The plan with the visit put in at its cheapest place with its provider, under the changed rule of `relaxed`.

    None when it does not fit, because the plan is another one than the relaxation was found for.
    """
    changed = relaxed(problem, relaxation)
    draft = Draft.of(changed, plan)
    i, k = changed.visit_index[relaxation.visit_id], changed.provider_index[relaxation.provider_id]
    if changed.visits[i].crew > 1:
        together = meeting(draft, i)
        if together is None:
            return None
        meet(draft, i, together)
        return draft.plan()
    best = min(draft.places_with(i, k), default=None)
    if best is None:
        return None
    draft.insert(i, k, best.position)
    return draft.plan()


def opened(windows: tuple[Window, ...], earlier: int) -> tuple[Window, ...]:
    """The windows with the first one opening that many minutes earlier."""
    first, *others = sorted(windows)
    return (max(0, first[0] - 60 * earlier), first[1]), *others


def kept_open(windows: tuple[Window, ...], later: int) -> tuple[Window, ...]:
    """The windows with the last one closing that many minutes later."""
    *others, last = sorted(windows)
    return *others, (last[0], last[1] + 60 * later)


def stretched(provider: ProviderShift, longer: int) -> ProviderShift:
    """The provider with that many more minutes of overtime."""
    return replace(provider, max_overtime_s=provider.max_overtime_s + 60 * longer)


def changed_visit(visit: Visit, kind: str, by: int, provider_id: str) -> Visit:
    """The visit with one of its own rules changed."""
    if kind == "opens_earlier":
        return replace(visit, windows=opened(visit.windows, by))
    if kind == "closes_later":
        return replace(visit, windows=kept_open(visit.windows, by))
    if kind == "dry":
        return replace(visit, outdoor=False)
    if kind == "unpin":
        return replace(visit, pinned=None, fixed_start=None)
    assert kind == "allow", f"{kind} is a rule of the visit"
    return replace(visit, excluded=visit.excluded - {provider_id})


def _with_provider(problem: Problem, provider: ProviderShift) -> Problem:
    return replace(problem, providers=tuple(provider if old.id == provider.id else old for old in problem.providers))


def _with_visit(problem: Problem, visit: Visit) -> Problem:
    return replace(problem, visits=tuple(visit if old.id == visit.id else old for old in problem.visits))

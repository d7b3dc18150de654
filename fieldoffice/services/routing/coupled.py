"""What the verifier asks of visits that depend on each other: crews, one after the other, all on the same day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fieldoffice.services.routing.problem import Plan, Precedence, Problem, Visit


@dataclass(frozen=True)
class Violation:
    """One broken rule: `kind` is a code, `words` a sentence; provider and visit ids where they apply."""

    kind: str
    words: str
    provider_id: str | None = None
    visit_id: str | None = None


def together(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Every rule between visits that the plan breaks."""
    served: dict[str, list[tuple[str, int]]] = {}
    for provider_id, stop in plan:
        if provider_id in problem.provider_index and stop.visit_id in problem.visit_index:
            served.setdefault(stop.visit_id, []).append((provider_id, stop.start))
    for visit in problem.visits:
        if visit.crew > 1 and visit.id in served:
            yield from _crew(problem, visit, served[visit.id])
    for rule in problem.precedences:
        if rule.after in served:
            yield from _order(problem, rule, served)
    for ids in problem.same_day:
        yield from _same_day(problem, ids, served)


def _crew(problem: Problem, visit: Visit, members: list[tuple[str, int]]) -> Iterator[Violation]:
    people = {problem.provider(provider_id).who for provider_id, _ in members}
    if len(people) != visit.crew:
        yield Violation(
            "crew", f"{visit.label} needs {visit.crew} providers at once; {len(people)} are there.", None, visit.id
        )
    if len({start for _, start in members}) > 1:
        yield Violation("crew_apart", f"The crew of {visit.label} does not start together.", None, visit.id)
    if visit.pinned is not None and visit.pinned not in people:
        yield Violation(
            "pinned", f"{visit.label} is pinned to somebody who is not in its crew.", visit.pinned, visit.id
        )


def _order(problem: Problem, rule: Precedence, served: dict[str, list[tuple[str, int]]]) -> Iterator[Violation]:
    if rule.before not in problem.visit_index:
        return
    before, after = problem.visit(rule.before), problem.visit(rule.after) if rule.after in problem.visit_index else None
    label = after.label if after else rule.after
    if rule.before not in served:
        yield Violation("order", f"{label} comes after {before.label}, which is not served.", None, rule.after)
        return
    done = max(start + problem.work_s(before, problem.provider(k)) for k, start in served[rule.before])
    if min(start for _, start in served[rule.after]) < done + rule.gap_s:
        yield Violation("order", f"{label} starts before {before.label} is done.", None, rule.after)


def _same_day(problem: Problem, ids: tuple[str, ...], served: dict[str, list[tuple[str, int]]]) -> Iterator[Violation]:
    known = [visit_id for visit_id in ids if visit_id in problem.visit_index]
    there = [visit_id for visit_id in known if visit_id in served]
    days = {problem.provider(k).day for visit_id in there for k, _ in served[visit_id]}
    if there and len(there) < len(known):
        left = next(visit_id for visit_id in known if visit_id not in served)
        words = f"{problem.visit(there[0]).label} and {problem.visit(left).label} belong to one day; one of them is left out."
        yield Violation("same_day", words, None, left)
    if len(days) > 1:
        yield Violation(
            "same_day", f"{problem.visit(there[0]).label} and its fellows are on different days.", None, there[0]
        )

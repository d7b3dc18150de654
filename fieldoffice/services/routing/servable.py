"""Whether one visit could be served at all, if it were the only one of the day: exact, and with the reason per provider.

A visit that fails here is never given to an engine; it costs nobody else anything.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from fieldoffice.services.routing.bonds import bonds_of
from fieldoffice.services.routing.problem import Problem, ProviderShift, Visit
from fieldoffice.services.routing.reason import Reason, clock, listing, minutes
from fieldoffice.services.routing.schedule import start_of_work, timed
from fieldoffice.services.routing.tables import NEVER, Tables, allowed_starts, blocked_times, blocking_rules, tables_of


@dataclass(frozen=True)
class Unservable:
    """A visit that no provider can serve today, and why in one sentence."""

    visit_id: str
    reason: Reason


def unservable(problem: Problem) -> tuple[Unservable, ...]:
    """The visits that no provider could serve even with an empty day."""
    tables = tables_of(problem)
    alone = [i for i in range(len(problem.visits)) if servable(tables, i)]
    left = bonds_of(problem, alone).hopeless
    found = {i: why_unservable(problem, problem.visits[i]) for i in set(range(len(problem.visits))) - set(alone)}
    found |= {i: _left_with_others(problem.visits[i]) for i in left}
    return tuple(Unservable(problem.visits[i].id, found[i]) for i in sorted(found))


def _left_with_others(visit: Visit) -> Reason:
    return Reason("bound", f"{visit.label} depends on another visit that nobody can serve.")


def servable(tables: Tables, i: int) -> bool:
    """Whether some provider could serve visit i alone."""
    visit = tables.problem.visits[i]
    if visit.crew == 1:
        return any(timed(tables, k, [i], part=True) is not None for k in tables.allowed[i] if _carries(tables, i, k))
    people = {
        tables.problem.providers[k].who for k in tables.allowed[i] if timed(tables, k, [i], part=True) is not None
    }
    return len(people) >= visit.crew and (visit.pinned is None or visit.pinned in people)


def _carries(tables: Tables, i: int, k: int) -> bool:
    capacity = tables.problem.providers[k].capacity
    return capacity is None or tables.problem.visits[i].load <= capacity


def why_unservable(problem: Problem, visit: Visit) -> Reason:
    """The one sentence for a visit that nobody can serve; the first of its faults counts."""
    if visit.place is None or visit.duration_s < 0:
        return _unusable(visit, "no_place" if visit.place is None else "duration")
    if visit.pinned is not None and visit.pinned not in problem.provider_index:
        return Reason("pin_absent", f"{visit.label} is pinned to a provider who does not work on this day.")
    if not allowed_starts(problem, visit):
        return _no_start(problem, visit)
    return _nobody(problem, visit)


def block_alone(problem: Problem, visit: Visit, provider: ProviderShift) -> Reason | None:
    """The rule that keeps this provider from this visit even on an empty day; None when it could be done."""
    standing = blocking_rules(problem, visit, provider)
    if standing:
        return standing_reason(problem, visit, provider, standing[0])
    if not allowed_starts(problem, visit):
        return _no_start(problem, visit)
    tables = tables_of(problem)
    if timed(tables, problem.provider_index[provider.id], [problem.visit_index[visit.id]]) is not None:
        return None
    return _no_time(problem, visit, provider)


def standing_reason(problem: Problem, visit: Visit, provider: ProviderShift, code: str) -> Reason:
    """A standing rule of `blocking_rules` in words."""
    if code == "skill":
        lacking = listing(sorted(visit.skills - provider.skills))
        return Reason("skill", f"{provider.label} lacks {lacking}.", {"provider": provider.id, "skills": lacking})
    if code == "pinned":
        owner = problem.provider_index.get(visit.pinned or "")
        name = "another provider" if owner is None else problem.providers[owner].label
        return Reason(
            "pinned", f"The visit is pinned to {name}.", {"provider": provider.id, "pinned": visit.pinned or ""}
        )
    if code == "excluded":
        return Reason("excluded", f"{provider.label} is excluded for this visit.", {"provider": provider.id})
    return _unusable(visit, code)


def _unusable(visit: Visit, code: str) -> Reason:
    """The data of the visit itself are at fault, whoever should go."""
    if code == "duration":
        return Reason("duration", f"{visit.label} has a negative duration.")
    return Reason("no_place", f"The coordinates of {visit.label} are unknown.")


def _no_start(problem: Problem, visit: Visit) -> Reason:
    if visit.outdoor and allowed_starts(problem, replace(visit, outdoor=False)):
        spells = _spells(problem, visit)
        leaves = "leaves" if len(spells) == 1 else "leave"
        words = f"Weather: {visit.label} is outdoors, and {listing(spells)} {leaves} no time for it."
        return Reason("weather", words)
    return Reason("no_window", f"{visit.label} has no time at which it may start.")


def _spells(problem: Problem, visit: Visit) -> list[str]:
    """The weather that keeps this visit from being worked on, as in "rain (13:30 to 15:30)", one entry for each kind."""
    closed = blocked_times(problem, visit)
    kinds = [("rain", window) for window in problem.rain]
    kinds += [(each.kind, each.window) for each in problem.weather if each.outdoor != "free" and each.window in closed]
    times: dict[str, list[str]] = {}
    for kind, (first, last) in dict.fromkeys(kinds):
        times.setdefault(kind, []).append(f"{clock(first)} to {clock(last)}")
    return [f"{kind} ({listing(spans)})" for kind, spans in times.items()]


def _nobody(problem: Problem, visit: Visit) -> Reason:
    """No provider fits: for lack of skill, or because the ones who have it have no time."""
    able = [provider for provider in problem.providers if not blocking_rules(problem, visit, provider)]
    if not able:
        skilled = [provider for provider in problem.providers if visit.skills <= provider.skills]
        if skilled:
            return Reason("excluded", f"Everybody with the skills for {visit.label} is excluded.")
        skills = listing(sorted(visit.skills))
        return Reason("skill", f"Nobody who works on this day has {skills}.", {"skills": skills})
    if visit.crew > 1:
        return _crew_missing(problem, visit, len({provider.who for provider in able}))
    if all(provider.capacity is not None and visit.load > provider.capacity for provider in able):
        return Reason("load", f"Nobody can carry what {visit.label} needs.")
    nearest = [_no_time(problem, visit, provider) for provider in able]
    return min(nearest, key=lambda reason: reason.values.get("short_s", NEVER))


def _crew_missing(problem: Problem, visit: Visit, able: int) -> Reason:
    values: dict[str, int | str] = {"crew": visit.crew, "able": able}
    if able < visit.crew:
        words = f"{visit.label} needs {visit.crew} providers at once; only {able} who work on this day may do it."
        return Reason("crew", words, values)
    return Reason(
        "crew", f"{visit.label} needs {visit.crew} providers at once; not so many can be there in time.", values
    )


def _no_time(problem: Problem, visit: Visit, provider: ProviderShift) -> Reason:
    """Why a provider with nothing else to do cannot serve it in time, measured on the way there and back."""
    seconds, starts = problem.travel.seconds, allowed_starts(problem, visit)
    arrival = provider.shift[0] + int(seconds[provider.start, visit.place])
    start = start_of_work(starts, arrival)
    if start >= NEVER:
        words = (
            f"{provider.label} cannot be there before {clock(arrival)}, and it must start by {clock(starts[-1][1])}."
        )
        return Reason("too_early", words, {"provider": provider.id, "short_s": arrival - starts[-1][1]})
    back = start + visit.duration_s + int(seconds[visit.place, provider.end])
    if back > provider.last_end:
        short_s = back - provider.last_end
        words = f"{provider.label} would be back {minutes(short_s)} after the end of the day."
        return Reason("too_late", words, {"provider": provider.id, "short_s": short_s})
    return Reason("lunch", f"{provider.label} would find no time for lunch.", {"provider": provider.id})

"""What would have to give way so that an unserved visit fits: found by trying, smallest first, and ready to be applied."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from fieldoffice.services.routing.draft import Draft, Insertion
from fieldoffice.services.routing.problem import Problem, ProviderShift, Visit, Window
from fieldoffice.services.routing.reason import listing, minutes
from fieldoffice.services.routing.tables import NOT_ALLOWED, Tables, allowed_starts, blocking_rules, preference_miss

MOST_MINUTES = 12 * 60
"""Windows and working days are not stretched by more than this."""
RANKS = {"dry": 5_000, "unpin": 8_000, "allow": 9_000, "skill": 10_000}
"""How hard the other kinds are to grant, in minutes; a minute of overtime counts as the objective counts it."""


@dataclass(frozen=True)
class Relaxation:
    """One change to one rule with which the visit fits into the plan as it stands.

    kind: opens_earlier, closes_later (by `minutes`), overtime (`provider_id` works `minutes` longer than allowed), dry (no
    rain), unpin, allow (`provider_id` no longer excluded), skill (`provider_id` gets `skills`). `cost_s` is what the visit
    then adds to the objective, `provider_id` who takes it.
    """

    kind: str
    visit_id: str
    provider_id: str
    minutes: int
    words: str
    cost_s: int
    rank: int
    skills: tuple[str, ...] = ()


def relaxations(draft: Draft, i: int) -> tuple[Relaxation, ...]:
    """Every single change that makes visit i fit, the smallest first; the draft is left as it was."""
    finder = _Finder(draft, i)
    return tuple(sorted(finder.all(), key=lambda found: (found.rank, found.cost_s)))


def relaxed(problem: Problem, relaxation: Relaxation) -> Problem:
    """The problem with this one rule changed."""
    visit, provider = problem.visit(relaxation.visit_id), problem.provider(relaxation.provider_id)
    if relaxation.kind == "overtime":
        return _with_provider(problem, stretched(provider, relaxation.minutes))
    if relaxation.kind == "skill":
        return _with_provider(problem, replace(provider, skills=provider.skills | {*relaxation.skills}))
    changed = {
        "opens_earlier": lambda: replace(visit, windows=opened(visit.windows, relaxation.minutes)),
        "closes_later": lambda: replace(visit, windows=kept_open(visit.windows, relaxation.minutes)),
        "dry": lambda: replace(visit, outdoor=False),
        "unpin": lambda: replace(visit, pinned=None, fixed_start=None),
        "allow": lambda: replace(visit, excluded=visit.excluded - {provider.id}),
    }[relaxation.kind]()
    return _with_visit(problem, changed)


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


def _with_provider(problem: Problem, provider: ProviderShift) -> Problem:
    return replace(problem, providers=tuple(provider if old.id == provider.id else old for old in problem.providers))


def _with_visit(problem: Problem, visit: Visit) -> Problem:
    return replace(problem, visits=tuple(visit if old.id == visit.id else old for old in problem.visits))


def overrun(draft: Draft, i: int, k: int) -> tuple[int, Insertion] | None:
    """By how many seconds provider k would end too late with visit i, at best, and where; None when it fits nowhere."""
    provider = draft.tables.problem.providers[k]
    now_s = max(0, draft.lanes[k].end - provider.shift[1])
    free = draft.with_provider(stretched(provider, MOST_MINUTES))
    over = [(place.overtime_s + now_s - provider.max_overtime_s, place) for place in free.places_with(i, k)]
    return min(over, default=None)


@dataclass
class _Finder:
    draft: Draft
    i: int

    def __post_init__(self) -> None:
        self.tables = self.draft.tables
        self.problem = self.tables.problem
        self.visit = self.problem.visits[self.i]

    def all(self) -> Iterator[Relaxation]:
        if self.visit.place is None or self.visit.duration_s < 0:
            return
        if self.visit.pinned is not None:
            yield from self._rule(
                "unpin", replace(self.visit, pinned=None, fixed_start=None), "it need not stay with its provider"
            )
        if self.visit.fixed_start is not None:
            return
        if self.visit.outdoor:
            yield from self._rule("dry", replace(self.visit, outdoor=False), "it stays dry")
        yield from self._window("opens_earlier", opened, "its window opens earlier by")
        yield from self._window("closes_later", kept_open, "its window closes later by")
        yield from self._overtime()
        yield from self._standing()

    def _window(
        self, kind: str, change: Callable[[tuple[Window, ...], int], tuple[Window, ...]], words: str
    ) -> Iterator[Relaxation]:
        """The fewest minutes by halving: a wider window never fits worse."""
        if not any(first <= last for first, last in self.visit.windows):
            return

        def fit(by: int) -> Insertion | None:
            return self._best(replace(self.visit, windows=change(self.visit.windows, by)))

        if fit(MOST_MINUTES) is None:
            return
        none, enough = 0, MOST_MINUTES
        while enough - none > 1:
            middle = (none + enough) // 2
            none, enough = (none, middle) if fit(middle) is not None else (middle, enough)
        best = fit(enough)
        assert best is not None, "the smallest window that was found to do does"
        yield self._found(kind, best, enough, f"Fits with {{}} if {words} {minutes(60 * enough)}.", enough)

    def _overtime(self) -> Iterator[Relaxation]:
        """The provider who would have to stay the shortest time beyond the latest end."""
        overruns = (overrun(self.draft, self.i, k) for k in self.tables.allowed[self.i])
        found = [over for over in overruns if over is not None]
        if found:
            over_s, best = min(found)
            by = -(-over_s // 60)
            words = f"Fits if {{}} works {minutes(60 * by)} beyond the allowed end."
            yield self._found("overtime", best, by, words, by * self.problem.weights.overtime_factor)

    def _standing(self) -> Iterator[Relaxation]:
        """Excluded providers and missing skills: the cheapest provider of each kind, time rules kept."""
        for kind in ("excluded", "skill"):
            places = [place for k in self._blocked_by(kind) for place in self._allowing(k).places_with(self.i, k)]
            if places:
                best = min(places)
                lacking = tuple(sorted(self.visit.skills - self.problem.providers[best.k].skills))
                if kind == "skill":
                    yield self._found(
                        "skill", best, 0, f"Fits if {{}} has {listing(lacking)}.", RANKS["skill"], lacking
                    )
                else:
                    yield self._found("allow", best, 0, "Fits if {} may go there.", RANKS["allow"])

    def _blocked_by(self, kind: str) -> list[int]:
        """The providers whom this rule alone keeps away."""
        return [
            k
            for k, each in enumerate(self.problem.providers)
            if blocking_rules(self.problem, self.visit, each) == (kind,)
        ]

    def _rule(self, kind: str, visit: Visit, words: str) -> Iterator[Relaxation]:
        best = self._best(visit)
        if best is not None:
            yield self._found(kind, best, 0, f"Fits with {{}} if {words}.", RANKS[kind])

    def _best(self, visit: Visit) -> Insertion | None:
        """The cheapest place of a changed visit i."""
        starts = [*self.tables.starts]
        starts[self.i] = allowed_starts(self.problem, visit)
        tables = replace(self.tables, starts=starts)
        if visit.pinned != self.visit.pinned:
            tables = _allowed(tables, self.i, visit, range(len(self.problem.providers)))
        return min(Draft(tables, self.draft.lanes).places(self.i), default=None)

    def _allowing(self, k: int) -> Draft:
        return Draft(_allowed(self.tables, self.i, None, [k]), self.draft.lanes)

    def _found(
        self, kind: str, best: Insertion, by: int, words: str, rank: int, skills: tuple[str, ...] = ()
    ) -> Relaxation:
        provider = self.problem.providers[best.k]
        text = words.replace("{}", provider.label)
        return Relaxation(kind, self.visit.id, provider.id, by, text, best.cost, rank, skills)


def _allowed(tables: Tables, i: int, visit: Visit | None, providers: range | list[int]) -> Tables:
    """Tables in which these providers may do visit i (of a changed visit: those whom its rules still allow)."""
    problem = tables.problem
    surcharge, allowed = np.copy(tables.surcharge), [*tables.allowed]
    for k in providers:
        provider = problem.providers[k]
        if visit is None or not blocking_rules(problem, visit, provider):
            surcharge[i, k] = preference_miss(problem, visit or problem.visits[i], provider)
    allowed[i] = np.flatnonzero(surcharge[i] != NOT_ALLOWED).tolist()
    return replace(tables, surcharge=surcharge, allowed=allowed)

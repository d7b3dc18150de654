"""Finding what would have to give way for an unserved visit: every rule is tried, the smallest change comes first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from fieldoffice.services.routing.draft import Draft, Insertion, Lane
from fieldoffice.services.routing.look import MOST_MINUTES, Look
from fieldoffice.services.routing.problem import Visit
from fieldoffice.services.routing.reason import clock, listing, minutes
from fieldoffice.services.routing.relax import Relaxation, changed_visit
from fieldoffice.services.routing.schedule import timed
from fieldoffice.services.routing.tables import (
    NEVER,
    NOT_ALLOWED,
    Tables,
    allowed_starts,
    blocking_rules,
    preference_miss,
)

RANKS = {"postpone": 300, "dry": 5_000, "unpin": 8_000, "allow": 9_000, "skill": 10_000}
"""How hard the other kinds are to grant, in minutes; a minute of overtime counts as the objective counts it."""
URGENT = 100
"""What the next higher priority adds to the rank of a visit that would have to wait for another day."""
TRIES = 60
"""Of the visits that another one could stand in for, so many are timed, the least urgent and cheapest first."""
RULES = {"dry": "the weather stays fine", "unpin": "it need not stay with its provider"}
WINDOWS = {"opens_earlier": "its window opens earlier by", "closes_later": "its window closes later by"}


def relaxations(look: Look, i: int) -> tuple[Relaxation, ...]:
    """Every single change that makes visit i fit, the smallest first (several together where no single one does)."""
    finder = _Finder(look, i)
    found = [*finder.all()] or [*finder.together()]
    return tuple(sorted(found, key=lambda each: (each.rank, each.cost_s)))


@dataclass
class _Finder:
    look: Look
    i: int

    def __post_init__(self) -> None:
        self.draft = self.look.draft
        self.tables = self.draft.tables
        self.problem = self.tables.problem
        self.visit = self.problem.visits[self.i]

    def all(self) -> Iterator[Relaxation]:
        """Every single change that is enough."""
        if self.visit.place is None or self.visit.duration_s < 0:
            return
        if self.visit.pinned is not None:
            yield from self._rule("unpin")
        if self.visit.fixed_start is not None:
            return
        if self.visit.outdoor:
            yield from self._rule("dry")
        for kind, words in WINDOWS.items():
            yield from self._window(kind, words)
        yield from self._overtime()
        yield from self._standing()
        yield from self._postponed()

    def together(self) -> Iterator[Relaxation]:
        """The fewest changes that do it with overtime beside them: to the visit or a skill, then to the window too."""
        if self.visit.place is None or self.visit.duration_s < 0 or self.visit.fixed_start is not None:
            return
        others = ("", "dry", "unpin", "allow", "skill")
        pairs = [("", window) for window in WINDOWS] + [(kind, "") for kind in others[1:]]
        found = [each for kinds in pairs for each in self._with_overtime(*kinds)]
        yield from found or [each for k in others[1:] for window in WINDOWS for each in self._with_overtime(k, window)]

    def _window(self, kind: str, words: str) -> Iterator[Relaxation]:
        """The fewest minutes that do."""
        enough = self._least_minutes(lambda by: self._best(changed_visit(self.visit, kind, by, "")) is not None)
        if enough is not None:
            best = self._best(changed_visit(self.visit, kind, enough, ""))
            assert best is not None, "the smallest window that was found to do does"
            yield self._found(kind, best, enough, f"Fits with {{}} if {words} {minutes(60 * enough)}.", enough)

    def _least_minutes(self, fits: Callable[[int], bool]) -> int | None:
        """By halving: a wider window never fits worse."""
        if not any(first <= last for first, last in self.visit.windows) or not fits(MOST_MINUTES):
            return None
        none, enough = 0, MOST_MINUTES
        while enough - none > 1:
            middle = (none + enough) // 2
            none, enough = (none, middle) if fits(middle) else (middle, enough)
        return enough

    def _overtime(self) -> Iterator[Relaxation]:
        """The provider who would have to stay the shortest time beyond the latest end."""
        found = self._shortest(self.look.free)
        if found is not None:
            by, best = found
            words = f"Fits if {{}} works {minutes(60 * by)} beyond the allowed end."
            yield self._found("overtime", best, by, words, by * self.problem.weights.overtime_factor)

    def _shortest(self, free: Draft) -> tuple[int, Insertion] | None:
        """The fewest minutes beyond the allowed end by the rules of a draft with free evenings, and where."""
        lanes = [k for _, k in self.look.free_room.lanes(self.i, free.tables)]
        own = free is self.look.free
        over = (self.look.overrun(self.i, k) if own else self.look.overrun_of(free, self.i, k) for k in lanes)
        shortest = min((each for each in over if each is not None and each[0] <= 60 * MOST_MINUTES), default=None)
        if shortest is None:
            return None
        by, k = max(0, -(-shortest[0] // 60)), shortest[1].k
        return by, min(place for place in free.places_with(self.i, k) if place.overtime_s - self.look.spare_s(k) <= 60 * by)

    def _standing(self) -> Iterator[Relaxation]:
        """Excluded providers and missing skills: the cheapest provider of each kind, time rules kept."""
        for kind, rule in (("allow", "excluded"), ("skill", "skill")):
            able = self._blocked_by(rule)
            best = self.look.room.cheapest(self.i, tables=only(self.tables, self.i, able)) if able else None
            if best is not None:
                yield self._granted(kind, best)

    def _granted(self, kind: str, best: Insertion) -> Relaxation:
        lacking = tuple(sorted(self.visit.skills - self.problem.providers[best.k].skills)) if kind == "skill" else ()
        words = f"Fits if {{}} has {listing(lacking)}." if lacking else "Fits if {} may go there."
        return self._found(kind, best, 0, words, RANKS[kind], lacking)

    def _blocked_by(self, kind: str) -> list[int]:
        """The providers whom this rule alone keeps away."""
        return [
            k
            for k, each in enumerate(self.problem.providers)
            if blocking_rules(self.problem, self.visit, each) == (kind,)
        ]

    def _postponed(self) -> Iterator[Relaxation]:
        """The least urgent and cheapest visit in whose place this one fits."""
        swaps = self.look.room.swaps
        costs = self.look.room.least(swaps, self.i, self.tables)
        rows = [(self._other(k, at).priority, int(costs[row]), k, at) for row, k, at in self._swappable(costs)]
        for priority, _, k, at in sorted(rows)[:TRIES]:
            cost = self._price(k, at)
            if cost is not None:
                yield self._swapped(self._other(k, at), k, cost, RANKS["postpone"] + URGENT * priority)
                return

    def _swappable(self, costs: np.ndarray) -> Iterator[tuple[int, int, int]]:
        """Rows of the swaps in which this visit may stand in for one that may wait: row, provider, position."""
        swaps, later = self.look.room.swaps, self.look.later
        for row in np.flatnonzero(costs < NEVER).tolist():
            k, at = int(swaps.k[row]), int(swaps.position[row])
            other = self._other(k, at)
            held = other.pinned is not None or other.priority > self.visit.priority
            if not held and (later is None or other.id in later):
                yield row, k, at

    def _other(self, k: int, at: int) -> Visit:
        return self.problem.visits[self.draft.lanes[k].sequence[at]]

    def _price(self, k: int, at: int) -> int | None:
        """What provider k's day costs more with this visit instead of the one at a position; None when it cannot be."""
        without = Draft(self.tables, [*self.draft.lanes])
        without.lanes[k] = Lane(k, [*self.draft.lanes[k].sequence])
        other = without.lanes[k].sequence.pop(at)
        without.retime(without.lanes[k])
        best = min(without.places_with(self.i, k), default=None)
        own = next((place for place in without.places_with(other, k) if place.position == at), None)
        return None if best is None or own is None else best.cost - own.cost

    def _swapped(self, other: Visit, k: int, cost: int, rank: int) -> Relaxation:
        now = timed(self.tables, k, self.draft.lanes[k].sequence)
        assert now is not None, "a draft's route can be timed"
        start = next(stop.start for stop in now.stops if stop.visit_id == other.id)
        day = (self.look.later or {}).get(other.id, "another day")
        name = f" ({other.name})" if other.name else ""
        provider = self.problem.providers[k]
        words = f"Fits with {provider.label} if the visit at {clock(start)}{name} may move to {day}."
        return Relaxation("postpone", self.visit.id, provider.id, 0, words, cost, rank, other=other.id)

    def _with_overtime(self, kind: str, window: str) -> Iterator[Relaxation]:
        """A change and as much of the window as it takes when overtime does the rest; then the least overtime."""
        by = self._least_minutes(lambda by: self._late(kind, window, by) is not None) if window else 0
        found = None if by is None else self._late(kind, window, by)
        if by is None or found is None:
            return
        over, best = found
        price = over * self.problem.weights.overtime_factor
        overtime = [("overtime", over, price, f"{{}} works {minutes(60 * over)} beyond the allowed end")] if over else []
        rule = [(kind, 0, RANKS[kind], self._rule_words(kind, best))] if kind else []
        wider = [(window, by, by, f"{WINDOWS[window]} {minutes(60 * by)}")] if window and by else []
        lacking = self._lacking(best) if kind == "skill" else ()
        parts = tuple(self._found(k, best, n, words[:1].upper() + words[1:] + ".", rank, lacking if k == "skill" else ())
                      for k, n, rank, words in (*wider, *rule, *overtime))  # fmt: skip
        told = listing(words for *_, words in (*wider, *rule, *overtime))
        whole = self._found("both", best, 0, f"Fits with {{}} if: {told}.", sum(part.rank for part in parts))
        yield replace(whole, parts=parts)

    def _rule_words(self, kind: str, best: Insertion) -> str:
        lacking = listing(self._lacking(best))
        return {"skill": f"{{}} has {lacking}", "allow": "{} may go there", **RULES}[kind]

    def _lacking(self, best: Insertion) -> tuple[str, ...]:
        return tuple(sorted(self.visit.skills - self.problem.providers[best.k].skills))

    def _late(self, kind: str, window: str, by: int) -> tuple[int, Insertion] | None:
        """The least overtime once these rules of the visit are changed."""
        if (kind == "dry" and not self.visit.outdoor) or (kind == "unpin" and self.visit.pinned is None):
            return None
        tables, visit = self.look.free.tables, self.visit
        if kind in ("allow", "skill"):
            able = self._blocked_by("excluded" if kind == "allow" else "skill")
            tables = only(tables, self.i, able) if able else None
        elif kind:
            visit = changed_visit(visit, kind, 0, "")
        if tables is None:
            return None
        tables = self._tables_of(changed_visit(visit, window, by, "") if window else visit, tables)
        return self._shortest(Draft(tables, self.look.free.lanes))

    def _rule(self, kind: str) -> Iterator[Relaxation]:
        best = self._best(changed_visit(self.visit, kind, 0, ""))
        if best is not None:
            yield self._found(kind, best, 0, f"Fits with {{}} if {RULES[kind]}.", RANKS[kind])

    def _best(self, visit: Visit) -> Insertion | None:
        """The cheapest place of a changed visit i."""
        return self.look.room.cheapest(self.i, tables=self._tables_of(visit, self.tables))

    def _tables_of(self, visit: Visit, tables: Tables) -> Tables:
        """The tables with visit i changed."""
        starts = [*tables.starts]
        starts[self.i] = allowed_starts(self.problem, visit)
        changed = replace(tables, starts=starts)
        able = [k for k, each in enumerate(self.problem.providers) if not blocking_rules(self.problem, visit, each)]
        return only(changed, self.i, able) if visit.pinned != self.visit.pinned else changed

    def _found(
        self, kind: str, best: Insertion, by: int, words: str, rank: int, skills: tuple[str, ...] = ()
    ) -> Relaxation:
        provider = self.problem.providers[best.k]
        text = words.replace("{}", provider.label)
        return Relaxation(kind, self.visit.id, provider.id, by, text, best.cost, rank, skills)


def only(tables: Tables, i: int, providers: list[int]) -> Tables:
    """Tables in which these providers, and nobody else, may do visit i."""
    problem, visit = tables.problem, tables.problem.visits[i]
    surcharge, allowed = np.copy(tables.surcharge), [*tables.allowed]
    surcharge[i] = NOT_ALLOWED
    for k in providers:
        surcharge[i, k] = preference_miss(problem, visit, problem.providers[k])
    allowed[i] = sorted(providers)
    return replace(tables, surcharge=surcharge, allowed=allowed)

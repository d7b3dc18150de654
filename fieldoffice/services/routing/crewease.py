"""What would have to give way so that an unserved visit for several providers fits: the same rules as for everybody else.

The others' places stay as they are; each change is tried by looking for a meeting (`teams`) under the changed rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from fieldoffice.services.routing.draft import Draft, Insertion, Lane
from fieldoffice.services.routing.easing import RANKS, URGENT, WINDOWS, only
from fieldoffice.services.routing.look import MOST_MINUTES, Look
from fieldoffice.services.routing.problem import Visit
from fieldoffice.services.routing.reason import clock, listing, minutes
from fieldoffice.services.routing.relax import Relaxation, changed_visit
from fieldoffice.services.routing.schedule import timed
from fieldoffice.services.routing.tables import Tables, allowed_starts, blocking_rules
from fieldoffice.services.routing.teams import Meeting, meeting

STEP_MINUTES = 15
"""Windows are tried in steps of a quarter of an hour: each try looks for a meeting anew."""
TRIES = 12
"""So many visits are tried as ones that could wait for another day, the least urgent first."""
HARD = 10**7
"""What a member who lacks something costs more than one who does not, when members are chosen."""


def crew_relaxations(look: Look, i: int) -> tuple[Relaxation, ...]:
    """Every change that makes the crew of visit i fit, the smallest first."""
    visit = look.draft.tables.problem.visits[i]
    if visit.place is None or visit.duration_s < 0 or visit.fixed_start is not None:
        return ()
    return tuple(sorted(_Finder(look, i).all(), key=lambda each: (each.rank, each.cost_s)))


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
        if self.visit.outdoor:
            found = self._meeting(changed_visit(self.visit, "dry", 0, ""))
            if found is not None:
                yield self._told("dry", found, 0, "if the weather stays fine.", RANKS["dry"])
        for kind, words in WINDOWS.items():
            yield from self._window(kind, words)
        yield from self._overtime()
        yield from self._standing()
        yield from self._postponed()

    def _window(self, kind: str, words: str) -> Iterator[Relaxation]:
        """The fewest quarters of an hour that do, by halving."""
        low, high = 0, MOST_MINUTES // STEP_MINUTES
        found = self._wider(kind, high) if any(first <= last for first, last in self.visit.windows) else None
        while found is not None and high - low > 1:
            middle = (low + high) // 2
            nearer = self._wider(kind, middle)
            low, high, found = (middle, high, found) if nearer is None else (low, middle, nearer)
        if found is not None:
            by = high * STEP_MINUTES
            yield self._told(kind, found, by, f"if {words} {minutes(60 * by)}.", by)

    def _wider(self, kind: str, steps: int) -> Meeting | None:
        return self._meeting(changed_visit(self.visit, kind, steps * STEP_MINUTES, ""))

    def _overtime(self) -> Iterator[Relaxation]:
        """The meeting for which the members stay the shortest time beyond their latest end."""
        found = meeting(Draft(self.look.free.tables, self.look.free.lanes), self.i, self._overrun)
        late = [place for place in found.places if self._overrun(place) > 0] if found else []
        if found is None or not late:
            return
        parts: list[Relaxation] = []
        for place in late:
            over = -(-self._overrun(place) // 60)
            words = f"Fits if {self._label(place)} works {minutes(60 * over)} beyond the allowed end."
            rank = over * self.problem.weights.overtime_factor
            parts.append(Relaxation("overtime", self.visit.id, self._id(place), over, words, found.cost_s, rank))
        yield self._whole(found, parts)

    def _overrun(self, place: Insertion) -> int:
        return max(0, place.overtime_s - self.look.spare_s(place.k))

    def _standing(self) -> Iterator[Relaxation]:
        """Excluded providers and missing skills: as few as possible join those who may do it already."""
        for kind, rule in (("allow", "excluded"), ("skill", "skill")):
            barred = self._barred_by(rule)
            found = self._joined_by(barred) if barred else None
            if found is not None:
                yield self._whole(found, [self._granted(kind, found, p) for p in found.places if p.k in barred])

    def _barred_by(self, rule: str) -> frozenset[int]:
        """The providers whom this rule alone keeps away."""
        providers = enumerate(self.problem.providers)
        return frozenset(k for k, each in providers if blocking_rules(self.problem, self.visit, each) == (rule,))

    def _joined_by(self, barred: frozenset[int]) -> Meeting | None:
        """A meeting with these providers allowed too; one of them comes only where nobody else can."""
        able = sorted(barred.union(self.tables.allowed[self.i]))

        def price(place: Insertion) -> int:
            return place.cost + HARD * (place.k in barred)

        return meeting(Draft(only(self.tables, self.i, able), self.draft.lanes), self.i, price)

    def _granted(self, kind: str, found: Meeting, place: Insertion) -> Relaxation:
        lacking = tuple(sorted(self.visit.skills - self.problem.providers[place.k].skills)) if kind == "skill" else ()
        words = f"Fits if {self._label(place)} has {listing(lacking)}." if lacking else f"Fits if {self._label(place)} may go there."
        return Relaxation(kind, self.visit.id, self._id(place), 0, words, found.cost_s, RANKS[kind], lacking)

    def _whole(self, found: Meeting, parts: list[Relaxation]) -> Relaxation:
        """One change, or several that belong together."""
        if len(parts) == 1:
            return parts[0]
        told = listing(part.words.removeprefix("Fits if ").removesuffix(".") for part in parts)
        whole = self._told("both", found, 0, f"if: {told}.", sum(part.rank for part in parts))
        return replace(whole, parts=tuple(parts))

    def _postponed(self) -> Iterator[Relaxation]:
        """The least urgent visit without which the crew can meet."""
        for other, k, at in sorted(self._waiting(), key=lambda each: each[0].priority)[:TRIES]:
            draft = Draft(self.tables, [*self.draft.lanes])
            draft.lanes[k] = Lane(k, [j for p, j in enumerate(self.draft.lanes[k].sequence) if p != at])
            draft.retime(draft.lanes[k])
            found = meeting(draft, self.i)
            if found is not None:
                yield self._put_off(found, other, k)
                return

    def _waiting(self) -> Iterator[tuple[Visit, int, int]]:
        """Visits of those who may do it that may go to another day: the visit, provider and position."""
        later = self.look.later
        for k in self.tables.allowed[self.i]:
            for at, j in enumerate(self.draft.lanes[k].sequence):
                other = self.problem.visits[j]
                held = other.pinned is not None or other.id in self.problem.bound or other.priority > self.visit.priority
                if not held and (later is None or other.id in later):
                    yield other, k, at

    def _put_off(self, found: Meeting, other: Visit, k: int) -> Relaxation:
        now = timed(self.tables, k, self.draft.lanes[k].sequence)
        start = next((stop.start for stop in now.stops if stop.visit_id == other.id), 0) if now else 0
        day = (self.look.later or {}).get(other.id, "another day")
        name = f" ({other.name})" if other.name else ""
        words = f"if the visit at {clock(start)}{name} may move to {day}."
        told = self._told("postpone", found, 0, words, RANKS["postpone"] + URGENT * other.priority)
        return replace(told, other=other.id)

    def _meeting(self, visit: Visit) -> Meeting | None:
        """A meeting with the visit's own rules changed."""
        starts = [*self.tables.starts]
        starts[self.i] = allowed_starts(self.problem, visit)
        return meeting(Draft(self._with(starts), self.draft.lanes), self.i)

    def _with(self, starts: list[tuple[tuple[int, int], ...]]) -> Tables:
        return replace(self.tables, starts=starts)

    def _told(self, kind: str, found: Meeting, by: int, words: str, rank: int) -> Relaxation:
        names = listing(map(self._label, found.places))
        return Relaxation(
            kind, self.visit.id, self._id(found.places[0]), by, f"Fits with {names} {words}", found.cost_s, rank
        )

    def _label(self, place: Insertion) -> str:
        return self.problem.providers[place.k].label

    def _id(self, place: Insertion) -> str:
        return self.problem.providers[place.k].id

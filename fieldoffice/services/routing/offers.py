"""Where one more visit could go on a day: the best places over all providers, in milliseconds and without a search.

The day is prepared once (`OpenDay`); each question then looks at every gap at once as arrays and times only what may win.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from fieldoffice.services.routing.draft import Draft, Insertion
from fieldoffice.services.routing.insertion import Offer
from fieldoffice.services.routing.problem import Plan, Problem, Visit
from fieldoffice.services.routing.room import Room
from fieldoffice.services.routing.schedule import timed
from fieldoffice.services.routing.tables import NOT_ALLOWED, Tables, allowed_starts, blocking_rules, preference_miss
from fieldoffice.services.routing.travel import Travel

NEW = "a new visit"
Seconds = NDArray[np.int64] | Sequence[int]


class OpenDay:
    """A day with its plan, ready to say where one more visit would fit. Not for several threads at once.

    The routes stay as they are: an offer never moves another visit to another provider or into another order.
    """

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self._place = len(problem.places)
        self._new = len(problem.visits)
        spare = Visit(NEW, self._place, 0, ())
        places, visits = (*problem.places, (0.0, 0.0)), (*problem.visits, spare)
        wider = replace(problem, places=places, visits=visits, travel=_wider(problem.travel))
        self._draft = Draft.of(wider, plan)
        self._room = Room(self._draft)
        _ = self._room.gaps, self._room.seconds

    def offers(
        self, visit: Visit, there_s: Seconds, back_s: Seconds, *, count: int = 5, per_provider: bool = True
    ) -> tuple[Offer, ...]:
        """The cheapest places for a visit, at most `count`; with `per_provider` only the best one of each provider.

        `there_s` and `back_s` are the seconds from every place of the problem to the visit and from it to every place;
        the visit's own `place` is not looked at.
        """
        tables = self._tables_with(replace(visit, place=self._place), there_s, back_s)
        draft = Draft(tables, self._draft.lanes)
        found: list[Insertion] = []
        for least, k in self._room.lanes(self._new, tables):
            if len(found) == count and least > found[-1].cost:
                break
            places = sorted(draft.places_with(self._new, k))
            found = sorted([*found, *(places[:1] if per_provider else places)])[:count]
        return tuple(self._offer(draft, place) for place in found)

    def _tables_with(self, visit: Visit, there_s: Seconds, back_s: Seconds) -> Tables:
        """The day's tables with this visit in the spare row; the spare place gets its drives."""
        tables, at = self._draft.tables, self._new
        problem = replace(tables.problem, visits=(*tables.problem.visits[:at], visit))
        self._drives([int(s) for s in there_s], [int(s) for s in back_s])
        starts, duration, weight, allowed = (
            [*rows] for rows in (tables.starts, tables.duration, tables.weight, tables.allowed)
        )
        surcharge = tables.surcharge.copy()
        for k, provider in enumerate(problem.providers):
            barred = blocking_rules(problem, visit, provider)
            surcharge[at, k] = NOT_ALLOWED if barred else preference_miss(problem, visit, provider)
        starts[at], duration[at] = allowed_starts(problem, visit), visit.duration_s
        weight[at], allowed[at] = problem.weight_of(visit), np.flatnonzero(surcharge[at] != NOT_ALLOWED).tolist()
        return replace(
            tables, problem=problem, starts=starts, duration=duration, weight=weight, allowed=allowed, surcharge=surcharge
        )

    def _drives(self, there_s: list[int], back_s: list[int]) -> None:
        """The spare row and column are this day's own: nobody else sees these tables."""
        rows, last = cast("list[list[int]]", self._draft.tables.seconds), self._place
        for place, (there, back) in enumerate(zip(there_s, back_s, strict=True)):
            rows[place][last], rows[last][place] = there, back
        self._room.seconds[:last, last], self._room.seconds[last, :last] = there_s, back_s

    def _offer(self, draft: Draft, place: Insertion) -> Offer:
        sequence = [*draft.lanes[place.k].sequence]
        sequence.insert(place.position, self._new)
        route = timed(draft.tables, place.k, sequence)
        assert route is not None, "an insertion that was found to fit can be timed"
        start, provider = route.stops[place.position].start, draft.tables.problem.providers[place.k]
        return Offer(provider.id, place.position, start, place.drive_s, place.overtime_s, place.cost)


def _wider(travel: Travel) -> Travel:
    """The same matrices with one more place, whose drives are still to come."""
    return Travel(np.pad(travel.seconds, ((0, 1), (0, 1))), np.pad(travel.meters, ((0, 1), (0, 1))), travel.source)

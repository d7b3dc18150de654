"""The search: ruin and recreate under a falling temperature, run in short chunks so that it can be watched and stopped."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property

from fieldoffice.services.routing.check import score_of
from fieldoffice.services.routing.ground import Field, field_of
from fieldoffice.services.routing.kernel.anneal import first_pass, open_lanes, run
from fieldoffice.services.routing.kernel.arrays import (
    BEST_COST,
    BEST_WEIGHT,
    IMPROVED,
    LENIENT,
    PENALTY,
    PLACE,
    TO,
    UNSERVED,
    Lanes,
)
from fieldoffice.services.routing.kernel.dice import Dice, dice_of
from fieldoffice.services.routing.problem import Plan, Problem
from fieldoffice.services.routing.watch import Watch

CHUNK_S = 0.04
COOLING = 100
"""The end temperature is the start temperature divided by this."""
WARMEST, WARMEST_FAR = 4.0, 5.0
"""The most that the search begins with, in usual drives between neighbors; the second for many visits of which only the way counts."""
MANY = 400
GENTLE, FIRM = 6.0, 0.7
"""Leaving a visit out costs at first as much as so many usual drives between neighbors when a step is judged, and its full
penalty from this share of the budget on: on days on which not all visits fit, the search would otherwise stay with the
first ones that it found room for. Earlier where there are few iterations for each visit: they are needed for the strict part.
"""
STEPS = 400
"""With a number of iterations: so many steps of temperature."""
LONGEST_CHUNK = 2_000


def improve(problem: Problem, first: Plan, watch: Watch) -> Plan:
    """Search on from a plan that keeps the rules until the watch is over; never returns a worse one."""
    field = field_of(problem)
    if not field.visits or not problem.providers:
        return first
    return _Search(field, field.lanes(first), dice_of(watch.seed), watch).best_plan(first)


@dataclass
class _Search:
    field: Field
    lanes: Lanes
    dice: Dice
    watch: Watch
    told: int = -1
    tight: bool = False
    """Whether the first pass found no room for some visit."""
    warmth: float = 1.0
    """The start temperature in usual drives; less than one where the budget allows few iterations for each visit."""

    def best_plan(self, first: Plan) -> Plan:
        open_lanes(self.field.ground, self.lanes, self.field.more)
        first_pass(self.field.ground, self.lanes, self.field.more, self.dice)
        self.tight = int(self.lanes.book[UNSERVED]) > 0
        self.watch.note(self._total())
        self._tell()
        if self.watch.iterations is None:
            self._by_time()
        else:
            self._by_iterations(self.watch.iterations)
        return self._plan() or first

    def _by_time(self) -> None:
        """Chunks of about `CHUNK_S`, cooled by the share of the budget that is spent."""
        began, chunk = self.watch.share(), 10
        hottest = self._hottest(self._expected_iterations(self.watch.left()))
        while not self.watch.over():
            share = (self.watch.share() - began) / max(1.0 - began, 1e-9)
            took = self._chunk(chunk, hottest, min(1.0, max(0.0, share)))
            chunk = max(5, min(20_000, int(chunk * min(3.0, CHUNK_S / max(took, 1e-5)))))

    def _by_iterations(self, iterations: int) -> None:
        """Chunks that depend on nothing but the number of iterations."""
        chunk = max(1, min(LONGEST_CHUNK, iterations // STEPS))
        hottest = self._hottest(iterations)
        for done in range(0, iterations, chunk):
            if self.watch.over():
                return
            self._chunk(min(chunk, iterations - done), hottest, done / iterations)

    def _chunk(self, iterations: int, hottest: float, share: float) -> float:
        """Run some iterations; returns the CPU seconds they took."""
        temperature = round(hottest * COOLING**-share * 1024)
        self.lanes.book[LENIENT] = self._lenient(share)
        before, began = int(self.lanes.book[IMPROVED]), time.thread_time()
        run(self.field.ground, self.lanes, self.field.more, self.dice, iterations, temperature)
        took = time.thread_time() - began
        if self.lanes.book[IMPROVED] != before:
            self.watch.note(self._total())
        if self.watch.due():
            self._tell()
        return took

    def _tell(self) -> None:
        plan = self._plan() if self.lanes.book[IMPROVED] != self.told else None
        if plan is None:
            self.watch.tick("sisr")
        else:
            self.told = int(self.lanes.book[IMPROVED])
            self.watch.tell("sisr", score_of(self.field.problem, plan), plan)

    def _plan(self) -> Plan | None:
        return self.field.plan(self.lanes)

    def _total(self) -> int:
        book = self.lanes.book
        return int(book[BEST_COST] + book[PENALTY] * book[BEST_WEIGHT])

    def _expected_iterations(self, budget: float) -> float:
        """About how many iterations the budget allows at this size; sets how warm it is worth to begin."""
        return 3e6 * budget / len(self.field.visits)

    def _lenient(self, share: float) -> int:
        """What an unserved weight costs by now: rising evenly, on the scale of a logarithm, to the full penalty."""
        full = int(self.lanes.book[PENALTY])
        if not self.tight:
            return full
        first = max(1.0, min(float(full), GENTLE * self.usual))
        firm = FIRM * min(1.0, self.warmth)
        return min(full, round(first * (full / first) ** min(1.0, share / firm)))

    @cached_property
    def usual(self) -> float:
        """The usual drive between neighbors in seconds."""
        near = self.field.ground.near[:, 1:6]
        place = self.field.ground.visit[:, PLACE]
        drives = self.field.ground.travel[place[:, None], place[near], TO]
        return float(drives.mean()) if drives.size else 60.0

    def _hottest(self, iterations: float) -> float:
        """Start temperature in seconds: a share of the usual drive between neighbors, more with more iterations per visit."""
        visits = len(self.field.visits)
        far = visits >= MANY and self.field.problem.weights.overtime_factor == 0
        self.warmth = min(WARMEST_FAR if far else WARMEST, max(0.1, 0.05 * iterations / visits))
        return self.usual * self.warmth

"""A plan in the making: routes by index with the times that tell at once where one more visit fits.

For every position the earliest ready times before it and the latest arrivals behind it are kept, so that trying a visit
there is a handful of comparisons; it is exact for lunch and several windows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from fieldoffice.services.routing.pace import Pace
from fieldoffice.services.routing.problem import Plan, Problem, ProviderShift, Route
from fieldoffice.services.routing.schedule import (
    Ready,
    after,
    home,
    latest_arrivals,
    reaches,
    ready_times,
    timed,
)
from fieldoffice.services.routing.tables import NEVER, Tables, tables_of


class Insertion(NamedTuple):
    """Where a visit may go and what it adds, in seconds of the objective; compares by cost first."""

    cost: int
    k: int
    position: int
    drive_s: int
    overtime_s: int


@dataclass
class Lane:
    """One provider's order of visits with its times; `latest[p]` belongs to the stop at position p (last: the end place)."""

    k: int
    sequence: list[int] = field(default_factory=list[int])
    ready: list[Ready] = field(default_factory=list[Ready])
    latest: list[Ready] = field(default_factory=list[Ready])
    end: int = 0


@dataclass
class Draft:
    """Lanes of all providers; `insert` and `remove` keep their times right."""

    tables: Tables
    lanes: list[Lane]

    @classmethod
    def empty(cls, problem: Problem) -> Draft:
        tables = tables_of(problem)
        draft = cls(tables, [Lane(k) for k in range(len(problem.providers))])
        for lane in draft.lanes:
            draft.retime(lane)
        return draft

    @classmethod
    def of(cls, problem: Problem, plan: Plan) -> Draft:
        """The orders of a plan; visits that its times or the standing rules do not allow (any more) are left out.

        Visits that depend on others stay at the time that the plan gives them, so that nothing moves apart.
        """
        draft = cls.empty(problem)
        draft.tables = _held(draft.tables, plan)
        for provider_id in plan.routes:
            if provider_id in problem.provider_index:
                lane = draft.lanes[problem.provider_index[provider_id]]
                known = (problem.visit_index.get(visit_id) for visit_id in plan.sequence(provider_id))
                draft._append(lane, (i for i in known if i is not None))
        return draft

    def _append(self, lane: Lane, visits: Iterable[int]) -> None:
        bound, visits_ = self.tables.problem.bound, self.tables.problem.visits
        served = {i for other in self.lanes for i in other.sequence if visits_[i].id not in bound}
        for i in visits:
            if (
                i not in served
                and self.tables.surcharge[i, lane.k] >= 0
                and self._has_room(lane, i)
                and self._fits(lane.k, [*lane.sequence, i])
            ):
                lane.sequence.append(i)
        self.retime(lane)

    def _fits(self, k: int, sequence: Sequence[int]) -> bool:
        return timed(self.tables, k, sequence, part=True) is not None

    def insert(self, i: int, k: int, position: int) -> None:
        self.lanes[k].sequence.insert(position, i)
        self.retime(self.lanes[k])

    def remove(self, i: int) -> tuple[int, int]:
        """Take a visit out; returns the provider and the position where it was."""
        lane = next(lane for lane in self.lanes if i in lane.sequence)
        position = lane.sequence.index(i)
        del lane.sequence[position]
        self.retime(lane)
        return lane.k, position

    def places(self, i: int) -> Iterator[Insertion]:
        """Every place where visit i fits, over all its providers."""
        for k in self.tables.allowed[i]:
            yield from self.places_with(i, k)

    def places_with(self, i: int, k: int) -> Iterator[Insertion]:
        """Every place of visit i with provider k, none when it does not fit."""
        lane = self.lanes[k]
        provider = self.tables.problem.providers[k]
        if not self._has_room(lane, i):
            return
        surcharge = int(self.tables.surcharge[i, k])
        for position in range(len(lane.sequence) + 1):
            end = self._end_with(provider, lane, i, position)
            if end < NEVER:
                drive_s = self._detour(lane, i, position)
                overtime_s = _overtime(provider, end) - _overtime(provider, lane.end)
                factor = self.tables.problem.weights.overtime_factor
                yield Insertion(drive_s + surcharge + factor * overtime_s, k, position, drive_s, overtime_s)

    def _has_room(self, lane: Lane, i: int) -> bool:
        """Whether the provider can carry this visit's load too."""
        visits, capacity = self.tables.problem.visits, self.tables.problem.providers[lane.k].capacity
        return capacity is None or visits[i].load + sum(visits[j].load for j in lane.sequence) <= capacity

    def with_provider(self, provider: ProviderShift) -> Draft:
        """A draft with this one provider's rules changed and that lane timed again; this draft stays as it is."""
        problem = self.tables.problem
        k = problem.provider_index[provider.id]
        changed = tuple(provider if other.id == provider.id else other for other in problem.providers)
        paces = [*self.tables.paces]
        changed_problem = replace(problem, providers=changed)
        paces[k] = Pace.of(changed_problem, provider)
        draft = Draft(replace(self.tables, problem=changed_problem, paces=paces), [*self.lanes])
        draft.lanes[k] = Lane(k, [*self.lanes[k].sequence])
        draft.retime(draft.lanes[k])
        return draft

    def unserved(self) -> list[int]:
        served = {i for lane in self.lanes for i in lane.sequence}
        return [i for i in range(len(self.tables.place)) if i not in served]

    def plan(self) -> Plan:
        """The earliest plan of these lanes."""
        problem = self.tables.problem
        routes: dict[str, Route] = {}
        for lane in self.lanes:
            route = timed(self.tables, lane.k, lane.sequence)
            if route is not None and route.stops:
                routes[problem.providers[lane.k].id] = route
        return Plan(routes)

    def retime(self, lane: Lane) -> None:
        """Set the times of a lane after its order or its provider changed."""
        provider = self.tables.problem.providers[lane.k]
        lane.ready = ready_times(self.tables, lane.k, lane.sequence)
        lane.latest = latest_arrivals(self.tables, lane.k, lane.sequence)
        back_s = self.tables.seconds[self.place_at(lane, len(lane.sequence) - 1)][provider.end]
        lane.end = home(self.tables, lane.k, lane.ready[-1], back_s) if lane.sequence else provider.shift[0]

    def place_at(self, lane: Lane, position: int) -> int:
        """The place of a stop; -1 is the start place, one past the last is the end place."""
        if position < 0:
            return self.tables.problem.providers[lane.k].start
        if position == len(lane.sequence):
            return self.tables.problem.providers[lane.k].end
        return self.tables.place[lane.sequence[position]]

    def _detour(self, lane: Lane, i: int, position: int) -> int:
        seconds, here = self.tables.seconds, self.tables.place[i]
        before, behind = self.place_at(lane, position - 1), self.place_at(lane, position)
        saved = seconds[before][behind] if lane.sequence else 0
        return seconds[before][here] + seconds[here][behind] - saved

    def _end_with(self, provider: ProviderShift, lane: Lane, i: int, position: int) -> int:
        """End of the day with visit i at this position; `NEVER` when it does not fit."""
        tables, here = self.tables, self.tables.place[i]
        if not self._in_place(provider, lane, i, position):
            return NEVER
        drive_s = tables.seconds[self.place_at(lane, position - 1)][here]
        ready = after(tables, lane.k, lane.ready[position], drive_s, i)
        onward_s = tables.seconds[here][self.place_at(lane, position)]
        if not reaches(tables, lane.k, ready, onward_s, lane.latest[position]):
            return NEVER
        if not provider.max_overtime_s:
            return 0
        for behind in lane.sequence[position:]:
            ready = after(tables, lane.k, ready, onward_s, behind)
            position += 1
            onward_s = tables.seconds[tables.place[behind]][self.place_at(lane, position)]
        return home(tables, lane.k, ready, onward_s)

    def _in_place(self, provider: ProviderShift, lane: Lane, i: int, position: int) -> bool:
        """First-visit and last-visit rules with visit i at this position."""
        visits, last = self.tables.problem.visits, len(lane.sequence)
        rule, seconds, here = visits[i].position, self.tables.seconds, self.tables.place[i]
        if (rule == "first" and position > 0) or (rule == "last" and position < last):
            return False
        if position == 0:
            if lane.sequence and visits[lane.sequence[0]].position == "first":
                return False
            if provider.first_within_s is not None and seconds[provider.start][here] > provider.first_within_s:
                return False
        if position == last:
            if lane.sequence and visits[lane.sequence[-1]].position == "last":
                return False
            return provider.last_within_s is None or seconds[here][provider.end] <= provider.last_within_s
        return True


def _held(tables: Tables, plan: Plan) -> Tables:
    """Tables in which the visits that depend on others may only start when the plan says so."""
    problem = tables.problem
    held = {visit_id: at for visit_id, (_, at) in plan.place_of.items() if visit_id in problem.bound}
    if not held:
        return tables
    starts = [*tables.starts]
    for visit_id, at in held.items():
        if visit_id in problem.visit_index:
            starts[problem.visit_index[visit_id]] = ((at, at),)
    return replace(tables, starts=starts)


def _overtime(provider: ProviderShift, end: int) -> int:
    return max(0, end - provider.shift[1])

"""From a problem to the kernel's arrays. Visits that nobody could serve are left out, so they cost the others nothing."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fieldoffice.services.routing.kernel.arrays import (
    DURATION,
    FIRST_WINDOW,
    LENGTH,
    NEVER,
    VISIT,
    Ground,
    Lanes,
    empty_lanes,
)
from fieldoffice.services.routing.problem import Plan, Problem, ProviderShift
from fieldoffice.services.routing.servable import servable
from fieldoffice.services.routing.tables import Tables, tables_of

NEIGHBORS = 250
LOGS = 4096


@dataclass(frozen=True)
class Field:
    """The arrays of one problem; `visits[row]` is the visit's index in the problem, `surcharge` its rows."""

    problem: Problem
    visits: list[int]
    surcharge: NDArray[np.int32]
    ground: Ground

    def lanes(self, plan: Plan) -> Lanes:
        """Lanes filled with the orders of a plan (which must keep the rules)."""
        weights = self.problem.weights
        lanes = empty_lanes(self.surcharge, self._most(), weights.overtime_factor, weights.penalty)
        row_of = {i: row for row, i in enumerate(self.visits)}
        for provider_id in plan.routes:
            k = self.problem.provider_index[provider_id]
            served = (self.problem.visit_index[visit_id] for visit_id in plan.sequence(provider_id))
            rows = [row_of[i] for i in served if i in row_of]
            lanes.lane[k, : len(rows), VISIT], lanes.route[k, LENGTH] = rows, len(rows)
        return lanes

    def sequences(self, lanes: Lanes) -> dict[str, list[str]]:
        """The best orders so far, by provider id."""
        orders: dict[str, list[str]] = {}
        for k, provider in enumerate(self.problem.providers):
            rows: list[int] = lanes.best[k, 1 : lanes.best[k, 0] + 1].tolist()
            orders[provider.id] = [self.problem.visits[self.visits[row]].id for row in rows]
        return orders

    def _most(self) -> int:
        """More visits than fit into any shift: as many of the shortest as the longest shift has room for."""
        longest = max((provider.last_end - provider.shift[0] for provider in self.problem.providers), default=0)
        ends = np.cumsum(np.sort(self.ground.visit[:, DURATION]))
        return int(np.searchsorted(ends, longest, side="right")) + 2


def field_of(problem: Problem) -> Field:
    """The problem's visits that can be served, as arrays."""
    tables = tables_of(problem)
    visits = [i for i in range(len(problem.visits)) if servable(tables, i)]
    surcharge = np.ascontiguousarray(tables.surcharge[visits])
    return Field(problem, visits, surcharge, _ground(problem, tables, visits))


def _ground(problem: Problem, tables: Tables, visits: list[int]) -> Ground:
    seconds, surcharge = problem.travel.seconds, tables.surcharge[visits]
    place = [tables.place[i] for i in visits]
    return Ground(
        travel=np.ascontiguousarray(np.stack([seconds, seconds.T], axis=2), dtype=np.int32),
        visit=_visits(problem, tables, visits),
        shift=np.array([_shift(provider) for provider in problem.providers], dtype=np.int64).reshape(-1, 9),
        able=np.argsort(surcharge < 0, axis=1, kind="stable").astype(np.int32),
        near=_nearest(seconds[np.ix_(place, place)]),
        logs=np.array([round(-math.log((q + 0.5) / LOGS) * 1024) for q in range(LOGS)], dtype=np.int64),
    )


def _visits(problem: Problem, tables: Tables, visits: list[int]) -> NDArray[np.int64]:
    """One row per visit, in the order of the column names of the kernel's `visit` table."""
    starts = [provider.start for provider in problem.providers]
    far = problem.travel.seconds[starts].min(axis=0, initial=NEVER)
    urgency = _urgency(tables, visits)
    most = max((len(tables.starts[i]) for i in visits), default=1)
    rows = np.zeros((len(visits), FIRST_WINDOW + 2 * most), dtype=np.int64)
    for row, i in enumerate(visits):
        windows = [time for window in tables.starts[i] for time in window]
        fixed = [tables.place[i], tables.duration[i], tables.weight[i], len(tables.allowed[i]), far[tables.place[i]]]
        values = [*fixed, urgency[row], len(windows) // 2, windows[-1], *windows]
        rows[row, : len(values)] = values
    return rows


def _shift(provider: ProviderShift) -> list[int]:
    """One row in the order of the column names of the kernel's `shift` table."""
    lunch = [1, *provider.lunch.window, provider.lunch.duration_s] if provider.lunch else [0, 0, -NEVER, 0]
    return [provider.start, provider.end, *provider.shift, provider.last_end, *lunch]


def _nearest(travel: NDArray[np.int32]) -> NDArray[np.int32]:
    """For each visit the rows of the nearest ones, itself first."""
    own = travel.copy()
    np.fill_diagonal(own, -1)
    return np.ascontiguousarray(np.argsort(own, axis=1, kind="stable")[:, :NEIGHBORS].astype(np.int32))


def _urgency(tables: Tables, visits: list[int]) -> list[int]:
    """Heaviest first, then those with the fewest providers, then the longest."""
    order = [(-tables.weight[i], len(tables.allowed[i]), -tables.duration[i]) for i in visits]
    ranks = {key: rank for rank, key in enumerate(sorted(set(order)))}
    return [ranks[key] for key in order]

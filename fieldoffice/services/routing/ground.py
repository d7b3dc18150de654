"""From a problem to the kernel's arrays. Visits that nobody could serve are left out, so they cost the others nothing."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fieldoffice.services.routing.bonds import bonds_of
from fieldoffice.services.routing.extras import is_full
from fieldoffice.services.routing.fullday import more_of
from fieldoffice.services.routing.kernel.arrays import (
    DURATION,
    FIRST_WINDOW,
    GROUP,
    LAST_START,
    LENGTH,
    NEVER,
    SHIFT_COLUMNS,
    VISIT,
    WINDOWS,
    Ground,
    Lanes,
    More,
    empty_lanes,
)
from fieldoffice.services.routing.problem import Plan, Problem, ProviderShift, Route, Stop
from fieldoffice.services.routing.schedule import timed
from fieldoffice.services.routing.servable import servable
from fieldoffice.services.routing.tables import NOT_ALLOWED, Tables, tables_of

NEIGHBORS = 250
LOGS = 4096


@dataclass(frozen=True)
class Field:
    """The arrays of one problem; `visits[row]` is the visit's index in the problem, `surcharge` its rows.

    A crew has one row more for each further member (`parts[row]` counts them). `more` is None on a usual day.
    """

    problem: Problem
    visits: list[int]
    parts: list[int]
    surcharge: NDArray[np.int32]
    ground: Ground
    more: More | None
    most: int

    def lanes(self, plan: Plan) -> Lanes:
        """Lanes filled with the orders of a plan (which must keep the rules)."""
        weights = self.problem.weights
        lanes = empty_lanes(self.surcharge, self.most, weights.overtime_factor, weights.penalty)
        free = self._rows()
        for provider_id, route in plan.routes.items():
            k = self.problem.provider_index[provider_id]
            rows = [row for stop in route.stops if (row := self._take(free, stop, k)) is not None]
            lanes.lane[k, : len(rows), VISIT], lanes.route[k, LENGTH] = rows, len(rows)
        return lanes

    def plan(self, lanes: Lanes) -> Plan | None:
        """The best routes so far; None when their times do not hold (which the verifier would reject)."""
        tables = self._tables()
        routes: dict[str, Route] = {}
        for k, provider in enumerate(self.problem.providers):
            rows: list[int] = lanes.best[k, 1 : lanes.best[k, 0] + 1].tolist()
            route = timed(tables, k, [self.visits[row] for row in rows])
            if route is None:
                return None
            if route.stops:
                routes[provider.id] = route
        return Plan(routes)

    def _rows(self) -> dict[int, list[int]]:
        rows: dict[int, list[int]] = {}
        for row, i in enumerate(self.visits):
            rows.setdefault(i, []).append(row)
        return rows

    def _take(self, free: dict[int, list[int]], stop: Stop, k: int) -> int | None:
        """The next row of a visit that provider k may have; where visits depend on each other it keeps its time."""
        rows = free.get(self.problem.visit_index[stop.visit_id], [])
        found = next((row for row in rows if self.surcharge[row, k] >= 0), None)
        if found is not None:
            rows.remove(found)
            if self.more is not None and self.more.rules[found, GROUP] >= 0:
                columns = [WINDOWS, LAST_START, FIRST_WINDOW, FIRST_WINDOW + 1]
                self.ground.visit[found, columns] = [1, stop.start, stop.start, stop.start]
        return found

    def _tables(self) -> Tables:
        """The problem's tables with the narrowed windows of visits that depend on each other."""
        tables = tables_of(self.problem)
        if self.more is None or not len(self.more.members):
            return tables
        starts = [*tables.starts]
        for row, i in enumerate(self.visits):
            if self.parts[row] == 0 and self.more.rules[row, GROUP] >= 0:
                times: list[int] = self.more.best[row, FIRST_WINDOW:].tolist()
                count = int(self.more.best[row, WINDOWS])
                starts[i] = tuple((times[2 * w], times[2 * w + 1]) for w in range(count))
        return replace(tables, starts=starts)


def field_of(problem: Problem) -> Field:
    """The problem's visits that can be served, as arrays."""
    tables = tables_of(problem)
    alone = [i for i in range(len(problem.visits)) if servable(tables, i)]
    bonds = bonds_of(problem, alone)
    rows = [i for i in alone if i not in bonds.hopeless]
    parts = [0] * len(rows) + [part for i in rows for part in range(1, problem.visits[i].crew)]
    rows += [i for i in rows for _ in range(1, problem.visits[i].crew)]
    surcharge = _row_prices(problem, tables, rows, parts)
    ground = _ground(problem, tables, rows, parts, surcharge)
    most = _most(problem, ground)
    more = more_of(problem, bonds, rows, parts, ground.visit, most) if is_full(problem) else None
    return Field(problem, rows, parts, surcharge, ground, more, most)


def _row_prices(problem: Problem, tables: Tables, rows: list[int], parts: list[int]) -> NDArray[np.int32]:
    """Surcharges by row: of a crew, the pinned provider leads, and the others cost nothing extra."""
    surcharge = np.ascontiguousarray(tables.surcharge[rows])
    who = np.array([provider.who for provider in problem.providers], dtype=object)
    for row, (i, part) in enumerate(zip(rows, parts, strict=True)):
        visit = problem.visits[i]
        if part:
            surcharge[row] = np.minimum(surcharge[row], 0)
        elif visit.crew > 1 and visit.pinned is not None:
            surcharge[row, who != visit.pinned] = NOT_ALLOWED
    return surcharge


def _most(problem: Problem, ground: Ground) -> int:
    """More visits than fit into any shift: as many of the shortest as the longest shift has room for."""
    longest = max((provider.last_end - provider.shift[0] for provider in problem.providers), default=0)
    quickest = min((provider.experience_percent for provider in problem.providers), default=100)
    ends = np.cumsum(np.sort(ground.visit[:, DURATION] * min(100, quickest) // 100))
    return int(np.searchsorted(ends, longest, side="right")) + 2


def _ground(
    problem: Problem, tables: Tables, visits: list[int], parts: list[int], surcharge: NDArray[np.int32]
) -> Ground:
    seconds = problem.travel.seconds
    place = [tables.place[i] for i in visits]
    return Ground(
        travel=np.ascontiguousarray(np.stack([seconds, seconds.T], axis=2), dtype=np.int32),
        visit=_visits(problem, tables, visits, parts, surcharge),
        shift=_shifts(problem, surcharge),
        able=_able(problem, surcharge, np.array(place, dtype=np.int64)),
        near=_nearest(seconds[np.ix_(place, place)]),
        logs=np.array([round(-math.log((q + 0.5) / LOGS) * 1024) for q in range(LOGS)], dtype=np.int64),
    )


def _visits(
    problem: Problem, tables: Tables, visits: list[int], parts: list[int], surcharge: NDArray[np.int32]
) -> NDArray[np.int64]:
    """One row per visit, in the order of the column names of the kernel's `visit` table."""
    starts = [provider.start for provider in problem.providers]
    far = problem.travel.seconds[starts].min(axis=0, initial=NEVER)
    urgency = _urgency(tables, visits)
    most = max((len(tables.starts[i]) for i in visits), default=1)
    rows = np.zeros((len(visits), FIRST_WINDOW + 2 * most), dtype=np.int64)
    for row, i in enumerate(visits):
        windows = [time for window in tables.starts[i] for time in window]
        weight, able = 0 if parts[row] else tables.weight[i], int(np.count_nonzero(surcharge[row] >= 0))
        fixed = [tables.place[i], tables.duration[i], weight, able, far[tables.place[i]]]
        values = [*fixed, urgency[row], problem.visits[i].load, len(windows) // 2, windows[-1], *windows]
        rows[row, : len(values)] = values
    return rows


def _shifts(problem: Problem, surcharge: NDArray[np.int32]) -> NDArray[np.int64]:
    """One row per provider, in the order of the column names of the kernel's `shift` table."""
    rows: list[list[int]] = []
    newest: dict[tuple[tuple[int, ...], bytes], int] = {}
    for k, provider in enumerate(problem.providers):
        row = _shift(provider)
        alike = (tuple(row), surcharge[:, k].tobytes())
        rows.append([*row, newest.get(alike, -1)])
        newest[alike] = k
    return np.array(rows, dtype=np.int64).reshape(-1, SHIFT_COLUMNS)


def _shift(provider: ProviderShift) -> list[int]:
    lunch = [1, *provider.lunch.window, provider.lunch.duration_s] if provider.lunch else [0, 0, -NEVER, 0]
    room = NEVER if provider.capacity is None else provider.capacity
    return [provider.start, provider.end, *provider.shift, provider.last_end, *lunch, room]


def _able(problem: Problem, surcharge: NDArray[np.int32], place: NDArray[np.int64]) -> NDArray[np.int32]:
    """For each visit the providers allowed for it, those who set out nearest first; behind them the others."""
    seconds, count = problem.travel.seconds, len(problem.providers)
    out_s, home_s = seconds[[p.start for p in problem.providers]], seconds[:, [p.end for p in problem.providers]]
    away = out_s[:, place].T + home_s[place]
    # equal ways (all from one depot) are shuffled by visit, so that not all visits look at the same few
    mixed = (np.arange(count)[None] * 7919 + np.arange(len(place))[:, None] * 104_729) % 65_521
    order = away.astype(np.int64) * 65_536 + mixed + np.where(surcharge < 0, np.int64(1) << 60, np.int64(0))
    return np.argsort(order, axis=1).astype(np.int32)


def _nearest(travel: NDArray[np.int32]) -> NDArray[np.int32]:
    """For each visit the rows of the nearest ones, itself first."""
    n = len(travel)
    own = travel.astype(np.int64) * n + np.arange(n)  # equal ways: by row, on every machine
    np.fill_diagonal(own, -1)
    if n > NEIGHBORS:
        own = np.partition(own, NEIGHBORS - 1, axis=1)[:, :NEIGHBORS]
    own.sort(axis=1)
    if n:
        own[:, 0] = np.where(own[:, 0] < 0, np.arange(n), own[:, 0])
    return np.ascontiguousarray((own % max(1, n)).astype(np.int32))


def _urgency(tables: Tables, visits: list[int]) -> list[int]:
    """Heaviest first, then those with the fewest providers, then the longest."""
    order = [(-tables.weight[i], len(tables.allowed[i]), -tables.duration[i]) for i in visits]
    ranks = {key: rank for rank, key in enumerate(sorted(set(order)))}
    return [ranks[key] for key in order]

"""A second opinion from another engine: OR-Tools' routing search (parallel cheapest insertion, guided local search).

Its orders of visits are timed again by our own schedule; what it says about times is not used. It sets out from nothing, so
that its plan owes nothing to the first engine. Made for up to `MOST_VISITS`; beyond that it finds no plan in useful time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, cast

from ortools.constraint_solver import pywrapcp, routing_enums_pb2  # pyright: ignore[reportMissingTypeStubs]

from fieldoffice.services.routing.check import score_of
from fieldoffice.services.routing.extras import is_full
from fieldoffice.services.routing.problem import Plan, Problem
from fieldoffice.services.routing.schedule import plan_of
from fieldoffice.services.routing.servable import servable
from fieldoffice.services.routing.tables import Tables, tables_of
from fieldoffice.services.routing.watch import WALL_FACTOR, Watch

MOST_VISITS = 300
HORIZON_S = 7 * 86_400
ASK_EVERY = 50
"""The search asks whether to go on very often; every so many times the watch is really read."""


def improve(problem: Problem, first: Plan, watch: Watch) -> Plan:
    """OR-Tools' plan, or `first` when it finds none, the day is too large for it or has rules that it is not told."""
    tables = tables_of(problem)
    visits = [i for i in range(len(problem.visits)) if servable(tables, i)]
    if not visits or not problem.providers or len(visits) > MOST_VISITS or watch.over() or is_full(problem):
        return first
    model = _Model(tables, visits, watch)
    return model.solved() or first


@dataclass
class _Model:
    """Nodes are the visits, then each provider's start, then each provider's end."""

    tables: Tables
    visits: list[int]
    watch: Watch
    asked: int = 0
    best_cost: int | None = None
    best: list[list[int]] = field(default_factory=list[list[int]])

    def solved(self) -> Plan | None:
        self._open()
        for k in range(len(self.providers)):
            self._add_provider(k)
        for node, i in enumerate(self.visits):
            self._add_visit(node, i)
        self.routing.AddAtSolutionCallback(self._take)
        self.routing.AddSearchMonitor(self.routing.solver().CustomLimit(self._over))
        self.routing.SolveWithParameters(self._parameters())
        return self._plan()

    def _open(self) -> None:
        """The model with its places, its travel and its clock."""
        self.providers = self.tables.problem.providers
        n, k = len(self.visits), len(self.providers)
        self.places = [self.tables.place[i] for i in self.visits]
        self.places += [provider.start for provider in self.providers] + [provider.end for provider in self.providers]
        self.manager: Any = pywrapcp.RoutingIndexManager(
            n + 2 * k, k, list(range(n, n + k)), list(range(n + k, n + 2 * k))
        )
        self.routing: Any = pywrapcp.RoutingModel(self.manager)
        self.durations = [self.tables.duration[i] for i in self.visits] + [0] * (2 * k)
        clock = [
            [drive + duration for drive in row] for row, duration in zip(self._drives(), self.durations, strict=True)
        ]
        self.routing.AddDimension(self.routing.RegisterTransitMatrix(clock), HORIZON_S, HORIZON_S, False, "time")
        self.time: Any = self.routing.GetDimensionOrDie("time")

    def _drives(self) -> list[list[int]]:
        seconds = self.tables.seconds
        return [[seconds[here][there] for there in self.places] for here in self.places]

    def _add_provider(self, k: int) -> None:
        """Cost, shift, overtime and lunch of one provider."""
        provider, routing = self.providers[k], self.routing
        costs = self._drives()
        for node, i in enumerate(self.visits):
            missed = max(0, int(self.tables.surcharge[i, k]))
            costs[node] = [drive + missed for drive in costs[node]]
        routing.SetArcCostEvaluatorOfVehicle(routing.RegisterTransitMatrix(costs), k)
        self.time.CumulVar(routing.Start(k)).SetMin(provider.shift[0])
        self.time.CumulVar(routing.End(k)).SetMax(provider.last_end)
        factor = self.tables.problem.weights.overtime_factor
        self.time.SetCumulVarSoftUpperBound(routing.End(k), provider.shift[1], factor)
        if provider.lunch:
            first, last = provider.lunch.window
            pause = routing.solver().FixedDurationIntervalVar(
                first, last, provider.lunch.duration_s, False, f"lunch {k}"
            )
            at_node: list[int] = [self.durations[self.manager.IndexToNode(index)] for index in range(routing.Size())]
            self.time.SetBreakIntervalsOfVehicle([pause], k, at_node)

    def _add_visit(self, node: int, i: int) -> None:
        """Windows, allowed providers, and the price of leaving the visit out."""
        index = self.manager.NodeToIndex(node)
        starts, when = self.tables.starts[i], self.time.CumulVar(index)
        when.SetRange(starts[0][0], starts[-1][1])
        for before, after in pairwise(starts):
            when.RemoveInterval(before[1] + 1, after[0] - 1)
        self.routing.VehicleVar(index).SetValues([-1, *self.tables.allowed[i]])
        self.routing.AddDisjunction([index], self.tables.problem.weights.penalty * self.tables.weight[i])

    def _parameters(self) -> Any:
        parameters: Any = cast("Any", pywrapcp).DefaultRoutingSearchParameters()
        parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
        parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
        parameters.disable_scheduling_beware_this_may_degrade_performance = True
        parameters.time_limit.FromMilliseconds(int(1000 * WALL_FACTOR * self.watch.left()) + 1)
        return parameters

    def _over(self) -> bool:
        self.asked += 1
        return self.asked % ASK_EVERY == 0 and self.watch.over()

    def _take(self) -> None:
        """Keep a better solution while the search is still at it."""
        cost = int(self.routing.CostVar().Max())
        if self.best_cost is None or cost < self.best_cost:
            self.best_cost, self.best = cost, [self._nodes(k) for k in range(len(self.providers))]
            self.watch.note(cost)
            if self.watch.due():
                self._tell()

    def _nodes(self, k: int) -> list[int]:
        nodes: list[int] = []
        index = self.routing.NextVar(self.routing.Start(k)).Value()
        while not self.routing.IsEnd(index):
            nodes.append(self.manager.IndexToNode(index))
            index = self.routing.NextVar(index).Value()
        return nodes

    def _plan(self) -> Plan | None:
        problem = self.tables.problem
        orders = {
            self.providers[k].id: [problem.visits[self.visits[node]].id for node in nodes]
            for k, nodes in enumerate(self.best)
        }
        return plan_of(problem, orders) if self.best else None

    def _tell(self) -> None:
        plan = self._plan()
        if plan is not None:
            self.watch.tell("ortools", score_of(self.tables.problem, plan), plan)

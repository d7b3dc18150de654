"""The planner against the first plan of the same run, on the benchmark's days; the benchmark's runner calls `measures`."""

from __future__ import annotations

import time
from collections.abc import Iterator
from statistics import median

from fieldoffice.services.routing import warm
from fieldoffice.services.routing.check import score_of
from fieldoffice.services.routing.explain import explain
from fieldoffice.services.routing.insertion import best_places, insert_all
from fieldoffice.services.routing.problem import Problem
from fieldoffice.services.routing.solve import Solved, solve
from tests.routing.days import bench_folder, day

RUNS = (("n30", 1.0, 3), ("n100t", 5.0, 3), ("n300t", 20.0, 1))
"""Day, CPU seconds, number of seeds."""


def measures() -> Iterator[tuple[str, float, str]]:
    """(name, ratio or value, text), smaller is better; nothing where the day files are absent."""
    if bench_folder() is None:
        return
    warm.load()
    for name, seconds, seeds in RUNS:
        problem = day(name)
        began = time.thread_time()
        first = score_of(problem, insert_all(problem))
        first_s = time.thread_time() - began
        yield f"route first plan {name}", first_s, f"{first_s * 1000:.0f} ms of CPU for {len(problem.visits)} visits"
        runs = [solve(problem, seconds=seconds, seed=seed) for seed in range(1, seeds + 1)]
        yield _beside_greedy(name, seconds, [run.score.total for run in runs], first.total)
        yield from _reasons(name, problem, runs[0])


def _beside_greedy(name: str, seconds: float, totals: list[int], greedy: int) -> tuple[str, float, str]:
    total = median(totals)
    text = f"total {total:,.0f} in {seconds:g} CPU s, median of {len(totals)} seeds; first plan {greedy:,}"
    return f"route total {name} / first plan", total / greedy, text


def _reasons(name: str, problem: Problem, run: Solved) -> Iterator[tuple[str, float, str]]:
    began = time.thread_time()
    explain(problem, run.plan)
    explain_s = time.thread_time() - began
    yield f"reasons of {name}", explain_s, f"{explain_s:.2f} s of CPU for all visits"
    began = time.thread_time()
    best_places(problem, run.plan, problem.visits[0].id)
    offer_s = time.thread_time() - began
    yield (
        f"places for one visit {name}",
        offer_s,
        f"{offer_s * 1000:.1f} ms of CPU over {len(problem.providers)} providers",
    )


if __name__ == "__main__":
    for measure, value, text in measures():
        print(f"{measure:40} {value:10.4f}  {text}")

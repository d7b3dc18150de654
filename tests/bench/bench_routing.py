"""The planner against the first plan of the same run, on the benchmark's days; the benchmark's runner calls `measures`."""

from __future__ import annotations

import time
from collections.abc import Iterator
from statistics import mean, median

from fieldoffice.services.routing import warm
from fieldoffice.services.routing.check import score_of
from fieldoffice.services.routing.explain import explain
from fieldoffice.services.routing.insertion import best_places, insert_all
from fieldoffice.services.routing.problem import Problem
from fieldoffice.services.routing.solomon import gap_percent, read_solomon
from fieldoffice.services.routing.solve import Solved, solve
from tests.routing.days import bench_folder, day

RUNS = (
    ("n30", 1.0, 5, 38_458),
    ("n100", 5.0, 5, 69_585),
    ("n100t", 5.0, 5, 213_000),
    ("n300", 5.0, 5, 387_000),
    ("v300", 5.0, 5, 152_000),
    ("n300t", 20.0, 5, 450_000),
    ("n1000t", 20.0, 5, 2_026_000),
    ("n2000", 5.0, 5, 2_030_000),
    ("v2000", 1.0, 5, 1_006_574),
    ("v2000", 5.0, 5, 867_000),
)
"""Day, CPU seconds, number of seeds, the total to reach."""
SOLOMON = ((5.0, ("R109", "R203", "R207", "RC105", "RC207", "C103")), (20.0, ("R109", "R203", "RC207")))
"""CPU seconds and a few files of each class."""
LARGE = (60.0, ("R1_10_3", "R2_10_5", "RC2_10_5"))


def measures() -> Iterator[tuple[str, float, str]]:
    """(name, ratio or value, text), smaller is better; nothing where the day files are absent."""
    if bench_folder() is None:
        return
    warm.load()
    for seconds, names in SOLOMON:
        yield _gaps("solomon", seconds, names)
    yield _gaps("gh1000", *LARGE)
    for name, seconds, seeds, goal in RUNS:
        problem = day(name)
        began = time.thread_time()
        first = score_of(problem, insert_all(problem))
        first_s = time.thread_time() - began
        yield f"route first plan {name}", first_s, f"{first_s * 1000:.0f} ms of CPU for {len(problem.visits)} visits"
        runs = [solve(problem, seconds=seconds, seed=seed, patient=True) for seed in range(1, seeds + 1)]
        yield _beside_goal(name, seconds, [run.score.total for run in runs], first.total, goal)
        yield from _reasons(name, problem, runs[0])


def _beside_goal(name: str, seconds: float, totals: list[int], greedy: int, goal: int) -> tuple[str, float, str]:
    total = median(totals)
    text = (
        f"total {total:,.0f} in {seconds:g} CPU s, median of {len(totals)} seeds; goal {goal:,}; first plan {greedy:,}"
    )
    return f"route total {name} {seconds:g} s / goal", total / goal, text


def _gaps(folder: str, seconds: float, names: tuple[str, ...]) -> tuple[str, float, str]:
    """The mean gap to the best known distances, in percent."""
    root = bench_folder()
    assert root is not None
    gaps: list[float] = []
    for name in names:
        file = root / "vrptw" / folder / f"{name}.txt"
        score = solve(read_solomon(file), seconds=seconds, patient=True).score
        gaps.append(gap_percent(file, score.drive_s) or 0.0)
    words = ", ".join(f"{name} {gap:.2f}" for name, gap in zip(names, gaps, strict=True))
    return f"gap of {folder} in {seconds:g} CPU s, %", mean(gaps), words


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

"""The planner against its goals on the benchmark's days and on Solomon's and Homberger's files; the runner calls `measures`.

Every budget is CPU seconds of one thread from the moment at which the frozen problem reaches the warm engine, and every total
is the one that the benchmark's own checker prints. Usually a few seeds and files are run;
`FIELDOFFICE_BENCH_WHOLE=1` runs five seeds and every file, which takes about forty minutes of CPU.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory

from fieldoffice.services.routing import warm
from fieldoffice.services.routing.explain import explain
from fieldoffice.services.routing.offers import OpenDay
from fieldoffice.services.routing.problem import Problem
from fieldoffice.services.routing.solomon import gap_percent, read_solomon
from fieldoffice.services.routing.solve import Solved, solve
from tests.routing.days import bench_folder, checked_outside, day

WHOLE = bool(os.environ.get("FIELDOFFICE_BENCH_WHOLE"))
RUNS = (
    ("n30", 1.0, 38_458),
    ("n100t", 5.0, 213_000),
    ("n300t", 20.0, 450_000),
    ("n1000t", 20.0, 2_026_000),
    ("n2000", 5.0, 2_030_000),
    ("v2000", 1.0, 1_006_574),
    ("v2000", 5.0, 867_000),
    ("n100", 5.0, 69_585),
    ("n300", 5.0, 387_000),
    ("v300", 5.0, 152_000),
)
"""Day, CPU seconds, the total to reach."""
FILES = (
    ("solomon", 5.0, 0.3, ("R109", "R203", "R207", "RC105", "RC207", "C103")),
    ("gh1000", 60.0, 2.0, ("R1_10_3", "R2_10_5", "RC2_10_5")),
    ("solomon", 20.0, 0.05, ("R109", "R203", "RC207")),
)
"""Folder, CPU seconds, the mean gap in percent to reach, and a few files of each class."""
EXPLAINED, OFFERED = "n300", "n2000"


def measures() -> Iterator[tuple[str, float, str]]:
    """(name, ratio or value, text), smaller is better; nothing where the day files are absent."""
    if bench_folder() is None:
        return
    warm.load()
    for name in ("n300", "n2000"):
        yield _first_plan(name)
    for name, seconds, goal in RUNS:
        yield _beside_goal(name, seconds, goal)
    yield _reasons(day(EXPLAINED))
    yield _offers(day(OFFERED))
    yield _memory()
    for folder, seconds, goal, few in FILES:
        yield from _gaps(folder, seconds, goal, _names(folder) if WHOLE else few)


def _beside_goal(name: str, seconds: float, goal: int) -> tuple[str, float, str]:
    """The median total beside the goal; a plan that the benchmark's checker rejects counts as no plan."""
    problem, seeds = day(name), range(1, 6 if WHOLE else 3)
    totals = [_checked(name, solve(problem, seconds=seconds, seed=seed, patient=True)) for seed in seeds]
    runs = ", ".join(f"{total:,} (W{weight})" for total, weight in totals)
    middle = median(total for total, _ in totals)
    text = f"total {middle:,.0f} in {seconds:g} CPU s, median of {len(totals)} seeds; goal {goal:,}; {runs}"
    return f"route total {name} {seconds:g} s / goal", middle / goal, text


def _checked(name: str, run: Solved) -> tuple[int, int]:
    with TemporaryDirectory() as folder:
        outside = checked_outside(name, run.plan, Path(folder))
    assert outside["violations"] == 0, f"the plan of {name} breaks a rule"
    return outside["total"], outside["W"]


def _first_plan(name: str) -> tuple[str, float, str]:
    """Until the first plan with every visit tried is there; the search goes on from it."""
    problem = day(name)
    solved = solve(problem, seconds=0.01, patient=True)
    first_s, _ = solved.history[0]
    served = len(problem.visits) - solved.score.unserved
    words = f"{first_s * 1000:.0f} ms of CPU, {served} of {len(problem.visits)} served, {len(solved.pins_missed)} pins missed"
    return f"route first plan {name}", first_s, words


def _names(folder: str) -> Sequence[str]:
    root = bench_folder()
    assert root is not None
    return sorted(path.stem for path in (root / "vrptw" / folder).glob("*.txt"))


def _gaps(folder: str, seconds: float, goal: float, names: Sequence[str]) -> Iterator[tuple[str, float, str]]:
    """The mean gap to the best known distances, in percent; on the way the mean of what is done, as it takes long."""
    root = bench_folder()
    assert root is not None
    told: list[str] = []
    gaps: list[float] = []
    for name in names:
        file = root / "vrptw" / folder / f"{name}.txt"
        gaps.append(gap_percent(file, solve(read_solomon(file), seconds=seconds, patient=True).score.drive_s) or 0.0)
        told.append(f"{name} {gaps[-1]:.2f}")
        if len(gaps) % 4 == 0 or len(gaps) == len(names):
            words = f"of {len(gaps)} of {len(names)} files, goal {goal:g}: " + ", ".join(told)
            yield f"gap of {folder} in {seconds:g} CPU s, %", mean(gaps), words


def _reasons(problem: Problem) -> tuple[str, float, str]:
    plan = solve(problem, seconds=2, patient=True).plan
    began = time.thread_time()
    explain(problem, plan)
    took = time.thread_time() - began
    return f"reasons of {len(problem.visits)} visits", took, f"{took:.2f} s of CPU"


def _offers(problem: Problem) -> tuple[str, float, str]:
    """A call asks for a place for one more visit; the day is open already."""
    plan = solve(problem, seconds=1, patient=True).plan
    began = time.thread_time()
    open_day = OpenDay(problem, plan)
    opened = time.thread_time() - began
    took: list[float] = []
    for visit in problem.visits[:20]:
        there, back = problem.travel.seconds[:, visit.place].tolist(), problem.travel.seconds[visit.place].tolist()
        began = time.thread_time()
        open_day.offers(visit, there, back)
        took.append(time.thread_time() - began)
    text = f"{1000 * median(took):.1f} ms of CPU over {len(problem.providers)} providers; opening the day {opened:.2f} s"
    return "offers for one visit", median(took), text


def _memory() -> tuple[str, float, str]:
    """What a process of its own takes at most for 2,000 visits, in MB."""
    code = "import sys; from tests.bench.bench_routing import peak_mb; print(peak_mb(sys.argv[1]))"
    done = subprocess.run([sys.executable, "-c", code, "n2000"], capture_output=True, text=True, check=True)
    peak = float(done.stdout.split()[-1])
    return "memory at 2,000 visits, MB", peak, f"{peak:.0f} MB at most"


def peak_mb(name: str) -> float:
    """Solve a day for five seconds and say how much memory this process took at most."""
    solve(day(name), seconds=5, patient=True)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    for measure, value, text in measures():
        print(f"{measure:40} {value:10.4f}  {text}", flush=True)

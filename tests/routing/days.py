"""Days for the planner's tests: the benchmark's day files where they are, and small towns made here."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fieldoffice.services.routing.dayfile import read_day, write_plan
from fieldoffice.services.routing.problem import Lunch, Plan, Problem, ProviderShift, Visit
from fieldoffice.services.routing.travel import Travel, straight_line

H = 3600
ROOT = Path(__file__).resolve().parents[2]


def bench_folder() -> Path | None:
    """The folder with day files and their checker: FIELDOFFICE_BENCH, or beside the repository."""
    named = os.environ.get("FIELDOFFICE_BENCH")
    folder = Path(named) if named else ROOT.parent / "shared" / "bench" / "routing"
    return folder if (folder / "check_day.py").is_file() else None


needs_bench = pytest.mark.skipif(bench_folder() is None, reason="the folder with the benchmark's day files is not here")


def day_path(name: str) -> Path:
    folder = bench_folder()
    assert folder is not None
    return folder / "days" / f"{name}.json"


def day(name: str) -> Problem:
    return read_day(day_path(name))


def checked_outside(name: str, plan: Plan, folder: Path) -> dict[str, Any]:
    """What the benchmark's own checker, run as a program, says of a plan."""
    write_plan(plan, folder / "plan.json")
    command = [
        sys.executable,
        str(day_path(name).parents[1] / "check_day.py"),
        str(day_path(name)),
        str(folder / "plan.json"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return json.loads(done.stdout) | {"exit": done.returncode}


def town(seed: int, *, visits: int = 20, providers: int = 4) -> Problem:
    """A small town: skills, windows with a hole, lunch, overtime, pins, preferences and rain, all by chance."""
    dice = random.Random(seed)
    places = [(39.0 + dice.uniform(-0.1, 0.1), -77.0 + dice.uniform(-0.1, 0.1)) for _ in range(visits + providers + 1)]
    shifts = [_shift(dice, k, visits + 1 + k) for k in range(providers)]
    jobs = [_visit(dice, i, shifts) for i in range(visits)]
    return Problem(
        tuple(places), tuple(shifts), tuple(jobs), straight_line(places), rain=((13 * H + 1800, 15 * H + 1800),)
    )


def _shift(dice: random.Random, k: int, home: int) -> ProviderShift:
    lunch = Lunch(1800, (11 * H + 1800, 13 * H)) if dice.random() < 0.8 else None
    skills = frozenset(dice.sample(["hvac", "gas", "power"], dice.choice([1, 2, 3])))
    place = dice.choice([0, home])
    return ProviderShift(
        f"P{k}", place, place, (8 * H, 17 * H), lunch, skills, dice.choice([0, 0, 3600]), name=f"Pat {k}"
    )


def _visit(dice: random.Random, i: int, shifts: list[ProviderShift]) -> Visit:
    base = dice.choice(shifts)
    window = dice.choice([(7 * H, 18 * H), (8 * H, 12 * H), (12 * H, 17 * H), (10 * H, 12 * H)])
    split = dice.random() < 0.15
    return Visit(
        id=f"V{i}",
        place=1 + i,
        duration_s=60 * dice.choice([20, 30, 45, 60, 90]),
        windows=((8 * H, 10 * H), (14 * H, 16 * H)) if split else (window,),
        skills=frozenset(dice.sample(sorted(base.skills), 1)),
        priority=dice.choice([1, 1, 1, 2, 3]),
        pinned=base.id if dice.random() < 0.06 else None,
        preferred=dice.choice(shifts).id if dice.random() < 0.2 else None,
        excluded=frozenset({dice.choice(shifts).id}) - {base.id} if dice.random() < 0.1 else frozenset(),
        outdoor=dice.random() < 0.1,
    )


def tiny(dice: random.Random, *, visits: int, providers: int, horizon: int = 30) -> Problem:
    """A day of a few dozen seconds with any (asymmetric) travel: small enough to try everything."""
    count = visits + 1
    seconds = np.array([[0 if a == b else dice.randint(0, 6) for b in range(count)] for a in range(count)], np.int32)
    shifts = []
    for k in range(providers):
        first = dice.randint(0, 4)
        pause = (first + dice.randint(2, 8), first + dice.randint(8, 14))
        lunch = Lunch(dice.randint(1, 5), pause) if dice.random() < 0.8 else None
        until = dice.randint(14, horizon - 6)
        shifts.append(ProviderShift(f"P{k}", 0, 0, (first, until), lunch, frozenset(), dice.choice([0, 4])))
    jobs = tuple(
        Visit(f"V{i}", 1 + i, dice.randint(1, 5), _windows(dice, horizon), preferred=dice.choice([None, "P0"]))
        for i in range(visits)
    )
    places = tuple((0.0, 0.0) for _ in range(count))
    return Problem(places, tuple(shifts), jobs, Travel(seconds, seconds * 10, "by chance"))


def _windows(dice: random.Random, horizon: int) -> tuple[tuple[int, int], ...]:
    times = sorted(dice.sample(range(horizon), 4))
    return ((times[0], times[1]), (times[2], times[3])) if dice.random() < 0.3 else ((times[0], times[2]),)

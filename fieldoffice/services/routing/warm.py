"""Compile the planner once: `python -m fieldoffice.services.routing.warm`. The set-up calls it; later starts only load.

Nothing that a person presses ever waits for the compiler after that.
"""

from __future__ import annotations

import time
from dataclasses import replace

from fieldoffice.services.routing import search
from fieldoffice.services.routing.insertion import insert_all
from fieldoffice.services.routing.kernel.compiled import cache_folder
from fieldoffice.services.routing.problem import Lunch, Problem, ProviderShift, Visit
from fieldoffice.services.routing.travel import straight_line
from fieldoffice.services.routing.watch import Watch

_PLACES = ((38.90, -77.03), (38.91, -77.04), (38.92, -77.02), (38.88, -77.05))


def load(*, full: bool = False) -> float:
    """Have the kernel's functions ready in this process, compiled or loaded; returns the seconds it took.

    The usual day's, or with `full` those for days with more rules.
    """
    began = time.monotonic()
    day = _small_day()
    problem = replace(day, same_day=(("v0", "v1"),)) if full else day
    search.improve(problem, insert_all(problem), Watch(seconds=60, iterations=20))
    return time.monotonic() - began


def _small_day() -> Problem:
    lunch = Lunch(1_800, (41_400, 46_800))
    providers = tuple(ProviderShift(f"p{k}", 0, 0, (28_800, 61_200), lunch, max_overtime_s=600) for k in range(2))
    visits = tuple(Visit(f"v{i}", 1 + i % 3, 1_800, ((28_800, 57_600),)) for i in range(8))
    return Problem(_PLACES, providers, visits, straight_line(_PLACES))


def main() -> None:
    seconds = load() + load(full=True)
    print(f"The planner is compiled and ready ({seconds:.1f} s); kept in {cache_folder()}")


if __name__ == "__main__":
    main()

"""Other people's engines on the same problem, where they are installed: PyVRP and VROOM, beside OR-Tools in `second`.

They are never needed: nothing of the product asks for them but the comparison. Each gives orders of visits by provider, which
our own schedule times and the verifier judges.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fieldoffice.models.errors import NotAllowed
from fieldoffice.services.routing.problem import Problem, ProviderShift, Visit
from fieldoffice.services.routing.tables import allowed_starts
from fieldoffice.services.routing.watch import Watch

Orders = dict[str, list[str]]
PRIORITIES = 100
"""VROOM counts priorities from 0 to this."""


@dataclass(frozen=True)
class Peer:
    """`why_not(problem)`: a sentence where it is not here or cannot say this problem, else empty."""

    name: str
    why_not: Callable[[Problem], str]
    orders: Callable[[Problem, float, int], Orders]


# PyVRP


def _pyvrp_why_not(problem: Problem) -> str:
    if importlib.util.find_spec("pyvrp") is None:
        return "not installed"
    if any(provider.breaks for provider in problem.providers):
        return "cannot express breaks"
    if any(visit.skills or visit.pinned or len(allowed_starts(problem, visit)) != 1 for visit in problem.visits):
        return "skills, pins and windows with holes do not scale in it"
    return ""


def _pyvrp(problem: Problem, seconds: float, seed: int) -> Orders:
    pyvrp: Any = importlib.import_module("pyvrp")
    watch = Watch(seconds)
    data = _pyvrp_data(pyvrp, problem)

    def over(_cost: float) -> bool:
        return watch.over()

    found = pyvrp.solve(data, stop=over, seed=seed, display=False)
    routes: list[list[int]] = [[item.idx for item in route.schedule() if item.is_client()] for route in found.best.routes()]
    return {
        provider.id: [problem.visits[i].id for i in stops]
        for provider, stops in zip(problem.providers, routes, strict=False)
    }


def _pyvrp_data(pyvrp: Any, problem: Problem) -> Any:
    """All providers are taken as equals of the first, as in Solomon's files."""
    first, n = problem.providers[0], len(problem.visits)
    seconds = problem.travel.seconds.astype("int64")
    windows = [allowed_starts(problem, visit)[0] for visit in problem.visits]
    clients = [
        pyvrp.Client(visit.place, delivery=[visit.load], service_duration=visit.duration_s, tw_early=a, tw_late=b)
        for visit, (a, b) in zip(problem.visits, windows, strict=True)
    ]
    capacity = [first.capacity if first.capacity is not None else sum(visit.load for visit in problem.visits)]
    vehicles = pyvrp.VehicleType(
        min(len(problem.providers), n), capacity=capacity, start_depot=0, end_depot=0, tw_early=first.shift[0],
        tw_late=first.last_end,
    )  # fmt: skip
    places = [pyvrp.Location(x, y) for x, y in problem.places]
    return pyvrp.ProblemData(places, clients, [pyvrp.Depot(first.start)], [vehicles], [seconds], [seconds])


# VROOM


def _vroom_command() -> list[str] | None:
    """The program on the path, or the one inside the Python package."""
    program = shutil.which("vroom")
    if program is not None:
        return [program]
    if importlib.util.find_spec("vroom") is not None:
        return [sys.executable, "-c", f"import sys; sys.path[:] = {sys.path!r}; from vroom import main; main()"]
    return None


def _vroom_why_not(problem: Problem) -> str:
    return "" if _vroom_command() else "not installed"


def _vroom(problem: Problem, seconds: float, seed: int) -> Orders:
    command = _vroom_command()
    assert command is not None, "asked only where it is installed"
    with tempfile.TemporaryDirectory(prefix="fieldoffice-peer-") as folder:
        asked, answered = Path(folder) / "asked.json", Path(folder) / "answered.json"
        asked.write_text(json.dumps(_vroom_question(problem)), encoding="utf-8")
        options = ["-i", str(asked), "-o", str(answered), "-t", "1", "-x", "5", "-l", str(max(1, round(seconds)))]
        done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
        if done.returncode or not answered.is_file():
            raise NotAllowed(f"VROOM gave up: {(done.stderr or done.stdout).strip()[-200:]}")
        answer: Any = json.loads(answered.read_text(encoding="utf-8"))
    routes: list[dict[str, Any]] = answer["routes"]
    return {
        problem.providers[int(route["vehicle"])].id: [
            problem.visits[int(step["id"])].id for step in route["steps"] if step["type"] == "job"
        ]
        for route in routes
    }


def _vroom_question(problem: Problem) -> dict[str, Any]:
    skills = sorted({skill for provider in problem.providers for skill in provider.skills})
    number = {skill: n for n, skill in enumerate(skills)}
    pins = {person: len(skills) + n for n, person in enumerate(sorted({p.who for p in problem.providers}))}
    heaviest = max((problem.weight_of(visit) for visit in problem.visits), default=1)
    jobs = [
        _vroom_job(problem, i, visit, number, pins, heaviest)
        for i, visit in enumerate(problem.visits)
        if visit.place is not None and visit.skills <= number.keys() and allowed_starts(problem, visit)
    ]
    vehicles = [_vroom_vehicle(k, provider, number, pins) for k, provider in enumerate(problem.providers)]
    return {"jobs": jobs, "vehicles": vehicles, "matrices": {"car": {"durations": problem.travel.seconds.tolist()}}}


def _vroom_job(
    problem: Problem, i: int, visit: Visit, number: dict[str, int], pins: dict[str, int], heaviest: int
) -> dict[str, Any]:
    wanted = [number[skill] for skill in sorted(visit.skills)]
    if visit.pinned in pins:
        wanted.append(pins[visit.pinned or ""])
    weight = PRIORITIES if visit.pinned else PRIORITIES * problem.weight_of(visit) // (2 * heaviest)
    windows = [list(window) for window in allowed_starts(problem, visit)]
    return {"id": i, "location_index": visit.place, "service": visit.duration_s, "skills": wanted, "priority": weight,
            "time_windows": windows, "delivery": [visit.load]}  # fmt: skip


def _vroom_vehicle(k: int, provider: ProviderShift, number: dict[str, int], pins: dict[str, int]) -> dict[str, Any]:
    capacity = 10**9 if provider.capacity is None else provider.capacity
    pauses = [
        {"id": n, "service": pause.duration_s, "time_windows": [list(pause.window)]}
        for n, pause in enumerate(provider.breaks)
    ]
    held = [*(number[skill] for skill in sorted(provider.skills)), pins[provider.who]]
    return {"id": k, "profile": "car", "start_index": provider.start, "end_index": provider.end, "skills": held,
            "time_window": [provider.shift[0], provider.last_end], "capacity": [capacity], "breaks": pauses}  # fmt: skip


PEERS: Sequence[Peer] = (Peer("pyvrp", _pyvrp_why_not, _pyvrp), Peer("vroom", _vroom_why_not, _vroom))

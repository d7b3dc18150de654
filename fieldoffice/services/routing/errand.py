"""One file planned from the command line: read it, solve it, write the plan, and say what it is worth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from fieldoffice.models.errors import NotAllowed
from fieldoffice.services.routing.dayfile import read_day, write_plan
from fieldoffice.services.routing.explain import Served, explain
from fieldoffice.services.routing.matrixfile import read_matrix
from fieldoffice.services.routing.problem import Plan, Problem, Score
from fieldoffice.services.routing.reason import clock
from fieldoffice.services.routing.solomon import gap_percent, in_units, read_solomon, write_routes
from fieldoffice.services.routing.solve import Solved, solve

STRAIGHT = "haversine"


@dataclass(frozen=True)
class Errand:
    """What is asked for: a day file, or with `vrptw` a file in Solomon's format; `matrix` "haversine" or a file.

    `iterations` instead of CPU `seconds`: the same iterations, seed and file give the same plan.
    `seeds` 2: a second search runs beside the first one, the better plan counts.
    """

    file: Path
    out: Path | None = None
    seconds: float = 10.0
    iterations: int | None = None
    seed: int = 1
    engine: str = "best"
    matrix: str = STRAIGHT
    vrptw: bool = False
    explain: bool = False
    seeds: int = 1


def run(errand: Errand) -> tuple[str, ...]:
    """Solve, write the plan if a place for it is named, and give the lines to print."""
    problem = read(errand)
    solved = solve(
        problem,
        seconds=errand.seconds,
        seed=errand.seed,
        engine=errand.engine,
        iterations=errand.iterations,
        patient=True,
        seeds=errand.seeds,
    )
    write(errand, solved.plan)
    lines = [worth(errand, solved.score), *_left(solved)]
    return (*lines, *(_reasons(problem, solved.plan) if errand.explain else ()))


def read(errand: Errand) -> Problem:
    """The problem of the file; what cannot be is refused in words."""
    if errand.seconds < 0:
        raise NotAllowed("Seconds are not negative.")
    if errand.iterations is not None and errand.iterations < 0:
        raise NotAllowed("Iterations are not negative.")
    if errand.vrptw:
        if errand.matrix != STRAIGHT or errand.explain:
            raise NotAllowed("A file in Solomon's format has distances of its own and no reasons.")
        return read_solomon(errand.file)
    problem = read_day(errand.file)
    if errand.matrix == STRAIGHT:
        return problem
    return replace(problem, travel=read_matrix(errand.matrix, len(problem.places)))


def write(errand: Errand, plan: Plan) -> None:
    """Write the plan in the format that belongs to the file."""
    if errand.out is not None:
        (write_routes if errand.vrptw else write_plan)(plan, errand.out)


def worth(errand: Errand, score: Score) -> str:
    """One line with what the plan is worth."""
    if errand.vrptw:
        gap = gap_percent(errand.file, score.drive_s)
        known = f"  {gap:+.2f} % of the best known" if gap is not None else ""
        return f"distance {in_units(score.drive_s)}  unserved {score.unserved}{known}"
    return (
        f"total {score.total:,}  W {score.W}  unserved {score.unserved}  drive {score.drive_s / 60:,.0f} min  "
        f"{score.km:,.0f} km  overtime {score.overtime_s / 60:,.0f} min"
    )


def _left(solved: Solved) -> Iterator[str]:
    """Engines whose plan was dropped, and pins that could not be kept."""
    for engine, broken in solved.rejected:
        yield f"The plan of {engine} was dropped: {broken[0].words}"
    for visit_id in solved.pins_missed:
        yield f"{visit_id} is pinned, but found no place."


def _reasons(problem: Problem, plan: Plan) -> Iterator[str]:
    """For each visit who, when and why; for each unserved one what is in the way and what would help."""
    told = explain(problem, plan)
    for visit in problem.visits:
        if visit.id in told.served:
            yield _why_served(problem, plan, told.served[visit.id])
        elif visit.id in told.unserved:
            left = told.unserved[visit.id]
            help_ = f" {left.cheapest.words}" if left.cheapest else ""
            yield f"{visit.label}: unserved. {left.reason.words}{help_}"


def _why_served(problem: Problem, plan: Plan, why: Served) -> str:
    start = plan.place_of[why.visit_id][1]
    words = " ".join(reason.words for reason in why.reasons)
    return f"{problem.visit(why.visit_id).label}: {problem.provider(why.provider_id).label} {clock(start)}. {words}"

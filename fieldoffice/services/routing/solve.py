"""Solve a day: a first plan at once, then the engines; the best plan that the verifier accepts wins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from fieldoffice.models.errors import Invalid
from fieldoffice.services.routing.check import Violation, check
from fieldoffice.services.routing.extras import is_full
from fieldoffice.services.routing.insertion import insert_all
from fieldoffice.services.routing.problem import Plan, Problem, Score
from fieldoffice.services.routing.servable import Unservable, unservable
from fieldoffice.services.routing.watch import Progress, Step, Watch

SECOND_OPINION_VISITS = 300
"""Up to so many visits the second opinion steps in where the verifier rejects the search's plan."""
CHOICES = ("best", "sisr", "ortools", "greedy")


@dataclass(frozen=True)
class Solved:
    """The outcome. `plan` keeps every rule by the verifier; `engine` made it.

    `history` is (CPU seconds, total) at each improvement; `unservable` are the visits nobody could serve, with reasons;
    `pins_missed` are pinned visits that found no place (their pins contradict the day); `rejected` are engines whose
    plan broke a rule and was dropped, with what it broke.
    """

    plan: Plan
    score: Score
    engine: str
    history: tuple[Step, ...] = ()
    unservable: tuple[Unservable, ...] = ()
    pins_missed: tuple[str, ...] = ()
    rejected: tuple[tuple[str, tuple[Violation, ...]], ...] = ()


def solve(
    problem: Problem,
    *,
    seconds: float,
    seed: int = 1,
    engine: str = "best",
    start: Plan | None = None,
    iterations: int | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    patient: bool = False,
    seeds: int = 1,
) -> Solved:
    """The best plan found in `seconds` of CPU time, or with `iterations` (then the same seed gives the same plan).

    `start` is today's plan: it competes as it stands, and the search sets out from it when it is the best so far.
    With `seeds` 2 a second search runs beside it on another core, and the better plan counts; of equals the first one's.
    A busy machine ends the run after a few times the seconds of real time, unless it is `patient`.
    `should_stop` is asked about 20 times a second; the best plan so far is returned then.
    """
    if engine not in CHOICES:
        raise Invalid(engine=f"There is no engine {engine}; choose one of {', '.join(CHOICES)}.")
    if seeds not in (1, 2):
        raise Invalid(seeds="One search or two run at a time.")
    _get_ready(engine, full=is_full(problem))
    watch = Watch(seconds, seed, iterations, on_progress, should_stop, patient)
    contest = _Contest(problem, watch)
    if start is not None:
        contest.enter("start", start)
    if contest.rank is None and start is not None:
        contest.enter("greedy", insert_all(problem, start=start))
    if engine not in ("best", "sisr"):
        contest.enter("greedy", insert_all(problem))
    for name in _line_up(engine):
        for plan in _improve_all(name, problem, contest.plan, watch, seeds):
            contest.enter(name, plan)
    if engine == "best" and contest.dropped("sisr") and len(problem.visits) <= SECOND_OPINION_VISITS:
        more = Watch(seconds / 2, should_stop=should_stop)
        contest.enter("ortools", _improve("ortools", problem, contest.plan, more))
    return contest.solved()


@cache
def _get_ready(engine: str, *, full: bool) -> None:
    """Load (or compile) the search before the clock starts; once per process."""
    if "sisr" in _line_up(engine):
        from fieldoffice.services.routing import warm

        warm.load(full=full)


def _improve_all(engine: str, problem: Problem, first: Plan, watch: Watch, seeds: int) -> tuple[Plan, ...]:
    """The plans of one engine, one for each seed; only the search has several."""
    if engine == "sisr" and seeds > 1:
        from fieldoffice.services.routing import pair

        return pair.improve_both(problem, first, watch)
    return (_improve(engine, problem, first, watch),)


def _improve(engine: str, problem: Problem, first: Plan, watch: Watch) -> Plan:
    """Run one engine. They are imported here: a screen that only reads results should not load a compiler."""
    if engine == "ortools":
        from fieldoffice.services.routing import second

        return second.improve(problem, first, watch)
    from fieldoffice.services.routing import search

    return search.improve(problem, first, watch)


def _line_up(engine: str) -> tuple[str, ...]:
    """The engines after the first plan. "best" is the search alone: it beats the second opinion at every size."""
    return {"greedy": (), "best": ("sisr",)}.get(engine, (engine,))


@dataclass
class _Contest:
    """Keeps the best plan the verifier accepts; a plan with fewer missed pins is better, then the lower total."""

    problem: Problem
    watch: Watch
    plan: Plan = field(default_factory=Plan)
    engine: str = "greedy"
    rank: tuple[int, int] | None = None
    rejected: list[tuple[str, tuple[Violation, ...]]] = field(default_factory=list[tuple[str, tuple[Violation, ...]]])

    def enter(self, engine: str, plan: Plan) -> None:
        pins_missed = self._pins_missed(plan)
        verdict = check(self.problem, plan, excused=frozenset(pins_missed))
        rank = (len(pins_missed), verdict.score.total)
        if not verdict.accepted:
            self.rejected.append((engine, verdict.violations))
        elif self.rank is None or rank < self.rank:
            self.plan, self.engine, self.rank = plan, engine, rank
            self.watch.note(verdict.score.total)
            self.watch.tell(engine, verdict.score, plan)

    def dropped(self, engine: str) -> bool:
        """Whether a plan of this engine broke a rule."""
        return any(name == engine for name, _ in self.rejected)

    def _pins_missed(self, plan: Plan) -> tuple[str, ...]:
        pinned = (visit.id for visit in self.problem.visits if visit.pinned is not None)
        return tuple(visit_id for visit_id in pinned if visit_id not in plan.place_of)

    def solved(self) -> Solved:
        verdict = check(self.problem, self.plan)
        return Solved(
            plan=self.plan,
            score=verdict.score,
            engine=self.engine,
            history=tuple(self.watch.history),
            unservable=unservable(self.problem),
            pins_missed=self._pins_missed(self.plan),
            rejected=tuple(self.rejected),
        )

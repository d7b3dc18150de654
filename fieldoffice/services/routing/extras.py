"""Whether a problem has anything beyond the usual day; the search is compiled separately for the two kinds."""

from __future__ import annotations

from fieldoffice.services.routing.problem import Problem


def is_full(problem: Problem) -> bool:
    """Whether anything of the problem goes beyond the usual day."""
    providers = any(
        p.more_breaks
        or p.experience_percent != 100
        or p.first_within_s is not None
        or p.last_within_s is not None
        or not problem.steady(p)
        for p in problem.providers
    )
    visits = any(v.crew > 1 or v.position for v in problem.visits)
    return bool(providers or visits or problem.precedences or problem.same_day or problem.weights.fairness_percent)

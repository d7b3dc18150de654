"""Every engine that is installed on the same file in one run, judged by the same verifier: the table of `--compare`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace

from fieldoffice.models.errors import Refused
from fieldoffice.services.routing import warm
from fieldoffice.services.routing.check import check
from fieldoffice.services.routing.errand import Errand, read, worth, write
from fieldoffice.services.routing.peers import PEERS, Peer
from fieldoffice.services.routing.problem import Plan, Problem, Score
from fieldoffice.services.routing.schedule import plan_of
from fieldoffice.services.routing.second import MOST_VISITS
from fieldoffice.services.routing.solve import solve


@dataclass(frozen=True)
class Entry:
    """One engine's result: its plan and score, or `words` why there is none; `cpu_s` is what the run took in all."""

    engine: str
    cpu_s: float = 0.0
    plan: Plan | None = None
    score: Score | None = None
    words: str = ""


def compare(errand: Errand) -> tuple[str, ...]:
    """The table as lines; the best plan is written if a place for it is named."""
    problem = read(errand)
    warm.load()
    entries = [*_entries(errand, problem)]
    found = [entry for entry in entries if entry.plan is not None and entry.score is not None]
    best = min(found, key=lambda entry: entry.score.total if entry.score else 0, default=None)
    if best is not None and best.plan is not None:
        write(errand, best.plan)
    return tuple(_line(errand, entry) for entry in entries)


def _entries(errand: Errand, problem: Problem) -> Iterator[Entry]:
    yield _own("greedy", errand, problem)
    yield _own("sisr", errand, problem)
    if len(problem.visits) <= MOST_VISITS:
        yield _own("ortools", errand, problem)
    else:
        yield Entry("ortools", words=f"finds no plan in useful time above {MOST_VISITS} visits")
    for peer in PEERS:
        yield _theirs(peer, errand, problem)


def _own(engine: str, errand: Errand, problem: Problem) -> Entry:
    began = _cpu_s()
    solved = solve(problem, seconds=errand.seconds, seed=errand.seed, engine=engine, patient=True)
    if solved.engine != engine:
        return Entry(engine, _cpu_s() - began, words="found no better plan than the first one")
    return Entry(engine, _cpu_s() - began, solved.plan, solved.score)


def _theirs(peer: Peer, errand: Errand, problem: Problem) -> Entry:
    why_not = peer.why_not(problem)
    if why_not:
        return Entry(peer.name, words=why_not)
    began = _cpu_s()
    try:
        orders = peer.orders(problem, errand.seconds, errand.seed)
    except Refused as refusal:
        return Entry(peer.name, _cpu_s() - began, words=str(refusal))
    return _judged(Entry(peer.name, _cpu_s() - began), problem, plan_of(problem, orders))


def _judged(entry: Entry, problem: Problem, plan: Plan | None) -> Entry:
    if plan is None:
        return replace(entry, words="its plan breaks a time rule")
    verdict = check(problem, plan)
    if not verdict.accepted:
        return replace(entry, words=f"its plan breaks {len(verdict.violations)} rules: {verdict.violations[0].words}")
    return replace(entry, plan=plan, score=verdict.score)


def _cpu_s() -> float:
    """CPU seconds of this process and of its children that have ended."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def _line(errand: Errand, entry: Entry) -> str:
    cpu = f"{entry.cpu_s:7.1f} CPU s" if entry.cpu_s else " " * 13
    return f"{entry.engine:<10}{cpu}   {worth(errand, entry.score) if entry.score else entry.words}"

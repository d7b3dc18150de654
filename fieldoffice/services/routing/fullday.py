"""From a problem to what the kernel needs beyond the usual day: see `kernel.rules` and `kernel.groups`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fieldoffice.services.routing.bonds import Bonds
from fieldoffice.services.routing.kernel.arrays import (
    BREAKS,
    CLOCK,
    CREW,
    DAY,
    EDGES,
    FIRST_BREAK,
    FIRST_MEMBER,
    FIRST_MOST,
    FIRST_PART,
    GROUP,
    LAST_MOST,
    MEMBERS,
    NEVER,
    ONE_DAY,
    PART,
    PERCENT,
    POSITION,
    STRICT,
    WAITED_FOR,
    More,
)
from fieldoffice.services.routing.pace import Clock, clock_of
from fieldoffice.services.routing.problem import SPEED, Problem

Table = NDArray[np.int64]


def more_of(problem: Problem, bonds: Bonds, rows: list[int], parts: list[int], visit: Table, most: int) -> More:
    """`rows` are visit indices by kernel row, `parts` is 0 for a visit itself and counts further members of its crew."""
    breaks = max((len(provider.breaks) for provider in problem.providers), default=0)
    clocks = [clock_of(problem, provider) for provider in problem.providers]
    lanes = (len(problem.providers), most + 2, breaks + 1)
    kept = np.zeros_like(visit)
    members = _members(problem, bonds, rows, parts)
    return More(
        rules=_rules(problem, bonds, rows, parts, members),
        extra=_extra(problem, clocks, breaks),
        clock=_clocks(clocks),
        ready=np.zeros(lanes, np.int64),
        latest=np.zeros(lanes, np.int64),
        scratch=np.full((2, breaks + 1), NEVER, np.int64),
        members=members,
        links=_links(bonds, rows, parts),
        home=visit.copy(),
        kept=kept,
        best=visit.copy(),
        spare=np.zeros(visit.shape[1], np.int64),
        until=np.zeros(len(rows), np.int64),
        turn=np.zeros(len(members), np.int64),
        chosen=np.full(max((v.crew for v in problem.visits), default=1), -1, np.int64),
        fairness=problem.weights.fairness_percent,
        unit=SPEED,
    )


def _rules(problem: Problem, bonds: Bonds, rows: list[int], parts: list[int], members: Table) -> Table:
    rules = np.zeros((len(rows), WAITED_FOR + 1), np.int64)
    rules[:, GROUP], rules[:, CREW] = -1, 1
    waited_for = {first for pairs in bonds.before.values() for first, _ in pairs}
    for row, (i, part) in enumerate(zip(rows, parts, strict=True)):
        rules[row, POSITION] = {"first": 1, "last": 2}.get(problem.visits[i].position, 0)
        rules[row, PART] = part
        if part == 0:
            rules[row, CREW], rules[row, ONE_DAY] = problem.visits[i].crew, i in bonds.same_day
            rules[row, WAITED_FOR] = i in waited_for
        if part == 1:
            rules[rows.index(i), FIRST_PART] = row
    for g, group in enumerate(members):
        rules[group[FIRST_MEMBER : FIRST_MEMBER + group[MEMBERS]], GROUP] = g
    return rules


def _members(problem: Problem, bonds: Bonds, rows: list[int], parts: list[int]) -> Table:
    rows_of: dict[int, list[int]] = {}
    for row, i in enumerate(rows):
        rows_of.setdefault(i, []).append(row)
    groups = [[row for i in bond.visits for row in rows_of[i]] for bond in bonds.groups]
    members = np.zeros((len(groups), FIRST_MEMBER + max(map(len, groups), default=0)), np.int64)
    for g, group in enumerate(groups):
        members[g, STRICT], members[g, MEMBERS] = bonds.groups[g].strict, len(group)
        members[g, FIRST_MEMBER : FIRST_MEMBER + len(group)] = group
    return members


def _links(bonds: Bonds, rows: list[int], parts: list[int]) -> Table:
    row_of = {i: row for row, (i, part) in enumerate(zip(rows, parts, strict=True)) if part == 0}
    most = max((len(pairs) for pairs in bonds.before.values()), default=0)
    links = np.zeros((len(rows), 1 + 2 * most), np.int64)
    for i, pairs in bonds.before.items():
        flat = [value for first, gap_s in pairs for value in (row_of[first], gap_s)]
        links[row_of[i], : 1 + len(flat)] = [len(pairs), *flat]
    return links


def _extra(problem: Problem, clocks: list[Clock], breaks: int) -> Table:
    """One row per provider, in the order of the column names."""
    different = list(dict.fromkeys(clocks))
    extra = np.zeros((len(problem.providers), FIRST_BREAK + 3 * breaks), np.int64)
    for k, provider in enumerate(problem.providers):
        extra[k, PERCENT], extra[k, DAY], extra[k, BREAKS] = (
            provider.experience_percent,
            provider.day,
            len(provider.breaks),
        )
        extra[k, CLOCK] = -1 if problem.steady(provider) else different.index(clocks[k])
        extra[k, EDGES] = len(clocks[k].edges)
        extra[k, FIRST_MOST] = NEVER if provider.first_within_s is None else provider.first_within_s
        extra[k, LAST_MOST] = NEVER if provider.last_within_s is None else provider.last_within_s
        times = [time for pause in provider.breaks for time in (*pause.window, pause.duration_s)]
        extra[k, FIRST_BREAK : FIRST_BREAK + len(times)] = times
    return extra


def _clocks(clocks: list[Clock]) -> Table:
    different = list(dict.fromkeys(clocks))
    most = max((len(clock.edges) for clock in different), default=1)
    table = np.zeros((len(different), most, 3), np.int64)
    for c, clock in enumerate(different):
        table[c, : len(clock.edges)] = np.array([clock.edges, clock.driven, clock.speeds]).T
    return table

"""Several providers at one visit: a moment at which they can start together, and the cheapest lanes for them."""

from __future__ import annotations

from fieldoffice.services.routing.kernel.arrays import (
    ABLE_COUNT,
    BREAKS,
    COST,
    CREW,
    DAY,
    FIRST_PART,
    FIRST_WINDOW,
    HERE,
    KNOWN_COST,
    KNOWN_POSITION,
    LAST_START,
    LENGTH,
    NEVER,
    PLACE,
    SUM_COST,
    SUM_WEIGHT,
    TO,
    WEIGHT,
    WINDOWS,
    More,
    Small,
    Table,
)
from fieldoffice.services.routing.kernel.compiled import compiled
from fieldoffice.services.routing.kernel.dice import Dice, roll
from fieldoffice.services.routing.kernel.places import find_position, put
from fieldoffice.services.routing.kernel.ruin import keep_lane
from fieldoffice.services.routing.kernel.rules import step, work
from fieldoffice.services.routing.kernel.windows import set_windows

TRIES = 12
"""Moments that are tried for a crew each time."""


@compiled
def place_one(
    more: More, travel: Small, visit: Table, shift: Table, able: Small, known: Small, lane: Table, route: Table,
    old_lane: Table, old_route: Table, at: Table, touched: Table, book: Table, dice: Dice, i: int, day: int,
) -> None:  # fmt: skip
    """Put a visit, with its crew, where it is cheapest."""
    crew, first, last = more.rules[i, CREW], NEVER, -NEVER
    if crew > 1:
        t = crew_moment(more, travel, visit, shift, able, known, lane, route, book, dice, i, day)
        if t < 0:
            return
        first, last = t, t
    pick(more, travel, visit, shift, able, known, lane, route, book, i, crew, day, first, last)
    if more.chosen[0] < 0:
        return
    for c in range(crew):
        j, k = i if c == 0 else more.rules[i, FIRST_PART] + c - 1, more.chosen[c]
        keep_lane(lane, route, old_lane, old_route, touched, k)
        book[SUM_WEIGHT] -= visit[j, WEIGHT]
        book[SUM_COST] -= route[k, COST]
        put(more, travel, visit, shift, known, lane, route, at, book, j, k, known[j, k, KNOWN_POSITION])
        book[SUM_COST] += route[k, COST]


@compiled
def crew_moment(
    more: More, travel: Small, visit: Table, shift: Table, able: Small, known: Small, lane: Table, route: Table,
    book: Table, dice: Dice, i: int, day: int,
) -> int:  # fmt: skip
    """The best of some moments at which the crew of visit i could start; -1 when none will do."""
    for column in range(WINDOWS, visit.shape[1]):
        more.spare[column] = visit[i, column]
    best, moment = NEVER, -1
    for _ in range(TRIES if visit[i, ABLE_COUNT] > 0 else 0):
        k = able[i, roll(dice, visit[i, ABLE_COUNT])]
        p = roll(dice, route[k, LENGTH] + 1)
        step(more, visit, k, i, travel[lane[k, p, HERE], visit[i, PLACE], TO], more.ready[k, p], more.scratch[0])
        done = NEVER
        for taken in range(more.scratch.shape[1]):
            if taken <= more.extra[k, BREAKS]:
                done = min(done, more.scratch[0, taken])
        if done >= NEVER:
            continue
        t = done - work(more, visit, i, k)
        cost = pick(more, travel, visit, shift, able, known, lane, route, book, i, more.rules[i, CREW], day, t, t)
        if cost < best:
            best, moment = cost, t
        set_windows(visit, known, i, more.spare)
    return moment


@compiled
def pick(
    more: More, travel: Small, visit: Table, shift: Table, able: Small, known: Small, lane: Table, route: Table,
    book: Table, i: int, crew: int, day: int, first: int, last: int,
) -> int:  # fmt: skip
    """Choose the cheapest lane for each member of the crew; what they add, or NEVER (then `chosen` begins with -1)."""
    total = 0
    for c in range(crew):
        j = i if c == 0 else more.rules[i, FIRST_PART] + c - 1
        if crew > 1:
            set_windows(visit, known, j, more.home[i])
            visit[j, WINDOWS], visit[j, FIRST_WINDOW], visit[j, FIRST_WINDOW + 1], visit[j, LAST_START] = (
                1,
                first,
                last,
                last,
            )
        best, lane_of = NEVER, -1
        for q in range(visit[j, ABLE_COUNT]):
            k = able[j, q]
            if (day >= 0 and more.extra[k, DAY] != day) or is_chosen(more, k, c):
                continue
            find_position(more, travel, visit, shift, known, lane, route, book, j, k)
            if known[j, k, KNOWN_COST] < best:
                best, lane_of = known[j, k, KNOWN_COST], k
        more.chosen[c] = lane_of
        total += best
        if lane_of < 0:
            more.chosen[0] = -1
            return NEVER
    return total


@compiled
def is_chosen(more: More, k: int, count: int) -> bool:
    found = False
    for c in range(count):
        found = found or more.chosen[c] == k
    return found


@compiled
def longest_work(more: More, visit: Table, i: int, k: int) -> int:
    """How long the work lasts; of a crew the slowest member counts."""
    longest = work(more, visit, i, k)
    for c in range(1, more.rules[i, CREW]):
        longest = max(longest, work(more, visit, i, more.chosen[c]))
    return longest

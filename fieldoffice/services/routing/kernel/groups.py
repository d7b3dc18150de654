"""Visits that depend on each other: crews start together, one visit waits for another, some belong to one day.

What belongs together is taken out and put back together. While it stands, its start windows are narrowed so that each lane may
be timed alone: a crew's to one moment, a visit's that others wait for to the time they count on.
"""

from __future__ import annotations

from fieldoffice.services.routing.kernel.arrays import (
    BREAKS,
    COST,
    DAY,
    FINISH,
    FIRST_MEMBER,
    GROUP,
    LANE,
    LAST_END,
    LINKS,
    MEMBERS,
    NEVER,
    ONE_DAY,
    PART,
    STRICT,
    SUM_COST,
    WAITED_FOR,
    More,
    Small,
    Table,
)
from fieldoffice.services.routing.kernel.compiled import compiled
from fieldoffice.services.routing.kernel.crews import longest_work, place_one
from fieldoffice.services.routing.kernel.dice import Dice, roll
from fieldoffice.services.routing.kernel.ruin import cut, keep_lane, position_of
from fieldoffice.services.routing.kernel.rules import set_times, work
from fieldoffice.services.routing.kernel.timing import set_cost
from fieldoffice.services.routing.kernel.windows import narrow, set_windows

SLACK_S = 900


@compiled
def take_out(
    more: More, travel: Small, visit: Table, shift: Table, lane: Table, route: Table, old_lane: Table, old_route: Table,
    at: Table, absent: Table, touched: Table, book: Table, i: int,
) -> None:  # fmt: skip
    """Take one visit out of its lane; it is added to `absent`."""
    k = at[i, LANE]
    keep_lane(lane, route, old_lane, old_route, touched, k)
    p = position_of(lane, route, k, i)
    book[SUM_COST] -= route[k, COST]
    cut(more, travel, visit, shift, lane, route, at, absent, book, k, p, p + 1, p, p)
    book[SUM_COST] += route[k, COST]


@compiled
def pull(
    more: More, travel: Small, visit: Table, shift: Table, known: Small, lane: Table, route: Table, old_lane: Table,
    old_route: Table, at: Table, absent: Table, touched: Table, book: Table,
) -> None:  # fmt: skip
    """Take out whatever belongs together with an absent visit, and give all of it its own windows again."""
    q = 0
    while q < absent[-1]:
        g = more.rules[absent[q], GROUP]
        for m in range(more.members[g, MEMBERS] if g >= 0 else 0):
            j = more.members[g, FIRST_MEMBER + m]
            if at[j, LANE] >= 0:
                take_out(more, travel, visit, shift, lane, route, old_lane, old_route, at, absent, touched, book, j)
            else:
                note(absent, j)
        q += 1
    for q in range(absent[-1]):
        i = absent[q]
        if more.rules[i, GROUP] >= 0:
            more.kept[i] = visit[i]
            set_windows(visit, known, i, more.home[i])


@compiled
def note(absent: Table, i: int) -> None:
    for q in range(absent[-1]):
        if absent[q] == i:
            return
    absent[absent[-1]] = i
    absent[-1] += 1



@compiled
def soonest(more: More, at: Table, i: int) -> int:
    """The earliest start that the visits before i allow; NEVER when one of them is not served."""
    first = 0
    for q in range(more.links[i, LINKS]):
        before = more.links[i, 1 + 2 * q]
        if at[before, LANE] < 0:
            return NEVER
        first = max(first, more.until[before] + more.links[i, 2 + 2 * q])
    return first


@compiled
def place_group(
    more: More, travel: Small, visit: Table, shift: Table, able: Small, known: Small, lane: Table, route: Table,
    old_lane: Table, old_route: Table, at: Table, absent: Table, touched: Table, book: Table, dice: Dice, g: int,
) -> None:  # fmt: skip
    """Put a group back, its visits in their order; all of it or nothing where it is `STRICT`."""
    day, whole = -1, True
    for m in range(more.members[g, MEMBERS]):
        i = more.members[g, FIRST_MEMBER + m]
        if more.rules[i, PART] > 0:
            continue
        first = soonest(more, at, i)
        if first < NEVER and narrow(visit, i, first, NEVER):
            place_one(
                more,
                travel,
                visit,
                shift,
                able,
                known,
                lane,
                route,
                old_lane,
                old_route,
                at,
                touched,
                book,
                dice,
                i,
                day,
            )
        if at[i, LANE] < 0:
            whole = False
        elif more.rules[i, ONE_DAY] > 0:
            day = more.extra[at[i, LANE], DAY]
        if at[i, LANE] >= 0 and more.rules[i, WAITED_FOR] > 0:
            hold(more, visit, shift, lane, route, at, book, dice, i)
    if not whole and more.members[g, STRICT] > 0:
        many = absent[-1]
        for m in range(more.members[g, MEMBERS]):
            i = more.members[g, FIRST_MEMBER + m]
            if at[i, LANE] >= 0:  # it stands in `absent` already: what is written behind it is put back
                newest = absent[many - 1]
                absent[-1] = many - 1
                take_out(more, travel, visit, shift, lane, route, old_lane, old_route, at, absent, touched, book, i)
                absent[many - 1] = newest




@compiled
def hold(
    more: More, visit: Table, shift: Table, lane: Table, route: Table, at: Table, book: Table, dice: Dice, i: int
) -> None:
    """Promise when visit i is done: soon, or as late as its lane can bear; its windows end there."""
    k = at[i, LANE]
    p = position_of(lane, route, k, i)
    late, done = -NEVER, NEVER
    for taken in range(more.extra[k, BREAKS] + 1):
        late = max(late, more.latest[k, p, taken])
        done = min(done, more.ready[k, p + 1, taken])
    start = min(late, done - work(more, visit, i, k) + SLACK_S * roll(dice, 4))
    more.spare[:] = visit[i]
    narrow(visit, i, 0, start)
    set_times(more, visit, shift, lane, route, k)
    if route[k, FINISH] > shift[k, LAST_END]:
        visit[i] = more.spare
        start = late
        narrow(visit, i, 0, start)
        set_times(more, visit, shift, lane, route, k)
    set_cost(more, visit, shift, lane, route, book, k)
    more.until[i] = start + longest_work(more, visit, i, k)

"""Visits that depend on each other: crews start together, one visit waits for another, some belong to one day.

What belongs together is taken out and put back together. While it stands, its start windows are narrowed so that each lane may
be timed alone: a crew's to one moment, a visit's that others wait for to the time they count on.
"""

from __future__ import annotations

from fieldoffice.services.routing.kernel.arrays import (
    ABLE_COUNT,
    BREAKS,
    COST,
    CREW,
    DAY,
    FINISH,
    FIRST_MEMBER,
    FIRST_PART,
    FIRST_WINDOW,
    GROUP,
    HERE,
    KNOWN_COST,
    KNOWN_POSITION,
    KNOWN_VERSION,
    LANE,
    LAST_END,
    LAST_START,
    LENGTH,
    LINKS,
    MEMBERS,
    NEVER,
    ONE_DAY,
    PART,
    PLACE,
    STRICT,
    SUM_COST,
    SUM_WEIGHT,
    TO,
    WAITED_FOR,
    WEIGHT,
    WINDOWS,
    More,
    Small,
    Table,
)
from fieldoffice.services.routing.kernel.compiled import compiled
from fieldoffice.services.routing.kernel.dice import Dice, roll
from fieldoffice.services.routing.kernel.places import find_position, put
from fieldoffice.services.routing.kernel.ruin import cut, keep_lane, position_of
from fieldoffice.services.routing.kernel.rules import set_times, step, work
from fieldoffice.services.routing.kernel.timing import set_cost

TRIES = 12
"""Moments that are tried for a crew each time."""
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
def set_windows(visit: Table, known: Small, i: int, row: Table) -> None:
    """Give a visit the windows of another row; what is known of it is forgotten."""
    for column in range(WINDOWS, visit.shape[1]):
        visit[i, column] = row[column]
    for k in range(known.shape[1]):
        known[i, k, KNOWN_VERSION] = -1


@compiled
def windows_back(more: More, visit: Table, known: Small, absent: Table) -> None:
    """The windows of before this iteration."""
    for q in range(absent[-1]):
        if more.rules[absent[q], GROUP] >= 0:
            set_windows(visit, known, absent[q], more.kept[absent[q]])


@compiled
def narrow(visit: Table, i: int, first: int, last: int) -> bool:
    """Cut the windows of visit i down to a span; whether anything is left."""
    left = 0
    for w in range(visit[i, WINDOWS]):
        a = max(first, visit[i, FIRST_WINDOW + 2 * w])
        b = min(last, visit[i, FIRST_WINDOW + 2 * w + 1])
        if a <= b:
            visit[i, FIRST_WINDOW + 2 * left], visit[i, FIRST_WINDOW + 2 * left + 1] = a, b
            left += 1
    visit[i, WINDOWS] = left
    visit[i, LAST_START] = visit[i, FIRST_WINDOW + 2 * left - 1] if left else -NEVER
    return left > 0


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


@compiled
def longest_work(more: More, visit: Table, i: int, k: int) -> int:
    """How long the work lasts; of a crew the slowest member counts."""
    longest = work(more, visit, i, k)
    for c in range(1, more.rules[i, CREW]):
        longest = max(longest, work(more, visit, i, more.chosen[c]))
    return longest


@compiled
def keep_windows(more: More, visit: Table) -> None:
    """Keep the windows that belong to the best routes so far."""
    for g in range(more.members.shape[0]):
        for m in range(more.members[g, MEMBERS]):
            i = more.members[g, FIRST_MEMBER + m]
            more.best[i] = visit[i]

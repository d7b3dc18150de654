"""Days in full, on tables: several breaks, drives that take longer at some hours, work at one's own speed, first and last visits.

The rules are those of `pace.py`. The usual day passes None for `More`; the compiler then leaves all of this out. The state along a
lane is the number of breaks taken; `more.ready` and `more.latest` hold one time for each.
"""

from __future__ import annotations

from fieldoffice.services.routing.kernel.arrays import (
    BREAK_FROM,
    BREAK_S,
    BREAK_TO,
    BREAKS,
    CLOCK,
    DURATION,
    EDGE,
    EDGES,
    FINISH,
    FIRST_BREAK,
    FIRST_MOST,
    FIRST_WINDOW,
    LAST_END,
    LAST_MOST,
    LEG,
    LENGTH,
    NEVER,
    PERCENT,
    POSITION,
    SHIFT_FROM,
    SHIFT_TO,
    SPEED,
    UNITS,
    VISIT,
    WINDOWS,
    More,
    Table,
)
from fieldoffice.services.routing.kernel.compiled import compiled


@compiled
def work(more: More | None, visit: Table, i: int, k: int) -> int:
    """How long provider k works on visit i."""
    if more is None:
        return visit[i, DURATION]
    return (visit[i, DURATION] * more.extra[k, PERCENT] + 99) // 100


@compiled
def driven_by(more: More, k: int, t: int) -> int:
    """Units driven from second 0 to t."""
    c, e = more.extra[k, CLOCK], 0
    while e + 1 < more.extra[k, EDGES] and more.clock[c, e + 1, EDGE] <= t:
        e += 1
    return more.clock[c, e, UNITS] + more.clock[c, e, SPEED] * (t - more.clock[c, e, EDGE])


@compiled
def driven_when(more: More, k: int, units: int, late: bool) -> int:
    """The first second by which so many units are driven; if `late`, the last by which no more are."""
    c, e = more.extra[k, CLOCK], 0
    while e + 1 < more.extra[k, EDGES] and more.clock[c, e + 1, UNITS] <= units:
        e += 1
    left, speed = units - more.clock[c, e, UNITS], more.clock[c, e, SPEED]
    return more.clock[c, e, EDGE] + (left // speed if late else -((-left) // speed))


@compiled
def on_way(more: More, k: int, t: int, drive: int, taken: int, then: int) -> int:
    """Arrival when leaving at t, taking the breaks from number `taken` to before `then` on the way."""
    if t >= NEVER:
        return NEVER
    left = drive * more.unit
    for b in range(taken, then):
        begin = max(t, more.extra[k, FIRST_BREAK + 3 * b + BREAK_FROM])
        if begin > more.extra[k, FIRST_BREAK + 3 * b + BREAK_TO]:
            return NEVER
        if more.extra[k, CLOCK] < 0:
            left = max(0, left - (begin - t) * more.unit)
        else:
            left = max(0, left - (driven_by(more, k, begin) - driven_by(more, k, t)))
        t = begin + more.extra[k, FIRST_BREAK + 3 * b + BREAK_S]
    if more.extra[k, CLOCK] < 0:
        return t + left // more.unit
    return driven_when(more, k, driven_by(more, k, t) + left, False)


@compiled
def done_with(more: More, visit: Table, i: int, k: int, arrival: int) -> int:
    """When provider k is done with visit i after arriving at `arrival`; NEVER when no window is left."""
    for w in range(visit[i, WINDOWS]):
        if arrival <= visit[i, FIRST_WINDOW + 2 * w + 1]:
            return max(arrival, visit[i, FIRST_WINDOW + 2 * w]) + work(more, visit, i, k)
    return NEVER


@compiled
def step(more: More, visit: Table, k: int, i: int, drive: int, ready: Table, after: Table) -> None:
    """Ready times after driving and doing visit i, by breaks taken."""
    breaks = more.extra[k, BREAKS]
    for then in range(breaks + 1):
        best = NEVER
        for taken in range(then + 1):
            best = min(best, done_with(more, visit, i, k, on_way(more, k, ready[taken], drive, taken, then)))
        if then < breaks and best > more.extra[k, FIRST_BREAK + 3 * then + BREAK_TO]:
            best = NEVER
        after[then] = best


@compiled
def last_moment(more: More, k: int, taken: int) -> int:
    """The latest moment at which the breaks from number `taken` on can still all be taken one after the other."""
    limit = NEVER
    for b in range(more.extra[k, BREAKS] - 1, taken - 1, -1):
        at = FIRST_BREAK + 3 * b
        if more.extra[k, at + BREAK_FROM] + more.extra[k, at + BREAK_S] > limit:
            return -NEVER
        limit = min(more.extra[k, at + BREAK_TO], limit - more.extra[k, at + BREAK_S])
    return limit


@compiled
def home_by(more: More, k: int, drive: int, ready: Table) -> int:
    """Earliest arrival at the end place; breaks not taken yet are taken after it."""
    end = NEVER
    for then in range(more.extra[k, BREAKS] + 1):
        for taken in range(then + 1):
            arrival = on_way(more, k, ready[taken], drive, taken, then)
            if arrival <= last_moment(more, k, then):
                end = min(end, arrival)
    return end


@compiled
def leave_with(more: More, k: int, arrival: int, drive: int, taken: int, then: int) -> int:
    """The latest time to leave and take these breaks on the way; by halving, as a later leave arrives later."""
    low, high = 0, min(arrival, more.extra[k, FIRST_BREAK + 3 * taken + BREAK_TO])
    if high < low or on_way(more, k, low, drive, taken, then) > arrival:
        return -NEVER
    while low < high:
        middle = (low + high + 1) // 2
        if on_way(more, k, middle, drive, taken, then) <= arrival:
            low = middle
        else:
            high = middle - 1
    return low


@compiled
def leave_by(more: More, k: int, behind: Table, drive: int, taken: int) -> int:
    """The latest time to leave with so many breaks taken, to arrive in time for what lies behind."""
    best = -NEVER
    if behind[taken] > 0:
        if more.extra[k, CLOCK] < 0:
            best = behind[taken] - drive
        else:
            best = driven_when(more, k, driven_by(more, k, behind[taken]) - drive * more.unit, True)
    for then in range(taken + 1, more.extra[k, BREAKS] + 1):
        best = max(best, leave_with(more, k, behind[then], drive, taken, then))
    if taken < more.extra[k, BREAKS]:
        best = min(best, more.extra[k, FIRST_BREAK + 3 * taken + BREAK_TO])
    return best


@compiled
def starts_by(visit: Table, i: int, bound: int) -> int:
    """The latest allowed start of visit i up to `bound`, -NEVER when there is none."""
    best = -NEVER
    for w in range(visit[i, WINDOWS]):
        if visit[i, FIRST_WINDOW + 2 * w] <= bound:
            best = min(visit[i, FIRST_WINDOW + 2 * w + 1], bound)
    return best


@compiled
def set_times(more: More, visit: Table, shift: Table, lane: Table, route: Table, k: int) -> None:
    """Ready times and latest arrivals of the whole lane, and the end of the day."""
    n, breaks = route[k, LENGTH], more.extra[k, BREAKS]
    for taken in range(breaks + 1):
        more.ready[k, 0, taken] = NEVER if taken else shift[k, SHIFT_FROM]
        more.latest[k, n, taken] = min(shift[k, LAST_END], last_moment(more, k, taken))
    for p in range(n):
        step(more, visit, k, lane[k, p, VISIT], lane[k, p, LEG], more.ready[k, p], more.ready[k, p + 1])
    route[k, FINISH] = home_by(more, k, lane[k, n, LEG], more.ready[k, n]) if n > 0 else shift[k, SHIFT_FROM]
    for p in range(n - 1, -1, -1):
        i = lane[k, p, VISIT]
        for taken in range(breaks + 1):
            leave = leave_by(more, k, more.latest[k, p + 1], lane[k, p + 1, LEG], taken)
            more.latest[k, p, taken] = starts_by(visit, i, leave - work(more, visit, i, k))


@compiled
def joins(more: More, visit: Table, k: int, p: int, i: int, drive: int, onward: int) -> bool:
    """Whether visit i fits at position p of lane k; the ready times after it are left in `more.scratch`."""
    breaks, after = more.extra[k, BREAKS], more.scratch[0]
    step(more, visit, k, i, drive, more.ready[k, p], after)
    for taken in range(breaks + 1):
        for then in range(taken, breaks + 1):
            if on_way(more, k, after[taken], onward, taken, then) <= more.latest[k, p, then]:
                return True
    return False


@compiled
def finish_after(more: More, visit: Table, lane: Table, route: Table, k: int, p: int, onward: int) -> int:
    """End of the day when what lies behind position p is left for at the ready times in `more.scratch`."""
    drive, turn = onward, 0
    for q in range(p, route[k, LENGTH]):
        step(more, visit, k, lane[k, q, VISIT], drive, more.scratch[turn], more.scratch[1 - turn])
        turn = 1 - turn
        drive = lane[k, q + 1, LEG]
    return home_by(more, k, drive, more.scratch[turn])


@compiled
def may_stand(more: More, lane: Table, route: Table, i: int, k: int, p: int, drive: int, onward: int) -> bool:
    """First-visit and last-visit rules with visit i at position p of lane k."""
    n = route[k, LENGTH]
    if (more.rules[i, POSITION] == 1 and p > 0) or (more.rules[i, POSITION] == 2 and p < n):
        return False
    if p == 0 and (drive > more.extra[k, FIRST_MOST] or (n > 0 and more.rules[lane[k, 0, VISIT], POSITION] == 1)):
        return False
    return not (
        p == n and (onward > more.extra[k, LAST_MOST] or (n > 0 and more.rules[lane[k, n - 1, VISIT], POSITION] == 2))
    )


@compiled
def ends_near(more: More, lane: Table, route: Table, k: int) -> bool:
    """Whether the first and the last drive of a lane are as short as its provider wants."""
    n = route[k, LENGTH]
    return n == 0 or (lane[k, 0, LEG] <= more.extra[k, FIRST_MOST] and lane[k, n, LEG] <= more.extra[k, LAST_MOST])


@compiled
def load_price(more: More, shift: Table, k: int, worked: int) -> int:
    """What the fairness weight asks for so much working time in a shift."""
    return more.fairness * worked * worked // (100 * max(1, shift[k, SHIFT_TO] - shift[k, SHIFT_FROM]))

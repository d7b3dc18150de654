"""The loop: ruin, recreate, and keep the result when it is better, or a little worse while it is still warm."""

from __future__ import annotations

from fieldoffice.services.routing.kernel.arrays import (
    BEST_COST,
    BEST_WEIGHT,
    COST,
    FINISH,
    IMPROVED,
    LANE,
    LAST_END,
    LENGTH,
    LENIENT,
    SUM_COST,
    SUM_WEIGHT,
    TOUCHED,
    UNSERVED,
    URGENCY,
    VISIT,
    WAITING,
    WEIGHT,
    Ground,
    Lanes,
    More,
    Small,
    Table,
)
from fieldoffice.services.routing.kernel.compiled import compiled
from fieldoffice.services.routing.kernel.dice import Dice, roll
from fieldoffice.services.routing.kernel.groups import pull
from fieldoffice.services.routing.kernel.recreate import call_waiting, recreate, set_keys, sort_absent
from fieldoffice.services.routing.kernel.ruin import put_lane_back, ruin
from fieldoffice.services.routing.kernel.rules import ends_near, set_times
from fieldoffice.services.routing.kernel.timing import open_lane
from fieldoffice.services.routing.kernel.windows import keep_windows, windows_back


@compiled
def open_lanes(g: Ground, s: Lanes, more: More | None) -> None:
    """Set all times, sums and the list of the unserved from the lanes' visits; these become the best so far."""
    route, at, book = s.route, s.at, s.book
    for k in range(route.shape[0]):
        open_lane(more, g.travel, g.visit, g.shift, s.known, s.lane, route, book, k)
        book[SUM_COST] += route[k, COST]
        for p in range(route[k, LENGTH]):
            at[s.lane[k, p, VISIT], LANE] = k
    for i in range(at.shape[0]):
        if at[i, LANE] < 0:
            book[SUM_WEIGHT] += g.visit[i, WEIGHT]
            wait(at, s.waiting, book, i)
    keep_best(more, g.visit, s.lane, route, book, s.best)


@compiled
def first_pass(g: Ground, s: Lanes, more: More | None, dice: Dice) -> None:
    """Place every unserved visit once, the most urgent first."""
    begin(s.route, s.absent, s.touched)
    for i in range(s.at.shape[0]):
        if s.at[i, LANE] < 0:
            s.key[s.absent[-1]] = g.visit[i, URGENCY]
            s.absent[s.absent[-1]] = i
            s.absent[-1] += 1
    sort_absent(s.absent, s.key)
    if more is not None:
        pull(
            more, g.travel, g.visit, g.shift, s.known, s.lane, s.route, s.old_lane, s.old_route, s.at, s.absent, s.touched,
            s.book,
        )  # fmt: skip
    recreate(
        more, g.travel, g.visit, g.shift, g.able, g.near, s.known, s.lane, s.route, s.old_lane, s.old_route, s.at, s.absent, s.touched,
        s.empty, s.lanes, s.book, dice, True,
    )  # fmt: skip
    settle(more, g.visit, s.lane, s.route, s.at, s.waiting, s.absent, s.book, s.best)


@compiled
def run(g: Ground, s: Lanes, more: More | None, dice: Dice, iterations: int, temperature: int) -> None:
    """Some iterations at one temperature, given in 1/1024 seconds of the objective."""
    for _ in range(iterations):
        iterate(
            more, g.travel, g.visit, g.shift, g.able, g.near, g.logs, s.known, s.lane, s.route, s.old_lane, s.old_route, s.at,
            s.waiting, s.absent, s.key, s.touched, s.empty, s.lanes, s.book, s.best, dice, temperature,
        )  # fmt: skip


@compiled
def iterate(
    more: More | None,
    travel: Small,
    visit: Table,
    shift: Table,
    able: Small,
    near: Small,
    logs: Table,
    known: Small,
    lane: Table,
    route: Table,
    old_lane: Table,
    old_route: Table,
    at: Table,
    waiting: Table,
    absent: Table,
    key: Table,
    touched: Table,
    empty: Table,
    lanes: Table,
    book: Table,
    best: Table,
    dice: Dice,
    temperature: int,
) -> None:
    """One ruin and recreate, and its acceptance."""
    cost, weight = book[SUM_COST], book[SUM_WEIGHT]
    seed = roll(dice, at.shape[0])
    begin(route, absent, touched)
    ruin(
        more, travel, visit, shift, near, lane, route, old_lane, old_route, at, absent, touched, empty, book, dice, seed
    )
    call_waiting(near, at, waiting, absent, book, dice, seed)
    if more is not None:
        pull(more, travel, visit, shift, known, lane, route, old_lane, old_route, at, absent, touched, book)
    set_keys(visit, absent, key, dice)
    sort_absent(absent, key)
    recreate(
        more,
        travel,
        visit,
        shift,
        able,
        near,
        known,
        lane,
        route,
        old_lane,
        old_route,
        at,
        absent,
        touched,
        empty,
        lanes,
        book,
        dice,
        False,
    )
    worse = book[SUM_COST] - cost + book[LENIENT] * (book[SUM_WEIGHT] - weight)
    slack = (temperature * logs[roll(dice, logs.shape[0])]) >> 20
    if (worse < slack or worse < 0) and in_time(more, shift, lane, route, touched):
        settle(more, visit, lane, route, at, waiting, absent, book, best)
    else:
        go_back(more, visit, shift, known, lane, route, old_lane, old_route, at, absent, touched)
        book[SUM_COST], book[SUM_WEIGHT] = cost, weight


@compiled
def in_time(more: More | None, shift: Table, lane: Table, route: Table, touched: Table) -> bool:
    """Whether the changed lanes end in time: on road travel, taking a visit out may make the rest later."""
    for q in range(touched[-1]):
        k = touched[q]
        if route[k, FINISH] > shift[k, LAST_END] and route[k, LENGTH] > 0:
            return False
        if more is not None and not ends_near(more, lane, route, k):
            return False
    return True


@compiled
def begin(route: Table, absent: Table, touched: Table) -> None:
    """Forget what the last iteration touched."""
    for q in range(touched[-1]):
        route[touched[q], TOUCHED] = 0
    touched[-1] = 0
    absent[-1] = 0


@compiled
def settle(
    more: More | None, visit: Table, lane: Table, route: Table, at: Table, waiting: Table, absent: Table, book: Table,
    best: Table,
) -> None:  # fmt: skip
    """Keep the new lanes: bring the list of the unserved up to date, and the best so far."""
    for q in range(absent[-1]):
        i = absent[q]
        if at[i, LANE] < 0 and at[i, WAITING] < 0:
            wait(at, waiting, book, i)
        elif at[i, LANE] >= 0 and at[i, WAITING] >= 0:
            wait_no_more(at, waiting, book, i)
    weight, cost = book[SUM_WEIGHT], book[SUM_COST]
    if weight < book[BEST_WEIGHT] or (weight == book[BEST_WEIGHT] and cost < book[BEST_COST]):
        keep_best(more, visit, lane, route, book, best)


@compiled
def go_back(
    more: More | None, visit: Table, shift: Table, known: Small, lane: Table, route: Table, old_lane: Table,
    old_route: Table, at: Table, absent: Table, touched: Table,
) -> None:  # fmt: skip
    """Undo the iteration."""
    for q in range(absent[-1]):
        at[absent[q], LANE] = -1
    for q in range(touched[-1]):
        put_lane_back(lane, route, old_lane, old_route, at, touched[q])
    if more is not None:
        windows_back(more, visit, known, absent)
        for q in range(touched[-1]):
            set_times(more, visit, shift, lane, route, touched[q])


@compiled
def wait(at: Table, waiting: Table, book: Table, i: int) -> None:
    waiting[book[UNSERVED]] = i
    at[i, WAITING] = book[UNSERVED]
    book[UNSERVED] += 1


@compiled
def wait_no_more(at: Table, waiting: Table, book: Table, i: int) -> None:
    book[UNSERVED] -= 1
    last = waiting[book[UNSERVED]]
    waiting[at[i, WAITING]] = last
    at[last, WAITING] = at[i, WAITING]
    at[i, WAITING] = -1


@compiled
def keep_best(more: More | None, visit: Table, lane: Table, route: Table, book: Table, best: Table) -> None:
    if more is not None:
        keep_windows(more, visit)
    book[BEST_COST], book[BEST_WEIGHT] = book[SUM_COST], book[SUM_WEIGHT]
    book[IMPROVED] += 1
    for k in range(route.shape[0]):
        best[k, 0] = route[k, LENGTH]
        for p in range(route[k, LENGTH]):
            best[k, p + 1] = lane[k, p, VISIT]

"""The cheapest position of one visit in one lane, and putting it there.

What was found is remembered with the lane's version: most lanes do not change between two looks at them.
"""

from __future__ import annotations

from fieldoffice.services.routing.kernel.arrays import (
    CARRIED,
    DURATION,
    FINISH,
    FIRST_WINDOW,
    FROM,
    HERE,
    KNOWN_COST,
    KNOWN_POSITION,
    KNOWN_VERSION,
    LANE,
    LAST_END,
    LAST_START,
    LATEST,
    LATEST_FED,
    LEG,
    LENGTH,
    LOAD,
    LUNCH_FROM,
    LUNCH_S,
    LUNCH_TO,
    NEVER,
    OVERTIME_FACTOR,
    PLACE,
    PRICE,
    READY,
    READY_FED,
    ROOM,
    SHIFT_TO,
    SURCHARGE,
    TO,
    VERSION,
    VISIT,
    WORKED,
    More,
    Small,
    Table,
)
from fieldoffice.services.routing.kernel.compiled import compiled
from fieldoffice.services.routing.kernel.rules import (
    finish_after,
    joins,
    load_price,
    may_stand,
    set_times,
    work,
)
from fieldoffice.services.routing.kernel.timing import (
    fed_after,
    home_at,
    ready_after,
    set_cost,
    set_latest,
    set_ready,
)


@compiled
def reaches(shift: Table, lane: Table, k: int, p: int, drive: int, ready: int, fed: int) -> bool:
    """Whether leaving at these ready times arrives in time for what lies behind position p."""
    if fed + drive <= lane[k, p, LATEST_FED]:
        return True
    if ready > shift[k, LUNCH_TO]:
        return False
    arrival = ready + drive
    if arrival <= lane[k, p, LATEST]:
        return True
    return max(arrival, shift[k, LUNCH_FROM]) + shift[k, LUNCH_S] <= lane[k, p, LATEST_FED]


@compiled
def finish_with(
    visit: Table, shift: Table, lane: Table, route: Table, k: int, p: int, drive: int, ready: int, fed: int
) -> int:
    """End of the day when what lies behind position p is left for at these ready times."""
    for q in range(p, route[k, LENGTH]):
        i = lane[k, q, VISIT]
        fed = fed_after(visit, shift, k, i, drive, ready, fed)
        ready = ready_after(visit, shift, k, i, drive, ready)
        if ready == lane[k, q + 1, READY] and fed == lane[k, q + 1, READY_FED]:
            return route[k, FINISH]
        drive = lane[k, q + 1, LEG]
    return home_at(shift, k, drive, ready, fed)


@compiled
def find_position(
    more: More | None,
    travel: Small,
    visit: Table,
    shift: Table,
    known: Small,
    lane: Table,
    route: Table,
    book: Table,
    i: int,
    k: int,
) -> None:
    """Fill what is known of visit i in lane k: its cheapest position and what it adds there."""
    here, last, soonest = visit[i, PLACE], visit[i, LAST_START], visit[i, FIRST_WINDOW] + visit[i, DURATION]
    overtime_now = max(0, route[k, FINISH] - shift[k, SHIFT_TO])
    late = shift[k, LAST_END] > shift[k, SHIFT_TO]
    fair = 0
    if more is not None:
        worked = route[k, WORKED]
        fair = load_price(more, shift, k, worked + work(more, visit, i, k)) - load_price(more, shift, k, worked)
        soonest = 0
    best, where = NEVER, 0
    for p in range(route[k, LENGTH] + 1 if route[k, CARRIED] + visit[i, LOAD] <= shift[k, ROOM] else 0):
        if more is None:
            if max(lane[k, p, LATEST], lane[k, p, LATEST_FED]) < soonest:
                continue
            if min(lane[k, p, READY], lane[k, p, READY_FED]) > last:
                break
        drive, onward = travel[here, lane[k, p, HERE], FROM], travel[here, lane[k, p + 1, HERE], TO]
        cost = drive + onward - lane[k, p, LEG]
        if cost >= best:
            continue
        ready, fed = 0, 0
        if more is None:
            ready, fed = lane[k, p, READY], lane[k, p, READY_FED]
            fed = fed_after(visit, shift, k, i, drive, ready, fed)
            ready = ready_after(visit, shift, k, i, drive, ready)
            if not reaches(shift, lane, k, p, onward, ready, fed):
                continue
        elif not may_stand(more, lane, route, i, k, p, drive, onward) or not joins(more, visit, k, p, i, drive, onward):
            continue
        if late:
            if more is None:
                end = finish_with(visit, shift, lane, route, k, p, onward, ready, fed)
            else:
                end = finish_after(more, visit, lane, route, k, p, onward)
            cost += book[OVERTIME_FACTOR] * (max(0, end - shift[k, SHIFT_TO]) - overtime_now)
        if cost < best:
            best, where = cost, p
    known[i, k, KNOWN_VERSION] = route[k, VERSION]
    known[i, k, KNOWN_COST] = best + known[i, k, SURCHARGE] + fair if best < NEVER else NEVER
    known[i, k, KNOWN_POSITION] = where


@compiled
def put(
    more: More | None,
    travel: Small,
    visit: Table,
    shift: Table,
    known: Small,
    lane: Table,
    route: Table,
    at: Table,
    book: Table,
    i: int,
    k: int,
    position: int,
) -> None:
    """Insert visit i and set the lane's times."""
    n = route[k, LENGTH]
    for p in range(n + 1, position, -1):
        lane[k, p + 1, HERE] = lane[k, p, HERE]
        lane[k, p, VISIT], lane[k, p, LEG] = lane[k, p - 1, VISIT], lane[k, p - 1, LEG]
        lane[k, p, PRICE] = lane[k, p - 1, PRICE]
        lane[k, p, LATEST], lane[k, p, LATEST_FED] = lane[k, p - 1, LATEST], lane[k, p - 1, LATEST_FED]
    here = visit[i, PLACE]
    lane[k, position, VISIT], lane[k, position, PRICE] = i, known[i, k, SURCHARGE]
    lane[k, position + 1, HERE] = here
    lane[k, position, LEG] = travel[here, lane[k, position, HERE], FROM]
    lane[k, position + 1, LEG] = travel[here, lane[k, position + 2, HERE], TO]
    route[k, LENGTH] = n + 1
    at[i, LANE] = k
    if more is None:
        set_ready(visit, shift, lane, route, k, position)
        set_latest(visit, shift, lane, k, position)
    else:
        set_times(more, visit, shift, lane, route, k)
    set_cost(more, visit, shift, lane, route, book, k)

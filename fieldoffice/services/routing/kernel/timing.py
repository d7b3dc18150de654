"""When things happen on a lane: forward ready times, backward latest arrivals, the end of the day and its cost.

The rules are those of `schedule.py`, on tables; the two are tested against each other.
"""

from __future__ import annotations

from fieldoffice.services.routing.kernel.arrays import (
    CARRIED,
    COST,
    DURATION,
    END,
    FINISH,
    FIRST_WINDOW,
    HAS_LUNCH,
    HERE,
    LAST_END,
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
    SHIFT_FROM,
    SHIFT_TO,
    START,
    SURCHARGE,
    TO,
    VERSION,
    VERSIONS,
    VISIT,
    WINDOWS,
    WORKED,
    More,
    Small,
    Table,
)
from fieldoffice.services.routing.kernel.compiled import compiled
from fieldoffice.services.routing.kernel.rules import load_price, set_times, work


@compiled
def done_at(visit: Table, i: int, arrival: int) -> int:
    """When visit i is done after arriving at `arrival`; NEVER when no window is left."""
    for w in range(visit[i, WINDOWS]):
        if arrival <= visit[i, FIRST_WINDOW + 2 * w + 1]:
            return max(arrival, visit[i, FIRST_WINDOW + 2 * w]) + visit[i, DURATION]
    return NEVER


@compiled
def ready_after(visit: Table, shift: Table, k: int, i: int, drive: int, ready: int) -> int:
    """Ready time after visit i with lunch still to come; NEVER when it is too late for lunch then."""
    done = done_at(visit, i, ready + drive)
    return done if done <= shift[k, LUNCH_TO] else NEVER


@compiled
def fed_after(visit: Table, shift: Table, k: int, i: int, drive: int, ready: int, fed: int) -> int:
    """Ready time after visit i with lunch taken, before the drive or on it."""
    done = done_at(visit, i, fed + drive)
    if ready <= shift[k, LUNCH_TO]:
        done = min(done, done_at(visit, i, max(ready + drive, shift[k, LUNCH_FROM]) + shift[k, LUNCH_S]))
    return done


@compiled
def home_at(shift: Table, k: int, drive: int, ready: int, fed: int) -> int:
    """Earliest arrival at the end place; lunch may also follow it."""
    end = fed + drive
    if ready <= shift[k, LUNCH_TO]:
        end = min(end, max(ready + drive, shift[k, LUNCH_FROM]) + shift[k, LUNCH_S])
        if ready + drive <= shift[k, LUNCH_TO]:
            end = min(end, ready + drive)
    return end


@compiled
def latest_start(visit: Table, i: int, bound: int) -> int:
    """The latest allowed start of visit i up to `bound`, -NEVER when there is none."""
    best = -NEVER
    for w in range(visit[i, WINDOWS]):
        if visit[i, FIRST_WINDOW + 2 * w] <= bound:
            best = min(visit[i, FIRST_WINDOW + 2 * w + 1], bound)
    return best


@compiled
def set_ready(visit: Table, shift: Table, lane: Table, route: Table, k: int, first: int) -> None:
    """Ready times behind position `first`, and the end of the day."""
    n = route[k, LENGTH]
    ready, fed = lane[k, first, READY], lane[k, first, READY_FED]
    for p in range(first, n):
        i, drive = lane[k, p, VISIT], lane[k, p, LEG]
        fed = fed_after(visit, shift, k, i, drive, ready, fed)
        ready = ready_after(visit, shift, k, i, drive, ready)
        lane[k, p + 1, READY] = ready
        lane[k, p + 1, READY_FED] = fed
    route[k, FINISH] = home_at(shift, k, lane[k, n, LEG], ready, fed) if n > 0 else shift[k, SHIFT_FROM]


@compiled
def set_latest(visit: Table, shift: Table, lane: Table, k: int, last: int) -> None:
    """Latest arrivals at the visits from position `last` down to the first."""
    for p in range(last, -1, -1):
        i, drive = lane[k, p, VISIT], lane[k, p + 1, LEG]
        by_fed = lane[k, p + 1, LATEST_FED]
        by = lane[k, p + 1, LATEST] - drive
        if shift[k, LUNCH_FROM] + shift[k, LUNCH_S] <= by_fed:
            by = max(by, min(shift[k, LUNCH_TO], by_fed - shift[k, LUNCH_S] - drive))
        lane[k, p, LATEST] = latest_start(visit, i, min(by, shift[k, LUNCH_TO]) - visit[i, DURATION])
        lane[k, p, LATEST_FED] = latest_start(visit, i, by_fed - drive - visit[i, DURATION])


@compiled
def set_cost(more: More | None, visit: Table, shift: Table, lane: Table, route: Table, book: Table, k: int) -> None:
    """Drive, surcharges, overtime and load of the lane, and a new version."""
    cost, carried, n = 0, 0, route[k, LENGTH]
    for p in range(n):
        cost += lane[k, p, LEG] + lane[k, p, PRICE]
        carried += visit[lane[k, p, VISIT], LOAD]
    if n > 0:
        cost += lane[k, n, LEG] + book[OVERTIME_FACTOR] * max(0, route[k, FINISH] - shift[k, SHIFT_TO])
    if more is not None:
        worked = 0
        for p in range(n):
            worked += work(more, visit, lane[k, p, VISIT], k)
        cost += load_price(more, shift, k, worked)
        route[k, WORKED] = worked
    route[k, COST], route[k, CARRIED] = cost, carried
    book[VERSIONS] += 1
    route[k, VERSION] = book[VERSIONS]


@compiled
def open_lane(
    more: More | None,
    travel: Small,
    visit: Table,
    shift: Table,
    known: Small,
    lane: Table,
    route: Table,
    book: Table,
    k: int,
) -> None:
    """Set up places, times and cost of a lane from its visits."""
    n = route[k, LENGTH]
    lane[k, 0, HERE] = shift[k, START]
    for p in range(n):
        lane[k, p + 1, HERE] = visit[lane[k, p, VISIT], PLACE]
        lane[k, p, LEG] = travel[lane[k, p, HERE], lane[k, p + 1, HERE], TO]
        lane[k, p, PRICE] = known[lane[k, p, VISIT], k, SURCHARGE]
    lane[k, 0, READY] = shift[k, SHIFT_FROM] if shift[k, HAS_LUNCH] else NEVER
    lane[k, 0, READY_FED] = NEVER if shift[k, HAS_LUNCH] else shift[k, SHIFT_FROM]
    close_lane(more, travel, visit, shift, lane, route, book, k, 0, n)


@compiled
def close_lane(
    more: More | None,
    travel: Small,
    visit: Table,
    shift: Table,
    lane: Table,
    route: Table,
    book: Table,
    k: int,
    first: int,
    last: int,
) -> None:
    """Set the end of a lane, its times and its cost, where nothing changed before position `first` and behind `last`."""
    n = route[k, LENGTH]
    lane[k, n + 1, HERE] = shift[k, END]
    lane[k, n, LEG] = travel[lane[k, n, HERE], shift[k, END], TO] if n > 0 else 0
    lane[k, n, LATEST] = min(shift[k, LUNCH_TO], shift[k, LAST_END])
    lane[k, n, LATEST_FED] = shift[k, LAST_END]
    if more is None:
        set_ready(visit, shift, lane, route, k, first)
        set_latest(visit, shift, lane, k, last - 1)
    else:
        set_times(more, visit, shift, lane, route, k)
    set_cost(more, visit, shift, lane, route, book, k)

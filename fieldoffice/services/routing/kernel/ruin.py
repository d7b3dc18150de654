"""Ruin: take strings of neighboring visits out of neighboring lanes (Christiaens and Vanden Berghe, 2020)."""

from __future__ import annotations

from fieldoffice.services.routing.kernel.arrays import (
    COST,
    HERE,
    LANE,
    LATEST,
    LATEST_FED,
    LEG,
    LENGTH,
    PRICE,
    SUM_COST,
    SUM_WEIGHT,
    TO,
    TOUCHED,
    TWIN,
    UNSERVED,
    VISIT,
    WEIGHT,
    More,
    Small,
    Table,
)
from fieldoffice.services.routing.kernel.compiled import compiled
from fieldoffice.services.routing.kernel.dice import Dice, roll
from fieldoffice.services.routing.kernel.timing import close_lane

MEAN_REMOVED = 10
"""Visits taken out per iteration on average."""
LONGEST_STRING = 10
FINE = 1 << 20
"""Steps in which a random length is drawn."""


@compiled
def longest_string(shift: Table, route: Table, at: Table, empty: Table, book: Table) -> float:
    """The longest string of this iteration: the mean length of a used lane, at most `LONGEST_STRING`; notes the empty ones."""
    used, bare = 0, 0
    for k in range(route.shape[0]):
        if route[k, LENGTH] > 0:
            used += 1
        elif shift[k, TWIN] < 0 or route[shift[k, TWIN], LENGTH] > 0:
            empty[bare] = k
            bare += 1
    empty[-1] = bare
    served = at.shape[0] - book[UNSERVED]
    return min(float(LONGEST_STRING), max(1.0, served / max(1, used)))


@compiled
def lanes_to_tear(string: float, dice: Dice) -> int:
    """From how many lanes a string is taken, so that `MEAN_REMOVED` visits come out on average."""
    most = 4.0 * MEAN_REMOVED / (1.0 + string) - 1.0
    return int(roll(dice, FINE) / FINE * most + 1.0)


@compiled
def ruin(
    more: More | None,
    travel: Small,
    visit: Table,
    shift: Table,
    near: Small,
    lane: Table,
    route: Table,
    old_lane: Table,
    old_route: Table,
    at: Table,
    absent: Table,
    touched: Table,
    empty: Table,
    book: Table,
    dice: Dice,
    seed: int,
) -> None:
    """Take strings out of the lanes near visit `seed`; what was taken out is in `absent`."""
    string = longest_string(shift, route, at, empty, book)
    lanes = lanes_to_tear(string, dice)
    for q in range(near.shape[1]):
        k = at[near[seed, q], LANE]
        if k < 0 or route[k, TOUCHED]:
            continue
        keep_lane(lane, route, old_lane, old_route, touched, k)
        book[SUM_COST] -= route[k, COST]
        tear(more, travel, visit, shift, lane, route, at, absent, book, dice, k, near[seed, q], string)
        book[SUM_COST] += route[k, COST]
        lanes -= 1
        if lanes <= 0:
            break


@compiled
def tear(
    more: More | None,
    travel: Small,
    visit: Table,
    shift: Table,
    lane: Table,
    route: Table,
    at: Table,
    absent: Table,
    book: Table,
    dice: Dice,
    k: int,
    center: int,
    string: float,
) -> None:
    """Take a string that contains visit `center` out of lane k; half of the time a part in its middle stays."""
    n = route[k, LENGTH]
    size = min(n, int(roll(dice, FINE) / FINE * min(float(n), string) + 1.0))
    kept = 0
    if 1 < size < n and roll(dice, 2) == 0:
        kept = 1
        while size + kept < n and roll(dice, 100) > 0:
            kept += 1
    middle = position_of(lane, route, k, center)
    lowest, highest = max(0, middle - size - kept + 1), min(middle, n - size - kept)
    first = lowest + roll(dice, highest - lowest + 1)
    kept_from = first + 1 + roll(dice, size - 1) if kept else first
    cut(
        more,
        travel,
        visit,
        shift,
        lane,
        route,
        at,
        absent,
        book,
        k,
        first,
        first + size + kept,
        kept_from,
        kept_from + kept,
    )


@compiled
def position_of(lane: Table, route: Table, k: int, i: int) -> int:
    for p in range(route[k, LENGTH]):
        if lane[k, p, VISIT] == i:
            return p
    return 0


@compiled
def cut(
    more: More | None,
    travel: Small,
    visit: Table,
    shift: Table,
    lane: Table,
    route: Table,
    at: Table,
    absent: Table,
    book: Table,
    k: int,
    first: int,
    last: int,
    kept_from: int,
    kept_to: int,
) -> None:
    """Take out the positions from `first` to before `last`, but not those from `kept_from` to before `kept_to`."""
    n, left, joint = route[k, LENGTH], first, True
    for p in range(first, n):
        i = lane[k, p, VISIT]
        if p < last and not kept_from <= p < kept_to:
            at[i, LANE] = -1
            absent[absent[-1]] = i
            absent[-1] += 1
            book[SUM_WEIGHT] += visit[i, WEIGHT]
            joint = True
        else:
            move_stop(lane, k, p, left)
            if joint:
                lane[k, left, LEG] = travel[lane[k, left, HERE], lane[k, left + 1, HERE], TO]
            joint = False
            left += 1
    route[k, LENGTH] = left
    close_lane(more, travel, visit, shift, lane, route, book, k, first, first + kept_to - kept_from)


@compiled
def move_stop(lane: Table, k: int, p: int, to: int) -> None:
    """Move the visit at position p down to another position, with the times behind it."""
    lane[k, to, VISIT], lane[k, to, LEG], lane[k, to, PRICE] = lane[k, p, VISIT], lane[k, p, LEG], lane[k, p, PRICE]
    lane[k, to, LATEST], lane[k, to, LATEST_FED] = lane[k, p, LATEST], lane[k, p, LATEST_FED]
    lane[k, to + 1, HERE] = lane[k, p + 1, HERE]


@compiled
def keep_lane(lane: Table, route: Table, old_lane: Table, old_route: Table, touched: Table, k: int) -> None:
    """Copy a lane before its first change in this iteration."""
    if route[k, TOUCHED]:
        return
    copy_lane(lane, route, old_lane, old_route, k)
    route[k, TOUCHED] = 1
    touched[touched[-1]] = k
    touched[-1] += 1


@compiled
def copy_lane(lane: Table, route: Table, to_lane: Table, to_route: Table, k: int) -> None:
    """Copy the used rows of one lane."""
    for column in range(route.shape[1]):
        to_route[k, column] = route[k, column]
    for p in range(route[k, LENGTH] + 2):
        for column in range(lane.shape[2]):
            to_lane[k, p, column] = lane[k, p, column]


@compiled
def put_lane_back(lane: Table, route: Table, old_lane: Table, old_route: Table, at: Table, k: int) -> None:
    """Undo every change of this iteration in one lane."""
    copy_lane(old_lane, old_route, lane, route, k)
    for p in range(route[k, LENGTH]):
        at[lane[k, p, VISIT], LANE] = k

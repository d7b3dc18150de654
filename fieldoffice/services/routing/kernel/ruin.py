"""Ruin: take strings of neighboring visits out of neighboring lanes (Christiaens and Vanden Berghe, 2020)."""

from __future__ import annotations

from fieldoffice.services.routing.kernel.arrays import (
    COST,
    LANE,
    LENGTH,
    SUM_COST,
    SUM_WEIGHT,
    TOUCHED,
    UNSERVED,
    VISIT,
    WEIGHT,
    Small,
    Table,
)
from fieldoffice.services.routing.kernel.compiled import compiled
from fieldoffice.services.routing.kernel.dice import Dice, roll
from fieldoffice.services.routing.kernel.timing import open_lane

MEAN_REMOVED = 10
"""Visits taken out per iteration on average."""
LONGEST_STRING = 10
FINE = 1 << 20
"""Steps in which a random length is drawn."""


@compiled
def longest_string(route: Table, at: Table, book: Table) -> float:
    """The longest string of this iteration: the mean length of a used lane, at most `LONGEST_STRING`."""
    used = 0
    for k in range(route.shape[0]):
        if route[k, LENGTH] > 0:
            used += 1
    served = at.shape[0] - book[UNSERVED]
    return min(float(LONGEST_STRING), max(1.0, served / max(1, used)))


@compiled
def lanes_to_tear(string: float, dice: Dice) -> int:
    """From how many lanes a string is taken, so that `MEAN_REMOVED` visits come out on average."""
    most = 4.0 * MEAN_REMOVED / (1.0 + string) - 1.0
    return int(roll(dice, FINE) / FINE * most + 1.0)


@compiled
def ruin(
    travel: Small,
    visit: Table,
    shift: Table,
    near: Small,
    known: Small,
    lane: Table,
    route: Table,
    old_lane: Table,
    old_route: Table,
    at: Table,
    absent: Table,
    touched: Table,
    book: Table,
    dice: Dice,
    seed: int,
) -> None:
    """Take strings out of the lanes near visit `seed`; what was taken out is in `absent`."""
    string = longest_string(route, at, book)
    lanes = lanes_to_tear(string, dice)
    for q in range(near.shape[1]):
        k = at[near[seed, q], LANE]
        if k < 0 or route[k, TOUCHED]:
            continue
        keep_lane(lane, route, old_lane, old_route, touched, k)
        tear(visit, lane, route, at, absent, book, dice, k, near[seed, q], string)
        book[SUM_COST] -= route[k, COST]
        open_lane(travel, visit, shift, known, lane, route, book, k)
        book[SUM_COST] += route[k, COST]
        lanes -= 1
        if lanes <= 0:
            break


@compiled
def tear(
    visit: Table,
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
    cut(visit, lane, route, at, absent, book, k, first, first + size + kept, kept_from, kept_from + kept)


@compiled
def position_of(lane: Table, route: Table, k: int, i: int) -> int:
    for p in range(route[k, LENGTH]):
        if lane[k, p, VISIT] == i:
            return p
    return 0


@compiled
def cut(
    visit: Table,
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
    left = 0
    for p in range(route[k, LENGTH]):
        i = lane[k, p, VISIT]
        if first <= p < last and not kept_from <= p < kept_to:
            at[i, LANE] = -1
            absent[absent[-1]] = i
            absent[-1] += 1
            book[SUM_WEIGHT] += visit[i, WEIGHT]
        else:
            lane[k, left, VISIT] = i
            left += 1
    route[k, LENGTH] = left


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

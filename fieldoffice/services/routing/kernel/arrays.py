"""What the kernel works on: a few whole-number tables, and the names of their columns.

Visits and providers are row numbers. A lane is one provider's route; position p lies before its p-th visit, so a lane of n
visits has the positions 0 to n. Times and costs are seconds. Few tables with many columns rather than many arrays: numba
counts references at every use of an array, and what is used together lies together in memory.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

NEVER = 1_000_000_000
"""Later than any time of a day; as a cost: does not fit."""

# Columns of Ground.visit
PLACE, DURATION, WEIGHT, ABLE_COUNT, FAR, URGENCY, WINDOWS, LAST_START, FIRST_WINDOW = range(9)
# Columns of Ground.shift
START, END, SHIFT_FROM, SHIFT_TO, LAST_END, HAS_LUNCH, LUNCH_FROM, LUNCH_TO, LUNCH_S = range(9)
# Last index of Ground.travel
TO, FROM = range(2)
# Columns of Lanes.lane
HERE, VISIT, LEG, READY, READY_FED, LATEST, LATEST_FED = range(7)
# Columns of Lanes.route
LENGTH, FINISH, COST, VERSION, TOUCHED = range(5)
# Columns of Lanes.known
KNOWN_VERSION, KNOWN_COST, KNOWN_POSITION, SURCHARGE = range(4)
# Columns of Lanes.at
LANE, WAITING = range(2)
# Entries of Lanes.book
SUM_COST, SUM_WEIGHT, BEST_COST, BEST_WEIGHT, UNSERVED, VERSIONS, IMPROVED, OVERTIME_FACTOR, PENALTY = range(9)

Table = NDArray[np.int64]
Small = NDArray[np.int32]


class Ground(NamedTuple):
    """The day, never written: n visits, K providers, P places."""

    travel: Small  # P, P, 2: [a, b, TO] seconds from a to b, [a, b, FROM] from b to a
    visit: Table  # n rows: from FIRST_WINDOW on pairs of first and last allowed start
    shift: Table  # K rows: LUNCH_TO is -NEVER without lunch, so that "lunch to come" never applies
    able: Small  # n, K: the providers allowed for each visit, ABLE_COUNT of them
    near: Small  # n, neighbors: the nearest visits, itself first
    logs: Table  # -ln(u) x 1024 for evenly spread u


class Lanes(NamedTuple):
    """The routes with their times, a copy of each lane touched in this iteration, and the best routes so far.

    Row p of a lane: HERE the place before position p; VISIT the visit behind it; LEG the drive between the two; READY the
    earliest time to leave HERE with lunch still to come, READY_FED with lunch taken or none due; LATEST and LATEST_FED the
    latest arrival at what lies behind, so that the rest of the day holds.
    """

    lane: Table  # K, M + 2, 7
    route: Table  # K, 5
    old_lane: Table
    old_route: Table
    known: Small  # n, K, 4: cheapest insertion into a lane in one version of it; SURCHARGE is fixed, -1 not allowed
    at: Table  # n, 2: LANE or -1, index in `waiting` or -1
    waiting: Table  # n: the unserved visits, book[UNSERVED] of them
    absent: Table  # n + 1: the visits taken out or tried in this iteration, their number last
    key: Table  # n: sort keys of `absent`
    touched: Table  # K + 1: the lanes changed in this iteration, their number last
    book: Table
    best: Table  # K, M + 1: number of visits, then the visits


def empty_lanes(surcharge: Small, most: int, overtime_factor: int, penalty: int) -> Lanes:
    """Lanes without visits, for at most `most` visits each; `surcharge` is n, K."""
    n, k = surcharge.shape
    known = np.zeros((n, k, 4), np.int32)
    known[:, :, KNOWN_VERSION], known[:, :, SURCHARGE] = -1, surcharge
    book = np.zeros(9, np.int64)
    book[OVERTIME_FACTOR], book[PENALTY] = overtime_factor, penalty
    return Lanes(
        lane=np.zeros((k, most + 2, 7), np.int64),
        route=np.zeros((k, 5), np.int64),
        old_lane=np.zeros((k, most + 2, 7), np.int64),
        old_route=np.zeros((k, 5), np.int64),
        known=known,
        at=np.full((n, 2), -1, np.int64),
        waiting=np.zeros(n, np.int64),
        absent=np.zeros(n + 1, np.int64),
        key=np.zeros(n, np.int64),
        touched=np.zeros(k + 1, np.int64),
        book=book,
        best=np.zeros((k, most + 1), np.int64),
    )

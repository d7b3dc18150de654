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
PLACE, DURATION, WEIGHT, ABLE_COUNT, FAR, URGENCY, LOAD, WINDOWS, LAST_START, FIRST_WINDOW = range(10)
# Columns of Ground.shift
START, END, SHIFT_FROM, SHIFT_TO, LAST_END, HAS_LUNCH, LUNCH_FROM, LUNCH_TO, LUNCH_S, ROOM, TWIN = range(11)
SHIFT_COLUMNS = TWIN + 1
# Last index of Ground.travel
TO, FROM = range(2)
# Columns of Lanes.lane
HERE, VISIT, LEG, PRICE, READY, READY_FED, LATEST, LATEST_FED = range(8)
LANE_COLUMNS = LATEST_FED + 1
# Columns of Lanes.route
LENGTH, FINISH, COST, VERSION, TOUCHED, CARRIED, SEEN, WORKED = range(8)
ROUTE_COLUMNS = WORKED + 1
# Columns of Lanes.known
KNOWN_VERSION, KNOWN_COST, KNOWN_POSITION, SURCHARGE = range(4)
# Columns of More.rules, one row per visit
POSITION, GROUP, PART, FIRST_PART, CREW, ONE_DAY, WAITED_FOR = range(7)
# Columns of More.extra, one row per provider; then FROM, TO and S of each break
PERCENT, CLOCK, EDGES, FIRST_MOST, LAST_MOST, DAY, BREAKS, FIRST_BREAK = range(8)
BREAK_FROM, BREAK_TO, BREAK_S = range(3)
# Last index of More.clock
EDGE, UNITS, SPEED = range(3)
# Columns of More.members; FIRST_MEMBER and so on are the visits
STRICT, MEMBERS, FIRST_MEMBER = range(3)
# First column of More.links; then pairs of visit and gap
LINKS = 0
# Columns of Lanes.at
LANE, WAITING = range(2)
# Entries of Lanes.book; LENIENT is what an unserved weight costs when a step is judged, PENALTY what it costs in the end
SUM_COST, SUM_WEIGHT, BEST_COST, BEST_WEIGHT, UNSERVED, VERSIONS, IMPROVED, OVERTIME_FACTOR, PENALTY, LOOKS, LENIENT = range(11)

Table = NDArray[np.int64]
Small = NDArray[np.int32]


class Ground(NamedTuple):
    """The day, never written: n visits, K providers, P places."""

    travel: Small  # P, P, 2: [a, b, TO] seconds from a to b, [a, b, FROM] from b to a
    visit: Table  # n rows: from FIRST_WINDOW on pairs of first and last allowed start
    shift: (
        Table  # K rows: LUNCH_TO is -NEVER without lunch, so that "lunch to come" never applies; TWIN the nearest one
    )
    # before that is its equal, or -1
    able: Small  # n, K: the providers allowed for each visit, ABLE_COUNT of them
    near: Small  # n, neighbors: the nearest visits, itself first
    logs: Table  # -ln(u) x 1024 for evenly spread u


class Lanes(NamedTuple):
    """The routes with their times, a copy of each lane touched in this iteration, and the best routes so far.

    Row p of a lane: HERE the place before position p; VISIT the visit behind it; LEG the drive between the two; PRICE the
    surcharge of the visit; READY the earliest time to leave HERE with lunch still to come, READY_FED with lunch taken or none
    due; LATEST and LATEST_FED the latest arrival at what lies behind, so that the rest of the day holds.
    """

    lane: Table  # K, M + 2, LANE_COLUMNS
    route: Table  # K, ROUTE_COLUMNS
    old_lane: Table
    old_route: Table
    known: Small  # n, K, 4: cheapest insertion into a lane in one version of it; SURCHARGE is fixed, -1 not allowed
    at: Table  # n, 2: LANE or -1, index in `waiting` or -1
    waiting: Table  # n: the unserved visits, book[UNSERVED] of them
    absent: Table  # n + 1: the visits taken out or tried in this iteration, their number last
    key: Table  # n: sort keys of `absent`
    touched: Table  # K + 1: the lanes changed in this iteration, their number last
    empty: Table  # K + 1: the lanes without visits at the start of this iteration, one of equals, their number last
    lanes: Table  # K + 1: the lanes to look at for one visit, their number last
    book: Table
    best: Table  # K, M + 1: number of visits, then the visits


class More(NamedTuple):
    """What the usual day does not need: see `rules` and `groups`. The kernel gets None instead where nothing of it applies.

    `kept`, `best` and `spare` hold rows of Ground.visit: whose windows change while a group of visits stands.
    """

    rules: Table  # n rows: POSITION 1 first, 2 last; GROUP or -1; PART > 0 for further members of a crew
    extra: Table  # K rows
    clock: Table  # clocks, edges, 3
    ready: Table  # K, M + 2, breaks + 1
    latest: Table
    scratch: Table  # 3, breaks + 1
    members: Table  # groups, 2 + the most members: an order in which nothing comes before what it waits for
    links: Table  # n rows: the visits that must be done before, with gaps
    home: Table
    kept: Table
    best: Table
    spare: Table
    until: Table  # n: when a visit that others wait for is done
    turn: Table  # groups: when a group was placed last
    chosen: Table  # the lanes chosen for a crew
    fairness: int
    unit: int  # units of way in a second at the matrix's speed


def empty_lanes(surcharge: Small, most: int, overtime_factor: int, penalty: int) -> Lanes:
    """Lanes without visits, for at most `most` visits each; `surcharge` is n, K."""
    n, k = surcharge.shape
    known = np.zeros((n, k, 4), np.int32)
    known[:, :, KNOWN_VERSION], known[:, :, SURCHARGE] = -1, surcharge
    book = np.zeros(LENIENT + 1, np.int64)
    book[OVERTIME_FACTOR], book[PENALTY], book[LENIENT] = overtime_factor, penalty, penalty
    return Lanes(
        lane=np.zeros((k, most + 2, LANE_COLUMNS), np.int64),
        route=np.zeros((k, ROUTE_COLUMNS), np.int64),
        old_lane=np.zeros((k, most + 2, LANE_COLUMNS), np.int64),
        old_route=np.zeros((k, ROUTE_COLUMNS), np.int64),
        known=known,
        at=np.full((n, 2), -1, np.int64),
        waiting=np.zeros(n, np.int64),
        absent=np.zeros(n + 1, np.int64),
        key=np.zeros(n, np.int64),
        touched=np.zeros(k + 1, np.int64),
        empty=np.zeros(k + 1, np.int64),
        lanes=np.zeros(k + 1, np.int64),
        book=book,
        best=np.zeros((k, most + 1), np.int64),
    )

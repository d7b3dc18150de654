"""Recreate: put absent visits back one by one, each where it is cheapest, in an order drawn anew each time."""

from __future__ import annotations

from fieldoffice.services.routing.kernel.arrays import (
    ABLE_COUNT,
    COST,
    DURATION,
    FAR,
    FIRST_WINDOW,
    GROUP,
    KNOWN_COST,
    KNOWN_POSITION,
    KNOWN_VERSION,
    LANE,
    LAST_START,
    LENGTH,
    LOOKS,
    PENALTY,
    SEEN,
    SUM_COST,
    SUM_WEIGHT,
    SURCHARGE,
    TWIN,
    UNSERVED,
    VERSION,
    WAITING,
    WEIGHT,
    More,
    Small,
    Table,
)
from fieldoffice.services.routing.kernel.compiled import compiled
from fieldoffice.services.routing.kernel.dice import Dice, roll
from fieldoffice.services.routing.kernel.groups import place_group
from fieldoffice.services.routing.kernel.places import find_position, put
from fieldoffice.services.routing.kernel.ruin import keep_lane

FEW_LANES = 40
NEAR_LANES = 40
NEAR_PROVIDERS = 12
BLINK = 50
"""One look in so many at a lane is left out, so that the search does not always take the same step."""
TRY_ALL = 30
"""Up to so many unserved visits are all tried in each iteration."""
TRY_NEAR, TRY_ANY = 6, 2
"""Above that: so many near the ruin, and so many from anywhere."""
PINNED = 1_000


@compiled
def call_waiting(near: Small, at: Table, waiting: Table, absent: Table, book: Table, dice: Dice, seed: int) -> None:
    """Add unserved visits to `absent`, so that they are tried too."""
    if book[UNSERVED] <= TRY_ALL:
        for q in range(book[UNSERVED]):
            call(absent, waiting[q])
        return
    called = 0
    for q in range(near.shape[1]):
        if at[near[seed, q], WAITING] >= 0:
            call(absent, near[seed, q])
            called += 1
        if called >= TRY_NEAR:
            break
    for _ in range(TRY_ANY):
        call(absent, waiting[roll(dice, book[UNSERVED])])


@compiled
def call(absent: Table, i: int) -> None:
    for q in range(absent[-1]):
        if absent[q] == i:
            return
    absent[absent[-1]] = i
    absent[-1] += 1


@compiled
def set_keys(visit: Table, absent: Table, key: Table, dice: Dice) -> None:
    """Draw one order for the absent visits: random, longest, farthest, nearest, tightest window, or heaviest first."""
    draw = roll(dice, 100)
    for q in range(absent[-1]):
        i = absent[q]
        value = roll(dice, 1 << 20)
        if 30 <= draw < 50:
            value = -visit[i, DURATION]
        elif 50 <= draw < 62:
            value = -visit[i, FAR]
        elif 62 <= draw < 68:
            value = visit[i, FAR]
        elif 68 <= draw < 82:
            value = visit[i, LAST_START] - visit[i, FIRST_WINDOW]
        elif draw >= 82:
            value -= visit[i, WEIGHT] << 21
        if visit[i, WEIGHT] >= PINNED:
            value = -(1 << 40)
        key[q] = value


@compiled
def sort_absent(absent: Table, key: Table) -> None:
    """Insertion sort of `absent` by `key`: short lists, and equal keys keep their order."""
    for q in range(1, absent[-1]):
        i, value, p = absent[q], key[q], q
        while p > 0 and key[p - 1] > value:
            absent[p], key[p] = absent[p - 1], key[p - 1]
            p -= 1
        absent[p], key[p] = i, value


@compiled
def call_lanes(
    able: Small, near: Small, known: Small, route: Table, at: Table, empty: Table, lanes: Table, book: Table, i: int,
    count: int,
) -> None:  # fmt: skip
    """The lanes near visit i, each once: its neighbors' lanes, the providers who set out nearest, and empty ones."""
    book[LOOKS] += 1
    lanes[-1] = 0
    for c in range(min(near.shape[1], NEAR_LANES)):
        note_lane(route, lanes, book, at[near[i, c], LANE])
    for c in range(min(count, NEAR_PROVIDERS)):
        note_lane(route, lanes, book, able[i, c])
    for c in range(empty[-1]):
        note_lane(route, lanes, book, empty[c])
    allowed = 0
    for c in range(lanes[-1]):
        if known[i, lanes[c], SURCHARGE] >= 0:
            lanes[allowed] = lanes[c]
            allowed += 1
    lanes[-1] = allowed


@compiled
def note_lane(route: Table, lanes: Table, book: Table, k: int) -> None:
    if k >= 0 and route[k, SEEN] != book[LOOKS]:
        route[k, SEEN] = book[LOOKS]
        lanes[lanes[-1]] = k
        lanes[-1] += 1


@compiled
def recreate(
    more: More | None,
    travel: Small,
    visit: Table,
    shift: Table,
    able: Small,
    near: Small,
    known: Small,
    lane: Table,
    route: Table,
    old_lane: Table,
    old_route: Table,
    at: Table,
    absent: Table,
    touched: Table,
    empty: Table,
    lanes: Table,
    book: Table,
    dice: Dice,
    everywhere: bool,
) -> None:
    """Put each absent visit into its cheapest place, if that costs less than leaving it out.

    On a day of many lanes only those near the visit are looked at: where its neighbors are, those of the providers who set
    out nearest, and empty ones; unless `everywhere`.
    """
    book[LOOKS] += 1
    turn = book[LOOKS]
    few = everywhere or route.shape[0] <= FEW_LANES
    for q in range(absent[-1]):
        i = absent[q]
        if more is not None:
            g = more.rules[i, GROUP]
            if g >= 0:
                if more.turn[g] != turn:
                    more.turn[g] = turn
                    place_group(
                        more, travel, visit, shift, able, known, lane, route, old_lane, old_route, at, absent, touched,
                        book, dice, g,
                    )  # fmt: skip
                continue
        best, chosen = book[PENALTY] * visit[i, WEIGHT], -1
        if not few:
            call_lanes(able, near, known, route, at, empty, lanes, book, i, visit[i, ABLE_COUNT])
        for c in range(visit[i, ABLE_COUNT] if few else lanes[-1]):
            k = able[i, c] if few else lanes[c]
            if route[k, LENGTH] == 0 and shift[k, TWIN] >= 0 and route[shift[k, TWIN], LENGTH] == 0:
                continue
            if known[i, k, KNOWN_VERSION] != route[k, VERSION]:
                find_position(more, travel, visit, shift, known, lane, route, book, i, k)
            if known[i, k, KNOWN_COST] < best and roll(dice, BLINK) > 0:
                best, chosen = known[i, k, KNOWN_COST], k
        if chosen >= 0:
            keep_lane(lane, route, old_lane, old_route, touched, chosen)
            book[SUM_WEIGHT] -= visit[i, WEIGHT]
            book[SUM_COST] -= route[chosen, COST]
            put(more, travel, visit, shift, known, lane, route, at, book, i, chosen, known[i, chosen, KNOWN_POSITION])
            book[SUM_COST] += route[chosen, COST]

"""Start windows of visits that depend on each other: they are narrowed while a group stands, and given back with it."""

from __future__ import annotations

from fieldoffice.services.routing.kernel.arrays import (
    FIRST_MEMBER,
    FIRST_WINDOW,
    GROUP,
    KNOWN_VERSION,
    LAST_START,
    MEMBERS,
    NEVER,
    WINDOWS,
    More,
    Small,
    Table,
)
from fieldoffice.services.routing.kernel.compiled import compiled


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
def keep_windows(more: More, visit: Table) -> None:
    """Keep the windows that belong to the best routes so far."""
    for g in range(more.members.shape[0]):
        for m in range(more.members[g, MEMBERS]):
            i = more.members[g, FIRST_MEMBER + m]
            more.best[i] = visit[i]

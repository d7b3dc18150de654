"""The exact earliest day of one provider for a given order of visits: the one place in Python that tells the time.

Two states run along the route: lunch still to come, lunch taken. Lunch starts inside its window, may interrupt a drive or a
wait and never a visit; it may lie before the first stop's work or after the last drive. Arriving earlier is never worse
(one may wait), so the earliest ready time per state is all one needs to keep, and the earliest end is exact. Days with several
breaks or with drives that take longer at some hours are timed by `pace`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from fieldoffice.services.routing.problem import Plan, Problem, ProviderShift, Route, Stop, Window
from fieldoffice.services.routing.tables import NEVER, Tables, tables_of

Ready = tuple[int, ...]
"""Earliest ready time with lunch still to come, and with lunch taken (or none due); `NEVER` where impossible.

On the days of `pace` there is one entry for each number of breaks taken.
"""


def start_of_work(starts: Sequence[Window], arrival: int) -> int:
    """The first allowed start at or after `arrival`, or `NEVER`."""
    for first, last in starts:
        if arrival <= last:
            return max(first, arrival)
    return NEVER


def schedule(problem: Problem, provider_id: str, visit_ids: Sequence[str]) -> Route | None:
    """The earliest route through these visits in this order, or None when the order breaks a time rule.

    Standing rules (skills, pins) are not looked at. The provider leaves as late as the first stop allows.
    """
    tables = tables_of(problem)
    k = problem.provider_index[provider_id]
    return timed(tables, k, [problem.visit_index[visit_id] for visit_id in visit_ids])


def plan_of(problem: Problem, sequences: Mapping[str, Sequence[str]]) -> Plan | None:
    """The earliest plan of these orders by provider id; None when one of them breaks a time rule."""
    routes: dict[str, Route] = {}
    for provider_id, visit_ids in sequences.items():
        route = schedule(problem, provider_id, visit_ids)
        if route is None:
            return None
        if route.stops:
            routes[provider_id] = route
    return Plan(routes)


def first_ready(provider: ProviderShift) -> Ready:
    """Ready at the start of the shift."""
    return (provider.shift[0], NEVER) if provider.lunch else (NEVER, provider.shift[0])


def after_visit(
    provider: ProviderShift, ready: Ready, drive_s: int, starts: Sequence[Window], duration_s: int
) -> Ready:
    """Ready times after driving `drive_s` and doing one visit."""
    lunch = provider.lunch
    taken = _done(starts, ready[1] + drive_s, duration_s)
    if lunch is None or ready[0] >= NEVER:
        return NEVER, taken
    open_ = _done(starts, ready[0] + drive_s, duration_s)
    if ready[0] <= lunch.window[1]:
        taken = min(taken, _done(starts, max(ready[0] + drive_s, lunch.window[0]) + lunch.duration_s, duration_s))
    return (open_ if open_ <= lunch.window[1] else NEVER), taken


def end_of_day(provider: ProviderShift, ready: Ready, drive_s: int) -> int:
    """Earliest arrival at the end place, lunch taken on the way or still possible after it; `NEVER` when too late for it."""
    lunch, end = provider.lunch, min(NEVER, ready[1] + drive_s)
    if lunch is not None and ready[0] <= lunch.window[1]:
        end = min(end, max(ready[0] + drive_s, lunch.window[0]) + lunch.duration_s)
        if ready[0] + drive_s <= lunch.window[1]:
            end = min(end, ready[0] + drive_s)
    return end


def timed(tables: Tables, k: int, sequence: Sequence[int], *, part: bool = False) -> Route | None:
    """As `schedule`, by indices. `part`: others may come before and behind, so first and last visits are not looked at."""
    provider = tables.problem.providers[k]
    if not sequence:
        return Route(provider.shift[0], provider.shift[0], None, ())
    if not part and not _in_place(tables, k, sequence):
        return None
    pace = tables.paces[k]
    if pace is not None:
        ids = [tables.problem.visits[i].id for i in sequence]
        starts = [tables.starts[i] for i in sequence]
        works = [tables.work_s(i, k) for i in sequence]
        return pace.route(ids, _drives(tables, k, sequence), starts, works)
    readies = ready_times(tables, k, sequence)
    end = end_of_day(provider, readies[-1], tables.seconds[tables.place[sequence[-1]]][provider.end])
    if end > provider.last_end:
        return None
    return _Replay(tables, k, sequence, readies).route(end)


def _drives(tables: Tables, k: int, sequence: Sequence[int]) -> list[int]:
    """The seconds of each drive by the matrix, the way home last."""
    provider = tables.problem.providers[k]
    places = [provider.start, *(tables.place[i] for i in sequence), provider.end]
    return [tables.seconds[here][there] for here, there in pairwise(places)]


def _in_place(tables: Tables, k: int, sequence: Sequence[int]) -> bool:
    """First-visit and last-visit rules, of the visits and of the provider."""
    provider, visits, last = tables.problem.providers[k], tables.problem.visits, len(sequence) - 1
    for at, i in enumerate(sequence):
        if (visits[i].position == "first" and at > 0) or (visits[i].position == "last" and at < last):
            return False
    out_s = tables.seconds[provider.start][tables.place[sequence[0]]]
    home_s = tables.seconds[tables.place[sequence[-1]]][provider.end]
    if provider.first_within_s is not None and out_s > provider.first_within_s:
        return False
    return provider.last_within_s is None or home_s <= provider.last_within_s


def ready_times(tables: Tables, k: int, sequence: Sequence[int]) -> list[Ready]:
    """Ready times before the first visit and after each one."""
    provider, pace = tables.problem.providers[k], tables.paces[k]
    readies: list[Ready] = [pace.first() if pace else first_ready(provider)]
    place = provider.start
    for i in sequence:
        there = tables.place[i]
        drive_s = tables.seconds[place][there]
        readies.append(after(tables, k, readies[-1], drive_s, i))
        place = there
    return readies


def after(tables: Tables, k: int, ready: Ready, drive_s: int, i: int) -> Ready:
    """Ready times of provider k after driving `drive_s` (by the matrix) and doing visit i."""
    pace = tables.paces[k]
    if pace is not None:
        return pace.after(ready, drive_s, tables.starts[i], tables.work_s(i, k))
    return after_visit(tables.problem.providers[k], ready, drive_s, tables.starts[i], tables.work_s(i, k))


def home(tables: Tables, k: int, ready: Ready, drive_s: int) -> int:
    """Earliest arrival of provider k at the end place; `NEVER` when that is too late for a break."""
    pace = tables.paces[k]
    return pace.home(ready, drive_s) if pace else end_of_day(tables.problem.providers[k], ready, drive_s)


def reaches(tables: Tables, k: int, ready: Ready, drive_s: int, latest: Ready) -> bool:
    """Whether leaving at `ready` arrives in time for the rest of the day, breaks included."""
    pace = tables.paces[k]
    if pace is not None:
        return pace.reaches(ready, drive_s, latest)
    if ready[1] + drive_s <= latest[1]:
        return True
    lunch = tables.problem.providers[k].lunch
    if lunch is None or ready[0] > lunch.window[1]:
        return False
    return ready[0] + drive_s <= latest[0] or max(ready[0] + drive_s, lunch.window[0]) + lunch.duration_s <= latest[1]


def latest_arrivals(tables: Tables, k: int, sequence: Sequence[int]) -> list[Ready]:
    """The latest arrival at each visit and, last, at the end place with which the rest still holds, per lunch state.

    -NEVER where no arrival would do.
    """
    provider, pace = tables.problem.providers[k], tables.paces[k]
    lunch, place = provider.lunch, provider.end
    last: Ready = (min(lunch.window[1], provider.last_end) if lunch else -NEVER, provider.last_end)
    latest = [pace.latest_home() if pace else last]
    for i in reversed(sequence):
        drive_s, starts, duration = tables.seconds[tables.place[i]][place], tables.starts[i], tables.work_s(i, k)
        place = tables.place[i]
        if pace is not None:
            latest.append(pace.latest_before(latest[-1], drive_s, starts, duration))
            continue
        leave = _latest_leave(provider, latest[-1], drive_s)
        latest.append((_latest_start(starts, leave[0] - duration), _latest_start(starts, leave[1] - duration)))
    return latest[::-1]


def _latest_leave(provider: ProviderShift, arrival: Ready, drive_s: int) -> Ready:
    lunch, open_ = provider.lunch, -NEVER
    if lunch is not None:
        open_ = min(arrival[0] - drive_s, lunch.window[1])
        if lunch.window[0] + lunch.duration_s <= arrival[1]:
            open_ = max(open_, min(lunch.window[1], arrival[1] - lunch.duration_s - drive_s))
    return open_, arrival[1] - drive_s


def _latest_start(starts: Sequence[Window], bound: int) -> int:
    return max((min(last, bound) for first, last in starts if first <= bound), default=-NEVER)


def _done(starts: Sequence[Window], arrival: int, duration_s: int) -> int:
    start = start_of_work(starts, arrival) if arrival < NEVER else NEVER
    return start + duration_s if start < NEVER else NEVER


@dataclass
class _Replay:
    """Walks the states back from the earliest end to find the leg with lunch, then forward to read the times."""

    tables: Tables
    k: int
    sequence: Sequence[int]
    readies: list[Ready]

    def route(self, end: int) -> Route:
        provider = self.tables.problem.providers[self.k]
        leg = self._lunch_leg(end)
        stops: list[Stop] = []
        lunch_at, clock = None, provider.shift[0]
        for position, i in enumerate(self.sequence):
            arrival = clock + self._drive(position)
            if position == leg and provider.lunch:
                lunch_at = max(clock, provider.lunch.window[0])
                arrival = max(arrival, provider.lunch.window[0]) + provider.lunch.duration_s
            start = start_of_work(self.tables.starts[i], arrival)
            stops.append(Stop(self.tables.problem.visits[i].id, start))
            clock = start + self.tables.work_s(i, self.k)
        if provider.lunch and leg == len(self.sequence):
            lunch_at = max(clock, provider.lunch.window[0])
        elif provider.lunch and leg is None:
            lunch_at = max(end, provider.lunch.window[0])
        return Route(self._departure(stops[0].start, lunch_at if leg == 0 else None), end, lunch_at, tuple(stops))

    def _drive(self, position: int) -> int:
        """Seconds from the stop before to the stop at `position` (after the last one: to the end place)."""
        tables, provider = self.tables, self.tables.problem.providers[self.k]
        here = tables.place[self.sequence[position - 1]] if position else provider.start
        there = tables.place[self.sequence[position]] if position < len(self.sequence) else provider.end
        return tables.seconds[here][there]

    def _lunch_leg(self, end: int) -> int | None:
        """The leg (0 = before the first visit) that holds lunch on the earliest route; None: none, or after the end."""
        provider = self.tables.problem.providers[self.k]
        lunch, last = provider.lunch, len(self.sequence)
        if lunch is None:
            return None
        open_ = self.readies[last][0] + self._drive(last)
        if open_ == end and open_ <= lunch.window[1]:
            return None
        if self.readies[last][1] + self._drive(last) != end:
            return last
        return next(leg for leg in range(last - 1, -1, -1) if self._taken_at(leg))

    def _taken_at(self, leg: int) -> bool:
        """Whether taking lunch on this leg gives the earliest ready time with lunch taken."""
        i = self.sequence[leg]
        starts, duration = self.tables.starts[i], self.tables.work_s(i, self.k)
        return _done(starts, self.readies[leg][1] + self._drive(leg), duration) != self.readies[leg + 1][1]

    def _departure(self, first_start: int, lunch_at: int | None) -> int:
        """As late as the first stop allows, but not before the shift and not after a lunch that is taken on the way."""
        provider = self.tables.problem.providers[self.k]
        leave = first_start - self._drive(0)
        if lunch_at is not None and provider.lunch:
            leave = min(lunch_at, leave - provider.lunch.duration_s)
        return max(provider.shift[0], leave)

"""A provider's day in full: several breaks, drives that take longer at some hours, work at one's own speed.

`schedule` comes here for the providers that need it; the usual day (one break, steady drives) it times itself. The state along
the route is the number of breaks taken. Breaks are taken in order, each as early as its window and the route allow; they may
interrupt a drive or a wait, never a visit. Leaving later never arrives earlier, so the earliest time per state is enough.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from fieldoffice.services.routing.problem import SPEED, Lunch, Problem, ProviderShift, Route, Stop, Window

NEVER = 1_000_000_000
State = tuple[int, ...]


@dataclass(frozen=True)
class Clock:
    """How far one has driven by a time, in units; `edges` are the times at which the speed changes, the first is 0."""

    edges: tuple[int, ...]
    driven: tuple[int, ...]
    speeds: tuple[int, ...]

    @classmethod
    def of(cls, problem: Problem, provider: ProviderShift) -> Clock:
        edges = sorted({0, *(max(0, edge) for window, _ in problem.slow_times for edge in window)})
        speeds = [problem.speed_at(provider, edge) for edge in edges]
        driven = [0]
        for at in range(1, len(edges)):
            driven.append(driven[-1] + speeds[at - 1] * (edges[at] - edges[at - 1]))
        return cls(tuple(edges), tuple(driven), tuple(speeds))

    def by(self, t: int) -> int:
        """Units driven from 0 to t."""
        at = max(0, bisect_right(self.edges, t) - 1)
        return self.driven[at] + self.speeds[at] * (t - self.edges[at])

    def when(self, units: int) -> int:
        """The first second by which so many units are driven."""
        at = max(0, bisect_right(self.driven, units) - 1)
        return self.edges[at] - (self.driven[at] - units) // self.speeds[at]

    def until(self, units: int) -> int:
        """The last second by which no more units than these are driven."""
        at = max(0, bisect_right(self.driven, units) - 1)
        return self.edges[at] + (units - self.driven[at]) // self.speeds[at]


@lru_cache(maxsize=4096)
def clock_of(problem: Problem, provider: ProviderShift) -> Clock:
    return Clock.of(problem, provider)


@dataclass(frozen=True)
class Pace:
    """One provider's way through a day."""

    provider: ProviderShift
    breaks: tuple[Lunch, ...]
    clock: Clock

    @classmethod
    def of(cls, problem: Problem, provider: ProviderShift) -> Pace | None:
        """None for a provider whose day `schedule` times itself."""
        if len(provider.breaks) <= 1 and not provider.more_breaks and problem.steady(provider):
            return None
        return cls(provider, provider.breaks, clock_of(problem, provider))

    def first(self) -> State:
        return (self.provider.shift[0], *(NEVER for _ in self.breaks))

    def arrive(self, t: int, drive_s: int) -> int:
        return self.clock.when(self.clock.by(t) + drive_s * SPEED) if t < NEVER else NEVER

    def leave_by(self, arrival: int, drive_s: int) -> int:
        return self.clock.until(self.clock.by(arrival) - drive_s * SPEED)

    def on_way(self, t: int, drive_s: int, taken: int, then: int) -> int:
        """Arrival when leaving at t, taking the breaks from number `taken` to before `then` on the way."""
        if t >= NEVER:
            return NEVER
        left = drive_s * SPEED
        for pause in self.breaks[taken:then]:
            begin = max(t, pause.window[0])
            if begin > pause.window[1]:
                return NEVER
            left = max(0, left - (self.clock.by(begin) - self.clock.by(t)))
            t = begin + pause.duration_s
        return self.clock.when(self.clock.by(t) + left)

    def after(self, ready: State, drive_s: int, starts: Sequence[Window], work_s: int) -> State:
        """Ready times after driving and doing one visit."""
        return tuple(self._done(ready, drive_s, starts, work_s, then)[0] for then in range(len(ready)))

    def _done(self, ready: State, drive_s: int, starts: Sequence[Window], work_s: int, then: int) -> tuple[int, int]:
        """The earliest end of the visit with `then` breaks taken, and how many were taken before the drive."""
        best = (NEVER, 0)
        for taken in range(then + 1):
            arrival = self.on_way(ready[taken], drive_s, taken, then)
            done = next((max(first, arrival) + work_s for first, last in starts if arrival <= last), NEVER)
            best = min(best, (done, taken))
        late = then < len(self.breaks) and best[0] > self.breaks[then].window[1]
        return (NEVER, 0) if late else best

    def home(self, ready: State, drive_s: int) -> int:
        """Earliest arrival at the end place; breaks not taken yet are taken after it."""
        return min(self._homes(ready, drive_s))[0]

    def _homes(self, ready: State, drive_s: int) -> list[tuple[int, int, int]]:
        """(arrival, breaks taken by then, breaks taken before the drive)."""
        return [
            (arrival if arrival <= self.last_moment(then) else NEVER, then, taken)
            for then in range(len(ready))
            for taken in range(then + 1)
            for arrival in (self.on_way(ready[taken], drive_s, taken, then),)
        ]

    def last_moment(self, taken: int) -> int:
        """The latest moment at which the breaks from number `taken` on can still all be taken one after the other."""
        limit = NEVER
        for pause in reversed(self.breaks[taken:]):
            if pause.window[0] + pause.duration_s > limit:
                return -NEVER
            limit = min(pause.window[1], limit - pause.duration_s)
        return limit

    def latest_home(self) -> State:
        return tuple(min(self.provider.last_end, self.last_moment(taken)) for taken in range(len(self.breaks) + 1))

    def latest_before(self, behind: State, drive_s: int, starts: Sequence[Window], work_s: int) -> State:
        """Latest arrivals at a visit so that leaving it arrives in time for what lies behind, by breaks taken."""
        return tuple(
            _latest_start(starts, self._leave(behind, drive_s, taken) - work_s) for taken in range(len(behind))
        )

    def _leave(self, behind: State, drive_s: int, taken: int) -> int:
        best = self.leave_by(behind[taken], drive_s) if behind[taken] > 0 else -NEVER
        for then in range(taken + 1, len(behind)):
            best = max(best, self._leave_with(behind[then], drive_s, taken, then))
        return min(best, self.breaks[taken].window[1]) if taken < len(self.breaks) else best

    def _leave_with(self, arrival: int, drive_s: int, taken: int, then: int) -> int:
        """The latest time to leave and take these breaks on the way; by halving, as a later leave arrives later."""
        low, high = 0, min(arrival, self.breaks[taken].window[1])
        if high < low or self.on_way(low, drive_s, taken, then) > arrival:
            return -NEVER
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self.on_way(middle, drive_s, taken, then) <= arrival else (low, middle - 1)
        return low

    def reaches(self, ready: State, drive_s: int, latest: State) -> bool:
        """Whether leaving at these ready times arrives in time for the rest of the day."""
        return any(
            self.on_way(ready[taken], drive_s, taken, then) <= latest[then]
            for taken in range(len(ready))
            for then in range(taken, len(ready))
        )

    def route(
        self, ids: Sequence[str], drives: Sequence[int], starts: Sequence[Sequence[Window]], works: Sequence[int]
    ) -> Route | None:
        """The earliest route through visits with these ids; `drives` has one entry more, the way home."""
        readies = [self.first()]
        for drive_s, windows, work_s in zip(drives, starts, works, strict=False):
            readies.append(self.after(readies[-1], drive_s, windows, work_s))
        end, then, taken = min(self._homes(readies[-1], drives[-1]))
        if end > self.provider.last_end:
            return None
        legs = [(taken, then)]
        for p in range(len(ids) - 1, -1, -1):
            then = legs[-1][0]
            legs.append((self._done(readies[p], drives[p], starts[p], works[p], then)[1], then))
        return self._replay(ids, drives, starts, works, legs[::-1], end)

    def _replay(
        self,
        ids: Sequence[str],
        drives: Sequence[int],
        starts: Sequence[Sequence[Window]],
        works: Sequence[int],
        legs: Sequence[tuple[int, int]],
        end: int,
    ) -> Route:
        """The times of a route whose breaks are shared out over the legs."""
        stops: list[Stop] = []
        pauses: list[int] = []
        clock = leave = self.provider.shift[0]
        for p, (taken, then) in enumerate(legs):
            if p == 0:
                arrival = self.on_way(clock, drives[0], taken, then)
                start = next(max(first, arrival) for first, last in starts[0] if arrival <= last)
                leave = clock = self._depart(start, drives[0], taken, then)
            pauses += self._pauses(clock, taken, then)
            arrival = self.on_way(clock, drives[p], taken, then)
            if p < len(ids):
                start = next(max(first, arrival) for first, last in starts[p] if arrival <= last)
                stops.append(Stop(ids[p], start))
                clock = start + works[p]
        pauses += self._pauses(end, legs[-1][1], len(self.breaks))
        lunch, more = (pauses[0], pauses[1:]) if self.provider.lunch else (None, pauses)
        return Route(leave, end, lunch, tuple(stops), tuple(more))

    def _depart(self, start: int, drive_s: int, taken: int, then: int) -> int:
        """As late as the first stop allows, not before the shift."""
        if taken == then:
            leave = self.leave_by(start, drive_s)
        else:
            leave = self._leave_with(start, drive_s, taken, then)
        return max(self.provider.shift[0], leave)

    def _pauses(self, t: int, taken: int, then: int) -> list[int]:
        """When these breaks begin, leaving at t."""
        begins: list[int] = []
        for pause in self.breaks[taken:then]:
            begins.append(max(t, pause.window[0]))
            t = begins[-1] + pause.duration_s
        return begins


def _latest_start(starts: Sequence[Window], bound: int) -> int:
    return max((min(last, bound) for first, last in starts if first <= bound), default=-NEVER)

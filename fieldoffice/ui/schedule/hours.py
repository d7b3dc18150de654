"""The board's time scale: where a moment stands, and which moment stands at a place.

Each civil day of the office is one stretch; inside it hours are real elapsed time, so the day on which clocks change
is 23 or 25 hours wide. Nights may be folded away: then a stretch runs from `opens` to `closes` on the wall clock.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from fieldoffice.services.availability import Span
from fieldoffice.services.dispatch.rows import Board

HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class Tick:
    """One full hour of the wall clock, `x` pixels from the left edge."""

    x: float
    at: datetime  # aware, in the office's zone


def moment(on: date, hour: int, zone: ZoneInfo) -> datetime:
    """The UTC instant at which the wall clock of `on` shows `hour` (24 is the next midnight)."""
    day = on + timedelta(days=hour // 24)
    return datetime.combine(day, time(hour % 24), zone).astimezone(UTC)


class Hours:
    """A scale over `days` civil days from `first_on`, `per_hour` pixels an hour."""

    def __init__(
        self, first_on: date, days: int, zone: str, *, per_hour: float, opens: int = 0, closes: int = 24
    ) -> None:
        self.first_on, self.days, self.zone, self.per_hour = first_on, days, ZoneInfo(zone), per_hour
        self.opens, self.closes = opens, closes
        shown = [first_on + timedelta(days=n) for n in range(days)]
        self.stretches = tuple(Span(moment(d, opens, self.zone), moment(d, closes, self.zone)) for d in shown)
        self._starts = [s.start.timestamp() for s in self.stretches]
        self._ends = [s.end.timestamp() for s in self.stretches]
        self._before = [0.0]
        for start, end in zip(self._starts, self._ends, strict=True):
            self._before.append(self._before[-1] + (end - start) / HOUR_S)

    @property
    def shown_hours(self) -> float:
        """How many hours the scale shows in all."""
        return self._before[-1]

    @property
    def width(self) -> float:
        return self._before[-1] * self.per_hour

    def x(self, at: datetime) -> float:
        """Pixels from the left edge; a moment in a folded night stands where the next day begins."""
        seconds = at.timestamp()
        n = max(0, bisect_right(self._starts, seconds) - 1)
        inside = min(max(seconds - self._starts[n], 0.0), self._ends[n] - self._starts[n])
        return (self._before[n] + inside / HOUR_S) * self.per_hour

    def at(self, x: float) -> datetime:
        """The moment at `x`, held inside the days shown; aware UTC."""
        hours = min(max(x / self.per_hour, 0.0), self._before[-1])
        n = min(bisect_right(self._before, hours) - 1, self.days - 1)
        return datetime.fromtimestamp(self._starts[n] + (hours - self._before[n]) * HOUR_S, UTC)

    def day_at(self, x: float) -> int:
        """Which of the days stands at `x`, counted from 0."""
        hours = min(max(x / self.per_hour, 0.0), self._before[-1])
        return min(bisect_right(self._before, hours) - 1, self.days - 1)

    def day_left(self, n: int) -> float:
        """The left edge of day `n`; `n == days` gives the right edge of the last."""
        return self._before[n] * self.per_hour

    def shows(self, at: datetime) -> bool:
        """Whether the moment is on the scale at all."""
        seconds = at.timestamp()
        n = bisect_right(self._starts, seconds) - 1
        return n >= 0 and seconds <= self._ends[n]

    def ticks(self, left: float, right: float) -> Iterator[Tick]:
        """The full hours between two places. A repeated hour of the clock is given twice, a skipped one never."""
        for n in range(self.day_at(left), self.day_at(right) + 1):
            at, end = self.stretches[n].start, self.stretches[n].end
            while at < end:
                x = self.day_left(n) + (at - self.stretches[n].start).total_seconds() / HOUR_S * self.per_hour
                if left - self.per_hour <= x <= right:
                    yield Tick(x, at.astimezone(self.zone))
                at += timedelta(hours=1)


def snapped(at: datetime, minutes: int) -> datetime:
    """The nearest full step of the clock. All zones stand a multiple of 15 minutes from UTC, so UTC will do."""
    step = minutes * 60
    return datetime.fromtimestamp(round(at.timestamp() / step) * step, UTC)


def waking(board: Board) -> tuple[int, int]:
    """The hours of the wall clock between which all shifts and visits lie, with an hour of air on both sides."""
    zone, opens, closes = ZoneInfo(board.zone), 24, 0
    for span in _spans(board):
        start, end = span.start.astimezone(zone), span.end.astimezone(zone)
        if start.date() != end.date() and (end.hour, end.minute) != (0, 0):
            return 0, 24
        opens = min(opens, start.hour)
        closes = max(closes, 24 if start.date() != end.date() else end.hour + (end.minute > 0))
    return (max(0, opens - 1), min(24, closes + 1)) if opens < closes else (6, 20)


def _spans(board: Board) -> Iterable[Span]:
    for row in board.providers:
        yield from row.shifts
    for card in board.cards:
        if card.starts_at is not None and card.ends_at is not None:
            yield Span(card.starts_at, card.ends_at)

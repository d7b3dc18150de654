"""When one provider can be sent on one day: shifts less absences, break and overtime, in seconds of the day. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from fieldoffice.services.availability import Span
from fieldoffice.services.dispatch.rows import ProviderRow
from fieldoffice.services.routing.problem import Lunch, Window

Seconds = Callable[[datetime], int]


@dataclass(frozen=True)
class Hours:
    """`shift` runs from the first to the last working minute, `gaps` in it are away or between shifts, `breaks` are in order."""

    shift: Window
    gaps: tuple[Window, ...] = ()
    overtime_s: int = 0
    breaks: tuple[Lunch, ...] = ()

    @property
    def last_end(self) -> int:
        return self.shift[1] + self.overtime_s


def hours_of(row: ProviderRow, day: Span, seconds: Seconds) -> Hours | None:
    """The provider's hours on this day; None when there are none."""
    parts = _parts(row, day)
    if not parts:
        return None
    spans = [(seconds(part.start), seconds(part.end)) for part in parts]
    shift = spans[0][0], spans[-1][1]
    gaps = tuple((before[1], after[0]) for before, after in pairwise(spans))
    return Hours(shift, gaps, _overtime(row, parts[-1]), tuple(_breaks(row, shift, seconds)))


def _parts(row: ProviderRow, day: Span) -> list[Span]:
    """The stretches in which the provider works and is not away, in order; what touches is one."""
    free = [shift for shift in row.shifts if shift.meets(day.start, day.end)]
    for absence in row.absences:
        free = [part for span in free for part in _without(span, absence.span)]
    joined: list[Span] = []
    for span in sorted(free, key=lambda span: (span.start, span.end)):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def _overtime(row: ProviderRow, last: Span) -> int:
    """Overtime runs on from a shift's end, not from the start of an absence, and ends where one begins."""
    if not any(shift.end == last.end for shift in row.shifts):
        return 0
    away = [a.span.start for a in row.absences if a.span.end > last.end]
    end = min([last.end + timedelta(seconds=row.overtime_s), *away])
    return max(0, int((end - last.end).total_seconds()))


def _breaks(row: ProviderRow, shift: Window, seconds: Seconds) -> Iterator[Lunch]:
    """The breaks that the shift has room for, one after the other."""
    free = shift[0]
    for lunch in sorted(row.lunches, key=lambda lunch: (lunch.span.start, lunch.span.end)):
        first, last = seconds(lunch.span.start), seconds(lunch.span.end)
        if free <= first and last + lunch.duration_s <= shift[1]:
            yield Lunch(lunch.duration_s, (first, last))
            free = last + lunch.duration_s


def _without(span: Span, gap: Span) -> Sequence[Span]:
    if not gap.meets(span.start, span.end):
        return [span]
    parts = [Span(span.start, min(span.end, gap.start)), Span(max(span.start, gap.end), span.end)]
    return [part for part in parts if part.start < part.end]

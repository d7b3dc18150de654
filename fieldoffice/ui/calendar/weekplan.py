"""Where everything stands in a week, in pixels: columns of days, hours down, visits that overlap side by side. Plain numbers.

A large office has more visits in an hour than a column is wide: those that do not fit are counted at the right of their hour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtCore import QPointF, QRectF

from fieldoffice.services.calendar import local
from fieldoffice.services.calendars.rows import Entry
from fieldoffice.services.calendars.week import Hour, Week

GUTTER = 52  # the hours at the left
LEAST_LANE = 54  # narrower than this no second visit stands beside the first
CHIP, WIDE_CHIP = 30, 44  # "+9", "+120"
LEAST_HEIGHT = 19
STEP = 15  # minutes
GRIP = 6.0  # pixels at the lower edge that give another length
SHORTEST_S = 300


@dataclass(frozen=True, slots=True)
class Box:
    """One visit at its place."""

    entry: Entry
    on: date
    area: QRectF


@dataclass(frozen=True, slots=True)
class More:
    """Visits of one hour that do not fit."""

    on: date
    count: int
    area: QRectF


@dataclass(slots=True)
class Column:
    """One day."""

    on: date
    left: float
    right: float
    boxes: list[Box] = field(default_factory=list[Box])
    more: list[More] = field(default_factory=list[More])


@dataclass(slots=True)
class WeekPlan:
    """A week laid out for one width and scale; y counts from midnight."""

    zone: ZoneInfo
    per_hour: float
    columns: list[Column]

    @property
    def height(self) -> float:
        return 24 * self.per_hour

    def y(self, at: datetime) -> float:
        here = at.astimezone(self.zone)
        return (here.hour * 60 + here.minute) / 60 * self.per_hour

    def column_at(self, x: float) -> Column | None:
        return next((c for c in self.columns if c.left <= x < c.right), None)

    def column_of(self, on: date) -> Column | None:
        return next((c for c in self.columns if c.on == on), None)

    def spot_at(self, spot: QPointF) -> Box | None:
        column = self.column_at(spot.x())
        return None if column is None else next((b for b in reversed(column.boxes) if b.area.contains(spot)), None)

    def more_at(self, spot: QPointF) -> More | None:
        column = self.column_at(spot.x())
        return None if column is None else next((m for m in column.more if m.area.contains(spot)), None)

    def spot_of(self, id: int) -> Box | None:
        return next((b for c in self.columns for b in c.boxes if b.entry.id == id), None)

    def moment(self, on: date, y: float, step: int) -> datetime:
        """The time of the wall clock at a height of a day, on full steps of minutes."""
        minutes = round(y / self.per_hour * 60 / step) * step
        return local(on, max(0, min(24 * 60 - step, minutes)), self.zone)

    def on_grip(self, box: Box, spot: QPointF) -> bool:
        """Whether a place in a visit is its lower edge; a very low one has none."""
        return box.area.height() >= 3 * GRIP and spot.y() >= box.area.bottom() - GRIP

    def length(self, entry: Entry, y: float, step: int) -> int:
        """How long a visit lasts whose lower edge is at that height, in seconds; its end is on full steps of minutes."""
        here = entry.starts_at.astimezone(self.zone)
        wanted = round(y / self.per_hour * 60 / step) * step - here.hour * 60 - here.minute
        return max(SHORTEST_S, min(wanted, 24 * 60 - here.hour * 60 - here.minute) * 60)


def laid_out(week: Week, width: float, per_hour: float) -> WeekPlan:
    """Give each day its column and each visit its place."""
    plan = WeekPlan(ZoneInfo(week.zone), per_hour, [])
    for n, day in enumerate(week.days):
        left, right = (round(GUTTER + (width - GUTTER) * k / 7) for k in (n, n + 1))
        column = Column(day.on, left, right)
        mine = [hour for hour in week.hours if hour.starts_at.astimezone(plan.zone).date() == day.on]
        _fill(plan, column, mine)
        plan.columns.append(column)
    return plan


def _fill(plan: WeekPlan, column: Column, hours: Sequence[Hour]) -> None:
    entries = sorted((e for hour in hours for e in hour.entries), key=lambda e: (e.starts_at, -e.duration_s, e.id))
    hidden = {hour.starts_at: hour.total - len(hour.entries) for hour in hours}
    lanes, width = _lanes(entries), column.right - column.left - 8
    crowded = any(hidden.values()) or any(count > max(1, width // LEAST_LANE) for _, count in lanes.values())
    chip = WIDE_CHIP if max(hidden.values(), default=0) > 9 else CHIP
    room = width - (chip if crowded else 0)
    most = max(1, int(room // LEAST_LANE))
    for entry in entries:
        lane, count = lanes[entry.id]
        if lane >= most:
            hour = max((h.starts_at for h in hours if h.starts_at <= entry.starts_at), default=entry.starts_at)
            hidden[hour] = hidden.get(hour, 0) + 1
        else:
            column.boxes.append(_box(plan, column, entry, lane, room / min(count, most)))
    column.more = [
        More(column.on, count, QRectF(column.right - chip - 2, plan.y(at) + 2, chip - 2, 17)) for at, count in hidden.items() if count
    ]


def _box(plan: WeekPlan, column: Column, entry: Entry, lane: int, wide: float) -> Box:
    top = plan.y(entry.starts_at)
    tall = max(LEAST_HEIGHT, entry.duration_s / 3600 * plan.per_hour)
    tall = min(tall, max(LEAST_HEIGHT, plan.height - top))
    return Box(entry, column.on, QRectF(column.left + 3 + lane * wide + 0.5, top + 0.5, wide - 3, tall - 2))


def _lanes(entries: Sequence[Entry]) -> dict[int, tuple[int, int]]:
    """Each visit's lane, and how many lanes the visits it meets with take."""
    found: dict[int, tuple[int, int]] = {}
    group: list[tuple[int, int]] = []
    free: list[datetime] = []
    for entry in entries:
        if free and entry.starts_at >= max(free):
            found.update({id: (lane, len(free)) for id, lane in group})
            group, free = [], []
        lane = next((n for n, until in enumerate(free) if until <= entry.starts_at), len(free))
        free[lane : lane + 1] = [max(entry.ends_at, entry.starts_at + timedelta(minutes=15))]
        group.append((entry.id, lane))
    return found | {id: (lane, len(free)) for id, lane in group}

"""The day at a glance: hours across, a numbered box for each stop, a bar for each drive, an open box for a break."""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# reportlab has no complete types.

from __future__ import annotations

from datetime import datetime, timedelta

from reportlab.lib.colors import white

from fieldoffice.services.documents.daysheet import DaySheet
from fieldoffice.services.documents.paper import INK, LABEL, LINE, MUTED, Block, put, rule, width

HIGH, BOX, BASE = 46.0, 17.0, 20.0
HOUR = timedelta(hours=1)


class DayBar(Block):
    """Drawn to scale between the full hours around the first drive and the last stop (or the way back)."""

    high = HIGH

    def __init__(self, sheet: DaySheet) -> None:
        super().__init__()
        self.sheet = sheet
        first = min(stop.starts_at - timedelta(seconds=stop.drive_s) for stop in sheet.stops)
        last = max(stop.ends_at for stop in sheet.stops) + timedelta(seconds=sheet.drive_back_s)
        self.start, self.end = _hour(sheet, first), _hour(sheet, last + HOUR - timedelta(seconds=1))

    def draw(self) -> None:
        self._hours()
        for one in self.sheet.breaks:
            self._box(one.starts_at, one.ends_at, "", dashed=True)
        for stop in self.sheet.stops:
            self._drive(stop.starts_at - timedelta(seconds=stop.drive_s), stop.starts_at)
        for stop in self.sheet.stops:
            self._box(stop.starts_at, stop.ends_at, str(stop.number))
        last = max(stop.ends_at for stop in self.sheet.stops)
        self._drive(last, last + timedelta(seconds=self.sheet.drive_back_s))

    def _x(self, at: datetime) -> float:
        share = (at - self.start) / (self.end - self.start)
        return min(max(share, 0.0), 1.0) * self.width

    def _hours(self) -> None:
        """A tick at every hour, words at every hour or second or fourth, as room allows."""
        count = round((self.end - self.start) / HOUR)
        step = next((step for step in (1, 2, 4, 8) if self.width / max(count, 1) * step >= 34), 24)
        rule(self.canv, 0, self.width, BASE)
        for n in range(count + 1):
            at = self.start + n * HOUR
            x = self._x(at)
            self.canv.setStrokeColor(LINE)
            self.canv.line(x, BASE, x, BASE - (4 if n % step == 0 else 2))
            if n % step == 0:
                align = "left" if n == 0 else "right" if n == count else "center"
                put(self.canv, x, BASE - 12, self._label(at), size=LABEL, color=MUTED, align=align)

    def _label(self, at: datetime) -> str:
        here = self.sheet.local(at)
        return f"{here:%H:%M}" if self.sheet.clock == "24" else f"{here.hour % 12 or 12} {'AM' if here.hour < 12 else 'PM'}"

    def _box(self, start: datetime, end: datetime, number: str, *, dashed: bool = False) -> None:
        left, right = self._x(start), self._x(end)
        right = max(right, left + 6)
        canvas = self.canv
        canvas.saveState()
        canvas.setFillColor(white)
        canvas.setStrokeColor(MUTED if dashed else INK)
        canvas.setLineWidth(0.8)
        canvas.setDash([2, 2] if dashed else [])
        canvas.rect(left, BASE + 1, right - left, BOX, fill=1)
        canvas.restoreState()
        if number:
            self._number((left + right) / 2, right - left, number)

    def _number(self, x: float, room: float, number: str) -> None:
        """Inside the box as large as it fits, above a box that is too narrow."""
        size = next((size for size in (9.0, 7.5) if width(number, size, bold=True) + 3 <= room), 0.0)
        y = BASE + 1 + BOX / 2 - size * 0.34 if size else BASE + BOX + 3
        put(self.canv, x, y, number, size=size or 6.0, bold=True, align="center")

    def _drive(self, start: datetime, end: datetime) -> None:
        if end > start:
            self.canv.setFillColor(INK)
            self.canv.rect(self._x(start), BASE + BOX / 2 - 0.5, self._x(end) - self._x(start), 2.2, stroke=0, fill=1)


def _hour(sheet: DaySheet, at: datetime) -> datetime:
    """The full hour at or before `at` on the sheet's clock."""
    here = sheet.local(at)
    return at - timedelta(minutes=here.minute, seconds=here.second, microseconds=here.microsecond)

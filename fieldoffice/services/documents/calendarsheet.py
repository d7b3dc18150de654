"""A month or a week on paper, frozen before it is drawn: landscape, the days across, nothing that a copier would lose.

A month is one page; what does not fit into a day is counted there. A week lists every visit, on as many pages as it takes.
"""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# reportlab has no complete types.

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from fieldoffice.services.documents.daysheet import Clock, SheetCompany, wall
from fieldoffice.services.documents.fonts import primary, width
from fieldoffice.services.documents.letters import clean
from fieldoffice.services.documents.paper import (
    INK,
    LABEL,
    LANGUAGE,
    LINE,
    MUTED,
    SIZES,
    SMALL,
    PaperSize,
    dark,
    put,
    rule,
)

SIDE, TOP, FOOT = 36.0, 36.0, 40.0
HEAD, NAMES = 34.0, 16.0  # title and rule; the names of the weekdays
STEP, PAD = 9.6, 4.0  # one line in a cell; inside a cell
WEEK_STEP = 28.0  # one visit of a week: time and customer, service, providers
SHADE = HexColor("#f1f2f4")


@dataclass(frozen=True, slots=True)
class SheetVisit:
    """One visit: `words` stand beside its time, `second` and `third` below where there is room."""

    starts_at: datetime
    words: str
    second: str = ""
    third: str = ""


@dataclass(frozen=True, slots=True)
class SheetDay:
    """One civil day. `total` counts its visits, `visits` may be fewer; `note` is a holiday or who is away."""

    on: date
    visits: tuple[SheetVisit, ...] = ()
    total: int = 0
    note: str = ""
    closed: bool = False


@dataclass(frozen=True, slots=True)
class CalendarSheet:
    """Whole weeks of days, in order. `month` is the one shown, 0 for a week; times are aware and shown in `zone`."""

    company: SheetCompany
    title: str
    whose: str
    days: tuple[SheetDay, ...]
    printed_at: datetime
    zone: str
    month: int = 0
    paper: PaperSize = "letter"
    clock: Clock = "12"

    def time(self, at: datetime) -> str:
        """ "8:05" or "8:05p": short, for narrow columns."""
        here = at.astimezone(ZoneInfo(self.zone))
        words = wall(here, self.clock)
        return words if self.clock == "24" else words.replace(" AM", "a").replace(" PM", "p")


def draw(sheet: CalendarSheet) -> bytes:
    """The PDF; the same sheet makes the same bytes."""
    out = BytesIO()
    high, wide = SIZES[sheet.paper]
    known: Any = {"pagesize": (wide, high), "invariant": 1, "lang": LANGUAGE, "initialFontName": primary()}
    made = Canvas(out, **known)
    made.setTitle(clean(f"{sheet.title}, {sheet.whose}"))
    made.setAuthor(clean(sheet.company.name))
    made.setCreator("fieldoffice")
    page = _Page(made, sheet, wide, high)
    page.month() if sheet.month else page.weeks()
    made.save()
    return out.getvalue()


class _Page:
    """Draws on one canvas; y grows upward, as paper has it."""

    def __init__(self, canvas: Any, sheet: CalendarSheet, wide: float, high: float) -> None:
        self.canvas, self.sheet, self.wide, self.high = canvas, sheet, wide, high
        self.column = (wide - 2 * SIDE) / 7
        self.upper, self.lower = high - TOP - HEAD - NAMES, FOOT

    def month(self) -> None:
        """All weeks on one page."""
        self._head(1, 1)
        self._names(self.sheet.days[:7], dates=False)
        weeks = len(self.sheet.days) // 7
        tall = (self.upper - self.lower) / weeks
        for n, day in enumerate(self.sheet.days):
            row, column = divmod(n, 7)
            self._cell(day, SIDE + column * self.column, self.upper - row * tall, tall)
        self._lines(weeks)
        self.canvas.showPage()

    def weeks(self) -> None:
        """The visits of each day below each other, on as many pages as the longest day takes."""
        days = self.sheet.days
        each = int((self.upper - self.lower - PAD) // WEEK_STEP)
        pages = max(1, *(-(-len(day.visits) // each) for day in days))
        for n in range(pages):
            self._head(n + 1, pages)
            self._shade_days()
            self._names(days, dates=True)
            for column, day in enumerate(days):
                self._list(day.visits[n * each : (n + 1) * each], SIDE + column * self.column)
            self._lines(1)
            self.canvas.showPage()

    # the frame

    def _head(self, number: int, pages: int) -> None:
        left, right, y = SIDE, self.wide - SIDE, self.high - TOP - 14
        put(self.canvas, left, y, self.sheet.title, size=16, bold=True, color=dark(self.sheet.company.color), most=330)
        put(self.canvas, right, y, self.sheet.whose, size=11, bold=True, align="right", most=right - left - 350)
        rule(self.canvas, left, right, self.high - TOP - HEAD + 10)
        here = self.sheet.printed_at.astimezone(ZoneInfo(self.sheet.zone))
        foot = f"{self.sheet.company.name} · printed {here:%a %b} {here.day}, {here.year}, {wall(here, self.sheet.clock)}"
        put(self.canvas, left, FOOT - 16, foot, size=LABEL, color=MUTED, most=right - left - 80)
        put(self.canvas, right, FOOT - 16, f"Page {number} of {pages}", size=LABEL, color=MUTED, align="right")

    def _names(self, days: Sequence[SheetDay], *, dates: bool) -> None:
        for n, day in enumerate(days):
            x, most = SIDE + n * self.column + PAD, self.column - 2 * PAD
            words = f"{day.on:%a} {day.on.day}" if dates else f"{day.on:%A}"
            taken = put(self.canvas, x, self.upper + 5, words, size=SMALL, bold=True, most=most)
            note = day.note or (str(day.total) if day.total else "")
            if dates and note:
                put(self.canvas, x + most, self.upper + 5, note, size=LABEL, color=MUTED, align="right", most=most - taken - 4)

    def _lines(self, weeks: int) -> None:
        tall = (self.upper - self.lower) / weeks
        for n in range(weeks + 1):
            rule(self.canvas, SIDE, self.wide - SIDE, self.upper - n * tall)
        self.canvas.setStrokeColor(LINE)
        for n in range(8):
            x = SIDE + n * self.column
            self.canvas.line(x, self.upper, x, self.lower)

    def _shade_days(self) -> None:
        for n, day in enumerate(self.sheet.days):
            if day.closed:
                self._shade(SIDE + n * self.column, self.lower, self.upper - self.lower)

    def _shade(self, x: float, y: float, tall: float) -> None:
        self.canvas.setFillColor(SHADE)
        self.canvas.rect(x, y, self.column, tall, stroke=0, fill=1)

    # what is in it

    def _cell(self, day: SheetDay, x: float, top: float, tall: float) -> None:
        outside = day.on.month != self.sheet.month
        if day.closed or outside:
            self._shade(x, top - tall, tall)
        left, most = x + PAD, self.column - 2 * PAD
        number = f"{day.on:%b} {day.on.day}" if day.on.day == 1 else str(day.on.day)
        taken = put(self.canvas, left, top - 11, number, size=SMALL, bold=True, color=MUTED if outside else INK)
        if day.note:
            put(self.canvas, left + most, top - 11, day.note, size=LABEL, color=MUTED, align="right", most=most - taken - 6)
        room = int((tall - 16) // STEP)
        shown = day.total if day.total <= min(room, len(day.visits)) else max(0, min(room - 1, len(day.visits)))
        for n, visit in enumerate(day.visits[:shown]):
            self._line(visit, left, top - 21 - n * STEP, most)
        if day.total > shown:
            words = f"+{day.total - shown} more" if shown else f"{day.total} visits"
            put(self.canvas, left, top - 21 - shown * STEP, words, size=LABEL, bold=True, color=MUTED, most=most)

    def _line(self, visit: SheetVisit, x: float, y: float, most: float, size: float = LABEL) -> None:
        """Time and words on one line."""
        time = self.sheet.time(visit.starts_at)
        put(self.canvas, x, y, time, size=size, bold=True)
        apart = width(time, size, bold=True) + 3
        put(self.canvas, x + apart, y, visit.words, size=size, most=most - apart)

    def _list(self, visits: Sequence[SheetVisit], x: float) -> None:
        for n, visit in enumerate(visits):
            top = self.upper - PAD - n * WEEK_STEP
            left, most = x + PAD, self.column - 2 * PAD
            self._line(visit, left, top - 7, most, SMALL)
            put(self.canvas, left, top - 15.5, visit.second, size=LABEL, color=MUTED, most=most)
            put(self.canvas, left, top - 23.5, visit.third, size=LABEL, color=MUTED, most=most)

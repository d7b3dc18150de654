"""How a day sheet looks: head, the day in figures and as a bar, the rows in their order, a line to sign."""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# reportlab has no complete types.

from __future__ import annotations

from typing import Any

from reportlab.platypus import Flowable, Spacer

from fieldoffice.services.documents import paper
from fieldoffice.services.documents.daybar import DayBar
from fieldoffice.services.documents.daysheet import DaySheet, SheetBreak, day, span, wall
from fieldoffice.services.documents.daystop import TEXT, TIMES, dots, drive, stop_rows
from fieldoffice.services.documents.paper import (
    BODY,
    LABEL,
    MUTED,
    SIDE,
    SIZES,
    SMALL,
    Block,
    paragraph,
    put,
    rule,
    size_for,
)

EMPTY = "No stops are planned for this day. Call the office before you drive out."

SHARES = (0.18, 0.11, 0.29, 0.24, 0.18)  # of the width, for the figures of the day


def part(sheet: DaySheet) -> paper.Part:
    """The sheet as a part of a print."""
    wide = SIZES[sheet.paper][0] - 2 * SIDE
    story: list[Flowable] = [_Title(sheet), _Figures(sheet)]
    story += [DayBar(sheet), *_rows(sheet, wide), _Signature()] if sheet.stops else [Spacer(1, 22), paragraph(EMPTY, size=12)]
    printed_at = sheet.local(sheet.printed_at)
    printed = f"Printed {day(printed_at.date())}, {wall(printed_at, sheet.clock)} · times are those of {sheet.zone}"
    return paper.Part(sheet.title, sheet.paper, story, lambda canvas, left, right: _running(canvas, left, right, sheet), printed)


def _running(canvas: Any, left: float, right: float, sheet: DaySheet) -> None:
    """The head of the pages that follow."""
    y = SIZES[sheet.paper][1] - paper.TOP - 6
    x = left + put(canvas, left, y, sheet.provider, size=BODY, bold=True, most=(right - left) * 0.4) + 8
    x += put(canvas, x, y, day(sheet.on), size=BODY, color=MUTED) + 16
    put(canvas, right, y, sheet.company.name, size=BODY, color=MUTED, align="right", most=right - x)


class _Title(Block):
    high = 82.0

    def __init__(self, sheet: DaySheet) -> None:
        super().__init__()
        self.sheet = sheet

    def draw(self) -> None:
        sheet, company, right, top = self.sheet, self.sheet.company, self.width, self.high
        color = paper.dark(company.color)
        size = size_for(company.name, right * 0.6, 13, 11, 9, bold=True)
        put(self.canv, 0, top - 12, company.name, size=size, bold=True, color=color, most=right * 0.6)
        put(self.canv, right, top - 12, f"Office {company.phone}" if company.phone else "", size=BODY, align="right", most=right * 0.38)
        rule(self.canv, 0, right, top - 20, weight=1.2, color=color)
        put(self.canv, right, top - 53, "Day sheet", size=BODY, color=MUTED, align="right")
        size = size_for(sheet.provider, right - 80, 22, 18, 14, bold=True)
        put(self.canv, 0, top - 53, sheet.provider, size=size, bold=True, most=right - 80)
        put(self.canv, 0, top - 71, day(sheet.on), size=12)


class _Figures(Block):
    """First start, stops, driving, break, end: five figures between two hairlines."""

    high = 46.0

    def __init__(self, sheet: DaySheet) -> None:
        super().__init__()
        self.cells = figures(sheet)

    def draw(self) -> None:
        x = 0.0
        rule(self.canv, 0, self.width, self.high - 2)
        for share, (label, figure, beside) in zip(SHARES, self.cells, strict=False):
            step = share * self.width
            put(self.canv, x, self.high - 14, label, size=LABEL, color=MUTED)
            taken = put(self.canv, x, self.high - 29, figure, size=12.5, bold=True, most=step - 8)
            put(self.canv, x + taken + 5, self.high - 29, beside, size=SMALL, color=MUTED, most=step - taken - 10)
            x += step
        rule(self.canv, 0, self.width, self.high - 38)


def figures(sheet: DaySheet) -> list[tuple[str, str, str]]:
    """(label, figure, what stands beside it) of the day."""
    if not sheet.stops:
        return [("Stops", "0", "")]
    first, last = sheet.stops[0], max(stop.ends_at for stop in sheet.stops)
    return [
        ("First start", sheet.time(first.starts_at), ""),
        ("Stops", str(len(sheet.stops)), ""),
        ("Driving", span(sheet.drive_s), sheet.distance(sheet.drive_m)),
        ("Break", sheet.time(sheet.breaks[0].starts_at) if sheet.breaks else "none planned",
         span(sum(int((one.ends_at - one.starts_at).total_seconds()) for one in sheet.breaks)) if sheet.breaks else ""),
        ("Last stop ends", sheet.time(last), ""),
    ]


def _rows(sheet: DaySheet, wide: float) -> list[Flowable]:
    """Start, stops and breaks in the order of the day, then the way back."""
    rows: list[Flowable] = []
    if sheet.start_place:
        rows.append(_Line("", "Start", sheet.start_place))
    waiting = sorted(sheet.breaks, key=lambda one: one.starts_at)
    for stop in sheet.stops:
        while waiting and waiting[0].starts_at < stop.starts_at:
            rows.append(_break(sheet, waiting.pop(0)))
        rows += stop_rows(sheet, stop, wide)
    rows += [_break(sheet, one) for one in waiting]
    if sheet.end_place or sheet.drive_back_s:
        rows.append(_Line("", "Drive back", dots(sheet.end_place, drive(sheet, sheet.drive_back_s, sheet.drive_back_m))))
    return rows


def _break(sheet: DaySheet, one: SheetBreak) -> Flowable:
    return _Line(sheet.time(one.starts_at), "Break", f"until {sheet.time(one.ends_at)}")


class _Line(Block):
    """What stands between the stops: a start, a break, the way back."""

    high = 24.0

    def __init__(self, time: str, what: str, words: str) -> None:
        super().__init__()
        self.time, self.what, self.words = time, what, words

    def draw(self) -> None:
        rule(self.canv, 0, self.width, self.high)
        put(self.canv, TIMES, 8, self.time, size=BODY, bold=True, most=TEXT - TIMES - 6)
        taken = put(self.canv, TEXT, 8, self.what, size=BODY, bold=True)
        room = self.width - TEXT - taken - 6
        put(self.canv, TEXT + taken + 6, 8, self.words, size=size_for(self.words, room, BODY, SMALL, LABEL), most=room)


class _Signature(Block):
    """At the end of the day."""

    high = 62.0

    def draw(self) -> None:
        rule(self.canv, 0, self.width, self.high)
        for label, left, right in (("Signature", 0.0, self.width * 0.6), ("Date and time", self.width * 0.66, self.width)):
            rule(self.canv, left, right, 16, weight=0.6, color=MUTED)
            put(self.canv, left, 5, label, size=LABEL, color=MUTED)



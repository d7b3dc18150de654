"""One stop on a day sheet: when at the left, who and what in the middle, the map's code at the right, a line to fill in."""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# reportlab has no complete types.

from __future__ import annotations

from functools import partial
from itertools import groupby

from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, Spacer

from fieldoffice.services.documents.daysheet import DaySheet, SheetStop, span
from fieldoffice.services.documents.paper import (
    BODY,
    INK,
    LABEL,
    MUTED,
    SMALL,
    Block,
    paragraph,
    put,
    rule,
    shorten,
    width,
)
from fieldoffice.services.documents.qr import dark_squares

CODE_HINT = "Access code: open the job in fieldoffice or ask the office."

TEXT = 118.0  # where the words of a stop begin
TIMES = 26.0
QR = 56.0
GAP = 14.0


def stop_rows(sheet: DaySheet, stop: SheetStop, wide: float) -> list[Flowable]:
    """The blocks of one stop: kept on one page unless its notes alone are longer than that."""
    words = _words(stop)
    edge = _Edge(sheet, stop)
    tall = sum(block.wrap(wide, 1e6)[1] + block.getSpaceBefore() for block in words)
    return [CondPageBreak(edge.deep + 40),
            KeepTogether([_Rule(), edge, *words, Spacer(1, max(0.0, edge.deep - tall)), _WriteIn()])]


def _words(stop: SheetStop) -> list[Flowable]:
    """The middle of a stop: who, where, what, and what to know."""
    words = partial(paragraph, left=TEXT, right=QR + GAP)
    lines: list[Flowable] = [words(shorten(stop.customer, 200) or "Customer without a name", size=11.5, bold=True,
                                    then=shorten(stop.phone, 80))]
    lines += [words(shorten(line, 200)) for line in stop.address]
    for n, service in enumerate(stop.services):
        lines.append(words(f"☐ {service}", hang=width("☐ ", BODY), before=0 if n else 3))
    if stop.notes.strip():
        lines.append(words(stop.notes.strip(), before=3))
    if stop.access_code_hint:
        lines.append(words(CODE_HINT, bold=True, before=3))
    team = f"with {', '.join(stop.team)}" if stop.team else ""
    job = dots(f"Job {stop.job_number}" if stop.job_number else "", team)
    return [*lines, words(shorten(job, 300), size=SMALL, color=MUTED, before=3)] if job else lines


class _Rule(Block):
    high = 9.0

    def draw(self) -> None:
        rule(self.canv, 0, self.width, self.high)


class _Edge(Block):
    """Both sides of a stop, drawn downward beside its words: number and times at the left, the map code at the right."""

    def __init__(self, sheet: DaySheet, stop: SheetStop) -> None:
        super().__init__()
        self.stop, self.squares = stop, dark_squares(stop.map_url)
        self.start = sheet.time(stop.starts_at)
        self.lines = [f"to {sheet.time(stop.ends_at)}", *_wrapped(drive(sheet, stop.drive_s, stop.drive_m))]
        self.lines += _promise(shorten(stop.window, 80))
        self.deep = max(QR + 12 if self.squares else 0.0, 16 + 11.5 * len(self.lines))

    def draw(self) -> None:
        put(self.canv, 0, -11.5, str(self.stop.number), size=13, bold=True, most=TIMES - 4)
        put(self.canv, TIMES, -11.5, self.start, size=11.5, bold=True, most=TEXT - TIMES - 6)
        for n, line in enumerate(self.lines):
            put(self.canv, TIMES, -24 - 11.5 * n, line, size=SMALL, color=INK, most=TEXT - TIMES - 6)
        if self.squares:
            self._code()

    def _code(self) -> None:
        """The QR code with its quiet zone left as paper; a click on a screen follows it too."""
        left, cell = self.width - QR, QR / max(len(row) for row in self.squares)
        path = self.canv.beginPath()
        for y, row in enumerate(self.squares):
            for is_dark, stretch in groupby(range(len(row)), key=lambda x: row[x]):
                if is_dark:
                    first, *more = stretch
                    path.rect(left + first * cell, -2 - (y + 1) * cell, cell * (1 + len(more)), cell)
        self.canv.setFillColor(INK)
        self.canv.drawPath(path, stroke=0, fill=1)
        put(self.canv, left + QR / 2, -QR - 11, "Map", size=LABEL, color=MUTED, align="center")
        if self.stop.map_url.startswith(("https://", "http://")):
            self.canv.linkURL(self.stop.map_url, (left, -QR - 2, left + QR, -2), relative=1)


def _wrapped(words: str) -> list[str]:
    """`words` in lines that fit the left column; a single word too long for it is cut when it is drawn."""
    lines: list[str] = []
    for word in words.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, SMALL) <= TEXT - TIMES - 6:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _promise(window: str) -> list[str]:
    whole = _wrapped(f"promised {window}") if window else []
    return whole if len(whole) < 2 else ["promised", *_wrapped(window)]


class _WriteIn(Block):
    """Filled in by hand at the door."""

    high = 28.0

    def draw(self) -> None:
        canvas, y = self.canv, 9.0
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(0.8)
        canvas.rect(TEXT + 0.5, y - 1.5, 9.5, 9.5)
        x = TEXT + 15 + put(canvas, TEXT + 15, y, "Done") + 14
        for label, room in (("Arrived", 52.0), ("Left", 52.0), ("Remarks", 0.0)):
            x += put(canvas, x, y, label) + 4
            end = x + room if room else self.width
            rule(canvas, x, end, y - 2, weight=0.6, color=MUTED)
            x = end + 10


def drive(sheet: DaySheet, seconds: int, meters: int) -> str:
    """"14 min drive, 6.0 km"; "" where there is none."""
    return f"{span(seconds)} drive, {sheet.distance(meters)}" if seconds or meters else ""


def dots(*words: str) -> str:
    """The words that are there, with dots between them."""
    return " · ".join(part for part in words if part)

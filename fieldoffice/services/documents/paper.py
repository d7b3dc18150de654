"""The company's paper: sizes, type, colors, and how text from outside gets onto it.

Everything a person typed passes `escape`, so no markup of theirs is ever obeyed: no tag, no picture, no link. The same
parts make the same bytes, on any day and in any process: dates come from the caller and nothing is random.
"""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# reportlab has no complete types.

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from io import BytesIO
from itertools import groupby
from typing import Any, Literal
from xml.sax import saxutils

from reportlab import rl_config
from reportlab.lib.colors import HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, NextPageTemplate, PageBreak, PageTemplate, Paragraph

from fieldoffice.services.documents.fonts import primary, runs, width
from fieldoffice.services.documents.letters import clean, drawable

_config: Any = rl_config
_config.useA85 = 0  # streams as bytes, not as letters: a fifth smaller, and quicker

PaperSize = Literal["letter", "a4"]
SIZES: dict[PaperSize, tuple[float, float]] = {"letter": (612.0, 792.0), "a4": (595.276, 841.89)}
"""Width and height in points."""

SIDE, TOP, FOOT = 54.0, 46.0, 52.0
RUNNING = 30.0
"""What the running head takes on the pages after the first."""

INK, MUTED, LINE = HexColor("#1a1f26"), HexColor("#4a525c"), HexColor("#8a929b")
BODY, SMALL, LABEL = 9.5, 8.5, 7.5
HAIRLINE = 0.5
LANGUAGE = "en-US"

Head = Callable[[Any, float, float], None]
"""Draws on (canvas, left edge, right edge) of a page that follows the first."""


@dataclass(frozen=True)
class Part:
    """One paper within a print: it begins on a page of its own and counts its own pages."""

    title: str
    paper: PaperSize
    story: Sequence[Flowable]
    running: Head
    foot: str  # words at the left of each foot


def escape(text: str) -> str:
    """`text` as words within paragraph markup: cleaned, its `<`, `>` and `&` shown as themselves, line ends kept."""
    return saxutils.escape(clean(text)).replace("\n", "<br/>")


def markup(text: str, *, bold: bool = False) -> str:
    """`text` escaped, with each stretch in a font that can draw it."""
    lines = drawable(text).split("\n")
    return "<br/>".join("".join(_in_font(font, piece) for font, piece in runs(line, bold=bold)) for line in lines)


def _in_font(font: str, piece: str) -> str:
    return f'<font name="{font}">{escape(piece)}</font>'


def shorten(text: str, most: int) -> str:
    """At most `most` characters on one line, an ellipsis where something was cut."""
    words = " ".join(clean(text).split())
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def paragraph(text: str, *, size: float = BODY, bold: bool = False, color: Any = INK, left: float = 0.0,
              right: float = 0.0, hang: float = 0.0, before: float = 0.0, then: str = "") -> Paragraph:
    """`text` as plain words in a block that wraps: `left` and `right` indents, `hang` what the first line sticks out.

    `then` follows on the same line in body type.
    """
    style = ParagraphStyle("words", fontName=primary(), fontSize=size, leading=round(size * 1.3, 2), textColor=color,
                           leftIndent=left + hang, rightIndent=right, firstLineIndent=-hang, spaceBefore=before,
                           splitLongWords=1, allowWidows=0, allowOrphans=0)
    more = f'<font size="{BODY}">\xa0\xa0 {markup(then)}</font>' if then else ""
    return Paragraph(markup(text, bold=bold) + more, style)


def put(canvas: Any, x: float, y: float, text: str, *, size: float = BODY, bold: bool = False, color: Any = INK,
        align: Literal["left", "center", "right"] = "left", most: float = 1e9) -> float:
    """Write one line with its baseline at `y`, cut with an ellipsis at `most` points; returns the width it took."""
    line = _fitting(" ".join(clean(text).split()), size, bold, most)
    drawn = drawable(line).replace("\n", " ").strip()
    taken = width(drawn, size, bold=bold)
    at = x - {"left": 0.0, "center": taken / 2, "right": taken}[align]
    canvas.setFillColor(color)
    for font, piece in runs(drawn, bold=bold):
        canvas.setFont(font, size)
        canvas.drawString(at, y, piece)
        at += width(piece, size, bold=bold)
    return taken


def size_for(text: str, most: float, *sizes: float, bold: bool = False) -> float:
    """The first of `sizes` at which `text` takes at most `most` points, else the last one."""
    line = drawable(" ".join(clean(text).split()))
    return next((size for size in sizes if width(line, size, bold=bold) <= most), sizes[-1])


def _fitting(line: str, size: float, bold: bool, most: float) -> str:
    if width(drawable(line), size, bold=bold) <= most:
        return line
    few, many = 0, len(line)
    while few < many:
        middle = (few + many + 1) // 2
        fits = width(drawable(line[:middle] + "…"), size, bold=bold) <= most
        few, many = (middle, many) if fits else (few, middle - 1)
    return line[:few].rstrip() + "…"


class Block(Flowable):
    """A drawing of a fixed height, `high` points, as wide as the page allows; `self.canv` has its origin at the left foot."""

    high = 0.0
    canv: Any

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:
        self.width, self.height = aW, self.high
        return aW, self.high


def rule(canvas: Any, left: float, right: float, y: float, *, weight: float = HAIRLINE, color: Any = LINE) -> None:
    """A straight line across."""
    canvas.setStrokeColor(color)
    canvas.setLineWidth(weight)
    canvas.line(left, y, right, y)


def dark(color: str) -> Any:
    """The company's color, darkened until it reads on white paper (4.5 to 1) and survives a copier."""
    try:
        found = HexColor(color)
    except ValueError:
        return INK
    while _contrast(found) < 4.5:
        found = HexColor("#" + "".join(f"{int(c * 255 * 0.9):02x}" for c in (found.red, found.green, found.blue)))
    return found


def _contrast(color: Any) -> float:
    """WCAG contrast to white."""
    parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in (color.red, color.green, color.blue)]
    return 1.05 / (0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2] + 0.05)


def build(parts: Sequence[Part], *, title: str, author: str, made_at: datetime) -> bytes:
    """One PDF of all parts in order. Every page says "Page x of y" of its own part; several parts get an outline."""
    out = BytesIO()
    templates = [template for n, part in enumerate(parts) for template in _templates(n, part)]
    document = BaseDocTemplate(out, pagesize=SIZES[parts[0].paper], pageTemplates=templates, title=clean(title),
                               author=clean(author), subject="", creator="fieldoffice", producer="fieldoffice",
                               lang=LANGUAGE, invariant=1, initialFontName=primary())
    story: list[Flowable] = []
    for n, part in enumerate(parts):
        story += [NextPageTemplate(f"first {n}"), PageBreak()] if n else []
        story += part.story
    document.build(story, canvasmaker=partial(_Canvas, parts, made_at))
    return out.getvalue()


def stamp(canvas: Any, at: datetime) -> None:
    """Give the file its own date: reportlab would write the day of printing, or one fixed for all."""
    own: Any = canvas._doc._timeStamp
    minutes = int((at.utcoffset() or at - at).total_seconds()) // 60
    own.YMDhms, own.dhh, own.dmm = at.timetuple()[:6], int(minutes / 60), abs(minutes) % 60


def _templates(n: int, part: Part) -> tuple[PageTemplate, PageTemplate]:
    wide, high = SIZES[part.paper]

    def turn(canvas: Any, _document: Any) -> None:
        canvas.part = n

    def turn_with_head(canvas: Any, document: Any) -> None:
        turn(canvas, document)
        part.running(canvas, SIDE, wide - SIDE)

    def frame(top: float) -> Frame:
        return Frame(SIDE, FOOT, wide - 2 * SIDE, high - FOOT - top, 0, 0, 0, 0)

    first = PageTemplate(f"first {n}", [frame(TOP)], turn, pagesize=(wide, high), autoNextPageTemplate=f"later {n}")
    return first, PageTemplate(f"later {n}", [frame(TOP + RUNNING)], turn_with_head, pagesize=(wide, high))


class _Canvas(Canvas):
    """Keeps the pages back until their number is known, then writes the feet."""

    part = 0
    _startPage: Any

    def __init__(self, parts: Sequence[Part], made_at: datetime, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self._parts = parts
        self._kept: list[dict[str, Any]] = []
        stamp(self, made_at)

    def showPage(self) -> None:
        self._kept.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for n, pages in groupby(self._kept, key=lambda page: page["part"]):
            self._finish(n, list(pages))
        super().save()

    def _finish(self, n: int, pages: list[dict[str, Any]]) -> None:
        for number, page in enumerate(pages, 1):
            self.__dict__.update(page)
            if number == 1 and len(self._parts) > 1:
                self.bookmarkPage(f"part {n}")
                self.addOutlineEntry(clean(self._parts[n].title), f"part {n}", 0)
                self.showOutline()
            self._foot(self._parts[n], number, len(pages))
            super().showPage()

    def _foot(self, part: Part, number: int, count: int) -> None:
        left, right, y = SIDE, SIZES[part.paper][0] - SIDE, 34.0
        rule(self, left, right, y + 12)
        put(self, left, y, part.foot, size=LABEL, color=MUTED, most=right - left - 80)
        put(self, right, y, f"Page {number} of {count}", size=LABEL, color=MUTED, align="right")

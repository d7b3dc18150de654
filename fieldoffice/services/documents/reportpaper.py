"""A report on paper: a title that says what it is, tables of text and amounts, pictures of charts; upright or across.

The aged list, a ledger, the numbers behind a dashboard and the proof of finance charges are all reports.
"""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# reportlab has no complete types.

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

from fieldoffice.services.documents import flow, issuing, setting
from fieldoffice.services.documents.flow import Draw, Item, Room, Table
from fieldoffice.services.documents.images import picture, size_within
from fieldoffice.services.documents.moneypaper import PLAIN, Look, Sender, day
from fieldoffice.services.documents.paper import BODY, INK, LABEL, MUTED, SIZES, SMALL, dark, put, rule, size_for
from fieldoffice.services.documents.setting import AFTER, ROW, STEP, Column, Wanted, wrap

SIDE, HEAD, LATER, FOOT = 54.0, 92.0, 66.0, 54.0

Cell = str | int | None
"""Words, or an amount in minor units; None leaves the cell empty."""


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """A column's label; `wide` ones share what the others leave, `right` ones are flush right (amounts always are)."""

    label: str
    right: bool = False
    wide: bool = False


@dataclass(frozen=True, slots=True)
class ReportTable:
    """Rows as long as `columns`; `totals` stands below them in bold. Rows named in `strong` (by index) are bold too."""

    columns: tuple[ReportColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    totals: tuple[Cell, ...] = ()
    title: str = ""
    words: str = ""
    strong: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class ReportPicture:
    """A chart as PNG or JPEG with the title that says what it shows."""

    title: str
    data: bytes
    high: float = 230.0


@dataclass(frozen=True, slots=True)
class ReportPaper:
    """Tables and pictures in their order; `words` stand below the title, such as the filters that were set."""

    sender: Sender
    title: str
    as_of: date
    parts: tuple[ReportTable | ReportPicture, ...]
    words: str = ""
    across: bool = False  # landscape
    look: Look = PLAIN


def draw_report(paper: ReportPaper) -> bytes:
    """The PDF; ValueError where a row is not as long as the columns, Refused where a picture cannot be read."""
    return _Report(paper).drawn()


class _Report:
    def __init__(self, paper: ReportPaper) -> None:
        self.paper = paper
        across, down = SIZES[paper.look.paper]
        self.size = (down, across) if paper.across else (across, down)
        self.wide = self.size[0] - 2 * SIDE

    def drawn(self) -> bytes:
        """Laid out, then drawn page by page."""
        out, paper, high = BytesIO(), self.paper, self.size[1]
        head = HEAD + 11.4 * max(0, len(self._below_title()) - 1)
        laid = flow.pages(list(self._items()), Room(high - head, high - LATER, FOOT))
        canvas = issuing.opened(out, self.size, title=f"{paper.title}, {paper.as_of.isoformat()}", author=paper.sender.name,
                                language=paper.look.language, made_on=paper.as_of)
        for number, page in enumerate(laid, 1):
            self._first(canvas) if number == 1 else self._running(canvas)
            for y, draw in page.placed:
                draw(canvas, SIDE, y)
            self._foot(canvas, number, len(laid))
            canvas.showPage()
        canvas.save()
        return out.getvalue()

    def _below_title(self) -> tuple[str, ...]:
        return wrap(f"{self.paper.words}", SMALL, self.wide) if self.paper.words else ()

    def _first(self, canvas: Any) -> None:
        paper, right, y = self.paper, SIDE + self.wide, self.size[1] - 50
        taken = put(canvas, right, y, paper.sender.name, size=BODY, color=MUTED, align="right", most=self.wide * 0.4)
        room = self.wide - taken - 16
        size = size_for(paper.title, room, 18, 15, 12, bold=True)
        put(canvas, SIDE, y, paper.title, size=size, bold=True, color=dark(paper.sender.accent), most=room)
        put(canvas, right, y - 13, f"As of {day(paper.as_of)}", size=SMALL, color=MUTED, align="right")
        for n, words in enumerate(self._below_title()):
            put(canvas, SIDE, y - 18 - n * 11.4, words, size=SMALL, color=MUTED, most=self.wide - (110 if n == 0 else 0))

    def _running(self, canvas: Any) -> None:
        right, y = SIDE + self.wide, self.size[1] - 46
        taken = put(canvas, right, y, day(self.paper.as_of), color=MUTED, align="right")
        put(canvas, SIDE, y, self.paper.title, bold=True, most=self.wide - taken - 16)
        rule(canvas, SIDE, right, y - 8)

    def _foot(self, canvas: Any, number: int, count: int) -> None:
        rule(canvas, SIDE, SIDE + self.wide, 42)
        put(canvas, SIDE, 30, self.paper.sender.name, size=LABEL, color=MUTED, most=self.wide - 80)
        put(canvas, SIDE + self.wide, 30, f"Page {number} of {count}", size=LABEL, color=MUTED, align="right")

    def _items(self) -> Iterator[Item]:
        for n, part in enumerate(self.paper.parts):
            if n:
                yield setting.gap(14)
            if part.title:
                yield from setting.words(part.title, self.wide, size=11, bold=True, keep=True)
                yield setting.gap(4, keep=True)
            yield from self._table(part) if isinstance(part, ReportTable) else self._picture(part)

    def _picture(self, part: ReportPicture) -> Iterator[Item]:
        across, tall = size_within(part.data, self.wide, part.high)
        yield Item(tall + 4, lambda canvas, left, top: picture(canvas, part.data, left, top - tall, across, tall))

    def _table(self, part: ReportTable) -> Iterator[Item]:
        made = _columns(part, self.wide, self.paper.look)
        table = setting.table(made, self.wide)
        yield from setting.words(part.words, self.wide, size=SMALL, color=MUTED, keep=True) if part.words else ()
        for at, row in enumerate(part.rows):
            last = at == len(part.rows) - 1 and bool(part.totals)
            yield from self._row(row, made, table, bold=at in part.strong)
            yield setting.line(self.wide, high=AFTER, within=table, keep=last)
        if part.totals:
            yield from self._row(part.totals, made, table, bold=True)
            yield setting.line(self.wide, 0.8, MUTED, high=AFTER, within=table)

    def _row(self, row: Sequence[Cell], made: Sequence[Column], table: Table, *, bold: bool) -> Iterator[Item]:
        """A row as high as its longest cell of words."""
        texts = [_shown(cell, self.paper.look) for cell in row]
        cells = [(text,) if column.right else wrap(text, BODY, column.wide, bold=bold) for text, column in zip(texts, made, strict=True)]
        lines = max(1, *(len(cell) for cell in cells))
        for n in range(lines):
            said = [cell[n] if n < len(cell) else "" for cell in cells]
            yield Item(ROW if n == lines - 1 else STEP, _line(said, made, bold=bold), table, keep=True)


def _line(said: Sequence[str], made: Sequence[Column], *, bold: bool) -> Draw:
    def draw(canvas: Any, left: float, top: float) -> None:
        for column, text in zip(made, said, strict=True):
            column.write(canvas, left, top - BODY - 1, text, bold=bold, color=INK)

    return draw


def _shown(cell: Cell, look: Look) -> str:
    return look.money.shown(cell) if isinstance(cell, int) else cell or ""


def _columns(part: ReportTable, wide: float, look: Look) -> tuple[Column, ...]:
    """Widths by what stands in them; without a wide column the first one is."""
    rows = [*part.rows, part.totals] if part.totals else list(part.rows)
    if any(len(row) != len(part.columns) for row in rows):
        raise ValueError("each row needs as many cells as there are columns")
    flexible = next((n for n, column in enumerate(part.columns) if column.wide), 0)
    wanted: list[Wanted] = []
    for n, column in enumerate(part.columns):
        cells = [row[n] for row in rows]
        right = column.right or any(isinstance(cell, int) for cell in cells)
        texts = [_shown(cell, look) for cell in cells]
        widest = max(texts, key=len, default="")
        wanted.append(Wanted(column.label, [*texts, widest + "0"], right, flex=n == flexible, most=1e9 if right else wide * 0.3))
    return setting.columns(wanted, wide, widest=0.42)

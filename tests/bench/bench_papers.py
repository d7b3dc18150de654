"""Papers of the money: statements per second in one print file, beside the same pages drawn by bare reportlab."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from itertools import accumulate
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from fieldoffice.services.documents import fonts, issuing, statementpages
from fieldoffice.services.documents.invoicepaper import draw_invoice
from fieldoffice.services.documents.moneypaper import Party
from fieldoffice.services.documents.statementpaper import Section, StatementPaper
from fieldoffice.services.documents.statementrun import draw_statements, page_of
from tests.documents.moneypapers import invoice, row, statement

STATEMENTS, ROWS = 400, 12


def measures() -> Iterator[tuple[str, float, str]]:
    """A run of statements, finding its pages again, and one long invoice."""
    fonts.warm()
    papers = tuple(_paper(n) for n in range(STATEMENTS))
    tapes = [_tape(paper) for paper in papers]
    page_of(draw_statements(papers[:2]))
    fonts.width.cache_clear()
    pdf, run_s = _timed(lambda: draw_statements(papers))
    places, find_s = _timed(lambda: page_of(pdf))
    pages = sum(place.count for place in places)
    _, bare_s = _timed(lambda: _bare(tapes))
    yield (
        f"{STATEMENTS} statements, one file",
        run_s / bare_s,
        f"{STATEMENTS / run_s:.0f}/s ({run_s:.2f} s, {pages} pages, {len(pdf) / 1e6:.1f} MB); the same pages bare {bare_s:.2f} s",
    )
    yield "finding each statement's pages", find_s / run_s, f"{find_s:.2f} s, drawing {run_s:.2f} s"
    _, one_s = _timed(lambda: draw_invoice(invoice(400)))
    _, short_s = _timed(lambda: draw_invoice(invoice(1)))
    yield "invoice of 400 lines", one_s / short_s, f"{one_s:.2f} s; an invoice of one line {short_s:.3f} s"


def _paper(n: int) -> StatementPaper:
    """A statement whose names and amounts are its own."""
    rows = [row(k + n % 60, 10_007 + 37 * k + 1_013 * n) for k in range(ROWS)]
    balances = accumulate(one.original_cents or 0 for one in rows)
    running = tuple(replace(one, running_cents=cents) for one, cents in zip(rows, balances, strict=True))
    to = Party(f"Customer {n}", (f"{n} Main Street", f"Washington, DC {20000 + n}"), f"C-{n}")
    return statement(sections=(Section("", running),), bill_to=to)


class _Recorder(Canvas):
    """Draws, and writes down every string and line."""

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.tape: list[tuple[Any, ...]] = []

    def drawString(self, x: float, y: float, text: str, *args: Any, **kw: Any) -> None:
        self.tape.append(("text", self._fontname, self._fontsize, self._fillColorObj, x, y, text))
        super().drawString(x, y, text, *args, **kw)

    def line(self, x1: float, y1: float, x2: float, y2: float) -> None:
        self.tape.append(("line", self._strokeColorObj, self._lineWidth, x1, y1, x2, y2))
        super().line(x1, y1, x2, y2)

    def showPage(self) -> None:
        self.tape.append(("page",))
        super().showPage()


def _tape(paper: StatementPaper) -> list[tuple[Any, ...]]:
    recorder = _Recorder(BytesIO())
    issuing._draw(recorder, statementpages.document(paper))
    return recorder.tape


def _bare(tapes: list[list[tuple[Any, ...]]]) -> bytes:
    """The same strings and lines at the same places, nothing measured and nothing laid out."""
    out = BytesIO()
    canvas = Canvas(out, invariant=1)
    for tape in tapes:
        for kind, *told in tape:
            if kind == "text":
                font, size, color, x, y, text = told
                canvas.setFillColor(color)
                canvas.setFont(font, size)
                canvas.drawString(x, y, text)
            elif kind == "line":
                color, weight, *ends = told
                canvas.setStrokeColor(color)
                canvas.setLineWidth(weight)
                canvas.line(*ends)
            else:
                canvas.showPage()
    canvas.save()
    return out.getvalue()


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """In seconds of this process's own work, so that a busy machine does not show."""
    began = time.process_time()
    return work(), time.process_time() - began

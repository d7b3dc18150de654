"""How an invoice looks: the facts beside the window, the lines, the totals, what was paid, how to pay, the slip."""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# reportlab has no complete types.

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from typing import Any

from fieldoffice.services.documents import setting
from fieldoffice.services.documents.flow import Draw, Item, Table
from fieldoffice.services.documents.images import picture, size_within
from fieldoffice.services.documents.invoicepaper import TITLES, InvoiceLine, InvoicePaper
from fieldoffice.services.documents.issuing import Document
from fieldoffice.services.documents.letterhead import Fact, Letter
from fieldoffice.services.documents.moneypaper import day, percent
from fieldoffice.services.documents.paper import BODY, MUTED, SMALL, dark, put
from fieldoffice.services.documents.setting import AFTER, ROW, STEP, Column, Wanted, wrap
from fieldoffice.services.documents.slip import Slip, slip
from fieldoffice.services.documents.totals import Sum, sums
from fieldoffice.services.jobs.money import quantity

LEFT_OPEN = {"invoice": "Amount due", "finance charge": "Amount due", "credit memo": "Credit left", "receipt": "Left to pay"}
PHOTO_HIGH = 168.0


def document(paper: InvoicePaper) -> Document:
    """The paper as a letter ready to be issued."""
    letter = _letter(paper)
    return Document(letter, tuple(_items(paper, letter.wide)), paper.title)


def owed(paper: InvoicePaper) -> bool:
    """Whether the reader is asked for money."""
    return paper.kind in ("invoice", "finance charge") and not paper.state and paper.open_cents > 0


def _letter(paper: InvoicePaper) -> Letter:
    running = f"{paper.title} · {paper.bill_to.name}"
    return Letter(paper.sender, paper.bill_to, paper.look, TITLES[paper.kind], tuple(_facts(paper)), running, paper.state)


def _facts(paper: InvoicePaper) -> Iterator[Fact]:
    yield Fact("Number", paper.number)
    yield Fact("Date", day(paper.issued_on))
    if paper.due_on and paper.kind in ("invoice", "finance charge"):
        yield Fact("Due", day(paper.due_on))
    if paper.terms:
        yield Fact("Terms", paper.terms)
    if paper.credits:
        yield Fact("For invoice", paper.credits)
    if paper.bill_to.number:
        yield Fact("Customer no.", paper.bill_to.number)
    yield Fact(LEFT_OPEN[paper.kind], paper.look.money.said(paper.open_cents), strong=True)


def _items(paper: InvoicePaper, wide: float) -> Iterator[Item]:
    yield from _about(paper, wide)
    made = _columns(paper, wide)
    table = setting.table(made, wide, carry=made[-1], shown=paper.look.money.shown)
    yield from _lines(paper, made, table)
    tail = [*_totals(paper, wide, table), *_below(paper, wide)]
    yield from setting.with_slip(tail, slip(_slip(paper), wide)) if owed(paper) else tail


def _about(paper: InvoicePaper, wide: float) -> Iterator[Item]:
    """Where the work was done, for which jobs, by which order."""
    said = [("Work at", ", ".join(paper.service_to)), ("Work on", day(paper.served_on) if paper.served_on else ""),
            ("Job" if len(paper.job_numbers) == 1 else "Jobs", ", ".join(paper.job_numbers)), ("Your order", paper.order_reference)]
    for label, words in said:
        for n, part in enumerate(wrap(words, BODY, wide - 64) if words else ()):
            yield Item(STEP, _pair(label if n == 0 else "", part), keep=True)
    if any(words for _, words in said):
        yield setting.gap(8, keep=True)


def _pair(label: str, words: str) -> Draw:
    def draw(canvas: Any, left: float, top: float) -> None:
        put(canvas, left, top - BODY, label, size=SMALL, color=MUTED)
        put(canvas, left + 64, top - BODY, words)

    return draw


def _columns(paper: InvoicePaper, wide: float) -> tuple[Column, ...]:
    money, lines = paper.look.money, paper.lines
    amounts = [money.shown(cents) for cents in accumulate(line.amount_cents for line in lines)]
    wanted = [
        Wanted("Description", flex=True),
        Wanted("Quantity", [quantity(line.quantity_milli) for line in lines], right=True, least=34),
        Wanted("Unit price", [money.shown(line.unit_price_cents) for line in lines], right=True, least=50),
        Wanted("Tax", [line.tax_label for line in lines], right=True, most=64),
        Wanted(f"Amount {money.currency}", [*amounts, *(money.shown(line.amount_cents) for line in lines)], right=True, least=62),
    ]
    if not any(line.tax_label for line in lines):
        del wanted[3]
    return setting.columns(wanted, wide)


def _lines(paper: InvoicePaper, made: tuple[Column, ...], table: Table) -> Iterator[Item]:
    wide = made[-1].x
    so_far = list(accumulate(line.amount_cents for line in paper.lines))
    for line, total in zip(paper.lines, so_far, strict=True):
        names = wrap(line.name, BODY, made[0].wide) or ("",)
        more = wrap(line.description, SMALL, made[0].wide)
        yield Item(ROW - (2 if len(names) + len(more) > 1 else 0), _figures(paper, line, names[0], made), table, total, keep=True)
        rest = [setting.writing(name, BODY) for name in names[1:]] + [setting.writing(words, SMALL, color=MUTED) for words in more]
        for at, draw in enumerate(rest, 1):
            ends = at == len(rest)
            yield Item(11.4 + (3 if ends else 0), draw, table, total, keep=at >= len(rest) - 1)
        yield setting.line(wide, high=AFTER, within=table, so_far=total)


def _figures(paper: InvoicePaper, line: InvoiceLine, name: str, made: tuple[Column, ...]) -> Draw:
    money = paper.look.money
    middle = [line.tax_label] if len(made) == 5 else []
    texts = [name, quantity(line.quantity_milli), money.shown(line.unit_price_cents), *middle, money.shown(line.amount_cents)]

    def draw(canvas: Any, left: float, top: float) -> None:
        for column, text in zip(made, texts, strict=True):
            column.write(canvas, left, top - BODY - 1, text) if column.right else put(canvas, left, top - BODY - 1, text)

    return draw


def _totals(paper: InvoicePaper, wide: float, table: Table) -> Iterator[Item]:
    money = paper.look.money
    rows = [Sum("Subtotal", money.shown(paper.subtotal_cents))]
    rows += [Sum(f"{one.name} ({one.tax_label})" if one.tax_label else one.name, money.shown(one.amount_cents)) for one in paper.charges]
    rows += [Sum(f"{row.name} {percent(row.ppm)} of {money.shown(row.base_cents)}", money.shown(row.tax_cents)) for row in paper.taxes]
    if len(paper.taxes) > 1:
        rows.append(Sum("Tax", money.shown(paper.tax_cents)))
    rows.append(Sum("Total", money.said(paper.total_cents), strong=True))
    rows += [Sum(f"{one.words}, {day(one.on)}", money.shown(-one.cents)) for one in paper.applied]
    if paper.applied or paper.open_cents != paper.total_cents:
        rows.append(Sum(LEFT_OPEN[paper.kind], money.said(paper.open_cents), strong=True))
    yield from sums(rows, wide, table, dark(paper.sender.accent))


def _below(paper: InvoicePaper, wide: float) -> Iterator[Item]:
    for label, words in (("How to pay", paper.pay_words if owed(paper) else ""), ("Notes", paper.notes)):
        if words.strip():
            yield from setting.label(label, wide)
            yield from setting.words(words, wide)
    if paper.photos:
        yield from setting.label("Photos", wide)
    for n in range(0, len(paper.photos), 2):
        yield Item(PHOTO_HIGH + 10, _photos(paper.photos[n : n + 2], (wide - 12) / 2))


def _photos(photos: tuple[bytes, ...], wide: float) -> Draw:
    def draw(canvas: Any, left: float, top: float) -> None:
        for n, data in enumerate(photos):
            across, tall = size_within(data, wide, PHOTO_HIGH)
            picture(canvas, data, left + n * (wide + 12), top - tall, across, tall)

    return draw


def _slip(paper: InvoicePaper) -> Slip:
    return Slip(paper.sender, paper.bill_to.name, "Invoice" if paper.kind == "invoice" else TITLES[paper.kind], paper.number,
                day(paper.due_on) if paper.due_on else "On receipt", paper.look.money.said(paper.open_cents), paper.bill_to.number)

"""How a statement looks: the balance beside the window, aging, a section for each customer, deposits, the slip."""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# reportlab has no complete types.

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from fieldoffice.services.documents import setting
from fieldoffice.services.documents.agingstrip import aging_strip
from fieldoffice.services.documents.flow import Draw, Item, Table
from fieldoffice.services.documents.issuing import Document
from fieldoffice.services.documents.letterhead import Fact, Letter
from fieldoffice.services.documents.moneypaper import day
from fieldoffice.services.documents.paper import BODY, INK, MUTED, dark, put, rule
from fieldoffice.services.documents.setting import AFTER, ROW, STEP, Column, Wanted, wrap
from fieldoffice.services.documents.slip import Slip, slip
from fieldoffice.services.documents.statementpaper import Section, StatementPaper, StatementRow
from fieldoffice.services.documents.totals import Sum, sums

NOTHING = "Nothing is open on this account. Thank you."
QUIET = "Nothing happened on this account in this time."


def document(paper: StatementPaper) -> Document:
    """The statement as a letter ready to be issued."""
    running = f"Statement {day(paper.as_of)} · {paper.bill_to.name}"
    letter = Letter(paper.sender, paper.bill_to, paper.look, "Statement", tuple(_facts(paper)), running)
    return Document(letter, tuple(_items(paper, letter.wide)), paper.title)


def _facts(paper: StatementPaper) -> Iterator[Fact]:
    if paper.number:
        yield Fact("Number", paper.number)
    if paper.from_on and paper.kind == "balance forward":
        yield Fact("From", day(paper.from_on))
    yield Fact("As of", day(paper.as_of))
    if paper.bill_to.number:
        yield Fact("Customer no.", paper.bill_to.number)
    yield Fact("Balance", paper.look.money.said(paper.closing_cents), strong=True)


def _items(paper: StatementPaper, wide: float) -> Iterator[Item]:
    made, shown = _columns(paper, wide)
    rows = _Rows(paper, wide, made, shown)
    if paper.aging is not None:
        yield from aging_strip(paper.aging, paper.look.money, wide)
    yield from rows.before()
    for section in paper.sections:
        yield from rows.section(section)
    tail = [*rows.after(), *_below(paper, wide)]
    yield from setting.with_slip(tail, slip(_slip(paper), wide)) if paper.closing_cents > 0 else tail


def _columns(paper: StatementPaper, wide: float) -> tuple[tuple[Column, ...], tuple[str, ...]]:
    """The columns that have any figure, and which they are."""
    money = paper.look.money
    rows = [row for section in paper.sections for row in section.rows] + list(paper.adjustments)
    dated = [day(row.on) for row in rows]
    wanted: dict[str, Wanted] = {"on": Wanted("Date", dated, least=52), "words": Wanted("Document", flex=True)}
    if any(row.due_on for row in rows):
        wanted["due"] = Wanted("Due", [day(row.due_on) for row in rows if row.due_on], least=52)
    labels = {"original": "Original", "open": "Open", "running": "Balance"} if paper.kind == "open item" else {
        "original": "Amount", "running": "Balance"}
    for name, label in labels.items():
        found = [cents for row in rows if (cents := _cents(row, name)) is not None]
        if found or name == "running":
            texts = [money.shown(cents) for cents in [*found, paper.opening_cents, paper.closing_cents]]
            wanted[name] = Wanted(label, texts, right=True, least=56)
    if not any(row.running_cents is not None for row in rows) and paper.kind == "open item":
        wanted.pop("running")
        wanted.setdefault("open", Wanted("Open", [money.shown(paper.closing_cents)], right=True, least=56))
    last = list(wanted)[-1]
    label = f"{wanted[last].label} {money.currency}"
    wanted[last] = Wanted(label, wanted[last].texts, right=True, least=56)
    return setting.columns(list(wanted.values()), wide), tuple(wanted)


def _cents(row: StatementRow, name: str) -> int | None:
    return {"original": row.original_cents, "open": row.open_cents, "running": row.running_cents}[name]


class _Rows:
    """The rows of one statement, with the sum that is carried from page to page."""

    def __init__(self, paper: StatementPaper, wide: float, made: Sequence[Column], names: Sequence[str]) -> None:
        self.paper, self.wide, self.made, self.names = paper, wide, made, names
        self.money = paper.look.money
        self.so_far = paper.opening_cents if paper.kind == "balance forward" else 0
        carry = made[list(names).index("open")] if "open" in names else made[-1]
        self.table: Table = setting.table(made, wide, carry=carry, shown=self.money.shown)

    def before(self) -> Iterator[Item]:
        """Opening balance and what was posted late into the time before."""
        if self.paper.kind != "balance forward":
            return
        from_on = self.paper.from_on
        yield from self._sum(f"Opening balance, {day(from_on)}" if from_on else "Opening balance", self.paper.opening_cents)
        if self.paper.adjustments:
            since = f" to the time before {day(from_on)}" if from_on else " to earlier statements"
            yield from self._heading(f"Adjustments{since}")
            yield from self._of(self.paper.adjustments, together=True)
            yield from self._sum("Adjusted opening balance", self.so_far)

    def section(self, section: Section) -> Iterator[Item]:
        """The rows of one customer, named where there are several."""
        if section.name:
            yield from self._heading(section.name)
        yield from self._of(section.rows, together=section.subtotal_cents is not None)
        if section.subtotal_cents is not None:
            yield from self._sum(f"Subtotal {section.name}".strip(), section.subtotal_cents, quiet=True)
        if not section.rows and not section.name:
            words = NOTHING if self.paper.kind == "open item" else QUIET
            yield Item(ROW + 8, setting.writing(words, BODY), self.table, self.so_far)

    def after(self) -> Iterator[Item]:
        """The closing balance, and what is held for the customer beside it."""
        label = "Closing balance" if self.paper.kind == "balance forward" else "Balance"
        row = Sum(f"{label}, {day(self.paper.as_of)}", self.money.said(self.paper.closing_cents), strong=True)
        yield from sums([row], self.wide, self.table, dark(self.paper.sender.accent))

    def _of(self, rows: Sequence[StatementRow], *, together: bool = False) -> Iterator[Item]:
        """The rows; `together` holds the last one with what follows."""
        for at, row in enumerate(rows, 1):
            self.so_far += self.paper.counted(row)
            lines = wrap(row.words, BODY, self.made[1].wide) or ("",)
            for n, words in enumerate(lines):
                high = ROW if n == len(lines) - 1 else STEP
                yield Item(high, self._row(row if n == 0 else None, words), self.table, self.so_far, keep=True)
            yield setting.line(self.wide, high=AFTER, within=self.table, so_far=self.so_far, keep=together and at == len(rows))

    def _row(self, row: StatementRow | None, words: str) -> Draw:
        texts = {"words": words}
        if row is not None:
            texts |= {"on": day(row.on), "due": day(row.due_on) if row.due_on else ""}
            for name in ("original", "open", "running"):
                cents = _cents(row, name)
                texts[name] = "" if cents is None else self.money.shown(cents)

        def draw(canvas: Any, left: float, top: float) -> None:
            for name, column in zip(self.names, self.made, strict=True):
                text = texts.get(name, "")
                column.write(canvas, left, top - BODY - 1, text) if name != "words" else put(canvas, left + column.x, top - BODY - 1, text)

        return draw

    def _heading(self, words: str) -> Iterator[Item]:
        for n, part in enumerate(wrap(words, BODY, self.wide, bold=True)):
            high = STEP + (8 if n == 0 else 4)
            yield Item(high, _below_gap(part, 6 if n == 0 else 0), self.table, self.so_far, keep=True)

    def _sum(self, words: str, cents: int, *, quiet: bool = False) -> Iterator[Item]:
        column = self.made[list(self.names).index("open")] if quiet and "open" in self.names else self.made[-1]
        if quiet and self.paper.kind == "balance forward" and "original" in self.names:
            column = self.made[list(self.names).index("original")]

        def draw(canvas: Any, left: float, top: float) -> None:
            room = column.x - column.wide - 12
            put(canvas, left, top - BODY - 1, words, bold=not quiet, color=MUTED if quiet else INK, most=room)
            column.write(canvas, left, top - BODY - 1, self.money.shown(cents), bold=True)
            rule(canvas, left, left + self.wide, top - ROW, weight=0.35)

        yield Item(ROW + AFTER, draw, self.table, self.so_far)


def _below_gap(words: str, air: float) -> Draw:
    return lambda canvas, left, top: setting.writing(words, BODY, bold=True)(canvas, left, top - air)


def _below(paper: StatementPaper, wide: float) -> Iterator[Item]:
    money = paper.look.money
    if paper.deposits:
        yield from setting.label("Deposits held for you, not part of the balance", wide)
        rows = [Sum(f"{one.words}, {day(one.on)}", money.shown(one.cents)) for one in paper.deposits]
        if len(rows) > 1:
            rows.append(Sum("Deposits", money.shown(sum(one.cents for one in paper.deposits))))
        yield from sums(rows, wide, None, dark(paper.sender.accent))
    for label, words in (("Finance charges", paper.charge_words), ("How to pay", paper.pay_words), ("Notes", paper.notes)):
        if words.strip():
            yield from setting.label(label, wide)
            yield from setting.words(words, wide)


def _slip(paper: StatementPaper) -> Slip:
    amount = paper.look.money.said(paper.closing_cents)
    return Slip(paper.sender, paper.bill_to.name, "Statement", paper.number or day(paper.as_of), "", amount, paper.bill_to.number)

"""A receipt for a payment: what came, how, what it paid, and what is left of it as credit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from fieldoffice.services.documents import issuing, setting
from fieldoffice.services.documents.flow import Draw, Item
from fieldoffice.services.documents.issuing import Document
from fieldoffice.services.documents.letterhead import Fact, Letter
from fieldoffice.services.documents.moneypaper import PLAIN, Look, Party, Sender, agree, day
from fieldoffice.services.documents.paper import BODY, dark, put
from fieldoffice.services.documents.setting import AFTER, ROW, STEP, Column, Wanted, wrap
from fieldoffice.services.documents.totals import Sum, sums


@dataclass(frozen=True, slots=True)
class Paid:
    """One document that the payment went to, and what is still open on it afterwards."""

    words: str
    cents: int
    open_cents: int = 0
    on: date | None = None  # the document's date


@dataclass(frozen=True, slots=True)
class ReceiptPaper:
    """amount = Σ paid + credit. `reference` is the check's number or the card slip's; `state` such as "Reversed" is printed across."""

    sender: Sender
    received_from: Party
    number: str
    paid_on: date
    method: str
    amount_cents: int
    credit_cents: int
    paid: tuple[Paid, ...] = ()
    reference: str = ""
    notes: str = ""
    state: str = ""
    look: Look = PLAIN

    @property
    def title(self) -> str:
        return f"Receipt {self.number}"

    def check(self) -> None:
        """ValueError where the parts do not make the amount."""
        agree("amount", self.amount_cents, sum(one.cents for one in self.paid) + self.credit_cents)


def draw_receipt(paper: ReceiptPaper) -> bytes:
    """The PDF; ValueError where its sums do not fit."""
    paper.check()
    facts = [("Number", paper.number), ("Received", day(paper.paid_on)), ("Method", paper.method), ("Reference", paper.reference),
             ("Customer no.", paper.received_from.number)]
    told = [Fact(label, words) for label, words in facts if words]
    told.append(Fact("Amount", paper.look.money.said(paper.amount_cents), strong=True))
    running = f"{paper.title} · {paper.received_from.name}"
    letter = Letter(paper.sender, paper.received_from, paper.look, "Receipt", tuple(told), running, paper.state)
    made = Document(letter, tuple(_items(paper, letter.wide)), paper.title)
    return issuing.issue([made], title=paper.title, made_on=paper.paid_on)


def _items(paper: ReceiptPaper, wide: float) -> Iterator[Item]:
    money = paper.look.money
    yield from setting.words(f"We received {money.said(paper.amount_cents)} on {day(paper.paid_on)}. Thank you.", wide, size=11)
    yield setting.gap(12)
    made = setting.columns((
        Wanted("Paid", flex=True),
        Wanted("Date", [day(one.on) for one in paper.paid if one.on], least=52),
        Wanted("Still open", [money.shown(one.open_cents) for one in paper.paid], right=True, least=62),
        Wanted(f"Paid {money.currency}", [money.shown(paper.amount_cents)], right=True, least=62),
    ), wide)
    table = setting.table(made, wide, carry=made[-1], shown=money.shown)
    so_far = 0
    for one in paper.paid:
        so_far += one.cents
        lines = wrap(one.words, BODY, made[0].wide) or ("",)
        for n, words in enumerate(lines):
            draw = _row(paper, one, words, made) if n == 0 else setting.writing(words, BODY)
            yield Item(ROW if n == len(lines) - 1 else STEP, draw, table, so_far, keep=True)
        yield setting.line(wide, high=AFTER, within=table, so_far=so_far)
    rows = [Sum("Left as credit", money.shown(paper.credit_cents))] if paper.credit_cents else []
    yield from sums([*rows, Sum("Received", money.said(paper.amount_cents), strong=True)], wide, table if paper.paid else None,
                    dark(paper.sender.accent))
    if paper.notes.strip():
        yield from setting.label("Notes", wide)
        yield from setting.words(paper.notes, wide)


def _row(paper: ReceiptPaper, one: Paid, words: str, made: tuple[Column, ...]) -> Draw:
    money = paper.look.money
    texts = (day(one.on) if one.on else "", money.shown(one.open_cents), money.shown(one.cents))

    def draw(canvas: object, left: float, top: float) -> None:
        put(canvas, left, top - BODY - 1, words)
        for column, text in zip(made[1:], texts, strict=True):
            column.write(canvas, left, top - BODY - 1, text)

    return draw

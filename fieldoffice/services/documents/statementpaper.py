"""A statement of account, frozen before it is drawn: what is open, or how the balance moved, as of a date.

An open item statement lists the documents that are open; a balance forward statement goes from an opening balance through
what happened to a closing one. `draw_statement` makes the PDF from the paper alone; its sums are checked before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from fieldoffice.services.documents.moneypaper import PLAIN, Applied, Look, Party, Sender, agree

Kind = Literal["open item", "balance forward"]
BUCKETS = ("Current", "1–30 days", "31–60 days", "61–90 days", "Over 90 days")


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One document or payment. `original` is its amount (payments and credits negative), `open` what is left of it,
    `running` the balance after it; a column without any figure is left out."""

    on: date
    words: str
    due_on: date | None = None
    original_cents: int | None = None
    open_cents: int | None = None
    running_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of one customer under a parent; a statement of one customer has one section without a name.

    `subtotal` is Σ open on an open item statement, Σ original on the other kind; None where it is not printed.
    """

    name: str
    rows: tuple[StatementRow, ...]
    subtotal_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Aging:
    """What is open by how late it is: Current, 1–30, 31–60, 61–90, over 90 days. `credits` (negative) has a column of its
    own where the company does not net it."""

    buckets: tuple[int, int, int, int, int]
    credits: int | None = None

    @property
    def total(self) -> int:
        return sum(self.buckets) + (self.credits or 0)


@dataclass(frozen=True, slots=True)
class StatementPaper:
    """All that stands on it. Open item: closing = Σ open. Balance forward: closing = opening + Σ adjustments + Σ original.

    `adjustments` were posted into the time before `from_on` after that time's statement, and stand apart. `deposits` are
    held for the customer and are no part of the balance.
    """

    sender: Sender
    bill_to: Party
    as_of: date
    sections: tuple[Section, ...]
    closing_cents: int
    kind: Kind = "open item"
    from_on: date | None = None
    opening_cents: int = 0
    adjustments: tuple[StatementRow, ...] = ()
    aging: Aging | None = None
    deposits: tuple[Applied, ...] = ()
    charge_words: str = ""
    pay_words: str = ""
    notes: str = ""
    number: str = ""
    look: Look = PLAIN

    @property
    def title(self) -> str:
        return f"Statement, {self.bill_to.name}, {self.as_of.isoformat()}"

    def counted(self, row: StatementRow) -> int:
        """What a row adds to the closing balance."""
        return (row.open_cents if self.kind == "open item" else row.original_cents) or 0

    def check(self) -> None:
        """ValueError where the parts do not make the sums; only a mistake in the program can cause it."""
        for section in self.sections:
            if section.subtotal_cents is not None:
                agree(f"subtotal of {section.name}", section.subtotal_cents, sum(self.counted(row) for row in section.rows))
        moved = sum(self.counted(row) for section in self.sections for row in section.rows)
        before = self.opening_cents + sum(self.counted(row) for row in self.adjustments) if self.kind == "balance forward" else 0
        agree("closing balance", self.closing_cents, before + moved)
        if self.aging is not None:
            agree("aging", self.aging.total, self.closing_cents)


def draw_statement(paper: StatementPaper) -> bytes:
    """The PDF of one; ValueError where its sums do not fit."""
    from fieldoffice.services.documents import issuing, statementpages  # they draw what this file defines

    paper.check()
    return issuing.issue([statementpages.document(paper)], title=paper.title, made_on=paper.as_of)

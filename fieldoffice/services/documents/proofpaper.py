"""The proof sheet of a run of finance charges: for each charge the days, the amount they ran on and the rate, to the cent.

A charge of interest is Σ days × base × yearly rate / days of the year, rounded once, half up. A charge by tiers says in words
what share of what amount it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from fieldoffice.services.documents.moneypaper import PLAIN, Look, Money, Sender, agree, day, percent
from fieldoffice.services.documents.reportpaper import Cell, ReportColumn, ReportPaper, ReportTable, draw_report
from fieldoffice.services.jobs.money import rounded

FINER = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class ProofSegment:
    """A time from `from_on` up to, not including, `to_on` in which the overdue amount did not change."""

    from_on: date
    to_on: date
    days: int
    base_cents: int
    rate_ppm: int
    words: str = ""  # for a tier: what it is, instead of days


@dataclass(frozen=True, slots=True)
class ProofCharge:
    """One charge. `amount` is what is posted; where floor, threshold or cap made it another sum than the segments, `why` says so.

    `tier` says that each segment is a share of its base at once, whatever its days.
    """

    customer: str
    document: str
    segments: tuple[ProofSegment, ...]
    amount_cents: int
    why: str = ""
    tier: bool = False


@dataclass(frozen=True, slots=True)
class ProofPaper:
    """A run of charges as of a day under one rule in `words`."""

    sender: Sender
    assessed_on: date
    words: str
    charges: tuple[ProofCharge, ...]
    total_cents: int
    number: str = ""
    year_days: int = 365
    look: Look = PLAIN

    def exact(self, charge: ProofCharge, segment: ProofSegment) -> Decimal:
        """What a segment adds, in minor units, not rounded."""
        share = Decimal(segment.base_cents) * segment.rate_ppm / 1_000_000
        return share if charge.tier else share * segment.days / self.year_days

    def counted(self, charge: ProofCharge) -> int:
        """What the segments make, rounded once."""
        return rounded(sum((self.exact(charge, one) for one in charge.segments), Decimal()))

    def check(self) -> None:
        """ValueError where segments do not make a charge that gives no reason, or charges not the total."""
        for charge in self.charges:
            if not charge.why:
                agree(f"charge on {charge.document}", charge.amount_cents, self.counted(charge))
        agree("total", self.total_cents, sum(charge.amount_cents for charge in self.charges))


def draw_proof(paper: ProofPaper) -> bytes:
    """The PDF; ValueError where its sums do not fit."""
    paper.check()
    title = f"Finance charges {paper.number}".strip() + ", proof"
    rows, strong = _rows(paper)
    money = paper.look.money
    names = ("Days", "Amount overdue", "Rate", f"Exact {money.currency}", f"Charge {money.currency}")
    columns = (ReportColumn("Time", wide=True), *(ReportColumn(name, right=True) for name in names))
    totals: tuple[Cell, ...] = ("Total", "", "", "", "", paper.total_cents)
    table = ReportTable(columns, rows, totals, strong=strong)
    formula = f"Interest is days × amount overdue × yearly rate / {paper.year_days}, rounded once to the smallest coin, half up."
    return draw_report(ReportPaper(paper.sender, title, paper.assessed_on, (table,), f"{paper.words}\n{formula}", look=paper.look))


def _rows(paper: ProofPaper) -> tuple[tuple[tuple[Cell, ...], ...], frozenset[int]]:
    """The rows, and which of them name a charge."""
    rows: list[tuple[Cell, ...]] = []
    strong: set[int] = set()
    for charge in paper.charges:
        strong.add(len(rows))
        rows.append((f"{charge.customer}, {charge.document}", "", "", "", "", charge.amount_cents))
        rows += _segments(paper, charge)
    return tuple(rows), frozenset(strong)


def _segments(paper: ProofPaper, charge: ProofCharge) -> Iterator[tuple[Cell, ...]]:
    for one in charge.segments:
        words = one.words or f"{day(one.from_on)} up to {day(one.to_on)}"
        days = "" if charge.tier else str(one.days)
        yield words, days, one.base_cents, percent(one.rate_ppm), _finely(paper.exact(charge, one), paper.look.money), None
    if charge.why:
        yield charge.why, "", None, "", "", None


def _finely(exact: Decimal, money: Money) -> str:
    """An amount that is not rounded to coins yet, with six decimals at most."""
    shown = exact.scaleb(-money.exponent).quantize(FINER, rounding=ROUND_HALF_UP)
    return f"{shown:,f}"

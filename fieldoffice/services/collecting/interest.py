"""How a finance charge is computed: interest by the day over what was open, or tiers by age. Pure.

An interval holds its first day and not its last one: due June 1 and assessed July 1 is 30 days. Each day counts with what was
open at its end, so a payment of June 21 takes effect with June 21. A year has 365 days. Nothing is rounded before the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from fieldoffice.services.jobs.money import amount, rounded

YEAR = 365
MILLION = 1_000_000
SHORT = Decimal("0.0001")
Tier = tuple[int, str, int]
"""Days old, "percent" or "amount", and parts per million or cents."""


@dataclass(frozen=True, slots=True)
class Basis:
    """The part of a rule that decides about amounts of one item."""

    kind: str = "interest"  # interest | tiers
    annual_ppm: int = 0
    tiers: tuple[Tier, ...] = ()
    counts_from: str = "due"  # due | issued
    grace_days: int = 0
    grace: str = "shift"  # shift: the count begins later; waive: who pays within them is charged nothing, else all days count
    cap_ppm: int = 0
    closed_items: bool = False

    @property
    def ppm(self) -> int:
        """The annual rate, at most what the law allows."""
        return min(self.annual_ppm, self.cap_ppm) if self.cap_ppm else self.annual_ppm


@dataclass(frozen=True, slots=True)
class Debt:
    """One item of the ledger and how its open amount moved: (day, cents) in order, the first one what it was made with.

    Within a span of `disputed` (first day, day after the last; None: still) nothing counts. Of what is open, `net_cents` of
    `total_cents` counts: all, or less where taxes are left out.
    """

    id: int
    on_date: date
    due_on: date
    moves: tuple[tuple[date, int], ...]
    disputed: tuple[tuple[date, date | None], ...] = ()
    net_cents: int = 1
    total_cents: int = 1

    def open_on(self, day: date) -> int:
        """What was open at the end of a day."""
        return sum(cents for on, cents in self.moves if on <= day)

    def base_on(self, day: date) -> int:
        """What counted at the end of a day: nothing while it was disputed."""
        if any(first <= day and (end is None or day < end) for first, end in self.disputed):
            return 0
        return max(0, self.open_on(day))

    def start(self, basis: Basis) -> date:
        """The first day that may count."""
        first = self.due_on if basis.counts_from == "due" else self.on_date
        return first + timedelta(days=basis.grace_days) if basis.grace == "shift" else first

    def days_of_change(self) -> set[date]:
        """The days on which what counts may become another amount."""
        edges = {day for span in self.disputed for day in span if day is not None}
        return {on for on, _cents in self.moves} | edges


@dataclass(frozen=True, slots=True)
class Segment:
    """Days with the same base. `exact` is the charge in cents, not rounded."""

    from_on: date
    to_on: date
    days: int
    base_cents: int
    ppm: int
    exact: Decimal

    def plain(self) -> list[object]:
        """As it is stored."""
        shown = str(self.exact.quantize(SHORT, rounding=ROUND_HALF_UP))
        return [self.from_on.isoformat(), self.to_on.isoformat(), self.days, self.base_cents, self.ppm, shown]


@dataclass(frozen=True, slots=True)
class Part:
    """What one item is charged for one interval, or for reaching a tier (its days in `tier`)."""

    tier: int
    from_on: date
    to_on: date
    amount_cents: int
    proof: tuple[Segment, ...]

    def words(self, exponent: int = 2) -> str:
        """The reckoning in one line."""
        return said([segment.plain() for segment in self.proof], self.tier, exponent)


Credits = Mapping[int, Sequence[tuple[date, int]]]
"""For each debt the credit of the customer that counts against it: (from this day on, cents), in order."""


def parts_of(debt: Debt, basis: Basis, as_of: date, *, done_to: date | None = None, done_tiers: Iterable[int] = (),
             charged_cents: int = 0, credits: Credits | None = None) -> tuple[Part, ...]:  # fmt: skip
    """What one item is charged as of a day: nothing before `done_to`, up to which it was charged, and no tier twice.

    `charged_cents` is what tiers took already; only the law's cap asks for it.
    """
    if not _late(debt, basis, as_of):
        return ()
    if basis.kind == "tiers":
        return tuple(_tiers(debt, basis, as_of, set(done_tiers), charged_cents, credits or {}))
    first = max(debt.start(basis), done_to or date.min)
    segments = tuple(_segments(debt, basis.ppm, first, as_of, credits or {}))
    cents = rounded(sum((segment.exact for segment in segments), Decimal(0)))
    return (Part(0, first, as_of, cents, segments),) if cents > 0 else ()


def credits_against(debts: Sequence[Debt], free: Sequence[Debt], basis: Basis) -> Credits:
    """How credit that settles nothing counts against a customer's debts day by day: the oldest due first, once they count.

    `free` are the credits with their moves as positive amounts.
    """
    starts = {debt.id: debt.start(basis) for debt in debts}
    days = sorted({day for one in (*debts, *free) for day in one.days_of_change()} | set(starts.values()))
    order = sorted(debts, key=lambda debt: (debt.due_on, debt.on_date, debt.id))
    found: dict[int, list[tuple[date, int]]] = {debt.id: [] for debt in debts}
    for day in days if free else ():
        left = sum(max(0, one.open_on(day)) for one in free)
        for debt in order:
            part = min(left, debt.base_on(day)) if left and starts[debt.id] <= day else 0
            left -= part
            if part != (found[debt.id][-1][1] if found[debt.id] else 0):
                found[debt.id].append((day, part))
    return found


def with_least(total: int, least: int, threshold: int) -> int:
    """What a customer is charged in all: nothing below the threshold, and at least `least` when anything is charged."""
    return 0 if total <= 0 or total < threshold else max(total, least)


def said(proof: Sequence[Sequence[object]], tier: int = 0, exponent: int = 2) -> str:
    """A stored proof in words: "20 days × 1,000.00, 10 days × 700.00 at 12% a year"."""
    rows = [(int(str(row[2])), int(str(row[3])), int(str(row[4]))) for row in proof]
    if tier:
        _days, base, ppm = rows[0]
        return f"{percent(ppm)} of {amount(base, exponent)} at {tier} days" if ppm else f"fixed amount at {tier} days"
    counted = ", ".join(f"{days} {'day' if days == 1 else 'days'} × {amount(base, exponent)}" for days, base, _ in rows if base)
    return f"{counted} at {percent(rows[0][2])} a year" if counted else ""


def percent(ppm: int) -> str:
    """ "12%", "8.875%"."""
    shown = f"{Decimal(ppm) / 10_000:f}"
    return f"{shown.rstrip('0').rstrip('.') if '.' in shown else shown}%"


def _late(debt: Debt, basis: Basis, as_of: date) -> bool:
    """Whether an item is overdue by more than the days that are waived, and not settled where that ends it."""
    if as_of <= debt.due_on or (not basis.closed_items and debt.open_on(as_of) <= 0):
        return False
    if basis.grace != "waive" or not basis.grace_days:
        return True
    last = debt.start(basis) + timedelta(days=basis.grace_days)
    return as_of > last and debt.open_on(last) > 0


def _segments(debt: Debt, ppm: int, first: date, end: date, credits: Credits) -> Iterator[Segment]:
    if ppm <= 0 or first >= end:
        return
    edges = {first, end, *debt.days_of_change(), *(day for day, _ in credits.get(debt.id, ()))}
    inner = sorted(day for day in edges if first <= day <= end)
    held: Segment | None = None
    for start, stop in pairwise(inner):
        new = _segment(start, stop, _base(debt, start, credits), ppm)
        if held is not None and held.base_cents == new.base_cents:
            held = _segment(held.from_on, stop, held.base_cents, ppm)
            continue
        if held is not None:
            yield held
        held = new
    if held is not None:
        yield held


def _segment(start: date, stop: date, base: int, ppm: int) -> Segment:
    days = (stop - start).days
    return Segment(start, stop, days, base, ppm, Decimal(base) * days * ppm / MILLION / YEAR)


def _base(debt: Debt, day: date, credits: Credits) -> int:
    """What counts of an item on a day: what is open, less the customer's free credit, without taxes where they do not count."""
    taken = next((cents for on, cents in reversed(credits.get(debt.id, ())) if on <= day), 0)
    left = max(0, debt.base_on(day) - taken)
    return left if debt.net_cents == debt.total_cents else rounded(Decimal(left) * debt.net_cents / debt.total_cents)


def _tiers(debt: Debt, basis: Basis, as_of: date, done: set[int], charged: int, credits: Credits) -> Iterator[Part]:
    """Each tier that was reached, on what was left on its day."""
    for days, kind, value in sorted(basis.tiers):
        day = debt.start(basis) + timedelta(days=days)
        base = _base(debt, day, credits)
        if days in done or day > as_of or base <= 0 or value <= 0:
            continue
        exact = Decimal(base) * value / MILLION if kind == "percent" else Decimal(value)
        if basis.cap_ppm:
            exact = min(exact, Decimal(base) * days * basis.cap_ppm / MILLION / YEAR - charged)
        if (cents := rounded(exact)) > 0:
            charged += cents
            ppm = value if kind == "percent" else 0
            yield Part(days, day, day + timedelta(days=1), cents, (Segment(day, day + timedelta(days=1), 1, base, ppm, exact),))

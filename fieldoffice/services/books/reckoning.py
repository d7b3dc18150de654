"""The sums of a paper: net, tax, the table of taxes, and each line's part of them. Pure; one function for screen, paper and link.

Amounts are whole minor units, rounded half away from zero. Where the tax is rounded is the company's choice, kept on each
paper: by the line, or once for the paper, where the cents left over go to the lines with the largest remainders, then in
the order of the lines. Either way the table of taxes sums to the paper's tax.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Literal

from fieldoffice.services.jobs.money import net_cents, rounded, tax_cents

Rounding = Literal["line", "paper"]
TaxKey = tuple[str, int]
"""A tax by name and rate in parts per million."""


@dataclass(frozen=True, slots=True)
class Priced:
    """A line before it is summed."""

    quantity_milli: int
    unit_price_cents: int
    tax_name: str = ""
    tax_ppm: int = 0


@dataclass(frozen=True, slots=True)
class TaxSum:
    """One row of the table of taxes."""

    name: str
    ppm: int
    net_cents: int
    tax_cents: int


@dataclass(frozen=True, slots=True)
class Sums:
    """`lines` holds (net, tax) of each line, in order."""

    lines: tuple[tuple[int, int], ...]
    taxes: tuple[TaxSum, ...]

    @property
    def net_cents(self) -> int:
        return sum(net for net, _tax in self.lines)

    @property
    def tax_cents(self) -> int:
        return sum(row.tax_cents for row in self.taxes)

    @property
    def total_cents(self) -> int:
        return self.net_cents + self.tax_cents


def reckon(lines: Sequence[Priced], rounding: Rounding = "line") -> Sums:
    """The sums of a paper's lines."""
    nets = [net_cents(line.quantity_milli, line.unit_price_cents) for line in lines]
    parts = _by_line(lines, nets) if rounding == "line" else _by_paper(lines, nets)
    groups: dict[TaxKey, tuple[int, int]] = {}
    for line, net, tax in zip(lines, nets, parts, strict=True):
        if line.tax_ppm or line.tax_name:
            key = (line.tax_name, line.tax_ppm)
            held = groups.get(key, (0, 0))
            groups[key] = held[0] + net, held[1] + tax
    return Sums(tuple(zip(nets, parts, strict=True)), tuple(TaxSum(*key, *sums) for key, sums in groups.items()))


def _by_line(lines: Sequence[Priced], nets: Sequence[int]) -> list[int]:
    return [tax_cents(net, line.tax_ppm) for line, net in zip(lines, nets, strict=True)]


def _by_paper(lines: Sequence[Priced], nets: Sequence[int]) -> list[int]:
    parts = [0] * len(lines)
    for key in dict.fromkeys((line.tax_name, line.tax_ppm) for line in lines):
        places = [n for n, line in enumerate(lines) if (line.tax_name, line.tax_ppm) == key]
        exact = [Decimal(nets[n]) * key[1] / 1_000_000 for n in places]
        for n, cents in zip(places, spread(rounded(sum(exact, Decimal(0))), exact), strict=True):
            parts[n] = cents
    return parts


def spread(total: int, exact: Sequence[Decimal]) -> list[int]:
    """Whole cents that sum to `total`, each as near as can be to its exact part: the largest remainders get what is left
    over, earlier ones first."""
    floors = [int(part.to_integral_value(rounding=ROUND_FLOOR)) for part in exact]
    order = sorted(range(len(exact)), key=lambda n: (-(exact[n] - floors[n]), n))
    for n in order[: total - sum(floors)]:
        floors[n] += 1
    return floors

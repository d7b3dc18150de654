"""The money of lines: one rounding, half up, to the minor unit; tax by line. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of lines in minor units."""

    net_cents: int
    tax_cents: int

    @property
    def total_cents(self) -> int:
        return self.net_cents + self.tax_cents


def rounded(amount: Decimal) -> int:
    """The one rounding function: half away from zero, to whole minor units."""
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def net_cents(quantity_milli: int, unit_price_cents: int) -> int:
    """Quantity (in thousandths) times price."""
    return rounded(Decimal(quantity_milli) * unit_price_cents / 1000)


def tax_cents(net: int, tax_ppm: int) -> int:
    """The tax on a net amount at a rate in parts per million."""
    return rounded(Decimal(net) * tax_ppm / 1_000_000)


def totals(lines: Iterable[tuple[int, int, int]]) -> Totals:
    """Sums over (quantity_milli, unit_price_cents, tax_ppm): each line is rounded, then added."""
    nets = [(net_cents(quantity, price), ppm) for quantity, price, ppm in lines]
    return Totals(sum(n for n, _ in nets), sum(tax_cents(n, ppm) for n, ppm in nets))


def quantity(milli: int) -> str:
    """A quantity as people write it: "1", "2.5", "0.125"."""
    shown = f"{Decimal(milli) / 1000:f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def amount(cents: int, exponent: int = 2) -> str:
    """Minor units with the decimals of the currency, for words in the log: "120.00"."""
    return f"{Decimal(cents).scaleb(-exponent):,.{exponent}f}"

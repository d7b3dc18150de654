"""The sums of a paper by both ways of rounding: parts, table and total always agree to the cent."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from fieldoffice.services.books.reckoning import Priced, reckon, spread

TAXES = (("", 0), ("DC", 60_000), ("Food", 100_000), ("DC", 57_500), ("DC (exempt)", 0), ("Odd", 88_750))
LINES = st.lists(
    st.builds(lambda quantity, price, tax: Priced(quantity, price, *tax), st.integers(-(10**6), 10**6), st.integers(-(10**7), 10**7),
              st.sampled_from(TAXES)), max_size=12)  # fmt: skip


@given(LINES, st.sampled_from(("line", "paper")))
def test_lines_table_and_total_agree(lines: list[Priced], rounding: str) -> None:
    sums = reckon(lines, rounding)  # type: ignore[arg-type]
    assert sum(tax for _net, tax in sums.lines) == sum(row.tax_cents for row in sums.taxes) == sums.tax_cents
    assert sums.total_cents == sum(net + tax for net, tax in sums.lines)
    for row in sums.taxes:
        mine = [part for line, part in zip(lines, sums.lines, strict=True) if (line.tax_name, line.tax_ppm) == (row.name, row.ppm)]
        assert (sum(net for net, _tax in mine), sum(tax for _net, tax in mine)) == (row.net_cents, row.tax_cents)
    assert reckon(lines, rounding) == sums  # type: ignore[arg-type]


@given(LINES)
def test_once_for_the_paper_is_the_rounded_exact_tax_and_no_line_is_off_by_a_cent(lines: list[Priced]) -> None:
    sums = reckon(lines, "paper")
    for row in sums.taxes:
        assert abs(Decimal(row.net_cents) * row.ppm / 1_000_000 - row.tax_cents) <= Decimal("0.5")
    for line, (net, tax) in zip(lines, sums.lines, strict=True):
        assert abs(Decimal(net) * line.tax_ppm / 1_000_000 - tax) < 1


def test_halves_go_away_from_zero() -> None:
    assert [reckon([Priced(1000, cents, "T", 50_000)]).tax_cents for cents in (10, 30, -10, 9)] == [1, 2, -1, 0]
    assert reckon([Priced(500, 1), Priced(500, 3), Priced(-500, 1)]).net_cents == 1 + 2 - 1


def test_what_is_left_over_goes_to_the_largest_remainders_then_to_the_first_lines() -> None:
    assert spread(2, [Decimal("0.5"), Decimal("0.9"), Decimal("0.6")]) == [0, 1, 1]
    assert spread(1, [Decimal("0.5"), Decimal("0.5")]) == [1, 0]
    sums = reckon([Priced(1000, 8, "T", 60_000)] * 5, "paper")
    assert [tax for _net, tax in sums.lines] == [1, 1, 0, 0, 0]
    assert reckon([Priced(1000, 8, "T", 60_000)] * 5, "line").tax_cents == 0


def test_each_tax_is_a_row_of_the_table_and_an_exemption_shows() -> None:
    lines = [Priced(1000, 1_000, "DC", 60_000), Priced(1000, 500), Priced(1000, 100, "DC (exempt)", 0), Priced(2000, 1_000, "DC", 60_000)]
    sums = reckon(lines)
    assert [(row.name, row.net_cents, row.tax_cents) for row in sums.taxes] == [("DC", 3_000, 180), ("DC (exempt)", 100, 0)]

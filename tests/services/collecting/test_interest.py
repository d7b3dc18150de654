"""The arithmetic of finance charges."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldoffice.services.collecting.interest import Basis, Debt, Part, credits_against, parts_of, said, with_least

JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)
TWELVE = Basis(annual_ppm=120_000)


def debt(cents: int, *paid: tuple[date, int], due: date = JUNE, **more: object) -> Debt:
    return Debt(1, due - timedelta(days=30), due, ((due - timedelta(days=30), cents), *((on, -part) for on, part in paid)), **more)  # type: ignore[arg-type]


def cents(parts: tuple[Part, ...]) -> int:
    return sum(part.amount_cents for part in parts)


@pytest.mark.requirement("0.42")
def test_the_golden_case_a_payment_in_the_middle() -> None:
    parts = parts_of(debt(100_000, (date(2026, 6, 21), 30_000)), TWELVE, JULY)
    assert cents(parts) == 888
    assert [segment.plain()[2:5] for segment in parts[0].proof] == [[20, 100_000, 120_000], [10, 70_000, 120_000]]
    assert parts[0].words() == "20 days × 1,000.00, 10 days × 700.00 at 12% a year"
    assert [segment.plain()[5] for segment in parts[0].proof] == ["657.5342", "230.1370"]


@pytest.mark.parametrize(("basis", "expected"), [
    (replace(TWELVE, annual_ppm=0), 0),  # a blank rate charges nothing
    (replace(TWELVE, grace_days=10), 658),  # 20 days
    (replace(TWELVE, grace_days=10, grace="waive"), 986),  # all 30 days
    (replace(TWELVE, grace_days=30, grace="waive"), 0),  # still within them
    (replace(TWELVE, counts_from="issued"), 1973),  # 60 days
    (replace(TWELVE, cap_ppm=60_000), 493),
    (replace(TWELVE, cap_ppm=240_000), 986),
    (Basis("tiers", tiers=((10, "percent", 100_000), (20, "amount", 500), (60, "percent", 500_000))), 10_500),
    (Basis("tiers", tiers=((10, "percent", 100_000),), grace_days=25), 0),
    (Basis("tiers", tiers=((30, "percent", 100_000),), cap_ppm=120_000), 986),
    (Basis("tiers"), 0),
])  # fmt: skip
def test_each_option_by_itself(basis: Basis, expected: int) -> None:
    assert cents(parts_of(debt(100_000), basis, JULY)) == expected


def test_nothing_before_the_day_after_it_was_due() -> None:
    assert parts_of(debt(100_000), TWELVE, JUNE) == ()
    assert cents(parts_of(debt(100_000), TWELVE, JUNE + timedelta(days=1))) == 33


def test_what_was_settled_late_is_charged_only_where_the_rule_says_so() -> None:
    late = debt(100_000, (date(2026, 6, 21), 100_000))
    assert parts_of(late, TWELVE, JULY) == ()
    assert cents(parts_of(late, replace(TWELVE, closed_items=True), JULY)) == 658
    within = debt(100_000, (date(2026, 6, 4), 100_000))
    assert parts_of(within, replace(TWELVE, closed_items=True, grace="waive", grace_days=5), JULY) == ()


def test_days_of_a_dispute_do_not_count() -> None:
    spans = ((date(2026, 6, 11), date(2026, 6, 21)),)
    assert cents(parts_of(debt(100_000, disputed=spans), TWELVE, JULY)) == 658


def test_taxes_are_left_out_in_their_proportion() -> None:
    assert cents(parts_of(debt(106_000, net_cents=100_000, total_cents=106_000), TWELVE, JULY)) == 986


def test_a_tier_counts_what_was_left_on_its_day() -> None:
    basis = Basis("tiers", tiers=((10, "percent", 100_000), (20, "percent", 200_000)))
    parts = parts_of(debt(100_000, (date(2026, 6, 15), 40_000)), basis, JULY)
    assert [(part.tier, part.amount_cents) for part in parts] == [(10, 10_000), (20, 12_000)]
    assert parts[0].words() == "10% of 1,000.00 at 10 days"
    assert parts_of(debt(100_000), basis, JULY, done_tiers={10, 20}) == ()


def test_free_credit_counts_against_the_oldest_first() -> None:
    old, new = debt(10_000), replace(debt(10_000, due=date(2026, 6, 11)), id=2)
    credit = Debt(3, date(2026, 6, 15), date(2026, 6, 15), ((date(2026, 6, 15), 12_000),))
    against = credits_against([new, old], [credit], TWELVE)
    assert [segment.base_cents for segment in parts_of(old, TWELVE, JULY, credits=against)[0].proof] == [10_000, 0]
    assert [segment.base_cents for segment in parts_of(new, TWELVE, JULY, credits=against)[0].proof] == [10_000, 8_000]


@pytest.mark.parametrize(("total", "expected"), [(0, 0), (99, 0), (100, 500), (499, 500), (501, 501)])
def test_the_threshold_and_the_minimum_are_two_things(total: int, expected: int) -> None:
    assert with_least(total, 500, 100) == expected


def test_a_stored_proof_reads_the_same() -> None:
    part = parts_of(debt(100_000), TWELVE, JULY)[0]
    assert said([segment.plain() for segment in part.proof]) == part.words() == "30 days × 1,000.00 at 12% a year"
    assert said([["2026-06-11", "2026-06-12", 1, 5, 0, "5.0000"]], 10) == "fixed amount at 10 days"


days = st.integers(0, 120).map(lambda n: JUNE + timedelta(days=n))
histories = st.lists(st.tuples(days, st.integers(1, 20_000)), max_size=5).map(lambda rows: tuple(sorted(rows)))


@pytest.mark.requirement("0.42")
@given(histories, st.integers(1, 119), st.sampled_from([7, 0]), st.booleans(), st.sampled_from(["due", "issued"]))
def test_two_runs_charge_what_one_run_charges_and_a_second_run_nothing(
    paid: tuple[tuple[date, int], ...], cut: int, grace: int, netted: bool, counts_from: str
) -> None:
    one = debt(100_000, *paid)
    basis = Basis(annual_ppm=180_000, grace_days=grace, closed_items=True, counts_from=counts_from)
    free = [Debt(9, JUNE, JUNE, ((JUNE + timedelta(days=15), 5_000), (JUNE + timedelta(days=60), -4_000)))] if netted else []
    credits = credits_against([one], free, basis)
    end, middle = JUNE + timedelta(days=120), JUNE + timedelta(days=cut)
    whole = parts_of(one, basis, end, credits=credits)
    first = parts_of(one, basis, middle, credits=credits)
    second = parts_of(one, basis, end, done_to=middle if first else None, credits=credits)
    assert abs(cents(whole) - cents(first) - cents(second)) <= 1
    assert parts_of(one, basis, end, done_to=end, credits=credits) == ()
    covered = sum(segment.days for part in whole for segment in part.proof)
    assert covered == sum((part.to_on - part.from_on).days for part in whole)

"""The money in figures: they equal what journal and ledger say."""

from __future__ import annotations

from datetime import date

import pytest

from fieldoffice.models.errors import NotAllowed
from fieldoffice.models.staff import Role
from fieldoffice.services import company
from fieldoffice.services.books.aging import aged
from fieldoffice.services.books.drafts import credit_invoice
from fieldoffice.services.overview.money import money_figures, month_starts, sales_days
from tests import make
from tests.services.books.ledgers import Shop

TODAY = make.TODAY


def test_months_and_days_of_sales() -> None:
    assert month_starts(date(2026, 3, 2), 4) == (date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1))
    assert sales_days(30_000, 90_000) == 30.0
    assert sales_days(-5, 90_000) == 0.0
    assert sales_days(5, 0) is None


def test_what_was_earned_owed_and_received(shop: Shop) -> None:
    shop.bill(make.job(shop.office, shop.made).job_id)
    first = shop.draft(9_000, on=date(2026, 1, 10), due=date(2026, 1, 20))
    item = shop.post(first)
    shop.pay(4_000, on=date(2026, 2, 5), parts=((item, 4_000),))
    shop.pay(1_000, on=TODAY, parts=((item, 1_000),))
    credit = shop.office.do(credit_invoice, first, reason="Half", lines=None, issued_on=date(2026, 2, 20))
    assert credit  # a draft: it counts for nothing yet
    seen = shop.office.see(money_figures)
    assert (seen.months[0], len(seen.months), seen.earned[-3:]) == (date(2025, 4, 1), 12, (9_000, 0, 12_000))
    assert seen.services == (("Leak repair", 12_000), ("Service income", 9_000))
    assert (seen.received_cents, seen.to_bill, seen.any) == (1_000, 0, True)
    by_day = {row.on: row for row in seen.standings}
    for day in (date(2026, 1, 31), date(2026, 2, 28), TODAY):
        assert by_day[day].sums == shop.office.see(aged, day).totals
    assert by_day[date(2026, 1, 31)].sums.d30 == 9_000
    assert (seen.now.sums.total, seen.now.sold_cents, seen.now.days) == (16_720, 21_720, 16_720 * 90 / 21_720)
    assert by_day[date(2025, 4, 30)].days is None


def test_a_company_without_money_and_who_may_not_bill(shop: Shop) -> None:
    seen = shop.office.see(money_figures)
    assert (seen.any, sum(seen.earned), seen.services, seen.now.days) == (False, 0, (), None)
    looks = shop.office.do(company.add_user, login="d", name="Dee", roles=(Role.DISPATCHER,)).id
    with pytest.raises(NotAllowed):
        shop.office.seat(looks).see(money_figures)

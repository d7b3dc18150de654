"""The aged list: buckets at their edges, as of any day, with credits both ways; it sums to the ledger whatever was done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select

from fieldoffice.models.billing import Payment
from fieldoffice.models.books import ArItem
from fieldoffice.models.company import Setting
from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.models.staff import Role
from fieldoffice.office import Office
from fieldoffice.services import company
from fieldoffice.services.books.aging import NOTHING, SORTS, SUMS, Aged, aged, aging_strip, aging_strips
from fieldoffice.services.books.aging_items import aged_items
from fieldoffice.services.books.deposits import receive_deposit
from fieldoffice.services.books.ledger import balance
from fieldoffice.services.books.payments import reverse_payment
from fieldoffice.services.books.receipts import Receipt
from tests import make
from tests.services.books.ledgers import Shop, proven

TODAY = make.TODAY


@pytest.fixture
def sqlite_shop(sqlite_office: Office) -> Iterator[Shop]:
    """Where the engine makes no difference."""
    yield Shop(sqlite_office, make.small(sqlite_office))
    proven(sqlite_office)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def counting(office: Office, query: Any, *args: Any) -> int:
    """How many statements a query asks."""
    asked: list[str] = []
    listener = lambda *given: asked.append(given[2])  # noqa: E731
    event.listen(office.engine, "before_cursor_execute", listener)
    try:
        office.see(query, *args)
    finally:
        event.remove(office.engine, "before_cursor_execute", listener)
    return len(asked)


def net(office: Office) -> None:
    office.do(lambda tx: tx.add(Setting(key="money.credits", value="net")))


EDGES = {-30: "current", 0: "current", 1: "d30", 30: "d30", 31: "d60", 60: "d60", 61: "d90", 90: "d90", 91: "older", 400: "older"}


def test_a_debt_stands_in_the_bucket_of_its_days(shop: Shop) -> None:
    for n, late in enumerate(EDGES):
        shop.invoice(10**n, on=ago(500), due=ago(late))
    (row,) = shop.office.see(aged, TODAY).rows
    assert row.sums.buckets == (11, 1_100, 110_000, 11_000_000, 1_100_000_000)
    assert (row.days, row.debts, row.sums.overdue) == (400, 10, 1_111_111_100)
    items = {item.days: item for item in shop.office.see(aged_items, shop.made.customer, TODAY)}
    assert {late: items[max(late, 0)].bucket for late in EDGES} == EDGES


def test_by_the_papers_own_day(sqlite_shop: Shop) -> None:
    shop = sqlite_shop
    shop.invoice(5_000, on=ago(45), due=ago(15))
    assert shop.office.see(aged, TODAY).rows[0].sums.d30 == 5_000
    seen = shop.office.see(aged, TODAY, by="issued").rows[0]
    assert (seen.sums.d60, seen.days) == (5_000, 45)
    assert shop.office.see(aged_items, shop.made.customer, TODAY, by="issued")[0].bucket == "d60"


def test_what_was_paid_later_was_open_then(sqlite_shop: Shop) -> None:
    shop = sqlite_shop
    item = shop.invoice(5_000, on=ago(60), due=ago(40))
    shop.pay(2_000, on=ago(10), parts=((item, 2_000),))
    assert shop.office.see(aging_strip, shop.made.customer, ago(20)) == (0, 5_000, 0, 0, 0, 0)
    assert shop.office.see(aging_strip, shop.made.customer, TODAY) == (0, 0, 3_000, 0, 0, 0)
    assert shop.office.see(aging_strip, shop.made.customer, ago(61)) == NOTHING


def test_credit_stands_apart_or_comes_off_the_oldest(shop: Shop) -> None:
    shop.pay(2_500, on=ago(5), parts=())
    shop.invoice(1_000, on=ago(200), due=ago(100))
    shop.invoice(1_000, on=ago(200), due=ago(45))
    shop.invoice(1_000, on=TODAY, due=ago(-30))
    assert shop.office.see(aging_strip, shop.made.customer, TODAY) == (1_000, 0, 1_000, 0, 1_000, -2_500)
    net(shop.office)
    assert shop.office.see(aging_strip, shop.made.customer, TODAY) == (500, 0, 0, 0, 0, 0)
    assert shop.office.see(aging_strip, shop.made.customer, ago(5)) == (0, 0, 0, 0, 0, -500)


def test_a_deposit_is_no_credit_of_the_receivables(sqlite_shop: Shop) -> None:
    shop = sqlite_shop
    shop.office.do(lambda tx: receive_deposit(tx, Receipt(shop.made.customer, 9_000, "cash", TODAY)).id)
    assert shop.office.see(aged, TODAY).count == 0


def test_nothing_open_is_an_empty_list_with_zeros(sqlite_shop: Shop) -> None:
    shop = sqlite_shop
    seen = shop.office.see(aged, TODAY)
    assert (seen.rows, seen.count, seen.totals.total) == ((), 0, 0)


def _three(shop: Shop) -> Aged:
    for n, name in enumerate(("Zoe", "Änne", "Mia")):
        id, _ = make.customer(shop.office, name, n)
        shop.invoice(1_000 * (n + 1), on=ago(50), due=ago(10 * n), customer=id)
    return shop.office.see(aged, TODAY)


def test_search_page_and_totals_of_all_that_match(shop: Shop) -> None:
    whole = _three(shop)
    assert [row.name for row in whole.rows] == ["Änne", "Mia", "Zoe"]
    page = shop.office.see(aged, TODAY, offset=1, limit=1)
    assert ([row.name for row in page.rows], page.count, page.totals) == (["Mia"], 3, whole.totals)
    beyond = shop.office.see(aged, TODAY, offset=50, limit=1)
    assert (beyond.rows, beyond.count, beyond.totals) == ((), 3, whole.totals)
    found = shop.office.see(aged, TODAY, search="anne")
    assert ([row.name for row in found.rows], found.totals.total) == (["Änne"], 2_000)


def test_every_column_sorts_both_ways(shop: Shop) -> None:
    _three(shop)
    for sort in SORTS:
        up, down = (shop.office.see(aged, TODAY, sort=sort, descending=way).rows for way in (False, True))
        assert set(up) == set(down)
    by_days = [row.days for row in shop.office.see(aged, TODAY, sort="days", descending=True).rows]
    assert by_days == [20, 10, 0]
    by_total = [row.sums.total for row in shop.office.see(aged, TODAY, sort="total").rows]
    assert by_total == [1_000, 2_000, 3_000]
    with pytest.raises(Invalid):
        shop.office.see(aged, TODAY, sort="mood")


def test_items_name_the_jobs_that_they_bill(sqlite_shop: Shop) -> None:
    shop = sqlite_shop
    opened = make.job(shop.office, shop.made)
    shop.bill(opened.job_id)
    (item,) = shop.office.see(aged_items, shop.made.customer, TODAY)
    assert [id for id, _number in item.jobs] == [opened.job_id]
    assert item.customer == "Carol Customer"


def test_as_many_queries_for_many_as_for_one(sqlite_shop: Shop) -> None:
    shop = sqlite_shop
    shop.invoice(1_000, on=ago(5))
    one = counting(shop.office, aged, TODAY)
    items = counting(shop.office, aged_items, shop.made.customer, TODAY)
    _three(shop)
    shop.invoice(1_000, on=ago(6))
    shop.invoice(1_000, on=ago(7))
    assert counting(shop.office, aged, TODAY) == one
    assert counting(shop.office, aged_items, shop.made.customer, TODAY) == items


def test_somebody_without_any_right_sees_nothing(sqlite_shop: Shop) -> None:
    shop = sqlite_shop
    stranger = shop.office.do(company.add_user, login="s", name="Sam", roles=()).id
    keeper = shop.office.do(company.add_user, login="k", name="Kay", roles=(Role.BOOKKEEPER,)).id
    assert shop.office.seat(keeper).see(aged, TODAY).count == 0
    for look in (lambda: shop.office.seat(stranger).see(aged, TODAY),
                 lambda: shop.office.seat(stranger).see(aging_strips, [1], TODAY),
                 lambda: shop.office.seat(stranger).see(aged_items, 1, TODAY)):  # fmt: skip
        with pytest.raises(NotAllowed):
            look()


MOVES = st.lists(st.tuples(st.sampled_from(["invoice", "pay", "credit", "reverse"]), st.integers(0, 2), st.integers(0, 150),
                           st.integers(-40, 60), st.integers(1, 90_000)), min_size=1, max_size=6)  # fmt: skip


@pytest.mark.requirement("0.41")
@pytest.mark.parametrize("netted", [False, True])
def test_the_list_equals_the_ledger_on_any_day(shop: Shop, netted: bool) -> None:
    """Whatever is billed, paid, left as credit and taken back: each row sums to its balance, all rows to the ledger."""
    office = shop.office
    payers = [shop.made.customer, *(make.customer(office, name, n)[0] for n, name in enumerate(("Mia", "Zoe")))]
    if netted:
        net(office)

    @settings(max_examples=4, deadline=None, suppress_health_check=(HealthCheck.function_scoped_fixture, HealthCheck.too_slow))
    @given(MOVES, st.lists(st.integers(0, 160), min_size=3, max_size=3))
    def holds(moves: list[tuple[str, int, int, int, int]], days: list[int]) -> None:
        for kind, who, late, terms, cents in moves:
            _move(shop, kind, payers[who], late, terms, cents)
        for day in {0, *days}:
            _same(office, payers, ago(day))

    holds()
    proven(office)


def _move(shop: Shop, kind: str, payer: int, late: int, terms: int, cents: int) -> None:
    if kind == "invoice":
        shop.invoice(cents, on=ago(late), due=ago(late - max(terms, 0)), customer=payer)
    elif kind == "pay":
        shop.pay(cents, on=ago(late), customer=payer)
    else:
        paid = shop.pay(cents, on=ago(late), customer=payer, parts=())
        if kind == "reverse":
            version = shop.office.see(lambda tx: tx.get(Payment, paid).version)
            shop.office.do(lambda tx: reverse_payment(tx, paid, version=version, on=ago(late // 2), reason="Bounced").id)


def _same(office: Office, payers: list[int], day: date) -> None:
    for by in ("due", "issued"):
        seen = office.see(aged, day, by=by)
        for row in seen.rows:
            assert row.sums.credits + sum(row.sums.buckets) == row.sums.total == office.see(balance, row.customer_id, until=day)
            assert row.sums.total == sum(item.open_cents for item in office.see(aged_items, row.customer_id, day, by=by))
            assert (*row.sums.buckets, row.sums.credits) == office.see(aging_strip, row.customer_id, day, by=by)
        assert {name: sum(getattr(row.sums, name) for row in seen.rows) for name in SUMS} == {n: getattr(seen.totals, n) for n in SUMS}
        ledger = select(func.coalesce(func.sum(ArItem.amount_cents), 0)).where(ArItem.on_date <= day)
        assert seen.totals.total == office.see(lambda tx, query=ledger: tx.session.scalar(query))
        assert {row.customer_id for row in seen.rows} >= {id for id in payers if office.see(balance, id, until=day)}

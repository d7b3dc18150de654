"""What statements say: sums that agree with the ledger, openings that follow closings, sections, deposits, aging."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest

from fieldoffice.models.customer import Customer
from fieldoffice.services.books.deposits import receive_deposit
from fieldoffice.services.books.posting import void_invoice
from fieldoffice.services.books.receipts import Receipt
from fieldoffice.services.collecting.papers import paper_of
from fieldoffice.services.collecting.runs import correct_statement, make_next, start_run
from fieldoffice.services.collecting.statements import JOINED, statement_of
from tests import make
from tests.conftest import Clock
from tests.services.books.ledgers import Shop

TODAY = make.TODAY


def said(shop: Shop, kind: str = "open", *, from_on: date | None = None, as_of: date = TODAY, of: int = 0) -> dict[str, Any]:
    frozen = shop.office.see(statement_of, of or shop.made.customer, kind, from_on, as_of)
    paper_of(frozen, {}).check()
    return frozen


def made(shop: Shop, as_of: date, kind: str = "forward", **more: Any) -> dict[str, Any]:
    """A stored statement of Carol's."""
    run = shop.office.do(start_run, kind, as_of, [shop.made.customer], **more)
    shop.office.do(make_next, run)
    return newest(shop).frozen


def newest(shop: Shop) -> Any:
    from sqlalchemy import select

    from fieldoffice.models.collecting import Statement

    return shop.office.see(lambda tx: tx.session.scalars(select(Statement).order_by(Statement.id.desc())).first())


def test_an_open_item_statement_lists_what_is_open_as_of_its_day(shop: Shop) -> None:
    first = shop.invoice(10_000, on=TODAY - timedelta(days=70), due=TODAY - timedelta(days=40))
    shop.invoice(5_000, on=TODAY - timedelta(days=3))
    shop.pay(4_000, on=TODAY - timedelta(days=5), parts=((first, 4_000),))
    now = said(shop)
    assert [(row["words"], row["original"], row["open"]) for row in now["sections"][0]["rows"]] == [
        ("Invoice INV-1001", 10_000, 6_000), ("Invoice INV-1002", 5_000, 5_000)]  # fmt: skip
    assert (now["closing"], now["aging"]["buckets"]) == (11_000, [5_000, 0, 6_000, 0, 0])
    before = said(shop, as_of=TODAY - timedelta(days=10))
    assert (before["closing"], before["sections"][0]["rows"][0]["open"]) == (10_000, 10_000)


def test_a_balance_forward_statement_runs_from_opening_to_closing(shop: Shop) -> None:
    first = shop.invoice(10_000, on=date(2026, 2, 10))
    shop.pay(4_000, on=TODAY, parts=((first, 4_000),))
    shop.invoice(1_000, on=TODAY)
    one = said(shop, "forward")
    assert (one["from_on"], one["opening"], one["closing"]) == ("2026-03-01", 10_000, 7_000)
    assert [(row["words"], row["original"], row["running"]) for row in one["sections"][0]["rows"]] == [
        ("Payment P-1001", -4_000, 6_000), ("Invoice INV-1002", 1_000, 7_000)]  # fmt: skip


def test_what_was_posted_into_the_time_before_stands_apart(shop: Shop, clock: Clock) -> None:
    shop.invoice(10_000, on=date(2026, 2, 10))
    assert made(shop, date(2026, 2, 28))["closing"] == 10_000
    clock.forward(days=30)
    shop.invoice(700, on=date(2026, 2, 20))
    shop.invoice(300, on=date(2026, 3, 20))
    march = made(shop, date(2026, 3, 31))
    assert (march["from_on"], march["opening"], march["closing"]) == ("2026-03-01", 10_000, 11_000)
    assert [(row["words"], row["original"]) for row in march["adjustments"]] == [("Invoice INV-1002", 700)]
    assert [row["running"] for row in march["sections"][0]["rows"]] == [11_000]


def test_a_paper_voided_in_the_same_time_is_not_shown_and_one_of_before_is_an_adjustment(shop: Shop, clock: Clock) -> None:
    before, within = shop.draft(10_000, on=date(2026, 2, 10)), shop.draft(500, on=TODAY)
    shop.post(before)
    assert made(shop, date(2026, 2, 28))["closing"] == 10_000
    shop.post(within)
    for draft in (before, within):
        shop.office.do(void_invoice, draft, version=shop.version(draft), reason="Wrong")
    clock.forward(days=30)
    march = made(shop, date(2026, 3, 31))
    assert (march["opening"], march["closing"], march["sections"][0]["rows"]) == (10_000, 0, [])
    assert [(row["words"], row["original"]) for row in march["adjustments"]] == [("Void of INV-1001", -10_000)]


def test_a_parent_gets_a_section_and_a_subtotal_for_each_customer_it_pays_for(shop: Shop) -> None:
    child, _place = make.customer(shop.office, "Annex", 4)
    shop.office.do(lambda tx: setattr(tx.get(Customer, child), "bill_to_id", shop.made.customer))
    shop.invoice(1_000)
    shop.invoice(2_000, customer=child)
    shop.invoice(3_000, customer=child)
    for kind in ("open", "forward"):
        one = said(shop, kind)
        assert [(part["name"], part["subtotal"], len(part["rows"])) for part in one["sections"]] == [
            ("Carol Customer", 1_000, 1), ("Annex", 5_000, 2)]  # fmt: skip
        assert one["closing"] == 6_000
    assert said(shop, of=child)["closing"] == 0


def test_deposits_and_free_credit_stand_apart(shop: Shop) -> None:
    shop.office.do(lambda tx: receive_deposit(tx, Receipt(shop.made.customer, 5_000, "check", TODAY)).id)
    shop.pay(1_500, parts=())
    one = said(shop)
    assert one["deposits"] == [{"on": TODAY.isoformat(), "words": "Deposit P-1001", "cents": 5_000}]
    assert (one["closing"], one["aging"]["credits"]) == (-1_500, -1_500)
    assert said(shop, as_of=TODAY - timedelta(days=1))["deposits"] == []


def test_a_corrected_statement_supersedes_the_one_before_and_both_stay(shop: Shop) -> None:
    shop.invoice(10_000, on=date(2026, 2, 10))
    made(shop, date(2026, 2, 28))
    old = newest(shop)
    shop.invoice(700, on=date(2026, 2, 20))
    shop.office.do(make_next, shop.office.do(correct_statement, old.id))
    new = newest(shop)
    assert (new.closing_cents, new.from_on, new.opening_cents) == (10_700, old.from_on, old.opening_cents)
    again = shop.office.see(lambda tx: tx.get(type(old), old.id))
    assert (again.superseded_id, again.closing_cents, again.frozen) == (new.id, 10_000, old.frozen)
    with pytest.raises(Exception, match="stands for this one"):
        shop.office.do(correct_statement, old.id)


def test_accounts_that_were_joined_leave_no_gap(shop: Shop, clock: Clock) -> None:
    from sqlalchemy import update

    from fieldoffice.models.books import ArItem

    other, _place = make.customer(shop.office, "Twin", 4)
    shop.invoice(2_500, on=date(2026, 2, 10), customer=other)
    shop.invoice(10_000, on=date(2026, 2, 10))
    made(shop, date(2026, 2, 28))
    move = update(ArItem).where(ArItem.bill_to_id == other).values(bill_to_id=shop.made.customer, customer_id=shop.made.customer)
    shop.office.do(lambda tx: tx.session.execute(move) and None)
    clock.forward(days=30)
    march = made(shop, date(2026, 3, 31))
    assert (march["opening"], march["closing"]) == (10_000, 12_500)
    assert [(row["words"], row["original"]) for row in march["adjustments"]] == [(JOINED, 2_500)]


@pytest.mark.requirement("0.45")
@pytest.mark.parametrize("seed", range(3))
def test_each_opening_is_the_closing_before_over_random_months(shop: Shop, clock: Clock, seed: int) -> None:
    closing: int | None
    chance, last, closing = random.Random(seed), date(2026, 2, 28), None
    for _ in range(4):
        first = last + timedelta(days=1)
        clock.forward(days=31)
        end = min(clock.at.date() - timedelta(days=2), first + timedelta(days=30))
        for _ in range(chance.randint(0, 3)):
            on = first - timedelta(days=chance.choice([0, 0, 5])) + timedelta(days=chance.randint(0, 20))
            shop.invoice(chance.randint(1, 90_000), on=on) if chance.random() < 0.6 else shop.pay(chance.randint(1, 50_000), on=on)
        one = made(shop, end)
        rows = [row for part in one["sections"] for row in part["rows"]] + one["adjustments"]
        parts = sum(row["original"] for row in rows)
        assert closing is None or one["opening"] == closing
        assert one["opening"] + parts == one["closing"] == shop.balance(end)
        assert sum(one["aging"]["buckets"]) + (one["aging"]["credits"] or 0) == one["closing"]
        paper_of(one, {}).check()
        assert said(shop, as_of=end)["closing"] == one["closing"], "both kinds close with the same"
        last, closing = end, one["closing"]

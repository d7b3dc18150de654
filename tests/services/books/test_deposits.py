"""Deposits: a liability until work is billed; applied by itself, by hand, taken off again, given back, bounced."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fieldoffice.models.books import ItemKind
from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.services.books.banking import bank_deposit
from fieldoffice.services.books.deposits import apply_deposit, deposits_of, give_back_deposit, unapply_deposit
from fieldoffice.services.books.ledger import unallocate
from fieldoffice.services.books.posting import void_invoice
from fieldoffice.services.books.refunds import reverse_refund
from tests import make
from tests.services.books.ledgers import Shop

TODAY = make.TODAY
DAY = timedelta(days=1)


def left(shop: Shop) -> list[int]:
    return [row.left_cents for row in shop.office.see(deposits_of, [shop.made.customer])]


def back(shop: Shop, id: int, cents: int | None = None, *, on: object = TODAY) -> int:
    give = {"on": on, "method": "check", "reason": "Job canceled", "cents": cents, "version": shop.money(id).version}
    return shop.office.do(lambda tx: give_back_deposit(tx, id, **give).id)  # type: ignore[arg-type]


def test_a_deposit_for_a_job_comes_before_one_for_anything_and_the_rest_waits(till: Shop) -> None:
    job = make.job(till.office, till.made).job_id
    other = make.job(till.office, till.made).job_id
    till.deposit(10_000, on=TODAY - 3 * DAY)
    till.deposit(5_000, job=job, on=TODAY - DAY)
    till.deposit(700, job=other)
    id = till.bill(job)
    assert (till.open(till.item(id)), left(till)) == (0, [2_280, 700]), "the job's own 5,000 first, then 7,720 of the free one"
    assert (till.account("deposits"), till.balance()) == (-2_980, 0)


def test_a_deposit_is_no_part_of_what_is_owed_nor_of_the_ledger(till: Shop) -> None:
    till.deposit(5_000)
    assert (till.balance(), till.items(ItemKind.DEPOSIT), till.account("receivable"), till.account("deposits")) == (0, [], 0, -5_000)


def test_a_deposit_is_applied_by_hand_and_taken_off_again(till: Shop) -> None:
    debt = till.invoice(3_000, on=TODAY - 2 * DAY)
    id = till.deposit(5_000)
    till.office.do(apply_deposit, id, debt, 2_000, TODAY - DAY)
    part = till.items(ItemKind.DEPOSIT)[0]
    assert part.on_date == TODAY, "no earlier than the deposit came"
    assert (till.open(debt), left(till), till.account("deposits")) == (1_000, [3_000], -3_000)
    with pytest.raises(NotAllowed, match="belong together"):
        till.office.do(unallocate, part.id, debt, TODAY)
    assert till.office.do(unapply_deposit, part.id, on=TODAY) == 2_000
    assert (till.open(debt), left(till), till.account("deposits"), till.account("receivable")) == (3_000, [5_000], -5_000, 3_000)
    with pytest.raises(NotAllowed, match="no part"):
        till.office.do(unapply_deposit, part.id, on=TODAY)
    till.office.do(apply_deposit, id, debt, 3_000, TODAY)
    assert (till.open(debt), left(till)) == (0, [2_000])


def test_a_voided_invoice_gives_its_deposit_free_for_the_next_one(till: Shop) -> None:
    job = make.job(till.office, till.made).job_id
    till.deposit(5_000, job=job)
    first = till.bill(job)
    with pytest.raises(NotAllowed, match="Take that back first"):
        till.office.do(void_invoice, first, version=till.version(first), reason="Wrong")
    till.office.do(unapply_deposit, till.items(ItemKind.DEPOSIT)[0].id, on=TODAY)
    till.office.do(void_invoice, first, version=till.version(first), reason="Wrong")
    assert till.open(till.item(till.bill(job))) == 7_720


def test_a_deposit_is_applied_to_nobody_elses_debt(till: Shop) -> None:
    other, child = make.customer(till.office, "Other", 3)[0], till.child("Child", 4)
    theirs, childs, mine = till.invoice(900, customer=other), till.invoice(900, customer=child), till.invoice(900)
    id = till.deposit(1_000)
    with pytest.raises(NotAllowed, match="another customer"):
        till.office.do(apply_deposit, id, theirs, 900, TODAY)
    till.office.do(apply_deposit, id, childs, 900, TODAY)
    for cents in (101, 0, -1):
        with pytest.raises(Invalid):
            till.office.do(apply_deposit, id, mine, cents, TODAY)
    paid = till.pay(10)
    with pytest.raises(NotAllowed, match="no deposit"):
        till.office.do(apply_deposit, paid, mine, 5, TODAY)


def test_what_is_left_of_a_deposit_is_given_back_and_that_can_be_reversed(till: Shop) -> None:
    id = till.deposit(5_000, on=TODAY - 2 * DAY)
    for cents, on, words in ((5_001, TODAY, "Less than that"), (10, TODAY - 3 * DAY, "only then it was there")):
        with pytest.raises(Invalid, match=words):
            back(till, id, cents, on=on)
    some = back(till, id, 2_000)
    assert (left(till), till.account("deposits"), till.account("bank"), till.balance()) == ([3_000], -3_000, -2_000, 0)
    back(till, id)
    assert left(till) == []
    till.office.do(reverse_refund, some, version=1, on=TODAY, reason="The check was lost")
    assert (left(till), till.account("deposits"), till.account("bank")) == ([2_000], -2_000, -3_000)


def test_a_deposit_whose_check_bounces_comes_off_what_it_was_applied_to(till: Shop) -> None:
    debt = till.invoice(3_000)
    id = till.deposit(5_000)
    till.office.do(apply_deposit, id, debt, 3_000, TODAY)
    till.office.do(bank_deposit, [id], on=TODAY)
    till.reverse(id)
    assert (till.open(debt), left(till)) == (3_000, [])
    assert {key: till.account(key) for key in ("deposits", "bank", "undeposited", "receivable")} == {
        "deposits": 0, "bank": 0, "undeposited": 0, "receivable": 3_000}  # fmt: skip


def test_a_refunded_deposit_is_not_reversed(till: Shop) -> None:
    id = till.deposit(500)
    back(till, id, 100)
    with pytest.raises(NotAllowed, match="refunded by R-1001"):
        till.reverse(id)

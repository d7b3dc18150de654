"""Payments: partial, over several papers and children, more than is owed, taken back, and marking as paid."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from fieldoffice.models.billing import Invoice, Payment
from fieldoffice.models.books import ItemKind
from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.models.staff import Role
from fieldoffice.models.states import MoneyState
from fieldoffice.services.books.banking import bank_deposit
from fieldoffice.services.books.ledger import allocate, unallocate
from fieldoffice.services.books.payments import mark_paid, owed_by, receive_payment
from fieldoffice.services.books.receipts import Receipt
from tests import make
from tests.services.books.ledgers import Shop

TODAY = make.TODAY
DAY = timedelta(days=1)


@pytest.mark.requirement("0.43")
def test_a_payment_settles_the_oldest_due_first_and_leaves_the_rest_open(till: Shop) -> None:
    late = till.invoice(6_000, on=TODAY - 40 * DAY, due=TODAY - 10 * DAY)
    later = till.invoice(5_000, on=TODAY - 50 * DAY, due=TODAY - 5 * DAY)
    paid = till.pay(8_000)
    assert (till.open(late), till.open(later), till.balance()) == (0, 3_000, 3_000)
    assert till.money(paid).frozen["parts"] == [{"number": "INV-1001", "cents": 6_000}, {"number": "INV-1002", "cents": 2_000}]
    assert (till.account("undeposited"), till.account("receivable")) == (8_000, 3_000)
    assert till.open(later, TODAY - DAY) == 5_000, "yesterday nothing was paid"


@pytest.mark.requirement("0.43")
def test_the_bookkeeper_spreads_a_payment_as_she_likes_but_not_beyond_it(till: Shop) -> None:
    one, two = till.invoice(6_000, on=TODAY - DAY), till.invoice(5_000)
    till.pay(5_500, parts=((two, 5_000), (one, 500)))
    assert (till.open(one), till.open(two)) == (5_500, 0)
    for cents, parts, words in ((100, ((one, 200),), "More is spread"), (9_000, ((one, 5_501),), "open for less"),
                                (900, ((one, 1), (one, 2)), "named twice")):  # fmt: skip
        with pytest.raises(Invalid, match=words):
            till.pay(cents, parts=parts)
    with pytest.raises(NotAllowed, match="settled by now"):
        till.pay(100, parts=((two, 100),))


def test_a_parent_pays_for_its_children_in_one_payment_and_each_keeps_its_own_account(till: Shop) -> None:
    child = till.child("Child", 2)
    own, theirs = till.invoice(1_000), till.invoice(2_000, customer=child)
    assert {item.id for item in till.office.see(owed_by, till.made.customer)} == {own, theirs}
    paid = till.pay(3_500)
    assert (till.open(own), till.open(theirs)) == (0, 0)
    assert (till.balance(), till.balance(customer=child)) == (-500, 0)
    till.reverse(paid)
    assert (till.open(own), till.open(theirs), till.balance(), till.balance(customer=child)) == (1_000, 2_000, 1_000, 2_000)


def test_what_is_paid_too_much_is_credit_and_settles_a_later_paper_in_the_open_day(till: Shop) -> None:
    till.invoice(1_000, on=TODAY - DAY)
    till.pay(1_700, on=TODAY - DAY)
    assert till.balance() == -700
    next_one, credit = till.invoice(900), till.items(ItemKind.PAYMENT)[0]
    assert till.open(next_one) == 900, "credit is used when somebody says so"
    till.office.do(allocate, credit.id, next_one, 700, TODAY)
    assert (till.open(next_one), till.open(credit.id), till.balance()) == (200, 0, 200)
    assert till.office.do(unallocate, credit.id, next_one, TODAY) == 700
    assert (till.open(next_one), till.open(credit.id)) == (900, -700)


def test_an_allocation_is_refused_where_it_makes_no_sense(till: Shop) -> None:
    other = make.customer(till.office, "Other", 3)[0]
    debt, theirs = till.invoice(1_000), till.invoice(1_000, customer=other)
    till.pay(1_500, parts=())
    credit = till.items(ItemKind.PAYMENT)[0].id
    for source, target, cents, error, words in (
        (credit, theirs, 100, NotAllowed, "same customer"), (debt, credit, 100, NotAllowed, "other way round"),
        (credit, debt, 1_001, Invalid, "open for less"), (credit, debt, 0, Invalid, "above zero"),
        (credit, debt, 1_501, Invalid, "less credit left"), (credit, 999, 1, NotAllowed, "does not exist"),
    ):  # fmt: skip
        with pytest.raises(error, match=words):
            till.office.do(allocate, source, target, cents, TODAY)
    with pytest.raises(NotAllowed, match="does not settle"):
        till.office.do(unallocate, credit, debt, TODAY)


def test_a_bounced_check_opens_again_what_it_settled_from_that_day_on(till: Shop) -> None:
    debt = till.invoice(4_000, on=TODAY - 9 * DAY)
    paid = till.pay(4_000, on=TODAY - 8 * DAY)
    till.reverse(paid, on=TODAY - 2 * DAY)
    assert [till.open(debt, TODAY - n * DAY) for n in (9, 8, 3, 2, 0)] == [4_000, 0, 0, 4_000, 4_000]
    assert (till.account("undeposited"), till.account("bank"), till.balance()) == (0, 0, 4_000)
    gone = till.money(paid)
    assert (gone.state, gone.reversed_on, gone.reversal_reason) == (MoneyState.REVERSED, TODAY - 2 * DAY, "Bounced")
    with pytest.raises(NotAllowed, match="reversed"):
        till.reverse(paid)


def test_a_check_that_bounces_after_the_trip_to_the_bank_comes_off_the_bank(till: Shop) -> None:
    till.invoice(4_000, on=TODAY - 9 * DAY)
    paid = till.pay(4_000, on=TODAY - 8 * DAY)
    till.office.do(bank_deposit, [paid], on=TODAY - 5 * DAY)
    with pytest.raises(Invalid, match="paid in on"):
        till.reverse(paid, on=TODAY - 6 * DAY)
    till.reverse(paid, on=TODAY - DAY)
    assert (till.account("bank"), till.account("undeposited"), till.balance()) == (0, 0, 4_000)


def test_a_returned_check_may_cost_a_fee_which_is_a_paper_of_its_own(till: Shop) -> None:
    till.invoice(4_000)
    paid = till.pay(4_000)
    till.reverse(paid, fee_cents=2_500)
    fee = till.office.see(lambda tx: tx.all(select(Invoice).where(Invoice.kind == "charge")))[0]
    assert (fee.number, fee.total_cents, fee.tax_cents, fee.due_on) == ("FC-1001", 2_500, 0, TODAY)
    assert fee.frozen["lines"][0]["name"] == "Returned payment P-1001"
    assert (till.account("fees"), till.balance()) == (-2_500, 6_500)


def test_a_reversal_wants_a_reason_and_a_day_that_can_be(till: Shop) -> None:
    from fieldoffice.services.books.payments import reverse_payment

    paid = till.pay(500, on=TODAY - DAY)
    for on, reason, field in ((TODAY, " ", "reason"), (TODAY - 2 * DAY, "x", "on"), (TODAY + DAY, "x", "on")):
        with pytest.raises(Invalid) as told:
            till.office.do(reverse_payment, paid, version=1, on=on, reason=reason)
        assert field in told.value.fields


@pytest.mark.requirement("0.44")
def test_mark_as_paid_writes_a_real_payment_for_each_payer_and_is_undone_by_reversal(till: Shop) -> None:
    child = till.child("Child", 2)
    mine, theirs = [till.invoice(1_000), till.invoice(500)], till.invoice(700, customer=child)
    paid = till.office.do(lambda tx: [p.id for p in mark_paid(tx, [*mine, theirs], method="cash", on=TODAY, reference="till")])
    rows = [till.money(id) for id in paid]
    assert [(row.customer_id, row.amount_cents, row.method, row.reference, row.received_on) for row in rows] == [
        (till.made.customer, 1_500, "cash", "till", TODAY), (child, 700, "cash", "till", TODAY)]  # fmt: skip
    assert [till.open(id) for id in (*mine, theirs)] == [0, 0, 0]
    with pytest.raises(NotAllowed, match="Nothing is open"):
        till.office.do(mark_paid, mine, method="cash", on=TODAY)
    till.reverse(paid[0])
    assert [till.open(id) for id in (*mine, theirs)] == [1_000, 500, 0]


@pytest.mark.parametrize(("field", "receipt"), [
    ("amount", {"amount_cents": 0}), ("method", {"method": "shells"}), ("received_on", {"received_on": TODAY + DAY}),
])  # fmt: skip
def test_what_no_payment_may_be_is_refused_by_the_field(till: Shop, field: str, receipt: dict[str, object]) -> None:
    facts = {"customer_id": till.made.customer, "amount_cents": 100, "method": "cash", "received_on": TODAY} | receipt
    with pytest.raises(Invalid) as told:
        till.office.do(receive_payment, Receipt(**facts))  # type: ignore[arg-type]
    assert field in told.value.fields


def test_an_amount_of_many_digits_and_one_cent_are_kept_exactly(till: Shop) -> None:
    debt = till.invoice(999_999_999_999)
    till.pay(999_999_999_998)
    assert till.open(debt) == 1
    till.pay(1)
    assert till.balance() == 0


def test_money_is_the_bookkeepers_and_the_owners_business(till: Shop) -> None:
    dispatcher, books = till.role(Role.DISPATCHER), till.role(Role.BOOKKEEPER)
    receipt = Receipt(till.made.customer, 100, "cash", TODAY)
    with pytest.raises(NotAllowed, match="right"):
        dispatcher.do(receive_payment, receipt)
    books.do(receive_payment, receipt)
    assert till.office.see(lambda tx: len(tx.all(select(Payment)))) == 1

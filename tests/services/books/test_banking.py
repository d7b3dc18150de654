"""The trip to the bank: what lies in the office, what is paid in, and what was given out of the till meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fieldoffice.models.books import ItemKind
from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.services.books.banking import bank_deposit, in_hand
from fieldoffice.services.books.refunds import refund, reverse_refund
from tests import make
from tests.services.books.ledgers import Shop

TODAY = make.TODAY
DAY = timedelta(days=1)


def test_cash_and_checks_wait_and_cards_and_transfers_do_not(till: Shop) -> None:
    cash, check = till.pay(100, method="cash", on=TODAY - DAY), till.pay(200)
    till.pay(400, method="card"), till.pay(800, method="bank")
    held = till.deposit(1_600, method="cash")
    assert [(row.id, row.amount_cents, row.customer) for row in till.office.see(in_hand)] == [
        (cash, 100, "Carol Customer"), (check, 200, "Carol Customer"), (held, 1_600, "Carol Customer")]  # fmt: skip
    assert (till.account("undeposited"), till.account("bank")) == (1_900, 1_200)
    number = till.office.do(lambda tx: bank_deposit(tx, [cash, held], on=TODAY, reference="slip 7").number)
    assert number == "BD-1001"
    assert (till.account("undeposited"), till.account("bank")) == (200, 2_900)
    assert [row.id for row in till.office.see(in_hand)] == [check]


def test_nothing_is_paid_in_twice_before_it_came_or_ahead(till: Shop) -> None:
    early, late = till.pay(100, on=TODAY - 5 * DAY), till.pay(200)
    with pytest.raises(Invalid, match="P-1002 came in after"):
        till.office.do(bank_deposit, [early, late], on=TODAY - DAY)
    with pytest.raises(Invalid, match="ahead"):
        till.office.do(bank_deposit, [early], on=TODAY + DAY)
    till.office.do(bank_deposit, [early], on=TODAY)
    for ids in ([early], [], [late, 999]):
        with pytest.raises(NotAllowed, match="look again"):
            till.office.do(bank_deposit, ids, on=TODAY)


def test_cash_that_was_given_back_makes_the_trip_smaller(till: Shop) -> None:
    paid = till.pay(1_000, method="cash")
    credit = till.items(ItemKind.PAYMENT)[0].id
    back = till.office.do(lambda tx: refund(tx, credit, 300, method="cash", on=TODAY, reason="Too much").id)
    assert [row.amount_cents for row in till.office.see(in_hand)] == [1_000, -300]
    with pytest.raises(Invalid, match="nothing to pay in"):
        till.office.do(bank_deposit, [back], on=TODAY)
    till.office.do(bank_deposit, [paid, back], on=TODAY)
    assert (till.account("undeposited"), till.account("bank")) == (0, 700)
    till.office.do(reverse_refund, back, version=till.money(back).version, on=TODAY, reason="Brought back")
    assert (till.account("undeposited"), till.account("bank"), till.balance()) == (0, 1_000, -1_000)


def test_a_reversed_payment_no_longer_waits(till: Shop) -> None:
    paid = till.pay(1_000)
    till.reverse(paid)
    assert (till.office.see(in_hand), till.account("undeposited")) == ((), 0)

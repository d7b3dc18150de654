"""Customers that are merged bring their debts along; parted again, each has its own."""

from __future__ import annotations

import pytest

from fieldoffice.models.customer import Customer
from fieldoffice.models.errors import NotAllowed
from fieldoffice.services.books.verifying import verify_books
from fieldoffice.services.customers.merging import merge, unmerge
from tests import make
from tests.services.books.ledgers import Shop


def joined(shop: Shop) -> int:
    """Another customer with a debt of 40, merged into Carol, who owes 60; its id."""
    other, _place = make.customer(shop.office, "Caroline", 3)
    shop.invoice(4_000, customer=other)
    shop.invoice(6_000)
    versions = shop.office.see(lambda tx: (tx.get(Customer, shop.made.customer).version, tx.get(Customer, other).version))
    shop.office.do(merge, shop.made.customer, other, versions=versions)
    return other


def test_a_merged_customer_brings_its_debts_and_takes_them_back(shop: Shop) -> None:
    other = joined(shop)
    assert (shop.balance(), shop.balance(customer=other)) == (10_000, 0)
    shop.office.do(unmerge, other)
    assert (shop.balance(), shop.balance(customer=other)) == (6_000, 4_000)
    assert shop.office.see(verify_books) == ()


def test_they_are_not_parted_once_money_of_one_settles_the_other(shop: Shop) -> None:
    other = joined(shop)
    shop.pay(10_000)
    with pytest.raises(NotAllowed, match="settles a bill"):
        shop.office.do(unmerge, other)
    assert shop.balance() == 0
    assert shop.office.see(verify_books) == ()

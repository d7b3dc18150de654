"""The ledger as of any day: balances are sums, what is open follows allocations, and history stays with who owed it."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from fieldoffice.models.books import ItemKind
from fieldoffice.models.customer import Customer
from fieldoffice.services.books.ledger import OpenItem, allocate, open_items, spread_over, unallocate
from fieldoffice.services.customers.editing import CustomerFacts, edit_customer
from tests import make
from tests.services.books.ledgers import Shop

TODAY = make.TODAY
DAY = timedelta(days=1)


def test_balance_and_open_amounts_of_each_day(till: Shop) -> None:
    debt = till.invoice(1_000, on=TODAY - 10 * DAY)
    till.pay(400, on=TODAY - 5 * DAY)
    till.invoice(200, on=TODAY - 3 * DAY)
    days = (11, 10, 6, 5, 3, 0)
    assert [till.balance(TODAY - n * DAY) for n in days] == [0, 1_000, 1_000, 600, 800, 800]
    assert [till.open(debt, TODAY - n * DAY) for n in days] == [0, 1_000, 1_000, 600, 600, 600]


def test_what_is_taken_back_later_stood_until_then_and_never_overdraws_a_day(till: Shop) -> None:
    debt = till.invoice(1_000, on=TODAY - 10 * DAY)
    till.pay(1_000, on=TODAY - 9 * DAY)
    first = till.items(ItemKind.PAYMENT)[0].id
    till.office.do(unallocate, first, debt, TODAY - 2 * DAY)
    till.pay(1_000, on=TODAY - 8 * DAY, parts=())
    second = till.items(ItemKind.PAYMENT)[1].id
    till.office.do(allocate, second, debt, 1_000, TODAY - 8 * DAY)  # dated when the debt was free again
    assert [till.open(debt, TODAY - n * DAY) for n in (10, 9, 8, 3, 2)] == [1_000, 0, 0, 0, 0]
    assert [till.open(second, TODAY - n * DAY) for n in (8, 3, 2)] == [-1_000, -1_000, 0]
    assert till.open(first) == -1_000


def test_who_is_put_below_another_customer_later_keeps_what_it_owed(till: Shop) -> None:
    child = make.customer(till.office, "Child", 3)[0]
    debt = till.invoice(1_000, customer=child, on=TODAY - DAY)
    facts = CustomerFacts("Child", parent_id=till.made.customer, bill_to_id=till.made.customer)
    till.office.do(edit_customer, child, version=till.office.see(lambda tx: tx.get(Customer, child).version), facts=facts)
    after = till.invoice(500, customer=child)
    rows = {row.id: row for row in till.office.see(open_items)}
    assert [(rows[id].customer_id, rows[id].bill_to_id) for id in (debt, after)] == [(child, child), (child, till.made.customer)]
    assert (till.balance(customer=child), till.balance()) == (1_000, 500)


def test_open_items_come_oldest_due_first_and_ask_one_question(till: Shop) -> None:
    late = till.invoice(100, on=TODAY - 9 * DAY, due=TODAY)
    early = till.invoice(100, on=TODAY - 3 * DAY, due=TODAY - 2 * DAY)
    till.pay(100)
    assert [row.id for row in till.office.see(open_items)] == [late]
    everything = till.office.see(open_items, zero=True)
    assert [row.id for row in everything if row.kind is ItemKind.INVOICE] == [early, late]
    assert till.office.see(open_items, [till.made.customer], item_ids=[late])[0].open_cents == 100


def debt(id: int, cents: int) -> OpenItem:
    return OpenItem(id, ItemKind.INVOICE, f"INV-{id}", 1, 1, id, None, TODAY, TODAY, cents, cents)


@given(st.integers(0, 10**9), st.lists(st.integers(1, 10**8), max_size=12))
def test_spreading_uses_all_it_can_in_order_and_never_more_than_is_open(cents: int, open: list[int]) -> None:
    debts = [debt(n, amount) for n, amount in enumerate(open)]
    parts = spread_over(cents, debts)
    assert sum(part for _item, part in parts) == min(cents, sum(open))
    assert [item.id for item, _part in parts] == list(range(len(parts)))
    assert all(0 < part <= item.open_cents for item, part in parts)
    assert all(part == item.open_cents for item, part in parts[:-1])

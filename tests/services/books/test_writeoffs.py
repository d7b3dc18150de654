"""Debts that are given up: whole, in part, with the tax, many at once, by whom; and opened again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from fieldoffice.models.books import ItemKind
from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.models.staff import Role
from fieldoffice.services.books.ledger import unallocate
from fieldoffice.services.books.writeoffs import recover, small_debts, write_off, write_off_all
from tests import make
from tests.services.books.ledgers import Shop

TODAY = make.TODAY
DAY = timedelta(days=1)


def give_up(shop: Shop, item: int, cents: int | None = None, *, tax_back: bool = False, on: date = TODAY) -> int:
    return shop.office.do(lambda tx: write_off(tx, item, on=on, reason="Moved away", cents=cents, tax_back=tax_back).id)


def test_a_debt_is_given_up_as_bad_debt_with_its_tax_still_owed(till: Shop) -> None:
    debt = till.invoice(10_600, tax=("DC", 60_000))
    give_up(till, debt)
    assert (till.open(debt), till.balance(), till.account("bad_debt"), till.account("tax")) == (0, 0, 11_236, -636)


def test_with_the_tax_back_the_parts_never_return_more_than_the_tax_there_was(till: Shop) -> None:
    debt = till.invoice(9, tax=("DC", 170_000))  # 9 + 2 of tax
    parts = [give_up(till, debt, 3, tax_back=True), give_up(till, debt, 3, tax_back=True), give_up(till, debt, tax_back=True)]
    assert [till.money(id).tax_back_cents for id in parts] == [1, 1, 0]
    assert (till.account("tax"), till.account("bad_debt"), till.open(debt)) == (0, 9, 0)


def test_a_paid_part_brings_back_only_the_tax_of_the_rest(till: Shop) -> None:
    debt = till.invoice(10_000, tax=("DC", 60_000))
    till.pay(5_300)
    money = give_up(till, debt, tax_back=True)
    assert (till.money(money).tax_back_cents, till.account("tax"), till.account("bad_debt")) == (300, -300, 5_000)


def test_a_recovery_opens_the_debt_again_from_its_day_on(till: Shop) -> None:
    debt = till.invoice(1_000, on=TODAY - 9 * DAY, tax=("DC", 100_000))
    money = give_up(till, debt, tax_back=True, on=TODAY - 5 * DAY)
    with pytest.raises(NotAllowed, match="belong together"):
        till.office.do(unallocate, till.items(ItemKind.WRITE_OFF)[0].id, debt, TODAY)
    till.office.do(recover, money, version=1, on=TODAY - DAY, reason="He pays after all")
    assert [till.open(debt, TODAY - n * DAY) for n in (6, 5, 2, 1)] == [1_100, 0, 0, 1_100]
    assert (till.account("bad_debt"), till.account("tax"), till.balance()) == (0, -100, 1_100)
    till.pay(1_100)
    with pytest.raises(NotAllowed, match="no write-off"):
        till.office.do(recover, money, version=2, on=TODAY, reason="Again")


def test_a_bookkeeper_gives_up_to_the_limit_of_one_debt_and_the_owner_more(till: Shop) -> None:
    books = till.role(Role.BOOKKEEPER)
    debt = till.invoice(30_000)
    with pytest.raises(NotAllowed, match=r"More than 100\.00 is written off by the owner"):
        books.do(write_off, debt, on=TODAY, reason="Gone", cents=10_001)
    books.do(write_off, debt, on=TODAY, reason="Gone", cents=6_000)
    with pytest.raises(NotAllowed, match="by the owner"):
        books.do(write_off, debt, on=TODAY, reason="Gone", cents=4_001)  # slice by slice is no way round the limit
    till.office.seat(till.made.owner).do(write_off, debt, on=TODAY, reason="Gone")
    assert till.balance() == 0


def test_small_balances_are_given_up_in_one_go_all_or_none(till: Shop) -> None:
    small = [till.invoice(cents, on=TODAY - 60 * DAY) for cents in (40, 99, 100)]
    large = till.invoice(5_000)
    found = till.office.see(small_debts, 100)
    assert [(row.item.id, row.customer) for row in found] == [(id, "Carol Customer") for id in small]
    with pytest.raises(NotAllowed, match="does not exist"):
        till.office.do(write_off_all, [*small, 10**6], on=TODAY, reason="Small")
    assert till.balance() == 5_239
    till.office.do(write_off_all, small, on=TODAY, reason="Small balances")
    assert (till.balance(), till.open(large), till.account("bad_debt")) == (5_000, 5_000, 239)


@pytest.mark.parametrize(("field", "facts"), [
    ("amount", {"cents": 101}), ("amount", {"cents": 0}), ("reason", {"reason": ""}), ("on", {"on": TODAY + DAY}),
    ("on", {"on": TODAY - DAY}),
])  # fmt: skip
def test_what_is_wrong_with_a_write_off_is_said_by_the_field(till: Shop, field: str, facts: dict[str, object]) -> None:
    debt = till.invoice(100)
    with pytest.raises(Invalid) as told:
        till.office.do(write_off, debt, **({"on": TODAY, "reason": "x"} | facts))  # type: ignore[arg-type]
    assert field in told.value.fields

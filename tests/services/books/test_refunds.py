"""Money that goes back: out of a payment, a credit memo or a deposit; and taking a refund or a credit memo back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fieldoffice.models.billing import Invoice
from fieldoffice.models.books import ItemKind
from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.models.states import PaperState
from fieldoffice.services.books.drafts import DraftFacts, DraftLine, credit_invoice, new_credit
from fieldoffice.services.books.ledger import unallocate
from fieldoffice.services.books.periods import close_period
from fieldoffice.services.books.posting import cancel_credit, void_invoice
from fieldoffice.services.books.refunds import refund, reverse_refund
from tests import make
from tests.services.books.ledgers import NO_TAX, Shop

TODAY = make.TODAY
DAY = timedelta(days=1)


def give(shop: Shop, item: int, cents: int, method: str = "check", on: object = TODAY) -> int:
    return shop.office.do(lambda tx: refund(tx, item, cents, method=method, on=on, reason="Asked for it").id)  # type: ignore[arg-type]


def credit_of(shop: Shop, invoice: int) -> int:
    draft = shop.office.do(credit_invoice, invoice, reason="Not done")
    shop.post(draft)
    return draft


def test_what_a_payment_settles_not_can_be_given_back_and_no_more(till: Shop) -> None:
    till.invoice(1_000)
    till.pay(1_600)
    credit = till.items(ItemKind.PAYMENT)[0].id
    with pytest.raises(Invalid, match="less credit left"):
        give(till, credit, 601)
    money = give(till, credit, 600)
    assert (till.balance(), till.account("bank"), till.open(credit)) == (0, -600, 0)
    assert till.money(money).number == "R-1001"
    with pytest.raises(Invalid):
        give(till, credit, 1)


def test_a_credit_memo_on_a_paid_invoice_is_credit_that_can_be_refunded(till: Shop) -> None:
    id = till.bill(make.job(till.office, till.made).job_id)
    till.pay(12_720)
    credit = till.item(credit_of(till, id))
    assert (till.open(credit), till.balance()) == (-12_720, -12_720)
    give(till, credit, 12_720)
    assert (till.balance(), till.account("tax"), till.account("bank")) == (0, 0, -12_720)


def test_a_refund_is_bound_to_its_credit_until_it_is_reversed(till: Shop) -> None:
    till.pay(900)
    credit = till.items(ItemKind.PAYMENT)[0]
    money = give(till, credit.id, 900)
    item = till.items(ItemKind.REFUND)[0].id
    with pytest.raises(NotAllowed, match="belong together"):
        till.office.do(unallocate, credit.id, item, TODAY)
    with pytest.raises(NotAllowed, match="refunded by R-1001"):
        till.reverse(credit.payment_id or 0)
    till.office.do(reverse_refund, money, version=1, on=TODAY, reason="The check was never cashed")
    assert (till.open(credit.id), till.account("bank"), till.balance()) == (-900, 0, -900)
    till.reverse(credit.payment_id or 0)
    assert till.balance() == 0
    with pytest.raises(NotAllowed, match="no refund"):
        till.office.do(reverse_refund, money, version=2, on=TODAY, reason="Again")


def test_a_refund_wants_a_reason_a_credit_and_a_day_after_it(till: Shop) -> None:
    debt = till.invoice(100)
    till.pay(500, parts=())
    credit = till.items(ItemKind.PAYMENT)[0].id
    with pytest.raises(NotAllowed, match="Only a payment or a credit memo"):
        give(till, debt, 50)
    with pytest.raises(Invalid, match="came in after"):
        give(till, credit, 50, on=TODAY - DAY)
    with pytest.raises(Invalid, match="why"):
        till.office.do(refund, credit, 50, method="cash", on=TODAY, reason="")


def test_a_credit_memo_without_an_invoice_is_plain_credit(till: Shop) -> None:
    facts = DraftFacts((DraftLine("Goodwill", 1000, 2_500, tax=NO_TAX),), TODAY, reason="Waited two hours")
    till.post(till.office.do(new_credit, till.made.customer, facts))
    assert till.balance() == -2_500


def test_a_credit_memo_is_taken_back_as_of_its_own_day_in_an_open_period(till: Shop) -> None:
    draft = till.draft(3_000, on=TODAY - 5 * DAY)
    debt = till.post(draft)
    credit = credit_of(till, draft)
    assert till.balance() == 0
    with pytest.raises(NotAllowed, match="Take that back first"):
        till.office.do(void_invoice, credit, version=till.version(credit), reason="Wrong")
    till.office.do(cancel_credit, credit, version=till.version(credit), on=TODAY, reason="It was done after all")
    assert (till.open(debt), till.balance()) == (3_000, 3_000)
    assert till.office.see(lambda tx: tx.get(Invoice, credit)).state == PaperState.VOID


def test_a_credit_memo_of_a_closed_period_is_taken_back_by_a_counter_entry_of_today(till: Shop) -> None:
    draft = till.draft(3_000, on=TODAY - 5 * DAY)
    debt = till.post(draft)
    credit = till.office.do(credit_invoice, draft, reason="Not done", issued_on=TODAY - 4 * DAY)
    till.post(credit)
    till.office.do(close_period, TODAY - 2 * DAY)
    till.office.do(cancel_credit, credit, version=till.version(credit), on=TODAY, reason="It was done after all")
    assert [till.balance(TODAY - n * DAY) for n in (5, 4, 2, 0)] == [3_000, 0, 0, 3_000]
    assert till.open(debt) == 3_000


def test_a_refunded_credit_memo_is_not_taken_back(till: Shop) -> None:
    draft = till.draft(3_000)
    till.post(draft)
    till.pay(3_000)
    credit = credit_of(till, draft)
    give(till, till.item(credit), 1_000)
    with pytest.raises(NotAllowed, match="refunded by R-1001"):
        till.office.do(cancel_credit, credit, version=till.version(credit), on=TODAY, reason="Wrong")

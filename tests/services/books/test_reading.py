"""What the page of the books reads: balances of accounts, the journal, what is loose before a period is closed."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import func, select

from fieldoffice.models.appointment import Appointment as Visit
from fieldoffice.models.billing import Payment
from fieldoffice.models.books import JournalLine
from fieldoffice.models.states import AppointmentState as S
from fieldoffice.services.books.payments import reverse_payment
from fieldoffice.services.books.periods import close_period, seal_period
from fieldoffice.services.books.reading import (
    EntryFilter,
    account_balances,
    before_closing,
    closed_now,
    code_order,
    journal_page,
    lock_history,
)
from fieldoffice.services.books.settling import give_up_items, pay_items, small_ones
from fieldoffice.services.dispatch import moves, progress
from tests import make
from tests.make import at
from tests.services.books.ledgers import Shop
from tests.services.books.test_aging import counting

TODAY = make.TODAY


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def test_accounts_stand_as_of_a_day_and_both_sides_are_equal(shop: Shop) -> None:
    item = shop.invoice(5_000, on=ago(10))
    shop.pay(2_000, on=ago(3), parts=((item, 2_000),))
    shop.office.do(close_period, ago(20))
    then, now = (shop.office.see(account_balances, day) for day in (ago(5), TODAY))
    assert [(row.code, row.debit_cents, row.credit_cents) for row in then] == [("1200", 5_000, 0), ("4000", 0, 5_000)]
    assert [(row.code, row.debit_cents, row.credit_cents) for row in now] == [("1050", 2_000, 0), ("1200", 3_000, 0), ("4000", 0, 5_000)]
    assert sum(row.debit_cents - row.credit_cents for row in now) == shop.office.see(
        lambda tx: tx.session.scalar(select(func.sum(JournalLine.amount_cents)))
    )
    assert shop.office.see(account_balances, ago(50)) == ()


def test_the_journal_is_found_by_words_number_days_and_account(shop: Shop) -> None:
    shop.invoice(5_000, on=ago(10))
    paid = shop.pay(2_000, on=ago(3))
    version = shop.office.see(lambda tx: tx.get(Payment, paid).version)
    shop.office.do(lambda tx: reverse_payment(tx, paid, version=version, on=TODAY, reason="Bounced").id)
    whole = shop.office.see(journal_page, EntryFilter())
    assert [(row.seq, row.kind, row.amount_cents) for row in whole.rows] == [(3, "reversal", 2_000), (2, "payment", 2_000),
                                                                             (1, "invoice", 5_000)]  # fmt: skip
    assert (whole.rows[0].reverses_seq, whole.rows[0].payment_id) == (2, paid)
    assert [(line.code, line.amount_cents) for line in whole.rows[2].lines] == [("1200", 5_000), ("4000", -5_000)]
    bank = next(row.id for row in shop.office.see(account_balances, TODAY) if row.code == "4000")
    wanted = ((EntryFilter("inv-1001"), [1]), (EntryFilter("2"), [2]), (EntryFilter("payment 3"), [3]), (EntryFilter("100%"), []),
              (EntryFilter(since=ago(3)), [3, 2]), (EntryFilter(until=ago(4)), [1]), (EntryFilter(account_id=bank), [1]))  # fmt: skip
    for filter, found in wanted:
        assert [row.seq for row in shop.office.see(journal_page, filter).rows] == found, filter
    second = shop.office.see(journal_page, EntryFilter(), offset=1, limit=1, sort="on", descending=False)
    assert (second.total, [row.seq for row in second.rows]) == (3, [2])


def test_as_many_queries_for_three_entries_as_for_one(shop: Shop) -> None:
    shop.invoice(5_000)
    one = counting(shop.office, journal_page, EntryFilter())
    shop.invoice(5_000)
    shop.pay(100)
    assert counting(shop.office, journal_page, EntryFilter()) == one


def test_what_is_loose_is_named_before_the_period_is_closed(shop: Shop) -> None:
    shop.draft(1_000, on=ago(10))
    shop.draft(1_000, on=ago(1))
    shop.pay(700, on=ago(9), parts=())
    job = make.job(shop.office, shop.made, on=ago(7))
    shop.office.do(moves.place, job.appointment_id, version=1, provider_ids=(shop.made.ana,), starts_at=at(9, on=ago(7)))
    for state in (S.EN_ROUTE, S.ARRIVED, S.WORKING, S.COMPLETED):
        shop.office.do(lambda tx, state=state: progress.enter(tx, tx.get(Visit, job.appointment_id), state))
    loose = {row.id: row for row in shop.office.see(before_closing, ago(5))}
    assert {id: row.count for id, row in loose.items()} == {"drafts": 1, "unbilled": 1, "credits": 1}
    assert loose["drafts"].names == loose["credits"].names == ("Carol Customer",)
    assert loose["unbilled"].names == ("J1001 Carol Customer",)
    assert {row.count for row in shop.office.see(before_closing, ago(30))} == {0}


def test_closings_are_told_the_newest_first(shop: Shop) -> None:
    shop.office.do(close_period, ago(5))
    shop.office.do(close_period, ago(9), reason="An invoice was missing")
    shop.office.do(seal_period, ago(30))
    assert [(row.closed_on, row.sealed_on, row.reason) for row in shop.office.see(lock_history)] == [
        (ago(9), ago(30), ""), (ago(9), None, "An invoice was missing"), (ago(5), None, "")]  # fmt: skip
    assert shop.office.see(closed_now).sealed_on == ago(30)


def test_small_debts_are_found_and_given_up_and_others_paid(shop: Shop) -> None:
    small, large = shop.invoice(400, on=ago(60)), shop.invoice(9_000, on=ago(60))
    shop.invoice(300, on=ago(1))
    assert [row.id for row in shop.office.see(small_ones, 500, due_by=TODAY)] == [small]
    done = shop.office.do(give_up_items, (small,), on=TODAY, reason="Too small", tax_back=False)
    assert (done.words, done.cents, shop.account("bad_debt")) == ("WO-1001", 400, 400)
    paid = shop.office.do(pay_items, (large,), method="bank", on=TODAY)
    assert (paid.words, paid.cents, shop.open(large)) == ("P-1001", 9_000, 0)


def test_codes_are_ordered_as_people_count() -> None:
    assert sorted(("4000.10", "1200", "4000", "4000.2", "A7"), key=code_order) == ["A7", "1200", "4000", "4000.2", "4000.10"]

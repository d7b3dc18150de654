"""Closed and sealed periods: refused in words, and by the database itself whoever writes to it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from fieldoffice.models.books import ItemKind, JournalEntry
from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.models.staff import Role
from fieldoffice.services.books.ledger import allocate, unallocate
from fieldoffice.services.books.periods import Closed, close_period, closed, seal_period
from fieldoffice.services.books.posting import void_invoice
from fieldoffice.services.books.writeoffs import write_off
from tests import make
from tests.services.books.ledgers import Shop

TODAY = make.TODAY
DAY = timedelta(days=1)
FEBRUARY = date(2026, 2, 28)
ENTRY = text("""insert into journal_entry (seq, on_date, kind, memo, override, document, before, hash, by_name, posted_at)
    values (99, :on, 'invoice', 'by hand', :override, '', '', '', 'somebody', '2026-03-02 11:00:00+00:00')""")
PART = text("""insert into allocation (source_id, target_id, amount_cents, on_date, by_name, created_at)
    values (:source, :target, 1, :on, 'somebody', '2026-03-02 11:00:00+00:00')""")


def enter(shop: Shop, on: date, override: str = "") -> None:
    """An entry written past every service; taken back where the database lets it in."""

    def write(tx: Any) -> None:
        tx.session.execute(ENTRY, {"on": on if shop.office.shared else on.isoformat(), "override": override})
        raise LetIn

    with pytest.raises(LetIn):
        shop.office.do(write)


class LetIn(Exception):
    """The database took it."""


def test_a_closed_month_takes_no_paper_payment_void_write_off_or_allocation(till: Shop) -> None:
    draft, on = till.draft(1_000, on=FEBRUARY), {"on": FEBRUARY}
    debt = till.post(draft)
    till.pay(100, **on, parts=())
    credit = till.items(ItemKind.PAYMENT)[0].id
    later = till.draft(500, **on)
    till.office.do(close_period, FEBRUARY)
    acts = (
        lambda: till.post(later), lambda: till.pay(1, **on), lambda: till.deposit(1, **on),
        lambda: till.office.do(void_invoice, draft, version=till.version(draft), reason="x"),
        lambda: till.office.do(write_off, debt, on=FEBRUARY, reason="x"), lambda: till.reverse(1, on=FEBRUARY),
        lambda: till.office.do(allocate, credit, debt, 100, FEBRUARY),
    )  # fmt: skip
    for act in acts:
        with pytest.raises(NotAllowed, match=r"closed (up to Feb 28, 2026|period)"):
            act()
    assert till.balance() == 900


def test_an_old_credit_settles_an_old_debt_in_the_open_month_and_leaves_the_closed_one_as_it_was(till: Shop) -> None:
    debt = till.invoice(1_000, on=FEBRUARY)
    till.pay(100, on=FEBRUARY, parts=())
    credit = till.items(ItemKind.PAYMENT)[0].id
    till.office.do(close_period, FEBRUARY)
    till.office.do(allocate, credit, debt, 100, TODAY)
    assert (till.open(debt, FEBRUARY), till.open(debt)) == (1_000, 900)
    till.office.do(unallocate, credit, debt, TODAY)
    assert till.open(debt) == 1_000


def test_a_payment_of_a_closed_month_that_bounces_is_taken_back_today(till: Shop) -> None:
    debt = till.invoice(1_000, on=FEBRUARY - DAY)
    paid = till.pay(1_000, on=FEBRUARY)
    till.office.do(close_period, FEBRUARY)
    till.reverse(paid)
    assert (till.open(debt, FEBRUARY), till.open(debt), till.balance(FEBRUARY), till.balance()) == (0, 1_000, 0, 1_000)


def test_only_the_owner_posts_into_a_closed_month_and_only_with_a_reason(till: Shop) -> None:
    books, owner = till.role(Role.BOOKKEEPER), till.office.seat(till.made.owner)
    till.deposit(300, on=FEBRUARY)
    draft = till.draft(1_000, on=FEBRUARY)
    till.office.do(close_period, FEBRUARY)
    from fieldoffice.services.books.posting import post_invoice

    for seat, reason in ((books, "The auditor asked"), (owner, ""), (owner, "  ")):
        with pytest.raises(NotAllowed):
            seat.do(post_invoice, draft, version=till.version(draft), override=reason)
    owner.do(post_invoice, draft, version=till.version(draft), override="The auditor asked for it")
    entry = till.office.see(lambda tx: tx.all(select(JournalEntry).where(JournalEntry.kind == "invoice")))[0]
    assert (entry.override, entry.by_name) == ("The auditor asked for it", "Olive Owner")
    item = till.item(draft)
    assert (till.open(item, FEBRUARY), till.open(item)) == (1_000, 700), "its deposit comes off in the open month"


def test_a_sealed_month_takes_nothing_whatever_the_reason(till: Shop) -> None:
    from fieldoffice.services.books.posting import post_invoice

    draft = till.draft(1_000, on=FEBRUARY)
    till.office.do(seal_period, FEBRUARY)
    with pytest.raises(NotAllowed, match="sealed up to Feb 28, 2026"):
        till.office.do(post_invoice, draft, version=till.version(draft), override="Please")
    for wrong in (FEBRUARY, FEBRUARY - DAY):
        with pytest.raises(Invalid, match="sealed"):
            till.office.do(seal_period, wrong)
    with pytest.raises(Invalid, match="sealed"):
        till.office.do(close_period, FEBRUARY - DAY, reason="x")
    assert till.office.see(closed) == Closed(FEBRUARY, FEBRUARY)


def test_opening_a_month_again_is_the_owners_with_a_reason_and_a_seal_the_owners_alone(till: Shop) -> None:
    books = till.role(Role.BOOKKEEPER)
    books.do(close_period, FEBRUARY)
    with pytest.raises(NotAllowed):
        books.do(close_period, date(2026, 1, 31), reason="A bill came late")
    with pytest.raises(NotAllowed):
        books.do(seal_period, FEBRUARY)
    with pytest.raises(Invalid, match="why"):
        till.office.do(close_period, date(2026, 1, 31))
    till.office.do(close_period, date(2026, 1, 31), reason="A bill came late")
    till.invoice(500, on=FEBRUARY)
    for act in (close_period, seal_period):
        with pytest.raises(Invalid, match="over"):
            till.office.do(act, TODAY)


def test_the_database_itself_refuses_an_entry_in_a_closed_month_and_takes_one_with_a_reason(shop: Shop) -> None:
    enter(shop, FEBRUARY)
    shop.office.do(close_period, FEBRUARY)
    enter(shop, TODAY)
    enter(shop, FEBRUARY, "The auditor asked")
    with pytest.raises(NotAllowed, match="closed for that day"):
        enter(shop, FEBRUARY)
    shop.office.do(seal_period, date(2026, 1, 31))
    with pytest.raises(NotAllowed, match="closed for that day"):
        enter(shop, date(2026, 1, 31), "The auditor asked")


def test_the_database_itself_refuses_an_allocation_in_a_closed_month_and_a_seal_that_moves_back(shop: Shop) -> None:
    debt = shop.invoice(1_000, on=FEBRUARY)
    shop.pay(100, on=FEBRUARY, parts=())
    pair = {"source": shop.items(ItemKind.PAYMENT)[0].id, "target": debt}
    shop.office.do(seal_period, FEBRUARY)
    day = FEBRUARY if shop.office.shared else FEBRUARY.isoformat()
    with pytest.raises(NotAllowed, match="closed for that day"):
        shop.office.do(lambda tx: tx.session.execute(PART, {**pair, "on": day}))
    back = text("insert into period_lock (closed_on, sealed_on, reason, by_name, created_at) values "
                "('2026-02-28', '2026-01-31', '', 'somebody', '2026-03-02 11:00:00+00:00')")  # fmt: skip
    with pytest.raises(NotAllowed):
        shop.office.do(lambda tx: tx.session.execute(back))

"""Papers: drafts, numbers without gaps, posting, what can no longer be changed, voiding, crediting."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from fieldoffice.models.billing import Invoice, InvoiceLine, InvoiceTax
from fieldoffice.models.errors import Invalid, NotAllowed, Stale
from fieldoffice.models.states import PaperState
from fieldoffice.services.books.drafts import (
    DraftFacts,
    DraftLine,
    bill_jobs,
    credit_invoice,
    drop_draft,
    edit_draft,
    new_sale,
)
from fieldoffice.services.books.posting import post_invoice, void_invoice
from tests import make
from tests.services.books.ledgers import NO_TAX, Shop

TODAY = make.TODAY


def paper(shop: Shop, id: int) -> Invoice:
    return shop.office.see(lambda tx: tx.get(Invoice, id))


def test_a_job_becomes_an_invoice_with_its_lines_and_the_tax_of_its_place(shop: Shop) -> None:
    opened = make.job(shop.office, shop.made)
    draft = shop.office.do(bill_jobs, [opened.job_id])
    assert paper(shop, draft).number is None
    assert shop.balance() == 0, "a draft owes nothing"
    item = shop.post(draft)
    posted = paper(shop, draft)
    assert (posted.number, posted.net_cents, posted.tax_cents, posted.total_cents) == ("INV-1001", 12_000, 720, 12_720)
    assert posted.due_on == TODAY + timedelta(days=30)
    assert (shop.open(item), shop.balance()) == (12_720, 12_720)
    assert (shop.account("receivable"), shop.account(f"income:item:{shop.made.repair}"), shop.account("tax")) == (12_720, -12_000, -720)
    with pytest.raises(NotAllowed, match="INV-1001"):
        shop.office.do(bill_jobs, [opened.job_id])


def test_drafts_take_no_number_and_leave_no_gap(shop: Shop) -> None:
    kept, dropped, last = (shop.draft(1_000) for _ in range(3))
    shop.office.do(drop_draft, dropped, version=shop.version(dropped))
    shop.post(last)
    shop.post(kept)
    assert [paper(shop, id).number for id in (last, kept)] == ["INV-1001", "INV-1002"]


def test_a_refused_posting_gives_its_number_back(shop: Shop) -> None:
    draft = shop.draft(1_000)

    def fall(tx: object) -> None:
        post_invoice(tx, draft, version=shop.version(draft))  # type: ignore[arg-type]
        raise NotAllowed("something else was wrong")

    with pytest.raises(NotAllowed, match="something else"):
        shop.office.do(fall)
    shop.post(draft)
    assert paper(shop, draft).number == "INV-1001"


@pytest.mark.parametrize(("field", "change"), [
    ("lines", {"lines": ()}),
    ("lines", {"lines": (DraftLine("Back", 1000, -500, tax=NO_TAX),)}),
    ("line0_name", {"lines": (DraftLine(" ", 1000, 500),)}),
    ("line0_quantity", {"lines": (DraftLine("x", 0, 500),)}),
    ("due_on", {"due_on": TODAY - timedelta(days=1)}),
])  # fmt: skip
def test_what_no_paper_may_say_is_refused_by_the_field(shop: Shop, field: str, change: dict[str, object]) -> None:
    facts = {"lines": (DraftLine("Work", 1000, 500),), "issued_on": TODAY} | change
    with pytest.raises(Invalid) as told:
        shop.office.do(new_sale, shop.made.customer, DraftFacts(**facts))  # type: ignore[arg-type]
    assert field in told.value.fields


def test_a_draft_that_somebody_else_changed_is_not_posted(shop: Shop) -> None:
    draft = shop.draft(1_000)
    was = shop.version(draft)
    shop.office.do(edit_draft, draft, DraftFacts((DraftLine("Other", 1000, 7, tax=NO_TAX),), TODAY), version=was)
    with pytest.raises(Stale):
        shop.office.do(post_invoice, draft, version=was)


def test_nothing_is_posted_ahead_of_its_day(shop: Shop) -> None:
    draft = shop.draft(1_000, on=TODAY + timedelta(days=1))
    with pytest.raises(Invalid):
        shop.post(draft)


@pytest.mark.parametrize("change", [
    "update invoice set total_cents = 1", "update invoice set number = 'X'", "update invoice_line set net_cents = 1",
    "delete from invoice_tax", "delete from invoice_line", "delete from invoice", "update ar_item set amount_cents = 1",
    "delete from ar_item", "update journal_line set amount_cents = 1", "delete from journal_line", "delete from journal_entry",
    "update journal_entry set hash = 'x'", "update payment set amount_cents = 1", "delete from payment", "delete from allocation",
    "update allocation set amount_cents = 1",
])  # fmt: skip
def test_the_database_itself_refuses_to_change_what_is_posted(shop: Shop, change: str) -> None:
    shop.bill(make.job(shop.office, shop.made).job_id)
    shop.pay(500)
    with pytest.raises(NotAllowed, match="posted stays"):
        shop.office.do(lambda tx: tx.session.execute(text(change)))


def test_voiding_keeps_the_number_and_counts_for_nothing(shop: Shop) -> None:
    draft = shop.draft(5_000, on=TODAY - timedelta(days=5))
    item = shop.post(draft)
    with pytest.raises(Invalid, match="why"):
        shop.office.do(void_invoice, draft, version=shop.version(draft), reason=" ")
    shop.office.do(void_invoice, draft, version=shop.version(draft), reason="Twice")
    gone = paper(shop, draft)
    assert (gone.state, gone.number, gone.total_cents) == (PaperState.VOID, "INV-1001", 5_000)
    assert [shop.balance(TODAY - timedelta(days=5)), shop.balance(), shop.open(item)] == [0, 0, 0]
    assert shop.account("receivable") == 0
    with pytest.raises(NotAllowed):
        shop.office.do(void_invoice, draft, version=shop.version(draft), reason="Again")


def test_what_was_paid_on_is_not_voided(shop: Shop) -> None:
    draft = shop.draft(5_000)
    shop.post(draft)
    shop.pay(100)
    with pytest.raises(NotAllowed, match="paid or credited"):
        shop.office.do(void_invoice, draft, version=shop.version(draft), reason="Wrong")


def test_a_voided_invoice_frees_its_job(shop: Shop) -> None:
    job = make.job(shop.office, shop.made).job_id
    first = shop.bill(job)
    shop.office.do(void_invoice, first, version=shop.version(first), reason="Wrong price")
    assert paper(shop, shop.bill(job)).number == "INV-1002"


def test_a_credit_memo_settles_what_it_cites_and_returns_the_tax(shop: Shop) -> None:
    first = shop.bill(make.job(shop.office, shop.made).job_id)
    credit = shop.office.do(credit_invoice, first, reason="Not done well")
    shop.office.do(post_invoice, credit, version=shop.version(credit))
    assert paper(shop, credit).number == "CM-1001"
    assert (shop.open(shop.item(first)), shop.balance(), shop.account("tax")) == (0, 0, 0)


def test_the_same_paper_has_the_same_hash_and_says_what_was_posted(shop: Shop) -> None:
    id = shop.bill(make.job(shop.office, shop.made).job_id)
    was = paper(shop, id)
    shop.office.do(lambda tx: setattr(tx.company, "name", "Another name"))
    now = paper(shop, id)
    assert now.frozen == was.frozen
    assert now.frozen["sender"]["name"] == "Potomac Plumbing"
    assert now.frozen["total"] == 12_720
    assert now.sha256 == was.sha256
    assert len(now.sha256) == 64


@pytest.mark.parametrize(("rounding", "tax"), [("line", 0), ("paper", 2)])
def test_the_way_of_rounding_is_kept_on_the_paper(shop: Shop, rounding: str, tax: int) -> None:
    from fieldoffice.models.company import Setting

    shop.office.do(lambda tx: tx.add(Setting(key="money.rounding", value=rounding)))
    lines = tuple(DraftLine(f"Part {n}", 1000, 8, tax=("Tax", 60_000)) for n in range(5))
    id = shop.office.do(new_sale, shop.made.customer, DraftFacts(lines, TODAY))
    shop.office.do(lambda tx: tx.session.execute(text("update setting set value = '\"line\"' where key = 'money.rounding'")))
    shop.post(id)
    posted = paper(shop, id)
    rows = shop.office.see(lambda tx: [(r.tax_cents) for r in tx.all(select(InvoiceLine).where(InvoiceLine.invoice_id == id))])
    table = shop.office.see(lambda tx: [r.tax_cents for r in tx.all(select(InvoiceTax).where(InvoiceTax.invoice_id == id))])
    assert posted.rounding == rounding
    assert posted.tax_cents == sum(rows) == sum(table) == tax


def test_a_deposit_is_no_income_and_comes_off_the_first_invoice_by_itself(shop: Shop) -> None:
    from fieldoffice.services.books.deposits import deposits_of, receive_deposit
    from fieldoffice.services.books.receipts import Receipt

    job = make.job(shop.office, shop.made).job_id
    receipt = Receipt(shop.made.customer, 5_000, "check", TODAY)
    shop.office.do(lambda tx: receive_deposit(tx, receipt, job_id=job).id)
    assert (shop.balance(), shop.account("deposits"), shop.account("undeposited")) == (0, -5_000, 5_000)
    id = shop.bill(job)
    assert (shop.open(shop.item(id)), shop.account("deposits"), shop.balance()) == (7_720, 0, 7_720)
    assert paper(shop, id).frozen["applied"] == [{"on": TODAY.isoformat(), "words": "Deposit P-1001", "cents": 5_000}]
    assert shop.office.see(deposits_of, [shop.made.customer]) == ()

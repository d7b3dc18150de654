"""What the pages of the money read: lists with their sums, sheets, what is not billed yet, how a customer stands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event

from fieldoffice.models.errors import Invalid
from fieldoffice.models.states import AppointmentState as S
from fieldoffice.office import Office, Tx
from fieldoffice.services.books import deeds
from fieldoffice.services.books.drafts import DraftFacts, DraftLine
from fieldoffice.services.books.listing import InvoiceFilter, InvoicePage, invoice_sums, invoices
from fieldoffice.services.books.moneylist import PaymentFilter, payments
from fieldoffice.services.books.receipts import Receipt
from fieldoffice.services.books.sending import invoice_sent
from fieldoffice.services.books.sheets import invoice_sheet, payment_sheet
from fieldoffice.services.books.standing import account_of, money_of
from fieldoffice.services.books.unbilled import bill, billing_of, to_bill
from fieldoffice.services.books.writing import offered, save_draft
from fieldoffice.services.company.values import set_setting
from fieldoffice.services.dispatch import moves, progress
from fieldoffice.services.jobs.sheet import job_sheet
from tests import make
from tests.make import TODAY, at
from tests.services.books.ledgers import Shop

DAY = timedelta(days=1)


def states(page: InvoicePage) -> dict[str, str]:
    return {row.number: row.state for row in page.rows}


def finished(shop: Shop) -> int:
    """A job whose only visit is completed."""
    opened = make.job(shop.office, shop.made)
    shop.office.do(moves.place, opened.appointment_id, version=1, provider_ids=(shop.made.ana,), starts_at=at(9))
    for state in (S.EN_ROUTE, S.ARRIVED, S.WORKING, S.COMPLETED):
        version = make.card(shop.office, opened.appointment_id).version
        shop.office.do(progress.move_on, opened.appointment_id, version=version, to=state)
    return opened.job_id


def test_each_paper_has_one_state_and_the_sums_are_those_of_the_ledger(shop: Shop) -> None:
    shop.invoice(10_000, on=TODAY - 60 * DAY)
    part = shop.invoice(20_000)
    paid = shop.invoice(5_000)
    shop.pay(5_000 + 8_000, parts=((paid, 5_000), (part, 8_000)))
    void = shop.draft(700)
    shop.post(void)
    shop.office.do(deeds.void, void, version=shop.version(void), reason="twice")
    shop.draft(900)
    page = shop.office.see(invoices)
    assert [row.number for row in page.rows][0] in ("", "INV-1004")
    assert states(page) == {"INV-1001": "overdue", "INV-1002": "partial", "INV-1003": "paid", "INV-1004": "void", "": "draft"}
    sums = shop.office.see(invoice_sums)
    assert (sums.count, sums.total_cents, sums.open_cents) == (5, 35_900, 22_000)
    assert shop.balance() == 22_000
    wanted = {"open": {"INV-1001", "INV-1002"}, "overdue": {"INV-1001"}, "paid": {"INV-1003"}, "void": {"INV-1004"}, "draft": {""}}
    for state, numbers in wanted.items():
        filter = InvoiceFilter(state=state)  # type: ignore[arg-type]
        assert set(states(shop.office.see(invoices, filter))) == numbers
        assert shop.office.see(invoice_sums, filter).count == len(numbers)


@pytest.mark.parametrize("sort", ["newest", "number", "customer", "payer", "due", "total", "open", "state", "reference", "kind"])
def test_every_sort_gives_every_row_once_in_pages(shop: Shop, sort: str) -> None:
    for n in range(5):
        shop.invoice(1_000 + n)
    for down in (True, False):
        pages = [shop.office.see(invoices, sort=sort, descending=down, offset=n, count=2) for n in (0, 2, 4)]
        assert sorted(row.number for page in pages for row in page.rows) == [f"INV-100{n}" for n in range(1, 6)]
        assert {page.total for page in pages} == {5}
    with pytest.raises(Invalid):
        shop.office.see(invoices, sort="nothing")


def test_words_find_a_paper_by_number_customer_reference_and_job(shop: Shop) -> None:
    shop.bill(make.job(shop.office, shop.made).job_id)
    other = make.customer(shop.office, "Dora", 3)[0]
    facts = DraftFacts((DraftLine("Work", 1000, 500, tax=("", 0)),), TODAY, reference="PO 7781")
    shop.post(shop.office.do(save_draft, None, other, facts).id)
    for text, numbers in (("1001", ["INV-1001"]), ("dora", ["INV-1002"]), ("7781 po", ["INV-1002"]), ("J1001", ["INV-1001"]), ("zzz", [])):
        assert [row.number for row in shop.office.see(invoices, InvoiceFilter(text)).rows] == numbers, text
    assert shop.office.see(invoices, InvoiceFilter(customer_id=other)).total == 1
    assert shop.office.see(invoices, InvoiceFilter(since=TODAY + DAY)).total == 0


def test_a_list_asks_as_many_questions_for_three_rows_as_for_one(shop: Shop) -> None:
    shop.invoice(1_000)
    shop.pay(1_000)
    lists = (invoices, invoice_sums, payments, lambda tx: money_of(tx, shop.made.customer), lambda tx: account_of(tx, shop.made.customer))
    before = [asked(shop.office, query) for query in lists]
    for _ in range(2):
        shop.invoice(1_000)
        shop.pay(700)
    assert [asked(shop.office, query) for query in lists] == before


def asked(office: Office, query: object) -> int:
    count = 0

    def one(tx: Tx) -> None:
        def counted(*_: object) -> None:
            nonlocal count
            count += 1

        engine = tx.session.get_bind()
        event.listen(engine, "before_cursor_execute", counted)
        try:
            query(tx)  # type: ignore[operator]
        finally:
            event.remove(engine, "before_cursor_execute", counted)

    office.see(one)
    return count


def test_a_sheet_tells_what_was_paid_by_what_and_a_payment_what_it_settled(shop: Shop) -> None:
    draft = shop.draft(10_000, tax=("DC", 60_000))
    shop.post(draft)
    money = shop.office.do(deeds.take_payment, Receipt(shop.made.customer, 12_000, "check", TODAY, "77"))
    sheet = shop.office.see(invoice_sheet, draft)
    assert (sheet.net_cents, sheet.tax_cents, sheet.row.open_cents, sheet.row.state) == (10_000, 600, 0, "paid")
    assert [(row.number, row.cents, row.payment_id) for row in sheet.settled] == [("P-1001", 10_600, money.id)]
    assert [event.kind for event in sheet.events] == ["invoice.posted", "invoice.drafted"]
    found = shop.office.see(payment_sheet, money.id)
    assert [(row.number, row.invoice_id) for row in found.settled] == [("INV-1001", draft)]
    assert (money.left_cents, found.row.left_cents, [c.left_cents for c in found.credits]) == (1_400, 1_400, [1_400])
    assert shop.office.see(payments, PaymentFilter(left=True)).total == 1
    shop.office.do(deeds.release, sheet.settled[0].source_id, sheet.settled[0].target_id)
    assert shop.office.see(invoice_sheet, draft).settled == ()


def test_deposits_are_listed_with_what_is_left_and_found_by_it(shop: Shop) -> None:
    receipt = Receipt(shop.made.customer, 5_000, "cash", TODAY)
    deposit = shop.office.do(deeds.take_payment, receipt, deposit=True)
    page = shop.office.see(payments, PaymentFilter(left=True))
    assert [(row.kind, row.left_cents) for row in page.rows] == [("deposit", 5_000)]
    assert page.received_cents == 5_000
    shop.office.do(deeds.give_back, deposit.id, 5_000, version=deposit.version, method="cash", on=TODAY, reason="no work")
    assert shop.office.see(payments, PaymentFilter(left=True)).total == 0
    assert [row.amount_cents for row in shop.office.see(payments).rows] == [-5_000, 5_000]


def test_a_bounced_check_opens_the_invoice_again_and_its_fee_is_an_invoice(shop: Shop) -> None:
    item = shop.invoice(9_000)
    money = shop.office.do(deeds.take_payment, Receipt(shop.made.customer, 9_000, "check", TODAY))
    done = shop.office.do(deeds.reverse, money.id, version=money.version, on=TODAY, reason="no funds", fee_cents=2_500)
    assert shop.open(item) == 9_000
    assert done.fee is not None
    assert (done.fee.number, shop.balance()) == ("INV-1002", 11_500)


def test_a_customer_stands_as_the_ledger_says(shop: Shop) -> None:
    shop.invoice(10_000, on=TODAY - 60 * DAY)
    shop.invoice(4_000)
    shop.pay(15_000)
    shop.invoice(3_000, on=TODAY - 45 * DAY)
    shop.office.do(deeds.take_payment, Receipt(shop.made.customer, 800, "cash", TODAY), deposit=True)
    money = shop.office.see(money_of, shop.made.customer)
    assert (money.balance_cents, money.overdue_cents, money.credit_cents, money.deposits_cents) == (2_000, 3_000, 1_000, 800)
    account = shop.office.see(account_of, shop.made.customer)
    assert account.total == 4
    assert account.rows[0].balance_cents == shop.balance()
    assert [row.balance_cents for row in account.rows] == [2_000, 17_000, 13_000, 10_000]
    assert sum(row.open_cents for row in account.rows) == shop.balance()


def test_finished_jobs_wait_to_be_billed_until_a_living_invoice_bills_them(shop: Shop) -> None:
    job, other = finished(shop), finished(shop)
    make.job(shop.office, shop.made)
    assert [(row.id, row.total_cents, row.lines) for row in shop.office.see(to_bill).rows] == [(job, 12_720, 1), (other, 12_720, 1)]
    assert shop.office.see(billing_of, job).billable
    (draft,) = shop.office.do(bill, [job, other], "customer")
    assert shop.office.see(to_bill).total == 0
    assert shop.office.see(billing_of, job).invoice_id == draft
    shop.post(draft)
    shop.office.do(deeds.void, draft, version=shop.version(draft), reason="wrong")
    assert shop.office.see(to_bill).total == 2
    assert len(shop.office.do(bill, [job, other])) == 2


def test_a_form_offers_the_taxes_of_the_place_and_the_day(shop: Shop) -> None:
    found = shop.office.see(offered, shop.made.customer, shop.made.location)
    assert found.taxes[shop.made.repair] == ("DC", 60_000)
    assert found.rates == (("DC", 60_000),)
    assert (found.terms_days, found.due_on) == (30, TODAY + 30 * DAY)


@pytest.mark.requirement("0.32")
def test_a_sent_invoice_completes_its_job_where_the_company_wants_that(shop: Shop) -> None:
    job = make.job(shop.office, shop.made).job_id
    invoice = shop.bill(job)
    assert shop.office.do(invoice_sent, invoice, "email").completed == ()
    assert shop.office.see(job_sheet, job).status == "unscheduled"
    shop.office.do(set_setting, "money.sent_completes_job", True)
    first = shop.office.see(invoice_sheet, invoice).sent_at
    sent = shop.office.do(invoice_sent, invoice, "print")
    assert (sent.completed, sent.sent_at) == (("J1001",), first)
    assert sent.warnings == ("J1001 is completed, but 1 of its visits is still open.",)
    assert shop.office.see(job_sheet, job).status == "completed"
    from fieldoffice.services.history import history

    told = shop.office.see(history, "job", job)[0]
    assert (told.kind, told.after["cause"], told.after["invoice"]) == ("job.completed", "invoice_sent", "INV-1001")
    assert shop.office.do(invoice_sent, invoice, "print").completed == ()

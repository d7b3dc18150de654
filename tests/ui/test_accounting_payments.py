"""Payments at the desk: taking money, what it pays, deposits, what is taken back or given back; a customer's money."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from fieldoffice.office import Office
from fieldoffice.services.books import deeds
from fieldoffice.services.books.drafts import DraftFacts, DraftLine
from fieldoffice.services.books.ledger import balance
from fieldoffice.services.books.moneylist import payments
from fieldoffice.services.books.receipts import Receipt
from fieldoffice.services.books.sheets import payment_sheet
from fieldoffice.services.books.standing import money_of
from fieldoffice.services.books.terms import terms_of
from fieldoffice.services.books.writing import save_draft
from fieldoffice.services.customers.profile import customer_sheet
from fieldoffice.services.search import search
from fieldoffice.ui.accounting.creditpanels import RefundPanel, UseCreditPanel
from fieldoffice.ui.accounting.payment import PaymentPanel, ReversePanel
from fieldoffice.ui.accounting.payments import PaymentsPage
from fieldoffice.ui.accounting.takepayment import TakePaymentPanel
from fieldoffice.ui.customers.money import MoneySection
from tests import make
from tests.make import TODAY
from tests.ui.test_jobs_kit import Stand, standing


@pytest.fixture
def stand(qtbot: QtBot, sqlite_office: Office) -> Iterator[Stand]:
    with standing(qtbot, sqlite_office) as made:
        yield made


def invoice(stand: Stand, cents: int, *, on: date = TODAY, customer: int | None = None) -> int:
    facts = DraftFacts((DraftLine("Work", 1000, cents, tax=("", 0)),), on)
    made = stand.office.do(save_draft, None, customer or stand.made.customer, facts)
    return stand.office.do(deeds.post, made.id, version=made.version).id


def paid(stand: Stand, cents: int, **more: object) -> deeds.Money:
    return stand.office.do(deeds.take_payment, Receipt(stand.made.customer, cents, "check", TODAY, "77"), **more)


def taking(stand: Stand, **args: object) -> TakePaymentPanel:
    panel = TakePaymentPanel(stand.desk)
    panel.open(customer_id=stand.made.customer, **args)  # type: ignore[arg-type]
    stand.show(panel, 480)
    return panel


def shown(stand: Stand, payment_id: int) -> PaymentPanel:
    panel = PaymentPanel(stand.desk)
    panel.open(payment_id=payment_id)
    stand.show(panel, 480)
    return panel


def owed(stand: Stand) -> int:
    return stand.office.see(balance, stand.made.customer)


def spread(panel: TakePaymentPanel) -> dict[str, int]:
    return {part.debt.number: part.cents for part in panel.spread.rows.rows}


@pytest.mark.requirement("0.43")
def test_an_amount_spreads_over_the_oldest_and_what_is_left_is_said_to_be_credit(stand: Stand) -> None:
    invoice(stand, 4_000)
    invoice(stand, 10_000, on=TODAY - timedelta(days=40))
    panel = taking(stand)
    assert list(spread(panel)) == ["INV-1002", "INV-1001"]
    QTest.keyClicks(panel.amount, "120")
    assert spread(panel) == {"INV-1002": 10_000, "INV-1001": 2_000}
    assert panel.spread.words.text() == ""
    panel.amount.clear()
    QTest.keyClicks(panel.amount, "150")
    assert panel.spread.words.text() == "10.00 is left over and stays as credit of Carol Customer."
    panel.carry_out()
    stand.wait()
    assert owed(stand) == -1_000
    assert stand.toasts[-1].words == "Payment received. Receipt P-1001. 10.00 stays as credit."


@pytest.mark.requirement("0.43")
def test_parts_are_changed_by_hand_and_never_more_than_was_paid(stand: Stand) -> None:
    invoice(stand, 10_000, on=TODAY - timedelta(days=40))
    invoice(stand, 4_000)
    panel = taking(stand)
    first, second = panel.spread.debts
    QTest.keyClicks(panel.amount, "60")
    panel.spread.rows.edited.emit(second.id, 9_999_999)
    assert spread(panel) == {"INV-1001": 2_000, "INV-1002": 4_000}
    panel.spread.rows.edited.emit(first.id, 5_000)
    assert panel.spread.words.text() == "30.00 more is spread than was paid."
    panel.carry_out()
    assert panel.form.rows["amount"].error.words.text() == "More is spread than was paid."
    assert owed(stand) == 14_000
    panel.spread.forget()
    assert spread(panel) == {"INV-1001": 6_000, "INV-1002": 0}
    panel.carry_out()
    stand.wait()
    assert owed(stand) == 8_000


def test_without_an_amount_it_is_what_was_ticked(stand: Stand) -> None:
    invoice(stand, 10_000)
    invoice(stand, 4_000)
    panel = taking(stand)
    panel.spread.table.setCurrentIndex(panel.spread.rows.index(1, 0))
    QTest.keyClick(panel.spread.table, Qt.Key.Key_Space)
    assert (panel.amount.value(), spread(panel)) == (4_000, {"INV-1001": 0, "INV-1002": 4_000})
    item = panel.spread.debts[0].id
    other = taking(stand, item_id=item)
    assert other.amount.value() == 10_000


def test_bad_input_is_said_by_the_field_and_stays(stand: Stand) -> None:
    panel = taking(stand)
    QTest.keyClicks(panel.amount, "abc")
    panel.reference.setText("88")
    panel.carry_out()
    assert "Enter an amount" in panel.form.rows["amount"].error.words.text()
    panel.amount.clear()
    QTest.keyClicks(panel.amount, "5")
    panel.on.set_value(TODAY + timedelta(days=3))
    panel.carry_out()
    stand.wait()
    assert panel.form.rows["received_on"].error.words.text() == "This day lies ahead."
    assert (panel.reference.text(), panel.amount.value()) == ("88", 500)


def test_a_sub_customer_s_debts_are_paid_by_its_parent(stand: Stand) -> None:
    from fieldoffice.models.customer import Customer

    child = make.customer(stand.office, "Dora", 3)[0]

    def below(tx: object) -> None:
        tx.get(Customer, child, lock=True).parent_id = stand.made.customer  # type: ignore[attr-defined]

    stand.office.do(below)
    invoice(stand, 3_000, customer=child)
    panel = taking(stand)
    assert [debt.customer for debt in panel.spread.debts] == ["Dora"]
    QTest.keyClicks(panel.amount, "30")
    panel.carry_out()
    stand.wait()
    assert stand.office.see(balance, child) == 0
    assert stand.office.see(money_of, stand.made.customer).subs_cents == 0


def test_a_deposit_is_taken_for_a_job(stand: Stand) -> None:
    job = make.job(stand.office, stand.made)
    panel = taking(stand, deposit=True, job_id=job.job_id)
    assert not panel.spread.isVisibleTo(panel)
    QTest.keyClicks(panel.amount, "50")
    panel.carry_out()
    stand.wait()
    assert stand.toasts[-1].words == "Deposit P-1001 received."
    (row,) = stand.office.see(payments).rows
    sheet = stand.office.see(payment_sheet, row.id)
    assert (row.kind, row.left_cents, sheet.job.number if sheet.job else "") == ("deposit", 5_000, "J1001")
    assert owed(stand) == 0


def test_a_bounced_check_is_reversed_with_a_fee(stand: Stand) -> None:
    invoice(stand, 9_000)
    money = paid(stand, 9_000)
    panel = shown(stand, money.id)
    assert panel.title.text() == "Payment P-1001"
    panel.ask_reverse()
    form = panel.panels["reverse"]
    assert isinstance(form, ReversePanel)
    form.carry_out()
    assert form.form.rows["reason"].error.words.text() == "Reason is needed."
    form.reason.setText("no funds")
    form.fee.set_value(2_500)
    form.carry_out()
    stand.wait()
    assert owed(stand) == 11_500
    assert stand.toasts[-1].words == "P-1001 is reversed. The fee is INV-1002."
    panel.reload()
    stand.wait()
    assert panel.title.text() == "Payment P-1001, reversed"
    assert not panel.reverse.isVisibleTo(panel)


def test_credit_is_used_for_what_is_open_or_given_back(stand: Stand) -> None:
    money = paid(stand, 10_000)
    invoice(stand, 4_000)
    panel = shown(stand, money.id)
    assert panel.left.text() == "100.00 of it is credit and settles nothing yet."
    panel.use_credit()
    stand.wait()
    use = panel.panels["use"]
    assert isinstance(use, UseCreditPanel)
    assert use.spread.words.text() == "60.00 stays as credit."
    use.carry_out()
    stand.wait()
    panel.reload()
    stand.wait()
    assert [row.number for row in panel.settled.shown] == ["INV-1001"]
    panel.ask_refund()
    back = panel.panels["refund"]
    assert isinstance(back, RefundPanel)
    assert back.amount.value() == 6_000
    back.amount.set_value(6_001)
    back.reason.setText("too much")
    back.carry_out()
    stand.wait()
    assert "less credit left" in back.form.rows["amount"].error.words.text()
    back.amount.set_value(6_000)
    back.carry_out()
    stand.wait()
    assert owed(stand) == 0
    assert [row.kind for row in stand.office.see(payments).rows] == ["refund", "payment"]


def test_the_list_finds_sorts_and_opens(stand: Stand) -> None:
    paid(stand, 1_000)
    paid(stand, 2_000)
    page = PaymentsPage(stand.desk)
    stand.show(page)
    assert page.sums.text() == "2 entries  ·  30.00 received"
    page.find()
    QTest.keyClicks(page.search, "p-1001")
    stand.qtbot.waitUntil(lambda: page.rows.rowCount() == 1)
    QTest.keyClick(page.search, Qt.Key.Key_Return)
    stand.wait()
    assert stand.opened[-1][0] == "payment"
    page.search.clear()
    page.left.choose(True)
    stand.wait()
    assert page.rows.rowCount() == 2


def test_the_launcher_finds_invoices_and_payments_by_number_and_customer(stand: Stand) -> None:
    invoice(stand, 4_000)
    paid(stand, 1_000)
    found = {(hit.kind, hit.title) for hit in stand.office.see(search, "carol")}
    assert {("invoice", "Invoice INV-1001"), ("payment", "Payment P-1001")} <= found
    assert [hit.title for hit in stand.office.see(search, "p-1001")] == ["Payment P-1001"]


def test_a_customer_s_money_stands_on_its_page(stand: Stand) -> None:
    invoice(stand, 4_000, on=TODAY - timedelta(days=45))
    paid(stand, 500, deposit=True)
    section = MoneySection(stand.desk)
    section.show_customer(stand.office.see(customer_sheet, stand.made.customer))
    stand.show(section)
    said = [figure.amount.text() for figure in (section.balance, section.overdue, section.credit, section.deposits)]
    assert said == ["40.00", "40.00", "0.00", "5.00"]
    assert section.open_rows.rowCount() == 1
    section._show_view("all")
    stand.wait()
    assert section.all_rows.rowCount() == 1
    section.take_payment()
    assert stand.opened[-1] == ("take_payment", {"customer_id": stand.made.customer})
    section._open(section.open_rows.rows[0])
    assert stand.opened[-1][0] == "invoice"


def test_billing_terms_are_saved_for_one_customer(stand: Stand) -> None:
    section = MoneySection(stand.desk)
    section.show_customer(stand.office.see(customer_sheet, stand.made.customer))
    stand.show(section)
    section.show_terms()
    form = section.terms
    assert form is not None
    form.days.set_value(14)
    form.form.changed.emit()
    form.save_now()
    stand.wait()
    terms = stand.office.see(terms_of, stand.made.customer)
    assert (terms.own_terms_days, terms.charges) == (14, True)
    form.charges.setChecked(False)
    form.save_now()
    stand.wait()
    terms = stand.office.see(terms_of, stand.made.customer)
    assert (terms.own_terms_days, terms.charges) == (14, False)
    assert section.words.text() == "Invoices are due in 14 days."

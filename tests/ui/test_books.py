"""Books: accounts, the journal, money for the bank, closing, sealing and the proof."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from fieldoffice.models.staff import Role
from fieldoffice.office import Office
from fieldoffice.services import company
from fieldoffice.services.books.reading import closed_now
from fieldoffice.ui.accounting.books import BooksPage
from fieldoffice.ui.desk import Desk
from tests import make
from tests.services.books.ledgers import Shop
from tests.ui.test_jobs_kit import Stand, standing

TODAY = make.TODAY


@pytest.fixture
def stand(qtbot: QtBot, sqlite_office: Office) -> Iterator[Stand]:
    with standing(qtbot, sqlite_office) as made:
        yield made


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def booked(stand: Stand) -> Shop:
    shop = Shop(stand.office, stand.made)
    item = shop.invoice(5_000, on=ago(40))
    shop.pay(2_000, on=ago(30), parts=((item, 2_000),))
    shop.pay(500, on=ago(2), method="cash", parts=((item, 500),))
    return shop


def opened(stand: Stand) -> BooksPage:
    page = BooksPage(stand.desk)
    stand.show(page)
    stand.qtbot.waitUntil(page.ready, timeout=10_000)
    return page


def test_accounts_stand_as_of_a_day_and_lead_to_their_entries(stand: Stand) -> None:
    booked(stand)
    page = opened(stand)
    assert [(row.code, row.debit_cents, row.credit_cents) for row in page.accounts.rows.rows] == [
        ("1050", 2_500, 0), ("1200", 2_500, 0), ("4000", 0, 5_000)]  # fmt: skip
    assert (page.accounts.totals.texts["debit"], page.accounts.totals.texts["credit"]) == ("50.00", "50.00")
    page.accounts.on.set_value(ago(35))
    page.accounts.on.value_changed.emit()
    stand.wait()
    assert [row.code for row in page.accounts.rows.rows] == ["1200", "4000"]
    page.accounts.table.opened.emit(page.accounts.rows.rows[1])
    stand.wait()
    assert (page.tabs.currentIndex(), page.journal.count.text()) == (1, "1 entry")


def test_the_journal_shows_both_sides_and_leads_to_the_document(stand: Stand) -> None:
    booked(stand)
    page = opened(stand)
    page.tabs.setCurrentIndex(1)
    page.journal.search.setText("INV-1001")
    stand.qtbot.waitUntil(lambda: page.journal.rows.rowCount() == 1, timeout=5_000)
    page.journal.table.setCurrentIndex(page.journal.rows.index(0, 0))
    assert [(line.code, line.amount_cents) for line in page.journal.lines.rows] == [("1200", 5_000), ("4000", -5_000)]
    assert page.journal.said.text().startswith("Entry 1 · fieldoffice · Mon, Mar 2 2026")
    page.journal.open_document()
    assert stand.opened[-1][0] == "invoice"
    assert stand.opened[-1][1]["back"] == "books"
    page.journal.clear()
    page.journal.since.set_value(ago(10))
    page.journal.rows.reload()
    stand.wait()
    assert page.journal.count.text() == "1 entry"


def test_cash_and_checks_are_paid_in_together(stand: Stand) -> None:
    shop = booked(stand)
    page = opened(stand)
    assert page.tabs.tabText(2) == "In hand 2"
    page.bank.rows.tick([page.bank.rows.rows[1].id], False)
    page.bank.pay_in()
    assert page.bank.panel is not None
    page.bank.panel.reference.setText("Slip 7")
    page.bank.panel.carry_out()
    stand.wait()
    assert (shop.account("bank"), shop.account("undeposited")) == (2_000, 500)
    assert stand.toasts[-1].words.startswith("Paid in: 20.00 by ")
    assert page.bank.said.text() == "0 of 1 ticked: –"


def test_closing_names_what_is_loose_and_opening_again_wants_a_reason(stand: Stand) -> None:
    shop = booked(stand)
    shop.draft(1_000, on=ago(20))
    page = opened(stand)
    page.tabs.setCurrentIndex(3)
    stand.wait()
    closing = page.closing
    assert closing.until.value() == date(2026, 2, 28)
    assert closing.loose["drafts"].words.text() == "1 draft is dated in this period. Carol Customer"
    closing.loose["drafts"].go.click()
    assert stand.opened[-1] == ("invoices", {"state": "draft"})
    closing.close_books()
    stand.wait()
    assert closing.state.text() == "Closed up to and including Sat, Feb 28 2026."
    closing.open_again()
    panel = closing.reopening
    assert panel is not None
    panel.until.set_value(date(2026, 1, 31))
    panel.carry_out()
    assert panel.form.rows["reason"].error.words.text() == "Why is needed."
    panel.reason.setText("A bill of February came late")
    panel.carry_out()
    stand.wait()
    assert stand.office.see(closed_now).closed_on == date(2026, 1, 31)
    assert [row.reason for row in closing.rows.rows] == ["A bill of February came late", ""]


def test_a_seal_wants_the_day_typed_once_more(stand: Stand) -> None:
    booked(stand)
    page = opened(stand)
    page.closing.seal_up()
    panel = page.closing.sealing
    assert panel is not None
    panel.again.setText("yes")
    panel.carry_out()
    assert panel.form.rows["again"].error.words.text() == "This is not the day above. Type it as 2026-02-28."
    assert stand.office.see(closed_now).sealed_on is None
    panel.again.setText("2026-02-28")
    panel.carry_out()
    stand.wait()
    assert stand.office.see(closed_now).sealed_on == date(2026, 2, 28)
    assert not page.closing.reopen.isVisible()


def test_the_proof_names_what_is_wrong(stand: Stand) -> None:
    booked(stand)
    page = opened(stand)
    page.verify()
    stand.wait()
    assert page.closing.proof.said.text() == "Every proof holds."

    def tamper(session: object) -> None:
        for change in ("drop trigger journal_line_append_only_update", "update journal_line set amount_cents = 4999 where position = 1"):
            session.execute(text(change))  # type: ignore[attr-defined]

    with stand.office.engine.begin() as connection:
        tamper(connection)
    page.closing.proof.prove()
    stand.wait()
    assert "wrong" in page.closing.proof.said.text()


def test_the_journal_is_written_for_other_programs(stand: Stand, tmp_path: Path) -> None:
    booked(stand)
    page = opened(stand)
    page.closing.export_journal()
    panel = page.closing.exporting
    assert panel is not None
    panel.ask_path = lambda suffix: str(tmp_path / f"journal{suffix}")
    panel.carry_out()
    stand.wait()
    QApplication.processEvents()
    stand.wait()
    written = (tmp_path / "journal.csv").read_text("utf-8").splitlines()
    assert written[0].startswith("entry,date,kind")
    assert written[-1].startswith("control totals,,6 rows,3 entries")
    assert "journal.csv" in stand.toasts[-1].words


def test_who_may_not_bill_looks_and_changes_nothing(stand: Stand) -> None:
    booked(stand)
    looks = stand.office.do(company.add_user, login="d", name="Dee", roles=(Role.DISPATCHER,)).id
    stand.desk.close()
    stand.desk = Desk(stand.office, user_id=looks, known=stand.office.topics())
    page = opened(stand)
    page.tabs.setCurrentIndex(3)
    assert not page.tabs.isTabVisible(2)
    assert not any(one.isVisible() for one in (page.closing.close_it, page.closing.seal, page.closing.export, page.closing.reopen))
    assert [row.code for row in page.accounts.rows.rows] == ["1050", "1200", "4000"]


def test_empty_books_say_so(stand: Stand) -> None:
    page = opened(stand)
    assert page.accounts.table.empty is not None
    assert page.accounts.table.empty.sentence.text() == "Nothing is booked up to this day."
    assert page.journal.empty.sentence.text() == "Nothing is booked yet."

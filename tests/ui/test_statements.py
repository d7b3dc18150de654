"""Statements on screen: planned with the exceptions first, made beside the screen, printed again as the same file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from fieldoffice.models.customer import Customer
from fieldoffice.office import Office
from fieldoffice.services.collecting import runs
from fieldoffice.services.collecting.listing import statements_of_run
from fieldoffice.services.collecting.papers import statement_pdf
from fieldoffice.ui.accounting.statements import StatementsPage
from tests import make
from tests.services.books.ledgers import Shop, proven
from tests.services.messages.outbox import rows
from tests.ui.test_jobs_kit import Stand, standing

TODAY = make.TODAY


@pytest.fixture
def stand(qtbot: QtBot, sqlite_office: Office) -> Iterator[Stand]:
    with standing(qtbot, sqlite_office) as made:
        yield made
    proven(sqlite_office)


def owed(stand: Stand) -> Shop:
    """Carol owes since long, Zoe has no e-mail address."""
    shop = Shop(stand.office, stand.made)
    shop.invoice(10_000, on=TODAY - timedelta(days=60), due=TODAY - timedelta(days=30))
    zoe, _ = make.customer(stand.office, "Zoe", 2)
    shop.invoice(2_000, on=TODAY - timedelta(days=5), customer=zoe)
    return shop


def opened(stand: Stand, view: str = "") -> StatementsPage:
    page = StatementsPage(stand.desk)
    stand.show(page)
    page.open(view=view)
    stand.wait()
    stand.qtbot.waitUntil(page.ready, timeout=10_000)
    return page


@pytest.mark.requirement("0.45")
def test_statements_are_planned_made_printed_and_mailed(stand: Stand) -> None:
    owed(stand)
    page = opened(stand)
    assert page.runs.empty.isVisible()
    page.begin()
    stand.wait()
    plan = page.plan
    assert plan.on.value() == TODAY.replace(day=1) - timedelta(days=1), "at the beginning of a month the last one is meant"
    assert [(row.name, row.delivery, bool(row.exceptions)) for row in plan.rows.rows] == [
        ("Zoe", "print", True), ("Carol Customer", "email", False)]  # fmt: skip
    assert plan.make.text() == "Make 2 statements"
    plan.carry_out()
    stand.qtbot.waitUntil(lambda: bool(stand.toasts), timeout=60_000)
    stand.wait()
    assert stand.toasts[-1].words == "2 statements made."
    row = page.runs.run()
    assert row is not None
    assert (row.made, row.drawn, row.mailed, row.to_print, row.state) == (2, 2, 1, 1, "done")
    assert [line.name for line in page.runs.lines.rows] == ["Carol Customer", "Zoe"]
    (message,) = rows(stand.office)
    assert (message.kind, message.recipient, len(message.content["files"])) == ("statement", "carol@example.com", 1)
    page.runs.open_pdf()
    stand.wait()
    preview = page.runs.paper.preview
    assert preview is not None
    assert preview.pdf == stand.office.see(statement_pdf, page.runs.lines.rows[0].id)
    preview.close()
    printed_of(stand, page)


def printed_of(stand: Stand, page: StatementsPage) -> None:
    """The print file is drawn once; the second time it is the same, and so is the rest from a statement on."""
    files: list[bytes] = []
    for _ in range(2):
        page.runs.paper.preview = None
        page.runs.print_all()
        stand.qtbot.waitUntil(lambda: page.runs.paper.preview is not None, timeout=60_000)
        stand.wait()
        assert page.runs.paper.preview is not None
        files.append(page.runs.paper.preview.pdf)
        page.runs.paper.preview.printed.emit(1)
        stand.wait()
        page.runs.paper.preview.close()
    assert files[0] == files[1]
    row = page.runs.run()
    assert row is not None
    assert row.printed == 1
    page.runs.list.setCurrentIndex(page.runs.lines.index(1, 0))
    page.runs.print_rest()
    stand.wait()
    assert page.runs.paper.preview is not None
    page.runs.paper.preview.close()
    page.runs.paper.close()


def test_a_run_that_was_left_goes_on(stand: Stand) -> None:
    owed(stand)
    everybody = stand.office.see(lambda tx: tx.all(select(Customer.id)))
    run = stand.office.do(runs.start_run, "open", TODAY, everybody)
    stand.office.do(runs.make_next, run, 1)
    page = opened(stand)
    assert page.runs.told.isVisible()
    assert page.runs.calls["go_on_statements"].isEnabled()
    page.runs.resume()
    stand.qtbot.waitUntil(lambda: bool(stand.toasts), timeout=60_000)
    stand.wait()
    assert len(stand.office.see(statements_of_run, run)) == 2
    assert not page.runs.told.isVisible()


def test_a_statement_is_made_anew_and_the_old_one_stays(stand: Stand) -> None:
    shop = owed(stand)
    run = stand.office.do(runs.start_run, "open", TODAY, [stand.made.customer])
    stand.office.do(runs.make_next, run)
    page = opened(stand)
    shop.invoice(500, on=TODAY)
    page.runs.list.setCurrentIndex(page.runs.lines.index(0, 0))
    page.runs.correct()
    stand.qtbot.waitUntil(lambda: bool(stand.toasts), timeout=60_000)
    stand.wait()
    assert [row.total_cents for row in page.runs.runs.rows] == [10_500, 10_000]
    assert stand.office.see(statements_of_run, run)[0].superseded


def test_reminders_are_sent_once(stand: Stand) -> None:
    owed(stand)
    page = opened(stand, "reminders")
    assert [(row.number, row.level, row.days) for row in page.reminders.rows.rows] == [("INV-1001", 1, 30)]
    page.reminders.send()
    stand.wait()
    assert stand.toasts[-1].words == "1 reminder written into the outbox."
    assert page.reminders.rows.rows == []
    assert [row.kind for row in rows(stand.office)] == ["reminder_1"]

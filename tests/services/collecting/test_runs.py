"""Runs of statements: planned with the exceptions first, made once whatever happens, printed and mailed from what was kept."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from sqlalchemy import event, func, select, text

from fieldoffice.models.billing import Invoice
from fieldoffice.models.collecting import Statement, StatementRun
from fieldoffice.models.customer import Customer
from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.models.message import OutboxMessage
from fieldoffice.office import Office
from fieldoffice.services import company
from fieldoffice.services.books.posting import dispute
from fieldoffice.services.books.terms import set_terms
from fieldoffice.services.collecting import papers, planning, runs, working
from fieldoffice.services.collecting.listing import statements_of_run
from fieldoffice.services.collecting.planning import plan_run
from fieldoffice.services.collecting.reminders import due_reminders, send_reminders
from fieldoffice.services.collecting.runs import Choices, go_on, make_next, start_run, statement_runs, stop_run
from fieldoffice.services.documents.statementpaper import draw_statement
from fieldoffice.services.documents.statementrun import draw_statements, page_of, pages_again
from fieldoffice.services.exchange.ledger import Progress
from tests import make
from tests.conftest import Clock
from tests.services.books.ledgers import Shop
from tests.services.messages.mailserver import mail_server
from tests.services.messages.outbox import send

TODAY = make.TODAY


def customers(shop: Shop, count: int, *, email: str = "") -> list[int]:
    """So many customers who owe something."""
    found = [make.customer(shop.office, f"Customer {n:02}", n)[0] for n in range(count)]
    for n, id in enumerate(found):
        shop.invoice(1_000 + n, customer=id)
        if email:
            shop.office.do(lambda tx, id=id, n=n: setattr(tx.get(Customer, id), "email", f"{n}.{email}"))
    return found


def stored(shop: Shop) -> list[Statement]:
    return shop.office.see(lambda tx: tx.all(select(Statement).order_by(Statement.id)))


def whole(shop: Shop, ids: list[int], **more: Any) -> int:
    run = shop.office.do(start_run, "open", TODAY, ids, **more)
    assert working.carry_out(shop.office, run, draw_statement)
    return run


def test_a_plan_shows_exceptions_first_and_leaves_out_who_gets_none(shop: Shop) -> None:
    a, b, c, d, e = customers(shop, 5, email="x@example.com")
    shop.office.do(lambda tx: setattr(tx.get(Customer, b), "email", ""))
    shop.pay(9_000, customer=c)
    shop.office.do(set_terms, d, version=0, terms_days=None, statements="none")
    paper = shop.office.see(lambda tx: tx.session.scalars(select(Invoice.id).where(Invoice.bill_to_id == e)).one())
    shop.office.do(dispute, paper, version=shop.version(paper), disputed=True)
    plan = shop.office.see(plan_run, "open", TODAY)
    assert [(row.id, row.exceptions) for row in plan.rows] == [
        (b, (planning.NO_EMAIL,)), (c, (planning.NEGATIVE,)), (e, (planning.DISPUTED,)), (a, ())]  # fmt: skip
    assert [row.delivery for row in plan.rows] == ["print", "email", "email", "email"]
    assert (plan.left_out, plan.total_cents) == (1, 1_000 + 1_001 - 7_998 + 1_004)


@pytest.mark.parametrize(("choices", "names"), [
    (Choices(), ["Customer 01", "Late"]), (Choices(include_zero=True), ["Customer 00", "Customer 01", "Late"]),
    (Choices(min_cents=1_500), ["Late"]), (Choices(min_days=5), ["Late"]), (Choices(min_days=50), []),
])  # fmt: skip
def test_the_choices_of_a_run(shop: Shop, choices: Choices, names: list[str]) -> None:
    a, b = customers(shop, 2)
    shop.pay(1_000, customer=a)
    late, _place = make.customer(shop.office, "Late", 7)
    shop.invoice(2_000, customer=late, on=TODAY - timedelta(days=40), due=TODAY - timedelta(days=10))
    assert sorted(row.name for row in shop.office.see(plan_run, "open", TODAY, choices).rows) == names
    assert b


def test_a_customer_gets_the_kind_of_its_own_terms(shop: Shop) -> None:
    a, b = customers(shop, 2)
    shop.office.do(set_terms, b, version=0, terms_days=None, statements="forward")
    whole(shop, [a, b])
    assert [row.kind for row in stored(shop)] == ["open", "forward"]


def test_one_that_has_a_statement_of_the_day_gets_no_second_one_unless_told(shop: Shop) -> None:
    ids = customers(shop, 2)
    whole(shop, ids[:1])
    assert [row.id for row in shop.office.see(plan_run, "open", TODAY).rows] == [ids[1]]
    whole(shop, ids)
    assert [row.bill_to_id for row in stored(shop)] == ids
    whole(shop, ids, choices=Choices(again=True))
    assert [row.superseded_id is None for row in stored(shop)] == [False, False, True, True]


def test_a_run_is_stopped_and_goes_on(shop: Shop) -> None:
    ids = customers(shop, 3)
    run = shop.office.do(start_run, "open", TODAY, ids)
    assert shop.office.do(make_next, run, 1).made == 1
    shop.office.do(stop_run, run)
    assert shop.office.do(make_next, run, 5).done
    assert len(stored(shop)) == 1
    shop.office.do(go_on, run)
    shop.office.do(make_next, run, 5)
    row = shop.office.see(statement_runs)[0]
    assert (row.state, row.made, row.count, row.total_cents) == ("done", 3, 3, 3_003)


def test_a_canceled_run_says_so_and_keeps_what_is_made(shop: Shop) -> None:
    run = shop.office.do(start_run, "open", TODAY, customers(shop, 3))
    progress = Progress()
    progress.cancel()
    assert not working.carry_out(shop.office, run, draw_statement, progress)
    assert shop.office.see(lambda tx: tx.get(StatementRun, run).state) == "stopped"


@pytest.mark.parametrize("guarded", [True, False])
def test_two_who_make_the_same_run_make_each_statement_once(both: Shop, monkeypatch: pytest.MonkeyPatch, guarded: bool) -> None:
    """The control: without the look at what is there already, the wall of the database is all that is left."""
    ids = customers(both, 3)
    run = both.office.do(start_run, "open", TODAY, ids)
    if not guarded:
        monkeypatch.setattr(runs, "_left", lambda _tx, row: list(row.options["customers"]))
    both.office.do(make_next, run, 3)
    if guarded:
        both.office.do(make_next, run, 3)
    else:
        with pytest.raises(Exception, match=r"(?i)unique"):
            both.office.do(make_next, run, 3)
    assert len(stored(both)) == 3


def test_two_desks_that_make_the_same_run_at_once_make_each_statement_once(both: Shop) -> None:
    ids = customers(both, 6)
    run = both.office.do(start_run, "open", TODAY, ids)
    ready = threading.Barrier(2)

    def desk() -> None:
        ready.wait(30)
        while not both.office.do(make_next, run, 1).done:
            pass

    with ThreadPoolExecutor(2) as desks:
        for done in [desks.submit(desk) for _ in range(2)]:
            done.result(60)
    assert sorted(row.bill_to_id for row in stored(both)) == ids


def test_lists_ask_the_same_number_of_questions_for_one_row_and_for_three(shop: Shop) -> None:
    asked: list[str] = []
    event.listen(shop.office.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    counts: list[list[int]] = []
    for n in range(3):
        id, _place = make.customer(shop.office, f"Late {n}", n)
        shop.invoice(1_000, customer=id, on=TODAY - timedelta(days=40), due=TODAY - timedelta(days=10))
        run = shop.office.do(start_run, "open", TODAY, [id])
        shop.office.do(make_next, run)
        shop.office.do(send_reminders, [])
        here: list[int] = []
        again = Choices(again=True)
        for query, *given in ((plan_run, "open", TODAY, again), (statement_runs,), (statements_of_run, run), (due_reminders,)):
            asked.clear()
            shop.office.see(query, *given)  # type: ignore[arg-type]
            here.append(len(asked))
        counts.append(here)
    assert counts[0] == counts[2]


@pytest.mark.requirement("0.45")
@pytest.mark.parametrize("step", ["make_next", "keep_papers"])
def test_killed_in_the_middle_it_goes_on_and_makes_each_once(new_address: Callable[..., str], clock: Clock, step: str) -> None:
    """The control: what is known of what was made is taken away, and all mails are written twice."""
    address = new_address("sqlite")
    office = Office(address, clock=clock)
    shop = Shop(office, make.small(office))
    ids = customers(shop, 6, email="x@example.com")
    run = office.do(start_run, "open", TODAY, ids)
    child = subprocess.Popen([sys.executable, "-m", "tests.services.collecting.batch", address, str(run)], stdout=subprocess.PIPE)
    assert child.stdout is not None
    seen = 0
    while seen < 3:
        seen += child.stdout.readline().decode().strip() == step
        assert child.poll() is None, "it was done before it could be killed"
    child.kill()
    child.wait()
    child.stdout.close()
    kept = [row.paper_id for row in stored(shop)] if step == "keep_papers" else [row.id for row in stored(shop)]
    assert 0 < len([id for id in kept if id]) < 6
    assert working.carry_out(office, run, draw_statement)
    rows = stored(shop)
    assert sorted(row.bill_to_id for row in rows) == ids
    assert all(row.paper_id and row.mailed_at for row in rows)
    mails = select(func.count()).select_from(OutboxMessage)
    assert office.see(lambda tx: tx.session.scalar(mails)) == 6
    office.do(lambda tx: tx.session.execute(text("update statement set paper_id = null, mailed_at = null")) and None)
    working.carry_out(office, run, draw_statement)
    assert office.see(lambda tx: tx.session.scalar(mails)) == 12
    office.close()


@pytest.mark.requirement("0.45")
def test_a_reprint_is_the_same_file_and_drawing_again_makes_the_same_bytes(shop: Shop) -> None:
    (id,) = customers(shop, 1)
    whole(shop, [id])
    row = stored(shop)[0]
    first = shop.office.see(papers.statement_pdf, row.id)
    shop.invoice(9_999, customer=id)
    shop.office.do(lambda tx: setattr(tx.company, "name", "Another name"))
    assert shop.office.see(papers.statement_pdf, row.id) == first
    assert draw_statement(papers.paper_of(row.frozen, {})) == first
    with pytest.raises(NotAllowed, match="posted stays"):
        shop.office.do(lambda tx: tx.session.execute(text("update statement set closing_cents = 1")))


def test_the_print_file_is_in_postal_order_and_a_lost_page_comes_out_again(shop: Shop) -> None:
    ids = customers(shop, 3)
    codes = ("9", "1", "5")
    for id, code in zip(ids, codes, strict=True):
        shop.office.do(lambda tx, id=id, code=code: tx.session.execute(
            text("update location set postal_code = :code where customer_id = :id"), {"code": code, "id": id}) and None)  # fmt: skip
    run = whole(shop, ids)
    sheets = shop.office.see(papers.for_printer, run)
    assert [sheet.bill_to.name for sheet in sheets] == ["Customer 01", "Customer 02", "Customer 00"]
    assert shop.office.see(papers.kept_print, run) is None
    pdf = draw_statements(sheets)
    shop.office.do(papers.keep_print, run, pdf)
    kept = shop.office.see(papers.kept_print, run)
    assert kept == pdf
    second = page_of(kept)[1]
    assert "Customer 02" in second.title
    assert len(pages_again(kept, second.first, second.count)) > 0
    assert (shop.office.do(papers.mark_printed, run), shop.office.do(papers.mark_printed, run)) == (3, 0)


def test_the_statement_arrives_by_mail_as_it_was_kept(shop: Shop) -> None:
    (id,) = customers(shop, 1, email="carol@example.com")
    shop.office.do(lambda tx: setattr(tx.get(Customer, id), "language", "de"))
    with mail_server() as server:
        for key, value in {"smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_security": "none",
                           "sender_address": "office@potomac.example"}.items():  # fmt: skip
            shop.office.do(company.set_setting, f"messages.{key}", value)
        whole(shop, [id])
        send(shop.office)
        (got,) = server.got
    mail = message_from_bytes(got.content, policy=policy.default)
    assert str(mail["Subject"]) == "Ihr Kontoauszug vom Montag, 2. März 2026"
    (attached,) = mail.iter_attachments()
    assert (attached.get_filename(), attached.get_content_type()) == ("Statement 2026-03-02.pdf", "application/pdf")
    assert attached.get_content() == shop.office.see(papers.statement_pdf, stored(shop)[0].id)


def test_what_no_run_may_be_is_refused(shop: Shop) -> None:
    with pytest.raises(Invalid):
        shop.office.do(start_run, "open", TODAY + timedelta(days=1), [shop.made.customer])
    with pytest.raises(NotAllowed, match="Nobody"):
        shop.office.do(start_run, "open", TODAY, [])

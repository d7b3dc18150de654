"""The proof of the books finds each kind of tampering, names it, and finds nothing where nobody tampered."""

from __future__ import annotations

from contextlib import closing
from datetime import date, timedelta

import pytest
from pysqlite3 import dbapi2

from fieldoffice.cli import COMMANDS, main
from fieldoffice.models.books import ItemKind
from fieldoffice.office import Office
from fieldoffice.services.books.banking import bank_deposit
from fieldoffice.services.books.deposits import apply_deposit
from fieldoffice.services.books.drafts import credit_invoice
from fieldoffice.services.books.ledger import unallocate
from fieldoffice.services.books.periods import close_period, seal_period
from fieldoffice.services.books.posting import void_invoice
from fieldoffice.services.books.verifying import prove_books, verify_books
from fieldoffice.services.books.writeoffs import write_off
from tests import make
from tests.services.books.ledgers import Shop

TODAY = make.TODAY
DAY = timedelta(days=1)


@pytest.fixture
def lived(sqlite_office: Office) -> Shop:
    """Books in which each kind of thing happened once."""
    shop = Shop(sqlite_office, make.small(sqlite_office))
    first = shop.invoice(1_000, on=date(2026, 1, 10), tax=("DC", 60_000))
    shop.pay(700, on=date(2026, 1, 20))
    shop.office.do(seal_period, date(2026, 1, 31))
    shop.bill(make.job(shop.office, shop.made).job_id)
    wrong = shop.draft(400, on=date(2026, 2, 10))
    shop.post(wrong)
    shop.office.do(void_invoice, wrong, version=shop.version(wrong), reason="Twice")
    shop.reverse(shop.pay(200, on=date(2026, 2, 11)), on=date(2026, 2, 12), fee_cents=50)
    shop.office.do(write_off, first, on=date(2026, 2, 20), reason="Small", cents=20, tax_back=True)
    held = shop.deposit(5_000, on=date(2026, 2, 21))
    shop.office.do(apply_deposit, held, first, 30, date(2026, 2, 22))
    shop.office.do(close_period, date(2026, 2, 28))
    shop.office.do(bank_deposit, [1], on=TODAY)
    shop.post(shop.office.do(credit_invoice, 2, reason="Not done"))
    shop.pay(10_000, method="cash", parts=())
    item = shop.items(ItemKind.PAYMENT)[-1].id
    shop.office.do(unallocate, shop.items(ItemKind.PAYMENT)[0].id, first, TODAY)
    assert shop.open(item) == -10_000
    return shop


def tamper(shop: Shop, *statements: str) -> list[str]:
    """Write past the walls; what the proof says then."""
    with closing(dbapi2.connect(shop.office.address.removeprefix("sqlite:///"))) as connection, connection:
        for (name,) in connection.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            connection.execute(f"drop trigger {name}")
        for statement in statements:
            assert connection.execute(statement).rowcount, statement
    return [finding.words for finding in shop.office.see(verify_books)]


def test_honest_books_are_proven_and_the_proof_says_of_how_much(lived: Shop) -> None:
    proof = lived.office.see(prove_books)
    assert proof.findings == ()
    assert all(count for name, count in proof.counts if name != "stored files = their hashes")
    assert tamper(lived) == [], "only the walls are gone"


@pytest.mark.parametrize(("words", "statements"), [
    ("does not balance", ["update journal_line set amount_cents = amount_cents + 1 where id = 1"]),
    ("its hash differs", ["update journal_line set amount_cents = amount_cents * 2 where entry_id = 3"]),
    ("its hash differs", ["update journal_entry set memo = 'Something else' where seq = 2"]),
    ("its hash differs", ["update journal_entry set on_date = '2026-02-05' where seq = 3"]),
    ("Entry 4 of the journal is missing", ["delete from journal_entry where seq = 4"]),
    ("are there", ["delete from journal_entry where seq = (select max(seq) from journal_entry)"]),
    ("says 1160, its lines", ["update invoice set total_cents = 1160 where id = 1"]),
    ("not what their prices", ["update invoice_line set net_cents = net_cents + 5 where id = 1"]),
    ("table of taxes", ["update invoice_tax set tax_cents = 1 where id = 1"]),
    ("INV-1001 were changed", ["update invoice set frozen = json_set(frozen, '$.total', 1) where id = 1"]),
    ("books another document", ["update payment set sha256 = 'f' where id = 1"]),
    ("P-1002 is missing", ["update payment set number = 'Q-1' where number = 'P-1002'"]),
    ("item of the ledger that is not there", ["delete from ar_item where id = 2"]),
    ("document of entry 1", ["delete from invoice where id = 1"]),
    ("was given, the last that is there", ["update counter set last = last + 1 where name = 'invoice'"]),
    ("Receivables are", ["insert into ar_item (kind, number, customer_id, bill_to_id, entry_id, on_date, due_on, amount_cents) "
                         "values ('credit', 'X', 1, 1, 999, '2026-03-01', '2026-03-01', -5)"]),
    ("to receivables, the ledger", ["update ar_item set amount_cents = amount_cents - 1 where id = 2"]),
    ("is settled for", ["update allocation set amount_cents = 99999 where id = 1"]),
    ("before both were there", ["update allocation set on_date = '2026-01-01' where id = 1"]),
    ("of another customer", ["update ar_item set bill_to_id = 2 where id = 2"]),
    ("Customer deposits are", ["update ar_item set amount_cents = -31 where kind = 'deposit'"]),
    ("Undeposited funds are", ["update payment set bank_deposit_id = null where id = 1"]),
    ("Bank deposit BD-1001 says", ["update bank_deposit set amount_cents = 1"]),
    ("lies in the sealed period", ["update period_lock set last_entry_id = 1"]),
    ("lies in a closed period", ["update period_lock set sealed_on = null", "update period_lock set last_allocation_id = 0"]),
    ("seal of", ["update period_lock set sealed_on = null where id = 2"]),
    ("counts for 0 in the ledger", ["update invoice set state = 'posted' where state = 'void'"]),
    ("Played again from the log", ["update event set after = json_set(after, '$.cents', 1) where kind = 'payment.received'"]),
    ("log does not say", ["delete from event where kind = 'invoice.posted' and entity_id = 1"]),
    ("Sales tax is", ["update payment set tax_back_cents = 9 where kind = 'write_off'"]),
])  # fmt: skip
def test_tampering_is_found_and_named(lived: Shop, words: str, statements: list[str]) -> None:
    found = tamper(lived, *statements)
    assert any(words in one for one in found), found


def test_a_stored_file_that_was_changed_is_found(lived: Shop) -> None:
    put = "insert into blob (id, sha256, size, content) values (77, '{}', 3, x'616263')"
    good = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert tamper(lived, put.format(good), "update invoice set paper_id = 77 where id = 1") == []
    assert tamper(lived, "update blob set content = x'616264' where id = 77") == ["The stored file 77 of a document was changed."]


def test_the_command_proves_and_says_the_first_bad_row(lived: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    verify = ["books", "verify", "--database", lived.office.address]
    assert main(verify, COMMANDS, lambda given: 9) == 0
    said = capsys.readouterr().out
    assert "the books are proven" in said
    assert "numbers without a gap" in said
    tamper(lived, "update payment set number = 'Q-1' where number = 'P-1002'")
    assert main(verify, COMMANDS, lambda given: 9) == 1
    told = capsys.readouterr()
    assert "P-1002 is missing" in told.err
    assert "WRONG" in told.out

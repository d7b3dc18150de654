"""The journal for other programs: their own checkers pass, and what they read is what stands in our books."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from beancount import loader
from beancount.core import realization
from beancount.core.data import Transaction

from fieldoffice.cli import COMMANDS, main
from fieldoffice.models.books import ItemKind
from fieldoffice.models.customer import Customer
from fieldoffice.models.errors import NotAllowed
from fieldoffice.models.staff import Role
from fieldoffice.services.books.banking import bank_deposit
from fieldoffice.services.books.exporting import write_books
from fieldoffice.services.books.refunds import refund
from fieldoffice.services.books.writeoffs import write_off
from tests import make
from tests.services.books.ledgers import Shop

TODAY = make.TODAY
ACCOUNTS = {"bank": "Assets:1000-Bank", "receivable": "Assets:1200-Accounts-receivable", "tax": "Liabilities:2200-Sales-tax-payable",
            "deposits": "Liabilities:2300-Customer-deposits", "bad_debt": "Expenses:6100-Bad-debt"}  # fmt: skip


@pytest.fixture
def busy(till: Shop) -> Shop:
    """Two months of entries, by a customer whose name no program likes."""
    till.office.do(lambda tx: setattr(tx.get(Customer, till.made.customer), "name", '=HYPERLINK("x")\t"Łódź"; {tag}:\\'))
    first = till.invoice(100_000, on=date(2026, 1, 10), tax=("DC", 60_000))
    paid = till.pay(50_000, on=date(2026, 1, 20))
    till.office.do(bank_deposit, [paid], on=date(2026, 1, 31))
    till.bill(make.job(till.office, till.made).job_id)
    till.deposit(7_777, on=date(2026, 2, 10), method="card")
    till.office.do(write_off, first, on=date(2026, 2, 11), reason="Small", cents=53, tax_back=True)
    till.pay(90_000, on=TODAY)
    till.office.do(refund, till.items(ItemKind.PAYMENT)[-1].id, 1_000, method="check", on=TODAY, reason="Too much")
    return till


def written(shop: Shop, form: str, start: date | None = None, end: date = TODAY) -> str:
    return shop.office.see(write_books, form, start=start, end=end)


@pytest.mark.parametrize("start", [None, date(2026, 2, 1)])
def test_beancounts_own_checker_passes_and_its_balances_are_ours(busy: Shop, start: date | None, tmp_path: Path) -> None:
    path = tmp_path / "books.beancount"
    path.write_text(written(busy, "beancount", start), encoding="utf-8")
    entries, errors, _options = loader.load_file(str(path))
    assert errors == []
    root = realization.realize(entries)
    for key, name in ACCOUNTS.items():
        found = realization.get(root, name).balance.get_currency_units("USD").number
        assert found == Decimal(busy.account(key)).scaleb(-2), key
    made = [entry for entry in entries if isinstance(entry, Transaction) and "hash" in entry.meta]
    assert len(made) == (8 if start is None else 5)


def test_the_checker_would_see_one_cent(busy: Shop, tmp_path: Path) -> None:
    path = tmp_path / "books.beancount"
    path.write_text(written(busy, "beancount").replace("1060.00 USD", "1060.01 USD", 1), encoding="utf-8")
    assert loader.load_file(str(path))[1]


def test_csv_has_every_line_control_totals_and_no_formula(busy: Shop) -> None:
    rows = list(csv.reader(io.StringIO(written(busy, "csv"))))
    heads, lines, totals = rows[0], rows[1:-1], rows[-1]
    assert heads[0] == "entry"
    debit, credit = (sum(Decimal(row[n] or 0) for row in lines) for n in (8, 9))
    assert (totals[2], totals[8], totals[9]) == (f"{len(lines)} rows", str(debit), str(credit))
    assert debit == credit > 0
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@", "\t"))]
    receivable = sum(Decimal(row[8] or 0) - Decimal(row[9] or 0) for row in lines if row[6] == "1200")
    assert receivable == Decimal(busy.account("receivable")).scaleb(-2)


def test_iif_has_the_published_shape_and_each_entry_sums_to_zero(busy: Shop) -> None:
    lines = written(busy, "iif", date(2026, 2, 1)).split("\r\n")
    heads = {line.split("\t")[0]: line.split("\t") for line in lines if line.startswith("!")}
    assert list(heads) == ["!ACCNT", "!CUST", "!TRNS", "!SPL", "!ENDTRNS"]
    known = {line.split("\t")[1] for line in lines if line.startswith("ACCNT\t")}
    people = {line.split("\t")[1] for line in lines if line.startswith("CUST\t")}
    held: list[dict[str, str]] = []
    for line in lines[lines.index("!ENDTRNS") + 1 :]:
        if line == "ENDTRNS":
            assert sum(Decimal(row["AMOUNT"]) for row in held) == 0
            assert all(row["ACCNT"] in known and (row["NAME"] in people or row["ACCNT"] != "Accounts receivable") for row in held)
            held = []
        elif line:
            held.append(dict(zip(heads[f"!{line.split(chr(9))[0]}"], line.split("\t"), strict=True)))
    assert held == []


@pytest.mark.parametrize(("currency", "exponent", "amount"), [("JPY", 0, "106000"), ("USD", 2, "1060.00"), ("BHD", 3, "106.000")])
def test_amounts_have_the_decimals_of_the_currency(busy: Shop, currency: str, exponent: int, amount: str) -> None:
    def change(tx: object) -> None:
        tx.company.currency, tx.company.currency_exponent = currency, exponent  # type: ignore[attr-defined]

    busy.office.do(change)
    for form in ("csv", "beancount", "iif"):
        assert amount in written(busy, form, end=date(2026, 1, 10))
    assert loader.load_string(written(busy, "beancount"))[1] == []


def test_the_command_writes_a_file_and_refuses_days_that_are_none(busy: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "books.iif"
    export = ["books", "export", "--database", busy.office.address, "--format", "iif", "--to", "2026-02-28"]
    assert main([*export, "--out", str(out)], COMMANDS, lambda given: 9) == 0
    assert out.read_text(encoding="utf-8").startswith("!ACCNT")
    assert main([*export, "--from", "tomorrow"], COMMANDS, lambda given: 9) == 2
    assert "write it as 2026-01-31" in capsys.readouterr().err
    assert main([*export, "--from", "2026-03-01"], COMMANDS, lambda given: 9) == 2
    assert main(export, COMMANDS, lambda given: 9) == 0
    assert "ENDTRNS" in capsys.readouterr().out


def test_the_journal_is_not_for_everybody(busy: Shop) -> None:
    with pytest.raises(NotAllowed):
        busy.role(Role.DISPATCHER).see(write_books, "csv", start=None, end=TODAY)

"""Receipts, proof sheets and reports; and that every kind of paper is drawn alike in the child process."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader

from fieldoffice.services.documents.moneypaper import Look, percent
from fieldoffice.services.documents.press import KINDS, Press
from fieldoffice.services.documents.proofpaper import ProofCharge, ProofPaper, ProofSegment, draw_proof
from fieldoffice.services.documents.receiptpaper import Paid, ReceiptPaper, draw_receipt
from fieldoffice.services.documents.reportpaper import (
    ReportColumn,
    ReportPaper,
    ReportPicture,
    ReportTable,
    draw_report,
)
from tests.documents.moneypapers import (
    ANA,
    ISSUED,
    JPY,
    SENDER,
    amounts,
    german,
    invoice,
    logo,
    moved,
    photo,
    statement,
)
from tests.documents.sheets import pages, squeezed
from tests.documents.test_daysheet import in_order

RECEIPT = ReceiptPaper(SENDER, ANA, "P-0091", ISSUED, "Check", 50_000, 2_500,
                       (Paid("Invoice 2026-00417", 40_000, 0, date(2026, 10, 1)), Paid("Invoice 2026-00420", 7_500, 12_000)), "1182")
GOLDEN = ProofCharge("Ana Kowalska", "Invoice 2026-00417", (
    ProofSegment(date(2026, 6, 1), date(2026, 6, 21), 20, 100_000, 120_000),
    ProofSegment(date(2026, 6, 21), date(2026, 7, 1), 10, 70_000, 120_000),
), 888)
TIER = ProofCharge("Bo", "Invoice 2026-00300", (
    ProofSegment(date(2026, 5, 1), date(2026, 7, 1), 61, 50_000, 200_000, "More than 60 days old"),), 10_000, tier=True)
FLOOR = ProofCharge("Cy", "Invoice 2026-00310", (
    ProofSegment(date(2026, 6, 1), date(2026, 6, 21), 20, 1_000, 120_000),), 500, "Smallest charge: 5.00")
PROOF = ProofPaper(SENDER, date(2026, 7, 1), "12% a year, no grace.", (GOLDEN, TIER, FLOOR), 11_388, "R-7")


def table(count: int = 60) -> ReportTable:
    """An aged list of `count` customers."""
    names = ("Customer", "Current", "1–30", "Over 90", "Total")
    rows = tuple((f"Customer {n}", n * 100, -50, None, n * 100 - 50) for n in range(count))
    totals = ("Total", sum(row[1] for row in rows), -50 * count, 0, sum(row[4] for row in rows))
    return ReportTable(tuple(ReportColumn(name) for name in names), rows, totals, "By customer", "Credits are netted.")


PARTS = (ReportPicture("Most is not late", photo()), table())
REPORT = ReportPaper(SENDER, "Aged receivables", ISSUED, PARTS, "All customers", across=True)


def test_a_receipt_says_what_came_what_it_paid_and_what_is_left():
    (text,) = pages(draw_receipt(RECEIPT))
    in_order(squeezed(text), "Receipt", "Number P-0091", "Received Nov 24, 2026", "Method Check", "Reference 1182", "Amount USD 500.00",
             "We received USD 500.00 on Nov 24, 2026", "Invoice 2026-00417", "Oct 1, 2026", "Invoice 2026-00420", "Left as credit 25.00",
             "Received USD 500.00", "Page 1 of 1")
    assert amounts(text) == ["500.00", "500.00", "0.00", "400.00", "120.00", "75.00", "25.00", "500.00"]
    assert "Left as credit" not in "".join(pages(draw_receipt(replace(RECEIPT, amount_cents=47_500, credit_cents=0))))
    with pytest.raises(ValueError, match="amount"):
        draw_receipt(replace(RECEIPT, credit_cents=0))


def test_a_receipt_for_a_deposit_paid_nothing_yet_and_a_long_one_carries_its_sum():
    (text,) = pages(draw_receipt(replace(RECEIPT, paid=(), credit_cents=50_000, state="Reversed")))
    assert "Reversed" in text
    paid = tuple(Paid(f"Invoice {n}", 100) for n in range(80))
    found = pages(draw_receipt(replace(RECEIPT, paid=paid, amount_cents=8_000, credit_cents=0)))
    assert len(found) > 1
    count = found[0].count("\nInvoice ")
    assert f"Carried forward\n{count}.00" in found[0]
    assert f"Brought forward\n{count}.00" in found[1]


def test_the_proof_of_a_charge_multiplies_out_to_the_cent():
    (text,) = pages(draw_proof(PROOF))
    in_order(squeezed(text), "Finance charges R-7, proof", "12% a year, no grace.", "days × amount overdue × yearly rate / 365",
             "Ana Kowalska, Invoice 2026-00417", "8.88", "Jun 1, 2026 up to Jun 21, 2026 20 1,000.00 12% 6.575342",
             "Jun 21, 2026 up to Jul 1, 2026 10 700.00 12% 2.301370", "100.00", "More than 60 days old 500.00 20% 100.000000",
             "5.00", "Smallest charge: 5.00", "Total 113.88")
    assert PROOF.counted(GOLDEN) == 888


@pytest.mark.parametrize("wrong", [
    replace(PROOF, charges=(replace(GOLDEN, amount_cents=889),), total_cents=889), replace(PROOF, total_cents=11_389),
])
def test_a_proof_that_proves_nothing_is_not_drawn(wrong):
    with pytest.raises(ValueError, match="its parts make"):
        draw_proof(wrong)


@pytest.mark.parametrize("across", [False, True])
def test_a_report_has_its_pictures_and_tables_on_as_many_pages_as_it_takes(across):
    pdf = draw_report(replace(REPORT, across=across))
    found, part = pages(pdf), table()
    in_order(squeezed("".join(found)), "Aged receivables", "As of Nov 24, 2026", "All customers", "Most is not late", "By customer",
             "Credits are netted.", *(str(row[0]) for row in part.rows), "Total")
    assert all("Customer\nCurrent" in text for text in found)
    assert all(f"Page {n} of {len(found)}" in text for n, text in enumerate(found, 1))
    wanted = [f"{cell / 100:,.2f}" for row in (*part.rows, part.totals) for cell in row if isinstance(cell, int)]
    assert [one for text in found for one in amounts(text)] == wanted
    box = PdfReader(BytesIO(pdf)).pages[0].mediabox
    assert (box.width > box.height) == across


def test_a_report_in_a_currency_without_decimals_and_with_words_in_every_cell():
    words = "A sentence that is a good deal longer than the column in which it stands. " * 3
    part = ReportTable((ReportColumn("What", wide=True), ReportColumn("Note"), ReportColumn("Sum")), ((words, words, 123_456),))
    text = "".join(pages(draw_report(ReportPaper(SENDER, "Sums", ISSUED, (part,), look=Look("a4", JPY)))))
    assert "123,456" in text
    assert text.count("sentence") == 6
    with pytest.raises(ValueError, match="as many cells"):
        draw_report(ReportPaper(SENDER, "Sums", ISSUED, (replace(part, rows=(("a", 1),)),)))


@pytest.mark.parametrize(("ppm", "words"), [(60_000, "6%"), (88_750, "8.875%"), (0, "0%"), (1_000_000, "100%"), (1, "0.0001%")])
def test_rates_in_words(ppm, words):
    assert percent(ppm) == words


PAPERS = {
    "invoice": invoice(3, sender=replace(SENDER, logo_png=logo()), photos=(photo(),)), "receipt": RECEIPT, "statement": moved(3),
    "statements": (statement(2), moved(1)), "proof": PROOF, "report": REPORT, "electronic invoice": german(),
}


def test_the_child_draws_every_paper_of_the_money_byte_for_byte(monkeypatch):
    monkeypatch.setenv("PYTHONHASHSEED", "4711")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    press = Press()
    try:
        drawn = {kind: press.draw(kind, paper) for kind, paper in PAPERS.items()}
        for kind, paper in PAPERS.items():
            assert drawn[kind].result(120) == KINDS[kind](paper), kind
            assert pickle.loads(pickle.dumps(paper)) == paper
    finally:
        press.close()

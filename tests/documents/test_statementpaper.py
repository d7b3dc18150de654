"""A statement's figures are read back in order; a run of them is one file in which each page is found again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader

from fieldoffice.models.errors import NotAllowed
from fieldoffice.services.documents.moneypaper import Applied, Look, Party
from fieldoffice.services.documents.statementpaper import Aging, Section, draw_statement
from fieldoffice.services.documents.statementrun import draw_statements, page_of, pages_again
from tests.documents.moneypapers import ANA, JPY, amounts, moved, row, rows, statement
from tests.documents.sheets import pages, squeezed
from tests.documents.test_daysheet import in_order


def money(cents: int) -> str:
    return f"{cents / 100:,.2f}"


@pytest.mark.parametrize("paper", ["letter", "a4"])
def test_an_open_item_statement_is_read_back_in_order(paper):
    made = statement(6, look=Look(paper))
    (text,) = pages(draw_statement(made))
    closing, all_rows = made.closing_cents, made.sections[0].rows
    assert made.aging is not None
    wanted = [closing, *made.aging.buckets, closing]
    wanted += [cents for one in all_rows for cents in (one.original_cents, one.open_cents, one.running_cents)]
    assert amounts(text) == [money(cents) for cents in [*wanted, closing, closing]]
    in_order(squeezed(text), "Statement", "As of Nov 30, 2026", "Balance", "Current", "1–30 days", "31–60 days", "61–90 days",
             "Over 90 days", "Total USD", "Date", "Document", "Due", "Original", "Open", "Balance USD", *(one.words for one in all_rows),
             "Balance, Nov 30, 2026", "Please return this slip", "Page 1 of 1")


def test_a_balance_forward_statement_goes_from_opening_to_closing_with_adjustments_apart():
    made = moved(6)
    (text,) = pages(draw_statement(made))
    in_order(squeezed(text), "From Sep 1, 2026", "Opening balance, Sep 1, 2026 123.45", "Adjustments to the time before Sep 1, 2026",
             "25.00 148.45", "Adjusted opening balance 148.45", *(one.words for one in made.sections[0].rows),
             f"Closing balance, Nov 30, 2026 USD {money(made.closing_cents)}")
    assert "Original" not in text


def test_children_have_their_sections_and_the_sum_is_the_parents():
    kids = tuple(Section(name, rows(count), sum(one.open_cents or 0 for one in rows(count))) for name, count in (("Anna", 3), ("Bob", 8)))
    made = statement(sections=kids)
    text = "".join(pages(draw_statement(made))).split("Balance USD", 1)[1]
    in_order(squeezed(text), "Anna", *(one.words for one in kids[0].rows), f"Subtotal Anna {money(kids[0].subtotal_cents or 0)}",
             "Bob", *(one.words for one in kids[1].rows), f"Subtotal Bob {money(kids[1].subtotal_cents or 0)}",
             f"Balance, Nov 30, 2026 USD {money(made.closing_cents)}")


@pytest.mark.parametrize(("make", "count"), [(statement, 40), (statement, 400), (moved, 40)])
def test_rows_run_over_pages_with_the_balance_carried(make, count):
    made = make(count)
    found = pages(draw_statement(made))
    all_rows, seen = made.sections[0].rows, 0
    for number, text in enumerate(found, 1):
        names = [one for one in text.split("\n") if one.startswith(("Invoice 2026-0", "Payment, check"))]
        assert names == [one.words for one in all_rows[seen : seen + len(names)]]
        if number > 1 and seen:
            assert f"Brought forward\n{money(all_rows[seen - 1].running_cents or 0)}" in text
        seen += len(names)
        if number < len(found):
            assert f"Carried forward\n{money(all_rows[seen - 1].running_cents or 0)}" in text
        assert f"Page {number} of {len(found)}" in text
    assert seen == count
    assert len(found) > count / 40


def test_the_same_statement_gives_the_same_bytes_and_its_buckets_make_its_balance():
    assert draw_statement(statement(6)) == draw_statement(statement(6))
    made = statement(6)
    assert made.aging is not None
    with pytest.raises(ValueError, match="aging"):
        draw_statement(replace(made, aging=Aging((made.closing_cents, 0, 0, 0, 1))))


@pytest.mark.parametrize("wrong", [
    statement(3, closing_cents=5, aging=None), moved(3, opening_cents=5), moved(3, adjustments=()),
    statement(sections=(Section("Anna", rows(2), 5),), aging=None),
])
def test_a_statement_whose_rows_do_not_make_its_balance_is_not_drawn(wrong):
    with pytest.raises(ValueError, match="its parts make"):
        draw_statement(wrong)


def test_credits_have_a_column_of_their_own_where_they_are_not_netted_and_deposits_stand_apart():
    made = statement(2)
    (plain,) = pages(draw_statement(made))
    assert "Credits" not in plain
    aging = Aging((made.closing_cents + 2_500, 0, 0, 0, 0), -2_500)
    deposits = (Applied(date(2026, 11, 2), "Deposit on estimate E-12", 50_000), Applied(date(2026, 11, 9), "Deposit", 1))
    (text,) = pages(draw_statement(replace(made, aging=aging, deposits=deposits, charge_words="1.5% a month is added when late.")))
    in_order(squeezed(text), money(made.closing_cents + 2_500), "Credits-25.00", "Balance, Nov 30", "Deposits held for you",
             "Deposit on estimate E-12, Nov 2, 2026 500.00", "500.01", "Finance charges", "1.5% a month", "Please return")
    assert amounts(text)[0] == amounts(plain)[0], "deposits do not change the balance"


def test_nothing_open_and_a_credit_balance_ask_for_nothing():
    (text,) = pages(draw_statement(statement(0)))
    assert "Nothing is open on this account" in text
    assert "Please return" not in text
    credit = statement(sections=(Section("", (row(1, -5_000, -5_000),)),), aging=Aging((-5_000, 0, 0, 0, 0)))
    assert "Please return" not in "".join(pages(draw_statement(credit)))


def test_a_currency_without_decimals():
    made = statement(3, look=Look("a4", JPY))
    (text,) = pages(draw_statement(made))
    assert f"JPY {made.closing_cents:,}" in text
    assert amounts(text) == []


# a run for the printer

def run() -> tuple[list[int], bytes]:
    """Row counts, and the file of a statement for each."""
    counts = [3, 40, 1, 0, 75]
    papers = tuple(statement(count, bill_to=Party(f"Łucja & Co {n}", ANA.lines)) for n, count in enumerate(counts))
    return counts, draw_statements(papers)


def test_a_run_is_one_file_in_which_every_statement_is_found_again():
    counts, pdf = run()
    places, texts = page_of(pdf), pages(pdf)
    assert [place.title for place in places] == [f"Statement, Łucja & Co {n}, 2026-11-30" for n in range(len(counts))]
    assert [place.first for place in places] == [1 + sum(place.count for place in places[:n]) for n in range(len(places))]
    assert sum(place.count for place in places) == len(texts)
    assert max(place.count for place in places) > 2
    for n, place in enumerate(places):
        for number in range(place.count):
            text = texts[place.first - 1 + number]
            assert f"Page {number + 1} of {place.count}" in text
            assert f"Łucja & Co {n}" in text


def test_one_lost_page_is_printed_alone_as_it_was():
    _, pdf = run()
    place = page_of(pdf)[1]
    alone = pages_again(pdf, place.first + 1)
    assert pages(alone) == pages(pdf)[place.first : place.first + 1]
    assert alone == pages_again(pdf, place.first + 1)
    assert len(pages(pages_again(pdf, place.first, place.count))) == place.count
    for first, count in ((0, 1), (1, 0), (99, 1), (1, 99)):
        with pytest.raises(NotAllowed, match="pages"):
            pages_again(pdf, first, count)


def test_a_run_holds_its_fonts_once_and_single_statements_have_one_place():
    _, pdf = run()
    fonts = [str(font["/FontDescriptor"].get("/FontFile2").indirect_reference) for font in _fonts(pdf) if "/FontDescriptor" in font]
    assert len(set(fonts)) <= 4  # two weights, each in at most two subsets
    single = draw_statement(statement(40))
    assert [(place.first, place.count) for place in page_of(single)] == [(1, len(pages(single)))]
    assert page_of(single)[0].title == "Statement, Ana Kowalska, 2026-11-30"
    assert draw_statements((statement(2),)) == draw_statement(statement(2))
    with pytest.raises(NotAllowed, match="choose at least one customer"):
        draw_statements(())


def _fonts(pdf: bytes) -> list:
    reader = PdfReader(BytesIO(pdf))
    return [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]

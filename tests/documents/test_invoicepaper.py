"""Every figure of an invoice is read back from its PDF, on as many pages as it takes, and nothing runs off the paper."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import date
from io import BytesIO
from itertools import accumulate

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from fieldoffice.models.errors import WorldFault
from fieldoffice.services.documents import fonts, letters
from fieldoffice.services.documents.envelopes import PLACES
from fieldoffice.services.documents.invoicepaper import Charge, InvoiceLine, InvoicePaper, TaxRow, draw_invoice
from fieldoffice.services.documents.moneypaper import Applied, Look, Money, Party, Sender
from fieldoffice.services.documents.paper import SIZES
from tests.documents.moneypapers import ANA, ISSUED, JPY, KWD, SENDER, amounts, german, invoice, line, logo, photo
from tests.documents.sheets import pages, squeezed
from tests.documents.test_daysheet import EVIL, in_order
from tests.faults.processes import rounds


def read(paper: InvoicePaper) -> str:
    return "\n".join(pages(draw_invoice(paper)))


@pytest.mark.parametrize("paper", ["letter", "a4"])
def test_every_word_and_amount_is_read_back_in_order(paper):
    made = invoice(4, look=Look(paper))
    text = read(made)
    in_order(squeezed(text), "Potomac Heating & Air", "1600 U Street NW", "EIN 52-0000000", "Ana Kowalska", "Washington, DC 20005",
             "Invoice", "Number2026-00417", "DateNov 24, 2026", "DueDec 24, 2026", "TermsNet 30", "Amount due", "Work at", "JobJ-2291",
             "Description", *(one.name for one in made.lines), "Subtotal", "Trip charge", "DC sales tax 6%", "Total", "Deposit, check 1182",
             "Amount due", "How to pay", "Notes", "Please return this slip", "Remit to", "Potomac", "Amount due", "Page 1 of 1")
    shown = made.look.money.shown
    lines = [shown(cents) for one in made.lines for cents in (one.unit_price_cents, one.amount_cents)]
    base = made.total_cents - made.tax_cents
    sums = [made.subtotal_cents, 4500, base, made.tax_cents, made.total_cents, -1000, made.open_cents, made.open_cents]
    assert amounts(text) == [shown(made.open_cents), *lines, *(shown(cents) for cents in sums)]


@pytest.mark.parametrize(("paper", "count"), [("letter", 1), ("letter", 40), ("a4", 40), ("letter", 400)])
def test_lines_run_over_pages_with_their_sum_carried(paper, count):
    made = invoice(count, look=Look(paper))
    found = pages(draw_invoice(made))
    sums = [0, *accumulate(one.amount_cents for one in made.lines)]
    seen = 0
    for number, text in enumerate(found, 1):
        assert f"Page {number} of {len(found)}" in text
        if number > 1 and seen < count:
            assert f"Brought forward\n{made.look.money.shown(sums[seen])}" in text
        names = [one for one in text.split("\n") if one.startswith("Furnace service")]
        assert names == [one.name for one in made.lines[seen : seen + len(names)]]
        seen += len(names)
        if number < len(found) and seen < count:
            assert f"Carried forward\n{made.look.money.shown(sums[seen])}" in text
        if number > 1:
            assert "Invoice 2026-00417 · Ana Kowalska" in text
    assert seen == count
    assert {1: 1, 40: 3, 400: 18}[count] >= len(found) > count / 40
    assert "Please return this slip" in found[-1]
    assert "Subtotal" in found[-1], "a slip is never alone"
    assert "".join(found).count("Please return") == 1


def test_the_file_has_its_title_author_language_and_date_and_no_other_moment():
    made = invoice(1, look=Look("a4", language="de-DE"))
    reader = PdfReader(BytesIO(draw_invoice(made)))
    about = reader.metadata
    assert about is not None
    assert (about.title, about.author) == ("Invoice 2026-00417", "Potomac Heating & Air")
    assert about["/CreationDate"] == about["/ModDate"] == "D:20261124000000+00'00'"
    assert reader.trailer["/Root"]["/Lang"] == "de-DE"
    assert draw_invoice(made) == draw_invoice(pickle.loads(pickle.dumps(made)))
    assert draw_invoice(made) != draw_invoice(replace(made, issued_on=date(2026, 11, 25)))


@pytest.mark.parametrize(("money", "cents", "shown"), [
    (JPY, 123_456, "123,456"), (KWD, 123_456, "123.456"), (Money(), 0, "0.00"), (Money(), -123_456, "-1,234.56"),
    (Money(), 99_999_999_999_999, "999,999,999,999.99"), (KWD, 10**17 + 1, "100,000,000,000,000.001"),
])
def test_amounts_of_every_size_and_currency_are_whole(money, cents, shown):
    text = read(invoice(look=Look("letter", money), lines=(line(1, 1, amount_cents=cents),), charges=(), taxes=(), applied=()))
    assert text.count(shown) >= 3  # the line, the subtotal, the total
    assert f"{money.currency} {shown}" in text


@pytest.mark.parametrize("paper", ["letter", "a4"])
def test_nothing_runs_off_the_paper_however_long(paper):
    place, (wide, _) = PLACES[paper], SIZES[paper]
    long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft " * 3
    huge = 88_888_888_888_888_888
    sender = Sender(long, (long,) * 9, long, long, long, long)
    made = invoice(sender=sender, bill_to=Party(long, (long,), long), look=Look(paper, KWD), number=long, terms=long,
                   job_numbers=(long,) * 3, lines=(InvoiceLine(long, huge, huge, huge, long, long),),
                   charges=(Charge(long, huge, long),), service_to=(long, long),
                   taxes=(TaxRow(long, 88_750, huge, huge),), applied=(Applied(ISSUED, long, 5),), notes=long, pay_words="x" * 900)
    ends: list[tuple[float, str]] = []

    def visit(text: str, _cm, tm, font, size) -> None:
        if text.strip() and font is not None:
            bold = "Semibold" in str(font.get("/BaseFont", ""))
            ends.append((tm[4] + fonts.width(text.strip("\n"), size, bold=bold), text))

    for page in PdfReader(BytesIO(draw_invoice(made))).pages:
        page.extract_text(visitor_text=visit)
    assert len(ends) > 50
    assert [text for end, text in ends if end > wide - place.right + 1.5] == []


def test_names_of_many_scripts_come_out_right():
    names = ["Zażółć Gęślą Jaźń", "Παναγιώτης Παπαδόπουλος", "Иван Щербаков", "Nguyễn Thị Hằng", "Ñandú Çelik İğne"]
    if fonts._covering(ord("橋"), False):
        names += ["高橋 花子", "김민수 사무소", "北京市朝阳区"]
    made = invoice(lines=tuple(line(n + 1, 1000, name=name) for n, name in enumerate(names)), bill_to=Party(names[0], tuple(names[1:4])))
    text = read(made)
    for name in names:
        assert squeezed(name) in squeezed(text)
    in_order(squeezed(text.split("Description")[1]), *names)
    assert amounts(text.split("Amount USD")[1])[: 2 * len(names)] == ["10.00"] * 2 * len(names)
    for page in PdfReader(BytesIO(draw_invoice(made))).pages:
        for font in page["/Resources"]["/Font"].values():
            told = font.get_object()
            assert told["/BaseFont"] == "/Helvetica" or "/FontFile2" in told["/FontDescriptor"], "a font is not embedded"


@pytest.mark.parametrize(("kind", "words", "slip"), [
    ("invoice", "Amount due", True), ("finance charge", "Amount due", True), ("credit memo", "Credit left", False),
    ("receipt", "Left to pay", False),
])
def test_each_kind_says_what_it_is(kind, words, slip):
    text = read(invoice(2, kind=kind, credits="2026-00100" if kind == "credit memo" else ""))
    title = {"receipt": "Sales receipt"}.get(kind, kind.capitalize())
    assert f"{title}\nNumber" in text
    assert words in text
    assert ("Please return this slip" in text) == slip
    assert ("For invoice\n2026-00100" in text) == (kind == "credit memo")


def test_a_void_invoice_says_so_on_every_page_and_asks_for_nothing():
    found = pages(draw_invoice(invoice(40, state="Void", open_cents=0)))
    assert len(found) > 1
    assert all("Void" in text for text in found)
    assert "Please return" not in "".join(found)
    assert "USD 0.00" in found[0]


def test_a_paid_invoice_asks_for_nothing():
    made = invoice(2)
    paid = replace(made, applied=(Applied(ISSUED, "Payment, card 4242", made.total_cents),), open_cents=0)
    text = read(paid)
    assert "Please return" not in text
    assert "How to pay" not in text
    assert "Payment, card 4242, Nov 24, 2026" in text


@pytest.mark.parametrize("wrong", [{"subtotal_cents": 1}, {"tax_cents": 1}, {"total_cents": 1}, {"open_cents": 1}])
def test_a_paper_whose_parts_do_not_make_its_sums_is_not_drawn(wrong):
    with pytest.raises(ValueError, match="the paper says 1"):
        draw_invoice(replace(invoice(2), **wrong))


def test_logo_and_photos_are_shown_and_stored_once():
    made = invoice(40, sender=replace(SENDER, logo_png=logo()), photos=(photo(), photo(60), photo()))
    reader = PdfReader(BytesIO(draw_invoice(made)))
    forms = {(name, str(form.indirect_reference)) for page in reader.pages for name, form in page["/Resources"].get("/XObject", {}).items()}
    assert len({name for name, _ in forms}) == len({where for _, where in forms}) == 3


@pytest.mark.parametrize("data", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, b"<svg/>", logo()[:-200]])
def test_a_broken_picture_is_refused_in_words(data):
    with pytest.raises(WorldFault, match="cannot be read"):
        draw_invoice(invoice(1, photos=(data,)))


def filled(text: str, **other) -> InvoicePaper:
    """An invoice with `text` in every field that takes words."""
    sender = Sender(text, (text,), text, text, text, text, accent=text[:20])
    lines = (line(1, 1000, name=text, description=text, tax_label=text),)
    return invoice(sender=sender, bill_to=Party(text, (text,), text), number=text, terms=text, service_to=(text,), job_numbers=(text,),
                   lines=lines, charges=(Charge(text, 1, text),), taxes=(TaxRow(text, 60_000, 1001, 60),), credits=text,
                   applied=(Applied(ISSUED, text, 1),), notes=text, pay_words=text, order_reference=text, **other)


@pytest.mark.parametrize("evil", EVIL)
def test_markup_is_shown_as_text(evil):
    assert squeezed(read(filled(evil))).count(squeezed(letters.clean(evil))) >= 8


@settings(max_examples=rounds(25, 200), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet=st.characters(codec=None, exclude_categories=()), max_size=120), st.sampled_from(["letter", "a4"]))
@example("\ud800 \x00 \u202e \ufeff\u200d", "a4")
@example("漢字 אבג (محمد) 12", "letter")
def test_no_text_at_all_can_stop_an_invoice(text, paper):
    found = squeezed(read(filled(text, state=text, look=Look(paper))))
    in_order(found, "Invoice", "Description", "Subtotal", "10.00", "Total", "USD10.61", "Page1of")


def test_an_invoice_without_lines_and_one_of_endless_words_are_made():
    assert "Subtotal" in read(invoice(lines=(), charges=(), taxes=(), applied=()))
    found = pages(draw_invoice(invoice(lines=(line(1, description="word " * 3000),), notes="note " * 3000)))
    assert 6 < len(found) < 30
    assert squeezed("".join(found)).count("word") == squeezed("".join(found)).count("note") == 3000


def test_german_letters_and_the_return_line_of_din_5008():
    text = read(german())
    in_order(squeezed(text), "Kältetechnik Groß GmbH", "Kältetechnik Groß GmbH · Lindenstraße 12 · 10969 Berlin", "Zażółć Gęślą Sp. z o.o.")
    assert "return" not in read(replace(german(), open_cents=22_595, state="Copy")).lower()
    assert ANA.name not in text

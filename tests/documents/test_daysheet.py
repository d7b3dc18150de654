"""The day sheet says everything in order, the same way each time, and obeys no markup."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from fieldoffice.models.errors import NotAllowed
from fieldoffice.services.documents import fonts, letters
from fieldoffice.services.documents.daysheet import METERS, DaySheet, SheetCompany, SheetStop, draw, draw_many, span
from fieldoffice.services.documents.daystop import CODE_HINT
from tests.documents.sheets import EIGHT, pages, sheet, squeezed, stop
from tests.faults.processes import rounds

SIZE = {"letter": (612, 792), "a4": (595, 842)}


def in_order(text: str, *wanted: str) -> None:
    at = 0
    for words in wanted:
        found = text.find(squeezed(words), at)
        assert found >= 0, f"{words!r} does not follow in {text[at:at + 200]!r}"
        at = found + len(squeezed(words))


@pytest.mark.parametrize("paper", ["letter", "a4"])
def test_every_word_of_the_sheet_is_read_back_in_order(paper):
    made = sheet(7, paper=paper, start_place="Depot", end_place="Home base", drive_back_s=1500, drive_back_m=12000)
    pdf = draw(made)
    text = squeezed(" ".join(pages(pdf)))
    in_order(text, "Potomac Heating & Air", "Office (202) 555-0100", made.provider, "Tuesday, November 24, 2026",
             "First start 8:00 AM", "Stops 7", "Driving 1 h 35 min 42.1 km", "Break 9:50 AM 5 min", "Last stop ends 12:30 PM")
    for one in made.stops:
        in_order(text, str(one.number), made.time(one.starts_at), f"to {made.time(one.ends_at)}", "10 min drive, 4.3 km",
                 f"promised {one.window}", one.customer, one.phone, *one.address, *(f"☐ {line}" for line in one.services),
                 one.notes, f"Job {one.job_number}", "Done", "Arrived", "Left", "Remarks")
    in_order(text, *(f"☐ {one.services[0]}" for one in made.stops), "Drive back Home base · 25 min drive, 12.0 km", "Signature")
    box = PdfReader(BytesIO(pdf)).pages[0].mediabox
    assert (round(box.width), round(box.height)) == SIZE[paper]


def test_the_break_stands_where_it_comes_in_the_day():
    text = squeezed(" ".join(pages(draw(sheet(5)))))
    in_order(text, "Furnace tune-up 3", "9:50 AM Break until 9:55 AM", "Furnace tune-up 4")


def test_times_follow_the_clock_and_the_zone_and_name_another_day():
    late = stop(1, datetime(2026, 11, 25, 4, 30, tzinfo=UTC))
    text = " ".join(pages(draw(sheet(0, stops=(late,), clock="24"))))
    assert "23:30" in text
    assert "00:00 Wed" in text
    assert "11:30 PM" in " ".join(pages(draw(sheet(0, stops=(late,)))))
    with pytest.raises(ValueError, match="aware"):
        draw(sheet(0, stops=(stop(1, datetime(2026, 11, 24, 8, 0)),)))


@pytest.mark.parametrize(("on", "hours"), [(date(2026, 3, 8), ["1 AM", "3 AM", "4 AM"]), (date(2026, 11, 1), ["1 AM", "1 AM", "2 AM"])])
def test_the_days_on_which_the_clocks_change(on, hours):
    night = datetime(on.year, on.month, on.day, 1, 0, tzinfo=UTC) + timedelta(hours=5 if on.month == 3 else 4)
    text = " ".join(pages(draw(sheet(0, on=on, stops=(stop(1, night, drive_s=0, ends_at=night + timedelta(hours=2)),)))))
    in_order(squeezed(text.split("Last stop ends")[1]), *hours)


def test_a_long_window_is_wrapped_not_cut():
    text = squeezed(" ".join(pages(draw(sheet(0, stops=(stop(1, EIGHT, window="Tuesday, 11:30 AM–12:30 PM Eastern"),))))))
    in_order(text, "promised", "Tuesday, 11:30 AM–12:30 PM Eastern")


def test_long_names_at_the_head_get_smaller_before_they_are_cut():
    name = "Maximiliana-Alexandra von Hohenstein-Szczepański"
    assert squeezed(name) in squeezed(pages(draw(sheet(1, provider=name)))[0])


def test_forty_stops_count_their_pages_and_repeat_the_head():
    found = pages(draw(sheet(40)))
    assert len(found) > 5
    for number, text in enumerate(found, 1):
        assert f"Page {number} of {len(found)}" in text
        assert "Kateryna O’Brien-Sánchez" in text
        assert "Tuesday, November 24, 2026" in text
    assert squeezed(" ".join(found)).count("Arrived") == 40


def test_a_stop_is_not_torn_apart_at_the_end_of_a_page():
    for text in pages(draw(sheet(40))):
        assert text.count("Furnace tune-up") == text.count("Remarks")


def test_each_provider_in_a_print_has_pages_and_numbers_of_their_own():
    pdf = draw_many((sheet(7, provider="Amy One"), sheet(0, provider="Bo Two", paper="a4"), sheet(12, provider="Cy Three")))
    reader = PdfReader(BytesIO(pdf))
    texts = [page.extract_text() for page in reader.pages]
    names = ["Amy One", "Bo Two", "Cy Three"]
    owners = [next(name for name in names if name in text) for text in texts]
    assert sorted(set(owners)) == names
    assert owners == sorted(owners)
    for name in names:
        mine = [text for text, owner in zip(texts, owners, strict=True) if owner == name]
        assert [f"Page {n} of {len(mine)}" in text for n, text in enumerate(mine, 1)] == [True] * len(mine)
    assert [entry["/Title"] for entry in reader.outline] == [f"Day sheet, {name}, 2026-11-24" for name in names]
    assert [reader.get_destination_page_number(entry) for entry in reader.outline] == [owners.index(name) for name in names]
    assert round(reader.pages[owners.index("Bo Two")].mediabox.height) == 842
    assert round(reader.pages[-1].mediabox.height) == 792


def test_an_empty_day_still_makes_a_sheet_that_says_so():
    (text,) = pages(draw(sheet(0)))
    assert "No stops are planned for this day." in text
    assert "Page 1 of 1" in text
    with pytest.raises(NotAllowed):
        draw_many(())


def test_no_access_code_has_a_place_on_paper():
    assert {f.name for f in fields(SheetStop) if "code" in f.name} == {"access_code_hint"}
    text = " ".join(pages(draw(sheet(4))))
    assert text.count(CODE_HINT) == 2  # the two stops that have one


def test_title_language_and_date_come_from_the_sheet():
    reader = PdfReader(BytesIO(draw(sheet(1))))
    assert reader.metadata.title == "Day sheet, Kateryna O’Brien-Sánchez, 2026-11-24"
    assert reader.metadata.author == "Potomac Heating & Air"
    assert reader.metadata.creation_date == datetime(2026, 11, 23, 22, 42, 5, tzinfo=UTC)
    assert reader.trailer["/Root"]["/Lang"] == "en-US"


def test_every_font_is_embedded():
    for page in PdfReader(BytesIO(draw(sheet(5)))).pages:
        for font in page["/Resources"]["/Font"].values():
            assert "/FontFile2" in font["/FontDescriptor"], font["/BaseFont"]


SCRIPT = """
import hashlib, locale
from fieldoffice.services.documents.daysheet import draw_many
from tests.documents.sheets import sheet
drawn = draw_many((sheet(9), sheet(0, provider="Bo"), sheet(3, paper="a4", provider="高橋 محمد")))
print(hashlib.sha256(drawn).hexdigest())
"""


def test_the_same_sheet_gives_the_same_bytes_again_and_in_another_process():
    sheets = (sheet(9), sheet(0, provider="Bo"), sheet(3, paper="a4", provider="高橋 محمد"))
    first = draw_many(sheets)
    draw(sheet(2, provider="Ω ж 漢 in between"))
    assert draw_many(sheets) == first
    elsewhere = {**os.environ, "PYTHONHASHSEED": "4711", "TZ": "Asia/Tokyo"}
    told = subprocess.run([sys.executable, "-c", SCRIPT], env=elsewhere, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == hashlib.sha256(first).hexdigest()
    assert draw(sheet(1)) != draw(sheet(1, printed_at=EIGHT))


# what people type

EVIL = ('<img src="file:///etc/passwd"/>', "<b>bold", "</para>", "&#0;", "<font name=x>", "<a href='http://127.0.0.1/'>y</a>",
        "{{7*7}}", "%s", "\\", "<br/>", "<!--", "]]>", "<?xml", "A <b>bold</b> & <i>", '<onDraw name="x"/>')

DRAWN = """
import sys
from fieldoffice.services.documents.daysheet import draw
from tests.documents.sheets import pages, sheet, stop, EIGHT
from tests.documents.test_daysheet import EVIL, filled
opened = []
draw(sheet(1))
def watch(event, args):
    if event in ("open", "socket.connect", "socket.getaddrinfo", "subprocess.Popen"):
        opened.append((event, str(args[0])))
sys.addaudithook(watch)
for evil in EVIL:
    draw(filled(evil))
bad = [one for one in opened if not one[1].endswith((".py", ".pyc", ".ttf", ".ttc", "tzlocal"))]
print(bad)
"""


def filled(text: str, **other) -> DaySheet:
    """A sheet with `text` in every field that takes words."""
    one = stop(1, EIGHT, customer=text, phone=text, address=(text, text), services=(text,), window=text, notes=text,
               job_number=text, team=(text,), map_url=text)
    return sheet(0, company=SheetCompany(text, text, text[:20]), provider=text, stops=(one,), start_place=text, end_place=text, **other)


@pytest.mark.parametrize("evil", EVIL)
def test_markup_is_shown_as_text(evil):
    text = squeezed(" ".join(pages(draw(filled(evil)))))
    shown = squeezed(letters.clean(evil))
    assert text.count(shown) >= 6, text


def test_no_file_is_opened_and_nothing_is_called_for_markup():
    told = subprocess.run([sys.executable, "-c", DRAWN], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def _plain_letters() -> str:
    """Characters that a font here can draw and that stand for themselves: not joined, not turned, not combining."""
    known = fonts._glyphs(fonts.primary()) | fonts._glyphs(fonts.runs("ب")[0][0])
    found = (chr(code) for code in sorted(known))
    return "".join(c for c in found if c.isprintable() and c != " " and letters.clean(c) == c and letters.spoken(c) == c
                   and letters._class(c) in ("L", "N", "") and not c.isspace())


@settings(max_examples=rounds(25, 200), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet=st.sampled_from(_plain_letters()), min_size=1, max_size=60))
@example("<&>\"'`&amp;&#60;")
@example("😀𝔸")  # beyond U+FFFF, which DejaVu has
def test_whatever_is_typed_in_any_field_is_read_back(text):
    one = filled(text).stops[0]
    found = squeezed(" ".join(pages(draw(filled(text)))))
    in_order(found, one.customer, one.phone, *one.address, f"☐ {text}", one.notes, f"Job {text} · with {text}")


@settings(max_examples=rounds(30, 200), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet=st.characters(codec=None, exclude_categories=()), max_size=120), st.sampled_from(["letter", "a4"]))
@example("\ud800 \x00 \u202e \ufeff\u200d", "a4")
@example("漢字 אבג (محمد) 12", "letter")
@example("\n\n\t\n", "letter")
def test_no_text_at_all_can_stop_a_sheet(text, paper):
    made = filled(text, paper=paper)
    found = squeezed(" ".join(pages(draw(made))))
    in_order(found, "First start", "Last stop ends", "Done", "Arrived", "Signature", "Page1of")


@pytest.mark.parametrize("text", ["x" * 5000, "word " * 3000, "漢" * 3000, "line\n" * 400, "م" * 2000])
def test_endless_text_fills_pages_but_not_for_ever(text):
    found = pages(draw(filled(text)))
    assert 2 <= len(found) < 60
    assert f"Page {len(found)} of {len(found)}" in found[-1]


def test_long_notes_are_printed_to_their_end():
    notes = " ".join(f"word{n}" for n in range(2500))
    text = squeezed(" ".join(pages(draw(sheet(0, stops=(stop(1, EIGHT, notes=notes),))))))
    assert all(f"word{n}" in text for n in range(2500))


# figures

@pytest.mark.parametrize(("seconds", "words"), [
    (0, "0 min"), (29, "0 min"), (30, "1 min"), (1500, "25 min"), (7200, "2 h"), (6120, "1 h 42 min"),
])
def test_durations_in_words(seconds, words):
    assert span(seconds) == words


def test_distances_in_the_unit_of_the_company():
    assert sheet(0).distance(6200) == "6.2 km"
    assert sheet(0, unit="mi").distance(round(METERS["mi"] * 12.34)) == "12.3 mi"
    assert sheet(0).distance(144_400) == "144 km"


def test_sums_include_the_way_back():
    made = replace(sheet(3), drive_back_s=900, drive_back_m=6100)
    assert (made.drive_s, made.drive_m) == (3 * 600 + 900, 3 * 4300 + 6100)

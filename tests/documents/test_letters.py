"""Scripts other than ours come out right: shaped, in their order, in a font that has them."""

from __future__ import annotations

import pytest

from fieldoffice.services.documents import fonts, letters
from fieldoffice.services.documents.daysheet import draw
from tests.documents.sheets import EIGHT, pages, sheet, squeezed, stop

EAST_ASIAN = any(path.is_file() for path in fonts._fallbacks(False)[1:])


@pytest.mark.parametrize(("typed", "drawn"), [
    ("plain", "plain"),
    ("سلام", "\ufee1\ufefc\ufeb3"),  # seen initial, lam with alef final, meem isolated, from right to left
    ("محمد", "\ufeaa\ufee4\ufea4\ufee3"),
    ("دار", "\ufead\ufe8d\ufea9"),  # letters that join to nothing after them
    ("מזל טוב", "בוט לזמ"),
    ("Mr. יוסי (כהן) Smith", "Mr. (ןהכ) יסוי Smith"),
    ("רחוב הרצל 12/4, Tel Aviv", "12/4 לצרה בוחר, Tel Aviv"),
    ("12 רחוב", "12 בוחר"),
    ("Unit 4 בית", "Unit 4 תיב"),
    ("שָׁלוֹם", "םוֹלשָׁ"),  # points stay with their letters
])
def test_right_to_left_text_as_it_stands_on_paper(typed, drawn):
    assert letters.drawable(typed) == letters.clean(drawn)


def test_long_right_to_left_notes_are_set_in_lines_that_follow_each_other():
    words = [f"אות{'אבגדה'[n % 5]}" for n in range(60)]
    lines = letters.drawable(" ".join(words)).strip().split("\n")
    assert len(lines) > 2
    assert max(map(len, lines)) <= letters.LONGEST
    assert " ".join(line[::-1] for line in lines) == " ".join(words)


def test_what_cannot_be_seen_is_left_out():
    assert letters.clean("a\u202eb\u200bc\x00d\ud800e\ufeff\r\nf\tg\u2028h") == "abcde\nf g\nh"
    assert letters.clean("Z\u0301o\u0301łc\u0301") == "Źółć"


def test_arabic_is_copied_as_the_letters_that_were_typed():
    text = " ".join(pages(draw(sheet(0, stops=(stop(1, EIGHT, customer="محمد"),)))))
    assert "محمد" in text
    assert not any("\ufb50" <= char <= "\ufefc" for char in text)


def test_names_of_many_scripts_are_drawn_in_fonts_that_have_them():
    for name, font in (("Łódź", fonts.REGULAR), ("Ελένη", fonts.REGULAR), ("Юлия", fonts.REGULAR), ("שלום", "DejaVuSans")):
        assert fonts.runs(name) == [(font, name)]
    assert fonts.runs("Ana Ελένη", bold=True) == [(fonts.SEMIBOLD, "Ana Ελένη")]


def test_chinese_and_japanese_are_drawn_where_the_machine_has_a_font_and_marked_where_not():
    text = squeezed(" ".join(pages(draw(sheet(0, stops=(stop(1, EIGHT, customer="株式会社 高橋電機"),))))))
    assert ("株式会社高橋電機" if EAST_ASIAN else "□□□□□□□□") in text


def test_without_a_font_for_it_a_character_is_marked_and_the_rest_stays(monkeypatch):
    monkeypatch.setattr(fonts, "_fallbacks", lambda bold: ())
    fonts._covering.cache_clear()
    try:
        assert fonts.runs("A漢B") == [(fonts.REGULAR, "A□B")]
    finally:
        fonts._covering.cache_clear()


def test_a_font_that_cannot_be_embedded_is_passed_over(tmp_path):
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"OTTO not TrueType outlines")
    assert fonts._registered("broken", broken) == ""


def test_figures_of_both_weights_have_one_width():
    for bold in (False, True):
        assert len({round(fonts.width(digit, 10, bold=bold), 6) for digit in "0123456789"}) == 1


def test_every_piece_joins_to_the_whole():
    mixed = "Ana משה Иван محمد 12, ½ → Ω"
    assert "".join(piece for _, piece in fonts.runs(mixed)) == mixed

"""The address stands in the window wherever the sheet has slid, and nothing else does."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from fieldoffice.services.documents.envelopes import DIN_LONG, INCH, MM, PLACES, US10, Box, Envelope
from fieldoffice.services.documents.fonts import width
from fieldoffice.services.documents.invoicepaper import draw_invoice
from fieldoffice.services.documents.letterhead import address_lines
from fieldoffice.services.documents.moneypaper import Look, Party
from fieldoffice.services.documents.paper import SIZES
from tests.documents.moneypapers import ANA, SENDER, invoice, logo

LONG = Party("Międzynarodowe Przedsiębiorstwo Usług Chłodniczych i Grzewczych Zażółć Gęślą Jaźń Spółka z ograniczoną odpowiedzialnością",
             ("attn. Maximiliana-Alexandra von Hohenstein-Szczepański", "c/o Hilltop Apartments, Building B, Office of the Manager",
              "1201 Massachusetts Avenue Northwest, Apartment 4B", "Washington, DC 20005-1234", "UNITED STATES OF AMERICA"))


def test_the_geometry_is_that_of_the_two_standards():
    at_rest = US10.seen(0, 0)
    assert (at_rest.left / INCH, at_rest.right / INCH) == pytest.approx((0.875, 5.375))
    assert (at_rest.top / INCH, at_rest.bottom / INCH) == pytest.approx((4 - 1.625, 4 - 0.5))
    at_rest = DIN_LONG.seen(0, 0)
    assert (at_rest.left / MM, at_rest.top / MM, at_rest.right / MM, at_rest.bottom / MM) == pytest.approx((20, 45, 110, 90))
    assert (DIN_LONG.seen(1, 1).left / MM, DIN_LONG.seen(1, 1).top / MM) == pytest.approx((10, 50))


@pytest.mark.parametrize("paper", ["letter", "a4"])
def test_the_address_field_is_seen_in_every_position(paper):
    place = PLACES[paper]
    inside = place.envelope.always()
    eased = Box(inside.left - 0.01, inside.top - 0.01, inside.right + 0.01, inside.bottom + 0.01)
    assert eased.holds(place.address)
    for across in (0, 0.5, 1):
        for up in (0, 0.5, 1):
            seen = place.envelope.seen(across, up)
            assert seen.right - place.address.right >= place.envelope.clear - 0.01
            assert seen.bottom - place.address.bottom >= place.envelope.clear - 0.01
    thirds = replace(US10, panel=11 / 3 * INCH, clear=0)
    assert thirds.always().bottom - PLACES["letter"].address.top >= 3 * 12.8, "three lines stay visible in a letter folded in thirds"


@pytest.mark.parametrize("paper", ["letter", "a4"])
@pytest.mark.parametrize("to", [Party("Ana"), ANA, LONG, Party("A" * 200, tuple("B" * 90 for _ in range(12)))])
def test_every_line_of_an_address_lies_in_its_field(paper, to):
    place = PLACES[paper]
    lines = address_lines(to.block, place)
    assert lines
    for y, size, words in lines:
        assert place.address.holds(Box(place.address.left, y - size * 0.75, place.address.left + width(words, size), y + size * 0.25))


@pytest.mark.parametrize("paper", ["letter", "a4"])
def test_a_usual_address_is_whole_and_a_huge_one_keeps_name_and_city(paper):
    for to in (ANA, LONG, Party("A" * 200, tuple(f"Line {n}" for n in range(12)))):
        said = [words for _, _, words in address_lines(to.block, PLACES[paper])]
        assert said[0][:20] == to.name[:20]
        assert said[-2:] == list(to.block[-2:])
        assert to is not ANA or said == list(ANA.block)


@pytest.mark.parametrize("paper", ["letter", "a4"])
def test_nothing_else_shows_in_the_window(paper):
    sender = replace(SENDER, logo_png=logo(), lines=tuple(f"Line {n} of a long letterhead" for n in range(8)),
                     name="Potomac Heating, Air Conditioning, Plumbing & Electrical Contractors of Greater Washington")
    made = invoice(2, sender=sender, look=Look(paper), terms="2 % in ten days", credits="2026-1", bill_to=replace(LONG, number="C-9"))
    high, envelope = SIZES[paper][1], PLACES[paper].envelope
    found = in_window(draw_invoice(made), envelope, high)
    return_line = " · ".join((sender.name, *sender.lines))
    allowed = [words for _, _, words in address_lines(made.bill_to.block, PLACES[paper])]
    assert found
    for words in found:
        assert words in allowed or return_line.startswith(words.rstrip("…")[:60]), words


def in_window(pdf: bytes, envelope: Envelope, high: float) -> list[str]:
    """What is written on the first page where the window may ever show it."""
    ever, found = envelope.ever(), []

    def visit(text: str, _cm, tm, _font, _size) -> None:
        if text.strip() and tm[4] < ever.right and ever.top < high - tm[5] < ever.bottom:
            found.append(text.strip())

    PdfReader(BytesIO(pdf)).pages[0].extract_text(visitor_text=visit)
    return found

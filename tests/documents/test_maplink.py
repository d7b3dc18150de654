"""The map link and its code: both lead to the place, read without our own encoder."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import ContentStream
from reportlab.graphics.barcode import qrencoder

from fieldoffice.services.documents import maplink
from fieldoffice.services.documents.daysheet import draw
from fieldoffice.services.documents.daystop import QR
from fieldoffice.services.documents.maplink import map_url
from fieldoffice.services.documents.qr import LONGEST, dark_squares
from tests.documents.sheets import EIGHT, sheet, stop

LINK = map_url(38.907210, -77.036530)


def test_the_link_opens_the_point():
    assert LINK == "https://www.openstreetmap.org/?mlat=38.90721&mlon=-77.03653#map=17/38.90721/-77.03653"
    assert map_url(38.90721, -77.03653, site="google") == "https://maps.google.com/?q=38.90721,-77.03653"
    assert map_url(0.00000001, -0.0, "x").startswith("https://www.openstreetmap.org/?mlat=0.00000")


def test_without_a_point_it_searches_for_the_address_and_without_both_there_is_none():
    assert map_url(None, None, "12 Main St & Co, #4") == "https://www.openstreetmap.org/search?query=12%20Main%20St%20%26%20Co%2C%20%234"
    assert map_url(None, None, "  ") == ""
    with pytest.raises(ValueError, match="no such place"):
        map_url(91.0, 0.0)
    with pytest.raises(ValueError, match="no such place"):
        map_url(float("nan"), 0.0)


@given(st.text(max_size=300), st.sampled_from(["openstreetmap", "google"]))
def test_no_address_escapes_from_its_parameter(address, site):
    made = map_url(None, None, address, site=site)
    if made:
        parts = urlsplit(made)
        (words,) = parse_qs(parts.query, keep_blank_values=True).popitem()[1]
        plain = " ".join("".join(c for c in address if not "\ud800" <= c <= "\udfff").split())
        assert plain.startswith(words.strip()) or words.strip() in plain
        assert (parts.scheme, parts.fragment, made.isascii()) == ("https", "", True)
        assert len(made) <= maplink.LONGEST + 60


def read_code(squares: tuple[tuple[bool, ...], ...]) -> bytes:
    """The bytes in an undamaged QR code of byte mode, by ISO 18004; error correction is not used."""
    size = len(squares)
    version = (size - 17) // 4
    format_bits = sum(squares[8][x] << (14 - n) for n, x in enumerate((0, 1, 2, 3, 4, 5, 7, 8))) ^ (0b101010000010010 & 0b111111110000000)
    mask = format_bits >> 10 & 0b111
    masks = (lambda y, x: (y + x) % 2, lambda y, x: y % 2, lambda y, x: x % 3, lambda y, x: (y + x) % 3, lambda y, x: (y // 2 + x // 3) % 2,
             lambda y, x: y * x % 2 + y * x % 3, lambda y, x: (y * x % 2 + y * x % 3) % 2, lambda y, x: ((y + x) % 2 + y * x % 3) % 2)
    far = {7: (6, 22, 38), 8: (6, 24, 42), 9: (6, 26, 46), 10: (6, 28, 50), 11: (6, 30, 54), 12: (6, 32, 58)}
    centers = far[version] if version >= 7 else (6, size - 7)

    def reserved(y: int, x: int) -> bool:
        corner = (y < 9 and x < 9) or (y < 9 and x >= size - 8) or (y >= size - 8 and x < 9)
        around = any(abs(y - a) <= 2 and abs(x - b) <= 2 for a in centers for b in centers
                     if not (min(a, b) == 6 and max(a, b) in (6, size - 7) and (a, b) not in ((6, 22), (22, 6))))
        number = version >= 7 and ((y < 6 and size - 11 <= x < size - 8) or (x < 6 and size - 11 <= y < size - 8))
        return corner or around or y == 6 or x == 6 or number

    bits = []
    for n, right in enumerate([x for x in range(size - 1, 6, -2)] + [5, 3, 1]):
        for y in range(size) if n % 2 else range(size - 1, -1, -1):
            bits += [squares[y][x] ^ (masks[mask](y, x) == 0) for x in (right, right - 1) if not reserved(y, x)]
    words = [int("".join(str(int(bit)) for bit in bits[i:i + 8]), 2) for i in range(0, len(bits) - 7, 8)]
    lengths = [block.dataCount for block in qrencoder.QRRSBlock.getRSBlocks(version, qrencoder.QRErrorCorrectLevel.M)]
    blocks, at = [[] for _ in lengths], 0
    for row in range(max(lengths)):
        for block, length in zip(blocks, lengths, strict=True):
            if row < length:
                block.append(words[at])
                at += 1
    stream = "".join(f"{word:08b}" for block in blocks for word in block)
    assert stream[:4] == "0100"
    head = 8 if version < 10 else 16
    count = int(stream[4:4 + head], 2)
    return bytes(int(stream[i:i + 8], 2) for i in range(4 + head, 4 + head + 8 * count, 8))


def printed_squares(pdf: bytes) -> tuple[tuple[bool, ...], ...]:
    """The dark squares of the one code on the first page, from the rectangles that the printer will fill."""
    reader = PdfReader(BytesIO(pdf))
    drawn = ContentStream(reader.pages[0].get_contents(), reader).operations
    boxes = [tuple(map(float, values)) for values, name in drawn if name == b"re"]
    side = min(high for *_, high in boxes)
    small = [box for box in boxes if abs(box[3] - side) < 0.01]
    size, left, top = round(QR / side), min(box[0] for box in small), max(box[1] for box in small)
    dark = {(round((top - y) / side), round((x - left) / side) + n) for x, y, wide, _ in small for n in range(round(wide / side))}
    return tuple(tuple((y, x) in dark for x in range(size)) for y in range(size))


@pytest.mark.parametrize("link", [LINK, map_url(-33.85678, 151.21530, site="google"), "https://example.test/" + "x" * 180])
def test_the_code_on_paper_reads_as_the_link(link):
    pdf = draw(sheet(0, stops=(stop(1, EIGHT, map_url=link, drive_s=0),)))
    squares = printed_squares(pdf)
    assert squares == dark_squares(link)
    assert read_code(squares) == link.encode()
    links = [note.get_object()["/A"]["/URI"] for note in PdfReader(BytesIO(pdf)).pages[0]["/Annots"]]
    assert links == [link]


def test_no_code_for_no_link_or_one_too_long_and_no_click_for_what_is_not_the_web():
    assert dark_squares("") == () == dark_squares("x" * (LONGEST + 1))
    pdf = draw(sheet(0, stops=(stop(1, EIGHT, map_url="file:///etc/passwd"),)))
    assert "/Annots" not in PdfReader(BytesIO(pdf)).pages[0]

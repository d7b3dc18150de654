"""Which font draws which character: Source Sans 3 first, DejaVu Sans where it has no glyph, then a font for Chinese,
Japanese and Korean where the machine has one.

Only fonts with TrueType outlines: the PDF writer can embed no others. What is drawn is embedded as a subset.
"""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# reportlab has no complete types.

from __future__ import annotations

import importlib.util
import os
import sys
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import groupby, product
from pathlib import Path
from typing import Any

from reportlab.lib.fonts import addMapping
from reportlab.pdfbase import pdfmetrics, ttfonts

from fieldoffice.assets import resource
from fieldoffice.services.documents.letters import spoken

REGULAR, SEMIBOLD = "SourceSans3-Regular", "SourceSans3-Semibold"
MISSING = "□"
"""What stands for a character that no font here can draw; Source Sans 3 has it."""

EAST_ASIAN = {
    "linux": (
        "/usr/share/fonts-droid-fallback/truetype/DroidSansFallback.ttf",
        "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
        "/usr/share/fonts/truetype/droid/DroidSansFallback.ttf",
        "/usr/share/fonts/droid/DroidSansFallbackFull.ttf",
        "/usr/share/fonts/google-droid-sans-fonts/DroidSansFallbackFull.ttf",
        "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
        "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
        "/usr/share/fonts/wqy-zenhei/wqy-zenhei.ttc",
    ),
    "win32": ("msyh.ttc", "simsun.ttc", "msgothic.ttc", "malgun.ttf"),
    "darwin": ("/Library/Fonts/Arial Unicode.ttf", "/System/Library/Fonts/Supplemental/Arial Unicode.ttf"),
}


@cache
def primary(*, bold: bool = False) -> str:
    """The name of the company's own typeface, ready to be drawn with. FileNotFoundError, naming the set-up, without it."""
    name = SEMIBOLD if bold else REGULAR
    return _registered(name, resource(f"fonts/{name}.ttf"))


def runs(text: str, *, bold: bool = False) -> list[tuple[str, str]]:
    """`text` cut into (font name, piece) so that each piece can be drawn in its font; the pieces join to `text`.

    A character that no font has becomes MISSING. Raises FileNotFoundError, naming the set-up, without Source Sans 3.
    """
    if text.isascii() and text.isprintable():  # most of a page: the company's typeface has all of it
        return [(primary(bold=bold), text)] if text else []
    drawn: list[tuple[str, str]] = []
    for char in text:
        drawn.append(_choose(char, drawn[-1][0] if drawn else "", bold))
    return [(font, "".join(char for _, char in piece)) for font, piece in groupby(drawn, key=lambda one: one[0])]


@lru_cache(maxsize=16384)
def width(text: str, size: float, *, bold: bool = False) -> float:
    """How many points `text` takes at `size`."""
    return sum(float(pdfmetrics.stringWidth(piece, font, size)) for font, piece in runs(text, bold=bold))


def warm() -> None:
    """Read the fonts that every page needs, so that the first page does not wait for them."""
    for bold in (False, True):
        runs("Aب", bold=bold)


def _choose(char: str, before: str, bold: bool) -> tuple[str, str]:
    """(font, character); blanks and marks stay in the font of the character before them where it can."""
    stays = char == " " or unicodedata.combining(char)
    if stays and before and _has(before, ord(char)):
        return before, char
    plain = spoken(char)
    for drawn in (char, plain) if len(plain) == 1 else (char,):
        if font := _covering(ord(drawn), bold):
            return font, drawn
    return primary(bold=bold), MISSING


@lru_cache(maxsize=65536)
def _covering(code: int, bold: bool) -> str:
    """The first font with a glyph for `code`, "" where there is none."""
    return next((font for font in _chain(bold) if _has(font, code)), "")


def _chain(bold: bool) -> Iterator[str]:
    """Font names in the order of preference; each is read only when the ones before it were not enough."""
    yield primary(bold=bold)
    for path in _fallbacks(bold):
        if path.is_file():
            yield _registered(path.stem, path)


@cache
def _fallbacks(bold: bool) -> tuple[Path, ...]:
    """DejaVu comes with matplotlib, which is found without being imported: that would take a second."""
    spec = importlib.util.find_spec("matplotlib")
    dejavu = ("DejaVuSans-Bold.ttf", "DejaVuSans.ttf") if bold else ("DejaVuSans.ttf",)  # the bold one has fewer glyphs
    fonts = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf" if spec and spec.origin else None
    wide = tuple(fonts / name for name in dejavu) if fonts else ()
    folder = Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts"
    return wide + tuple(folder / name for name in EAST_ASIAN.get(sys.platform, ()))  # an absolute name wins over `folder`


@cache
def _registered(name: str, path: Path) -> str:
    """`name`, once the font at `path` can be drawn with; "" where it cannot be read or has no TrueType outlines."""
    try:
        pdfmetrics.registerFont(ttfonts.TTFont(name, str(path), shapable=False))
    except ttfonts.TTFError:
        return ""
    for bold, italic in product((0, 1), repeat=2):  # paragraphs ask for a family; each of ours has one style
        addMapping(name, bold, italic, name)
    return name


@cache
def _glyphs(font: str) -> frozenset[int]:
    face: Any = pdfmetrics.getFont(font) if font else None
    return frozenset(face.face.charToGlyph) if face else frozenset()


def _has(font: str, code: int) -> bool:
    return code in _glyphs(font)


def _to_unicode(fontname: str, subset: list[int]) -> str:
    """The table by which a reader copies and searches text: reportlab's own breaks for characters beyond U+FFFF.

    Arabic letters, drawn in the shape they have within a word, are told as the plain letters they stand for.
    """
    rows = [f"<{i:02X}> <{spoken(chr(code)).encode('utf-16-be').hex().upper()}>" for i, code in enumerate(subset)]
    blocks = [rows[i:i + 100] for i in range(0, len(rows), 100)]  # the format allows 100 rows a block
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        f"/CIDSystemInfo << /Registry ({fontname}) /Ordering ({fontname}) /Supplement 0 >> def\n"
        f"/CMapName /{fontname} def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<00> <{len(subset) - 1:02X}>\nendcodespacerange\n{body}\n"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    )


_patched: Any = ttfonts
_patched.makeToUnicodeCMap = _to_unicode

"""QR codes as plain squares, drawn as one path: sharp on every printer, and small in the file."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from reportlab.graphics.barcode import qrencoder

LONGEST = 400
"""Bytes: a longer text would need squares too fine for a printed code of two centimeters."""


@lru_cache(maxsize=512)
def dark_squares(text: str) -> tuple[tuple[bool, ...], ...]:
    """Rows of the QR code for `text`, True where dark, without the quiet zone; () for no text, a broken one, or one too long."""
    try:
        length = len(text.encode())
    except UnicodeEncodeError:  # half a character is no link
        length = 0
    if not 0 < length <= LONGEST:
        return ()
    encoder: Any = qrencoder
    code = encoder.QRCode(None, encoder.QRErrorCorrectLevel.M)
    code.addData(text)
    code.make()
    return tuple(tuple(bool(square) for square in row) for row in code.modules)
